"""Will it fit: the memory of a training step, term by term, and the largest batch or length that a card holds.

Each term says how it is known. *exact*: the bytes of tensors that exist while a step runs. *modelled*: a formula held
to what torch really saved (`activations`). What is not counted is named. Sources: block sizes of 4-bit bases, Dettmers
et al. 2023 (arXiv 2305.14314), section 3; 8-bit moments, Dettmers et al. 2022 (arXiv 2110.02861).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, NamedTuple

from derivations.counting import activations
from derivations.counting.activations import LINEARS, Shape, Step
from derivations.counting.architecture.decoder import total
from derivations.counting.configuration import LARGEST, Configuration
from derivations.counting.count import Question, adapted, count_configuration
from derivations.counting.linear import full as weights_of
from derivations.counting.refusal import Refusal
from derivations.counting.targets import Place
from derivations.exact.quotient import Scalar

EXACT, MODELLED = "exact", "modelled"

TYPES = {"float32": 4, "bfloat16": 2, "float16": 2}
BASES = (*TYPES, "int8", "nf4", "nf4-double")
OPTIMIZERS = ("adamw", "adamw-8bit", "sgd", "sgd-momentum")
ATTENTIONS = ("fused", "eager")

BLOCK, OUTER_BLOCK = 64, 256
"""How many 4-bit numbers share a scale; how many scales share one, where they are quantized as well."""
MOMENT_BLOCK, SMALLEST_QUANTIZED = 256, 4096
"""How many 8-bit moments share a scale; a tensor of fewer numbers keeps its moments in float32."""

MEASURED = ("llama", "mistral", "qwen2", "qwen3", "granite", "smollm3")
"""The families whose saved tensors the formulas equal, byte for byte."""
NEAR = {"ministral3": "1.01", "gemma": "1.08", "gemma2": "1.42", "gemma3_text": "1.54", "olmo2": "1.27",
        "olmo3": "1.27"}
"""Others with Llama's Linears, and how many times as much they were seen to keep at the most."""

NOT_COUNTED = (
    "gradients of activations, workspaces and other tensors of a moment", "fragmentation of the allocator",
    "the driver's own memory", "tables of quantization codes, about a kilobyte a matrix",
)


class Term(NamedTuple):
    """One term of the account: its name, its bytes, and how it is known ("exact", "modelled")."""

    name: str
    bytes: int
    kind: str


@dataclass(frozen=True)
class Setup:
    """How a model is trained, as far as memory depends on it.

    batch, length   texts in a step, tokens in each
    full            whether every weight trains, and there is no adapter
    base            how the frozen weights are stored: a type, int8, nf4 (a float32 scale a block), nf4-double (its
                    scales quantized as well). Embeddings, head and norms stay in `compute`
    compute         the type that the layers compute with; that of the base where it is one
    adapter         the type of the adapter's weights and gradients
    autocast        whether float32 adapters over a 16-bit base compute in 16 bits, as the field's trainers let them
    master          in full fine-tuning: whether a float32 copy of 16-bit weights is kept, and float32 moments
    """

    batch: int = 1
    length: int = 2048
    full: bool = False
    base: str = "bfloat16"
    compute: str = "bfloat16"
    adapter: str = "float32"
    optimizer: str = "adamw"
    master: bool = False
    autocast: bool = True
    attention: str = "fused"
    checkpointing: bool = False

    def __post_init__(self) -> None:
        for name, number in (("batch", self.batch), ("length", self.length)):
            if isinstance(number, bool) or not isinstance(number, int) or not 0 < number <= LARGEST:
                raise Refusal(f"{name} must be a positive integer up to {LARGEST}, not {str(number)[:40]}")
        for name, value, known in (("base", self.base, BASES), ("compute", self.compute, tuple(TYPES)),
                                   ("adapter", self.adapter, tuple(TYPES)), ("optimizer", self.optimizer, OPTIMIZERS),
                                   ("attention", self.attention, ATTENTIONS)):
            if value not in known:
                raise Refusal(f"{name} must be one of {', '.join(known)}, not {str(value)[:40]!r}")
        if self.full and self.base not in TYPES:
            raise Refusal(f"full fine-tuning changes every weight: none can stay in {self.base}")

    @property
    def computed(self) -> str:
        """The type that the layers compute with."""
        return self.base if self.base in TYPES else self.compute

    @property
    def casts(self) -> bool:
        """Whether adapters compute on copies: their type isn't the layers'."""
        return not self.full and self.computed != self.adapter

    @property
    def narrows(self) -> bool:
        """Whether autocast makes 16-bit copies of the adapters."""
        return self.casts and self.autocast and self.adapter == "float32"


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


def quantized(weights: int, base: str, rows: int = 0) -> int:
    """Give the bytes of a matrix of so many weights and so many rows, its scales included."""
    if base == "int8":
        return weights + 4 * rows
    blocks = -(-weights // BLOCK)
    scales = blocks + 4 * -(-blocks // OUTER_BLOCK) if base == "nf4-double" else 4 * blocks
    return -(-weights // 2) + scales


def base_terms(configuration: Configuration, setup: Setup) -> Iterator[Term]:
    """Give the weights of the model as they lie on the card while an adapter trains."""
    decoder, kept = configuration.decoder, TYPES[setup.computed]
    parameters = int(total(decoder))
    if setup.base in TYPES:
        yield Term(f"base weights in {setup.base}", parameters * kept, EXACT)
        return
    held = packed = 0
    for run in decoder.runs:
        for module in run.layer.adaptable:
            number, matrices = int(weights_of(module.linear)), int(run.count * module.count)
            held += number * matrices
            packed += quantized(number, setup.base, int(module.linear.out)) * matrices
    yield Term(f"base weights in {setup.base}, scales included", packed, EXACT)
    yield Term(f"embeddings, head, norms and biases in {setup.computed}", (parameters - held) * kept, EXACT)


def moments(parameters: int, each: int, optimizer: str, sizes: Iterator[tuple[int, int]]) -> int:
    """Give the bytes of an optimizer's state; `sizes` lists the trained tensors: numbers in one, how many of them."""
    if optimizer == "sgd":
        return 0
    if optimizer == "sgd-momentum":
        return each * parameters
    if optimizer == "adamw":
        return 2 * each * parameters
    large = [(size, count) for size, count in sizes if size >= SMALLEST_QUANTIZED]
    packed = sum(count * 2 * (size + 4 * -(-size // MOMENT_BLOCK)) for size, count in large)
    return packed + 8 * (parameters - sum(size * count for size, count in large))


def _pairs(chosen: list[Place]) -> Iterator[tuple[int, int]]:
    for place in chosen:
        yield place.rank * int(place.linear.in_), place.count
        yield place.rank * int(place.linear.out), place.count


def state_terms(configuration: Configuration, question: Question, setup: Setup) -> Iterator[Term]:
    """Give weights, gradients and the optimizer's state."""
    if setup.full:
        parameters, each = int(total(configuration.decoder)), TYPES[setup.base]
        wide = 4 if setup.master else each
        yield Term(f"weights in {setup.base}", parameters * each, EXACT)
        yield Term("gradients", parameters * each, EXACT)
        yield Term(f"{setup.optimizer} state", moments(parameters, wide, setup.optimizer, iter([(parameters, 1)])),
                   EXACT)
        if setup.master:
            yield Term("master copy in float32", 4 * parameters, EXACT)
        return
    yield from base_terms(configuration, setup)
    trained, each = count_configuration(configuration, question).trainable, TYPES[setup.adapter]
    chosen, _ = adapted(configuration.decoder, question)
    yield Term(f"adapter in {setup.adapter}", trained * each, EXACT)
    yield Term("gradients of the adapter", trained * each, EXACT)
    yield Term(f"{setup.optimizer} state of the adapter", moments(trained, each, setup.optimizer, _pairs(chosen)),
               EXACT)


def activation_terms(configuration: Configuration, question: Question, setup: Setup) -> Iterator[Term]:
    """Give what a step keeps for its backward pass."""
    shape, step = shape_of(configuration), step_of(configuration, question, setup)
    said = ("inputs of all layers, and one layer made anew" if setup.checkpointing
            else f"activations of {configuration.dimensions.num_hidden_layers} layers")
    yield Term(said, int(activations.layers(shape, step)), MODELLED)
    if setup.narrows:
        trained = count_configuration(configuration, question).trainable
        yield Term(f"the adapter's copy in {setup.computed}, by autocast", trained * TYPES[setup.computed], MODELLED)
    yield Term("around the layers", int(activations.around(shape, step) + activations.positions(shape, step)), MODELLED)
    yield Term("logits in float32, batch × length × vocabulary", int(activations.logits(shape, step)), MODELLED)
    yield Term("their gradient", int(activations.logits(shape, step)), MODELLED)


def shape_of(configuration: Configuration) -> Shape:
    """Give the sizes that activations depend on. Raises `Refusal` for a family whose layer isn't Llama's kind."""
    kind, d = configuration.model_type, configuration.dimensions
    if kind not in MEASURED and kind not in NEAR:
        raise Refusal(f"activations: not modelled for {kind}; they are for {', '.join(MEASURED)}")
    return Shape(d.hidden_size, d.intermediate_size, d.num_hidden_layers, d.num_attention_heads,
                 d.num_key_value_heads, d.head_dim, d.vocab_size, head_norms=kind == "qwen3")


def step_of(configuration: Configuration, question: Question, setup: Setup) -> Step:
    """Give the step that a setup runs."""
    compute, adapter = TYPES[setup.computed], TYPES[setup.computed if setup.narrows else setup.adapter]
    names = None
    if not setup.full:
        chosen, _ = adapted(configuration.decoder, question)
        names = frozenset(place.name.rpartition(".")[2] for place in chosen) & frozenset(LINEARS)
    return Step(setup.batch, setup.length, names, question.rank, compute, adapter, setup.casts,
                setup.attention == "eager", setup.checkpointing)


def account(configuration: Configuration, question: Question, setup: Setup, *, model: str = "") -> Account:
    """Account for the memory of a training step.

    Raises `Refusal` where a term isn't known: another kind of layer, a question that counts nothing.
    """
    kind = configuration.model_type
    terms = (*state_terms(configuration, question, setup), *activation_terms(configuration, question, setup))
    notes = [f"activations: {kind} was measured to keep up to {NEAR[kind]} times what the model says"] \
        if kind in NEAR else []
    if setup.casts and not setup.narrows:
        notes.append(f"without autocast each adapter computes on a copy of its input in {setup.adapter}")
    return Account(model or kind, terms, tuple(notes))


# The inverse ------------------------------------------------------------------------------------------------------


def largest(configuration: Configuration, question: Question, setup: Setup, budget: int, what: str) -> int:
    """Give the largest "batch" or "length" whose account is within a budget in bytes; 0 where not even 1 is.

    The account grows with both, so the answer is found by halving, and exact.
    """

    def fits(number: int) -> bool:
        return account(configuration, question, _with(setup, what, number)).total <= budget

    return _last(fits, LARGEST)


def _with(setup: Setup, what: str, number: int) -> Setup:
    if what == "batch":
        return replace(setup, batch=number)
    if what == "length":
        return replace(setup, length=number)
    raise Refusal(f"batch or length can be sought, not {what[:40]!r}")


def _last(fits: Callable[[int], bool], most: int) -> int:
    """Give the last number from 1 on that fits, none after one that doesn't; 0 where none does."""
    low, high = 0, 1
    while high <= most and fits(high):
        low, high = high, 2 * high
    high = min(high, most + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def bits_a_weight(base: str) -> Scalar:
    """Give the bits of a weight in a long matrix: 4.127 in nf4 with quantized scales, 4.5 without."""
    if base in TYPES:
        return 8 * TYPES[base]
    if base == "int8":
        return 8
    number = BLOCK * OUTER_BLOCK
    return Fraction(8 * quantized(number, base), number)
