"""A family of models: one function from dimensions to a decoder, the fields it reads, the letters of its formula.

The functions stand in the modules that `MODULES` names, and a module is imported when one of its families is asked for.
To add a family, write its function there, enter it here, and give it a vector in tests/oracle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple, TypeVar

from derivations.counting.architecture.dimensions import Fields

Build = Callable[..., Any]
Function = TypeVar("Function", bound=Build)
"""A family's function: from dimensions, and from its parts where it has any, to a `Decoder` or a `Tower`."""

MODULES = {
    "plain": ("gpt2", "gpt_neox", "bloom", "falcon", "codegen", "opt", "gptj", "phi", "starcoder2", "gpt_neo",
              "gpt_bigcode", "mpt", "persimmon", "arcee", "nemotron", "apertus", "gpt-sw3", "xglm", "biogpt", "xlnet"),
    "gated": ("llama", "mistral", "qwen2", "qwen3", "gemma", "gemma2", "olmo2", "gemma3_text", "smollm3", "granite",
              "stablelm", "cohere2", "olmo3", "ministral3", "hunyuan_v1_dense", "exaone4", "olmo", "qwen2_vl_text",
              "qwen2_5_vl_text", "qwen2_5_omni_text", "qwen3_vl_text", "glm4v_text", "mllama_text_model", "cohere",
              "seed_oss", "phi3", "glm4", "glm", "exaone", "internlm3", "ernie4_5", "helium", "bitnet", "baichuan",
              "internlm2", "qwen", "chatglm", "minicpm", "ministral", "cwm", "iquestcoder"),
    "experts": ("mixtral", "dbrx", "qwen3_moe", "deepseek_v2", "deepseek_v3", "gpt_oss", "kimi_k2", "deepseek",
                "qwen2_moe", "olmoe", "glm4_moe", "granitemoe", "phimoe", "llama4_text", "qwen3_vl_moe_text",
                "glm4_moe_lite", "dots1", "qwen3_omni_moe_text", "minimax_m2", "ernie4_5_moe", "hunyuan_v1_moe",
                "glm4v_moe_text", "minicpm3", "granitemoeshared"),
    "recurrent": ("qwen3_next", "qwen3_5_text", "qwen3_5_moe_text", "granitemoehybrid", "lfm2", "falcon_h1", "mamba2",
                  "nemotron_h", "jamba", "mamba", "falcon_mamba", "lfm2_moe"),
    "per_layer": ("gemma3n_text", "gemma4_text"),
    "sighted": ("gemma3", "qwen2_vl", "qwen2_5_vl", "qwen3_vl", "qwen3_vl_moe", "qwen3_5", "qwen3_5_moe", "mistral3",
                "llava", "llava_next", "llava_next_video", "llava_onevision", "vipllava", "video_llava", "aya_vision",
                "cohere2_vision", "lfm2_vl", "internvl", "internvl_chat", "glm4v", "glm46v", "glm4v_moe", "paligemma",
                "idefics3", "smolvlm", "llama4", "mllama", "gemma4", "gemma3n", "clip", "siglip"),
    "queried": ("blip-2", "blip", "idefics2"),
    "listening": ("qwen2_audio", "voxtral", "qwen2_5_omni_thinker", "qwen2_5_omni", "qwen3_omni_moe_thinker",
                  "qwen3_omni_moe", "granite_speech"),
    "encoders": ("bert", "roberta", "xlm-roberta", "distilbert", "modernbert", "camembert", "electra", "albert",
                 "deberta-v2", "vit", "deit", "dinov2", "esm", "mpnet", "nomic_bert", "gte", "deberta",
                 "dinov2_with_registers", "longformer", "big_bird", "layoutlm", "layoutlmv3", "ernie", "data2vec-text",
                 "xlm-roberta-xl"),
    "stages": ("segformer", "swin", "donut-swin", "vision-encoder-decoder", "florence2"),
    "speech": ("wav2vec2", "hubert", "wavlm"),
    "translators": ("t5", "mt5", "bart", "mbart", "m2m_100", "whisper", "umt5", "marian", "pegasus", "mvp", "led",
                    "t5gemma"),
    "towers": ("siglip_vision_model", "clip_vision_model", "pixtral", "idefics3_vision", "qwen2_vl_vision",
               "qwen2_5_vl_vision", "qwen3_vl_vision", "qwen3_5_vision", "llama4_vision_model", "mllama_vision_model",
               "gemma4_vision", "clip_text_model", "siglip_text_model", "siglip2_vision_model", "internvl_vision",
               "intern_vit_6b", "glm4v_vision", "glm4v_moe_vision", "qwen2_5_omni_vision_encoder",
               "qwen3_omni_moe_vision_encoder", "idefics2_vision"),
    "mobilenet": ("gemma3n_vision",),
    "qformer": ("blip_2_vision_model", "blip_2_qformer", "blip_vision_model", "blip_text_model", "idefics2_perceiver"),
    "readers": ("t5_gemma_module", "trocr_decoder", "mbart_decoder", "gpt2_decoder"),
    "davit": ("florence_vision",),
    "ears": ("gemma4_audio", "gemma3n_audio", "qwen2_audio_encoder", "voxtral_encoder", "qwen2_5_omni_audio_encoder",
             "qwen3_omni_moe_audio_encoder", "granite_speech_encoder"),
}
"""Every `model_type`, by the module of this package that holds its family."""

OF_PARTS = ("towers", "mobilenet", "qformer", "readers", "davit", "ears")
"""The modules whose families are parts of models alone."""

MODEL_TYPES = tuple(model_type for module, names in MODULES.items() for model_type in names if module not in OF_PARTS)

PARTS_OF_MODELS = (*MODEL_TYPES, *(model_type for module in OF_PARTS for model_type in MODULES[module]))
"""What a part of a configuration may be: a text's family, or a tower's."""


class Part(NamedTuple):
    """A part of a configuration that is a configuration itself.

    key         the field that holds it, as "text_config"
    model_type  the family of the part, where it names none
    fixed       whether it is of this family whatever it calls itself
    optional    whether there may be none: then None stands for what the family makes of it
    flat        whether its fields may be among the whole file's
    sizes       those that it takes in this whole, where it leaves them out
    of_text     the fields that are the text's, whatever it says
    role        what follows a model_type in the name of the family that it is here
    """

    key: str
    model_type: str
    fixed: bool = False
    optional: bool = False
    flat: bool = False
    sizes: Mapping[str, object] = {}
    of_text: tuple[str, ...] = ()
    role: str = ""


class Family(NamedTuple):
    """What is known of one `model_type`.

    fields   the fields of `config.json` that bear on a count
    letters  the symbols that the formula of a layer is written in, apart from r; a family without is only counted
    outside  the further symbols of the whole model's total, apart from L and V
    """

    model_type: str
    build: Build
    fields: Fields
    letters: Sequence[str]
    outside: Sequence[str]
    parts: Sequence[Part] = ()


_known: dict[str, Family] = {}


def family(model_type: str, fields: Fields, letters: str = "", outside: str = "",
           parts: Sequence[Part] = ()) -> Callable[[Function], Function]:
    """Say that the function below builds the models of this `model_type`."""

    def enter(build: Function) -> Function:
        _known[model_type] = Family(model_type, build, fields, letters.split(), outside.split(), parts)
        return build

    return enter


def find(model_type: str) -> Family:
    """Give a family by its `model_type`. Raises `KeyError` for one that isn't among `MODEL_TYPES`."""
    for module, names in MODULES.items():
        if model_type in names:
            import_module(f"{__package__}.{module}")
    return _known[model_type]
