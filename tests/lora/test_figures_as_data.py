"""What the course's figures are to show: published sizes, the ranks that the pages speak of, and counts worked out here.

How they are drawn is tested with the blocks; here stands what they draw.
"""

from fractions import Fraction

from derivations.counting.catalogue import catalogue
from derivations.lora.blocks.projection import projections
from derivations.lora.course import COURSE

PLOTS = COURSE.plots


def drawn(plot, **more):
    """Give the exact value of each series of a plot, by its key; the models have formulas of their own."""
    return {one.key: one.formula(**one.at, **more).exact for one in plot.series if one.key != "models"}


def test_the_ratio_falls_with_the_width_at_three_ranks_beside_the_published_models_at_rank_8():
    plot = PLOTS["ratio-by-width"]
    *lines, models = plot.series
    assert plot.along == "h"
    assert plot.points == (512, 1024, 2048, 4096, 8192, 16384)
    for width in plot.points:
        shown = [one.formula(h=width, **one.at).exact for one in lines]
        assert shown == [Fraction(3 * rank, 2 * width) for rank in (2, 8, 32)]
    assert {one.ink for one in lines} == {"lora"}
    assert (models.key, models.formula.name, models.at) == ("models", "exact.ratio", {"r": 8})
    assert plot.models == tuple(catalogue())


def test_the_bars_of_a_layer_are_those_of_llama_3_8b():
    q, k, mlp = 4096 * 4096, 1024 * 4096, 14336 * 4096
    assert drawn(PLOTS["parameters-by-module"]) == {
        "q_proj/full": q, "q_proj/lora": 8 * 8192, "k_proj/full": k, "k_proj/lora": 8 * 5120,
        "v_proj/full": k, "v_proj/lora": 8 * 5120, "o_proj/full": q, "o_proj/lora": 8 * 8192,
        "gate_proj/full": mlp, "gate_proj/lora": 8 * 18432, "up_proj/full": mlp, "up_proj/lora": 8 * 18432,
        "down_proj/full": mlp, "down_proj/lora": 8 * 18432,
    }
    assert all(one.ink == one.key.partition("/")[2] for one in PLOTS["parameters-by-module"].series)


def test_ten_million_parameters_are_spent_at_llama_7b_s_size_up_to_rank_8():
    plot = PLOTS["rank-by-budget"]
    assert (plot.along, plot.points, plot.rule) == ("r", (1, 2, 3, 4, 5, 6, 7, 8), 10_000_000)
    for rank in plot.points:
        sides = {"all": 4 * 2 + 2 * 5, "attention": 4 * 2, "qv": 2 * 2}                  # in widths, over a layer's Linears
        assert drawn(plot, r=rank) == {key: 32 * 4096 * rank * side for key, side in sides.items()}


def test_the_memory_holds_the_frozen_weights_and_an_adapter_of_rank_8_at_llama_7b_s_size():
    weights, adapter = 32 * 12 * 4096**2, 32 * 18 * 4096 * 8
    parts = {"gradient": 2, "moment1": 4, "moment2": 4, "master": 4}                  # bytes, in mixed precision
    plot = PLOTS["memory-by-term"]
    assert drawn(plot) == {
        "full/weight": 2 * weights, **{f"full/{part}": bytes_ * weights for part, bytes_ in parts.items()},
        "lora/frozen": 2 * weights, "lora/adapter": 2 * adapter,
        **{f"lora/{part}": bytes_ * adapter for part, bytes_ in parts.items()},
    }
    assert {one.key: one.ink + " hatched" * one.hatched for one in plot.series} == {
        "full/weight": "full", **{f"full/{part}": "full hatched" for part in parts},
        "lora/frozen": "full", "lora/adapter": "lora", **{f"lora/{part}": "lora hatched" for part in parts},
    }


def test_a_matrix_of_gpt2_s_width_stands_beside_its_two_factors_of_rank_8():
    assert [(one.key, one.rows, one.columns, one.ink) for one in PLOTS["matrices-to-scale"].data] == [
        ("W", 768, 768, "full"), ("A", 8, 768, "lora"), ("B", 768, 8, "lora")]


def test_the_six_matrices_of_a_layer_each_stand_before_their_factors():
    shapes = PLOTS["layer-to-scale"].data
    triples = list(zip(shapes[::3], shapes[1::3], shapes[2::3], strict=True))
    assert [(w.rows, w.columns) for w, _, _ in triples] == [(768, 768)] * 4 + [(3072, 768), (768, 3072)]
    for w, a, b in triples:
        assert (a.rows, a.columns, b.rows, b.columns) == (8, w.columns, w.rows, 8)
        assert (w.ink, a.ink, b.ink) == ("full", "lora", "lora")
        assert (a.key, b.key) == (f"{w.key}.A", f"{w.key}.B")


def test_nothing_of_a_figure_can_be_changed():
    for plot in PLOTS.values():
        assert {type(part) for part in (plot.series, plot.points, plot.models, plot.data or ())} == {tuple}


def test_the_projections_lie_on_thales_circle_and_their_mean_is_half_of_the_gradient():
    (x, y), rows = PLOTS["projection-on-rows"].data
    found = projections((x, y), rows)
    for ((u, v), share), (a, b) in zip(found, rows, strict=True):
        assert u * b == v * a                                                          # along its row
        assert (u - Fraction(x, 2)) ** 2 + (v - Fraction(y, 2)) ** 2 == Fraction(x * x + y * y, 4)
        assert share == Fraction(u * u + v * v, x * x + y * y)
    assert [sum(vector[i] for vector, _ in found) for i in (0, 1)] == [len(rows) * Fraction(x, 2), len(rows) * Fraction(y, 2)]
    assert sum(share for _, share in found) / len(rows) == COURSE.formulas["first_step.seen"](d_in=2, r=1).exact
