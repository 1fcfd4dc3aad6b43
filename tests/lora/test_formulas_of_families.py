"""The formula of one layer of a family, against the Linears that the reference library built: each counted one by one."""

import json
import re
from pathlib import Path

import pytest

from derivations.counting.configuration import configure
from derivations.lora.course import COURSE
from derivations.lora.families import LETTERS

VECTORS = {name: vector for major in (5, 4)
           for name, vector in json.loads((Path(__file__).parents[1] / "oracle" / f"vectors-transformers-{major}.json")
                                          .read_text(encoding="utf-8"))["vectors"].items()}
FORMULAS = ["bloom.full", "bloom.lora", "cohere2.full", "cohere2.lora", "deepseek_v2.full", "deepseek_v2.lora", "falcon.full", "falcon.lora", "gemma.full", "gemma.lora", "gemma2.full", "gemma2.lora", "gemma3_text.full", "gemma3_text.lora", "glm4.full", "glm4.lora", "gpt_neox.full", "gpt_neox.lora", "granite.full", "granite.lora", "ministral3.full", "ministral3.lora", "mistral.full", "mistral.lora", "mixtral.full", "mixtral.lora", "olmo2.full", "olmo2.lora", "olmo3.full", "olmo3.lora", "opt.full", "opt.lora", "phi.full", "phi.lora", "phi3.full", "phi3.lora", "qwen2.full", "qwen2.lora", "qwen3.full", "qwen3.lora", "qwen3_moe.full", "qwen3_moe.lora", "smollm3.full", "smollm3.lora", "stablelm.full", "stablelm.lora", "starcoder2.full", "starcoder2.lora", "gptj.full", "gptj.lora", "gpt2.full", "gpt2.lora", "llama.full", "llama.lora"]


def one_layer(vector, layers):
    """Give the Linears of the last layer, each as often as it stands there; None where layers mix in another order."""
    dense = vector["config"].get("first_k_dense_replace", 0)
    if vector["config"].get("mlp_only_layers"):
        return None
    experts = any("experts" in one["name"] for one in vector["linears"])
    found = []
    for one in vector["linears"]:
        if one["name"].endswith((".gate", ".router")) or (experts and re.fullmatch(r"mlp\.\w+_proj", one["name"])):
            continue                                            # a router is no target; dense layers come first
        often, left = divmod(one["count"], layers if "attn" in one["name"] or not experts else layers - dense)
        if left:
            return None
        found.append((one["out"], one["in"], often))
    return found


def inputs_of(formula, vector):
    """Give the letters of a shape; None where the formula's letters don't say all of it, or the library has no Linears."""
    found = configure({key: None if one == "null" else one for key, one in vector["config"].items()}).dimensions
    inputs = {symbol.name: getattr(found, LETTERS[symbol.name]) for symbol in formula.symbols}
    h, said = found.hidden_size, inputs.keys()
    whole = (said & {"f", "f_e"} or found.intermediate_size in (4 * h, 0)) and (said & {"h_q", "d_n"} or found.query_size == h) \
        and (said & {"h_kv", "d_n"} or found.key_value_size in (h, None, 0))
    if "E" in said and not any("experts" in one["name"] for one in vector["linears"]):
        return None
    return inputs if whole and None not in inputs.values() else None


@pytest.mark.parametrize("family", sorted({name.partition(".")[0] for name in FORMULAS}))
def test_a_layer_holds_what_the_library_built(family):
    full, lora = COURSE.formulas[f"{family}.full"], COURSE.formulas[f"{family}.lora"]
    tried = 0
    for vector in VECTORS.values():
        if vector["config"]["model_type"] == family and (inputs := inputs_of(full, vector)):
            layers = configure({key: None if one == "null" else one for key, one in vector["config"].items()}).dimensions.num_hidden_layers
            if (built := one_layer(vector, layers)) is None:
                continue
            assert full(**inputs).exact == sum(out * in_ * often for out, in_, often in built), inputs
            assert lora(**inputs, r=8).exact == sum(8 * (out + in_) * often for out, in_, often in built)
            tried += 1
    assert tried


def test_an_attention_whose_experts_are_no_linears_holds_what_the_library_built():
    vector = VECTORS["gpt_oss-small"]
    layers, built = vector["config"]["num_hidden_layers"], vector["linears"]
    inputs = {"h": 48, "h_q": 4 * 20, "h_kv": 2 * 20}                # heads times head size, as the configuration says
    assert COURSE.formulas["gpt_oss.full"](**inputs).exact * layers == sum(one["out"] * one["in"] * one["count"] for one in built)
    assert COURSE.formulas["gpt_oss.lora"](**inputs, r=8).exact * layers == sum(
        8 * (one["out"] + one["in"]) * one["count"] for one in built)


@pytest.mark.parametrize("d_q", [1, 7, 40])
def test_a_layer_with_latent_queries_holds_two_linears_where_the_library_built_one(d_q):
    """The library's small model has no latent for queries: its one Linear is put in the place of the two of the formula."""
    vector = VECTORS["deepseek_v3-small"]
    queries, heads, h = 4 * (10 + 6), 4, 48
    inputs = {"h": h, "n_h": heads, "d_q": d_q, "d_c": 18, "d_r": 6, "d_n": 10, "d_v": 8, "f_e": 28, "E": 8, "E_s": 1}
    built = one_layer(vector, vector["config"]["num_hidden_layers"])
    assert (queries, h, 1) in built
    full, lora = COURSE.formulas["deepseek_v3.full"](**inputs).exact, COURSE.formulas["deepseek_v3.lora"](**inputs, r=4).exact
    assert full - d_q * h - queries * d_q + queries * h == sum(out * in_ * often for out, in_, often in built)
    assert lora - 4 * (d_q + h) - 4 * (queries + d_q) + 4 * (queries + h) == sum(4 * (out + in_) * often for out, in_, often in built)


def test_how_many_linears_a_layer_has_as_gpt2_names_them():
    named = {"attention": ["q", "k", "v", "o"], "mlp": ["up", "down"]}
    assert COURSE.formulas["attention.linears"]().exact == len(named["attention"])
    assert COURSE.formulas["mlp.linears"]().exact == len(named["mlp"])
    assert COURSE.formulas["layer.linears"]().exact == sum(map(len, named.values()))
