"""The size of an adapter's file: eight bytes, a header that names every tensor, and the numbers.

The header is compact JSON, padded with spaces to a multiple of eight. Tensors stand in the order of their element
types, the widest first, then of their names. Source: the safetensors format, and files that the reference
library saves.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from math import prod
from typing import NamedTuple

Tensor = tuple[str, tuple[int, ...]]
"""A tensor's name in the file, and its shape."""


LEAD = 8
"""The bytes before the header, which hold its length."""
HEADER = '{"__metadata__":{"format":"pt"}}'
ENTRY = ',"":{"dtype":"","shape":[],"data_offsets":[,]}'
"""What the header holds besides its tensors; and of each tensor besides its name, code, sides and offsets."""
STEP = 8
"""The header's length is a multiple of this."""


PREFIX = "base_model.model."
PAIR = (".lora_A.weight", ".lora_B.weight")
PAIR_OF_A_TABLE = (".lora_embedding_A", ".lora_embedding_B")
BIAS_OF_B = ".lora_B.bias"
MAGNITUDE, ROWS = ".lora_magnitude_vector", ".token_adapter.trainable_tokens_delta"
INNER = ".base_layer"
"""How the reference library names what it stores: pairs, what stands beside them, and what is wrapped twice."""


class Dtype(NamedTuple):
    """How a number is stored: its name in the field, its code in a file, its bytes."""

    name: str
    code: str
    bytes: int


DTYPES = {dtype.name: dtype for dtype in (Dtype("float32", "F32", 4), Dtype("float16", "F16", 2),
                                          Dtype("bfloat16", "BF16", 2))}


ORDER = ("F16", "BF16", "F32")
"""The types as the format orders them; a file holds the last first."""


def header_bytes(tensors: Iterable[Tensor], dtype: Dtype, others: Iterable[Tensor] = (),
                 other: Dtype | None = None) -> int:
    """Count the bytes of the header, its padding included; `others` are stored in a type of their own."""
    held = {dtype: [*tensors]}
    held.setdefault(other or dtype, []).extend(others)
    ends, length = [0], len(HEADER)
    of_shape: dict[tuple[int, ...], tuple[int, int]] = {}              # most tensors have one of a few shapes
    for kind in sorted(held, key=lambda kind: -ORDER.index(kind.code)):
        for name, shape in sorted(held[kind]):
            if shape not in of_shape:
                of_shape[shape] = prod(shape), len(",".join(map(str, shape)))
            numbers, sides = of_shape[shape]
            ends.append(ends[-1] + kind.bytes * numbers)
            length += len(ENTRY) + len(kind.code) + len(name) + sides
    length += _digits(ends[1:]) + _digits(ends[:-1])
    return -(-length // STEP) * STEP


def _digits(ascending: Sequence[int]) -> int:
    """Count the digits of all the numbers: one each, and one more for each power of ten that it reaches."""
    count, power = len(ascending), 10
    while ascending and power <= ascending[-1]:
        count += len(ascending) - bisect_left(ascending, power)
        power *= 10
    return count


def file_bytes(tensors: Sequence[Tensor], dtype: Dtype, others: Sequence[Tensor] = (),
               other: Dtype | None = None) -> int:
    """Count the bytes of the whole file: the header's length, the header, the numbers."""
    return (LEAD + header_bytes(tensors, dtype, others, other) + payload_bytes(tensors, dtype)
            + payload_bytes(others, other or dtype))


def payload_bytes(tensors: Iterable[Tensor], dtype: Dtype) -> int:
    """Count the bytes of the numbers alone."""
    return dtype.bytes * sum(prod(shape) for _, shape in tensors)
