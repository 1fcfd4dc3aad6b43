"""Which Linears are adapted: target names resolved as the field's library resolves them.

A name matches a module's last parts: `c_proj` is two modules of GPT-2, `mlp.c_proj` one, `h.0.mlp.c_proj` one of one
layer. A regular expression is matched in full against whole names such as `model.layers.0.self_attn.q_proj`. A name
that the model hasn't is skipped, as long as another is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from derivations.counting.architecture.decoder import APART, REFUSED, WRAPPER, Decoder, Module
from derivations.counting.expression import MOST, SPECIAL, Expression, matched
from derivations.counting.linear import Convolution, Linear, full, lora
from derivations.counting.refusal import Refusal
from derivations.counting.spelling import ALL_LINEAR, PARTS, Spelled, spelled
from derivations.nearest import nearest

OUTSIDE = "outside"
"""The part of what stands outside the layers: the head, the embeddings."""

MOST_NAMES = 10**6
"""Of how many Linears of one name single ones may be picked."""

MOST_PICKED = 5 * 10**7
"""How many layers and experts may be gone through for all names that pick single ones."""

MOST_LAYERS_NAMED = 1000
"""The deepest model in which names of modules that hold others are looked for."""

_HOLDS = {
    "c_attn": "q, k and v", "query_key_value": "q, k and v", "qkv_proj": "q, k and v", "gate_up_proj": "gate and up",
}
_FUSED_AWAY = {
    "q_proj": "q, k and v", "k_proj": "q, k and v", "v_proj": "q, k and v", "query": "q, k and v",
    "key": "q, k and v", "value": "q, k and v", "gate_proj": "gate and up", "up_proj": "gate and up",
}
_ALONE = range(1)


@dataclass(frozen=True)
class Place:
    """One module in some layers (and in some experts of each), with one rank.

    layers, experts  their numbers; a module that isn't an expert's has one nameless expert, number 0
    fused            the experts' matrices are one 3-D parameter, and so are their pairs
    stack            where its layers are, if not where the model's are
    """

    module: Module
    layers: Sequence[int]
    experts: Sequence[int] = _ALONE
    rank: int = 1
    fused: bool = False
    stack: str = ""

    @property
    def linear(self) -> Linear:
        """The shape that is adapted."""
        return self.module.linear

    @property
    def name(self) -> str:
        """The module's name, with a `*` for the expert's number."""
        return self.linear.name

    @property
    def shown(self) -> str:
        """The name as a table shows it: with the stack, where the model has another."""
        return f"{self.stack}.*.{self.name}" if self.stack else self.name

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

    def sites(self, path: str) -> Iterator[tuple[int, int, str]]:
        """Each matrix: its layer, its expert, and its name within the model, whose layers are at `path`."""
        for layer in self.layers:
            for expert in self.experts:
                yield layer, expert, self.name_at(path, layer, expert)

    def name_at(self, path: str, layer: int | str, expert: int | str = "*") -> str:
        """Give the name that the module has in this layer, and for this expert."""
        if self.module.part == OUTSIDE:
            return self.name
        return f"{self.stack or path}.{layer}.{self.name.replace('*', str(expert))}"

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


def places(decoder: Decoder) -> list[Place]:
    """Give every Linear of the layers."""
    found = []
    for run in decoder.runs:
        numbers = range(run.first, run.stop)
        for module in run.layer.modules if numbers else ():
            owned = module if module.part in APART or not run.part else replace(module, part=run.part)
            experts = range(module.count) if module.is_expert else _ALONE
            found.append(Place(owned, numbers, experts, stack=run.path))
    return found


def reachable(decoder: Decoder) -> list[Place]:
    """Give every module that a name can mean: 3-D experts can't be meant, being parameters."""
    stacked = {linear.name for run in decoder.runs if run.layer.stacked for linear in run.layer.experts}
    return [place for place in places(decoder) if place.name not in stacked] + outside(decoder)


def check_layers(decoder: Decoder, layers: Sequence[int] | None) -> None:
    """Raise `Refusal` for a layer that the model doesn't have, and for no layer at all."""
    if layers is None:
        return
    depth = decoder.depth
    if not layers:
        raise Refusal("layers_to_transform: none is named")
    for number in layers:
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < depth:
            raise Refusal(f"layers_to_transform: the model has layers 0 to {depth - 1}, not {number}")


def choose(decoder: Decoder, targets: str | Iterable[str], rank: int, *, layers: Sequence[int] | None = None,
           rank_pattern: Mapping[str, int] | None = None, exclude: str | Iterable[str] = (),
           saved: Iterable[str] = (), pool: Sequence[Place] | None = None,
           pattern: Sequence[str] = ()) -> Selection:
    """Give the places that the targets name, each with its rank.

    targets       as in `spelling`
    layers        the layers to adapt (`layers_to_transform`); None means every layer
    pattern       what stands before a layer's number in a name (`layers_pattern`); by default the first number is meant
    rank_pattern  a rank of its own for the modules that a name or regular expression matches
    exclude       names, or one regular expression, of modules that are left out (`exclude_modules`)
    saved         modules that are trained whole, which no target reaches
    pool          where to look; by default all that a name can mean

    Raises `Refusal` where nothing is found, naming what the model has.
    """
    check_layers(decoder, layers)
    asked = spelled(targets)
    known = reachable(decoder) if pool is None else list(pool)
    if layers is not None and decoder.depth > MOST_NAMES:    # too deep to write out: the rest isn't looked at
        known = [part for place in known for part in (
            [place] if place.module.part == OUTSIDE
            else place.at(sorted({one for one in layers if one in place.layers}), place.experts))]
    if layers is not None and (asked.expression or ALL_LINEAR in asked.names):
        raise Refusal("layers_to_transform: the library takes it beside a list of names only")
    free = [place for place in known
            if not any(f".{name}." in f".{place.name_at(decoder.path, '#')}." for name in saved)]
    if exclude:
        free = without(decoder, free, exclude)
    if asked.expression:
        chosen = by_expression(decoder, asked.expression, free)[0]
        skipped: tuple[str, ...] = ()
        check_containers(decoder, asked.expression, exclude)
    else:
        chosen, skipped = _named(decoder, asked, known, free, layers=layers, pattern=pattern)
        met = skipped + tuple(name for name in asked.names if name.isdigit())
        check_named_containers(decoder, met, exclude, layers, pattern)
    if not chosen:
        raise Unmatched(_unknown(decoder, asked, skipped, known))
    bare = next((place.name for place in chosen if place.module.part == "router" and _is_bare(decoder, place)), None)
    if bare is not None:
        raise Refusal(f"targets: {bare} is a parameter, and no Linear: the library refuses it as a target")
    wrapper = next((place.name_at(decoder.path, "*") for place in chosen if place.module.part == WRAPPER), None)
    if wrapper is not None:
        raise Refusal(f"targets: {wrapper} is meant too: it is no Linear, and the library refuses it")
    refused = next((place.name for place in chosen if place.module.part == REFUSED), None)
    if refused is not None:
        raise Refusal(f"targets: {refused} is meant too: the library refuses to adapt it in this family")
    grouped = next((one for place in chosen if isinstance(one := place.linear, Convolution) and one.groups != 1), None)
    if grouped is not None:
        raise Refusal(f"targets: {grouped.name} is meant too, a convolution in {grouped.groups:,} groups: the library "
                      "takes no rank that they don't divide, and none is counted here")
    order = {id(place.module): number for number, place in enumerate(known)}
    chosen = sorted(chosen, key=lambda place: (order[id(place.module)], place.layers[0]))
    ranked, ignored = with_ranks(decoder, [replace(place, rank=rank) for place in chosen], rank_pattern or {})
    return Selection(tuple(ranked), skipped, ignored)


def select(decoder: Decoder, targets: str | Iterable[str], rank: int, **options: Any) -> tuple[Place, ...]:
    """Give the places alone."""
    return choose(decoder, targets, rank, **options).places


def _named(decoder: Decoder, asked: Spelled, known: list[Place], free: list[Place], *,
           layers: Sequence[int] | None, pattern: Sequence[str]) -> tuple[list[Place], tuple[str, ...]]:
    """Give what a list of names means, and the names in it that mean nothing."""
    chosen: list[Place] = []
    skipped: list[str] = []
    rest = free
    _bounded(asked.names, known, "targets")
    for name in asked.names:
        hits, others = split_all(decoder, name, rest)
        if layers is not None and not is_whole(decoder, name):       # a whole name passes over the layers
            split = [_in_layers(decoder, place, layers, pattern) for place in hits]
            hits = [part for kept, _ in split for part in kept]
            others += [part for _, rest in split for part in rest]
        if not hits and not split_all(decoder, name, known)[0]:
            skipped.append(name)
        chosen += hits
        rest = others
    return chosen, tuple(skipped)


def _in_layers(decoder: Decoder, place: Place, layers: Sequence[int], pattern: Sequence[str]) -> Split:
    """Split a place by the number in its name that the library takes for its layer's."""
    parts = place.name_at(decoder.path, "#").split(".")
    number = _layer_in(parts, pattern)
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


def _layer_in(parts: Sequence[str], pattern: Sequence[str]) -> str | None:
    """Give the number that the library takes for a layer's: after a name of the pattern, or below a module."""
    numbers = [at for at in range(1, len(parts) - 1) if parts[at] in "#*" or parts[at].isdigit()]
    found = ([at for name in pattern for at in numbers if parts[at - 1] == name] if pattern
             else [at for at in numbers if at > 1])
    return parts[found[0]] if found else None


def _is_bare(decoder: Decoder, place: Place) -> bool:
    return any(run.layer.bare and place.layers[0] in range(run.first, run.stop) for run in decoder.runs)


def is_whole(decoder: Decoder, name: str) -> bool:
    """Whether a name is a module's whole name, and not its last parts alone."""
    inside = name.startswith(tuple(f"{path}." for path in decoder.paths))
    return inside or name in {place.name for place in outside(decoder)}


def without(decoder: Decoder, found: Sequence[Place], exclude: str | Iterable[str]) -> list[Place]:
    """Give the places that `exclude_modules` leaves."""
    asked = spelled(exclude, "exclude_modules")
    if asked.expression:
        return by_expression(decoder, asked.expression, found)[1]
    rest = list(found)
    _bounded(asked.names, rest, "exclude_modules")
    for name in asked.names:
        rest = _split(decoder, name, rest)[1]
    return rest


def merged(found: Iterable[Place]) -> list[tuple[Place, int, int, int]]:
    """Give one row for each (name, shape, rank): a place to show, and its count, full and LoRA parameters over all."""
    rows: dict[tuple[object, ...], list[int]] = {}
    shown: dict[tuple[object, ...], Place] = {}
    for place in found:
        key = (place.stack, place.name, place.linear.out, place.linear.in_, place.rank)
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
        short = next(
            (suffix for suffix in suffixes if not any(f".{other}".endswith(f".{suffix}") for other in others)), name)
        if short not in result:
            result.append(short)
    return result


def outside(decoder: Decoder) -> list[Place]:
    """Give what stands outside the layers: embeddings, projections, the head."""
    found = {linear.name: linear for linear in (*decoder.tables, *decoder.linears, *decoder.heads)}
    return [Place(Module(linear, OUTSIDE), _ALONE) for linear in (*found.values(), *decoder.convolutions)]


def with_ranks(decoder: Decoder, chosen: list[Place],
               rank_pattern: Mapping[str, int]) -> tuple[list[Place], tuple[str, ...]]:
    """Give the places their ranks: the first pattern that matches counts. Patterns that match nothing come second."""
    done: list[Place] = []
    adapted = chosen
    ignored = []
    _bounded(rank_pattern, adapted, "rank_pattern")
    patterns = [pattern for pattern in rank_pattern if SPECIAL.search(pattern)]
    expressions = [Expression(rf"(.*\.)?({pattern})", "rank_pattern") for pattern in patterns]
    names = matched(expressions, _names(decoder, adapted, "rank_pattern")) if patterns else []
    meant = dict(zip(patterns, names, strict=True))
    for pattern, rank in rank_pattern.items():
        if pattern in meant:
            hits, chosen = _by_names(decoder, meant[pattern], chosen)
            used = bool(meant[pattern])
        else:
            hits, chosen = _split(decoder, pattern, chosen)
            used = bool(hits or _split(decoder, pattern, adapted)[0])    # else an earlier pattern has them all
        if not used:
            ignored.append(pattern)
        done += [replace(place, rank=rank) for place in hits]
    return done + chosen, tuple(ignored)


def split_all(decoder: Decoder, target: str, found: Iterable[Place]) -> Split:
    """Split places by one name, or by one word for a part."""
    if target == ALL_LINEAR:
        tables = {linear.name for linear in (*decoder.tables, *decoder.heads)}
        return _parted(found, lambda place: place.name not in tables
                       and not (place.module.part == "router" and _is_bare(decoder, place))
                       and not isinstance(place.linear, Convolution) and place.module.part != WRAPPER)
    if target in PARTS:
        return _parted(found, lambda place: place.module.part in PARTS[target])
    return _split(decoder, target, found)


def _parted(found: Iterable[Place], wanted: Callable[[Place], bool]) -> Split:
    hits: list[Place] = []
    rest: list[Place] = []
    for place in found:
        (hits if wanted(place) else rest).append(place)
    return hits, rest


def _split(decoder: Decoder, target: str, found: Iterable[Place]) -> Split:
    return split_each(found, lambda place: split_by_name(decoder, target, place))


def split_each(found: Iterable[Place], split: Callable[[Place], Split]) -> Split:
    """Split each place, and put what matches together."""
    hits: list[Place] = []
    rest: list[Place] = []
    for place in found:
        matching, others = split(place)
        hits += matching
        rest += others
    return hits, rest


def split_by_name(decoder: Decoder, target: str, place: Place) -> Split:
    """Split one place by one name, in which numbers may pick a layer or an expert."""
    leaf = place.name.rpartition(".")[2]
    if leaf != "*" and target.rpartition(".")[2] != leaf:
        return [], [place]
    parts = place.name.split(".")
    if place.module.part != OUTSIDE:
        parts = [*(place.stack or decoder.path).split("."), "#", *parts]
    asked = target.split(".")
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


def by_expression(decoder: Decoder, expression: Expression, found: Iterable[Place]) -> Split:
    """Look at every name; layers whose experts are matched alike make one place again."""
    found = list(found)
    return _by_names(decoder, expression.matching(_names(decoder, found, expression.field)), found)


def _names(decoder: Decoder, found: Sequence[Place], field: str) -> list[str]:
    if sum(place.count for place in found) > MOST:
        raise Refusal(f"{field}: a regular expression is matched against at most {MOST} names")
    return [name for place in found for _, _, name in place.sites(decoder.path)]


def _by_names(decoder: Decoder, names: Set[str], found: Sequence[Place]) -> Split:
    hits: list[Place] = []
    rest: list[Place] = []
    for place in found:
        matching: dict[tuple[int, ...], list[int]] = {}
        others: dict[tuple[int, ...], list[int]] = {}
        for layer in place.layers:
            chosen = {expert for expert in place.experts if place.name_at(decoder.path, layer, expert) in names}
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


def check_named_containers(decoder: Decoder, names: Iterable[str], exclude: str | Iterable[str] = (),
                           layers: Sequence[int] | None = None, pattern: Sequence[str] = ()) -> None:
    """Raise `Refusal` for a name that means a module that is no Linear, as `self_attn` or a layer's number."""
    wanted = {name for name in names if name not in PARTS}
    if not wanted or decoder.depth > MOST_LAYERS_NAMED:
        return
    for container in _left(_containers(decoder), exclude):
        parts = container.split(".")
        if layers is not None and container not in wanted:
            number = _layer_in(parts, pattern)
            if number is None or int(number) not in layers:
                continue
        wrong = next((end for end in (".".join(parts[at:]) for at in range(len(parts))) if end in wanted), None)
        if wrong is not None:
            raise Refusal(f"targets: the library refuses {wrong!r}: it means {container} too, which is no Linear")


def check_containers(decoder: Decoder, expression: Expression, exclude: str | Iterable[str] = ()) -> None:
    """Raise `Refusal` where an expression matches a module that is no Linear: the library refuses that."""
    names = _left(_containers(decoder), exclude)
    matches = expression.matching(names)
    wrong = next((name for name in names if name in matches), None)
    if wrong is not None:
        raise Refusal(f"targets: the library refuses this expression: it matches {wrong} too, which is no Linear")


def _left(names: Iterable[str], exclude: str | Iterable[str]) -> list[str]:
    """Give the names that `exclude_modules` leaves."""
    if not exclude:
        return list(names)
    asked = spelled(exclude, "exclude_modules")
    out = (asked.expression.matching(names := list(names)) if asked.expression
           else {name for name in names if any(f".{name}".endswith(f".{one}") for one in asked.names)})
    return [name for name in names if name not in out]


def _containers(decoder: Decoder) -> dict[str, None]:
    """Name the modules that hold others, and the norms."""
    names = dict.fromkeys(owner for place in outside(decoder) for owner in above(place.name))
    for run in decoder.runs:
        names |= dict.fromkeys(above(f"{run.path or decoder.path}.#"))
        for layer in range(run.first, min(run.stop, run.first + MOST)):
            at = f"{run.path or decoder.path}.{layer}"
            names |= dict.fromkeys([at, *(f"{at}.{one.name}" for one in run.layer.vectors if _is_norm(one.name))])
            owners = {owner for module in run.layer.modules for owner in above(module.linear.name) if "*" not in owner}
            names |= dict.fromkeys(f"{at}.{owner}" for owner in owners)
            names |= dict.fromkeys(f"{at}.{owner}.act_fn" for owner in owners if owner == "mlp")
    names |= dict.fromkeys(vector.name for vector in decoder.vectors if _is_norm(vector.name))
    return names


def above(name: str) -> list[str]:
    """Give the names of the modules that a module stands in, the innermost last."""
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts))]


def _is_norm(name: str) -> bool:
    return "norm" in name.lower() or "ln" in name


def _unknown(decoder: Decoder, asked: Spelled, skipped: Sequence[str], known: Sequence[Place]) -> str:
    inside = [place for place in known if place.module.part not in (OUTSIDE, WRAPPER)]
    names = list(dict.fromkeys(place.name for place in inside))
    target = asked.expression.text if asked.expression else (skipped or asked.names)[0]
    shown = target if len(target) <= 60 and target.isprintable() else "this text"
    has = f"the model has {', '.join(names)}"
    if asked.expression:
        return f"targets: {shown!r} matches none of the names such as {inside[0].name_at(decoder.path, 0, 0)}; {has}"
    if not skipped:
        return f"targets: what {shown!r} names is left out, or trained whole: nothing is adapted"
    stacked = next((run.layer for run in decoder.runs if run.layer.stacked), None)
    whole = [linear.name.replace(".*", "") for linear in stacked.experts] if stacked else []
    if any(f".{name}".endswith(f".{target}") for name in whole):
        return (f"targets: {shown} is a 3-D parameter, which no target_modules reaches: "
                f"target_parameters does, as {','.join(whole)}")
    message = f"targets: no Linear is called {shown!r}; {has}"
    leaves = {name.rpartition(".")[2] for name in names}
    what = _FUSED_AWAY.get(target.rpartition(".")[2])
    holder = next((leaf for leaf in leaves if what is not None and _HOLDS.get(leaf) == what), None)
    if holder is not None:
        return f"{message}: {holder} holds {what} in one, and adapting it isn't the same count"
    outer = {place.name.rpartition(".")[2] for place in known if place.module.part == OUTSIDE}
    return message + (older(decoder, target) or nearest(target, (*PARTS, *leaves, *outer)))


def older(decoder: Decoder, name: str) -> str:
    """Say what a name means in version 4 of the library, where it is of that version alone."""
    for here, there in decoder.renamed:
        if f".{there}".endswith(f".{name}") or (name.startswith(there) and there.endswith(".")):
            return f": transformers 4 calls {here}{name.removeprefix(there)} so" if name.startswith(there) else (
                f": transformers 4 calls {here} so")
    return ""
