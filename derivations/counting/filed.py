"""What an adapter's file holds, from its header alone: eight bytes, then JSON. No weight is read.

Beside a model, every pair is held against the Linear that it is named after, and every Linear of the same name in the
other layers is asked for; experts' pairs against their 3-D parameters, and what else is filed against what it is of.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

from derivations.counting.architecture.decoder import Decoder
from derivations.counting.besides import CLASSIFIERS, known_whole
from derivations.counting.json_text import NOT_FETCHED, POINTER
from derivations.counting.linear import Linear, pair_shapes
from derivations.counting.place import Place, reachable
from derivations.counting.refusal import Refusal
from derivations.counting.safetensors import BIAS_OF_B, INNER, LEAD, MAGNITUDE, PAIR, PAIR_OF_A_TABLE, PREFIX, ROWS
from derivations.counting.stacked import parameters_of
from derivations.ordinary import open_ordinary

MOST_HEADER = 100_000_000
"""The most bytes of a header that are read; the format allows no more."""
EXPERTS = ".experts"
"""How the module is called whose parameters are all experts' at once: one pair serves them all."""
WEIGHTS = "adapter_model.safetensors"
"""What the file is called in an adapter's folder."""
_PICKLED = (".bin", ".pt", ".pth", ".ckpt", ".pkl")
_ADAPTERS_NAME = re.compile(r"\.(lora_[AB])\.[^.]+\.weight$|\.(lora_embedding_[AB])\.[^.]+$")
"""How a pair's tensors end where a running model's were filed, each with its adapter's name."""
_OTHERS = {r"\.lora_E$": "AdaLoRA's", r"\.lora_[ab]$": "mlx-lm's", r"\.lora_[ab]\.weight$": "torchtune's",
           r"\.lora_[AB]$": "LitGPT's, or loralib's", r"\.lora_(down|up)\.weight$": "kohya's",
           r"[._]lora\.(down|up)\.weight$": "of older diffusers"}
"""Whose names of pairs end so."""
_NUMBER = re.compile(r"\.[0-9]+\.")
_WRAPPED = re.compile(r"\.(base_layer|original_module|modules_to_save(\.default)?)(?=\.)")
"""What the library puts into a name where it wraps a module."""


class Held(NamedTuple):
    """One tensor of a file: its type's code, and its shape."""

    code: str
    shape: tuple[int, ...]


class Filed(NamedTuple):
    """A file's tensors by name, and its size in bytes."""

    tensors: Mapping[str, Held]
    size: int

    @property
    def pairs(self) -> dict[str, dict[str, tuple[int, ...]]]:
        """The shapes of A and B by the module they adapt."""
        found: dict[str, dict[str, tuple[int, ...]]] = {}
        for name, held in self.tensors.items():
            ending = next((one for one in (*PAIR, *PAIR_OF_A_TABLE) if name.endswith(one)), None)
            if ending is not None:
                letter = "A" if ending in (PAIR[0], PAIR_OF_A_TABLE[0]) else "B"
                found.setdefault(name.removesuffix(ending).removeprefix(PREFIX), {})[letter] = held.shape
        return found

    @property
    def parameters(self) -> int:
        """How many numbers the file holds."""
        return sum(prod(held.shape) for held in self.tensors.values())

    def ranks(self, *, over_experts: bool = False) -> list[int]:
        """Give the ranks of its pairs, each once; or of those that serve all experts of a layer, rank times experts."""
        return sorted({rank_of(shapes) for name, shapes in self.pairs.items()
                       if serves_experts(name) == over_experts} - {0})

    @property
    def besides(self) -> Counter[str]:
        """How many tensors belong to no pair, by the last part of their names."""
        return Counter(name.rpartition(".")[2] for name in self.tensors if not name.endswith((*PAIR, *PAIR_OF_A_TABLE)))

    def as_json(self) -> dict[str, Any]:
        """Give what is known as plain data."""
        leaves = Counter(name.removesuffix(INNER).rpartition(".")[2] for name in self.pairs)
        return {"ranks": self.ranks(), "rank_times_experts": self.ranks(over_experts=True), "modules": dict(leaves),
                "besides": dict(self.besides), "tensors": len(self.tensors), "parameters": self.parameters,
                "bytes": self.size, "types": sorted({held.code for held in self.tensors.values()})}


def rank_of(shapes: Mapping[str, tuple[int, ...]]) -> int:
    """Give the rank of a pair, as the first of its halves that has sides says it; 0 where none has."""
    return next((shape[0 if letter == "A" else 1] for letter, shape in shapes.items() if len(shape) > 1), 0)


def serves_experts(name: str) -> bool:
    """Whether a pair of this name serves all experts of a layer."""
    return name.removesuffix(INNER).endswith(EXPERTS)


def weights_in(path: Path) -> Path:
    """Give the file that a folder's adapter is in, or the file itself. Raises `Refusal` for what isn't read here."""
    try:
        held = sorted(one.name for one in path.iterdir()) if path.is_dir() else None
    except OSError as error:
        raise Refusal(f"file: {error.strerror or 'it cannot be read'}") from None
    if held is not None:
        if WEIGHTS in held:
            return path / WEIGHTS
        single = [name for name in held if name.endswith(".safetensors")]
        if len(single) == 1:
            return path / single[0]
        pickled = next((name for name in held if name.endswith(_PICKLED) and name.startswith("adapter")), None)
        if pickled is None:
            raise Refusal(f"file: the folder holds {len(single)} .safetensors files and no {WEIGHTS}")
        path /= pickled
    if path.suffix in _PICKLED:
        raise Refusal(f"file: {path.name[:60]} is a pickle, which can run code and isn't read: save it as .safetensors")
    if path.suffix == ".json":
        raise Refusal("file: it is JSON, and no weights; derive count --tensors reads the index of a model in shards")
    return path


def read_adapter_file(path: Path) -> Filed:
    """Read what an adapter's file holds. Raises `Refusal` where no pair is in it."""
    found = read_filed(path)
    tensors = {_ADAPTERS_NAME.sub(lambda end: f".{end[1]}.weight" if end[1] else f".{end[2]}", name): held
               for name, held in found.tensors.items()}
    if len(tensors) < len(found.tensors):
        raise Refusal("file: it holds several adapters, a pair of each for one module: save each by itself")
    filed = Filed(tensors, found.size)
    if not filed.pairs and filed.tensors:
        some = min(filed.tensors, key=lambda name: (not re.search(r"\d", name), name))
        kind = next((f"{whose}, and not PEFT's LoRA" for ending, whose in _OTHERS.items()
                     if any(re.search(ending, name) for name in tensors)),
                    "of another method than LoRA, or a model, which derive count --tensors reads")
        held = f"{len(tensors):,} tensor{'s' if len(tensors) > 1 else ''} such as {some[:80]}"
        raise Refusal(f"file: no pair of lora_A and lora_B is in it, but {held}: {kind}")
    return filed


def read_filed(path: Path) -> Filed:
    """Read the header of a safetensors file. Raises `Refusal` where it isn't one."""
    try:
        with open_ordinary(path) as file:
            size = os.fstat(file.fileno()).st_size
            lead = file.read(LEAD) or b""                    # None, of the kernel's own that has nothing to say yet
            if POINTER.startswith(lead) and (lead + file.read(len(POINTER))).startswith(POINTER):
                raise Refusal(f"file: {NOT_FETCHED}")
            length = int.from_bytes(lead, "little")
            if not 2 <= length <= min(MOST_HEADER, size - LEAD):
                raise Refusal("file: it isn't a safetensors file: its first 8 bytes give no length of a header")
            header = json.loads(file.read(length))
    except OSError as error:
        raise Refusal(f"file: {error.strerror or 'it cannot be read'}") from None
    except (ValueError, RecursionError) as error:
        if isinstance(error, Refusal):
            raise
        raise Refusal("file: it isn't a safetensors file: its header is no JSON") from None
    if not isinstance(header, dict):
        raise Refusal("file: it isn't a safetensors file: its header is no object")
    return Filed({name: _held(name, entry) for name, entry in header.items() if name != "__metadata__"}, size)


def _held(name: str, entry: Any) -> Held:
    shape = entry.get("shape") if isinstance(entry, dict) else None
    code = entry.get("dtype") if isinstance(entry, dict) else None
    if (not isinstance(code, str) or not isinstance(shape, list)
            or not all(isinstance(side, int) and not isinstance(side, bool) and 0 <= side < 2**63 for side in shape)):
        raise Refusal(f"file: the header's entry of {name[:60]!r} isn't a tensor's")
    return Held(code, tuple(shape))


def halves(filed: Filed) -> list[str]:
    """Say what of a file's pairs can't be, whatever the model: one half alone, an empty one, two of different ranks."""
    found = []
    for name, shapes in filed.pairs.items():
        missing = next((letter for letter in "AB" if letter not in shapes), None)
        empty = next((letter for letter, shape in shapes.items() if not prod(shape)), None)
        if missing is not None:
            found.append(f"{name}: lora_{missing} is missing")
        elif empty is not None:
            found.append(f"{name}: lora_{empty} is empty, as ZeRO-3 leaves what wasn't gathered")
        elif len(shapes["A"]) > 1 and len(shapes["B"]) > 1 and shapes["A"][0] != shapes["B"][1]:
            found.append(f"{name}: lora_A has rank {shapes['A'][0]:,}, and lora_B {shapes['B'][1]:,}")
    return found


def faults(filed: Filed, decoder: Decoder) -> list[str]:
    """Say what of a file doesn't fit a model: unknown modules, wrong shapes, halves of pairs, layers left out."""
    routers = [place for place in parameters_of(decoder) if not place.fused]
    known = {name: place.linear for place in (*reachable(decoder), *routers) for name in place.names()}
    pairs = {_as_here(name, decoder): shapes for name, shapes in filed.pairs.items()}
    found: list[str] = []
    for name, shapes in pairs.items():
        if serves_experts(name):
            continue
        linear = known.get(name)
        if linear is None:
            found.append(f"{name}: the model has no such Linear")
            continue
        found += _of_a_pair(name, shapes, pair_shapes(linear, rank_of(shapes), table=linear in decoder.tables)[:2])
    found += _of_experts({name: shapes for name, shapes in pairs.items() if serves_experts(name)}, decoder)
    found += _of_the_rest(filed, decoder, known)
    kinds = {_NUMBER.sub(".#.", name) for name in pairs}
    return found + [f"{name}: its pair is missing, though other layers have one" for name in known
                    if name not in pairs and _NUMBER.sub(".#.", name) in kinds]


def _as_here(name: str, decoder: Decoder) -> str:
    """Give the name that a module has here, where version 4 of the library calls it otherwise."""
    for here, there in decoder.renamed:
        if name.startswith(there):
            return here + name.removeprefix(there)
    return name


def _of_a_pair(name: str, shapes: Mapping[str, tuple[int, ...]], right: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    for letter, shape in zip("AB", right, strict=True):
        if letter not in shapes:
            yield f"{name}: lora_{letter} is missing"
        elif shapes[letter] != shape:
            yield f"{name}: lora_{letter} is {_shape(shapes[letter])}, and should be {_shape(shape)}"


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
        if name.endswith((*PAIR, *PAIR_OF_A_TABLE)) or name.removeprefix(PREFIX).startswith(CLASSIFIERS):
            continue                                             # how many classes there are, no model says
        own = _as_here(_WRAPPED.sub("", name.removeprefix(PREFIX)), decoder)
        shape = right.get(own)
        if own.endswith(ROWS) and own.removesuffix(ROWS) in known and held.shape:
            shape = (held.shape[0], known[own.removesuffix(ROWS)].in_)
        if shape is None:
            yield f"{own}: the model has no such tensor"
        elif held.shape != shape:
            yield f"{own}: it is {_shape(held.shape)}, and should be {_shape(shape)}"


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{side:,}" for side in shape)
