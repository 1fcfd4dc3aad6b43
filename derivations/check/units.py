"""Whether formulas add only what is alike, and come to the units that they say."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

from derivations.exact import Formula, UnitClash, check_units
from derivations.library import Library
from derivations.text.finding import Finding


def check(library: Library) -> Iterator[Finding]:
    """Walk every formula whose symbols are in units; what was derived from plain numbers has nothing to be checked."""
    for formula in library.course.formulas.values():
        if isinstance(formula, Formula) and any(not symbol.unit.is_pure for symbol in formula.symbols):
            try:
                check_units(formula.general.made, formula.symbols, formula.unit)
            except UnitClash as fault:
                function = inspect.unwrap(formula.function)
                yield Finding(_path(library, Path(function.__code__.co_filename)), function.__code__.co_firstlineno, 1,
                              f"{formula.name}: {fault}")


def _path(library: Library, file: Path) -> str:
    """Give a file's path from the documents' folder, or by its name where it lies elsewhere."""
    root = library.place.resolve().parents[len(Path(library.docs).parts) - 1]
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name
