"""A course's documents: loaded whole, bound, checked, and only then rendered. Each of the four is a function."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from itertools import chain
from pathlib import Path
from typing import Any

from derivations.blocks import written
from derivations.blocks.aside import without
from derivations.check import CHECKS, functions, numerals
from derivations.check.skeleton import texts as sections
from derivations.check.sync import behind
from derivations.course import Course
from derivations.ledger import ClaimEntry, Entry, claim_entries, entries
from derivations.library import Library
from derivations.loading import load
from derivations.meanwhile import meanwhile
from derivations.press import Press
from derivations.text.claims import decide
from derivations.text.finding import Finding, in_order
from derivations.text.marks import Rendered, finish, quoted
from derivations.text.page import Page
from derivations.text.render import NOTHING
from derivations.text.where import Origin

FEW = 8
"""With fewer pages than this a copy of the process isn't worth its start."""


def read(library: Library) -> None:
    """Let Markdown read every page that it hasn't read, every other one on another core."""
    unread = [page for page in library.pages.values() if page.unread]
    ours, theirs = unread[::2], unread[1::2]
    apart = meanwhile(lambda: [[page.reading() for page in theirs]]) if len(theirs) >= FEW else iter(())
    for page in ours:
        page.reading()
    for page, reading in zip(theirs, next(apart, ()), strict=False):
        page.read_by(reading)


def bind(library: Library) -> Library:
    """Bind every hole of every text, and decide every claim; once for each text."""
    read(library)
    for text in library.read():
        if not text.bound:
            text.bind(library.names_for(text))
            text.verdicts = list(decide(text, library.names, library.languages[text.language],
                                        library.readers[text.language]))
    return library


def check(library: Library) -> list[Finding]:
    """Give every fault of all languages, in order of place."""
    made = dict(zip(CHECKS, _checked(library), strict=True))
    found = [*library.faults, *chain(*made.values()), *(one for text in library.read() for one in text.findings)]
    formulas = made[functions.check]                       # what one can't do is said where it stands, not at each use
    said = [finding.message for finding in formulas]
    return in_order(one for one in found if one in formulas or not any(fault in one.message for fault in said))


def _checked(library: Library) -> list[list[Finding]]:
    """Give what each check finds. The one of numerals reads every sentence and leaves nothing behind: it runs apart."""
    texts = list(library.read())

    def apart() -> Iterator[Any]:
        yield [[*vars(one).values()] for one in numerals.check(library)], [sorted(text.passed) for text in texts]

    unchecked = [page for page in library.pages.values()
                 if "numerals" not in page.passed and library.is_gated(page.src)]
    answers = meanwhile(apart) if len(unchecked) >= FEW else iter(())
    made = {one: list(one(library)) for one in CHECKS if one is not numerals.check}
    for found, passed in answers:
        made[numerals.check] = [Finding(*one) for one in found]
        for text, names in zip(texts, passed, strict=True):
            text.passed.update(names)
    return [made[one] if one in made else list(one(library)) for one in CHECKS]


class Book:
    """The documents of a course, loaded, bound and checked; a page is rendered when it is asked for.

    findings  every fault of all languages, in order of place; a page is fit to publish only if there is none
    """

    def __init__(self, root: Path, course: Course, *, docs: str = "docs", tables: str = "tables",
                 before: Book | None = None, **more: Any) -> None:
        """Take the documents below `root`. `before` is a book of the same course and the same tables."""
        shelf = before.library if before else None
        self.library: Library = load(root, course, docs=docs, tables=tables, before=shelf, **more)
        self.press: Press = before.press if before else Press(self.library)
        press = self.press
        self.library.block, self.library.anchors, self.library.says = press.block, press.anchors, press.says
        self.library.published = press.published
        bind(self.library)
        self.findings = check(self.library)
        self.course, self.pages, self.tables = course, self.library.pages, self.library.tables
        self.languages, self.context = self.library.languages, press.context
        said, parts = self.library.records, sections(self.pages)
        late = {code: behind(parts, said, course.languages, code) for code in course.languages}
        self.late = {src: {section: moved for (on, section), moved in late[page.language].items() if on == page.name}
                      for src, page in self.pages.items()}
        kept, listed = (before._rendered, before._entries) if before else ({}, {})
        self._rendered: dict[str, tuple[Page, Mapping[str, str], Rendered]] = {
            src: known for src, page in self.pages.items()
            if (known := kept.get(src)) and known[0] is page and known[1] == self.late[src]
        }
        self._entries: dict[str, list[Entry]] = {src: listed[src] for src in self._rendered if src in listed}

    def render(self, src: str) -> Rendered:
        """Give a page's Markdown, with a mark for each value, formula and block, and its front matter."""
        if src not in self._rendered:
            page, late = self.pages[src], self.late[src]
            self._rendered[src] = page, late, self.press.renderers[page.language].render(page, late)
        return self._rendered[src][2]

    def finish(self, src: str, html: str, root: str = "", others: Mapping[str, str] = NOTHING, where: str = "") -> str:
        """Give the page's HTML with the marks replaced.

        `root` leads from the page to the site's root ("../"), `others` to the page in each other language, `where` to
        the page that says where its numbers come from.
        """
        page, rendered = self.pages[src], self.render(src)
        language = self.languages[page.language]
        html = written.framed(self.press.tooltips[page.language].mark(html), language)
        html = finish(rendered, html) + self.press.behind(page)
        if where:
            html = without(html, where, escape(language.word("plot.beside")))
        html = html.replace("{site-root}", root).replace("{where}", where)
        for code, way in others.items():
            html = html.replace(f"{{page-in-{code}}}", way)
        return html

    def quoted(self, src: str, html: str) -> str:
        """Give a stretch of the page's HTML as another page shows it: values without links."""
        return quoted(self.render(src), html)

    def where(self, src: str) -> list[Origin]:
        """Say where the numbers of a page come from, an entry each."""
        return self.press.renderers[self.pages[src].language].where.origins(self.render(src).prints)

    def assets(self, src: str) -> list[str]:
        """Name the scripts and styles that a page needs, each once, by their paths."""
        return self.press.assets(self.pages[src], self.render(src))

    def ledger(self) -> list[Entry]:
        """List every value that the pages print."""
        return [entry for src in self.pages for entry in self.entries(src)]

    def entries(self, src: str) -> list[Entry]:
        """List every value that a page prints."""
        if src not in self._entries:
            self._entries[src] = entries(self.pages[src], self.render(src))
        return self._entries[src]

    def claims(self) -> list[ClaimEntry]:
        """List every claim of the pages, with its distance from its limit."""
        return [claim for page in self.pages.values() for claim in claim_entries(page)]
