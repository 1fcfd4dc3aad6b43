"""The course as its files say now, however often they change while the process lives.

A live server must show an edited formula, so the course's modules are forgotten and imported again at each
rebuild. They are compiled from their sources every time: Python trusts a bytecode file whose source has the
same size and the same second, which an edit of one digit easily has.
"""

from __future__ import annotations

import importlib
import linecache
import pkgutil
import re
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import find_spec
from pathlib import Path
from types import CodeType, ModuleType

from derivations.course import Course
from derivations.language import languages, pack
from derivations.nearest import nearest
from derivations.places import Unreadable
from derivations.text.finding import Finding


class CourseError(Exception):
    """The course can't be loaded; `finding` says where and why."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(str(finding))


class _FromSource(SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


class _Finder(MetaPathFinder):
    def __init__(self, packages: Sequence[str]) -> None:
        self.packages = packages

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not any(_belongs(fullname, package) for package in self.packages):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _FromSource(spec.loader.name, spec.loader.path)
        return spec


def _belongs(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def package_of(module: str) -> str:
    """The package that a course's module lives in: what is forgotten and watched as one."""
    return module.rpartition(".")[0] or module


def reach(root: Path) -> None:
    """Let a course be found that lives beside its mkdocs.yml without being installed."""
    if str(root) not in sys.path:
        sys.path.append(str(root))


def folder_of(module: str) -> Path | None:
    """The folder of the course's package, without importing it; None if there is no such package."""
    return _folder(package_of(module))


def folders(module: str, packages: Sequence[str]) -> list[Path]:
    """The folders that a course is made of: its own, and those of the packages that it names."""
    found = [_folder(package) for package in (package_of(module), *packages)]
    return [folder for folder in found if folder is not None]


def _folder(package: str) -> Path | None:
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):
        return None
    return Path(spec.origin).parent if spec is not None and spec.origin else None


@contextmanager
def _compiled_from_source(packages: Sequence[str]) -> Iterator[None]:
    finder = _Finder(packages)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


def forget(*packages: str) -> None:
    """Drop every module of some packages, and the interface's words, so that their files are read again."""
    for name in [name for name in sys.modules if any(_belongs(name, package) for package in packages)]:
        del sys.modules[name]
    pack.forget()
    importlib.invalidate_caches()
    linecache.checkcache()


def load(module: str, root: Path, packages: Sequence[str] = ()) -> Course:
    """Import the module afresh and give its COURSE. Raises CourseError, with paths relative to `root`.

    packages  those that the course is known to name: they are imported afresh too
    """
    own = (package_of(module), *packages)
    forget(*own)
    reach(root)
    try:
        with _compiled_from_source(own):
            course = importlib.import_module(module).COURSE
        if not isinstance(course, Course):
            raise TypeError(f"COURSE is a {type(course).__name__}, not a Course")
        languages(course)                                       # a pack that lacks a word is a fault of the course
    except Exception as error:  # noqa: BLE001 - whatever an author's module does, the site says it and lives on
        raise CourseError(fault_of(error, module, root)) from None
    return course


def _meant(error: ImportError, module: str, root: Path) -> str:
    """Give the nearest name to one that can't be imported: a package by the documents, a module, what it holds."""
    missed = error.name or ""
    if not isinstance(error, ModuleNotFoundError):
        asked = re.search(r"cannot import name '(\w+)'", str(error))
        holds = sys.modules.get(missed)
        return nearest(asked[1], getattr(holds, "__all__", dir(holds))) if asked else ""
    package, _, last = missed.rpartition(".")
    if package:
        places = getattr(sys.modules.get(package), "__path__", [])
        return nearest(last, [one.name for one in pkgutil.iter_modules(places)])
    beside = [one.name for one in pkgutil.iter_modules([str(root)])]
    return nearest(last, beside) or ("" if last != package_of(module) else
                                     "; no folder of this name with an __init__.py lies beside mkdocs.yml")


def fault_of(error: Exception, module: str, root: Path) -> Finding:
    """Where the fault is: the syntax error's own place, else the last line of the course that ran."""
    folder = folder_of(module)
    path, line, column = module, 1, 1
    if isinstance(error, Unreadable):
        path, line, column, message = error.path, error.line, error.column, error.message
    elif isinstance(error, SyntaxError) and error.filename:
        path, line, column = error.filename, error.lineno or 1, error.offset or 1
        message = f"syntax error: {error.msg}"
    else:
        message = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        if isinstance(error, ImportError):
            message += _meant(error, module, root)
        for frame in traceback.extract_tb(error.__traceback__):
            if folder is not None and folder in Path(frame.filename).parents:
                path, line, column = frame.filename, frame.lineno or 1, (frame.colno or 0) + 1
    try:
        path = Path(path).resolve().relative_to(root.resolve()).as_posix() if Path(path).exists() else path
    except ValueError:
        path = str(path)
    return Finding(path, line, column, " ".join(message.split()), "the course can't be loaded")
