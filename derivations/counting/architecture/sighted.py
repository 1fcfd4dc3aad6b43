"""Vision-language models: a text's family, a tower's, and what joins the two; each part has its own configuration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from derivations.counting.architecture.decoder import Decoder, Linears, Vector
from derivations.counting.architecture.dimensions import Dimensions, Field, flag, number
from derivations.counting.architecture.family import Part, family
from derivations.counting.architecture.shared import scales
from derivations.counting.architecture.towers import Tower
from derivations.counting.linear import Linear


def tied(*, default: bool | None) -> dict[str, Field]:
    """Say whether the head is tied where the whole doesn't: what version 5 of the library takes; None asks its text."""
    return {"tie_word_embeddings": flag("tie_word_embeddings", default=default)}


def joined(text: Decoder, tower: Tower, *, tower_at: str, text_at: str = "model.language_model",
           linears: Linears = (), vectors: tuple[Vector, ...] = ()) -> Decoder:
    """Give a text with a tower beside it, both by the names that they have in the whole."""
    of_tower = _under(f"{tower_at}.".__add__)
    of_text = _under(lambda name: f"{text_at}.{name.removeprefix('model.')}")
    wrapped = tower_at == "model.vision_tower" and tower.runs[0].path.startswith("encoder")    # CLIP's and SigLIP's
    return text._replace(
        runs=(*text.runs, *(replace(run, path=f"{tower_at}.{run.path}") for run in tower.runs)),
        embeddings=(*of_text(text.embeddings), *of_tower(tower.embeddings)),
        vectors=(*of_text(text.vectors), *of_tower(tower.vectors), *vectors),
        linears=(*of_text(text.linears), *of_tower(tower.linears), *linears),
        convolutions=(*of_text(text.convolutions), *of_tower(tower.convolutions)),
        path=f"{text_at}.{text.path.removeprefix('model.')}",
        renamed=((f"{tower_at}.", f"{tower_at}.vision_model."),) if wrapped else (),
    )


def _under(rename: Callable[[str], str]) -> Callable[[Any], Any]:
    def renamed(items: Any) -> Any:
        return tuple(replace(one, name=rename(one.name)) if isinstance(one, Linear)
                     else one._replace(name=rename(one.name)) for one in items)

    return renamed


@family("gemma3", fields=tied(default=True), parts=(
    Part("text_config", "gemma3_text"), Part("vision_config", "siglip_vision_model")))
def gemma3(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """Gemma 3 with SigLIP: the projection between them is a bare parameter."""
    width = tower.convolutions[0].out
    at = "model.multi_modal_projector"
    return joined(
        _tied(text, d), tower, tower_at="model.vision_tower",
        vectors=(Vector(f"{at}.mm_input_projection_weight", width * d.hidden_size),
                 Vector(f"{at}.mm_soft_emb_norm", width)),
    )


@family("llava", fields=tied(default=None) | {"mlp_bias": flag("multimodal_projector_bias", default=True)}, parts=(
    Part("text_config", "llama"), Part("vision_config", "clip_vision_model")))
def llava(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """LLaVA: two Linears between CLIP and Llama."""
    h, width, at = d.hidden_size, tower.convolutions[0].out, "model.multi_modal_projector"
    return joined(
        _tied(text, d), tower, tower_at="model.vision_tower",
        linears=(Linear(f"{at}.linear_1", h, width, d.mlp_bias), Linear(f"{at}.linear_2", h, h, d.mlp_bias)),
    )


@family("mistral3", fields=tied(default=True) | {
    "spatial_merge_size": number("spatial_merge_size", default=2),
    "mlp_bias": flag("multimodal_projector_bias", default=False),
}, parts=(Part("text_config", "mistral"), Part("vision_config", "pixtral")))
def mistral3(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """Mistral Small 3.1: Pixtral's patches merged, then two Linears."""
    h, width, at, bias = d.hidden_size, tower.convolutions[0].out, "model.multi_modal_projector", d.mlp_bias
    merged = width * d.spatial_merge_size * d.spatial_merge_size
    return joined(
        _tied(text, d), tower, tower_at="model.vision_tower",
        vectors=scales(width, f"{at}.norm"),
        linears=(Linear(f"{at}.patch_merger.merging_layer", width, merged),
                 Linear(f"{at}.linear_1", h, width, bias), Linear(f"{at}.linear_2", h, h, bias)),
    )


@family("idefics3", fields=tied(default=False) | {"spatial_merge_size": number("scale_factor", default=2)}, parts=(
    Part("text_config", "llama"), Part("vision_config", "idefics3_vision", fixed=True)))
def idefics3(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """Idefics3, SmolVLM: one Linear from scale_factor² patches."""
    merged = tower.convolutions[0].out * d.spatial_merge_size * d.spatial_merge_size
    return joined(
        _tied(text, d), tower, tower_at="model.vision_model", text_at="model.text_model",
        linears=(Linear("model.connector.modality_projection.proj", d.hidden_size, merged),),
    )


def _qwen(text: str, tower: str) -> tuple[Part, ...]:
    return (Part("text_config", text, fixed=True), Part("vision_config", tower, fixed=True))


@family("qwen3_5_moe", fields=tied(default=False), parts=_qwen("qwen3_5_moe_text", "qwen3_5_vision"))
@family("qwen3_5", fields=tied(default=False), parts=_qwen("qwen3_5_text", "qwen3_5_vision"))
@family("qwen3_vl_moe", fields=tied(default=False), parts=_qwen("qwen3_vl_moe_text", "qwen3_vl_vision"))
@family("qwen3_vl", fields=tied(default=False), parts=_qwen("qwen3_vl_text", "qwen3_vl_vision"))
@family("qwen2_5_vl", fields=tied(default=None), parts=_qwen("qwen2_5_vl_text", "qwen2_5_vl_vision"))
@family("qwen2_vl", fields=tied(default=None), parts=_qwen("qwen2_vl_text", "qwen2_vl_vision"))
def qwen_vl(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """Qwen with vision: the tower merges patches itself."""
    return joined(_tied(text, d), tower, tower_at="model.visual")


def _tied(text: Decoder, d: Dimensions) -> Decoder:
    return text._replace(tied=d.tie_word_embeddings)
