"""Properties of rounding and of written figures, against the decimal module, mpmath, and a reader who parses them."""

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

import mpmath
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from derivations.exact import NUMBER, RATIO, Unit
from derivations.language import Form, FormError, language
from derivations.language.writing.rounding import fixed, significant

SEED, BYTE = Unit("seed"), Unit("byte")

codes = st.sampled_from(["en", "es"])
digits = st.integers(1, 12)
TERMINATING = st.sampled_from([2**k * 10**j for k in range(8) for j in range(6)])
"""Denominators of short decimals, among which the ties are."""

rationals = st.one_of(
    st.integers(-(10**16), 10**16),
    st.fractions(max_denominator=10**6),
    st.builds(Fraction, st.integers(-(10**9), 10**9), TERMINATING),
)


def read(text, code):
    """Read a written figure as a person would: digits, signs, scale word, percent sign; without the writer."""
    decimal, group = (".", ",") if code == "en" else (",", "\u202f")
    words = {
        "en": {"million": 6, "billion": 9, "trillion": 12},
        "es": {"millón": 6, "millones": 6, "billón": 12, "billones": 12},
    }[code]
    match = re.fullmatch(r"([+\u2212]?)([\d.,\u202f]+)(?: (\w+)|\u00a0?(%)|\u00a0(\w+))?", text)
    assert match, text
    sign, figure, word, percent, _ = match.groups()
    value = Fraction(figure.replace(group, "").replace(decimal, "."))
    return (-value if sign == "\u2212" else value) * 10 ** (words[word] if word else 0) / (100 if percent else 1)


@given(rationals, digits)
def test_significant_digits_are_those_of_the_decimal_module(number, count):
    exact = Fraction(number)
    context = Context(prec=count, rounding=ROUND_HALF_EVEN)
    expected = context.divide(Decimal(exact.numerator), Decimal(exact.denominator))
    figure = significant(number, count)
    printed = Fraction(-figure.digits if figure.negative else figure.digits) / 10**figure.places
    assert printed == Fraction(expected)
    assert figure.rounded is (printed != exact)


@given(rationals, st.integers(0, 12))
def test_decimals_err_by_half_a_unit_of_the_last_place_at_most(number, places):
    figure = fixed(number, places)
    printed = Fraction(-figure.digits if figure.negative else figure.digits) / 10**places
    error = abs(printed - number)
    assert figure.places == places
    assert error <= Fraction(1, 2 * 10**places)
    assert error < Fraction(1, 2 * 10**places) or figure.digits % 2 == 0


@given(rationals, digits)
def test_significant_digits_err_by_half_a_unit_of_the_last_digit_at_most(number, count):
    figure = significant(number, count)
    printed = Fraction(-figure.digits if figure.negative else figure.digits) / 10**figure.places
    if number:
        last = Fraction(10) ** (len(str(int(abs(number)))) - count) if abs(number) >= 1 else None
        if last is not None:
            assert abs(printed - number) <= last / 2
        assert abs(printed - number) <= abs(Fraction(number)) * Fraction(1, 2 * 10 ** (count - 1))
    else:
        assert printed == 0


@given(st.integers(0, 10**6), st.integers(0, 6))
def test_a_tie_goes_to_the_even_digit(kept, places):
    figure = fixed(Fraction(2 * kept + 1, 2 * 10**places), places)
    assert figure.digits == (kept if kept % 2 == 0 else kept + 1)


@given(rationals, rationals, digits)
def test_rounding_keeps_the_order(one, other, count):
    low, high = sorted((one, other))
    values = []
    for number in (low, high):
        figure = significant(number, count)
        values.append(Fraction(-figure.digits if figure.negative else figure.digits) / 10**figure.places)
    assert values[0] <= values[1]


@given(rationals, codes, st.sampled_from([
    (), (Form("short"),), (Form("digits", (5,)),), (Form("places", (3,)),), (Form("signed"),),
]))
def test_a_written_number_reads_back_as_what_was_rounded(number, code, forms):
    written = language(code).number(number, forms, SEED)
    back = read(written.text, code)
    assert written.rounded is (back != number)
    if forms == (Form("places", (3,)),):
        assert abs(back - number) <= Fraction(1, 2000)
    elif number and not (forms in ((), (Form("signed"),)) and isinstance(number, int)):
        count = 5 if forms == (Form("digits", (5,)),) else 3
        assert abs(back - number) <= abs(Fraction(number)) / (2 * 10 ** (count - 1))
    else:
        assert back == number


@given(rationals, codes, st.integers(1, 6))
def test_a_percentage_reads_back(number, code, count):
    back = read(language(code).number(number, (Form("percent", (count,)),), RATIO).text, code)
    assert abs(back - number) <= abs(Fraction(number)) / (2 * 10 ** (count - 1))


@given(rationals, st.sampled_from([(), (Form("short"),), (Form("places", (2,)),)]))
def test_both_languages_print_the_same_number(number, forms):
    en, es = (language(code).number(number, forms, SEED) for code in ("en", "es"))
    assert read(en.text, "en") == read(es.text, "es")
    assert en.rounded is es.rounded


@given(st.integers(1, 10**16).map(lambda n: Fraction(n, 7)), codes)
def test_the_figure_before_a_scale_word_has_the_size_the_word_leaves(number, code):
    text = language(code).number(number, (Form("short"),), SEED).text
    figure, _, word = text.partition(" ")
    value = read(figure, code)
    if not word:
        assert value < 10**6
    elif word in ("million", "billion"):
        assert 1 <= value < 1000
    elif word in ("millón", "millones"):
        assert 1 <= value < 10**6
    if word in ("millón", "billón"):
        assert figure == "1"
    assert (word not in ("millones", "billones")) or figure != "1"


@given(st.integers(0, 10**15), codes, st.sampled_from(["KB", "MB", "GB", "KiB", "MiB", "GiB"]))
def test_a_size_is_exact_whenever_it_does_not_say_that_it_was_rounded(number, code, form):
    written = language(code).number(number, (Form(form),), BYTE)
    unit = {"K": 1, "M": 2, "G": 3}[form[0]]
    size = 1024**unit if form[1] == "i" else 1000**unit
    assert (read(written.text, code) * size == number) is not written.rounded


PLAIN_TEX = re.compile(r"\\text\{[^{}\\$]*\}")


@given(rationals, codes, st.sampled_from([
    (RATIO, (Form("percent", (3,)),)), (SEED, (Form("short"),)), (SEED, (Form("signed"),)), (RATIO, (Form("points"),)),
    (RATIO, (Form("exact"),)), (NUMBER, (Form("places", (2,)),)), (BYTE, (Form("MiB"),)),
]))
def test_tex_has_only_characters_that_strict_temml_takes(number, code, asked):
    unit, forms = asked
    tex = language(code).number(number, forms, unit).tex
    assert not set(tex) & set("\u202f\u00a0\u2212«»")
    assert PLAIN_TEX.sub("", tex).isascii()


ROOTS = [
    sympy.sqrt(2) / 3, -sympy.sqrt(2) / 3, 16 / sympy.sqrt(8), sympy.cbrt(5), sympy.sqrt(2) + sympy.sqrt(3) - 3,
    sympy.pi / 7, sympy.exp(sympy.Rational(1, 3)), sympy.log(10), sympy.Rational(5, 4) ** sympy.Rational(7, 3),
    10**9 * sympy.sqrt(7),
    sympy.sqrt(2) / 10**12, sympy.sqrt(1 + sympy.sqrt(2)), sympy.sqrt(2 / sympy.pi),
]


@pytest.mark.parametrize("number", ROOTS, ids=str)
@pytest.mark.parametrize("count", [1, 2, 3, 12, 30])
def test_digits_of_irrational_numbers_are_right(number, count):
    with mpmath.workdps(120):
        reference = mpmath.nstr(sympy.lambdify((), number, "mpmath")(), count + 40)
    expected = Context(prec=count, rounding=ROUND_HALF_EVEN).plus(Decimal(reference))
    figure = significant(number, count)
    printed = Fraction(-figure.digits if figure.negative else figure.digits) / 10**figure.places
    assert printed == Fraction(expected)
    assert figure.rounded


@given(st.integers(2, 10**9), st.integers(5, 12))
def test_square_roots_are_those_of_integer_arithmetic(number, count):
    root = sympy.sqrt(number)
    figure = significant(int(root) if root.is_Integer else root, count)
    scale = Fraction(10) ** figure.places
    half = Fraction(1, 2)
    # (digits - 1/2)² <= number · scale² <= (digits + 1/2)²: nothing but integers
    assert (figure.digits - half) ** 2 <= number * scale**2 <= (figure.digits + half) ** 2


def test_a_tie_that_only_looks_irrational_is_still_a_tie():
    root = sympy.sqrt(2)
    hidden = sympy.Mul(root + 1, root - 1, evaluate=False) / 8  # 1/8, though SymPy doesn't say so
    figure = significant(hidden, 2)
    assert (figure.digits, figure.places) == (12, 2)
    above = sympy.Mul(root + 1, root - 1, evaluate=False) * sympy.Rational(3, 8)
    assert significant(above, 2).digits == 38


def test_a_number_close_to_a_tie_is_not_taken_for_one():
    near = sympy.sqrt(sympy.Integer(10) ** 300 + 1)  # 10^150 and a half of 10^-150
    figure = significant(near - sympy.Integer(10) ** 150 + sympy.Rational(25, 10), 1)
    assert figure.digits == 3


@pytest.mark.parametrize("large", [10**40, 10**300, 7 * 10**900], ids=lambda large: f"{len(str(large))} digits")
def test_what_large_terms_leave_when_they_cancel_is_told_and_not_taken_for_nought(large):
    number = sympy.sqrt(large**2 + 6 * large) - large         # three, but for less than 5 / large
    assert fixed(number, 2).value == significant(number, 3).value == 3


@pytest.mark.parametrize("number", [sympy.I, sympy.sqrt(-2), sympy.zoo], ids=str)
def test_what_is_no_real_number_is_refused(number):
    with pytest.raises(FormError):
        significant(number, 3)
