"""An adapter's own `adapter_config.json`: the question that it asks of its base.

Fields that bear on no count are passed over. One that would change a count and isn't counted here is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from derivations.counting.besides import CLASSIFIERS
from derivations.counting.expression import SPECIAL
from derivations.counting.json_text import read_json
from derivations.counting.question import Question
from derivations.counting.refusal import Refusal, is_whole
from derivations.counting.spelling import ALL_LINEAR, PARTS
from derivations.counting.trainer import (
    OF_MLX,
    WITHOUT_KEYS,
    in_last_layers,
    in_words_of_the_library,
    is_a_trainers,
    of_mlx,
    of_yaml,
)

if TYPE_CHECKING:
    from derivations.counting.configuration import Configuration

_UNCOUNTED = ("enable_lora", "megatron_config", "use_bdlora", "kasa_config", "velora_config",
              "monteclora_config", "use_qalora")
"""What would add to a count, or take from it, in ways that aren't counted here."""


HEADED = ("TOKEN_CLS", "QUESTION_ANS")
"""Tasks that train a head whose size is in no configuration of an adapter."""
HEADS = (*CLASSIFIERS, "qa_outputs")
"""What the library adds to the modules trained whole for a task with a head."""
_OF_KAGGLE = re.compile(r"/kaggle/input/(?:models/[^/]+/)?([^/]+)/[^/]+/([^/]+)/\d+/?")
_CHECKPOINT = re.compile(r"checkpoint-\d+")
_CACHED = re.compile(r"(?:^|[/\\])models--([^/\\]+?)--([^/\\]+)")


class Adapter(NamedTuple):
    """What a configuration says: the fields of a question, the base's name, what it doesn't tell, what scales BA."""

    options: Mapping[str, Any]
    base: str
    notes: tuple[str, ...] = ()
    scale: str = ""

    def beside(self, said: Question, configuration: Configuration) -> Question:
        """Give what it asks of a base, but for what is `said` otherwise than by default."""
        usual = Question(said.rank)
        own = {name: value for name, value in vars(said).items() if value != getattr(usual, name) or name == "rank"}
        return Question(**in_last_layers({**self.options, **own}, configuration))


def read_adapter(text: str | bytes) -> Adapter:
    """Read the text of an `adapter_config.json`, or a trainer's YAML.

    Raises `Refusal`, naming the field, for what can't be counted.
    """
    try:
        config = read_json(text)
    except ValueError as error:
        config = of_yaml(text if isinstance(text, bytes) else text.encode("utf-8", "replace"))
        if config is None:
            raise Refusal(f"adapter: not a JSON file: {str(error).splitlines()[0]}") from None
        config = in_words_of_the_library(config)
    if not isinstance(config, dict):
        raise Refusal("adapter: the file must hold one JSON object")
    if is_a_trainers(config):
        config = in_words_of_the_library(config)
    kind = config.get("peft_type", "LORA")
    ours: Mapping[str, Any] = {}
    if "fine_tune_type" in config or "lora_parameters" in config:
        config, ours = of_mlx(config)
    if str(kind).upper() != "LORA":
        raise Refusal(f"adapter: peft_type {str(kind)[:40]!r} isn't LORA")
    for name in _UNCOUNTED:
        if config.get(name):
            raise Refusal(f"adapter: {name} isn't counted here")
    if "r" not in config:
        raise Refusal("adapter: r is missing: it is no LoRA configuration of PEFT's")
    targets = ours.get("targets") or _names(config, "target_modules", words=True)
    if not targets and not config.get("target_parameters"):
        raise Refusal("adapter: target_modules names none: the library then takes its own for the base's family, and "
                      "writes them here when it saves")
    options = {
        "rank": config["r"], "targets": targets,
        "layers_to_transform": _layers(config.get("layers_to_transform")),
        "layers_pattern": _pattern(config),
        "rank_pattern": _ranks_by_name(config),
        "dora": bool(config.get("use_dora")), "bias": config.get("bias", "none"),
        "modules_to_save": _saved(config),
        "exclude_modules": _names(config, "exclude_modules", words=True),
        "target_parameters": _names(config, "target_parameters"),
        "trainable_token_indices": _rows(config.get("trainable_token_indices")),
        "ensure_weight_tying": bool(config.get("ensure_weight_tying")),
        "lora_bias": bool(config.get("lora_bias")),
        "layer_replication": _replicated(config.get("layer_replication")), **ours,
    }
    if options["target_parameters"]:
        options["experts"] = "fused"
    mapped = config.get("auto_mapping")                      # where the base has no name, its class is said
    base = config.get("base_model_name_or_path") or (
        mapped.get("base_model_class") if isinstance(mapped, dict) else None)
    notes = (*_notes(config.get("task_type")), *((OF_MLX,) if "last_layers" in ours else ()),
             *((WITHOUT_KEYS,) if "targets" in ours else ()))
    return Adapter(options, base_of(base) if isinstance(base, str) else "", notes, _scale(config))


def _scale(config: Mapping[str, Any]) -> str:
    """Write what BA is multiplied by: alpha over the rank, or over its root; mlx-lm's files say the factor itself."""
    own, alpha, rank = (one if is_whole(one) or (isinstance(one, float) and isfinite(one)) else None
                        for one in (config.get("scale"), config.get("lora_alpha"), config["r"]))
    if own is not None:
        return f", scaled by {own}"
    if alpha is None or rank is None:
        return ""
    by = f"{alpha}/√{rank}, as rsLoRA does" if config.get("use_rslora") else f"{Fraction(alpha) / Fraction(rank)}"
    return f", alpha {alpha} (scaled by {by})"


def _notes(task: Any) -> Iterator[str]:
    """Say what a head that a task brings leaves open."""
    if task == "SEQ_CLS":
        yield "task_type SEQ_CLS: how many classes there are isn't in the file: 2, unless --num-labels says otherwise"
    elif task in HEADED:
        yield f"task_type {task}: the head that it brings is trained as well, and isn't counted: the file has no size"


def base_of(name: str) -> str:
    """Give the model's name where the base is called by its place: a folder of the hub's cache, or any other's last.

    >>> base_of("/kaggle/input/qwen2.5/transformers/7b-instruct/1")
    'qwen2.5-7b-instruct'
    """
    cached = _CACHED.search(name)
    if cached is not None:
        return f"{cached[1]}/{cached[2]}"
    if found := _OF_KAGGLE.fullmatch(name):                  # a family's folder, then one for each size
        sized = "" if found[2] == "default" else f"-{found[2]}"
        return found[2] if found[2].startswith(found[1]) else found[1] + sized
    parts = [part for part in re.split(r"[/\\]", name) if part]
    is_place = name.startswith(("/", ".", "~")) or "\\" in name or len(parts) > 2
    named = [part for part in parts if not _CHECKPOINT.fullmatch(part)]
    return named[-1] if is_place and named else name


def _layers(found: Any) -> tuple[Any, ...] | None:
    if found is None or found == []:
        return None
    return tuple(found) if isinstance(found, list) else (found,)


def _replicated(found: Any) -> tuple[tuple[int, int], ...]:
    pairs = found or []
    if not isinstance(pairs, list) or not all(
            isinstance(one, list) and len(one) == 2 and all(is_whole(end, 0) for end in one) for one in pairs):
        raise Refusal("adapter: layer_replication must be a list of pairs: the first layer, and the one after the last")
    return tuple((first, stop) for first, stop in pairs)


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
    if words and isinstance(found, str):                     # the library takes one text for an expression
        return found if SPECIAL.search(found) or found.lower() == ALL_LINEAR or not found.strip() else f"(?:{found})"
    if not isinstance(found, list) or not all(isinstance(name, str) for name in found):
        raise Refusal(f"adapter: {field} must be a list of names{' or a text' if words else ''}")
    ours = (*PARTS, ALL_LINEAR) if field == "target_modules" else ()
    word = next((name for name in found if name.lower() in ours or name != name.strip()), None)
    if word is not None:                                     # in a list of the library's it is a name like any other
        raise Refusal(f"adapter: {field}: a list holds names, and no Linear is called {word[:60]!r}")
    return tuple(sorted(found))


def _ranks_by_name(config: Mapping[str, Any]) -> dict[str, int]:
    found = config.get("rank_pattern") or {}
    if not isinstance(found, dict):
        raise Refusal("adapter: rank_pattern must be an object")
    return dict(found)


def _rows(found: Any) -> dict[str, tuple[Any, ...]]:
    """Give rows by the name of their table; a list alone means the token table's."""
    by_name = found if isinstance(found, dict) else {"": found} if found is not None else {}
    if not all(isinstance(rows, list) for rows in by_name.values()):
        raise Refusal("adapter: trainable_token_indices must be a list of rows, or an object of such lists")
    return {name: tuple(rows) for name, rows in by_name.items()}


def _saved(config: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the modules trained whole: a classifier trains its head without being told, and only it has such a head."""
    saved, task = _names(config, "modules_to_save"), config.get("task_type")
    if task == "SEQ_CLS":
        return tuple(dict.fromkeys((*saved, *CLASSIFIERS)))
    return tuple(name for name in saved if not task or name not in HEADS)
