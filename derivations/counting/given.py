"""What a caller in Python gives: a model and an adapter by name, as a file, or as an object of the field's library."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from derivations.counting.adapter import Adapter, read_adapter
from derivations.counting.catalogue import public_model
from derivations.counting.configuration import Configuration, configure
from derivations.counting.question import Question
from derivations.counting.refusal import Refusal
from derivations.ordinary import read_ordinary


def model_of(given: Any) -> tuple[str, Configuration]:
    """Give what to call a model in the answer, and its checked configuration.

    given  a public model's name, the path of a `config.json`, of weights or of a folder with either, a mapping, or the
           library's PretrainedConfig
    """
    if not given:
        raise Refusal("model: none is named")
    if isinstance(given, str):
        public = public_model(given)
        return public.name, public.configuration
    if isinstance(given, PathLike):
        from derivations.counting.paths import model_at

        return Path(given).name, model_at(fspath(given), bytes_of)[1]
    configuration = configure(_plain(given))
    return configuration.model_type, configuration


def adapter_of(given: Any) -> Adapter:
    """Read an adapter's configuration: from its path, a mapping, or the library's LoraConfig, whose names are sets."""
    if isinstance(given, str | PathLike):
        from derivations.counting.paths import adapter_at

        return read_adapter(bytes_of(adapter_at(fspath(given)) or given))
    return read_adapter(json.dumps(_plain(given), default=_listed))


def question_of(*, targets: str | Iterable[str], layers_to_transform: Sequence[int] | None,
                rank_pattern: Mapping[str, int] | None = None, modules_to_save: str | Sequence[str] = (),
                target_parameters: str | Sequence[str] = (), **others: Any) -> Question:
    """Give the question, its lists fixed; a name alone is a list of one."""
    return Question(
        targets=targets if isinstance(targets, str) else tuple(targets),
        layers_to_transform=None if layers_to_transform is None else tuple(layers_to_transform),
        rank_pattern=dict(rank_pattern or {}),
        modules_to_save=_names(modules_to_save),
        target_parameters=_names(target_parameters),
        **others,
    )


def _names(given: str | Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _plain(given: Any) -> Any:
    plain = given.to_dict() if hasattr(given, "to_dict") else given
    if not isinstance(plain, Mapping):
        raise Refusal(f"{plain!r:.60} is no name, no path, no mapping and no object of the library's")
    return plain


def _listed(one: Any) -> Any:
    """Give in JSON what it has no form for: a set as a list, all else by its name."""
    return sorted(one) if isinstance(one, set) else str(one)


def bytes_of(path: str | PathLike[str]) -> bytes:
    """Read a file. Raises `Refusal` where it can't be read."""
    try:
        return read_ordinary(path)
    except OSError as error:
        raise Refusal(f"{path}: {error.strerror or 'it cannot be read'}") from None
