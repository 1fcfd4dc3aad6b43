"""`derive count` starts quickly: what it must not import, and how long it takes beside Python's own start."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

HEAVY = (
    "sympy", "mpmath", "pandas", "numpy", "mkdocs", "material", "jinja2", "markdown", "yaml", "dukpy", "matplotlib",
    "babel", "asyncio", "http", "ssl", "pydoc", "unittest", "logging.config", "random", "importlib.metadata",
    "derivations.lora.course", "derivations.lora.architecture.formulas", "derivations.language", "derivations.prose",
)
"""Modules that no counting needs."""

MOST_SECONDS = 0.1
"""What an answer may take beyond `python -c pass`, in processor time, on a machine that imports Click in CLICK seconds."""

CLICK = 0.035

COMMANDS = (["--help"], ["count", "llama-2-7b", "--rank", "8"], ["count", "gpt2", "-r", "8", "--json"],
            ["count", "mixtral-8x7b", "-r", "8"], ["rank", "llama-2-7b", "--budget", "40MB"], ["models"])


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_nothing_heavy_is_imported(arguments):
    script = (f"import sys; sys.argv = ['derive', *{arguments!r}]\n"
              "from derivations.cli import main\n"
              "try: main()\n"
              "except SystemExit: pass\n"
              "print(*sys.modules, file=sys.stderr)")
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert "click" in loaded
    assert not loaded & set(HEAVY)


def seconds(command: list[str]) -> float:
    """Give the least processor time of some runs."""
    least = float("inf")
    for _ in range(7):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
        least = min(least, usage.ru_utime + usage.ru_stime)
    return least


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="processor time of a child is asked of the system")
def test_an_answer_takes_little_more_than_pythons_own_start(tmp_path):
    prefix = ["-X", f"pycache_prefix={tmp_path}"]                   # compiled once, as an installed package is
    environment = os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        started = seconds([sys.executable, *prefix, "-c", "pass"])
        click = seconds([sys.executable, *prefix, "-c", "import click"])
        answered = seconds([sys.executable, *prefix, "-m", "derivations.cli", "count", "llama-2-7b", "--rank", "8"])
    finally:
        if environment is not None:
            os.environ["PYTHONDONTWRITEBYTECODE"] = environment
    busy = max(1, (click - started) / CLICK)
    assert answered - started < MOST_SECONDS * busy
