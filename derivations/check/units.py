"""Whether formulas add only what is alike, come to the units that they say, and hold no float."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

from derivations.exact import DomainError, Formula, UnitClash, check_units
from derivations.library import Library
from derivations.text.finding import Finding


def check(library: Library) -> Iterator[Finding]:
    """Walk every formula whose symbols are in units; what was derived from plain numbers has nothing to be checked."""
    for formula in library.course.formulas.values():
        if isinstance(formula, Formula):
            try:
                if any(not symbol.unit.is_pure for symbol in formula.symbols):
                    check_units(formula.general.made, formula.symbols, formula.unit)
                elif _holds_a_float(formula):
                    formula.general.made  # noqa: B018 - it says which
            except (UnitClash, DomainError) as fault:
                message = str(fault) if isinstance(fault, DomainError) else f"{formula.name}: {fault}"
                function = inspect.unwrap(formula.function)
                yield Finding(_path(library, Path(function.__code__.co_filename)), function.__code__.co_firstlineno, 1,
                              message)


def _holds_a_float(formula: Formula) -> bool:
    """Whether a float stands in the function itself, seen without asking SymPy."""
    code = getattr(inspect.unwrap(formula.function), "__code__", None)
    return code is not None and any(isinstance(one, float) for one in code.co_consts)


def _path(library: Library, file: Path) -> str:
    """Give a file's path from the documents' folder, or by its name where it lies elsewhere."""
    root = library.place.resolve().parents[len(Path(library.docs).parts) - 1]
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name
