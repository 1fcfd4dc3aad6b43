"""Names as users have them: variants of a shape are found, other shapes are never proposed."""

from __future__ import annotations

import pytest

from derivations.counting.architecture.decoder import total
from derivations.counting.catalogue import catalogue, is_variant, known, public_model
from derivations.counting.refusal import Refusal


@pytest.mark.parametrize(("name", "of"), [
    ("unsloth/Qwen2.5-7B-Instruct-bnb-4bit", "qwen2.5-7b"), ("TheBloke/Llama-2-13B-Chat-GPTQ", "llama-2-13b"),
    ("someone/Mistral-7B-Instruct-v0.1-AWQ", "mistral-7b"), ("Qwen/Qwen3-8B-Base", "qwen3-8b"),
    ("google/gemma-2-2b-it", "gemma-2-2b"), ("RedHatAI/Qwen3-32B-quantized.w8a8", "qwen3-32b"),
    ("nvidia/Llama-3.3-70B-Instruct-FP4", "llama-3.3-70b"), ("mlx-community/Qwen3-4B-4bit-DWQ", "qwen3-4b"),
    ("someone/gemma-3-12b-it-qat-q4_0-gguf", "gemma-3-12b"), ("llama3.2:3b-instruct-q4_K_M", "llama-3.2-3b"),
    ("HuggingFaceH4/zephyr-7b-beta", "mistral-7b"), ("unsloth/gemma-4-31B-it-unsloth-bnb-4bit", "gemma-4-31b"), ("qwen3.5:9b", "qwen3.5-9b"),
    ("LLM-Research/Meta-Llama-3___2-1B", "llama-3.2-1b"), ("Qwen/Qwen2___5-1___5B-Instruct", "qwen2.5-1.5b"),
    ("google/gemma-3-27b-it-qat-q4_0-unquantized", "gemma-3-27b"), ("deepseek-ai/DeepSeek-R1", "deepseek-v3"),
    ("lmstudio-community/Meta-Llama-3.1-70B-Instruct-GGUF", "llama-3.1-70b"), ("Qwen/Qwen3-8B-MLX-6bit", "qwen3-8b"),
])
def test_a_variant_has_the_shape_of_its_model(name, of):
    model = public_model(name)
    assert model.name == of
    assert is_variant(name, model)
    assert not is_variant(of, model)
    assert not is_variant(model.hub, model)


@pytest.mark.parametrize("page", [
    "https://huggingface.co/{}", "https://huggingface.co/{}/", "hf.co/{}:Q4_K_M", "huggingface.co/{}/tree/main", "https://modelscope.cn/models/{}/summary",
    "https://huggingface.co/{}/resolve/main/config.json?download=true", "https://huggingface.co/{}/blob/main/config.json#L3",
])
def test_a_models_page_is_its_name(page):
    for model in ("Qwen/Qwen3-14B", "unsloth/gemma-2-9b-it-bnb-4bit"):
        assert public_model(page.format(model)) == public_model(model)


@pytest.mark.parametrize("name", ["google/gemma-2-3b-it", "google/gemma-4-4b-it", "mistralai/Mistral-9B-Instruct-v0.3",
                                  "meta-llama/Llama-3.4-8B", "Qwen/Qwen3-33B"])
def test_another_shape_is_never_proposed(name):
    with pytest.raises(Refusal, match="no model is called") as refusal:
        public_model(name)
    assert "nearest" not in str(refusal.value)


@pytest.mark.parametrize("name", [
    "Qwen/Qwen3-Omni-8B", "Qwen/Qwen3-Embedding-8B", "state-spaces/mamba-7b", "tiiuae/falcon-mamba-7b", "qwen2.5-audio-7b",
    "google/shieldgemma-2b", "mistral", "someone/Llama-3.1-Nemo-8B", "microsoft/Phi-4-multimodal-instruct",
])
def test_a_word_more_or_another_word_is_another_model(name):
    with pytest.raises(Refusal, match="--config reads its config.json, --tensors") as refusal:
        public_model(name)
    assert "nearest" not in str(refusal.value)


@pytest.mark.parametrize(("name", "meant"), [
    ("lama-2-7b", "llama-2-7b"), ("Qwem/Qwem3-14B", "qwen/qwen3-14b"), ("mistrall-7b-v0.3", "mistral-7b-v0.3"),
])
def test_a_slip_of_the_pen_is_mended(name, meant):
    with pytest.raises(Refusal, match=rf"nearest: {meant}$"):
        public_model(name)


@pytest.mark.parametrize("model", known().values(), ids=list(known()))
def test_every_published_total_is_derived_to_the_last_parameter(model):
    assert total(model.configuration.decoder) == model.published_total
    assert model.source
    assert model.total_source


@pytest.mark.parametrize("name", ["gpt2\nfound it", "\x1b[31mgpt2", "gpt2-" * 40])
def test_a_name_that_would_spoil_the_message_is_not_repeated(name):
    with pytest.raises(Refusal, match=r"\Ano model is called 'this name'") as refusal:
        public_model(name)
    assert name not in str(refusal.value)
    assert len(str(refusal.value)) < 100


def test_no_name_means_two_models():
    names = [name for model in known().values()
             for name in {model.name, model.hub.lower(), *(other.lower() for other in model.also)}]
    assert len(known()) >= 150 and len(catalogue()) >= 25
    assert not {name for name in names if names.count(name) > 1}


@pytest.mark.parametrize(("name", "of"), [
    ("unsloth/gemma-3-12b-it-unsloth-bnb-4bit", "gemma-3-12b"), ("bartowski/Llama-3.3-70B-Instruct-GGUF", "llama-3.3-70b"),
    ("unsloth/DeepSeek-R1-Distill-Qwen-14B-bnb-4bit", "deepseek-r1-distill-qwen-14b"),
    ("META-LLAMA/llama-2-7b-HF", "llama-2-7b"), ("Llama-30B", "llama-33b"), ("(llama-1) LLaMA-33b", "llama-33b"), ("  gpt2\n", "gpt2"),
    ("Qwen/Qwen2.5-Coder-32B-Instruct-AWQ", "qwen2.5-32b"), ("google/flan-t5-xxl", "flan-t5-xxl"),
    ("bert-base-uncased", "bert-base"), ("openai/whisper-large-v3", "whisper-large-v3"),
    ("microsoft/Phi-4-mini-instruct", "phi-4-mini"), ("qwen2.5-coder:7b", "qwen2.5-coder-7b"), ("Llama 2 13B", "llama-2-13b"),
    ("unsloth/Qwen3-VL-8B-Thinking-bnb-4bit", "qwen3-vl-8b"), ("TinyLlama/TinyLlama-1.1B-Chat-v1.0", "tinyllama-1.1b"),
    ("google/medgemma-4b-it", "gemma-3-4b"), ("google/medgemma-27b-text-it", "gemma-3-27b-text"), ("THUDM/glm-4-9b-chat", "glm-4-9b"),
    ("HuggingFaceTB/SmolVLM2-500M-Video-Instruct", "smolvlm-500m"), ("HuggingFaceTB/SmolLM-135M-Instruct", "smollm2-135m"),
    ("unsloth/paligemma-3b-mix-224", "paligemma-3b-224"), ("OpenGVLab/InternVL3-8B-hf", "internvl3-8b"),
    ("facebook/wav2vec2-base-960h", "wav2vec2-base"), ("microsoft/DialoGPT-medium", "gpt2-medium"), ("bigscience/mt0-large", "mt5-large"),
    ("microsoft/codebert-base", "roberta-base"), ("camembert-base", "camembert-base"), ("bigcode/gpt_bigcode-santacoder", "santacoder"),
    ("dccuchile/bert-base-spanish-wwm-uncased", "bert-base-spanish"), ("BSC-LT/roberta-base-bne", "roberta-base-bne"), ("bigscience/mt0-xxl", "mt5-xxl"),
    ("albert/albert-base-v2", "albert-base-v2"), ("CohereForAI/c4ai-command-r-v01", "command-r-v01"), ("nvidia/Minitron-4B-Base", "nemotron-mini-4b"),
    ("allenai/scibert_scivocab_uncased", "scibert"), ("yikuan8/Clinical-Longformer", "longformer-base-4096"),
    ("mistralai/Ministral-3-8B-Instruct-2512", "ministral-3-8b"), ("nvidia/NVIDIA-Nemotron-Nano-9B-v2", "nemotron-nano-9b-v2"),
])
def test_names_as_people_have_them(name, of):
    assert public_model(name).name == of
