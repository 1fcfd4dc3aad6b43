"""Models that listen: a text's family, an encoder of sound, and what joins the two; Qwen-Omni sees as well."""

from __future__ import annotations

from derivations.counting.architecture.decoder import Decoder
from derivations.counting.architecture.dimensions import Dimensions, number, only
from derivations.counting.architecture.family import Part, family
from derivations.counting.architecture.layers import parameter
from derivations.counting.architecture.qformer import over
from derivations.counting.architecture.sighted import PROJECTOR, beside, joined, projection, tied
from derivations.counting.architecture.towers import Tower
from derivations.counting.linear import Linear

EAR = "model.audio_tower"
WITHIN = tuple((f"{name}.", f"{name.removeprefix('model.')}.") for name in (EAR, PROJECTOR))
"""What version 4 of the library has beside its text, and what version 5 has within the model."""


UNTIED = {"tie_word_embeddings": only("tie_word_embeddings", False)}


def _heard(d: Dimensions, text: Decoder, ear: Tower, linears: tuple[Linear, ...]) -> Decoder:
    return joined(d, text, ear, tower_at=EAR, linears=linears)._replace(renamed=(
        *WITHIN, ("model.language_model.", "language_model.model."), ("lm_head", "language_model.lm_head")))


@family("qwen2_audio", fields=UNTIED, parts=(Part("text_config", "qwen2"), Part("audio_config", "qwen2_audio_encoder")))
def qwen2_audio(d: Dimensions, text: Decoder, ear: Tower) -> Decoder:
    """Qwen2-Audio: one Linear between its ear and Qwen2."""
    return _heard(d, text, ear, (Linear(f"{PROJECTOR}.linear", d.hidden_size, ear.out, True),))


@family("voxtral", fields=UNTIED, parts=(
    Part("text_config", "llama", sizes={
        "vocab_size": 131072, "hidden_size": 3072, "intermediate_size": 8192, "num_hidden_layers": 30,
        "num_key_value_heads": 8, "head_dim": 128}),
    Part("audio_config", "voxtral_encoder")))
def voxtral(d: Dimensions, text: Decoder, ear: Tower) -> Decoder:
    """Voxtral: four vectors of its ear side by side, then two Linears."""
    h, (layer, *_) = d.hidden_size, (run.layer for run in ear.runs)
    return _heard(d, text, ear, projection(layer.mlp[0].out, h, h, h, bias=False))


def _thinking(name: str) -> tuple[Part, ...]:
    held = {"text": "text", "vision": "vision_encoder", "audio": "audio_encoder"}
    return tuple(Part(f"{key}_config", f"{name}_{what}", fixed=True) for key, what in held.items())


@family("qwen3_omni_moe_thinker", fields=tied(default=False), parts=_thinking("qwen3_omni_moe"))
@family("qwen2_5_omni_thinker", fields=tied(default=False), parts=_thinking("qwen2_5_omni"))
def thinker(d: Dimensions, text: Decoder, eye: Tower, ear: Tower) -> Decoder:
    """Qwen-Omni without what speaks."""
    found = joined(d, text, eye, tower_at="model.visual")
    return beside(found, ear, EAR)._replace(renamed=tuple(
        (f"model.{name}.", there) for name, there in (
            ("language_model", "model."), ("visual", "visual."), ("audio_tower", "audio_tower."))))


@family("qwen3_omni_moe", fields={}, parts=(Part("thinker_config", "qwen3_omni_moe_thinker", fixed=True),))
@family("qwen2_5_omni", fields={}, parts=(Part("thinker_config", "qwen2_5_omni_thinker", fixed=True),))
def omni(d: Dimensions, inner: Decoder) -> Decoder:
    """Qwen-Omni of either generation, of which what thinks is trained: its talker isn't counted."""
    return inner._replace(versions=("counted is the thinker alone, by the names that it has where it is loaded alone",))


@family("granite_speech", fields=tied(default=True) | {
    "queries": number("window_size", default=15), "spatial_merge_size": number("downsample_rate", default=5)}, parts=(
    Part("text_config", "granite"), Part("encoder_config", "granite_speech_encoder", fixed=True),
    Part("projector_config", "blip_2_qformer", fixed=True)))
def granite_speech(d: Dimensions, text: Decoder, ear: Tower, asking: Tower) -> Decoder:
    """Granite Speech: a Q-Former asks its ear, by a few vectors for each window."""
    at, width, queries = "model.projector", asking.out, d.queries // d.spatial_merge_size
    found = joined(d, text, ear, tower_at="model.encoder")
    return beside(
        found, over(asking, ear.out), f"{at}.qformer", linears=(Linear(f"{at}.linear", d.hidden_size, width, True),),
        vectors=(parameter(f"{at}.query", 1, queries, width),))._replace(renamed=(
            ("model.language_model.", "language_model.model."), ("model.encoder.", "encoder."),
            ("model.projector.", "projector."), ("lm_head", "language_model.lm_head")))
