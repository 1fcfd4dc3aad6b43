"""Scales from exact numbers to pixels."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from derivations.blocks.drawing import Linear, Logarithmic, Sheet, short


@given(st.fractions(min_value=1, max_value=10**9))
def test_scales_keep_their_ends_and_ticks_stay_inside(high):
    scale = Linear(0, high, 10, 110)
    assert scale(0) == 10
    assert abs(scale(high) - 110) < 1e-9
    for upto in (high, 1 / high):
        ticks = Linear(0, upto, 10, 110).ticks(6)
        assert 3 <= len(ticks) <= 7
        assert all(0 <= tick <= upto for tick in ticks)
    steep = Logarithmic(Fraction(1, 1000), high, 0, 100)
    assert abs(steep(high) - 100) < 1e-6
    assert short(Fraction(1, 3)) == "0.33"


def test_lines_of_one_ink_and_words_of_one_look_are_one_element_each():
    sheet = Sheet(100, 80, "s")
    sheet.line(1, 2, 1, 9, "grid")
    sheet.rect(0, 0, 5, 5, "ink-full", "a < b", 3)
    sheet.line(1, 2, 7, 2, "grid")
    sheet.line(1, 2, 7, 9, "axis")
    sheet.text(4, 5, "x & y", ink="small")
    sheet.text(6, 7, "z", ink="small")
    sheet.text(8, 9, "w", anchor="end")
    assert sheet.inside == (
        '<rect class="ink-full" data-row="3" x="0" y="0" width="5" height="5"/>'
        '<path class="grid" d="M1 2V9M1 2H7"/><path class="axis" d="M1 2L7 9"/>'
        '<g class="small"><text x="4" y="5">x &amp; y</text><text x="6" y="7">z</text></g>'
        '<g text-anchor="end"><text x="8" y="9">w</text></g>')
    assert "<title>a &lt; b</title>" in sheet.svg("t", "d", "plot", "g{}")        # a file has no script to say it


def test_tiles_are_as_thick_and_as_deep_as_they_should_be_and_share_a_path():
    sheet = Sheet(100, 80, "s")
    sheet.tiles([(10, 20), (30, 40)], 8, 6, "ink-lora", Fraction(1, 2))
    sheet.rect(0, 0, 1, 1, "outline")
    sheet.tiles([(50, 60)], 8, 6, "ink-lora", Fraction(1, 2))
    assert sheet.inside.startswith(
        '<path class="tiles ink-lora" stroke-width="6" stroke-opacity="0.5" d="M10 23h8M30 43h8M50 63h8"/><rect')


def test_a_way_of_steps_names_one_coordinate_each():
    sheet = Sheet(9, 9, "s")
    sheet.path([(0, 0), (4, 0), (4, 3), (5, 5), (5, 5)], "line", (1, 0, 1, 5))
    assert sheet.inside == '<path class="line" data-rows="1 0 1 5" d="M0 0H4V3L5 5V5"/>'
