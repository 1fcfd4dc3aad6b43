"""What of an adapter's file doesn't fit a model, or isn't as the configuration beside it says.

Every pair is held against the Linear that it is named after, and every Linear of the same name in the other layers is
asked for; experts' pairs against their 3-D parameters, and what else is filed against what it is of. A configuration is
held against ranks, the modules that are adapted, and what is filed with them.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from math import prod
from typing import Any, NamedTuple

from derivations.counting.adapter import Adapter
from derivations.counting.architecture.decoder import Decoder
from derivations.counting.besides import CLASSIFIERS, known_whole
from derivations.counting.expression import Expression, matched, of_rank
from derivations.counting.filed import Filed, rank_of, serves_experts
from derivations.counting.linear import Linear, pair_shapes
from derivations.counting.naming import ALPHA, DORA, FROZEN, LORA
from derivations.counting.place import Place, reachable
from derivations.counting.safetensors import BIAS_OF_B, INNER, MAGNITUDE, PREFIX, ROWS
from derivations.counting.spelling import ALL_LINEAR, PARTS, ends_in
from derivations.counting.stacked import parameters_of

_NUMBER = re.compile(r"\.[0-9]+\.")
_WRAPPED = re.compile(r"\.(base_layer|original_module|modules_to_save(\.default)?)(?=\.)")
"""What the library puts into a name where it wraps a module."""


def faults(filed: Filed, decoder: Decoder) -> list[str]:
    """Say what of a file doesn't fit a model: unknown modules, wrong shapes, halves of pairs, layers left out."""
    routers = [place for place in parameters_of(decoder) if not place.fused]
    known = {name: place.linear for place in (*reachable(decoder), *routers) for name in place.names()}
    pairs = {_as_here(name, decoder, known): shapes for name, shapes in filed.pairs.items()}
    first = next(iter(pairs), "").partition(".")[0] + "."       # as "transformer.", where diffusers has several models
    if not {*pairs} & {*known} and {name.removeprefix(first) for name in pairs} & {*known}:
        pairs = {name.removeprefix(first): shapes for name, shapes in pairs.items() if name.startswith(first)}
    found, written = list[str](), _written(filed)
    strange = [name for name in pairs if name not in known and not serves_experts(name)]
    if strange and len(strange) == len(pairs):
        return [f"nothing that it adapts is called as in the model: it has {strange[0]}, and the model "
                f"{next(iter(known), 'nothing')}"]
    for name, shapes in pairs.items():
        if serves_experts(name):
            continue
        linear = known.get(name)
        if linear is None:
            found.append(f"{name}: the model has no such Linear")
            continue
        found += _of_a_pair(name, shapes, pair_shapes(linear, rank_of(shapes), table=linear in decoder.tables)[:2],
                            written)
    found += _of_experts({name: shapes for name, shapes in pairs.items() if serves_experts(name)}, decoder)
    found += _of_the_rest(filed, decoder, known)
    kinds = {_NUMBER.sub(".#.", name) for name in pairs}
    return found + [f"{name}: its pair is missing, though other layers have one" for name in known
                    if name not in pairs and _NUMBER.sub(".#.", name) in kinds]


def _as_here(name: str, decoder: Decoder, known: Container[str]) -> str:
    """Give the name that a module has here, where the library has or had another; `known` are those that there are."""
    older = (here + name.removeprefix(there) for here, there in decoder.older if name.startswith(there))
    every = [_in_version_five(one, decoder) for one in (name, *older)]
    return next((one for one in every if one in known), every[0])


def _in_version_five(name: str, decoder: Decoder) -> str:
    for here, there in decoder.renamed:
        if name.startswith(there):
            return here + name.removeprefix(there)
    return name


class _Written(NamedTuple):
    """How a file writes its pairs: what it calls the halves, and whether their sides stand the other way round."""

    halves: tuple[str, str] = ("lora_A", "lora_B")
    turned: bool = False


AS_PEFT = _Written()


def _written(filed: Filed) -> _Written:
    one = next((one for one in filed.named.values() if one.naming is not None and one.method == LORA), None)
    if one is None or one.naming is None or one.naming.whose == "PEFT":
        return AS_PEFT
    both = (one.ending, one.other)
    return _Written(both if one.which == 0 else (one.other, one.ending), one.naming.pairs[-1][0].side == 1)


def _of_a_pair(name: str, shapes: Mapping[str, tuple[int, ...]], right: Iterable[tuple[Any, ...]],
               written: _Written = AS_PEFT) -> Iterator[str]:
    step = -1 if written.turned else 1
    for letter, half, shape in zip("AB", written.halves, right, strict=True):
        if letter not in shapes:
            yield f"{name}: {half} is missing"
        elif shapes[letter] != shape:
            yield f"{name}: {half} is {_shape(shapes[letter][::step])}, and should be {_shape(shape[::step])}"


def _of_experts(pairs: Mapping[str, Mapping[str, tuple[int, ...]]], decoder: Decoder) -> Iterator[str]:
    """Say what doesn't fit of pairs that serve all experts: of two in a layer, the inner one is gate and up's."""
    owners: dict[str, list[Place]] = {}
    for place in parameters_of(decoder):
        for layer in place.layers if place.fused else ():
            owners.setdefault(place.name_at(layer).rpartition(".")[0], []).append(place)
    for name, shapes in pairs.items():
        owner = name.removesuffix(INNER)
        both = {owner, owner + INNER} <= {*pairs}
        parameters = owners.get(owner, [])[:1] if name != owner else owners.get(owner, [])[both:]
        if not parameters:
            yield f"{owner}: the model has no such experts"
            continue
        width = rank_of(shapes)
        said = [[*_of_a_pair(name, shapes, ((width, one.linear.in_), (one.linear.out, width)))] for one in parameters]
        yield from min(said, key=len)
        if width % len(parameters[0].experts):
            yield f"{name}: {width:,} isn't a rank times {len(parameters[0].experts):,} experts"
    for owner in owners:
        if pairs and owner not in pairs:
            yield f"{owner}: its pair is missing, though other layers have one"


def _of_the_rest(filed: Filed, decoder: Decoder, known: Mapping[str, Linear]) -> Iterator[str]:
    """Say what doesn't fit of magnitudes, rows of tables, biases, modules trained whole."""
    right: dict[str, tuple[int, ...]] = {}
    for name, linear in known.items():
        table = linear in decoder.tables
        right[name + MAGNITUDE] = right[f"{name}{MAGNITUDE}.weight"] = pair_shapes(linear, 0, table=table)[2]
        right[f"{name}.bias"] = right[name + BIAS_OF_B] = (linear.out,)
    for module in known_whole(decoder):
        right[module.weight] = module.shape
        right[f"{module.name}.bias"] = (module.shape[0],)
    for name, held in filed.tensors.items():
        one = filed.named.get(name)
        if ((one is not None and (one.naming is not None or one.method in (ALPHA, FROZEN)))
                or name.removeprefix(PREFIX).startswith(CLASSIFIERS)):
            continue                                             # how many classes there are, no model says
        own, found = _as_here(_WRAPPED.sub("", name.removeprefix(PREFIX)), decoder, right), held.shape
        if one is not None and one.method == DORA and not own.removesuffix(".weight").endswith(MAGNITUDE):
            own, found = _as_here(one.module, decoder, known) + MAGNITUDE, (prod(found),)
        shape = right.get(own)
        if own.endswith(ROWS) and own.removesuffix(ROWS) in known and held.shape:
            shape = (held.shape[0], known[own.removesuffix(ROWS)].in_)
        if shape is None:
            yield f"{own}: the model has no such tensor"
        elif found != shape:
            yield f"{own}: it is {_shape(found)}, and should be {_shape(shape)}"


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{side:,}" for side in shape)


# Beside its configuration ---------------------------------------------------------------------------------------------


def disagreements(adapter: Adapter, filed: Filed) -> list[str]:
    """Say what of a file isn't as its configuration says. No base is needed: names and ranks tell."""
    asked = adapter.options
    pairs = {name: shapes for name, shapes in filed.pairs.items() if not serves_experts(name)}
    names = [name.removesuffix(INNER) for name in pairs]
    named = _meant(asked["targets"], names)
    strange = [name for name in names if name not in named] if named is not None else []
    found = [f"config: target_modules don't name {_such(strange)}, which the file has a pair of"] if strange else []
    if not isinstance(asked["targets"], str):
        found += [f"config: target_modules name {target!r}, and nothing called so has a pair"
                  for target in asked["targets"] if not any(ends_in(name, target) for name in names)]
    other: dict[tuple[Any, int], list[str]] = {}
    for name, rank in _ranks_asked(asked, names).items():
        held = rank_of(pairs.get(name) or pairs[name + INNER]) or rank
        if held != rank:
            other.setdefault((rank, held), []).append(name)
    found += [f"config: the rank of {_such(met)} is {rank}, and the file has {held:,}"
              for (rank, held), met in other.items()]
    whole = {name.rpartition(".")[0] for name in filed.tensors}
    found += [f"config: modules_to_save name {saved!r}, and the file has nothing called so"
              for saved in asked["modules_to_save"]
              if saved not in CLASSIFIERS and not any(name.endswith(saved) for name in whole)]
    has = {what: any(what in name for name in filed.tensors) for what in (BIAS_OF_B, ROWS)} | {
        MAGNITUDE: DORA in filed.methods}
    for what, field, wanted in ((MAGNITUDE, "use_dora", asked["dora"]), (BIAS_OF_B, "lora_bias", asked["lora_bias"]),
                                (ROWS, "trainable_token_indices", bool(asked["trainable_token_indices"]))):
        if has[what] != wanted and pairs:
            found.append(f"config: {field} is {'' if wanted else 'not '}set, and the file has "
                         f"{'no' if wanted else 'some'} {what.removeprefix('.')}")
    return found


def _such(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1:,} more"


def _meant(targets: Any, names: list[str]) -> set[str] | None:
    """Give the names that targets mean; None where a word means what only the base can tell."""
    if isinstance(targets, str):
        return None if targets.lower() in (*PARTS, ALL_LINEAR) else Expression(targets).matching(names)
    return {name for name in names if any(ends_in(name, target) for target in targets)}


def _ranks_asked(asked: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    """Give each module's rank: that of the first pattern that matches its name, else the one of all."""
    ranks, patterns = dict.fromkeys(names, asked["rank"]), list(asked["rank_pattern"])
    if not patterns:
        return ranks
    met = matched([of_rank(pattern) for pattern in patterns], names)
    for pattern, hits in reversed(list(zip(patterns, met, strict=True))):
        ranks |= dict.fromkeys(hits, asked["rank_pattern"][pattern])
    return ranks
