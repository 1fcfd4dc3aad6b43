"""The count of one configuration: full and LoRA parameters, their ratio, bytes, and the idealised number beside.

full and lora are over the same targeted Linears, biases apart; what else is trained (magnitude vectors, biases, whole
modules) is a named term of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, NamedTuple

from derivations.counting import textbook
from derivations.counting.architecture.decoder import Decoder, Linears, model_weights, total
from derivations.counting.besides import (
    CLASSIFIERS,
    Saved,
    all_biases,
    biases_besides,
    biases_in_name,
    check_rows,
    rows_trained,
    saved_modules,
    stored_whole,
    with_score,
)
from derivations.counting.configuration import Configuration
from derivations.counting.linear import Linear, pair_shapes
from derivations.counting.question import APART, FUSED, Question
from derivations.counting.refusal import Refusal
from derivations.counting.safetensors import (
    BIAS_OF_B,
    DTYPES,
    INNER,
    MAGNITUDE,
    PAIR,
    PAIR_OF_A_TABLE,
    PREFIX,
    ROWS,
    Tensor,
    file_bytes,
)
from derivations.counting.spelling import ALL_LINEAR, PARTS, spelled
from derivations.counting.stacked import fused, in_version_5, layer_of, selected
from derivations.counting.targets import Place, choose, merged, places, shortest_names
from derivations.exact.quotient import quotient

__all__ = ["Count", "Idealised", "ModuleCount", "Question"]

OWN = ("dora", "lora_bias", "tokens")
"""The terms that are stored as the pairs are, and not as the base is."""

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
    base_dtype          how the base is stored, and with it the biases and whole modules that the file holds
    adapter_bytes       the numbers of the adapter alone, in `dtype`
    adapter_file_bytes  the whole safetensors file; None (and a note) where it isn't listed tensor by tensor
    terms               what is trained besides the pairs: "dora", "lora_bias", "bias", "tokens", modules_to_save's
    idealised           None where the textbook layer has no counterpart for the targets
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
    decoder = _held(configuration.decoder, question)
    if question.num_labels or {*CLASSIFIERS} & {*question.modules_to_save}:
        decoder = with_score(decoder, question.num_labels or 2)
    experts = layout_of(decoder, question)
    chosen, notes = adapted(decoder, question)
    saved = saved_modules(decoder, question.modules_to_save)
    both = {module.name for module in saved} & {place.name for place in chosen}
    if both:
        raise Refusal(f"modules_to_save: {min(both)} is adapted too, and the library refuses to train it whole as well")
    tied = {linear.name for linear in (*decoder.tables, *decoder.heads)} if decoder.tied else set()
    if question.ensure_weight_tying and tied & {*(one.name for one in saved), *(place.name for place in chosen)}:
        raise Refusal("ensure_weight_tying: a table, or a head, that is tied and adapted or trained whole isn't "
                      "counted on both sides here")
    check_rows(decoder, question.trainable_token_indices, saved, chosen, with_biases=question.bias != "none")
    notes += _notes(configuration, decoder, question, chosen, saved)
    terms = dict(_terms(decoder, question, chosen, saved))
    full, lora = sum(place.full for place in chosen), sum(place.lora for place in chosen)
    if not full:
        raise Refusal("targets: what they name has no weight in this model")
    dtype, base = DTYPES[question.dtype], DTYPES[question.base_dtype]
    size_of_file = None
    if _pairs(chosen) + decoder.depth > MOST_FILED:
        notes.append(f"no file size: a file of more than {MOST_FILED} pairs isn't listed")
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
        total_parameters=total(decoder),
        idealised=_idealised(configuration, decoder, question, chosen),
        modules=tuple(
            ModuleCount(place.shown, place.linear.out, place.linear.in_, *numbers)
            for place, *numbers in merged(chosen)),
        terms=terms,
        taken=configuration.taken,
        notes=tuple(notes),
        in_layers=int(model_weights(decoder)),
    )


def _notes(configuration: Configuration, decoder: Decoder, question: Question, chosen: Sequence[Place],
           saved: Sequence[Saved]) -> Iterator[str]:
    """Say what a reader should know of the model, of the head, of biases, and of versions of the library."""
    yield from notes_on_the_head(configuration)
    if question.bias == "lora_only":
        yield "biases are trained and filed as PEFT 0.21 does; 0.17 leaves them out of the file"
    yield from decoder.versions
    rows = [table for table, _ in rows_trained(decoder, question.trainable_token_indices)]
    yield from _notes_on_names(decoder, question, (*chosen, *saved, *rows))
    if question.bias == "all":
        buffers = dict.fromkeys((*decoder.buffers, *(
            name for run in decoder.runs if run.count for name in run.layer.buffers)))
        if buffers:
            yield f"{', '.join(buffers)}: no parameter; PEFT 0.17 stores it beside the biases"
    if question.layers_to_transform is not None and any(
            re.search(r"\*|\.\d+\.", place.name)
            for place in (_in_all_layers(decoder, question) if decoder.depth <= MOST_FILED else chosen)):
        yield ("layers_to_transform: the first number in a name is its layer's; PEFT 0.17 took the last one, as an "
               "expert's, and adapts others or none")
    elsewhere = biases_in_name(decoder) if question.bias == "all" else {}
    if elsewhere:
        yield (f"{', '.join(elsewhere)}: not trained by PEFT 0.21, being no module's bias; 0.17 trains whatever has "
               f"bias in its name, {sum(elsewhere.values()):,} parameters more")
    if question.num_labels and not saved:
        yield f"the {decoder.heads[0].name} head isn't trained: modules_to_save must name it"
    if not decoder.heads:
        yield "counted bare, as the library's base class has it: without a head for tokens or classes"
    if any(name and head.name.endswith(name) for name in question.trainable_token_indices for head in decoder.heads):
        yield "trainable_token_indices: PEFT 0.17 refuses rows of a head, being no table"


def notes_on_the_head(configuration: Configuration) -> Iterator[str]:
    """Say where versions of the library tie the head or not: the whole doesn't say, and its text is read by one."""
    field = "tie_word_embeddings"
    if not configuration.parts:
        return
    inner = configuration.parts[0]
    assert inner is not None
    text, (head,) = inner.dimensions.tie_word_embeddings, configuration.decoder.heads
    here = configuration.dimensions.tie_word_embeddings
    if text != here:
        said = "isn't given for the whole" if field in configuration.taken else "of the whole and of its text differ"
        yield (f"{field} {said}: transformers 5 takes {str(here).lower()}; 4 asked its text, which "
               f"has {str(text).lower()}, and gave {head.out * head.in_:,} parameters {'more' if here else 'fewer'}")


def _notes_on_names(decoder: Decoder, question: Question, trained: Iterable[Place | Saved | Linear]) -> Iterator[str]:
    """Say what version 4 calls otherwise, of what is trained or asked for, and what names reach there alone."""
    given = (question.targets, tuple(question.rank_pattern), question.exclude_modules, question.modules_to_save)
    said = " ".join(one if isinstance(one, str) else " ".join(one) for one in given)
    held = [f"{one.path}.{one.name}" if isinstance(one, Place) and one.beside else one.name for one in trained]
    held += [f"{run.path}." for run in decoder.towers if question.bias == "all"]
    for here, there in decoder.renamed:
        if there.rstrip(".").rpartition(".")[2] in said or any(name.startswith(here) for name in held):
            more = "…" if here.endswith(".") else ""
            yield f"{here}{more}: transformers 4 calls it {there}{more}, in target_modules and in the file"
    if not decoder.reached or not question.targets:
        return
    meant = spelled(question.targets)
    for name in decoder.reached:
        full = [f"{decoder.path}.{layer}.{name}" for layer in range(min(int(decoder.depth), MOST_FILED))]
        if ALL_LINEAR in meant.names or meant.among(full):
            yield f"{name}: a Linear in transformers 4, where these targets reach it; a parameter in 5"


def _notes_on_towers(decoder: Decoder, question: Question, chosen: Sequence[Place]) -> Iterator[str]:
    """Say where names alone, listed as target_modules, would reach a tower that a word of ours leaves out."""
    names = list(dict.fromkeys(place.name for place in chosen))
    leaves = {place.leaf for place in chosen}
    beside = {place.path for place in places(decoder) if place.beside and place.leaf in leaves}
    if question.targets not in PARTS or not beside or any(place.beside or place.fused for place in chosen):
        return
    meant = "|".join(re.escape(name).replace(r"\*", r"\d+") for name in names)
    yield (f"a list of these names reaches {', '.join(sorted(beside))} as well; as one regular expression, "
           rf"{re.escape(decoder.path)}\.\d+\.({meant}), target_modules doesn't")


def _held(decoder: Decoder, question: Question) -> Decoder:
    return in_version_5(decoder) if question.experts == FUSED else decoder


def _in_all_layers(decoder: Decoder, question: Question) -> Sequence[Place]:
    """Give what the question would adapt in all layers."""
    whole = replace(question, layers_to_transform=None, layers_pattern=())
    return selected(decoder, whole, layout_of(decoder, question)).places


def _pairs(chosen: Sequence[Place]) -> int:
    return sum(len(place.layers) if place.fused else place.count for place in chosen)


def layout_of(decoder: Decoder, question: Question) -> str | None:
    """Give how the experts are held, "apart" or "fused"; None for a model that has none.

    Raises `Refusal` for a layout that the family hasn't got in any version of the library.
    """
    layer = layer_of(decoder)
    if layer is None:
        if question.experts == FUSED:
            raise Refusal("experts: the model has none")
        return None
    if layer.stacked and question.experts == APART:
        raise Refusal("experts: this family's are 3-D parameters in every version of the library, never apart")
    return FUSED if layer.stacked else question.experts or APART


def adapted(decoder: Decoder, question: Question) -> tuple[list[Place], list[str]]:
    """Give the places that are adapted, and notes on what was left out of them."""
    decoder = _held(decoder, question)
    layout = layout_of(decoder, question)
    selection = selected(decoder, question, layout)
    chosen = list(selection.places)
    notes = []
    if selection.skipped:
        notes.append(f"skipped: {_some(selection.skipped)}: the model has no such module, and the library says nothing")
    if selection.ignored:
        notes.append(f"rank_pattern: {_some(selection.ignored)}: none of the adapted modules is called so")
    if question.dora and any(place.fused for place in chosen):
        raise Refusal("dora: the reference implementation has none for fused experts")
    if question.lora_bias and (question.dora or question.target_parameters
                               or any(place.fused or place.linear in decoder.tables for place in chosen)):
        raise Refusal("lora_bias: the library refuses it beside DoRA, for tables and for parameters")
    notes += _notes_on_experts(decoder, question, chosen, layout)
    notes += _notes_on_towers(decoder, question, chosen)
    paths = {place.path for place in chosen if place.path}
    depth = int(sum(run.count for run in decoder.runs if decoder.path_of(run) in paths))
    reached = sum(len(set().union(*(place.layers for place in chosen if place.path == path)))
                  for path in paths) if depth <= MOST_FILED else depth
    if 0 < reached < depth and question.layers_to_transform is None:
        notes.append(f"these targets reach {reached:,} of {depth:,} layers")
    narrow = min((min(place.linear.out, place.linear.in_), place.name) for place in chosen)
    if any(place.rank > min(place.linear.out, place.linear.in_) for place in chosen if not place.fused):
        notes.append(f"the rank is above {narrow[0]}, the smaller side of {narrow[1]}: more can't help there")
    return chosen, notes


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(name[:60] for name in names[:8])
    return shown if len(names) <= 8 else f"{shown} and {len(names) - 8} more"


def _notes_on_experts(decoder: Decoder, question: Question, chosen: Sequence[Place],
                      layout: str | None) -> Iterator[str]:
    layer = layer_of(decoder)
    if layer is None or layout != FUSED:
        return
    if any(place.fused for place in chosen):
        if question.layers_to_transform is not None:
            yield "fused experts: layers_to_transform doesn't bear on parameters; those of all layers are adapted"
        if layer.crossed:
            yield "fused experts: PEFT 0.21 takes their rows for columns, and so are the pairs' shapes; 0.17 doesn't"
        leaves = {linear.name.rpartition(".")[2] for linear in layer.experts}
        left_out = dict.fromkeys(place.name for place in places(decoder) if place.module.part == "mlp"
                                 and not place.module.is_expert and place.leaf in leaves)
        if left_out and not layer.stacked:
            yield f"fused experts: the reference implementation leaves out {', '.join(left_out)}"
    elif layer.stacked:
        names = ", ".join(linear.name for linear, _ in fused(layer))
        yield f"experts: target_modules doesn't reach them, being 3-D parameters; target_parameters does, as {names}"


def _listed(decoder: Decoder, question: Question, chosen: Sequence[Place]) -> tuple[str, ...]:
    """Give the shortest names of what is adapted, as one would list them in target_modules."""
    try:
        found: Sequence[Place] = choose(decoder, replace(question, rank_pattern={})).places
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
        yield "bias", biases_besides(decoder, saved)
    rows = rows_trained(decoder, question.trainable_token_indices)
    if rows:
        yield "tokens", sum(number * table.in_ for table, number in rows)
    sums: Counter[str] = Counter()
    for module in saved:
        sums[module.term] += module.parameters
    yield from sums.items()


def has_bias(place: Place) -> bool:
    """Whether the Linear that is adapted has a bias; a parameter has none."""
    return place.linear.bias and not place.fused and place.module.part != "router"


# The file ---------------------------------------------------------------------------------------------------------


def pair_tensors(decoder: Decoder, question: Question, chosen: Sequence[Place]) -> Iterator[Tensor]:
    """Give the tensors of the pairs, and their magnitudes, by the names that the field's library gives them."""
    in_layer = {layer: sum(place.fused for place in chosen if layer in place.layers)
                for place in chosen if place.fused for layer in place.layers}
    tables = {linear.name for linear in decoder.tables}
    for place in chosen:
        if place.fused:
            yield from _fused_tensors(place, in_layer)
            continue
        table = place.name in tables
        first, second, magnitude = pair_shapes(place.linear, place.rank, table=table)
        for name in place.names():
            for ending, shape in zip(PAIR_OF_A_TABLE if table else PAIR, (first, second), strict=True):
                yield PREFIX + name + ending, shape
            if question.dora:
                yield PREFIX + name + MAGNITUDE, magnitude
            if question.lora_bias:
                yield PREFIX + name + BIAS_OF_B, (place.linear.out,)
    for held, rows in rows_trained(decoder, question.trainable_token_indices):
        yield f"{PREFIX}{held.name}{ROWS}", (rows, held.in_)


def base_tensors(decoder: Decoder, question: Question, chosen: Sequence[Place]) -> Iterator[Tensor]:
    """Give what the file holds of the base: trained biases, modules trained whole, tables of what is adapted."""
    saved = saved_modules(decoder, question.modules_to_save)
    wrapped = set()
    for place in chosen:
        if question.bias != "none" and has_bias(place):
            for name in place.names():
                wrapped.add(name)
                yield f"{PREFIX}{name}{INNER}.bias", (place.linear.out,)
    whole = [] if question.trainable_token_indices else stored_whole(
        decoder, question.targets, [place.linear for place in chosen])
    for linear in whole:
        yield f"{PREFIX}{linear.name}{INNER}.weight", (linear.out, linear.in_)
        if linear.bias and linear.name not in wrapped:
            wrapped.add(linear.name)
            yield f"{PREFIX}{linear.name}{INNER}.bias", (linear.out,)
    for module in saved:
        yield PREFIX + module.weight, module.shape
        if module.bias:
            yield f"{PREFIX}{module.name}.bias", (module.bias,)
            if question.bias == "all":                           # the same bias under the names of the wrapper's two
                owner, within = module.owner or module.name, ".default" if module.owner else ""
                rest = module.name.removeprefix(owner)
                yield f"{PREFIX}{owner}.modules_to_save{within}{rest}.bias", (module.bias,)
                yield f"{PREFIX}{owner}.original_module{rest}.bias", (module.bias,)
    if question.bias == "all":
        left = wrapped | {module.name for module in saved}
        for name, size in all_biases(decoder):
            if name not in left:
                yield f"{PREFIX}{name}.bias", (size,)


def tensors(decoder: Decoder, question: Question, chosen: Sequence[Place]) -> Iterator[Tensor]:
    """Give every tensor of the adapter's file."""
    yield from pair_tensors(decoder, question, chosen)
    yield from base_tensors(decoder, question, chosen)


def _fused_tensors(place: Place, in_layer: Mapping[int, int]) -> Iterator[Tensor]:
    """Give the pair of a 3-D parameter: one A and one B over all experts; down_proj wraps the gate_up_proj."""
    linear, width = place.linear, len(place.experts) * place.rank
    owner, leaf = place.name.rsplit(".", 1)
    for layer in place.layers:
        inner = INNER if leaf != "down_proj" and in_layer[layer] == 2 else ""
        yield f"{PREFIX}{place.path}.{layer}.{owner}{inner}{PAIR[0]}", (width, linear.in_)
        yield f"{PREFIX}{place.path}.{layer}.{owner}{inner}{PAIR[1]}", (linear.out, width)


# The textbook layer beside it -------------------------------------------------------------------------------------


def _idealised(configuration: Configuration, decoder: Decoder, question: Question,
               chosen: Sequence[Place]) -> Idealised | None:
    """Count the textbook counterpart of what is adapted, at the model's h, the layers asked for, and the rank."""
    full, lora = sum(place.full for place in chosen), sum(place.lora for place in chosen)
    hidden_size = configuration.dimensions.hidden_size
    linears = _counterpart(decoder, question, chosen, hidden_size) if hidden_size else ()
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
    whole = replace(question, rank=1, targets="all", exclude_modules=(), target_parameters=(), modules_to_save=())
    everything = selected(decoder, whole, layout_of(decoder, question)).places
    linears: Linears = ()
    for part, ideal in (("attention", textbook.attention(hidden_size)), ("mlp", textbook.mlp(hidden_size))):
        wanted = _sizes(place for place in everything if place.module.part == part)
        found = _sizes(place for place in chosen if place.module.part == part)
        if found == wanted:
            linears += ideal if found else ()
        elif found:
            named = {linear.name: linear for linear in ideal}
            leaves = [name.rpartition(".")[2] for name in found]
            if {*leaves} - named.keys() or any(found[name] != wanted.get(name) for name in found):
                return ()
            linears += tuple(named[leaf] for leaf in leaves)
    return linears


def _sizes(found: Iterable[Place]) -> Counter[str]:
    sizes: Counter[str] = Counter()
    for place in found:
        sizes[place.name] += place.count
    return sizes
