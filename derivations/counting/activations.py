"""What a training step keeps for its backward pass: the tensors that autograd saves, in bytes.

Modelled is a decoder layer of Llama's kind (RMS norms, q, k, v and an output projection, a gated MLP), as the field's
library runs it. Every size may be an integer or an expression. Saved are, of each token:

norms        the input in float32 and the inverse root of its mean square; where the scale trains, the scaled row too
inputs       what a Linear multiplies, only where something trains on it. Linears of one input share it; an adapter of
             another type than the layer's computes on a copy of its own
ranks        what A gives to B
attention    q, k, v and the result; the weights of all pairs of tokens where the kernel keeps them ("eager")
mlp          gate, its activation, and up: the product's derivative needs them, whether or not a weight there trains

Not counted are what lives only for a moment (gradients of activations, workspaces), fragmentation, and the copies of
weights that autocast makes. Sources: torch's saved tensors, measured (tests/counting/data/activations.json); for the
terms, Korthikanti et al. 2022 (arXiv 2205.05198), section 4.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    head_norms: bool = False

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
    compute_bytes: int = 2
    adapter_bytes: int = 4
    copies: bool = True
    eager: bool = False
    checkpointing: bool = False

    @property
    def tokens(self) -> Scalar:
        """Batch times length."""
        return self.batch * self.length


def norm(size: Scalar, step: Step, rows: Scalar = 1) -> Scalar:
    """Give the bytes a token of an RMS norm over `rows` rows of `size` numbers."""
    scaled = step.compute_bytes * size if step.adapted is None else 0
    return rows * (FLOAT32 * size + FLOAT32 + scaled)


def norms(shape: Shape, step: Step) -> Scalar:
    """Give the bytes a token of a layer's norms."""
    heads = shape.num_attention_heads + shape.num_key_value_heads if shape.head_norms else 0
    return shape.norms * norm(shape.hidden_size, step) + norm(shape.head_dim, step, heads)


def inputs(shape: Shape, step: Step) -> Scalar:
    """Give the bytes a token of what a layer's Linears and adapters multiply.

    The output projection's input is the fused kernel's result, which attention has saved already.
    """
    sizes = (shape.hidden_size, shape.query_size, shape.hidden_size, shape.intermediate_size)
    total: Scalar = 0
    for names, size in zip(SHARED, sizes, strict=True):
        adapted = len(names) if step.adapted is None else sum(name in step.adapted for name in names)
        if step.adapted is not None and step.copies:
            total += adapted * step.adapter_bytes * size
        elif adapted and (step.eager or names != ("o_proj",)):
            total += step.compute_bytes * size
    return total


def ranks(step: Step) -> Scalar:
    """Give the bytes a token of what each A of a layer gives to its B."""
    return step.adapter_bytes * step.rank * len(step.adapted or ())


def attention(shape: Shape, step: Step) -> Scalar:
    """Give the bytes a token of a layer's attention, between its projections."""
    heads, q, kv, each = shape.num_attention_heads, shape.query_size, shape.key_value_size, step.compute_bytes
    if step.eager:      # k and v are repeated for every head; the weights are in float32, and again as they multiply
        weights = FLOAT32 + (each if each != FLOAT32 else 0)
        return 3 * each * q + weights * heads * step.length
    return each * (2 * q + 2 * kv) + FLOAT32 * heads


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
    trained = step.compute_bytes * shape.hidden_size + LABEL if step.adapted is None else 0
    return step.tokens * (norm(shape.hidden_size, step) + LABEL + trained) + FLOAT32


def positions(shape: Shape, step: Step) -> Scalar:
    """Give the bytes of the rotations by position, which all layers share: a cosine and a sine."""
    return 2 * step.compute_bytes * step.length * shape.head_dim


def layers(shape: Shape, step: Step) -> Scalar:
    """Give the bytes of all layers at the moment that has most: with checkpointing, when one of them is made anew.

    Where only adapters train, nothing is saved before the first of them: not the first layer's first norm, nor its
    attention where no projection there is adapted.
    """
    if step.checkpointing:
        inputs_kept = step.compute_bytes * step.tokens * shape.hidden_size * shape.num_hidden_layers
        return inputs_kept + layer(shape, step)
    return shape.num_hidden_layers * layer(shape, step) - step.tokens * _before_the_first(shape, step)


def _before_the_first(shape: Shape, step: Step) -> Scalar:
    if step.adapted is None:
        return 0
    if step.adapted.isdisjoint(SHARED[0] + SHARED[1]):
        return norms(shape, step) + attention(shape, step)
    first = norm(shape.hidden_size, step)
    if "k_proj" not in step.adapted:        # queries are kept for the gradient of the keys, which have none there
        first += step.compute_bytes * shape.query_size if step.eager else 0
        first += norm(shape.head_dim, step, shape.num_key_value_heads) if shape.head_norms else 0
    return first


def saved(shape: Shape, step: Step) -> Scalar:
    """Give the bytes of all that a step keeps for its backward pass."""
    return layers(shape, step) + positions(shape, step) + around(shape, step) + logits(shape, step)
