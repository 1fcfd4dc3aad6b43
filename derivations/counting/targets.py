"""Which Linears are adapted: target names resolved as the field's library resolves them.

A name matches a module's last parts: `c_proj` is two modules of GPT-2, `mlp.c_proj` one, `h.0.mlp.c_proj` one of one
layer. A regular expression is matched in full against whole names such as `model.layers.0.self_attn.q_proj`. A name
that the model hasn't is skipped, as long as another is found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from derivations.counting.architecture.decoder import REFUSED, WRAPPER, Decoder
from derivations.counting.containers import check_containers, layer_in
from derivations.counting.linear import Convolution
from derivations.counting.picked import (
    MOST_NAMES,
    Split,
    bounded,
    by_expression,
    by_name,
    split_each,
    with_ranks,
    without,
)
from derivations.counting.place import Place, outside, places, reachable
from derivations.counting.question import Question
from derivations.counting.refusal import Refusal, is_whole
from derivations.counting.spelling import ALL_LINEAR, PARTS, Spelled, ends_in, spelled, starred
from derivations.nearest import nearest

_TOGETHER = {
    "q, k and v": (("c_attn", "query_key_value", "qkv_proj"), ("q_proj", "k_proj", "v_proj", "query", "key", "value")),
    "gate and up": (("gate_up_proj",), ("gate_proj", "up_proj")),
}
"""What some families hold in one Linear: how they call it, and what the parts are called elsewhere."""


class Unmatched(Refusal):
    """Nothing is adapted."""


class Selection(NamedTuple):
    """What is adapted, each place with its rank; and which targets and keys of rank_pattern matched nothing."""

    places: tuple[Place, ...]
    skipped: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


def named_places(decoder: Decoder, question: Question, pool: Sequence[Place] | None = None) -> Selection:
    """Give the places that the question's targets name, each with its rank; of a pool, or of all that a name can mean.

    Raises `Refusal` where nothing is found, naming what the model has.
    """
    layers = question.layers_to_transform
    asked = spelled(question.targets)
    if decoder.tableless and ALL_LINEAR in asked.names:
        raise Refusal("targets: PEFT 0.21 refuses all-linear in this family, looking for a token table: name what to "
                      "adapt")
    check_layers(decoder, question, asked)
    known = reachable(decoder) if pool is None else list(pool)
    if layers is not None and decoder.depth > MOST_NAMES:    # too deep to write out: the rest isn't looked at
        known = [part for place in known for part in (
            place.at(sorted({one for one in layers if one in place.layers}), place.experts) if place.path else [place])]
    free = [place for place in known
            if not any(f".{name}." in f".{place.name_at('#')}." for name in question.modules_to_save)]
    if question.exclude_modules:
        free = without(free, question.exclude_modules)
    skipped: tuple[str, ...] = ()
    if asked.expression:
        chosen = by_expression(asked.expression, free)[0]
    else:
        chosen, skipped = _named(decoder, question, asked, known, free)
    check_containers(decoder, question, asked, skipped)
    if not chosen:
        raise Unmatched(_unknown(decoder, asked, skipped, known))
    for place in sorted(chosen, key=lambda place: isinstance(place.linear, Convolution)):
        check_adaptable(place)
    order = {id(place.module): number for number, place in enumerate(known)}
    chosen = sorted(chosen, key=lambda place: (order[id(place.module)], place.layers[0]))
    ranked, ignored = with_ranks([replace(place, rank=question.rank) for place in chosen], question.rank_pattern)
    return Selection(tuple(ranked), skipped, ignored)


def check_layers(decoder: Decoder, question: Question, asked: Spelled) -> None:
    """Raise `Refusal` for a layer that the model doesn't have, for no layer at all, and beside other than names."""
    layers = question.layers_to_transform
    if layers is None:
        return
    if not layers:
        raise Refusal("layers_to_transform: none is named")
    numbered = filter(None, (_numbers(place, question.layers_pattern) for place in places(decoder)))
    last = max((numbers[-1] for numbers in numbered), default=decoder.depth - 1)
    for number in layers:
        if not is_whole(number, 0, last):
            raise Refusal(f"layers_to_transform: the model has layers 0 to {last}, not {number}")
    if asked.expression or ALL_LINEAR in asked.names:
        raise Refusal("layers_to_transform: the library takes it beside a list of names only")


def check_adaptable(place: Place) -> None:
    """Raise `Refusal` for what a name reaches, and the library refuses to adapt."""
    module, linear = place.module, place.linear
    if module.bare:
        raise Refusal(f"targets: {place.name} is a parameter, and no Linear: the library refuses it as a target")
    if module.part == WRAPPER:
        raise Refusal(f"targets: {place.name_at('*')} is meant too: it is no Linear, and the library refuses it")
    if module.part == REFUSED:
        raise Refusal(f"targets: {place.name} is meant too: PEFT 0.21 refuses to adapt it in this family, and "
                      "what an older one made of it isn't counted")
    if isinstance(linear, Convolution) and linear.groups != 1:
        how = f"in {linear.groups:,} groups" if linear.groups else "of one channel, or in groups, which no shape says"
        raise Refusal(f"targets: {linear.name} is meant too, a convolution {how}: the library takes no rank that "
                      "groups don't divide, and none is counted here")


def _named(decoder: Decoder, question: Question, asked: Spelled, known: list[Place],
           free: list[Place]) -> tuple[list[Place], tuple[str, ...]]:
    """Give what a list of names means, and the names in it that mean nothing."""
    chosen: list[Place] = []
    skipped: list[str] = []
    rest = free
    outer = {place.name for place in outside(decoder)}
    inside = tuple(f"{path}." for path in decoder.paths)
    bounded(asked.names, known, "targets")
    for name in asked.names:
        hits, others = _meant(decoder, name, rest)
        if question.layers_to_transform is not None and not (name.startswith(inside) or name in outer):
            hits, left = split_each(hits, lambda place: _in_layers(place, question))
            others += left                                                       # a whole name passes over the layers
        if not hits and not _meant(decoder, name, known)[0]:
            skipped.append(name)
        chosen += hits
        rest = others
    return chosen, tuple(skipped)


def _numbers(place: Place, pattern: Sequence[str]) -> Sequence[int]:
    """Give the numbers that the library takes for a place's layers: its own, its experts', or one in its path."""
    number = layer_in(place.name_at("#"), pattern)
    return () if number is None else {"#": place.layers, "*": place.experts}.get(number) or (int(number),)


def _in_layers(place: Place, question: Question) -> Split:
    """Split a place by the number in its name that the library takes for its layer's."""
    of = _numbers(place, question.layers_pattern)
    chosen = {one for one in question.layers_to_transform or () if one in of}
    rest = [one for one in of if one not in chosen] if len(of) <= MOST_NAMES else []
    if of is place.layers:
        return place.at(sorted(chosen), place.experts), place.at(rest, place.experts)
    if of is place.experts:
        return place.at(place.layers, sorted(chosen)), place.at(place.layers, rest)
    return _whole(place, bool(chosen))


def _meant(decoder: Decoder, target: str, found: Iterable[Place]) -> Split:
    """Split places by one name, or by one word for a part."""
    if target in PARTS:
        return split_each(found, lambda place: _whole(place, place.module.part in PARTS[target]))
    if target != ALL_LINEAR:
        return by_name(target, found)
    tables = {linear.name for linear in (*decoder.tables, *(() if decoder.plain_head else decoder.heads))}
    return split_each(found, lambda place: _whole(place, not (
        place.name in tables or place.module.bare or isinstance(place.linear, Convolution)
        or place.module.part == WRAPPER)))


def _whole(place: Place, wanted: bool) -> Split:
    return ([place], []) if wanted else ([], [place])


def _unknown(decoder: Decoder, asked: Spelled, skipped: Sequence[str], known: Sequence[Place]) -> str:
    inside = [place for place in known if place.path and place.module.part != WRAPPER]
    names = list(dict.fromkeys(starred(place.name) for place in inside))
    target = asked.expression.text if asked.expression else (skipped or asked.names)[0]
    shown = target if len(target) <= 60 and target.isprintable() else "this text"
    if not names:
        return f"targets: {shown!r}: the model has nothing in numbered layers that could be adapted"
    has = f"the model has {', '.join(names)}"
    if asked.expression:
        return f"targets: {shown!r} matches none of the names such as {inside[0].name_at(0, 0)}; {has}"
    if not skipped:
        return f"targets: what {shown!r} names is left out, or trained whole: nothing is adapted"
    stacked = next((run.layer for run in decoder.runs if run.layer.stacked), None)
    whole = [linear.name.replace(".*", "") for linear in stacked.experts] if stacked else []
    if any(ends_in(name, target) for name in whole):
        return (f"targets: {shown} is a 3-D parameter, which no target_modules reaches: "
                f"target_parameters does, as {','.join(whole)}")
    message = f"targets: no Linear is called {shown!r}; {has}"
    leaves = {place.leaf for place in inside}
    for what, (holders, parts) in _TOGETHER.items():
        holder = next((leaf for leaf in holders if leaf in leaves), None)
        if holder and target.rpartition(".")[2] in parts:
            return f"{message}: {holder} holds {what} in one, and adapting it isn't the same count"
    outer = {place.leaf for place in known if not place.path}
    return message + (older(decoder, target) or nearest(target, (*PARTS, *leaves, *outer)))


def older(decoder: Decoder, name: str) -> str:
    """Say what a name means in version 4 of the library, where it is of that version alone."""
    for here, there in decoder.renamed:
        if ends_in(there, name) or (name.startswith(there) and there.endswith(".")):
            return f": transformers 4 calls {here}{name.removeprefix(there)} so" if name.startswith(there) else (
                f": transformers 4 calls {here} so")
    return ""
