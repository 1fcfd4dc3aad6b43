"""Babel's locale data as a second opinion, where it and the course agree on the rule."""

from decimal import Decimal
from fractions import Fraction

import pytest
from babel.core import Locale
from babel.numbers import format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

from derivations.exact import RATIO, Unit
from derivations.language import Form, language

SEED = Unit("seed")


def in_spanish(text):
    """Give Babel's Spanish with the course's signs: RAE and the SI group with a narrow space, CLDR with a point."""
    return text.replace(".", "\u202f").replace("-", "\u2212")


@given(st.integers(-(10**15), 10**15))
def test_whole_numbers(number):
    assert language("en").number(number, (), SEED).text == format_decimal(number, locale="en").replace("-", "\u2212")
    if abs(number) >= 10**4 or abs(number) < 1000:  # CLDR groups four digits in its pattern, and RAE doesn't
        assert language("es").number(number, (), SEED).text == in_spanish(format_decimal(number, locale="es"))


@given(st.integers(-(10**12), 10**12), st.integers(0, 6))
def test_decimals(units, places):
    number = Fraction(units, 10**6)
    pattern = "#,##0." + "0" * places if places else "#,##0"
    babel = format_decimal(Decimal(units).scaleb(-6), pattern, locale="en").replace("-", "\u2212")
    if Fraction(babel.replace("\u2212", "-").replace(",", "")) == 0:
        babel = babel.replace("\u2212", "")  # a printed zero has no sign here
    assert language("en").number(number, (Form("places", (places,)),), SEED).text == babel


@given(st.integers(1, 10**6))
def test_spanish_percentages_have_babels_pattern(units):
    number = Fraction(units, 10**6)
    written = language("es").number(number, (Form("percent", (2,)),), RATIO).text
    decimals = len(written.partition(",")[2].removesuffix("\u00a0%"))
    pattern = "0." + "0" * decimals + "\u00a0%" if decimals else "0\u00a0%"
    assert written == format_percent(Decimal(units).scaleb(-6), pattern, locale="es")


@pytest.mark.parametrize("code", ["en", "es"])
def test_percent_patterns_and_decimal_signs_are_those_of_the_locale(code):
    locale = Locale(code)
    profile = language(code).profile
    assert profile.number.decimal == locale.number_symbols["latn"]["decimal"]
    assert profile.percent[0] == locale.percent_formats[None].pattern.replace("#,##0", "{}")


def test_scale_words_are_those_of_the_locale():
    for code, power in (("en", 6), ("en", 9), ("en", 12), ("es", 6), ("es", 12)):
        patterns = Locale(code).compact_decimal_formats["long"]
        for count, name in (("one", "singular"), ("other", "plural")):
            word = patterns[count]["1" + "0" * power].pattern.replace("0", "").strip()
            scale = next(scale for scale in language(code).profile.scales if scale.power == power)
            assert getattr(scale, name) == word
