"""Scales from exact numbers to pixels."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from derivations.blocks.drawing import Linear, Logarithmic, short


@given(st.fractions(min_value=1, max_value=10**9))
def test_scales_keep_their_ends_and_ticks_stay_inside(high):
    scale = Linear(0, high, 10, 110)
    assert scale(0) == 10
    assert abs(scale(high) - 110) < 1e-9
    ticks = scale.ticks(6)
    assert 1 <= len(ticks) <= 8
    assert all(0 <= tick <= high for tick in ticks)
    steep = Logarithmic(Fraction(1, 1000), high, 0, 100)
    assert abs(steep(high) - 100) < 1e-6
    assert short(Fraction(1, 3)) == "0.33"
