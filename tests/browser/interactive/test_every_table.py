"""Every kind of table sorts and copies in both languages: derived, written in Markdown, of statements, of the calculator."""

import csv
import io
import re

import pytest
from playwright.sync_api import expect

KINDS = {                                                    # derived and written; of statements; of the calculator
    "real-models": ("#t-real-models", "figure.written-table"), "source": ("article figure[data-sort]",), "calculator": ("figure.written-table:visible",),
}


def rows(frame):
    return [[text.strip() for text in row] for row in frame.locator("tbody tr:visible").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => (cell.querySelector('summary') ?? cell).textContent))")]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("page", KINDS)
def test_a_table_of_each_kind_sorts_both_ways_and_copies_what_it_shows(open_page, page, language):
    tab = open_page(page, language, permissions=["clipboard-read", "clipboard-write"])
    for place in KINDS[page]:
        it_sorts_both_ways_and_copies_what_it_shows(tab, place)
    if page == "real-models":
        its_file_has_a_decimal_beside_each_fraction(tab)
    assert tab.complaints == []


def it_sorts_both_ways_and_copies_what_it_shows(tab, place):
    frame = tab.locator(place).first
    frame.evaluate("frame => { const fold = frame.closest('details'); if (fold) fold.open = true; }")
    before, head = rows(frame), frame.locator("thead th").first
    assert len(before) > 1
    head.locator("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    up = rows(frame)
    head.locator("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    down = rows(frame)
    assert sorted(up) == sorted(down) == sorted(before)
    assert [row[0] for row in up] == [row[0] for row in down][::-1] != [row[0] for row in down]
    button = frame.locator(".download button").first
    name = button.inner_text()
    button.click()
    expect(button).not_to_have_text(name)
    lines = [line.split("\t") for line in tab.evaluate("navigator.clipboard.readText()").splitlines()]
    assert len(lines) == len(down) + 1 and {len(line) for line in lines} == {len(down[0])}
    assert [re.sub(r"\s", "", line[0]) for line in lines[1:]] == [re.sub(r"\s", "", row[0]) for row in down]


def its_file_has_a_decimal_beside_each_fraction(tab):
    link = tab.locator("#t-real-models .download a[href$='.csv']")
    answer = tab.request.get(link.evaluate("link => link.href"))
    head, *body = csv.reader(io.StringIO(answer.text().lstrip("\ufeff")))
    fractions = {name for row in body for name, cell in zip(head, row, strict=True) if re.fullmatch(r"-?\d+/\d+", cell)}
    assert fractions
    for row in body:
        said = dict(zip(head, row, strict=True))
        for name in fractions:
            top, _, bottom = said[name].partition("/")
            assert float(said[f"{name}_decimal"]) == pytest.approx(int(top) / int(bottom or 1), rel=1e-11)
