"""What is trained or stored beside the pairs: biases, modules trained whole, a head that tells classes apart.

A module trained whole is one outside the layers, a norm, or a Linear of the layers that is no expert's; or what holds
such alone. The library finds it by the end of its name, letter by letter: `norm` is every norm of a LLaMA.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import prod
from typing import NamedTuple

from derivations.counting.architecture.decoder import APART, EACH, Decoder, Module
from derivations.counting.containers import is_norm, is_of_batches
from derivations.counting.linear import Linear, full, pair_shapes
from derivations.counting.place import Place, above, outside, places, reachable
from derivations.counting.refusal import Refusal, is_whole
from derivations.counting.spelling import spelled
from derivations.counting.targets import older
from derivations.nearest import nearest

TABLES = ("embed_tokens", "lm_head")
"""The names, among the targets, that make the library store the whole table beside the pair."""
MOST_LAYERS = 100_000
"""The deepest model whose norms are listed by name."""
CLASSIFIERS = ("score", "classifier")
"""What a head that tells classes apart is called: a configuration that trains one names both."""
ADDED = ("base_layer", "lora_dropout", "lora_A", "lora_B", "lora_magnitude_vector", "mlp", "experts", "gate")
"""What the library puts into a module that it adapts, and what a version of it calls experts and what holds them."""


class Saved(NamedTuple):
    """A module trained whole: its name in the model, its shape, the size of its bias, the term that it counts in.

    owner  the module that was named, where that is one which holds this
    bare   whether it is a parameter of its owner's, which no name but the owner's means
    """

    name: str
    shape: tuple[int, ...]
    bias: int
    term: str
    owner: str = ""
    bare: bool = False

    @property
    def weight(self) -> str:
        """The name of what it holds, without its bias."""
        return self.name if self.bare else f"{self.name}.weight"

    @property
    def parameters(self) -> int:
        """How many numbers it holds."""
        return prod(self.shape) + self.bias


def with_score(decoder: Decoder, labels: int) -> Decoder:
    """Give the model that tells classes apart: by a Linear without bias, `score`, or as its family has it."""
    if decoder.classified is not None:
        return decoder.classified(labels)
    return decoder._replace(head=Linear("score", labels, decoder.heads[0].in_), tied=False)


def saved_modules(decoder: Decoder, asked: Iterable[str]) -> list[Saved]:
    """Give the modules of `modules_to_save`: a name that the model hasn't is passed over, as long as another is found.

    Raises `Refusal` for what means anything in the layers that isn't listed.
    """
    asked = tuple(asked)
    if not asked:
        return []
    if decoder.depth > MOST_LAYERS:
        raise Refusal(f"modules_to_save: a model of more than {MOST_LAYERS:,} layers isn't searched")
    known = list(known_whole(decoder))
    unlisted = {one for name in _unlisted(decoder) for one in (name, *above(name))}
    stacks = {owner for path in decoder.paths for owner in above(f"{path}.#")}
    stacks |= {owner for module in known for owner in above(module.name) if _lists(owner, module.name)}
    found: dict[str, Saved] = {}
    missing = ""
    for name in asked:
        hits = [module for module in known if name and module.name.endswith(name) and not module.bare]
        held = [module._replace(owner=owner) for module in known for owner in above(module.name)
                if name and owner.endswith(name) and owner not in stacks]
        twice = {module.name for module in hits} & {module.name for module in held} or found.keys() & {
            module.name for module in (*hits, *held) if "*" in module.term}
        hits += held
        if name in CLASSIFIERS and not hits and not {*CLASSIFIERS} & {*asked} <= {name}:
            continue
        of_one = any(part.isdigit() for part in name.split(".")) and any(
            "*" in module.term and not is_norm(module.name) for module in hits)
        if twice or of_one or (name and any(one.endswith(name) for one in (unlisted | stacks))):
            raise Refusal(f"modules_to_save: {name[:60]!r} means more in the layers than norms and Linears, each "
                          "once and of every layer: that isn't counted")
        if not hits:
            missing = missing or name
        if any(module.name.endswith(f".{EACH}") for module in hits):
            raise Refusal(f"modules_to_save: {name[:60]!r} means the norms of single heads too: those aren't listed")
        found |= {module.name: module for module in hits}
    if missing and (not found or any(_is_inside(decoder, name) for name in asked if name not in CLASSIFIERS)):
        leaves = dict.fromkeys(module.name.rpartition(".")[2] for module in known if not module.bare)
        raise Refusal(f"modules_to_save: no module is called {missing[:60]!r}; the model has "
                      f"{', '.join(leaves)}{older(decoder, missing) or nearest(missing[:60], leaves)}")
    return list(found.values())


def _unlisted(decoder: Decoder) -> Iterator[str]:
    """Name what the layers hold besides norms and Linears that may train whole, and convolutions of speech."""
    if decoder.tableless:
        yield from (convolution.name for convolution in decoder.convolutions)
        yield from (vector.name for vector in decoder.vectors if "parametrizations" in vector.name)
    for run in decoder.runs:
        at = f"{decoder.path_of(run)}.#"
        yield from (f"{at}.{module.linear.name}" for module in run.layer.modules if not _may_train(module))
        yield from (f"{at}.{owner}" for module in run.layer.modules for owner in above(module.linear.name)
                    if _lists(owner, module.linear.name))
        yield from (f"{at}.{vector.name}" for vector in run.layer.vectors
                    if not is_norm(vector.name) or is_of_batches(vector.name))
        yield from (f"{at}.{name}" for name in run.layer.buffers)


def _lists(owner: str, name: str) -> bool:
    """Whether what owns a module of this name is a list of modules."""
    return name.removeprefix(f"{owner}.").partition(".")[0].isdigit()


def _may_train(module: Module) -> bool:
    return module.part not in APART and not module.is_expert


def _is_inside(decoder: Decoder, name: str) -> bool:
    """Whether a name may mean something in the layers that isn't listed, or what the library adds to a module."""
    held = [place.name for place in places(decoder)]
    held += [one.name for run in decoder.runs for some in (run.layer.vectors, run.layer.experts) for one in some
             if not is_norm(one.name)]
    owners = {*ADDED, *(owner for one in held for owner in (one, *above(one)))}
    last = name.rpartition(".")[2]                           # what stands before it is another version's, perhaps
    return any(part.isdigit() for part in name.split(".")) or any(owner.endswith(last) for owner in owners)


def known_whole(decoder: Decoder) -> Iterator[Saved]:
    """Give what can be trained whole: every module outside the layers; every norm, and every Linear of theirs alone."""
    for linear in dict.fromkeys(place.linear for place in outside(decoder)):
        yield Saved(linear.name, (linear.out, *pair_shapes(linear, 1)[0][1:]), linear.out if linear.bias else 0,
                    linear.name)
    for vector in decoder.vectors:
        yield Saved(vector.name, vector.shape or (vector.size,), vector.size if vector.bias else 0, vector.name,
                    bare=vector.bare)
    for place in places(decoder):
        if _may_train(place.module):
            linear = place.linear
            shape = (linear.in_, linear.out) if decoder.turned else (linear.out, linear.in_)
            yield from (Saved(name, shape, linear.out if linear.bias else 0, f"{place.path}.*.{place.name}")
                        for name in place.names())
    for run in decoder.runs:
        for vector in run.layer.vectors:
            for layer in range(run.first, run.stop) if is_norm(vector.name) else ():
                at = decoder.path_of(run)
                yield Saved(f"{at}.{layer}.{vector.name}", vector.shape or (vector.size,),
                            vector.size if vector.bias else 0, f"{at}.*.{vector.name}")


def all_biases(decoder: Decoder) -> Iterator[tuple[str, int]]:
    """Give every bias vector of the model by the name of its owner: those of 3-D experts are no module's."""
    for place in reachable(decoder):
        if place.path and place.linear.bias:
            yield from ((name, place.linear.out) for name in place.names())
    for run in decoder.runs:
        for vector in run.layer.vectors:
            if vector.bias:
                yield from ((f"{decoder.path_of(run)}.{layer}.{vector.name}", vector.size)
                            for layer in range(run.first, run.stop))
    yield from ((vector.name, vector.size) for vector in decoder.vectors if vector.bias)
    yield from ((linear.name, linear.out)
               for linear in (*decoder.linears, *decoder.convolutions, *decoder.heads) if linear.bias)


def biases_in_name(decoder: Decoder) -> dict[str, int]:
    """Count parameters that have "bias" in their name and are no module's bias, as `dt_bias`, by the name's end."""
    sizes: Counter[str] = Counter()
    held = [(1, vector.name, vector.size) for vector in decoder.vectors]
    for run in decoder.runs:
        held += [(run.count, vector.name, vector.size) for vector in run.layer.vectors]
        held += [(run.count * run.layer.number_of_experts, f"{linear.name}_bias", linear.out)
                 for linear in run.layer.experts if run.layer.stacked and linear.bias]
    held += [(1, table.name, int(full(table))) for table in (*decoder.embeddings, *decoder.linears)]
    for times, name, size in held:
        leaf = name.rpartition(".")[2]
        if "bias" in leaf:
            sizes[leaf] += times * size
    return sizes


def stored_whole(decoder: Decoder, targets: str | Sequence[str], adapted: Sequence[Linear]) -> list[Linear]:
    """Give the token table and the head where they are adapted by the names that the library stores whole."""
    if not targets:
        return []
    asked = spelled(targets)
    if asked.expression is not None:
        names = [linear.name for linear in (*decoder.tables, *decoder.heads) if linear.name.endswith(TABLES)]
        meant = bool(asked.expression.matching(names))
    else:
        meant = any(name in TABLES for name in asked.names)
    if meant and decoder.tableless:
        raise Refusal("targets: PEFT 0.21 saves no pair of lm_head in this family, looking for a token table")
    tables = (*((decoder.entry,) if decoder.entry else decoder.embeddings[:1]), *decoder.heads)
    return [linear for linear in tables if linear in adapted] if meant else []


def rows_trained(decoder: Decoder, asked: Mapping[str, Sequence[int]]) -> list[tuple[Linear, int]]:
    """Give the tables that `trainable_token_indices` names, and how many rows train. Raises `Refusal` for others.

    A head that is tied to the token table trains the same rows with it, and none of its own; so does a view of it.
    """
    if asked and not decoder.embeddings:
        raise Refusal("trainable_token_indices: the model has no table")
    if "" in asked and (decoder.tableless or (not decoder.heads and decoder.towers)):
        raise Refusal("trainable_token_indices: the library finds no token table by itself in this model: name it")
    tables = (*decoder.tables, *decoder.heads)
    others = {*decoder.views, *decoder.heads}
    found: list[tuple[Linear, int]] = []
    rows: dict[Linear, Sequence[int]] = {}
    meant = {name: [one for one in tables if one.name.endswith(name)] if name else [decoder.entry or tables[0]]
             for name in asked}
    tied = [name for name, hits in meant.items() if decoder.tied and {tables[0], *others} & {*hits}]
    for name, hits in meant.items():
        if not hits:
            raise Refusal(f"trainable_token_indices: no table is called {name[:60]!r}; the model has "
                          f"{', '.join(one.name for one in tables)}")
        follows = len(tied) > 1 and name in [one.name for one in others] and all(
            [*asked[other]] == [*asked[name]] for other in tied)
        for table in hits if not follows else ():
            if rows.setdefault(table, asked[name]) != asked[name]:
                raise Refusal(f"trainable_token_indices: {table.name} is meant twice, with other rows: that isn't "
                              "counted")
            wrong = next((row for row in asked[name] if not is_whole(row, -table.out, table.out - 1)), None)
            if wrong is not None:
                raise Refusal(f"trainable_token_indices: {table.name} has rows 0 to {table.out - 1}, not {wrong!r}")
            found.append((table, len(asked[name])))
    return [*dict.fromkeys(found)]


def check_rows(decoder: Decoder, asked: Mapping[str, Sequence[int]], saved: Sequence[Saved],
               adapted: Iterable[Place], *, with_biases: bool) -> None:
    """Raise `Refusal` where single rows of a table train beside what the library doesn't take with them."""
    names = {table.name for table, _ in rows_trained(decoder, asked)}
    whole = {*(module.name for module in saved), *(place.name for place in adapted)}
    if names & whole:
        raise Refusal(f"trainable_token_indices: {min(names & whole)} is adapted or trained whole as well: the "
                      "library refuses both")
    inside = next((name for name in asked for place in places(decoder)
                   if name and any(part.endswith(name) for part in place.name.split("."))), None)
    if inside is not None:
        raise Refusal(f"trainable_token_indices: {inside[:60]!r} is inside the layers: only tables are counted here")
    other = next((one.name for name in asked for one in (*decoder.convolutions, *decoder.linears)
                  if name and any(part.endswith(name) for part in one.name.split("."))), None)
    if other is not None:
        raise Refusal(f"trainable_token_indices: the name means {other} too, which is no table: the library refuses it")
    tied = decoder.tied or bool(decoder.views)       # a view is tied; so is, to version 5, the head where there is one
    others = (*decoder.views, *(decoder.heads if tied else ()))
    if names and whole & {one.name for one in others}:
        raise Refusal("trainable_token_indices: beside a tied head, or a view of its table, that is adapted or trained "
                      "whole it isn't counted here")
    if names and with_biases and any(head.bias for head in decoder.heads):
        raise Refusal("trainable_token_indices: beside trained biases, a head that has one isn't counted here")
