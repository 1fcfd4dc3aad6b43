"""The authors' guide: what its pieces of Python come to, found by hand; what it names exists."""

import re
from fractions import Fraction
from pathlib import Path

import pytest
import sympy

from derivations.blocks import BLOCKS
from derivations.blocks.charts import KINDS
from derivations.exact import NUMBER, DomainError, Symbol, Unit, UnitClash, Value, check_units, prove
from derivations.language import FORMS
from derivations.language.pack import FILES
from derivations.lora.blocks.piece import PIECES, beside, made

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "en" / "own-course.md").read_text(encoding="utf-8")
SYNTAX = (ROOT / "docs" / "en" / "authors.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def ran():
    return {name: one for piece in made().values() for name, one in piece.items()}


@pytest.mark.parametrize("code", ["en", "es"])
def test_a_page_types_no_python_of_its_own_and_shows_every_piece_once(code):
    page = (ROOT / "docs" / code / "own-course.md").read_text(encoding="utf-8")
    assert re.findall(r'\{\{= piece\("(\w+)"\) \}\}', page) == list(PIECES) and "```python" not in page


def test_every_piece_of_code_runs_and_declares_what_it_says(ran):
    formulas = {formula.name: formula for formula in ran["declared"].formulas}
    assert set(formulas) == {
        "share.of_two", "share.depth", "share.circle", "share.factor", "share.pair", "share.gain"}
    assert all(prove(formula) for formula in formulas.values())
    assert formulas["share.of_two"].steps[0].reason == "two_parts"
    assert (ran["KILOMETRE"].size, ran["SPEED"].name) == (1000, "metre*second^-1")
    assert (ran["MILLIMETRE"].size, ran["DIOPTRE"].base, ran["RADIAN"].is_pure) == (Fraction(1, 1000), (("metre", -1),), True)
    assert formulas["share.factor"]().exact == Fraction(61, 50)
    with pytest.raises(DomainError, match="rho·n must be below 1"):
        formulas["share.gain"](rho=Fraction(1, 2), n=4)
    assert len(ran["plot"].points) == 4 and ran["letters"].name == "letters"
    assert ran["by_model"].formula_of("bank").name == "growth.balance"
    value = ran["FORMULAS"]["growth.balance"](i=1, **ran["bank"].inputs)
    assert isinstance(value, Value) and value.exact == 500 * 2**7


def test_the_plot_is_drawn_and_the_block_is_shown(ran, tmp_path):
    from dataclasses import replace

    from derivations.book import Book

    (tmp_path / "letters.html").write_text("<p>{{ said }}: {{ letters }}</p>", encoding="utf-8")
    words = {code: {**texts, **{f"plot.growth-by-rate.{key}": "Words" for key in ("title", "alt", "note", "x", "y", "line")}}
             for code, texts in beside().words.items()}
    course = replace(beside(), plots={"growth-by-rate": ran["plot"]}, models={"bank": ran["bank"]}, words=words,
                     glossary=ran["glossary"],
                     blocks=(replace(ran["letters"], template=tmp_path / "letters.html"),))
    for code in course.languages:
        page = tmp_path / "docs" / code / "page.md"
        page.parent.mkdir(parents=True)
        page.write_text('---\ntitle: T\n---\n# T {#t}\n\n{{= glossary() }}\n\n{{= plot("growth-by-rate") }}\n\n{{= letters("growth.balance") }}\n\n'
                        '{{= growth.balance("bank", i=1/50) | places(2) }}\n', encoding="utf-8")
    book = Book(tmp_path, course)
    assert [str(finding) for finding in book.findings] == []
    html = book.finish("en/page.md", book.render("en/page.md").markdown)
    assert "<svg" in html and "after some years: 3</p>" in html and "574.34" in html     # 500 · 1.02⁷
    assert "The part of a capital that a year adds to it" in html
    (tmp_path / "docs" / "es" / "page.md").write_text("# T {#t}\n\nLa ratio de interés.\n", encoding="utf-8")
    assert any("bans “ratio de interés”: a calque" in str(finding) for finding in Book(tmp_path, course).findings)


def test_every_form_and_block_is_on_the_page_of_syntax():
    sizes = {name for name in FORMS if name.endswith("B")} - {"MB"}       # one of them stands for all
    assert [name for name in FORMS if name not in sizes and not re.search(rf"\b{name}\b", SYNTAX)] == []
    assert [block.name for block in BLOCKS if f"`{block.name}(" not in SYNTAX] == []


def said_of_units(formula, said, symbols):
    try:
        check_units(formula, symbols, said)
    except UnitClash:
        return "stops"
    return "passes"


def test_the_table_of_units_says_what_is_checked():
    metre, second = Unit("metre"), Unit("second")
    millimetre = (Fraction(1, 1000) * metre).named("millimetre")
    d, e, t, n, short, swift = (Symbol(name, integer=False, unit=unit) for name, unit in (
        ("d", metre), ("e", metre), ("t", second), ("n", NUMBER), ("short", millimetre), ("swift", metre / second)))
    check_units(sympy.asin(d.sympy / e.sympy), (d, e, swift), Unit("radian", ()))
    a, b, c = d.sympy, e.sympy, t.sympy
    people = Symbol("people", unit=Unit("person"))
    tried = [
        [said_of_units(made, metre, (d, e, t, n, *more)) for more in ((), (swift,))]
        for made in (a + c, a + n.sympy)
    ] + [[said_of_units(people.sympy + n.sympy, Unit("person"), (people, n, *more)) for more in ((), (swift,))]] + [
        [said_of_units(made, metre, (d, e, t, n, *more)) for more in ((), (swift,))] for made in (a * b, a / c)
    ] + [["–", said_of_units(a + short.sympy, metre, (d, short))], ["–", said_of_units(2 * a, millimetre, (d,))]]
    table = re.findall(r"^\| .* \| (stops|passes|–) \| (stops|passes)", GUIDE, re.MULTILINE)
    assert [list(row) for row in table] == tried


def test_every_reason_that_a_shape_asks_for_is_named():
    source = (ROOT / "derivations" / "exact" / "derivation.py").read_text(encoding="utf-8")
    asked = set(re.findall(r'\("([a-z_]+)", ', source)) | {"common_factor", "collect", "one_denominator"}
    assert len(asked) > 8 and asked <= set(re.findall(r"`(\w+)`", GUIDE))


@pytest.mark.parametrize("code", ["en", "es"])
def test_every_kind_of_figure_and_every_file_of_a_pack_is_named(code):
    guide = (ROOT / "docs" / code / "own-course.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w.-]+)` \|", guide, re.MULTILINE)
    assert [one for one in rows if one in KINDS] == list(KINDS)
    assert {f"{name}.toml" for name in FILES} <= set(rows)


@pytest.mark.parametrize("code", ["en", "es"])
def test_the_table_of_reasons_says_what_this_course_says(code):
    from derivations.lora.course import COURSE

    guide = (ROOT / "docs" / code / "own-course.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", guide, re.MULTILINE))
    assert len(rows) > 8 and rows == {key: COURSE.words[code][f"reason.{key}"] for key in rows}
