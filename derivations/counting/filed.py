"""What an adapter's file holds, from its header alone: whose it is, its pairs by the modules they adapt, their ranks.

No weight is read, and one rule reads all who write adapters: `naming` says how each part is called, and which of its
sides is the rank.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from math import prod
from pathlib import Path
from typing import Any

from derivations.counting.headers import LORA_ALPHA, Header, read_header
from derivations.counting.json_text import read_json
from derivations.counting.naming import ALPHA, DORA, FROZEN, LORA, Named, leaf_of, taken_apart
from derivations.counting.refusal import Refusal, is_whole
from derivations.counting.safetensors import INNER, PREFIX
from derivations.counting.weights import shards_of

EXPERTS = ".experts"
"""How the module is called whose parameters are all experts' at once: one pair serves them all."""
UNTRAINED = ("", ALPHA, FROZEN)
"""What names say that makes no method."""
NOWHERE = ("", PREFIX.partition(".")[0])
"""Modules of what serves the whole model."""
BASES = ("ss_base_model_version", "modelspec.architecture", "general.architecture")
"""Under which keys a file names its base: sd-scripts', other trainers' of images, GGUF's."""
_ADAPTERS_NAME = re.compile(r"(?<=\.lora_[AB])\.[^.]+(?=\.(?:weight|bias)$)|(?<=\.lora_embedding_[AB])\.[^.]+$"
                            r"|(?<=\.lora_magnitude_vector)\.(?!weight$)[^.]+(?=\.weight$|$)")
"""How tensors end where a running model's were filed, each with its adapter's name."""


class Filed(Header):
    """What a file holds, as its header has it, or the headers of all its shards."""

    @cached_property
    def named(self) -> dict[str, Named]:
        """The tensors whose names are an adapter's, taken apart."""
        found = ((name, taken_apart(name.removeprefix(PREFIX))) for name in self.tensors)
        return {name: one for name, one in found if one is not None and (
            one.method != ALPHA or prod(self.tensors[name].shape) == 1)}

    @cached_property
    def parts(self) -> dict[str, dict[str, tuple[Named, tuple[int, ...]]]]:
        """The parts of pairs by the module that they adapt, and by how their names end."""
        found: dict[str, dict[str, tuple[Named, tuple[int, ...]]]] = {}
        for name, one in self.named.items():
            if one.naming is not None:
                found.setdefault(one.module, {})[one.ending] = one, self.tensors[name].shape
        return found

    @cached_property
    def pairs(self) -> dict[str, dict[str, tuple[int, ...]]]:
        """The shapes of LoRA's A and B by the module they adapt, as PEFT has them."""
        return {module: {"AB"[one.which]: _turned(one, shape) for one, shape in parts.values()}
                for module, parts in self.parts.items()
                if any(one.method == LORA for one, _ in parts.values())}

    @cached_property
    def modules(self) -> list[str]:
        """What is adapted."""
        alone = (one.module for one in self.named.values() if one.naming is None and one.method not in UNTRAINED)
        return [*self.parts] or [one for one in dict.fromkeys(alone) if one not in NOWHERE]

    @property
    def leaves(self) -> Counter[str]:
        """How many modules of each name are adapted, by the last part that says what they are."""
        return Counter(leaf_of(name.removesuffix(INNER)) for name in self.modules)

    @property
    def whose(self) -> str:
        """Whose names its pairs have: those that most have; "" without a pair."""
        found = Counter(one.naming.whose for one in self.named.values() if one.naming is not None)
        return "PEFT" if "AdaLoRA" in self.methods else max(found, key=lambda one: found[one], default="")

    @cached_property
    def methods(self) -> tuple[str, ...]:
        """What is trained, as names say it: that of the pairs first. Nothing for what is no adapter's file."""
        pairs = dict.fromkeys(one.method for one in self.named.values() if one.naming is not None)
        rest = dict.fromkeys(one.method for one in self.named.values() if one.naming is None)
        if "AdaLoRA" in rest:
            pairs.pop(LORA, None)
        makes = (one for one in rest if one not in UNTRAINED and (pairs or one != DORA))
        return tuple(dict.fromkeys((*pairs, *makes)))

    @property
    def base(self) -> str:
        """What the file says that it is an adapter of; "" where it says nothing."""
        return next((self.said[key] for key in BASES if self.said.get(key)), "")

    @property
    def parameters(self) -> int:
        """How many numbers the file holds, but for alphas and projections that the method leaves frozen."""
        return sum(prod(held.shape) for name, held in self.tensors.items()
                   if name not in self.named or self.named[name].method not in (ALPHA, FROZEN))

    def ranks(self, *, over_experts: bool = False) -> list[int]:
        """Give the ranks of its pairs, each once; or of those that serve all experts of a layer, rank times experts."""
        return sorted({_rank(parts.values()) for name, parts in self.parts.items()
                       if serves_experts(name) == over_experts} - {0})

    @cached_property
    def scales(self) -> Counter[tuple[Fraction, int]]:
        """How many modules have each alpha, beside each rank."""
        of = {name.removesuffix(f".{ALPHA}"): alpha for name, alpha in self.alphas.items()}
        said = _said_by_diffusers(self.said.get("lora_adapter_metadata", ""))
        found: Counter[tuple[Fraction, int]] = Counter()
        for module, parts in self.parts.items():
            starting = (alpha for start, alpha in said.items() if module.startswith(start))
            whole = next(starting, self.alphas.get(LORA_ALPHA))
            alpha = of.get(module, of.get(PREFIX + module, whole))
            if alpha is not None:
                found[alpha, _rank(parts.values())] += 1
        return found

    @property
    def besides(self) -> Counter[str]:
        """How many tensors belong to no pair, by the last part of their names that says what they are."""
        found: Counter[str] = Counter()
        for name in self.tensors:
            one = self.named.get(name)
            if one is None or one.naming is None:
                last = name.rsplit(".", 2)
                found[one.ending if one else ".".join(last[-2:]) if last[-1] == "weight" else last[-1]] += 1
        return found

    def as_json(self) -> dict[str, Any]:
        """Give what is known as plain data."""
        return {"names": self.whose, "methods": [*self.methods], "base": self.base,
                "ranks": self.ranks(), "rank_times_experts": self.ranks(over_experts=True),
                "modules": dict(self.leaves),
                "alphas": [{"alpha": {"numerator": alpha.numerator, "denominator": alpha.denominator}, "rank": rank,
                            "modules": number} for (alpha, rank), number in self.scales.items()],
                "besides": dict(self.besides), "tensors": len(self.tensors), "parameters": self.parameters,
                "bytes": self.size, "types": sorted({held.code for held in self.tensors.values()})}


def _said_by_diffusers(text: str) -> dict[str, Fraction]:
    """Give the alphas of the configurations that diffusers writes into a file, by how the modules of each begin.

    One that scales otherwise, by the root of the rank or by module, is left out.
    """
    try:
        config = read_json(text)
    except (ValueError, RecursionError):
        return {}
    found = {key.removesuffix("lora_alpha"): value for key, value in config.items() if key.endswith("lora_alpha")
             } if isinstance(config, dict) else {}
    return {start: Fraction(alpha) for start, alpha in found.items()
            if is_whole(alpha) and not config.get(f"{start}use_rslora") and not config.get(f"{start}alpha_pattern")}


def _side(one: Named, shape: tuple[int, ...]) -> int | None:
    """Give which side is the rank; None where none is, or the shape hasn't so many."""
    side = one.part.stacked if len(shape) == 3 and one.part.stacked is not None else one.part.side
    return side if side is not None and side < len(shape) and (len(shape) > 1 or one.method != LORA) else None


def _turned(one: Named, shape: tuple[int, ...]) -> tuple[int, ...]:
    side = _side(one, shape)
    if side is None or len(shape) < 2:
        return shape
    rest = (*shape[:side], *shape[side + 1:])
    return (shape[side], *rest) if one.which == 0 else (rest[0], shape[side], *rest[1:])


def _rank(parts: Iterable[tuple[Named, tuple[int, ...]]]) -> int:
    """Give the rank of a module's parts, as the first that has sides says it; 0 where none has."""
    single = sorted(parts, key=lambda part: part[0].part.fused)
    return next((shape[side] for one, shape in single if (side := _side(one, shape)) is not None), 0)


def rank_of(shapes: Mapping[str, tuple[int, ...]]) -> int:
    """Give the rank of a pair, as the first of its halves that has sides says it; 0 where none has."""
    return next((shape[0 if letter == "A" else 1] for letter, shape in shapes.items() if len(shape) > 1), 0)


def serves_experts(name: str) -> bool:
    """Whether a pair of this name serves all experts of a layer."""
    return name.removesuffix(INNER).endswith(EXPERTS)


def halves(filed: Filed) -> list[str]:
    """Say what of a file's pairs can't be, whatever the model: one half alone, an empty one, two of different ranks."""
    said = ((name, next(_wrong(parts), "")) for name, parts in filed.parts.items())
    return [f"{name}: {wrong}" for name, wrong in said if wrong]


def _wrong(parts: Mapping[str, tuple[Named, tuple[int, ...]]]) -> Iterator[str]:
    for ending, (one, shape) in parts.items():
        if one.other not in parts:
            yield f"{one.other} is missing"
        elif 0 in shape:
            yield f"{ending} is empty, as ZeRO-3 leaves what wasn't gathered"
        elif one.which == 0 and 0 not in parts[one.other][1]:
            ranks = _rank([(one, shape)]), _rank([parts[one.other]])
            if 0 not in ranks and ranks[0] != ranks[1] and not (one.part.fused and ranks[0] % ranks[1] == 0):
                yield f"{ending} has rank {ranks[0]:,}, and {one.other} {ranks[1]:,}"


def shortage(filed: Filed) -> list[str]:
    """Say what a file that was cut off lacks."""
    return [f"the file ends {filed.short:,} bytes before its tensors do: it was cut off"] if filed.short else []


def read_whole(path: Path) -> Filed:
    """Read the headers of a file, or of all shards of which it is one, or the index."""
    found: list[Filed] = [Filed(*read_header(shard)) for shard in shards_of(path)]
    if len(found) == 1:
        return found[0]
    tensors = {name: held for one in found for name, held in one.tensors.items()}
    alphas = {name: alpha for one in found for name, alpha in one.alphas.items()}
    return Filed(tensors, sum(one.size for one in found), found[0].said, alphas, sum(one.short for one in found))


def read_adapter_file(path: Path) -> Filed:
    """Read what an adapter's file holds. Raises `Refusal` where none is in it."""
    found = read_whole(path)
    tensors = {_ADAPTERS_NAME.sub("", name): held for name, held in found.tensors.items()}
    if len(tensors) < len(found.tensors):
        raise Refusal("file: it holds several adapters, a pair of each for one module: save each by itself")
    filed = found._replace(tensors=tensors)
    if not filed.methods and filed.tensors:
        some = min(filed.tensors, key=lambda name: (not re.search(r"\d", name), name))
        held = f"{len(tensors):,} tensor{'s' if len(tensors) > 1 else ''} such as {some[:80]}"
        raise Refusal(f"file: no pair of lora_A and lora_B is in it, but {held}: of another method than LoRA, or a "
                      "model, which derive count --tensors reads")
    return filed
