"""The other spellings under which a text is found."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivations.language import language
from derivations.site.search import SEPARATOR, also, bare, index

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
        ("1,024", "en", ["1024"]),
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


def test_an_index_is_of_one_language_relative_to_its_own_pages():
    found = {
        "config": {"lang": ["en", "es"], "separator": r"[\s\-]+", "fields": {"title": {"boost": 1000.0}}},
        "docs": [{"location": "es/a/#ratio", "title": "La razón", "text": "<p>18\u202f874 &amp; m&aacute;s</p>"}],
    }
    made = index(found, "es", RULES["es"], "es/")
    assert made["config"]["lang"] == ["es"]
    assert set(made["config"]["fields"]) == {"title", "also"}
    assert made["docs"] == [{**found["docs"][0], "location": "a/#ratio", "also": "18874 mas razon"}]
    assert found["docs"][0]["location"] == "es/a/#ratio", "what was given stays as it was"
