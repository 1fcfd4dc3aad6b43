"""What the tests of trust share: how much is tried, and the record of it that `make nightly` writes.

`make test` tries few of everything, at fixed seeds; `make nightly` tries many and records how many, and
tests/house/trust_page.py puts the record into the pages. `make nightly NIGHTLY=0.1` tries a tenth of the many.
"""

import os
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
