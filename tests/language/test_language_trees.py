"""Trees of expressions, part by part: what each operation does to each kind of part, and in which order parts stand."""

from fractions import Fraction

import pytest
import sympy

from derivations.language import language
from derivations.language.writing.layout import constant, layout, substituted
from derivations.language.writing.tree import (
    Call,
    Constant,
    Letter,
    Marked,
    Negated,
    NotRational,
    Number,
    Power,
    Product,
    Quotient,
    Root,
    Sum,
    rational,
    with_sides_multiplied,
    with_sums_added,
)

a, b, c, z = sympy.symbols("a b c z", positive=True, integer=True)
A, B, C, Z = (Letter(name) for name in "abcz")


def plus(*terms):
    """A sum of terms, none subtracted."""
    return Sum(tuple((False, term) for term in terms))


@pytest.mark.parametrize(("tree", "value"), [
    (Power(Number(2), Number(10)), 1024),
    (Power(Number(2), Negated(Number(2))), Fraction(1, 4)),
    (Power(Number(3), Negated(Number(2))), Fraction(1, 9)),
    (Power(Quotient(Number(2), Number(3)), Number(3)), Fraction(8, 27)),
    (Power(Number(1), Number(999)), 1),
    (Negated(Number(3)), -3),
    (Marked(Number(3)), 3),
    (Marked(Negated(Quotient(Number(1), Number(3)))), -Fraction(1, 3)),
    (Quotient(Number(1), Number(3)), Fraction(1, 3)),
    (Quotient(Number(6), Number(3)), 2),
    (Sum(((True, Number(3)), (False, Number(1)))), -2),
    (Product((Number(3), Quotient(Number(1), Number(2)))), Fraction(3, 2)),
    (Call("floor", (Quotient(Number(7), Number(2)),)), 3),
    (Call("ceiling", (Quotient(Number(7), Number(2)),)), 4),
    (Call("abs", (Negated(Number(7)),)), 7),
    (Call("min", (Number(7), Number(2))), 2),
    (Call("max", (Number(7), Number(2))), 7),
])
def test_a_tree_of_numbers_has_an_exact_value(tree, value):
    found = rational(tree)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("tree", [
    A, Root(Number(4), 2), Constant("pi"), Call("ln", (Number(1),)), Call("log", (Number(1), Number(2))), Quotient(Number(1), Number(0)),
    Power(Number(4), Quotient(Number(1), Number(2))), Power(Number(2), Number(1000)), Power(Number(2), Negated(Number(1000))),
    Power(A, Number(2)), plus(A, Number(1)),
])
def test_a_tree_of_anything_else_has_none(tree):
    with pytest.raises(NotRational):
        rational(tree)


@pytest.mark.parametrize(("tree", "wanted"), [
    (Negated(A), Number(3)),
    (Negated(B), Negated(Number(5))),
    (Marked(B), Marked(Number(5))),
    (Power(B, A), Power(Number(5), Negated(Number(3)))),
    (Root(B, 3), Root(Number(5), 3)),
    (Sum(((True, A), (False, B), (True, C))), Sum(((False, Number(3)), (False, Number(5)), (True, C)))),
    (Quotient(B, Call("min", (A, C))), Quotient(Number(5), Call("min", (Negated(Number(3)), C)))),
    (Sum(((False, Marked(A)),)), Sum(((True, Marked(Number(3))),))),
    (Negated(Marked(B)), Negated(Marked(Number(5)))),
])
def test_numbers_take_the_place_of_letters_and_signs_stay_right(tree, wanted):
    assert substituted(tree, {"a": -3, "b": 5}) == wanted


@pytest.mark.parametrize(("tree", "wanted"), [
    (plus(Number(2), Number(3)), Number(5)),
    (Sum(((False, Number(2)), (True, Number(3)))), Negated(Number(1))),
    (plus(A, Number(2)), plus(A, Number(2))),
    (Marked(plus(Number(2), Number(3))), Marked(Number(5))),
    (Product((A, plus(Number(2), Number(3)))), Product((A, Number(5)))),
    (Product((Number(2), Number(3))), Product((Number(2), Number(3)))),
])
def test_only_sums_of_numbers_are_added(tree, wanted):
    assert with_sums_added(tree) == wanted


SIX, FOUR, HALF = Product((Number(2), Number(3))), plus(Number(1), Number(3)), Quotient(Number(1), Number(2))


@pytest.mark.parametrize(("tree", "wanted"), [
    (Quotient(SIX, FOUR), Quotient(Number(6), Number(4))),
    (Negated(Quotient(SIX, FOUR)), Negated(Quotient(Number(6), Number(4)))),
    (Call("ceiling", (Quotient(SIX, FOUR),)), Call("ceiling", (Quotient(Number(6), Number(4)),))),
    (Call("min", (SIX, FOUR)), Call("min", (Number(6), Number(4)))),
    (Quotient(Quotient(Number(1), Number(2)), Number(3)), Quotient(Quotient(Number(1), Number(2)), Number(3))),
    (Quotient(Number(3), Quotient(Number(1), Number(2))), Quotient(Number(3), Quotient(Number(1), Number(2)))),
    (Quotient(Product((HALF, Number(3))), Number(4)), Quotient(Product((HALF, Number(3))), Number(4))),
    (Quotient(A, FOUR), Quotient(A, FOUR)),
    (SIX, SIX),
])
def test_the_two_sides_of_a_quotient_are_worked_out(tree, wanted):
    assert with_sides_multiplied(tree) == wanted


@pytest.mark.parametrize(("number", "tree"), [
    (0, Number(0)), (-4, Negated(Number(4))), (Fraction(3, 4), Quotient(Number(3), Number(4))),
    (Fraction(-3, 4), Negated(Quotient(Number(3), Number(4)))), (sympy.sqrt(2), Root(Number(2), 2)),
])
def test_a_number_is_a_tree_too(number, tree):
    assert constant(number) == tree


@pytest.mark.parametrize(("expression", "tree"), [
    (1 / (a * b), Quotient(Number(1), Product((A, B)))),
    (sympy.Pow(a, 1, evaluate=False), A),
    (a**-2, Quotient(Number(1), Power(A, Number(2)))),
    (sympy.Pow(a, -1), Quotient(Number(1), A)),
    (a ** sympy.Rational(1, 3), Root(A, 3)),
    (a ** sympy.Rational(2, 3), Power(A, Quotient(Number(2), Number(3)))),
    (-a * (a - b), Product((A, Sum(((False, B), (True, A)))))),
    (-c * (a + b - z), Negated(Product((C, Sum(((False, A), (False, B), (True, Z))))))),
    (-c * (a - b - z), Product((C, Sum(((False, B), (False, Z), (True, A)))))),
    (-c * (a + b), Negated(Product((C, plus(A, B))))),
    (-c * (a / 2 + b), Negated(Product((C, plus(Quotient(A, Number(2)), B))))),
    (sympy.Mul(-1, a - b, c + z), Product((Sum(((False, B), (True, A))), plus(C, Z)))),
    (a * (b - c) / 2, Quotient(Product((A, Sum(((False, B), (True, C))))), Number(2))),
    (sympy.sqrt(2) * a * sympy.sqrt(b), Product((A, Root(Product((Number(2), B)), 2)))),
    (sympy.sqrt(a) * sympy.sqrt(b) * c, Product((C, Root(Product((A, B)), 2)))),
    (sympy.sqrt(2) * sympy.sqrt(sympy.pi) * a * sympy.sqrt(b), Product((
        A, Root(Product((Number(2), Constant("pi"), B)), 2)))),
    (sympy.sqrt(2) * sympy.pi * a, Product((Constant("pi"), Root(Number(2), 2), A))),
    (sympy.pi * a * sympy.floor(b / 2) * (b + c) * sympy.sqrt(z), Product((
        Constant("pi"), A, Root(Z, 2), plus(B, C), Call("floor", (Quotient(B, Number(2)),))))),
    (-a / b, Negated(Quotient(A, B))),
    (sympy.sqrt(a) * b, Product((B, Root(A, 2)))),
    (sympy.sqrt(z) * (a + b), Product((Root(Z, 2), plus(A, B)))),
    (sympy.floor(a / 2) * (b + c), Product((plus(B, C), Call("floor", (Quotient(A, Number(2)),))))),
    (sympy.Mul(a, sympy.Pow(2, -2, evaluate=False), evaluate=False), Quotient(A, Power(Number(2), Number(2)))),
    (a**2 / 2 + b, plus(Quotient(Power(A, Number(2)), Number(2)), B)),
    (a / 2 - b, Sum(((False, Quotient(A, Number(2))), (True, B)))),
    (3 * a / (2 * b), Quotient(Product((Number(3), A)), Product((Number(2), B)))),
])
def test_parts_stand_in_the_order_they_are_read_in(expression, tree):
    assert layout(expression, ("a", "b", "c", "z")) == tree


def test_the_courses_order_goes_before_the_alphabets():
    order = ("z", "a")
    assert layout((a + 1) * (z + 1), order) == Product((plus(Z, Number(1)), plus(A, Number(1))))
    assert layout(a * z, order) == Product((Z, A))
    assert layout(a + z, order) == plus(Z, A)
    assert layout(sympy.sqrt(a) + sympy.sqrt(z), order) == plus(Root(Z, 2), Root(A, 2))
    assert layout(sympy.floor(a / 2) * sympy.floor(z / 2), order) == Product((
        Call("floor", (Quotient(Z, Number(2)),)), Call("floor", (Quotient(A, Number(2)),))))


def test_a_marked_coefficient_and_a_marked_part_are_pointed_at():
    assert layout(2 * a, ("a",), [sympy.Integer(2)]) == Product((Marked(Number(2)), A))
    assert layout(a + b, ("a", "b"), [b]) == plus(A, Marked(B))


@pytest.mark.parametrize(("tree", "tex", "text"), [
    (Product((A, Power(Number(2), B))), r"a \cdot 2^b", "a · 2^b"),
    (Power(A, Quotient(Number(2), Number(3))), "a^{2/3}", "a^(2/3)"),
    (Power(A, Quotient(B, Number(3))), r"a^{\frac{b}{3}}", "a^(b/3)"),
    (Power(A, Quotient(Number(3), B)), r"a^{\frac{3}{b}}", "a^(3/b)"),
    (Power(A, Quotient(Product((Number(2), B)), Number(3))), r"a^{\frac{2 b}{3}}", "a^(2b/3)"),
    (Power(A, Number(12345)), "a^{12{,}345}", "a¹²³⁴⁵"),
    (Product((A, plus(Quotient(B, C), Z))), r"a \left(\frac{b}{c} + z\right)", "a(b/c + z)"),
    (Product((A, plus(Z, Quotient(B, C)))), r"a \left(z + \frac{b}{c}\right)", "a(z + b/c)"),
    (Power(Product((A, Quotient(B, C))), Number(2)), r"\left(a \cdot \frac{b}{c}\right)^2", None),
    (Power(Product((Quotient(B, C), A)), Number(2)), r"\left(\frac{b}{c} \cdot a\right)^2", None),
    (Power(Product((A, B)), Number(2)), "(a b)^2", "(ab)²"),
])
def test_a_tree_is_set_as_tex_and_as_text(tree, tex, text):
    writer = language("en")._expressions
    written = writer._set(tree, ())
    assert written.tex == tex
    assert text is None or written.text == text


@pytest.mark.parametrize(("coefficient", "inside", "text"), [
    ("1/2", 2, "1/√2"), ("-1/2", 2, "−1/√2"), ("1/3", 3, "1/√3"), ("1/4", 2, "1/(2√2)"), ("-1/6", 2, "−1/(3√2)"),
    ("1/12", 6, "1/(2√6)"), ("1/45", 15, "1/(3√15)"), ("1/2", 6, "√6/2"), ("1/3", 6, "√6/3"), ("1/3", 2, "√2/3"),
    ("3/2", 2, "3√2/2"), ("2/3", 2, "2√2/3"), ("1/2", 2 * a, "√(2a)/2"), ("1/2", a, "√a/2"),
])
def test_a_root_over_its_own_square_is_one_over_the_root(coefficient, inside, text):
    product = sympy.Rational(coefficient) * sympy.sqrt(inside)
    assert language("en").expression(product).text == text


def test_what_stands_beside_such_a_root_keeps_it_above():
    root, third = sympy.sqrt(2) / 2, sympy.Rational(1, 2) * sympy.cbrt(2)
    assert [language("en").expression(one).text for one in (root * a, root / a, root * sympy.pi, third)] == [
        "√2·a/2", "√2/(2a)", "π√2/2", "∛2/2"]
