"""Degrees of freedom, counted a second way: as the rank of the derivative of (B, A) ↦ BA."""

from fractions import Fraction

import numpy as np
import pytest

from derivations.exact import DomainError
from derivations.lora.course import COURSE

F = COURSE.formulas
SHAPES = [(out, in_, rank) for out in range(1, 6) for in_ in range(1, 6) for rank in range(1, min(out, in_) + 1)]


def directions(out, in_, rank):
    """Give the derivative of BA by every entry of B and of A at a random point, a row for each."""
    draw = np.random.default_rng(out * 100 + in_ * 10 + rank)
    b, a = draw.integers(-9, 10, (out, rank)), draw.integers(-9, 10, (rank, in_))
    rows = []
    for entry in np.ndindex(b.shape):
        unit = np.zeros_like(b)
        unit[entry] = 1
        rows.append((unit @ a).ravel())
    for entry in np.ndindex(a.shape):
        unit = np.zeros_like(a)
        unit[entry] = 1
        rows.append((b @ unit).ravel())
    return np.array(rows)


@pytest.mark.parametrize(("out", "in_", "rank"), SHAPES)
def test_dimension_is_the_number_of_independent_directions(out, in_, rank):
    rows = directions(out, in_, rank)
    found = np.linalg.matrix_rank(rows)
    assert F["capacity.dimension"](d_in=in_, d_out=out, r=rank).exact == found
    assert F["capacity.redundancy"](r=rank).exact == len(rows) - found


def test_at_rank_h_every_matrix_is_reached_at_twice_the_price():
    for side in range(1, 6):
        assert F["full_rank.dimension"](h=side).exact == np.linalg.matrix_rank(directions(side, side, side)) == side**2
        assert F["full_rank.lora"](h=side).exact == len(directions(side, side, side))
        assert F["full_rank.factor"](h=side).exact == 2
        assert F["full_rank.redundancy"](h=side).exact == side**2


def test_half_the_parameters_span_three_quarters():
    assert F["capacity.at_break_even"](h=8).exact == 48 == np.linalg.matrix_rank(directions(8, 8, 4))
    assert F["capacity.at_break_even_share"]().exact == Fraction(3, 4)


def test_numbers_of_the_source_check():
    assert F["capacity.square_dimension"](h=768, r=8).exact == 12_224
    assert F["capacity.gain_at_double_rank"](h=768, r=8).exact == Fraction(380, 191)
    assert F["capacity.square_dimension_share"](h=768, r=8).exact == Fraction(12_224, 589_824)


def test_the_highest_rank_of_a_shape_is_taken_and_no_higher_one():
    assert F["capacity.dimension"](d_in=8, d_out=12, r=8).exact == 8 * 12
    assert F["capacity.square_dimension"](h=8, r=8).exact == 8 * 8
    assert F["capacity.square_dimension_share"](h=8, r=8).exact == 1
    assert F["capacity.gain_at_double_rank"](h=8, r=4).exact == Fraction(64, 48)
    for name, inputs in (("dimension", {"d_in": 8, "d_out": 12, "r": 9}), ("square_dimension", {"h": 8, "r": 9}),
                         ("square_dimension_share", {"h": 8, "r": 9}), ("gain_at_double_rank", {"h": 8, "r": 5})):
        with pytest.raises(DomainError, match="must be at most"):
            F[f"capacity.{name}"](**inputs)
