"""Headers of files that hold tensors, safetensors' and GGUF's: names, types, shapes. Of the numbers, an alpha's alone.

A safetensors file has eight bytes, then JSON. GGUF (llama.cpp's, versions 2 and 3) has counts, keys with their values,
and a tensor's sides from the last to the first. Nothing here runs what a file says.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Mapping
from fractions import Fraction
from math import isfinite, prod
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from derivations.counting.json_text import NOT_FETCHED, POINTER
from derivations.counting.refusal import Refusal
from derivations.counting.safetensors import LEAD
from derivations.ordinary import open_ordinary

MOST_HEADER = 100_000_000
"""The most bytes of a header that are read; safetensors allows no more."""
AS_SAFETENSORS = "load it by torch.load(…, weights_only=True), and save that by safetensors.torch.save_file"
"""What to do with what isn't read."""
_OTHERS = {
    b"PK\x03\x04": f"it is a zip, as torch.save writes a pickle, which can run code, and isn't read: {AS_SAFETENSORS}",
    b"\x80": f"it is a pickle, which can run code and isn't read: {AS_SAFETENSORS}",
    b"\x89HDF": "it is HDF5, as Keras writes it, and only safetensors and GGUF are read",
    b"{": "it is JSON, and no weights",
    b"\x93NUMPY": "it is NumPy's, and only safetensors and GGUF are read",
}
"""How files of other kinds begin."""
_ALPHA = ".alpha"
_NUMBERS = {"F64": "<d", "F32": "<f", "F16": "<e", "I64": "<q", "I32": "<i"}


class Held(NamedTuple):
    """One tensor of a file: its type's code, and its shape."""

    code: str
    shape: tuple[int, ...]


class Header(NamedTuple):
    """What a file says before its numbers, and its size in bytes.

    said    what it says of itself, by key
    alphas  the alphas that it holds, by the name of the tensor
    short   how many bytes its tensors have that it hasn't
    """

    tensors: Mapping[str, Held]
    size: int
    said: Mapping[str, str] = {}
    alphas: Mapping[str, Fraction] = {}
    short: int = 0


def read_header(path: Path) -> Header:
    """Read a file's header. Raises `Refusal` where it has none that is known."""
    try:
        with open_ordinary(path) as file:
            size = os.fstat(file.fileno()).st_size
            lead = file.read(LEAD) or b""                    # None, of the kernel's own that has nothing to say yet
            if POINTER.startswith(lead) and lead and (lead + file.read(len(POINTER))).startswith(POINTER):
                raise Refusal(f"file: {NOT_FETCHED}")
            return _of_gguf(file, size) if lead.startswith(b"GGUF") else _of_safetensors(file, lead, size)
    except OSError as error:
        raise Refusal(f"file: {path.name[:60] or path}: {error.strerror or 'it cannot be read'}") from None


def _of_safetensors(file: BinaryIO, lead: bytes, size: int) -> Header:
    length = int.from_bytes(lead, "little")
    if not 2 <= length <= min(MOST_HEADER, size - LEAD):
        other = next((said for begin, said in _OTHERS.items() if lead.startswith(begin)), None)
        raise Refusal(f"file: {other}" if other else "file: it is empty" if not lead else
                      "file: it isn't a safetensors file: its first 8 bytes give no length of a header"
                      + (", or it was cut off there" if 2 <= length <= MOST_HEADER else ""))
    try:
        header = json.loads(file.read(length))
    except (ValueError, RecursionError):
        raise Refusal("file: it isn't a safetensors file: its header is no JSON") from None
    if not isinstance(header, dict):
        raise Refusal("file: it isn't a safetensors file: its header is no object")
    said = header.pop("__metadata__", None)
    tensors = {name: _held(name, entry) for name, entry in header.items()}
    at = {name: _offsets(entry) for name, entry in header.items()}
    alphas = {}
    for name, held in tensors.items():
        if name.endswith(_ALPHA) and prod(held.shape) == 1:
            file.seek(LEAD + length + at[name][0])
            number = _number(held.code, file.read(8))
            if number is not None:
                alphas[name] = number
    return Header(tensors, size, {str(key): str(one) for key, one in said.items()} if isinstance(said, dict) else {},
                  alphas, max(0, LEAD + length + max((end for _, end in at.values()), default=0) - size))


def _held(name: str, entry: Any) -> Held:
    shape = entry.get("shape") if isinstance(entry, dict) else None
    code = entry.get("dtype") if isinstance(entry, dict) else None
    if (not isinstance(code, str) or not isinstance(shape, list)
            or not all(isinstance(side, int) and not isinstance(side, bool) and 0 <= side < 2**63 for side in shape)):
        raise Refusal(f"file: the header's entry of {name[:60]!r} isn't a tensor's")
    return Held(code, tuple(shape))


def _offsets(entry: Mapping[str, Any]) -> tuple[int, int]:
    found = entry.get("data_offsets")
    if isinstance(found, list) and len(found) == 2 and all(isinstance(one, int) and 0 <= one < 2**62 for one in found):
        return found[0], found[1]
    return 0, 0


def _number(code: str, data: bytes) -> Fraction | None:
    """Read the number that bytes begin with; None where it is none, or of another type."""
    if code == "BF16":                                       # the first half of a number of 32 bits
        code, data = "F32", b"\0\0" + data[:2]
    form = _NUMBERS.get(code)
    if form is None or len(data) < struct.calcsize(form):
        return None
    value = struct.unpack_from(form, data)[0]
    return Fraction(value) if isfinite(value) else None


# GGUF -----------------------------------------------------------------------------------------------------------------

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_TEXT, _LIST = 8, 9
_TYPES = {0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 8: "Q8_0", 10: "Q2_K", 11: "Q3_K",
          12: "Q4_K", 13: "Q5_K", 14: "Q6_K", 20: "IQ4_NL", 23: "IQ4_XS", 28: "F64", 30: "BF16", 39: "MXFP4"}
_MOST_SIDES = 8
LORA_ALPHA = "adapter.lora.alpha"


class _Reader:
    """The binary values of a GGUF header, one after the other."""

    def __init__(self, file: BinaryIO, most: int) -> None:
        self.file, self.left, self.order = file, most, "<"

    def bytes(self, number: int) -> bytes:
        self.left -= number
        found = self.file.read(number) if self.left >= 0 else b""
        if len(found) < number:
            raise Refusal("file: it isn't a GGUF file that can be read: it ends in its header, or was cut off there")
        return found

    def scalar(self, form: str) -> Any:
        return struct.unpack(self.order + form, self.bytes(struct.calcsize(self.order + form)))[0]

    def text(self) -> str:
        return self.bytes(self.scalar("Q")).decode("utf-8", "replace")

    def value(self, kind: int) -> Any:
        """Read a value; a list, of which nothing is used, is passed over."""
        if kind == _TEXT:
            return self.text()
        if kind in _SCALARS:
            return self.scalar(_SCALARS[kind])
        if kind != _LIST:
            raise Refusal("file: it isn't a GGUF file that can be read: a value has an unknown type")
        of, number = self.scalar("I"), self.scalar("Q")
        if of in _SCALARS:
            self.bytes(number * struct.calcsize(self.order + _SCALARS[of]))
        elif of == _TEXT:
            for _ in range(number):
                self.bytes(self.scalar("Q"))
        else:
            raise Refusal("file: it isn't a GGUF file that can be read: a list of lists")
        return ""


def _of_gguf(file: BinaryIO, size: int) -> Header:
    """Read on from the first eight bytes, of which four are the version."""
    file.seek(4)
    reader = _Reader(file, min(MOST_HEADER, size))
    if reader.scalar("H") == 0:                              # the high half comes first on machines of the other order
        reader.order = ">"
    file.seek(4)
    if reader.scalar("I") not in (2, 3):
        raise Refusal("file: it is GGUF of a version that isn't read: 2 and 3 are")
    number, keys = reader.scalar("Q"), reader.scalar("Q")
    said, tensors = {}, {}
    for _ in range(keys):
        key = reader.text()
        said[key] = reader.value(reader.scalar("I"))
    for _ in range(number):
        name, sides = reader.text(), reader.scalar("I")
        if sides > _MOST_SIDES:
            raise Refusal(f"file: the header's entry of {name[:60]!r} isn't a tensor's")
        shape = tuple(reader.scalar("Q") for _ in range(sides))[::-1]
        kind = reader.scalar("I")
        tensors[name] = Held(_TYPES.get(kind, f"type {kind}"), shape)
        reader.scalar("Q")
    alpha = said.get(LORA_ALPHA)
    alphas = {LORA_ALPHA: Fraction(alpha)} if isinstance(alpha, float) and isfinite(alpha) else {}
    return Header(tensors, size, {key: str(one) for key, one in said.items()}, alphas)
