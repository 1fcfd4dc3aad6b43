"""From a bound page to Markdown with marks: what each hole, formula and block of the page is written as."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from html import escape
from types import MappingProxyType
from typing import Any

from derivations.course import Course, Statement
from derivations.exact import Formula, Unequal, Value
from derivations.language import FormError, Language
from derivations.text.boxes import titled
from derivations.text.expression import BlockCall, Printed, Stated
from derivations.text.finding import WordFault
from derivations.text.marks import CLOSE, OPEN, Part, Rendered, tex_html
from derivations.text.page import Page
from derivations.text.scan import Kind, Segment
from derivations.text.spoken import reading
from derivations.text.text import EXAMPLE, Hole, Text
from derivations.text.where import Where

_DOLLAR = re.compile(r"\\[\\`$]")
"""What is escaped: Markdown itself knows no escaped dollar sign."""
NOTHING: Mapping[str, str] = MappingProxyType({})
BlockWriter = Callable[[BlockCall, Language], str]


class Renderer:
    """Renders the pages of one language; `block` writes a block's HTML."""

    def __init__(self, language: Language, course: Course, block: BlockWriter) -> None:
        self.language = language
        self.course = course
        self.where = Where(course, language)
        self.block = block

    def render(self, page: Page, behind: Mapping[str, str] = NOTHING) -> Rendered:
        """Render a page. What can't be written is left out: the check of bindings says so.

        behind  the sections, by id, whose readers are told that another language has moved on, and which
        """
        out = Rendered()
        body = "".join(self._segment(segment, page, out) for segment in page.scan.segments)
        for section, other in sorted(behind.items()):
            body = self._with_notice(body, section, other, out)
        if out.prints:
            heading = self.language.word("values.heading")
            body = f"{body.rstrip()}\n\n## {heading} {{#where}}\n\n{OPEN}{len(out.parts)}{CLOSE}\n"
            out.parts.append(Part("", self._way_to_all(), block=True))
        out.markdown = body
        front = {text.source: self.plain(text) for text in page.front}
        out.meta = {key: _said(value, front) for key, value in page.meta.items() if key != "literals"}
        return out

    def _way_to_all(self) -> str:
        """Say that numbers open, and lead to the page where all of them are."""
        said, name = (escape(self.language.word(f"values.{key}")) for key in ("opens", "all"))
        return f'<p class="where-all">{said} <a href="{{where}}">{name}</a></p>'

    def _with_notice(self, body: str, section: str, other: str, out: Rendered) -> str:
        """Put a notice under a section's heading, with a link to the same section in the other language."""
        name = self.language.name_of(other)
        anchor = f"#{section}" if section else ""
        notice = escape(self.language.word("behind.notice", language=name))
        part = Part("", f'<aside class="behind" role="note"><p>{notice} '
                        f'<a href="{{page-in-{other}}}{anchor}" hreflang="{other}">'
                        f'{escape(self.language.word("behind.link", language=name))}</a></p></aside>', block=True)
        line = rf"^#{{1,6}}[ \t][^\n]*\{{[^{{}}\n]*#{re.escape(section)}(?![\w-])[^{{}}\n]*\}}[^\n]*$"
        heading = re.search(line, body, re.MULTILINE) if section else None
        at = heading.end() if heading else 0
        return f"{body[:at]}\n\n{out.mark(part)}\n\n{body[at:]}"

    def _segment(self, segment: Segment, page: Page, out: Rendered) -> str:
        if segment.kind is Kind.HOLE:
            return self._hole(page.holes[segment.start], out)
        if segment.kind is Kind.MATH:
            before = len(out.prints)
            tex = "".join(
                part.content if part.kind is Kind.TEXT else self._tex(page.holes[part.start], out)
                for part in segment.parts
            ).strip()
            plain = reading(tex)
            html = tex_html(tex, plain, display=segment.display)
            opens = len(out.prints) == before + 1 and not segment.display    # a line of several can't open at each
            linked = self._link(html, out.prints[-1].key, out, says=plain) if opens else html
            return out.mark(Part(plain, linked, segment.display, unlinked=html))
        if segment.kind is Kind.TAG and segment.content.strip() in EXAMPLE:
            return self._example(segment, page)
        if segment.kind in (Kind.TAG, Kind.COMMENT):
            return segment.kept
        if segment.kind is Kind.TEXT:
            return titled(_DOLLAR.sub(lambda found: found[0].replace("\\$", "$"), segment.content), self.language)
        return segment.content

    @staticmethod
    def _example(segment: Segment, page: Page) -> str:
        """Write an example's source where it opens, in code; its result follows as the rest of the page does."""
        if segment.start not in page.examples:
            return "\n\n</div>\n</div>\n"
        start, end = page.examples[segment.start]
        source = page.source[start:end].strip("\n")
        fence = "`" * max(3, 1 + max((len(ticks) for ticks in re.findall("`+", source)), default=0))
        return (f'<div class="example" markdown="1">\n\n{fence} markdown\n{source}\n{fence}\n\n'
                '<div class="shown" markdown="1">\n')

    def _hole(self, hole: Hole, out: Rendered) -> str:
        bound = hole.bound
        with suppress(FormError, WordFault, Unequal):        # said by the check of bindings
            if isinstance(bound, Printed):
                return out.mark(self._printed(bound, hole, out))
            if isinstance(bound, Stated):
                return out.mark(Part(bound.statement.stated, self._quoted(bound.statement)))
            if isinstance(bound, BlockCall):
                return out.mark(Part("", self.block(bound, self.language), block=True))
        return ""

    def _quoted(self, statement: Statement) -> str:
        """Give a document's own words as a quotation, in their language."""
        language = statement.language or self.course.languages[0]
        return f'<q class="stated" lang="{language}">{escape(statement.stated)}</q>'

    def _printed(self, bound: Printed, hole: Hole, out: Rendered) -> Part:
        written = bound.written(self.language)
        unlinked = tex_html(written.tex, written.text) if bound.worked or isinstance(bound.source, Formula) else ""
        if isinstance(bound.source, Formula):
            return Part(written.text, unlinked, unlinked=unlinked)
        key = out.printed(bound.source, bound.forms, written.text, hole.segment)
        html = self._link(unlinked or escape(written.text), key, out, self._called(written.text, bound.source))
        return Part(written.text, html, unlinked=unlinked)

    def _called(self, written: str, value: Value) -> str:
        """Say a number with what it is, for whoever hears it among others: "8" alone is no name."""
        meaning = self.course.words[self.language.code].get(f"formula.{value.formula.name}")
        return f"{written}, {meaning}" if meaning else written

    @staticmethod
    def _link(html: str, key: str, out: Rendered, says: str) -> str:
        """Make the value printed last open: a link to its entry on a page of its own; `says` is its name."""
        named = f' aria-label="{escape(says)}"'
        return (f'<a class="lv" id="n-{len(out.prints)}" href="{{where}}#{key}" data-entry="{out.entries[key]}"{named}>'
                f"{html}</a>")

    def _tex(self, hole: Hole, out: Rendered) -> str:
        """Write a hole inside math: TeX without delimiters."""
        bound = hole.bound
        if not isinstance(bound, Printed):
            return ""
        try:
            written = bound.written(self.language)
        except FormError:                      # said by the check of bindings
            return ""
        if isinstance(bound.source, Value):
            out.printed(bound.source, bound.forms, written.text, hole.segment)
        return written.tex

    def plain(self, text: Text) -> str:
        """Write a text as plain text: its holes written, its tags and comments left out."""
        out = []
        for segment in text.scan.segments:
            if segment.kind is Kind.HOLE:
                bound = text.holes[segment.start].bound
                with suppress(FormError):
                    out.append(bound.written(self.language).text if isinstance(bound, Printed) else "")
            elif segment.kind not in (Kind.TAG, Kind.COMMENT):
                out.append(text.source[segment.start : segment.end])
        return "".join(out)


def _said(value: Any, front: Mapping[str, str]) -> Any:
    """Give a value of front matter with its texts written; those in lists and mappings too."""
    if isinstance(value, dict):
        return {key: _said(inner, front) for key, inner in value.items()}
    if isinstance(value, list):
        return [_said(inner, front) for inner in value]
    return front.get(value, value) if isinstance(value, str) else value
