"""What the shape of a matrix does to its ratio while its area stays: the square gets least.

The ratio is r(1/in + 1/out). Make one side of a square (1 + x) times as long and the other as much shorter: the area is
what it was, the sum of the two sides is not, and the ratio follows the sum.
"""

from __future__ import annotations

from typing import Any

from derivations.counting.linear import ratio
from derivations.exact import NUMBER, Formula, Scalar, Step, quotient
from derivations.exact.derivation import as_quotient, as_sum, steps
from derivations.exact.simplest import simplest
from derivations.lora.linear import HU, oblong, square
from derivations.lora.symbols import x


def ratio_over_square(stretch: Scalar) -> Scalar:
    """Give the ratio of sides (1 + x)h and h/(1 + x) over that of the square of side h; h and r cancel."""
    longer = 1 + stretch
    return quotient(ratio(oblong(longer, quotient(1, longer)), 1), ratio(square(1), 1))


def _steps(stretch: Any) -> tuple[Step, ...]:
    longer = as_sum([1, stretch])
    return steps(
        ("sides_over_sides", as_quotient(as_sum([longer, as_quotient(1, longer)]), as_sum([1, 1]))),
        ("collect", simplest(ratio_over_square(stretch))),
    )


def above(stretch: Scalar) -> Scalar:
    """Give by what part the stretched matrix's ratio is above the square's: never below zero."""
    return ratio_over_square(stretch) - 1


def _above_steps(stretch: Any) -> tuple[Step, ...]:
    return steps(
        ("one_less", as_sum([simplest(ratio_over_square(stretch)), -1])),
        ("collect", simplest(above(stretch))),
    )


FORMULAS: tuple[Formula, ...] = (
    Formula("stretched.ratio_over_square", ratio_over_square, (x,), NUMBER, derive=_steps, source=HU),
    Formula("stretched.above", above, (x,), NUMBER, derive=_above_steps, source=HU),
)
