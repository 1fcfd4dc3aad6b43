"""A folder of documents: what its `mkdocs.yml` says of the course, the docs and the tables; loaded without MkDocs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml

from derivations.book import Book
from derivations.check.customs import mend_file
from derivations.check.numerals import breaches
from derivations.check.skeleton import texts as sections
from derivations.check.sync import Records, check_sync, confirm, write_records
from derivations.course import Course
from derivations.library import SYNC
from derivations.nearest import nearest
from derivations.text.finding import Finding


class NoProject(ValueError):
    """The folder holds no documents that can be checked, and why."""


class _Loader(yaml.SafeLoader):
    """Reads MkDocs' configuration: `!ENV` and `!!python/name` stand for nothing that is needed here."""


def _other(loader: _Loader, suffix: str, node: yaml.Node) -> Any:
    return None


_Loader.add_multi_constructor("!", _other)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", _other)


class Project:
    """The documents of one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        path = root / "mkdocs.yml"
        try:
            settings = yaml.load(path.read_text(encoding="utf-8"), _Loader)
        except OSError:
            raise NoProject(f"{path.name} is not in this folder: run this where the documents are") from None
        except yaml.YAMLError as fault:
            raise NoProject(f"{path.name} is not YAML: {' '.join(str(fault).split())}") from None
        self.settings = settings
        options = self._options(settings)
        self.docs = str(settings.get("docs_dir") or "docs")
        self.tables = str(options.get("tables") or "tables")
        self.course: Course = self._course(str(options.get("course") or ""))

    @staticmethod
    def _options(settings: Any) -> dict[str, Any]:
        plugins = settings.get("plugins", []) if isinstance(settings, dict) else []
        for plugin in plugins if isinstance(plugins, list) else [plugins]:
            if isinstance(plugin, dict) and isinstance(plugin.get("derivations"), dict):
                return dict(plugin["derivations"])
        raise NoProject("mkdocs.yml has no plugin `derivations` with a `course`")

    @staticmethod
    def _course(name: str) -> Course:
        try:
            course = import_module(name).COURSE
        except Exception as fault:  # noqa: BLE001 - whatever a course's module raises is a fault of the course
            raise NoProject(f"the course {name!r} can't be loaded: {type(fault).__name__}: {fault}") from None
        if not isinstance(course, Course):
            raise NoProject(f"{name}.COURSE is not a course")
        return course

    def book(self) -> Book:
        """Load and check all pages and tables."""
        return Book(self.root, self.course, docs=self.docs, tables=self.tables)

    def findings(self, book: Book) -> list[Finding]:
        """Give what a person must see to, though a build may go out: stale tables, sections that are behind."""
        behind = check_sync(sections(book.pages), book.library.records, self.course.languages)
        return [*self.untranslated_titles(), *self.stale_tables(book), *behind]

    def untranslated_titles(self) -> list[Finding]:
        """Find the titles of the navigation that a language has no words for."""
        plugins = [plugin["i18n"] for plugin in self.settings.get("plugins", [])
                   if isinstance(plugin, dict) and isinstance(plugin.get("i18n"), dict)]
        lines = (self.root / "mkdocs.yml").read_text(encoding="utf-8").splitlines()
        found = []
        for language in (one for plugin in plugins for one in plugin.get("languages", ())):
            words = language.get("nav_translations") or {}
            for title in [] if language.get("default") else list(nav_titles(self.settings.get("nav") or [])):
                if title not in words:
                    line = next((n for n, text in enumerate(lines, 1) if f"{title}:" in text), 1)
                    found.append(Finding("mkdocs.yml", line, 1, f"the title ‘{title}’ has no translation",
                                         f"nav_translations of {language['locale']}"))
        return found

    def fix(self, book: Book) -> list[str]:
        """Mend what is mechanical; say in a line each what was done."""
        done = [f"wrote {path}" for path in self._mend(book)]
        if done:
            book = self.book()
        done += [f"wrote {path}" for path in self.write_tables(book)]
        if self._record(book, confirm(sections(book.pages), book.library.records, self.course.languages)):
            done.append(f"wrote {self.docs}/{SYNC}")
        return done

    def _mend(self, book: Book) -> Iterator[str]:
        """Put right what breaks a language's customs, a point for a comma; name the pages written."""
        for src, found in breaches(book.library).items():
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
        """Write the records where they changed."""
        if records == book.library.records:
            return False
        book.library.records = records
        return write_whole(self.root / self.docs / SYNC, write_records(records).encode())

    def stale_tables(self, book: Book) -> list[Finding]:
        """Find the committed CSV files that aren't what their tables derive to today."""
        found = []
        for name, text in book.csv().items():
            path = self.root / self.tables / f"{name}.csv"
            if not path.exists():
                found.append(Finding(f"{self.tables}/{name}.csv", 1, 1, "the file is missing", "run `derive tables`"))
            elif (stored := path.read_text(encoding="utf-8")) != text:
                line = _first_difference(stored, text)
                found.append(Finding(f"{self.tables}/{name}.csv", line, 1, "stale: it is not what the table derives to",
                                     "run `derive tables`"))
        known = {f"{name}.csv" for name in book.tables}
        for path in sorted((self.root / self.tables).glob("*.csv")):
            if path.name not in known:
                found.append(Finding(f"{self.tables}/{path.name}", 1, 1, f"no {path.stem}.toml derives this file"))
        return found

    def write_tables(self, book: Book) -> list[str]:
        """Write each CSV that changed, whole or not at all; give their names."""
        paths = {f"{self.tables}/{name}.csv": text for name, text in book.csv().items()}
        return [path for path, text in paths.items() if write_whole(self.root / path, text.encode())]


def nav_titles(nav: Any) -> Iterator[str]:
    """Give every title that a navigation names, from the top down."""
    for item in nav if isinstance(nav, list) else []:
        for title, inside in item.items() if isinstance(item, dict) else ():
            yield str(title)
            yield from nav_titles(inside)


def write_whole(path: Path, content: bytes) -> bool:
    """Write a file whole or not at all: a reader, or a crash, finds the old file or the new one.

    It is written only if that changes it, so that nobody who watches it wakes for nothing; gives whether it was.
    """
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    os.replace(beside, path)
    return True


def _first_difference(old: str, new: str) -> int:
    for number, (one, other) in enumerate(zip(old.splitlines(), new.splitlines(), strict=False), 1):
        if one != other:
            return number
    return min(len(old.splitlines()), len(new.splitlines())) + 1
