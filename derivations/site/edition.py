"""A book as the site needs it: its faults, its pages, its files; made, or remembered from an earlier build.

Each answer is remembered under the question and the digest of all that it is made from. What is asked of one page is
made from that page, from what one of its languages is behind in, and from the frame: all that a book is made of save
its documents. A book with faults is never remembered. Where an answer isn't found, the book is made after all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from derivations.book import Book
from derivations.language import pack
from derivations.language.words import interface_words
from derivations.outputs.data import data, gathered, records, shared
from derivations.outputs.reference import reference
from derivations.outputs.whole import text_of, whole
from derivations.outputs.written import Written, written
from derivations.site import inputs
from derivations.site.store import Store, digest
from derivations.text.finding import Finding
from derivations.text.render import NOTHING


class Edition:
    """A book; `make` makes it.

    frame    the key of all that it is made of save its documents; without it nothing is remembered
    records  the key of what lies beside the pages
    pages    the key of each page's text
    """

    def __init__(self, store: Store, make: Callable[[], Book], frame: str | None = None, records: str = "",
                 pages: Mapping[str, str] = NOTHING) -> None:
        self._frame, self._records, self._pages = frame, records, pages
        self._key = frame and digest(frame, records, json.dumps(dict(pages)))
        self._store = store
        self._make = make

    def changed(self, texts: Mapping[str, str], make: Callable[[], Book]) -> Edition:
        """Give the edition that `make` makes of this one, some pages of which have other texts than their files."""
        pages = {**self._pages, **{src: digest("rewritten", text) for src, text in texts.items()}}
        return Edition(self._store, make, self._key and self._frame, self._records, pages)

    @cached_property
    def book(self) -> Book:
        """The book itself."""
        return self._make()

    def has_beside(self, src: str, *question: str) -> bool:
        """Say whether what is published beside a page was made before."""
        return self._has(src, "beside", *question)

    @property
    def unsaid(self) -> int:
        """Count the pages of which it isn't known yet what is said of them."""
        return sum(not self.is_said(src) for src in self._late)

    def is_said(self, src: str) -> bool:
        """Say whether it is known what is said of a page."""
        return self._has(src, "said")

    def _has(self, src: str, *question: str) -> bool:
        return bool(self._key) and self._store.get(src, *question, self._key_of(src)) is not None

    def unmade(self, pages: Sequence[str]) -> list[str]:
        """Name those of some pages that are still to be made, where what is made is kept for other processes too."""
        return [src for src in pages if self._unmade(src, "render", self._key_of(src))]

    @property
    def unwritten(self) -> bool:
        """Whether the formulas are still to be written out, where that is kept for other processes too."""
        return self._unmade("written", str(self._frame))

    def _unmade(self, *question: str) -> bool:
        kept = "book" in vars(self) and not self.findings and self._key is not None and self._store.shared
        return kept and self._store.get(*question) is None

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
        markdown, meta, _ = self._rendered(src)
        return markdown, meta

    def assets(self, src: str) -> list[str]:
        """Name the scripts and styles that a page needs, by their paths in the site."""
        return list(self._rendered(src)[2])

    def _rendered(self, src: str) -> list[Any]:
        def made() -> list[Any]:
            rendered = self.book.render(src)
            return [rendered.markdown, rendered.meta, self.book.assets(src)]

        return list(self._of_page(src, made, "render"))

    def finish(self, src: str, html: str, root: str, others: Mapping[str, str], where: str) -> str:
        """Give a page's HTML with the marks replaced."""
        return str(self._of_page(src, lambda: self.book.finish(src, html, root, others, where),
                                 "finish", html, root, json.dumps(dict(others)), where))

    def holds(self, src: str) -> bool:
        """Say whether a page is one of the book's, and no plugin's own."""
        return src in self._late

    def quoted(self, src: str, html: str) -> str:
        """Give a stretch of a page's HTML as another page shows it."""
        return str(self._of_page(src, lambda: self.book.quoted(src, html), "quoted", html))

    def beside(self, src: str, made: Callable[[Book], list[str]], *question: str) -> list[str]:
        """Give what is published beside a page, as `made` makes it of the book and of what the question names."""
        return list(self._of_page(src, lambda: made(self.book), "beside", *question))

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

    def said(self, src: str) -> list[list[str]]:
        """Give what the files of data say of a page, and the page as its language's document has it."""
        return list(self._of_page(src, lambda: [records(self.book, src), text_of(self.book, src)], "said"))

    def formulas(self) -> Written:
        """Give every formula written out."""
        found: Written = self._remembered(lambda: written(self.book), "written", key=self._frame)
        return found

    def forget(self) -> None:
        """Remember nothing from now on: the book depends on something that its key doesn't cover, or has a fault."""
        self._key = None

    def files(self, ways: Collection[str]) -> dict[str, bytes]:
        """Give the data that pages ask for or lead to; what is said of pages, of those that the site has."""
        told = gathered(self.said(src)[0] for src in self._late if src in ways)
        return {**told, **{name: text.encode() for name, text in self.shared().items()}}

    def shared(self) -> dict[str, str]:
        """Give those of them that don't depend on the pages."""
        found: dict[str, str] = self._remembered(lambda: _decoded(shared(self.book)), "files", key=self._frame)
        return found

    def outputs(
        self, root: Path, typeset: Callable[[str], str], *, said: Mapping[str, Mapping[str, Any]], address: str,
        ways: Mapping[str, str], python: Sequence[str],
    ) -> dict[str, bytes]:
        """Give what a site publishes for others than the readers of its pages: data, its whole text, the reference.

        said     what mkdocs.yml says in each language
        address  where the site is, or ""
        ways     the address of each page that the site has, from its root; a draft is none
        root     the folder of the documents; its tests say which of them name a formula
        python   the modules whose public names are documented
        """
        def made() -> dict[str, str]:
            book = self.book
            return _decoded({**data(book, formulas), **whole(book, texts, said, ways, address),
                             **reference(book, formulas, root, typeset, ways=ways, python=python)})

        formulas, texts = self.formulas(), {src: self.said(src)[1] for src in ways}
        found = self._remembered(made, "outputs", address, inputs.tests(root), json.dumps([dict(ways), list(python)]))
        return {name: text.encode() for name, text in found.items()}

    @cached_property
    def _late(self) -> dict[str, dict[str, str]]:
        """What each page's other languages, or it itself, are behind in."""
        late: dict[str, dict[str, str]] = self._remembered(lambda: self.book.late, "late")
        return late

    def _of_page(self, src: str, made: Callable[[], Any], *question: str) -> Any:
        """Give an answer that depends on one page and on the frame."""
        return self._remembered(made, src, *question, key=self._key_of(src))

    def _key_of(self, src: str) -> str:
        return digest(str(self._frame), self._pages.get(src, ""), json.dumps(self._late.get(src)))

    def _remembered(self, made: Callable[[], Any], *question: str, key: str | None = None) -> Any:
        """Give an answer, made or remembered under the key; without one, under that of the whole book."""
        if not self._key or self.findings:
            return made()
        key = key or self._key
        if (text := self._store.get(*question, key)) is not None:
            return json.loads(text)
        answer = made()
        if self._key and (text := _as_json(answer)) is not None:
            self._store.put(text, *question, key)
        return answer


def _as_json(answer: Any) -> str | None:
    """Write an answer as JSON; None where reading it back would give something else (a date of the front matter)."""
    try:
        text = json.dumps(answer, ensure_ascii=False)
    except (TypeError, ValueError):
        return None
    return text if _are_texts(answer) or json.loads(text) == answer else None


def _are_texts(answer: Any) -> bool:
    return isinstance(answer, str) or (isinstance(answer, list) and all(map(_are_texts, answer)))


def _decoded(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: content.decode() for name, content in files.items()}
