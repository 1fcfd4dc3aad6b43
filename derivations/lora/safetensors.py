"""The size of an adapter's file: eight bytes, a header that names every tensor, and the numbers.

The header is compact JSON, padded with spaces to a multiple of eight. Tensors stand in the order of their element
widths, then of their names; an adapter has one width. Source: the safetensors format, and files that the reference
library saves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Tensor = tuple[str, tuple[int, ...]]
"""A tensor's name in the file, and its shape."""

LARGEST_HEADER = 100_000_000
"""The format's own limit, in bytes: a file with a longer header isn't read."""


@dataclass(frozen=True)
class Dtype:
    """How a number is stored: its name in the field, its code in a file, its bytes."""

    name: str
    code: str
    bytes: int


DTYPES = {dtype.name: dtype for dtype in (Dtype("float32", "F32", 4), Dtype("float16", "F16", 2),
                                          Dtype("bfloat16", "BF16", 2))}


def header_bytes(tensors: Iterable[Tensor], dtype: Dtype) -> int:
    """Count the bytes of the header, its padding included."""
    length = len('{"__metadata__":{"format":"pt"}}')
    begin = 0
    for name, shape in sorted(tensors):
        end = begin + dtype.bytes * _entries(shape)
        length += len(name) + sum(len(str(side)) + 1 for side in shape) - 1 + len(str(begin)) + len(str(end))
        length += len(',"":{"dtype":"","shape":[],"data_offsets":[,]}') + len(dtype.code)
        begin = end
    return -(-length // 8) * 8


def file_bytes(tensors: Sequence[Tensor], dtype: Dtype) -> int | None:
    """Count the bytes of the whole file, or give None where no file may be so: its header would pass the limit."""
    shortest_entry = len('"a":{"dtype":"F16","shape":[1,1],"data_offsets":[0,2]},')
    if len(tensors) * shortest_entry > LARGEST_HEADER:
        return None
    header = header_bytes(tensors, dtype)
    return None if header > LARGEST_HEADER else 8 + header + payload_bytes(tensors, dtype)


def payload_bytes(tensors: Iterable[Tensor], dtype: Dtype) -> int:
    """Count the bytes of the numbers alone."""
    return dtype.bytes * sum(_entries(shape) for _, shape in tensors)


def _entries(shape: tuple[int, ...]) -> int:
    entries = 1
    for side in shape:
        entries *= side
    return entries
