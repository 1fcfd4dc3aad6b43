"""A derivation as a program and as a notebook: both run where nothing of ours is, and fail for a line that is wrong."""

import json
import re
import subprocess
import sys

import nbformat
import pytest

from derivations.explanation import NoExplanation, explanation
from derivations.lora.course import COURSE

CASES = [
    ("layer.ratio", {"h": 4096, "r": 8}, "3/1024"), ("linear.lora", {"d_in": 3, "d_out": 5, "r": 2}, "16"),
    ("capacity.dimension", {}, None), ("scale.alpha_over_r", {}, None), ("adapter.size", {}, None),
]
CASES = [case for case in CASES if case[0] in COURSE.formulas]


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
