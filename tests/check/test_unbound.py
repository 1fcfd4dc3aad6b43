"""The numeral check of a page: what it finds, what it permits, what it suggests, and what it says it can't read."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivations.check.customs import Custom, customs, mend
from derivations.check.suggestions import Derived, Reach, significant
from derivations.check.unbound import check
from derivations.exact import NUMBER, RATIO, Formula, Symbol, Unit, Value
from derivations.language import Language, language
from derivations.language.reading.reader import Reader
from derivations.text.expression import read_forms
from derivations.text.literals import Literal, read_literals, unused_findings
from derivations.text.text import Text

APPLES = Unit("apple")
BYTES = Unit("byte")
BOX = Formula("box.apples", lambda n: n, (Symbol("n"),), APPLES)
READERS = {"en": Reader("en", nouns=["apple", "apples"]), "es": Reader("es", nouns=["manzana", "manzanas"])}
NOUNS = {"en": ["apples"], "es": ["manzanas", "manzana"]}


def value(exact, unit):
    return Value(exact, unit, BOX, {})


REACH = Reach([
    Derived("box.ratio(n=8)", value(Fraction(3, 1024), RATIO), "0.29%"),
    Derived("box.apples(n=8)", value(18874368, APPLES), "18,874,368"),
    Derived("box.bytes(n=8)", value(36 * 2**20, BYTES), "37,748,736 bytes"),
    Derived("box.again(n=8)", value(36 * 2**20, APPLES), "37,748,736"),
    Derived("box.times(n=8)", value(Fraction(1024, 3), NUMBER), "341"),
])


def findings(text, language="en", **more):
    verdict = check(Text("p.md", language, text), READERS[language], nouns=NOUNS[language], **more)
    return [str(finding) for finding in verdict.findings]


def test_an_unbound_numeral_is_named_with_its_place():
    assert findings("All\nof 8.") == [
        "p.md:2:4: the numeral 8 is not derived (bind it, or list it under literals: with a reason)"
    ]


@pytest.mark.parametrize(("text", "instead"), [
    ("0.29%", "{{= box.ratio(n=8) }}"), ("0.293%", "{{= box.ratio(n=8) | percent(3) }}"),
    ("18,874,368", "{{= box.apples(n=8) }}"), ("18.9 million", "{{= box.apples(n=8) | short }}"),
    ("36\u00a0MiB", "{{= box.bytes(n=8) | MiB }}"), ("37.75\u00a0MB", "{{= box.bytes(n=8) | MB(4) }}"),
    ("341", "{{= box.times(n=8) }}"), ("3/1024", "{{= box.ratio(n=8) | exact }}"),
    ("0.31%", None), ("35\u00a0MiB", None), ("18.8 million", None), ("9" * 500, None),
])
def test_the_expression_to_write_instead_is_suggested(text, instead):
    [numeral] = READERS["en"].read(text).numerals
    assert REACH.suggest(numeral) == instead


def test_a_file_of_toml_lists_its_literals_in_a_table():
    for path, where in (("w/en.toml", "[literals]"), ("mkdocs.yml", "literals:")):
        [found] = check(Text(path, "en", "at 88 of it"), READERS["en"]).findings
        assert found.hint == f"bind it, or list it under {where} with a reason"


def test_a_coefficient_is_not_explained_by_a_value_that_happens_to_be_equal():
    twelve = Reach([Derived("box.dozen()", value(12, APPLES), "12")])
    assert findings("$12h$", reach=twelve) == [
        "p.md:1:2: the numeral 12 is not derived "
        "(write a hole inside the formula, or list it under literals: with a reason)"
    ]
    assert findings("12", reach=twelve) == ["p.md:1:1: the numeral 12 is not derived (write {{= box.dozen() }})"]


def test_the_suggestion_stands_in_the_finding():
    assert findings("only 0.29% of it", reach=REACH) == [
        "p.md:1:6: the numeral 0.29% is not derived (write {{= box.ratio(n=8) }})"
    ]


def suggested(text, *derived):
    [numeral] = READERS["en"].read(text).numerals
    return Reach(derived).suggest(numeral)


@pytest.mark.parametrize(("text", "derived", "instead"), [
    ("36\u00a0MiB", Derived("x", value(36 * 2**20, APPLES)), None),           # a size is met by bytes alone
    ("50%", Derived("x", value(Fraction(1, 2), APPLES)), None),               # half an apple is no percentage
    ("50%", Derived("x", value(Fraction(1, 2), NUMBER)), "{{= x | percent(2) }}"),
    ("50%", Derived("x", value(Fraction(1, 2), RATIO), "50\u00a0%"), "{{= x }}"),
    ("50.0%", Derived("x", value(Fraction(1, 2), RATIO), "50%"), "{{= x | percent(3) }}"),
    ("3", Derived("x", value(Fraction(5, 2), NUMBER)), None),                 # a half is rounded to the even digit
    ("2", Derived("x", value(Fraction(5, 2), NUMBER)), "{{= x | digits(1) }}"),
    ("341.3", Derived("x", value(Fraction(1024, 3), NUMBER), "341"), "{{= x | digits(4) }}"),
    ("0.0029", Derived("x", value(Fraction(3, 1024), RATIO), "0.29%"), "{{= x | digits(2) }}"),
    ("0.5", Derived("x", value(Fraction(1, 2), RATIO), "50%"), "{{= x | digits(1) }}"),
    ("12288", Derived("x", value(12288, APPLES), "12,288"), "{{= x }}"),
    ("a third", Derived("x", value(Fraction(1, 3), RATIO), "33%"), "{{= x }}"),
    ("thirty-two", Derived("x", value(32, APPLES), "32"), "{{= x }}"),
    ("thirty-two", Derived("x", value(Fraction(161, 5), APPLES), "32.2"), None),
    ("½", Derived("x", value(Fraction(1, 2), NUMBER), "0.5"), "{{= x | exact }}"),
    ("1", Derived("x", value(Fraction(9, 10), NUMBER), "0.9"), "{{= x | places(0) }}"),
    ("10.0", Derived("x", value(Fraction(999, 100), NUMBER), "9.99"), "{{= x | places(1) }}"),
    ("1", Derived("x", value(Fraction(11, 10), NUMBER), "1.1"), "{{= x | digits(1) }}"),
])
def test_what_is_suggested_counts_the_same_thing_and_prints_the_same_digits(text, derived, instead):
    assert suggested(text + " of it", derived) == instead


METRE, SECOND = Unit("metre"), Unit("second")
MILLIMETRE = (Fraction(1, 1000) * METRE).named("millimetre")
WRITER = Language(language("en").profile, {
    "unit.metre": "metre | metres", "unit.metre.symbol": "m", "unit.millimetre": "millimetre | millimetres",
    "unit.millimetre.symbol": "mm", "unit.second": "second | seconds", "unit.second.symbol": "s",
}, {}, (METRE, SECOND, MILLIMETRE, METRE / SECOND))


@pytest.mark.parametrize(("text", "exact", "unit", "instead"), [
    ("3.5 m", Fraction(7, 2), METRE, '{{= x | unit }} for “3.5 m”'),
    ("3.5\u00a0m", Fraction(7, 2), MILLIMETRE, None),                         # it is a thousandth of that
    ("3500 mm of it", Fraction(7, 2), METRE, '{{= x | to("millimetre") }} for “3500 mm”'),
    ("3.472 m/s", Fraction(34721, 10000), METRE / SECOND, '{{= x | digits(4) | unit }} for “3.472 m/s”'),
    ("3.47 m, so", Fraction(3472, 1000), METRE / SECOND, None),
    ("2333 millimetres", Fraction(7, 3), METRE, '{{= x | to("millimetre") | digits(4) | of }} for “2333 millimetres”'),
    ("7 metres", 7, METRE, None), ("7 mice", 7, METRE, None), ("7%", 7, METRE, None),
])
def test_a_unit_behind_a_numeral_is_written_by_the_form_that_prints_it(text, exact, unit, instead):
    [numeral] = READERS["en"].read(text).numerals
    assert Reach([Derived("x", value(exact, unit))]).measured(numeral, text, WRITER) == instead
    if instead:
        written = WRITER.write(value(exact, unit), read_forms(instead.partition(" }}")[0].partition("| ")[2]))
        assert written.text.replace("\u00a0", " ").replace(",", "") == instead.split("“")[1][:-1]


@pytest.mark.parametrize(("text", "derived", "instead"), [
    ("341", [("a", 341, "341 apples"), ("printed_so", Fraction(1024, 3), "341")], "{{= printed_so }}"),
    ("0.5", [("near", Fraction(51, 100), ""), ("exactly", Fraction(1, 2), "")], "{{= exactly }}"),
    ("12", [("a_long_name", 12, ""), ("short", 12, "")], "{{= short }}"),
    ("12", [("late", 12, ""), ("also", 12, "")], "{{= also }}"),
])
def test_of_several_values_the_one_that_prints_alike_then_the_equal_then_the_shortest_is_suggested(text, derived, instead):
    found = [Derived(name, value(exact, NUMBER), written) for name, exact, written in derived]
    assert suggested(text, *found) == suggested(text, *reversed(found)) == instead


@pytest.mark.parametrize(("text", "digits"), [
    ("0.0029", 2), ("0.290%", 3), ("18,874,368", 8), ("10", 2), ("5", 1), ("0", 1), ("0.0", 1), ("thirty", 0), ("½", 0),
])
def test_significant_digits_are_those_that_a_numeral_shows(text, digits):
    [numeral] = READERS["en"].read(text).numerals
    assert significant(numeral) == digits


@given(st.fractions(min_value=0, max_value=10**9), st.integers(0, 6))
def test_whatever_is_suggested_rounds_to_the_numeral(exact, places):
    digits = str(round(exact * 10**places)).rjust(places + 1, "0")
    text = digits[:len(digits) - places] + ("." + digits[-places:] if places else "")
    [numeral] = READERS["en"].read(text).numerals
    reach = Reach([Derived("x", value(exact, APPLES))])
    assert reach.suggest(numeral) is not None


def test_a_literal_permits_itself_and_nothing_more():
    eight = Literal("8", "the usual rank")
    assert findings("at 8 and at\n8", literals=[eight]) == []
    assert len(findings("8 but 8% and 8.5", literals=[eight])) == 2
    assert findings("28 of\n30", literals=[Literal("28 of 30", "counted by hand")]) == []
    unused = check(Text("p.md", "en", "none"), READERS["en"], literals=[eight]).unused
    assert unused == [eight]
    assert [str(finding) for finding in unused_findings(unused, "p.md")] == [
        "p.md:1:1: the literal '8' covers no numeral here (remove it, or write it exactly as the text does)"
    ]


def test_a_literal_covers_its_formula_and_its_number_word():
    text = "$h^2$ and three times"
    assert findings(text, literals=[Literal("h^2", "a square"), Literal("three times", "x")]) == []


def test_numerals_that_a_claim_binds_are_bound():
    assert findings("about 300 times", bound=[(0, 15, None)]) == []


SOURCE = '---\ntitle: x\nliterals:\n  "16": the usual choice\n  "2021":\n  7: seven days\n  1.50: a float\n---\n'


@pytest.mark.parametrize(("data", "texts", "faults"), [
    (None, [], []),
    ({"16": "the usual choice"}, ["16"], []),
    ([{"text": "16", "reason": "why"}, {"2021": "a year"}], ["16", "2021"], []),
    ({7: "seven days"}, ["7"], []),
    ({"2021": None}, [], ["p.md:5:4: the literal '2021' has no reason"]),
    ({1.5: "a float"}, [], ["p.md:7:3: the literal 1.5 needs quotation marks"]),
    ({"": "x"}, [], ["p.md:4:1: an empty literal permits nothing"]),
    ([["16"]], [], ["p.md:3:1: literals: maps each text to its reason"]),
    (["16"], [], ["p.md:4:4: the literal '16' has no reason"]),
])
def test_literals_are_read_with_their_reasons_and_places(data, texts, faults):
    literals, found = read_literals(data, "p.md", SOURCE)
    assert [literal.text for literal in literals] == texts
    assert [str(finding).split(" (")[0] for finding in found] == faults


@pytest.mark.parametrize(("source", "places"), [
    ("site_name: 12\nplugins:\n  - search\n  - ours:\n      literals:\n        \"12\":\n        \"13\":\nextra: 13\n", [(6, 10), (7, 10)]),
    ("plugins:\n  ours:\n    literals:\n    - \"12\"\n    - \"13\"\n", [(4, 8), (5, 8)]), ("x: 12\nplugins: [{ours: {literals: [12, 13]}}]\n", [(2, 30), (2, 34)]),
    ("plugins:\n  - ours:\n      literals: !ENV [A, B]\n      other: 12\nsite: 13\n", [(3, 7), (3, 7)]), ("literals: 1\n", [(1, 1), (1, 1)]),
    ("plugins: []\n", [(1, 1), (1, 1)]),
])
def test_literals_of_a_configuration_are_named_where_they_stand(source, places):
    _, found = read_literals(["12", "13"], "mkdocs.yml", source)
    assert [(one.line, one.column) for one in found] == places


CUSTOMS = [
    ("es", "0.29", "Spanish takes a comma as decimal sign", "0,29"),
    ("es", "18,874,368", "Spanish groups digits by a narrow no-break space (U+202F)", "18\u202f874\u202f368"),
    ("es", "12.288", "Spanish groups digits by a narrow no-break space (U+202F)", "12\u202f288"),
    ("es", "12 288", "Spanish groups digits by a narrow no-break space (U+202F)", "12\u202f288"),
    ("es", "1.234,5", "Spanish groups digits by a narrow no-break space (U+202F)", "1234,5"),
    ("es", "4\u202f096", "Spanish doesn't group four digits", "4096"),
    ("es", "12288", "Spanish groups five digits", "12288"),
    ("es", "0,29%", "before % Spanish puts a no-break space", "0,29\u00a0%"),
    ("es", "0,29 %", "before % Spanish puts a no-break space", "0,29\u00a0%"),
    ("es", "36 MiB", "before MiB stands a no-break space", "36\u00a0MiB"),
    ("es", "36MiBs", "symbols of units have no plural", None),
    ("es", "590K", "no letter for a scale", None),
    ("es", "6,44 mil millones", "mil is no noun", None),
    ("es", "6 Mil", "mil is no noun", None),
    ("es", "12,288", "these digits are no thousands", None),
    ("es", "-4", "the minus sign is", "−4"),
    ("en", "0,29", "English takes a point as decimal sign", "0.29"),
    ("en", "18\u202f874\u202f368", "English groups digits by commas", "18,874,368"),
    ("en", "12288", "English groups five digits", "12288"),
    ("en", "0.29 %", "English puts no space before %", "0.29%"),
    ("en", "8 bytes", "before bytes stands a no-break space", "8\u00a0bytes"),
    ("en", "4x", "not the letter x", None),
]
RIGHT = [
    ("es", "0,29\u00a0%"), ("es", "18\u202f874\u202f368"), ("es", "4096"), ("es", "6440 millones"),
    ("es", "36\u00a0MiB"),
    ("es", "2021"), ("es", "0,125"), ("es", "−4,4\u00a0%"), ("en", "0.29%"), ("en", "18,874,368"),
    ("en", "6.44 billion"),
    ("en", "36\u00a0MiB"), ("en", "16-bit"), ("en", "590K"), ("en", "2021"), ("en", "12h²"),
]


@pytest.mark.parametrize(("language", "text", "message", "mended"), CUSTOMS)
def test_a_wrong_custom_is_named_and_mended(language, text, message, mended):
    [numeral] = READERS[language].read(text).numerals
    found = customs(numeral, language)
    assert any(message in custom.message for custom in found)
    if mended is not None:
        assert mend(text, found) == mended
        if mended == text:
            return                                                # a catalogue's number isn't grouped: no machine knows
        [again] = READERS[language].read(mended).numerals
        assert again.value == numeral.value
        assert customs(again, language, literal=True) == []


@pytest.mark.parametrize(("language", "text"), RIGHT)
def test_what_is_written_by_custom_is_left_alone(language, text):
    [numeral] = READERS[language].read(text).numerals
    assert customs(numeral, language) == []


@pytest.mark.parametrize(("language", "tex", "mended"), [
    ("es", r"0.29\,\%", r"0{,}29\,\%"), ("es", r"18{,}874{,}368", r"18\,874\,368"), ("es", r"0{,}29\%", r"0{,}29\,\%"),
    ("en", r"18\,874\,368", "18{,}874{,}368"), ("en", r"0{,}29\%", r"0.29\%"), ("en", r"0.29\,\%", r"0.29\%"),
])
def test_customs_hold_in_tex(language, tex, mended):
    [numeral] = READERS[language].read(tex, [(0, len(tex))]).numerals
    assert mend(tex, customs(numeral, language)) == mended


@pytest.mark.parametrize("tex", [r"\text{8 million}", r"\text{16-bit}", "0.29", r"0.29\%"])
def test_only_a_percent_sign_is_held_to_the_custom_of_percent_signs(tex):
    [numeral] = READERS["en"].read(tex, [(0, len(tex))]).numerals
    assert customs(numeral, "en") == []


@pytest.mark.parametrize("text", [
    "**0.29** % de ellas", "<b>0.29</b>% de ellas", "*36* MB de ellas", "0.29 **%** de ellas", "0.29&thinsp;% de ellas",
    "0.29&nbsp;% de ellas", "**50**%", "36&thinsp;MB", "_7_ GiB",
])
def test_no_machine_mends_a_figure_and_a_sign_that_markup_parts(text):
    [numeral] = READERS["es"].read(text).numerals
    found = customs(numeral, "es")
    assert found
    assert all(numeral.start <= breach.start <= breach.end <= numeral.end for breach in found)
    assert mend(text, found) == text


def test_mending_goes_from_the_front_skips_what_no_machine_mends_and_takes_the_first_of_two_that_overlap():
    breaches = [Custom(8, 9, "m", replacement="−"), Custom(4, 7, "m", replacement="C"), Custom(2, 3, "m"),
                Custom(3, 5, "m", replacement="B"), Custom(0, 1, "m", replacement="A"), Custom(5, 7, "m", replacement="D")]
    assert mend("0123456789", breaches) == "A12BD7−9"


@pytest.mark.parametrize(("text", "message"), [
    ("unos 6,44 billones", "billones: un billón is 10¹², not 10⁹"),
    ("un billón de pesos", "billón: un billón is 10¹², not 10⁹"),
    ("1,3 millones manzanas", "millones manzanas: after millones Spanish puts de"),
    ("8 de manzanas", "8 de manzanas: no de between a figure and its noun"),
])
def test_spanish_words_around_figures(text, message):
    assert any(message in finding for finding in findings(text, "es"))


def test_a_quoted_mistake_is_no_mistake():
    assert not any("not 10⁹" in finding for finding in findings("no se escribe «6,44 billones»", "es"))


def test_a_page_that_means_a_billon_says_so_once():
    text = "un billón (10¹²) y otra vez un billón"
    assert not any("not 10⁹" in finding for finding in findings(text, "es"))


@pytest.mark.parametrize(("language", "after", "own"), [
    ("en", "%", "percent sign"), ("en", " million", "scale word"), ("es", " millones", "scale word"),
    ("es", "\u00a0%", "percent sign"), ("es", "K", "scale"),
])
def test_what_a_value_brings_is_not_written_again(language, after, own):
    assert any(own in finding for finding in findings("{{= x }}" + after + " it", language))
    assert findings("{{= x }} apples", "en") == []


@pytest.mark.parametrize("text", [
    "**{{= a }}**{{= b }}", "{{= a }}<!-- x -->{{= b }}", "{{= a }}{{# c #}}.{{= b }}", "[{{= a }}](#x){{= b }}", "{{= a }}_,_{{= b }}", "<b>{{= a }}</b>[{{= b }}](x)",
    "{{= a }}{{% endclaim %}}{{= b }}",
])
def test_markup_parts_no_two_values(text):
    assert any("two values run together" in finding for finding in findings(text))


@pytest.mark.parametrize("text", ["{{= a }}<br>{{= b }}", "| {{= a }}|{{= b }} |", "{{= a }} **{{= b }}**", "<td>{{= a }}</td><td>{{= b }}</td>", "{{= a }}`x`{{= b }}", "{{= a }}, {{= b }}"])
def test_values_apart_are_two(text):
    assert findings(text) == []


@pytest.mark.parametrize(("text", "said"), [
    ("{{= a }} **%**", "percent sign"), ("{{= a }}<i>%</i>", "percent sign"), ("{{= a }}{{# c #}} million", "scale word"), ("-**{{= a }}**", "- beside"), ("x −<b>{{= a }}</b>", "− beside"),
])
def test_what_markup_parts_from_a_value_stands_beside_it(text, said):
    assert any(said in finding for finding in findings(text))


@pytest.mark.parametrize("text", [
    "<canvas></canvas>", "<video src='x'></video>", "<select><option>8</option></select>", "<input value='8'>", '--8<-- "other.md"', "<li value=8>x</li>",
    "<meter min=1></meter>",
])
def test_what_cannot_be_read_is_said(text):
    assert any("can't read" in finding for finding in findings(text))


@pytest.mark.parametrize("text", ["![words](a/b.png)", "<b data-value='8'>x</b>", "`<canvas>`"])
def test_what_shows_no_other_text_is_read(text):
    assert findings(text) == []


@given(st.text("012,.% \u00a0\u202fxKMB\\{}$-−+ manzanas de millones<>\"'", max_size=50), st.sampled_from(["en", "es"]))
def test_random_text_never_breaks_the_check(text, language):
    literals, _ = read_literals({text[:5]: "why"}, "p.md", text)
    verdict = check(Text("p.md", language, "{{= x }}" + text), READERS[language], literals=literals, nouns=NOUNS[language], reach=REACH)
    mend(text, verdict.customs)


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)),
       st.text(max_size=30))
def test_whatever_yaml_gives_is_read_or_refused(data, source):
    read_literals(data, "p.md", source)


FIGURES = ["0.29", "0,29", "18,874,368", "12.288", "1.234,5", "4\u202f096", "0.29%", "0,29 %", "36 MiB", "-4", "8 bytes", "3 millones manzanas", "5 de manzanas", "-12.288 MB",
           "1'000'000", "1,000.5", "1 000 %", "v1.2", "0.5.1", "GPT-2", "2021-03-04", "**-3**", "(-5)", "1.5-2.5", "590K", "100.000"]
AROUND = ["**", "_", "`", "[", "](a.md)", "<b>", "</b>", "| ", "\n", "\n\n", "- ", "> ", "# T ", "$", "&nbsp;", "{#a}", "(", ")", ", ", ". ", " ", "  ", "\u00ad", "\u200b", "{{= x }}",
          "{{# c #}}", "```\n", "    ", "https://a.b/12.5/", "&#53;", "&#x1b;", "<br>", "Python ", "Vole ", "versión ", "step ", "en ", "y "]


@given(st.lists(st.one_of(st.sampled_from(FIGURES).map("{} ".format), st.sampled_from(FIGURES), st.sampled_from(AROUND)), max_size=14).map("".join),
       st.sampled_from(["en", "es"]))
def test_what_is_mended_names_the_same_numbers_in_the_same_words_and_is_mended_for_good(text, language):
    def mended(text):
        return mend(text, check(Text("p.md", language, text), READERS[language], nouns=NOUNS[language]).customs)

    def numbers(text):
        return [one.value for one in READERS[language].read(text).numerals if one.value is not None]

    def words(text):                                              # all but the signs within figures (TeX's {,} too), spaces and "de" before a noun
        return re.sub(r"\{,\}|[\s.,'’−-]|de", "", text)

    once = mended(text)
    assert words(once) == words(text)
    assert numbers(once) == numbers(text)
    twice = mended(once)
    assert mended(twice) == twice


@pytest.mark.parametrize(("language", "text"), [
    ("es", "con Python 12.288,5 de ellas"), ("es", "en 2048-12.288 de ellas"), ("en", "step 0,29"), ("es", "−0,50.29"), ("en", "1,00012.5"),
])
def test_no_machine_mends_what_would_be_read_otherwise(language, text):
    once = mend(text, check(Text("p.md", language, text), READERS[language]).customs)
    values = [one.value for one in READERS[language].read(text).numerals]
    assert [one.value for one in READERS[language].read(once).numerals] == values
