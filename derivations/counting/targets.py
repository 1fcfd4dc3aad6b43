"""Which Linears are adapted: target names resolved as the field's library resolves them.

A name matches a module's last parts: `c_proj` is two modules of GPT-2, `mlp.c_proj` one, `h.0.mlp.c_proj` one of one
layer. A regular expression is matched in full against whole names such as `model.layers.0.self_attn.q_proj`. A name
that the model hasn't is skipped, as long as another is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import NamedTuple

from derivations.counting.architecture.decoder import APART, REFUSED, WRAPPER, Decoder, Module
from derivations.counting.expression import MOST, SPECIAL, Expression, matched
from derivations.counting.linear import Convolution, Linear, full, lora
from derivations.counting.question import Question
from derivations.counting.refusal import Refusal, is_whole
from derivations.counting.spelling import ALL_LINEAR, PARTS, Spelled, ends_in, spelled
from derivations.nearest import nearest

OUTSIDE = "outside"
"""The part of what stands outside the layers: the head, the embeddings."""

MOST_NAMES = 10**6
"""Of how many Linears of one name single ones may be picked."""

MOST_PICKED = 5 * 10**7
"""How many layers and experts may be gone through for all names that pick single ones."""

MOST_LAYERS_NAMED = 1000
"""The deepest model in which names of modules that hold others are looked for."""

_TOGETHER = {
    "q, k and v": (("c_attn", "query_key_value", "qkv_proj"), ("q_proj", "k_proj", "v_proj", "query", "key", "value")),
    "gate and up": (("gate_up_proj",), ("gate_proj", "up_proj")),
}
"""What some families hold in one Linear: how they call it, and what the parts are called elsewhere."""

_ALONE = range(1)


@dataclass(frozen=True)
class Place:
    """One module in some layers (and in some experts of each), with one rank.

    layers, experts  their numbers; a module that isn't an expert's has one nameless expert, number 0
    path             where the layers are; "" for what stands outside them
    beside           whether that isn't where the model's own layers are
    fused            the experts' matrices are one 3-D parameter, and so are their pairs
    """

    module: Module
    layers: Sequence[int]
    experts: Sequence[int] = _ALONE
    path: str = ""
    beside: bool = False
    rank: int = 1
    fused: bool = False

    @property
    def linear(self) -> Linear:
        """The shape that is adapted."""
        return self.module.linear

    @property
    def name(self) -> str:
        """The module's name, with a `*` for the expert's number."""
        return self.linear.name

    @property
    def leaf(self) -> str:
        """The last part of its name."""
        return self.name.rpartition(".")[2]

    @property
    def shown(self) -> str:
        """The name as a table shows it: with its path, where that isn't the model's own."""
        return f"{self.path}.*.{self.name}" if self.beside else self.name

    @property
    def count(self) -> int:
        """How many matrices these are."""
        return len(self.layers) * len(self.experts)

    @property
    def full(self) -> int:
        """The weights of all of them."""
        return self.count * int(full(self.linear))

    @property
    def lora(self) -> int:
        """The entries of all their pairs."""
        return self.count * int(lora(self.linear, self.rank))

    def names(self) -> Iterator[str]:
        """Name each matrix, as it is called within the model."""
        return (self.name_at(layer, expert) for layer in self.layers for expert in self.experts)

    def name_at(self, layer: int | str, expert: int | str = "*") -> str:
        """Give the name that the module has in this layer, and for this expert."""
        return f"{self.path}.{layer}.{self.name.replace('*', str(expert))}" if self.path else self.name

    def at(self, layers: Sequence[int], experts: Sequence[int]) -> list[Place]:
        """Give the same module at these layers and experts: nothing where either is empty."""
        return [replace(self, layers=layers, experts=experts)] if layers and experts else []


class Unmatched(Refusal):
    """Nothing is adapted."""


class Selection(NamedTuple):
    """What is adapted, each place with its rank; and which targets and keys of rank_pattern matched nothing."""

    places: tuple[Place, ...]
    skipped: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


Split = tuple[list[Place], list[Place]]
"""The places that a pattern matches, and the others."""


# What a name can mean ---------------------------------------------------------------------------------------------


def places(decoder: Decoder) -> list[Place]:
    """Give every Linear of the layers."""
    found = []
    for run in decoder.runs:
        numbers = range(run.first, run.stop)
        for module in run.layer.modules if numbers else ():
            owned = module if module.part in APART or not run.part else replace(module, part=run.part)
            experts = range(module.count) if module.is_expert else _ALONE
            found.append(Place(owned, numbers, experts, decoder.path_of(run), beside=bool(run.path)))
    return found


def outside(decoder: Decoder) -> list[Place]:
    """Give what stands outside the layers: embeddings, projections, the head."""
    found = {linear.name: linear for linear in (*decoder.tables, *decoder.linears, *decoder.heads)}
    return [Place(Module(linear, OUTSIDE), _ALONE) for linear in (*found.values(), *decoder.convolutions)]


def reachable(decoder: Decoder) -> list[Place]:
    """Give every module that a name can mean: 3-D experts can't be meant, being parameters."""
    stacked = {linear.name for run in decoder.runs if run.layer.stacked for linear in run.layer.experts}
    return [place for place in places(decoder) if place.name not in stacked] + outside(decoder)


# Which of it is meant ---------------------------------------------------------------------------------------------


def choose(decoder: Decoder, question: Question, pool: Sequence[Place] | None = None) -> Selection:
    """Give the places that the question's targets name, each with its rank; of a pool, or of all that a name can mean.

    Raises `Refusal` where nothing is found, naming what the model has.
    """
    layers = question.layers_to_transform
    asked = spelled(question.targets)
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
    for number in layers:
        if not is_whole(number, 0, decoder.depth - 1):
            raise Refusal(f"layers_to_transform: the model has layers 0 to {decoder.depth - 1}, not {number}")
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
        raise Refusal(f"targets: {place.name} is meant too: the library refuses to adapt it in this family")
    if isinstance(linear, Convolution) and linear.groups != 1:
        raise Refusal(f"targets: {linear.name} is meant too, a convolution in {linear.groups:,} groups: the library "
                      "takes no rank that they don't divide, and none is counted here")


def _named(decoder: Decoder, question: Question, asked: Spelled, known: list[Place],
           free: list[Place]) -> tuple[list[Place], tuple[str, ...]]:
    """Give what a list of names means, and the names in it that mean nothing."""
    chosen: list[Place] = []
    skipped: list[str] = []
    rest = free
    outer = {place.name for place in outside(decoder)}
    inside = tuple(f"{path}." for path in decoder.paths)
    _bounded(asked.names, known, "targets")
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


def _in_layers(place: Place, question: Question) -> Split:
    """Split a place by the number in its name that the library takes for its layer's."""
    layers = question.layers_to_transform or ()
    number = _layer_in(place.name_at("#"), question.layers_pattern)
    if number is None or (number.isdigit() and int(number) not in layers):
        return [], [place]
    if number.isdigit():
        return [place], []
    of = place.layers if number == "#" else place.experts
    chosen = {one for one in layers if one in of}
    rest = [one for one in of if one not in chosen] if len(of) <= MOST_NAMES else []
    if of is place.layers:
        return place.at(sorted(chosen), place.experts), place.at(rest, place.experts)
    return place.at(place.layers, sorted(chosen)), place.at(place.layers, rest)


def _layer_in(name: str, pattern: Sequence[str]) -> str | None:
    """Give the number that the library takes for a layer's: after a name of the pattern, or below a module."""
    parts = name.split(".")
    numbers = [at for at in range(1, len(parts) - 1) if parts[at] in "#*" or parts[at].isdigit()]
    found = ([at for name in pattern for at in numbers if parts[at - 1] == name] if pattern
             else [at for at in numbers if at > 1])
    return parts[found[0]] if found else None


def without(found: Sequence[Place], exclude: str | Iterable[str]) -> list[Place]:
    """Give the places that `exclude_modules` leaves."""
    asked = spelled(exclude, "exclude_modules")
    if asked.expression:
        return by_expression(asked.expression, found)[1]
    rest = list(found)
    _bounded(asked.names, rest, "exclude_modules")
    for name in asked.names:
        rest = by_name(name, rest)[1]
    return rest


def merged(found: Iterable[Place]) -> list[tuple[Place, int, int, int]]:
    """Give one row for each (name, shape, rank): a place to show, and its count, full and LoRA parameters over all."""
    rows: dict[tuple[object, ...], list[int]] = {}
    shown: dict[tuple[object, ...], Place] = {}
    for place in found:
        key = (place.path, place.name, place.linear.out, place.linear.in_, place.rank)
        shown.setdefault(key, place)
        sums = rows.setdefault(key, [0, 0, 0])
        for column, value in enumerate((place.count, place.full, place.lora)):
            sums[column] += value
    return [(shown[key], sums[0], sums[1], sums[2]) for key, sums in rows.items()]


def shortest_names(decoder: Decoder, chosen: Sequence[Place]) -> list[str]:
    """Give the shortest names that match the chosen modules and no other: what one would list as target_modules."""
    wanted = {place.name for place in chosen}
    others = {place.name for place in reachable(decoder)} - wanted
    result: list[str] = []
    for name in dict.fromkeys(place.name for place in chosen):
        parts = name.split(".")
        suffixes = (".".join(parts[start:]) for start in reversed(range(len(parts))))
        short = next((suffix for suffix in suffixes if not any(ends_in(other, suffix) for other in others)), name)
        if short not in result:
            result.append(short)
    return result


def with_ranks(chosen: list[Place], rank_pattern: Mapping[str, int]) -> tuple[list[Place], tuple[str, ...]]:
    """Give the places their ranks: the first pattern that matches counts. Patterns that match nothing come second."""
    done: list[Place] = []
    adapted = chosen
    ignored = []
    _bounded(rank_pattern, adapted, "rank_pattern")
    patterns = [pattern for pattern in rank_pattern if SPECIAL.search(pattern) or (     # a dot stands for any letter
        "." in pattern and not by_name(pattern, adapted)[0])]
    expressions = [Expression(rf"(.*\.)?({pattern})", "rank_pattern") for pattern in patterns]
    names = matched(expressions, _names(adapted, "rank_pattern")) if patterns else []
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


# Splitting places -------------------------------------------------------------------------------------------------


def _meant(decoder: Decoder, target: str, found: Iterable[Place]) -> Split:
    """Split places by one name, or by one word for a part."""
    if target in PARTS:
        return split_each(found, lambda place: _whole(place, place.module.part in PARTS[target]))
    if target != ALL_LINEAR:
        return by_name(target, found)
    tables = {linear.name for linear in (*decoder.tables, *decoder.heads)}
    return split_each(found, lambda place: _whole(place, not (
        place.name in tables or place.module.bare or isinstance(place.linear, Convolution)
        or place.module.part == WRAPPER)))


def _whole(place: Place, wanted: bool) -> Split:
    return ([place], []) if wanted else ([], [place])


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


def _bounded(names: Iterable[str], found: Sequence[Place], field: str) -> None:
    """Raise `Refusal` where names pick so many single layers or experts that it would take long."""
    longest = max((len(place.layers) + len(place.experts) for place in found if place.count <= MOST_NAMES), default=0)
    if longest * sum(1 for name in names if any(part.isdigit() for part in name.split("."))) > MOST_PICKED:
        raise Refusal(f"{field}: too many names that pick one layer or expert of a model that has so many")


# Refusals ---------------------------------------------------------------------------------------------------------


def check_containers(decoder: Decoder, question: Question, asked: Spelled, skipped: Iterable[str]) -> None:
    """Raise `Refusal` where targets mean a module that is no Linear too, as `self_attn` or a layer's number."""
    if asked.expression:
        names = _left(decoder, question)
        met = asked.expression.matching(names)
        wrong = next((name for name in names if name in met), None)
        if wrong is not None:
            raise Refusal(f"targets: the library refuses this expression: it matches {wrong} too, which is no Linear")
        return
    wanted = {*skipped, *(name for name in asked.names if name.isdigit())} - PARTS.keys()
    if not wanted or decoder.depth > MOST_LAYERS_NAMED:
        return
    layers = question.layers_to_transform
    for container in _left(decoder, question):
        if layers is not None and container not in wanted:
            number = _layer_in(container, question.layers_pattern)
            if number is None or int(number) not in layers:
                continue
        parts = container.split(".")
        meant = next((end for end in (".".join(parts[at:]) for at in range(len(parts))) if end in wanted), None)
        if meant is not None:
            raise Refusal(f"targets: the library refuses {meant!r}: it means {container} too, which is no Linear")


def _left(decoder: Decoder, question: Question) -> list[str]:
    """Name the modules that hold others, as far as `exclude_modules` leaves them."""
    names, exclude = list(_containers(decoder)), question.exclude_modules
    out = spelled(exclude, "exclude_modules").among(names) if exclude else ()
    return [name for name in names if name not in out]


def _containers(decoder: Decoder) -> dict[str, None]:
    """Name the modules that hold others, and the norms."""
    names = dict.fromkeys(owner for place in outside(decoder) for owner in above(place.name))
    for run in decoder.runs:
        names |= dict.fromkeys(above(f"{decoder.path_of(run)}.#"))
        for layer in range(run.first, min(run.stop, run.first + MOST)):
            at = f"{decoder.path_of(run)}.{layer}"
            names |= dict.fromkeys([at, *(f"{at}.{one.name}" for one in run.layer.vectors if is_norm(one.name))])
            owners = dict.fromkeys(
                owner for module in run.layer.modules for owner in above(module.linear.name) if "*" not in owner)
            names |= dict.fromkeys(f"{at}.{owner}" for owner in owners)
            names |= dict.fromkeys(f"{at}.{owner}.act_fn" for owner in owners if owner == "mlp")
    names |= dict.fromkeys(vector.name for vector in decoder.vectors if is_norm(vector.name))
    return names


def above(name: str) -> list[str]:
    """Give the names of the modules that a module stands in, the innermost last."""
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts))]


def is_norm(name: str) -> bool:
    """Whether a vector of this name is a norm's."""
    return "norm" in name.lower() or "ln" in name


def _unknown(decoder: Decoder, asked: Spelled, skipped: Sequence[str], known: Sequence[Place]) -> str:
    inside = [place for place in known if place.path and place.module.part != WRAPPER]
    names = list(dict.fromkeys(place.name for place in inside))
    target = asked.expression.text if asked.expression else (skipped or asked.names)[0]
    shown = target if len(target) <= 60 and target.isprintable() else "this text"
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
