"""What the shape of a matrix does to its ratio while its area stays: the square gets least.

The ratio is r(1/in + 1/out). Make one side of a square (1 + x) times as long and the other as much shorter: the area is
what it was, the sum of the two sides is not, and the ratio follows the sum.
"""

from __future__ import annotations

from derivations.exact import NUMBER, Declared, Held, Scalar, known, quotient
from derivations.lora.linear import HU, oblong, ratio, square
from derivations.lora.symbols import PARAMETER

formula = Declared(PARAMETER)


@formula("stretched.ratio_over_square", NUMBER, HU, reasons=("sides_over_sides",),
         derive=lambda x: quotient(1 + x + quotient(1, 1 + x), 1 + Held(1)))
def ratio_over_square(x: Scalar) -> Scalar:
    """Give the ratio of sides (1 + x)h and h/(1 + x) over that of the square of side h; h and r cancel."""
    return quotient(ratio(oblong(1 + x, quotient(1, 1 + x)), 1), ratio(square(1), 1))


@formula("stretched.above", NUMBER, HU, reasons=("one_less",))
def above(x: Scalar) -> Scalar:
    """Give by what part the stretched matrix's ratio is above the square's: never below zero."""
    return known(ratio_over_square(x)) - 1


FORMULAS = formula.formulas
