"""A book as the site needs it: its faults, its pages, its files; made, or remembered from an earlier build.

Each answer is remembered under the digest of all that a book is made from and under the question itself. A book with
faults is never remembered. Where an answer isn't found, the book is made after all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from derivations.book import Book
from derivations.language import pack
from derivations.language.words import interface_words
from derivations.outputs.data import data
from derivations.outputs.reference import reference
from derivations.outputs.whole import whole
from derivations.outputs.written import Written, written
from derivations.site import inputs
from derivations.site.store import Store, digest
from derivations.text.finding import Finding


class Edition:
    """A book under a key; without a key nothing is remembered. `make` makes it.

    frame  the key of all that it is made of save its documents
    """

    def __init__(self, key: str | None, store: Store, make: Callable[[], Book], frame: str | None = None) -> None:
        self._key, self._frame = key, frame
        self._store = store
        self._make = make

    def changed(self, what: str, make: Callable[[], Book]) -> Edition:
        """Give the edition that `make` makes of this one, remembered under what it changes."""
        return Edition(self._key and digest(self._key, what), self._store, make, self._frame)

    @cached_property
    def book(self) -> Book:
        """The book itself."""
        return self._make()

    @cached_property
    def findings(self) -> list[Finding]:
        """The book's faults; none, if it is known to have had none."""
        if self._key and self._store.get("faultless", self._key) is not None:
            return []
        found = self.book.findings
        if found:
            self.forget()
        elif self._key:
            self._store.put("", "faultless", self._key)
        return found

    def render(self, src: str) -> tuple[str, dict[str, Any]]:
        """Give a page's Markdown with marks, and its front matter."""
        def made() -> list[Any]:
            rendered = self.book.render(src)
            return [rendered.markdown, rendered.meta]

        markdown, meta = self._remembered(made, "render", src)
        return markdown, meta

    def finish(self, src: str, html: str, root: str, others: Mapping[str, str], where: str) -> str:
        """Give a page's HTML with the marks replaced."""
        made = self._remembered(lambda: self.book.finish(src, html, root, others, where),
                                "finish", src, html, root, json.dumps(dict(others)), where)
        return str(made)

    def where(self, src: str) -> list[dict[str, Any]]:
        """Say where a page's numbers come from: the fields of an `Origin` for each."""
        found: list[dict[str, Any]] = self._remembered(
            lambda: [{**vars(one), "prints": list(one.prints)} for one in self.book.where(src)], "where", src,
            plain=True)
        return found

    def asides(self, src: str) -> list[dict[str, Any]]:
        """Give what stands on the page beside a page: the fields of an `Aside` for each."""
        found: list[dict[str, Any]] = self._remembered(lambda: [dict(vars(one)) for one in self.book.asides(src)],
                                                       "asides", src)
        return found

    def spoken(self, code: str) -> Mapping[str, Any]:
        """Give what the site says and how it writes numbers in a language, or else in the first."""
        return self._languages.get(code) or next(iter(self._languages.values()))

    @cached_property
    def _languages(self) -> dict[str, dict[str, Any]]:
        def made() -> dict[str, dict[str, Any]]:
            return {code: {"words": dict(interface_words(code)), "rules": one.rules(),
                           "words_a_minute": pack.table(code, "numbers")["reading"]["words_a_minute"],
                           "synonyms": {**pack.table(code, "search")["synonyms"],
                                        **self.book.course.synonyms.get(code, {})}}
                    for code, one in self.book.languages.items()}

        found: dict[str, dict[str, Any]] = self._remembered(made, "languages")
        return found

    def assets(self, src: str) -> list[str]:
        """Name the scripts and styles that a page needs, by their paths in the site."""
        return list(self._remembered(lambda: self.book.assets(src), "assets", src))

    def forget(self) -> None:
        """Remember nothing: the book depends on something that its key doesn't cover."""
        self._key = None

    def files(self) -> dict[str, bytes]:
        """Give the data that pages ask for or lead to."""
        found = self._remembered(lambda: _decoded(self.book.files()), "files", plain=True)
        return {name: text.encode() for name, text in found.items()}

    def outputs(
        self, root: Path, typeset: Callable[[str], str], *, said: Mapping[str, Mapping[str, Any]], address: str,
        ways: Mapping[str, str], python: Sequence[str],
    ) -> dict[str, bytes]:
        """Give what a site publishes for others than the readers of its pages: data, its whole text, the reference.

        said     what mkdocs.yml says in each language
        address  where the site is, or ""
        ways     the address of each page, from the site's root
        root     the folder of the documents; its tests say which of them name a formula
        python   the modules whose public names are documented
        """
        def made() -> dict[str, str]:
            book, formulas = self.book, self._written()
            return _decoded({**data(book, formulas), **whole(book, said, ways, address),
                             **reference(book, formulas, root, typeset, ways=ways, python=python)})

        if self._key and self._frame:
            self._store.get("written", self._frame)                      # asked for, so that it stays
        found = self._remembered(made, "outputs", address, inputs.tests(root), json.dumps([dict(ways), list(python)]),
                                 plain=True)
        return {name: text.encode() for name, text in found.items()}

    def _written(self) -> Written:
        """Give the formulas written out: no edit of a page changes them."""
        known = self._store.get("written", self._frame) if self._key and self._frame else None
        if known is not None:
            found: Written = json.loads(known)
            return found
        made = written(self.book)
        if self._key and self._frame:
            self._store.put(json.dumps(made, ensure_ascii=False), "written", self._frame)
        return made

    def _remembered(self, made: Callable[[], Any], *question: str, plain: bool = False) -> Any:
        """Give an answer, made or remembered; `plain` says that it is made of nothing that JSON doesn't know."""
        if not self._key or self.findings:
            return made()
        if (text := self._store.get(*question, self._key)) is not None:
            return json.loads(text)
        answer = made()
        if (text := json.dumps(answer, ensure_ascii=False) if plain else _as_json(answer)) is not None:
            self._store.put(text, *question, self._key)
        return answer


def _as_json(answer: Any) -> str | None:
    """Write an answer as JSON; None where reading it back would give something else (a date of the front matter)."""
    try:
        text = json.dumps(answer, ensure_ascii=False)
    except (TypeError, ValueError):
        return None
    return text if isinstance(answer, str) or json.loads(text) == answer else None


def _decoded(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: content.decode() for name, content in files.items()}
