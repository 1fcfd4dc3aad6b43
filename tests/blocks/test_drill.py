"""Drills: versions that are fit, slips that can't pass for the answer, texts folded; without a browser."""

import json
import re
from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivations.blocks.asked import Asked, asked, versions
from derivations.blocks.drill import BLOCK, _light, _units, folded
from derivations.course import Drill, Slip
from derivations.exact import NUMBER, RATIO, Formula, Symbol, Unit, quotient
from derivations.exact.decimal import near
from derivations.language import language as language_of
from derivations.lora.course import COURSE
from derivations.outputs.data import files
from derivations.text.finding import WordFault

x, y = Symbol("x"), Symbol("y")
total = Formula("total", lambda a, b: a + b, (x, y), NUMBER)
share = Formula("share", quotient, (x, y), RATIO)


def drill(*variants, slips=(), answer=total, form="exact"):
    return Drill("sum", answer, variants, tuple(slips), form)



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
        answer = near(version.answer.exact)
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


def test_an_answer_is_asked_for_in_its_own_unit():
    with pytest.raises(WordFault, match="which to can't convert"):
        versions(replace(drill({"x": 3, "y": 5}), form="to('minute')"))


def test_an_answer_is_asked_for_in_a_form_that_there_is():
    with pytest.raises(WordFault, match="drill sum: there is no form 'shrt'; nearest: short"):
        asked(drill({"x": 3, "y": 5}, form="shrt"))


def test_a_slip_that_has_no_value_at_a_version_is_none_there():
    gap = Slip("gap", Formula("gap", lambda a, b: quotient(a, a - b), (x, y), NUMBER))
    with_gap, without = versions(drill({"x": 5, "y": 3}, {"x": 4, "y": 4}, slips=[gap]))
    assert (with_gap.slips, without.slips) == ((("gap", Fraction(5, 2)),), ())


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
    data = files(book)[re.search(r'data-from="([^"]*)"', html)[1]].decode()
    data = json.loads(data.removeprefix("derivations.given=").rstrip(";\n"))
    assert [version["answer"] for version in data["versions"]] == ["16", "22"]
    assert data["versions"][0]["slips"] == {"half": "8"}
    assert 'id="key-fence"' in html
    assert 'id="drill-words"' in html


def test_a_drill_in_a_text_leaves_hints_and_solution_to_its_data(write_book):
    book = write_book(en="# T {#t}\n\n{{= ask(\"fence\") }}\n")
    assert not book.findings
    html = book.finish("en/page.md", f"<p>{chr(0xE000)}0{chr(0xE001)}</p>")
    assert "<details" not in html and 'id="drill-fence-answer"' in html
    assert re.search(r'<section id="key-fence">(.*?)</section>', html)[1].count("<p") == 1, "the key has the answer alone"
    folds = json.loads(re.search(r'id="ask-words">(.*?)</script>', html)[1])["folds"]
    data = files(book)[re.search(r'data-from="([^"]*)"', html)[1]].decode()
    texts = json.loads(data.removeprefix("derivations.given=").rstrip(";\n"))["texts"]
    assert list(folds) == ["hint1", "hint2", "solution"] and folds.keys() <= texts.keys()


@pytest.mark.parametrize(("plain", "light"), [
    ("d_in + d_out", "d<sub>in</sub> + d<sub>out</sub>"), ("12h²", "12h²"), ("h_kv·h", "h<sub>kv</sub>·h"),
])
def test_formulas_of_the_data_lower_their_indices(plain, light):
    assert _light(f'<span class="tex" data-tex="x">{plain}</span>') == f'<span class="math">{light}</span>'


def test_units_that_measure_the_same_are_published_with_what_they_come_to():
    metre, second = Unit("metre"), Unit("second")
    centimetre, foot = ((Fraction(*size) * metre).named(name) for size, name in (((1, 100), "centimetre"), ((381, 1250), "foot")))
    one = drill({"x": 3, "y": 5}, answer=Formula("length", lambda a, b: a + b, (x, y), metre))
    context = SimpleNamespace(course=SimpleNamespace(units=(metre, second, centimetre, foot, metre / second)))
    english = language_of("en").with_course(replace(COURSE, words={"en": {"unit.centimetre.symbol": "cm"}}))
    assert _units(context, asked(one), one, english) == {"centimetre": ["1/100", "cm"], "foot": ["381/1250", ""]}
    assert _units(context, Asked("percent", 2), one, english) == {}


def test_a_drill_that_a_page_shows_twice_counts_once(write_book):
    book = write_book()
    key = BLOCK.closing[0](book.context, ["fence", "fence"], book.languages["en"])
    assert "0 of 1" in key["progress"], key["progress"]
