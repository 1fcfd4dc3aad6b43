"""The ledger says what a page prints, and two ledgers say what moved."""

import dataclasses
import json
import re

import pytest

from derivations.comparison import moves, near_limits, report
from derivations.ledger import as_json, from_json
from derivations.outputs.data import files

EN = "# T {#t}\n\nA {{= field.area(w=2, l=3) }} and {{= field.squareness(w=1, l=3) | percent(3) }}.\n"


def test_an_entry_names_place_formula_inputs_and_text(write_book):
    english, spanish = (e for e in write_book(EN).ledger() if e.formula == "field.squareness")
    assert (english.page, english.line, english.inputs) == ("docs/en/page.md", 3, {"w": "1", "l": "3"})
    assert EN.splitlines()[2][english.column - 1 :].startswith("{{= field.squareness")
    assert (english.exact, english.form, english.unit) == ("1/3", "percent(3)", "ratio")
    assert (english.printed, spanish.printed) == ("33.3%", "33,3\u00a0%")


def test_every_printed_value_of_the_page_is_in_the_ledger(write_book):
    book = write_book(EN)
    html = book.finish("en/page.md", f"<p>{book.render('en/page.md').markdown}</p>")
    assert re.findall(r'class="lv"[^>]*>([^<]*)<', html) == [e.printed for e in book.ledger() if e.language == "en"]


def test_a_ledger_is_read_back_as_written(write_book):
    book = write_book(EN)
    assert from_json(as_json(book.ledger())) == book.ledger()
    assert isinstance(json.loads(files(book)["ledger.json"]), list)
    with pytest.raises(ValueError, match="not a ledger"):
        from_json('[{"nothing": 1}]')


def test_what_moved_is_said_once_with_all_its_places(write_book):
    old = write_book(EN).ledger()
    new = [dataclasses.replace(e, exact="7", printed="7") if e.formula == "field.area" else e for e in old]
    (move,) = moves(old, new)
    assert (move.before, move.after) == ("6", "7")
    assert [place.rsplit(":", 2)[0] for place in move.places] == ["docs/en/page.md", "docs/es/page.md"]
    assert "6 → 7" in report([move], [])
    assert moves(old, old) == []
    gone = moves(old, [e for e in old if e.formula != "field.area"])
    assert [(m.before, m.after) for m in gone] == [("6", "")]


def test_a_claim_near_its_limit_is_listed(write_book):
    page = ("# T {#t}\n\n{{% claim field.fence(w=49, l=50) < field.fence(w=50, l=50) %}}near{{% endclaim %}} "
            "{{% claim field.fence(w=1, l=1) < field.fence(w=50, l=50) %}}far{{% endclaim %}} "
            "{{% claim field.fence(w=1, l=2) == field.fence(w=2, l=1) %}}equal, which has no limit{{% endclaim %}}\n")
    claims = write_book(page).claims()
    assert [claim.words for claim in near_limits(claims) if claim.language == "en"] == ["near"]
    assert "“near”" in report([], near_limits(claims))
