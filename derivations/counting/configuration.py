"""`config.json`, as model hubs publish it, to checked dimensions: nothing is guessed silently.

Only the fields that bear on a count or on memory are read, whatever else the file holds. A bad one is refused by name;
one that is absent takes the default that the field's own library documents, and is listed in `taken`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from derivations.counting.architecture import MODEL_TYPES, Decoder, Dimensions, Family, find, kinds
from derivations.counting.architecture.defaults import NESTED
from derivations.counting.architecture.dimensions import REQUIRED, Field
from derivations.counting.architecture.family import PARTS_OF_MODELS, Part
from derivations.counting.choice import choose, divided, smaller
from derivations.counting.json_text import read_json
from derivations.counting.refusal import LARGEST, Refusal, is_whole
from derivations.exact.quotient import Scalar
from derivations.nearest import closest

MOST_LAYERS_APART = 10**4
"""How many layers a model may have whose layers aren't equal in long runs: each is looked at by itself."""

Values = dict[str, Any]
Rule = Callable[[Values], Any]


class Configuration(NamedTuple):
    """A checked configuration.

    taken  the fields that were absent or null and what they were taken for, as "head_dim" → 128
    parts  the configurations inside it: its text's first, whose dimensions are the model's. None for one that it hasn't
    """

    family: Family
    dimensions: Dimensions
    taken: Mapping[str, Any]
    parts: tuple[Configuration | None, ...] = ()

    @property
    def model_type(self) -> str:
        """The name of the family."""
        return self.family.model_type

    @property
    def decoder(self) -> Decoder:
        """The model, Linear by Linear."""
        decoder: Decoder = self.built()
        return decoder

    def built(self) -> Any:
        """Give what the family's function makes of it: a decoder, or a part of one."""
        return self.family.build(self.dimensions, *(part and part.built() for part in self.parts))


def read(text: str | bytes) -> Configuration:
    """Read the text of a `config.json`.

    Raises `Refusal` where it isn't one, and as `configure` does.
    """
    try:
        config = read_json(text)
    except ValueError as error:
        raise Refusal(f"not a JSON file: {str(error).splitlines()[0]}") from None
    if not isinstance(config, dict):
        raise Refusal("not a configuration: the file must hold one JSON object")
    return configure(config)


def configure(config: Mapping[str, Any]) -> Configuration:
    """Check the fields of a configuration that bear on a count.

    Raises `Refusal`, naming the field, for a `model_type` that isn't known, and for a field that is missing, of the
    wrong kind, out of range, or at odds with another.
    """
    family = _family(config)
    found = _composed(family, config) if family.parts else _configured(family, config)
    if config.get("model_type") is None:
        found = found._replace(taken={"model_type": family.model_type, **found.taken})
    return found


def _composed(family: Family, config: Mapping[str, Any]) -> Configuration:
    """Read the parts, then what the whole says itself: its own fields come over those of its text."""
    text = _part(config, family.parts[0])
    parts = (text, *(None if part.optional and config.get(part.key) is None else _part(config, part, text.dimensions)
                     for part in family.parts[1:]))
    own, values = {}, {}
    for name, field in family.fields.items():
        value, given = _value(config, field)
        if given and field.default is None and name == "tie_word_embeddings":
            value = value or text.dimensions.tie_word_embeddings        # where the class has no value of its own
        if value is not None and name in Dimensions._fields:
            own[name] = value
            if not given and field.only is None:
                values[field.names[0]] = value
    taken = {f"{part.key}.{name}" if part.key in config else name: value
             for part, found in zip(family.parts, parts, strict=True) if found is not None
             for name, value in found.taken.items()}
    dimensions = text.dimensions._replace(**own)
    return Configuration(family, dimensions, {**taken, **values}, parts)


def _part(config: Mapping[str, Any], part: Part, text: Dimensions | None = None) -> Configuration:
    """Read a part; sizes that it leaves out are those that the library's class has."""
    inner = config.get(part.key)
    if inner is None and part.flat:
        inner = {**config, "model_type": part.model_type}
    if inner is None:
        raise Refusal(f"{part.key} is missing")
    if not isinstance(inner, Mapping):
        raise Refusal(f"{part.key} must be an object")
    model_type = part.model_type if part.fixed else inner.get("model_type", part.model_type)
    family = _family({**inner, "model_type": model_type + part.role}, PARTS_OF_MODELS)
    if family.parts and part.fixed:
        return _composed(family, inner)
    if family.parts:
        raise Refusal(f"{part.key}: {family.model_type} has parts itself, and none of a part's is counted here")
    left_out = {**NESTED.get(family.model_type, {}), **part.sizes}
    own = {field.names[0]: left_out[field.names[0]] for field in family.fields.values()
           if field.names[0] in left_out and not any(name in inner for name in field.names)}
    of_text = {name: getattr(text, name) for name in part.of_text}
    return _configured(family, {**own, **inner, **of_text})


def _configured(family: Family, config: Mapping[str, Any]) -> Configuration:
    values: Values = {}
    absent: list[str] = []
    for name, field in family.fields.items():
        values[name], given = _value(config, field)
        if field.only is None and (not given or values[name] is None):
            absent.append(name)
    for name, field in family.fields.items():
        if values[name] is None and field.null:
            values[name] = RULES[field.null](values)
    _derive(values)
    taken = {family.fields[name].names[0]: values[name] for name in absent if values[name] is not None}
    dimensions = Dimensions(**{name: value for name, value in values.items() if name in Dimensions._fields})
    return Configuration(family, dimensions, taken)


def _family(config: Mapping[str, Any], known: Sequence[str] = MODEL_TYPES) -> Family:
    model_type = config.get("model_type")
    if model_type is None:
        if "peft_type" in config:
            raise Refusal("model_type is missing: this is an adapter's configuration, which --adapter reads")
        if "_class_name" in config:
            raise Refusal("model_type is missing: this is a part of a diffusers pipeline; --tensors counts its weights")
        model_type = _of_architecture(config)
    if not isinstance(model_type, str):
        raise Refusal("model_type is missing" if model_type is None else "model_type must be a text")
    if model_type not in known:
        shown = model_type if len(model_type) <= 40 and model_type.isprintable() else "this"
        raise Refusal(f"model_type {shown!r} isn't known{_instead(shown, config)}")
    return find(model_type)


_CLASS = r"(.+?)(?:For[A-Z][A-Za-z]*|LMHeadModel|Model)"
"""The name of a library's class, as `Qwen3MoeForCausalLM`: its family, then what it is for."""


def _of_architecture(config: Mapping[str, Any]) -> str | None:
    """Give the family of the class that `architectures` names, as LlamaForCausalLM; None where it isn't ours."""
    named = config.get("architectures")
    if not isinstance(named, list) or len(named) != 1 or not isinstance(named[0], str):
        return None
    found = re.fullmatch(_CLASS, named[0])
    if found is None:
        return None
    alike = {_letters(name): name for name in MODEL_TYPES}
    text = "" if "text_config" in config else alike.get(_letters(f"{found[1]}_text"))
    return (text if "ForCausalLM" in found[0] else "") or alike.get(_letters(found[1]))


def _letters(name: str) -> str:
    return re.sub(r"[-_]", "", name).lower()


def _instead(model_type: str, config: Mapping[str, Any]) -> str:
    """Say what can be asked instead. A name spelled nearly so is meant by a slip: a word or letter more is another."""
    if isinstance(config.get("text_config"), Mapping):
        return "; its text_config may be, by itself, but what target_modules reach in the rest isn't counted then"
    asked = _letters(model_type)
    spelled = {_letters(name): name for name in MODEL_TYPES}
    slips = [name for letters, name in spelled.items()
             if re.findall(r"\d+", letters) == re.findall(r"\d+", asked)
             and not letters.startswith(asked) and not asked.startswith(letters) and {*asked} <= {*letters}]
    near = spelled.get(asked) or closest(model_type, slips, 0.85)
    return f"; nearest: {near}" if near else "; --tensors FILE counts what its .safetensors, or their index, holds"


def _value(config: Mapping[str, Any], field: Field) -> tuple[Any, bool]:
    """Give the field's value, and whether the file gives it."""
    spelled = [name for name in field.names if name.rpartition(".")[2] in _owner(config, name)]
    if not spelled:
        if field.default == REQUIRED:
            raise Refusal(f"{field.names[0]} is missing")
        return field.default, False
    values = [_checked(_owner(config, name)[name.rpartition(".")[2]], name, field) for name in spelled]
    if any(value != values[0] for value in values):
        raise Refusal(f"{spelled[0]} and {spelled[1]} are the same field and contradict each other")
    return values[0], True


def _owner(config: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Give the object that holds a field: the file's, or one in it, as `ffn_config` of `ffn_config.moe_num_experts`."""
    owner = name.rpartition(".")[0]
    held = config.get(owner) if owner else config
    if held is not None and not isinstance(held, Mapping):
        raise Refusal(f"{owner} must be an object")
    return held or {}


def _checked(value: Any, name: str, field: Field) -> Any:
    if value is None and field.null:
        return None
    if field.only is not None:
        if type(value) is not type(field.only) or value != field.only:
            raise Refusal(f"{name} must be {json.dumps(field.only)}: else the model has parameters unknown here")
        return value
    if not field.kind.holds(value):
        too_large = isinstance(value, int) and value > LARGEST and field.kind in (kinds.NUMBER, kinds.COUNT)
        limit = f" up to {LARGEST}" if too_large else ""
        raise Refusal(f"{name} must be {field.kind.said}{limit}, not {_shown(value)}")
    if field.kind == kinds.LETTERS and isinstance(value, str):
        return tuple(kinds.KINDS_OF_LAYERS[letter] for letter in value)
    if field.kind == kinds.SIDE and isinstance(value, list | tuple):
        return value[0]
    if field.kind == kinds.WHOLE:
        return int(value)
    return tuple(value) if isinstance(value, list) else value


def _shown(value: Any) -> str:
    """Write a wrong value so that the line stays short."""
    if isinstance(value, dict | list | tuple):
        return "a list" if not isinstance(value, dict) else "an object"
    if isinstance(value, int) and abs(value) >= 10**20:
        return "a number of more than 20 digits"
    text = json.dumps(value, default=lambda _: type(value).__name__)
    return text if len(text) <= 40 else text[:37] + "…"


def _whole(values: Values, one: str, other: str, why: str = "") -> Scalar:
    """Divide one size by another. Raises `Refusal` where a number is left over."""
    size, by = values[one], values[other]
    if isinstance(size, int) and size % by:
        raise Refusal(f"{one} {size} isn't divisible by {other} {by}{why}")
    return divided(size, by)


def _every(values: Values, interval: int, others: str) -> tuple[str, ...]:
    _few(values["num_hidden_layers"])
    return tuple(others if (number + 1) % interval else "full_attention"
                 for number in range(values["num_hidden_layers"]))


RULES: dict[str, Rule] = {
    "null": lambda values: None,
    "none": lambda values: (),
    "eight": lambda values: 8 * ((),),
    "every fifth": lambda values: tuple(range(3, 43, 5)),
    **{size: itemgetter(size) for size in (
        "hidden_size", "num_hidden_layers", "intermediate_size", "num_attention_heads")},
    "expand × hidden_size": lambda values: values["mlp_ratio"] * values["hidden_size"],
    "4 × hidden_size": lambda values: 4 * values["hidden_size"],
    "every sixth": lambda values: _every(values, 6, "sliding_attention"),
    "every fourth": lambda values: _every(values, values["full_attention_interval"], "linear_attention"),
    "full_attn_idxs": lambda values: tuple(
        "full_attention" if values["full_attn_idxs"] is None or number in values["full_attn_idxs"] else "conv"
        for number in range(min(values["num_hidden_layers"], MOST_LAYERS_APART))),
    "hidden_size / num_attention_heads": lambda values: _whole(
        values, "hidden_size", "num_attention_heads", ", and head_dim isn't given"),
}
"""What the field's library takes for null, by the name of the rule. Rules of sizes may be read with symbols."""


def follows(fields: Container[str]) -> Iterator[tuple[str, Rule]]:
    """Give the sizes that follow from others in a family of these fields, each after those that it follows from."""
    if "kv_lora_rank" in fields:
        yield "query_size", lambda v: v["num_attention_heads"] * (v["qk_nope_head_dim"] + v["qk_rope_head_dim"])
    if "first_k_dense_replace" in fields:
        yield "first_k_dense_replace", lambda v: smaller(v["first_k_dense_replace"], v["num_hidden_layers"])
    if "num_attention_heads" not in fields or "kv_lora_rank" in fields:
        return
    if "head_dim" not in fields:
        yield "head_dim", RULES["hidden_size / num_attention_heads"]
    if "num_key_value_heads" not in fields:
        yield "num_key_value_heads", RULES["num_attention_heads"]
    if "multi_query" in fields:
        yield "num_key_value_heads", lambda v: choose(
            v.get("new_decoder_architecture", False), v["num_key_value_heads"],
            choose(v["multi_query"], 1, v["num_attention_heads"]))
    yield "heads_of_a_group", lambda v: _whole(v, "num_attention_heads", "num_key_value_heads")
    yield "query_size", lambda v: v["num_attention_heads"] * v["head_dim"]
    yield "key_value_size", lambda v: v["num_key_value_heads"] * v["head_dim"]


def _derive(values: Values) -> None:
    """Put in the sizes that follow from others, and refuse what can't be together."""
    values.setdefault("num_hidden_layers", sum(values.get("depths", (len(values.get("layer_types", ())),))))
    values.setdefault("hidden_size", max(values.get("widths", (0,)), default=0))
    layers = values["num_hidden_layers"]
    if "layer_types" in values and len(values["layer_types"]) != layers:
        raise Refusal(f"layer_types names {len(values['layer_types'])} layers, and num_hidden_layers is {layers}")
    for name, rule in follows({*values}):
        values[name] = rule(values)
    if "global_head_dim" in values:
        _sizes_of_full_layers(values)
    if isinstance(values.get("intermediate_size"), tuple):
        values["intermediate_sizes"] = values["intermediate_size"]
        values["intermediate_size"] = max(values["intermediate_sizes"], default=0)
        if len(values["intermediate_sizes"]) != layers:
            raise Refusal(f"intermediate_size has {len(values['intermediate_sizes'])} sizes, and num_hidden_layers is "
                          f"{layers}")
    if values.get("altup_num_inputs", 0) > MOST_LAYERS_APART:
        raise Refusal(f"altup_num_inputs must be at most {MOST_LAYERS_APART}, not {values['altup_num_inputs']}")
    if ("cross_attention_layers" in values or "num_kv_shared_layers" in values or values.get("mlp_only_layers")
            or values.get("decoder_sparse_step", 1) > 1 or values.get("interleave_moe_layer_step", 1) > 1
            or "attn_layer_period" in values):
        _few(layers)


def _few(layers: int) -> None:
    if layers > MOST_LAYERS_APART:
        raise Refusal(f"num_hidden_layers must be at most {MOST_LAYERS_APART} where layers differ, not {layers}")


def _sizes_of_full_layers(values: Values) -> None:
    """Take what layers that attend fully have otherwise: saved again, a file lists it layer by layer."""
    if not values["values_are_keys"]:
        values["num_global_key_value_heads"] = None
    listed = values["per_layer_config"]
    if listed is None:
        return
    full = {str(number) for number, kind in enumerate(values["layer_types"]) if kind == "full_attention"}
    full.add(str(len(values["layer_types"]) - 1))
    sizes: set[Any] = {tuple(sorted(one.items())) if isinstance(one, Mapping) and all(
        name in ("head_dim", "num_key_value_heads") and is_whole(size) for name, size in one.items())
        else None for one in listed.values()}
    if {*map(str, listed)} != full or len(sizes) != 1 or None in sizes:
        raise Refusal("per_layer_config: only equal head_dim and num_key_value_heads for all layers that attend fully, "
                      "and for no other, are read here")
    found: Values = dict(*sizes)
    values["global_head_dim"] = found.get("head_dim", values["head_dim"])
    values["num_global_key_value_heads"] = found.get("num_key_value_heads")
