"""What a block's weights leave out: embeddings, biases and norms, and how much of a real model they are.

Two kinds of model are counted in all: GPT-2's (learned positions, biases, layer norms, the output head tied to the
embedding) and LLaMA's (an output head of its own, no biases, norms without a shift).
"""

from __future__ import annotations

from derivations.counting.textbook import total_full, total_lora
from derivations.exact import NUMBER, RATIO, Declared, Scalar, known, quotient
from derivations.lora.layer import GATED, gated_layer, model_full, model_lora, norms, vectors
from derivations.lora.symbols import PARAMETER, PARAMETERS

GPT2 = "GPT-2's published configuration: tied head, learned positions, a norm after the last layer"
LLAMA = "LLaMA's published configuration: an output head of its own, no biases"
GATED_LLAMA = f"{GATED}; {LLAMA}"

formula = Declared(PARAMETER)


@formula("embeddings.count", PARAMETERS, GPT2, reasons=("two_tables",))
def count(h: Scalar, V: Scalar, n_ctx: Scalar) -> Scalar:
    """Count the embeddings of tokens and of positions, h numbers each; the output head is tied and adds nothing."""
    return V * h + n_ctx * h


@formula("embeddings.vectors", PARAMETERS, GPT2, reasons=("vectors_of_layers",))
def all_vectors(h: Scalar, L: Scalar) -> Scalar:
    """Count biases and norms of L textbook layers and the norm after the last one."""
    return L * known(vectors(h)) + known(quotient(norms(h), 2))


@formula("embeddings.total", PARAMETERS, GPT2, reasons=("blocks_vectors_embeddings",))
def total(h: Scalar, L: Scalar, V: Scalar, n_ctx: Scalar) -> Scalar:
    """Count every parameter of a GPT-2-like model."""
    return known(model_full(h, L)) + known(all_vectors(h, L)) + known(count(h, V, n_ctx))


@formula("embeddings.share", RATIO, GPT2, reasons=("part_of_whole",))
def share(h: Scalar, L: Scalar, V: Scalar, n_ctx: Scalar) -> Scalar:
    """Give the embeddings' part of all parameters."""
    return quotient(known(count(h, V, n_ctx)), total(h, L, V, n_ctx))


formula("embeddings.blocks_share", RATIO, GPT2, reasons=("part_of_whole",))(
    lambda h, L, V, n_ctx: quotient(known(model_full(h, L)), total(h, L, V, n_ctx)))
formula("embeddings.total_over_textbook", NUMBER, GPT2)(
    lambda h, L, V, n_ctx: quotient(known(total(h, L, V, n_ctx)), known(model_full(h, L))))
formula("embeddings.lora_of_total", RATIO, GPT2, reasons=("part_of_whole",))(
    lambda h, L, V, n_ctx, r: quotient(known(model_lora(h, L, r)), total(h, L, V, n_ctx)))


def gated_embeddings(vocabulary: Scalar, hidden_size: Scalar) -> Scalar:
    """Count an input embedding and an output head of the same shape, each with its own numbers."""
    return 2 * vocabulary * hidden_size


@formula("gated.model_total", PARAMETERS, GATED_LLAMA, reasons=("blocks_embeddings_norms",))
def gated_total(h: Scalar, h_kv: Scalar, f: Scalar, L: Scalar, V: Scalar) -> Scalar:
    """Count every parameter of a LLaMA-like model: two norms a layer and one after the last, h numbers each."""
    blocks = known(L * total_full(gated_layer(h, h_kv, f)))
    return blocks + known(gated_embeddings(V, h)) + h * (2 * L + 1)


formula("gated.lora_of_total", RATIO, GATED_LLAMA, reasons=("part_of_whole",))(
    lambda h, h_kv, f, L, V, r: quotient(
        known(L * total_lora(gated_layer(h, h_kv, f), r)), gated_total(h, h_kv, f, L, V)))
formula("gated.total_over_textbook", NUMBER, GATED_LLAMA)(
    lambda h, h_kv, f, L, V: quotient(known(gated_total(h, h_kv, f, L, V)), known(model_full(h, L))))
formula("embeddings.gated_share", RATIO, LLAMA, reasons=("part_of_whole",))(
    lambda h, h_kv, f, L, V: quotient(known(gated_embeddings(V, h)), gated_total(h, h_kv, f, L, V)))

FORMULAS = formula.formulas
