"""Measure the peak of whole training steps, backward pass and optimizer included, by the field's own libraries.

Run by `make oracle-peaks` in the oracle's environment; writes tests/counting/data/peaks.json. Each row is a second step
of a small model on a processor: every allocation and release that torch reports, added up from what lay there before.
"""

from __future__ import annotations

import json
import random
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from measure_activations import FUSED, OF_GPT2, TYPES, prepared, wholes
from torch.profiler import ProfilerActivity, profile

DATA = Path(__file__).parents[1] / "counting" / "data" / "peaks.json"
ATTENTION = ["q_proj", "k_proj", "v_proj", "o_proj"]
KINDS = ("gpt2", "gpt_neox", "phi", "opt")
ALL = [*ATTENTION, "gate_proj", "up_proj", "down_proj"]


def peak_bytes(case: dict[str, Any]) -> int:
    """Run two steps and give the most bytes that lay in memory at once during the second."""
    model = prepared(case)
    trained = [one for one in model.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(trained, foreach=False)

    def step(tokens: torch.Tensor) -> None:
        with torch.autocast("cpu", torch.bfloat16, enabled=case["autocast"]):
            loss = model(input_ids=tokens, labels=tokens, use_cache=False).loss
        loss.backward()
        optimizer.step()

    tokens = torch.randint(0, model.config.get_text_config().vocab_size, (case["batch"], case["length"]))
    step(tokens)            # the optimizer's state comes with the first step; gradients stay, as they lie there at a peak
    held = sum(one.numel() * one.element_size() for one in model.parameters())
    held += sum(one.grad.numel() * one.grad.element_size() for one in trained)
    held += sum(state.numel() * state.element_size() for one in trained for state in optimizer.state[one].values())
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as seen:
        step(tokens)
    events = [(event.start_ns(), event.nbytes()) for event in seen.profiler.kineto_results.events()
              if event.name() == "[memory]"]
    now = most = 0
    for _, size in sorted(events, key=lambda event: event[0]):
        now += size
        most = max(most, now)
    return held + most


def cases(count: int, seed: int, vocabularies: tuple[int, ...], often: float) -> list[dict[str, Any]]:
    """Draw shapes in the proportions of real models, types, targets and kernels; `often` of them with checkpointing."""
    draw = random.Random(seed)
    found = []
    for _ in range(count):
        groups, each, head_dim = draw.choice([1, 2, 4]), draw.choice([1, 2]), draw.choice([32, 64])
        hidden = groups * each * head_dim
        targets = draw.choice([None, ["q_proj", "v_proj"], ALL, ALL])
        dtype = draw.choice(list(TYPES))
        found.append({
            "model_type": draw.choice(["llama", "qwen2", "mistral"]),
            "config": {
                "hidden_size": hidden, "num_attention_heads": groups * each, "num_key_value_heads": groups,
                "intermediate_size": draw.choice([2, 3, 4]) * hidden, "num_hidden_layers": draw.choice([4, 6, 8]),
                "vocab_size": draw.choice(vocabularies), "tie_word_embeddings": draw.random() < 0.5,
            },
            "dtype": dtype, "targets": targets, "rank": draw.choice([4, 16]),
            "autocast": targets is not None and dtype == "bfloat16" and draw.random() < 0.7,
            "attention": draw.choice(["eager", "sdpa"]), "checkpointing": draw.random() < often,
            "batch": draw.choice([2, 4]), "length": draw.choice([128, 256, 512]),
        })
    return found


def others(seed: int) -> list[dict[str, Any]]:
    """Draw a step of each other kind of layer without checkpointing, and two with it: many words, few words."""
    draw = random.Random(seed)
    found = []
    for kind in KINDS:
        attention, mlp = FUSED[kind]
        for vocabulary, checkpointing in ((4000, False), (4000, True), (200, True)):
            heads, head_dim = draw.choice([2, 4]), draw.choice([32, 64])
            config = {"hidden_size": heads * head_dim, "intermediate_size": 4 * heads * head_dim,
                      "num_attention_heads": heads, "num_hidden_layers": draw.choice([4, 6]), "vocab_size": vocabulary,
                      "tie_word_embeddings": False}
            if kind not in ("gpt2", "gpt_neox", "opt"):
                config["num_key_value_heads"] = draw.choice([2, heads])
            if kind == "gpt2":
                config = {OF_GPT2[name]: value for name, value in config.items() if name in OF_GPT2} | {"n_positions": 1024}
            if kind == "opt":
                config["ffn_dim"] = config.pop("intermediate_size")
                config |= {"word_embed_proj_dim": config["hidden_size"], "max_position_embeddings": 2048}
            dtype, targets = draw.choice(list(TYPES)), draw.choice([None, attention + mlp, attention + mlp])
            found.append({
                "model_type": kind, "config": config, "dtype": dtype, "targets": targets, "rank": 8,
                "autocast": targets is not None and dtype == "bfloat16", "attention": draw.choice(["eager", "sdpa"]),
                "checkpointing": checkpointing, "batch": 2, "length": draw.choice([128, 256])})
    return found


def of_text_alone(seed: int) -> list[dict[str, Any]]:
    """Draw steps of wholes that are adapted in their text: eager, and with a fused kernel, checkpointing and few words."""
    found = []
    for case in wholes(seed):
        if case["targets"] == ATTENTION and "parameters" not in case:
            text = {**case["config"]["text_config"], "vocab_size": 4000 if case["attention"] == "eager" else 200}
            found.append(case | {"config": {**case["config"], "text_config": text}, "length": 128, "batch": 2,
                                 "targets": r".*\.(language_model|text_model)\..*_proj",
                                 "autocast": case["dtype"] == "bfloat16", "checkpointing": case["attention"] == "sdpa"})
    return found


def main() -> None:
    """Measure, and write what was measured beside the versions that it holds for."""
    warnings.filterwarnings("ignore")
    drawn = [*cases(40, 24, (1000, 4000, 16000), 0.4), *cases(24, 25, (200,), 1)]      # few words: a layer is the peak
    rows = [case | {"peak": peak_bytes(case)} for case in (*drawn, *others(41), *of_text_alone(43))]
    versions = {name: version(name) for name in ("torch", "transformers", "peft")}
    lines = ",\n".join(json.dumps(row) for row in rows)
    DATA.write_text(f'{{"versions": {json.dumps(versions)}, "rows": [\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
