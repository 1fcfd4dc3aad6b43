"""Every formula that the course has is proved by both roads: neither is left out for any pair of neighbouring steps.

Here the roads only take down what they're asked; that they decide rightly, and each alone, is shown where they live.
"""

import sys
from contextlib import suppress

import pytest

from derivations.exact import ByModel, DomainError, Formula, Unequal, prove
from derivations.lora.course import COURSE

PROOF = sys.modules["derivations.exact.proof"]


def formulas():
    """Give every formula of the course; of a quantity that depends on the model, each family's formula once."""
    found = {}
    for name, formula in COURSE.formulas.items():
        if isinstance(formula, Formula):
            found[name] = formula
        elif isinstance(formula, ByModel):
            for model in COURSE.models:
                with suppress(DomainError):  # a model of no family, such as an invented one
                    found[f"{name} of {model}"] = formula.formula_of(model)
    return found


FORMULAS = formulas()


def test_there_is_no_other_kind_of_formula():
    assert {type(formula) for formula in COURSE.formulas.values()} <= {Formula, ByModel}
    assert set(FORMULAS) >= {name for name, formula in COURSE.formulas.items() if isinstance(formula, Formula)}


def test_both_roads_are_asked_for_every_step(monkeypatch):
    asked = {"equal_by_cancelling": [], "equal_at_points": []}
    for road, pairs in asked.items():
        monkeypatch.setattr(PROOF, road, lambda left, right, pairs=pairs, **_: pairs.append((left, right)) or True)
    for name, formula in FORMULAS.items():
        if " of " in name:
            continue
        for pairs in asked.values():
            pairs.clear()
        number, lines = prove(formula), [step.expression for step in formula.steps]
        assert asked["equal_by_cancelling"] == asked["equal_at_points"], name
        assert [left for left, _ in asked["equal_at_points"]] == lines, name
        assert [right for _, right in asked["equal_at_points"]][:-1] == lines[1:], name
        assert number == len(lines), name


def test_a_wrong_step_of_the_course_is_caught_by_each_road_alone(monkeypatch):
    layer = COURSE.formulas["layer.ratio"]

    def derive(*symbols):
        first, *others = ((step.reason, step.expression) for step in layer.steps)
        return first, ("wrong", first[1] * 2), *others

    wrong = Formula(layer.name, layer.function, layer.symbols, layer.unit, derive)
    for other, said in (("equal_at_points", "which is not equal"), ("equal_by_cancelling", "in exact arithmetic")):
        with monkeypatch.context() as patch:
            patch.setattr(PROOF, other, lambda *_, **__: True)
            with pytest.raises(Unequal, match=rf"layer\.ratio: step 'wrong' .*{said}"):
                prove(wrong)
    assert prove(layer) >= 1
