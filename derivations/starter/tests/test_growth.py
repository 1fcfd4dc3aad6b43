"""The formula by another road, year by year; and the pages, as the gate sees them."""

from fractions import Fraction
from pathlib import Path

import pytest
from growth import FORMULAS

from derivations.exact import Formula, Value, prove
from derivations.project import Project

ROOT = Path(__file__).parents[1]
STEPS = {name: one for name, one in FORMULAS.items() if isinstance(one, Formula)}


@pytest.mark.parametrize(("capital", "rate", "years"), [(1000, Fraction(5, 100), 10), (7, Fraction(1, 3), 4)])
def test_the_balance_grows_year_by_year(capital: int, rate: Fraction, years: int) -> None:
    balance = Fraction(capital)
    for _ in range(years):
        balance += balance * rate
    found = FORMULAS["growth.balance"](K=capital, i=rate, n=years)
    assert isinstance(found, Value)
    assert found.exact == balance


@pytest.mark.parametrize("name", STEPS)
def test_every_step_is_proved(name: str) -> None:
    assert prove(STEPS[name])


def test_the_pages_print_nothing_that_was_not_derived() -> None:
    project = Project(ROOT)
    book = project.book()
    assert [str(finding) for finding in [*book.findings, *project.findings(book)]] == []
