"""The house as drawn: who may import whom, and that nothing heavy is loaded by looking at it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_imports_go_up_only():
    tool = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    assert tool, "import-linter belongs to the test extra"
    result = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-3000:]


@pytest.mark.parametrize("room", ["exact", "course", "language", "lora.layer", "lora.course"])
def test_a_room_loads_no_heavy_library_until_it_needs_one(room):
    code = f"import sys, derivations.{room}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"sympy", "pandas", "numpy", "mkdocs", "matplotlib"} & set(loaded)


def test_no_module_is_named_after_nothing():
    names = {path.stem for path in (ROOT / "derivations").rglob("*.py")}
    assert not names & {"utils", "util", "helpers", "common", "misc"}


APART = {
    "benchmarks": "measures whole builds", "browser": "asks whole pages", "browser/interactive": "asks whole pages",
    "house": "holds what is true of the whole repository", "oracle": "counts by other software", "source": "the source document's figures",
    "text/fuzz": "long random prose",
}
"""Folders of tests that are of no room, or of several, and why."""


def test_the_tests_are_laid_out_as_the_package_is():
    package, tests = ROOT / "derivations", ROOT / "tests"
    modules = {path.relative_to(package).with_suffix("").as_posix() for path in package.rglob("*.py")}
    rooms = {path.parent.relative_to(package).as_posix() for path in package.rglob("*.py")} - {"."}
    folders = {path.parent.relative_to(tests).as_posix() for path in tests.rglob("test_*.py")} - {"."}
    assert folders - rooms - modules == set(APART)
    assert {room for room in rooms if "/" not in room} - folders == set()
    assert {path.stem.removeprefix("test_") for path in tests.glob("test_*.py")} <= modules


def test_no_two_files_of_tests_have_one_name():
    """Pytest imports them by their names alone: of two alike, neither would run."""
    names = [path.name for path in (ROOT / "tests").rglob("*.py") if path.name != "conftest.py"]
    assert sorted(names) == sorted(set(names))
