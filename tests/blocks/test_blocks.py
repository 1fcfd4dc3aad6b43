"""Drills, figures, the calculator and copied code: what the build hands to readers, without a browser."""

import json
import re
from dataclasses import replace
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivations.blocks.drawing import Linear, Logarithmic, short
from derivations.blocks.drill import Asked, asked, folded, rational, versions
from derivations.course import Drill, Slip
from derivations.exact import NUMBER, RATIO, Formula, Symbol, quotient
from derivations.exact.code import python, tree
from derivations.language import language as language_of
from derivations.lora.calculator import calculator
from derivations.lora.course import COURSE
from derivations.text.words import WordFault, Words

x, y = Symbol("x"), Symbol("y")
total = Formula("total", lambda a, b: a + b, (x, y), NUMBER)
share = Formula("share", quotient, (x, y), RATIO)


def drill(*variants, slips=(), answer=total, form="exact"):
    return Drill("sum", answer, variants, tuple(slips), form)


# Drills -------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", COURSE.drills)
def test_every_drill_has_a_dozen_sound_versions_and_texts_in_both_languages(name):
    one = COURSE.drills[name]
    assert len(versions(one)) >= 12
    assert len({tuple(version.inputs.items()) for version in versions(one)}) == len(versions(one))
    for language in ("en", "es"):
        keys = [f"drill.{name}.{part}" for part in ("title", "question", "hint1", "hint2", "solution")]
        keys += [f"slip.{slip.key}" for slip in one.slips]
        assert not [key for key in keys if key not in COURSE.words[language]]


@pytest.mark.parametrize("name", COURSE.drills)
def test_no_slip_lies_in_the_interval_of_accepted_answers(name):
    one = COURSE.drills[name]
    rule = asked(one)
    for version in versions(one):
        answer = rational(version.answer.exact)
        for _, slip in version.slips:
            assert slip != answer
            if rule.digits is not None:
                shown = f"{float(abs(answer) / rule.scale):.{rule.digits - 1}e}"
                reach = Fraction(10) ** (int(shown.partition("e")[2]) - rule.digits + 1) * rule.scale / 2
                assert abs(slip - answer) > reach * Fraction(99, 100)


def test_a_version_with_a_slip_equal_to_the_answer_is_left_out_and_the_first_is_refused():
    product = Slip("product", Formula("product", lambda a, b: a * b, (x, y), NUMBER))
    kept = versions(drill({"x": 3, "y": 5}, {"x": 2, "y": 2}, {"x": 4, "y": 5}, slips=[product]))
    assert [version.inputs["x"] for version in kept] == [3, 4]
    with pytest.raises(WordFault, match="product"):
        versions(drill({"x": 2, "y": 2}, slips=[product]))


def test_two_slips_with_one_value_and_an_answer_among_the_inputs_are_unfit():
    twice = [Slip("a", Formula("a", lambda a, b: a * b, (x, y), NUMBER)), Slip("b", Formula("b", lambda a, b: b * a, (x, y), NUMBER))]
    with pytest.raises(WordFault, match="same number"):
        versions(drill({"x": 3, "y": 5}, slips=twice))
    first = drill({"x": 3, "y": 5}, answer=Formula("first", lambda a, b: a + 0 * b, (x, y), NUMBER))
    with pytest.raises(WordFault, match="one of the inputs"):
        versions(first)


def test_a_slip_that_rounds_to_the_answer_is_unfit():
    near = Slip("near", Formula("near", lambda a, b: quotient(a, b + 1), (x, y), RATIO))
    one = drill({"x": 3, "y": 1024}, slips=[near], answer=share, form="percent(2)")
    with pytest.raises(WordFault, match="near"):
        versions(one)


@given(st.fractions(min_value="1/1000", max_value=10**6), st.integers(1, 5))
def test_what_is_accepted_is_what_rounds_to_the_digits_asked_for(answer, digits):
    rule = Asked("number", digits)
    magnitude = 0
    while Fraction(10) ** (magnitude + 1) <= answer:
        magnitude += 1
    while Fraction(10) ** magnitude > answer:
        magnitude -= 1
    step = Fraction(10) ** (magnitude - digits + 1)
    rounded = round(answer / step) * step
    assert rule.accepts(rounded, answer)
    assert not rule.accepts(rounded + step, answer) or abs(rounded + step - answer) * 2 == step


@given(st.lists(st.tuples(st.integers(0, 10**6), st.text("abc ", max_size=5)), min_size=1, max_size=5))
def test_folded_texts_unfold_to_what_they_were(parts):
    texts = [f"<b>{number}</b> of {word} and {number + 1}%" for number, word in parts]
    slots = {}
    pieces = folded(texts, slots)
    fills = list(slots)
    for i, text in enumerate(texts):
        assert "".join(piece if isinstance(piece, str) else fills[piece][i] for piece in pieces) == text


def test_a_drill_renders_whole_without_a_script(write_book):
    book = write_book(en="# T {#t}\n\n{{= drill(\"fence\") }}\n")
    assert not book.findings
    html = book.finish("en/page.md", f"<p>{book.render('en/page.md').parts and chr(0xE000)}0{chr(0xE001)}</p>")
    assert html.count("<details") == 3
    data = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    assert [version["answer"] for version in data["versions"]] == ["16", "22"]
    assert data["versions"][0]["slips"] == {"half": "8"}
    assert 'id="key-fence"' in html
    assert 'id="judge-words"' in html


# Code ---------------------------------------------------------------------------------------------------------------

def evaluated(text):
    *lines, last = text.splitlines()
    space = {}
    exec("\n".join(lines), space)
    return eval(last, space)


def test_the_python_of_every_formula_computes_its_exact_value():
    ran = 0
    for formula in COURSE.formulas.values():
        if not isinstance(formula, Formula):
            continue
        inputs = {s.name: Fraction(1, 3) if not s.integer else 4096 for s in formula.symbols}
        try:
            value = formula(**inputs)
        except ValueError:
            continue
        text = python(value)
        if "sympy" in text:
            continue
        assert evaluated(text) == value.exact, (formula.name, text)
        ran += 1
    assert ran > 300


def test_a_tree_holds_only_text_and_known_operations():
    def walk(one):
        if isinstance(one, str):
            assert re.fullmatch(r"-?\d+|[A-Za-z_]\w*", one)
            return
        assert one[0] in {"+", "*", "/", "^", "floor", "ceiling", "min", "max", "abs", "sqrt"}
        for part in one[1:]:
            walk(part)

    for name in ("model.rank_for", "layer.ratio", "memory.mixed.saving"):
        walk(tree(COURSE.formulas[name].expression))
    for layout in calculator().layouts.values():
        for matrix in layout:
            for side in (matrix.rows, matrix.columns, matrix.count):
                if not isinstance(side, int):
                    walk(tree(side))


# Figures ------------------------------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def figures():
    from derivations.blocks.charts import KINDS, NARROW, WIDE, Figure
    from derivations.language import language

    drawn = {}
    for name, plot in COURSE.plots.items():
        for code in ("en", "es"):
            figure = Figure(plot, language(code).with_course(COURSE), COURSE.words[code], COURSE.models)
            for width in (WIDE, NARROW):
                drawn[name, code, width] = KINDS[plot.kind](figure, width, f"{name}-{width}")
    return drawn


def test_every_figure_is_well_formed_named_and_within_its_sheet(figures):
    for (name, _, width), (sheet, rows) in figures.items():
        root = ElementTree.fromstring(sheet.svg("a title", "a description", "wide", "text{}"))
        assert root.attrib["role"] == "img"
        assert [child.tag.rpartition("}")[2] for child in root][:2] == ["title", "desc"]
        for rect in root.iter("{http://www.w3.org/2000/svg}rect"):
            if "x" in rect.attrib:
                assert -0.01 <= float(rect.attrib["x"]) <= width, name
                assert float(rect.attrib["x"]) + float(rect.attrib["width"]) <= width + 1, name
                assert float(rect.attrib["y"]) + float(rect.attrib["height"]) <= sheet.height + 1, name
        for text in root.iter("{http://www.w3.org/2000/svg}text"):
            assert 0 < float(text.attrib["y"]) <= sheet.height, (name, text.text)
        assert rows.cells


def test_the_names_of_points_stand_within_the_axes(figures):
    for (name, code, width), (sheet, rows) in figures.items():
        if COURSE.plots[name].kind != "log_lines":
            continue
        root = ElementTree.fromstring(sheet.svg("t", "d", "wide"))
        frame = [[float(number) for number in re.findall(r"[\d.]+", one.attrib["d"])]
                 for one in root.iter("path") if one.attrib["class"] == "grid"]
        left, right = min(x for x, *_ in frame), max(x for x, *_ in frame)
        points = {row[0] for row in rows.cells}
        names = [(one.text, float(one.attrib["x"])) for one in root.iter("text") if one.text in points]
        assert len(names) >= 6, (name, code, width)
        for text, x in names:
            assert left <= x <= right - 5 * len(text), (name, code, width, text)


@pytest.mark.parametrize("code", ["en", "es"])
@pytest.mark.parametrize("width", [350, 680])
def test_names_of_parts_stand_apart_and_below_their_own_part(figures, code, width):
    sheet, _ = figures["memory-by-term", code, width]
    root = ElementTree.fromstring(sheet.svg("t", "d", "w"))
    boxes = []
    for text in root.iter("text"):
        long, x, y = 5.5 * len(text.text), float(text.attrib["x"]), float(text.attrib["y"])
        left = x - {"start": 0, "middle": long / 2, "end": long}[text.attrib.get("text-anchor", "start")]
        assert left >= 0 and left + long <= width, text.text
        assert not any(left < b and a < left + long and abs(y - other) < 12 for a, b, other in boxes), text.text
        boxes.append((left, left + long, y))
    parts = [rect for rect in root.iter("rect") if "y" in rect.attrib]
    tall = {rect.attrib["x"]: rect.attrib["width"] for rect in parts if rect.attrib["height"] == "40"}
    for low in (rect for rect in parts if rect.attrib["height"] == "9"):
        assert low.attrib["x"] in tall
    assert len(tall) >= 9


def test_both_widths_and_both_languages_draw_the_same_numbers(figures):
    for name in COURSE.plots:
        numbers = {
            tuple(tuple(cell for cell in row if not isinstance(cell, str)) for row in rows.cells)
            for (one, _, _), (_, rows) in figures.items() if one == name
        }
        assert len(numbers) == 1, name


def test_matrices_stand_in_their_true_proportions(figures):
    sheet, _ = figures["matrices-to-scale", "en", 680]
    rects = [{key: float(one.attrib[key]) for key in ("width", "height")}
             for one in ElementTree.fromstring(sheet.svg("t", "d", "w", "text{}")).iter("{http://www.w3.org/2000/svg}rect")]
    w, a, b, together = rects
    assert w["width"] == w["height"] == a["width"] == b["height"]
    assert abs(a["height"] / w["height"] - 8 / 768) < 1e-4
    assert abs(together["width"] ** 2 - (a["width"] * a["height"] + b["width"] * b["height"])) < 4


@given(st.fractions(min_value=1, max_value=10**9))
def test_scales_keep_their_ends_and_ticks_stay_inside(high):
    scale = Linear(0, high, 10, 110)
    assert scale(0) == 10
    assert abs(scale(high) - 110) < 1e-9
    ticks = scale.ticks(6)
    assert 1 <= len(ticks) <= 8
    assert all(0 <= tick <= high for tick in ticks)
    steep = Logarithmic(Fraction(1, 1000), high, 0, 100)
    assert abs(steep(high) - 100) < 1e-6
    assert short(Fraction(1, 3)) == "0.33"


# Words --------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("text", "html"), [
    ("los *embeddings* (la tabla)", "los <em>embeddings</em> (la tabla)"), ("2 * 3 * 4", "2 * 3 * 4"),
    ("a*b*c", "a*b*c"), ("**x**", "**x**"), ("`a *b* c` <", "<code>a *b* c</code> &lt;"),
])
def test_a_word_of_the_course_may_be_set_in_italics(text, html):
    course = replace(COURSE, words={"en": {"said": text}, "es": {}})
    language = language_of("en").with_course(COURSE)
    assert Words(course, language, None).html("said", None) == html


# The calculator -----------------------------------------------------------------------------------------------------

def test_the_calculator_knows_every_model_and_family():
    from derivations.counting.architecture import MODEL_TYPES
    from derivations.counting.catalogue import catalogue

    data = calculator()
    assert {model.name for model in data.models} == set(catalogue())
    assert set(data.readers) == set(MODEL_TYPES)
    assert {key.partition("/")[0] for key in data.layouts} == {*MODEL_TYPES, "textbook"}
