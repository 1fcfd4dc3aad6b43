"""What hooks and other plugins do: the pages and titles that they make, what they put into pages, what they take out.

No file holds what they make, so nothing in it can be bound: each numeral is a finding that says who is to mend it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from html import unescape

from derivations.check import numerals
from derivations.language.reading.markup import hide
from derivations.site import contents
from derivations.site.edition import Edition
from derivations.text.finding import Finding
from derivations.text.marks import marks, unmarked
from derivations.text.page import Page, read_pages
from derivations.text.printed import Extensions
from derivations.text.scan import Kind
from derivations.text.text import Text

_YEAR = re.compile(r"(?:#[ \t]+)?(?:19|20)\d\d(?:[ \t]*\{[^{}\n]*\})?[ \t]*")
"""What a blog calls its archive of a year."""
_DELIMITERS = ("{{=", "{{%", "{{#")
_MAKES = "a plugin makes this page: set it otherwise there, or write the page as a file"
_PUTS_IN = "a hook, or a plugin after derivations, puts it in: let it do so before, by its priority"
_PUTS_IN_HTML = "a hook, or another plugin, puts it in: let it put in Markdown, before derivations"
_UNREAD = re.compile(r"(?s)<(pre|code|script|style|svg|math)\b.*?</\1>")
"""Elements whose text is code, drawn, or ours."""
_TAKES = "a plugin takes them from there unwritten: leave them out of what it takes"


class Neighbours:
    """What they do in one build.

    extensions  Markdown's
    """

    def __init__(self, extensions: Extensions) -> None:
        self._extensions = extensions
        self._given: dict[str, str] = {}
        """The Markdown that each page was given as, till it is converted: what is new in it then, they have put in."""
        self._put_in: dict[str, list[tuple[Finding, str]]] = {}
        """The numerals in that, and the words around each."""
        self._html: dict[str, str] = {}
        """The HTML of each page, as it was when they were given it last."""

    def title(self, titles: Iterable[str], path: str, language: str, edition: Edition) -> Iterator[Finding]:
        """Read titles of the navigation that they, or MkDocs itself, have made."""
        for title in titles:
            if any(character.isnumeric() for character in title) and not _YEAR.fullmatch(title) and _numerals(
                    edition, Text.of(title, language, "nav", path)):
                yield Finding(path, 1, 1, f"the title ‘{title}’ of the navigation holds a number that no check "
                              "has read", "give it in nav, where literals can be listed")

    def make(self, src: str, path: str, markdown: str, edition: Edition) -> Iterator[Finding]:
        """Read a page that one of them makes."""
        self.give(src, markdown)
        page = self._read(src, path, markdown, edition)
        if page.language not in edition.book.languages:
            yield Finding(path, 1, 1, "the page lies in no language's folder", _MAKES)
        lines = page.source.split("\n")
        yield from (replace(one, hint=_MAKES) for one in _unbound(edition, page)
                    if not _YEAR.fullmatch(lines[one.line - 1]))

    def give(self, src: str, markdown: str) -> None:
        """Give them a page; they may put something in."""
        self._given[src] = markdown

    def put_in(self, src: str, path: str, markdown: str, edition: Edition) -> None:
        """Read what is new in a page that is about to be converted."""
        if (given := self._given.pop(src, markdown)) == markdown:
            return
        known, page = {*unmarked(given).split("\n")}, self._read(src, path, unmarked(markdown), edition)
        lines = page.source.split("\n")
        self._put_in[src] = [(one, contents.around(lines[one.line - 1], one.column - 1))
                             for one in _unbound(edition, page) if lines[one.line - 1] not in known]

    def give_html(self, src: str, html: str) -> str:
        """Give them a page's HTML; they may put something in."""
        self._html[src] = html
        return html

    def put_in_html(self, src: str, path: str, html: str, language: str, edition: Edition) -> Iterator[Finding]:
        """Read what is new in a page's HTML; what stands in other elements than before isn't."""
        if (given := self._html.pop(src, html)) == html:
            return
        known, now = map(_seen, (given, html))
        lines = {*map(_seen, given.split("\n"))}
        for line in _UNREAD.sub("", html).split("\n"):
            seen = _seen(line)
            if seen not in (lines if seen.isnumeric() else known) and edition.book.library.is_gated(src):
                for one in _numerals(edition, Text.of(line, language, "html", path)):
                    words = contents.around(line, one.column - 1)
                    if not words or now.count(words) > known.count(words):
                        yield replace(one, line=1, column=1, hint=_PUTS_IN_HTML)

    def left(self, src: str, path: str, output: str) -> Iterator[Finding]:
        """Say which of it is still there in the page that goes out, and what of other pages they show in it."""
        if found := self._put_in.pop(src, []):
            shown = contents.squeezed(contents.plain(output))            # what stood for a list of tags is gone by now
            yield from (replace(one, line=1, column=1, hint=_PUTS_IN) for one, words in found if words in shown)
        if taken := marks(output):
            yield Finding(path, 1, 1, f"{len(taken)} values or blocks of another page are shown here", _TAKES)

    def _read(self, src: str, path: str, markdown: str, edition: Edition) -> Page:
        return read_pages({src: (path, markdown)}, self._extensions, alone=edition.book.library.alone)[src]


def _seen(html: str) -> str:
    """Give the letters and digits of a piece of HTML that readers see, alternative texts among them."""
    return contents.squeezed(unescape(hide(_UNREAD.sub("", html))))


def _numerals(edition: Edition, text: Text) -> list[Finding]:
    library = edition.book.library
    return numerals.verdict(library, text).findings if text.language in library.languages else []


def _unbound(edition: Edition, page: Page) -> Iterator[Finding]:
    """Find numerals, and what an author of ours would have bound: here it goes out as it is written."""
    if edition.book.library.is_gated(page.src):
        yield from _numerals(edition, page)
    yield from (page.finding(part.start, "nothing can be bound here") for one in page.scan.segments
                for part in (one, *one.parts)
                if part.kind is not Kind.CODE and page.source.startswith(_DELIMITERS, part.start))
