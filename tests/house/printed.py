"""What the course's pages print, kept beside the tests: `make printed` writes it anew, and a diff shows what moved.

A page's line has the expression as the author wrote it, with its forms, and the text that readers see. A number's form
may differ between languages, so no other check sees when one changes; this list does.
"""

import sys
from pathlib import Path

from derivations.project import Project

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("printed.txt")


def printed(book):
    """List what each page prints: page by page, in the order of the alphabet, each line once."""
    lines = {f"{entry.page}: {{{{= {entry.expression} }}}} → {entry.printed}" for entry in book.ledger()}
    return "".join(f"{line}\n" for line in sorted(lines))


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    LIST.write_text(printed(Project(ROOT).book()), encoding="utf-8")
