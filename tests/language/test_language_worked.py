"""Worked evaluations: each member of the chain equals the one before, and none repeats it."""

from fractions import Fraction
from itertools import pairwise

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from derivations.exact import RATIO, Formula, Symbol, Unit, quotient
from derivations.exact.scalar import ceiling, floor, least
from derivations.language import Form, Language, language
from derivations.language.writing.layout import layout, substituted
from derivations.language.writing.tree import rational, with_sides_multiplied, with_sums_added

SEED = Unit("seed")
k, w, d, top, low = (Symbol(name) for name in ("k", "w", "d", "n_top", "n_low"))
mu = Symbol("mu", r"\mu", "μ", integer=False, below=1)
SYMBOLS = {symbol.name: symbol for symbol in (k, w, d, top, low, mu)}
EN, ES = (Language(language(code).profile, {"unit.seed": "seed | seeds"}, SYMBOLS) for code in ("en", "es"))

SHARE = Formula("field.share", lambda w, d: quotient(2 * w, d), (w, d), RATIO)
TOTAL = Formula("field.total", lambda k, w, d: 18 * k * w * d, (k, w, d), SEED)
RIM = Formula("field.rim", lambda t, b, w: w * (t + b), (top, low, w), SEED)
MEAN = Formula("field.mean", lambda t, b: quotient(t * b, t + b), (top, low))
ODDS = Formula("field.odds", lambda m: quotient(m, 1 + m), (mu,), RATIO)
ROOT = Formula("field.root", lambda k, w: k / sympy.sqrt(w), (k, w))
FITS = Formula("field.fits", lambda k, w: floor(quotient(k, 18 * w)), (k, w))
LEAST = Formula("field.least", lambda k, w, d: least(ceiling(quotient(k, w)), d), (k, w, d))
SIDE = Formula("field.side", lambda d: 1 * d, (d,))
HALF = Formula("field.half", lambda d: quotient(d, 2), (d,))
STORED = Formula("field.stored", lambda d: 1 * d, (d,), Unit("byte"))
PARTS = st.fractions(Fraction(1, 999), Fraction(998, 999))
ALL = (SHARE, TOTAL, RIM, MEAN, ODDS, FITS, LEAST, SIDE, HALF)

ROWS = [
    (SHARE(w=8, d=768), (), r"\frac{2 w}{d} = \frac{2 \cdot 8}{768} = \frac{16}{768} = \frac{1}{48} \approx 2.1\%"),
    (SHARE(w=8, d=1600), (), r"\frac{2 w}{d} = \frac{2 \cdot 8}{1{,}600} = \frac{16}{1{,}600} = \frac{1}{100} = 1.0\%"),
    (TOTAL(k=32, w=8, d=4096), (), r"18 k w d = 18 \cdot 32 \cdot 8 \cdot 4{,}096 = 18{,}874{,}368"),
    (TOTAL(k=32, w=8, d=4096), (Form("short"),),
     r"18 k w d = 18 \cdot 32 \cdot 8 \cdot 4{,}096 = 18{,}874{,}368 \approx 18.9\ \text{million}"),
    (RIM(n_top=3, n_low=4, w=8), (), r"w (n_{\text{top}} + n_{\text{low}}) = 8 \cdot (3 + 4) = 8 \cdot 7 = 56"),
    (MEAN(n_top=3, n_low=4), (), r"\frac{n_{\text{top}} n_{\text{low}}}{n_{\text{top}} + n_{\text{low}}} "
     r"= \frac{3 \cdot 4}{3 + 4} = \frac{12}{7} \approx 1.71"),
    (ODDS(mu=Fraction(1, 100)), (), r"\frac{\mu}{1 + \mu} = \frac{\frac{1}{100}}{1 + \frac{1}{100}} "
     r"= \frac{\frac{1}{100}}{\frac{101}{100}} = \frac{1}{101} \approx 0.99\%"),
    (ROOT(k=16, w=8), (), r"\frac{k}{\sqrt{w}} = \frac{16}{\sqrt{8}} = 4 \sqrt{2} \approx 5.66"),
    (FITS(k=1000, w=5), (), r"\left\lfloor \frac{k}{18 w} \right\rfloor = \left\lfloor \frac{1{,}000}{18 \cdot 5} "
     r"\right\rfloor = \left\lfloor \frac{1{,}000}{90} \right\rfloor = 11"),
    (SIDE(d=4096), (), "d = 4{,}096"),
    (HALF(d=9), (), r"\frac{d}{2} = \frac{9}{2} = 4.5"),
    (HALF(d=8), (), r"\frac{d}{2} = \frac{8}{2} = 4"),
    (STORED(d=16), (Form("bytes"),), r"d = 16\ \text{bytes}"),
    (STORED(d=1500000), (Form("MB"),), r"d = 1{,}500{,}000 = 1.5\ \text{MB}"),
]


@pytest.mark.parametrize(("value", "forms", "tex"), ROWS, ids=[row[0].formula.name for row in ROWS])
def test_a_worked_value_shows_every_step_once(value, forms, tex):
    assert EN.worked(value, forms).tex == tex


def test_the_plain_text_says_the_same_and_spanish_writes_its_own_figures():
    value = SHARE(w=8, d=12_288)
    assert EN.worked(value).text == "2w/d = (2 · 8)/12,288 = 16/12,288 = 1/768 ≈ 0.13%"
    assert ES.worked(value).text == "2w/d = (2 · 8)/12\u202f288 = 16/12\u202f288 = 1/768 ≈ 0,13\u00a0%"
    assert ES.worked(value).tex.endswith(r"= \frac{1}{768} \approx 0{,}13\,\%")
    assert EN.worked(value).rounded


def test_inputs_given_earlier_are_shown_as_inputs_too():
    assert EN.worked(TOTAL(k=32)(w=8)(d=4096)) == EN.worked(TOTAL(k=32, w=8, d=4096))


def test_a_formula_is_shown_in_letters_though_an_input_was_given_first():
    fresh = Language(language("en").profile, {"unit.seed": "seed | seeds"}, SYMBOLS)
    assert fresh.worked(TOTAL(k=32)(w=8)(d=4096)).tex == ROWS[2][2]


def test_inputs_are_listed_as_in_formulas():
    assert EN.inputs(TOTAL(k=32, w=8, d=4096).inputs).text == "k = 32, w = 8, d = 4,096"
    assert ES.inputs({"mu": Fraction(1, 100), "d": 12_288}).tex == r"\mu = \frac{1}{100},\ d = 12\,288"


GAP = Formula("field.gap", lambda k, w: 3 * k * (w - 2) ** 2, (k, w))
NESTED = Formula("field.nested", lambda k, w, d: quotient(k + quotient(w, d), 2 * w * w), (k, w, d))
ROUNDED = (                                              # a whole part inside each kind of expression
    Formula("field.added", lambda k, w: k + floor(quotient(w, 2)), (k, w)),
    Formula("field.times", lambda k, w: k * floor(quotient(w, 2)), (k, w)),
    Formula("field.above", lambda k, w: quotient(floor(quotient(w, 2)), k), (k, w)),
    Formula("field.below", lambda k, w: quotient(k, 1 + floor(quotient(w, 2))), (k, w)),
    Formula("field.squared", lambda w: floor(quotient(w, 2)) ** 2, (w,)),
)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from((*ALL, *ROUNDED, GAP, NESTED)), st.data())
def test_each_member_of_the_chain_has_the_value_of_the_formula(formula, data):
    numbers = {
        symbol.name: data.draw(st.integers(1, 10**5) if symbol.integer else PARTS) for symbol in formula.symbols
    }
    value = formula(**numbers)
    tree = layout(formula.expression, [symbol.name for symbol in formula.symbols])
    put_in = substituted(tree, numbers)
    for step in (put_in, with_sums_added(put_in), with_sides_multiplied(put_in)):
        assert rational(step) == value.exact
    members = EN.evaluation(value)
    assert all(before.tex != after.tex for before, after in pairwise(members))
    assert not any(member.rounded for member in members[:-1])
