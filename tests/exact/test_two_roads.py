"""Each of the two proofs decides alone: switch the other one off, and a wrong step is still caught."""

import sys

import pytest
import sympy

from derivations.exact import Formula, Symbol, Unequal, prove
from derivations.exact.proof import POINTS, equal_at_points, equal_by_cancelling

PROOF = sys.modules["derivations.exact.proof"]
SIDE, DEPTH = Symbol("side"), Symbol("depth")
a, b = SIDE.sympy, DEPTH.sympy


def derived(*expressions):
    """Give a formula that ends where its last line says, so that only its steps can be wrong."""
    return Formula("box", lambda side, depth: expressions[-1], (SIDE, DEPTH),
                   derive=lambda side, depth: tuple((f"step{i}", e) for i, e in enumerate(expressions)))


WRONG = [
    derived(a * (a + b), a**2 + b),
    derived(a / b, b / a),
    derived(a + b, a + b + sympy.Rational(1, 10**12)),
    derived((a + b) ** 2, a**2 + b**2),
    derived(12 * a**2, 11 * a**2),
    derived(sympy.sqrt(a**2 + 2 * a + 1), a + 2),
    derived(a * b, a * b, a * b + 1, a * b + 1),
]


@pytest.mark.parametrize("formula", WRONG)
def test_cancelling_alone_catches_a_wrong_step(formula, monkeypatch):
    monkeypatch.setattr(PROOF, "equal_at_points", lambda *_, **__: True)
    with pytest.raises(Unequal, match=r"box: step 'step\d' turns .* which is not equal"):
        prove(formula)


@pytest.mark.parametrize("formula", WRONG)
def test_exact_arithmetic_alone_catches_a_wrong_step(formula, monkeypatch):
    monkeypatch.setattr(PROOF, "equal_by_cancelling", lambda *_: True)
    with pytest.raises(Unequal, match=r"box: step 'step\d' fails in exact arithmetic"):
        prove(formula)


RIGHT = [
    (a * (a + b), a**2 + a * b),
    (sympy.Add(a, a, evaluate=False), 2 * a),
    (sympy.Mul(sympy.Add(a, b, evaluate=False), a, evaluate=False), a**2 + a * b),
    ((sympy.sqrt(a) + 1) * (sympy.sqrt(a) - 1), a - 1),
    (sympy.log(a * b) - sympy.log(a), sympy.log(b)),
    (sympy.sin(a) ** 2 + sympy.cos(a) ** 2, sympy.Integer(1)),
    (sympy.sqrt(a) * sympy.sqrt(b), sympy.sqrt(a * b)),
    (sympy.floor(a + sympy.Rational(1, 2)), a),
]


@pytest.mark.parametrize(("left", "right"), RIGHT)
def test_either_road_alone_lets_a_right_step_pass(left, right):
    assert equal_by_cancelling(left, right) is True
    assert equal_at_points(left, right, seed="there") is True


@pytest.mark.parametrize(("left", "right"), [
    (sympy.sqrt(a**2 + 2 * a + 1), a + 1),
    (sympy.sqrt(3 + 2 * sympy.sqrt(2)) - sympy.sqrt(2), sympy.Integer(1)),
])
def test_points_decide_where_simplifying_gives_up(left, right):
    assert equal_at_points(left, right, seed="there") is True


def test_the_points_are_drawn_alike_each_time_and_differ_from_step_to_step(monkeypatch):
    drawn = []

    def compiled(expression, irrational):
        def value(inputs):
            drawn.append(tuple(sorted(inputs.items())))
            return 0

        return value

    monkeypatch.setattr(PROOF, "compile_expression", compiled)
    for seed in ("first", "second", "first"):
        equal_at_points.__wrapped__(a, b, seed=seed)
    first, second, again = (drawn[part * 2 * POINTS : (part + 1) * 2 * POINTS : 2] for part in range(3))
    assert first == again != second
    assert len(set(first)) == POINTS == 64
    assert all(2 <= number <= 10**6 for point in first for _, number in point)


def test_the_second_road_does_not_simplify(monkeypatch):
    """It shares no code with the first: where SymPy's simplifiers are gone, it still decides."""
    def gone(*_, **__):
        raise AssertionError("SymPy was asked to simplify")

    for name in ("cancel", "simplify", "factor", "expand", "together", "nsimplify"):
        monkeypatch.setattr(sympy, name, gone)
    assert equal_at_points((a**2 - b**2) / (a - b), a + b, seed="elsewhere")
    assert not equal_at_points((a**2 - b**2) / (a - b), a - b, seed="elsewhere")
