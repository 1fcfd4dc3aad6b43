"""Vision-language models: a text's family, a tower's, and what joins the two; each part has its own configuration."""

from __future__ import annotations

from dataclasses import replace

from derivations.counting.architecture import kinds
from derivations.counting.architecture.decoder import Decoder, Linears, Vector
from derivations.counting.architecture.dimensions import Dimensions, Fields, flag, named, number, only
from derivations.counting.architecture.family import Part, family
from derivations.counting.architecture.layers import layer_norms, parameter, scales
from derivations.counting.architecture.towers import Tower
from derivations.counting.architecture.wholes import renamed, within
from derivations.counting.linear import Linear
from derivations.exact.quotient import Scalar

PROJECTOR = "model.multi_modal_projector"


def tied(*, default: bool | None) -> Fields:
    """Say whether the head is tied where the whole doesn't: what version 5 of the library takes; None asks its text."""
    return {"tie_word_embeddings": flag("tie_word_embeddings", default=default)}


def projected(*names: str, default: int | tuple[int, ...]) -> Fields:
    """Say of which layers of the tower the projection takes the outcome: of one, or of several side by side."""
    return {"vision_feature_layer": number(*names, "vision_feature_layer", default=default, kind=kinds.PLACES)}


def _features(d: Dimensions) -> int:
    """Give how many these are."""
    return len(d.vision_feature_layer) if isinstance(d.vision_feature_layer, tuple) else 1


def joined(d: Dimensions, text: Decoder, tower: Tower, *, tower_at: str = "model.vision_tower",
           text_at: str = "model.language_model", linears: Linears = (), vectors: tuple[Vector, ...] = ()) -> Decoder:
    """Give a text with a tower beside it, both by the names that they have in the whole, which ties the head."""
    wrapped = tower_at == "model.vision_tower" and tower.runs[0].path == "encoder.layers"    # CLIP's and SigLIP's
    return beside(within(text, text_at), tower, tower_at, linears=linears, vectors=vectors)._replace(
        tied=d.tie_word_embeddings, renamed=((f"{tower_at}.", f"{tower_at}.vision_model."),) if wrapped else (),
        older=((f"{text_at}.", f"{text_at.removeprefix('model.')}.model."), ("lm_head", "language_model.lm_head"),
               *((one, one.removeprefix("model.")) for one in (f"{tower_at}.", PROJECTOR))))


def beside(whole: Decoder, tower: Tower, at: str, *, linears: Linears = (),
           vectors: tuple[Vector, ...] = ()) -> Decoder:
    """Give a whole with one tower more, and with what joins the two."""
    inside = renamed(tower, f"{at}.".__add__)
    return whole._replace(
        runs=(*whole.runs, *(replace(run, path=f"{at}.{run.path}") for run in tower.runs)),
        embeddings=whole.embeddings + inside.embeddings,
        vectors=whole.vectors + inside.vectors + vectors,
        linears=whole.linears + inside.linears + linears,
        convolutions=whole.convolutions + inside.convolutions,
    )


@family("gemma3", fields=tied(default=True), parts=(
    Part("text_config", "gemma3_text"), Part("vision_config", "siglip_vision_model")))
def gemma3(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """Gemma 3 with SigLIP: the projection between them is a bare parameter."""
    return joined(
        d, text, tower,
        vectors=(parameter(f"{PROJECTOR}.mm_input_projection_weight", tower.width, d.hidden_size),
                 Vector(f"{PROJECTOR}.mm_soft_emb_norm", tower.width)))


def projection(width: Scalar, middle: Scalar, narrowed: Scalar, out: Scalar, *, bias: bool = True) -> Linears:
    """Give the two Linears between a tower and a text: to a width in the middle, and from what is made of it."""
    return (Linear(f"{PROJECTOR}.linear_1", middle, width, bias), Linear(f"{PROJECTOR}.linear_2", out, narrowed, bias))


def _of_llava(*, tied_by_default: bool | None, features: int) -> Fields:
    return tied(default=tied_by_default) | projected(default=features) | {
        "mlp_bias": flag("multimodal_projector_bias", default=True)}


LLAMA_AND_CLIP = (Part("text_config", "llama"), Part("vision_config", "clip_vision_model"))


@family("llava", fields=_of_llava(tied_by_default=None, features=-2), parts=LLAMA_AND_CLIP)
def llava(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """LLaVA: two Linears between CLIP and Llama."""
    h = d.hidden_size
    return joined(d, text, tower, linears=projection(_features(d) * tower.width, h, h, h, bias=d.mlp_bias))


@family("llava_onevision", fields=_of_llava(tied_by_default=None, features=-1), parts=(
    Part("text_config", "qwen2"), Part("vision_config", "siglip_vision_model")))
@family("llava_next_video", fields=_of_llava(tied_by_default=None, features=-2), parts=LLAMA_AND_CLIP)
@family("llava_next", fields=_of_llava(tied_by_default=False, features=-2), parts=LLAMA_AND_CLIP)
def llava_next(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """LLaVA-NeXT, also of videos, and LLaVA-OneVision: LLaVA, and a vector that ends a row of pictures."""
    found = llava(d, text, tower)
    return found._replace(vectors=(*found.vectors, parameter("model.image_newline", d.hidden_size)))


@family("vipllava", fields=tied(default=False) | projected(
    "vision_feature_layers", default=(-2, -5, -8, -11, 6)), parts=LLAMA_AND_CLIP)
def vipllava(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """ViP-LLaVA: a norm over the outcome of five layers first."""
    found = llava(d._replace(mlp_bias=True), text, tower)
    return found._replace(vectors=(*found.vectors, *layer_norms(
        _features(d) * tower.width, f"{PROJECTOR}.projector_layernorm")))


@family("video_llava", fields=_of_llava(tied_by_default=False, features=-2), parts=LLAMA_AND_CLIP)
def video_llava(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """Video-LLaVA: one tower for pictures, and another for videos."""
    h = d.hidden_size
    found = joined(d, text, tower, tower_at="model.video_tower",
                   linears=projection(_features(d) * tower.width, h, h, h, bias=d.mlp_bias))
    return beside(found, tower, "model.image_tower")


def _merged(d: Dimensions, tower: Tower) -> Scalar:
    """Give how wide the vectors of neighbouring patches are side by side."""
    return tower.width * d.spatial_merge_size * d.spatial_merge_size


@family("cohere2_vision", fields=tied(default=True) | named(
    spatial_merge_size=number("downsample_factor", default=2),
    projector_hidden_size=number("alignment_intermediate_size", default=36864)), parts=(
    Part("text_config", "cohere2"), Part("vision_config", "siglip_vision_model")))
def cohere2_vision(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """Command A with vision: patches merged, then a gated unit."""
    middle = d.hidden_size if d.projector_hidden_size is None else d.projector_hidden_size
    return joined(d, text, tower, linears=projection(_merged(d, tower), middle, middle // 2, d.hidden_size))


@family("aya_vision", fields=tied(default=True) | named(
    spatial_merge_size=number("downsample_factor", default=2),
    projector_hidden_size=number("alignment_intermediate_size", default=None)), parts=(
    Part("text_config", "cohere2"), Part("vision_config", "siglip_vision_model")))
def aya_vision(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """Aya Vision: the same behind a norm."""
    found = cohere2_vision(d, text, tower)
    return found._replace(vectors=(*found.vectors, *layer_norms(_merged(d, tower), f"{PROJECTOR}.layernorm")))


@family("lfm2_vl", fields=tied(default=True) | named(
    spatial_merge_size=number("downsample_factor", default=2), projector_hidden_size=2560,
    mlp_bias=flag("projector_bias", default=True), pooling_head=flag("projector_use_layernorm", default=True)), parts=(
    Part("text_config", "lfm2"), Part("vision_config", "siglip2_vision_model", fixed=True)))
def lfm2_vl(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """LFM2 with vision: patches merged, on demand a norm, then two Linears."""
    merged, middle = _merged(d, tower), d.projector_hidden_size
    found = joined(d, text, tower, linears=projection(merged, middle, middle, d.hidden_size, bias=d.mlp_bias),
                   vectors=layer_norms(merged, f"{PROJECTOR}.layer_norm") if d.pooling_head else ())
    return found if d.pooling_head else found._replace(versions=(
        *found.versions, "projector_use_layernorm: transformers 4 doesn't read it, and has the norm: "
                         f"{2 * merged:,} parameters more"))


@family("internvl", fields=tied(default=True) | {"downsampled": only("downsample_ratio", 0.5)}, parts=(
    Part("text_config", "qwen2"), Part("vision_config", "internvl_vision")))
def internvl(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """InternVL: four patches side by side, a norm, then two Linears."""
    h, merged = d.hidden_size, 4 * tower.width
    return joined(d, text, tower, linears=projection(merged, h, h, h),
                  vectors=layer_norms(merged, f"{PROJECTOR}.layer_norm"))


@family("internvl_chat", fields={"downsampled": only("downsample_ratio", 0.5)}, parts=(
    Part("llm_config", "qwen2"), Part("vision_config", "intern_vit_6b", fixed=True)))
def internvl_chat(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """InternVL by its publisher's own code: a whole text model, its head too, stands beside the tower."""
    h, merged = d.hidden_size, 4 * tower.width
    found = joined(d, text, tower, tower_at="vision_model", text_at="language_model.model",
                   linears=(Linear("mlp1.1", h, merged, True), Linear("mlp1.3", h, h, True)),
                   vectors=layer_norms(merged, "mlp1.0"))
    return found._replace(head=text.head and replace(text.head, name=f"language_model.{text.head.name}"))


@family("paligemma", fields=tied(default=True) | {
    "projector_output_dim": number("projection_dim", default=2048),
}, parts=(Part("text_config", "gemma"), Part("vision_config", "siglip_vision_model")))
def paligemma(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """PaliGemma: one Linear between SigLIP and Gemma."""
    return joined(d, text, tower, linears=(
        Linear(f"{PROJECTOR}.linear", d.projector_output_dim, tower.width, True),))


@family("mistral3", fields=tied(default=True) | projected(default=-1) | {
    "spatial_merge_size": number("spatial_merge_size", default=2),
    "mlp_bias": flag("multimodal_projector_bias", default=False),
}, parts=(Part("text_config", "mistral"), Part("vision_config", "pixtral")))
def mistral3(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """Mistral Small 3.1: Pixtral's patches merged, then two Linears."""
    h, width = d.hidden_size, tower.width
    return joined(
        d, text, tower,
        vectors=scales(width, f"{PROJECTOR}.norm"),
        linears=(Linear(f"{PROJECTOR}.patch_merger.merging_layer", width, _merged(d, tower)),
                 *projection(_features(d) * width, h, h, h, bias=d.mlp_bias)),
    )


IDEFICS3 = tied(default=False) | {"spatial_merge_size": number("scale_factor", default=2)}
LLAMA_AND_SIGLIP = (Part("text_config", "llama"), Part("vision_config", "idefics3_vision", fixed=True))


@family("smolvlm", fields=IDEFICS3, parts=LLAMA_AND_SIGLIP)
@family("idefics3", fields=IDEFICS3, parts=LLAMA_AND_SIGLIP)
def idefics3(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """Idefics3, SmolVLM of either generation: one Linear from scale_factor² patches."""
    return joined(
        d, text, tower, tower_at="model.vision_model", text_at="model.text_model",
        linears=(Linear("model.connector.modality_projection.proj", d.hidden_size, _merged(d, tower)),),
    )


def _fixed(text: str, tower: str, *, flat: bool = False) -> tuple[Part, ...]:
    return (Part("text_config", text, fixed=True, flat=flat), Part("vision_config", tower, fixed=True))


@family("qwen3_5_moe", fields=tied(default=False), parts=_fixed("qwen3_5_moe_text", "qwen3_5_vision"))
@family("qwen3_5", fields=tied(default=False), parts=_fixed("qwen3_5_text", "qwen3_5_vision"))
@family("qwen3_vl_moe", fields=tied(default=False), parts=_fixed("qwen3_vl_moe_text", "qwen3_vl_vision"))
@family("qwen3_vl", fields=tied(default=False), parts=_fixed("qwen3_vl_text", "qwen3_vl_vision"))
@family("glm4v_moe", fields=tied(default=None), parts=_fixed("glm4v_moe_text", "glm4v_moe_vision"))
@family("glm46v", fields=tied(default=False), parts=_fixed("glm4v_text", "glm4v_vision"))
@family("glm4v", fields=tied(default=None), parts=_fixed("glm4v_text", "glm4v_vision"))
def qwen_vl(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """Qwen and GLM with vision: the tower merges patches itself."""
    return joined(d, text, tower, tower_at="model.visual")._replace(older=())


@family("qwen2_5_vl", fields=tied(default=None), parts=_fixed("qwen2_5_vl_text", "qwen2_5_vl_vision", flat=True))
@family("qwen2_vl", fields=tied(default=None), parts=_fixed("qwen2_vl_text", "qwen2_vl_vision", flat=True))
def qwen2_vl(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """Qwen2-VL and 2.5-VL: the text once stood where the whole stands now."""
    return qwen_vl(d, text, tower)._replace(older=(("model.visual.", "visual."), ("model.language_model.", "model.")))


@family("llama4", fields={}, parts=_fixed("llama4_text", "llama4_vision_model"))
def llama4(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """Llama 4 with vision: a whole text model, its head too, stands beside the tower."""
    found = joined(d, text, tower, tower_at="vision_model", text_at="language_model.model",
                   linears=(Linear("multi_modal_projector.linear_1", d.hidden_size, tower.out),))
    return found._replace(head=Linear("language_model.lm_head", d.vocab_size, d.hidden_size))


@family("mllama", fields={}, parts=_fixed("mllama_text_model", "mllama_vision_model"))
def mllama(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """Llama 3.2 with vision: its own layers look at the picture."""
    return joined(d, text, tower, tower_at="model.vision_model",
                  linears=(Linear(PROJECTOR, d.hidden_size, tower.out, True),))


@family("gemma4", fields=tied(default=True), parts=(
    Part("text_config", "gemma4_text", fixed=True), Part("vision_config", "gemma4_vision", fixed=True, optional=True),
    Part("audio_config", "gemma4_audio", fixed=True, optional=True)))
def gemma4(d: Dimensions, text: Decoder, *towers: Tower | None) -> Decoder:
    """Gemma 4 with an eye, with an ear as well, or with neither."""
    found = within(text, "model.language_model")._replace(tied=d.tie_word_embeddings)
    for tower, name in zip(towers, ("vision", "audio"), strict=True):
        if tower is not None:
            joint = Linear(f"model.embed_{name}.embedding_projection", d.hidden_size, tower.out)
            found = beside(found, tower, f"model.{name}_tower", linears=(joint,))
    return found


@family("gemma3n", fields=tied(default=True), parts=(
    *_fixed("gemma3n_text", "gemma3n_vision"), Part("audio_config", "gemma3n_audio", fixed=True)))
def gemma3n(d: Dimensions, text: Decoder, *towers: Tower) -> Decoder:
    """Gemma 3n: an eye and an ear, each with rows of its own beside the text's."""
    found = within(text, "model.language_model")._replace(tied=d.tie_word_embeddings)
    for tower, name in zip(towers, ("vision", "audio"), strict=True):
        at = f"model.embed_{name}"
        found = beside(
            found, tower, f"model.{name}_tower",
            vectors=scales(tower.out, f"{at}.hard_embedding_norm", f"{at}.soft_embedding_norm"),
            linears=(Linear(f"{at}.embedding_projection", d.hidden_size, tower.out),))
        found = found._replace(embeddings=(*found.embeddings, Linear(f"{at}.embedding", tower.rows, tower.out)))
    return found


@family("clip", fields={"projector_output_dim": number("projection_dim", default=512)},
        parts=_fixed("clip_text_model", "clip_vision_model"))
def clip(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """CLIP, text and picture side by side: two Linears that make their vectors alike, and a temperature."""
    return _alike(text, tower, linears=tuple(
        Linear(f"{name}_projection", d.projector_output_dim, width)
        for name, width in (("visual", tower.width), ("text", d.hidden_size))))


@family("siglip", fields={}, parts=_fixed("siglip_text_model", "siglip_vision_model"))
def siglip(d: Dimensions, text: Decoder, tower: Tower) -> Decoder:
    """SigLIP, text and picture side by side: a Linear after the text, a temperature and a shift."""
    return _alike(text, tower, "logit_bias",
                  linears=(Linear("text_model.head", d.projector_output_dim, d.hidden_size, True),))


def _alike(text: Decoder, tower: Tower, *shifts: str, linears: Linears) -> Decoder:
    inside = renamed(tower, "vision_model.".__add__)
    (run,) = tower.runs
    alone = Decoder((replace(run, part="", path=""),), inside.embeddings, None, False, inside.vectors, inside.linears,
                    f"vision_model.{run.path}", inside.convolutions)
    return beside(within(text, "text_model"), tower, "vision_model", linears=linears,
                  vectors=tuple(parameter(name, 1) for name in ("logit_scale", *shifts)))._replace(
        classified=lambda labels: alone._replace(head=Linear("classifier", labels, tower.width, True)))
