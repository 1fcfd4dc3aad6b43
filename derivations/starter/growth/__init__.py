"""Money that grows by compound interest; its words stand beside it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from derivations.course import Course, Drill, Slip
from derivations.exact import RATIO, Declared, Formula, Symbol, Unit
from derivations.wording import read_words

EURO, YEAR = Unit("euro"), Unit("year")

K = Symbol("K", unit=EURO)
i = Symbol("i", integer=False, unit=RATIO)
n = Symbol("n", unit=YEAR)

formula = Declared({"K": K, "i": i, "n": n})


@formula("growth.balance", EURO, "the definition of compound interest")
def balance(K: Any, i: Any, n: Any) -> Any:
    """With numbers it counts, with symbols it derives."""
    return K * (1 + i) ** n


FORMULAS = {one.name: one for one in formula.formulas}

SIMPLE = Slip("simple", Formula(
    "slip.simple", lambda K, i, n: K * (1 + i * n), (K, i, n), EURO))

COURSE = Course(
    name="growth",
    symbols={"K": K, "i": i, "n": n},
    units=(EURO, YEAR),
    formulas=FORMULAS,
    words=read_words(Path(__file__).with_name("words"), FORMULAS),
    drills={"three-years": Drill(
        "three-years", FORMULAS["growth.balance"],
        (
            {"K": 100, "i": Fraction(1, 10), "n": 3},
            {"K": 400, "i": Fraction(1, 20), "n": 2},
        ),
        (SIMPLE,), form="places(2)",
    )},
)
