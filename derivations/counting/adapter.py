"""An adapter's own `adapter_config.json`: the question that it asks of its base.

Fields that bear on no count are passed over. One that would change a count and isn't counted here is refused by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from derivations.counting.besides import CLASSIFIERS
from derivations.counting.json_text import read_json
from derivations.counting.refusal import Refusal

_UNCOUNTED = ("lora_bias", "layer_replication", "megatron_config", "use_bdlora", "alora_invocation_tokens",
              "kasa_config", "velora_config")
"""What would add to a count, or take from it, in ways that aren't counted here."""


class Adapter(NamedTuple):
    """What a configuration says: the fields of a question, the base's name, and whether classes are told apart."""

    options: Mapping[str, Any]
    base: str


def read_adapter(text: str | bytes) -> Adapter:
    """Read the text of an `adapter_config.json`. Raises `Refusal`, naming the field, for what can't be counted."""
    try:
        config = read_json(text)
    except ValueError as error:
        raise Refusal(f"adapter: not a JSON file: {str(error).splitlines()[0]}") from None
    if not isinstance(config, dict):
        raise Refusal("adapter: the file must hold one JSON object")
    kind = config.get("peft_type", "LORA")
    if kind != "LORA":
        raise Refusal(f"adapter: peft_type {str(kind)[:40]!r} isn't LORA")
    for name in _UNCOUNTED:
        if config.get(name):
            raise Refusal(f"adapter: {name} isn't counted here")
    if "r" not in config:
        raise Refusal("adapter: r is missing")
    targets = _names(config, "target_modules", words=True)
    options = {
        "rank": config["r"], "targets": targets,
        "layers_to_transform": _layers(config.get("layers_to_transform")),
        "layers_pattern": _pattern(config),
        "rank_pattern": _mapping(config, "rank_pattern"),
        "dora": bool(config.get("use_dora")), "bias": config.get("bias", "none"),
        "modules_to_save": _saved(config),
        "exclude_modules": _names(config, "exclude_modules", words=True),
        "target_parameters": _names(config, "target_parameters"),
        "trainable_token_indices": _rows(config.get("trainable_token_indices")),
    }
    if options["target_parameters"]:
        options["experts"] = "fused"
    base = config.get("base_model_name_or_path")
    return Adapter(options, base if isinstance(base, str) else "")


def _layers(found: Any) -> tuple[Any, ...] | None:
    if found is None or found == []:
        return None
    return tuple(found) if isinstance(found, list) else (found,)


def _pattern(config: Mapping[str, Any]) -> tuple[str, ...]:
    found = config.get("layers_pattern")
    if isinstance(found, str) and found:
        return (found,)
    return tuple(_names({"layers_pattern": found or None}, "layers_pattern"))


def _names(config: Mapping[str, Any], field: str, *, words: bool = False) -> Any:
    """Give a list of names; where the field may be one text, a regular expression or a word, that text."""
    found = config.get(field)
    if found is None:
        return ()
    if words and isinstance(found, str):
        return found
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise Refusal(f"adapter: {field} must be a list of names{' or a text' if words else ''}")
    return tuple(sorted(found))


def _mapping(config: Mapping[str, Any], field: str) -> dict[str, int]:
    found = config.get(field) or {}
    if not isinstance(found, dict):
        raise Refusal(f"adapter: {field} must be an object")
    return dict(found)


def _rows(found: Any) -> dict[str, tuple[Any, ...]]:
    """Give rows by the name of their table; a list alone means the token table's."""
    by_name = found if isinstance(found, dict) else {"": found} if found else {}
    if not all(isinstance(rows, list) and rows for rows in by_name.values()):
        raise Refusal("adapter: trainable_token_indices must be a list of rows, or an object of such lists")
    return {name: tuple(rows) for name, rows in by_name.items()}


def _saved(config: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the modules trained whole: a classifier trains its head without being told."""
    saved = _names(config, "modules_to_save")
    if config.get("task_type") == "SEQ_CLS":
        return tuple(dict.fromkeys((*saved, *CLASSIFIERS)))
    return tuple(saved)
