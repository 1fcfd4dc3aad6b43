"""Experts as 3-D parameters: what version 5 of the field's library makes of names that once meant Linears.

There a layer's experts are two parameters, gate_up_proj and down_proj, with one pair each that serves every expert. The
adapter library rewrites the older names: those of gate and up together mean the gate_up_proj, at twice the rank; that
of down means the down_proj; the router's means its weight. It does so wherever such a name is met: a dense or shared
MLP that bears it too isn't adapted, and neither layers nor exclusions bear on a parameter. A family whose experts were
3-D from the start has no older names: `target_parameters` alone reaches them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from derivations.counting.architecture.decoder import Decoder, Layer, Linears, Module
from derivations.counting.expression import Expression
from derivations.counting.linear import Convolution, Linear
from derivations.counting.picked import Split, split_by_name, split_each, with_ranks
from derivations.counting.place import Place, places, reachable
from derivations.counting.question import APART, FUSED, Question
from derivations.counting.refusal import Refusal
from derivations.counting.spelling import ALL_LINEAR, PARTS, ends_in, spelled
from derivations.counting.targets import Selection, Unmatched, check_layers, named_places

GATE_UP, DOWN, ROUTER = "mlp.experts.gate_up_proj", "mlp.experts.down_proj", "mlp.gate"


def layer_with_experts(decoder: Decoder) -> Layer | None:
    """Give the first layer that has experts."""
    return next((run.layer for run in decoder.runs if run.layer.experts), None)


def in_version(decoder: Decoder, question: Question) -> Decoder:
    """Give the model as the question's version of the library holds it.

    In version 5 experts and routers are parameters, and names of version 4 don't reach them any more. A family whose
    names are others throughout is held by those of the version that the targets name.
    """
    if decoder.former is not None and _named(decoder.former, question) > _named(decoder, question):
        return decoder.former
    if question.experts != FUSED:
        return decoder
    return decoder._replace(runs=tuple(
        replace(run, layer=run.layer.newer) if run.layer.newer else run for run in decoder.runs))


def _named(decoder: Decoder, question: Question) -> bool:
    """Whether the targets name something in the layers."""
    return bool(spelled(question.targets).among(place.name_at(0) for place in places(decoder)))


def how_held(decoder: Decoder, question: Question) -> str | None:
    """Give how the experts are held, "apart" or "fused"; None for a model that has none.

    Raises `Refusal` for a layout that the family hasn't got in any version of the library.
    """
    layer = layer_with_experts(decoder)
    if layer is None:
        if question.experts == FUSED:
            raise Refusal("experts: the model has none")
        return None
    if layer.stacked and question.experts == APART:
        raise Refusal("experts: this family's are 3-D parameters in every version of the library, never apart")
    return FUSED if layer.stacked else question.experts or APART


def fused(layer: Layer) -> list[tuple[Linear, Linears]]:
    """Give the experts of a layer as two 3-D parameters: the shape of one expert's part, and the Linears it holds."""
    if layer.stacked:
        return [(replace(one, name=one.name.replace(".*", ""), **({"out": one.in_, "in_": one.out} if layer.crossed
                                                                   else {})), (one,)) for one in layer.experts]
    return [
        (Linear(name, sum(linear.out for linear in held), held[0].in_, held[0].bias), held)
        for name, held in ((GATE_UP, layer.experts[:-1]), (DOWN, layer.experts[-1:]))
    ]


def selected(decoder: Decoder, question: Question, layout: str | None) -> Selection:
    """Give what the targets and the target parameters mean together, where experts are held so.

    Raises `Refusal` where the library refuses, or finds nothing.
    """
    layer = layer_with_experts(decoder)
    if question.target_parameters and layout != FUSED:
        raise Refusal("target_parameters: the model has no 3-D parameters" + (
            ": with experts apart each is a Linear (--experts fused counts version 5's)" if layer else ""))
    if layer is not None and layout == FUSED and not layer.stacked and question.targets:
        return _rewritten(decoder, layer, question)
    parts = [replace(place, rank=question.rank) for place in parameters_meant(decoder, question.target_parameters)]
    modules = Selection(())
    if question.targets or not question.target_parameters:
        try:
            modules = named_places(decoder, question)
        except Unmatched:
            if not parts:
                raise
    return _together(modules, parts, question)


def _together(modules: Selection, parts: list[Place], question: Question) -> Selection:
    """Give modules and parameters as one, these with ranks of their own."""
    ranked, ignored = with_ranks(parts, question.rank_pattern)
    unused = tuple(name for name in ignored if name in modules.ignored or not modules.places)
    return Selection((*modules.places, *sorted(ranked, key=_order)), modules.skipped, unused)


def _order(place: Place) -> tuple[bool, bool, int]:
    """Put gate and up before down, and routers last."""
    return not place.fused, place.name.endswith("down_proj"), place.layers[0]


def _rewritten(decoder: Decoder, layer: Layer, question: Question) -> Selection:
    """Give what is meant in a family whose names the library rewrites."""
    old = [linear.name.rpartition(".")[2] for linear in layer.experts]
    rewritten = {**dict.fromkeys(old[:-1], GATE_UP), old[-1]: DOWN, "gate": ROUTER}
    inside = [_renamed(place) for place in reachable(decoder) if not place.module.is_expert]
    asked = spelled(question.targets)
    check_layers(decoder, question, asked)
    names = (_matched(decoder, asked.expression, old, inside, question.exclude_modules) if asked.expression
             else _meant(decoder, asked.names, old, inside))
    found: dict[str, set[str]] = {}
    remaining = []
    for name in names:
        leaf = next((one for one in rewritten if ends_in(name, one)), None)
        if leaf is None:
            remaining.append(name)
        else:
            found.setdefault(rewritten[leaf], set()).add(leaf)
    missing = sorted(set(old[:-1]) - found.get(GATE_UP, set(old[:-1])))
    if missing:
        raise Refusal(f"experts: {' and '.join(old[:-1])} are one parameter when fused: {missing[0]} isn't targeted")
    whole = [place for place in parameters_of(decoder) if place.name in found]
    named = [place for place in parameters_meant(decoder, question.target_parameters) if place.name not in found]
    parts = [replace(place, rank=question.rank * (len(old[:-1]) if place.name == GATE_UP else 1)) for place in whole]
    parts += [replace(place, rank=question.rank) for place in named]
    modules = Selection(())
    if remaining:
        try:
            modules = named_places(decoder, replace(question, targets=tuple(remaining)),
                             [place for place in inside if place.leaf != "gate"])
        except Unmatched:
            if not parts:
                raise
            modules = Selection((), tuple(remaining))
    if not parts and not modules.places:
        raise Refusal("experts: with fused experts these names mean the routed experts, and none is among the targets")
    return _together(modules, parts, question)


def parameters_of(decoder: Decoder) -> list[Place]:
    """Give what `target_parameters` can mean of the layers' experts: their two parameters and the router's weight."""
    found = []
    for run in decoder.runs:
        if not run.layer.experts or run.first == run.stop:
            continue
        numbers = range(run.first, run.stop)
        for linear, _ in fused(run.layer):
            module = Module(linear, "mlp", run.layer.number_of_experts)
            experts = range(run.layer.number_of_experts)
            found.append(Place(module, numbers, experts, decoder.path_of(run), fused=True))
        routers = [Place(Module(linear, "router"), numbers, path=decoder.path_of(run)) for linear in run.layer.router]
        found += routers if run.layer.stacked else map(_renamed, routers)
    return found


def parameters_meant(decoder: Decoder, parameters: Sequence[str]) -> list[Place]:
    """Give the parameters that `target_parameters` lists, as it matches them: by the ends of their whole names.

    Raises `Refusal` for a name that is none of them.
    """
    known = rest = parameters_of(decoder)
    found: list[Place] = []
    for asked in parameters:
        hits, rest = _ending_in(asked, rest)
        if not hits and not _ending_in(asked, known)[0]:
            names = dict.fromkeys(place.name + _suffix(place) for place in known)
            raise Refusal(f"target_parameters: {asked[:60]!r} is none that is counted here; the model has "
                          f"{', '.join(names) or 'no 3-D parameters'}")
        found += hits
    return sorted(found, key=_order)


def _suffix(place: Place) -> str:
    return "" if place.fused else ".weight"


def _ending_in(asked: str, found: Iterable[Place]) -> Split:
    return split_each(found, lambda place: (
        split_by_name(asked.removesuffix(_suffix(place)), place) if asked.endswith(_suffix(place))
        else ([], [place])))


def _meant(decoder: Decoder, asked: Iterable[str], old: list[str], inside: list[Place]) -> list[str]:
    """Give the names that the library rewrites, with words for parts spelled out."""
    linears = [place for place in inside if place.leaf != "gate" and not isinstance(place.linear, Convolution)]
    names: list[str] = []
    for name in asked:
        if name == ALL_LINEAR:
            tables = {linear.name for linear in (*decoder.embeddings, *decoder.heads)}
            names += [*(place.leaf for place in linears if place.name not in tables), *old, "gate"]
        elif name in PARTS:
            parts = PARTS[name]
            names += [place.leaf for place in linears if place.module.part == "attention" and "attention" in parts]
            names += old if "mlp" in parts else ()
        else:
            names.append(name)
    return list(dict.fromkeys(names))


def _matched(decoder: Decoder, expression: Expression, old: list[str], inside: list[Place],
             exclude: str | Iterable[str]) -> list[str]:
    """Give the last parts of all that an expression matches, the older names of the experts among them."""
    keys: list[tuple[str, str]] = []
    for place in [*inside, *parameters_of(decoder)]:
        for number in place.layers:
            keys.append((place.name_at(number), place.leaf))
    for run in decoder.runs:
        if run.layer.experts:
            at = decoder.path_of(run)
            keys += [(f"{at}.{number}.mlp.experts.{leaf}", leaf) for number in range(run.first, run.stop)
                     for leaf in old]
    found = expression.matching(name for name, _ in keys)
    if exclude:
        found -= spelled(exclude, "exclude_modules").among(found)
    names = [leaf for name, leaf in keys if name in found]
    if not names:
        raise Refusal(f"targets: {expression.text[:60]!r} matches none of the names such as {keys[0][0]}")
    return list(dict.fromkeys(names))


def _renamed(place: Place) -> Place:
    """Give a router of the older naming under its newer name; anything else unchanged."""
    if not place.path:
        return place
    linear = replace(place.linear, name=place.name.replace("block_sparse_moe.", "mlp."))
    return replace(place, module=replace(place.module, linear=linear))
