"""A course's documents: loaded whole, bound, checked, and only then rendered. Each of the four is a function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from derivations.blocks import Context, blocks_of, published
from derivations.blocks.assets import ELEMENTS, NUMBERS
from derivations.check import CHECKS
from derivations.check.skeleton import texts as sections
from derivations.check.sync import behind, read_records
from derivations.course import Course
from derivations.language import Language, languages
from derivations.language.reading.reader import Reader
from derivations.ledger import ClaimEntry, Entry, as_json, claim_entries, entries
from derivations.library import SYNC, Library
from derivations.places import Placed, read_utf8
from derivations.tables import read_tables
from derivations.text.claims import decide
from derivations.text.expression import BlockCall, Names
from derivations.text.finding import Finding, in_order
from derivations.text.glossary import Glossary, read_glossary
from derivations.text.marks import Rendered, finish
from derivations.text.page import Page, read_pages
from derivations.text.render import NOTHING, Renderer
from derivations.text.terms import Tooltips
from derivations.text.text import Text
from derivations.text.where import Origin
from derivations.text.words import Words

NO_TEXTS = ("unit.", "noun.")
"""The course's words that readers don't meet as they stand: forms of nouns."""


def load(
    root: Path, course: Course, *, docs: str = "docs", tables: str = "tables", before: Library | None = None,
    extra: Iterable[Text] = (), granted: Iterable[tuple[str, Any, str]] = (), faults: Iterable[Finding] = (),
    left_out: Callable[[str], bool] = lambda _: False, typeset: Callable[[str, bool], Any] | None = None,
) -> Library:
    """Read everything.

    before    a library of the same course and tables: what is known of its unchanged pages is taken over
    extra     texts that readers meet beside the course's own: titles of the navigation
    granted   the literals of their files: path, what is listed, the file's text
    faults    what was found before
    left_out  says which files of the docs no site shows
    typeset   typesets a formula
    """
    shelf = before or _shelf(root, course, tables, list(extra))
    library = replace(shelf, docs=docs, place=root / docs, typeset=typeset, faults=[*shelf.shelf_faults, *faults])
    library.pages = read_pages(dict(_files(library, left_out)))
    for src, page in library.pages.items():
        known = before.pages.get(src) if before else None
        if known and known.source == page.source and not page.findings:
            library.pages[src] = known
    library.literals = {**shelf.literals}
    for granting in granted:
        library.faults += library.allow(*granting)
    for page in library.pages.values():
        library.faults += library.allow(page.path, page.meta.get("literals"), page.source)
    if (records := library.place / SYNC).is_file():
        library.records, more = read_records(read_utf8(records), f"{docs}/{SYNC}")
        library.faults += more
    return library


def _shelf(root: Path, course: Course, tables: str, texts: list[Text]) -> Library:
    """Read what all pages share: the course's words, its glossary, its tables."""
    derived, faults = read_tables(root / tables, course)
    given = course.glossary
    glossary, more = read_glossary(given.text, given.path, course.languages) if given else (Glossary(), [])
    writers = languages(course)
    nouns = {code: [*_nouns(course, code), *glossary.counted(code)] for code in writers}
    labels = [model.label for model in course.models.values()]
    symbols = [symbol.text or symbol.name for symbol in course.symbols.values()]
    readers = {code: Reader(code, nouns=nouns[code], labels=labels, symbols=symbols) for code in writers}
    shown = {name: block.takes(course, derived) for name, block in blocks_of(course).items()}
    library = Library(course, writers, readers, nouns, Names(course, shown), derived, glossary,
                      shelf_faults=[*faults, *more])
    for code in writers:
        texts += [Text.of(text, code, key, f"{course.name}/words/{code}.toml")
                  for key, text in course.words.get(code, {}).items()
                  if not key.startswith(NO_TEXTS) and not (isinstance(text, Placed) and text.made)]
    texts += (text for table in derived.values() for text in table.texts())
    texts += (text for term in glossary.terms for text in term.texts(glossary.path))
    for one in {text.language: text for text in texts if text.language not in writers}.values():
        library.shelf_faults.append(Finding(one.path, one.line, 1, f"the course has no language ‘{one.language}’"))
    library.texts = tuple(text for text in texts if text.language in writers)
    words = (text.source for texts in course.words.values() for text in texts.values() if isinstance(text, Placed))
    sources = [*words, glossary.source, *(table.source for table in derived.values())]
    for source in {one.path: one for one in sources if one}.values():
        library.shelf_faults += library.allow(source.path, source.data.get("literals"), source.text)
    return library


def _nouns(course: Course, code: str) -> Iterator[str]:
    """Give what a course counts, singular and plural."""
    for key, text in course.words.get(code, {}).items():
        if key.startswith(("unit.", "noun.")) and not key.endswith(".symbol"):
            yield from (form.strip() for form in text.split("|")[:2])


def _files(library: Library, left_out: Callable[[str], bool]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Read every page; what lies outside the languages' folders, or isn't UTF-8, is a fault."""
    for path in sorted(library.place.rglob("*.md")):
        src = path.relative_to(library.place).as_posix()
        shown = f"{library.docs}/{src}"
        if left_out(src):
            continue
        if src.partition("/")[0] not in library.languages:
            folders = ", ".join(f"{library.docs}/{code}" for code in library.languages)
            library.faults.append(Finding(shown, 1, 1, "the page lies in no language's folder",
                                          f"move it to one of {folders}, or list it under exclude_docs"))
            continue
        try:
            yield src, (shown, read_utf8(path))
        except UnicodeDecodeError as fault:
            library.faults.append(Finding(shown, 1, fault.start + 1, "the file is not UTF-8"))


def bind(library: Library) -> Library:
    """Bind every hole of every text, and decide every claim; once for each text."""
    for text in library.read():
        if not text.bound:
            text.bind(library.names_for(text))
            text.verdicts = list(decide(text, library.names, library.languages[text.language],
                                        library.readers[text.language]))
    return library


def check(library: Library) -> list[Finding]:
    """Give every fault of all languages, in order of place."""
    found = [finding for one in CHECKS for finding in one(library)]
    return in_order([*library.faults, *found, *(finding for text in library.read() for finding in text.findings)])


class Press:
    """Writes what the pages of a library show. A block is written once a language, whoever asks for it."""

    def __init__(self, library: Library) -> None:
        course = library.course
        self.renderers = {code: Renderer(one, course, self.block) for code, one in library.languages.items()}
        words = {code: Words(course, one, self.renderers[code]) for code, one in library.languages.items()}
        where = {code: renderer.where for code, renderer in self.renderers.items()}
        self.context = Context(course, library.names, library.tables, library.glossary, library.languages, words, where)
        self._tooltips = {code: Tooltips(library.glossary.tooltips(code)) for code in library.languages}
        self.blocks = blocks_of(course)
        self._written: dict[tuple[BlockCall, str], str] = {}

    def block(self, call: BlockCall, language: Language) -> str:
        """Give a block's HTML; raises `WordFault` and the like where it can't be written."""
        key = (call, language.code)
        if key not in self._written:
            self._written[key] = self.blocks[call.kind].html(self.context, call.name, language)
        return self._written[key]

    def render(self, page: Page, late: Mapping[str, str] = NOTHING) -> Rendered:
        """Give a page's Markdown, with a mark for each value, formula and block, and its front matter."""
        return self.renderers[page.language].render(page, late)

    def finish(self, page: Page, rendered: Rendered, html: str) -> str:
        """Give the page's HTML with the marks replaced, and behind it what its blocks share."""
        language, shown = self.renderers[page.language].language, _shown(page)
        behind = "".join(self.blocks[kind].behind(self.context, names, language) for kind, names in shown.items())
        return finish(rendered, self._tooltips[page.language].mark(html)) + behind

    def assets(self, page: Page, rendered: Rendered) -> list[str]:
        """Name the scripts and styles that a page needs for its blocks and values, each once, by their paths."""
        kinds = [self.blocks[kind] for kind in _shown(page)]
        files = [file for block in kinds for file in (*block.styles, *block.scripts)]
        files += (ELEMENTS, NUMBERS) if rendered.entries else ()
        return list(dict.fromkeys(file if isinstance(file, str) else published(file) for file in files))

    def files(self) -> dict[str, bytes]:
        """Give what blocks publish beside the pages, by path."""
        made: dict[str, bytes] = {}
        for block in self.blocks.values():
            made |= block.files(self.context)
            made |= {published(file): file.read_bytes()
                     for file in (*block.scripts, *block.styles) if not isinstance(file, str)}
        return made


def _shown(page: Page) -> dict[str, list[str]]:
    """Name what each kind of block shows on a page, in order."""
    shown: dict[str, list[str]] = {}
    for call in page.blocks():
        shown.setdefault(call.kind, []).append(call.name)
    return shown


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
        self.library.block = self.press.block
        bind(self.library)
        self.findings = check(self.library)
        self.pages, self.course, self.tables = self.library.pages, course, self.library.tables
        self.languages, self.context = self.library.languages, self.press.context
        said = self.library.records
        late = {code: behind(sections(self.pages), said, course.languages, code) for code in course.languages}
        self._late = {src: {section: moved for (on, section), moved in late[page.language].items() if on == page.name}
                      for src, page in self.pages.items()}
        kept = before._rendered if before else {}
        self._rendered: dict[str, tuple[Page, Mapping[str, str], Rendered]] = {
            src: known for src, page in self.pages.items()
            if (known := kept.get(src)) and known[0] is page and known[1] == self._late[src]
        }

    def render(self, src: str) -> Rendered:
        """Give a page's Markdown, with a mark for each value, formula and block, and its front matter."""
        if src not in self._rendered:
            page, late = self.pages[src], self._late[src]
            self._rendered[src] = page, late, self.press.render(page, late)
        return self._rendered[src][2]

    def finish(self, src: str, html: str, root: str = "", others: Mapping[str, str] = NOTHING, where: str = "") -> str:
        """Give the page's HTML with the marks replaced.

        `root` leads from the page to the site's root ("../"), `others` to the page in each other language, `where` to
        the page that says where its numbers come from.
        """
        html = self.press.finish(self.pages[src], self.render(src), html)
        html = html.replace("{site-root}", root).replace("{where}", where)
        for code, way in others.items():
            html = html.replace(f"{{page-in-{code}}}", way)
        return html

    def where(self, src: str) -> list[Origin]:
        """Say where the numbers of a page come from, an entry each."""
        return self.press.renderers[self.pages[src].language].where.origins(self.render(src).prints)

    def assets(self, src: str) -> list[str]:
        """Name the scripts and styles that a page needs, each once, by their paths."""
        return self.press.assets(self.pages[src], self.render(src))

    def ledger(self) -> list[Entry]:
        """List every value that the pages print."""
        return entries((page, self.render(src)) for src, page in self.pages.items())

    def claims(self) -> list[ClaimEntry]:
        """List every claim of the pages, with its distance from its limit."""
        return claim_entries(self.pages.values())

    def csv(self) -> dict[str, str]:
        """Give every table as CSV, by name."""
        return {name: table.csv() for name, table in self.tables.items()}

    def files(self) -> dict[str, bytes]:
        """Give the data files that the site publishes beside its pages, by path."""
        files = {"ledger.json": as_json(self.ledger()), "claims.json": as_json(self.claims())}
        for name, table in self.tables.items():
            files[f"tables/{name}.csv"] = table.csv()
            files[f"tables/{name}.json"] = table.json()
        return {**{path: text.encode() for path, text in files.items()}, **self.press.files()}
