"""The figures of the course as data: which formulas, along what, for which models; `blocks` draws them."""

from __future__ import annotations

from collections.abc import Iterable

from derivations.counting import textbook
from derivations.counting.catalogue import catalogue
from derivations.counting.linear import Linear
from derivations.course import Ink, Plot, Series
from derivations.lora.blocks.matrices import Shape, factors, sheets
from derivations.lora.blocks.matrices import layer as draw_layer
from derivations.lora.blocks.projection import draw as projected
from derivations.lora.formulas import FORMULAS

INKS = {"full": Ink("#5a6875", "#93a4b5", "#767676"), "lora": Ink("#b3450b", "#f0935a", "#333333")}
"""What is frozen or trained in full, and what LoRA trains."""

MINIGPT = 768
"""The width of the layer whose matrices are drawn to scale."""
LLAMA_7B = {"h": 4096, "L": 32}
RANK = 8
REAL_MODEL = "llama-3-8b"
"""The model whose modules are drawn: narrow k and v, and an MLP of three Linears."""


def _ratio_by_width() -> Plot:
    """Draw 3r/(2h) for some ranks, and published models' exact ratios at one of them."""
    lines = tuple(Series(FORMULAS["layer.ratio"], {"r": rank}, ink="lora") for rank in (2, RANK, 32))
    models = Series(FORMULAS["exact.ratio"], {"r": RANK}, "models", "full")
    return Plot("ratio-by-width", "log-lines", (*lines, models), along="h",
                points=(512, 1024, 2048, 4096, 8192, 16384), models=tuple(catalogue()), marked=("minigpt", "llama-7b"))


def _parameters_by_module() -> Plot:
    """Draw the weights of each Linear of one layer of a published model, and its pair's entries."""
    run = catalogue()[REAL_MODEL].configuration.decoder.runs[0]
    series: list[Series] = []
    for module in run.layer.adaptable:
        name = module.linear.name.rpartition(".")[2]
        shape = {"d_in": module.linear.in_, "d_out": module.linear.out}
        series += (Series(FORMULAS["linear.full"], shape, f"{name}/full", "full"),
                   Series(FORMULAS["linear.lora"], {**shape, "r": RANK}, f"{name}/lora", "lora"))
    return Plot("parameters-by-module", "paired-bars", tuple(series))


def _rank_by_budget() -> Plot:
    """Draw which rank a budget buys at LLaMA-7B's size, for three sets of targets."""
    names = (("model.lora", "all"), ("model.attention_lora", "attention"), ("model.qv_lora", "qv"))
    series = tuple(Series(FORMULAS[name], LLAMA_7B, key, "lora") for name, key in names)
    models = Series(FORMULAS["exact.lora"], {}, "models", "full")
    return Plot("rank-by-budget", "stairs", (*series, models), along="r", points=tuple(range(1, RANK + 1)),
                rule=10_000_000, rule_ink="full")


def _memory_by_term() -> Plot:
    """Draw the model state of full fine-tuning and of LoRA, term by term, in the mixed account."""
    series = [Series(FORMULAS["memory.mixed.full_weight"], LLAMA_7B, "full/weight", "full")]
    series += [Series(FORMULAS[f"memory.mixed.full_{term}"], LLAMA_7B, f"full/{term}", "full", hatched=True)
               for term in ("gradient", "moment1", "moment2", "master")]
    series.append(Series(FORMULAS["memory.mixed.lora_frozen"], LLAMA_7B, "lora/frozen", "full"))
    at = {**LLAMA_7B, "r": RANK}
    series.append(Series(FORMULAS["memory.mixed.lora_weight"], at, "lora/adapter", "lora"))
    series += [Series(FORMULAS[f"memory.mixed.lora_{term}"], at, f"lora/{term}", "lora", hatched=True)
               for term in ("gradient", "moment1", "moment2", "master")]
    return Plot("memory-by-term", "stacked-bars", tuple(series))


def _with_factors(linears: Iterable[Linear], rank: int) -> Iterable[Shape]:
    """Give each Linear's matrix, then A and B beside it."""
    for one in linears:
        yield Shape(one.name, one.out, one.in_, "full")
        yield Shape(f"{one.name}.A", rank, one.in_, "lora")
        yield Shape(f"{one.name}.B", one.out, rank, "lora")


_COLUMNS = ((3, 1, -2, 0, 2, -3), (-1, 2, 3, 1, -2, 0), (2, -3, 0, 2, 1, 3))
_ROWS = ((2, -1, 3, 0, -3, 1), (1, 3, -1, 2, 0, -3), (-2, 0, 1, 3, 2, -1))
"""Columns of B and rows of A of a small product: integers between -3 and 3, so that no sheet looks like another."""

_GRADIENT = (12, 4)
_SEEING = ((1, 0), (0, 1), (1, 1), (-1, 1), (1, 2), (-2, 1), (2, 1), (-1, 2))
"""A gradient in the plane and rows of A, in pairs at right angles: no pair prefers a direction."""

PLOTS: tuple[Plot, ...] = (
    _ratio_by_width(), _parameters_by_module(), _rank_by_budget(), _memory_by_term(),
    Plot("matrices-to-scale", factors, data=(
        Shape("W", MINIGPT, MINIGPT, "full"), Shape("A", RANK, MINIGPT, "lora"), Shape("B", MINIGPT, RANK, "lora"))),
    Plot("layer-to-scale", draw_layer, data=tuple(_with_factors(textbook.layer(MINIGPT), RANK))),
    Plot("sum-of-sheets", sheets, data=(_COLUMNS, _ROWS)),
    Plot("projection-on-rows", projected, data=(_GRADIENT, _SEEING)),
)
