"""What a block's weights leave out: embeddings, biases and norms, and how much of a real model they are.

Two kinds of model are counted in all: GPT-2's (learned positions, biases, layer norms, the output head tied to the
embedding) and LLaMA's (an output head of its own, no biases, norms without a shift).
"""

from __future__ import annotations

from typing import Any

from derivations.counting.textbook import gated_layer, norms, total_full, total_lora, vectors
from derivations.exact import NUMBER, RATIO, Formula, Scalar, Step, quotient
from derivations.exact.derivation import as_product, as_quotient, as_sum, one_over, steps
from derivations.exact.simplest import simplest
from derivations.lora.layer import GATED, model_full, model_lora
from derivations.lora.symbols import PARAMETERS, L, V, f, h, h_kv, n_ctx, r

GPT2 = "GPT-2's published configuration: tied head, learned positions, a norm after the last layer"
LLAMA = "LLaMA's published configuration: an output head of its own, no biases"


def count(hidden_size: Scalar, vocabulary: Scalar, positions: Scalar) -> Scalar:
    """Count the embeddings of tokens and of positions, h numbers each; the output head is tied and adds nothing."""
    return vocabulary * hidden_size + positions * hidden_size


def all_vectors(hidden_size: Scalar, layers: Scalar) -> Scalar:
    """Count biases and norms of L textbook layers and the norm after the last one."""
    return layers * vectors(hidden_size) + quotient(norms(hidden_size), 2)


def total(hidden_size: Scalar, layers: Scalar, vocabulary: Scalar, positions: Scalar) -> Scalar:
    """Count every parameter of a GPT-2-like model."""
    return (model_full(hidden_size, layers) + all_vectors(hidden_size, layers)
            + count(hidden_size, vocabulary, positions))


def share(hidden_size: Scalar, layers: Scalar, vocabulary: Scalar, positions: Scalar) -> Scalar:
    """Give the embeddings' part of all parameters."""
    return quotient(count(hidden_size, vocabulary, positions), total(hidden_size, layers, vocabulary, positions))


def gated_embeddings(hidden_size: Scalar, vocabulary: Scalar) -> Scalar:
    """Count an input embedding and an output head of the same shape, each with its own numbers."""
    return 2 * vocabulary * hidden_size


def gated_vectors(hidden_size: Scalar, layers: Scalar) -> Scalar:
    """Count two norms a layer and one after the last, h numbers each."""
    return (2 * layers + 1) * hidden_size


def gated_total(hidden_size: Scalar, kv_size: Scalar, width: Scalar, layers: Scalar, vocabulary: Scalar) -> Scalar:
    """Count every parameter of a LLaMA-like model."""
    blocks = layers * total_full(gated_layer(hidden_size, kv_size, width))
    return blocks + gated_embeddings(hidden_size, vocabulary) + gated_vectors(hidden_size, layers)


def _count_steps(hidden_size: Any, vocabulary: Any, positions: Any) -> tuple[Step, ...]:
    written = as_sum([as_product((vocabulary, hidden_size)), as_product((positions, hidden_size))])
    return steps(("two_tables", written), ("common_factor", simplest(count(hidden_size, vocabulary, positions))))


def _vector_steps(hidden_size: Any, layers: Any) -> tuple[Step, ...]:
    last = quotient(norms(hidden_size), 2)
    return steps(
        ("vectors_of_layers", as_sum([as_product((layers, vectors(hidden_size))), last])),
        ("common_factor", simplest(all_vectors(hidden_size, layers))),
    )


def _total_lines(hidden_size: Any, layers: Any, vocabulary: Any, positions: Any) -> list[tuple[str, Any]]:
    parts = [model_full(hidden_size, layers), simplest(all_vectors(hidden_size, layers)),
             simplest(count(hidden_size, vocabulary, positions))]
    return [("blocks_vectors_embeddings", as_sum(parts)), ("common_factor", simplest(sum(parts)))]


def _gated_total_lines(
    hidden_size: Any, kv_size: Any, width: Any, layers: Any, vocabulary: Any,
) -> list[tuple[str, Any]]:
    parts = [simplest(layers * total_full(gated_layer(hidden_size, kv_size, width))),
             gated_embeddings(hidden_size, vocabulary), gated_vectors(hidden_size, layers)]
    return [("blocks_embeddings_norms", as_sum(parts)), ("common_factor", simplest(sum(parts)))]


def _over_total(part: Any, lines: list[tuple[str, Any]]) -> tuple[Step, ...]:
    """Derive a part over the whole: written out, then cancelled."""
    part = simplest(part)
    (_, written), (_, whole) = lines
    return steps(("part_of_whole", as_quotient(part, written)), ("cancel", simplest(as_quotient(part, whole))))


def _over_textbook(lines: list[tuple[str, Any]], textbook: Any) -> tuple[Step, ...]:
    (_, (_, whole)) = lines
    return one_over(whole, textbook)


FORMULAS: tuple[Formula, ...] = (
    Formula("embeddings.count", count, (h, V, n_ctx), PARAMETERS, derive=_count_steps, source=GPT2),
    Formula("embeddings.vectors", all_vectors, (h, L), PARAMETERS, derive=_vector_steps, source=GPT2),
    Formula("embeddings.total", total, (h, L, V, n_ctx), PARAMETERS,
            derive=lambda *x: steps(*_total_lines(*x)), source=GPT2),
    Formula("embeddings.share", share, (h, L, V, n_ctx), RATIO,
            derive=lambda *x: _over_total(count(x[0], x[2], x[3]), _total_lines(*x)), source=GPT2),
    Formula("embeddings.blocks_share", lambda *x: quotient(model_full(x[0], x[1]), total(*x)), (h, L, V, n_ctx), RATIO,
            derive=lambda *x: _over_total(model_full(x[0], x[1]), _total_lines(*x)), source=GPT2),
    Formula("embeddings.total_over_textbook", lambda *x: quotient(total(*x), model_full(x[0], x[1])),
            (h, L, V, n_ctx), NUMBER,
            derive=lambda *x: _over_textbook(_total_lines(*x), model_full(x[0], x[1])), source=GPT2),
    Formula("embeddings.lora_of_total", lambda *x: quotient(model_lora(x[0], x[1], x[4]), total(*x[:4])),
            (h, L, V, n_ctx, r), RATIO,
            derive=lambda *x: _over_total(model_lora(x[0], x[1], x[4]), _total_lines(*x[:4])), source=GPT2),
    Formula("gated.model_total", gated_total, (h, h_kv, f, L, V), PARAMETERS,
            derive=lambda *x: steps(*_gated_total_lines(*x)), source=f"{GATED}; {LLAMA}"),
    Formula("gated.lora_of_total",
            lambda *x: quotient(x[3] * total_lora(gated_layer(*x[:3]), x[5]), gated_total(*x[:5])),
            (h, h_kv, f, L, V, r), RATIO,
            derive=lambda *x: _over_total(x[3] * total_lora(gated_layer(*x[:3]), x[5]), _gated_total_lines(*x[:5])),
            source=f"{GATED}; {LLAMA}"),
    Formula("gated.total_over_textbook", lambda *x: quotient(gated_total(*x), model_full(x[0], x[3])),
            (h, h_kv, f, L, V), NUMBER,
            derive=lambda *x: _over_textbook(_gated_total_lines(*x), model_full(x[0], x[3])),
            source=f"{GATED}; {LLAMA}"),
    Formula("embeddings.gated_share", lambda *x: quotient(gated_embeddings(x[0], x[4]), gated_total(*x)),
            (h, h_kv, f, L, V), RATIO,
            derive=lambda *x: _over_total(gated_embeddings(x[0], x[4]), _gated_total_lines(*x)), source=LLAMA),
)
