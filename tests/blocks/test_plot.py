"""Figures as files and as blocks, of a course about fields: irrational values, forms, inks of the course's own."""

import json
from dataclasses import replace

import pytest
from fields import COURSE

from derivations.blocks import charts, plot
from derivations.blocks.drawing import text_width
from derivations.course import Ink, Plot, Series
from derivations.text.words import WordFault

WORDS = {f"plot.d.{key}": "Of fields" for key in ("title", "alt", "x", "y")}


def book_of(write_book, one, **more):
    words = {code: {**texts, **WORDS} for code, texts in COURSE.words.items()}
    return write_book(en='# T {#t}\n\n{{= plot("d") }}\n', course=replace(COURSE, plots={"d": one}, words=words, **more))


def lines(**more):
    return Plot("d", "log-lines", (Series(COURSE.formulas["field.diagonal"], {"l": 1}, "diagonal"),), "w", (1, 2, 4), **more)


def test_an_irrational_value_is_exact_text_beside_a_decimal(write_book):
    files = book_of(write_book, lines()).files()
    rows = json.loads(files["plots/d.en.json"])["rows"]
    assert [row["value"] for row in rows] == ["sqrt(2)", "sqrt(5)", "sqrt(17)"]
    assert [row["value_decimal"] for row in rows] == ["1.41421356237", "2.2360679775", "4.12310562562"]
    assert files["plots/d.en.csv"].decode().splitlines()[1] == "l = 1,1,sqrt(2),1.41421356237"


def test_values_are_written_in_the_form_that_the_plot_asks_for(write_book):
    book = book_of(write_book, lines(form="digits(5)", along_form="digits(2)"))
    html = plot.BLOCK.html(book.context, "d", book.languages["en"])
    assert '<td data-exact="sqrt(2)" data-decimal="1.41421356237">1.4142' in html


def test_a_course_draws_in_its_own_inks_and_a_lost_one_is_a_fault(write_book):
    series = (replace(lines().series[0], ink="grass"),)
    book = book_of(write_book, replace(lines(), series=series), inks={"grass": Ink("#010203", "#040506", "#070809")})
    sheet = book.files()["plots/inks.css"].decode()
    assert all(colour in sheet for colour in ("#010203", "#040506", "#070809"))
    assert "ink-grass" in book.files()["plots/d.en.svg"].decode()
    lost = book_of(write_book, replace(lines(), series=series))
    with pytest.raises(WordFault, match="no ink 'grass'"):
        plot.BLOCK.html(lost.context, "d", lost.languages["en"])


@pytest.mark.parametrize("words", ["one", "a field as long as it is wide", "a field whose longer side is the side of a square"])
def test_the_words_of_a_line_stand_on_its_sheet_however_long(write_book, monkeypatch, words):
    stood = []
    monkeypatch.setattr(charts.Sheet, "text", lambda sheet, x, y, said, anchor="start", **_: stood.append((sheet, x, said, anchor)))
    figure = charts.Figure(lines(), book_of(write_book, lines()).languages["en"], {"plot.d.diagonal": words}, {})
    for width in (charts.WIDE, charts.NARROW):
        charts.log_lines(figure, width, "p")
    named = [(sheet.width, x - text_width(words) * (anchor == "end")) for sheet, x, said, anchor in stood if said == words]
    assert len(named) == 2 and all(left >= 0 and left + text_width(words) <= width for width, left in named)
