"""Answers as plain data, as the command line hands them on: GPT-2's published sizes, its four Linears counted by hand."""

import json

import pytest

from derivations.counting.catalogue import public_model
from derivations.counting.count import Question, count_configuration
from derivations.counting.inverse import parse_budget, rank_within
from derivations.counting.refusal import Refusal

GPT2 = public_model("gpt2").configuration
LAYERS, H, RANK = 12, 768, 8
SHAPES = {"attn.c_attn": (3 * H, H), "attn.c_proj": (H, H), "mlp.c_fc": (4 * H, H), "mlp.c_proj": (H, 4 * H)}


def test_a_count_is_written_as_plain_data():
    answer = json.loads(json.dumps(count_configuration(GPT2, Question(RANK), model="gpt2").as_json()))
    assert answer == {
        "model": "gpt2", "model_type": "gpt2", "rank": RANK, "target_modules": ["c_attn", "c_proj", "c_fc"],
        "full": 84_934_656, "lora": 1_179_648, "ratio": {"numerator": 1, "denominator": 72}, "dtype": "float32", "base_dtype": "float32",
        "experts": None, "adapter_bytes": 4 * 1_179_648, "adapter_file_bytes": 4_730_632,
        "total_parameters": 124_439_808,
        "idealised": {"full": 12 * LAYERS * H**2, "lora": 18 * LAYERS * RANK * H,
                      "full_error": {"numerator": 0, "denominator": 1},
                      "lora_error": {"numerator": 1, "denominator": 8}},                  # 18 over 16, less one
        "modules": [{"name": name, "out": out, "in": in_, "count": LAYERS, "full": LAYERS * out * in_,
                     "lora": LAYERS * RANK * (out + in_)} for name, (out, in_) in SHAPES.items()],
        "trainable": 1_179_648, "all_parameters": 124_439_808 + 1_179_648, "terms": {}, "defaults": {"n_inner": 4 * H}, "notes": [],
    }


def test_what_has_no_counterpart_and_what_is_trained_besides_are_said():
    question = Question(RANK, ("c_fc",), bias="lora_only", layers_to_transform=(0, 1))
    answer = count_configuration(GPT2, question, model="gpt2").as_json()
    assert answer["idealised"] is None
    assert answer["terms"] == {"bias": 2 * 4 * H}
    assert answer["trainable"] == answer["lora"] + 2 * 4 * H == 2 * RANK * 5 * H + 2 * 4 * H
    assert answer["adapter_bytes"] == 4 * answer["trainable"]
    wide = count_configuration(GPT2, Question(H + 1, ("attn.c_proj",))).as_json()
    assert wide["model"] == "gpt2"
    assert wide["notes"] == ["the rank is above 768, the smaller side of attn.c_proj: more can't help there"]
    assert count_configuration(GPT2, Question(H, ("attn.c_proj",))).notes == ()


def test_a_rank_is_answered_as_plain_data():
    answer = json.loads(json.dumps(rank_within(GPT2, Question(5), parse_budget(" 1M"), model="gpt2").as_json()))
    assert answer.pop("adapter_file_bytes") > answer["adapter_bytes"]
    assert answer == {
        "model": "gpt2", "model_type": "gpt2", "rank": 6, "lora": 884_736, "budget": 1_000_000, "next": 1_032_192,
        "budget_given": "1M", "budget_kind": "parameters", "target_modules": ["c_attn", "c_proj", "c_fc"],
        "full": 84_934_656, "ratio": {"numerator": 1, "denominator": 96}, "dtype": "float32", "experts": None,
        "adapter_bytes": 4 * 884_736, "defaults": {"n_inner": 4 * H}, "notes": [],
    }


def test_the_largest_rank_is_answered_and_no_larger_one():
    largest = 10**9
    one = LAYERS * sum(out + in_ for out, in_ in SHAPES.values())
    assert rank_within(GPT2, Question(1), parse_budget(str(one * largest))).rank == largest
    with pytest.raises(Refusal, match="pays for a rank above 1,000,000,000"):
        rank_within(GPT2, Question(1), parse_budget(str(one * (largest + 1))))


def test_budgets_are_whole_numbers_rounded_down():
    assert parse_budget("1.9").in_parameters(full=10, bytes_each=4) == 1
    assert parse_budget("7KB").in_parameters(full=10, bytes_each=4) == 1750
    assert parse_budget("33%").in_parameters(full=10, bytes_each=4) == 3
    assert all(type(parse_budget(text).in_parameters(10, 4)) is int for text in ("1.9", "7KB", "33%"))
