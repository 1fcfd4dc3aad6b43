"""`derive count`, `rank` and `models` as people and scripts use them: answers, pipes, one-line errors, completion."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

import derivations

CONFIGS = Path(__file__).parents[1] / "oracle" / "configs"
KEYS = {
    "model", "model_type", "rank", "target_modules", "full", "lora", "ratio", "dtype", "experts", "adapter_bytes",
    "adapter_file_bytes", "total_parameters", "idealised", "modules",
}


def derive(*arguments: str, stdin: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "derivations.cli", *arguments], input=stdin, capture_output=True, text=True, check=False,
        env={**os.environ, **environment})


def answer(*arguments: str, stdin: str | None = None) -> dict[str, object]:
    """Give the JSON that the command answers with."""
    done = derive(*arguments, "--json", stdin=stdin)
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_json_holds_what_python_answers():
    found = answer("count", "llama-2-7b", "--rank", "8", "--targets", "q_proj,v_proj")
    python = derivations.count("llama-2-7b", rank=8, targets="q_proj,v_proj")
    assert found.keys() >= KEYS
    assert found == json.loads(json.dumps(python.as_json()))
    assert found["lora"] == 4194304
    assert found["ratio"] == {"numerator": 1, "denominator": 256}
    assert found["target_modules"] == ["q_proj", "v_proj"]
    assert found["dtype"] == "float32"
    assert found["modules"][0].keys() == {"name", "out", "in", "count", "full", "lora"}


def test_the_idealised_count_and_its_signed_errors():
    ideal = answer("count", "llama-3-8b", "-r", "8")["idealised"]
    exact = derivations.count("llama-3-8b", rank=8)
    for name, number in (("full", exact.full), ("lora", exact.lora)):
        error = Fraction(**ideal[f"{name}_error"])
        assert error == Fraction(ideal[name] - number, number)
        assert error < 0
    assert answer("count", "llama-3-8b", "-r", "8", "-t", "up_proj")["idealised"] is None


@pytest.mark.parametrize("name", ["gpt2", "GPT2", "openai-community/gpt2", "OpenAI-Community/GPT2"])
def test_a_model_has_two_names_and_capitals_do_not_matter(name):
    assert answer("count", name, "-r", "1")["model"] == "gpt2"


def test_a_configuration_comes_from_a_file_or_from_a_pipe():
    path = CONFIGS / "qwen2.5-7b.json"
    by_name = answer("count", "qwen2.5-7b", "-r", "8")
    from_file = answer("count", "--config", str(path), "-r", "8")
    from_pipe = answer("count", "--config", "-", "-r", "8", stdin=path.read_text(encoding="utf-8"))
    assert from_file == from_pipe
    assert from_file["lora"] == by_name["lora"]
    assert from_file["model"] == "qwen2"


def test_every_choice_reaches_the_count():
    found = answer("count", "gpt2", "-r", "8", "--targets", "all", "--layers", "0,2-4", "--dora", "--bias", "lora_only",
                   "--rank-pattern", "mlp.c_proj=2", "--modules-to-save", "lm_head", "--dtype", "float16")
    python = derivations.count("gpt2", rank=8, layers_to_transform=[0, 2, 3, 4], rank_pattern={"mlp.c_proj": 2},
                               dora=True, bias="lora_only", modules_to_save=["lm_head"], dtype="float16")
    assert found == json.loads(json.dumps(python.as_json()))
    assert set(found["terms"]) == {"dora", "bias", "lm_head"}


def test_what_the_command_says_goes_over_an_adapters_own_file(tmp_path):
    file = tmp_path / "adapter_config.json"
    file.write_text(json.dumps({"peft_type": "LORA", "r": 4, "target_modules": ["c_fc"], "layers_to_transform": [0, 1], "bias": "all"}), encoding="utf-8")
    for options, as_asked in (
        ((), {"r": 4, "t": "c_fc", "layers": "0,1", "bias": "all"}), (("-t", "c_attn"), {"r": 4, "t": "c_attn", "layers": "0,1", "bias": "all"}),
        (("--layers", "2-5", "--bias", "none", "-r", "3"), {"r": 3, "t": "c_fc", "layers": "2-5", "bias": "none"}),
    ):
        plain = ("-r", str(as_asked["r"]), "-t", as_asked["t"], "--layers", as_asked["layers"], "--bias", as_asked["bias"])
        assert answer("count", "gpt2", "--adapter", str(file), *options)["trainable"] == answer("count", "gpt2", *plain)["trainable"]


def test_lists_are_taken_as_they_stand_in_an_adapters_file():
    asked = ("count", "gpt2", "-r", "2")
    for plain, pasted in ((("--layers", "0,3"), ("--layers", "[0, 3]")), (("--modules-to-save", "wpe,ln_f"), ("--modules-to-save", '["wpe", "ln_f"]')),
                          (("--trainable-token-indices", "1,2"), ("--trainable-token-indices", "[1, 2]")),
                          (("--rank-pattern", "c_fc=3", "--rank-pattern", "c_attn=5"), ("--rank-pattern", "c_fc=3,c_attn=5"))):
        assert answer(*asked, *plain)["trainable"] == answer(*asked, *pasted)["trainable"] != answer(*asked)["trainable"]


def test_experts_are_named_in_the_answer():
    assert answer("count", "mixtral-8x7b", "-r", "8")["lora"] == 120061952
    fused = answer("count", "mixtral-8x7b", "-r", "8", "--experts", "fused")
    assert (fused["lora"], fused["experts"]) == (178782208, "fused")
    assert "fused" in derive("count", "mixtral-8x7b", "-r", "8", "--experts", "fused").stdout
    assert "apart" in derive("count", "mixtral-8x7b", "-r", "8").stdout
    assert answer("count", "gpt2", "-r", "8")["experts"] is None


@pytest.mark.parametrize("budget", ["10M", "40MB", "38MiB", "1%"])
def test_the_inverse_question(budget):
    found = answer("rank", "llama-2-7b", "--budget", budget)
    assert found.keys() >= {"rank", "lora", "budget", "next"}
    assert found["lora"] <= found["budget"] < found["next"]
    assert found["lora"] == derivations.count("llama-2-7b", rank=found["rank"]).lora
    text = derive("rank", "llama-2-7b", "--budget", budget).stdout
    assert f"rank {found['rank']}" in text
    assert f"{found['next']:,}" in text


def test_models_lists_the_catalogue():
    rows = json.loads(derive("models", "--json").stdout)
    assert len(rows) >= 25
    text = derive("models").stdout
    assert all(row["name"] in text and row["hub"] in text for row in rows)


def test_text_is_for_people():
    text = derive("count", "gpt2", "--rank", "8").stdout
    for part in ("attn.c_attn", "2,304 × 768", "1,179,648", "1.39%", "bytes", "float32", "16 bits", "+12.5%",
                 "n_inner = 3072"):
        assert part in text
    assert "\x1b" not in text
    assert "text_config.layer_types, 42 of them" in derive("count", "gemma-4-e4b", "--rank", "8").stdout


@pytest.mark.parametrize(("arguments", "said"), [
    (["count", "lama-2-7b", "-r", "8"], "no model is called 'lama-2-7b'; nearest: llama-2-7b"),
    (["cuont", "gpt2"], "no command is called 'cuont'; nearest: count"),
    (["count", "gpt2"], "Missing option '-r' / '--rank'."),
    (["count", "gpt2", "--rnk", "8"], "No such option '--rnk'. Did you mean '--rank'?"),
    (["count", "gpt2", "-r", "eight"], "'eight' is not a valid integer"), (["count", "gpt2", "-r", "8,--5"], "'--5' is not a valid integer"),
    (["count", "gpt2", "-r", "0"], "rank must be a positive integer up to 1000000000, not 0"),
    (["count", "gpt2", "-r", "8", "-t", "q_proj"], "c_attn holds q, k and v in one"),
    (["count", "gpt2", "-r", "8", "-t", "c_atn"], "nearest: c_attn"),
    (["count", "gpt2", "-r", "8", "--dtype", "int4"], "'int4' is not one of"),
    (["count", "gpt2", "-r", "8", "--layers", "0,x"], "layers-to-transform: 'x' isn't a number or a range"),
    (["count", "gpt2", "-r", "8", "--layers", "12"], "layers_to_transform: the model has layers 0 to 11, not 12"),
    (["count", "gpt2", "-r", "8", "--layers", "5-2"], "names none"),
    (["count", "gpt2", "-r", "8", "--rank-pattern", "c_attn"], "isn't NAME=R"),
    (["count", "gpt2", "-r", "8", "--rank-pattern", "c_attn=٣"], "isn't NAME=R"),           # the page reads no such digits either
    (["count", "gpt2", "-r", "8", "--layers", "٠-３"], "isn't a number or a range"),
    (["count", "-r", "8"], "give MODEL or --config FILE"),
    (["count", "gpt2", "--config", "x.json", "-r", "8"], "not both"),
    (["count", "--config", "nowhere.json", "-r", "8"], "nowhere.json"),
    (["count", "--config", "/", "-r", "8"], "--config /: the folder holds no config.json"),
    (["count", "--config", "https://hub.example/a/config.json", "-r", "8"], "no page is fetched"),
    (["count", "tests", "-r", "8"], "the folder holds 0 .safetensors files and no model.safetensors"),
    (["count", "gpt2", "-r", "8", "-t", "c_attn", "-t", "c_proj"], "--targets is given twice"),
    (["rank", "gpt2", "-b", "1%", "-b", "2%"], "--budget is given twice"),
    (["count", "gpt2", "-r", "8", "--tensors", "model.safetensors"], "one of them"),
    (["count", "--config", "c.json", "-r", "8", "--tensors", "model.safetensors"], "one of them"),
    (["rank", "gpt2", "--budget", "10X"], "budget: '10X' isn't one"),
    (["rank", "gpt2", "--budget", "1K"], "rank 1 takes 147,456"),
    (["rank", "gpt2"], "Missing option '-b' / '--budget'."),
])
def test_an_error_is_one_line_on_standard_error_and_exit_2(arguments, said):
    done = derive(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("derive: ")
    assert done.stderr.count("\n") == 1
    assert said in done.stderr


@pytest.mark.parametrize("text", ["{}", "[]", "{", '{"model_type": "llama", "hidden_size": -1}', "\x00"])
def test_a_bad_configuration_is_an_error_of_the_same_kind(text):
    done = derive("count", "--config", "-", "-r", "8", stdin=text)
    assert done.returncode == 2
    assert done.stderr.startswith("derive: ")
    assert done.stderr.count("\n") == 1


def test_a_folder_stands_for_the_configuration_in_it(tmp_path):
    config = {"model_type": "llama", "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 100}
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    python = derivations.count(config, rank=4)
    for given in (str(tmp_path), f"~/{tmp_path.name}"):
        done = derive("count", f"--config={given}", "-r", "4", "--json", HOME=str(tmp_path.parent))
        assert json.loads(done.stdout)["trainable"] == python.trainable
    empty = tmp_path / "empty.json"
    empty.touch()
    assert derive("count", "--config", str(empty), "-r", "4").stderr == "derive: not a JSON file: it is empty\n"


def test_a_reader_that_goes_away_is_no_error():
    done = subprocess.run(
        f"{sys.executable} -m derivations.cli models | head -1", shell=True, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize(("closed", "arguments", "code"), [
    ("<&-", "count gpt2 -r 8", 0), (">&-", "count gpt2 -r 8", 0), ("2>&-", "count nope -r 8", 2), ("<&- >&- 2>&-", "count nope -r 8", 2)])
def test_what_is_closed_is_done_without(closed, arguments, code):
    done = subprocess.run(f"{sys.executable} -m derivations.cli {arguments} {closed}", shell=True, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (code, "")


def test_help_and_the_shells_completion():
    for arguments in ([], ["--help"], ["-h"]):
        done = derive(*arguments)
        assert done.returncode == 0
        assert "count" in done.stdout
    completed = derive(_DERIVE_COMPLETE="bash_complete", COMP_WORDS="derive count llama-2-", COMP_CWORD="2")
    assert completed.stdout.split() == ["plain,llama-2-7b", "plain,llama-2-13b", "plain,llama-2-70b"]


def test_no_color_is_obeyed():
    script = ("import sys; sys.stdout.isatty = lambda: True; sys.argv = ['derive', 'count', 'gpt2', '-r', '8'];"
              "from derivations.cli import main; main()")
    for no_color, coloured in (("", True), ("1", False)):
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True,
                              env={**os.environ, "NO_COLOR": no_color})
        assert ("\x1b[" in done.stdout) is coloured
