"""How soon `derive count` answers, beside Python's own start and an import of the libraries that could answer as well.

    python -m tests.benchmarks.counting

The reference libraries are timed where `make oracle` has put them; elsewhere their line says that they aren't there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

BUDGET = 0.100
"""Seconds that an answer may take beyond Python's own start."""

REFERENCE = Path(".cache/oracle/bin/python")
RUNS = 9


def measured(commands: dict[str, list[str]], runs: int = RUNS) -> dict[str, tuple[float, float]]:
    """Give each command's least wall-clock and processor time, in seconds; they take turns, so that all wait alike."""
    found = dict.fromkeys(commands, (float("inf"), float("inf")))
    for _ in range(runs):
        for name, command in commands.items():
            start = time.perf_counter()
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            _, _, usage = os.wait4(process.pid, 0)
            process.returncode = 0
            wall, processor = found[name]
            found[name] = (min(wall, time.perf_counter() - start), min(processor, usage.ru_utime + usage.ru_stime))
    return found


def main() -> int:
    """Print the measurements; give 1 if the budget is overdrawn."""
    derive = [sys.executable, "-m", "derivations.cli"]
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "import click": [sys.executable, "-c", "import click"],
        "derive --help": [*derive, "--help"],
        "derive count llama-2-7b": [*derive, "count", "llama-2-7b", "--rank", "8"],
        "derive count mixtral-8x7b": [*derive, "count", "mixtral-8x7b", "--rank", "8"],
        "derive models": [*derive, "models"],
        "import sympy": [sys.executable, "-c", "import sympy"],
    }
    found = measured(commands)
    if REFERENCE.exists():
        reference = [str(REFERENCE), "-c", "import torch, transformers, peft"]
        found |= measured({"import the reference libraries": reference}, runs=2)
    start = found["python -c pass"]
    print(f"{'':34}{'wall':>10}{'processor':>12}{'beyond start':>14}")
    for name, (wall, processor) in found.items():
        print(f"{name:34}{wall * 1000:8.0f} ms{processor * 1000:9.0f} ms{(wall - start[0]) * 1000:11.0f} ms")
    if not REFERENCE.exists():
        print("import the reference libraries: not here; `make oracle` installs them")
    beyond = found["derive count llama-2-7b"][1] - start[1]
    print(f"an answer takes {beyond * 1000:.0f} ms of processor time beyond Python's start; the budget is {BUDGET * 1000:.0f} ms")
    return int(beyond > BUDGET)


if __name__ == "__main__":
    sys.exit(main())
