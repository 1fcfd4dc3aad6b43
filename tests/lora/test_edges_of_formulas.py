"""Formulas and budgets at the edges of what they take."""

from fractions import Fraction

import pytest

from derivations.counting.inverse import parse_budget
from derivations.exact import DomainError
from derivations.lora.course import COURSE

F = COURSE.formulas


def test_the_highest_rank_of_a_shape_is_taken_and_no_higher_one():
    assert F["capacity.dimension"](d_in=8, d_out=12, r=8).exact == 8 * 12
    assert F["capacity.square_dimension"](h=8, r=8).exact == 8 * 8
    assert F["capacity.square_dimension_share"](h=8, r=8).exact == 1
    assert F["capacity.gain_at_double_rank"](h=8, r=4).exact == Fraction(64, 48)
    for name, inputs in (("dimension", {"d_in": 8, "d_out": 12, "r": 9}), ("square_dimension", {"h": 8, "r": 9}),
                         ("square_dimension_share", {"h": 8, "r": 9}), ("gain_at_double_rank", {"h": 8, "r": 5})):
        with pytest.raises(DomainError, match="must be at most"):
            F[f"capacity.{name}"](**inputs)


def test_what_is_trained_is_less_than_what_is_frozen():
    assert F["trained.kept_frozen"](rho=Fraction(999, 1000)).exact == Fraction(1, 1000)
    for rho in (Fraction(1), Fraction(3, 2), Fraction(2)):
        with pytest.raises(DomainError, match="rho must be a positive rational number below 1, not"):
            F["trained.kept_frozen"](rho=rho)


def test_the_mlp_is_four_times_as_wide():
    assert F["mlp.width"](h=768).exact == 3072


@pytest.mark.parametrize("text", ["40MB", "1%", "10M"])
def test_a_budget_is_quoted_without_the_spaces_around_it(text):
    assert parse_budget(f" {text} ") == parse_budget(text)
    assert parse_budget(f" {text} ").text == text


def test_growth_cites_rslora_where_its_scale_is_used_and_nowhere_else():
    cited = {name: "Kalajdzievski" in formula.source for name, formula in F.items() if name.startswith("growth.")}
    assert len(cited) == 20
    assert all(said == (".alpha_sqrt_r." in name) for name, said in cited.items())
