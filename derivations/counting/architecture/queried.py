"""Vision-language models that ask their tower, most by learned queries: BLIP, BLIP-2, Idefics2."""

from __future__ import annotations

from dataclasses import replace

from derivations.counting.architecture.decoder import Decoder
from derivations.counting.architecture.dimensions import Dimensions, number, only
from derivations.counting.architecture.family import Part, family
from derivations.counting.architecture.layers import gated, parameter
from derivations.counting.architecture.qformer import over
from derivations.counting.architecture.sighted import beside, joined, tied
from derivations.counting.architecture.towers import Tower
from derivations.counting.architecture.wholes import unclassified, within
from derivations.counting.linear import Linear
from derivations.counting.refusal import Refusal

OPT = {"hidden_size": 768, "ffn_dim": 3072, "num_hidden_layers": 12, "num_attention_heads": 12, "vocab_size": 50272,
       "max_position_embeddings": 2048}


@family("blip-2", fields={"queries": number("num_query_tokens", default=32)}, parts=(
    Part("text_config", "opt", sizes=OPT), Part("vision_config", "blip_2_vision_model", fixed=True),
    Part("qformer_config", "blip_2_qformer", fixed=True)))
def blip_2(d: Dimensions, text: Decoder, eye: Tower, asking: Tower) -> Decoder:
    """BLIP-2 over OPT or T5: a tower, a Q-Former, and a Linear to the text."""
    if text.head is None:
        raise Refusal("text_config: BLIP-2 is counted over what predicts a next token, as OPT or T5")
    at, width = "language_model", asking.out
    whole = within(text, at, without="")._replace(
        head=replace(text.head, name=f"{at}.{text.head.name}"), classified=unclassified)
    seen = beside(whole, eye, "vision_model")
    return beside(
        seen, over(asking, eye.width), "qformer",
        vectors=(parameter("query_tokens", 1, d.queries, width),),
        linears=(Linear("language_projection", d.hidden_size, width, True),))


@family("blip", fields={"tie_word_embeddings": only("tie_word_embeddings", True)}, parts=(
    Part("text_config", "blip_text_model", fixed=True), Part("vision_config", "blip_vision_model", fixed=True)))
def blip(d: Dimensions, text: Decoder, eye: Tower) -> Decoder:
    """BLIP as it describes pictures."""
    whole = within(over(text, eye.width), "text_decoder", without="")
    assert text.head is not None
    return beside(whole._replace(
        plain_head=True, twin="text_decoder.cls.predictions.bias",
        head=replace(text.head, name=f"text_decoder.{text.head.name}"),
        classified=unclassified), eye, "vision_model")


@family("idefics2", fields=tied(default=False), parts=(
    Part("text_config", "mistral"), Part("vision_config", "idefics2_vision", fixed=True),
    Part("perceiver_config", "idefics2_perceiver", fixed=True, of_text=("hidden_size",))))
def idefics2(d: Dimensions, text: Decoder, eye: Tower, asking: Tower) -> Decoder:
    """Idefics2: a gated MLP makes what is seen as wide as the text, and a Perceiver asks it."""
    at = "model.connector"
    found = joined(d, text, eye, tower_at="model.vision_model", text_at="model.text_model")
    return beside(found, asking, f"{at}.perceiver_resampler", linears=gated(
        eye.width, d.intermediate_size, at=f"{at}.modality_projection", out=d.hidden_size))
