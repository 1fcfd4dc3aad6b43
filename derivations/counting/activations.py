"""What a training step keeps for its backward pass, and the most that lies in memory beside the model's state.

Modelled is a decoder layer of Llama's kind (RMS norms, q, k, v and an output projection, a gated MLP), as the field's
library runs it. Every size may be an integer or an expression. Saved are, of each token:

norms        the input in float32 and the inverse root of its mean square; where the scale trains, the scaled row too
inputs       what a Linear multiplies, only where something trains on it. Linears of one input share it; an adapter of
             another type than the layer's computes on a copy of its own
ranks        what A gives to B
attention    q, k, v and the result; the weights of all pairs of tokens where the kernel keeps them ("eager")
mlp          gate, its activation, and up: the product's derivative needs them, whether or not a weight there trains

A step has two moments that may be its peak. At the *loss* all layers' tensors lie there, and the logits three times:
their logarithms, which are saved, the gradient of these, and that of the logits, all in float32. With checkpointing the
other is in a *layer* that is made anew and gone back through. Sources: torch's saved tensors and allocations, measured
(tests/counting/data/activations.json, peaks.json); for the terms, Korthikanti et al. 2022 (arXiv 2205.05198), section
4.
"""

from __future__ import annotations

from dataclasses import dataclass

from derivations.counting.choice import choose, larger
from derivations.exact.quotient import Scalar

FLOAT32 = 4
"""Bytes of what the library computes in float32 whatever the model's type: norms, softmax, logits."""
LABEL = 8
"""Bytes of a token's number."""

SHARED = (("q_proj", "k_proj", "v_proj"), ("o_proj",), ("gate_proj", "up_proj"), ("down_proj",))
"""The Linears of a layer, those of one input together."""
LINEARS = tuple(name for group in SHARED for name in group)


@dataclass(frozen=True)
class Shape:
    """The sizes of a model that bear on what is saved.

    hidden_size, intermediate_size, num_hidden_layers, num_attention_heads, num_key_value_heads, head_dim, vocab_size
    as in the field's configurations; each head of q and of k has a norm of its own where `head_norms` says so.
    """

    hidden_size: Scalar
    intermediate_size: Scalar
    num_hidden_layers: Scalar
    num_attention_heads: Scalar
    num_key_value_heads: Scalar
    head_dim: Scalar
    vocab_size: Scalar
    norms: int = 2
    head_norms: Scalar = False

    @property
    def query_size(self) -> Scalar:
        """The numbers that a token's queries have, all heads together."""
        return self.num_attention_heads * self.head_dim

    @property
    def key_value_size(self) -> Scalar:
        """The numbers that a token's keys have, all heads together; its values have as many."""
        return self.num_key_value_heads * self.head_dim


@dataclass(frozen=True)
class Step:
    """How a training step is run.

    batch, length   how many texts, of how many tokens each
    adapted         the Linears that have a pair, by their last name; None where every weight trains
    rank            of every pair
    compute_bytes   of a number that the layers compute with
    adapter_bytes   of a number that the adapters compute with
    copies          whether each adapter computes on a copy of its input: where its type isn't the layers'
    eager           whether attention keeps the weights of all pairs of tokens; a fused kernel makes them anew
    checkpointing   whether only the input of each layer is kept, and the rest made anew, a layer at a time
    """

    batch: Scalar
    length: Scalar
    adapted: frozenset[str] | None = None
    rank: Scalar = 0
    compute_bytes: Scalar = 2
    adapter_bytes: Scalar = 4
    copies: Scalar = True
    eager: Scalar = False
    checkpointing: Scalar = False

    @property
    def full(self) -> Scalar:
        """Whether every weight trains."""
        return self.adapted is None

    def pairs(self, *names: str) -> Scalar:
        """Give how many of these Linears train, by a pair or as a whole."""
        return len(names) if self.adapted is None else sum(name in self.adapted for name in names)

    @property
    def tokens(self) -> Scalar:
        """Batch times length."""
        return self.batch * self.length


def norm(size: Scalar, step: Step, rows: Scalar = 1) -> Scalar:
    """Give the bytes a token of an RMS norm over `rows` rows of `size` numbers."""
    return rows * (FLOAT32 * size + FLOAT32 + choose(step.full, step.compute_bytes * size))


def norms(shape: Shape, step: Step) -> Scalar:
    """Give the bytes a token of a layer's norms."""
    heads = shape.num_attention_heads + shape.num_key_value_heads
    return shape.norms * norm(shape.hidden_size, step) + choose(shape.head_norms, norm(shape.head_dim, step, heads))


def inputs(shape: Shape, step: Step) -> Scalar:
    """Give the bytes a token of what a layer's Linears and adapters multiply.

    The output projection's input is the fused kernel's result, which attention has saved already.
    """
    sizes = (shape.hidden_size, shape.query_size, shape.hidden_size, shape.intermediate_size)
    total: Scalar = 0
    for names, size in zip(SHARED, sizes, strict=True):
        shared = choose(step.pairs(*names), step.compute_bytes * size)
        if names == ("o_proj",):
            shared = choose(step.eager, shared)
        copied = choose(step.full, shared, step.pairs(*names) * step.adapter_bytes * size)
        total += choose(step.copies, copied, shared)
    return total


def ranks(step: Step) -> Scalar:
    """Give the bytes a token of what each A of a layer gives to its B."""
    return choose(step.full, 0, step.adapter_bytes * step.rank * step.pairs(*LINEARS))


def attention(shape: Shape, step: Step) -> Scalar:
    """Give the bytes a token of a layer's attention, between its projections.

    Eager, k and v are repeated for every head; the weights are in float32, and again as they multiply.
    """
    heads, q, kv, each = shape.num_attention_heads, shape.query_size, shape.key_value_size, step.compute_bytes
    weights = FLOAT32 + choose(each - FLOAT32, each)
    return choose(step.eager, 3 * each * q + weights * heads * step.length, each * (2 * q + 2 * kv) + FLOAT32 * heads)


def mlp(shape: Shape, step: Step) -> Scalar:
    """Give the bytes a token of a layer's gated product."""
    return 3 * step.compute_bytes * shape.intermediate_size


def layer(shape: Shape, step: Step) -> Scalar:
    """Give the bytes of one layer."""
    return step.tokens * (norms(shape, step) + inputs(shape, step) + ranks(step) + attention(shape, step)
                          + mlp(shape, step))


def logits(shape: Shape, step: Step) -> Scalar:
    """Give the bytes of the logarithms of all probabilities, in float32: batch times length times vocabulary."""
    return FLOAT32 * step.tokens * shape.vocab_size


def around(shape: Shape, step: Step) -> Scalar:
    """Give the bytes of what stands around the layers, the logits apart: last norm, head, labels, the mean's count."""
    trained = choose(step.full, step.compute_bytes * shape.hidden_size + LABEL)
    return step.tokens * (norm(shape.hidden_size, step) + LABEL + trained) + FLOAT32


def positions(shape: Shape, step: Step) -> Scalar:
    """Give the bytes of the rotations by position, which all layers share: a cosine and a sine."""
    return 2 * step.compute_bytes * step.length * shape.head_dim


def layers(shape: Shape, step: Step) -> Scalar:
    """Give the bytes of all layers: of each its tensors, or with checkpointing its input alone.

    Where only adapters train, nothing is saved before the first of them: not the first layer's first norm, nor its
    attention where no projection there is adapted.
    """
    entries = step.compute_bytes * step.tokens * shape.hidden_size * shape.num_hidden_layers
    everything = shape.num_hidden_layers * layer(shape, step) - step.tokens * _before_the_first(shape, step)
    return choose(step.checkpointing, entries, everything)


def _before_the_first(shape: Shape, step: Step) -> Scalar:
    """Give what isn't saved; where k has no pair, neither are queries, kept for the gradient of keys that need none."""
    queries = choose(step.eager, step.compute_bytes * shape.query_size)
    keys = choose(shape.head_norms, norm(shape.head_dim, step, shape.num_key_value_heads))
    first = norm(shape.hidden_size, step) + choose(step.pairs("k_proj"), 0, queries + keys)
    reached = step.pairs(*SHARED[0], *SHARED[1])
    return choose(step.full, 0, choose(reached, first, norms(shape, step) + attention(shape, step)))


def saved(shape: Shape, step: Step) -> Scalar:
    """Give the bytes of all that a step's forward pass keeps for its backward pass."""
    return layers(shape, step) + positions(shape, step) + around(shape, step) + logits(shape, step)


def gradients_of_logits(shape: Shape, step: Step) -> Scalar:
    """Give the bytes of the two gradients that lie beside the logarithms at the loss: of these, and of the logits."""
    return 2 * logits(shape, step)


def gradients_in_a_layer(shape: Shape, step: Step) -> Scalar:
    """Give the bytes of the gradients that lie there at once in a layer: of a product and its factors, or of attention.

    Where adapters compute on copies, one of them and its gradient are in float32.
    """
    hidden, width, each = shape.hidden_size, shape.intermediate_size, step.compute_bytes
    factors = choose(step.pairs(*SHARED[3]), 2 * width + hidden, 3 * width)
    product = each * factors + choose(step.copies, choose(step.pairs(*SHARED[3]), FLOAT32 * (width + hidden)))
    weights = FLOAT32 * shape.num_attention_heads * step.length + 3 * each * shape.query_size
    return step.tokens * choose(step.eager, larger(product, weights), product)
