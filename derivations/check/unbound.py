"""The numeral check of one text: what is neither bound, nor a name, nor a literal, and what breaks a custom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from derivations.check.customs import Custom, agreement, beside_values, customs, false_words
from derivations.check.suggestions import Reach
from derivations.check.unreadable import unreadable
from derivations.exact import Exact, Value
from derivations.language import Language
from derivations.language.reading.figures import Numeral
from derivations.language.reading.markup import quotations, without
from derivations.language.reading.reader import Reader
from derivations.text.expression import Printed
from derivations.text.finding import Finding, in_order
from derivations.text.literals import Literal, cover
from derivations.text.scan import Kind
from derivations.text.text import Hole, Text

_NAMED = re.compile(r"(?<!\d)[A-ZÀ-ÖØ-Þ][\w’'-]{3,}[ \u00a0]\Z")
_DIGIT_BEFORE, _DIGIT_BEHIND = re.compile(r"(?:\d[.,'’\u202f]?|%)\Z"), re.compile(r"[.,'’\u202f]?\d")
_LONGEST = 40
"""How long a name before a figure may be."""
Claimed = tuple[int, int, Sequence[Exact] | None]
"""A stretch whose numerals a claim binds, and their values; None where the claim compares them itself."""
_BEHIND = 60
"""How far behind a numeral its unit is looked for."""


@dataclass(frozen=True)
class Verdict:
    """What the check found, what breaks a custom, and which literals cover nothing here."""

    findings: list[Finding]
    customs: list[Custom]
    unused: list[Literal]


def check(
    text: Text, reader: Reader, *, literals: Sequence[Literal] = (), bound: Sequence[Claimed] = (),
    nouns: Iterable[str] = (), reach: Reach | None = None, language: Language | None = None,
) -> Verdict:
    """Check one text.

    bound  what claims bind
    nouns  what is counted
    reach  the values to suggest, written in `language`
    """
    segments, seen, code = text.scan.segments, text.readable, text.language
    math = [(one.inner, one.inner + len(one.content)) for one in segments if one.kind is Kind.MATH]
    values = [(one.start, one.end) for one in segments if one.kind is Kind.HOLE and _printed(text.holes.get(one.start))]
    reading = reader.read(seen, math, text.fate)
    claimed = [numeral for numeral in reading.numerals if _within(numeral, bound)]
    free = [numeral for numeral in reading.numerals if not _within(numeral, bound)]
    left, literal, unused = cover(literals, seen, free, reading.names)
    breaches = [replace(breach, replacement=None) if _doubtful(numeral, seen) or (
                    numeral.kind != "math" and _changes(breach, seen, reader)) else breach
                for numeral in left for breach in customs(numeral, code)]
    breaches += [breach for numeral in [*literal, *claimed] for breach in customs(numeral, code, literal=True)]
    breaches += false_words(without(quotations(seen), reading.visible), code)
    breaches += agreement(reading.visible, sorted(set(nouns)), code)
    breaches += beside_values(text.source, reading.visible, values, code)
    findings = [_unbound(text, numeral, reach, language) for numeral in left]
    findings += [text.finding(breach.start, breach.message, breach.hint) for breach in breaches]
    return Verdict(in_order([*findings, *unreadable(text)]), breaches, unused)


def _unbound(text: Text, numeral: Numeral, reach: Reach | None, language: Language | None) -> Finding:
    behind = text.readable[numeral.start : numeral.end + _BEHIND]
    measured = reach.measured(numeral, behind, language) if reach is not None and language is not None else None
    instead = measured or (reach.suggest(numeral) if reach is not None else None)
    where = "[literals]" if text.path.endswith(".toml") else "literals:"
    if instead:
        hint = f"write {instead}"
    elif numeral.kind == "math":
        hint = f"write a hole inside the formula, or list it under {where} with a reason"
    else:
        hint = f"bind it, or list it under {where} with a reason"
    shown = numeral.text.replace("\n", " ")
    return text.finding(numeral.start, f"the numeral {shown} is not derived", hint)


def _doubtful(numeral: Numeral, text: str) -> bool:
    """Whether no machine mends it: it may be a name's, as in Vole 3.5, or its hyphen an item's, or a range's: 2%-3%."""
    if _DIGIT_BEFORE.search(text, max(0, numeral.start - 2), numeral.start) or _DIGIT_BEHIND.match(text, numeral.end):
        return True
    named = _NAMED.search(text, max(0, numeral.start - _LONGEST), numeral.start) is not None
    begins = not text[:numeral.start].rpartition("\n")[2].strip(" \t>")
    return (named and numeral.kind == "figure") or (begins and numeral.text.startswith("-"))


def _changes(breach: Custom, text: str, reader: Reader) -> bool:
    """Whether its paragraph would name other numbers if it were mended, as beside digits or behind a name's word."""
    if breach.replacement is None:
        return False
    start, end = text.rfind("\n\n", 0, breach.start) + 1, text.find("\n\n", breach.end)
    before, after = text[start:breach.start], text[breach.end : end if end >= 0 else len(text)]
    said, mended = ([numeral.value for numeral in reader.read(before + own + after).numerals]
                    for own in (text[breach.start:breach.end], breach.replacement))
    return said != mended


def _printed(hole: Hole | None) -> bool:
    """Whether a figure is printed for it, as far as is known."""
    return hole is None or (isinstance(hole.bound, Printed) and isinstance(hole.bound.source, Value))


def _within(numeral: Numeral, bound: Sequence[Claimed]) -> bool:
    return any(start <= numeral.start and numeral.end <= end and (values is None or numeral.value in values)
               for start, end, values in bound)
