"""Whether every formula that is written by hand can be typeset."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from derivations.language import FormError, Language
from derivations.library import Library
from derivations.text.expression import Printed
from derivations.text.finding import Finding
from derivations.text.scan import Kind, Segment
from derivations.text.text import Text


def check(library: Library) -> Iterator[Finding]:
    """Typeset the formulas of every text, as the site does; without a site there is nothing to ask."""
    if library.typeset is not None:
        yield from library.not_passed("formulas", partial(_refused, library.typeset, library.languages))


def _refused(typeset: Callable[[str, bool], Any], languages: Mapping[str, Language], text: Text) -> Iterator[Finding]:
    """Find the formulas of a text that can't be typeset."""
    for segment in text.scan.segments:
        if segment.kind is Kind.MATH:
            try:
                typeset(_tex(text, segment, languages[text.language]), segment.display)
            except FormError:                              # said by the check of bindings
                continue
            except ValueError as fault:
                yield text.finding(segment.start, str(fault))


def _tex(text: Text, segment: Segment, language: Language) -> str:
    out = []
    for part in segment.parts:
        bound = text.holes[part.start].bound if part.kind is Kind.HOLE else None
        if part.kind is Kind.TEXT:
            out.append(part.content)
        elif isinstance(bound, Printed):
            out.append(bound.written(language).tex)
    return "".join(out).strip()
