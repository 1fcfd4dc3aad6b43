"""Titles as plain text: what a heading says in the table of contents, the browser's tab and search results.

Python-Markdown makes its table of contents before holes and formulas are written into a page, so the titles
are read once more from the finished headings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape, unescape

from mkdocs.structure.toc import AnchorLink, TableOfContents

HEADING = re.compile(r'<h([1-6])\b[^>]*?\bid="([^"]*)"[^>]*>(.*?)</h\1>', re.DOTALL)
"""A heading, by its level, its id and its content."""
_PERMALINK = re.compile(r'<a\b[^>]*\bclass="headerlink"[^>]*>.*?</a>', re.DOTALL)
_NOTE = re.compile(r'<sup\b[^>]*\bid="fnref[^>]*>.*?</sup>|<a\b[^>]*\bclass="footnote-backref"[^>]*>.*?</a>', re.DOTALL)
_ID = re.compile(r'<[a-zA-Z][^>]*?\sid="([^"]*)"')
_BESIDE = re.compile(r"[\w\s.,%-]{0,15}")
_TAG = re.compile(r"<[^>]+>")


def plain(html: str) -> str:
    """The text of a piece of HTML, spaces in one row made one."""
    return re.sub(r"[ \t\n]+", " ", unescape(_TAG.sub("", without_notes(_PERMALINK.sub("", html))))).strip()


def without_notes(html: str) -> str:
    """A text without the marks of its footnotes, and those that lead back from them."""
    return _NOTE.sub("", html)


def around(line: str, at: int) -> str:
    """What stands about a place in a line of Markdown, up to its signs, squeezed."""
    before, after = _BESIDE.match(line[:at][::-1]), _BESIDE.match(line, at)
    return squeezed((before[0][::-1] if before else "") + (after[0] if after else ""))


def squeezed(text: str) -> str:
    """A text's letters and digits alone."""
    return re.sub(r"\W+", "", text)


def first_title(html: str) -> str | None:
    """The text of the page's first h1."""
    return next((plain(match[3]) for match in HEADING.finditer(html) if match[1] == "1"), None)


def retitle(toc: TableOfContents, html: str) -> None:
    """Give a table of contents the texts of a page's finished headings, and the h2 that it hasn't got yet."""
    headings = {unescape(match[2]): (int(match[1]), plain(match[3])) for match in HEADING.finditer(html)}
    known: set[str] = set()

    def visit(items: Iterable[AnchorLink]) -> None:
        for item in items:
            known.add(item.id)
            if item.id in headings:
                item.title = escape(headings[item.id][1], quote=False)
            visit(item.children)

    visit(toc)
    beneath = toc.items[0].children if toc.items and toc.items[0].level == 1 else toc.items
    beneath.extend(
        AnchorLink(escape(text, quote=False), id, level)
        for id, (level, text) in headings.items()
        if level == 2 and id not in known
    )


def identifiers(html: str) -> set[str]:
    """Every id of a page: what a link may point at."""
    return {unescape(id) for id in _ID.findall(html)}
