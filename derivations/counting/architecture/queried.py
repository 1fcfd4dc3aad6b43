"""Vision-language models that ask their tower by learned queries: BLIP-2."""

from __future__ import annotations

from dataclasses import replace

from derivations.counting.architecture.decoder import Decoder, Run, Vector
from derivations.counting.architecture.dimensions import Dimensions, number
from derivations.counting.architecture.family import Part, family
from derivations.counting.architecture.shared import renamed, unclassified
from derivations.counting.architecture.sighted import beside
from derivations.counting.architecture.towers import Tower
from derivations.counting.linear import Linear
from derivations.counting.refusal import Refusal
from derivations.exact.quotient import Scalar

OPT = {"hidden_size": 768, "ffn_dim": 3072, "num_hidden_layers": 12, "num_attention_heads": 12, "vocab_size": 50272,
       "max_position_embeddings": 2048}


def _over(run: Run, width: Scalar) -> Run:
    """Give a run whose look at the picture takes in vectors of this width."""
    return replace(run, layer=run.layer._replace(attention=tuple(
        replace(one, in_=width) if one.name in ("crossattention.attention.key", "crossattention.attention.value")
        else one for one in run.layer.attention)))


@family("blip-2", fields={"queries": number("num_query_tokens", default=32)}, parts=(
    Part("text_config", "opt", sizes=OPT), Part("vision_config", "blip_2_vision_model", fixed=True),
    Part("qformer_config", "blip_2_qformer", fixed=True)))
def blip_2(d: Dimensions, text: Decoder, eye: Tower, asking: Tower) -> Decoder:
    """BLIP-2 over a decoder, as OPT: a tower, a Q-Former, and a Linear to the text."""
    if text.towers or text.head is None:
        raise Refusal("text_config: BLIP-2 is counted over a decoder, as OPT, and over no encoder-decoder")
    at, width = "language_model", asking.out
    whole: Decoder = renamed(text, f"{at}.".__add__)
    whole = whole._replace(
        path=f"{at}.{text.path}", head=replace(text.head, name=f"{at}.{text.head.name}"), classified=unclassified)
    seen = beside(whole, eye, "vision_model")
    return beside(
        seen, asking._replace(runs=tuple(_over(run, eye.convolutions[0].out) for run in asking.runs)), "qformer",
        vectors=(Vector("query_tokens", d.queries * width, shape=(1, d.queries, width), bare=True),),
        linears=(Linear("language_projection", d.hidden_size, width, True),))
