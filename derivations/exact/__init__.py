"""What a derivation gives: exact values, the formulas they come from, and the steps that lead there.

No language, no file, no web site, no course; and no SymPy until an expression is really needed.
"""

from derivations.exact.decimal import decimal_text
from derivations.exact.declare import Declared
from derivations.exact.evaluate import evaluate, whole
from derivations.exact.formula import ByModel, DomainError, Formula, Symbol
from derivations.exact.held import Held, known
from derivations.exact.proof import Unequal, Unproved, prove
from derivations.exact.quotient import Scalar, quotient
from derivations.exact.scalar import ceiling, floor, largest, least, logarithm, root
from derivations.exact.step import Step
from derivations.exact.unit import NUMBER, RATIO, Unit, UnitClash, check_units
from derivations.exact.value import Exact, UnitMismatch, Value
from derivations.exact.written import read_exact

__all__ = [
    "NUMBER",
    "RATIO",
    "ByModel",
    "Declared",
    "DomainError",
    "Exact",
    "Formula",
    "Held",
    "Scalar",
    "Step",
    "Symbol",
    "Unequal",
    "Unit",
    "UnitClash",
    "UnitMismatch",
    "Unproved",
    "Value",
    "ceiling",
    "check_units",
    "decimal_text",
    "evaluate",
    "floor",
    "known",
    "largest",
    "least",
    "logarithm",
    "prove",
    "quotient",
    "read_exact",
    "root",
    "whole",
]
