"""The course's words (questions, hints, reasons): short texts with the same holes as a page, written as inline HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape

from derivations.course import Course
from derivations.exact import DomainError, Formula, Unequal
from derivations.language import FormError, Language, Written
from derivations.nearest import nearest
from derivations.text.expression import ExpressionFault, Printed, Reader
from derivations.text.finding import TextFault, WordFault
from derivations.text.marks import tex_html
from derivations.text.names import Names
from derivations.text.scan import Kind, Segment, scan
from derivations.text.spoken import reading

_EMPHASIS = re.compile(r"(?<![*\w])\*([^*\s][^*\n]*)\*(?![*\w])")

FAULTS = (DomainError, FormError, Unequal, WordFault)
"""What an author's formulas, forms and words can't do; anything else that fails is a fault of ours."""


class Words:
    """Writes the course's words in one language."""

    def __init__(self, course: Course, language: Language) -> None:
        self.texts: Mapping[str, str] = course.words[language.code]
        self.language = language

    def text(self, key: str, **blanks: str) -> str:
        """Give a text of the course's words, its [blanks] filled; raises `WordFault` naming the nearest key."""
        self.demand([key])
        text = self.texts[key]
        for name, said in blanks.items():
            text = text.replace(f"[{name}]", said)
        return text

    def demand(self, keys: Iterable[str]) -> None:
        """Raise `WordFault` that names all of these texts that are missing."""
        if missing := [key for key in keys if key not in self.texts]:
            raise WordFault(f"words/{self.language.code}.toml has no {', '.join(map(repr, missing))}"
                            f"{nearest(missing[0], self.texts)}")

    def html(self, key: str, names: Names) -> str:
        """Give a text as inline HTML, with its holes written and its math marked."""
        found = scan(self.text(key))
        if found.faults:
            raise TextFault(f"words/{self.language.code}.toml, '{key}': {found.faults[0].message}")
        try:
            return "".join(self._segment(segment, names) for segment in found.segments)
        except (ExpressionFault, FormError) as fault:
            raise TextFault(f"words/{self.language.code}.toml, '{key}': {fault}") from None

    def plain(self, text: str, names: Names) -> str:
        """Give a text with its holes written, as plain text; raises `TextFault`."""
        try:
            return "".join(self._hole(segment, names)[0].text if segment.kind is Kind.HOLE else segment.content
                           for segment in scan(text).segments)
        except (ExpressionFault, FormError) as fault:
            raise TextFault(f"‘{text}’: {fault}") from None

    def _segment(self, segment: Segment, names: Names) -> str:
        if segment.kind is Kind.HOLE:
            written, as_math = self._hole(segment, names)
            if as_math:
                return tex_html(written.tex, written.text)
            return f'<span class="value">{escape(written.text)}</span>' if written.text else ""
        if segment.kind is Kind.MATH:
            tex = "".join(part.content if part.kind is Kind.TEXT else self._hole(part, names)[0].tex
                          for part in segment.parts)
            return tex_html(tex, reading(tex), display=segment.display)
        if segment.kind is Kind.CODE:
            return f"<code>{escape(segment.content.strip('`').strip())}</code>"
        if segment.kind in (Kind.TAG, Kind.COMMENT):
            return ""
        return _EMPHASIS.sub(r"<em>\1</em>", escape(segment.content))

    def _hole(self, hole: Segment, names: Names) -> tuple[Written, bool]:
        """Write what a hole binds, and say whether it is set as a formula."""
        bound = Reader(hole.content, names).hole()
        if not isinstance(bound, Printed):                   # said by the check of bindings
            return Written("", ""), False
        return bound.written(self.language), bound.worked or isinstance(bound.source, Formula)
