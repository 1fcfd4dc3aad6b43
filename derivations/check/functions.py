"""Whether each formula's function can be worked out and written, and comes to what the formula says.

Also of what no page shows: everything is published. A fault is said once, where the function stands.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

from derivations.exact import DomainError, Formula, UnitClash, check_units
from derivations.library import Library
from derivations.text.finding import Finding


def check(library: Library) -> Iterator[Finding]:
    """Work out every formula, and walk those whose symbols are in units; plain numbers need no walk."""
    for formula in library.course.formulas.values():
        if isinstance(formula, Formula) and (message := _fault(library, formula)):
            yield Finding(*_place(library, formula), message)


def _fault(library: Library, formula: Formula) -> str:
    """Say what is wrong with a formula, if anything is."""
    if formula.name in library.names.kept:
        return (f"{formula.name}: pages write this for something else, so no formula can be called so; "
                f"add a part, as in {formula.name}.one")
    try:
        if any(not symbol.unit.is_pure for symbol in formula.symbols):
            check_units(formula.general.made, formula.symbols, formula.unit)
        _ = formula.written
    except DomainError as fault:
        return str(fault)
    except UnitClash as fault:
        return f"{formula.name}: {fault}"
    return ""


def _place(library: Library, formula: Formula) -> tuple[str, int, int]:
    """Give the file of a formula's function, from the documents' folder (by its name where it lies elsewhere)."""
    code = inspect.unwrap(formula.function).__code__
    root, file = library.place.resolve().parents[len(Path(library.docs).parts) - 1], Path(code.co_filename)
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.name, code.co_firstlineno, 1
