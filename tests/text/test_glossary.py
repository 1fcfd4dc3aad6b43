"""The glossary: read from TOML, checked on pages, and the course's own one checked by itself."""

import re
from pathlib import Path

import pytest
from hangs import limited
from hypothesis import given
from hypothesis import strategies as st

from derivations.check.renderings import Renderings
from derivations.text.glossary import read_glossary
from derivations.text.page import Page
from derivations.text.text import Text

TOML = '''
[literals]
"a dozen" = "how eggs are sold"

[[term]]
id = "egg"
en = "egg"
es = "huevo"
counted = true
banned = [{ es = "eggs", why = "English" }, { es = "el Egg", why = "no article" }, { es = "huebo", why = "misspelt" }]
definition_en = "Sold by a dozen."
definition_es = "Se vende en cartones."

[[term]]
id = "box"
en = "hen box"
es = "caja de gallinas"
gender_es = "f"
definition_en = "Where hens live."
definition_es = "Donde viven las gallinas."

[[term]]
id = "omelette"
en = "omelette"
es = "omelette"
borrowed = true
first_use_es = "una *omelette* (huevos batidos)"
definition_en = "Beaten eggs, fried."
definition_es = "Huevos batidos y fritos."

[[term]]
id = "lay"
en = "lay"
es = "poner"
gender_es = "v"
definition_en = "To make an egg."
definition_es = "Hacer un huevo."
'''
GLOSSARY, FAULTS = read_glossary(TOML, "g.toml", ("en", "es"))
RENDERINGS = Renderings(GLOSSARY)


def banned(text):
    return [str(finding) for finding in RENDERINGS.check(Text("p.md", "es", text))]


def test_a_name_that_markdown_does_not_print_is_not_banned():
    page = Page("docs/es/p.md", "es", "# Un huevo {#one}\n\nUn [huevo][eggs], huevos.\n\n[eggs]: eggs.md\n", src="es/p.md")
    assert RENDERINGS.check(page) == []
    shown = Page("docs/es/p.md", "es", "# Un huevo {#one}\n\nUn [eggs][huevo].\n\n[huevo]: eggs.md\n", src="es/p.md")
    assert len(RENDERINGS.check(shown)) == 1


def first_uses(text):
    return [finding.message for finding in RENDERINGS.first_uses(Text("p.md", "es", text))]


def test_a_glossary_without_faults_is_read():
    assert FAULTS == []
    assert [term.id for term in GLOSSARY.terms] == ["egg", "box", "omelette", "lay"]


def test_a_banned_rendering_is_named_with_its_place_and_cure():
    assert banned("Dos huevos\ny tres **eggs**.") == ["p.md:2:10: the glossary bans “eggs”: English (write huevo)"]
    assert banned("El\negg y un HUEBO") == [
        "p.md:1:1: the glossary bans “El egg”: no article (write huevo)",
        "p.md:2:10: the glossary bans “HUEBO”: misspelt (write huevo)",
    ]


@pytest.mark.parametrize("text", [
    "legs, eggsy, huevos",
    "los huevos (*eggs*)", "los huevos (en inglés, *eggs*,\nde gallina)", "un huevo (*egg*; [x](y) *eggs*)",
    "«eggs», “eggs”", "> all eggs", "[On eggs](https://x.org)", '<span lang="en">eggs</span>',
    "[huevos](eggs.md)", "![huevo](eggs.png)",
])
def test_quotations_links_and_bracketed_english_may_hold_it(text):
    assert banned(text) == []


@pytest.mark.parametrize("text", ["(eggs)", "*eggs*", "[eggs](page.md)", "# Sobre eggs {#a}", "| eggs |",
                                  "![eggs](a.png)"])
def test_elsewhere_it_is_found(text):
    assert len(banned(text)) == 1


def test_formulas_are_not_read():
    assert banned("$eggs$") == []


@pytest.mark.parametrize(("text", "messages"), [
    ("una *omelette* (huevos), otra omelette", []),
    ("# omelette\n\nuna _omelette_ y omelettes", []),
    ("una omelette", ["“omelette” is borrowed: italic at its first use on a page"]),
    ("*omelette*, *omelette*", ["“omelette” stays roman after its first use"]),
    ("un huevo (*egg*) y otro (*egg*)", ["the borrowed “egg” was given before on this page"]),
    ("un huevo (_egg_)", []),
])
def test_first_uses(text, messages):
    assert first_uses(text) == messages


def test_the_page_and_the_tooltips_are_data():
    assert [term.name["es"] for term in GLOSSARY.ordered("es")] == ["caja de gallinas", "huevo", "omelette", "poner"]
    assert list(GLOSSARY.tooltips("es")) == [
        "cajas de gallinas", "caja de gallinas", "omelettes", "omelette", "huevos", "huevo"]
    assert GLOSSARY.counted("en") == ["egg", "eggs"]


@pytest.mark.parametrize(("change", "line", "message"), [
    (('en = "egg"', ""), 5, "the term 'egg' lacks en"),
    (('id = "box"', 'id = "egg"'), 14, "the term 'egg' stands twice"),
    (("counted", "counter"), 5, "the term 'egg' has an unknown field counter"),
    (('why = "English"', 'because = "English"'), 5, "the term 'egg': banned is a list of { es = \"…\", why = \"…\" }"),
    (('es = "huevo"', "es = "), 8, "the glossary is not TOML"),
    (("[[term]]", "[[word]]"), 1, "a glossary is a list of [[term]]"),
])
def test_faults_of_the_file_are_named_with_their_line(change, line, message):
    _, found = read_glossary(TOML.replace(*change), "g.toml", ("en", "es"))
    assert any(finding.line == line and finding.message.startswith(message) for finding in found), found


COURSE = Path(__file__).parents[2] / "derivations/lora/glossary.toml"


class TestTheCourse:
    """The course's own glossary."""

    glossary, faults = read_glossary(COURSE.read_text(encoding="utf-8"), "glossary.toml", ("en", "es"))

    def test_it_has_no_faults(self):
        assert self.faults == []
        assert len(self.glossary.terms) > 60

    def test_it_bans_nothing_that_it_writes(self):
        renderings = Renderings(self.glossary)
        for term in self.glossary.terms:
            for text in (*term.forms("es"), term.definition["es"], term.first_use.get("es", "")):
                bare = re.sub(r"`[^`]*`", lambda code: " " * len(code[0]), text)
                assert renderings.check(Text("glossary.toml", "es", bare)) == [], term.id

    def test_no_form_stands_for_two_terms(self):
        for code in ("en", "es"):
            forms = [form for term in self.glossary.terms for form in term.forms(code)]
            assert len(forms) == len(set(forms)) or {"rangos"} >= {f for f in forms if forms.count(f) > 1}


@given(st.text("eghslu *_()[]«»>\n.", max_size=60))
def test_random_text_is_checked(text):
    for finding in RENDERINGS.check(Text("p.md", "es", text)):
        assert finding.line <= text.count("\n") + 1
    first_uses(text)


@given(st.text('[]term="id\n{} ab', max_size=80))
def test_random_toml_is_read_or_refused(text):
    read_glossary(text, "g.toml", ("en", "es"))


@pytest.mark.parametrize("piece", ["[", "![", "(", "(*a", "*a", "_a_ ", "«a", "<a ", "> a\n", "el ",
                                   "*omelette* ", "(*egg* "])
def test_no_repetition_hangs_the_check(piece):
    """At this length a pattern that backtracks takes hours."""
    text = piece * (40_000 // len(piece))
    with limited(60):
        banned(text)
        first_uses(text)
