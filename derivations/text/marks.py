"""The marks that carry values, formulas and blocks through Markdown untouched, and what replaces them afterwards.

Markdown never sees a value, a formula or a block: each is a mark, one private-use character pair around a number, which
no Markdown rule touches and which stands in headings, table cells and alternative texts alike. After Markdown the marks
are replaced by what belongs there: a link to the value's entry in running text, plain text in headings and attributes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from derivations.exact import Value
from derivations.language import Form
from derivations.text.scan import Segment

OPEN, CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{OPEN}(\\d+){CLOSE}")
_PLAIN_INSIDE = "h[1-6]|a|button|summary|title|option|label"
_TOKEN = re.compile(f"<p>\\s*{OPEN}(?P<alone>\\d+){CLOSE}\\s*</p>|{OPEN}(?P<mark>\\d+){CLOSE}"
                    f"|<(?P<close>/?)(?P<plain>{_PLAIN_INSIDE})(?![\\w-])[^>]*>|<[^<>{OPEN}]*{OPEN}[^>]*>")
_WHERE = re.compile(r'<h[1-6][^>]* id="where"')
"""The heading of what stands under a page that prints values."""
_NAME = re.compile(r"\b[A-Z][\w.]{0,20}(?:-\w{1,20}){0,3}-\d[\w.]{0,20}\b(?![^<>]*>)")


@dataclass(frozen=True)
class Part:
    """What stands behind a mark: its plain text, its HTML in running text, and whether it is a block of its own.

    unlinked    its HTML in a heading or a link, which can't hold another link; "" where its plain text will do
    """

    plain: str
    html: str
    block: bool = False
    unlinked: str = ""


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

    def printed(self, value: Value, forms: tuple[Form, ...], text: str, hole: Segment) -> str:
        """Note a value that the page prints, where and how; give its key."""
        key = value_key(value)
        self.entries.setdefault(key, len(self.entries) + 1)
        self.prints.append(Print(value, forms, text, hole.start, hole.content.strip(), key))
        return key


def value_key(value: Value) -> str:
    """Give the id of a value, the same wherever it is printed: its formula and its inputs."""
    inputs = "-".join(name + re.sub(r"[^\w]+", "-", str(number)) for name, number in value.inputs.items())
    return f"v-{value.formula.name.replace('.', '-')}" + (f"-{inputs}" if inputs else "")


def tex_html(tex: str, plain: str, *, display: bool = False) -> str:
    """Give the element that the site fills with rendered math; inside stands the plain reading."""
    tag, more = ("div", " data-display") if display else ("span", "")
    return f'<{tag} class="tex" data-tex="{escape(tex)}"{more}>{escape(plain)}</{tag}>'


def unbroken(html: str) -> str:
    """Keep names such as LLaMA-7B on one line: browsers break lines after a hyphen."""
    return _NAME.sub(r'<span class="unbroken">\g<0></span>', html)


def marks(text: str) -> set[str]:
    """Give the numbers of the marks that a text holds."""
    return set(_MARK.findall(text))


def unmarked(text: str) -> str:
    """Give a text without its marks."""
    return _MARK.sub("", text)


def in_attribute(parts: Sequence[Part], text: str) -> str:
    """Replace the marks in a tag: its attributes hold plain text."""
    return _MARK.sub(lambda found: escape(parts[int(found[1])].plain), text)


def quoted(rendered: Rendered, html: str) -> str:
    """Replace the marks where another page quotes this one, without links; a block's mark stays."""
    def said(mark: re.Match[str]) -> str:
        part = rendered.parts[int(mark[1])]
        return mark[0] if part.block else part.unlinked or escape(part.plain)

    return _MARK.sub(said, _WHERE.split(html)[0])


def finish(rendered: Rendered, html: str) -> str:
    """Replace the marks in a page's HTML: blocks, links in running text, plain text in headings and attributes."""
    parts, html = rendered.parts, unbroken(html)
    plain_depth = 0
    out, at = [], 0
    for token in _TOKEN.finditer(html):
        out.append(html[at : token.start()])
        at = token.end()
        text = token.group()
        if number := token["mark"] or token["alone"]:
            part = parts[int(number)]
            alone = token["alone"] is not None
            linked = not plain_depth or (alone and part.block)
            inside = part.html if linked else part.unlinked or escape(part.plain)
            out.append(f"<p>{inside}</p>" if alone and not part.block else inside)
            continue
        if token["plain"]:
            plain_depth = max(0, plain_depth + (-1 if token["close"] else 1))
        out.append(in_attribute(parts, text) if OPEN in text else text)
    out.append(html[at:])
    return "".join(out)
