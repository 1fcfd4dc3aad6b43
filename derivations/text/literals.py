"""Numerals that a page may hold underived, each with its reason: `literals:` in the front matter.

A literal is a text as it stands in the page, `16` or `28 of 30` or `h^2`. It covers the numerals that lie wholly
inside it, so that `16` permits neither `16%` nor `16.5`. A literal that covers nothing is a fault.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from derivations.language.reading.figures import Numeral
from derivations.language.reading.names import Name
from derivations.text.finding import Finding

_OWN_LINE, _INDENTED = re.compile(r"^(?:literals:|\[literals\])", re.MULTILINE), re.compile(r"(?<![\w-])literals:")
"""Where a list of literals begins: in front matter and in TOML, or else among the options of a plugin."""


@dataclass(frozen=True)
class Literal:
    """A text permitted as it is, why, and where in the file it is permitted."""

    text: str
    reason: str
    line: int = 1
    column: int = 1


def read_literals(data: Any, path: str, source: str) -> tuple[list[Literal], list[Finding]]:
    """Read the front matter's `literals`: a mapping of text to reason, or a list of such mappings.

    data    as YAML gave it (None: there are none)
    source  the page's text, in which each literal is looked up for its place
    """
    literals: list[Literal] = []
    findings: list[Finding] = []
    lines = source.split("\n")
    begins = _OWN_LINE.search(source) or _INDENTED.search(source)
    heading = source.count("\n", 0, begins.start()) + 1 if begins else 1
    for key, reason in pairs(data):
        if key is None:
            findings.append(Finding(path, heading, 1, "literals: maps each text to its reason",
                                    'write literals: and below it, indented, "16": the usual choice of α'))
            continue
        line, column = _place(lines, heading, str(key))
        if not isinstance(key, str):
            if isinstance(key, float) or not isinstance(key, int) or isinstance(key, bool):
                findings.append(Finding(path, line, column, f"the literal {key} needs quotation marks",
                                        "YAML would change how it is written"))
                continue
            key = str(key)  # noqa: PLW2901
        if not key.strip():
            findings.append(Finding(path, line, column, "an empty literal permits nothing"))
        elif not isinstance(reason, str) or not reason.strip():
            findings.append(Finding(path, line, column, f"the literal {key!r} has no reason",
                                    f'write "{key}": why it is not derived'))
        else:
            literals.append(Literal(key, reason.strip(), line, column))
    return literals, findings


def pairs(data: Any) -> Iterator[tuple[Any, Any]]:
    """Give (text, reason); (None, None) for what has another form."""
    if data is None:
        return
    for entry in data if isinstance(data, list) else [data]:
        if isinstance(entry, dict) and {"text", "reason"} == set(entry):
            yield entry["text"], entry["reason"]
        elif isinstance(entry, dict):
            for key, reason in entry.items():
                yield ("" if key is None else key), reason
        elif isinstance(entry, str | int | float):
            yield entry, None
        else:
            yield None, None


def _place(lines: Sequence[str], heading: int, key: str) -> tuple[int, int]:
    """Give line and column of a literal in YAML or in TOML; of its heading where it can't be found."""
    first = lines[heading - 1]
    indent = len(first) - len(first.lstrip(" "))
    ends = r"---|\.\.\.|\[" + ("" if first.startswith("[") else rf"| {{0,{indent}}}[^\s-]")
    for number, line in enumerate(lines[heading - 1:], heading):
        if number > heading and re.match(ends, line):
            break
        at = line.find(key, max(line.find("literals"), 0) + len("literals") if number == heading else 0)
        if at >= 0 and (key or number > heading):
            return number, at + 1
    return heading, indent + 1


def cover(
    literals: Iterable[Literal], text: str, numerals: Sequence[Numeral], names: Sequence[Name],
) -> tuple[list[Numeral], list[Numeral], list[Literal]]:
    """Part the numerals of a text: those that no literal covers, those that one does, and the literals unused.

    A literal may cover what passes as a name anyway.
    """
    covered: set[Numeral] = set()
    unused = []
    for literal in literals:
        spans = [match.span() for match in _pattern(literal.text).finditer(text)]
        mine = _inside(numerals, spans)
        covered |= mine
        if not mine and not any(start < name.end and name.start < end for start, end in spans for name in names):
            unused.append(literal)
    return (
        [numeral for numeral in numerals if numeral not in covered],
        [numeral for numeral in numerals if numeral in covered],
        unused,
    )


def unused_findings(unused: Iterable[Literal], path: str) -> list[Finding]:
    """Say which literals permit nothing where they are listed."""
    return [
        Finding(path, literal.line, literal.column, f"the literal {literal.text!r} covers no numeral here",
                "remove it, or write it exactly as the text does")
        for literal in unused
    ]


@cache
def _pattern(literal: str) -> re.Pattern[str]:
    """Give the pattern of a literal: its words, and no piece of a longer word or number."""
    words = r"\s+".join(re.escape(word) for word in literal.split())
    first, last = literal.strip()[0], literal.strip()[-1]
    before = r"(?<!\w)" if first.isalpha() else r"(?<!\d)" if first.isdecimal() else ""
    after = r"(?!\w)" if last.isalpha() else r"(?!\d)" if last.isdecimal() else ""
    return re.compile(before + words + after)


def _inside(numerals: Sequence[Numeral], spans: Sequence[tuple[int, int]]) -> set[Numeral]:
    """Give the numerals that lie inside one of the spans, which are in order and don't overlap."""
    starts = [start for start, _ in spans]
    return {one for one in numerals if (at := bisect_right(starts, one.start)) and one.end <= spans[at - 1][1]}
