"""What a derivation gives: exact values, the formulas they come from, and the steps that lead there.

No language, no file, no web site, no course; and no SymPy until an expression is really needed.
"""

from derivations.exact.evaluate import evaluate
from derivations.exact.formula import ByModel, DomainError, Formula, Step, Symbol
from derivations.exact.proof import Unequal, prove
from derivations.exact.quotient import Scalar, quotient
from derivations.exact.scalar import ceiling, floor, least, root
from derivations.exact.value import NUMBER, RATIO, Exact, Unit, UnitMismatch, Value
from derivations.exact.written import read_exact

__all__ = [
    "NUMBER",
    "RATIO",
    "ByModel",
    "DomainError",
    "Exact",
    "Formula",
    "Scalar",
    "Step",
    "Symbol",
    "Unequal",
    "Unit",
    "UnitMismatch",
    "Value",
    "ceiling",
    "evaluate",
    "floor",
    "least",
    "prove",
    "quotient",
    "read_exact",
    "root",
]
