"""Adapters' own configurations as they are found in the wild, alone and beside the weights they came with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from filing import filed, write_header

from derivations.counting.adapter import base_of, read_adapter
from derivations.counting.catalogue import public_model
from derivations.counting.configuration import configure
from derivations.counting.count import Question, adapted, count_configuration
from derivations.counting.filed import Filed, halves, read_adapter_file
from derivations.counting.fitting import disagreements, faults
from derivations.counting.headers import Held
from derivations.counting.refusal import Refusal
from derivations.counting.weights import weights_in

GPT2 = public_model("gpt2").configuration


def config(**fields):
    return json.dumps({"peft_type": "LORA", "r": 4, "lora_alpha": 8, "target_modules": ["c_attn", "c_fc"], **fields})


@pytest.mark.parametrize(("given", "name"), [
    ("gpt2", "gpt2"), ("mistralai/Mistral-7B-v0.1", "mistralai/Mistral-7B-v0.1"), ("/data/models/gemma-2b", "gemma-2b"),
    ("./gemma-2b/", "gemma-2b"), ("../../models/gemma-2b", "gemma-2b"), ("D:\\models\\gemma-2b", "gemma-2b"), ("models/google/gemma-2b", "gemma-2b"),
    ("/home/u/.cache/huggingface/hub/models--google--gemma-2b/snapshots/0123abcd", "google/gemma-2b"), ("models--google--gemma-2b", "google/gemma-2b"),
    ("~/gemma-2b", "gemma-2b"), ("/", "/"), ("", ""), ("out/gemma-2b/checkpoint-120", "gemma-2b"),
    ("/kaggle/input/gemma-2/transformers/gemma-2-9b/2", "gemma-2-9b"), ("/kaggle/input/llama-3.1/pytorch/8b-instruct/2/", "llama-3.1-8b-instruct"),
    ("/kaggle/input/models/google/gemma-3/transformers/gemma-3-1b-it/1", "gemma-3-1b-it"), ("/kaggle/input/models/someone/phi-2-copy/pytorch/default/3", "phi-2-copy"),
])
def test_a_base_that_is_called_by_its_place_is_known_by_its_name(given, name):
    assert base_of(given) == name
    assert read_adapter(config(base_model_name_or_path=given)).base == name


def test_a_base_without_a_name_is_called_by_its_class():
    assert read_adapter(config(base_model_name_or_path=None, auto_mapping={"base_model_class": "FluxTransformer2DModel"})).base == "FluxTransformer2DModel"


@pytest.mark.parametrize(("text", "said"), [
    ("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n", "Git LFS"), (config(enable_lora=[True, False, True]), "enable_lora isn't counted"),
    (config(use_qalora=True), "use_qalora isn't counted"), (config(monteclora_config={"a": 1}), "monteclora_config isn't counted"),
    (config(target_modules=None), "target_modules names none"), (config(target_modules=[]), "target_modules names none"),
    ('{"base_model": "x"}', "r is missing: it is no LoRA configuration"), (config(peft_type="OFT"), "'OFT' isn't LORA"),
    ("[]", "one JSON object"), ("{", "not a JSON file"), (config(layer_replication=[[0]]), "must be a list of pairs"),
    (config(layer_replication=5), "must be a list of pairs"),
    (config(target_modules=[1]), "target_modules must be a list of names or a text"),
])
def test_what_cannot_be_counted_is_refused_in_a_line_that_says_why(text, said):
    with pytest.raises(Refusal, match=r"^adapter: ") as refused:
        read_adapter(text)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_one_text_is_an_expression_as_the_library_reads_it():
    """It matches a whole name with it: a bare name matches none."""
    options = {name: read_adapter(config(target_modules=name)).options["targets"] for name in ("c_attn", "c_attn,c_fc", r".*\.c_attn", "All-Linear")}
    for name in ("c_attn", "c_attn,c_fc"):
        with pytest.raises(Refusal, match="matches none"):
            adapted(GPT2.decoder, Question(4, options[name]))
    assert len(adapted(GPT2.decoder, Question(4, options[r".*\.c_attn"]))[0]) == 1
    assert options["All-Linear"] == "All-Linear"


@pytest.mark.parametrize(("field", "name"), [("target_modules", "all"), ("target_modules", "All-Linear"), ("target_modules", "mlp"),
                                             ("target_modules", "c_fc "), ("exclude_modules", " c_fc")])
def test_a_list_holds_names_letter_by_letter(field, name):
    """Words of ours mean nothing to the library there, and a space is a letter of a name: PEFT 0.21 finds no such module."""
    with pytest.raises(Refusal, match=f"^adapter: {field}: a list holds names, and no Linear is called '{name}'$"):
        read_adapter(config(**{field: ["c_attn", name]}))


@pytest.mark.parametrize(("task", "saved", "kept"), [
    ("CAUSAL_LM", ["score", "lm_head"], ("lm_head",)), ("TOKEN_CLS", ["classifier", "score"], ()), ("QUESTION_ANS", ["qa_outputs", "wte"], ("wte",)),
    ("SEQ_CLS", ["wte"], ("wte", "score", "classifier")), (None, ["classifier", "score"], ("classifier", "score")),
])
def test_only_a_classifier_has_the_head_that_it_names(task, saved, kept):
    assert read_adapter(config(task_type=task, modules_to_save=saved)).options["modules_to_save"] == tuple(kept)


def test_tables_that_are_kept_tied_are_refused_where_they_are_trained():
    """PEFT 0.21 adapts, and stores, both sides then."""
    def ask(**fields):
        options = dict(read_adapter(config(ensure_weight_tying=True, **fields)).options)
        return count_configuration(GPT2, Question(options.pop("rank"), **options))

    assert ask().lora == ask(trainable_token_indices=[1]).lora
    for fields in ({"target_modules": ["c_fc", "wte"]}, {"target_modules": ["lm_head"]}, {"modules_to_save": ["wte"]}):
        with pytest.raises(Refusal, match="ensure_weight_tying"):
            ask(**fields)


def test_fields_of_years_to_come_and_past_are_passed_over():
    found = read_adapter(config(enable_lora=None, merge_weights=False, brand_new_field=[1], megatron_config={}, kasa_config=None, arrow_config=None,
                                alora_invocation_tokens=[3, 4],
                                peft_type="lora"))
    assert found.options["rank"] == 4


@pytest.mark.parametrize(("task", "said"), [("SEQ_CLS", "--num-labels"), ("TOKEN_CLS", "isn't counted"), ("QUESTION_ANS", "isn't counted")])
def test_what_a_task_leaves_open_is_said(task, said):
    (note,) = read_adapter(config(task_type=task)).notes
    assert said in note
    assert not read_adapter(config(task_type="CAUSAL_LM")).notes


QUESTION = Question(4, ("c_attn", "c_fc"), rank_pattern={"c_fc": 2}, dora=True, modules_to_save=("lm_head",),
                    trainable_token_indices={"wte": (3, 5)})
AGREES = config(rank_pattern={"c_fc": 2}, use_dora=True, modules_to_save=["lm_head"], trainable_token_indices={"wte": [3, 5]})


def held(question=QUESTION, decoder=GPT2.decoder):
    return Filed({name: Held("F32", shape) for name, shape in filed(decoder, question).items()}, 0)


def test_a_file_as_its_configuration_says_has_no_fault():
    assert disagreements(read_adapter(AGREES), held()) == []
    assert disagreements(read_adapter(config(target_modules=r".*\.(c_attn|c_fc)")), held(Question(4, ("c_attn", "c_fc")))) == []
    assert disagreements(read_adapter(config(target_modules="all-linear")), held(Question(4, "all"))) == []
    assert disagreements(read_adapter(config(target_modules=["h.3.mlp.c_fc"])), held(Question(4, ("h.3.mlp.c_fc",)))) == []


@pytest.mark.parametrize(("fields", "said"), [
    ({"r": 8}, "the rank of transformer.h.0.attn.c_attn and 11 more is 8, and the file has 4"),
    ({"rank_pattern": {}}, "the rank of transformer.h.0.mlp.c_fc and 11 more is 4, and the file has 2"),
    ({"rank_pattern": {"h.0.mlp.c_fc": 3, "c_fc": 2}}, "the rank of transformer.h.0.mlp.c_fc is 3, and the file has 2"),
    ({"target_modules": ["c_attn"]}, "target_modules don't name transformer.h.0.mlp.c_fc and 11 more"),
    ({"target_modules": ["c_attn", "c_fc", "c_proj"]}, "name 'c_proj', and nothing called so"),
    ({"target_modules": r".*attn\.c_attn"}, "don't name transformer.h.0.mlp.c_fc and 11 more"),
    ({"use_dora": False}, "use_dora is not set, and the file has some lora_magnitude_vector"),
    ({"trainable_token_indices": None}, "trainable_token_indices is not set"), ({"modules_to_save": ["lm_head", "wpe"]}, "name 'wpe'"),
])
def test_what_a_file_has_otherwise_is_said(fields, said):
    faults = disagreements(read_adapter(json.dumps(json.loads(AGREES) | fields)), held())
    assert len(faults) == 1
    assert said in faults[0]


def write(path, names):
    return write_header(path, dict.fromkeys(names, (4, 8)))


def test_a_folder_is_read_where_it_holds_an_adapter(tmp_path):
    write(tmp_path / "adapter_model.safetensors", ["m.lora_A.weight"])
    write(tmp_path / "optimizer.safetensors", ["x"])
    assert weights_in(tmp_path).name == "adapter_model.safetensors"
    (tmp_path / "adapter_model.safetensors").rename(tmp_path / "one.safetensors")
    with pytest.raises(Refusal, match="holds 2 .safetensors files"):
        weights_in(tmp_path)
    (tmp_path / "optimizer.safetensors").unlink()
    assert weights_in(tmp_path).name == "one.safetensors"
    (tmp_path / "one.safetensors").rename(tmp_path / "adapter_model.bin")
    with pytest.raises(Refusal, match="is a pickle"):
        weights_in(tmp_path)


@pytest.mark.parametrize(("name", "said"), [("adapter_model.bin", "is a pickle"), ("m.pt", "is a pickle")])
def test_files_of_other_kinds_are_told_so(tmp_path, name, said):
    with pytest.raises(Refusal, match=said):
        weights_in(tmp_path / name)


def test_a_name_that_no_file_can_have_is_refused_in_one_line():
    with pytest.raises(Refusal, match=r"^file: "):
        read_adapter_file(weights_in(Path("x" * 5000)))


@pytest.mark.parametrize(("names", "said"), [
    (["model.embed_tokens.weight", "model.layers.0.self_attn.q_proj.weight"], "2 tensors such as model.layers.0.self_attn.q_proj.weight: of another"),
    (["a.b"], "1 tensor such as a.b: of another"),
])
def test_a_file_without_pairs_is_refused_in_one_line(tmp_path, names, said):
    with pytest.raises(Refusal, match="no pair of lora_A and lora_B") as refused:
        read_adapter_file(write(tmp_path / "x.safetensors", names))
    assert said in str(refused.value)


def test_pairs_that_bear_their_adapters_name_are_pairs(tmp_path):
    path = write(tmp_path / "x.safetensors", ["base_model.model.h.0.c.lora_A.default.weight", "base_model.model.h.0.c.lora_B.my_own.weight",
                                              "base_model.model.t.lora_embedding_A.default"])
    assert read_adapter_file(path).pairs == {"h.0.c": {"A": (4, 8), "B": (4, 8)}, "t": {"A": (4, 8)}}


def test_several_adapters_in_one_file_are_not_taken_for_one(tmp_path):
    path = write(tmp_path / "x.safetensors", [f"base_model.model.h.0.c.lora_{letter}.{name}.weight" for letter in "AB" for name in ("de", "en")])
    with pytest.raises(Refusal, match="several adapters"):
        read_adapter_file(path)


@pytest.mark.parametrize(("pair", "said"), [
    ({"A": (4, 8)}, "lora_B is missing"), ({"B": (8, 4)}, "lora_A is missing"), ({"A": (0,), "B": (0,)}, "lora_A is empty, as ZeRO-3"),
    ({"A": (4, 8), "B": (8, 2)}, "lora_A has rank 4, and lora_B 2"), ({"A": (4, 3, 2, 2), "B": (8, 5, 1, 1)}, "lora_A has rank 4, and lora_B 5"),
])
def test_halves_that_make_no_pair_are_faults_whatever_the_model(pair, said):
    file = {f"base_model.model.m.lora_{letter}.weight": Held("F32", shape) for letter, shape in pair.items()}
    assert halves(Filed(file, 0)) == [f"m: {said}" if "ZeRO" not in said else f"m: {said} leaves what wasn't gathered"]
    assert halves(held()) == []


def test_a_pointer_to_weights_is_told_so(tmp_path):
    path = tmp_path / "adapter_model.safetensors"
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n", encoding="ascii")
    with pytest.raises(Refusal, match="Git LFS"):
        read_adapter_file(path)


# What peft 0.21.2 over transformers 5.24 trains in a small Qwen2, all there is then, and the bytes that it saves.
SMALL = {"model_type": "qwen2", "hidden_size": 64, "intermediate_size": 112, "num_attention_heads": 4, "num_key_value_heads": 2,
         "num_hidden_layers": 3, "vocab_size": 300, "tie_word_embeddings": True}


@pytest.mark.parametrize(("fields", "saved"), [
    ({"lora_bias": True, "rank_pattern": {"q_proj": 2}, "layers_to_transform": [1]}, (1120, 122528, 5248)),
    ({"lora_bias": True, "bias": "lora_only", "target_modules": ["q_proj", "o_proj"]}, (6720, 127936, 29504)),
    ({"trainable_token_indices": []}, (5376, 126784, 23160)),
    ({"trainable_token_indices": None}, (5376, 126784, 23032)),
])
def test_biases_of_b_and_rows_of_none_are_filed_as_the_library_files_them(fields, saved):
    options = dict(read_adapter(json.dumps({"r": 8, "target_modules": ["q_proj", "v_proj"], **fields})).options)
    found = count_configuration(configure(SMALL), Question(options.pop("rank"), **options))
    assert (found.trainable, found.all_parameters, found.adapter_file_bytes) == saved


@pytest.mark.parametrize("options", [{"dora": True}, {"targets": ("embed_tokens",)}])
def test_biases_of_b_are_refused_where_the_library_has_none(options):
    with pytest.raises(Refusal, match="^lora_bias: "):
        count_configuration(configure(SMALL), Question(2, lora_bias=True, **options))


def test_biases_of_b_are_held_against_their_configuration_and_their_model():
    question = Question(2, ("q_proj",), lora_bias=True)
    decoder = configure(SMALL).decoder
    file, adapter = held(question, decoder), {"r": 2, "target_modules": ["q_proj"]}
    assert not faults(file, decoder)
    assert not disagreements(read_adapter(json.dumps({**adapter, "lora_bias": True})), file)
    assert disagreements(read_adapter(json.dumps(adapter)), file) == ["config: lora_bias is not set, and the file has some lora_B.bias"]


@pytest.mark.parametrize("name", ["layers.0", "model.layers.2", "0.self_attn"])
def test_a_layer_holds_more_than_its_norms(name):
    qwen3 = configure({**SMALL, "model_type": "qwen3", "head_dim": 16})
    with pytest.raises(Refusal, match="means more in the layers than norms and Linears"):
        count_configuration(qwen3, Question(2, ("v_proj",), modules_to_save=(name,)))
    assert count_configuration(qwen3, Question(2, ("v_proj",), modules_to_save=("0.self_attn.q_norm",))).terms
