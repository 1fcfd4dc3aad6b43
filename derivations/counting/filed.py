"""What an adapter's file holds, from its header alone: eight bytes, then JSON. No weight is read.

Beside a model, every pair is held against the Linear that it is named after, and every Linear of the same name in the
other layers is asked for.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

from derivations.counting.architecture.decoder import Decoder
from derivations.counting.refusal import Refusal
from derivations.counting.safetensors import LEAD
from derivations.counting.targets import reachable
from derivations.ordinary import open_ordinary

MOST_HEADER = 100_000_000
"""The most bytes of a header that are read; the format allows no more."""

_A, _B = ".lora_A.weight", ".lora_B.weight"
_PREFIX = "base_model.model."


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
            for ending, letter in ((_A, "A"), (_B, "B")):
                if name.endswith(ending):
                    found.setdefault(name.removesuffix(ending).removeprefix(_PREFIX), {})[letter] = held.shape
        return found

    @property
    def parameters(self) -> int:
        """How many numbers the file holds."""
        return sum(prod(held.shape) for held in self.tensors.values())

    @property
    def ranks(self) -> list[int]:
        """The ranks of its pairs, each once."""
        return sorted({shapes["A"][0] for shapes in self.pairs.values() if len(shapes.get("A", ())) == 2})

    def as_json(self) -> dict[str, Any]:
        """Give what is known as plain data."""
        leaves: dict[str, int] = {}
        for name in self.pairs:
            leaf = name.rpartition(".")[2]
            leaves[leaf] = leaves.get(leaf, 0) + 1
        return {"ranks": self.ranks, "modules": leaves, "tensors": len(self.tensors), "parameters": self.parameters,
                "bytes": self.size, "types": sorted({held.code for held in self.tensors.values()})}


def read_filed(path: Path) -> Filed:
    """Read the header of a safetensors file. Raises `Refusal` where it isn't one."""
    try:
        with open_ordinary(path) as file:
            size = os.fstat(file.fileno()).st_size
            length = int.from_bytes(file.read(LEAD), "little")
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


def faults(filed: Filed, decoder: Decoder) -> list[str]:
    """Say what of a file doesn't fit a model: unknown modules, wrong shapes, halves of pairs, layers left out."""
    known = {name: place.linear for place in reachable(decoder) for _, _, name in place.sites(decoder.path)}
    found: list[str] = []
    for name, shapes in filed.pairs.items():
        if name.removesuffix(".base_layer").endswith("experts"):
            continue                                             # a 3-D parameter's pair: its name says no more
        linear = known.get(name)
        if linear is None:
            found.append(f"{name}: the model has no such Linear")
            continue
        for letter in ("A", "B"):
            if letter not in shapes:
                found.append(f"{name}: lora_{letter} is missing")
        rank = next((shape[0 if letter == "A" else -1] for letter, shape in shapes.items() if len(shape) == 2), 0)
        for letter, right in (("A", (rank, linear.in_)), ("B", (linear.out, rank))):
            if letter in shapes and shapes[letter] != right:
                found.append(f"{name}: lora_{letter} is {_shape(shapes[letter])}, and should be {_shape(right)}")
    leaves = {name.rpartition(".")[2] for name in filed.pairs}
    found += [f"{name}: its pair is missing, though other layers have one" for name in known
              if name.rpartition(".")[2] in leaves and name not in filed.pairs]
    return found


def _shape(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{side:,}" for side in shape)
