"""Where a formula stands: its function, its declaration, its words, the tests that name it, the pages that show it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from derivations.course import Course
from derivations.exact import ByModel
from derivations.nearest import nearest_value
from derivations.ordinary import named_from, read_ordinary
from derivations.places import Placed
from derivations.terminal import Refused

_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*(?:\.\w+)*")
_OPEN = re.compile(r"(?<![\w.])(?=[\w.]*\.)(?=[^\"'\s]*\{)(?:\w|\{\w[^{}\"'\n]*\})+(?:\.(?:\w|\{\w[^{}\"'\n]*\})+)+")
"""A name with a part left open, as tests spell many at once: f"memory.{account}.state"."""


def whereabouts(course: Course, name: str, root: Path) -> list[tuple[str, str]]:
    """Give (what stands there, path:line or the like) for a formula, in a folder with `docs`, `tables` and `tests`.

    Raises `Refused` where no formula has the name.
    """
    formula = course.formulas.get(name)
    if formula is None:
        raise Refused(f"no formula is called {name!r}{nearest_value(name, course.formulas)}")
    if isinstance(formula, ByModel):
        return [*mentions([name], root)[name]]
    source = Path(inspect.getsourcefile(inspect.unwrap(formula.function)) or "")
    line = inspect.unwrap(formula.function).__code__.co_firstlineno
    found = [("function", f"{named_from(source, root)}:{line}")]
    spelled = re.compile(rf'"{re.escape(formula.pattern or name)}"')
    for path in sorted(source.parent.glob("*.py")):
        found += [("declared", f"{named_from(path, root)}:{at}") for at, text in _lines(path) if spelled.search(text)]
    for language in course.languages:
        words = course.words[language].get(f"formula.{name}", "none")
        at = f"{words.source.path}:{words.place[0]}: " if isinstance(words, Placed) else ""
        found.append((f"words, {language}", at + words))
    return [*found, *mentions([name], root)[name]]


def mentions(
    names: Iterable[str], root: Path, folders: Sequence[str] = ("tests", "docs", "tables")
) -> dict[str, list[tuple[str, str]]]:
    """List where tests, pages and tables name each formula as a whole: (what, path:lines), in the folders there are."""
    found: dict[str, list[tuple[str, str]]] = {name: [] for name in names}
    for kind, folder, endings in (("test", "tests", (".py", ".txt")), ("page", "docs", (".md",)),
                                  ("table", "tables", (".toml",))):
        for path in sorted((root / folder).rglob("*")) if folder in folders else ():
            if path.suffix not in endings:
                continue
            here: dict[str, list[str]] = {}
            for at, text in _lines(path):
                for name in {one for one in _NAME.findall(text) if one in found} | set(_meant(text, found)):
                    here.setdefault(name, []).append(str(at))
            for name, lines in here.items():
                found[name].append((kind, f"{named_from(path, root)}:{', '.join(lines)}"))
    return found


def _meant(text: str, names: Iterable[str]) -> Iterator[str]:
    """Give the names that a name with open parts may stand for."""
    for spelled in _OPEN.findall(text):
        pattern = re.compile("".join(r"[^.]+" if part.startswith("{") else re.escape(part)
                                     for part in re.split(r"(\{[^{}]*\})", spelled)))
        yield from (name for name in names if pattern.fullmatch(name))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        return enumerate(read_ordinary(path).decode("utf-8", "replace").splitlines(), 1)
    except OSError:                                          # a folder called x.md, a link that leads nowhere
        return iter(())
