"""A second course that has nothing to do with LoRA: pendulums, and money that grows.

Units that are composed and converted, roots, π and logarithms: nearly every result is irrational, and every digit of it
has to be right.
"""

from fractions import Fraction
from pathlib import Path

from sympy import pi

from derivations.course import Course, Drill, Plot, Series, Slip
from derivations.exact import RATIO, Declared, Formula, Symbol, Unit, logarithm, quotient, root
from derivations.wording import read_words

METRE, SECOND, YEAR, EURO = Unit("metre"), Unit("second"), Unit("year"), Unit("euro")
KILOMETRE = (1000 * METRE).named("kilometre")
MINUTE = (60 * SECOND).named("minute")
SPEED = METRE / SECOND
HERTZ = (SECOND**-1).named("hertz")

l = Symbol("l", tex=r"\ell", text="ℓ", integer=False, unit=METRE)
g = Symbol("g", integer=False, unit=METRE / SECOND**2)
T = Symbol("T", integer=False, unit=SECOND)
d = Symbol("d", integer=False, unit=METRE)
i = Symbol("i", integer=False, unit=RATIO)
n = Symbol("n", unit=YEAR)
m = Symbol("m")
K = Symbol("K", integer=False, unit=EURO)
SYMBOLS = (K, T, l, d, g, i, n, m)

formula = Declared({symbol.name: symbol for symbol in SYMBOLS})


@formula("swing.period", SECOND, "Huygens 1673")
def period(l, g):
    return 2 * pi * root(l / g)


@formula("swing.frequency", HERTZ)
def frequency(l, g):
    return root(g / l) / (2 * pi)


@formula("swing.length", METRE, "Huygens 1673")
def length(T, g):
    return quotient(g * T**2, 4 * pi**2)


@formula("swing.speed", SPEED)
def speed(d, T):
    return quotient(d + d, T)


@formula("growth.factor")
def factor(i, n):
    return (1 + i) ** n


@formula("growth.balance", EURO)
def balance(K, i, n):
    return K * factor(i, n)


@formula("growth.doubling", YEAR)
def doubling(i):
    return quotient(logarithm(2), logarithm(1 + i))


@formula("growth.effective", RATIO)
def effective(i, m):
    return (1 + i / m) ** m - 1


FORMULAS = {one.name: one for one in formula.formulas}


def slip(key, function):
    return Slip(key, Formula(f"slip.{key}", function, (l, g), SECOND))


COURSE = Course(
    name="swings",
    symbols={symbol.name: symbol for symbol in SYMBOLS},
    units=(METRE, SECOND, YEAR, EURO, KILOMETRE, MINUTE, HERTZ, SPEED, METRE / SECOND**2),
    formulas=FORMULAS,
    words=read_words(Path(__file__).parent / "words", FORMULAS),
    drills={"clock": Drill(
        "clock", FORMULAS["swing.period"], ({"l": 1, "g": 10}, {"l": 2, "g": 9}),
        (slip("no_root", lambda l, g: 2 * pi * l / g), slip("upside_down", lambda l, g: 2 * pi * root(g / l))),
        form="digits(3)")},
    plots={
        "doubling": Plot(
            "doubling", "log-lines", (Series(FORMULAS["growth.doubling"], key="line", ink="strong"),), along="i",
            points=tuple(Fraction(part, 100) for part in (1, 2, 4, 8, 16)), form="digits(3)", along_form="percent(1)"),
        "periods": Plot(
            "periods", "log-lines", (Series(FORMULAS["swing.period"], {"g": Fraction(981, 100)}, "line"),), along="l",
            points=(Fraction(1, 4), 1, 4, 16)),
    },
)
