"""A derivation as a program and as a notebook: both run where nothing of ours is, and fail for a line that is wrong."""

import ast
import json
import re
import subprocess
import sys
from dataclasses import replace

import nbformat
import pytest
import sympy

from derivations.exact import Formula, Symbol, floor, least, quotient, root
from derivations.exact.code import python
from derivations.explanation import NoExplanation, explanation
from derivations.lora.course import COURSE

CASES = [
    ("layer.ratio", {"h": 4096, "r": 8}, "3/1024"), ("linear.lora", {"d_in": 3, "d_out": 5, "r": 2}, "16"),
    ("capacity.dimension", {}, None), ("scale.standard", {}, None), ("model.rank_for_bytes", {}, None),
    ("linear.break_even", {"d_in": 6, "d_out": 3}, "2"), ("growth.sgd.alpha_r.fixed", {}, None),
]


def run(program, folder):
    (folder / "program.py").write_text(program, encoding="utf-8")
    return subprocess.run([sys.executable, "-I", "program.py"], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("name", "inputs", "printed"), CASES)
@pytest.mark.parametrize("code", COURSE.languages)
def test_a_program_runs_and_gives_the_number(tmp_path, name, inputs, printed, code):
    program = explanation(COURSE, name, code, inputs, "python")
    assert "import derivations" not in program
    ran = run(program, tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert printed is None or ran.stdout.strip() == printed


def test_every_name_in_a_program_is_made_there_or_is_sympy_s():
    """Symbols that cancel stand in a definition, though no value of the formula waits for them."""
    for name, formula in COURSE.formulas.items():
        if isinstance(formula, Formula):
            tree = ast.parse(explanation(COURSE, name, "en", {}, "python"))
            names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
            made = {node.id for node in names if isinstance(node.ctx, ast.Store)}
            assert {node.id for node in names} - made <= vars(sympy).keys(), name


OWN_NAMES = ("E", "pi", "S", "N", "I", "sqrt", "Symbol", "Rational", "Integer", "floor", "Min", "evaluate", "simplify", "exp", "ceil", "Fraction")


@pytest.mark.parametrize("name", OWN_NAMES)
@pytest.mark.parametrize("function", [
    lambda x: x * sympy.E + sympy.pi, lambda x: root(x) / 3 + x, lambda x: floor(quotient(x, 2)) + quotient(x, 3), lambda x: sympy.exp(x) + least(x, 2)])
def test_a_symbol_may_be_called_as_something_of_sympy_s_is(name, function):
    """What is copied, and what a program runs, comes to the value; letters such as E and S are many a course's own."""
    formula = Formula("named.so", function, (Symbol(name),))
    value = formula(**{name: 5})
    *lines, last = python(value).splitlines()
    scope = {}
    exec("\n".join(lines), scope)
    assert sympy.simplify(eval(last, scope) - value.exact) == 0
    course = replace(COURSE, formulas={"named.so": formula}, symbols={name: formula.symbols[0]})
    exec(explanation(course, "named.so", "en", {name: 5}, "python"), {"print": lambda shown: None})


def test_a_line_that_does_not_follow_stops_the_program(tmp_path):
    program = explanation(COURSE, "layer.ratio", "en", {}, "python")
    wrong = program.replace("S(18)", "S(17)")
    assert wrong != program
    assert "AssertionError" in run(wrong, tmp_path).stderr


@pytest.mark.parametrize(("name", "inputs", "printed"), CASES[:2])
@pytest.mark.parametrize("code", COURSE.languages)
def test_a_notebook_is_valid_and_its_cells_run(tmp_path, name, inputs, printed, code):
    text = explanation(COURSE, name, code, inputs, "notebook")
    book = nbformat.reads(text, as_version=4)
    nbformat.validate(book)
    assert [cell["id"] for cell in json.loads(text)["cells"]] == [f"cell-{i}" for i in range(1, len(book.cells) + 1)]
    ran = run("\n".join(cell.source for cell in book.cells if cell.cell_type == "code"), tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == printed
    said = "\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
    assert COURSE.words[code][f"formula.{name}"] in said
    assert re.search(r"\$\$.+\$\$", said)


def test_the_irrational_course_runs_too(tmp_path):
    from fields import COURSE as FIELDS

    ran = run(explanation(FIELDS, "field.diagonal", "en", {"w": 3, "l": 5}, "python"), tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == "sqrt(34)"


def test_a_name_that_is_none_is_refused():
    with pytest.raises(NoExplanation):
        explanation(COURSE, "layer.lore", "en", {}, "notebook")
