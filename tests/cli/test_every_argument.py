"""Whatever stands in the arguments and the files of a command: an answer, or one line that no terminal runs.

Arguments are drawn at random from what people write, what they nearly write and what an attacker would; the command
runs in this process, so that thousands are tried. `make nightly` tries more.
"""

import io
import json
import os
import random
import re
import struct
import sys
from pathlib import Path

import pytest
from hangs import limited
from trust import short_or_long, tried

from derivations.cli import main

CONFIGS = Path(__file__).parents[1] / "oracle" / "configs"
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
SECONDS = 20
"""An upper bound of one command's processor time; the slowest counts a configuration of a million layers."""

NAMES = ("gpt2", "llama-2-7b", "Mixtral-8x7B", "openai-community/gpt2", "gpt3", "", "\x1b[31mred", "a\nb", "x" * 5000,
         "../../etc/passwd", "\udcff", "ñandú", "0", "-1", "é" * 400, "{{= 1 }}", "__class__", "constructor")
NUMBERS = ("8", "1", "0", "-1", "8,16", "8,,16", "1e2", "64.0", "9" * 5000, "10**9", "٣", "²", "0x10", "1_000", " 8 ", "NaN",
           "inf", "8" * 19, "1000000000", "\u200b8", "八")
TARGETS = ("all", "attention", "mlp", "vision", "all-linear", "q_proj,v_proj", '["q_proj", "v_proj"]', "['c_attn']", ".*",
           r".*\.(q|v)_proj", "(", "[[a]", "(?i)Q", "(?<=a)b", "a{99999}", "\\", "c_attn", ",", ",,,", "x" * 12000, "[" * 5000,
           "(" * 300 + ")" * 300, r"(a)\1", "^$", "h.0.mlp.c_proj", "lm_head", "\x00", "\x1b]0;x\x07", "*", "h.99999999999.mlp.c_proj")
LAYERS = ("0", "0-3", "0-999999", "0-999999,0-999999", "3-0", "-", "a", "٣", "²", "0,0,0", "999999", "-1", "0-" + "9" * 50)
BUDGETS = ("10M", "1%", "40MB", "38 MiB", "0", "-5", "1e6", "50 megabytes", "9" * 4000, "%", "1" + "0" * 29 + "T", "NaN", "1 000", ".5k")
LINES = ("trainable params: 294,912 || all params: 124,734,720 || trainable%: 0.2364", "trainable params: 1 || all params: 0 || trainable%: 5",
         "", "-", "trainable params: " + "9" * 5000, "\x1b[2J", "trainable params: 1e9 || all params: nan")
FLAGS = ("--json", "--dora", "--full", "--checkpointing", "--master", "--help", "-h", "--version", "--nope", "--", "-")
WORDS = (*NAMES, *NUMBERS, *TARGETS, *LAYERS, *BUDGETS, *LINES)
OPTIONS = {
    "-r": NUMBERS, "--rank": NUMBERS, "-t": TARGETS, "--targets": TARGETS, "--layers": LAYERS, "--budget": BUDGETS, "-b": BUDGETS,
    "--exclude-modules": TARGETS, "--target-parameters": ("mlp.experts.gate_up_proj", *NAMES), "--dtype": ("float16", "int8", *NAMES),
    "--experts": ("apart", "fused", "both"), "--rank-pattern": ("c_proj=4", "=", "(=3", "c_proj=٣", ".*=²", "a=" + "9" * 30, "x" * 9000 + "=1"),
    "--bias": ("all", "lora_only", "some"), "--modules-to-save": ("lm_head", "embed_tokens,lm_head", *NAMES), "--num-labels": NUMBERS,
    "--trainable-token-indices": LAYERS,
    "--format": ("csv", "md", "table", "xml"), "--base": ("nf4", "nf5"), "--batch": NUMBERS, "--length": NUMBERS, "--fits": NUMBERS,
}
COMMANDS = {
    "count": ("-r", "--rank", "-t", "--layers", "--exclude-modules", "--target-parameters", "--dtype", "--experts", "--rank-pattern",
              "--bias", "--modules-to-save", "--num-labels", "--trainable-token-indices", "--format", "--config", "--adapter"),
    "rank": ("-b", "--budget", "-t", "--layers", "--dtype", "--experts", "--exclude-modules", "--config"),
    "memory": ("-r", "-t", "--batch", "--length", "--base", "--fits", "--layers", "--experts", "--config", "--adapter"),
    "check-log": ("-r", "-t", "--layers", "--modules-to-save", "--experts", "--config"),
    "inspect": ("--config",), "models": (), "explain": ("--lang",), "where": (), "list": ("--lang",), "coutn": ("-r",), "": (),
}


def files(draw, folder):
    """Write a file that a command may be given: a good one, a damaged one, or one of random bytes."""
    path = folder / draw.choice(("config.json", "adapter_config.json", "x.safetensors", "a b.json", "ñ.json", "x.gguf", "none",
                                 "model.safetensors.index.json", "run.yml", "adapter_model-00001-of-00002.safetensors"))
    good = draw.choice(sorted(CONFIGS.glob("*.json"))).read_bytes()
    adapter = json.dumps({"peft_type": "LORA", "r": draw.choice((8, 0, -1, 1.5, "8", None, [], 10**30, True)),
                          "target_modules": draw.choice((["q_proj"], "c_.*", [], 5, [["a"]], "(", None, ["q(", 1])),
                          "base_model_name_or_path": draw.choice(("gpt2", "nobody/nothing", 5, "\x1b[31m", "x" * 900)),
                          draw.choice(("rank_pattern", "layers_to_transform", "layers_pattern", "modules_to_save", "bias", "use_dora",
                                       "task_type", "exclude_modules", "target_parameters", "trainable_token_indices")):
                          draw.choice((None, {}, [], {"c_proj": 4}, {"(": 1}, {"c": "x"}, [0, 1], ["lm_head"], 5, "h", "all", -1, [10**30],
                                       [1.5], {"a": [1]}, {"a": None}, True, "x" * 9000))}).encode()
    header = json.dumps({"a.lora_A.weight": {"dtype": "F32", "shape": draw.choice(([8, 4], [], [-1], ["x"], [2**70], [8], [2, 3, 4])),
                                             "data_offsets": [0, 128]}}).encode()
    tensors = len(header).to_bytes(8, "little") + header + bytes(128)
    model = json.dumps({f"a.{layer}.{name}": {"dtype": draw.choice(("F32", "BF16", "U8", "I64")), "shape": shape, "data_offsets": [0, 0]} for layer in (0, 1)
                        for name, shape in (("q.weight", [8, 4]), ("k.weight", draw.choice(([4, 8], [8, 1, 3, 3], [2, 4, 8]))), ("k.bias", [4]))}).encode()
    base = len(model).to_bytes(8, "little") + model
    binary = b"GGUF" + struct.pack("<IQQQ", 3, 1, 1, 3) + b"key" + struct.pack("<IQ", 8, 2) + b"ab" + struct.pack("<Q", 21) + (
        b"blk.0.a.weight.lora_a" + struct.pack("<IQQIQ", 2, 8, draw.choice((4, 2**63)), draw.choice((0, 99)), 0))
    kind = draw.randrange(12)
    text = (good, adapter, tensors, base, binary, b"lora_r: 8\r\nbase_model: gpt2\r\nlora_target_modules: [c_attn]\r\n", draw.randbytes(draw.randrange(200)), good[:draw.randrange(len(good))], b"[" * 50_000,
            b"\xef\xbb\xbf" + good, b'{"a":' * 10_000, b"")[kind]
    if kind < 6 and draw.random() < 0.4:
        place = draw.randrange(len(text))
        text = text[:place] + draw.choice((b"\x00", b"\xff", b"9" * 5000, b"NaN", b"Infinity", b'"', b"}", b"1e999")) + text[place + 1:]
    path.write_bytes(text)
    return str(path)


def arguments(draw, folder):
    """Draw a command's arguments."""
    command = draw.choice(list(COMMANDS))
    found = [command] if command else []
    if command == "check-log":
        found.append(draw.choice(LINES))
    if command in ("explain", "where"):
        found += [draw.choice(("layer.ratio", "layer.lora", "layer", "nothing", *NAMES)), *draw.sample(
            ("h=4096", "r=8", "h", "=", "h=x", "h=1/0", "h=0", "r=-1", "h=1e999999999", "h=" + "9" * 5000, "\x1b=1", "h=4096=1"),
            draw.randrange(3) if command == "explain" else 0)]
    elif command == "inspect":
        found.append(draw.choice((files(draw, folder), "/dev/zero", str(folder), "/nowhere", "", "\x00", "x" * 5000)))
    if command in ("count", "rank", "memory", "check-log", "inspect") and draw.random() < 0.8:
        found.append(draw.choice(("gpt2", "llama-2-7b", "mixtral-8x7b", draw.choice(NAMES), files(draw, folder), str(folder))))
    for option in draw.sample(COMMANDS[command], draw.randint(0, min(4, len(COMMANDS[command])))):
        value = files(draw, folder) if option in ("--config", "--adapter") else draw.choice(OPTIONS.get(option, NAMES))
        found += [option, draw.choice((value, value, value, draw.choice(WORDS)))]
    if draw.random() < 0.4:
        found.append(draw.choice((*FLAGS, *WORDS)))
    if draw.random() < 0.15:
        draw.shuffle(found)
    return found


def run(argv, stdin=b""):
    """Run the command here: its exit code, and what it wrote."""
    before = sys.argv, sys.stdin, sys.stdout, sys.stderr
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="surrogateescape") for _ in range(2))
    sys.argv, sys.stdin, sys.stdout, sys.stderr = ["derive", *argv], io.TextIOWrapper(io.BytesIO(stdin)), out, err
    try:
        with limited(SECONDS):
            main()
    except SystemExit as done:
        code = done.code or 0
    finally:
        sys.argv, sys.stdin, sys.stdout, sys.stderr = before
        out.flush()
        err.flush()
    return code, *(one.buffer.getvalue().decode("utf-8", "surrogateescape") for one in (out, err))


def check(argv, code, said):
    """An error is one short line of characters that can be seen."""
    assert code in (0, 1, 2), (argv, code)
    if code == 2:
        assert said.startswith("derive: ") and said.endswith("\n"), (argv, said)
        line = said[:-1]
        assert line.isprintable(), (argv, line)
        assert len(line) <= 300, (argv, line)
    else:
        assert said == "", (argv, said)


@pytest.mark.filterwarnings("error")
def test_any_arguments_get_an_answer_or_one_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    draw = random.Random(int(os.environ.get("SEED", "13")))
    often = short_or_long(500, 30_000)
    codes = {0: 0, 1: 0, 2: 0}
    for _ in range(often):
        argv = [one.replace("\0", "") for one in arguments(draw, tmp_path)]     # no shell can pass it
        stdin = draw.choice((b"", b"{}", b"\xff\xfe", b"[" * 2000))
        code, out, said = run(argv, stdin)
        check(argv, code, said)
        assert not CONTROL.search(out), (argv, out)
        codes[code] += 1
    assert min(codes[0], codes[2]) > often // 20            # both roads were walked
    tried("commands", often)
