"""The source document's figures against the engine, with the fact check (facts.json) as the independent second road.

Every record that has a quantity is a case: its id names a formula and inputs, whose exact value must be the record's.
Verdicts are decided afresh from the engine's value and from the number that the document prints.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from quantities import UNITS, Quantity, quantity, records

from derivations.course import Statement
from derivations.exact import RATIO, DomainError, Formula, Value
from derivations.lora.course import COURSE
from derivations.lora.source import STATEMENTS

RECORDS = {record["id"]: record for record in records()}
STATED = {id_: record for id_, record in RECORDS.items() if record["kind"] in ("claim", "restored")}
COUNTED = {id_: record for id_, record in RECORDS.items() if record["quantity"]}
BEYOND: Mapping[str, Mapping[str, Any]] = tomllib.loads(
    Path(__file__).with_name("beyond.toml").read_text(encoding="utf-8")
)
SECTIONS = {
    "Lead paragraph (Spanish)": "lead", "The setup": "setup", "The ratio": "ratio", "At the full-model scale": "model",
    "Where the LoRA params actually go": "targets", "What this gains in storage": "storage", "How α/r works": "scale",
    "Initialization": "initialization", "A pitfall: parameter-count traps": "trap", "Drill problems": "drills",
    "One-paragraph recap": "recap",
}
AGREES = ("exact", "rounds correctly", "true", "true with a caveat")
"""Verdicts of a figure whose number is the exact value, rounded to the decimals that are printed."""


def binding(id_: str) -> tuple[Formula, dict[str, Any]]:
    """Give the formula of a record and the inputs it is taken at."""
    if id_ in STATEMENTS:
        name, inputs = STATEMENTS[id_].formula, dict(STATEMENTS[id_].inputs)
    else:
        name = BEYOND[id_]["formula"]
        inputs = {symbol: Fraction(number) if isinstance(number, str) else number
                  for symbol, number in BEYOND[id_].get("inputs", {}).items()}
    formula = COURSE.formulas[name]
    assert isinstance(formula, Formula)
    return formula, inputs


def value_of(id_: str) -> Value:
    """Give the engine's value for a record."""
    formula, inputs = binding(id_)
    value = formula(**inputs)
    assert isinstance(value, Value), f"{formula.name} needs more than {inputs}"
    return value


def printed(number: Fraction, decimals: int) -> Fraction:
    """Round to so many decimals, exact halves to the even digit."""
    return round(number * 10**decimals) / Fraction(10**decimals)


def agrees(statement: Statement, exact: Fraction) -> bool:
    """Whether the document's number is the exact value in its unit, at the document's own precision."""
    in_unit = Fraction(exact) / statement.scale
    return statement.number == (in_unit if statement.decimals is None else printed(in_unit, statement.decimals))


# --- the two files say the same of the document


def test_source_holds_every_claim_and_restored_formula() -> None:
    assert list(STATEMENTS) == list(STATED)
    assert set(BEYOND) == {id_ for id_, record in COUNTED.items() if id_ not in STATED}


@pytest.mark.parametrize("id_", STATED)
def test_statement_is_the_record(id_: str) -> None:
    statement, record = STATEMENTS[id_], RECORDS[id_]
    assert statement.section == SECTIONS[record["section"]]
    assert statement.verdict == (record["verdict"] or "restored")
    assert statement.scale == UNITS[record["unit"]]
    assert bool(statement.formula) >= bool(record["quantity"])
    number = re.fullmatch(r"\d+(?:\.(\d+)|/\d+)?", record["stated_value"])
    if number is None:
        assert statement.number is None
    else:
        assert statement.number == Fraction(number[0])
        assert statement.decimals == (None if "/" in number[0] else len(number[1] or ""))


def test_numbers_are_in_the_words_quoted() -> None:
    """A number that isn't printed in the quotation was counted by the check, as in "4 attention Linears"."""
    for statement in STATEMENTS.values():
        if statement.number is not None and statement.decimals is not None:
            text = f"{float(statement.number):.{statement.decimals}f}"
            shown = text in statement.stated or statement.id in (
                "drill1-shape", "tbl-70b-name", "alpha-forget-doubles")
            assert shown, statement.id


# --- the engine's value is the record's


@pytest.mark.parametrize("id_", COUNTED)
def test_engine_gives_the_exact_value(id_: str) -> None:
    record, exact = RECORDS[id_], value_of(id_).exact
    assert exact == Fraction(record["exact"])
    assert Fraction(exact) / UNITS[record["unit"]] == Fraction(record["exact_in_unit"])


@pytest.mark.parametrize("id_", COUNTED)
def test_record_is_right_about_itself(id_: str) -> None:
    """The record's own expression gives its value, by a reader that shares nothing with the engine."""
    record = RECORDS[id_]
    assert quantity(record["quantity"]).value() == Fraction(record["exact"])
    assert Fraction(record["exact_in_unit"]) * UNITS[record["unit"]] == Fraction(record["exact"])
    assert float(record["decimal"]) == pytest.approx(float(Fraction(record["exact_in_unit"])), rel=1e-9)


@pytest.mark.parametrize("id_", [id_ for id_, record in COUNTED.items() if quantity(record["quantity"]).point])
def test_formula_is_the_record_s_at_other_points_too(id_: str) -> None:
    """Not only the number: the formula. Elsewhere than at the record's point, both still give the same value."""
    wanted, (formula, inputs) = quantity(RECORDS[id_]["quantity"]), binding(id_)
    shared = {name: number for name, number in inputs.items() if name in wanted.point}
    assert shared == {name: wanted.point[name] for name in shared}, "inputs are those of the record"
    compared = 0
    for moved, point in elsewhere(wanted):
        if id_ == "drill3-hint" and point["M"] >= 2 * point["h"] ** 2:
            continue                                  # the record leaves out the cap r ≤ h, which binds from here on
        there = {**inputs, **{name: moved(name, inputs[name]) for name in shared}}
        if inputs.get("h_kv") == inputs.get("h") and "h_kv" not in wanted.point and "h_kv" in inputs:
            there["h_kv"] = there["h"]                # the record writes h for both
        try:
            value = formula(**there)
        except DomainError:
            continue                                  # the record's expression knows no limits
        assert value.exact == wanted.value(point), f"{formula.name} at {there}"
        compared += 1
    assert compared


def elsewhere(wanted: Quantity) -> list[tuple[Any, dict[str, Fraction]]]:
    """Give points other than the record's: all inputs doubled, then each trebled by itself."""
    points = []
    for chosen, factor in [(set(wanted.point), 2), *(({name}, 3) for name in wanted.point)]:
        def moved(name: str, number: Any, chosen: set[str] = chosen, factor: int = factor) -> Any:
            return number * factor if name in chosen else number

        points.append((moved, {name: moved(name, number) for name, number in wanted.point.items()}))
    return points


# --- the verdicts


def with_number() -> list[str]:
    """Give the ids of figures with both a number of the document's and a value of the engine's."""
    return [id_ for id_, statement in STATEMENTS.items() if statement.number is not None and statement.formula]


@pytest.mark.parametrize("id_", with_number())
def test_number_agrees_exactly_where_the_verdict_says_so(id_: str) -> None:
    statement = STATEMENTS[id_]
    assert agrees(statement, value_of(id_).exact) == (statement.verdict in AGREES)


@pytest.mark.parametrize("id_", [id_ for id_ in with_number() if STATEMENTS[id_].verdict in (
    "exact", "rounds correctly", "rounds wrongly")])
def test_exact_and_rounded_are_told_apart(id_: str) -> None:
    statement = STATEMENTS[id_]
    in_unit = Fraction(value_of(id_).exact) / statement.scale
    assert statement.number is not None
    if statement.verdict == "exact":
        assert statement.number == in_unit
        return
    assert statement.decimals is not None
    assert statement.number != in_unit
    step = Fraction(1, 10**statement.decimals)
    right = printed(in_unit, statement.decimals)
    assert abs(statement.number - right) == (0 if statement.verdict == "rounds correctly" else step)


COUNT_BEHIND = {
    "stor-minigpt-lora": "tbl-minigpt-lora", "stor-7b-lora": "tbl-7b-lora", "stor-minigpt-base": "tbl-minigpt-full",
    "stor-7b-base": "stor-7b-base-count", "stor-hotswap-adapter": "tbl-7b-lora",
    "stor-hotswap-base": "stor-7b-base-count",
}
"""Which of the document's own rounded counts each of its sizes is: two bytes times that."""


def test_every_wrong_unit_is_traced() -> None:
    assert set(COUNT_BEHIND) == {id_ for id_, statement in STATEMENTS.items() if statement.verdict == "wrong unit"}


@pytest.mark.parametrize("id_", COUNT_BEHIND)
def test_wrong_unit_is_a_decimal_size_under_a_binary_name(id_: str) -> None:
    """The number is the document's own count times two bytes in MB or GB, and it isn't the size in MiB or GiB."""
    size, count = STATEMENTS[id_], STATEMENTS[COUNT_BEHIND[id_]]
    assert size.number is not None
    assert count.number is not None
    decimal = {"MiB": Fraction(10**6), "GiB": Fraction(10**9)}[size.unit_text]
    two_bytes = value_of("stor-fp16").exact
    assert size.number * decimal == count.number * count.scale * two_bytes
    assert not agrees(size, value_of(id_).exact)


@pytest.mark.parametrize("id_", [id_ for id_, statement in STATEMENTS.items() if statement.slip])
def test_slip_gives_the_document_s_number(id_: str) -> None:
    statement = STATEMENTS[id_]
    slip = COURSE.formulas[statement.slip]
    assert isinstance(slip, Formula)
    assert statement.decimals is not None
    takes = {symbol.name for symbol in slip.symbols}
    value = slip(**{name: number for name, number in statement.inputs.items() if name in takes})
    assert isinstance(value, Value)
    in_unit = Fraction(value.exact) / (statement.scale if value.unit == RATIO else 1)
    assert printed(in_unit, statement.decimals) == statement.number
    assert value.exact != value_of(id_).exact


@pytest.mark.parametrize("id_", [id_ for id_, record in RECORDS.items() if record["kind"] == "slip"])
def test_slip_is_wrong(id_: str) -> None:
    """A slip never gives the right answer."""
    right = re.match(r"(?P<number>[\d,]+(?:\.\d+)?(?:/\d+)?)(?P<percent>%?)", RECORDS[id_]["correction"])
    assert right is not None
    correct = Fraction(right["number"].replace(",", "")) / (100 if right["percent"] else 1)
    assert value_of(id_).exact != correct


def test_verdicts_in_words_hold_in_numbers() -> None:
    """What the check says without a number of the document's to compare: sizes, orders of magnitude, directions."""
    exact = {id_: value_of(id_).exact for id_ in STATEMENTS if STATEMENTS[id_].formula}
    assert 10 < exact["lead-hundreds"] < 100                       # dozens, where "cientos" is said
    assert exact["lead-ratio-persists"] < 1                        # it doesn't carry over unchanged
    assert exact["setup-bias-omitted"] != exact["ratio-square"]    # the bias that is "kept" enters no ratio
    assert exact["ratio-shrinks-proportionally"] < 1 < exact["ratio-bigger-benefit"]
    assert exact["layer-norm-bias-small"] < Fraction(1, 100) < exact["layer-embeddings-small"]
    assert exact["layer-embeddings-small"] > Fraction(3, 10)
    assert 1 < exact["tbl-ignored-list"] < exact["tbl-order-of-magnitude"] < Fraction(3162, 1000)
    assert exact["tbl-single-gpu"] > 80 * 10**9                    # bytes of the frozen base alone
    assert exact["where-more-capacity"] > 1
    assert 10 <= exact["stor-orders-minigpt"] <= 100 < exact["stor-orders-7b"]
    assert exact["alpha-singular-values"] ** 2 == 2                # the norm grows as the root of the rank, not with it
    assert Fraction(8, 10) < exact["trap-993"] < Fraction(9, 10)   # what is saved, beside the 99.3 % that are not
    assert 1 < exact["alpha-more-capacity"] < 2
    assert exact["init-a-normal"] not in (Fraction(1, 8), Fraction(1, 16))
    assert exact["init-first-step-both"] == 0                      # entries of ∂L/∂A that aren't zero
    assert exact["init-step0"] == 0
    assert exact["drill2-original-lora"] < 1
    assert exact["drill3-hint"] < STATEMENTS["drill3-hint"].inputs["h"]
    assert exact["recap-two-orders"] < 100
