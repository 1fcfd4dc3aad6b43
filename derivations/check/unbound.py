"""The numeral check of one page: what is neither bound, nor a name, nor a literal, and what breaks a custom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from derivations.check.customs import Custom, agreement, beside_values, customs, false_words
from derivations.check.suggestions import Reach
from derivations.check.unreadable import Unread, unread, unreadable
from derivations.language import Language
from derivations.language.reading.figures import Numeral
from derivations.language.reading.markup import UNKNOWN, Fate, quotations, without
from derivations.language.reading.reader import Reader, Reading, Span
from derivations.text.finding import Finding, Lines, in_order
from derivations.text.literals import Literal, cover

_BEHIND = 60
"""How far behind a numeral its unit is looked for."""


@dataclass(frozen=True)
class Passage:
    """A text to check, character for character as long as its source.

    text    code, comments, holes and tags blanked
    math    stretches of hand-written TeX, without their delimiters, in order
    values  stretches of the holes
    bound   stretches whose numerals a claim binds
    fate    what Markdown prints of the text
    """

    path: str
    language: str
    text: str
    lines: Lines
    math: Sequence[Span] = ()
    values: Sequence[Span] = ()
    bound: Sequence[Span] = ()
    literals: Sequence[Literal] = ()
    fate: Fate = UNKNOWN


@dataclass(frozen=True)
class Verdict:
    """What the check found, what it passed over as a name, and what it could not read."""

    findings: list[Finding]
    reading: Reading
    unread: list[Unread]
    customs: list[Custom] = field(default_factory=list)
    unused: list[Literal] = field(default_factory=list)


def check(passage: Passage, reader: Reader, reach: Reach | None = None, nouns: Iterable[str] = (),
          language: Language | None = None) -> Verdict:
    """Check one passage. `reach` holds the values to suggest, written in `language`; `nouns` are what is counted."""
    reading = reader.read(passage.text, passage.math, passage.fate)
    free = [numeral for numeral in reading.numerals if not _within(numeral, passage.bound)]
    bound = [numeral for numeral in reading.numerals if _within(numeral, passage.bound)]
    left, literal, unused = cover(passage.literals, passage.text, free, reading.names)
    findings = [_unbound(passage, numeral, reach, language) for numeral in left]
    breaches = [breach for numeral in left for breach in customs(numeral, passage.language)]
    breaches += [
        breach for numeral in [*literal, *bound] for breach in customs(numeral, passage.language, literal=True)
    ]
    breaches += _in_context(passage, reading.visible, sorted(set(nouns)))
    findings += [passage.lines.finding(passage.path, b.start, b.message, b.hint) for b in breaches]
    holes = unread(passage.text)
    findings += unreadable(passage.path, passage.lines, holes)
    return Verdict(in_order(findings), reading, holes, breaches, unused)


def _in_context(passage: Passage, visible: str, nouns: Sequence[str]) -> list[Custom]:
    """Find the breaches that lie between words."""
    unquoted = without(quotations(passage.text), visible)
    found = false_words(unquoted, passage.language) + agreement(visible, nouns, passage.language)
    return found + beside_values(passage.text, passage.values, passage.language)


def _unbound(passage: Passage, numeral: Numeral, reach: Reach | None, language: Language | None) -> Finding:
    shown = numeral.text.replace("\n", " ")
    behind = passage.text[numeral.start : numeral.end + _BEHIND]
    measured = reach.measured(numeral, behind, language) if reach is not None and language is not None else None
    instead = measured or (reach.suggest(numeral) if reach is not None else None)
    where = "[literals]" if passage.path.endswith(".toml") else "literals:"
    if instead:
        hint = f"write {instead}"
    elif numeral.kind == "math":
        hint = f"write a hole inside the formula, or list it under {where} with a reason"
    else:
        hint = f"bind it, or list it under {where} with a reason"
    return passage.lines.finding(passage.path, numeral.start, f"the numeral {shown} is not derived", hint)


def _within(numeral: Numeral, spans: Sequence[Span]) -> bool:
    return any(start <= numeral.start and numeral.end <= end for start, end in spans)
