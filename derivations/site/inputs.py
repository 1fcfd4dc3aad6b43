"""What the pages of a site are made from, as digests of content: the course, the machinery, the tables, the documents.

Whatever a book reads belongs here. A book remembered under these digests is right because any byte that could change it
would change them.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Collection, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

from derivations.ordinary import files_below
from derivations.site.fresh import folder_of, folders, package_of
from derivations.site.store import digest

MACHINERY = Path(__file__).parents[1]
LIBRARIES = ("sympy", "mpmath", "pandas", "PyYAML", "Markdown", "pymdown-extensions", "Pygments", "mkdocs",
             "quickjs-ng", "Jinja2")
SOURCES = (".py", ".toml", ".json", ".js")


@cache
def machinery() -> str:
    """Give the digest of this package, of the libraries that it computes and writes with, and of Python.

    Taken once a process: a file that changes later isn't what runs.
    """
    return digest(sys.version, *(f"{name} {version(name)}" for name in LIBRARIES), _files(MACHINERY, SOURCES))


def course(module: str, packages: Sequence[str] = ()) -> str | None:
    """Give the digest of a course's package, data and words included, and of the packages that it names.

    None for a course that is no package. What a course imports from elsewhere isn't seen: `strangers` tells.
    """
    found = folders(module, packages)
    return None if folder_of(module) is None or package_of(module) == module else digest(*map(_files, found))


def strangers(module: str, root: Path, packages: Sequence[str] = (), hooks: Collection[str] = ()) -> list[str]:
    """Name the loaded modules below `root` that belong to neither the course nor what is installed.

    hooks  the names of MkDocs's hooks: no course can import a module of such a name
    """
    own = [*folders(module, packages), MACHINERY, Path(sysconfig.get_path("scripts"))]     # `mkdocs`, the main module
    found = []
    for name, one in list(sys.modules.items()):
        path = getattr(one, "__file__", None)
        if path and (file := Path(path)).is_relative_to(root) and not any(file.is_relative_to(each) for each in own) \
                and "site-packages" not in file.parts and name not in hooks:
            found.append(name)
    return found


def settings(path: str | None) -> str:
    """Give the digest of mkdocs.yml, of a file that it inherits from, or of a hook."""
    return digest(Path(path).read_bytes()) if path and Path(path).is_file() else ""


def words() -> str:
    """Give the digest of the languages' own data, which a live server reads again at each rebuild."""
    return _files(MACHINERY / "language", (".toml",))


def tables(folder: Path) -> str:
    """Give the digest of the recipes of all tables."""
    return _files(folder, (".toml",))


def tests(root: Path) -> str:
    """Give the digest of what may name a formula beside the documents."""
    return _files(root / "tests", (".py", ".txt")) if (root / "tests").is_dir() else ""


def pages(docs: Path) -> dict[str, str]:
    """Give the digest of each page's text, by its path below the documents' folder."""
    return {path.relative_to(docs).as_posix(): digest(path.read_bytes()) for path in files_below(docs)
            if path.suffix == ".md" and path.is_file()}


def beside(docs: Path) -> str:
    """Give the digest of the documents' records, and of the names of all other files, to which links may lead."""
    names = sorted(path.relative_to(docs).as_posix() for path in files_below(docs) if path.is_file())
    return digest(*names, _files(docs, (".toml",)))


def _files(folder: Path, endings: tuple[str, ...] = ()) -> str:
    """Give the digest of a folder's files, names and content; of those with some ending, where endings are named."""
    paths = [path for path in files_below(folder)
             if path.is_file() and "__pycache__" not in path.parts and (not endings or path.suffix in endings)]
    return digest(*(part for path in paths for part in (path.relative_to(folder).as_posix(), path.read_bytes())))
