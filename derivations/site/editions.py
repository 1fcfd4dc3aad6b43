"""Which edition a project's files make now: found under the digest of them all, or made of a course loaded afresh."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from derivations.book import Book
from derivations.site import fresh, inputs
from derivations.site.configuration import Configuration
from derivations.site.edition import Edition
from derivations.site.store import Store, digest


class Editions:
    """The editions of one process, one after another.

    packages  those beside its own that the course is made of
    """

    def __init__(self, store: Store) -> None:
        self.packages: tuple[str, ...] = ()
        self._store = store
        self._last: tuple[str, Book] | None = None
        """The latest book, and the digest of everything that it was made from beside the documents."""

    def now(self, module: str, given: Configuration, tables: str, docs: Path) -> Edition:
        """Give the edition of what the files hold. Raises `fresh.CourseError` where the course can't be loaded.

        module  where the course is
        given   what mkdocs.yml says
        tables  the folder of the tables, from the project's root
        docs    the folder of the documents
        """
        fresh.reach(given.root)
        first = None
        alone = inputs.course(module)
        named = self._store.get("packages", alone) if alone else None
        if named is None:                                  # a course that was never met: it says what it is made of
            first = fresh.load(module, given.root, self.packages)
            named = " ".join(first.packages)
            if alone:
                self._store.put(named, "packages", alone)
        self.packages = tuple(named.split())
        course = inputs.course(module, self.packages)
        said = [module, given.docs, tables, inputs.machinery(), inputs.words(),
                *map(inputs.settings, map(str, (*given.files, *given.hooks.values())))]
        shared = course and digest(*said, course, inputs.tables(given.root / tables))

        def make() -> Book:
            latest = self._last[1] if self._last else None
            before = latest if self._last and self._last[0] == shared else None
            loaded = before.course if before else first or fresh.load(module, given.root, self.packages)
            loaded = loaded.led_by(given.book["rooted"])
            book = Book(given.root, loaded, before=before, earlier=latest and latest.library, **given.book)
            if inputs.strangers(module, given.root, self.packages, given.hooks):
                edition.forget()
            elif shared:
                self._last = (shared, book)
            return book

        edition = Edition(self._store, make, shared, inputs.beside(docs), inputs.pages(docs))
        return edition


def rewritten(edition: Edition, given: Configuration, texts: Mapping[str, str]) -> Edition:
    """Give an edition with the pages that other plugins have rewritten so far; the build's end says its faults."""
    texts = dict(texts)

    def make() -> Book:
        book = edition.book
        return Book(given.root, book.course, before=book, **given.book, rewritten=texts)

    return edition.changed(texts, make)
