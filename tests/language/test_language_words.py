"""The words of the interface, the rules for the browser, and what importing the package costs."""

import json
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivations.exact import RATIO, Unit
from derivations.language import FORMS, Form, WordError, language, pack
from derivations.language.pack import known
from derivations.language.words import compare, interface_words
from derivations.language.writing.forms import SIZES

SEED = Unit("seed")


@pytest.mark.parametrize("code", known())
def test_every_language_has_the_same_interface_words(code):
    assert interface_words(code)
    assert all(text.strip() == text != "" for text in interface_words(code).values())
    assert compare(code, "en") == []


def test_a_word_is_found_filled_and_missed_by_name():
    assert language("en").word("derivation.step", number="3") == "Step 3"
    assert language("es").word("derivation.step", number="3") == "Paso 3"
    with pytest.raises(WordError, match=r"no word 'derivation.stop'; nearest: derivation.step"):
        language("en").word("derivation.stop")
    with pytest.raises(WordError, match=r"has the blanks \['number'\], not \[\]"):
        language("en").word("derivation.step")


@pytest.mark.parametrize(("change", "fault"), [
    (('sort = "Ordenar por esta columna"\n', ""), "the key table.sort is missing"),
    (("sort = ", 'sorted = "x"\nsort = '), "the key table.sorted is unknown; nearest: table.sort"),
    (("{count} pasos", "pasos"), "the word derivation.middle has other blanks than in en: none, not {count}"),
    (("[typed]", "[tipeado]"), "the word judge.unreadable has other blanks than in en: [tipeado], not [typed]"),
])
def test_words_that_the_reference_does_not_have_are_named(change, fault, tmp_path, monkeypatch):
    monkeypatch.setattr(pack, "_folders", [*pack._folders])
    shutil.copytree(Path(pack.__file__).with_name("packs") / "es", tmp_path / "es")
    words = tmp_path / "es/words.toml"
    words.write_text(words.read_text(encoding="utf-8").replace(*change, 1), encoding="utf-8")
    pack.look_in(tmp_path)
    try:
        assert compare("es", "en") == [f"packs/es/words.toml: {fault}"]
        assert compare("en", "en") == []
    finally:
        pack.forget()


def test_no_third_language_is_made_up():
    with pytest.raises(ValueError, match="no language 'fr': there are en, es"):
        language("fr")
    assert language("en") is language("en")


def by_the_rules(rules, number, form, digits):
    """Write a number from the exported rules alone, as the browser's calculator does."""
    percent = form == "percent"
    number = Fraction(number) * (100 if percent else 1)
    if number == 0:
        return rules["percent"].replace("{}", "0") if percent else "0"
    magnitude = 0
    while abs(number) >= Fraction(10) ** (magnitude + 1):
        magnitude += 1
    while abs(number) < Fraction(10) ** magnitude:
        magnitude -= 1
    unit = Fraction(10) ** (magnitude - digits + 1)
    rounded = round(abs(number) / unit) * unit  # Python's round is half-even on fractions
    word = ""
    decimals = max(0, digits - 1 - magnitude)
    if decimals and rounded >= Fraction(10) ** (magnitude + 1):
        decimals -= 1
    if form == "short":
        scale = next((s for s in reversed(rules["scales"]) if rounded >= 10 ** s["power"]), None)
        if scale:
            rounded /= 10 ** scale["power"]
            word = rules["before_scale"] + scale["singular" if rounded == 1 else "plural"]
        decimals = next(n for n in range(30) if (rounded * 10**n).denominator == 1)
    figure = str(int(rounded * 10**decimals)).rjust(decimals + 1, "0")
    whole, fraction = (figure[:-decimals], figure[-decimals:]) if decimals else (figure, "")
    if len(whole) >= rules["group_from"]:
        whole = f"{int(whole):,}".replace(",", rules["group"])
    text = whole + (rules["decimal"] + fraction if fraction else "")
    text = (rules["minus"] if number < 0 else "") + text
    return rules["percent"].replace("{}", text) if percent else text + word


@given(st.one_of(st.integers(-(10**16), 10**16), st.fractions(max_denominator=10**5)), st.sampled_from(("en", "es")),
       st.sampled_from([("short", 3), ("percent", 1), ("percent", 2), ("percent", 4), ("digits", 2), ("digits", 5)]))
def test_the_exported_rules_are_enough_to_write_the_same(number, code, asked):
    form, digits = asked
    one = language(code)
    rules = json.loads(json.dumps(one.rules()))
    forms = (Form(form),) if form == "short" else (Form(form, (digits,)),)
    assert one.number(number, forms, RATIO).text == by_the_rules(rules, number, form, digits)


def test_every_form_says_what_it_is_for():
    for name, kind in FORMS.items():
        assert kind.meaning, name
        assert not kind.required or kind.takes, name


def test_numbers_and_words_need_no_sympy():
    code = (
        "import sys; from fractions import Fraction; from derivations.exact import RATIO, Unit;"
        "from derivations.language import Form, language;"
        "language('es').number(Fraction(3, 1024), (), RATIO);"
        "language('en').number(18874368, (Form('short'),), Unit('seed'));"
        "language('en').number(Fraction(3, 1024), (Form('exact'),), RATIO);"
        "language('es').word('table.download');"
        "print(sorted({'sympy', 'pandas', 'mkdocs', 'mpmath', 'babel'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_every_size_has_its_symbol_in_every_language():
    english, spanish = (language(code).profile.units for code in ("en", "es"))
    assert set(english) == set(spanish) == set(SIZES) | {"byte", "bit"}


@pytest.mark.parametrize(("code", "one", "many"), [
    ("en", "metres, 1 decimal", "metres, 2 decimals"), ("es", "metres, 1 decimal", "metres, 2 decimales")])
def test_a_word_that_counts_has_a_form_for_one(code, one, many):
    assert [language(code).word("drill.places", unit="metres", number=number) for number in "12"] == [one, many]


@pytest.mark.parametrize(("code", "one", "many"), [("en", "decimal.", "decimals."), ("es", "decimal.", "decimales.")])
def test_a_word_that_the_browser_counts_by_keeps_both_its_forms(code, one, many):
    forms = language(code).word("judge.so_far_places").split(" | ")
    assert [form.rpartition(" ")[2] for form in forms] == [one, many]
