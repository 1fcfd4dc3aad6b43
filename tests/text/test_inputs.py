"""The numbers that a hole puts into a formula: arithmetic in full precision, models, a drill's own numbers."""

import re
from fractions import Fraction

import pytest
from fields import COURSE
from hypothesis import given
from hypothesis import strategies as st

from derivations.exact import Formula
from derivations.text.expression import ExpressionFault, Reader
from derivations.text.names import Names

NAMES = Names(COURSE, {})


def bound(text, names=NAMES):
    return Reader(text, names).hole().source


def refused(text):
    with pytest.raises(ExpressionFault) as caught:
        bound(text)
    return caught.value.offset, caught.value.message


@pytest.mark.parametrize(("number", "exact"), [
    ("4*192", 768), ("2**12", 4096), ("3+4", 7), ("12-5", 7), ("3/4", Fraction(3, 4)), ("6/3", 2), ("0.7", Fraction(7, 10)),
    ("0.1+0.2", Fraction(3, 10)), ("1_000.5", Fraction(2001, 2)), ("1.5e3", 1500), ("25e-2", Fraction(1, 4)),
    ("1e64", 10**64), ("0x1e", 30), ("-(3-5)", 2), ("0.5**3", Fraction(1, 8)), ("2**0", 1), ("(1/3)/(5/2)", Fraction(2, 15)),
    ("2+3*4-10/5", 12), ("field.fence(w=1, l=2)/4", Fraction(3, 2)), ("10**18*10**18", 10**36), ("(10**18)**2", 10**36),
])
def test_an_input_is_computed_exactly(number, exact):
    value = bound(f"share(p={number})")
    assert value.inputs == {"p": exact}
    assert value.exact == Fraction(exact) / 4


@given(st.recursive(
    st.integers(1, 99).map(str) | st.sampled_from(["0.5", "2.25"]),
    lambda inner: st.tuples(inner, st.sampled_from("+*/"), inner).map(lambda parts: f"({''.join(parts)})"), max_leaves=6))
def test_any_arithmetic_gives_what_fractions_give(text):
    in_fractions = re.sub(r"[\d.]+", r"Fraction('\g<0>')", text)
    assert bound(f"share(p={text})").inputs == {"p": eval(in_fractions)}


@pytest.mark.parametrize(("number", "message"), [
    ("2**65", "a power in an input is a whole number up to 64"),
    ("2**(-1)", "a power in an input is a whole number up to 64"),
    ("2**0.5", "a power in an input is a whole number up to 64"),
    ("(10**18+1)**2", "a power in an input is a whole number up to 64"),
    ("1/(2-2)", "division by zero"),
    ("1e65", "a power of ten in an input is at most 64"), ("1e-65", "a power of ten in an input is at most 64"),
    ("1e999999999", "a power of ten in an input is at most 64"),
    ("9" * 402, "an input is too long a number"), ("1/" + "9" * 402, "an input is too long a number"),
    ("*".join(["(10**18)**64"] * 4), "an input is too long a number"),
    ("field.diagonal(w=1, l=1)/2", "an irrational value can't be computed with: define a formula for this"),
    ("2*field.diagonal(w=1, l=1)", "an irrational value can't be computed with: define a formula for this"),
    ("field.area", "field.area is a formula, not a number: give its symbols numbers"),
    ("True", "an input is a number"), ("1j", "an input is a number"), ("7//2", "an input is a number"),
])
def test_an_input_that_is_no_exact_number_of_a_sane_size_is_refused_at_its_place(number, message):
    assert refused(f"share(p={number})") == (len("share(p="), message)


def test_the_longest_input_is_still_written_out():
    assert bound("share(p=" + "9" * 400 + ")").inputs == {"p": 10**400 - 1}


def test_a_model_gives_its_numbers_and_what_is_written_beside_it_goes_before():
    assert bound('field.area("pitch")').exact == 68 * 105
    assert bound('field.area("pitch")').origin == "pitch"
    assert bound('field.area("pitch", l=10)').exact == 680


@pytest.mark.parametrize(("call", "at"), [
    ('field.area("pitch", "pitch")', 11), ("field.area(68, 105)", 11), ("field.area(pitch)", 11),
])
def test_more_than_one_model_or_anything_else_in_its_place_is_refused(call, at):
    assert refused(call) == (at, "field.area takes numbers by the names of its symbols, as in h=4096, "
                                 "and at most one quoted model before them")


def test_a_drills_numbers_are_named_beside_the_courses_formulas_and_only_there():
    names = NAMES.with_inputs({"w": 3, "l": 5})
    assert (bound("w", names).exact, bound("l", names).exact) == (3, 5)
    assert bound("w", names).unit == bound("field.fence(w=w, l=l)", names).unit
    assert bound("field.area(w=w, l=l)", names).exact == 15
    assert bound('field.area("pitch")', names).exact == 7140
    assert refused("w")[1].startswith("no value is called 'w'")
    assert bound("w", names.with_inputs({"w": 4})).exact == 4


@pytest.mark.parametrize(("text", "exact", "unit"), [
    ("given(w=3)", 3, "metre"), ("given(p=7/100)", Fraction(7, 100), "number"), ("given(l=2*6)", 12, "metre"),
])
def test_a_sentence_shows_an_input_as_it_is(text, exact, unit):
    value = bound(text)
    assert (value.exact, value.unit.name, list(value.inputs.values())) == (exact, unit, [exact])


def test_a_sentence_shows_a_symbol_as_formulas_set_it():
    formula = bound("given(w)")
    assert isinstance(formula, Formula) and formula.expression == COURSE.symbols["w"].sympy
    assert refused("given(w) | exact") == (0, "w is a formula: give its symbols numbers before a form")


@pytest.mark.parametrize(("text", "message"), [
    ("given(q)", "there is no symbol 'q'"), ("given(w, l)", "given shows one input"), ("given(w, l=2)", "given shows one input"),
    ("given(3)", "given shows one input"), ("given(w=1, l=2)", "given shows one input"), ("given()", "given shows one input"),
    ("given(q=1)", "there is no symbol 'q'"), ("given(w=0)", "w must be a positive integer, not 0"),
    ("given", "no value is called 'given'"),
])
def test_an_input_that_is_none_is_refused(text, message):
    assert message in refused(text)[1]
