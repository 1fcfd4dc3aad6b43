"""Every count equals what the field's own software counted: models, adapters, files and published logs.

The vectors were made with the versions that `oracle.json` names, by building each model and wrapping it; no formula
made any of these numbers.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from filing import tensors

import derivations
from derivations.counting.architecture.decoder import biases, total
from derivations.counting.configuration import configure
from derivations.counting.count import Question, count_configuration
from derivations.counting.place import places
from derivations.counting.safetensors import DTYPES, file_bytes, header_bytes

HERE = Path(__file__).parent
ORACLE = json.loads((HERE / "oracle.json").read_text(encoding="utf-8"))
MODELS = {model["name"]: model for model in ORACLE["models"]}
RANKS = ORACLE["ranks"]
SETS = {"q_k_v_o": "attention", "mlp": "mlp", "all_block_linears": "all"}
"""The oracle's names of the target sets, and ours."""
EXPERTS = [name for name, model in MODELS.items() if "under_transformers_4" in model]

each_model = pytest.mark.parametrize("model", MODELS.values(), ids=list(MODELS))
each_model_with_experts = pytest.mark.parametrize("name", EXPERTS)


def whole_config(name: str) -> dict[str, Any]:
    """Give the configuration as the field's library writes it: every field, those we ignore included."""
    config: dict[str, Any] = json.loads((HERE / "configs" / f"{name}.json").read_text(encoding="utf-8"))
    return config


def apart(model: dict[str, Any]) -> dict[str, Any]:
    """Give the vectors where each expert is a Linear of its own; for a model without experts there are no others."""
    found: dict[str, Any] = model.get("under_transformers_4", model)
    return found


def targets_of(entry: dict[str, Any]) -> str | list[str]:
    """Give the oracle's target set as one would ask for it here."""
    return SETS.get(entry["set"]) or entry["target_modules"]


@each_model
def test_totals_and_their_parts(model):
    decoder = configure(whole_config(model["name"])).decoder
    counts = model["counts"]
    assert total(decoder) == counts["total"] == model["published"]["total"]
    assert biases(decoder) == counts["all_biases"]
    assert sum(linear.out * linear.in_ for linear in decoder.embeddings) == counts["embedding"]["total"]
    (head,) = decoder.heads
    assert [head.out, head.in_] == counts["lm_head"]["shape"]
    assert decoder.tied == counts["tied"]


@each_model
def test_short_and_whole_configuration_are_one(model):
    short = configure({"model_type": model["model_type"], **model["config"]})
    assert short.dimensions == configure(whole_config(model["name"])).dimensions


@each_model
def test_linears_of_the_layers(model):
    """Names, shapes, biases and numbers of every Linear in the layers."""
    decoder = configure(whole_config(model["name"])).decoder
    ours: dict[tuple[Any, ...], int] = {}
    for place in places(decoder):
        if place.module.part == "router" and model["model_type"] == "deepseek_v2":
            continue                                              # a bare parameter in the library
        key = (place.name, place.linear.out, place.linear.in_, place.linear.bias)
        ours[key] = ours.get(key, 0) + place.count
    theirs: dict[tuple[Any, ...], int] = {}
    for group in apart(model)["layers"]:
        for linear in group["linears"]:
            key = (linear["name"], linear["out"], linear["in"], linear["bias"])
            theirs[key] = theirs.get(key, 0) + linear["count"] * group["layer_count"]
    assert ours == theirs


@each_model
def test_lora_of_every_target_set_at_every_rank(model):
    for entry in apart(model)["lora"]:
        if entry["target_modules"] in (None, "all-linear"):
            continue
        for rank in RANKS:
            answer = derivations.count(whole_config(model["name"]), rank=rank, targets=targets_of(entry))
            assert answer.lora == entry["trainable"][str(rank)], entry["set"]
        rows = {(row.name, row.out, row.in_, row.count) for row in answer.modules}
        assert rows == {(one["name"], one["out"], one["in"], one["count"]) for one in entry["adapted"]}
        assert answer.full == sum(one["out"] * one["in"] * one["count"] for one in entry["adapted"])


@each_model
def test_all_linear_is_all_and_the_routers_that_are_linears(model):
    entry = next(entry for entry in apart(model)["lora"] if entry["set"] == "peft_all_linear")
    names = {one["name"] for one in entry["adapted"]}
    config = whole_config(model["name"])
    targets = ["all"] + [name for name in names if name.endswith(".gate")]
    for rank in RANKS:
        assert derivations.count(config, rank=rank, targets=targets).lora == entry["trainable"][str(rank)]


@each_model
def test_the_library_accepts_our_target_modules(model):
    """`target_modules` of an answer is what one would hand to the library for the same set."""
    for entry in apart(model)["lora"]:
        if entry["set"] in SETS:
            answer = derivations.count(model["name"], rank=1, targets=SETS[entry["set"]])
            assert set(answer.target_modules) == set(entry["target_modules"])


@each_model_with_experts
def test_fused_experts(name):
    for entry in MODELS[name]["lora"]:
        if entry["set"] in SETS:
            for rank in RANKS:
                answer = derivations.count(name, rank=rank, targets=SETS[entry["set"]], experts="fused")
                assert answer.lora == entry["trainable"][str(rank)], entry["set"]
                assert answer.experts == "fused"


def test_the_router_beside_fused_experts():
    entry = next(entry for entry in MODELS["mixtral-8x7b"]["lora"] if entry["set"] == "peft_all_linear")
    answer = derivations.count("mixtral-8x7b", rank=8, targets="all,gate", experts="fused")
    assert answer.lora == entry["trainable"]["8"]


@each_model
def test_what_else_is_trained(model):
    """DoRA, biases, modules trained in full, the head and the embedding as targets."""
    for variant in model["variants_r8"]:
        fused = "w1" in variant["target_modules"] or "kv_a_proj_with_mqa" in variant["target_modules"]
        targets = "all" if variant["set"] == "all_block_linears" else variant["target_modules"]
        head, table = variant["head_module"], variant["embedding_module"]

        def trainable(targets=targets, fused=fused, **options):
            return derivations.count(model["name"], rank=8, targets=targets,
                                     experts="fused" if fused else "apart", **options).trainable

        assert trainable() == variant["lora"] == variant["rslora"]
        if fused:
            with pytest.raises(ValueError, match=r"^dora: "):
                trainable(dora=True)
        else:
            assert trainable(dora=True) == variant["dora"]
        assert trainable(bias="lora_only") == variant["bias_lora_only"]
        assert trainable(bias="all") == variant["bias_all"]
        assert trainable(modules_to_save=[head]) == variant["modules_to_save_lm_head"]
        listed = [targets] if isinstance(targets, str) else targets
        assert trainable([*listed, head]) == variant["target_also_head"]
        assert trainable([*listed, head, table]) == variant["target_also_embedding_and_head"]


SAVED = [pytest.param(case, id=f"{case['model']}: {case['case']}, r={case['r']}, {len(case['target_modules'])}")
         for case in ORACLE["saved_adapters"]]


@pytest.mark.parametrize("case", SAVED)
def test_saved_adapters_to_the_byte(case):
    config = {**whole_config(case["model"]), **(case["config_override"] or {})}
    if "hidden_size" in (case["config_override"] or {}):
        config.pop("head_dim", None)
    (code,) = case["tensor_dtypes"]
    dtype = next(dtype for dtype in DTYPES.values() if dtype.code == code)
    options = case["options"] or {}
    question = Question(
        case["r"],
        "all" if case["target_modules"] == "all-linear" else tuple(case["target_modules"]),
        dtype.name,
        experts="fused" if "experts" in case["first_tensor"] else "apart",
        dora=options.get("use_dora", False),
        bias=options.get("bias", "none"),
        modules_to_save=tuple(options.get("modules_to_save", ())),
        base_dtype=dtype.name,                            # one type in the whole file: the base was of it as well
    )
    configuration = configure(config)
    listed = sorted(tensors(configuration.decoder, question))
    assert (listed[0][0], listed[-1][0]) == (case["first_tensor"], case["last_tensor"])
    assert len(listed) == case["num_tensors"]
    assert header_bytes(listed, dtype) == case["header_bytes"]
    answer = count_configuration(configuration, question)
    assert (answer.adapter_bytes, answer.adapter_file_bytes) == (case["data_bytes"], case["file_bytes"])
    assert file_bytes(listed, dtype) == case["file_bytes"]


@pytest.mark.parametrize("log", ORACLE["trainable_crosschecks"], ids=lambda log: log["model"])
def test_published_training_logs(log):
    """A log prints the trainable parameters and all parameters, the adapter included."""
    entry = next(entry for entry in MODELS[log["model"]]["lora"] if entry["set"] == log["set"])
    answer = derivations.count(log["model"], rank=log["r"], targets=targets_of(entry))
    assert answer.lora == log["published_trainable"]
    assert answer.total_parameters + answer.lora == log["published_all_params"]


@each_model
def test_a_model_goes_by_the_oracles_names(model):
    assert derivations.count(model["hub_id"], rank=1).model == derivations.count(model["name"].upper(), rank=1).model
