"""A module in some layers of a model, and every place that a name can mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from derivations.counting.architecture.decoder import APART, Decoder, Module
from derivations.counting.linear import Linear, full, lora
from derivations.counting.spelling import ends_in

OUTSIDE = "outside"
"""The part of what stands outside the layers: the head, the embeddings."""
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


def merged(found: Iterable[Place]) -> list[tuple[Place, int, int, int]]:
    """Give one row for each (name, shape, rank): a place to show, and its count, full and LoRA parameters over all."""
    rows: dict[tuple[object, ...], list[Place]] = {}
    for place in found:
        rows.setdefault((place.path, place.name, place.linear.out, place.linear.in_, place.rank), []).append(place)
    return [(alike[0], sum(one.count for one in alike), sum(one.full for one in alike), sum(one.lora for one in alike))
            for alike in rows.values()]


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


def above(name: str) -> list[str]:
    """Give the names of the modules that a module stands in, the innermost last."""
    parts = name.split(".")
    return [".".join(parts[:end]) for end in range(1, len(parts))]
