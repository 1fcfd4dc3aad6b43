"""Sizes that the field's library takes for a text or a tower inside another configuration, which may leave them out.

By itself a file must give its sizes; inside another one the publishers leave out what equals the class's own values.
"""

from __future__ import annotations

from collections.abc import Mapping

LLAMA = {"hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers": 32, "num_attention_heads": 32,
         "vocab_size": 32000}
QWEN2 = {"hidden_size": 8192, "intermediate_size": 29568, "num_hidden_layers": 80, "num_attention_heads": 64,
         "vocab_size": 152064}
SIGLIP = {"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12}
GLM4V = {"hidden_size": 1536, "intermediate_size": 13696, "depth": 24, "num_heads": 12}
WHISPER = {"d_model": 1280, "encoder_ffn_dim": 5120, "encoder_layers": 32, "encoder_attention_heads": 20}

NESTED: Mapping[str, Mapping[str, object]] = {
    "llama": LLAMA,
    "mistral": {**LLAMA, "intermediate_size": 14336},
    "qwen2": {**LLAMA, "intermediate_size": 22016, "vocab_size": 151936},
    "gemma3_text": {"hidden_size": 2304, "intermediate_size": 9216, "num_hidden_layers": 26,
                    "num_attention_heads": 8, "vocab_size": 262208},
    "qwen2_vl_text": QWEN2,
    "qwen2_5_omni_text": {"hidden_size": 3584, "intermediate_size": 18944, "num_hidden_layers": 28,
                          "num_attention_heads": 28, "vocab_size": 152064},
    "glm4v_text": {"hidden_size": 4096, "intermediate_size": 13696, "num_hidden_layers": 40,
                   "num_attention_heads": 32, "vocab_size": 151552},
    "glm4v_moe_text": {"hidden_size": 4096, "intermediate_size": 10944, "num_hidden_layers": 46,
                       "num_attention_heads": 96, "vocab_size": 151424, "moe_intermediate_size": 1408,
                       "n_routed_experts": 128},
    "cohere2": {"hidden_size": 8192, "intermediate_size": 22528, "num_hidden_layers": 40, "num_attention_heads": 64,
                "vocab_size": 256000},
    "lfm2": {"hidden_size": 2560, "intermediate_size": 12288, "num_hidden_layers": 32, "num_attention_heads": 32,
             "vocab_size": 65536},
    "qwen2_5_vl_text": QWEN2,
    "qwen3_vl_text": {**LLAMA, "intermediate_size": 22016, "vocab_size": 151936},
    "siglip_vision_model": SIGLIP, "siglip_text_model": SIGLIP, "siglip2_vision_model": SIGLIP,
    "internvl_vision": {"hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24,
                        "num_attention_heads": 16},
    "glm4v_vision": GLM4V, "glm4v_moe_vision": GLM4V,
    "qwen3_omni_moe_text": {"hidden_size": 2048, "intermediate_size": 18944, "num_hidden_layers": 28,
                            "num_attention_heads": 28, "vocab_size": 3584, "num_experts": 128},
    "qwen3_omni_moe_vision_encoder": {"hidden_size": 1152, "intermediate_size": 4304, "depth": 27, "num_heads": 16},
    "idefics2_vision": SIGLIP, "blip_vision_model": SIGLIP,
    "blip_text_model": {**SIGLIP, "num_attention_heads": 8, "vocab_size": 30524},
    "qwen2_audio_encoder": WHISPER, "qwen3_omni_moe_audio_encoder": WHISPER, "qwen2_5_omni_audio_encoder": WHISPER,
    "blip_2_vision_model": {"hidden_size": 1408, "intermediate_size": 6144, "num_hidden_layers": 39,
                            "num_attention_heads": 16},
    "blip_2_qformer": SIGLIP,
    "voxtral_encoder": {"hidden_size": 1280, "intermediate_size": 5120, "num_hidden_layers": 32,
                        "num_attention_heads": 20},
    "clip_text_model": {**SIGLIP, "hidden_size": 512, "intermediate_size": 2048, "num_attention_heads": 8},
    "clip_vision_model": SIGLIP,
    "idefics3_vision": {**SIGLIP, "hidden_size": 1152, "num_attention_heads": 16},
    "pixtral": {"hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24, "num_attention_heads": 16},
    "qwen2_vl_vision": {"depth": 32, "embed_dim": 1280, "num_heads": 16},
    "qwen2_5_omni_vision_encoder": {"depth": 32, "hidden_size": 3584, "intermediate_size": 3420, "num_heads": 16},
    "qwen2_5_vl_vision": {"depth": 32, "hidden_size": 3584, "intermediate_size": 3420, "num_heads": 16},
    "qwen3_vl_vision": {"depth": 27, "hidden_size": 1152, "intermediate_size": 4304, "num_heads": 16},
    "qwen3_5_vision": {"depth": 27, "hidden_size": 1152, "intermediate_size": 4304, "num_heads": 16},
    "qwen3_5_text": {"hidden_size": 4096, "intermediate_size": 12288, "num_hidden_layers": 32,
                     "num_attention_heads": 16, "vocab_size": 248320},
    "qwen3_5_moe_text": {"hidden_size": 2048, "num_hidden_layers": 40, "num_attention_heads": 16,
                         "vocab_size": 248320},
    "qwen3_vl_moe_text": {"hidden_size": 2048, "intermediate_size": 5632, "num_hidden_layers": 24,
                          "num_attention_heads": 16, "vocab_size": 151936},
    "mllama_text_model": {"hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 40,
                          "num_attention_heads": 32, "vocab_size": 128256},
    "mllama_vision_model": {"hidden_size": 1280, "intermediate_size": 5120, "num_hidden_layers": 32,
                            "attention_heads": 16},
    "t5_gemma_module": {"hidden_size": 2304, "intermediate_size": 9216, "num_hidden_layers": 26,
                        "num_attention_heads": 8, "vocab_size": 256000},
    "gemma3n_text": {"hidden_size": 2048, "intermediate_size": 16384, "num_hidden_layers": 35,
                     "num_attention_heads": 8, "vocab_size": 262400},
    "gemma4_text": {"hidden_size": 2304, "intermediate_size": 9216, "num_hidden_layers": 30,
                    "num_attention_heads": 8, "vocab_size": 262144},
    "gemma4_vision": {**SIGLIP, "num_hidden_layers": 16},
    "gemma4_audio": {"hidden_size": 1024, "num_hidden_layers": 12, "num_attention_heads": 8},
    "llama4_vision_model": {"hidden_size": 768, "intermediate_size": 5632, "num_hidden_layers": 34,
                            "num_attention_heads": 16},
    "llama4_text": {"hidden_size": 5120, "intermediate_size": 8192, "num_hidden_layers": 48,
                    "num_attention_heads": 40, "vocab_size": 202048},
}
"""By `model_type`, as in transformers 5.24."""
