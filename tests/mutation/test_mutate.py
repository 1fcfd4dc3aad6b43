"""The mutants themselves: one mistake each, in the place they name, and none that is the module as it was."""

import ast
from pathlib import Path

import pytest
from judge import _changed
from mutate import functions, mutants
from report import Explanations

SOURCE = '''"""Words."""
from __future__ import annotations

LIMIT = 3
DOUBLE = lambda n: n * 2


def area(width: int, height: int = 2) -> int:
    """More words."""
    if width < LIMIT and not height == 0:
        return width * height
    for number in range(width):
        log(number)
    raise ValueError("too large")
'''
NAMES = {
    "number: 3 → 4", "arithmetic: n * 2 → n + 2", "number: 2 → 3", "area: number: 2 → 3", "area: number: 0 → 1",
    "area: comparison: width < LIMIT → width <= LIMIT", "area: comparison: height == 0 → height != 0",
    "area: boolean: width < LIMIT and (not height == 0) → width < LIMIT or not height == 0",
    "area: boolean: not height == 0 → height == 0", "area: return: return width * height → return None",
    "area: arithmetic: width * height → width + height", "area: off by one: range(width) → range(width + 1)",
    "area: dropped call: log(number) → nothing", "area: dropped call: log(number) → number",
    "area: dropped raise: raise ValueError('too large') → nothing",
    "area: condition: if width < LIMIT and (not height == 0): return width * height → "
    "if not (width < LIMIT and (not height == 0)): return width … * height",
}


def test_each_place_is_broken_in_each_way():
    found = {mutant.name.removeprefix(": ") for mutant in mutants(SOURCE, "area.py")}
    assert {name for name in NAMES if not name.startswith("area: condition")} <= found
    assert len([name for name in found if name.startswith("area: condition")]) == 1
    assert len(found) == len(NAMES)


def test_a_default_belongs_to_the_import_and_a_body_to_the_call():
    inside = {mutant.name.removeprefix(": "): mutant.inside for mutant in mutants(SOURCE, "area.py")}
    assert inside["area: number: 0 → 1"] is True
    assert inside["area: number: 2 → 3"] is inside["number: 3 → 4"] is False
    assert inside["arithmetic: n * 2 → n + 2"] is True


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[2] / "derivations" / "exact").glob("*.py")))
def test_names_are_unique_and_every_mutant_is_another_program(path):
    source = path.read_text(encoding="utf-8")
    original = compile(source, str(path), "exec")
    found = list(mutants(source, str(path)))
    assert len({mutant.name for mutant in found}) == len(found)
    assert all(mutant.code != original for mutant in found)
    assert ast.dump(ast.parse(source)) == ast.dump(ast.parse(path.read_text(encoding="utf-8")))
    for mutant in found:
        right, wrong = functions(original), functions(mutant.code)
        if mutant.inside and len(right) == len(wrong):
            assert sum(one != other for one, other in zip(right, wrong, strict=True)) == 1


def test_every_explanation_says_why_and_none_says_it_twice():
    reasons = Explanations(Path(__file__).with_name("explained.toml")).reasons
    names = [name for mutants, _ in reasons for name in mutants]
    assert len(names) == len(set(names)) > 0
    assert all(len(why) > 40 for _, why in reasons)


def test_a_mistake_in_a_function_that_another_one_made_is_put_there_too():
    source = "def outer(n):\n    def inner(k):\n        return n + k\n    return inner\n"
    right = compile(source, "nested.py", "exec")
    mutant = next(one for one in mutants(source, "nested.py") if one.name == "outer.inner: arithmetic: n + k → n - k")
    space = {}
    exec(right, space)
    made = space["outer"](1)
    pairs = [pair for old, new in zip(functions(right), functions(mutant.code), strict=True)
             for pair in _changed(old, new)]
    assert [old.co_name for old, _ in pairs] == ["outer", "inner"]
    assert pairs[1][0] == made.__code__
    made.__code__ = pairs[1][1]
    assert made(2) == -1
