"""A fault found in a page: where it is, what it is, and what to write instead.

Every check of the gate gives a list of these and raises nothing, so that one run names all faults of both
languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from derivations.terminal import LONGEST, visible

_ENDS = re.compile(r"[\t\n\r]+")


@dataclass(frozen=True, order=True)
class Finding:
    """One fault. `path` is relative to the project's root; line and column count from one, in characters."""

    path: str
    line: int
    column: int
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """Give it as one line that no terminal runs, its message cut where it gets long."""
        hint = f" ({self.hint})" if self.hint else ""
        said = visible(_ENDS.sub(" ", f"{self.path}:{self.line}:{self.column}: {self.message[:LONGEST]}"))
        room = LONGEST - min(len(hint), LONGEST // 2)
        whole = (said if len(said) <= room else said[: room - 1] + "…") + visible(_ENDS.sub(" ", hint))
        return whole if len(whole) <= LONGEST else whole[: LONGEST - 1] + "…"


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort by place and drop repetitions: a fault is said once, however many checks met it."""
    return sorted(set(findings))


class WordFault(ValueError):
    """A text of the course that is missing or can't be written: which key, and why."""


class TextFault(WordFault):
    """A text of the course that can't be written for a fault of its own."""
