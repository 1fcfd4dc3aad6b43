"""A folder of documents, as the command `derive` works on it; its configuration is loaded as a build loads it."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from itertools import accumulate, zip_longest
from logging.handlers import BufferingHandler
from pathlib import Path
from typing import Any

import yaml
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, MkDocsException

from derivations.book import Book
from derivations.check.customs import Custom, mend_file
from derivations.check.headings import missing
from derivations.check.numerals import breaches
from derivations.check.skeleton import texts as sections
from derivations.check.sync import check_sync, confirm, write_records
from derivations.course import Course
from derivations.language import languages
from derivations.library import SYNC, Records
from derivations.nearest import closest, nearest
from derivations.ordinary import configured, read_ordinary, read_utf8, write_whole
from derivations.outputs import folder
from derivations.places import Unreadable
from derivations.site import configuration, fresh, math, yml
from derivations.terminal import Refused
from derivations.text.finding import Finding

__all__ = ["NoProject", "Project", "home"]

_INHERIT = re.compile(r"^INHERIT:[ \t]*[\"']?([^\"'\n]*)", re.MULTILINE)
_BRACKETS = re.compile(r"[\[\]{}]")
_DEEPEST = 100
_MOST_SAID = 1000


class NoProject(Refused):
    """The folder holds no documents that can be checked, and why."""


class Project:
    """The documents of one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.configuration = _configuration(root)
        self.docs, self.tables = self.configuration.docs, self.configuration.tables
        fresh.reach(root)
        self.course: Course = self._course(self.configuration.course, root).led_by(self.configuration.book["rooted"])

    @staticmethod
    def _course(name: str, root: Path) -> Course:
        try:
            course = import_module(name).COURSE
            if isinstance(course, Course):
                languages(course)
        except Unreadable as fault:
            raise NoProject(f"{fault.path}:{fault.line}:{fault.column}: {fault}") from None
        except Exception as fault:  # noqa: BLE001 - whatever a course's module raises is a fault of the course
            found = fresh.fault_of(fault, name, root)
            place = "" if found.path == name else f"{found.path}:{found.line}:{found.column}: "
            said = found.message.replace("syntax error", type(fault).__name__, 1)
            raise NoProject(f"{place}the course {name!r} can't be loaded: {said}") from None
        if not isinstance(course, Course):
            raise NoProject(f"{name}.COURSE is not a course")
        return course

    def book(self) -> Book:
        """Load and check all pages and tables."""
        return Book(self.root, self.course, **self.configuration.book)

    def render(self, book: Book, to: Path) -> int:
        """Write the documents as plain Markdown for any site builder; give the number of files."""
        return folder.write(to, book, self.configuration.said, math.typeset)

    def findings(self, book: Book) -> list[Finding]:
        """Give what a person must see to though pages are right: a theme, stale tables, sections behind."""
        behind = check_sync(sections(book.pages), book.library.records, self.course.languages, _faulty(book))
        return [*self.configuration.unthemed, *self.stale_tables(book), *behind]

    def fix(self, book: Book) -> list[str]:
        """Mend what is mechanical; say in a line each what was done."""
        done: list[str] = []
        for faults in (missing, breaches, breaches):              # one mend may make another safe
            if mended := list(self._mend(book, faults(book.library))):
                book = self.book()
                done += (line for path in mended if (line := f"wrote {path}") not in done)
        done += [f"wrote {path}" for path in self.write_tables(book)]
        if self._record(book, confirm(sections(book.pages), book.library.records, self.course.languages)):
            done.append(f"wrote {self.docs}/{SYNC}")
        return done

    def _mend(self, book: Book, faults: Mapping[str, list[Custom]]) -> Iterator[str]:
        """Put right what a machine may: an id behind a heading, a comma for a point; name the pages written."""
        for src, found in faults.items():
            path = book.pages[src].path
            if found and write_whole(self.root / path, mend_file((self.root / path).read_bytes(), found)):
                yield path

    def confirm(self, book: Book, names: Iterable[str]) -> None:
        """Record that a person found all languages of these sections ("chapter.md#ratio") to say the same."""
        keys = []
        for name in names:
            page, _, section = name.partition("#")
            if (page, section) not in sections(book.pages):
                known = [f"{on}#{inside}" for on, inside in sections(book.pages)]
                raise NoProject(f"there is no section {name!r}{nearest(name, known)}")
            keys.append((page, section))
        self._record(book, confirm(sections(book.pages), book.library.records, self.course.languages, keys))

    def _record(self, book: Book, records: Records) -> bool:
        """Write the records where they changed, and never over ones that can't be read."""
        path = f"{self.docs}/{SYNC}"
        if records == book.library.records or any(found.path == path for found in book.findings):
            return False
        book.library.records = records
        return write_whole(self.root / path, write_records(records).encode())

    def stale_tables(self, book: Book) -> list[Finding]:
        """Find the committed CSV files that aren't what their tables derive to today."""
        found = []
        for name, table in book.tables.items():
            text, path = table.csv(), self.root / self.tables / f"{name}.csv"
            if not path.exists():
                found.append(Finding(f"{self.tables}/{name}.csv", 1, 1, "the file is missing", "run `derive tables`"))
            elif (stored := read_ordinary(path).decode("utf-8", "replace").replace("\r\n", "\n")) != text:
                line = _first_difference(stored, text)
                found.append(Finding(f"{self.tables}/{name}.csv", line, 1, "stale: it is not what the table derives to",
                                     "run `derive tables`"))
        known = {f"{path.stem}.csv" for path in (self.root / self.tables).glob("*.toml")}
        for path in sorted((self.root / self.tables).glob("*.csv")):
            if path.name not in known:
                found.append(Finding(f"{self.tables}/{path.name}", 1, 1, f"no {path.stem}.toml derives this file"))
        return found

    def write_tables(self, book: Book) -> list[str]:
        """Write each CSV that changed, whole or not at all; give their names."""
        paths = {f"{self.tables}/{name}.csv": table for name, table in book.tables.items()}
        return [path for path, table in paths.items() if write_whole(self.root / path, table.csv().encode())]


def home(root: Path) -> Path:
    """Give the folder of the course's own package, even where the course can't be loaded yet."""
    name = _configuration(root).course
    fresh.reach(root)
    with suppress(ImportError, ValueError):
        if (found := find_spec(name)) and found.origin:
            return Path(found.origin).parent
    raise NoProject(f"the course {name!r} is not found")


def _configuration(root: Path) -> configuration.Configuration:
    if not (path := configured(root)):
        above = next((one for one in root.absolute().parents if configured(one)), None)
        raise NoProject("mkdocs.yml is not in this folder: run this where the documents are"
                        + (f", in {os.path.relpath(above, root)}" if above else ""))
    try:
        return configuration.read(_loaded(Path(path)))
    except configuration.BadConfiguration as fault:
        raise NoProject(str(fault)) from None


def _loaded(path: Path) -> MkDocsConfig:
    """Load the configuration as a build does. Raises `NoProject` with one line for what MkDocs refuses."""
    with _listening() as heard:
        try:
            for one in _inherited(path):
                _bound(read_utf8(one))
            return load_config(str(path))
        except (Abort, MkDocsException) as fault:
            said = [record.getMessage() for record in heard.buffer] or [str(fault)]
        except UnicodeDecodeError:
            said = ["it is not UTF-8"]
        except RecursionError:
            said = ["it is nested too deep"]
        except Exception as fault:  # noqa: BLE001 - whatever a plugin raises about its options
            said = [f"{type(fault).__name__}: {fault}"]
    raise NoProject(" ".join(_placed(path, said[0]).split()))


def _placed(path: Path, said: str) -> str:
    """Say what MkDocs says of its configuration with the place first, and what was meant where that can be told."""
    if at := re.search(r'file: (.*?)\s+in "[^"]*", line (\d+), column (\d+)', said, re.DOTALL):
        return f"{path.name}:{at[2]}:{at[3]}: not YAML: {at[1]}"
    for name, options in _plugins(path) if "plugins" in said.lower() else ():
        if len(options) > 1:                                # a name, and its options beside it
            beside = options[1][0]
            return (f"{_at(path, beside)}: {beside.value} stands beside {name.value} and belongs below it: "
                    "indent it further")
        if "Plugin 'derivations' option 'course'" in said and name.value == "derivations":
            below = yml.pairs(options[0][1]) if options else []
            near = closest("course", [str(key.value) for key, _ in below])
            meant = f", not {near}" if near not in ("", "course") else ""
            return (f"{_at(path, name)}: the plugin derivations names no course "
                    f"(write `course: PACKAGE` below it{meant})")
    return f"{path.name}: {said}"


def _at(path: Path, node: Any) -> str:
    return f"{path.name}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"


def _plugins(path: Path) -> Iterator[tuple[Any, list[Any]]]:
    """Give the name of each plugin that a configuration lists, and what stands beside and below it, as YAML's nodes."""
    with suppress(yaml.YAMLError, OSError):
        for one in yml.items(yml.child(yaml.compose(read_utf8(path), yaml.SafeLoader), "plugins")):
            options = yml.pairs(one)
            yield (options[0][0] if options else one), options


def _inherited(path: Path) -> Iterator[Path]:
    """Give the configuration's file, and those that it says it inherits from, each once; none of them is parsed yet."""
    met: set[Path] = set()
    while path.is_file() and path.resolve() not in met:
        met.add(path.resolve())
        yield path
        found = _INHERIT.search(read_utf8(path))
        path = path.parent / (found[1].strip() if found else "")


def _bound(text: str) -> None:
    """Raise `RecursionError` where more brackets are open than anyone writes: PyYAML would take seconds to say so."""
    if max(accumulate(1 if one[0] in "[{" else -1 for one in _BRACKETS.finditer(text)), default=0) > _DEEPEST:
        raise RecursionError


@contextmanager
def _listening() -> Iterator[BufferingHandler]:
    """Keep what MkDocs says of a configuration that it refuses, which it would print."""
    log, heard = logging.getLogger("mkdocs"), BufferingHandler(_MOST_SAID)
    heard.setLevel(logging.ERROR)
    log.addHandler(heard)
    log.propagate = False
    try:
        yield heard
    finally:
        log.removeHandler(heard)
        log.propagate = True


def _faulty(book: Book) -> set[tuple[str, str]]:
    """Give the sections with a fault in any language, by page and id: what else is to be done there comes after it."""
    pages, found = {page.path: page for page in book.pages.values()}, set()
    for finding in book.findings:
        if page := pages.get(finding.path):
            before = [one.id for one in page.headings if page.lines.place(one.start)[0] <= finding.line]
            found.add((page.name, before[-1] if before else ""))
    return found


def _first_difference(old: str, new: str) -> int:
    pairs = zip_longest(old.splitlines(), new.splitlines())
    return next((number for number, (one, other) in enumerate(pairs, 1) if one != other), len(old.splitlines()) + 1)
