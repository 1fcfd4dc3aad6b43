"""Figures as files and as blocks, of a course about fields: irrational values, forms, inks of the course's own."""

import json
import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from fields import COURSE

from derivations.blocks import charts, plot
from derivations.blocks.drawing import text_width
from derivations.blocks.figure import NARROW, WIDE, Figure
from derivations.course import Ink, Plot, Series
from derivations.exact import Formula
from derivations.language import language
from derivations.outputs.data import files
from derivations.text.finding import WordFault

WORDS = {f"plot.d.{key}": "Of fields" for key in ("title", "alt", "x", "y")}


def book_of(write_book, one, **more):
    words = {code: {**texts, **WORDS} for code, texts in COURSE.words.items()}
    return write_book(en='# T {#t}\n\n{{= plot("d") }}\n', course=replace(COURSE, plots={"d": one}, words=words, **more))


def lines(**more):
    return Plot("d", "log-lines", (Series(COURSE.formulas["field.diagonal"], {"l": 1}, "diagonal"),), "w", (1, 2, 4), **more)


def test_an_irrational_value_is_exact_text_beside_a_decimal(write_book):
    made = files(book_of(write_book, lines()))
    rows = json.loads(made["plots/d.en.json"])["rows"]
    assert [row["value"] for row in rows] == ["sqrt(2)", "sqrt(5)", "sqrt(17)"]
    assert [row["value_decimal"] for row in rows] == ["1.41421356237", "2.2360679775", "4.12310562562"]
    assert made["plots/d.en.csv"].decode().splitlines()[1] == "l = 1,1,sqrt(2),1.41421356237"


def test_values_are_written_in_the_form_that_the_plot_asks_for(write_book):
    book = book_of(write_book, lines(form="digits(5)", along_form="digits(2)"))
    html = plot.BLOCK.html(book.context, "d", book.languages["en"])
    assert '<td data-exact="sqrt(2)" data-decimal="1.41421356237">1.4142' in html


def test_a_course_draws_in_its_own_inks_and_a_lost_one_is_a_fault(write_book):
    series = (replace(lines().series[0], ink="grass"),)
    book = book_of(write_book, replace(lines(), series=series), inks={"grass": Ink("#010203", "#040506", "#070809")})
    sheet = files(book)["plots/inks.css"].decode()
    assert all(colour in sheet for colour in ("#010203", "#040506", "#070809"))
    assert "ink-grass" in files(book)["plots/d.en.svg"].decode()
    ruled = book_of(write_book, lines(rule=3))
    with pytest.raises(WordFault, match="plot d: a rule stands in stairs only"):
        plot.BLOCK.html(ruled.context, "d", ruled.languages["en"])
    lost = book_of(write_book, replace(lines(), series=series))
    with pytest.raises(WordFault, match="no ink 'grass'"):
        plot.BLOCK.html(lost.context, "d", lost.languages["en"])


def test_a_course_draws_by_a_function_of_its_own_with_public_names_alone(write_book):
    from derivations.blocks import Column, Figure, Rows, Sheet

    def draw(figure: Figure, width: int, ident: str) -> tuple[Sheet, Rows]:
        sheet = Sheet(width, 80, ident)
        for row, size in enumerate(figure.plot.data):
            sheet.rect(10 + 20 * row, 70 - size, 15, size, "ink-strong", row=row)
        return sheet, Rows((Column("size", figure.word("title")),), tuple((size,) for size in figure.plot.data))

    book = book_of(write_book, Plot("d", draw, data=(7, 60)))
    assert [row["size"] for row in json.loads(files(book)["plots/d.en.json"])["rows"]] == [7, 60]
    assert re.findall(r'height="(\d+)"', files(book)["plots/d.en.svg"].decode()) == ["7", "60"]


def test_what_stairs_say_at_their_rule_has_words_in_each_language(write_book):
    stairs = Plot("d", "stairs", (Series(COURSE.formulas["field.fence"], {"l": 1}, "fence"),), "w", (1, 9), rule=12)
    book = book_of(write_book, stairs)
    with pytest.raises(WordFault, match=r"words/es.toml has no 'plot.d.rank'"):
        plot.BLOCK.html(book.context, "d", book.languages["es"])


@pytest.mark.parametrize(("alt", "said"), [("It rises", "It rises. "), ("It rises.", "It rises. "), ("Does it rise?", "Does it rise? ")])
def test_what_a_figure_shows_is_a_sentence_however_its_words_end(write_book, monkeypatch, alt, said):
    monkeypatch.setitem(WORDS, "plot.d.alt", alt)
    book = book_of(write_book, lines())
    follows = book.languages["en"].word("plot.follows")
    assert f">{said}{follows}</desc>" in plot.BLOCK.html(book.context, "d", book.languages["en"])


@pytest.mark.parametrize("words", ["one", "a field as long as it is wide", "a field whose longer side is the side of a square"])
def test_the_words_of_a_line_stand_on_its_sheet_however_long(write_book, monkeypatch, words):
    stood = []
    monkeypatch.setattr(charts.Sheet, "text", lambda sheet, x, y, said, anchor="start", **_: stood.append((sheet, x, said, anchor)))
    figure = Figure(lines(), book_of(write_book, lines()).languages["en"], {"plot.d.diagonal": words}, {})
    for width in (WIDE, NARROW):
        charts.lines(figure, width, "p")
    named = [(sheet.width, x - text_width(words) * (anchor == "end")) for sheet, x, said, anchor in stood if said == words]
    assert len(named) == 2 and all(left >= 0 and left + text_width(words) <= width for width, left in named)


def bends(drawn, ident="p-d-w"):
    """How far each point of the drawn line is off the straight line between its ends, as a part of the height."""
    x, y = ([float(one) for one in re.search(rf'data-{axis}="([^"]+)"', drawn)[1].split()][2:] for axis in "xy")
    way = re.search(r'class="line[^"]*" data-rows="[^"]+" d="M([^"]+)"', drawn)[1]
    points = [tuple(map(float, one.split())) for one in re.sub(r"[HV]", "L", way).split("L")]
    (x0, y0), (x1, y1) = points[0], points[-1]
    assert (x0, x1) == (x[0], x[1])
    return [abs(b - (y0 + (y1 - y0) * (a - x0) / (x1 - x0))) / abs(y[1] - y[0]) for a, b in points]


@pytest.mark.parametrize(("name", "straight"), [("fence", "lines"), ("times", "half-log-lines"), ("square", "log-lines")])
def test_a_sum_a_factor_each_time_and_a_square_are_straight_in_one_kind_each(write_book, name, straight):
    w, length = COURSE.symbols["w"], COURSE.symbols["l"]
    made = {"fence": lambda w, l: 2 * (w + l), "times": lambda w, l: l * 2**w, "square": lambda w, l: l * w**2}[name]
    formula = Formula(f"field.{name}", made, (w, length), length.unit)
    for kind in charts.LINES:
        one = replace(lines(), kind=kind, points=(1, 3, 4, 9, 16), series=(Series(formula, {"l": 5}, "line"),))
        book = book_of(write_book, one)
        off = max(bends(plot.BLOCK.html(book.context, "d", book.languages["en"])))
        assert (off < 0.001) is (kind == straight), (kind, off)


def test_marks_of_an_axis_have_no_digits_beyond_their_own(write_book):
    book = book_of(write_book, replace(lines(form="digits(4)"), kind="lines", points=(1, 2, 30)))
    drawn = files(book)["plots/d.en.svg"].decode()
    marks = re.findall(r">([^<]*)</text>", drawn)
    assert {"0", "5", "10", "15", "20", "25", "30"} <= set(marks)


def test_no_logarithm_of_nothing(write_book):
    w = COURSE.symbols["w"]
    less = Series(Formula("field.less", lambda w: w - 3, (w,), w.unit), {}, "line")
    book = book_of(write_book, replace(lines(), kind="half-log-lines", series=(less,)))
    with pytest.raises(WordFault, match="a logarithmic axis has no zero and nothing below it"):
        plot.BLOCK.html(book.context, "d", book.languages["en"])
    book = book_of(write_book, replace(lines(), kind="lines", series=(less,)))
    assert "−2" in plot.BLOCK.html(book.context, "d", book.languages["en"])


def test_words_behind_lines_that_end_together_stand_apart():
    ends = [100.0, 101.0, 40.0, 103.0, 334.0]
    placed = charts._apart(ends, 334)
    assert all(abs(a - b) >= 13 for i, a in enumerate(placed) for b in placed[:i])
    assert placed[2] == 40 and max(placed) == 334 and all(a <= b for a, b in zip(placed, ends, strict=True))


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize(("points", "shown"), [
    ((1, 3, 9), ["1", "9"]), (tuple(range(1, 60)), ["1", "10"]), (tuple(3**k for k in range(12)), ["1", "9"]),
])
def test_the_points_of_a_logarithmic_axis_give_way_to_round_numbers_where_they_have_no_room(width, points, shown):
    figure = Figure(replace(lines(), points=points), language("en").with_course(COURSE), {**COURSE.words["en"], **WORDS}, {})
    sheet, _ = charts.lines(figure, width, "d")
    root = ElementTree.fromstring(sheet.svg("t", "d", "w", ""))
    across = [(float(one.attrib["x"]), one.text) for group in root.iter("g") if group.attrib.get("text-anchor") == "middle"
              for one in group if float(one.attrib["y"]) == sheet.height - 28]
    assert [text for _, text in across if text in shown] == shown
    for (left, one), (right, other) in pairwise(sorted(across)):
        assert right - left > (text_width(one) + text_width(other)) / 2


def test_a_series_has_another_key_than_the_figures_own_words():
    with pytest.raises(ValueError, match="plot d: 'y' is no key for a series"):
        Plot("d", "lines", (Series(COURSE.formulas["field.diagonal"], {"l": 1}, "y"),), "w", (1, 2))


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("steps", [4, 9, 24, 99])                 # with a mark at the very top, and without
def test_the_name_of_the_axis_of_stairs_stands_clear_of_its_marks(monkeypatch, width, steps):
    stood, text = [], charts.Sheet.text
    monkeypatch.setattr(charts.Sheet, "text", lambda sheet, x, y, words, **more: (stood.append((y, words)), text(sheet, x, y, words, **more)))
    one = Plot("d", "stairs", (Series(COURSE.formulas["field.fence"], {"l": 1}, "fence"),), "w", (1, steps))
    charts.stairs(Figure(one, language("en").with_course(COURSE), {**COURSE.words["en"], **WORDS}, COURSE.models), width, "d")
    [named] = [y for y, words in stood if words == "Of fields" and y < 20]
    assert all(y - named >= 12 for y, words in stood if words.isdecimal())
