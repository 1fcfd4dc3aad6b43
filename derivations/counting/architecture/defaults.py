"""Sizes that the field's library takes for a text or a tower inside another configuration, which may leave them out.

By itself a file must give its sizes; inside another one the publishers leave out what equals the class's own values.
"""

from __future__ import annotations

from collections.abc import Mapping

TABLE: Mapping[tuple[str, ...], Mapping[str, tuple[int, ...]]] = {
    ("hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "vocab_size"): {
        "llama": (4096, 11008, 32, 32, 32000),
        "mistral": (4096, 14336, 32, 32, 32000),
        "qwen2 qwen3_vl_text": (4096, 22016, 32, 32, 151936),
        "qwen2_vl_text qwen2_5_vl_text": (8192, 29568, 80, 64, 152064),
        "qwen2_5_omni_text": (3584, 18944, 28, 28, 152064),
        "qwen3_omni_moe_text": (2048, 18944, 28, 28, 3584),
        "qwen3_vl_moe_text": (2048, 5632, 24, 16, 151936),
        "qwen3_5_text": (4096, 12288, 32, 16, 248320),
        "gemma3_text": (2304, 9216, 26, 8, 262208),
        "gemma3n_text": (2048, 16384, 35, 8, 262400),
        "gemma4_text": (2304, 9216, 30, 8, 262144),
        "t5_gemma_module": (2304, 9216, 26, 8, 256000),
        "glm4v_text": (4096, 13696, 40, 32, 151552),
        "glm4v_moe_text": (4096, 10944, 46, 96, 151424),
        "cohere2": (8192, 22528, 40, 64, 256000),
        "lfm2": (2560, 12288, 32, 32, 65536),
        "mllama_text_model": (4096, 14336, 40, 32, 128256),
        "llama4_text": (5120, 8192, 48, 40, 202048),
        "blip_text_model": (768, 3072, 12, 8, 30524),
        "clip_text_model": (512, 2048, 12, 8),
        "siglip_text_model siglip_vision_model siglip2_vision_model idefics2_vision blip_vision_model blip_2_qformer "
        "clip_vision_model": (768, 3072, 12, 12),
        "gemma4_vision": (768, 3072, 16, 12),
        "idefics3_vision": (1152, 3072, 12, 16),
        "internvl_vision pixtral": (1024, 4096, 24, 16),
        "blip_2_vision_model": (1408, 6144, 39, 16),
        "voxtral_encoder": (1280, 5120, 32, 20),
        "llama4_vision_model": (768, 5632, 34, 16),
    },
    ("hidden_size", "intermediate_size", "depth", "num_heads"): {
        "glm4v_vision glm4v_moe_vision": (1536, 13696, 24, 12),
        "qwen2_5_vl_vision qwen2_5_omni_vision_encoder": (3584, 3420, 32, 16),
        "qwen3_vl_vision qwen3_5_vision qwen3_omni_moe_vision_encoder": (1152, 4304, 27, 16),
    },
    ("d_model", "encoder_ffn_dim", "encoder_layers", "encoder_attention_heads"): {
        "qwen2_audio_encoder qwen2_5_omni_audio_encoder qwen3_omni_moe_audio_encoder": (1280, 5120, 32, 20)},
    ("embed_dim", "depth", "num_heads"): {"qwen2_vl_vision": (1280, 32, 16)},
    ("hidden_size", "intermediate_size", "num_hidden_layers", "attention_heads"): {
        "mllama_vision_model": (1280, 5120, 32, 16)},
    ("hidden_size", "num_hidden_layers", "num_attention_heads", "vocab_size"): {
        "qwen3_5_moe_text": (2048, 40, 16, 248320), "gemma4_audio": (1024, 12, 8)},
}
"""By how they are spelled, and by `model_type`, several of which may have the same; a text has a vocabulary as well."""
BESIDES = {"qwen3_omni_moe_text": {"num_experts": 128},
           "glm4v_moe_text": {"moe_intermediate_size": 1408, "n_routed_experts": 128}}

NESTED: Mapping[str, Mapping[str, object]] = {
    name: {**dict(zip(spelled, sizes, strict=False)), **BESIDES.get(name, {})}
    for spelled, rows in TABLE.items() for names, sizes in rows.items() for name in names.split()}
"""By `model_type`, as in transformers 5.24."""
