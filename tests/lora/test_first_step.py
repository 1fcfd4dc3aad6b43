"""Start, scale and first step: against derivatives, long expansions, integrals and measured training steps."""

import json
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import sympy

from derivations.lora.course import COURSE
from derivations.lora.initialization import differentiate, nonzero

F = COURSE.formulas
MEASURED = json.loads((Path(__file__).with_name("data") / "training.json").read_text(encoding="utf-8"))
SHAPES = [(1, 1, 1), (2, 3, 1), (3, 2, 2), (2, 2, 2)]
ALLOWED = 4
"""Standard errors that a sampled value may be away: with some hundred samples, three happens by chance."""


@pytest.mark.parametrize("shape", SHAPES)
def test_gradients_are_the_chain_rule_and_only_b_moves_at_the_start(shape):
    out, in_, rank = shape
    found = differentiate(out, in_, rank)
    assert (found.of_a - found.scale * found.b.T * found.of_w).expand() == sympy.zeros(rank, in_)
    assert (found.of_b - found.scale * found.of_w * found.a.T).expand() == sympy.zeros(out, rank)
    start = found.at_start()
    assert (nonzero(start.of_a), nonzero(start.of_b), nonzero(start.product)) == (0, out * rank, 0)
    assert (start.of_b - start.scale * start.of_w * start.a.T).expand() == start.b == sympy.zeros(out, rank)


def test_gradients_agree_with_finite_differences():
    draw = np.random.default_rng(7)
    out, in_, rank, scale, tiny = 3, 4, 2, 2.0, 1e-6
    w, a, b = draw.normal(size=(out, in_)), draw.normal(size=(rank, in_)), draw.normal(size=(out, rank))
    x, t = draw.normal(size=in_), draw.normal(size=out)

    def loss(a, b):
        return 0.5 * np.sum(((w + scale * b @ a) @ x - t) ** 2)

    arrays = {"w": w, "a": a, "b": b, "x": x[:, None], "t": t[:, None], "s": np.array([[scale]])}
    numbers = {f"{letter}_{i + 1}{j + 1}" if letter != "s" else "s": value
               for letter, array in arrays.items() for (i, j), value in np.ndenumerate(array)}

    def at_these(matrix):
        return np.array(matrix.subs({symbol: numbers[symbol.name] for symbol in matrix.free_symbols}), dtype=float)

    found = differentiate(out, in_, rank)
    of_a, of_b = at_these(found.of_a), at_these(found.of_b)
    for factor, derived in ((a, of_a), (b, of_b)):
        for entry in np.ndindex(factor.shape):
            before, kept = loss(a, b), factor[entry]
            factor[entry] += tiny
            assert (loss(a, b) - before) / tiny == pytest.approx(derived[entry], abs=1e-3)
            factor[entry] = kept


def test_zeros_are_seen_through_sums_that_cancel():
    x, y = sympy.symbols("x y")
    assert nonzero(sympy.Matrix([[x * (x + y) - x**2 - x * y, x - y], [0, 1]])) == 2


def test_the_smallest_layer_says_the_same():
    inputs = {"s": Fraction(2), "g": Fraction(3)}
    assert F["gradient.a"](**inputs, b=Fraction(5)).exact == F["gradient.b"](**inputs, a=Fraction(5)).exact == 30
    assert F["gradient.a_at_start"](**inputs).exact == 0
    assert F["gradient.b_at_start"](**inputs, a=Fraction(5)).exact == 30
    assert F["gradient.a_entries_at_start"]().exact == F["initialization.product_entries_at_start"]().exact == 0
    assert F["gradient.b_entries_at_start"]().exact == 3
    assert F["initialization.stated_variance"](r=8).exact == Fraction(1, 8)


def test_measured_first_steps_move_b_alone():
    for step in MEASURED["first_step"]:
        if step["init"] != "default":
            continue
        assert step["grad_A"]["elements_zero"] == step["grad_A"]["elements"]
        assert step["grad_B"]["elements_zero"] == 0
        if "wd0.01" not in step["optimizer"] and "l2" not in step["optimizer"]:
            assert step["A_tensors_moved"] == 0
    starts = [one["equal_bits"] for one in MEASURED["start_outputs"] if one["init"] == "default"]
    assert starts
    assert all(starts)


@pytest.mark.parametrize(
    "drawn", MEASURED["initialization"], ids=lambda one: f"{one['library']}-{one['in']}-{one['r']}")
def test_measured_variances_of_a(drawn):
    if drawn["init"] == "gaussian":
        predicted = F["initialization.gaussian_variance"](r=drawn["r"]).exact
        deviation = float(F["initialization.gaussian_deviation"](r=drawn["r"]).exact)
        assert abs(drawn["A_variance"] ** 0.5 - deviation) * 2 * deviation <= ALLOWED * drawn["A_variance_se"] * 1.01
    else:
        predicted = F["initialization.variance"](d_in=drawn["in"]).exact
        bound = F["initialization.bound_squared"](d_in=drawn["in"]).exact
        assert drawn["A_max_abs"] ** 2 <= float(bound) * (1 + 1e-6)
    assert abs(drawn["A_variance"] - float(predicted)) <= ALLOWED * drawn["A_variance_se"]


def test_the_bound_is_the_root_of_its_square():
    assert F["initialization.bound"](d_in=1024).exact == Fraction(1, 32)
    assert F["initialization.bound"](d_in=768).exact ** 2 == sympy.Rational(1, 768)


def expected_norm_squared(out, in_, rank, variance_a, variance_b):
    """Give E‖BA‖_F² the long way: write out every entry, expand, and take the mean term by term.

    An independent entry of mean 0 contributes its variance where it stands squared, and nothing where it stands alone.
    """
    b = sympy.Matrix(out, rank, lambda i, k: sympy.Symbol(f"b_{i}_{k}"))
    a = sympy.Matrix(rank, in_, lambda k, j: sympy.Symbol(f"a_{k}_{j}"))
    squares = sympy.Poly(sum(entry**2 for entry in b * a), *b, *a)
    return sum(
        coefficient * sympy.prod(0 if power % 2 else variance_b if index < len(b) else variance_a
                                 for index, power in enumerate(powers) if power)
        for powers, coefficient in squares.terms()
    )


@pytest.mark.parametrize("shape", SHAPES)
def test_the_norm_law_the_long_way(shape):
    out, in_, rank = shape
    a, b = sympy.symbols("var_a var_b")
    long_way = expected_norm_squared(out, in_, rank, a, b)
    assert sympy.expand(long_way - out * in_ * rank * a * b) == 0
    value = F["random.norm_squared"](d_in=in_, d_out=out, r=rank, var_a=Fraction(1, 3), var_b=Fraction(2, 5))
    assert value.exact == Fraction(2, 15) * out * in_ * rank


def test_measured_norms_of_two_random_factors():
    for row in MEASURED["random_factors"]:
        if row["law"] == "gaussian_1/512":
            variance = Fraction(1, 512)
            squared = F["random.norm_squared"](d_in=512, d_out=512, r=row["r"], var_a=variance, var_b=variance).exact
            # The mean of the norm is a little below the root of the mean square; never by more than its spread.
            assert row["frobenius"] == pytest.approx(float(squared) ** 0.5, rel=0.01)
            assert row["numerical_rank"] == [row["r"]]


def test_norms_when_the_rank_doubles():
    inputs = {"d_in": 768, "d_out": 768, "r": 8, "var_a": Fraction(1, 768), "var_b": Fraction(1, 768)}
    assert F["random.norm_squared_at_double_rank"](**inputs).exact == 2
    assert F["random.norm_at_double_rank"](**inputs).exact == sympy.sqrt(2)
    assert F["random.scaled_norm_at_double_rank"](**inputs, alpha=16).exact == 1 / sympy.sqrt(2)


def test_adams_constant_is_the_mean_of_a_normal_numbers_size():
    z = sympy.Symbol("z", real=True)
    density = sympy.exp(-(z**2) / 2) / sympy.sqrt(2 * sympy.pi)
    mean = sympy.integrate(z * density, (z, 0, sympy.oo)) * 2
    step = F["first_step.adam"](eta=Fraction(1), s=Fraction(1), r=3, var_a=Fraction(4)).exact
    assert sympy.simplify(step - 3 * 2 * mean) == 0


def test_sgds_factor_is_the_mean_of_a_transposed_a():
    """E[AᵀA] = rσ²·I, by writing out the entries of a (2, 3) matrix A with signs ±σ in all combinations."""
    sigma, rank, in_ = Fraction(1, 2), 2, 3
    mean = np.zeros((in_, in_), dtype=object)
    signs = list(product((-1, 1), repeat=rank * in_))
    for one in signs:
        a = np.array([sigma * sign for sign in one], dtype=object).reshape(rank, in_)
        mean = mean + a.T @ a
    mean = mean / len(signs)
    factor = F["first_step.sgd"](eta=Fraction(1, 10), s=Fraction(2), r=rank, var_a=sigma**2).exact
    assert (mean == rank * sigma**2 * np.eye(in_, dtype=int)).all()
    assert factor == Fraction(1, 10) * 2**2 * mean[0, 0]


ROWS = {"1": "one", "alpha/r": "alpha_r", "alpha/sqrt(r)": "alpha_sqrt_r"}
COLUMNS = {"independent": "fixed", "1/r": "inverse", "1/r^2": "inverse_square",
           "peft default (uniform, 1/(3 in))": "fixed"}


@pytest.mark.parametrize("cell", MEASURED["growth"], ids=lambda c: f"{c['optimizer']}-{c['scale']}-{c['var_A']}")
def test_measured_growth_when_the_rank_doubles(cell):
    name = f"growth.{cell['optimizer']}.{ROWS[cell['scale']]}.{COLUMNS[cell['var_A']]}"
    predicted = float(F[name](alpha=16, r=8).exact)
    assert abs(cell["factor"] - predicted) <= ALLOWED * cell["se"]


@pytest.mark.parametrize(("name", "factor"), [
    ("sgd.one.fixed", 2), ("sgd.one.inverse", 1), ("sgd.alpha_r.fixed", Fraction(1, 2)),
    ("sgd.alpha_r.inverse", Fraction(1, 4)), ("sgd.alpha_sqrt_r.fixed", 1),
    ("sgd.alpha_sqrt_r.inverse", Fraction(1, 2)),
    ("adam.one.fixed", 2), ("adam.one.inverse", sympy.sqrt(2)), ("adam.alpha_r.fixed", 1),
    ("adam.alpha_r.inverse", 1 / sympy.sqrt(2)), ("adam.alpha_sqrt_r.fixed", sympy.sqrt(2)),
    ("adam.alpha_sqrt_r.inverse", 1),
])
def test_the_growth_table_is_exact(name, factor):
    for alpha, rank in ((16, 8), (1, 3), (7, 64)):
        assert F[f"growth.{name}"](alpha=alpha, r=rank).exact == factor


def test_measured_share_of_the_first_sgd_step():
    for row in MEASURED["first_sgd_share"]:
        predicted = F["first_step.sgd_share"](alpha=row["alpha"], d_in=row["h"], r=row["r"]).exact
        assert abs(row["share"] - float(predicted)) <= ALLOWED * row["se"]
    assert F["first_step.sgd_share"](alpha=16, d_in=768, r=8).exact == Fraction(1, 72)
    assert F["full_rank.sgd_share"](alpha=16, h=768).exact == Fraction(1, 6912)


def test_scales():
    assert F["scale.standard"](alpha=16, r=64).exact == Fraction(1, 4)
    assert F["scale.rslora"](alpha=16, r=64).exact == 2
    assert F["scale.rslora"](alpha=16, r=8).exact == 4 * sympy.sqrt(2)
    assert F["scale.standard_at_double_rank"](alpha=16, r=8).exact == Fraction(1, 2)
    assert F["scale.rslora_at_double_rank"](alpha=16, r=8).exact == 1 / sympy.sqrt(2)
    assert F["scale.after_doubling"](alpha=16, r=4).exact == 2


def test_growth_cites_rslora_where_its_scale_is_used_and_nowhere_else():
    cited = {name: "Kalajdzievski" in formula.source for name, formula in F.items() if name.startswith("growth.")}
    assert len(cited) == 20
    assert all(said == (".alpha_sqrt_r." in name) for name, said in cited.items())
