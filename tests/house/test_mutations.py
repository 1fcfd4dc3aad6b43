"""Five mistakes, each made in a copy of the tree: the tests must turn red, and green again without it."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COPIED = ("derivations", "docs", "tables", "tests/exact", "tests/house", "tests/lora", "tests/toy")
FILES = ("mkdocs.yml", "pyproject.toml", "tests/conftest.py")
PAGES = "tests/house/test_own_pages.py::"
FEW = """
from hypothesis import Phase

settings.register_profile("few", deadline=None, max_examples=3, phases=[Phase.explicit, Phase.generate], database=None)
settings.load_profile("few")
"""


@dataclass(frozen=True)
class Mistake:
    """A file, what stands in it, what a slip would make of that, and the test (or the file of tests) that must fail."""

    file: str
    right: str
    wrong: str
    red: str


MISTAKES = {
    "4h becomes 3h in fc1": Mistake(
        "derivations/counting/textbook.py", 'Linear("fc1", 4 * hidden_size', 'Linear("fc1", 3 * hidden_size',
        "tests/lora/test_layer_counts.py"),
    "r(in + out) becomes r·in": Mistake(
        "derivations/counting/linear.py", "rank * (linear.in_ + linear.out)", "rank * linear.in_",
        "tests/lora/test_linear_counts.py"),
    "the ratio is inverted": Mistake(
        "derivations/counting/linear.py", "quotient(lora(linear, rank), full(linear, bias=bias))",
        "quotient(full(linear, bias=bias), lora(linear, rank))", "tests/lora/test_linear_counts.py"),
    "a Spanish page's number takes another form": Mistake(
        "docs/es/chapter.md", "| short", "| exact", PAGES + "test_the_pages_print_what_was_last_looked_at"),
    "a committed CSV is edited": Mistake(
        "tables/rank-ratio.csv", "1", "2", PAGES + "test_the_committed_tables_are_what_their_specs_derive_to"),
}


@pytest.fixture
def tree(tmp_path):
    """A copy of what the tests need."""
    for name in COPIED:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path / name)
    with (tmp_path / "tests" / "conftest.py").open("a", encoding="utf-8") as file:
        file.write(FEW)
    return tmp_path


def run(place, tests):
    """Run tests of the copy, on the copy's own package."""
    # in the copy, a test that fails is a failure and an import that fails is not: pytest says 1 and 2
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests]
    environment = {**os.environ, "PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_turns_the_tests_red(name, tree):
    mistake = MISTAKES[name]
    path = tree / mistake.file
    text = path.read_text(encoding="utf-8")
    assert mistake.right in text
    path.write_text(text.replace(mistake.right, mistake.wrong, 1), encoding="utf-8")
    result = run(tree, [mistake.red])
    assert result.returncode == 1, result.stdout[-3000:] + result.stderr[-3000:]
    assert any(line.startswith("FAILED") and mistake.red in line for line in result.stdout.splitlines()), result.stdout


def test_the_copy_is_green_and_is_what_runs(tree):
    result = run(tree, sorted({mistake.red for mistake in MISTAKES.values()}))
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    asked = subprocess.run([sys.executable, "-c", "import derivations; print(derivations.__file__)"], cwd=tree, text=True,
                           env={**os.environ, "PYTHONPATH": str(tree)}, capture_output=True, check=True).stdout
    assert asked.startswith(str(tree))
