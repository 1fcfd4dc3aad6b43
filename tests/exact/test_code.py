"""Code that a reader copies computes the same exact value; trees hold only text and known operations."""

import re
from fractions import Fraction

from derivations.exact import Formula
from derivations.exact.code import python, tree
from derivations.lora.course import COURSE


def evaluated(text):
    *lines, last = text.splitlines()
    space = {}
    exec("\n".join(lines), space)
    return eval(last, space)


def test_the_python_of_every_formula_computes_its_exact_value():
    ran = 0
    for formula in COURSE.formulas.values():
        if not isinstance(formula, Formula):
            continue
        inputs = {s.name: Fraction(1, 3) if not s.integer else 4096 for s in formula.symbols}
        try:
            value = formula(**inputs)
        except ValueError:
            continue
        text = python(value)
        if "sympy" in text:
            continue
        assert evaluated(text) == value.exact, (formula.name, text)
        ran += 1
    assert ran > 300


def test_a_tree_holds_only_text_and_known_operations():
    def walk(one):
        if isinstance(one, str):
            assert re.fullmatch(r"-?\d+|[A-Za-z_]\w*", one)
            return
        assert one[0] in {"+", "*", "/", "^", "floor", "ceiling", "min", "max", "abs", "sqrt"}
        for part in one[1:]:
            walk(part)

    for name in ("model.rank_for", "layer.ratio", "memory.mixed.saving"):
        walk(tree(COURSE.formulas[name].expression))
