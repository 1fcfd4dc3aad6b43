"""The scripts of the engine's blocks, and how a drawing looks by itself."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent
ELEMENTS = _HERE / "elements.js"
"""What the other scripts make pages with."""
ARITHMETIC = _HERE / "arithmetic.js"
ANSWERS = _HERE / "answers.js"
NUMBERS = _HERE / "numbers.js"
"""What opens a printed value, or a cell."""
DRILLS = _HERE / "drills.js"
TABLES = _HERE / "tables.js"
PLOTS = _HERE / "plots.js"
FILE = _HERE / "file.css"
"""How a drawing looks that is a file of its own."""
