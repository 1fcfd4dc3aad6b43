"""A fault found in a page: where it is, what it is, and what to write instead.

Every check of the gate gives a list of these and raises nothing, so that one run names all faults of both
languages.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Finding:
    """One fault. `path` is relative to the project's root; line and column count from one, in characters."""

    path: str
    line: int
    column: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.path}:{self.line}:{self.column}: {self.message}{hint}"


class Lines:
    """Turns offsets in one text into lines and columns; each question costs a binary search."""

    def __init__(self, text: str) -> None:
        self._starts = [0]
        at = text.find("\n")
        while at >= 0:
            self._starts.append(at + 1)
            at = text.find("\n", at + 1)

    def place(self, offset: int) -> tuple[int, int]:
        """Give the line and the column of an offset, both counted from one."""
        line = bisect_right(self._starts, max(offset, 0))
        return line, max(offset, 0) - self._starts[line - 1] + 1

    def finding(self, path: str, offset: int, message: str, hint: str = "") -> Finding:
        """Give a finding at an offset of the text."""
        line, column = self.place(offset)
        return Finding(path, line, column, message, hint)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort by place and drop repetitions: a fault is said once, however many checks met it."""
    return sorted(set(findings))
