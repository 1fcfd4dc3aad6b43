"""A family of models: one function from dimensions to a decoder, the fields it reads, the letters of its formula.

The functions stand in the modules that `MODULES` names, and a module is imported when one of its families is asked for.
To add a family, write its function there, enter it here, and give it a vector in tests/oracle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import NamedTuple

from derivations.counting.architecture.decoder import Decoder
from derivations.counting.architecture.dimensions import Dimensions, Fields

Build = Callable[[Dimensions], Decoder]

MODULES = {
    "fused_attention": ("gpt2", "gpt_neox", "bloom", "falcon"),
    "plain": ("opt", "gptj", "phi", "starcoder2"),
    "gated": ("llama", "mistral", "qwen2", "qwen3", "gemma", "gemma2", "olmo2", "gemma3_text", "smollm3", "granite",
              "stablelm", "cohere2", "olmo3", "ministral3"),
    "fused_gate": ("phi3", "glm4"),
    "experts": ("mixtral", "qwen3_moe", "deepseek_v2", "deepseek_v3", "gpt_oss"),
}
"""Every `model_type`, by the module of this package that holds its family."""

MODEL_TYPES = tuple(model_type for names in MODULES.values() for model_type in names)


class Family(NamedTuple):
    """What is known of one `model_type`.

    fields   the fields of `config.json` that bear on a count
    letters  the symbols that the formula of a layer is written in, apart from r
    outside  the further symbols of the whole model's total, apart from L and V
    """

    model_type: str
    build: Build
    fields: Fields
    letters: Sequence[str]
    outside: Sequence[str]


_known: dict[str, Family] = {}


def family(model_type: str, fields: Fields, letters: str, outside: str = "") -> Callable[[Build], Build]:
    """Say that the function below builds the models of this `model_type`."""

    def enter(build: Build) -> Build:
        _known[model_type] = Family(model_type, build, fields, letters.split(), outside.split())
        return build

    return enter


def find(model_type: str) -> Family:
    """Give a family by its `model_type`. Raises `KeyError` for one that isn't among `MODEL_TYPES`."""
    for module, names in MODULES.items():
        if model_type in names:
            import_module(f"{__package__}.{module}")
    return _known[model_type]
