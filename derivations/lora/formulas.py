"""All formulas of the course by name: what its pages, drills and figures draw on."""

from __future__ import annotations

from collections.abc import Mapping

from derivations.exact import ByModel, Formula
from derivations.lora import (
    activations,
    budget,
    capacity,
    compute,
    embeddings,
    families,
    first_step,
    given,
    initialization,
    layer,
    linear,
    memory,
    published,
    quantized,
    scaling,
    slips,
    storage,
    stretched,
)

OWN: Mapping[str, Formula] = {
    formula.name: formula
    for module in (given, linear, stretched, layer, embeddings, storage, budget, scaling, initialization, capacity,
                   memory, activations, quantized, first_step, compute, published, slips)
    for formula in module.FORMULAS
}
"""Those whose expression is the same for every model."""

FORMULAS: dict[str, Formula | ByModel] = {**OWN, **{formula.name: formula for formula in families.FORMULAS}}
