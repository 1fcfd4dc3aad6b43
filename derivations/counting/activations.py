"""What a training step keeps for its backward pass, and the most that lies in memory beside the model's state.

Modelled is a decoder layer of Llama's kind (RMS norms, q, k, v and an output projection, a gated MLP), as the field's
library runs it, and what other kinds have otherwise is a row of numbers (`Block`). Every size may be an integer or an
expression. Saved are, of each token:

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

from dataclasses import dataclass, replace
from typing import NamedTuple

from derivations.counting.choice import below, choose, larger
from derivations.exact.quotient import Scalar

FLOAT32 = 4
"""Bytes of what the library computes in float32 whatever the model's type: norms, softmax, logits."""
LABEL = 8
"""Bytes of a token's number."""

SHARED = (("q_proj", "k_proj", "v_proj"), ("o_proj",), ("gate_proj", "up_proj"), ("down_proj",))
"""The Linears of a layer, those of one input together."""
LINEARS = tuple(name for group in SHARED for name in group)


STANDS_FOR = {
    "q_proj": ("self_attn.q_proj", "self_attn.qkv_proj", "attn.c_attn", "attention.query_key_value"),
    "k_proj": ("self_attn.k_proj",),
    "v_proj": ("self_attn.v_proj",),
    "o_proj": ("self_attn.o_proj", "self_attn.dense", "self_attn.out_proj", "attn.c_proj", "attention.dense"),
    "gate_proj": ("mlp.gate_proj", "mlp.gate_up_proj", "mlp.experts.*.gate_proj", "block_sparse_moe.experts.*.w1"),
    "up_proj": ("mlp.up_proj", "mlp.fc1", "fc1", "mlp.c_fc", "mlp.dense_h_to_4h", "mlp.experts.*.up_proj",
                "block_sparse_moe.experts.*.w3"),
    "down_proj": ("mlp.down_proj", "mlp.fc2", "fc2", "mlp.c_proj", "mlp.dense_4h_to_h", "mlp.experts.*.down_proj",
                  "block_sparse_moe.experts.*.w2"),
    "expert_gate_up": ("mlp.experts.gate_up_proj",),
    "expert_down": ("mlp.experts.down_proj",),
}
"""What families call the Linears of a layer; a fused one stands in the place of its first. Last, 3-D parameters."""


class Block(NamedTuple):
    """What a kind of layer has otherwise than Llama's: counts, and flags that are 0 or 1.

    norms, norm_inputs   norms over the hidden size, and how many inputs they have
    entries, exits   how many of them have the layer's own input, and how many what the MLP gives
    layer_norm       norms keep their input as it is, a mean and a deviation, and no scaled row
    wide_scale       the scaled row of an RMS norm is in float32
    head_norms       each head of q and of k has a norm
    fused, whole     q, k and v are one Linear; its result is kept whole beside the rotated q and k
    rotary           positions are rotations
    own_rotations    each text has its own: a number counts time, another height, another width
    apart            the output projection reads a copy of what a fused kernel gives
    parallel, one_input   attention and MLP stand side by side; and read the same row
    width            how many rows as wide as the MLP are kept beside what its last Linear reads
    reads_kept       that Linear reads one of these, as after a ReLU
    narrow_softmax   eager weights of pairs are kept once, in the layer's type
    capped, capped_logits   eager scores are capped by a tanh, and so are logits
    sinks            eager weights have a column more, and the place of each row's largest
    routed, looped   a token goes to several experts; which run one by one, as in version 4 of the library
    chosen_alone     a router's probabilities are of the chosen experts, in the layer's type
    wide_routes      what weighs an expert's result is in float32
    """

    norms: Scalar = 2
    norm_inputs: Scalar = 2
    entries: Scalar = 1
    exits: Scalar = 0
    layer_norm: Scalar = 0
    wide_scale: Scalar = 0
    head_norms: Scalar = 0
    fused: Scalar = 0
    whole: Scalar = 0
    rotary: Scalar = 1
    own_rotations: Scalar = 0
    apart: Scalar = 0
    parallel: Scalar = 0
    one_input: Scalar = 0
    width: Scalar = 3
    reads_kept: Scalar = 0
    narrow_softmax: Scalar = 0
    capped: Scalar = 0
    capped_logits: Scalar = 0
    sinks: Scalar = 0
    routed: Scalar = 0
    looped: Scalar = 0
    chosen_alone: Scalar = 0
    wide_routes: Scalar = 0


LLAMA = Block()
BLOCKS = {
    **dict.fromkeys(("llama", "mistral", "qwen2", "granite", "smollm3", "ministral3", "ministral", "cwm", "iquestcoder",
                     "seed_oss"), LLAMA),
    **dict.fromkeys(("qwen2_vl_text", "qwen2_5_vl_text", "qwen2_5_omni_text"), Block(own_rotations=1)),
    **dict.fromkeys(("qwen3", "hunyuan_v1_dense"), Block(head_norms=1)),
    "exaone4": Block(entries=0, exits=1, head_norms=1),
    "arcee": Block(width=1),
    "nemotron": Block(layer_norm=1, width=1, apart=1),
    "biogpt": Block(layer_norm=1, width=1, rotary=0, narrow_softmax=1),
    "qwen3_vl_text": Block(own_rotations=1, head_norms=1),
    "gemma": Block(wide_scale=1),
    "gemma2": Block(norms=4, norm_inputs=4, exits=1, wide_scale=1, capped=1, capped_logits=1),
    "gemma3_text": Block(norms=4, norm_inputs=4, exits=1, wide_scale=1, head_norms=1),
    **dict.fromkeys(("olmo2", "olmo3"), Block(entries=0, exits=1, wide_scale=1, head_norms=1)),
    "phi3": Block(fused=1, whole=1, apart=1),
    "gpt2": Block(layer_norm=1, width=4, fused=1, rotary=0, narrow_softmax=1),
    "gpt_neox": Block(norm_inputs=1, entries=2, layer_norm=1, width=1, fused=1, whole=1, apart=1, parallel=1),
    "phi": Block(norms=1, norm_inputs=1, layer_norm=1, width=4, apart=1, parallel=1, one_input=1),
    "opt": Block(layer_norm=1, width=1, rotary=0, reads_kept=1),
    "starcoder2": Block(layer_norm=1, width=1),
    "stablelm": Block(layer_norm=1, apart=1),
    "mixtral": Block(routed=1, wide_routes=1),
    "qwen3_moe": Block(head_norms=1, routed=1),
    "qwen3_vl_moe_text": Block(own_rotations=1, head_norms=1, routed=1),
    "olmoe": Block(head_norms=1, routed=1),
    "gpt_oss": Block(wide_scale=1, width=6, narrow_softmax=1, sinks=1, routed=1, chosen_alone=1),
}
"""The kinds of layers, by family."""
WITHIN = {"gemma": "0.3", "gemma2": "0.3", "gemma3_text": "0.6", "olmo2": "0.5", "olmo3": "0.2", "ministral3": "0.02",
          "olmoe": "0.8", "gpt_oss": "0.6", "gpt2": "0.01", "gpt_neox": "0.5", "phi": "0.2", "opt": "0.1",
          "stablelm": "0.3", "nemotron": "0.3", "biogpt": "0.02"}
"""How far off, in percent, what was measured of small models is at the most; families that aren't here are exact."""


@dataclass(frozen=True)
class Shape:
    """The sizes of a model that bear on what is saved, as in the field's configurations, and its kind of layer."""

    hidden_size: Scalar
    intermediate_size: Scalar
    num_hidden_layers: Scalar
    num_attention_heads: Scalar
    num_key_value_heads: Scalar
    head_dim: Scalar
    vocab_size: Scalar
    block: Block = LLAMA
    num_experts: Scalar = 0
    num_experts_per_tok: Scalar = 1

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
    adapted         the Linears that have a pair, by their last name; None where every weight trains. Those of the
                    first layer that has any; `others` says how many layers above have which, if not the same
    below           how many layers are below it: they keep nothing
    rank            of every pair
    compute_bytes   of a number that the layers compute with
    adapter_bytes   of a number that the adapters compute with
    copies          whether each adapter computes on a copy of its input: where its type isn't the layers'
    eager           whether attention keeps the weights of all pairs of tokens; a fused kernel makes them anew
    checkpointing   whether only the input of each layer is kept, and the rest made anew, a layer at a time
    merged          bytes of a layer's 3-D parameters with their pairs added, which are kept beside them
    unmerged        those of them that the first layer doesn't keep, where only its experts are adapted
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
    merged: Scalar = 0
    unmerged: Scalar = 0
    below: Scalar = 0
    others: tuple[tuple[frozenset[str], int], ...] = ()

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


def norm(size: Scalar, step: Step, block: Block, rows: Scalar = 1) -> Scalar:
    """Give the bytes a token of a norm over `rows` rows of `size` numbers."""
    scaled = choose(step.full, choose(block.wide_scale, FLOAT32, step.compute_bytes) * size)
    rms = rows * (FLOAT32 * size + FLOAT32 + scaled)
    return choose(block.layer_norm, rows * step.compute_bytes * (size + 2), rms)


def norms(shape: Shape, step: Step) -> Scalar:
    """Give the bytes a token of a layer's norms."""
    heads, block = shape.num_attention_heads + shape.num_key_value_heads, shape.block
    each = norm(shape.hidden_size, step, block)
    again = step.compute_bytes * shape.hidden_size * (block.norms - block.norm_inputs)
    return block.norms * each - again + choose(block.head_norms, norm(shape.head_dim, step, block, heads))


def inputs(shape: Shape, step: Step) -> Scalar:
    """Give the bytes a token of what a layer's Linears and adapters multiply.

    The output projection's input is the fused kernel's result, which attention has saved already, or a copy of it.
    """
    block, times = shape.block, shape.num_experts_per_tok
    sizes = (shape.hidden_size, shape.query_size, times * shape.hidden_size, times * shape.intermediate_size)
    total: Scalar = choose(block.routed, step.compute_bytes * (
        choose(step.full, shape.hidden_size) + choose(step.full, 0, step.pairs("expert_gate_up") * sizes[2])
        + choose(step.full, 0, step.pairs("expert_down") * sizes[3])))
    for names, size in zip(SHARED, sizes, strict=True):
        shared = choose(step.pairs(*names), step.compute_bytes * size)
        if names == ("o_proj",):
            shared = choose(step.eager, shared, choose(block.apart, shared))
        if names == ("gate_proj", "up_proj"):
            shared = choose(block.one_input, choose(step.pairs(*SHARED[0]), 0, shared), shared)
        if names == ("down_proj",):
            shared = choose(block.reads_kept, 0, shared)
        copied = choose(step.full, shared, step.pairs(*names) * step.adapter_bytes * size)
        total += choose(step.copies, copied, shared)
    return total


def ranks(shape: Shape, step: Step) -> Scalar:
    """Give the bytes a token of what each A of a layer gives to its B."""
    pairs = step.pairs(*SHARED[0], *SHARED[1]) + shape.num_experts_per_tok * step.pairs(*SHARED[2], *SHARED[3])
    return choose(step.full, 0, step.adapter_bytes * step.rank * pairs)


def attention(shape: Shape, step: Step) -> Scalar:
    """Give the bytes a token of a layer's attention, between its projections.

    Eager, k and v are repeated for every head; the weights are in float32, and again as they multiply.
    """
    heads, q, kv, each = shape.num_attention_heads, shape.query_size, shape.key_value_size, step.compute_bytes
    twice = FLOAT32 + choose(each - FLOAT32, each) + choose(shape.block.capped, each)
    weights = choose(shape.block.narrow_softmax, each, twice)
    eager = 3 * each * q + weights * heads * step.length + choose(shape.block.sinks, heads * (each + LABEL))
    whole = choose(shape.block.whole, each * (q + kv))
    return choose(step.eager, eager, each * (2 * q + 2 * kv) + FLOAT32 * heads + whole)


def mlp(shape: Shape, step: Step) -> Scalar:
    """Give the bytes a token of a layer's product or activation."""
    return shape.block.width * step.compute_bytes * shape.num_experts_per_tok * shape.intermediate_size


def probabilities(shape: Shape, step: Step) -> Scalar:
    """Give the bytes a token of what a router's choice is made of."""
    times = shape.num_experts_per_tok
    return choose(shape.block.chosen_alone, step.compute_bytes * times, FLOAT32 * (shape.num_experts + times + 1))


def results(shape: Shape, step: Step) -> Scalar:
    """Give the bytes a token of what the experts give: kept for the weights that they are multiplied by."""
    return step.compute_bytes * shape.num_experts_per_tok * shape.hidden_size


def routes(shape: Shape, step: Step) -> Scalar:
    """Give the bytes a token of a router's choice, of the experts' results, and of the places of their rows.

    Experts that run at once keep three orders of all rows; one by one, two numbers for each, and the results again.
    """
    block, times, each = shape.block, shape.num_experts_per_tok, step.compute_bytes
    weights = choose(block.looped, each, choose(block.wide_routes, FLOAT32, each))
    biased = choose(block.chosen_alone, choose(step.full, LABEL))
    again = choose(block.looped, results(shape, step))
    places = LABEL * choose(block.looped, 3, 4)
    return choose(block.routed, probabilities(shape, step) + results(shape, step) + again
                  + times * (weights + biased + places))


def layer(shape: Shape, step: Step) -> Scalar:
    """Give the bytes of one layer."""
    ends = choose(shape.block.routed, choose(shape.block.looped, 0, FLOAT32 * shape.num_experts))
    return ends + step.merged + step.tokens * (
        norms(shape, step) + inputs(shape, step) + ranks(shape, step) + attention(shape, step) + mlp(shape, step)
        + routes(shape, step))


def logits(shape: Shape, step: Step) -> Scalar:
    """Give the bytes of the logarithms of all probabilities, in float32: batch times length times vocabulary."""
    kept = FLOAT32 * step.tokens * shape.vocab_size
    return kept + choose(shape.block.capped_logits, step.compute_bytes * step.tokens * shape.vocab_size)


def around(shape: Shape, step: Step) -> Scalar:
    """Give the bytes of what stands around the layers, the logits apart: last norm, head, labels, the mean's count."""
    trained = choose(step.full, step.compute_bytes * shape.hidden_size + LABEL)
    return step.tokens * (norm(shape.hidden_size, step, shape.block) + LABEL + trained) + FLOAT32


def positions(shape: Shape, step: Step) -> Scalar:
    """Give the bytes of the rotations by position, which all layers share: a cosine and a sine."""
    texts = choose(shape.block.own_rotations, step.batch, 1)
    return choose(shape.block.rotary, 2 * step.compute_bytes * texts * step.length * shape.head_dim)


def layers(shape: Shape, step: Step) -> Scalar:
    """Give the bytes of all layers: of each its tensors, or with checkpointing its input alone.

    Where only adapters train, nothing is saved before the first of them: not the first layer's first norm, nor its
    attention where no projection there is adapted.
    """
    entries = step.compute_bytes * step.tokens * shape.hidden_size * shape.num_hidden_layers
    alike = shape.num_hidden_layers - step.below - sum(count for _, count in step.others)
    everything = alike * layer(shape, step) - step.tokens * _before_the_first(shape, step)
    everything += sum(count * layer(shape, replace(step, adapted=names)) for names, count in step.others)
    attended = step.pairs(*SHARED[0], *SHARED[1])
    return choose(step.checkpointing, entries, everything - choose(attended, 0, step.unmerged))


def _before_the_first(shape: Shape, step: Step) -> Scalar:
    """Give what isn't saved; where k has no pair, neither are queries, kept for the gradient of keys that need none."""
    block = shape.block
    queries = choose(step.eager, step.compute_bytes * shape.query_size)
    keys = choose(block.head_norms, norm(shape.head_dim, step, block, shape.num_key_value_heads))
    entry = block.entries * norm(shape.hidden_size, step, block)
    again = choose(below(block.norm_inputs, block.entries), step.compute_bytes * shape.hidden_size)
    k_adapted = choose(block.fused, step.pairs("q_proj"), step.pairs("k_proj"))
    beside = choose(block.parallel, choose(step.pairs(*SHARED[2], *SHARED[3]), 0, mlp(shape, step)))
    first = entry - again + choose(k_adapted, 0, queries + keys) + beside
    mlps_own = norms(shape, step) - block.exits * norm(shape.hidden_size, step, block) + attention(shape, step)
    row = step.compute_bytes * shape.num_experts_per_tok * shape.intermediate_size
    one_of_two = choose(step.pairs("gate_proj"), choose(step.pairs("up_proj"), 0, row), 2 * row)
    gated = below(2, block.width) * below(block.width, 4) * (1 - block.fused)
    reached = step.pairs(*SHARED[2], "expert_gate_up")
    mlps_own += choose(reached, choose(step.pairs(*SHARED[2]), choose(gated, one_of_two)), mlp(shape, step))
    mlps_own += choose(block.routed, probabilities(shape, step) + results(shape, step)
                       + LABEL * shape.num_experts_per_tok * choose(block.looped, 1, 3))
    return choose(step.full, 0, choose(step.pairs(*SHARED[0], *SHARED[1]), first, mlps_own))


def saved(shape: Shape, step: Step) -> Scalar:
    """Give the bytes of all that a step's forward pass keeps for its backward pass."""
    return layers(shape, step) + positions(shape, step) + around(shape, step) + logits(shape, step)


def gradients_of_logits(shape: Shape, step: Step) -> Scalar:
    """Give the bytes of the two gradients that lie beside the logarithms at the loss: of these, and of the logits."""
    return 2 * FLOAT32 * step.tokens * shape.vocab_size


def gradients_in_a_layer(shape: Shape, step: Step) -> Scalar:
    """Give the bytes of the gradients that lie there at once in a layer: of a product and its factors, or of attention.

    Where adapters compute on copies, one of them and its gradient are in float32.
    """
    times, each = shape.num_experts_per_tok, step.compute_bytes
    hidden, width = times * shape.hidden_size, times * shape.intermediate_size
    gated = choose(step.pairs(*SHARED[3]), 2 * width + hidden, 3 * width)
    factors = choose(below(shape.block.width, 3), 2 * width + hidden, gated)
    product = each * factors + choose(step.copies, choose(step.pairs(*SHARED[3]), FLOAT32 * (width + hidden)))
    weights = FLOAT32 * shape.num_attention_heads * step.length + 3 * each * shape.query_size
    return step.tokens * choose(step.eager, larger(product, weights), product)
