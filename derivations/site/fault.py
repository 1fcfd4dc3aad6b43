"""How a fault looks to the one who can mend it: a box in the served page, a line in the terminal.

A live server must not raise, for every page would then hang; so the page itself says what is wrong and where.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from derivations.places import Lines
from derivations.site.math import MathError
from derivations.text.finding import Finding


def box(findings: Sequence[Finding], title: str) -> str:
    """HTML of the box. It is one block, so Markdown passes it through as it is."""
    items = "".join(
        f"<li><code>{escape(finding.path)}:{finding.line}:{finding.column}</code> {escape(finding.message)}"
        + (f" <em>{escape(finding.hint)}</em>" if finding.hint else "")
        + "</li>"
        for finding in findings
    )
    return f'<div class="fault" role="alert"><p><strong>{escape(title)}</strong></p><ol>{items}</ol></div>'


def inline(finding: Finding) -> str:
    """HTML of one fault inside a sentence, in the place of a formula that can't be typeset."""
    place = f"<code>{escape(finding.path)}:{finding.line}:{finding.column}</code>"
    return f'<strong class="fault" role="alert">{place} {escape(finding.message)}</strong>'


def report(findings: Sequence[Finding]) -> str:
    """The text that ends a failed build: a line for each fault."""
    count = "1 fault" if len(findings) == 1 else f"{len(findings)} faults"
    return "\n".join([f"{count}, nothing to publish:", *(str(finding) for finding in findings)])


def of_math(error: MathError, path: str, source: str, at: str) -> Finding:
    """A refused formula as a finding; `at` is "line:column" if known, else the source is searched for it."""
    line, _, column = at.partition(":")
    if line.isdigit() and column.isdigit():
        return Finding(path, int(line), int(column), str(error))
    offset = max(source.find(error.tex), 0)
    return Finding(path, *Lines(source).place(offset), str(error))
