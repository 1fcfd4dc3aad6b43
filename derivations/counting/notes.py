"""What a reader should know of an answer: versions of the library that count otherwise, and what is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from derivations.counting.architecture.decoder import Decoder
from derivations.counting.besides import CLASSIFIERS, Saved, biases_in_name, rows_trained
from derivations.counting.configuration import Configuration
from derivations.counting.expression import SPECIAL
from derivations.counting.linear import Linear
from derivations.counting.place import Place, above, places
from derivations.counting.question import FUSED, Question
from derivations.counting.spelling import ALL_LINEAR, PARTS, spelled
from derivations.counting.stacked import fused, how_held, layer_with_experts, selected
from derivations.counting.targets import Selection
from derivations.counting.tensors import MOST_FILED


def notes_on_answer(configuration: Configuration, decoder: Decoder, question: Question, chosen: Sequence[Place],
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
            re.search(r"\*|\.\d+\.", f"{place.path}.{place.name}")
            for place in (_in_all_layers(decoder, question) if decoder.depth <= MOST_FILED else chosen)):
        yield ("layers_to_transform: the first number in a name is its layer's; PEFT 0.17 took the last one, as an "
               "expert's, and adapts others or none")
    elsewhere = biases_in_name(decoder) if question.bias == "all" else {}
    if elsewhere:
        yield (f"{', '.join(elsewhere)}: not trained by PEFT 0.21, being no module's bias; 0.17 trains whatever has "
               f"bias in its name, {sum(elsewhere.values()):,} parameters more")
    held = {owner for one in saved for owner in (one.name, *above(one.name))}
    passed = [name for name in question.modules_to_save
              if saved and name not in CLASSIFIERS and not any(owner.endswith(name) for owner in held)]
    if passed:
        yield (f"skipped: {', '.join(passed)} in modules_to_save: the model has no such module, and the library says "
               "nothing")
    lost = [name for name in question.exclude_modules if SPECIAL.search(name)] if not isinstance(
        question.exclude_modules, str) else []
    if lost:
        yield (f"exclude_modules: the library reads a list as names, and {', '.join(lost)} excludes nothing: one "
               "regular expression alone does")
    if question.num_labels and not saved:
        yield f"the {decoder.heads[0].name} head isn't trained: modules_to_save must name it"
    if not decoder.heads:
        yield "counted bare, as the library's base class has it: without a head for tokens or classes"
    if any(name and head.name.endswith(name) for name in question.trainable_token_indices for head in decoder.heads):
        yield "trainable_token_indices: PEFT 0.17 refuses rows of a head, being no table"


def notes_on_the_head(configuration: Configuration) -> Iterator[str]:
    """Say where versions of the library tie the head or not: the whole doesn't say, and its text is read by one."""
    field = "tie_word_embeddings"
    if not (configuration.parts and configuration.decoder.heads):
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
    held = [f"{one.path}.{one.name}" if isinstance(one, Place) and one.path else one.name for one in trained]
    if question.bias == "all":
        held += [*(f"{path}." for path in decoder.paths), *(one.name for one in decoder.linears if one.bias)]
    for here, there in decoder.renamed:
        if there.rstrip(".").rpartition(".")[2] in said or any(name.startswith(here) for name in held):
            more = "…" if here.endswith(".") else ""
            yield f"{here}{more}: transformers 4 calls it {there}{more}, in target_modules and in the file"
    if not (*decoder.reached, *decoder.refused) or not question.targets:
        return
    meant = spelled(question.targets)
    for name in (*decoder.reached, *decoder.refused):
        full = [f"{decoder.path}.{layer}.{name}" for layer in range(min(int(decoder.depth), MOST_FILED))]
        if name in decoder.refused and meant.among(full):
            yield f"{name}: PEFT 0.17 refuses these targets, which reach it in transformers 4, being no Linear"
        elif name in decoder.reached and (ALL_LINEAR in meant.names or meant.among(full)):
            yield f"{name}: a Linear in transformers 4, where these targets reach it; a parameter in 5"


def notes_on_targets(decoder: Decoder, question: Question, selection: Selection, layout: str | None) -> Iterator[str]:
    """Say what targets mean nothing, what they leave out and how far they reach."""
    chosen = selection.places
    if selection.skipped:
        yield f"skipped: {_some(selection.skipped)}: the model has no such module, and the library says nothing"
    if selection.ignored:
        yield f"rank_pattern: {_some(selection.ignored)}: none of the adapted modules is called so"
    yield from _notes_on_experts(decoder, question, chosen, layout)
    yield from _notes_on_towers(decoder, question, chosen)
    paths = {place.path for place in chosen if place.path}
    depth = int(sum(run.count for run in decoder.runs if decoder.path_of(run) in paths))
    reached = sum(len(set().union(*(place.layers for place in chosen if place.path == path)))
                  for path in paths) if depth <= MOST_FILED else depth
    if 0 < reached < depth and question.layers_to_transform is None:
        yield f"these targets reach {reached:,} of {depth:,} layers"
    narrow = min((min(place.linear.out, place.linear.in_), place.name) for place in chosen)
    if any(place.rank > min(place.linear.out, place.linear.in_) for place in chosen if not place.fused):
        yield f"the rank is above {narrow[0]}, the smaller side of {narrow[1]}: more can't help there"


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(name[:60] for name in names[:8])
    return shown if len(names) <= 8 else f"{shown} and {len(names) - 8} more"


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


def _in_all_layers(decoder: Decoder, question: Question) -> Sequence[Place]:
    """Give what the question would adapt in all layers."""
    whole = replace(question, layers_to_transform=None, layers_pattern=())
    return selected(decoder, whole, how_held(decoder, question)).places


def _notes_on_experts(decoder: Decoder, question: Question, chosen: Sequence[Place],
                      layout: str | None) -> Iterator[str]:
    layer = layer_with_experts(decoder)
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
