from fractions import Fraction

from growth import FORMULAS

from derivations.course import Plot, Series

plot = Plot(
    "growth-by-rate", "log-lines",
    (Series(FORMULAS["growth.balance"], {"K": 1000, "n": 10}, "line", ink="strong"),),
    along="i", points=tuple(Fraction(part, 100) for part in (1, 2, 4, 8)),
    form="digits(4)", along_form="percent(1)",
)
