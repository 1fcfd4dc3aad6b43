"""Encoders, and encoder-decoders: published totals, logs of training, and what stands in two stacks."""

from __future__ import annotations

import pytest

import derivations
from derivations.counting.configuration import configure
from derivations.counting.count import Question, count_configuration
from derivations.counting.refusal import Refusal

BERT = {"model_type": "bert", "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12,
        "intermediate_size": 3072, "vocab_size": 30522}
ROBERTA = BERT | {"model_type": "roberta", "vocab_size": 50265, "max_position_embeddings": 514, "type_vocab_size": 1}
MODERN = {"model_type": "modernbert", "hidden_size": 768, "num_hidden_layers": 22, "num_attention_heads": 12,
          "intermediate_size": 1152, "vocab_size": 50368}
T5 = {"model_type": "t5", "d_model": 768, "d_ff": 3072, "num_layers": 12, "num_heads": 12, "vocab_size": 32128}
BART = {"model_type": "bart", "d_model": 1024, "encoder_layers": 12, "decoder_layers": 12, "encoder_ffn_dim": 4096,
        "encoder_attention_heads": 16, "decoder_ffn_dim": 4096, "vocab_size": 50265}
WHISPER = {"model_type": "whisper", "d_model": 1280, "encoder_layers": 32, "decoder_layers": 32, "vocab_size": 51865,
           "encoder_attention_heads": 20, "encoder_ffn_dim": 5120, "decoder_ffn_dim": 5120}


@pytest.mark.parametrize(("config", "published"), [
    (BERT, 109_482_240), (ROBERTA, 124_645_632),                # BertModel and RobertaModel of the base models
    (MODERN, 149_655_232), (T5, 222_903_552), (BART, 406_291_456), (WHISPER, 1_543_304_960),
    (T5 | {"d_ff": 2048, "feed_forward_proj": "gated-gelu", "tie_word_embeddings": False}, 247_577_856),    # flan-t5
    (BART | {"model_type": "m2m_100", "vocab_size": 128112}, 483_905_536),
    (WHISPER | {"vocab_size": 51866, "num_mel_bins": 128}, 1_543_490_560),
])
def test_published_totals(config, published):
    assert derivations.count(config, rank=1).total_parameters == published


@pytest.mark.parametrize(("config", "question", "trainable", "everything"), [
    # r = 8 on query and value of a classifier of two: the head is trained whole, under whichever name it goes by
    (BERT, Question(8, ("query", "value"), num_labels=2, modules_to_save=("classifier", "score")), 296_450, 109_780_228),
    (ROBERTA, Question(8, ("query", "value"), num_labels=2, modules_to_save=("classifier",)), 887_042, 125_534_212),
    # r = 32 on q_proj and v_proj of Whisper large v2: both stacks, and the decoder's look at the encoder
    (WHISPER, Question(32, ("q_proj", "v_proj")), 15_728_640, 1_559_033_600),
    # r = 16 on q and v of T5 base
    (T5, Question(16, ("q", "v")), 1_769_472, 224_673_024),
])
def test_published_logs(config, question, trainable, everything):
    answer = count_configuration(configure(config), question)
    assert (answer.trainable, answer.all_parameters) == (trainable, everything)


def test_a_bare_model_says_so_and_a_classifier_does_not():
    bare = count_configuration(configure(BERT), Question(1, ("query",)))
    assert any(note.startswith("counted bare") for note in bare.notes)
    with_classes = count_configuration(configure(BERT), Question(1, ("query",), num_labels=3))
    assert not any(note.startswith("counted bare") for note in with_classes.notes)
    assert with_classes.total_parameters == bare.total_parameters + 3 * 769


def test_what_holds_layers_is_no_target_and_is_not_trained_whole():
    with pytest.raises(Refusal, match="the library refuses 'encoder'"):
        count_configuration(configure(BERT), Question(1, ("query", "encoder")))
    with pytest.raises(Refusal, match="trained whole: nothing is adapted"):
        count_configuration(configure(BERT), Question(1, ("query",), modules_to_save=("encoder",)))
    with pytest.raises(Refusal, match="means more in the layers"):
        count_configuration(configure(BERT), Question(1, ("pooler.dense",), modules_to_save=("encoder",)))
    saved = count_configuration(configure(BERT), Question(1, ("query",), modules_to_save=("pooler",)))
    assert saved.terms == {"pooler.dense": 768 * 769}


def test_a_number_in_a_name_is_no_layers_where_an_earlier_one_is():
    answer = count_configuration(configure(T5), Question(4, ("v",), layers_to_transform=(1,)))
    assert answer.lora == 3 * 4 * (768 + 768)                   # one in the encoder's layer, two in the decoder's
    assert any("PEFT 0.17 took the last one" in note for note in answer.notes)


@pytest.mark.parametrize(("config", "targets", "saved", "trainable", "everything"), [     # as transformers 5.24 and PEFT 0.21 say
    (T5 | {"d_model": 512, "d_ff": 2048, "num_layers": 6, "num_heads": 8}, ("q", "v"), (), 294_912, 61_065_731),
    (T5 | {"d_model": 512, "d_ff": 2048, "num_layers": 6, "num_heads": 8}, ("q", "v"), ("classification_head",), 559_107, 61_329_926),
    (BART, ("q_proj", "v_proj"), ("classifier", "score"), 1_179_648, 408_523_779),         # its head has another name
    (BART, ("q_proj", "v_proj"), ("classification_head",), 2_232_323, 409_576_454),
])
def test_encoder_decoders_that_tell_classes_apart(config, targets, saved, trainable, everything):
    answer = count_configuration(configure(config), Question(8, targets, num_labels=3, modules_to_save=saved))
    assert (answer.trainable, answer.all_parameters) == (trainable, everything)


def test_an_encoder_decoder_that_tells_no_classes_apart_is_refused_as_one():
    with pytest.raises(Refusal, match=r"^num_labels: "):
        count_configuration(configure(WHISPER), Question(1, num_labels=2))


def test_all_linear_means_no_convolution_beside_experts():
    """In Qwen3-Next: the library's word reaches what keeps a state, and not the convolution there."""
    config = {"model_type": "qwen3_next", "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 1,
              "intermediate_size": 20, "vocab_size": 57, "num_key_value_heads": 1, "head_dim": 4, "num_experts": 2,
              "moe_intermediate_size": 4, "layer_types": ["linear_attention", "full_attention"]}
    answer = count_configuration(configure(config), Question(1, "all-linear", experts="fused"))
    assert {"linear_attn.in_proj_qkvz", "linear_attn.out_proj", "self_attn.k_proj"} <= {row.name for row in answer.modules}


def test_norms_of_single_heads_are_not_trained_whole_here():
    config = {"model_type": "stablelm", "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2,
              "num_key_value_heads": 2, "intermediate_size": 8, "vocab_size": 8}
    question = Question(1, ("q_proj",), modules_to_save=("norm",))
    assert count_configuration(configure(config), question).terms
    with pytest.raises(Refusal, match="the norms of single heads"):
        count_configuration(configure(config | {"qk_layernorm": True}), question)


def test_phi_norms_are_as_wide_as_the_hidden_size_divides():
    config = {"model_type": "phi", "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2,
              "intermediate_size": 28, "vocab_size": 56, "num_key_value_heads": 1, "head_dim": 16, "qk_layernorm": True}
    assert derivations.count(config, rank=1).total_parameters == 7120             # as transformers 5.24 builds it


@pytest.mark.parametrize("family", ["bert", "roberta"])
def test_distances_in_the_place_of_positions_are_refused(family):
    config = {"model_type": family, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 20, "vocab_size": 30}
    assert configure({**config, "position_embedding_type": "absolute"}).dimensions == configure(config).dimensions
    with pytest.raises(Refusal, match='^position_embedding_type must be "absolute"'):
        configure({**config, "position_embedding_type": "relative_key"})


VIT = {"model_type": "vit", "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072}


@pytest.mark.parametrize(("targets", "named"), [(("query", "value"), "4"), (("q_proj", "v_proj"), "5"), (r".*\.(q|v)[a-z_]+", "5")])
def test_a_vit_is_counted_by_the_names_that_the_targets_have(targets, named):
    """The library's own example: r = 16 over food of 101 classes."""
    answer = count_configuration(configure(VIT), Question(16, targets, num_labels=101, modules_to_save=("classifier",)))
    assert answer.printed == "trainable params: 667,493 || all params: 86,543,818 || trainable%: 0.7713"
    assert any(note.startswith(f"counted by the names of transformers {named}:") for note in answer.notes)


def test_a_vit_has_a_pooler_where_it_tells_no_classes_apart_and_no_rows_to_train():
    assert count_configuration(configure(VIT), Question(1)).total_parameters == 86_389_248
    with pytest.raises(Refusal, match="the model has no table"):
        count_configuration(configure(VIT), Question(1, trainable_token_indices={"": (1,)}))


@pytest.mark.parametrize(("model_type", "own", "total", "trained"), [      # as transformers 5.24 and 4.57 build them, and PEFT wraps them
    ("deit", {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 44, "image_size": 8, "qkv_bias": False}, 39261, 549),
    ("dinov2", {"hidden_size": 16, "num_hidden_layers": 3, "num_attention_heads": 1, "image_size": 8, "patch_size": 2, "mlp_ratio": 2,
                "use_swiglu_ffn": True}, 7909, 453),
])
def test_what_comes_of_vit_tells_classes_apart_by_either_versions_names(model_type, own, total, trained):
    for target in ("query", "q_proj"):
        answer = count_configuration(configure({"model_type": model_type, **own}), Question(3, (target,), num_labels=5, modules_to_save=("classifier",)))
        assert (answer.total_parameters, answer.trainable) == (total, trained)


@pytest.mark.parametrize(("config", "total", "classes"), [
    ({"model_type": "clip", "text_config": {}, "vision_config": {}}, 151_277_313, (87_459_845, 77_573)),      # OpenAI's ViT-B/32, as its notebook prints it
    ({"model_type": "siglip", "text_config": {}, "vision_config": {}}, 203_155_970, (92_888_069, 77_573)),    # google/siglip-base-patch16-224, as the hub states it
])
def test_text_and_pictures_side_by_side(config, total, classes):
    found = configure(config)
    assert count_configuration(found, Question(1)).total_parameters == total
    with pytest.raises(Refusal, match="name it"):
        count_configuration(found, Question(1, trainable_token_indices={"": (3,)}))
    assert count_configuration(found, Question(1, ("v_proj",), trainable_token_indices={"token_embedding": (3,)})).trainable > 0
    apart = count_configuration(found, Question(2, ("q_proj", "v_proj"), num_labels=5, modules_to_save=("classifier",)))
    assert (apart.total_parameters, apart.trainable) == classes               # CLIPForImageClassification, and SigLIP's


def test_a_name_that_is_a_linears_and_a_holders_is_refused_as_the_library_refuses_it():
    """SigLIP's text has a Linear `head`, and its pictures a module `head` that holds others."""
    found = configure({"model_type": "siglip", "text_config": {"projection_size": 5}, "vision_config": {}})
    with pytest.raises(Refusal, match=r"'head': it means vision_model\.head too"):
        count_configuration(found, Question(1, ("head", "q_proj")))
    assert count_configuration(found, Question(2, ("text_model.head",))).trainable == 2 * (768 + 5)


@pytest.mark.parametrize(("own", "total", "trained"), [          # as transformers 5.24 and 4.57 build them, and PEFT wraps them
    ({"position_embedding_type": "rotary"}, 23273, 2340), ({"position_embedding_type": "absolute", "emb_layer_norm_before": True}, 24937, 2340),
])
def test_a_model_of_proteins_tells_classes_apart(own, total, trained):
    config = {"model_type": "esm", "hidden_size": 32, "num_hidden_layers": 3, "num_attention_heads": 4, "intermediate_size": 40, "vocab_size": 33,
              "max_position_embeddings": 50, **own}
    answer = count_configuration(configure(config), Question(3, ("query", "value"), modules_to_save=("classifier", "score"), num_labels=4))
    assert (answer.total_parameters, answer.trainable) == (total, trained)
    with pytest.raises(Refusal, match="position_embedding_type must be absolute or rotary"):
        derivations.count({**config, "position_embedding_type": "relative_key"}, rank=1)


@pytest.mark.parametrize("model_type", ["t5", "mt5", "umt5"])
def test_single_rows_beside_a_whole_head_are_refused_where_a_version_ties_it(model_type):
    """Version 5 files the head inside a wrapper then, whatever tie_word_embeddings says."""
    found = configure({"model_type": model_type, "d_model": 8, "num_layers": 1, "num_heads": 2, "d_kv": 4, "d_ff": 12, "vocab_size": 30,
                       "tie_word_embeddings": False})
    with pytest.raises(Refusal, match="beside a tied head"):
        count_configuration(found, Question(1, ("q",), modules_to_save=("lm_head",), trainable_token_indices={"shared": (2,)}))
    assert count_configuration(found, Question(1, ("q",), modules_to_save=("final_layer_norm",), trainable_token_indices={"shared": (2,)})).terms
