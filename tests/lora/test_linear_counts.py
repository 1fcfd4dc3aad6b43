"""One Linear, counted a second way: by making the arrays and enumerating their entries."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivations.counting.linear import Linear, full, lora
from derivations.exact import DomainError
from derivations.lora.course import COURSE

F = COURSE.formulas
sides, ranks = st.integers(1, 60), st.integers(1, 40)


def pair(in_, out, rank):
    """Make B and A as arrays, and check that BA can be added to W."""
    b, a = np.zeros((out, rank)), np.zeros((rank, in_))
    assert (b @ a).shape == (out, in_)
    return b, a


@given(sides, sides, ranks)
def test_adapter_and_weights_are_the_entries_of_arrays(in_, out, rank):
    b, a = pair(in_, out, rank)
    w, bias = np.zeros((out, in_)), np.zeros(out)
    one = Linear("w", out, in_, bias=True)
    assert lora(one, rank) == F["linear.lora"](d_in=in_, d_out=out, r=rank).exact == a.size + b.size
    assert full(one) == F["linear.full"](d_in=in_, d_out=out).exact == w.size
    assert full(one, bias=True) == F["linear.full_with_bias"](d_in=in_, d_out=out).exact == w.size + bias.size
    assert F["linear.bias"](d_out=out).exact == bias.size
    assert F["linear.lora_a"](d_in=in_, r=rank).exact == a.size
    assert F["linear.lora_b"](d_out=out, r=rank).exact == b.size
    assert F["linear.ratio"](d_in=in_, d_out=out, r=rank).exact == Fraction(a.size + b.size, w.size)
    assert F["linear.ratio_with_bias"](d_in=in_, d_out=out, r=rank).exact == Fraction(
        a.size + b.size, w.size + bias.size)
    assert F["linear.factor"](d_in=in_, d_out=out, r=rank).exact == Fraction(w.size, a.size + b.size)


@given(sides, ranks)
def test_a_square_linear_is_an_oblong_one_with_equal_sides(side, rank):
    for name, inputs in (("full", {}), ("lora", {"r": rank}), ("ratio", {"r": rank}), ("factor", {"r": rank}),
                         ("ratio_with_bias", {"r": rank})):
        oblong = F[f"linear.{name}"](d_in=side, d_out=side, **inputs)
        assert F[f"square.{name}"](h=side, **inputs).exact == oblong.exact
    assert F["square.ratio"](h=side, r=rank).exact == Fraction(2 * rank, side)
    assert F["square.break_even"](h=side).exact == Fraction(side, 2)


@given(sides, sides)
def test_break_even_is_where_the_counts_cross(in_, out):
    rank = F["linear.break_even_rank"](d_in=in_, d_out=out).exact
    weights = in_ * out
    assert sum(map(np.size, pair(in_, out, rank))) >= weights
    if rank > 1:
        assert sum(map(np.size, pair(in_, out, rank - 1))) < weights
    exact = Fraction(F["linear.break_even"](d_in=in_, d_out=out).exact)
    assert rank - 1 < exact <= rank


def test_break_even_may_be_asked_with_a_rank_beside():
    assert F["linear.break_even"](d_in=4096, d_out=11008, r=8).exact == Fraction(176128, 59)
    assert F["linear.full"](d_in=768, d_out=768, r=8).exact == 589_824


@pytest.mark.parametrize("wrong", [{"d_in": 0}, {"d_out": -1}, {"r": 0}, {"r": 1.5}, {"r": "8"}, {"rank": 8}])
def test_domain_errors_name_the_input(wrong):
    inputs = {"d_in": 4, "d_out": 4, "r": 2, **wrong}
    with pytest.raises(DomainError, match=f"linear.lora.*{next(iter(wrong))}"):
        F["linear.lora"](**inputs)


def test_the_widths_at_which_the_ratio_halves():
    assert F["square.ratio_at_double_width"](h=768, r=8).exact == Fraction(1, 2)
    assert F["square.gain_at_double_width"](h=768, r=8).exact == 2
    assert F["square.coefficient"](h=768, r=8).exact == 2
