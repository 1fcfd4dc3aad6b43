"""Ask both sides the same: random small models of every family, random questions, the field's libraries and ours.

    python tests/oracle/fuzz.py [QUESTIONS] [SEED] [FAMILY…]
    python tests/oracle/fuzz.py write              a few of them, with the library's answers, into fuzzed.json

It runs in an environment of the oracle (`make oracle-fuzz`). Each model is built on the meta device and wrapped; then the
total, the adapted modules by name, what is trained, the tensors of the adapter's file by name and shape and the bytes of
the file are compared. Ours may refuse, and says why; where the library refuses, ours must too. Exits with 1 where an
answer differs.
"""

from __future__ import annotations

import contextlib
import json
import random
import re
import signal
import sys
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import peft
import torch
import transformers
from make_oracle import HERE, MAJOR
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
from safetensors.torch import save

from derivations.counting.architecture import kinds
from derivations.counting.architecture.decoder import total
from derivations.counting.architecture.dimensions import REQUIRED
from derivations.counting.architecture.family import MODEL_TYPES, MODULES, Family, find
from derivations.counting.configuration import Configuration, configure
from derivations.counting.count import Question, adapted, count_configuration
from derivations.counting.notes import notes_on_the_head
from derivations.counting.refusal import Refusal
from derivations.counting.stacked import in_version
from derivations.counting.tensors import base_tensors, pair_tensors

Config = dict[str, Any]

UNCOUNTED: dict[str, Config] = {
    "hunyuan_v1_dense": {"pad_token_id": None, "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0}},
    "hunyuan_v1_moe": {"pad_token_id": None, "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0}},
    "modernbert": {"pad_token_id": 0}, "esm": {"pad_token_id": 1}, "longformer": {"attention_window": 4}, "mllama_text_model": {"pad_token_id": 0, "rope_scaling": {"rope_type": "default"}},
    **{kind: {"pad_token_id": 0} for kind in ("phi3", "glm", "glm4", "smollm3", "jamba")},
    **{kind: {"decoder_attention_heads": 1} for kind in ("bart", "mbart", "m2m_100", "pegasus", "led")},
    "marian": {"pad_token_id": 0, "decoder_attention_heads": 1},
    **{kind: {"conv_stride": [2, 2]} for kind in MODULES["speech"]},
    "whisper": {"pad_token_id": 0, "decoder_attention_heads": 1},
    "qwen2_vl": {"rope_scaling": {"type": "mrope", "mrope_section": [1, 1, 2]}},
}
"""What the library needs, and no count depends on."""


# Configurations ---------------------------------------------------------------------------------------------------


def configuration(rng: random.Random, family: Family) -> Config:
    """Give a random configuration of a family, as a file would hold it."""
    if family.parts:
        config: Config = {"model_type": family.model_type}
        for part in family.parts:
            if not part.optional or rng.random() < 0.7:
                config[part.key] = configuration(rng, find(part.model_type + part.role))
                config[part.key]["model_type"] = config[part.key]["model_type"].removesuffix(part.role)
        config |= _fields(rng, family)
        if "tie_word_embeddings" in family.fields and family.fields["tie_word_embeddings"].only is None:
            config["tie_word_embeddings"], config["text_config"]["tie_word_embeddings"] = rng.choices((True, False), k=2)
    else:
        config = {"model_type": family.model_type, **_fields(rng, family)}
    if family.model_type in ("swin", "donut-swin") and "mlp_ratio" in config:
        config["mlp_ratio"] = float(config["mlp_ratio"])
    if family.model_type == "dbrx":
        inner = {name: config.pop(name) for name in [*config] if "." in name}
        config["attn_config"], config["ffn_config"] = ({name.partition(".")[2]: value for name, value in inner.items() if name.startswith(owner)}
                                                       for owner in ("attn", "ffn"))
        config["attn_config"]["rope_theta"] = 10000.0
        config["ffn_config"] |= {"hidden_size": config["d_model"]} if MAJOR > 4 else {}
    if family.model_type == "blip-2" and rng.random() < 0.5:
        config["text_config"] = configuration(rng, find("t5"))
    if family.model_type == "t5gemma":
        config["encoder"]["vocab_size"] = config["vocab_size"] = config["decoder"]["vocab_size"]
        for one in ("encoder", "decoder"):
            config[one].pop("tie_word_embeddings", None)
    if family.model_type == "granite_speech":
        config["encoder_config"]["context_size"] = 4
        config["encoder_config"].setdefault("max_pos_emb", 8)
        config["projector_config"]["encoder_hidden_size"] = config["encoder_config"].setdefault("hidden_dim", 16)
        config["encoder_config"].setdefault("num_heads", 2)
        config |= {"window_size": 6, "downsample_rate": 2}
    if family.model_type == "florence2":
        eye = config["vision_config"]
        eye |= {name: [1] * len(eye["depths"]) for name in ("patch_stride", "patch_padding", "num_heads", "num_groups")}
        eye["projection_dim"] = config["text_config"]["d_model"]
        config["text_config"] |= {"decoder_attention_heads": 1}
        if "mlp_ratio" in eye:
            eye["mlp_ratio"] = float(eye["mlp_ratio"])
    if family.model_type == "segformer":
        config["strides"] = config["num_attention_heads"] = [1] * config["num_encoder_blocks"]
    if family.model_type == "vision-encoder-decoder":
        kind, of = rng.choice((("vit", "mbart"), ("donut-swin", "trocr"), ("deit", "gpt2"), ("donut-swin", "mbart"), ("vit", "trocr")))
        config["encoder"] = configuration(rng, find(kind))
        config["decoder"] = configuration(rng, find(f"{of}_decoder")) | {"model_type": of, "pad_token_id": 0, "is_decoder": True}
        config["decoder"] |= {"add_cross_attention": True} if of == "gpt2" else {"cross_attention_hidden_size": None}
    if family.model_type == "gpt_neo":
        config["attention_types"] = [[["global"], config["num_layers"]]]
    if family.model_type == "falcon_h1":
        config["mamba_d_ssm"] = config["mamba_n_heads"] * config["mamba_d_head"]
    if family.model_type == "nemotron_h" and rng.random() < 0.5:
        config["hybrid_override_pattern"] = "".join(rng.choices("M*-E", k=len(config.pop("layers_block_type"))))
    return config | UNCOUNTED.get(family.model_type, {})


def _fields(rng: random.Random, family: Family) -> Config:
    heads, size, layers = rng.choice((1, 2, 4)), rng.choice((8, 16)), rng.randint(1, 4)
    sizes = {
        "num_attention_heads": heads, "hidden_size": heads * size, "num_hidden_layers": layers,
        "vocab_size": rng.randint(20, 60), "intermediate_size": 4 * rng.randint(2, 12),
        "num_key_value_heads": rng.choice([one for one in (1, 2, 4) if heads % one == 0]),
        "head_dim": rng.choice((4, 8, 16)), "first_k_dense_replace": rng.randint(0, layers),
        "num_experts": rng.randint(2, 4), "moe_intermediate_size": 2 * rng.randint(2, 8),
        "max_position_embeddings": rng.randint(8, 40), "patch_size": 2, "image_size": rng.choice((4, 8)),
        "attn_layer_period": 3, "attn_layer_offset": heads % 3, "expert_layer_offset": 0,
        "state_heads": 4 * heads, "state_head_dim": 2 * size // 4, "state_groups": 1, "state_size": 8,
        "layer_types": [rng.choice(_kinds(family)) for _ in range(layers)],
        "mlp_only_layers": sorted(rng.sample(range(layers), rng.randint(0, layers))),
        "deepstack_visual_indexes": list(range(rng.randint(0, layers))),
        "num_position_embeddings": 16, "interleave_moe_layer_step": rng.randint(1, 2),
        "linear_num_key_heads": 2, "linear_num_value_heads": 4, "full_attn_idxs": [],
        "block_multiple_of": 8, "mlp_ratio": 2, "spatial_merge_size": 2,
        **{name: [1 + (size // 8 + at * step) % 3 for at in range(layers)] for step, name in enumerate(
            ("depths", "reductions", "mlp_ratios", "patch_sizes"), 1)},
        "stages": layers, "widths": [4 * (1 + (at + heads) % 3) for at in range(layers)], "heads": [1 + at % 2 for at in range(layers)],
        "norms_before": [at % 2 == heads % 2 for at in range(layers)],
        "decoder_layers": rng.randint(1, 3), "decoder_intermediate_size": 4 * rng.randint(2, 12),
        "feed_forward": rng.choice(("relu", "gated-gelu")), "max_source_positions": rng.randint(8, 40),
        "aspect_ratios": [[1, 1]] * rng.randint(1, 5),
        "cross_attention_layers": sorted(rng.sample(range(layers), rng.randint(0, layers))),
        "num_kv_shared_layers": rng.randint(0, layers - 1), "altup_num_inputs": rng.randint(1, 4),
        "hidden_size_per_layer_input": rng.choice((0, 4, 8)), "vocab_size_per_layer_input": rng.randint(20, 60),
        "global_head_dim": rng.choice((4, 8, 16)), "position_embedding_size": 16,
        "subsampling_conv_channels": [8, 4],
        "conv_dims": [rng.randint(2, 6), rng.randint(2, 6)], "conv_kernels": [3, 2], "norm_type": ("layer_norm", "rms_norm")[layers % 2], "conv_norm": ("group", "layer")[layers % 2],
        "masked_in_time": (0, 0.05)[layers % 2], "masked_in_features": (0.0, 0.1)[layers // 2 % 2], "conv_groups": rng.choice((1, 2)),
        "num_mel_bins": rng.randint(4, 9), "relative_buckets": rng.randint(4, 32),
        "position_buckets": (-1, 4)[layers % 2], "max_relative_positions": (6, -1, 6)[layers % 3],
        "norm_rel_ebd": ("none", "layer_norm")[layers % 2], "pos_att_type": ("c2p|p2c", ["p2c"], [])[layers % 3],
        "position_embedding_type": ("absolute", "rotary")[layers % 2],
    }
    config: Config = {}
    for name, field in family.fields.items():
        if field.only is not None or (field.default != REQUIRED and rng.random() < 0.3 and name not in _ALWAYS):
            continue
        value = sizes.get(name)
        if field.kind == kinds.FLAG:
            value = rng.random() < 0.5
        elif value is None:
            value = rng.randint(1, 8) if field.kind not in (kinds.NUMBERS, kinds.NAMES, kinds.NAME, kinds.LISTS, kinds.OBJECT) else None
        if name == "full_attn_idxs" or value is None:
            continue
        config[field.names[0]] = value
    return config


_ALWAYS = ("intermediate_size", "num_key_value_heads", "state_heads", "state_head_dim", "state_groups", "num_experts",
           "moe_intermediate_size", "num_hidden_layers", "attn_layer_period", "attn_layer_offset", "expert_layer_offset", "conv_dims", "conv_kernels", "depths", "widths", "heads", "reductions", "patch_sizes", "norms_before", "stages",
           "mlp_ratios")
"""What is never left out: the class's own value is too large, or at odds with a small model."""


def _kinds(family: Family) -> tuple[str, ...]:
    return KINDS_OF_LAYERS.get(family.model_type, ("linear_attention", "full_attention"))


KINDS_OF_LAYERS = {**dict.fromkeys(("lfm2", "lfm2_moe"), ("conv", "full_attention")),
                   "gemma4_text": ("sliding_attention", "full_attention"),
                   "nemotron_h": ("linear_attention", "full_attention", "mlp", "moe")}


AUTO = {**dict.fromkeys((*MODULES["encoders"], *MODULES["stages"], "clip", "siglip"), ""), **dict.fromkeys(MODULES["speech"], "ForCTC"), "modernbert": "ForMaskedLM",
        **dict.fromkeys((*MODULES["translators"], "qwen2_audio", "voxtral"), "ForSeq2SeqLM"), "whisper": "ForSpeechSeq2Seq", **dict.fromkeys(("vision-encoder-decoder", "florence2"), "ForImageTextToText"), "granite_speech": "ForSpeechSeq2Seq"}
"""The library's classes, where they aren't those that predict the next token."""


def build(config: Config) -> torch.nn.Module:
    """Build the model on the meta device."""
    fields = {name: value for name, value in json.loads(json.dumps(config)).items() if name != "model_type"}   # it takes parts out
    settings = transformers.AutoConfig.for_model(config["model_type"], **fields)
    auto = AUTO.get(config["model_type"], "ForImageTextToText" if "text_config" in config else "ForCausalLM")
    if "num_labels" in config:
        auto = "ForSequenceClassification"
    with torch.device("meta"):
        return getattr(transformers, f"AutoModel{auto}").from_config(settings)


RARE = (torch.nn.Conv1d, torch.nn.Conv2d, torch.nn.Conv3d, torch.nn.Embedding)
"""What is adapted now and then."""


# Questions --------------------------------------------------------------------------------------------------------


def question(rng: random.Random, model: torch.nn.Module) -> Config:
    """Give a random question, as the library's own configuration takes it."""
    names = [name for name, module in model.named_modules() if isinstance(module, torch.nn.Linear)
             or type(module).__name__ == "Conv1D" or (isinstance(module, RARE) and rng.random() < 0.3)]
    leaves = sorted({name.rpartition(".")[2] for name in names} - {"lm_head"})
    options: Config = {"r": rng.randint(1, 5)}
    kind = rng.random()
    chosen = rng.sample(leaves, rng.randint(1, min(4, len(leaves))))
    if kind < 0.55:
        options["target_modules"] = chosen
    elif kind < 0.65:
        options["target_modules"] = rng.sample(names, min(len(names), rng.randint(1, 3)))
    elif kind < 0.72:
        options["target_modules"] = sorted({".".join(name.split(".")[-2:]) for name in rng.sample(names, 1)})
    elif kind < 0.85:
        options["target_modules"] = rf".*\.({'|'.join(map(re.escape, chosen))})"
    elif kind < 0.9:
        options["target_modules"] = rf".*\.[0-2]\..*({'|'.join(map(re.escape, chosen))})"
    else:
        options["target_modules"] = "all-linear"
    if isinstance(options["target_modules"], list) and rng.random() < 0.2:
        layers = [int(found[1]) for name in names if (found := re.search(r"\.(\d+)\.", name))]
        options["layers_to_transform"] = sorted(set(rng.choices(layers or [0], k=2)))
        stacks = [found[1] for name in names if (found := re.search(r"([a-zA-Z_]+)\.\d+\.", name))]
        if stacks and rng.random() < 0.3:
            options["layers_pattern"] = rng.choice(stacks)
    if rng.random() < 0.2:
        options["rank_pattern"] = {rng.choice([*leaves, *names]): rng.randint(1, 7)}
    if rng.random() < 0.15:
        at = rng.choice(names).split(".")
        options["exclude_modules"] = rng.choice(([rng.choice(leaves)], rf".*{re.escape(at[len(at) // 2])}\..*"))
    if rng.random() < 0.15:
        options["use_dora"] = True
    if rng.random() < 0.3:
        options["bias"] = rng.choice(("lora_only", "all"))
    if rng.random() < 0.15:
        options["modules_to_save"] = [rng.choice(("lm_head", "embed_tokens", "norm"))]
    solid = [name for name, parameter in model.named_parameters() if parameter.dim() > 2 and "experts" in name]
    if solid and MAJOR > 4 and rng.random() < 0.3:
        options["target_parameters"] = [name.split(".", rng.randint(0, name.count(".") - 1))[-1]
                                        for name in rng.sample(solid, min(len(solid), rng.randint(1, 3)))]
        if rng.random() < 0.2:
            options["target_modules"] = []
    if rng.random() < 0.12:
        tables = [name.rpartition(".")[2] for name, module in model.named_modules()
                  if isinstance(module, torch.nn.Embedding)]
        rows = sorted(rng.sample(range(8), rng.randint(1, 4)))
        options["trainable_token_indices"] = rows if rng.random() < 0.6 else {
            name: rng.choice((rows, rows[:1])) for name in rng.sample([*tables, "lm_head"], rng.randint(1, 2 if tables else 1))}
    return options


def _excluded(given: str | list[str]) -> str | tuple[str, ...]:
    return given if isinstance(given, str) else tuple(given)


def ours(options: Config, *, fused: bool) -> Question:
    """Give the same question as ours."""
    targets, rows = options["target_modules"], options.get("trainable_token_indices", {})
    return Question(
        options["r"], targets=targets if isinstance(targets, str) else tuple(targets),
        layers_to_transform=tuple(options["layers_to_transform"]) if "layers_to_transform" in options else None,
        layers_pattern=tuple(options[name] for name in ("layers_pattern",) if name in options),
        rank_pattern=options.get("rank_pattern", {}), exclude_modules=_excluded(options.get("exclude_modules", ())),
        dora=options.get("use_dora", False), bias=options.get("bias", "none"),
        modules_to_save=tuple(options.get("modules_to_save", ())), experts="fused" if fused else None,
        target_parameters=tuple(options.get("target_parameters", ())),
        trainable_token_indices=rows if isinstance(rows, dict) else {"": rows})


# Both sides -------------------------------------------------------------------------------------------------------


def theirs(config: Config, options: Config) -> dict[str, Any]:
    """Give the library's answer."""
    model = get_peft_model(build(config), LoraConfig(lora_alpha=1, task_type=None, **options))
    state = get_peft_model_state_dict(model, save_embedding_layers="auto")
    held = {name: tuple(tensor.shape) for name, tensor in state.items()}
    parameters = sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
    return {"trainable": parameters, "tensors": held,
            "modules": sorted({name.split(".lora_")[0].removeprefix("base_model.model.").replace(".base_layer", "")
                               for name, _ in model.named_parameters() if ".lora_" in name}),
            "bytes": len(save({name: torch.zeros(shape) for name, shape in held.items()}, {"format": "pt"}))}


def answer(found: Configuration, asked: Question) -> dict[str, Any]:
    """Give ours."""
    counted = count_configuration(found, asked)
    decoder = in_version(found.decoder, asked)
    chosen, _ = adapted(decoder, asked)
    names = set()
    for place in chosen:
        for name in place.names():
            names.add(name.rpartition(".")[0] if place.fused else name)
    filed = (*pair_tensors(decoder, asked, chosen), *base_tensors(decoder, asked, chosen))
    return {"notes": counted.notes, "trainable": counted.trainable, "tensors": dict(filed),
            "modules": sorted(names), "bytes": counted.adapter_file_bytes}


def differences(mine: dict[str, Any], other: dict[str, Any]) -> Iterator[str]:
    """Say what differs."""
    for what in ("trainable", "modules", "tensors", "bytes"):
        if mine[what] == other[what] or (what == "bytes" and mine[what] is None):
            continue
        if what in ("modules", "tensors"):
            a, b = ({*one.items()} if isinstance(one, dict) else {*one} for one in (mine[what], other[what]))
            yield f"{what}: ours only {sorted(a - b)[:4]}, theirs only {sorted(b - a)[:4]}"
        else:
            yield f"{what}: {mine[what]}, theirs {other[what]}"


class Kind(NamedTuple):
    """What one kind of note explains.

    note     the words that it is known by
    names    the names of what may differ in the adapter
    trained  whether the number of what is trained may differ with them
    exact    whether the note says by how many it does
    total    whether it says by how many the model's total does
    """

    note: str
    names: str
    trained: bool = False
    exact: bool = False
    total: bool = False


KINDS = (
    Kind(r"0\.17 leaves them out of the file", r"\.bias$"),
    Kind(r"^(?P<named>.*): no parameter; PEFT 0\.17 stores it", r"{named}$"),
    Kind(r"PEFT 0\.17 took the last one", r"\.\d+\.(.*\.)?\d+\.", trained=True),
    Kind(r"^(?P<named>.*): not trained by PEFT 0\.21, .*0\.17 trains", r"({named})(\.token_adapter)?(\.base_layer)?(\.weight)?$", exact=True),
    Kind(r"^tie_word_embeddings .* 4 asked its text", r"lm_head|embed_tokens", trained=True, total=True),
    Kind(r"^(?P<named>head_dim) .*transformers 4 doesn't read", r"self_attn\.[qkvo]_proj\.", trained=True, total=True),
    Kind(r"^projector_use_layernorm: transformers 4 doesn't read", r"projector\.layer_norm\.", trained=True, total=True),
    Kind(r"^attention_bias: transformers 4 doesn't read", r"self_attn\.[qkvo]_proj\.(base_layer\.)?bias$", trained=True,
         total=True),
    Kind(r"^(?P<named>\S*?)…?: transformers 4 calls it (?P<there>\S*?)…?,", r"^(base_model\.model\.)?({named}|{there})",
         trained=True),
    Kind(r"^k_proj, v_proj, k_norm: none in the last .* transformers 4 has them", r"self_attn\.[kv]_(proj|norm)",
         trained=True, total=True),
    Kind(r"^(?P<named>\S*): a Linear in transformers 4", r"{named}(\.|$)", trained=True),
    Kind("^counted by the names of transformers 5", ".", trained=True),
) if MAJOR == 4 else (
    Kind("5 ties it", r"lm_head\.token_adapter", trained=True, total=True),
    Kind("^counted by the names of transformers 4", ".", trained=True),
)
"""What the notes on versions explain: a difference of any other name, or of a number beside these, isn't stated."""


def said_of_versions(mine: dict[str, Any], other: dict[str, Any]) -> str:
    """Give the notes that explain every difference between two answers; nothing where one is left over."""
    kinds = [(kind, note, found) for note in mine["notes"] for kind in KINDS if (found := re.search(kind.note, note))]
    if not kinds:
        return ""
    allowed = [re.compile(kind.names.format(**{name: "|".join(map(re.escape, text.split(", ")))
                                               for name, text in found.groupdict().items()}))
               for kind, _, found in kinds]
    apart = [{*one.items()} ^ {*two.items()} if isinstance(one, dict) else {(name, ()) for name in {*one} ^ {*two}}
             for one, two in ((mine[what], other[what]) for what in ("modules", "tensors"))]
    left = [name for one in apart for name, _ in one if not any(names.search(name) for names in allowed)]
    more = other["trainable"] - mine["trainable"]
    numbers = (0, _said(note for kind, note, _ in kinds if kind.exact))
    if left or (more not in numbers and not any(kind.trained for kind, *_ in kinds)):
        return ""
    return "; ".join(re.sub(r"[\d,.]+ parameters.*", "…", note)[:60] for _, note, _ in kinds)


def _said(notes: Iterable[str]) -> int:
    """Add up the parameters that notes say to be more or fewer."""
    said = [found for note in notes if (found := re.search(r"([\d,]+) parameters (more|fewer)", note))]
    return sum(int(one[1].replace(",", "")) * (1 if one[2] == "more" else -1) for one in said)


def total_is_said(notes: Sequence[str], more: int) -> bool:
    """Whether the notes that bear on the total say by how many parameters this version's differs."""
    return more == _said(note for note in notes if any(re.search(kind.note, note) for kind in KINDS if kind.total))


def main(questions: int, seed: int, families: list[str]) -> int:
    """Ask, and print the tally: of all that was asked by then, where it is stopped."""
    warnings.filterwarnings("ignore")
    transformers.logging.set_verbosity_error()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    rng, tally, refusals = random.Random(seed), Counter[str](), Counter[str]()
    asked = families or [one for one in MODEL_TYPES if one in transformers.CONFIG_MAPPING]
    with contextlib.suppress(KeyboardInterrupt):
        for _ in range(questions):                       # no more models than that, where none of them can be built
            if tally["questions"] >= questions:
                break
            ask_of_a_model(rng, configuration(rng, find(rng.choice(asked))), tally, refusals)
    print(f"\ntransformers {transformers.__version__}, peft {peft.__version__}, seed {seed}")
    print(f"questions {tally['questions']}, differences {tally['differences']}, refusals {sum(refusals.values())}")
    for reason, number in refusals.most_common():
        print(f"  {number:5} {reason}")
    print("\n".join(f"  {name}: {number}" for name, number in sorted(tally.items()) if name.startswith("not built")))
    return 1 if tally["differences"] else 0


def ask_of_a_model(rng: random.Random, config: Config, tally: Counter[str], refusals: Counter[str]) -> None:
    """Ask for a model's total, and five questions about it."""
    kind = config["model_type"]
    try:
        model = build(config)
    except Exception as error:  # noqa: BLE001 - what the library can't build isn't asked about
        tally[f"not built: {kind}: {type(error).__name__}: {str(error).splitlines()[0][:90]}"] += 1
        return
    try:
        found = configure(json.loads(json.dumps(config)))
    except Refusal as refusal:
        refusals[f"{kind}: {refusal}"] += 1
        tally["questions"] += 1
        return
    if without_its_experts(found):
        return
    counted = int(total(found.decoder))
    stored = sum(parameter.numel() for parameter in model.parameters())
    said = [*found.decoder.versions, *notes_on_the_head(found)]
    if counted != stored and total_is_said(said, stored - counted):
        refusals[f"said: {re.sub('[0-9,]+ parameters', '…', said[0])[:120]}"] += 1
    elif counted != stored:
        tally["differences"] += 1
        print(f"{kind}: total {counted}, theirs {stored}: {json.dumps(config)}", flush=True)
    for _ in range(5):
        options = question(rng, model)
        tally["questions"] += 1
        tally["differences"] += ask(config, found, options, refusals)


def without_its_experts(found: Configuration) -> bool:
    """Whether no layer has the experts of its family: the library rewrites names all the same."""
    return found.model_type != "dbrx" and any("num_experts" in one.family.fields for one in (found, *found.parts) if one) and not any(run.layer.experts for run in found.decoder.runs)


def ask(config: Config, found: Configuration, options: Config, refusals: Counter[str]) -> int:
    """Ask both; give 1 where they differ."""
    layered = any(run.layer.experts for run in found.decoder.runs)
    stacked = any(run.layer.stacked for run in found.decoder.runs)
    try:
        mine: dict[str, Any] | Refusal = answer(found, ours(options, fused=layered and MAJOR > 4 and not stacked))
    except Refusal as refusal:
        mine = refusal
    try:
        other = theirs(config, options)
    except Exception as error:  # noqa: BLE001 - any refusal of the library's
        if isinstance(mine, Refusal):
            refusals["both refuse"] += 1
            return 0
        none = re.search("No modules were targeted|not found in the base model", str(error))
        names = "PEFT 0.17 refuses|transformers 4 calls it|by the names of transformers 5" if MAJOR == 4 else "by the names of transformers 4"
        if any(re.search(names, one) for one in mine["notes"]):
            refusals["said: … PEFT 0.17 refuses …, or names it otherwise"] += 1
            return 0
        if MAJOR == 4 and none and any("adapts others or none" in one for one in mine["notes"]):
            refusals["said: layers_to_transform: … adapts others or none"] += 1
            return 0
        print(f"{config['model_type']}: the library refuses: {type(error).__name__} {str(error)[:150]}\n  "
              f"{json.dumps(options)} {json.dumps(config)}", flush=True)
        return 1
    if isinstance(mine, Refusal):
        refusals[re.sub(r"'[^']*'|[\w.]+\.[\w.]+", "…", str(mine))[:90]] += 1
        return 0
    found_differences = list(differences(mine, other))
    if found_differences and (said := said_of_versions(mine, other)):
        refusals[f"said: {said}"] += 1
        return 0
    for one in found_differences[:2]:
        print(f"{config['model_type']}: {one}", flush=True)
    if found_differences:
        print(f"  {json.dumps(options)} {json.dumps(config)}", flush=True)
    return bool(found_differences)


def write(seed: int, families: list[str]) -> None:
    """Keep three configurations a family and the library's answers about them, for tests that run without it."""
    kept = []
    for kind in families:
        rng, made = random.Random(f"{kind} {seed}"), 0
        for _ in range(60):
            if made == 3:
                break
            config = configuration(rng, find(kind))
            try:
                model = build(config)
                options = question(rng, model)
                found = configure(json.loads(json.dumps(config)))
                fused = any(run.layer.experts and not run.layer.stacked for run in found.decoder.runs)
                mine, other = answer(found, ours(options, fused=fused)), theirs(config, options)
            except Exception:  # noqa: BLE001 - what either refuses is no vector
                continue
            if any(re.search("5 ties it|names of transformers 4", one) for one in mine["notes"]) or without_its_experts(found):
                continue                                               # and what depends on more
            if list(differences(mine, other)):
                raise SystemExit(f"{kind}: {list(differences(mine, other))} {options} {config}")
            made += 1
            kept.append({"config": config, "options": options, "total": sum(one.numel() for one in model.parameters()),
                         "trainable": other["trainable"], "modules": len(other["modules"]), "bytes": other["bytes"]})
    lines = ",\n".join(json.dumps(one) for one in kept)
    (HERE / "fuzzed.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["write"]:
        warnings.filterwarnings("ignore")
        transformers.logging.set_verbosity_error()
        write(1, [one for one in MODEL_TYPES if one in transformers.CONFIG_MAPPING and not find(one).letters])
        sys.exit()
    numbers = [int(one) for one in sys.argv[1:] if one.isdigit()]
    count, start = [*numbers, 1000, 0][:2] if len(numbers) < 2 else numbers[:2]
    sys.exit(main(count, start if len(numbers) > 1 else 0, [one for one in sys.argv[1:] if not one.isdigit()]))
