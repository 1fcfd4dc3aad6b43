"""The count of one configuration: full and LoRA parameters, their ratio, bytes, and the idealised number beside.

full and lora are over the same targeted Linears, biases apart; what else is trained (magnitude vectors, biases, whole
modules) is a named term of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, NamedTuple

from derivations.counting.architecture.decoder import Decoder, biases, model_weights, total
from derivations.counting.architecture.wholes import in_turn
from derivations.counting.besides import CLASSIFIERS, Saved, check_rows, rows_trained, saved_modules, with_score
from derivations.counting.configuration import MOST_LAYERS_APART, Configuration
from derivations.counting.containers import is_of_batches
from derivations.counting.idealised import Idealised, idealised
from derivations.counting.notes import notes_on_answer, notes_on_targets
from derivations.counting.place import Place, merged, shortest_names
from derivations.counting.question import Question
from derivations.counting.refusal import Refusal
from derivations.counting.safetensors import DTYPES, file_bytes
from derivations.counting.stacked import how_held, in_version, selected
from derivations.counting.targets import named_places
from derivations.counting.tensors import MOST_FILED, base_tensors, has_bias, pair_tensors
from derivations.exact.quotient import quotient

__all__ = ["Count", "Idealised", "ModuleCount", "Question"]

REPLICABLE = ("model.layers", "encoder.layer", "bert.encoder.layer")
"""Where the library looks for the layers that layer_replication repeats."""
OWN = ("dora", "lora_bias", "tokens")
"""The terms that are stored as the pairs are, and not as the base is."""


@dataclass(frozen=True)
class ModuleCount:
    """One row of an answer: the matrices of one name and shape, over all layers and experts."""

    name: str
    out: int
    in_: int
    count: int
    full: int
    lora: int


class Count(NamedTuple):
    """The answer to one question. Counts are numbers of parameters, bytes are bytes, `ratio` is lora over full.

    experts             "apart" or "fused" for a model that has experts
    base_dtype          how the base is stored, and with it the biases and whole modules that the file holds
    adapter_bytes       the numbers of the adapter alone, in `dtype`
    adapter_file_bytes  the whole safetensors file; None (and a note) where it isn't listed tensor by tensor
    terms               what is trained besides the pairs: "dora", "lora_bias", "bias", "tokens", modules_to_save's
    idealised           None where the textbook layer has no counterpart for the targets, or layers are repeated
    taken               fields that weren't given, and what the library's default makes of them
    notes               what the reader should know about this answer
    in_layers           the weights of every Linear in the layers, which a 4-bit base packs two to a byte
    """

    model: str
    model_type: str
    rank: int
    target_modules: tuple[str, ...]
    full: int
    lora: int
    ratio: Fraction
    dtype: str
    base_dtype: str
    experts: str | None
    adapter_bytes: int
    adapter_file_bytes: int | None
    total_parameters: int
    idealised: Idealised | None
    modules: tuple[ModuleCount, ...]
    terms: Mapping[str, int]
    taken: Mapping[str, Any]
    notes: tuple[str, ...]
    in_layers: int = 0

    @property
    def trainable(self) -> int:
        """Everything that a training step changes: the pairs and the terms."""
        return self.lora + sum(self.terms.values())

    @property
    def all_parameters(self) -> int:
        """What the field's library calls all parameters: the model, and whatever was put beside its own."""
        return self.total_parameters + self.trainable - self.terms.get("bias", 0)

    @property
    def printed(self) -> str:
        """The line that PEFT 0.21 prints: four decimals, of a quotient in floating point."""
        trained, held = self.trainable, self.all_parameters
        return f"trainable params: {trained:,d} || all params: {held:,d} || trainable%: {100 * trained / held:.4f}"

    @property
    def holds_base(self) -> bool:
        """Whether its file holds something of the base as well."""
        return bool(set(self.terms) - {*OWN})

    @property
    def halved(self) -> int:
        """By how much a count of 4-bit weights by their bytes falls short: half of the Linears in the layers."""
        return self.in_layers // 2

    def as_json(self) -> dict[str, Any]:
        """Give the answer as plain data: fractions as numerator and denominator, nothing rounded."""
        ideal = self.idealised
        return {
            "model": self.model, "model_type": self.model_type, "rank": self.rank,
            "target_modules": list(self.target_modules), "full": self.full, "lora": self.lora,
            "ratio": fraction(self.ratio), "dtype": self.dtype, "base_dtype": self.base_dtype,
            "experts": self.experts,
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
            "trainable": self.trainable, "all_parameters": self.all_parameters, "terms": dict(self.terms),
            "defaults": dict(self.taken), "notes": list(self.notes),
        }


def fraction(value: Fraction) -> dict[str, int]:
    """Give a fraction as JSON holds it."""
    return {"numerator": value.numerator, "denominator": value.denominator}


def count_configuration(configuration: Configuration, question: Question, *, model: str = "") -> Count:
    """Count what the question asks of a configuration.

    Raises `Refusal` where it has no exact answer, naming what is wrong.
    """
    decoder = in_version(configuration.decoder, question)
    if question.num_labels or {*CLASSIFIERS} & {*question.modules_to_save}:
        decoder = with_score(decoder, question.num_labels or 2)
    whole = decoder
    if question.layer_replication:
        decoder = replicated(decoder, question)
    experts = how_held(decoder, question)
    chosen, notes = adapted(decoder, question)
    if question.layer_replication:
        notes.append(f"layer_replication: {decoder.depth:,} layers in the place of {whole.depth:,}: copies share their "
                     "weights, and have pairs of their own")
    saved = saved_modules(decoder, question.modules_to_save)
    both = {module.name for module in saved} & {name for place in chosen for name in place.names()} if saved else ()
    if both:
        raise Refusal(f"modules_to_save: {min(both)} is adapted too, and the library refuses to train it whole as well")
    tied = {linear.name for linear in (*decoder.tables, *decoder.heads)} if decoder.tied else set()
    if question.ensure_weight_tying and tied & {*(one.name for one in saved), *(place.name for place in chosen)}:
        raise Refusal("ensure_weight_tying: a table, or a head, that is tied and adapted or trained whole isn't "
                      "counted on both sides here")
    check_rows(decoder, question.trainable_token_indices, saved, chosen, with_biases=question.bias != "none")
    notes += notes_on_answer(configuration, decoder, question, chosen, saved)
    terms = dict(_terms(decoder, question, chosen, saved))
    full, lora = sum(place.full for place in chosen), sum(place.lora for place in chosen)
    if not full:
        raise Refusal("targets: what they name has no weight in this model")
    dtype, base = DTYPES[question.dtype], DTYPES[question.base_dtype]
    size_of_file = None
    pairs = sum(len(place.layers) if place.fused else place.count for place in chosen)
    if pairs + decoder.depth > MOST_FILED:
        notes.append(f"no file size: a file of more than {MOST_FILED} pairs isn't listed")
    elif any(is_of_batches(one.name) for one in saved):
        notes.append("no file size: beside a batch norm that is trained whole the library files its statistics, which "
                     "are no parameters")
    else:
        of_base = list(base_tensors(decoder, question, chosen))
        size_of_file = file_bytes(list(pair_tensors(decoder, question, chosen)), dtype, of_base, base)
    of_the_base = sum(number for name, number in terms.items() if name not in OWN)
    return Count(
        model=model or configuration.model_type,
        model_type=configuration.model_type,
        rank=question.rank,
        target_modules=_listed(decoder, question, chosen),
        full=full,
        lora=lora,
        ratio=Fraction(quotient(lora, full)),
        dtype=dtype.name,
        base_dtype=base.name,
        experts=experts,
        adapter_bytes=dtype.bytes * (lora + sum(terms.get(name, 0) for name in OWN)) + base.bytes * of_the_base,
        adapter_file_bytes=size_of_file,
        total_parameters=total(whole),
        idealised=None if question.layer_replication else idealised(configuration, decoder, question, chosen),
        modules=tuple(
            ModuleCount(place.shown, place.linear.out, place.linear.in_, *numbers)
            for place, *numbers in merged(chosen)),
        terms=terms,
        taken=configuration.taken,
        notes=tuple(notes),
        in_layers=int(model_weights(whole)),
    )


def replicated(decoder: Decoder, question: Question) -> Decoder:
    """Give the model whose layers are those that `layer_replication` lists. Raises `Refusal` where the library does."""
    ranges = question.layer_replication
    if decoder.towers or decoder.path not in REPLICABLE:
        raise Refusal("layer_replication: the library looks for layers elsewhere than this family has them")
    if question.bias != "none":
        raise Refusal("layer_replication: beside trained biases, which copies of a layer share, it isn't counted here")
    if any(not first < stop <= decoder.depth for first, stop in ranges):
        raise Refusal(f"layer_replication: the model has layers 0 to {decoder.depth - 1}, and a pair is the first and "
                      "the one after the last")
    if sum(stop - first for first, stop in ranges) > MOST_LAYERS_APART:
        raise Refusal(f"layer_replication: more than {MOST_LAYERS_APART:,} layers aren't counted")
    return decoder._replace(runs=in_turn(
        next(run.layer for run in decoder.runs if number < run.stop) for ends in ranges for number in range(*ends)))


def adapted(decoder: Decoder, question: Question) -> tuple[list[Place], list[str]]:
    """Give the places that are adapted, and notes on what the targets reach."""
    decoder = in_version(decoder, question)
    layout = how_held(decoder, question)
    selection = selected(decoder, question, layout)
    chosen = list(selection.places)
    if question.dora and any(place.fused for place in chosen):
        raise Refusal("dora: the reference implementation has none for fused experts")
    if question.lora_bias and (question.dora or question.target_parameters
                               or any(place.fused or place.linear in decoder.tables for place in chosen)):
        raise Refusal("lora_bias: the library refuses it beside DoRA, for tables and for parameters")
    return chosen, list(notes_on_targets(decoder, question, selection, layout))


def _listed(decoder: Decoder, question: Question, chosen: Sequence[Place]) -> tuple[str, ...]:
    """Give the shortest names of what is adapted, as one would list them in target_modules."""
    try:
        found: Sequence[Place] = named_places(decoder, replace(question, rank_pattern={})).places
    except Refusal:
        found = [place for place in chosen if not place.fused]
    return tuple(shortest_names(decoder, found))


# Terms besides the pairs ------------------------------------------------------------------------------------------


def _terms(decoder: Decoder, question: Question, chosen: Sequence[Place],
           saved: Sequence[Saved]) -> Iterator[tuple[str, int]]:
    if question.dora:
        yield "dora", sum(place.count * (place.linear.in_ if place.linear in decoder.tables else place.linear.out)
                          for place in chosen)
    if question.lora_bias:
        yield "lora_bias", sum(place.count * place.linear.out for place in chosen)
    if question.bias == "lora_only":
        yield "bias", sum(place.count * place.linear.out for place in chosen if has_bias(place))
    if question.bias == "all":
        yield "bias", int(biases(decoder)) - sum(module.bias for module in saved)      # these train whole
    rows = rows_trained(decoder, question.trainable_token_indices)
    if rows:
        yield "tokens", sum(number * table.in_ for table, number in rows)
    sums: Counter[str] = Counter()
    for module in saved:
        sums[module.term] += module.parameters
    yield from sums.items()

