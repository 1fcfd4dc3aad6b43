"""Measure what autograd saves in a training step of small models, by the field's own libraries.

Run by `make oracle-activations` in the oracle's environment; writes tests/counting/data/activations.json. Counted are
distinct storages that a forward pass packs for its backward pass, parameters and buffers apart, on a processor.
"""

from __future__ import annotations

import json
import random
import warnings
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForImageTextToText

MAJOR = int(version("transformers").partition(".")[0])
DATA = Path(__file__).parents[1] / "counting" / "data" / f"activations{'-4' if MAJOR == 4 else ''}.json"
TYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
MLP = ["gate_proj", "up_proj", "down_proj"]
ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]
TARGETS = (["q_proj", "v_proj"], ATTENTION, MLP, ATTENTION + MLP)
DROPOUTS = ("resid_pdrop", "attn_pdrop", "embd_pdrop", "dropout", "residual_dropout", "embedding_dropout",
            "hidden_dropout", "attention_dropout", "hidden_dropout_prob", "attention_probs_dropout_prob")
"""Left out, as they are in what larger models are trained with."""
FUSED = {
    "phi3": (["qkv_proj", "o_proj"], ["gate_up_proj", "down_proj"]),
    "gpt2": (["c_attn"], ["c_fc", "mlp.c_proj"]),
    "gpt_neox": (["query_key_value", "attention.dense"], ["dense_h_to_4h", "dense_4h_to_h"]),
    "phi": (["q_proj", "k_proj", "v_proj", "dense"], ["fc1", "fc2"]),
    "opt": (["q_proj", "k_proj", "v_proj", "out_proj"], ["fc1", "fc2"]),
    "biogpt": (["q_proj", "k_proj", "v_proj", "out_proj"], ["fc1", "fc2"]),
    "starcoder2": (ATTENTION, ["c_fc", "c_proj"]),
    **dict.fromkeys(("arcee", "nemotron"), (ATTENTION, ["up_proj", "down_proj"])),
}
"""What other families call the Linears of attention and of the MLP."""
OF_GPT2 = {"hidden_size": "n_embd", "num_attention_heads": "n_head", "num_hidden_layers": "n_layer",
           "intermediate_size": "n_inner", "vocab_size": "vocab_size"}


def prepared(case: dict[str, Any]) -> torch.nn.Module:
    """Build a case's model with random weights, its adapter on it, ready for a step."""
    torch.manual_seed(0)
    sizes, ids = case["config"], {"pad_token_id": 0, "bos_token_id": 0, "eos_token_id": 0}
    whole = "text_config" in sizes
    sizes = {**sizes, "text_config": {**sizes["text_config"], **ids}} if whole else {**sizes, **ids}
    config = AutoConfig.for_model(case["model_type"], **sizes)
    for name in DROPOUTS:
        if hasattr(config, name):
            setattr(config, name, 0.0)
    kind = AutoModelForImageTextToText if whole else AutoModelForCausalLM
    model = kind.from_config(config, attn_implementation=case["attention"]).to(TYPES[case["dtype"]])
    if case["targets"] is not None:
        model = get_peft_model(model, LoraConfig(r=case["rank"], target_modules=case["targets"], lora_dropout=0.0,
                                                 **({"target_parameters": case["parameters"]} if "parameters" in case else {})))
    model.train()
    if case["checkpointing"]:
        inner = model if case["targets"] is None else model.base_model.model
        inner.gradient_checkpointing_enable({"use_reentrant": False})
        if case["targets"] is not None:
            model.enable_input_require_grads()
    return model


def saved_bytes(case: dict[str, Any]) -> int:
    """Run one forward pass and add up what it keeps."""
    model = prepared(case)
    own = {tensor.untyped_storage().data_ptr() for tensor in (*model.parameters(), *model.buffers())}
    kept: dict[int, torch.Tensor] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        where = tensor.untyped_storage().data_ptr()
        if where not in own:
            kept.setdefault(where, tensor)
        return tensor

    tokens = torch.randint(0, model.config.get_text_config().vocab_size, (case["batch"], case["length"]))
    with (torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor),
          torch.autocast("cpu", torch.bfloat16, enabled=case["autocast"])):
        model(input_ids=tokens, labels=tokens, use_cache=False)
    return sum(tensor.untyped_storage().nbytes() for tensor in kept.values())


def cases(count: int, seed: int) -> list[dict[str, Any]]:
    """Draw shapes, types, targets and kernels."""
    draw = random.Random(seed)
    found = []
    for _ in range(count):
        kind = draw.choice(["llama", "qwen2", "mistral", "qwen3"])
        groups, each, head_dim = draw.choice([1, 2, 4]), draw.choice([1, 2, 4]), draw.choice([8, 16, 24])
        heads = groups * each
        own_head = kind in ("mistral", "qwen3")
        config = {
            "hidden_size": heads * (draw.choice([8, 12, 20]) if own_head else head_dim), "num_attention_heads": heads,
            "num_key_value_heads": groups, "intermediate_size": draw.choice([80, 112, 200]),
            "num_hidden_layers": draw.choice([2, 3, 5]), "vocab_size": draw.choice([50, 131, 400]),
            "tie_word_embeddings": draw.random() < 0.5,
        } | ({"head_dim": head_dim} if own_head else {})
        targets = draw.choice([None, *TARGETS])
        dtype = draw.choice(list(TYPES))
        found.append({
            "model_type": kind, "config": config, "dtype": dtype, "targets": targets,
            "autocast": targets is not None and dtype == "bfloat16" and draw.random() < 0.5,
            "rank": draw.choice([1, 4, 16]), "attention": draw.choice(["eager", "sdpa"]),
            "checkpointing": draw.random() < 0.2, "batch": draw.choice([2, 3, 4]), "length": draw.choice([7, 16, 33]),
        })
    return found


OTHERS = ("gemma", "gemma2", "gemma3_text", "olmo2", "olmo3", "granite", "smollm3", "ministral3", "phi3", "gpt2", "gpt_neox",
          "phi", "opt", "starcoder2", "stablelm")
FURTHER = ("ministral", "cwm", "iquestcoder", "seed_oss", "hunyuan_v1_dense", "exaone4", "arcee", "nemotron", "biogpt")


def others(seed: int, kinds: Sequence[str]) -> list[dict[str, Any]]:
    """Draw shapes of other families: full, over attention alone, over the MLP alone, over both; two kernels, two types."""
    draw = random.Random(seed)
    found = []
    for kind in kinds:
        attention, mlp = FUSED.get(kind, (ATTENTION, MLP))
        for targets in (None, attention, mlp, attention + mlp):
            for kernel in ("eager", "sdpa"):
                heads, head_dim = draw.choice([4, 8]), draw.choice([16, 32])
                config = {
                    "hidden_size": heads * head_dim, "intermediate_size": draw.choice([3, 4]) * heads * head_dim,
                    "num_attention_heads": heads, "num_hidden_layers": draw.choice([3, 6]),
                    "vocab_size": draw.choice([128, 400]), "tie_word_embeddings": False,
                }
                if kind not in ("gpt2", "gpt_neox", "opt", "biogpt"):
                    config["num_key_value_heads"] = draw.choice([2, heads])
                if kind == "hunyuan_v1_dense":
                    config["rope_parameters"] = {"rope_type": "default", "rope_theta": 10000.0}
                if kind.startswith("gemma") or (kind in FURTHER and kind != "biogpt"):
                    config["head_dim"] = head_dim
                if kind == "gpt2":
                    config = {OF_GPT2[name]: value for name, value in config.items() if name in OF_GPT2} | {"n_positions": 1024}
                if kind == "opt":
                    config["ffn_dim"] = config.pop("intermediate_size")
                    config |= {"word_embed_proj_dim": config["hidden_size"], "max_position_embeddings": 2048}
                if kind == "gemma2" and kernel != "eager":
                    continue                                     # it has no other kernel on a processor
                found.append({
                    "model_type": kind, "config": config, "dtype": draw.choice(list(TYPES)), "targets": targets,
                    "rank": draw.choice([4, 16]), "attention": kernel, "autocast": False,
                    "checkpointing": draw.random() < 0.15, "batch": 2, "length": draw.choice([32, 64])})
    return found


def in_some_layers(seed: int) -> list[dict[str, Any]]:
    """Draw models of which only some layers are adapted, and not all alike."""
    draw = random.Random(seed)
    found = []
    for kind in ("llama", "qwen3"):
        for targets in (r".*\.[23]\..*(q|v)_proj", r".*\.(1|3)\.self_attn.*_proj", r".*(\.0\.mlp\.up_proj|\.2\.self_attn\.o_proj)",
                        r".*(\.1\.mlp\.(gate|up|down)_proj|\.3\.self_attn\.k_proj)", r".*\.1\.mlp\.down_proj"):
            for kernel in ("eager", "sdpa"):
                config = {"hidden_size": 64, "intermediate_size": 80, "num_attention_heads": 4, "num_key_value_heads": 2,
                          "head_dim": 16, "num_hidden_layers": 4, "vocab_size": 131, "tie_word_embeddings": False}
                found.append({
                    "model_type": kind, "config": config, "dtype": draw.choice(list(TYPES)), "targets": targets, "rank": 4,
                    "attention": kernel, "autocast": False, "checkpointing": False, "batch": 2, "length": 16})
    return found


PARAMETERS = ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"]


def with_experts(seed: int) -> list[dict[str, Any]]:
    """Draw shapes of families whose layers have experts: in version 4 each a module, in version 5 3-D parameters."""
    draw = random.Random(seed)
    found = []
    for kind in ("mixtral", "qwen3_moe", "olmoe", "gpt_oss")[:3 if MAJOR == 4 else 4]:
        inside = ["w1", "w3", "w2"] if kind == "mixtral" else MLP
        asked = [{"targets": None}, {"targets": ATTENTION}, {"targets": ["q_proj", "v_proj"]}]
        if MAJOR > 4:
            asked += [{"targets": targets, "parameters": names} for targets in ([], ATTENTION)
                      for names in (PARAMETERS, PARAMETERS[1:])]
        else:
            asked += [{"targets": inside}, {"targets": ATTENTION + inside}, {"targets": inside[2:]}]
        for one in asked[MAJOR == 4:]:                                # full fine-tuning is answered as version 5 runs it
            for kernel in ("eager",) if kind == "gpt_oss" or MAJOR == 4 else ("eager", "sdpa"):
                # version 4 spares no mask on a processor, and repeats k and v
                heads, head_dim = draw.choice([4, 8]), draw.choice([16, 32])
                experts = draw.choice([4, 6])
                config = {
                    "hidden_size": heads * head_dim, "intermediate_size": draw.choice([40, 72]), "head_dim": head_dim,
                    "num_attention_heads": heads, "num_key_value_heads": draw.choice([2, heads]),
                    "num_hidden_layers": draw.choice([2, 3]), "vocab_size": draw.choice([128, 400]),
                    "tie_word_embeddings": False, "num_experts_per_tok": draw.choice([1, 2, 3]),
                    ("num_local_experts" if kind in ("mixtral", "gpt_oss") else "num_experts"): experts,
                }
                if kind == "qwen3_moe":
                    config |= {"moe_intermediate_size": 24, "norm_topk_prob": True}
                found.append({
                    "model_type": kind, "config": config, "dtype": draw.choice(list(TYPES)), **one,
                    "rank": draw.choice([4, 16]), "attention": kernel, "autocast": False,
                    "checkpointing": draw.random() < 0.15, "batch": 2, "length": draw.choice([32, 64]),
                    "experts": "apart" if MAJOR == 4 else "fused"})
    return found


OF_PICTURES = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "image_size": 28,
               "patch_size": 14}
OF_QWEN = {"depth": 2, "num_heads": 4, "patch_size": 14}
WHOLES = {
    ("gemma3", "gemma3_text"): OF_PICTURES,
    ("mistral3", "mistral"): {**OF_PICTURES, "model_type": "pixtral", "head_dim": 8},
    ("mistral3", "ministral3"): {**OF_PICTURES, "model_type": "pixtral", "head_dim": 8},
    ("llava", "llama"): {**OF_PICTURES, "model_type": "clip_vision_model"},
    ("llava", "qwen2"): {**OF_PICTURES, "model_type": "siglip_vision_model"},
    ("llava_next", "mistral"): {**OF_PICTURES, "model_type": "clip_vision_model"},
    ("paligemma", "gemma"): {**OF_PICTURES, "model_type": "siglip_vision_model"},
    ("paligemma", "gemma2"): {**OF_PICTURES, "model_type": "siglip_vision_model"},
    ("idefics3", "llama"): OF_PICTURES,
    ("smolvlm", "llama"): OF_PICTURES,
    ("qwen2_vl", None): {**OF_QWEN, "embed_dim": 32},
    ("qwen2_5_vl", None): {**OF_QWEN, "hidden_size": 32, "intermediate_size": 48},
    ("qwen3_vl", None): {**OF_QWEN, "hidden_size": 32, "intermediate_size": 48, "deepstack_visual_indexes": [0]},
    ("qwen3_vl_moe", None): {**OF_QWEN, "hidden_size": 32, "intermediate_size": 48, "deepstack_visual_indexes": [0]},
}
"""Towers, by the whole and its text's family; names of targets reach them as well."""


OF_OMNI = {("qwen2_5_omni_thinker", None): {**OF_QWEN, "hidden_size": 32, "intermediate_size": 48}}
EAR = {"d_model": 32, "encoder_layers": 2, "encoder_attention_heads": 4, "encoder_ffn_dim": 48, "num_mel_bins": 8}


def wholes(seed: int, towers: Mapping[tuple[str, str | None], dict[str, Any]]) -> list[dict[str, Any]]:
    """Draw wholes of a text and a tower, which a batch of text alone leaves idle."""
    draw = random.Random(seed)
    found = []
    for (kind, of_text), tower in towers.items():
        asked = [{"targets": targets} for targets in (None, ATTENTION, MLP, ATTENTION + MLP)]
        if kind == "qwen3_vl_moe":
            asked = [*asked[:2], {"targets": ["q_proj", "v_proj"]}, {"targets": [], "parameters": PARAMETERS},
                     {"targets": ATTENTION, "parameters": PARAMETERS[1:]}]
        for one in asked:
            for kernel in ("eager",) if of_text == "gemma2" else ("eager", "sdpa"):
                heads, head_dim = draw.choice([4, 8]), draw.choice([16, 32])
                text = {
                    "hidden_size": heads * head_dim, "intermediate_size": draw.choice([3, 4]) * heads * head_dim,
                    "num_attention_heads": heads, "num_key_value_heads": draw.choice([2, heads]),
                    "num_hidden_layers": draw.choice([3, 4]), "vocab_size": draw.choice([128, 400]),
                }
                if of_text in ("gemma3_text", "mistral", "ministral3", "gemma", "gemma2") or kind.startswith("qwen3"):
                    text["head_dim"] = head_dim
                text |= {"model_type": of_text} if of_text else {"rope_parameters": {
                    "rope_type": "default", "rope_theta": 10000.0,
                    "mrope_section": [head_dim // 8, 3 * head_dim // 16, 3 * head_dim // 16]}}
                if kind == "qwen3_vl_moe":
                    text |= {"num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 24}
                ends = {"qwen2_vl": "hidden_size"}.get(kind, "out_hidden_size")
                found.append({
                    "model_type": kind, "config": {
                        "text_config": text, "tie_word_embeddings": False,
                        "vision_config": tower if of_text else {**tower, ends: text["hidden_size"]},
                        **({"audio_config": {**EAR, "output_dim": text["hidden_size"]}} if "omni" in kind else {})},
                    "dtype": draw.choice(list(TYPES)), **one, "rank": draw.choice([4, 16]), "attention": kernel,
                    "autocast": False, "checkpointing": draw.random() < 0.2, "batch": draw.choice([2, 3]),
                    "length": draw.choice([32, 64])} | ({"experts": "fused"} if "moe" in kind else {}))
    return found


def main() -> None:
    """Measure, and write what was measured beside the versions that it holds for."""
    warnings.filterwarnings("ignore")
    drawn = with_experts(seed=5) if MAJOR == 4 else (
        *cases(120, seed=16), *others(40, OTHERS), *with_experts(seed=5), *in_some_layers(seed=3), *wholes(7, WHOLES),
        *others(42, FURTHER), *wholes(9, OF_OMNI))
    rows = [case | {"bytes": saved_bytes(case)} for case in drawn]
    versions = {name: version(name) for name in ("torch", "transformers", "peft")}
    DATA.parent.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(row) for row in rows)
    DATA.write_text(f'{{"versions": {json.dumps(versions)}, "rows": [\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
