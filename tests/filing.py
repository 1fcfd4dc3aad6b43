"""Adapters' files as tests need them: what the library would file, and a header written out byte by byte."""

import json
from math import prod

from derivations.counting.count import adapted
from derivations.counting.tensors import base_tensors, pair_tensors


def tensors(decoder, question):
    """Give every tensor of an adapter's file, with its shape."""
    chosen = adapted(decoder, question)[0]
    return [*pair_tensors(decoder, question, chosen), *base_tensors(decoder, question, chosen)]


def filed(decoder, question):
    """Give the tensors of an adapter's file, by name."""
    return dict(tensors(decoder, question))


def write_header(path, listed, code="F32"):
    """Write the header of these tensors, and as many bytes as it speaks of, without filling the disk; give the path."""
    entries, end = {}, 0
    for name, shape in listed.items():
        entries[name] = {"dtype": code, "shape": list(shape), "data_offsets": [end, end := end + 4 * prod(shape)]}
    header = json.dumps(entries).encode()
    with open(path, "wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        file.truncate(8 + len(header) + end)
    return path
