"""Every tensor of an adapter's file, by the names and with the shapes that the field's library gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from derivations.counting.architecture.decoder import Decoder
from derivations.counting.besides import all_biases, rows_trained, saved_modules, stored_whole
from derivations.counting.linear import pair_shapes
from derivations.counting.place import Place
from derivations.counting.question import Question
from derivations.counting.safetensors import BIAS_OF_B, INNER, MAGNITUDE, PAIR, PAIR_OF_A_TABLE, PREFIX, ROWS, Tensor

MOST_FILED = 200_000
"""The largest adapter, in matrices, whose file is listed name by name; the largest public models have some 50,000."""


def has_bias(place: Place) -> bool:
    """Whether the Linear that is adapted has a bias; a parameter has none."""
    return place.linear.bias and not place.fused and place.module.part != "router"


def pair_tensors(decoder: Decoder, question: Question, chosen: Sequence[Place]) -> Iterator[Tensor]:
    """Give the tensors of the pairs, and their magnitudes, by the names that the field's library gives them."""
    in_layer = {layer: sum(place.fused for place in chosen if layer in place.layers)
                for place in chosen if place.fused for layer in place.layers}
    tables = {linear.name for linear in decoder.tables}
    for place in chosen:
        if place.fused:
            yield from _fused_tensors(place, in_layer)
            continue
        table = place.name in tables
        first, second, magnitude = pair_shapes(place.linear, place.rank, table=table)
        for name in place.names():
            for ending, shape in zip(PAIR_OF_A_TABLE if table else PAIR, (first, second), strict=True):
                yield PREFIX + name + ending, shape
            if question.dora:
                yield PREFIX + name + MAGNITUDE, magnitude
            if question.lora_bias:
                yield PREFIX + name + BIAS_OF_B, (place.linear.out,)
    for held, rows in rows_trained(decoder, question.trainable_token_indices):
        yield f"{PREFIX}{held.name}{ROWS}", (rows, held.in_)


def base_tensors(decoder: Decoder, question: Question, chosen: Sequence[Place]) -> Iterator[Tensor]:
    """Give what the file holds of the base: trained biases, modules trained whole, tables of what is adapted."""
    saved = saved_modules(decoder, question.modules_to_save)
    wrapped = set()
    for place in chosen:
        if question.bias != "none" and has_bias(place):
            for name in place.names():
                wrapped.add(name)
                yield f"{PREFIX}{name}{INNER}.bias", (place.linear.out,)
    whole = [] if question.trainable_token_indices else stored_whole(
        decoder, question.targets, [place.linear for place in chosen])
    for linear in whole:
        yield f"{PREFIX}{linear.name}{INNER}.weight", (linear.out, linear.in_)
        if linear.bias and linear.name not in wrapped:
            wrapped.add(linear.name)
            yield f"{PREFIX}{linear.name}{INNER}.bias", (linear.out,)
    for module in saved:
        yield PREFIX + module.weight, module.shape
        if module.bias:
            yield f"{PREFIX}{module.name}.bias", (module.bias,)
            if question.bias == "all":                           # the same bias under the names of the wrapper's two
                owner, within = module.owner or module.name, ".default" if module.owner else ""
                rest = module.name.removeprefix(owner)
                yield f"{PREFIX}{owner}.modules_to_save{within}{rest}.bias", (module.bias,)
                yield f"{PREFIX}{owner}.original_module{rest}.bias", (module.bias,)
    if question.bias == "all":
        if decoder.twin:
            yield PREFIX + decoder.twin, (decoder.heads[0].out,)
        left = wrapped | {module.name for module in saved}
        for name, size in all_biases(decoder):
            if name not in left:
                yield f"{PREFIX}{name}.bias", (size,)


def _fused_tensors(place: Place, in_layer: Mapping[int, int]) -> Iterator[Tensor]:
    """Give the pair of a 3-D parameter: one A and one B over all experts; down_proj wraps the gate_up_proj."""
    linear, width = place.linear, len(place.experts) * place.rank
    owner, leaf = place.name.rsplit(".", 1)
    for layer in place.layers:
        inner = INNER if leaf != "down_proj" and in_layer[layer] == 2 else ""
        yield f"{PREFIX}{place.path}.{layer}.{owner}{inner}{PAIR[0]}", (width, linear.in_)
        yield f"{PREFIX}{place.path}.{layer}.{owner}{inner}{PAIR[1]}", (linear.out, width)
