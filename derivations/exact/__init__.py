"""What a derivation gives: exact values, the formulas they come from, and the steps that lead there.

No language, no file, no web site, no course; and no SymPy until an expression is really needed. What declares formulas
is loaded with the first name of it: who counts models takes plain numbers alone, and has no time.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from derivations.exact.held import Held, known
from derivations.exact.quotient import Scalar, quotient
from derivations.exact.scalar import ceiling, floor, largest, least, logarithm, root

if TYPE_CHECKING:
    from derivations.exact.decimal import decimal_text
    from derivations.exact.declare import Declared
    from derivations.exact.derivation import Step
    from derivations.exact.evaluation import evaluate, whole
    from derivations.exact.formula import ByModel, DomainError, Formula, Symbol
    from derivations.exact.proof import Unequal, Unproved, prove
    from derivations.exact.unit import NUMBER, RATIO, Unit, UnitClash, check_units
    from derivations.exact.value import Exact, UnitMismatch, Value
    from derivations.exact.written import read_exact

__all__ = [
    "NUMBER", "RATIO", "ByModel", "Declared", "DomainError", "Exact", "Formula", "Held", "Scalar", "Step", "Symbol",
    "Unequal", "Unit", "UnitClash", "UnitMismatch", "Unproved", "Value", "ceiling", "check_units", "decimal_text",
    "evaluate", "floor", "known", "largest", "least", "logarithm", "prove", "quotient", "read_exact", "root", "whole",
]

_LATER = ("decimal", "declare", "derivation", "evaluation", "formula", "proof", "unit", "value", "written")


def __getattr__(name: str) -> Any:
    """Load what declares formulas."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    rooms = [import_module(f"{__name__}.{room}") for room in _LATER]
    globals().update({one: next(getattr(room, one) for room in rooms if hasattr(room, one))
                      for one in __all__ if one not in globals()})
    return globals()[name]
