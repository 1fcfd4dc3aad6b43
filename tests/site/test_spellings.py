"""The other spellings under which a text is found."""

import json
import re
import unicodedata
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivations.language import language, pack
from derivations.site.search import SEPARATOR, Index, also, bare, sections, without_excluded

RULES = {code: language(code).rules() for code in ("en", "es")}
GROUP = {"en": ",", "es": "\u202f"}


def grouped(number, sign):
    """A number as the language prints it, written by another road: Python's own grouping."""
    return f"{number:,}".replace(",", sign)


@given(st.integers(10**4, 10**15), st.sampled_from(["en", "es"]))
def test_a_grouped_number_is_found_by_its_digits(number, language):
    text = f"La capa tiene ({grouped(number, GROUP[language])}) pesos."
    assert str(number) in also(text, RULES[language])


@pytest.mark.parametrize("space", ["\u00a0", "\u2009", "\u202f"])
def test_any_space_between_groups_will_do(space):
    assert "18874368" in also(f"18{space}874{space}368 parámetros", RULES["es"])


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Los parámetros y la cuantización", "es", ["cuantizacion", "parametros"]),
        ("AÑO año", "es", ["ano"]),
        ("0,29\u00a0% de los pesos", "es", ["0.29"]),
        ("0.29% of the weights", "en", ["0,29"]),
        ("0,293", "es", ["0.293"]),
        ("1,024", "en", ["1.024", "1024"]),
        ("18\u202f874\u202f368", "es", ["18,874,368", "18.874.368", "18874368"]),
        ("W has 12h² and 10⁻³", "en", ["10-3", "12h2"]),
        ("4096", "es", []),
        ("plain words, 12, 7.", "en", []),
        ("version 1.2.3", "en", []),
        ("1,2345 and 12,34", "en", []),
    ],
)
def test_spellings(text, language, expected):
    assert also(text, RULES[language]) == expected


@given(st.text())
def test_bare_words_have_no_accent_and_baring_twice_changes_nothing(text):
    once = bare(text)
    assert not any(unicodedata.combining(c) for c in unicodedata.normalize("NFD", once))
    assert bare(once) == once or "İ" in text


@given(st.text(alphabet="áéíóúñüabcdefg ,.0123456789\u202f", max_size=80), st.sampled_from(["en", "es"]))
def test_nothing_is_added_that_the_text_says_already(text, language):
    words = set(re.findall(r"[^\W\d_]+", text.lower()))
    extra = also(text, RULES[language])
    assert not words & set(extra)
    assert extra == sorted(set(extra))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("18,874,368 parameters (0.29%).", ["18,874,368", "parameters", "0.29%"]),
        ("¿Cuánto? «Esto», r=8", ["Cuánto", "Esto", "r", "8"]),
        ("full-rank, h≈4096.", ["full", "rank", "h", "4096"]),
    ],
)
def test_tokens_are_cut_at_punctuation_but_not_inside_numbers(text, expected):
    assert [token for token in re.split(SEPARATOR, text) if token] == expected


PAGE = """<h1 id="a">La razón<a class="headerlink" href="#a">¶</a></h1><p>18\u202f874 &amp; m&aacute;s</p>
<h2 id="b">Con <em>12h²</em></h2><table><tr><td>768</td><td>12</td></tr></table>
<details data-search-exclude><details><p>within</p></details>solution</details><script>var x;</script><p>end</p>"""


def test_a_page_is_cut_at_its_headings_without_what_is_kept_from_the_search():
    assert list(sections(PAGE, "Page")) == [("", "La razón", "18\u202f874 & más"), ("b", "Con 12h²", "768 12 end")]
    assert list(sections("<p>a</p><h2 id='x'>", "P")) == [("", "P", "a")]
    assert [one[:2] for one in sections('<p>a</p><h2 id="x">X</h2>', "P")] == [("", "P"), ("x", "X")]
    assert without_excluded("<div data-search-exclude><p>never closed") == ""


def test_the_mark_of_a_note_sticks_to_no_word_that_is_searched():
    mark = '<sup id="fnref:n"><a class="footnote-ref" href="#fn:n">1</a></sup>'
    back = '<a class="footnote-backref" href="#fnref:n">&#8617;</a>'
    page = f'<h2 id="b">Bytes{mark}</h2><p>Of 768{mark} and 10<sup>2</sup></p><li>A note.{back}</li>'
    assert list(sections(page, "P"))[1:] == [("b", "Bytes", "Of 768 and 102 A note.")]


def test_an_index_is_of_one_language_relative_to_its_own_pages():
    made = Index("es", RULES["es"], {"gqa": "más"}, "es/", {"fields": {}, "pipeline": ["stemmer"]})
    made.add_entry_from_context(SimpleNamespace(meta={"search": {"boost": 2}}, url="es/a/", content=PAGE, title="x"))
    made.add_entry_from_context(SimpleNamespace(meta={"search": {"exclude": True}}, url="es/b/", content=PAGE, title="x"))
    found = json.loads(made.generate_search_index())
    assert (found["config"]["lang"], found["config"]["pipeline"]) == (["es"], ["stemmer"])
    assert set(found["config"]["fields"]) == {"title", "text", "tags", "also"}
    first, second = found["docs"]
    assert (first["location"], first["boost"], second["location"]) == ("a/", 2, "a/#b")
    assert first["text"] == "18\u202f874 &amp; más"
    assert set(first["also"].split()) == {"18874", "18,874", "18.874", "mas", "razon", "gqa"}
    assert second["also"] == "12h2"


@pytest.mark.parametrize("code", ["en", "es"])
def test_a_pack_s_synonyms_are_words_as_they_are_typed(code):
    synonyms = pack.table(code, "search")["synonyms"]
    assert synonyms
    assert all(re.fullmatch(r"\S+", typed) and typed == typed.lower() and said != typed for typed, said in synonyms.items())


@pytest.mark.parametrize(("text", "found"), [("the scale α", True), ("that α.", True), ("αβ", False), ("none", False)])
def test_a_synonym_is_found_where_the_word_stands_that_it_is_for(text, found):
    assert ("alpha" in also(text, RULES["en"], {"alpha": "α"})) is found
