"""What a configuration means when it leaves everything out that may be left out, family by family.

Typed from the configuration classes of the transformers library and compared with version 5.24.0 of them. Where a class
holds nothing or None, the value is what the module takes then: 4 times the hidden size, the hidden size by the heads,
and for Falcon's multi-query attention the one head that keys and values share. Each file here has 64 heads over a hidden
size of 6400, and 40 for every other size that must be given.
"""

import pytest

from derivations.counting.architecture import find
from derivations.counting.architecture.dimensions import REQUIRED
from derivations.counting.configuration import configure
from derivations.counting.rules import DERIVED

AS_MANY_AS_HEADS = {"num_key_value_heads": 64}
HIDDEN_BY_HEADS = {"head_dim": 100}
PLAIN = AS_MANY_AS_HEADS | HIDDEN_BY_HEADS
ATTENTION = {"attention_bias": False}
LLAMA = ATTENTION | {"mlp_bias": False}
UNTIED, TIED = {"tie_word_embeddings": False}, {"tie_word_embeddings": True}

DEFAULTS = {
    "gpt2": TIED | {"n_inner": 4 * 6400},
    "gptj": UNTIED | {"n_inner": 4 * 6400},
    "gpt_neox": UNTIED | {"attention_bias": True},
    "bloom": TIED,
    "falcon": TIED | {"ffn_hidden_size": 4 * 6400, "num_kv_heads": 1, "multi_query": True, "parallel_attn": True,
                      "new_decoder_architecture": False, "bias": False},
    "opt": TIED | {"word_embed_proj_dim": 6400, "enable_bias": True, "do_layer_norm_before": True,
                   "layer_norm_elementwise_affine": True, "_remove_final_layer_norm": False},
    "phi": UNTIED | PLAIN | {"qk_layernorm": False},
    "phi3": UNTIED | PLAIN,
    "starcoder2": TIED | HIDDEN_BY_HEADS | {"num_key_value_heads": 2, "use_bias": True},
    "llama": UNTIED | PLAIN | LLAMA,
    "mistral": UNTIED | HIDDEN_BY_HEADS | {"num_key_value_heads": 8},
    "ministral3": UNTIED | {"num_key_value_heads": 8, "head_dim": 128},
    "smollm3": TIED | HIDDEN_BY_HEADS | LLAMA | {"num_key_value_heads": 4},
    "granite": UNTIED | PLAIN | LLAMA,
    "qwen2": UNTIED | HIDDEN_BY_HEADS | {"num_key_value_heads": 32},
    "qwen3": UNTIED | ATTENTION | {"num_key_value_heads": 32, "head_dim": 128},
    "gemma": TIED | ATTENTION | {"num_key_value_heads": 16, "head_dim": 256},
    "gemma2": TIED | ATTENTION | {"num_key_value_heads": 4, "head_dim": 256},
    "gemma3_text": TIED | ATTENTION | {"num_key_value_heads": 4, "head_dim": 256},
    "olmo2": UNTIED | PLAIN | ATTENTION,
    "olmo3": UNTIED | PLAIN | ATTENTION,
    "cohere2": TIED | PLAIN | ATTENTION,
    "stablelm": UNTIED | {"num_key_value_heads": 32, "use_qkv_bias": False, "qk_layernorm": False,
                          "use_parallel_residual": False},
    "glm4": UNTIED | {"num_key_value_heads": 2, "head_dim": 128, "attention_bias": True},
    "mixtral": UNTIED | HIDDEN_BY_HEADS | {"num_key_value_heads": 8, "num_experts_per_tok": 2},
    "qwen3_moe": UNTIED | HIDDEN_BY_HEADS | ATTENTION | {"num_key_value_heads": 4, "decoder_sparse_step": 1,
                                                         "mlp_only_layers": (), "num_experts_per_tok": 8},
    "deepseek_v2": UNTIED | ATTENTION | {"first_k_dense_replace": 0, "n_shared_experts": 2},
    "deepseek_v3": UNTIED | ATTENTION | {"first_k_dense_replace": 3, "n_shared_experts": 1},
    "gpt_oss": UNTIED | {"num_key_value_heads": 8, "head_dim": 64, "attention_bias": True, "num_experts_per_tok": 4},
}


def barest(model_type):
    """Give the shortest configuration of a family: the fields that have no default."""
    sizes = {"hidden_size": 6400, "num_attention_heads": 64}
    return {"model_type": model_type, **{field.names[0]: sizes.get(name, 40)
                                         for name, field in find(model_type).fields.items() if field.default == REQUIRED}}


def test_every_family_that_is_derived_is_in_the_table():
    """The others are held to the library by random configurations that leave fields out (tests/oracle/fuzzed.json)."""
    assert set(DEFAULTS) == set(DERIVED)


@pytest.mark.parametrize("model_type", DERIVED)
def test_what_is_left_out_is_what_the_library_takes(model_type):
    assert configure(barest(model_type)).taken == DEFAULTS[model_type]
