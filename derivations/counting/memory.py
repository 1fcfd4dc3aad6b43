"""Will it fit: the memory of a training step, term by term, and the largest batch or length that a card holds.

Each term says how it is known. *exact*: the bytes of tensors that exist while a step runs. *modelled*: a formula held
to what torch really saved and to peaks of real steps (`activations`). What is not counted is named. The terms are
functions of numbers, which may be symbols: `rules` exports them so. Sources: block sizes of 4-bit bases, Dettmers
et al. 2023 (arXiv 2305.14314), section 3; 8-bit moments, Dettmers et al. 2022 (arXiv 2110.02861).
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from derivations.counting import activations
from derivations.counting.activations import BLOCKS, STANDS_FOR, WITHIN, Shape, Step
from derivations.counting.architecture.decoder import packed, total
from derivations.counting.choice import below, choose, pieces
from derivations.counting.configuration import MOST_LAYERS_APART, Configuration
from derivations.counting.count import adapted, count_configuration
from derivations.counting.linear import full as weights_of
from derivations.counting.linear import lora
from derivations.counting.place import Place
from derivations.counting.question import APART, FUSED, Question
from derivations.counting.refusal import LARGEST, Refusal, is_whole
from derivations.counting.setup import MOMENTS, TYPES, Setup
from derivations.counting.stacked import how_held
from derivations.exact.quotient import Scalar

__all__ = ["Account", "Card", "Setup", "Term"]

EXACT, MODELLED = "exact", "modelled"

MOST_GIB = 10**6

BLOCK, OUTER_BLOCK = 64, 256
"""How many 4-bit numbers share a scale; how many scales share one, where they are quantized as well."""
MOMENT_BLOCK, SMALLEST_QUANTIZED = 256, 4096
"""How many 8-bit moments share a scale; a tensor of fewer numbers keeps its moments in float32."""

NOT_COUNTED = (
    "what dropout keeps, also LoRA's own",
    "workspaces and copies of a moment inside a kernel, dequantized weights among them",
    "fragmentation of the allocator", "the driver's own memory",
    "tables of quantization codes, about a kilobyte a matrix",
)
UNACCOUNTED = ("layer_replication", "dora", "lora_bias", "modules_to_save", "trainable_token_indices", "num_labels")
"""What else of a question changes what a step takes."""


class Term(NamedTuple):
    """One term of the account: its name, its bytes, how it is known ("exact", "modelled"), and its key."""

    name: str
    bytes: int
    kind: str
    key: str


class Account(NamedTuple):
    """The answer: the terms in order, what is left out, and what the reader should know."""

    model: str
    terms: tuple[Term, ...]
    notes: tuple[str, ...]
    not_counted: tuple[str, ...] = NOT_COUNTED

    @property
    def total(self) -> int:
        """The bytes of all terms."""
        return sum(term.bytes for term in self.terms)

    def as_json(self) -> dict[str, Any]:
        """Give the account as plain data."""
        return {"model": self.model, "terms": [term._asdict() for term in self.terms], "total": self.total,
                "not_counted": list(self.not_counted), "notes": list(self.notes)}


# The terms --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Numbers:
    """What the terms are functions of: sizes in bytes, counts, and flags, each a number or a symbol.

    base, compute, adapter   bytes of a number of the base (where it isn't quantized), of the layers, of the adapter
    quantized, full, master, casts, narrows   flags, as `Setup` says them
    moments, packed_moments  numbers that the optimizer keeps for each that is trained; whether they are in 8 bits
    parameters, trained      of the model, and of what trains
    in_blocks, packed        weights of the Linears in the layers, and their bytes in blocks
    in_8_bits                bytes of the trained tensors' moments in 8 bits
    """

    base: Scalar
    compute: Scalar
    adapter: Scalar
    quantized: Scalar
    full: Scalar
    master: Scalar
    casts: Scalar
    narrows: Scalar
    moments: Scalar
    packed_moments: Scalar
    parameters: Scalar
    trained: Scalar
    in_blocks: Scalar
    packed: Scalar
    in_8_bits: Scalar


class Sized(NamedTuple):
    """A term before it is written: its key, whether it is one at all, its bytes, and how they are known."""

    key: str
    applies: Scalar
    bytes: Scalar
    kind: str


def quantized(weights: Scalar, rows: Scalar, in_8: Scalar, double: Scalar) -> Scalar:
    """Give the bytes of a matrix of so many weights and so many rows, its scales included."""
    blocks = pieces(weights, BLOCK)
    scales = choose(double, blocks + 4 * pieces(blocks, OUTER_BLOCK), 4 * blocks)
    return choose(in_8, weights + 4 * rows, pieces(weights, 2) + scales)


def moments_in_8_bits(size: Scalar) -> Scalar:
    """Give the bytes of the two moments of a tensor of so many numbers."""
    packed = 2 * (size + 4 * pieces(size, MOMENT_BLOCK))
    return choose(below(size, SMALLEST_QUANTIZED), 2 * activations.FLOAT32 * size, packed)


def state(n: Numbers) -> Iterator[Sized]:
    """Give weights, gradients and the optimizer's state."""
    apart = 1 - n.full
    yield Sized("base", apart, choose(n.quantized, n.packed, n.parameters * n.base), EXACT)
    yield Sized("kept", choose(n.full, 0, n.quantized), (n.parameters - n.in_blocks) * n.compute, EXACT)
    each = choose(n.full, n.base, n.adapter)
    yield Sized("weights", 1, n.trained * each, EXACT)
    yield Sized("gradients", 1, n.trained * each, EXACT)
    wide = choose(n.full, choose(n.master, activations.FLOAT32, n.base), n.adapter)
    yield Sized("optimizer", 1, choose(n.packed_moments, n.in_8_bits, n.moments * wide * n.trained), EXACT)
    yield Sized("master", choose(n.full, n.master), activations.FLOAT32 * n.trained, EXACT)


def step_terms(n: Numbers, shape: Shape, step: Step) -> Iterator[Sized]:
    """Give what a step adds at its peak: at the loss, or with checkpointing in a layer where that is more."""
    logarithms, gradients = activations.logits(shape, step), activations.gradients_of_logits(shape, step)
    anew = activations.layer(shape, step) + activations.gradients_in_a_layer(shape, step)
    around = activations.around(shape, step)
    in_layer = choose(step.checkpointing, below(around + logarithms + gradients, anew))
    at_loss = 1 - in_layer
    copy = choose(step.checkpointing, 0, n.trained * n.compute)
    yield Sized("layers", 1, activations.layers(shape, step), MODELLED)
    yield Sized("copy", choose(n.narrows, 1 - step.checkpointing), copy, MODELLED)
    yield Sized("anew", in_layer, anew, MODELLED)
    yield Sized("around", 1, activations.positions(shape, step) + choose(in_layer, 0, around), MODELLED)
    yield Sized("logits", at_loss, logarithms, MODELLED)
    yield Sized("logit_gradients", at_loss, gradients, MODELLED)


def label(key: str, setup: Setup, layers: str) -> str:
    """Say what a term is."""
    of_adapter = "" if setup.full else " of the adapter"
    return {
        "base": f"base weights in {setup.base}" + ("" if setup.base in TYPES else ", scales included"),
        "kept": f"embeddings, head, norms, biases and 3-D parameters in {setup.computed}",
        "weights": f"weights in {setup.base}" if setup.full else f"adapter in {setup.adapter}",
        "gradients": f"gradients{of_adapter}",
        "optimizer": f"{setup.optimizer} state{of_adapter}",
        "master": "master copy in float32",
        "layers": f"inputs of {layers}" if setup.checkpointing else f"activations of {layers}",
        "copy": f"the adapter's copy in {setup.computed}, by autocast",
        "anew": "one layer made anew, and gradients in it",
        "around": "around the layers",
        "logits": "logits in float32, batch × length × vocabulary",
        "logit_gradients": "their two gradients",
    }[key]


def numbers_of(configuration: Configuration, question: Question, setup: Setup) -> Numbers:
    """Give the numbers that the terms depend on."""
    besides = [name for name in UNACCOUNTED if getattr(question, name)] + (["bias"] if question.bias != "none" else [])
    if besides:
        raise Refusal(f"{besides[0]}: what a step takes with it isn't accounted for")
    decoder = configuration.decoder
    parameters, trained, tensors = int(total(decoder)), 0, []
    in_blocks = bytes_in_blocks = 0
    if setup.full:
        trained, tensors = parameters, [(parameters, 1)]
    else:
        trained = count_configuration(configuration, question).trainable
        tensors = list(_pairs(adapted(decoder, question)[0]))
    n = setup.numbers
    if n["quantized"]:
        for layers, module in packed(decoder, fused=how_held(decoder, question) == FUSED):
            weights, matrices = int(weights_of(module.linear)), int(layers * module.count)
            in_blocks += weights * matrices
            bytes_in_blocks += matrices * int(quantized(weights, int(module.linear.out), n["in_8"], n["double"]))
    in_tensors = sum(size * count for size, count in tensors)
    in_8_bits = sum(moments_in_8_bits(size) * count for size, count in tensors)
    moments, packed_moments = MOMENTS[setup.optimizer]
    return Numbers(
        n["base"], n["compute"], n["adapter"], n["quantized"], setup.full, setup.master, n["casts"], n["narrows"],
        moments, packed_moments, parameters, trained, in_blocks, bytes_in_blocks,
        in_8_bits + 2 * activations.FLOAT32 * (trained - in_tensors))


def _pairs(chosen: list[Place]) -> Iterator[tuple[int, int]]:
    """List the tensors of pairs: numbers in one, how many of them."""
    for place in chosen:
        width, times = (len(place.experts), len(place.layers)) if place.fused else (1, place.count)
        yield width * place.rank * int(place.linear.in_), times
        yield width * place.rank * int(place.linear.out), times


class NotModelled(Refusal):
    """What a step keeps isn't known of such a model, or of such an adapter."""

    def __init__(self, why: str) -> None:
        super().__init__(f"activations and logits: {why}")


def text_of(configuration: Configuration) -> Configuration:
    """Give what a batch of text alone runs: of a whole its text, and else all of the model."""
    first = configuration.parts[0] if configuration.parts else None
    return text_of(first) if first else configuration


def shape_of(configuration: Configuration, *, looped: bool = False) -> Shape:
    """Give the sizes that activations depend on. Raises `NotModelled` where the layers aren't of a known kind."""
    text = text_of(configuration)
    kind, runs = text.model_type, text.decoder.runs
    why = ""
    if kind not in BLOCKS:
        why = ("it has two stacks, and only one length is asked for" if text.decoder.towers
               else "no layer of its kind was measured")
    elif BLOCKS[kind].routed and len(runs) > 1:
        why = "some of its layers have experts and others none"
    if why:
        raise NotModelled(f"not modelled for {kind}: {why}; they are for {', '.join(BLOCKS)}")
    d = configuration.dimensions
    block, width, chosen = BLOCKS[kind], d.intermediate_size, 1
    if block.routed:
        block, chosen, width = block._replace(looped=looped), d.num_experts_per_tok, runs[0].layer.experts[-1].in_
    return Shape(d.hidden_size, width, d.num_hidden_layers, d.num_attention_heads, d.num_key_value_heads, d.head_dim,
                 d.vocab_size, block, d.num_experts, chosen)


def step_of(configuration: Configuration, question: Question, setup: Setup) -> Step:
    """Give the step that a setup runs."""
    compute, adapter = setup.numbers["compute"], setup.numbers["adapter_computes"]
    step = Step(setup.batch, setup.length, None, question.rank, compute, adapter, setup.casts,
                setup.attention == "eager", setup.checkpointing)
    if setup.full:
        return step
    if question.rank_pattern:
        raise NotModelled("not modelled for pairs of several ranks")
    chosen = [place for place in adapted(configuration.decoder, question)[0] if _runs(configuration, place)]
    if not chosen:
        raise NotModelled("not modelled where nothing is adapted in the layers that run")
    depth = configuration.dimensions.num_hidden_layers
    if all(len(place.layers) == depth for place in chosen):
        first, named = 0, [_stand_for(place.name for place in chosen)]
    else:
        if depth > MOST_LAYERS_APART:
            raise Refusal(f"activations: layers that are adapted otherwise are looked at up to {MOST_LAYERS_APART:,}")
        first = min((number for place in chosen for number in place.layers), default=0)
        held = [(place.name, {*place.layers}) for place in chosen]
        named = [_stand_for(name for name, numbers in held if number in numbers) for number in range(first, depth)]
    others = Counter(one for one in named if one != named[0])
    solid = [len(place.experts) * compute * int(weights_of(place.linear)) for place in chosen if place.fused]
    cast = sum(len(place.experts) * compute * int(lora(place.linear, place.rank)) for place in chosen if place.fused)
    return replace(step, adapted=named[0], below=first, others=tuple(others.items()), unmerged=sum(solid[:1]),
                   merged=sum(solid) + (cast if setup.casts and not setup.narrows else 0))


def _runs(configuration: Configuration, place: Place) -> bool:
    """Whether a place is in layers that a batch of text alone runs, or is a table below them."""
    decoder, below_them = configuration.decoder, text_of(configuration).decoder.embeddings
    return place.path == decoder.path or place.linear in decoder.embeddings[:len(below_them)]


def _stepped(configuration: Configuration, question: Question, setup: Setup, numbers: Numbers,
             ) -> tuple[Numbers, Shape, Step]:
    """Give what the terms of a step depend on: of what is adapted, what a batch of text alone runs."""
    decoder = configuration.decoder
    one_by_one = not setup.full and how_held(decoder, question) == APART         # as the question's library runs them
    shape, step = shape_of(configuration, looped=one_by_one), step_of(configuration, question, setup)
    if configuration.parts and not setup.full:
        idle = sum(place.lora for place in adapted(decoder, question)[0]
                   if not _runs(configuration, place) and place.linear not in decoder.heads)
        numbers = replace(numbers, trained=numbers.trained - idle)
    return numbers, shape, step


def _stand_for(called: Iterable[str]) -> frozenset[str]:
    """Give the Linears that modules of these names stand for."""
    found = {*called}
    return frozenset(name for name, all_ in STANDS_FOR.items() if found & {*all_})


def account(configuration: Configuration, question: Question, setup: Setup, *, model: str = "",
            partly: bool = False) -> Account:
    """Account for the memory of a training step.

    Raises `Refusal` where a term isn't known: another kind of layer, a question that counts nothing. With `partly`, of
    layers of another kind weights, gradients and the optimizer's state are accounted for, and the rest isn't counted.
    """
    kind = text_of(configuration).model_type
    name, held = model or configuration.model_type, numbers_of(configuration, question, setup)
    try:
        numbers, shape, step = _stepped(configuration, question, setup, held)
    except NotModelled as error:
        if not partly:
            raise
        return Account(name, _written(state(held), configuration, setup), (), (str(error), *NOT_COUNTED))
    terms = _written((*state(held), *step_terms(numbers, shape, step)), configuration, setup)
    notes = [f"activations: what steps of {kind} were measured to keep is within {WITHIN[kind]}% of this"] \
        if kind in WITHIN else []
    if BLOCKS[kind].routed:
        how = "one by one, as in version 4" if shape.block.looped else "at once, as in version 5"
        notes.append(f"experts: each token goes to {shape.num_experts_per_tok} of {shape.num_experts}, which run {how} "
                     "of transformers")
        if any(term.key == "anew" for term in terms):
            notes.append("experts: a peak in a layer made anew was measured up to a third above this, where they are "
                         "narrow")
    if step.merged:
        notes.append(f"experts: their 3-D parameters are kept once more with their pairs added, {step.merged:,} "
                     "bytes a layer")
    if step.below:
        notes.append(f"activations: nothing is kept of the {step.below} layers below the first that is adapted")
    if setup.casts and not setup.narrows:
        notes.append(f"without autocast each adapter computes on a copy of its input in {setup.adapter}")
    if configuration.parts:
        notes += ("activations: a batch of text alone runs no tower; what trains in one counts among weights, "
                  "gradients and optimizer state",
                  "activations: token_type_ids, for which a fused kernel keeps masks, aren't counted")
    return Account(name, terms, tuple(notes))


def _written(sized: Iterable[Sized], configuration: Configuration, setup: Setup) -> tuple[Term, ...]:
    layers = f"{configuration.dimensions.num_hidden_layers} layers"
    layers += ", of a batch of text alone" if configuration.parts else ""
    return tuple(Term(label(one.key, setup, layers), int(one.bytes), one.kind, one.key) for one in sized if one.applies)


# The inverse ------------------------------------------------------------------------------------------------------


def largest(configuration: Configuration, question: Question, setup: Setup, budget: int, what: str) -> int:
    """Give the largest "batch" or "length" whose account is within a budget in bytes; 0 where not even 1 is.

    The account grows with both, so the answer is found by halving, and exact.
    """
    return _largest(_held(configuration, question, setup), budget, what)


def _held(configuration: Configuration, question: Question, setup: Setup) -> tuple[Numbers, Numbers, Shape, Step]:
    """Give what the state depends on, and what the terms of a step do."""
    held = numbers_of(configuration, question, setup)
    return held, *_stepped(configuration, question, setup, held)


def _largest(of: tuple[Numbers, Numbers, Shape, Step], budget: int, what: str) -> int:
    held, numbers, shape, step = of
    left = budget - sum(one.bytes for one in state(held) if one.applies)

    def fits(number: int) -> bool:
        tried = replace(step, batch=number) if what == "batch" else replace(step, length=number)
        return bool(sum(one.bytes for one in step_terms(numbers, shape, tried) if one.applies) <= left)

    return bisect(range(1, LARGEST + 1), False, key=lambda number: not fits(number))


# What a card holds ------------------------------------------------------------------------------------------------


class Card(NamedTuple):
    """Whether a step fits on a card of so many GiB, and what would: the largest batch, the largest length."""

    gib: int
    fits: bool
    batch: int
    length: int


def cards(configuration: Configuration, question: Question, setup: Setup, sizes: tuple[int, ...]) -> tuple[Card, ...]:
    """Say it of cards of each size; of none where activations aren't modelled."""
    try:
        held, found = _held(configuration, question, setup), []
    except NotModelled:
        return ()
    for size in sizes:
        if not is_whole(size, 1, MOST_GIB):
            raise Refusal(f"a card has from 1 to {MOST_GIB} GiB, not {str(size)[:40]}")
        budget = size * 2**30
        batch, length = (_largest(held, budget, what) for what in ("batch", "length"))
        found.append(Card(size, batch >= setup.batch, batch, length))
    return tuple(found)
