"""Decoders put together by hand, of a kind that no model is: each parameter can be counted on paper."""

from dataclasses import FrozenInstanceError

import pytest

from derivations.counting.architecture import Decoder, Dimensions, Layer, Run, Vector
from derivations.counting.architecture.decoder import biases, model_full, model_lora, total
from derivations.counting.catalogue import catalogue
from derivations.counting.linear import Linear

DENSE = Layer(
    attention=(Linear("qkv", 6, 2, True), Linear("o", 2, 2)),                  # 12 + 6 and 4
    mlp=(Linear("up", 5, 2), Linear("down", 2, 5, True)),                      # 10 and 10 + 2
    vectors=(Vector("norm", 2, bias=True),),                                   # 2 + 2
)
SPARSE = Layer(
    attention=(Linear("qkv", 6, 2, True), Linear("o", 2, 2)),                  # 12 + 6 and 4
    vectors=(Vector("norm", 2),),                                              # 2
    router=(Linear("router", 3, 2, True),),                                    # 6 + 3
    experts=(Linear("experts.*.up", 4, 2), Linear("experts.*.down", 2, 4, True)),   # three times 8 and 8 + 2
    number_of_experts=3,
)
MODEL = Decoder(
    runs=(Run(0, 5, DENSE), Run(5, 12, SPARSE)),
    embeddings=(Linear("tokens", 11, 1),),                                     # 11
    head=Linear("head", 11, 1, True),                                          # 11 + 11
    tied=False,
    vectors=(Vector("last", 2, bias=True),),                                   # 2 + 2
    linears=(Linear("inward", 2, 1, True), Linear("outward", 1, 2)),           # 2 + 2 and 2
)


def test_every_parameter_of_five_dense_and_seven_sparse_layers_is_counted():
    dense, sparse = 18 + 4 + 10 + 12 + 4, 18 + 4 + 2 + 9 + 3 * (8 + 10)
    assert total(MODEL) == 5 * dense + 7 * sparse + 11 + 22 + 4 + 4 + 2 == 892
    assert total(MODEL._replace(tied=True)) == 892 - 11


def test_every_bias_is_counted():
    assert biases(MODEL) == 5 * (6 + 2 + 2) + 7 * (6 + 3 + 3 * 2) + 11 + 2 + 2 == 170


def test_an_adapter_is_for_the_linears_of_the_layers_and_no_router():
    assert model_full(MODEL) == 5 * (12 + 4 + 10 + 10) + 7 * (12 + 4 + 3 * (8 + 8)) == 628
    assert model_lora(MODEL, 2) == 2 * (5 * (8 + 4 + 7 + 7) + 7 * (8 + 4 + 3 * (6 + 6))) == 932


def test_no_part_of_a_decoder_can_be_changed():
    run = MODEL.runs[0]
    module = next(run.layer.modules)
    for part, name, value in ((run, "stop", 6), (module, "count", 2), (run.layer, "mlp", ()), (MODEL, "tied", True)):
        with pytest.raises((FrozenInstanceError, AttributeError)):
            setattr(part, name, value)


def test_a_layer_has_experts_and_a_number_of_them_or_neither():
    models = [model.configuration.decoder for model in catalogue().values()]
    layers = [run.layer for decoder in (MODEL, *models) for run in decoder.runs]
    assert {bool(layer.experts) for layer in layers} == {True, False}
    for layer in layers:
        assert bool(layer.experts) == bool(layer.number_of_experts) == bool(layer.router)


def test_what_is_not_given_is_nothing():
    bare = Dimensions(hidden_size=8, num_hidden_layers=2, vocab_size=16)._asdict()
    for every_layer in ("decoder_sparse_step", "interleave_moe_layer_step", "full_attention_interval"):
        assert bare.pop(every_layer) == 1               # experts, or attention, where there are any, are in every layer
    for factor in ("spatial_merge_size", "temporal_patch_size"):
        assert bare.pop(factor) == 1
    assert {name for name, value in bare.items() if value} == {"hidden_size", "num_hidden_layers", "vocab_size"}
