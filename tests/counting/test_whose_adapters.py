"""Adapters of all who write them are read by one rule: names as their own code has them, counts by hand.

Sources of the names: sd-scripts networks/lora.py and convert_flux_lora.py; diffusers loaders/lora_conversion_utils.py; mlx-lm tuner/lora.py
and dora.py; torchtune modules/peft; LyCORIS modules; llama.cpp convert_lora_to_gguf.py; NeMo's and PEFT's own tests.
"""

from __future__ import annotations

import json
import re
import struct
from fractions import Fraction
from math import prod
from pathlib import Path

import pytest
from filing import filed, write_header

from derivations.counting.catalogue import public_model
from derivations.counting.configuration import configure
from derivations.counting.count import Question
from derivations.counting.filed import halves, read_adapter_file, shortage
from derivations.counting.fitting import faults
from derivations.counting.headers import read_header
from derivations.counting.refusal import Refusal
from derivations.counting.safetensors import PREFIX
from derivations.counting.weights import weights_in

KOHYA = "lora_unet_down_blocks_1_attentions_{}_transformer_blocks_0_{}"
LYCORIS = "lycoris_blocks_0_attn_q"
UNET = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn1.processor.to_q_lora"
TEXT = "text_encoder.text_model.encoder.layers.0.self_attn.q_proj.lora_linear_layer"
PEFTS = "base_model.model.model.layers.0.self_attn.q_proj"

WRITTEN = [
    ("kohya", ("LoRA",), [16], {"attn1_to_out_0": 2, "proj": 1}, {
        f"{KOHYA.format(one, name)}.{end}": shape for one, name, out, in_ in (
            (0, "attn1_to_out_0", 640, 640), (1, "attn1_to_out_0", 640, 640), (0, "ff_net_0_proj", 5120, 640))
        for end, shape in (("lora_down.weight", (16, in_)), ("lora_up.weight", (out, 16)), ("alpha", ()))}),
    ("kohya", ("LoRA", "DoRA"), [4], {"conv1": 1}, {
        "lora_unet_up_blocks_0_resnets_1_conv1.lora_down.weight": (4, 64, 3, 3), "lora_unet_up_blocks_0_resnets_1_conv1.lora_up.weight": (32, 4, 1, 1),
        "lora_unet_up_blocks_0_resnets_1_conv1.alpha": (), "lora_unet_up_blocks_0_resnets_1_conv1.dora_scale": (32, 1, 1, 1)}),
    ("older diffusers", ("LoRA",), [4], {"to_q": 1, "q_proj": 1}, {
        f"{UNET}.down.weight": (4, 320), f"{UNET}.up.weight": (320, 4), f"{TEXT}.down.weight": (4, 768), f"{TEXT}.up.weight": (768, 4)}),
    ("XLabs", ("LoRA",), [16], {"qkv_lora1": 1, "qkv_lora2": 1}, {
        f"double_blocks.0.processor.qkv_lora{one}.{end}.weight": shape for one in (1, 2) for end, shape in (("down", (16, 30)), ("up", (90, 16)))}),
    ("mlx-lm", ("LoRA", "DoRA"), [8], {"q_proj": 1}, {
        "model.layers.0.self_attn.q_proj.lora_a": (32, 8), "model.layers.0.self_attn.q_proj.lora_b": (8, 64), "model.layers.0.self_attn.q_proj.m": (64,)}),
    ("mlx-lm", ("LoRA",), [8], {"gate_proj": 1}, {
        "model.layers.0.mlp.switch_mlp.gate_proj.lora_a": (4, 8, 32), "model.layers.0.mlp.switch_mlp.gate_proj.lora_b": (4, 48, 8)}),
    ("torchtune", ("LoRA", "DoRA"), [8], {"q_proj": 1}, {
        "layers.0.attn.q_proj.lora_a.weight": (8, 32), "layers.0.attn.q_proj.lora_b.weight": (64, 8), "layers.0.attn.q_proj.magnitude": (64,)}),
    ("Megatron", ("LoRA",), [8], {"linear_qkv": 1, "lora_kqv_adapter": 1, "adapter_q": 1}, {
        f"{name}.linear_{end}.weight": shape for name in (
            "decoder.layers.0.self_attention.linear_qkv.adapter", "model.layers.0.self_attention.adapter_layer.lora_kqv_adapter",
            "decoder.layers.1.self_attention.linear_qkv.adapter.adapter_q") for end, shape in (("in", (8, 32)), ("out", (96, 8)))}),
    ("PEFT", ("LoRA",), [16], {"qkv": 1}, {
        "diffusion_model.double_blocks.0.img_attn.qkv.lora_A.weight": (16, 30), "diffusion_model.double_blocks.0.img_attn.qkv.lora_B.weight": (90, 16)}),
    ("PEFT", ("LoRA",), [16], {"k": 1}, {"blocks.0.cross_attn.k.lora_A.default.weight": (16, 30), "blocks.0.cross_attn.k.lora_B.default.weight": (90, 16)}),
    ("LitGPT or loralib", ("LoRA",), [8], {"attn": 1}, {"transformer.h.0.attn.attn.lora_A": (24, 32), "transformer.h.0.attn.attn.lora_B": (96, 8)}),
    ("PEFT", ("AdaLoRA",), [6], {"q_proj": 1}, {f"{PEFTS}.lora_A": (6, 32), f"{PEFTS}.lora_B": (64, 6), f"{PEFTS}.lora_E": (6, 1)}),
    ("PEFT or LyCORIS", ("LoHa",), [8], {"attn_q": 1}, {
        f"{LYCORIS}.{end}": shape for end, shape in (("hada_w1_a", (64, 8)), ("hada_w1_b", (8, 32)), ("hada_w2_a", (64, 8)), ("hada_w2_b", (8, 32)))}),
    ("PEFT or LyCORIS", ("LoKr",), [4], {"attn_q": 1}, {f"{LYCORIS}.lokr_w1": (8, 8), f"{LYCORIS}.lokr_w2_a": (8, 4), f"{LYCORIS}.lokr_w2_b": (4, 4)}),
    ("PEFT", ("VeRA",), [4], {"q_proj": 1}, {f"{PEFTS}.vera_lambda_d": (4,), f"{PEFTS}.vera_lambda_b": (64,)}),
    ("", ("IA3",), [], {"q_proj": 1}, {f"{PEFTS}.ia3_l": (64, 1)}),
    ("", ("OFT",), [], {"q_proj": 1}, {f"{PEFTS}.oft_R.weight": (4, 28)}),
    ("", ("prompt or prefix tuning",), [], {}, {"prompt_embeddings": (5, 32)}),
]


@pytest.mark.parametrize("written", WRITTEN, ids=lambda one: f"{one[0]} {one[1]}")
def test_what_anyone_writes_is_read(tmp_path, written):
    whose, methods, ranks, modules, tensors = written
    known = read_adapter_file(write_header(tmp_path / "x.safetensors", tensors)).as_json()
    assert (known["names"], tuple(known["methods"]), known["ranks"], known["modules"]) == (whose, methods, ranks, modules)
    assert known["parameters"] == sum(prod(shape) for name, shape in tensors.items() if not name.endswith("alpha"))
    assert known["tensors"] == len(tensors)


@pytest.mark.parametrize(("whose", "tensors"), [(one[0], one[4]) for one in WRITTEN if one[0] and one[1] != ("LoKr",)], ids=lambda one: str(one)[:20])
def test_each_half_of_each_is_asked_for_and_held_against_the_other(tmp_path, whose, tensors):
    assert halves(read_adapter_file(write_header(tmp_path / "x.safetensors", tensors))) == []
    for name in tensors:
        lost = read_adapter_file(write_header(tmp_path / "x.safetensors", {one: shape for one, shape in tensors.items() if one != name}))
        beside = name.endswith(("alpha", "dora_scale", ".m", "magnitude", "lora_E"))
        assert [said.endswith("is missing") for said in halves(lost)] == ([] if beside else [True]), name


@pytest.mark.parametrize("method", ["vera", "randlora", "pvera"])
def test_projections_that_stay_frozen_are_held_and_not_counted(tmp_path, method):
    known = read_adapter_file(write_header(tmp_path / "x", {
        f"base_model.{method}_A": (4, 32), f"base_model.{method}_B": (64, 4), f"{PEFTS}.{method}_lambda_b": (64,),
        f"{PEFTS}.{method}_lambda{'' if method == 'randlora' else '_d'}": (4,)})).as_json()
    assert (known["parameters"], known["modules"]) == (68, {"q_proj": 1})


def test_an_alpha_is_read_and_held_against_the_rank(tmp_path):
    """In each type that files have; 8 is 0x4100 in bfloat16, 0x4800 in float16."""
    written = {"BF16": b"\x00\x41", "F16": b"\x00\x48", "F32": struct.pack("<f", 8), "F64": struct.pack("<d", 8), "I64": (8).to_bytes(8, "little")}
    entries, data = {}, b""
    for code, number in written.items():
        for name, kind, shape, content in ((f"m_{code}.lora_down.weight", "F32", [16, 2], bytes(128)), (f"m_{code}.lora_up.weight", "F32", [2, 16], bytes(128)),
                                           (f"m_{code}.alpha", code, [], number)):
            entries[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
            data += content
    header = json.dumps({**entries, "__metadata__": {"ss_base_model_version": "sdxl_base_v1-0"}}).encode()
    (tmp_path / "x").write_bytes(len(header).to_bytes(8, "little") + header + data)
    found = read_adapter_file(tmp_path / "x")
    assert found.scales == {(Fraction(8), 16): 5}
    assert found.base == "sdxl_base_v1-0"
    assert shortage(found) == []
    (tmp_path / "x").write_bytes((tmp_path / "x").read_bytes()[:-20])
    assert shortage(read_adapter_file(tmp_path / "x")) == ["the file ends 20 bytes before its tensors do: it was cut off"]


@pytest.mark.parametrize(("config", "scales"), [
    ({"transformer.lora_alpha": 8, "transformer.r": 4, "text_encoder.lora_alpha": 2}, {(Fraction(8), 4): 2, (Fraction(2), 4): 1}),
    ({"transformer.lora_alpha": 8, "transformer.use_rslora": True, "text_encoder.lora_alpha": 2}, {(Fraction(2), 4): 1}),
    ({"transformer.lora_alpha": "x", "text_encoder.lora_alpha": None}, {}), ([], {}), ({"text_encoder.lora_alpha": 2, "text_encoder.alpha_pattern": {"q": 1}}, {}),
])
def test_alphas_are_read_where_diffusers_writes_its_configuration(tmp_path, config, scales):
    modules = ("transformer.blocks.0.q", "transformer.blocks.1.q", "text_encoder.layers.0.q")
    header = {f"{module}.lora_{letter}.weight": {"dtype": "F32", "shape": shape, "data_offsets": [0, 128]}
              for module in modules for letter, shape in (("A", [4, 8]), ("B", [8, 4]))}
    text = json.dumps({**header, "__metadata__": {"lora_adapter_metadata": json.dumps(config)}}).encode()
    (tmp_path / "x").write_bytes(len(text).to_bytes(8, "little") + text + bytes(128))
    assert read_adapter_file(tmp_path / "x").scales == scales


def gguf(path, tensors, *, order="<", version=3, alpha=16.0):
    """Write the header of a GGUF adapter as gguf-py does: sides from the last to the first, texts with their length before them."""
    def text(of):
        return struct.pack(f"{order}Q", len(of.encode())) + of.encode()
    keys = {"general.architecture": (8, text("llama")), "adapter.type": (8, text("lora")), "adapter.lora.alpha": (6, struct.pack(f"{order}f", alpha)),
            "tokens": (9, struct.pack(f"{order}IQ", 8, 2) + text("a") + text("ñ")), "scores": (9, struct.pack(f"{order}IQ3f", 6, 3, 1, 2, 3)),
            "flag": (7, b"\1"), "of": (10, struct.pack(f"{order}Q", 2**40))}
    data = b"GGUF" + struct.pack(f"{order}IQQ", version, len(tensors), len(keys))
    data += b"".join(text(key) + struct.pack(f"{order}I", kind) + value for key, (kind, value) in keys.items())
    for name, shape in tensors.items():
        data += text(name) + struct.pack(f"{order}I{len(shape)}QIQ", len(shape), *reversed(shape), 0, 0)
    path.write_bytes(data + bytes(64))
    return path


OF_LLAMA_CPP = {
    "blk.0.attn_q.weight.lora_a": (8, 32), "blk.0.attn_q.weight.lora_b": (64, 8), "blk.0.ffn_gate_exps.weight.lora_a": (4, 8, 32),
    "blk.0.ffn_gate_exps.weight.lora_b": (4, 48, 8), "token_embd.weight.lora_a": (100, 8), "token_embd.weight.lora_b": (32, 8)}


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_gguf_adapter_is_read(tmp_path, order):
    found = read_adapter_file(gguf(tmp_path / "x.gguf", OF_LLAMA_CPP, order=order))
    assert (found.whose, found.ranks(), found.base, found.scales) == ("llama.cpp", [8], "llama", {(Fraction(16), 8): 3})
    assert found.parameters == sum(map(prod, OF_LLAMA_CPP.values()))
    assert found.as_json()["types"] == ["F32"]
    assert halves(found) == []


def test_a_gguf_that_ends_anywhere_is_refused(tmp_path):
    whole = gguf(tmp_path / "x.gguf", OF_LLAMA_CPP).read_bytes()[:-64]
    for end in range(4, len(whole), 7):
        (tmp_path / "y").write_bytes(whole[:end])
        with pytest.raises(Refusal, match=r"^file: "):
            read_header(tmp_path / "y")
    with pytest.raises(Refusal, match="version"):
        read_header(gguf(tmp_path / "x", {}, version=1))


@pytest.mark.parametrize(("begin", "said"), [
    (b"PK\x03\x04" + bytes(40), "torch.load"), (b"\x80\x02}q\x00.", "can run code and isn't read"), (b"{}", "JSON"), (b"", "it is empty"), (b"\x89HDF\r\n\x1a\n", "HDF5")])
def test_files_of_other_kinds_are_named_by_how_they_begin(tmp_path, begin, said):
    (tmp_path / "weights").write_bytes(begin)
    with pytest.raises(Refusal, match=said):
        read_adapter_file(tmp_path / "weights")


def test_an_adapter_in_shards_is_read_whole(tmp_path):
    tensors = {f"{PREFIX}h.{layer}.attn.c_attn.lora_{letter}.weight": shape for layer in range(4) for letter, shape in (("A", (4, 768)), ("B", (2304, 4)))}
    names = [*tensors]
    for number, held in ((1, names[:5]), (2, names[5:])):
        write_header(tmp_path / f"adapter_model-0000{number}-of-00002.safetensors", {name: tensors[name] for name in held})
    for given in (tmp_path, tmp_path / "adapter_model-00002-of-00002.safetensors"):
        found = read_adapter_file(weights_in(given))
        assert (found.parameters, len(found.pairs), halves(found)) == (4 * 4 * (768 + 2304), 4, [])
    index = tmp_path / "adapter_model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {name: f"adapter_model-0000{1 + (name in names[5:])}-of-00002.safetensors" for name in names}}))
    assert weights_in(tmp_path) == index
    assert read_adapter_file(index).size == found.size
    (tmp_path / "adapter_model-00001-of-00002.safetensors").unlink()
    for given in (index, tmp_path / "adapter_model-00002-of-00002.safetensors"):
        with pytest.raises(Refusal, match=r"adapter_model-00001-of-00002\.safetensors isn't beside"):
            read_adapter_file(given)


def test_a_folder_of_checkpoints_says_which_to_name(tmp_path):
    (tmp_path / "checkpoint-500").mkdir()
    write_header(tmp_path / "checkpoint-500" / "adapter_model.safetensors", {"x": (1,)})
    with pytest.raises(Refusal, match="name a folder in it, as checkpoint-500"):
        weights_in(tmp_path)
    write_header(tmp_path / "0000100_adapters.safetensors", {"x": (1,)})
    write_header(tmp_path / "adapters.safetensors", {"x": (1,)})
    assert weights_in(tmp_path).name == "adapters.safetensors"


LLAMA = configure({"model_type": "llama", "hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2,
                   "intermediate_size": 48, "vocab_size": 50}).decoder


def as_mlx(tensors):
    """Give PEFT's tensors as mlx-lm has them: the names in small letters, the sides turned round."""
    ends = {".lora_A.weight": ".lora_a", ".lora_B.weight": ".lora_b"}
    return {name.removeprefix(PREFIX).replace(end, short): shape[::-1] for name, shape in tensors.items()
            for end, short in ends.items() if name.endswith(end)} | {
                name.removeprefix(PREFIX).replace(".lora_magnitude_vector", ".m"): shape for name, shape in tensors.items() if "magnitude" in name}


@pytest.mark.parametrize("dora", [False, True])
def test_another_writers_adapter_is_held_against_a_model_of_the_same_names(tmp_path, dora):
    whole = as_mlx(filed(LLAMA, Question(4, "q_proj,down_proj", dora=dora)))
    assert faults(read_adapter_file(write_header(tmp_path / "a", whole)), LLAMA) == []
    for name, shape in whole.items():
        wrong = (shape[0] + 1, *shape[1:]) if not name.endswith("lora_b") else (shape[0], shape[1] + 1)
        assert len(faults(read_adapter_file(write_header(tmp_path / "a", whole | {name: wrong})), LLAMA)) == 1, name
    narrow = whole | {"model.layers.1.self_attn.q_proj.lora_b": (4, 31)}
    assert faults(read_adapter_file(write_header(tmp_path / "a", narrow)), LLAMA) == [
        "model.layers.1.self_attn.q_proj: lora_b is 4 × 31, and should be 4 × 32"]
    said = faults(read_adapter_file(write_header(tmp_path / "a", whole)), public_model("gpt2").configuration.decoder)
    assert len(said) == 1
    assert said[0].startswith("nothing that it adapts is called as in the model: it has model.layers.0.self_attn.")


def test_a_pipelines_adapter_is_held_against_one_of_its_models(tmp_path):
    """Diffusers writes "transformer." or "unet." before the names, and those of a text encoder into the same file."""
    whole = {f"unet.{name.removeprefix(PREFIX)}": shape for name, shape in filed(LLAMA, Question(4, "q_proj,down_proj")).items()}
    beside = {"text_encoder.layers.0.q_proj.lora_A.weight": (4, 8), "text_encoder.layers.0.q_proj.lora_B.weight": (8, 4)}
    assert faults(read_adapter_file(write_header(tmp_path / "a", whole | beside)), LLAMA) == []
    wrong = {next(iter(whole)): (4, 33)}
    assert [said.partition(":")[0] for said in faults(read_adapter_file(write_header(tmp_path / "a", whole | wrong)), LLAMA)] == [
        "model.layers.0.self_attn.q_proj"]


# What peft 0.21.2 saves of each of its methods in a small LLaMA, and says that it trains.
METHODS = json.loads((Path(__file__).parent / "data" / "methods.json").read_text(encoding="utf-8"))
SHARED = {"LilyConfig": "one B serves several layers, and is saved with each"}


@pytest.mark.parametrize("name", METHODS)
def test_every_method_of_the_library_is_known_with_what_it_trains(tmp_path, name):
    saved = METHODS[name]
    found = read_adapter_file(write_header(tmp_path / "adapter_model.safetensors", saved["tensors"]))
    kind = re.sub("[^a-z]", "", saved["peft_type"].lower())
    said = re.sub("[^a-z]", "", "".join(found.methods).lower())
    assert kind in said or kind.removesuffix("tuning") in said
    assert (found.parameters == saved["trained"]) is (name not in SHARED)
    assert found.ranks() in ([], [saved["r"]])
    assert halves(found) == []
