"""No writing loses what reading gives back: in each language, far beyond what pages show, on either side."""

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from derivations.language import Form, language
from derivations.language.pack import known
from derivations.language.reading.reader import Reader

ENORMOUS = st.integers(10**15, 10**45)
TINY = st.builds(Fraction, st.integers(1, 10**6), st.integers(10**15, 10**30))
BOTH = st.one_of(ENORMOUS.map(Fraction), TINY, st.builds(lambda a, b: a + b, ENORMOUS.map(Fraction), TINY))
READERS = {code: Reader(code) for code in known()}


def read_back(code, text):
    """The one numeral that a reader of the text meets."""
    found = READERS[code].read(text).numerals
    assert len(found) == 1, (text, found)
    assert found[0].text == text
    return found[0]


@pytest.mark.parametrize("code", known())
@given(number=ENORMOUS)
@example(number=10**15)
@example(number=10**18 - 1)
def test_a_whole_number_of_any_size_is_read_back_exactly(code, number):
    assert read_back(code, language(code).number(number, (Form("exact"),)).text).value == number


@pytest.mark.parametrize("code", known())
@pytest.mark.parametrize("form", ["percent", "digits", "short"])
@given(number=BOTH, places=st.integers(1, 12))
def test_a_rounded_number_is_read_back_to_its_last_significant_digit(code, form, number, places):
    forms = {"percent": Form("percent", (places,)), "digits": Form("digits", (places,)), "short": Form("short")}
    written = language(code).number(number, (forms[form],))
    value, digits = read_back(code, written.text).value, 3 if form == "short" else places
    assert abs(value - number) <= abs(number) / 10 ** (digits - 1) / 2, "half a unit of the last significant digit"
    assert value != 0
    if not written.rounded:
        assert value == number
