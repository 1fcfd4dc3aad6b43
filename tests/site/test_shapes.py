"""A formula typeset by its shape is the formula typeset as it stands, byte for byte, whatever its numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivations.site import math
from derivations.site.math import MathError, typeset
from derivations.site.shapes import pattern_of, shape_of, with_stand_ins

_RUN = st.integers(0, 999_999).map(str)
_GROUP = st.integers(0, 999).map("{:03}".format)
NUMERALS = st.one_of(
    _RUN, st.builds("{}.{}".format, _RUN, _RUN), st.builds("{}{{,}}{}".format, _RUN, _RUN),
    *(st.builds(lambda first, rest, sign=sign: sign.join([first, *rest]), st.integers(1, 999).map(str), st.lists(_GROUP, min_size=1, max_size=4))
      for sign in ("{,}", r"\,")),
    st.builds(r"{}\,{}{{,}}{}".format, st.integers(1, 999), _GROUP, _RUN),
)
ATOMS = st.one_of(NUMERALS, st.sampled_from(["h", r"\alpha", r"h_{kv}", r"\text{16 bits}", "x^2", "x_1"]))
FORMULAS = st.recursive(ATOMS, lambda inner: st.one_of(
    st.builds(r"{} \cdot {}".format, inner, inner), st.builds(r"({} + {})".format, inner, inner),
    st.builds(r"\frac{{{}}}{{{}}}".format, inner, inner), st.builds(r"\frac {} {}".format, inner, inner),
    st.builds("{}^{}".format, inner, NUMERALS), st.builds("{{{}}}^{{{}}}".format, inner, inner),
    st.builds(r"\sqrt[{}]{{{}}}".format, NUMERALS, inner), st.builds(r"\htmlClass{{chg}}{{{}}}".format, inner),
    st.builds(r"{} = {} \approx {}\,\%".format, inner, inner, inner), st.builds("{} {}".format, inner, inner),
    st.builds(r"\hspace{{{}em}} {}".format, st.integers(0, 9), inner), st.builds(r"-{}'".format, inner),
), max_leaves=6)


def said(write, tex, display):
    """The MathML of a formula, or why and where it is refused."""
    try:
        return write(tex, display)
    except MathError as refused:
        return refused.reason, refused.position


@given(FORMULAS, st.booleans())
def test_what_is_filled_in_is_what_is_typeset(tex, display):
    assert said(typeset, tex, display) == said(math._typeset, tex, display)


def test_one_shape_is_typeset_once(monkeypatch):
    asked = []
    monkeypatch.setattr(math, "_known", {})
    once = math._typeset
    monkeypatch.setattr(math, "_typeset", lambda tex, display: asked.append(tex) or once(tex, display))
    for number in (7, 12, 4096, 18874368):
        typeset(rf"{number} \cdot h^2 = {number:_}\,\%".replace("_", "{,}"))
    assert len(asked) == 1
    assert len(math.typeset_so_far()) == 1


@pytest.mark.parametrize("tex", [r"\frac12", r"\sqrt 34", r"\text{12}", "3 4", r"\hspace{2em}x"])
def test_numerals_that_are_no_tokens_by_themselves_have_no_shape(tex):
    standing, printed = with_stand_ins(shape_of(tex)[0])
    assert pattern_of(math._typeset(standing, False), printed) == ""


@pytest.mark.parametrize("tex", [r"{2}\,000", r"2 \,000", r"2\, 000", r"x^10\,000", r"12\,345^2", r"0{,}5\,123"])
def test_a_group_is_joined_to_what_stands_before_it_as_ever(tex):
    assert typeset(tex) == math._typeset(tex, False)


def test_a_formula_that_holds_a_blank_is_taken_as_it_is():
    assert shape_of("\ue010 + 12") == ("\ue010 + 12", [])
