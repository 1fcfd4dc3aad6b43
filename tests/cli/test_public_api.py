"""The Python API fits on two screens: five functions, typed, explained, and importing nothing until they're called."""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
from fractions import Fraction

import pytest
from hangs import limited

import derivations


def test_what_is_listed_is_what_there_is():
    public = {name for name, value in vars(derivations).items()
              if inspect.isfunction(value) and not name.startswith("_")}
    assert set(derivations.__all__) == public == {"count", "rank_for", "memory", "inspect", "explain"}
    assert len(inspect.getsource(derivations).splitlines()) < 180


@pytest.mark.parametrize("name", derivations.__all__)
def test_everything_is_typed_and_says_what_it_raises(name):
    function = getattr(derivations, name)
    signature = inspect.signature(function)
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(one.annotation is not inspect.Parameter.empty for one in signature.parameters.values())
    assert "Raises" in inspect.getdoc(function)


def test_the_examples_of_the_docstring():
    answer = derivations.count("llama-2-7b", rank=8, targets="q_proj,v_proj")
    assert (answer.lora, answer.full, answer.ratio) == (4194304, 1073741824, Fraction(1, 256))
    assert derivations.rank_for("gpt2", budget="40MB").rank == 67
    assert "3r/(2h)" in derivations.explain("layer.ratio", h=4096, r=8)
    assert "= 19,988,480" in derivations.explain("exact.lora", "llama-7b", r=8)         # as PEFT prints it


class Held:
    """As the libraries' own objects are: `to_dict` gives the fields, names as a set."""

    def __init__(self, **fields):
        self.fields = fields

    def to_dict(self):
        return self.fields


def test_an_adapter_is_taken_as_a_file_as_a_mapping_and_as_an_object(tmp_path):
    shape = {"model_type": "llama", "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 3, "vocab_size": 100,
             "num_attention_heads": 4, "num_key_value_heads": 2}
    asked = {"peft_type": "LORA", "r": 4, "target_modules": ["down_proj", "q_proj"], "modules_to_save": ["lm_head"]}
    by_hand = 3 * 4 * ((64 + 64) + (96 + 64)) + 64 * 100
    (tmp_path / "adapter_config.json").write_text(json.dumps(asked), encoding="utf-8")
    (tmp_path / "run.yml").write_text("adapter: lora\nlora_r: 4\nlora_target_modules: [q_proj, down_proj]\n"
                                      "lora_modules_to_save: [lm_head]\n", encoding="utf-8")
    for adapter in (tmp_path / "adapter_config.json", str(tmp_path / "run.yml"), asked,
                    Held(**{**asked, "target_modules": {"q_proj", "down_proj"}, "corda_config": object()})):
        for model in (shape, Held(**shape)):
            assert derivations.count(model, adapter=adapter).trainable == by_hand
    assert derivations.count(shape, adapter=asked, rank=8).trainable == 2 * by_hand - 64 * 100
    assert derivations.count(shape, adapter=asked, targets="q_proj").lora == 3 * 4 * (64 + 64)


def test_an_adapter_names_its_base_and_what_it_leaves_open():
    answer = derivations.count(adapter={"r": 8, "target_modules": ["q_proj", "v_proj"], "task_type": "SEQ_CLS",
                                        "base_model_name_or_path": "meta-llama/Llama-2-7b-hf"})
    assert (answer.model, answer.lora) == ("llama-2-7b", 4194304)
    assert any("how many classes" in note for note in answer.notes)
    with pytest.raises(ValueError, match="none is named"):
        derivations.count(adapter={"r": 8, "target_modules": ["q_proj"]})
    with pytest.raises(ValueError, match="r is missing"):
        derivations.count("gpt2", adapter={})


def test_a_name_alone_is_a_list_of_one_and_what_is_no_model_is_refused():
    assert derivations.count("gpt2", rank=8, targets="c_attn", modules_to_save="wpe").trainable == 12 * 8 * (768 + 2304) + 1024 * 768
    for given in (7, ["gpt2"], object()):
        with pytest.raises(ValueError, match="is no name, no path"):
            derivations.count(given, rank=8)
        with pytest.raises(ValueError, match="is no name, no path"):
            derivations.count("gpt2", adapter=given)


def test_a_pipe_and_a_folder_are_refused_as_the_command_refuses_them(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for given, said in ((tmp_path / "pipe", "it is no ordinary file"), (tmp_path, "folder")):
        with limited(3), pytest.raises(ValueError, match=said):
            derivations.count("gpt2", adapter=given)
        with limited(3), pytest.raises(ValueError, match=said):
            derivations.count(given, rank=8)


def test_importing_the_package_imports_nothing_else():
    script = "import sys, typing, derivations; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert [name for name in loaded if name.startswith("derivations")] == ["derivations"]
    assert not {"sympy", "pandas", "click", "dataclasses"} & set(loaded)
