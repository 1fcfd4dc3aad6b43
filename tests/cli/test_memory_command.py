"""`derive memory` as people and scripts use it: the terms, their sum, the cards, errors of one line."""

from __future__ import annotations

import json

import pytest

import derivations
from derivations.counting.catalogue import public_model
from derivations.counting.count import Question
from derivations.counting.memory import Setup, largest

from test_counting_commands import derive  # isort: skip


def answer(*arguments):
    done = derive("memory", *arguments, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_json_holds_what_python_answers_and_the_cards():
    found = answer("llama-3-8b", "-r", "16", "-t", "q_proj,v_proj", "--base", "nf4-double", "--batch", "2", "--length", "1024",
                   "--checkpointing", "--attention", "eager", "--optimizer", "adamw-8bit", "--adapter", "bfloat16", "--fits", "8,12")
    cards = found.pop("cards")
    python = derivations.memory("llama-3-8b", rank=16, targets="q_proj,v_proj", base="nf4-double", batch=2, length=1024,
                                checkpointing=True, attention="eager", optimizer="adamw-8bit", adapter="bfloat16")
    assert found == json.loads(json.dumps(python.as_json()))
    assert [card["gib"] for card in cards] == [8, 12]
    for card in cards:
        assert card["fits"] is (python.total <= card["gib"] * 2**30)
        assert card["fits"] is (card["batch"] >= 2) is (card["length"] >= 1024)


def test_what_a_card_holds_is_the_inverse():
    found = answer("mistral-7b", "-r", "8", "--length", "512")
    configuration = public_model("mistral-7b").configuration
    for card in found["cards"]:
        setup = Setup(length=512)
        for what in ("batch", "length"):
            assert card[what] == largest(configuration, Question(8), setup, card["gib"] * 2**30, what)


def test_text_says_each_term_how_it_is_known_and_what_is_not_counted():
    text = derive("memory", "llama-2-7b", "-r", "8", "--no-autocast").stdout
    for part in ("base weights in bfloat16", "13,476,831,232", "exact", "modelled", "GiB", "24 GiB", "48 GiB", "80 GiB",
                 "not counted", "without autocast"):
        assert part in text
    full = derive("memory", "llama-2-7b", "--full", "--master").stdout
    assert "master copy in float32" in full
    assert "of the adapter" not in full


def test_a_family_whose_activations_are_not_modelled_gets_the_rest_and_is_told_so():
    text = derive("memory", "bert-base", "-r", "8", "-t", "query").stdout
    assert "activations and logits: not modelled for bert: no layer of its kind was measured" in text
    assert "largest batch" not in text
    found = json.loads(derive("memory", "bert-base", "-r", "8", "-t", "query", "--json").stdout)
    adapter = 12 * 8 * (768 + 768)
    assert {term["kind"] for term in found["terms"]} == {"exact"}
    assert [term["bytes"] for term in found["terms"]][:2] == [2 * 109_482_240, 4 * adapter]
    assert found["cards"] == []


def test_the_error_of_what_is_modelled_is_said():
    assert "within 0.01% of this" in derive("memory", "gpt2", "-r", "8", "-t", "c_attn").stdout
    assert "nothing is kept of the 11 layers below" in derive("memory", "gpt2", "-r", "8", "-t", "c_attn", "--layers", "11").stdout
    assert "measured to keep" not in derive("memory", "llama-2-7b", "-r", "8").stdout


def test_the_type_of_an_adapter_has_three_names():
    same = [answer("llama-2-7b", "-r", "8", name, "bfloat16") for name in ("--adapter-dtype", "--adapter", "--dtype")]
    assert same[0] == same[1] == same[2] != answer("llama-2-7b", "-r", "8")


def test_an_adapters_file_asks_what_its_fields_ask_when_typed(tmp_path):
    held = {"peft_type": "LORA", "r": 16, "target_modules": ["v_proj", "q_proj"], "layers_to_transform": [30, 31],
            "base_model_name_or_path": "meta-llama/Llama-2-7b-hf", "task_type": "CAUSAL_LM"}
    file = tmp_path / "adapter_config.json"
    file.write_text(json.dumps(held), encoding="utf-8")
    typed = ["llama-2-7b", "-t", "q_proj,v_proj", "--layers", "30,31"]
    assert answer("--adapter", str(file)) == answer("--adapter", str(tmp_path)) == answer(*typed, "-r", "16")
    assert answer("--adapter", str(file), "-r", "4", "--dtype", "bfloat16") == answer(*typed, "-r", "4", "--dtype", "bfloat16")
    plain = derivations.memory("llama-2-7b", adapter=None, rank=16, targets="q_proj,v_proj", layers_to_transform=[30, 31], batch=3)
    assert derivations.memory(adapter=held, batch=3) == derivations.memory(adapter=file, batch=3) == plain
    assert derivations.memory("llama-2-7b", rank=8, adapter="bfloat16") == derivations.memory("llama-2-7b", rank=8, adapter_dtype="bfloat16")


@pytest.mark.parametrize(("field", "said"), [
    ({"use_dora": True}, "dora: what a step takes with it isn't accounted for"), ({"task_type": "SEQ_CLS"}, "modules_to_save: "),
    ({"modules_to_save": ["lm_head"]}, "modules_to_save: "), ({"bias": "lora_only"}, "bias: "),
    ({"layer_replication": [[0, 8], [4, 32]]}, "layer_replication: "), ({"trainable_token_indices": [1, 2]}, "trainable_token_indices: "),
])
def test_what_a_step_is_not_accounted_for_with_is_said(tmp_path, field, said):
    file = tmp_path / "adapter_config.json"
    file.write_text(json.dumps({"r": 8, "target_modules": ["q_proj"], **field}), encoding="utf-8")
    done = derive("memory", "llama-2-7b", "--adapter", str(file))
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_pairs_of_several_ranks_have_their_exact_terms(tmp_path):
    file = tmp_path / "adapter_config.json"
    file.write_text(json.dumps({"r": 8, "target_modules": ["q_proj", "v_proj"], "rank_pattern": {"v_proj": 2}}), encoding="utf-8")
    found = json.loads(derive("memory", "llama-2-7b", "--adapter", str(file), "--json").stdout)
    assert [term["bytes"] for term in found["terms"]][1] == 4 * 32 * (8 + 2) * (4096 + 4096)
    assert "several ranks" in found["not_counted"][0]


@pytest.mark.parametrize(("arguments", "said"), [
    (["llama-2-7b"], "give --rank R or --full"), (["llama-2-7b", "-r", "8", "--full"], "not both"),
    (["llama-2-7b", "-r", "8", "--fits", "24GB"], "isn't a whole number of GiB"),
    (["llama-2-7b", "--full", "-t", "q_proj"], "--targets goes with adapters"), (["gpt2", "--full", "--no-autocast"], "--no-autocast goes with adapters"),
    (["llama-2-7b", "-r", "8", "--adapter", "float32", "--dtype", "bfloat16"], "--adapter-dtype is given twice"),
    (["gpt2", "--full", "--adapter", "run.json"], "not both"), (["gpt2", "--adapter", "run.json"], "--adapter run.json: No such file"),
    (["gpt2", "--full", "--dtype", "bfloat16"], "--adapter-dtype goes with adapters"),
    (["llama-2-7b", "-r", "8", "--master"], "--master goes with --full"),
    (["llama-2-7b", "-r", "8", "--batch", "0"], "batch must be a positive integer"), (["llama-2-7b", "-r", "0"], "rank must be a positive integer"), (["llama-2-7b", "-r", "8", "--fits", "0"], "a card has from 1"),
    (["llama-2-7b", "--full", "--base", "nf4"], "full fine-tuning changes every weight"), (["llama-2-7b", "-r", "8", "--base", "int3"], "'int3' is not one of"),
])
def test_an_error_is_one_line(arguments, said):
    done = derive("memory", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert said in done.stderr
