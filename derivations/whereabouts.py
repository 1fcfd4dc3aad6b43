"""Where a formula stands: its function, its declaration, its words, the tests that name it, the pages that show it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from derivations.course import Course
from derivations.exact import ByModel
from derivations.nearest import nearest


class Unknown(ValueError):
    """No formula has the name."""


def whereabouts(course: Course, name: str, root: Path) -> list[tuple[str, str]]:
    """Give (what stands there, path:line or the like) for a formula, in a folder with `docs`, `tables` and `tests`."""
    formula = course.formulas.get(name)
    if formula is None:
        raise Unknown(f"no formula is called {name!r}{nearest(name, course.formulas, 0.5)}")
    if isinstance(formula, ByModel):
        return [*_mentions(name, root)]
    source = Path(inspect.getsourcefile(inspect.unwrap(formula.function)) or "")
    line = inspect.unwrap(formula.function).__code__.co_firstlineno
    found = [("function", f"{_short(source, root)}:{line}")]
    spelled = re.compile(rf'"{re.escape(formula.pattern or name)}"')
    for path in sorted(source.parent.glob("*.py")):
        found += [("declared", f"{_short(path, root)}:{at}") for at, text in _lines(path) if spelled.search(text)]
    for language in course.languages:
        found.append((f"words, {language}", course.words[language].get(f"formula.{name}", "none")))
    return [*found, *_mentions(name, root)]


def _mentions(name: str, root: Path) -> Iterator[tuple[str, str]]:
    """List where tests, pages and tables name a formula as a whole, in the folders that there are."""
    whole = re.compile(rf"(?<![\w.]){re.escape(name)}(?![\w.]*\w)")
    for kind, folder, endings in (("test", "tests", (".py", ".txt")), ("page", "docs", (".md",)),
                                  ("table", "tables", (".toml",))):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in endings and (found := [str(at) for at, text in _lines(path) if whole.search(text)]):
                yield kind, f"{_short(path, root)}:{', '.join(found)}"


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    return enumerate(path.read_text(encoding="utf-8").splitlines(), 1)


def _short(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
