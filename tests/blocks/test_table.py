"""Derived tables: every cell opens to its own line, every column says what it holds; without a browser."""

import json
import re
from fractions import Fraction
from html import unescape
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pandas
import pytest

from derivations.blocks.table import BLOCK, fields
from derivations.blocks.template import fill
from derivations.exact import Value
from derivations.language import Form, language
from derivations.lora.course import COURSE
from derivations.tables import derive_table, read_tables

ROOT = Path(__file__).parents[2]
TABLES, FAULTS = read_tables(ROOT / "tables", COURSE)
EACH = pytest.mark.parametrize(("name", "code"), [(name, code) for name in TABLES for code in ("en", "es")])


def table_html(table, course, language):
    return fill(BLOCK.template, fields(table, course, language))


def read(name, code):
    """A table's HTML, and what its numbers open to, as the page's data has it."""
    written = language(code).with_course(COURSE)
    opened = BLOCK.opens(SimpleNamespace(course=COURSE, tables=TABLES), name, written)
    return table_html(TABLES[name], COURSE, written), json.loads(json.dumps(opened))


@EACH
def test_every_number_of_a_table_has_a_line_that_ends_in_it(name, code):
    html, data = read(name, code)
    table = TABLES[name]
    printed = [unescape(text) for text in re.findall(r'<td data-exact[^>]*>([^<]*)</td>', html)]
    lines = [line for row in data["cells"] for line in row if line]
    assert len(lines) == len(printed) == sum(isinstance(cell, Value) for row in table.cells for cell in row)
    for text, (_, worked) in zip(printed, lines, strict=True):
        assert worked == text or worked.endswith((f"= {text}", f"≈ {text}")), (text, worked)


@EACH
def test_a_line_holds_the_exact_number_and_calls_only_what_is_rounded_about_that_much(name, code):
    _, data = read(name, code)
    write = language(code).with_course(COURSE).number
    for row, lines in zip(TABLES[name].cells, data["cells"], strict=True):
        for cell, line in zip(row, lines, strict=True):
            if not isinstance(cell, Value) or not isinstance(cell.exact, int | Fraction):
                continue
            members = re.split(" [=≈] ", line[1])
            assert write(cell.exact, (Form("exact"),)).text in members[-2:], line
            assert line[1].count("≈") <= 1


@EACH
def test_every_column_of_numbers_says_what_it_holds_and_every_row_has_an_anchor(name, code):
    html, data = read(name, code)
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    for column in TABLES[name].columns:
        assert (f"t-{name}-c-{column.key}" in ids) is (column.from_ != "label")
    assert sum(one.startswith(f"t-{name}-") and "-c-" not in one for one in ids) >= len(data["rows"]) == len(TABLES[name].rows)


def test_rows_of_one_key_have_anchors_of_their_own():
    spec = {
        "title": {"en": "t", "es": "t"},
        "rows": {"models": ["llama-7b"], "inputs": {"r": 8}, "grid": {"bits": [16, 32]}},
        "columns": [{"key": "model", "label": "model", "heading": {"en": "m", "es": "m"}},
                    {"key": "bytes", "formula": "adapter.bytes", "heading": {"en": "b", "es": "b"}}],
    }
    html = table_html(derive_table("sizes", spec, COURSE), COURSE, language("en").with_course(COURSE))
    assert re.findall(r'<tr id="([^"]+)"', html) == ["t-sizes-llama-7b", "t-sizes-llama-7b--2"]


def test_no_specification_is_at_fault():
    assert FAULTS == []


@EACH
def test_only_an_irrational_number_carries_its_decimal(name, code):
    html, _ = read(name, code)
    for exact, decimal in re.findall(r'data-exact="([^"]*)"(?: data-decimal="([^"]*)")?>', html):
        assert bool(decimal) == (not re.fullmatch(r"-?\d+(/\d+)?", exact)), exact


def test_a_csv_has_a_decimal_beside_each_column_with_a_fraction_and_no_other():
    table = derive_table("t", SPEC, COURSE)
    head, *rows = (line.split(",") for line in table.csv().splitlines())
    assert head == ["model", "h", "ratio", "ratio_decimal"]
    assert rows == [["MiniGPT", "768", "1/64", "0.015625"], ["Llama 2 70B", "8192", "3/2048", "0.00146484375"]]


@pytest.mark.parametrize("name", TABLES)
def test_a_csv_is_what_pandas_writes_of_the_table_s_frame(name):
    frame = TABLES[name].frame()
    assert frame.to_csv(index=False, lineterminator="\n") == TABLES[name].csv()
    assert all(isinstance(cell, int | str) for column in frame for cell in frame[column])


@pytest.mark.parametrize("label", ['of 7, and of "8"', "a\nb", " Ñu ", "1/12"])
def test_pandas_reads_every_label_back_as_it_was_written(label):
    spec = {**SPEC, "rows": [{"key": "a", "label": {"en": label, "es": "b"}, "inputs": {"h": 3, "r": 1}}]}
    text = derive_table("t", spec, COURSE).csv()
    assert [*pandas.read_csv(StringIO(text), dtype=str)["model"]] == [label]


SPEC = {
    "title": {"en": "t", "es": "t"}, "rows": {"models": ["minigpt", "llama-70b"], "inputs": {"r": 8}},
    "columns": [
        {"key": "model", "label": "model", "heading": {"en": "m", "es": "m"}},
        {"key": "h", "input": "h", "heading": {"en": "h", "es": "h"}},
        {"key": "ratio", "formula": "layer.ratio", "heading": {"en": "r", "es": "r"}},
    ],
}
