"""Packs: what a language writes it reads back as the same number; Babel's CLDR says how others write it.

Portuguese comes from the toy course's folder: nothing of it is in the package.
"""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from derivations.check.customs import agreement, beside_values, customs
from derivations.language import Form, language, pack, words
from derivations.language.export import rules
from derivations.language.reading.numberwords import number_words
from derivations.language.reading.reader import Reader
from derivations.text.glossary import _plural

PACKS = Path(__file__).parents[1] / "toy" / "pt" / "packs"
THREE = ["en", "es", "pt"]


@pytest.fixture(autouse=True)
def portuguese(own_languages):
    pack.look_in(PACKS)


def test_a_folder_that_is_looked_in_adds_its_languages_and_no_other_is_made_up():
    assert pack.known() == ("en", "es", "pt")
    with pytest.raises(ValueError, match="no language 'fr': there are en, es, pt"):
        language("fr")


@pytest.mark.parametrize("code", THREE)
def test_every_pack_has_the_shape_that_all_have(code):
    assert pack.compare(code) == []


@pytest.mark.parametrize("like", THREE)
def test_a_pack_is_begun_as_another_language_has_it(tmp_path, like):
    assert pack.begin(tmp_path, "gl", like) == [f"gl/{name}.toml" for name in pack.FILES]
    for path, refused in (("gl", "is a pack of 'gl' already"), ("es", "is a pack of 'es' already"), ("G L", "is no code")):
        with pytest.raises(ValueError, match=refused):
            pack.begin(tmp_path, path, like)
    with pytest.raises(ValueError, match="no pack of 'xx': there are en, es, pt"):
        pack.begin(tmp_path, "fr", "xx")
    pack.look_in(tmp_path)
    assert pack.known() == ("en", "es", "gl", "pt") and words.compare("gl", "en") == []
    given = Fraction(12345678, 100)
    assert language("gl").number(given, [Form("places", (2,))]).text == language(like).number(given, [Form("places", (2,))]).text
    assert language("gl").name_of("gl") == "gl" and language("gl").name_of("es") == language(like).name_of("es")


@pytest.mark.parametrize(("file", "old", "new", "says"), [
    ("numbers", 'singular = "milhão"', 'singlar = "milhão"', ["the key scales.singlar is unknown; nearest: scales.singular"]),
    ("numbers", "[about]", "[abuot]", ["the key about is missing; nearest: abuot", "the key about.feminine is missing; nearest: abuot.feminine"]),
    ("counting", "suffixes = [", "suffices = [", ["the key fractions.suffices is unknown; nearest: fractions.suffixes",
                                                 "the key fractions.suffixes is missing; nearest: fractions.suffices"]),
    ("counting", "decimal_may_group = true", 'decimal_may_group = "yes"', ["reading.decimal_may_group is a text, and must be true or false"]),
    ("search", "[synonyms]", "[synonym]", ["the key synonyms is missing; nearest: synonym"]),
])
def test_a_pack_of_another_shape_is_said_by_file_and_key(tmp_path, file, old, new, says):
    for one in (PACKS / "pt").glob("*.toml"):
        text = one.read_text(encoding="utf-8")
        (tmp_path / "pt").mkdir(exist_ok=True)
        if one.stem == file:
            assert old in text
        (tmp_path / "pt" / one.name).write_text(text.replace(old, new, 1) if one.stem == file else text, encoding="utf-8")
    pack.look_in(tmp_path)
    said = pack.compare("pt")
    assert all(f"packs/pt/{file}.toml: {one}" in said for one in says), said


@pytest.mark.parametrize("code", THREE)
@given(number=st.integers(0, 10**15))
def test_a_whole_number_is_read_back_as_it_was_written(code, number):
    written = language(code).number(number).text
    [read] = Reader(code).read(f"({written})").numerals
    assert (read.value, read.text) == (number, written)
    assert customs(read, code) == []


@pytest.mark.parametrize("code", THREE)
@given(number=st.fractions(min_value=0, max_value=10**9, max_denominator=10**6), places=st.integers(1, 4))
def test_a_percentage_and_its_decimals_are_read_back(code, number, places):
    for form, what in ((Form("percent", (places,)), "percent"), (Form("places", (places,)), "figure")):
        written = language(code).number(number, (form,)).text
        [read] = Reader(code).read(f"({written})").numerals
        assert (read.kind, read.text) == (what, written)
        assert read.agrees(number, loosely=True)      # 1,100% to one digit is 1,000%
        assert customs(read, code, literal=True) == []


@pytest.mark.parametrize("code", THREE)
@given(number=st.integers(10**6, 10**15))
def test_a_scale_word_is_read_back(code, number):
    [read] = Reader(code).read(f"({language(code).number(number, (Form('short'),)).text})").numerals
    assert read.kind == "scale"
    assert read.agrees(number, loosely=True)


@pytest.mark.parametrize(("code", "locale"), [("en", "en"), ("pt", "pt_BR")])
@given(number=st.integers(-(10**12), 10**12))
def test_groups_are_cldr_s(code, locale, number):
    """Spanish isn't compared: CLDR groups by points, the course by the narrow space that RAE and SI ask for."""
    written = language(code).number(number).text
    assert written.replace("\u2212", "-") == format_decimal(number, locale=locale)


@pytest.mark.parametrize("locale", ["en", "es", "pt"])
@given(number=st.integers(0, 999_999))
def test_decimal_signs_are_cldr_s(locale, number):
    value = Fraction(number, 1000)
    written = language(locale).number(value, (Form("places", (3,)),)).text
    plain = written.split(language(locale).profile.number.group)[-1] if locale == "es" else written
    assert plain == format_decimal(Decimal(number) / 1000, "#,##0.000", locale=locale)


@pytest.mark.parametrize(("words", "value"), [
    ("vinte e um", 21), ("cento e vinte e três", 123), ("cento e vinte e tres", 123), ("mil e cem", 1100),
    ("dois mil quinhentos e doze", 2512), ("três milhões", 3 * 10**6), ("dois bilhões e meio", 2 * 10**9), ("mil", 1000),
])
def test_portuguese_number_words(words, value):
    first = next(number_words(f"São {words}.", "pt"))
    assert first.value == value


def test_portuguese_words_count_where_they_measure_something():
    reader = Reader("pt", nouns=["metros", "lados"])
    assert [one.text for one in reader.read("quatro lados, dois terços de um campo, três por cento").numerals] == [
        "quatro", "dois terços", "três por cento"]
    assert [one.value for one in reader.read("1.234,5 e 12,5%").numerals] == [Fraction(2469, 2), Fraction(1, 8)]
    assert reader.read("são dois, por cento e tantos").numerals == ()
    assert reader.read("a 5.ª edição, na sala 204; em 1905 provou, em 1936 provaram").numerals == ()
    assert [one.text for one in reader.read("em 1905 metros, a 5.ª vez").numerals] == ["1905", "5.ª"]


def test_portuguese_customs():
    def breaches(text):
        return [breach.replacement for one in Reader("pt").read(text).numerals for breach in customs(one, "pt")]

    assert breaches("12 288") == ["12.288"]
    assert breaches("0.5") == ["0,5"]
    assert breaches("12,5 %") == ["%"]
    assert [one.replacement for one in agreement("3 milhões metros", ["metros"], "pt")] == ["milhões de metros"]
    assert [one.message for one in agreement("12.288 de metros", ["metros"], "pt")] == [
        "12.288 de metros: no de between a figure and its noun"]
    assert len(beside_values(*["xx milhões"] * 2, [(0, 2)], "pt")) == len(beside_values(*["xx centenares"] * 2, [(0, 2)], "es")) == 1


@pytest.mark.parametrize(("code", "singular", "plural"), [
    ("pt", "razão", "razões"), ("pt", "campo de flores", "campos de flores"), ("pt", "canal", "canais"),
    ("en", "hen box", "hen boxes"), ("en", "rate of fields", "rates of fields"), ("en", "entry", "entries"),
    ("es", "razón fina", "razones finas"), ("es", "vez", "veces"), ("es", "adaptación de rango", "adaptaciones de rango"),
])
def test_regular_plurals(code, singular, plural):
    assert _plural(singular, code) == plural


def test_a_reader_may_type_another_language_s_words_but_none_that_may_mean_two_things():
    """The words are counted out by hand from what each language's readers write."""
    english, spanish = (rules(language(code).profile, [one for one in THREE if one != code])["answers"]
                        for code in ("en", "es"))
    assert english["scales"]["millones"] == english["scales"]["million"] == english["scales"]["milhões"] == 6
    assert "billion" not in spanish["scales"] and "billion" in spanish["ask"]
    assert english["scales"]["billion"] == 9 and spanish["scales"]["billón"] == 12
    assert english["scales"]["b"] == 9 and "b" not in spanish["scales"]
    assert {"percent", "ciento", "cento"} <= set(spanish["percent"])


def test_names_are_known_by_the_words_of_a_pack_that_came_with_the_course():
    reader = Reader("pt", nouns=["cerca", "cercas"])
    read = reader.read("Veja a seção 4.2, na versão 3.11, em março de 2021, e Souza e outros (2019); são 77 cercas.")
    assert [numeral.text for numeral in read.numerals] == ["77"]
