"""Measure what autograd saves in a training step of small models, by the field's own libraries.

Run by `make oracle-activations` in the oracle's environment; writes tests/counting/data/activations.json. Counted are
distinct storages that a forward pass packs for its backward pass, parameters and buffers apart, on a processor.
"""

from __future__ import annotations

import json
import random
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoConfig, AutoModelForCausalLM

DATA = Path(__file__).parents[1] / "counting" / "data" / "activations.json"
TYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
MLP = ["gate_proj", "up_proj", "down_proj"]
ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]
TARGETS = (["q_proj", "v_proj"], ATTENTION, MLP, ATTENTION + MLP)


def prepared(case: dict[str, Any]) -> torch.nn.Module:
    """Build a case's model with random weights, its adapter on it, ready for a step."""
    torch.manual_seed(0)
    config = AutoConfig.for_model(case["model_type"], **case["config"], pad_token_id=0, bos_token_id=0, eos_token_id=0)
    model = AutoModelForCausalLM.from_config(config, attn_implementation=case["attention"]).to(TYPES[case["dtype"]])
    if case["targets"] is not None:
        model = get_peft_model(model, LoraConfig(r=case["rank"], target_modules=case["targets"], lora_dropout=0.0))
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

    tokens = torch.randint(0, model.config.vocab_size, (case["batch"], case["length"]))
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


def others() -> list[dict[str, Any]]:
    """Other families at one shape: how far a formula made for Llama's layer is off there."""
    config = {"hidden_size": 64, "intermediate_size": 176, "num_attention_heads": 4, "num_key_value_heads": 2,
              "num_hidden_layers": 4, "vocab_size": 128, "head_dim": 16, "tie_word_embeddings": False}
    return [{"model_type": kind, "config": config, "dtype": "bfloat16", "targets": targets, "rank": 8,
             "attention": "eager", "autocast": False, "checkpointing": False, "batch": 2, "length": 32}
            for kind in ("gemma", "gemma2", "gemma3_text", "olmo2", "granite", "phi3", "smollm3", "ministral3")
            for targets in (None, ATTENTION + MLP if kind != "phi3" else ["qkv_proj", "o_proj", "gate_up_proj", "down_proj"])]


def main() -> None:
    """Measure, and write what was measured beside the versions that it holds for."""
    warnings.filterwarnings("ignore")
    rows = [case | {"bytes": saved_bytes(case)} for case in (*cases(120, seed=16), *others())]
    versions = {name: version(name) for name in ("torch", "transformers", "peft")}
    DATA.parent.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(row) for row in rows)
    DATA.write_text(f'{{"versions": {json.dumps(versions)}, "rows": [\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
