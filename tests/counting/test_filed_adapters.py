"""An adapter's file is known from its header: files are written here byte by byte, with holes for weights."""

from __future__ import annotations

import json
import os

import pytest

from derivations.counting.catalogue import public_model
from derivations.counting.count import Question, adapted, count_configuration, tensors
from derivations.counting.filed import faults, read_filed
from derivations.counting.refusal import Refusal

GPT2 = public_model("gpt2").configuration
QUESTION = Question(4, "c_attn,c_fc")


def write(path, listed):
    """Write a header of float32 tensors, and as many zeros as it speaks of, without filling the disk."""
    entries, end = {}, 0
    for name, shape in listed:
        size = 4
        for side in shape:
            size *= side
        entries[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [end, end + size]}
        end += size
    header = json.dumps(entries).encode()
    with open(path, "wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        file.truncate(8 + len(header) + end)


def listed():
    return list(tensors(GPT2.decoder, QUESTION, adapted(GPT2.decoder, QUESTION)[0]))


def test_a_whole_file_fits_its_model_and_says_what_was_counted(tmp_path):
    write(tmp_path / "a", listed())
    filed = read_filed(tmp_path / "a")
    assert filed.ranks == [4]
    assert filed.parameters == count_configuration(GPT2, QUESTION).lora
    assert filed.as_json()["modules"] == {"c_attn": 12, "c_fc": 12}
    assert faults(filed, GPT2.decoder) == []
    assert faults(filed, public_model("llama-2-7b").configuration.decoder)


def test_what_is_missing_or_of_the_wrong_shape_is_named(tmp_path):
    kept = [(name, shape) for name, shape in listed() if "h.3.mlp.c_fc" not in name and "h.5.attn.c_attn.lora_B" not in name]
    kept[0] = (kept[0][0], (4, 769))
    write(tmp_path / "a", kept)
    said = " | ".join(faults(read_filed(tmp_path / "a"), GPT2.decoder))
    assert "lora_A is 4 × 769, and should be 4 × 768" in said
    assert "transformer.h.5.attn.c_attn: lora_B is missing" in said
    assert "transformer.h.3.mlp.c_fc: its pair is missing, though other layers have one" in said
    assert said.count(" | ") == 2


@pytest.mark.parametrize("content", [
    b"", b"\x05", b"\xff" * 8, (2).to_bytes(8, "little") + b"[]", (4).to_bytes(8, "little") + b"{{{{",
    (13).to_bytes(8, "little") + b'{"a": {"x":1}', (24).to_bytes(8, "little") + b'{"a":{"dtype":1,"x":[]}}',
])
def test_what_is_no_such_file_is_refused(tmp_path, content):
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(Refusal, match="^file: "):
        read_filed(tmp_path / "a")


def test_a_pipe_a_folder_and_nothing_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", ".", "nothing", "x" * 5000):
        with pytest.raises(Refusal, match="^file: "):
            read_filed(tmp_path / name)
