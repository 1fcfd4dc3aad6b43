"""Places split by what picks them: a name, in which numbers may mean one layer or expert, or a regular expression."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import replace

from derivations.counting.expression import MOST, SPECIAL, Expression, matched, of_rank
from derivations.counting.place import Place
from derivations.counting.refusal import Refusal
from derivations.counting.spelling import spelled

MOST_NAMES = 10**6
"""Of how many Linears of one name single ones may be picked."""
MOST_PICKED = 5 * 10**7
"""How many layers and experts may be gone through for all names that pick single ones."""
Split = tuple[list[Place], list[Place]]
"""The places that a pattern matches, and the others."""


def without(found: Sequence[Place], exclude: str | Iterable[str]) -> list[Place]:
    """Give the places that `exclude_modules` leaves."""
    asked = spelled(exclude, "exclude_modules")
    if asked.expression:
        return by_expression(asked.expression, found)[1]
    rest = list(found)
    bounded(asked.names, rest, "exclude_modules")
    for name in asked.names:
        rest = by_name(name, rest)[1]
    return rest


def with_ranks(chosen: list[Place], rank_pattern: Mapping[str, int]) -> tuple[list[Place], tuple[str, ...]]:
    """Give the places their ranks: the first pattern that matches counts. Patterns that match nothing come second."""
    done: list[Place] = []
    adapted = chosen
    ignored = []
    bounded(rank_pattern, adapted, "rank_pattern")
    patterns = [pattern for pattern in rank_pattern if SPECIAL.search(pattern) or (     # a dot stands for any letter
        "." in pattern and not by_name(pattern, adapted)[0])]
    names = matched([of_rank(one) for one in patterns], _names(adapted, "rank_pattern")) if patterns else []
    meant = dict(zip(patterns, names, strict=True))
    for pattern, rank in rank_pattern.items():
        if pattern in meant:
            hits, chosen = _by_whole_names(meant[pattern], chosen)
            used = bool(meant[pattern])
        else:
            hits, chosen = by_name(pattern, chosen)
            used = bool(hits or by_name(pattern, adapted)[0])    # else an earlier pattern has them all
        if not used:
            ignored.append(pattern)
        done += [replace(place, rank=rank) for place in hits]
    return done + chosen, tuple(ignored)


def split_each(found: Iterable[Place], split: Callable[[Place], Split]) -> Split:
    """Split each place, and put what matches together."""
    hits: list[Place] = []
    rest: list[Place] = []
    for place in found:
        matching, others = split(place)
        hits += matching
        rest += others
    return hits, rest


def by_name(target: str, found: Iterable[Place]) -> Split:
    """Split places by one name, in which numbers may pick a layer or an expert."""
    return split_each(found, lambda place: split_by_name(target, place))


def split_by_name(target: str, place: Place) -> Split:
    """Split one place by one name."""
    if place.leaf != "*" and target.rpartition(".")[2] != place.leaf:
        return [], [place]
    parts, asked = place.name_at("#").split("."), target.split(".")
    layers, experts = place.layers, place.experts
    if len(asked) > len(parts):
        return [], [place]
    for ask, part in zip(reversed(asked), reversed(parts), strict=False):
        if part not in ("#", "*"):
            if ask != part:
                return [], [place]
        else:
            numbers = layers if part == "#" else experts
            if not (ask.isascii() and ask.isdigit() and len(ask) < 11 and int(ask) in numbers and str(int(ask)) == ask):
                return [], [place]
            if part == "#":
                layers = [int(ask)]
            else:
                experts = [int(ask)]
    if layers is place.layers and experts is place.experts:
        return [place], []
    if place.count > MOST_NAMES:
        raise Refusal(f"targets: {target!r} picks one of more than {MOST_NAMES} Linears of that name")
    other_layers = [number for number in place.layers if number not in layers]
    other_experts = [number for number in place.experts if number not in experts]
    rest = place.at(other_layers, place.experts) + place.at(layers, other_experts)
    return place.at(layers, experts), rest


def by_expression(expression: Expression, found: Sequence[Place]) -> Split:
    """Look at every name; layers whose experts are matched alike make one place again."""
    return _by_whole_names(expression.matching(_names(found, expression.field)), found)


def _names(found: Sequence[Place], field: str) -> list[str]:
    if sum(place.count for place in found) > MOST:
        raise Refusal(f"{field}: a regular expression is matched against at most {MOST} names")
    return [name for place in found for name in place.names()]


def _by_whole_names(names: Set[str], found: Sequence[Place]) -> Split:
    hits: list[Place] = []
    rest: list[Place] = []
    for place in found:
        matching: dict[tuple[int, ...], list[int]] = {}
        others: dict[tuple[int, ...], list[int]] = {}
        for layer in place.layers:
            chosen = {expert for expert in place.experts if place.name_at(layer, expert) in names}
            matching.setdefault(tuple(one for one in place.experts if one in chosen), []).append(layer)
            others.setdefault(tuple(one for one in place.experts if one not in chosen), []).append(layer)
        hits += [part for experts, layers in matching.items() for part in place.at(layers, experts)]
        rest += [part for experts, layers in others.items() for part in place.at(layers, experts)]
    return hits, rest


def bounded(names: Iterable[str], found: Sequence[Place], field: str) -> None:
    """Raise `Refusal` where names pick so many single layers or experts that it would take long."""
    longest = max((len(place.layers) + len(place.experts) for place in found if place.count <= MOST_NAMES), default=0)
    if longest * sum(1 for name in names if any(part.isdigit() for part in name.split("."))) > MOST_PICKED:
        raise Refusal(f"{field}: too many names that pick one layer or expert of a model that has so many")
