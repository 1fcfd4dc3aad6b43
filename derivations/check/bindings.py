"""Whether what a hole is bound to can be written where it stands, in the form asked for: blocks too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from derivations.language import evaluated
from derivations.library import Library
from derivations.text.expression import BlockCall, Printed, Stated
from derivations.text.finding import Finding, TextFault
from derivations.text.page import Page
from derivations.text.scan import Kind
from derivations.text.text import Hole, Text
from derivations.text.words import FAULTS
from derivations.wording import place_of

_OPENING = re.compile(r"\{\{[=%#]")


def check(library: Library) -> Iterator[Finding]:
    """Write every hole of every text by itself."""
    shared = any(text.findings for text in library.texts)

    def look(text: Text) -> Iterator[Finding]:
        yield from (*_left_standing(text), *_out_of_place(text))
        for at, hole in text.holes.items():
            try:
                _write(library, text, hole)
            except TextFault as fault:                     # said at the text's own place, unless it has none there
                yield from () if shared else (text.finding(at, str(fault)),)
            except FAULTS as fault:
                yield text.finding(at, str(fault), getattr(fault, "hint", ""))

    yield from library.not_passed("bindings", look)
    yield from _unshown(library)


def _unshown(library: Library) -> Iterator[Finding]:
    """Write what is published though no page shows it: each plot and each drill has files of its own."""
    shown = {(call, page.language) for page in library.pages.values() for call in page.blocks()}
    for call in library.published():
        for code, language in library.languages.items():
            if (call, code) in shown:
                continue
            try:
                library.block(call, language)
            except FAULTS as fault:
                mine = (key for key in library.course.words[code] if key.startswith(f"{call.kind}.{call.name}."))
                yield Finding(*place_of(library.course, code, next(mine, "")), str(fault), getattr(fault, "hint", ""))


def _write(library: Library, text: Text, hole: Hole) -> None:
    bound, language = hole.bound, library.languages[text.language]
    if isinstance(bound, BlockCall):
        if (bound.kind, bound.name) not in library.names.faulty:
            library.block(bound, language)
    elif isinstance(bound, Printed):
        bound.written(language)
        if any(form.name == "to" for form in bound.forms):                    # its derivation has the unit's symbol
            language.check(evaluated(bound.forms), bound.source.unit)


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
            yield text.finding(at, message)


def _left_standing(text: Text) -> Iterable[Finding]:
    """Find where taking a comment or a tag out would leave the beginning of a hole standing."""
    tail = ""
    for segment in text.scan.segments:
        written = segment.kind in (Kind.TEXT, Kind.CODE, Kind.RAW)
        piece = segment.content if written else "" if segment.kind in (Kind.TAG, Kind.COMMENT) else "\n"
        if written and _OPENING.search(tail + piece[:2]):
            yield text.finding(segment.start, "what is taken out before this leaves the beginning of a hole standing",
                               "put a space between the braces")
        tail = (tail + piece)[-2:]
