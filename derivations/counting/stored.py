"""A model that is known by its tensors alone: names and shapes from safetensors headers, no weight read.

A 2-D weight is a Linear, if its name isn't an embedding's, one of four sides or five a convolution. What names and
shapes can't tell is said: which matrices are tables or routers, what a 3-D parameter holds, a convolution's groups.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from math import prod
from pathlib import Path
from typing import NamedTuple

from derivations.counting.architecture.decoder import Decoder, Layer, Run, Vector
from derivations.counting.architecture.dimensions import Dimensions
from derivations.counting.architecture.family import Family
from derivations.counting.architecture.wholes import in_turn
from derivations.counting.configuration import Configuration
from derivations.counting.filed import read_whole
from derivations.counting.headers import Held
from derivations.counting.linear import UNKNOWN, Convolution, Linear
from derivations.counting.refusal import Refusal
from derivations.counting.weights import ADAPTERS, MODELS, weights_in

_LAYER = re.compile(r"^(?P<path>(?:[^.]+\.)*?[^.]+)\.(?P<layer>[0-9]{1,9})\.(?P<name>.+)$")
_TABLE = re.compile(r"embed|embd|wte|wpe|shared|pos_emb|relative_attention_bias")
_ATTENTION = re.compile(r"attn|attention|mixer|mamba", re.IGNORECASE)
_HEADS = ("lm_head", "output", "score", "embed_out")
_BUFFER = re.compile(r"(?:running_mean|running_var|inv_freq|gate\.e_score_correction_bias|masked_bias|codebook\.\w+)$")
_NUMBERS = ("I64", "BOOL")
"""What is stored, and is no parameter: by its name, or by its type, in which nothing trains."""
PACKED = ("U8", "I8", "I32", "U32", "U16", "I16")
"""Types of what isn't a weight itself: numbers packed together, and what unpacks them."""


def read_stored(path: Path, *said: str) -> Configuration:
    """Read the header of a file of tensors, or those of its shards: of one of them, of their index, or of their folder.

    Give what can be counted as a configuration; what can't be told, and what else is `said`, are notes on its answers.
    Raises `Refusal` for what is neither, and for a model with nothing to adapt.
    """
    file = weights_in(path, (*MODELS, *ADAPTERS))
    filed = read_whole(file)
    if filed.methods:
        whose = f", named as by {filed.whose}" if filed.whose else ""
        raise Refusal(f"tensors: {file.name[:60]} is no base: it holds an adapter's pairs, which derive inspect reads "
                      f"({', '.join(filed.methods)}{whose})")
    decoder = decoder_of(dict(filed.tensors))
    decoder = decoder._replace(versions=(*decoder.versions, *said))
    dimensions = Dimensions(int(decoder.embeddings[0].in_), int(decoder.depth))
    return Configuration(Family("tensors", lambda _: decoder, {}, (), ()), dimensions, {})


def decoder_of(held: dict[str, Held]) -> Decoder:
    """Give the model that tensors make up, with notes on what they don't tell."""
    stacks: dict[str, dict[int, dict[str, tuple[int, ...]]]] = {}
    outside: dict[str, tuple[int, ...]] = {}
    packed = 0
    for name, tensor in held.items():
        if tensor.code in PACKED:
            packed += 1
            continue
        mask = name.endswith(".bias") and tensor.shape == (1, 1, *2 * tensor.shape[-1:])
        if mask or tensor.code in _NUMBERS or _BUFFER.search(name):
            continue
        found = _LAYER.match(name)
        if found:
            layers = stacks.setdefault(found["path"], {})
            layers.setdefault(int(found["layer"]), {})[found["name"]] = tensor.shape
        else:
            outside[name] = tensor.shape
    if not stacks:
        raise Refusal("tensors: no tensor stands in a numbered layer" + (": they are packed" if packed else ""))
    main, *others = sorted(stacks, key=lambda path: -len(stacks[path]))
    runs = [run for path in (main, *others) for run in _runs(stacks[path], "" if path == main else path)]
    parts = _parted(tuple(outside.items()))
    head = next((one for one in parts.linears if one.name.rpartition(".")[2] in _HEADS), None)
    embeddings = parts.tables or (Linear("none", 0, 0),)
    every = [parts, *(_parted(tuple(layer.items())) for layers in stacks.values() for layer in layers.values())]
    notes = _notes(packed, sum(part.solid for part in every), bool(parts.tables) and head is None,
                   convolved=any(part.convolutions for part in every))
    if packed and not any(part.linears or part.convolutions for part in every[1:]):
        raise Refusal("tensors: the matrices of its layers are packed, and their shapes aren't these: give the "
                      "config.json of the model by --config")
    return Decoder(
        tuple(runs), embeddings, head or replace(embeddings[0], name="lm_head"), head is None, parts.vectors,
        tuple(one for one in parts.linears if one is not head), main, parts.convolutions,
        versions=tuple(notes))


def _runs(layers: dict[int, dict[str, tuple[int, ...]]], path: str) -> list[Run]:
    depth = max(layers) + 1
    if depth > 10 * len(layers) + 100:
        raise Refusal(f"tensors: layers are numbered up to {depth - 1}, and {len(layers)} are there")
    made = in_turn(_layer(tuple(sorted(layers.get(number, {}).items()))) for number in range(depth))
    return [Run(run.first, run.stop, run.layer, path) for run in made]


class _Parts(NamedTuple):
    """What tensors are: `solid` have three sides or more, and are no convolutions."""

    linears: tuple[Linear, ...]
    tables: tuple[Linear, ...]
    convolutions: tuple[Convolution, ...]
    vectors: tuple[Vector, ...]
    solid: int


@lru_cache(1024)
def _parted(tensors: tuple[tuple[str, tuple[int, ...]], ...]) -> _Parts:
    """Tell Linears, tables and convolutions apart: a table has a name like one, and no bias."""
    shapes, solid = dict(tensors), 0
    linears, tables, convolutions = [], [], []
    for weight, shape in tensors:
        name = weight.removesuffix(".weight")
        bias, leaf = shapes.get(f"{name}.bias", ()), name.rpartition(".")[2]
        if name == weight or len(shape) < 2 or (len(shape) > 2 and bias not in ((), shape[:1])):
            solid += len(shape) > 2
        elif len(shape) > 3 or (len(shape) == 3 and "conv" in name.lower()):
            out, in_, *kernel = shape
            convolutions.append(Convolution(
                name, out, in_ * prod(kernel), bool(bias), tuple(kernel), UNKNOWN if in_ == 1 else 1))
        elif len(shape) > 2:
            solid += 1
        elif bias or leaf in _HEADS or not _TABLE.search(leaf):
            out, in_ = shape if bias != shape[1:] else shape[::-1]           # Conv1D's is the other way round
            linears.append(Linear(name, out, in_, bool(bias)))
        else:
            tables.append(Linear(name, shape[0], shape[1]))
    whole = {f"{one.name}.weight" for one in (*linears, *tables, *convolutions)} | {
        f"{one.name}.bias" for one in (*linears, *convolutions)}
    return _Parts(tuple(linears), tuple(tables), tuple(convolutions), tuple(
        Vector(name.removesuffix(".weight"), prod(shape)) for name, shape in tensors if name not in whole), solid)


def _layer(tensors: tuple[tuple[str, tuple[int, ...]], ...]) -> Layer:
    parts = _parted(tensors)
    return Layer(
        attention=tuple(one for one in parts.linears if _ATTENTION.search(one.name)),
        mlp=tuple(one for one in parts.linears if not _ATTENTION.search(one.name)),
        vectors=(*parts.vectors, *(Vector(table.name, table.out * table.in_) for table in parts.tables)),
        convolutions=parts.convolutions,
    )


def _notes(packed: int, solid: int, headless: bool, *, convolved: bool) -> Iterable[str]:
    yield ("counted by names and shapes, which don't tell tables and routers from Linears: all-linear may mean fewer; "
           "all that is stored counts in the total, but for buffers known by name")
    if packed:
        yield f"{packed:,} tensors are packed (4 or 8 bits) and aren't counted: their shapes aren't the matrices'"
    if solid:
        yield (f"{solid:,} tensors have three sides or more: counted in the total, and never adapted; where they are "
               "experts, PEFT 0.21 over version 5 of transformers takes gate_proj, up_proj and down_proj for them too")
    if convolved:
        yield "a name reaches a convolution too, counted as one over all channels: its shape says nothing of groups"
    if headless:
        yield "no head is stored: it is taken for the token table"
