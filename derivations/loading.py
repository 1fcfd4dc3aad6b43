"""A course's documents, read: pages, words, glossary, tables, literals, records. Nothing is bound yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from derivations.blocks import blocks_of
from derivations.check.sync import read_records, unreadable
from derivations.course import Course
from derivations.language import languages
from derivations.language.pack import folder_of, known, untranslated
from derivations.language.reading.reader import Reader
from derivations.library import SYNC, Library, Ungated
from derivations.ordinary import files_below, named_from, read_utf8
from derivations.places import Lines, Placed
from derivations.tables import read_tables
from derivations.text.finding import Finding
from derivations.text.glossary import Glossary, read_glossary
from derivations.text.names import Names
from derivations.text.page import NO_PAGES, read_pages
from derivations.text.printed import USUAL, Extensions
from derivations.text.render import NOTHING
from derivations.text.text import Text
from derivations.wording import file_of

_OTHERS = frozenset({".markdown", ".mdown", ".mkdn", ".mkd"})
"""How the names of Markdown's files may end elsewhere; MkDocs makes pages of these, too."""
NO_TEXTS = ("unit.", "noun.")
"""The course's words that readers don't meet as they stand: forms of nouns."""


def load(
    root: Path, course: Course, *, docs: str = "docs", tables: str = "tables", before: Library | None = None,
    extra: Iterable[Text] = (), granted: Iterable[tuple[str, Any, str]] = (), faults: Iterable[Finding] = (),
    left_out: Callable[[str], bool] = lambda _: False, typeset: Callable[[str, bool], Any] | None = None,
    extensions: Extensions = USUAL, unbuilt: Callable[[str, str], Finding | None] = lambda *_: None,
    themed: Callable[[str], bool] = lambda _: True, rewritten: Mapping[str, str] = NOTHING,
    earlier: Library | None = None, directories: bool = True, rooted: str = "", flat: bool = False,
    ungated: Iterable[Ungated] = (),
) -> Library:
    """Read everything.

    before    a library of the same course and tables: what is known of its unchanged pages is taken over
    extra     texts that readers meet beside the course's own: titles of the navigation
    granted   the literals of their files: path, what is listed, the file's text
    faults    what was found before
    left_out  says which files of the docs no site shows
    typeset   typesets a formula
    extensions  those of Markdown that the site uses
    unbuilt   says of a language, and of what there is in it, whether the site leaves it out
    themed    says whether the site's theme has a file
    rewritten  pages as others have made them of their files; which language is behind, the files have told
    earlier   a library of any course: what Markdown prints of its unchanged pages is taken over
    directories  whether each page has a folder of its own in the site
    rooted    the language that stands at the site's root; "" where that isn't known
    flat      whether pages lie in no folder of a language, where the course has but one
    ungated   the pages whose numerals nobody reads
    """
    shelf = before or _shelf(root, course, tables, list(extra))
    library = replace(shelf, docs=docs, place=root / docs, typeset=typeset, themed=themed, unread=set(),
                      directories=directories, rooted=rooted, ungated=(*ungated,),
                      alone=course.languages[0] if flat and len(course.languages) == 1 else "",
                      faults=[*shelf.shelf_faults, *faults])
    files = {src: (shown, rewritten.get(src, text)) for src, (shown, text) in _files(library, left_out)}
    library.pages = read_pages(files, extensions, earlier.pages if earlier else NO_PAGES, library.alone)
    for src, page in library.pages.items():
        known = before.pages.get(src) if before else None
        if known and known.source == page.source and not page.findings:
            library.pages[src] = known
    written = {page.language for page in library.pages.values()}
    for code in course.languages:
        of_it = f"pages in {docs}/{code}" if code in written else f"words in {code}"
        library.faults += filter(None, [unbuilt(code, of_it)])
    library.literals = {**shelf.literals}
    for granting in granted:
        library.faults += library.allow(*granting)
    for page in library.pages.values():
        library.faults += library.allow(page.path, page.meta.get("literals"), page.source)
    if (records := library.place / SYNC).exists():
        try:
            library.records, more = read_records(read_utf8(records), f"{docs}/{SYNC}")
        except (OSError, UnicodeDecodeError):
            more = [unreadable(f"{docs}/{SYNC}")]
        names = {page.name for src, page in library.pages.items() if src in rewritten}
        library.records = {key: said for key, said in library.records.items() if key[0] not in names}
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
    faulty = {("table", path.stem) for path in (root / tables).glob("*.toml") if path.stem not in derived}
    library = Library(course, writers, readers, nouns, Names(course, shown, faulty=faulty), derived, glossary,
                      shelf_faults=[*faults, *more])
    for code in writers:
        library.shelf_faults += _begun(root, code)
        path = file_of(course, code)
        texts += [Text.of(text, code, key, path)
                  for key, text in course.words.get(code, {}).items()
                  if not key.startswith(NO_TEXTS) and not (isinstance(text, Placed) and text.made)]
    texts += (text for table in derived.values() for text in table.texts())
    texts += (text for term in glossary.terms for text in term.texts(glossary.path))
    strangers = dict[str, Text]()
    for text in texts:
        if text.language not in writers:
            strangers.setdefault(text.language, text)
    beside = file_of(course, course.languages[0]).rpartition("/")[0]
    for code, text in strangers.items():
        begun = "" if code in known() else f"; begin its pack by `derive pack {code} {course.languages[0]}`"
        named = text.key == "locale" or len(course.languages) > 1            # else it is what a theme takes for granted
        theme = "" if named else f"`language: {course.languages[0]}` below theme, or "
        library.shelf_faults.append(text.finding(
            0, f"the course has no language ‘{code}’", f"write {theme}{beside}/{code}.toml{begun}"))
    library.texts = tuple(text for text in texts if text.language in writers)
    words = (text.source for texts in course.words.values() for text in texts.values() if isinstance(text, Placed))
    sources = [*words, glossary.source, *(table.source for table in derived.values())]
    for source in {one.path: one for one in sources if one}.values():
        library.shelf_faults += library.allow(source.path, source.data.get("literals"), source.text)
    return library


def _begun(root: Path, code: str) -> Iterator[Finding]:
    """Find a pack that was begun as another language's is, and not translated."""
    like, left = untranslated(code)
    for key, sentence in [*left.items()][:1]:
        path = folder_of(code) / "words.toml"
        text = read_utf8(path)
        yield Finding(named_from(path, root), *Lines(text).place(text.find(sentence)),
                      f"{len(left)} sentences are as in {like}", f"translate them, {key} first")


def _nouns(course: Course, code: str) -> Iterator[str]:
    """Give what a course counts, singular and plural."""
    for key, text in course.words.get(code, {}).items():
        if key.startswith(("unit.", "noun.")) and not key.endswith(".symbol"):
            yield from (form.strip() for form in text.split("|")[:2])


def _files(library: Library, left_out: Callable[[str], bool]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Read every page; what lies outside the languages' folders, or isn't UTF-8, is a fault."""
    for path in files_below(library.place):
        src = path.relative_to(library.place).as_posix()
        shown = f"{library.docs}/{src}"
        if path.suffix not in _OTHERS | {".md"} or left_out(src):
            continue
        if path.suffix in _OTHERS:
            library.faults.append(Finding(shown, 1, 1, f"a page's name ends in .md, not in {path.suffix}", "rename it"))
            continue
        if not library.alone and src.partition("/")[0] not in library.languages:
            folders = " or ".join(f"{library.docs}/{code}" for code in library.languages)
            library.faults.append(Finding(shown, 1, 1, "the page lies in no language's folder",
                                          f"move it to {folders}, or list it under exclude_docs"))
            continue
        try:
            yield src, (shown, read_utf8(path))
        except UnicodeDecodeError as fault:
            library.unread.add(src)
            library.faults.append(Finding(shown, 1, fault.start + 1, "the file is not UTF-8"))
        except OSError as fault:
            library.unread.add(src)
            library.faults.append(Finding(shown, 1, 1, f"the file can't be read: {fault.strerror}"))
