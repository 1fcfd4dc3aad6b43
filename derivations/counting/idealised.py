"""The textbook counterpart of what is adapted: the same targets in the textbook layer, at the model's own h and L."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from derivations.counting import textbook
from derivations.counting.architecture.decoder import Decoder, Linears
from derivations.counting.configuration import Configuration
from derivations.counting.place import Place
from derivations.counting.question import Question
from derivations.counting.stacked import how_held, selected


class Idealised(NamedTuple):
    """What the textbook layer says of the same part, from h, L and r; errors are (idealised − exact)/exact."""

    full: int
    lora: int
    full_error: Fraction
    lora_error: Fraction


def idealised(configuration: Configuration, decoder: Decoder, question: Question,
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
    everything = selected(decoder, whole, how_held(decoder, question)).places
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
