"""Make the vectors again from scratch: models built by the field's reference library, adapted, and counted.

No formula of ours makes any number here. Each model is built on the meta device, so that its size costs nothing; the
tiny ones are also built for real, adapted and saved, so that a file's size is read from a disk.

    python tests/oracle/make_oracle.py            every member, into vectors-transformers-N.json (N: the major version)
    python tests/oracle/make_oracle.py NAME…      these members alone, merged into the file

`make oracle` runs it with version 5 and with version 4, where each expert is a Linear of its own.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
import tomllib
import warnings
from collections import Counter
from pathlib import Path

import peft
import torch
import transformers
from peft import LoraConfig, get_peft_model
from transformers.pytorch_utils import Conv1D

HERE = Path(__file__).parent
MAJOR = int(transformers.__version__.split(".", maxsplit=1)[0])
OUTPUT = HERE / f"vectors-transformers-{MAJOR}.json"
RANKS = (1, 8, 16, 64)
OF_A_LAYER = re.compile(r"^(?P<path>.*?\.(?:layers|h))\.(?P<layer>\d+)\.(?P<name>.+)$")
ATTENTION = re.compile(r"attn|attention")
ROUTER = re.compile(r"(mlp|block_sparse_moe)\.(gate|router)$")
SMALL = 3_000_000
"""The largest model that is also built for real and saved."""


def members() -> dict[str, dict[str, object]]:
    """Give every configuration: those that came with the task, and our own members of the same families."""
    whole = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((HERE / "configs").glob("*.json"))}
    return whole | tomllib.loads((HERE / "members.toml").read_text("utf-8"))


def build(config: dict[str, object], device: str = "meta") -> torch.nn.Module:
    """Build the model that a configuration describes."""
    fields = {name: value for name, value in config.items() if name != "model_type"}
    for null, value in list(fields.items()):                      # TOML has no null
        if value == "null":
            fields[null] = None
    settings = transformers.AutoConfig.for_model(config["model_type"], **fields)
    with torch.device(device):
        return transformers.AutoModelForCausalLM.from_config(settings)


def linears(model: torch.nn.Module) -> list[tuple[str, torch.nn.Module]]:
    """Give every Linear inside the layers, by its full name."""
    return [(name, module) for name, module in model.named_modules()
            if isinstance(module, torch.nn.Linear | Conv1D) and OF_A_LAYER.match(name)]


def trainable(model: torch.nn.Module) -> int:
    """Count the parameters that a training step would change."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)


def adapt(config: dict[str, object], targets: list[str], rank: int, device: str = "meta", **options: object):
    """Build the model and wrap it with LoRA."""
    return get_peft_model(build(config, device), LoraConfig(
        r=rank, lora_alpha=rank, target_modules=targets, task_type="CAUSAL_LM", **options))


def sets(model: torch.nn.Module) -> dict[str, list[str]]:
    """Give the target sets as full names: nothing is matched by a suffix."""
    names = [name for name, _ in linears(model) if not ROUTER.search(name)]
    attention = [name for name in names if ATTENTION.search(OF_A_LAYER.match(name)["name"])]
    apart = set(attention)
    return {"all": names, "attention": attention, "mlp": [name for name in names if name not in apart]}


def shapes(model: torch.nn.Module) -> list[dict[str, object]]:
    """Give the Linears of the layers: name (a `*` for an expert's number), shape and how many there are."""
    counts: Counter[tuple[str, int, int, bool]] = Counter()
    for full_name, module in linears(model):
        name = re.sub(r"\.\d+\.", ".*.", OF_A_LAYER.match(full_name)["name"])
        weight = module.weight
        out, in_ = weight.shape if isinstance(module, torch.nn.Linear) else reversed(weight.shape)
        counts[name, out, in_, module.bias is not None] += 1
    return [{"name": name, "out": out, "in": in_, "bias": bias, "count": count}
            for (name, out, in_, bias), count in counts.items()]


def saved_bytes(config: dict[str, object], targets: list[str], **options: object) -> int:
    """Save a real adapter of rank 8 and read the size of its file."""
    with tempfile.TemporaryDirectory() as folder:
        adapt(config, targets, 8, "cpu", **options).save_pretrained(folder)
        return (Path(folder) / "adapter_model.safetensors").stat().st_size


def vector(config: dict[str, object]) -> dict[str, object]:
    """Measure one model."""
    model = build(config)
    total = sum(parameter.numel() for parameter in model.parameters())
    result: dict[str, object] = {
        "config": config,
        "total": total,
        "biases": sum(p.numel() for name, p in model.named_parameters() if "bias" in name),
        "linears": shapes(model),
        "lora": {}, "variants": {}, "saved": {},
    }
    fused = any("experts" in name and parameter.dim() == 3 for name, parameter in model.named_parameters())
    chosen = {"attention": sets(model)["attention"]} if fused else sets(model)
    for name, targets in chosen.items():
        result["lora"][name] = {str(rank): trainable(adapt(config, targets, rank)) for rank in RANKS}
        if total <= SMALL:
            result["saved"][name] = saved_bytes(config, targets)
    if fused:
        result["fused"] = fused_counts(config, model)
        return result
    everything = chosen["all"]
    options = {
        "dora": {"use_dora": True}, "bias_lora_only": {"bias": "lora_only"}, "bias_all": {"bias": "all"},
        "modules_to_save_lm_head": {"modules_to_save": ["lm_head"]},
    }
    for name, option in options.items():
        result["variants"][name] = trainable(adapt(config, everything, 8, **option))
        if total <= SMALL:
            result["saved"][name] = saved_bytes(config, everything, **option)
    if total <= SMALL:
        # A full name passes over the layers, and without the pattern an expert's number is taken for its layer's.
        last_parts = sorted({name.rsplit(".", 1)[-1] for name in everything})
        stack = OF_A_LAYER.match(everything[0])["path"].rsplit(".", 1)[-1]
        result["saved"]["layer_0"] = saved_bytes(config, last_parts, layers_to_transform=[0], layers_pattern=stack)
    return result


def fused_counts(config: dict[str, object], model: torch.nn.Module) -> dict[str, dict[str, int]]:
    """Count with the names of version 4, which the LoRA library rewrites for 3-D experts, and by the parameters' names.

    gpt-oss has had 3-D experts from the start: there are no older names to rewrite.
    """
    experts = ["w1", "w2", "w3"] if config["model_type"] == "mixtral" else ["gate_proj", "up_proj", "down_proj"]
    attention = sorted({name.rsplit(".", 1)[-1] for name in sets(model)["attention"]})
    counts = {}
    for name, targets in {"mlp": experts, "all": attention + experts}.items():
        if config["model_type"] != "gpt_oss":
            counts[name] = {str(rank): trainable(adapt(config, targets, rank)) for rank in RANKS}
    parameters = ["mlp.experts.gate_up_proj", "mlp.experts.down_proj"]
    counts["target_parameters"] = {
        str(rank): trainable(adapt(config, [], rank, target_parameters=parameters)) for rank in RANKS}
    return counts


def main(only: list[str]) -> None:
    """Measure the members and write the file."""
    warnings.filterwarnings("ignore")
    vectors = json.loads(OUTPUT.read_text("utf-8"))["vectors"] if only and OUTPUT.exists() else {}
    for name, config in members().items():
        if only and name not in only:
            continue
        if config["model_type"] not in transformers.CONFIG_MAPPING:
            print(f"{name}: version {transformers.__version__} has no {config['model_type']}")
            continue
        try:
            vectors[name] = vector(config)
        except Exception as error:  # noqa: BLE001 - one member that a version can't build mustn't cost the others
            print(f"{name}: {type(error).__name__}: {str(error).splitlines()[0]}")
        else:
            print(f"{name}: {vectors[name]['total']}", flush=True)
    versions = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}
    text = json.dumps({"versions": versions, "ranks": RANKS, "vectors": vectors}, indent=None, separators=(",", ":"))
    OUTPUT.write_text(text.replace('},"', '},\n"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
