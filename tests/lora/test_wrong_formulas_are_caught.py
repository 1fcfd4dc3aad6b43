"""Three mistakes in a copy of the package, each of which must turn the counting tests red."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MISTAKES = {
    "4h becomes 3h in fc1": ("layer.py", 'Linear("fc1", 4 * hidden_size', 'Linear("fc1", 3 * hidden_size'),
    "r(in + out) becomes r·in": ("linear.py", "rank * (linear.in_ + linear.out)", "rank * linear.in_"),
    "the ratio is inverted": ("linear.py", "quotient(lora(linear, rank), full(linear, bias=bias))",
                              "quotient(full(linear, bias=bias), lora(linear, rank))"),
}
FEW = """from hypothesis import Phase, settings
settings.register_profile("few", deadline=None, max_examples=3, phases=[Phase.generate], database=None)
settings.load_profile("few")
"""
TESTS = ("tests/lora/test_linear_counts.py", "tests/lora/test_layer_counts.py")


def copy(place):
    """Copy the rooms of the mathematics and the counting tests."""
    for room in ("exact", "lora"):
        shutil.copytree(ROOT / "derivations" / room, place / "derivations" / room,
                        ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("__init__.py", "course.py"):
        shutil.copy(ROOT / "derivations" / file, place / "derivations" / file)
    (place / "tests" / "lora").mkdir(parents=True)
    (place / "tests" / "conftest.py").write_text(FEW, encoding="utf-8")
    for test in TESTS:
        shutil.copy(ROOT / test, place / test)


def run(place):
    """Run the counting tests in the copy."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *TESTS], cwd=place, check=False,
        capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"},
    )


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_turns_the_tests_red(mistake, tmp_path):
    file, right, wrong = MISTAKES[mistake]
    copy(tmp_path)
    target = tmp_path / "derivations" / "lora" / file
    text = target.read_text(encoding="utf-8")
    assert text.count(right) == 1
    target.write_text(text.replace(right, wrong), encoding="utf-8")
    result = run(tmp_path)
    assert result.returncode == 1, result.stdout[-2000:] + result.stderr[-2000:]
    assert "AssertionError" in result.stdout


def test_the_copy_itself_is_green(tmp_path):
    copy(tmp_path)
    result = run(tmp_path)
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr[-2000:]
