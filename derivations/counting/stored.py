"""A model that is known by its tensors alone: names and shapes from safetensors headers, no weight read.

A 2-D weight inside a numbered layer is a Linear, if its name isn't an embedding's. What names and shapes can't tell is
said: whether a weight is stored the other way round (Conv1D), what is packed in 4 bits, what a 3-D parameter holds.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import replace
from math import prod
from pathlib import Path

from derivations.counting.architecture.decoder import Decoder, Layer, Run, Vector
from derivations.counting.architecture.dimensions import Dimensions
from derivations.counting.architecture.family import Family
from derivations.counting.architecture.shared import in_turn
from derivations.counting.configuration import Configuration
from derivations.counting.filed import Filed, Held, read_filed
from derivations.counting.json_text import read_json
from derivations.counting.linear import Linear
from derivations.counting.refusal import Refusal
from derivations.ordinary import read_ordinary

_LAYER = re.compile(r"^(?P<path>(?:[^.]+\.)*?[^.]+)\.(?P<layer>[0-9]{1,9})\.(?P<name>.+)$")
_TABLE = re.compile(r"embed|wte|wpe|shared|pos_emb")
_ATTENTION = re.compile(r"attn|attention|mixer|mamba", re.IGNORECASE)
_HEADS = ("lm_head", "output", "score", "embed_out")
PACKED = ("U8", "I8", "I32")
"""Types of what isn't a weight itself: numbers packed together, and what unpacks them."""


def read_stored(path: Path) -> tuple[Configuration, tuple[str, ...]]:
    """Read a .safetensors file's header, or an index and the headers beside it.

    Give what can be counted as a configuration, and notes on what can't be told. Raises `Refusal` for what is neither,
    and for a model with nothing to adapt.
    """
    held: dict[str, Held] = {}
    for shard in _shards(path):
        held |= read_filed(shard).tensors
    if Filed(held, 0).pairs:
        raise Refusal("tensors: it holds an adapter's pairs, which derive inspect reads")
    decoder, notes = decoder_of(held)
    dimensions = Dimensions(int(decoder.embeddings[0].in_), int(decoder.depth))
    return Configuration(Family("tensors", lambda _: decoder, {}, (), ()), dimensions, {}), notes


def _shards(path: Path) -> Iterable[Path]:
    if path.suffix != ".json":
        return [path]
    try:
        index = read_json(read_ordinary(path))
        names = sorted(set(index["weight_map"].values()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refusal("tensors: it is no index of safetensors files") from None
    shards = [path.parent / Path(str(name)).name for name in names]
    missing = next((shard.name for shard in shards if not shard.is_file()), None)
    if missing is not None:
        raise Refusal(f"tensors: {missing[:80]} isn't beside the index: an index names tensors, and their headers hold "
                      "the shapes")
    return shards


def decoder_of(held: dict[str, Held]) -> tuple[Decoder, tuple[str, ...]]:
    """Give the model that tensors make up, and notes on what they don't tell."""
    stacks: dict[str, dict[int, list[tuple[str, tuple[int, ...]]]]] = {}
    outside: list[tuple[str, tuple[int, ...]]] = []
    packed = solid = 0
    for name, tensor in held.items():
        if tensor.code in PACKED:
            packed += 1
            continue
        solid += len(tensor.shape) > 2
        found = _LAYER.match(name)
        if found:
            layers = stacks.setdefault(found["path"], {})
            layers.setdefault(int(found["layer"]), []).append((found["name"], tensor.shape))
        else:
            outside.append((name, tensor.shape))
    if not stacks:
        raise Refusal("tensors: no tensor stands in a numbered layer" + (": they are packed" if packed else ""))
    main, *others = sorted(stacks, key=lambda path: -len(stacks[path]))
    runs = [run for path in (main, *others) for run in _runs(stacks[path], "" if path == main else path)]
    tables = tuple(Linear(name.removesuffix(".weight"), *shape) for name, shape in outside
                   if len(shape) == 2 and _TABLE.search(name))
    linears = _linears((one for one in outside if len(one[1]) == 2), held)
    head = next((one for one in linears if one.name.rpartition(".")[2] in _HEADS), None)
    biased = {f"{one.name}.bias" for one in linears}
    vectors = tuple(Vector(name.removesuffix(".weight"), prod(shape)) for name, shape in outside
                    if len(shape) != 2 and name not in biased)
    embeddings = tables or (Linear("none", 0, 0),)
    decoder = Decoder(
        tuple(runs), embeddings, head or replace(embeddings[0], name="lm_head"), head is None, vectors,
        tuple(one for one in linears if one is not head), main)
    return decoder, tuple(_notes(packed, solid, head is None))


def _runs(layers: dict[int, list[tuple[str, tuple[int, ...]]]], path: str) -> list[Run]:
    depth = max(layers) + 1
    if depth > 10 * len(layers) + 100:
        raise Refusal(f"tensors: layers are numbered up to {depth - 1}, and {len(layers)} are there")
    made = in_turn(_layer(tuple(sorted(layers.get(number, ())))) for number in range(depth))
    return [Run(run.first, run.stop, run.layer, path) for run in made]


def _linears(matrices: Iterable[tuple[str, tuple[int, ...]]], names: Container[str]) -> list[Linear]:
    """Give the matrices that are Linears, each with a bias where one of its name is there."""
    return [Linear(name.removesuffix(".weight"), out, in_, f"{name.removesuffix('weight')}bias" in names)
            for name, (out, in_) in matrices if not _TABLE.search(name)]


def _layer(tensors: tuple[tuple[str, tuple[int, ...]], ...]) -> Layer:
    linears = _linears((one for one in tensors if len(one[1]) == 2 and one[0].endswith(".weight")),
                       {name for name, _ in tensors})
    counted = {f"{one.name}.weight" for one in linears} | {f"{one.name}.bias" for one in linears if one.bias}
    return Layer(
        attention=tuple(one for one in linears if _ATTENTION.search(one.name)),
        mlp=tuple(one for one in linears if not _ATTENTION.search(one.name)),
        vectors=tuple(Vector(name.removesuffix(".weight"), prod(shape)) for name, shape in tensors
                      if name not in counted),
    )


def _notes(packed: int, solid: int, headless: bool) -> Iterable[str]:
    yield "counted by names and shapes: a weight stored the other way round, as Conv1D's, has the same counts"
    if packed:
        yield f"{packed:,} tensors are packed (4 or 8 bits) and aren't counted: their shapes aren't the matrices'"
    if solid:
        yield f"{solid:,} tensors have three sides or more (experts, convolutions): counted in the total, never adapted"
    if headless:
        yield "no head is stored: it is taken for the token table"
