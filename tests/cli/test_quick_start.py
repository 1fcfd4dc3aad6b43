"""`derive count` starts quickly: what it must not import. How long it takes, `make bench` says."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "sympy", "mpmath", "pandas", "numpy", "mkdocs", "material", "jinja2", "markdown", "yaml", "quickjs", "matplotlib",
    "babel", "asyncio", "http", "ssl", "pydoc", "unittest", "logging.config", "random", "importlib.metadata",
    "derivations.lora.course", "derivations.lora.families", "derivations.language", "derivations.text",
    "derivations.counting.logged", "derivations.counting.explained", "derivations.counting.memory", "derivations.counting.filed", "pathlib",
)
"""Modules that no counting needs."""

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
