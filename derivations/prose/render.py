"""From a bound page to Markdown with marks, and from Markdown's HTML to the page a reader sees.

Markdown never sees a value, a formula or a block: each is a mark, one private-use character pair around a number, which
no Markdown rule touches and which stands in headings, table cells and alternative texts alike. After Markdown the marks
are replaced by what belongs there: a link to the value's entry in running text, plain text in headings and attributes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from html import escape
from typing import Any

from derivations.course import Course, source_in
from derivations.exact import Exact, Formula, Value
from derivations.language import FORMS, Form, FormError, Language
from derivations.prose.code import python, sympy_text
from derivations.prose.expression import BlockCall, Bound, Printed, Stated
from derivations.prose.page import Hole, Page
from derivations.prose.reading import reading
from derivations.prose.scan import Kind, Segment

_EXACT = (Form("exact"),)
OPEN, CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{OPEN}(\\d+){CLOSE}")
_BLOCK = re.compile(f"<p>\\s*{OPEN}(\\d+){CLOSE}\\s*</p>")
_TOKEN = re.compile(f"{OPEN}(?P<mark>\\d+){CLOSE}|<(?P<close>/?)(?P<tag>[a-zA-Z][\\w-]*)[^>]*>")
_BACK = re.compile(r'<a class="back" href="#(n-\d+)">[^<]*</a>')
_ID = re.compile(r'<[^<>]*?\sid="([^"]+)"')
_PLAIN_INSIDE = re.compile(r"(?:h[1-6]|a|button|summary|title|option|label)\Z")


@dataclass(frozen=True)
class Part:
    """What stands behind a mark: its plain text, its HTML in running text, and whether it is a block of its own."""

    plain: str
    html: str
    block: bool = False


@dataclass(frozen=True)
class Print:
    """One printed value: where, what, in which forms, and the text a reader sees."""

    value: Value
    forms: tuple[Form, ...]
    text: str
    offset: int
    expression: str
    key: str


@dataclass
class Rendered:
    """A page's Markdown with marks, its front matter with holes written, the parts behind the marks.

    entries  the number that each value has in the page's list of values, by its key
    """

    markdown: str = ""
    meta: dict[str, Any] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    prints: list[Print] = field(default_factory=list)
    entries: dict[str, int] = field(default_factory=dict)

    def mark(self, part: Part) -> str:
        """Keep a part and give the mark that stands for it."""
        self.parts.append(part)
        return f"{OPEN}{len(self.parts) - 1}{CLOSE}"

    def entry(self, key: str) -> int:
        """Give a value's number in the page's list of values."""
        return self.entries.setdefault(key, len(self.entries) + 1)

    def plain(self, text: str) -> str:
        """Replace marks by plain text: for titles, tables of contents and attributes."""
        return _MARK.sub(lambda found: self.parts[int(found[1])].plain, text)


BlockWriter = Callable[[BlockCall, Language], str]


def value_key(value: Value) -> str:
    """Give the id of a value, the same wherever it is printed: its formula and its inputs."""
    inputs = "-".join(f"{name}{_slug(number)}" for name, number in value.inputs.items())
    return f"v-{value.formula.name.replace('.', '-')}" + (f"-{inputs}" if inputs else "")


def _slug(number: Exact) -> str:
    return re.sub(r"[^\w]+", "-", str(number))


def tex_html(tex: str, plain: str, *, display: bool = False) -> str:
    """Give the element that the site fills with rendered math; inside stands the plain reading."""
    tag, more = ("div", " data-display") if display else ("span", "")
    return f'<{tag} class="tex" data-tex="{escape(tex)}"{more}>{escape(plain)}</{tag}>'


class Renderer:
    """Renders the pages of one language; `block` writes a block's HTML."""

    def __init__(self, language: Language, course: Course, block: BlockWriter) -> None:
        self.language = language
        self.course = course
        self.texts = course.words[language.code]
        self.block = block

    def render(self, page: Page, behind: Set[str] = frozenset()) -> Rendered:
        """Render a page. What can't be written in the form asked for is a finding on the page.

        behind  ids of the sections whose readers are told that the other language has moved on
        """
        out = Rendered()
        pieces = [self._segment(segment, page, out) for segment in page.scan.segments]
        body = "".join(pieces)
        for section in sorted(behind):
            body = self._with_notice(body, section, out)
        if out.prints:
            heading = self.language.word("values.heading")
            body = f"{body.rstrip()}\n\n## {heading} {{#where}}\n\n{OPEN}{len(out.parts)}{CLOSE}\n"
            out.parts.append(Part("", self.where(out.prints), block=True))
        out.markdown = body
        out.meta = {key: self._meta(value, page) for key, value in page.meta.items() if key != "literals"}
        return out

    def _with_notice(self, body: str, section: str, out: Rendered) -> str:
        """Put a notice under a section's heading, with a link to the same section in the other language."""
        other = "es" if self.language.code == "en" else "en"
        anchor = f"#{section}" if section else ""
        part = Part("", f'<aside class="behind" role="note"><p>{escape(self.language.word("behind.notice"))} '
                        f'<a href="{{other-page}}{anchor}" hreflang="{other}">'
                        f'{escape(self.language.word("behind.link"))}</a></p></aside>', block=True)
        line = rf"^#{{1,6}}[ \t][^\n]*\{{[^{{}}\n]*#{re.escape(section)}(?![\w-])[^{{}}\n]*\}}[^\n]*$"
        heading = re.search(line, body, re.MULTILINE) if section else None
        at = heading.end() if heading else 0
        return f"{body[:at]}\n\n{out.mark(part)}\n\n{body[at:]}"

    def _segment(self, segment: Segment, page: Page, out: Rendered) -> str:
        if segment.kind is Kind.HOLE:
            return self._hole(page.holes[segment.start], page, out)
        if segment.kind is Kind.MATH:
            tex = "".join(
                part.content if part.kind is Kind.TEXT else self._tex(page.holes[part.start], page, out)
                for part in segment.parts
            ).strip()
            plain = reading(tex)
            part = Part(plain, tex_html(tex, plain, display=segment.display), block=segment.display)
            return out.mark(part)
        if segment.kind in (Kind.TAG, Kind.COMMENT):
            return ""
        return segment.content

    def _hole(self, hole: Hole, page: Page, out: Rendered) -> str:
        part = self._part(hole, page, out)
        return out.mark(part) if part else ""

    def _part(self, hole: Hole, page: Page, out: Rendered) -> Part | None:
        bound = hole.bound
        try:
            if isinstance(bound, Printed):
                return self._printed(bound, hole, out)
            if isinstance(bound, Stated):
                text = escape(bound.statement.stated)
                return Part(bound.statement.stated, f'<q class="stated" lang="{bound.statement.language}">{text}</q>')
            if isinstance(bound, BlockCall):
                return Part("", self.block(bound, self.language), block=True)
        except FormError as fault:
            page.fault(hole.segment.start, str(fault))
        return None

    def _printed(self, bound: Printed, hole: Hole, out: Rendered) -> Part:
        source = bound.source
        if isinstance(source, Formula):
            written = self.language.formula(source)
            return Part(written.text, tex_html(written.tex, written.text))
        key = value_key(source)
        if bound.worked:
            written = self.language.worked(source, bound.forms)
            text, html = written.text, tex_html(written.tex, written.text)
        else:
            written = self.language.write(source, bound.forms)
            text = written.text
            html = (f'<a class="lv" id="n-{len(out.prints) + 1}" href="#{key}" data-entry="{out.entry(key)}">'
                    f"{escape(text)}</a>")
        out.entry(key)
        out.prints.append(
            Print(source, bound.forms, text, hole.segment.start, hole.segment.content.strip(), key)
        )
        return Part(text, html)

    def _tex(self, hole: Hole, page: Page, out: Rendered) -> str:
        """Write a hole inside math: TeX without delimiters."""
        bound = hole.bound
        if not isinstance(bound, Printed):
            if bound is not None:
                page.fault(hole.segment.start, "only a value or a formula can stand in math")
            return ""
        try:
            if isinstance(bound.source, Formula):
                return self.language.formula(bound.source).tex
            write = self.language.worked if bound.worked else self.language.write
            written = write(bound.source, bound.forms)
        except FormError as fault:
            page.fault(hole.segment.start, str(fault))
            return ""
        out.entry(value_key(bound.source))
        out.prints.append(Print(bound.source, bound.forms, written.text, hole.segment.start,
                                hole.segment.content.strip(), value_key(bound.source)))
        return written.tex

    def _meta(self, value: Any, page: Page) -> Any:
        """Write the holes of a front-matter text, as plain text."""
        if not isinstance(value, str) or "{{=" not in value:
            return value
        for content, hole in page.front_holes.items():
            text = ""
            try:
                if isinstance(hole.bound, Printed) and isinstance(hole.bound.source, Value):
                    text = self.language.write(hole.bound.source, hole.bound.forms).text
                elif isinstance(hole.bound, Printed):
                    text = self.language.formula(hole.bound.source).text  # type: ignore[arg-type]
                elif hole.bound is not None:
                    page.fault(hole.segment.start, "front matter holds values and formulas, no blocks")
            except FormError as fault:
                page.fault(hole.segment.start, str(fault))
            value = value.replace(f"{{{{={content}}}}}", text)
        return value

    def inline(self, bound: Bound | None) -> str:
        """Write a hole of the course's words (a question, a hint) as HTML without a link."""
        if not isinstance(bound, Printed):
            return ""
        if isinstance(bound.source, Formula):
            written = self.language.formula(bound.source)
            return tex_html(written.tex, written.text)
        if bound.worked:
            written = self.language.worked(bound.source, bound.forms)
            return tex_html(written.tex, written.text)
        return f'<span class="value">{escape(self.language.write(bound.source, bound.forms).text)}</span>'

    def inline_tex(self, bound: Bound | None) -> str:
        """Write a hole inside the math of the course's words: TeX without delimiters."""
        if not isinstance(bound, Printed):
            return ""
        if isinstance(bound.source, Formula):
            return self.language.formula(bound.source).tex
        write = self.language.worked if bound.worked else self.language.write
        return write(bound.source, bound.forms).tex

    def meaning(self, formula: Formula) -> str:
        """Say what a formula is, in the course's words, as a line of its own begins: with a capital."""
        said = self.texts.get(f"formula.{formula.name}")
        return said[:1].upper() + said[1:] if said else formula.name

    def source(self, formula: Formula) -> str:
        """Name what a formula rests on, in the language of the page."""
        return source_in(formula.source, self.texts)

    def where(self, prints: list[Print]) -> str:
        """Write the list "Where these numbers come from": one entry a value, its steps from formula to figure."""
        entries: dict[str, list[tuple[int, Print]]] = {}
        for number, printed in enumerate(prints, 1):
            entries.setdefault(printed.key, []).append((number, printed))
        said = {key: self.language.word(f"values.{key}") for key in WHERE_WORDS}
        items = "".join(self._entry(key, found) for key, found in entries.items())
        found = "; ".join(self._said(found[0][1].value) for found in entries.values())
        return (f'<ol class="where" data-words="{escape(json.dumps(said, ensure_ascii=False))}" data-search-exclude '
                f'data-search="{escape(found)}">{items}</ol>')

    def _said(self, value: Value) -> str:
        """Say in a few words what a value is, for the search: its meaning and its exact figure."""
        return f"{self.meaning(value.formula)}: {self.language.number(value.exact, _EXACT, value.unit).text}"

    def _entry(self, key: str, found: list[tuple[int, Print]]) -> str:
        number, first = found[0]
        value, language = first.value, self.language
        formula = language.formula(_general(value.formula))
        worked = language.worked(value, next((forms for _, p in found if (forms := _figure(p.forms))), ()))
        inputs = "".join(
            f"<li><i>{escape(symbol.text or symbol.name)}</i> = "
            f"{escape(language.number(value.inputs[symbol.name], _EXACT).text)}, "
            f"{escape(self.texts.get(f'symbol.{symbol.name}', symbol.name))}</li>"
            for symbol in value.formula.symbols
        )
        rows = [f'<p class="what">{escape(self.meaning(value.formula))}: '
                f"{tex_html(formula.tex, formula.text)}</p>",
                f'<p class="worked">{escape(worked.text)}</p>']
        if inputs:
            origin = f" ({escape(language.word('values.model'))} {escape(value.origin)})" if value.origin else ""
            rows.append(f'<p class="inputs-head">{escape(language.word("values.inputs"))}{origin}</p><ul>{inputs}</ul>')
        if source := self.source(value.formula):
            rows.append(f'<p class="source">{escape(language.word("values.source"))}: {escape(source)}</p>')
        exact = language.number(value.exact, _EXACT, value.unit).text
        rows.append(f'<p class="exact">{escape(language.word("values.exact"))}: {escape(exact)}'
                    f"{f' {escape(unit)}' if (unit := self._unit(value)) else ''}</p>")
        link = f'<a class="entry-link" href="#{key}">{escape(language.word("values.entry"))}</a>'
        back = f'<a class="back" href="#n-{number}">{escape(language.word("values.back"))}</a>'
        return (
            f'<li id="{key}" data-exact="{escape(str(value.exact))}" data-unit="{escape(value.unit.name)}" '
            f'data-tex="{escape(formula.tex)}" data-sympy="{escape(sympy_text(value.formula.expression))}" '
            f'data-python="{escape(python(value))}">'
            f'{"".join(rows)}<p class="links">{link} {back}</p></li>'
        )


    def _unit(self, value: Value) -> str:
        """Name what a value counts, where the course's words have a noun for it."""
        try:
            noun = self.language.noun(value.unit.name)
        except FormError:
            return ""
        return noun.singular if value.exact == 1 else noun.plural


WHERE_WORDS = ("title", "copy", "exact", "copied", "link", "close", "entry")
"""What the box of an opened number says, by its key under `values.` in the interface's words."""


def _general(formula: Formula) -> Formula:
    """Give the formula with no numbers put in."""
    if not formula.fixed:
        return formula
    return Formula(formula.name, formula.function, formula.symbols, formula.unit, formula.derive, formula.source)


def _figure(forms: tuple[Form, ...]) -> tuple[Form, ...]:
    """Keep the form that chooses the figure: a noun or a sign has no place in an evaluation."""
    return tuple(form for form in forms if FORMS[form.name].figure)


def anchors(rendered: Rendered) -> set[str]:
    """Give the ids that a page's values and blocks bring, to which a link may lead."""
    return {found[1] for part in rendered.parts for found in _ID.finditer(part.html)} | {"where"}


def finish(rendered: Rendered, html: str) -> str:
    """Replace the marks in a page's HTML: blocks, links in running text, plain text in headings and attributes."""
    parts = rendered.parts
    html = _BLOCK.sub(lambda found: _whole(parts, found), html)
    plain_depth = 0
    out, at = [], 0
    for token in _TOKEN.finditer(html):
        out.append(html[at : token.start()])
        at = token.end()
        text = token.group()
        if token["mark"]:
            part = parts[int(token["mark"])]
            out.append(escape(part.plain) if plain_depth and not part.html.startswith("<span") else part.html)
            continue
        if _PLAIN_INSIDE.match(token["tag"]):
            plain_depth = max(0, plain_depth + (-1 if token["close"] else 1))
        out.append(_MARK.sub(lambda found: escape(parts[int(found[1])].plain), text) if OPEN in text else text)
    out.append(html[at:])
    return _without_lost_ways_back("".join(out))


def _without_lost_ways_back(html: str) -> str:
    """Leave out the way back to a value that stands in a formula or a heading, where it has no anchor."""
    anchors = set(re.findall(r'<a class="lv" id="(n-\d+)"', html))
    return _BACK.sub(lambda found: found.group() if found[1] in anchors else "", html)


def _whole(parts: list[Part], found: re.Match[str]) -> str:
    part = parts[int(found[1])]
    return part.html if part.block else found.group()

