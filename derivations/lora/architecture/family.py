"""A family of models: one function from dimensions to a decoder, the fields it reads, the letters of its formula."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from derivations.lora.architecture.decoder import Decoder
from derivations.lora.architecture.dimensions import Dimensions, Fields

Build = Callable[[Dimensions], Decoder]


@dataclass(frozen=True)
class Family:
    """What is known of one `model_type`.

    fields   the fields of `config.json` that bear on a count
    letters  the symbols that the formula of a layer is written in, apart from r
    outside  the further symbols of the whole model's total, apart from L and V
    """

    model_type: str
    build: Build
    fields: Fields
    letters: tuple[str, ...]
    outside: tuple[str, ...] = ()


FAMILIES: dict[str, Family] = {}
"""Every family, by `model_type`."""


def family(model_type: str, fields: Fields, letters: str, outside: str = "") -> Callable[[Build], Build]:
    """Enter the function below into `FAMILIES`."""

    def enter(build: Build) -> Build:
        FAMILIES[model_type] = Family(model_type, build, fields, tuple(letters.split()), tuple(outside.split()))
        return build

    return enter
