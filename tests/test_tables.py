"""What a specification of a table can't ask for: each fault names the key, and the nearest right thing where there is one."""

import copy
import tomllib
from pathlib import Path

import pytest
from fields import COURSE

from derivations.tables import TableFault, derive_table, read_tables

FIELDS = tomllib.loads((Path(__file__).parent / "toy" / "tables" / "fields.toml").read_text(encoding="utf-8"))
TEXT = {"en": "t", "es": "t"}
AREA = {"key": "area", "formula": "field.area", "heading": TEXT}
ROW = {"key": "one", "label": TEXT, "inputs": {"w": 2, "l": 3}}


def spec(columns=(AREA,), rows=(ROW,), **more):
    return {"title": TEXT, "columns": [*columns], "rows": rows if isinstance(rows, dict | str) else [*rows], **more}


def test_the_smallest_specification_is_one():
    assert derive_table("small", spec(), COURSE).csv() == "area\n6\n"
    assert derive_table("fields", copy.deepcopy(FIELDS), COURSE).rows


FAULTS = {
    "no columns": (spec(columns=()), "a table needs [[columns]]"),
    "no rows": (spec(rows=()), "a table needs 'rows'"),
    "rows of another kind": (spec(rows="all"), "'rows' is not a table of names and entries"),
    "an unknown key": (spec(nots=TEXT), "'nots' means nothing in the table; nearest: note"),
    "an unknown key of a column": (spec(columns=[{**AREA, "from": "w"}]), "'from' means nothing in a column; nearest: form"),
    "two sources": (spec(columns=[{**AREA, "input": "w"}]), "a column has a key and one of label, input, formula: "),
    "no such symbol": (spec(columns=[{"key": "a", "input": "wide", "heading": TEXT}]), "'wide' is no symbol"),
    "no such formula": (spec(columns=[{**AREA, "formula": "field.ara"}]), "'field.ara' is no formula; nearest: field.area"),
    "no such form": (spec(columns=[{**AREA, "form": "shrt"}]), "'shrt': there is no form 'shrt'; nearest: short"),
    "a label without a text": (spec(rows=[{**ROW, "label": {"en": "t"}}]), "'label' has no text in es"),
    "no number": (spec(rows=[{**ROW, "inputs": {"w": "two"}}]), "'two' is not a number"),
    "a float": (spec(rows=[{**ROW, "inputs": {"w": 2.5}}]), "'w' is not exact; write \"5/2\""),
    "a switch": (spec(rows=[{**ROW, "inputs": {"w": True}}]), "'w' is not exact: write a whole number, or a fraction in quotes"),
    "an unknown input": (spec(rows=[{**ROW, "inputs": {"v": 2}}]), "'v' is no symbol"),
    "a large grid": (spec(rows={"grid": {"w": [*range(1, 1001)], "l": [*range(1, 1001)]}}), "'grid' asks for more than 100000 rows"),
    "no such model": (spec(rows={"models": ["pich"]}), "'pich' is no model; nearest: pitch"),
    "a model of another kind": (spec(rows={"models": [3]}), "'models' is not a text"),
    "a row without an input that is shown": (
        spec(columns=[{"key": "w", "input": "w", "heading": TEXT}], rows=[{**ROW, "inputs": {"l": 1}}]), "row one has no input 'w'"),
    "a row without an input that a formula takes": (
        spec(rows=[{**ROW, "inputs": {"l": 1}}]), "'field.area' needs the input w, which row one does not give"),
    "a star that leads to no formula": (
        spec(columns=[{**AREA, "formula": "field.*"}]), "'field.*' in row one is no formula: field.one"),
    "what a formula refuses": (spec(rows=[{**ROW, "inputs": {"w": 0, "l": 1}}]), "'field.area' in row one: field.area: w must be a positive integer"),
    "a column twice": (spec(columns=[AREA, AREA]), "'area' is the key of two columns"),
    "a row twice": (spec(rows=[ROW, ROW]), "of 'rows', one stands there twice"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_a_specification_is_named(name):
    given, said = FAULTS[name]
    with pytest.raises(TableFault) as fault:
        derive_table("t", given, COURSE)
    assert str(fault.value.args[0]).startswith(said)


def test_what_has_no_text_is_named_all_at_once():
    columns = [{**AREA, "heading": {"en": "t"}}]
    with pytest.raises(TableFault) as fault:
        derive_table("t", {**spec(columns=columns, note={"es": "n"}), "title": {}}, COURSE)
    assert fault.value.args == ("'title' has no text in en, es", "'note' has no text in en",
                                "the heading of 'area' has no text in es")


def test_a_fault_is_found_on_the_line_that_holds_its_word(tmp_path):
    (tmp_path / "broken.toml").write_text('title = { en = "t", es = "t" }\n\n[[columns]]\nkey = "a"\nformula = "field.ara"\n'
                                          'heading = { en = "t", es = "t" }\n', encoding="utf-8")
    (tmp_path / "worse.toml").write_text("title = \n", encoding="utf-8")
    tables, found = read_tables(tmp_path, COURSE)
    assert tables == {}
    assert [(one.path, one.line) for one in found] == [(f"{tmp_path.name}/broken.toml", 5), (f"{tmp_path.name}/worse.toml", 1)]
