"""The count of one configuration: full and LoRA parameters, their ratio, bytes, and the idealised number beside.

full and lora are over the same targeted Linears, biases apart; what else is trained (magnitude vectors, biases, whole
modules) is a named term of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from derivations.counting import textbook
from derivations.counting.architecture.decoder import Decoder, Linears, biases, total
from derivations.counting.configuration import LARGEST, Configuration
from derivations.counting.linear import full as weights
from derivations.counting.refusal import Refusal
from derivations.counting.safetensors import DTYPES, Dtype, Tensor, file_bytes
from derivations.counting.targets import OUTSIDE, Place, fuse, merged, places, select, shortest_names
from derivations.exact.quotient import quotient
from derivations.nearest import nearest

APART, FUSED = "apart", "fused"
BIASES = ("none", "lora_only", "all")

PREFIX = "base_model.model."
PAIR = (".lora_A.weight", ".lora_B.weight")
INNER = ".base_layer"
"""How the reference library names what it stores: a pair, and what is wrapped twice."""

MOST_FILED = 200_000
"""The largest adapter, in matrices, whose file is listed name by name; the largest public models have some 50,000."""


@dataclass(frozen=True)
class ModuleCount:
    """One row of an answer: the matrices of one name and shape, over all layers and experts."""

    name: str
    out: int
    in_: int
    count: int
    full: int
    lora: int


class Idealised(NamedTuple):
    """What the textbook layer says of the same part, from h, L and r; errors are (idealised − exact)/exact."""

    full: int
    lora: int
    full_error: Fraction
    lora_error: Fraction


class Count(NamedTuple):
    """The answer to one question. Counts are numbers of parameters, bytes are bytes, `ratio` is lora over full.

    experts             "apart" or "fused" for a model that has experts
    adapter_bytes       the numbers of the adapter alone, in `dtype`
    adapter_file_bytes  the whole safetensors file; None (and a note) where it isn't listed tensor by tensor
    terms               what is trained besides the pairs: "dora", "bias", and each module of modules_to_save
    idealised           None where the textbook layer has no counterpart for the targets
    taken               fields that weren't given, and what the library's default makes of them
    notes               what the reader should know about this answer
    """

    model: str
    model_type: str
    rank: int
    target_modules: tuple[str, ...]
    full: int
    lora: int
    ratio: Fraction
    dtype: str
    experts: str | None
    adapter_bytes: int
    adapter_file_bytes: int | None
    total_parameters: int
    idealised: Idealised | None
    modules: tuple[ModuleCount, ...]
    terms: Mapping[str, int]
    taken: Mapping[str, Any]
    notes: tuple[str, ...]

    @property
    def trainable(self) -> int:
        """Everything that a training step changes: the pairs and the terms."""
        return self.lora + sum(self.terms.values())

    def as_json(self) -> dict[str, Any]:
        """Give the answer as plain data: fractions as numerator and denominator, nothing rounded."""
        ideal = self.idealised
        return {
            "model": self.model, "model_type": self.model_type, "rank": self.rank,
            "target_modules": list(self.target_modules), "full": self.full, "lora": self.lora,
            "ratio": fraction(self.ratio), "dtype": self.dtype, "experts": self.experts,
            "adapter_bytes": self.adapter_bytes, "adapter_file_bytes": self.adapter_file_bytes,
            "total_parameters": self.total_parameters,
            "idealised": None if ideal is None else {
                "full": ideal.full, "lora": ideal.lora,
                "full_error": fraction(ideal.full_error), "lora_error": fraction(ideal.lora_error),
            },
            "modules": [
                {"name": row.name, "out": row.out, "in": row.in_, "count": row.count, "full": row.full,
                 "lora": row.lora}
                for row in self.modules
            ],
            "trainable": self.trainable, "terms": dict(self.terms), "defaults": dict(self.taken),
            "notes": list(self.notes),
        }


def fraction(value: Fraction) -> dict[str, int]:
    """Give a fraction as JSON holds it."""
    return {"numerator": value.numerator, "denominator": value.denominator}


@dataclass(frozen=True)
class Question:
    """What is asked of a model: every choice that changes a number.

    targets          as in `targets.select`; so are layers_to_transform and rank_pattern
    dtype            how the adapter is stored; the field's library keeps float32 even over a 16-bit base
    experts          "apart": each expert's Linears have pairs of their own; "fused": as 3-D parameters
    dora             whether each pair has a magnitude vector of `out` numbers
    bias             "none", "lora_only" (the biases of the adapted Linears) or "all"
    modules_to_save  modules trained in full, beside the adapter
    """

    rank: int
    targets: str | tuple[str, ...] = "all"
    dtype: str = "float32"
    experts: str = APART
    layers_to_transform: tuple[int, ...] | None = None
    rank_pattern: Mapping[str, int] = field(default_factory=dict)
    dora: bool = False
    bias: str = "none"
    modules_to_save: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, rank in (("rank", self.rank), *self.rank_pattern.items()):
            if isinstance(rank, bool) or not isinstance(rank, int) or not 0 < rank <= LARGEST:
                raise Refusal(f"{name} must be a positive integer up to {LARGEST}, not {str(rank)[:40]}")
        for name, value, known in (("dtype", self.dtype, DTYPES), ("experts", self.experts, (APART, FUSED)),
                                   ("bias", self.bias, BIASES)):
            if value not in known:
                raise Refusal(f"{name} must be one of {', '.join(known)}, not {str(value)[:40]!r}")


def count_configuration(configuration: Configuration, question: Question, *, model: str = "") -> Count:
    """Count what the question asks of a configuration.

    Raises `Refusal` where it has no exact answer, naming what is wrong.
    """
    decoder = configuration.decoder
    chosen, notes = adapted(decoder, question)
    terms = dict(_terms(decoder, question, chosen))
    full, lora = sum(place.full for place in chosen), sum(place.lora for place in chosen)
    dtype = DTYPES[question.dtype]
    size_of_file = None
    if _holds_tables(chosen):
        notes.append("no file size: the library stores the whole table of an adapted embedding or head beside its pair")
    elif question.bias == "all" and any(run.layer.buffers for run in decoder.runs):
        notes.append("no file size: beside the biases the library stores buffers that aren't trained")
    else:
        size_of_file = _file(decoder, question, chosen, dtype)
        if size_of_file is None:
            notes.append(f"no file size: a file of more than {MOST_FILED} pairs isn't listed")
    has_experts = any(run.layer.experts for run in decoder.runs)
    as_listed = select(decoder, question.targets, question.rank, layers=question.layers_to_transform)
    return Count(
        model=model or configuration.model_type,
        model_type=configuration.model_type,
        rank=question.rank,
        target_modules=tuple(shortest_names(decoder, as_listed)),
        full=full,
        lora=lora,
        ratio=Fraction(quotient(lora, full)),
        dtype=dtype.name,
        experts=question.experts if has_experts else None,
        adapter_bytes=dtype.bytes * (lora + sum(terms.values())),
        adapter_file_bytes=size_of_file,
        total_parameters=total(decoder),
        idealised=_idealised(configuration, question, chosen, full, lora),
        modules=tuple(
            ModuleCount(place.name, place.linear.out, place.linear.in_, *numbers)
            for place, *numbers in merged(chosen)),
        terms=terms,
        taken=configuration.taken,
        notes=tuple(notes),
    )


def adapted(decoder: Decoder, question: Question) -> tuple[list[Place], list[str]]:
    """Give the places that are adapted, and notes on what was left out of them."""
    chosen = list(select(decoder, question.targets, question.rank, layers=question.layers_to_transform,
                         rank_pattern=question.rank_pattern))
    notes = []
    if question.experts == FUSED:
        if question.dora:
            raise Refusal("dora: the reference implementation has none for fused experts")
        chosen, left_out = fuse(decoder, chosen)
        if left_out:
            notes.append(f"fused experts: the reference implementation leaves out {', '.join(left_out)}")
    narrow = min((min(place.linear.out, place.linear.in_), place.name) for place in chosen)
    if any(place.rank > min(place.linear.out, place.linear.in_) for place in chosen if not place.fused):
        notes.append(f"the rank is above {narrow[0]}, the smaller side of {narrow[1]}: more can't help there")
    return chosen, notes


# Terms besides the pairs ------------------------------------------------------------------------------------------


def _terms(decoder: Decoder, question: Question, chosen: Sequence[Place]) -> Iterator[tuple[str, int]]:
    if question.dora:
        if any(place.module.part == OUTSIDE and place.linear in decoder.embeddings for place in chosen):
            raise Refusal("dora: its magnitude vector over an embedding isn't counted here")
        yield "dora", sum(place.count * place.linear.out for place in chosen)
    if question.bias == "lora_only":
        yield "bias", sum(place.count * place.linear.out for place in chosen if place.linear.bias)
    saved = _saved(decoder, question, chosen)
    if question.bias == "all":
        yield "bias", biases(decoder) - sum(linear.out for linear in saved.values() if linear.bias)
    for name, linear in saved.items():
        yield name, weights(linear, bias=True)


def _saved(decoder: Decoder, question: Question, chosen: Sequence[Place]) -> dict[str, Any]:
    """Give the modules of `modules_to_save` that stand outside the layers, by their full names."""
    outside = {linear.name: linear for linear in (*decoder.embeddings, *decoder.linears, decoder.head)}
    found = {}
    for asked in question.modules_to_save:
        names = [name for name in outside if f".{name}".endswith(f".{asked}")] if asked else []
        if not names:
            leaves = [name.rpartition(".")[2] for name in outside]
            raise Refusal(f"modules_to_save: no module outside the layers is called {asked[:60]!r}; the model has "
                          f"{', '.join(leaves)}{nearest(asked[:60], leaves)}")
        for name in names:
            if any(place.name == name for place in chosen):
                raise Refusal(f"modules_to_save: {asked} is among the targets as well")
            found[name] = outside[name]
    return found


# The file ---------------------------------------------------------------------------------------------------------


def _holds_tables(chosen: Iterable[Place]) -> bool:
    """Whether the head or an embedding is adapted: then the library stores its whole table beside the pair."""
    return any(place.module.part == OUTSIDE for place in chosen)


def _file(decoder: Decoder, question: Question, chosen: Sequence[Place], dtype: Dtype) -> int | None:
    pairs = sum(len(place.layers) if place.fused else place.count for place in chosen)
    if pairs + decoder.runs[-1].stop > MOST_FILED:
        return None
    return file_bytes(list(tensors(decoder, question, chosen)), dtype)


def tensors(decoder: Decoder, question: Question, chosen: Sequence[Place]) -> Iterator[Tensor]:
    """Give every tensor of the adapter's file, by the names that the field's library gives them."""
    adapted_names = set()
    experts_fused = {layer: sum(place.fused for place in chosen if layer in place.layers)
                     for place in chosen if place.fused for layer in place.layers}
    for place in chosen:
        if place.fused:
            yield from _fused_tensors(PREFIX + decoder.path, place, experts_fused)
            continue
        out, in_, rank = place.linear.out, place.linear.in_, place.rank
        for _, _, name in place.sites():
            adapted_names.add(name)
            path = PREFIX + decoder.path + name.removeprefix("layers")
            yield path + PAIR[0], (rank, in_)
            yield path + PAIR[1], (out, rank)
            if question.dora:
                yield f"{path}.lora_magnitude_vector", (out,)
            if question.bias != "none" and place.linear.bias:
                yield f"{path}{INNER}.bias", (out,)
    saved = _saved(decoder, question, chosen)
    for name, linear in saved.items():
        yield f"{PREFIX}{name}.weight", (linear.out, linear.in_)
        if linear.bias:
            yield f"{PREFIX}{name}.bias", (linear.out,)
    if question.bias == "all":
        yield from _other_biases(decoder, PREFIX, adapted_names, saved)


def _fused_tensors(path: str, place: Place, in_layer: Mapping[int, int]) -> Iterator[Tensor]:
    """Give the pair of a 3-D parameter: one A and one B over all experts; down_proj wraps the gate_up_proj."""
    linear, width = place.linear, len(place.experts) * place.rank
    owner, leaf = place.name.rsplit(".", 1)
    for layer in place.layers:
        inner = INNER if leaf == "gate_up_proj" and in_layer[layer] == 2 else ""
        yield f"{path}.{layer}.{owner}{inner}{PAIR[0]}", (width, linear.in_)
        yield f"{path}.{layer}.{owner}{inner}{PAIR[1]}", (linear.out, width)


def _other_biases(
    decoder: Decoder, prefix: str, adapted_names: set[str], saved: Mapping[str, Any]
) -> Iterator[Tensor]:
    for place in places(decoder):
        for _, _, name in place.sites() if place.linear.bias else ():
            if name not in adapted_names:
                yield f"{prefix}{decoder.path}{name.removeprefix('layers')}.bias", (place.linear.out,)
    for run in decoder.runs:
        for layer in range(run.first, run.stop):
            for vector in run.layer.vectors:
                if vector.bias:
                    yield f"{prefix}{decoder.path}.{layer}.{vector.name}.bias", (vector.size,)
    for name, size, bias in (
        *((vector.name, vector.size, vector.bias) for vector in decoder.vectors),
        *((linear.name, linear.out, linear.bias) for linear in (*decoder.linears, decoder.head)),
    ):
        if bias and name not in saved:
            yield f"{prefix}{name}.bias", (size,)


# The textbook layer beside it -------------------------------------------------------------------------------------


def _idealised(configuration: Configuration, question: Question, chosen: Sequence[Place], full: int,
               lora: int) -> Idealised | None:
    """Count the textbook counterpart of what is adapted, at the model's h, the layers asked for, and the rank."""
    hidden_size = configuration.dimensions.hidden_size
    linears = _counterpart(configuration.decoder, question, chosen, hidden_size)
    if not linears:
        return None
    only = question.layers_to_transform
    layers = configuration.dimensions.num_hidden_layers if only is None else len(set(only))
    ideal_full = layers * textbook.total_full(linears)
    ideal_lora = layers * textbook.total_lora(linears, question.rank)
    return Idealised(ideal_full, ideal_lora, Fraction(ideal_full - full, full), Fraction(ideal_lora - lora, lora))


def _counterpart(decoder: Decoder, question: Question, chosen: Sequence[Place], hidden_size: int) -> Linears:
    """Give the textbook Linears that stand for the targets: whole parts, or q, k, v and o one by one.

    Empty where there are none: a part of the MLP, a router, the head, one layer's module among others.
    """
    if question.rank_pattern or any(place.module.part not in ("attention", "mlp") for place in chosen):
        return ()
    everything: Sequence[Place] = select(decoder, "all", 1, layers=question.layers_to_transform)
    if question.experts == FUSED:
        everything, _ = fuse(decoder, list(everything))
    linears: Linears = ()
    for part, ideal in (("attention", textbook.attention(hidden_size)), ("mlp", textbook.mlp(hidden_size))):
        wanted = _sizes(place for place in everything if place.module.part == part)
        found = _sizes(place for place in chosen if place.module.part == part)
        if found == wanted:
            linears += ideal if found else ()
        elif found:
            named = {linear.name: linear for linear in ideal}
            leaves = {name: name.rpartition(".")[2] for name in found}
            if any(leaves[name] not in named or found[name] != wanted[name] for name in found):
                return ()
            linears += tuple(named[leaf] for leaf in leaves.values())
    return linears


def _sizes(found: Iterable[Place]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for place in found:
        sizes[place.name] = sizes.get(place.name, 0) + place.count
    return sizes
