"""Puts the mistakes into docs/*/gate.md: what is written, what the gate says, and what to write instead.

    python tests/check/gate_page.py

The first cell of a row, which names the mistake, is the page's own; the other three are what was tried just now.
"""

import re
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from mistakes import MISTAKES, text_of, try_all

DOCS = Path(__file__).parents[2] / "docs"


def path_of(language):
    """Give where a language's page is."""
    return DOCS / language / "gate.md"


def page_of(text, tried):
    """Give a page with its rows made anew, in order."""
    rest = iter(MISTAKES)

    def row(found):
        one = next(rest)
        said = text_of(tried[one.name].of(one)[0]).replace(f"/{one.name}.md", "/page.md")
        return f"| {found[1]} | {' | '.join(map(code, (one.written, said, one.mend)))} |"

    made = re.sub(r"(?m)^\| ([^|`]+?) \| `.*\|$", row, text)
    assert next(rest, None) is None, "a mistake has no row: write its first cell, with a code behind it"
    return made


def code(text):
    """Write code for a cell of a table."""
    text = " ⏎ ".join(part.strip() for part in re.split(r"\n+", text)).replace("|", "\\|")
    return f"`` {text} ``" if "`" in text else f"`{text}`"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        found = try_all(Path(folder))
    for each in ("en", "es"):
        path_of(each).write_text(page_of(path_of(each).read_text(encoding="utf-8"), found), encoding="utf-8")
