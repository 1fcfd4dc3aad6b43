"""All formulas of the course by name: what its pages, drills and figures draw on."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from derivations.exact import ByModel, Formula
from derivations.lora import families

MODULES = ("given", "linear", "stretched", "layer", "embeddings", "storage", "budget", "scaling", "initialization",
           "capacity", "memory", "activations", "quantized", "first_step", "compute", "published", "slips")
"""One for each thing taught, in the order in which formulas are listed."""
OWN: Mapping[str, Formula] = {
    formula.name: formula for name in MODULES for formula in import_module(f"derivations.lora.{name}").FORMULAS}
"""Those whose expression is the same for every model."""

FORMULAS: dict[str, Formula | ByModel] = {**OWN, **{formula.name: formula for formula in families.FORMULAS}}
