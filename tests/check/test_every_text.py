"""A planted number, a false form and a missing word are found in every kind of text, each at its own line."""

import dataclasses
from pathlib import Path

import fields
import pytest

from derivations.book import Book
from derivations.course import Glossary, Plot, Series
from derivations.places import read_toml
from derivations.text.expression import BlockCall
from derivations.text.text import Text
from derivations.wording import read_words

FENCES = Plot("fences", "log-lines", (Series(fields.COURSE.formulas["field.fence"], {"l": 5}, "fence"),), along="w", points=(1, 2, 40))
OF_THE_PLOT = {
    "en": {"title": "Longer fields", "alt": "A line that rises.", "note": "Both axes double.", "x": "across", "y": "around", "fence": "all sides"},
    "es": {"title": "Campos más largos", "alt": "Una línea que sube.", "note": "Ambos ejes se doblan.", "x": "a lo ancho", "y": "alrededor", "fence": "todos los lados"},
}
COURSE = dataclasses.replace(fields.COURSE, plots={"fences": FENCES}, words={
    code: {**{f"plot.fences.{key}": text for key, text in OF_THE_PLOT.get(code, {}).items()}, **words} for code, words in fields.COURSE.words.items()})
PAGE = """---
title: T
subtitle: U
---
# T {#t}

A paragraph[^n] and [a link](page.md "its title"), ![a picture](a.png).

!!! note "A box"
    In the box.

```python title="A listing"
pass
```

- An item
> A quotation

| A cell |
|---|
| another |

[^n]: A note.

{{= drill("fence") }}

{{= table("fields") }}

{{= plot("fences") }}
"""
NOTE = 'note = { en = "By tape.", es = "Con cinta." }\n'
OF_A_PAGE = ("title: T", "subtitle: U", "# T", "A paragraph", "its title", "a picture", "A box", "In the box", "A listing", "An item",
             "A quotation", "A cell", "another", "A note")
WORDS = {code: [key for key in words if not key.startswith(("unit.", "noun.", "source."))] for code, words in COURSE.words.items() if code != "pt"}
GLOSSARY = """[[term]]
id = "field"
en = "field"
es = "campo"
definition_en = "Land that is fenced."
definition_es = "Terreno con valla."
"""


def put(tmp_path, file, old, new, times=-1):
    path = tmp_path / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, times), encoding="utf-8")


@pytest.fixture
def place(tmp_path):
    """Lay out a project whose words stand in files; `place(file, old, new)` changes one and gives the findings."""
    for code in ("en", "es"):
        (tmp_path / "docs" / code).mkdir(parents=True)
        (tmp_path / "docs" / code / "page.md").write_text(PAGE, encoding="utf-8")
        (tmp_path / "docs" / code / "a.png").write_bytes(b"")
        lines = [f'"{key}" = """{text}"""' for key, text in COURSE.words[code].items()]
        (tmp_path / f"{code}.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "tables").mkdir()
    recipe = Path(__file__).parents[1] / "toy" / "tables" / "fields.toml"
    (tmp_path / "tables" / "fields.toml").write_text(NOTE + recipe.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "glossary.toml").write_text(GLOSSARY, encoding="utf-8")

    def change(file="", old="", new="", **more):
        if file:
            put(tmp_path, file, old, new)
        words = {code: read_toml(tmp_path / f"{code}.toml", f"{code}.toml").data for code in ("en", "es")}
        words = {code: {key: text for key, text in one.items() if key != "literals"} for code, one in words.items()}
        glossary = Glossary("glossary.toml", (tmp_path / "glossary.toml").read_text(encoding="utf-8"))
        course = dataclasses.replace(COURSE, words=words, glossary=glossary)
        return [str(finding) for finding in Book(tmp_path, course, **more).findings]

    return change


def line_of(tmp_path, file, word):
    return next(n for n, text in enumerate((tmp_path / file).read_text("utf-8").split("\n"), 1) if word in text)


def test_nothing_is_found_where_nothing_was_planted(place):
    assert place() == []


def planted(old, number):
    """Put a number into what stands there: behind a word, or at the beginning of a text in quotation marks."""
    return old + number + " " if old.endswith('"') else f"{old} {number}"


EVERYWHERE = [
    *((f"docs/{code}/page.md", old) for code in WORDS for old in OF_A_PAGE),
    *((f"{code}.toml", f'"{key}" = """') for code in WORDS for key in WORDS[code]),
    *(("tables/fields.toml", old) for old in ('note = { en = "', 'es = "', 'title = { en = "', 'heading = { en = "')),
    ("glossary.toml", 'definition_en = "'), ("glossary.toml", 'definition_es = "'),
]


def test_a_number_planted_in_every_text_is_found_each_at_its_own_line(place, tmp_path):
    for number, (file, old) in enumerate(EVERYWHERE, 147456):
        put(tmp_path, file, old, planted(old, str(number)), 1)
    found = place()
    for number, (file, _) in enumerate(EVERYWHERE, 147456):
        line = line_of(tmp_path, file, str(number))
        assert any(one.startswith(f"{file}:{line}:") and f"the numeral {number} is not derived" in one for one in found), (number, found)


@pytest.mark.parametrize(("english", "spanish"), [("eigh**ty**-one", "ochen<b>ta</b>"), ("fallen by a fifth.", "caído en un quinto."), ("🔟", "&#49;2"), ("three hours", "tres horas")])
def test_a_number_in_words_planted_in_every_text_is_found_each_at_its_own_line(place, tmp_path, english, spanish):
    lines = set()
    for file, old in EVERYWHERE:
        word = spanish if file in ("es.toml", "docs/es/page.md") or old in ('es = "', 'definition_es = "') else english
        put(tmp_path, file, old, planted(old, word), 1)
    for file in {file for file, _ in EVERYWHERE}:
        lines |= {(file, n) for n, line in enumerate((tmp_path / file).read_text("utf-8").split("\n"), 1) if english in line or spanish in line}
    found = [one for one in place() if "is not derived" in one]
    assert len(lines) > 50
    assert lines <= {(one.split(":")[0], int(one.split(":")[1])) for one in found}


def test_a_false_form_in_every_text_is_found_each_at_its_own_line(place, tmp_path):
    spanish = [one for one in EVERYWHERE if one[0] in ("es.toml", "docs/es/page.md") or one[1] in ('es = "', 'definition_es = "')]
    assert len(spanish) > 20
    for number, (file, old) in enumerate(spanish, 100):
        put(tmp_path, file, old, planted(old, f"{number}.29 %"), 1)
    found = place()
    for number, (file, _) in enumerate(spanish, 100):
        line = line_of(tmp_path, file, f"{number}.29 %")
        assert any(one.startswith(f"{file}:{line}:") and f" {number}.29: Spanish takes a comma" in one for one in found), (number, found)


def test_missing_words_are_found_each_at_the_line_of_its_counterpart(place, tmp_path):
    keys = [key for key in WORDS["en"] if key in WORDS["es"]]
    for key in keys:
        put(tmp_path, "es.toml", f'"{key}"', f'"other.{key}"')
    found = place()
    for key in keys:
        line = line_of(tmp_path, "en.toml", f'"{key}"')
        assert any(one.startswith(f"en.toml:{line}:") and f"'{key}' has no words in es" in one for one in found), (key, found)


def test_faults_of_two_words_are_said_at_once_each_at_its_own_place(place):
    place("en.toml", "Four sides.", "Four {{= nope }} sides.")
    found = place("es.toml", "Los lados suman", "Los {{= tampoco }} suman")
    assert sum("no value is called" in one for one in found) == 2
    assert not any("cannot" in one or "words/" in one for one in found)


def test_a_literal_with_its_reason_permits_a_numeral_of_its_file_and_one_that_permits_none_is_named(place):
    place("en.toml", "Four sides.", "Four sides of 147456.")
    listed = "\n[literals]\n"
    file_end = '"slip.half" = """That is half. What of the rest?"""\n'
    [left] = place("en.toml", file_end, f'{file_end}{listed}"147456" = "counted by hand"\n"7" = "none"\n')
    assert "the literal '7' covers no numeral here" in left


def test_a_hole_where_nobody_writes_values_is_named(place):
    assert any("no value can stand here" in one for one in place("en.toml", "the area", "the {{= field.area }}"))


def test_holes_of_a_tables_title_are_written_and_their_faults_named_where_they_stand(place, tmp_path):
    assert place("tables/fields.toml", "Two fields", "Fields, {{= field.area(w=3, l=5) }} or so") == []
    text = (tmp_path / "tables/fields.toml").read_text(encoding="utf-8")
    found = place("tables/fields.toml", "field.area(w=3", "field.aera(w=3")
    line = line_of(tmp_path, "tables/fields.toml", "field.aera")
    assert [one for one in found if "field.aera" in one and one.startswith(f"tables/fields.toml:{line}:")], found
    (tmp_path / "tables/fields.toml").write_text(text, encoding="utf-8")
    html = Book(tmp_path, COURSE).press.block(BlockCall("table", "fields"), Book(tmp_path, COURSE).languages["en"])
    assert "Fields, 15 or so" in html
    assert "{{" not in html


def test_what_the_configuration_says_is_read_too_and_a_language_the_course_lacks_is_named(place):
    title = Text("mkdocs.yml", "es", "Inicio en 20 minutos", [(0, 7, 5)], "nav", holds=False)
    strange = Text("mkdocs.yml", "fr", "Accueil", [(0, 9, 5)], "nav", holds=False)
    found = place(extra=[title, strange])
    assert any(one.startswith("mkdocs.yml:7:15: the numeral 20 is not derived") for one in found), found
    assert any("the course has no language ‘fr’" in one for one in found)
    assert place(extra=[title], granted=[("mkdocs.yml", {"20 minutos": "read aloud"}, "")]) == []


def test_a_page_outside_the_languages_folders_is_named_unless_no_site_shows_it(place, tmp_path):
    (tmp_path / "docs" / "README.md").write_text("Notes.\n", encoding="utf-8")
    assert any(one.startswith("docs/README.md:1:1: the page lies in no language") for one in place())
    assert place(left_out=lambda src: src == "README.md") == []


def test_a_byte_order_mark_and_other_line_ends_change_nothing(place, tmp_path):
    for file in ("docs/en/page.md", "tables/fields.toml", "en.toml"):
        path = tmp_path / file
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert place() == []


def test_a_formula_that_can_t_be_typeset_is_found_in_pages_and_words(place, tmp_path):
    def typeset(tex, display):
        if "nope" in tex:
            raise ValueError(f"‘{tex}’ can’t be typeset")

    place("docs/en/page.md", "# T", "$\\nope$\n\n# T")
    text = (tmp_path / "en.toml").read_text(encoding="utf-8").replace("Twice $w + l$.", "Twice $w + nope$.")
    (tmp_path / "en.toml").write_text(text, encoding="utf-8")
    found = [one for one in place(typeset=typeset) if "be typeset" in one]
    assert [one.split(":")[0] for one in found] == ["docs/en/page.md", "en.toml"]


def test_a_fault_in_what_no_page_shows_is_said_in_the_file_that_has_its_words(tmp_path):
    """Of several files of words each line belongs to a file: the line of one and the name of another lead nowhere."""
    for code in ("en", "es"):
        (tmp_path / "words").mkdir(exist_ok=True)
        own = [(key, text) for key, text in COURSE.words[code].items() if not key.startswith("plot.")]
        (tmp_path / "words" / f"{code}.toml").write_text("".join(f'"{key}" = """{text}"""\n' for key, text in own), encoding="utf-8")
        drawn = [f'"plot.fences.{key}" = """{text}"""\n' for key, text in OF_THE_PLOT[code].items()]
        (tmp_path / "words" / f"plots.{code}.toml").write_text("# Of the figures.\n\n" + "".join(drawn), encoding="utf-8")
        (tmp_path / "docs" / code).mkdir(parents=True)
        (tmp_path / "docs" / code / "page.md").write_text("# T {#t}\n", encoding="utf-8")
    course = dataclasses.replace(COURSE, words=read_words(tmp_path / "words", COURSE.formulas),
                                 plots={"fences": dataclasses.replace(FENCES, points=(1,))})
    assert [str(one) for one in Book(tmp_path, course).findings if "two points" in str(one)] == [
        f"words/plots.{code}.toml:3:26: plot fences: a line needs two points or more" for code in ("en", "es")]


def test_words_that_a_course_has_of_no_file_name_something_too(write_book):
    words = {code: {**texts, "formula.field.ara": "the area"} for code, texts in fields.COURSE.words.items()}
    found = [str(one) for one in write_book(course=dataclasses.replace(fields.COURSE, words=words)).findings]
    assert found == [f"fields/words/{code}.toml:1:1: 'formula.field.ara' names nothing; nearest: formula.field.area"
                     for code in fields.COURSE.words]
