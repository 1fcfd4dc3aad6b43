"""What the tests of trust share: how much is tried, and the record of it that `make nightly` writes.

`make test` tries few of everything, at fixed seeds; `make nightly` tries many and records how many, and
tests/house/trust_page.py puts the record into the pages. `make nightly NIGHTLY=0.1` tries a tenth of the many.
"""

import os
import re
from pathlib import Path

NIGHTLY = float(os.environ.get("NIGHTLY", "0"))
RECORD = Path(__file__).parent / "house" / "trust"


def short_or_long(short, long):
    """Give how many are tried now."""
    return max(short, int(long * NIGHTLY))


def tried(name, number):
    """Record that so many were tried and none failed: a test says so at its end, and that's the end only of one that held."""
    if NIGHTLY:
        path = RECORD / f"{name}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{number}\n", encoding="utf-8")


def trials():
    """Give the tests that record what they tried, by name: each once, wherever it stands."""
    for path in sorted(Path(__file__).parent.rglob("test_*.py")):
        for found in re.finditer(r"^def (test_\w+)\(.*\n(?:(?![^\s#)]).*\n)*?    .*tried\(\"[a-z]", path.read_text(encoding="utf-8"), re.MULTILINE):
            yield f"{path.relative_to(Path(__file__).parents[1]).as_posix()}::{found[1]}"


if __name__ == "__main__":
    print(*trials())
