"""MobileNetV5, the network of timm's that is Gemma 3n's eye: convolutions alone, which names of Linears don't reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derivations.counting.architecture.decoder import Vector
from derivations.counting.architecture.dimensions import Dimensions, named, only
from derivations.counting.architecture.family import family
from derivations.counting.architecture.layers import convolution, parameter
from derivations.counting.architecture.towers import Tower
from derivations.counting.linear import Convolution

Part = Convolution | Vector


def _convolution(at: str, into: int, out: int, side: int = 1, *, bias: bool = False) -> Convolution:
    """Give a convolution over squares of this side."""
    return convolution(at, out, into, side, side, bias=bias)


def _apart(at: str, channels: int, side: int) -> Convolution:
    """Give one that each channel has of its own."""
    return convolution(at, channels, 1, side, side, bias=False, groups=channels)


def _inverted(at: str, into: int, wide: int, out: int, *, first: int = 0, middle: int = 0) -> Iterator[Part]:
    """Give a block that widens and narrows; before and between, on demand, each channel is mixed over squares."""
    if first:
        yield _apart(f"{at}.dw_start.conv", into, first)
        yield Vector(f"{at}.dw_start.bn", into)
    yield _convolution(f"{at}.pw_exp.conv", into, wide)
    yield Vector(f"{at}.pw_exp.bn", wide)
    if middle:
        yield _apart(f"{at}.dw_mid.conv", wide, middle)
        yield Vector(f"{at}.dw_mid.bn", wide)
    yield _convolution(f"{at}.pw_proj.conv", wide, out)
    yield Vector(f"{at}.pw_proj.bn", out)
    if not at.startswith("msfa"):
        yield parameter(f"{at}.layer_scale.gamma", out)


def _attention(at: str, width: int, queries: int, keys: int, *, narrowed: bool) -> Iterator[Part]:
    """Give multi-query attention over places; of keys and values, on demand, there are fewer."""
    yield Vector(f"{at}.norm", width)
    yield _convolution(f"{at}.attn.query.proj", width, queries)
    for name in ("key", "value"):
        if narrowed:
            yield _apart(f"{at}.attn.{name}.down_conv", width, 3)
            yield Vector(f"{at}.attn.{name}.norm", width)
        yield _convolution(f"{at}.attn.{name}.proj", width, keys)
    yield _convolution(f"{at}.attn.output.proj", queries, width)
    yield parameter(f"{at}.layer_scale.gamma", width)


def _network() -> Iterator[Part]:
    yield _convolution("conv_stem.conv", 3, 64, 3, bias=True)
    yield Vector("conv_stem.bn", 64)
    for number_of_block, into in enumerate((64, 128, 128)):
        at = f"blocks.0.{number_of_block}"
        yield _convolution(f"{at}.conv_exp", into, 4 * into, 3)
        yield Vector(f"{at}.bn1", 4 * into)
        yield _convolution(f"{at}.conv_pwl", 4 * into, 128)
        yield Vector(f"{at}.bn2", 128)
    for stage, into, width, first, sides in ((1, 128, 256, 3, (5, 3, 5, 3)), (2, 256, 640, 5, 7 * (5,)),
                                             (3, 640, 1280, 5, ())):
        yield from _inverted(f"blocks.{stage}.0", into, 6 * into, width, first=first, middle=5)
        for number_of_block, side in enumerate(sides, 1):
            yield from _inverted(f"blocks.{stage}.{number_of_block}", width, 4 * width, width, first=side)
    yield from _inverted("blocks.2.8", 640, 640, 640)
    for stage, width, queries, keys, start, pairs in ((2, 640, 768, 64, 9, 14), (3, 1280, 1536, 96, 1, 19)):
        for block in range(start, start + 2 * pairs, 2):
            yield from _attention(f"blocks.{stage}.{block}", width, queries, keys, narrowed=stage == 2)
            yield from _inverted(f"blocks.{stage}.{block + 1}", width, 2 * width, width)
    yield from _inverted("msfa.ffn", 640 + 1280, 2 * (640 + 1280), 2048)
    yield Vector("msfa.norm", 2048)


@family("gemma3n_vision", fields=named(
    architecture=only("architecture", "mobilenetv5_300m_enc"), hidden_size=2048, vocab_size=128))
def gemma3n_vision(d: Dimensions) -> Tower:
    """Gemma 3n's eye, which has rows of its own for what isn't seen."""
    held = tuple(replace(part, name=f"timm_model.{part.name}") for part in _network())
    return Tower((), vectors=tuple(one for one in held if isinstance(one, Vector)),
                 convolutions=tuple(one for one in held if not isinstance(one, Vector)),
                 out=d.hidden_size, rows=d.vocab_size)
