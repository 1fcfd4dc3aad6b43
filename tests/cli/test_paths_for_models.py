"""A path where a model's name would stand: configurations, weights, folders and adapters, as they lie about on a disk."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from filing import filed, write_header

import derivations
from derivations.counting.configuration import configure
from derivations.counting.count import Question, count_configuration
from derivations.counting.refusal import Refusal
from derivations.counting.safetensors import PREFIX

LLAMA = {"model_type": "llama", "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
         "intermediate_size": 48, "vocab_size": 50}
ASKED = Question(4, "q_proj,v_proj")
LAYER = {"self_attn.q_proj": (32, 32), "self_attn.k_proj": (16, 32), "self_attn.v_proj": (16, 32), "self_attn.o_proj": (32, 32),
         "mlp.gate_proj": (48, 32), "mlp.up_proj": (48, 32), "mlp.down_proj": (32, 48), "input_layernorm": (32,), "post_attention_layernorm": (32,)}
ANSWER = count_configuration(configure(LLAMA), ASKED)


@pytest.fixture(scope="module")
def disk(tmp_path_factory):
    """A folder with a base, as a configuration and as weights, and adapters over it."""
    at = tmp_path_factory.mktemp("disk")
    for name in ("base", "weights", "peft", "mlx", "none", "both", "images"):
        (at / name).mkdir()
    (at / "base" / "config.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(LLAMA).encode())
    weights = {f"model.layers.{layer}.{name}.weight": shape for layer in range(2) for name, shape in LAYER.items()}
    write_header(at / "weights" / "model.safetensors", weights | {"model.embed_tokens.weight": (50, 32), "lm_head.weight": (50, 32), "model.norm.weight": (32,)})
    write_header(at / "weights" / "without_ending", weights)
    pairs = filed(configure(LLAMA).decoder, ASKED)
    write_header(at / "peft" / "adapter_model.safetensors", pairs)
    (at / "peft" / "adapter_config.json").write_text(json.dumps({
        "peft_type": "LORA", "r": 4, "lora_alpha": 6, "use_rslora": True, "target_modules": ["q_proj", "v_proj"], "base_model_name_or_path": "gpt2"}))
    write_header(at / "mlx" / "adapters.safetensors", {
        name.removeprefix(PREFIX).replace(".lora_A.weight", ".lora_a").replace(".lora_B.weight", ".lora_b"): shape[::-1] for name, shape in pairs.items()})
    (at / "mlx" / "adapter_config.json").write_text(json.dumps({
        "fine_tune_type": "lora", "num_layers": 2, "lora_parameters": {"rank": 4, "scale": 20.0, "keys": ["self_attn.q_proj", "self_attn.v_proj"]}}))
    write_header(at / "none" / "adapters.safetensors", {"model.layers.0.q.lora_a": (32, 4), "model.layers.0.q.lora_b": (4, 8)})
    (at / "peft").joinpath("../gpt2").resolve().symlink_to(at / "peft")
    (at / "run.yml").write_bytes(b"\xef\xbb\xbfbase_model: gpt2\r\nlora_r: 4\r\nlora_target_modules:\r\n  - q_proj\r\n  - v_proj\r\n")
    (at / "run.log").write_text(f"step 1\n{ANSWER.printed}\n")
    write_header(at / "images" / "diffusion_pytorch_model.safetensors", weights)
    (at / "images" / "config.json").write_text('{"_class_name": "FluxTransformer2DModel"}')
    (at / "adapter_model.bin").write_bytes(b"PK\x03\x04" + bytes(40))
    return at


def derive(folder, *arguments, **environment):
    return subprocess.run([sys.executable, "-m", "derivations.cli", *arguments], cwd=folder, capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONPATH": os.path.dirname(os.path.dirname(os.path.dirname(__file__))), **environment})


@pytest.mark.parametrize("given", ["base", "./base", "base/config.json", "base/", "~/base", "weights", "weights/model.safetensors", "weights/without_ending",
                                   "../disk0/weights", "images", "images/config.json"])
def test_a_path_is_what_lies_there(disk, given):
    done = derive(disk, "count", given, "-r", "4", "-t", "q_proj,v_proj", "--json", HOME=str(disk))
    assert done.stderr == ""
    assert json.loads(done.stdout)["trainable"] == ANSWER.trainable


@pytest.mark.parametrize("arguments", [["peft", "--config", "base"], ["--adapter", "peft", "--config", "base"], ["--adapter", "peft", "base"],
                                       ["--adapter", "peft/adapter_model.safetensors", "base"], ["base", "--adapter", "mlx/adapters.safetensors"],
                                       ["--adapter", "mlx", "--tensors", "weights"], ["mlx", "--tensors", "weights"], ["peft", "base"], ["run.yml", "base"],
                                       ["--adapter", "run.yml", "base"], ["peft/adapter_config.json", "base"], ["gpt2", "--config", "base"]])
def test_an_adapter_is_taken_from_wherever_it_lies(disk, arguments):
    done = derive(disk, "count", *arguments, "--json")
    if arguments[0] == "gpt2":                                            # a model's name is the model's, whatever lies there
        assert "Missing option" in done.stderr
        return
    assert done.stderr == ""
    assert json.loads(done.stdout)["trainable"] == ANSWER.trainable


def test_a_line_over_a_model_without_tables_is_explained(disk):
    """No vocabulary and no hidden size are known of it: what needs them isn't tried."""
    (disk / "blocks").mkdir()
    write_header(disk / "blocks" / "model.safetensors", {
        f"blocks.{one}.attn.{name}.weight": shape for one in range(2) for name, shape in (("to_out.0", (8, 16)), ("to_q", (9, 4)))})
    for line, said in (("trainable params: 192", "rank 4 over to_out.0 gives 192"), ("trainable params: 191 || all params: 500", "another base")):
        assert said in derive(disk, "check-log", line, "blocks", "-r", "5").stdout


def test_python_takes_what_the_command_takes(disk):
    for given in ("base", "base/config.json", "weights", "weights/model.safetensors", "images"):
        answer = derivations.count(disk / given, rank=4, targets="q_proj,v_proj")
        assert answer.trainable == ANSWER.trainable
        assert any("counted by the tensors beside its config.json: model_type is missing" in note for note in answer.notes) == (given == "images")
    for adapter in ("peft", "peft/adapter_model.safetensors", "mlx", "run.yml"):
        assert derivations.count(disk / "weights", adapter=disk / adapter).trainable == ANSWER.trainable
    with pytest.raises(Refusal, match="it holds an adapter's pairs"):
        derivations.count(disk / "none", rank=4)
    assert derivations.rank_for(disk / "weights", budget=ANSWER.trainable, targets="q_proj,v_proj").rank == 4


@pytest.mark.parametrize(("arguments", "said"), [
    (["count", "none", "-r", "8"], "adapters.safetensors is no base: it holds an adapter's pairs, which derive inspect reads (LoRA, named as by mlx-lm)"),
    (["count", "--tensors", "mlx/adapters.safetensors", "-r", "8"], "is no base"),
    (["count", "--adapter", "none/adapters.safetensors", "gpt2"], "it holds weights, which derive inspect reads: give its adapter_config.json"),
    (["count", "mlx"], "it names no base: give MODEL or --config FILE"),
    (["count", "peft"], "no Linear is called 'q_proj'"),
    (["count", "base"], "Missing option '-r' / '--rank'."),
    (["count", "both", "-r", "8"], "the folder holds 0 .safetensors files and no model.safetensors"),
    (["inspect", "adapter_model.bin"], "torch.load(…, weights_only=True)"),
    (["inspect", "."], "torch.load(…, weights_only=True)"),
    (["count", "--config", "weights/model.safetensors", "-r", "8"], "it holds weights, which --tensors reads"),
    (["count", "--config", ".", "-r", "8"], "the folder holds no config.json: name a folder in it, as base"),
    (["count", "--adapter", "base", "gpt2"], "the folder holds no adapter_config.json"),
    (["check-log", "train.log", "gpt2"], "no file is called 'train.log'"),
    (["inspect", "-"], "not from standard input"), (["inspect", "gone"], "file: gone: No such file"),
    (["count", "--tensors", "base/config.json", "-r", "8"], "--config reads a config.json"),
    (["inspect", "weights"], "a model, which derive count --tensors reads"),
])
def test_what_was_meant_is_said(disk, arguments, said):
    done = derive(disk, *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert said in done.stderr


def test_inspect_holds_against_weights_and_configurations_and_says_the_scale(disk):
    for given, scale in (("peft", "r 4, alpha 6 (scaled by 6/√4, as rsLoRA does)"), ("mlx", "r 4, scaled by 20.0")):
        for base in ("weights", "base", "weights/model.safetensors"):
            done = derive(disk, "inspect", given, base)
            assert (done.returncode, "fault" in done.stdout, scale in done.stdout) == (0, False, True), done.stdout
    assert derive(disk, "inspect", "peft", "gpt2").returncode == 1
    assert derive(disk, "inspect", "pythia-160m", "peft").stdout == derive(disk, "inspect", "peft", "pythia-160m").stdout != ""


@pytest.mark.parametrize(("given", "model"), [
    ("peft", None), ("peft", "base"), ("peft/adapter_model.safetensors", "weights"), ("peft/adapter_config.json", "pythia-160m"),
    ("mlx", "base/config.json"), ("none", None), ("none/adapters.safetensors", "gpt2"),
])
def test_python_inspects_as_the_command_does(disk, given, model):
    done = derive(disk, "inspect", given, *([model] if model else []), "--json")
    said = json.loads(done.stdout)
    base = None if model is None else model if "-" in model or model == "gpt2" else disk / model
    for file in (disk / given, str(disk / given)):
        found = derivations.inspect(file, base)
        assert found.as_json() == said
        assert (done.returncode == 0) == (not found.faults)
        assert (list(found.ranks), dict(found.modules), found.parameters, found.bytes, list(found.methods), list(found.faults)) == tuple(
            said[key] for key in ("ranks", "modules", "parameters", "bytes", "methods", "faults"))
    by_hand = {"peft": 2 * 4 * (32 + 32 + 16 + 32), "mlx": 2 * 4 * (32 + 32 + 16 + 32), "none": 32 * 4 + 4 * 8}
    assert found.parameters == by_hand[given.partition("/")[0]]


def test_python_refuses_in_a_line_what_is_no_adapter(disk):
    for given, said in (("weights", "a model, which derive count --tensors reads"), ("gone", "No such file"), ("adapter_model.bin", "pickle")):
        with pytest.raises(Refusal, match=said):
            derivations.inspect(disk / given)
    with pytest.raises(Refusal, match="no model is called"):
        derivations.inspect(disk / "peft", "gpt9")


def test_faults_that_differ_in_the_layer_alone_are_one_row_and_all_in_json(disk):
    rows = [line for line in derive(disk, "inspect", "peft", "pythia-160m").stdout.splitlines() if line.startswith("fault")]
    assert len(rows) == 1, "nothing is called alike"
    (disk / "wide.json").write_text(json.dumps(LLAMA | {"hidden_size": 64}))
    done = derive(disk, "inspect", "peft", "--config", "wide.json")
    rows = [line for line in done.stdout.splitlines() if line.startswith("fault")]
    said = json.loads(derive(disk, "inspect", "peft", "--config", "wide.json", "--json").stdout)["faults"]
    assert len(said) == 8 and len(rows) == 4
    assert "model.layers.*.self_attn.q_proj: lora_A is 4 × 32, and should be 4 × 64 (2 of them)" in rows[0]


def test_a_line_of_a_log_and_a_budget_are_held_against_weights(disk):
    done = derive(disk, "check-log", ANSWER.printed, "weights", "-r", "4", "-t", "q_proj,v_proj")
    assert (done.returncode, done.stdout.count("agrees")) == (0, 3)
    short = f"trainable={ANSWER.trainable}/total={ANSWER.all_parameters}"                           # no word of it is a file's
    assert derive(disk, "check-log", short, "weights", "-r", "4", "-t", "q_proj,v_proj").stdout.count("agrees") == 2
    for line, model in (("run.log", "weights"), ("weights", "run.log"), ("run.log", "base")):
        assert derive(disk, "check-log", line, model, "-r", "4", "-t", "q_proj,v_proj").stdout == done.stdout
    beside = derive(disk, "check-log", ANSWER.printed, "base/config.json", "-r", "4", "-t", "q_proj,v_proj")      # a line, and no word
    assert beside.stdout == done.stdout
    assert "rank 4 " in derive(disk, "rank", "weights", "-b", str(ANSWER.trainable), "-t", "q_proj,v_proj").stdout
