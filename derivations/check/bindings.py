"""Whether what a hole is bound to can be written where it stands, in the form asked for: blocks too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from derivations.exact import DomainError, Formula, Unequal
from derivations.language import FormError
from derivations.library import Library
from derivations.text.expression import BlockCall, Printed, Stated
from derivations.text.finding import Finding
from derivations.text.page import Page
from derivations.text.scan import Kind
from derivations.text.text import Hole, Text
from derivations.text.words import TextFault, WordFault

_OPENING = re.compile(r"\{\{[=%#]")

def check(library: Library) -> Iterator[Finding]:
    """Write every hole of every text by itself."""
    shared = [finding for text in library.texts for finding in text.findings]
    for text in library.read():
        if "bindings" in text.passed:
            continue
        found = [*_left_standing(text), *_out_of_place(text)]
        for at, hole in text.holes.items():
            try:
                _write(library, text, hole)
            except TextFault as fault:                     # said at the text's own place, unless it has none there
                found += [] if shared else [text.lines.finding(text.path, at, str(fault))]
            except (DomainError, FormError, WordFault, Unequal) as fault:
                found.append(text.lines.finding(text.path, at, str(fault)))
        yield from found
        if not found:
            text.passed.add("bindings")


def _write(library: Library, text: Text, hole: Hole) -> None:
    bound, language = hole.bound, library.languages[text.language]
    if isinstance(bound, BlockCall):
        library.block(bound, language)
    elif isinstance(bound, Printed):
        if isinstance(bound.source, Formula):
            language.formula(bound.source)
        else:
            (language.worked if bound.worked else language.write)(bound.source, bound.forms)


def _out_of_place(text: Text) -> Iterator[Finding]:
    """Find what can't stand in this kind of text."""
    for at, hole in text.holes.items():
        message = ""
        if isinstance(hole.bound, BlockCall | Stated) and (hole.in_math or not isinstance(text, Page)):
            message = "only a value or a formula can stand in math" if hole.in_math else \
                "only values and formulas can stand here, no blocks"
        elif not text.holds:
            message = "no value can stand here"
        if message:
            yield text.lines.finding(text.path, at, message)


def _left_standing(text: Text) -> Iterable[Finding]:
    """Find where taking a comment or a tag out would leave the beginning of a hole standing."""
    tail = ""
    for segment in text.scan.segments:
        written = segment.kind in (Kind.TEXT, Kind.CODE, Kind.RAW)
        piece = segment.content if written else "" if segment.kind in (Kind.TAG, Kind.COMMENT) else "\n"
        if written and _OPENING.search(tail + piece[:2]):
            yield text.lines.finding(text.path, segment.start,
                                     "what is taken out before this leaves the beginning of a hole standing",
                                     "put a space between the braces")
        tail = (tail + piece)[-2:]
