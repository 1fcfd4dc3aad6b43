"""Which Linears are adapted: the field's target names, resolved against the modules that a decoder really has.

A name matches a module's last parts: `c_proj` is two modules of GPT-2, `mlp.c_proj` one, `layers.0.mlp.c_proj` one of
one layer. A text holding any of \\^$*+?()[]| is a regular expression, matched in full against names such as
`layers.0.self_attn.q_proj`. `all`, `attention` and `mlp` name parts of every layer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from derivations.counting.architecture.decoder import Decoder, Layer, Linears, Module
from derivations.counting.linear import Linear, full, lora
from derivations.counting.refusal import Refusal
from derivations.nearest import nearest

PARTS = {"all": ("attention", "mlp"), "attention": ("attention",), "mlp": ("mlp",)}
"""The targets that name parts of a layer; attention and mlp share nothing and make up all."""

OUTSIDE = "outside"
"""The part of what stands outside the layers: the head, the embeddings."""

MOST_NAMES = 10**6
"""How many Linears a regular expression may be matched against."""

_REGULAR = re.compile(r"[\\^$*+?()\[\]|]")
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
    """

    module: Module
    layers: Sequence[int]
    experts: Sequence[int] = _ALONE
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

    def sites(self) -> Iterator[tuple[int, int, str]]:
        """Each matrix: its layer, its expert, and its name within the model."""
        for layer in self.layers:
            for expert in self.experts:
                yield layer, expert, f"layers.{layer}.{self.name.replace('*', str(expert))}"

    def at(self, layers: Sequence[int], experts: Sequence[int]) -> list[Place]:
        """Give the same module at these layers and experts: nothing where either is empty."""
        return [replace(self, layers=layers, experts=experts)] if layers and experts else []


Split = tuple[list[Place], list[Place]]
"""The places that a pattern matches, and the others."""


def places(decoder: Decoder, layers: Sequence[int] | None = None) -> list[Place]:
    """Give every Linear of the layers, or of those that `layers` numbers.

    Raises `Refusal` for a layer that the model doesn't have, and for no layer at all.
    """
    depth = decoder.runs[-1].stop
    if layers is not None:
        if not layers:
            raise Refusal("layers_to_transform: none is named")
        for number in layers:
            if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < depth:
                raise Refusal(f"layers_to_transform: the model has layers 0 to {depth - 1}, not {number}")
    found = []
    for run in decoder.runs:
        whole = range(run.first, run.stop)
        numbers = whole if layers is None else sorted({number for number in layers if number in whole})
        for module in run.layer.modules if numbers else ():
            experts = range(module.count) if module.is_expert else _ALONE
            found.append(Place(module, numbers, experts))
    return found


def select(decoder: Decoder, targets: str | Iterable[str], rank: int, *, layers: Sequence[int] | None = None,
           rank_pattern: Mapping[str, int] | None = None) -> tuple[Place, ...]:
    """Give the places that the targets name, each with its rank.

    targets       "all", "attention", "mlp", names, a regular expression, or a list of these; a text may list names with
                  commas between
    layers        the layers to adapt (`layers_to_transform`); None means every layer
    rank_pattern  a rank of its own for the modules that a name or regular expression matches

    Raises `Refusal` for a target that the model doesn't have, naming those it has.
    """
    inside = places(decoder, layers)
    outside = [] if layers is not None else _outside(decoder)
    chosen: list[Place] = []
    rest = inside + outside
    for target in _listed(targets):
        hits, rest = _split_all(target, rest)
        if not hits and not _split_all(target, inside + outside)[0]:
            raise Refusal(_unknown(target, inside, outside))
        chosen += hits
    order = {id(place.module): number for number, place in enumerate(inside + outside)}
    chosen = sorted(chosen, key=lambda place: (order[id(place.module)], place.layers[0]))
    return tuple(_ranked([replace(place, rank=rank) for place in chosen], rank_pattern or {}))


def merged(found: Iterable[Place]) -> list[tuple[Place, int, int, int]]:
    """Give one row for each (name, shape, rank): a place to show, and its count, full and LoRA parameters over all."""
    rows: dict[tuple[object, ...], list[int]] = {}
    shown: dict[tuple[object, ...], Place] = {}
    for place in found:
        key = (place.name, place.linear.out, place.linear.in_, place.rank)
        shown.setdefault(key, place)
        sums = rows.setdefault(key, [0, 0, 0])
        for column, value in enumerate((place.count, place.full, place.lora)):
            sums[column] += value
    return [(shown[key], sums[0], sums[1], sums[2]) for key, sums in rows.items()]


def shortest_names(decoder: Decoder, chosen: Sequence[Place]) -> list[str]:
    """Give the shortest names that match the chosen modules and no other: what one would list as target_modules."""
    wanted = {place.name for place in chosen}
    others = {place.name for place in places(decoder) + _outside(decoder)} - wanted
    result: list[str] = []
    for name in dict.fromkeys(place.name for place in chosen):
        parts = name.split(".")
        suffixes = (".".join(parts[start:]) for start in reversed(range(len(parts))))
        short = next(
            (suffix for suffix in suffixes if not any(f".{other}".endswith(f".{suffix}") for other in others)), name)
        if short not in result:
            result.append(short)
    return result


def fuse(decoder: Decoder, chosen: Sequence[Place]) -> tuple[list[Place], list[str]]:
    """Give the places as the reference implementation adapts 3-D experts, and the names it leaves out by doing so.

    The layer's experts are two parameters, gate_up_proj and down_proj, with one pair each that serves every expert: the
    rank of the gate_up_proj is doubled where gate and up were two Linears. There the names of an expert's Linears mean
    the routed experts alone: a dense or shared MLP that bears them too isn't adapted.

    Raises `Refusal` where the choice can't be expressed so.
    """
    layer = next((run.layer for run in decoder.runs if run.layer.experts), None)
    if layer is None:
        raise Refusal("experts: the model has none")
    names = [linear.name for linear in layer.experts]
    leaves = {name.rpartition(".")[2] for name in names}
    kept, left_out = [], []
    for place in chosen:
        if not place.module.is_expert and place.module.part == "mlp" and place.name.rpartition(".")[2] in leaves:
            left_out.append(place.name)
        elif place.name not in names:
            kept.append(_renamed(place))
    for linear, held in fused(layer):
        group = [one.name for one in held]
        kept += _fused_group(layer, [place for place in chosen if place.name in group], group, linear)
    if not kept:
        raise Refusal("experts: with fused experts these names mean the routed experts, and none is among the targets")
    return kept, list(dict.fromkeys(left_out))


def fused(layer: Layer) -> list[tuple[Linear, Linears]]:
    """Give the experts of a layer as two 3-D parameters: the shape of one expert's part, and the Linears it holds."""
    return [
        (Linear(f"mlp.experts.{name}", sum(linear.out for linear in held), held[0].in_, held[0].bias), held)
        for name, held in (("gate_up_proj", layer.experts[:-1]), ("down_proj", layer.experts[-1:]))
    ]


def _renamed(place: Place) -> Place:
    """Give a router of the older naming under its newer name; anything else unchanged."""
    linear = replace(place.linear, name=place.name.replace("block_sparse_moe.", "mlp."))
    return replace(place, module=replace(place.module, linear=linear))


def _fused_group(layer: Layer, chosen: list[Place], group: list[str], linear: Linear) -> list[Place]:
    if not chosen:
        return []
    missing = set(group) - {place.name for place in chosen}
    if missing:
        raise Refusal(
            f"experts: {' and '.join(group)} are one parameter when fused: {sorted(missing)[0]} isn't targeted")
    if any(len(place.experts) < layer.number_of_experts for place in chosen):
        raise Refusal("experts: fused experts can't be adapted one by one")
    ranks = {place.rank for place in chosen}
    if len(ranks) > 1:
        raise Refusal(f"experts: {' and '.join(group)} are one parameter when fused, and can't have two ranks")
    module = Module(linear, "mlp", layer.number_of_experts)
    return [
        replace(place, module=module, rank=len(group) * place.rank, fused=True)
        for place in chosen if place.name == group[0]
    ]


def _outside(decoder: Decoder) -> list[Place]:
    found = {linear.name: linear for linear in (*decoder.embeddings, *decoder.linears, decoder.head)}
    return [Place(Module(linear, OUTSIDE), _ALONE) for linear in found.values()]


def _listed(targets: str | Iterable[str]) -> list[str]:
    if isinstance(targets, str):
        targets = [targets] if _REGULAR.search(targets) else targets.split(",")
    listed = list(targets)
    if not all(isinstance(target, str) for target in listed):
        raise Refusal("targets: names are texts")
    listed = [target.strip() for target in listed if target.strip()]
    if not listed:
        raise Refusal("targets: none is named")
    return listed


def _ranked(chosen: list[Place], rank_pattern: Mapping[str, int]) -> list[Place]:
    done: list[Place] = []
    adapted = chosen
    for pattern, rank in rank_pattern.items():
        hits, chosen = _split_all(pattern, chosen, suffix=True)
        if not hits and not _split_all(pattern, adapted, suffix=True)[0]:    # else an earlier pattern has them all
            raise Refusal(f"rank_pattern: {pattern!r} matches none of the adapted modules")
        done += [replace(place, rank=rank) for place in hits]
    return done + chosen


def _split_all(target: str, found: Iterable[Place], *, suffix: bool = False) -> Split:
    """Split all places by one target; `suffix` lets a regular expression match a name's last parts, not all of it."""
    hits: list[Place] = []
    rest: list[Place] = []
    expression = _compiled(target, suffix) if _REGULAR.search(target) else None
    names = 0
    for place in found:
        if target in PARTS:
            matching, others = ([place], []) if place.module.part in PARTS[target] else ([], [place])
        elif expression is None:
            matching, others = _split_by_name(target, place)
        elif place.module.part == OUTSIDE:
            matching, others = [], [place]
        else:
            names += place.count
            if names > MOST_NAMES:
                raise Refusal(f"targets: a regular expression is matched against at most {MOST_NAMES} names")
            matching, others = _split_by_expression(expression, place)
        hits += matching
        rest += others
    return hits, rest


def _compiled(target: str, suffix: bool) -> re.Pattern[str]:
    try:
        return re.compile(rf"(?:.*\.)?(?:{target})" if suffix else target)
    except (re.error, OverflowError, RecursionError) as error:
        raise Refusal(f"targets: {target!r} isn't a regular expression: {error}") from None


def _split_by_name(target: str, place: Place) -> Split:
    parts = place.name.split(".")
    if place.module.part != OUTSIDE:
        parts = ["layers", "#", *parts]
    asked = target.split(".")
    layers, experts = place.layers, place.experts
    if len(asked) > len(parts):
        return [], [place]
    for ask, part in zip(reversed(asked), reversed(parts), strict=False):
        if part not in ("#", "*"):
            if ask != part:
                return [], [place]
        elif ask != "*":
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


def _split_by_expression(expression: re.Pattern[str], place: Place) -> Split:
    """Look at every name; layers whose experts are matched alike make one place again."""
    matching: dict[tuple[int, ...], list[int]] = {}
    others: dict[tuple[int, ...], list[int]] = {}
    chosen: dict[int, list[int]] = {layer: [] for layer in place.layers}
    for layer, expert, name in place.sites():
        if expression.fullmatch(name):
            chosen[layer].append(expert)
    for layer, experts in chosen.items():
        hit = set(experts)
        matching.setdefault(tuple(experts), []).append(layer)
        others.setdefault(tuple(expert for expert in place.experts if expert not in hit), []).append(layer)
    hits = [part for experts, layers in matching.items() for part in place.at(layers, experts)]
    return hits, [part for experts, layers in others.items() for part in place.at(layers, experts)]


def _unknown(target: str, inside: Sequence[Place], outside: Sequence[Place]) -> str:
    names = list(dict.fromkeys(place.name for place in inside))
    shown = target if len(target) <= 60 and target.isprintable() else "this text"
    has = f"the model has {', '.join(names)}"
    if _REGULAR.search(target):
        return f"targets: {shown!r} matches none of the names such as layers.0.{names[0].replace('*', '0')}; {has}"
    message = f"targets: no Linear is called {shown!r}; {has}"
    leaves = {name.rpartition(".")[2] for name in names}
    what = _FUSED_AWAY.get(target.rpartition(".")[2])
    holder = next((leaf for leaf in leaves if what is not None and _HOLDS.get(leaf) == what), None)
    if holder is not None:
        return f"{message}: {holder} holds {what} in one, and adapting it isn't the same count"
    outer = {place.name.rpartition(".")[2] for place in outside}
    return message + nearest(target, (*PARTS, *leaves, *outer))
