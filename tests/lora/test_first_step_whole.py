"""The first update against steps that are really taken: random factors, random gradients, many draws."""

from fractions import Fraction

import numpy as np
import pytest

from derivations.lora.course import COURSE

F = COURSE.formulas
OUT, IN, ALPHA = 24, 96, 16
RANKS = (4, 8, 32)
rng = np.random.default_rng(7)


def draws(rank, start, times=400):
    """Draw A of the usual variance so many times, and a gradient beside it."""
    bound = 1 / np.sqrt(IN)
    for _ in range(times):
        a = (rng.uniform(-bound, bound, (rank, IN)) if start == "uniform"
             else rng.normal(0, bound / np.sqrt(3), (rank, IN)))
        yield a, rng.normal(size=(OUT, IN))


@pytest.mark.parametrize("rank", RANKS)
def test_a_step_of_sgd_is_that_of_the_factors(rank):
    """One step in B and A, with B at zero, moves W by −ηs²·G·AᵀA and by nothing else."""
    (a, g), = draws(rank, "uniform", 1)
    factor = float(F["first_step.pull"](eta=Fraction(1, 100), s=Fraction(ALPHA, rank)).exact)
    s, rate = ALPHA / rank, 0.01
    b = np.zeros((OUT, rank))
    b_next, a_next = b - rate * s * g @ a.T, a - rate * s * b.T @ g
    assert np.allclose(s * b_next @ a_next, -factor * g @ a.T @ a)
    assert factor == pytest.approx(rate * s**2)
    assert np.array_equal(a_next, a)


@pytest.mark.parametrize("rank", RANKS)
def test_part_along_the_gradient_and_norm_under_sgd(rank):
    s, parts, squares = ALPHA / rank, [], []
    for a, g in draws(rank, "uniform"):
        step = s**2 * g @ a.T @ a
        parts.append(np.sum(step * g) / np.sum(g * g))
        squares.append(np.sum(step * step) / np.sum(g * g))
    inputs = {"alpha": ALPHA, "d_in": IN, "r": rank}
    assert np.mean(parts) == pytest.approx(float(F["first_step.sgd_share"](**inputs).exact), rel=0.02)
    assert np.sqrt(np.mean(squares)) == pytest.approx(float(F["first_step.sgd_norm"](**inputs).exact), rel=0.02)


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize(("start", "within"), [("gaussian", 0.02), ("uniform", 0.04)])
def test_part_along_the_gradient_and_norm_under_adam(rank, start, within):
    """The formulas suppose a Gaussian A; a uniform one of the same variance comes near at this width already."""
    s, parts, squares = ALPHA / rank, [], []
    for a, g in draws(rank, start):
        step = s * np.sign(g @ a.T) @ a
        unit = g / np.linalg.norm(g, axis=1, keepdims=True)
        parts.append(np.mean(np.sum(step * unit, axis=1)))
        squares.append(np.mean(np.sum(step * step, axis=1)))
    inputs = {"alpha": ALPHA, "d_in": IN, "r": rank}
    assert np.mean(parts) == pytest.approx(float(F["first_step.adam_part"](**inputs).exact), rel=within)
    assert np.sqrt(np.mean(squares)) == pytest.approx(float(F["first_step.adam_norm"](**inputs).exact), rel=within)


@pytest.mark.parametrize("rank", RANKS)
def test_rows_of_a_see_so_many_directions(rank):
    kept = []
    for a, g in draws(rank, "gaussian"):
        basis, _ = np.linalg.qr(a.T)
        kept.append(np.sum((g @ basis) ** 2) / np.sum(g * g))
    assert np.mean(kept) == pytest.approx(float(F["first_step.seen"](d_in=IN, r=rank).exact), rel=0.03)


def test_with_alpha_twice_the_rank_the_mean_doubles():
    means = []
    for rank in (8, 16):
        s = 2
        means.append(np.mean([np.mean(np.sum(s * np.sign(g @ a.T) @ a * g / np.linalg.norm(g, axis=1, keepdims=True),
                                             axis=1)) for a, g in draws(rank, "gaussian")]))
    assert means[1] / means[0] == pytest.approx(float(F["growth.adam.alpha_2r.fixed"](r=8).exact), rel=0.03)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_with_peft_s_gaussian_start_the_mean_falls(optimizer):
    """Entries of standard deviation 1/r, as PEFT draws them, and α/r."""
    means = []
    for rank in (8, 16):
        found = []
        for _ in range(600):
            a, g = rng.normal(0, 1 / rank, (rank, IN)), rng.normal(size=(OUT, IN))
            s, unit = ALPHA / rank, g / np.linalg.norm(g, axis=1, keepdims=True)
            step = s * s * g @ a.T @ a if optimizer == "sgd" else s * np.sign(g @ a.T) @ a
            by = g / np.sum(g * g) if optimizer == "sgd" else unit / OUT
            found.append(np.sum(step * by))
        means.append(np.mean(found))
    derived = F[f"growth.{optimizer}.alpha_r.inverse_square"](alpha=ALPHA, r=8).exact
    assert means[1] / means[0] == pytest.approx(float(derived), rel=0.05)
