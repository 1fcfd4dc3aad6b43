"""A trainer's own file, of Axolotl, LLaMA-Factory, TRL, torchtune or mlx-lm, in the words of `adapter_config.json`.

Axolotl's and LLaMA-Factory's may be YAML or JSON.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from derivations.counting.refusal import Refusal, is_whole
from derivations.counting.spelling import ALL_LINEAR

if TYPE_CHECKING:
    from derivations.counting.configuration import Configuration

FIELDS = {
    "r": ("lora_r", "lora_rank"),
    "target_modules": ("lora_target_modules", "lora_target"),
    "target_parameters": ("lora_target_parameters",),
    "modules_to_save": ("lora_modules_to_save", "additional_target"),
    "layers_to_transform": ("peft_layers_to_transform",),
    "layers_pattern": ("peft_layers_pattern",),
    "use_dora": ("peft_use_dora", "use_dora"),
    "base_model_name_or_path": ("base_model", "model_name_or_path"),
}
"""What each field of the library's is called by the trainers."""
KINDS = {"adapter": ("lora", "qlora"), "finetuning_type": ("lora",)}
"""What says how a run trains, and what it says of a run with adapters."""
OF_TORCHTUNE = {"output_proj": "o_proj"}
"""What torchtune calls otherwise than the models do that it is given."""
MLP = ("gate_proj", "up_proj", "down_proj")
FROZEN = r".*\b(visual|vision_tower|vision_model|audio_tower)\b.*"
PROJECTOR = r".*\b(visual\.merger|multi_modal_projector|connector)\b.*"
"""What LLaMA-Factory leaves alone in a model with a tower: the tower, if not told otherwise, and what joins it."""

SIGNS = {"finetuning_type", "lora_target", "lora_rank", "lora_r", "lora_target_modules", "lora_target_linear"}
"""Keys of JSON that none but a trainer's has."""
LONGEST = 200_000
"""The most bytes that are read as YAML."""
_SIGN = re.compile(rb"^\s*['\"]?(?:lora_\w+|finetuning_type|fine_tune_type)['\"]?\s*:", re.MULTILINE)
OF_MLX = "mlx-lm's file is a little shorter: the bytes are those of PEFT's, which has longer names"
WITHOUT_KEYS = ("lora_parameters has no keys: mlx-lm adapts every Linear of the layers from 0.28.2 on; before, only "
                "self_attn.q_proj and v_proj in most families")


def in_words_of_the_library(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give what a file asks as the library would write it down. Raises `Refusal` for a run without adapters."""
    if "lora_parameters" in config or "fine_tune_type" in config:
        return config                                        # mlx-lm's, as its JSON is
    if isinstance(config.get("model"), dict):
        return _of_torchtune(config["model"])
    for field, known in KINDS.items():
        if field in config and config[field] not in known:
            raise Refusal(f"adapter: {field} is {str(config[field])[:40]!r}: the run trains no LoRA adapter")
    found = {field: config[name] for field, names in FIELDS.items() for name in names if config.get(name) is not None}
    if config.get("lora_target_linear"):
        beyond = {*_listed("target_modules", found.get("target_modules", []))} & {"lm_head", "embed_tokens"}
        if beyond:
            raise Refusal(f"adapter: lora_target_linear, which means no table and no head, isn't counted beside "
                          f"{min(beyond)}")
        found["target_modules"] = ALL_LINEAR
    if {"finetuning_type", "lora_target"} & {*config} and "lora_target_modules" not in config:
        found |= _of_llama_factory(found, config)
    lists = [name for name in ("modules_to_save", "layers_pattern") if name in found]
    return {**found, **{name: _listed(name, found[name]) for name in lists}}


def of_yaml(text: bytes) -> Mapping[str, Any] | None:
    """Read a text that is no JSON; None for what is no trainer's file. Raises `Refusal` where it can't be read here."""
    if text.lstrip().startswith(b"{") or not _SIGN.search(text) or len(text) > LONGEST:
        return None
    try:
        import yaml

        from derivations.places import PlainYaml
    except ImportError:
        raise Refusal("adapter: to read a trainer's YAML takes PyYAML: pip install pyyaml") from None
    try:
        config = yaml.load(text, PlainYaml)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        why = getattr(error, "problem", None) or getattr(error, "reason", None)
        raise Refusal(f"adapter: its YAML can't be read{f': {why}' if why else ''}") from None
    return config if isinstance(config, dict) else None


def is_a_trainers(config: Mapping[str, Any]) -> bool:
    """Whether a JSON file is one: what bears the library's own sign is the library's."""
    return "peft_type" not in config and bool(SIGNS & config.keys())


def _of_llama_factory(found: Mapping[str, Any], config: Mapping[str, Any]) -> Mapping[str, Any]:
    target = found.get("target_modules", "all")
    frozen = config.get("freeze_vision_tower", True) is not False
    return {
        "r": found.get("r", 8), "target_modules": ALL_LINEAR if target == "all" else _listed("lora_target", target),
        "exclude_modules": f"{FROZEN}|{PROJECTOR}" if frozen else PROJECTOR,
    }


def _listed(field: str, names: Any) -> list[str]:
    """Give a list, also for names with commas between. Raises `Refusal` for what holds no names."""
    if isinstance(names, str):
        return [name.strip() for name in names.split(",") if name.strip()]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise Refusal(f"adapter: {field} must be a list of names")
    return names


def _of_torchtune(model: Mapping[str, Any]) -> Mapping[str, Any]:
    """Read the model's section: a builder's name with the model's in it, attention by names, the rest by flags."""
    builder = re.sub(r"^q?lora_", "", str(model.get("_component_", "")).rpartition(".")[2])
    base = re.sub(r"(\d)_(\d)(?=_)", r"\1.\2", builder).replace("_", "-")
    listed = _listed("lora_attn_modules", model.get("lora_attn_modules") or [])
    attention = [OF_TORCHTUNE.get(name, name) for name in listed]
    return {
        **({"r": model["lora_rank"]} if "lora_rank" in model else {}), "base_model_name_or_path": base,
        "target_modules": [*attention, *(MLP if model.get("apply_lora_to_mlp") else ()),
                           *(("lm_head",) if model.get("apply_lora_to_output") else ())],
        "use_dora": model.get("use_dora", False),
    }


def of_mlx(config: Mapping[str, Any]) -> tuple[Mapping[str, Any], dict[str, Any]]:
    """Read mlx-lm's form: in the library's words, and in ours what these lack. Raises `Refusal` for what isn't LoRA.

    Its keys are whole names within a layer; the layers are the last ones of a model, whose depth it doesn't say.
    """
    kind = config.get("fine_tune_type", "dora" if config.get("use_dora") else "lora")
    if kind not in ("lora", "dora"):
        raise Refusal(f"adapter: fine_tune_type is {str(kind)[:40]!r}: the run trains no LoRA adapter")
    pairs = config.get("lora_parameters") or {"rank": 8}
    last = config.get("num_layers", config.get("lora_layers", 16))
    if not isinstance(pairs, dict) or not is_whole(last, -1, 10**6):
        raise Refusal("adapter: lora_parameters must be an object, and num_layers a whole number, or -1 for all")
    keys = pairs.get("keys")
    named = {name: pairs[key] for name, key in (
        ("r", "rank"), ("target_modules", "keys"), ("scale", "scale")) if key in pairs}
    short = [key for key in keys or () if isinstance(key, str) and "." not in key and key != "lm_head"]
    if short:
        raise Refusal(f"adapter: keys: {short[0][:60]!r}: mlx-lm takes whole names within a layer, as self_attn.q_proj")
    return ({**named, "use_dora": kind == "dora", "base_model_name_or_path": config.get("model")},
            {"last_layers": max(last, 0), **({} if keys else {"targets": "all"})})


def in_last_layers(asked: Mapping[str, Any], configuration: Configuration) -> dict[str, Any]:
    """Give what is asked with numbers for the last layers, which mlx-lm counts from a model's end; 0 are all."""
    last = asked.get("last_layers")
    rest = {name: value for name, value in asked.items() if name != "last_layers"}
    if last is None:
        return rest
    decoder = configuration.decoder
    if last > decoder.depth:
        raise Refusal(f"adapter: num_layers is {last:,}, and the model has {decoder.depth:,}")
    if rest["targets"] == "all" and any(run.layer.experts for run in decoder.runs):
        raise Refusal("adapter: lora_parameters has no keys, and what mlx-lm adapts then in a model with experts isn't "
                      "counted: give --targets")
    first = decoder.depth - last if last else 0
    return rest if not first or rest["layers_to_transform"] is not None else {
        **rest, "layers_to_transform": tuple(range(first, decoder.depth))}
