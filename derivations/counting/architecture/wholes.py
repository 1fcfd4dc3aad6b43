"""Models around their layers: one as most families have it, and models by other names or with other layers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import groupby
from typing import Any, TypeVar

from derivations.counting.architecture.decoder import Decoder, Layer, Linears, Run, Vector
from derivations.counting.architecture.dimensions import Dimensions
from derivations.counting.architecture.layers import scales
from derivations.counting.linear import Linear
from derivations.counting.refusal import Refusal

Model = TypeVar("Model", bound=Any)
"""A `Decoder`, or a `Tower`."""


def decoder(d: Dimensions, *runs: Run | Layer, tokens: str = "model.embed_tokens", positions: Linears = (),
            norm: tuple[Vector, ...] | None = None, head: str | None = "lm_head", head_bias: bool = False,
            path: str = "model.layers") -> Decoder:
    """Give the decoder that most families are: one token table, the layers, a last norm, a head, if any.

    A layer in the place of a run stands for all the model's layers.
    """
    return Decoder(
        tuple(Run(0, d.num_hidden_layers, one) if isinstance(one, Layer) else one for one in runs),
        embeddings=(Linear(tokens, d.vocab_size, d.hidden_size), *positions),
        head=None if head is None else Linear(head, d.vocab_size, d.hidden_size, head_bias),
        tied=d.tie_word_embeddings,
        vectors=scales(d.hidden_size, "model.norm") if norm is None else norm,
        path=path,
    )


def renamed(model: Model, rename: Callable[[str], str]) -> Model:
    """Give a model with other names for what stands outside its layers."""
    found: Model = model._replace(**{
        kind: tuple(replace(one, name=rename(one.name)) for one in getattr(model, kind))
        for kind in ("embeddings", "vectors", "linears", "convolutions", "views") if hasattr(model, kind)})
    return found


def with_layer(model: Model, **own: Any) -> Model:
    """Give a model of equal layers with these parts of a layer otherwise."""
    (run,) = model.runs
    found: Model = model._replace(runs=(replace(run, layer=run.layer._replace(**own)),))
    return found


def within(inner: Decoder, at: str, *, without: str = "model.") -> Decoder:
    """Give a model by the names that it has inside another, which aren't those of the class around it, if any."""
    def called(name: str) -> str:
        return f"{at}.{name.removeprefix(without)}"

    return renamed(inner, called)._replace(path=called(inner.path), runs=tuple(
        replace(run, path=called(run.path)) if run.path else run for run in inner.runs))


def unclassified(_labels: int) -> Decoder:
    """Refuse to count what tells classes apart."""
    raise Refusal("num_labels: this family's model that tells classes apart isn't counted here")


def in_turn(layers: Iterable[Layer]) -> tuple[Run, ...]:
    """Give the runs of layers that are listed one by one."""
    runs, first = [], 0
    for layer, alike in groupby(layers):
        stop = first + sum(1 for _ in alike)
        runs.append(Run(first, stop, layer))
        first = stop
    return tuple(runs)
