"""What the two languages write, row by row, from the course's style sheet: characters typed here by hand."""

from fractions import Fraction

import pytest

from derivations.exact import NUMBER, RATIO, Unit
from derivations.language import Form, FormError, Language, language

NB, NN, MINUS = "\u00a0", "\u202f", "\u2212"
SEED, BYTE, BIT = Unit("seed"), Unit("byte"), Unit("bit")

TEXTS = {
    "en": {"unit.seed": "seed | seeds", "noun.time": "time | times", "noun.furrow": "furrow | furrows"},
    "es": {"unit.seed": "semilla | semillas | f", "noun.time": "vez | veces | f", "noun.furrow": "surco | surcos | m"},
}


def knowing(code, texts):
    return Language(language(code).profile, texts, {})


def write(code, exact, unit, *forms):
    return knowing(code, TEXTS[code]).number(exact, forms, unit)


def short(noun=None):
    return (Form("short"), Form("of", (noun,))) if noun else (Form("short"),)


PERCENT, SIGNED = Form("percent"), Form("signed")

ROWS = [
    # exact number, unit, forms, English, Spanish
    (18_874_368, SEED, (), "18,874,368", f"18{NN}874{NN}368"),
    (4096, SEED, (), "4,096", "4096"),
    (768, SEED, (), "768", "768"),
    (12_288, SEED, (), "12,288", f"12{NN}288"),
    (6_442_450_944, SEED, (), "6,442,450,944", f"6{NN}442{NN}450{NN}944"),
    (0, SEED, (), "0", "0"),
    (-4096, SEED, (), f"{MINUS}4,096", f"{MINUS}4096"),
    (Fraction(12_289), SEED, (), "12,289", f"12{NN}289"),
    (Fraction(9, 2), NUMBER, (), "4.5", "4,5"),
    (Fraction(3, 4), NUMBER, (), "0.75", "0,75"),
    (Fraction(1024, 3), NUMBER, (), "341", "341"),
    (Fraction(1, 3), NUMBER, (), "0.333", "0,333"),
    (Fraction(2999, 3000), NUMBER, (), "1.00", "1,00"),
    # ratios
    (Fraction(3, 1024), RATIO, (), "0.29%", f"0,29{NB}%"),
    (Fraction(1, 48), RATIO, (), "2.1%", f"2,1{NB}%"),
    (Fraction(-44, 1000), RATIO, (), f"{MINUS}4.4%", f"{MINUS}4,4{NB}%"),
    (Fraction(12, 1000), RATIO, (SIGNED,), "+1.2%", f"+1,2{NB}%"),
    (0, RATIO, (SIGNED,), "0%", f"0{NB}%"),
    (1, RATIO, (), "100%", f"100{NB}%"),
    (Fraction(1, 100), RATIO, (), "1.0%", f"1,0{NB}%"),
    (Fraction(868, 1000), RATIO, (Form("percent", (3,)),), "86.8%", f"86,8{NB}%"),
    (Fraction(3, 1024), RATIO, (Form("percent", (1,)),), "0.3%", f"0,3{NB}%"),
    (Fraction(3, 1024), RATIO, (Form("exact"),), "3/1,024", "3/1024"),
    (Fraction(3, 1000), RATIO, (Form("points"),), f"0.3{NB}percentage points", f"0,3{NB}puntos porcentuales"),
    (Fraction(1, 100), RATIO, (Form("points"),), f"1{NB}percentage point", f"1{NB}punto porcentual"),
    (Fraction(1024, 3), RATIO, (Form("digits", (3,)),), "341", "341"),
    (Fraction(1024, 3), NUMBER, (Form("places", (2,)),), "341.33", "341,33"),
    (Fraction(-1, 1000), NUMBER, (Form("places", (2,)),), "0.00", "0,00"),
    # scale words
    (18_874_368, SEED, short(), "18.9 million", "18,9 millones"),
    (6_442_450_944, SEED, short(), "6.44 billion", "6440 millones"),
    (64_400_000_000, SEED, short(), "64.4 billion", f"64{NN}400 millones"),
    (175_000_000_000, SEED, short(), "175 billion", f"175{NN}000 millones"),
    (Fraction(9_999_997, 10), SEED, short(), "1 million", "1 millón"),
    (999_499, SEED, short(), "999,000", f"999{NN}000"),
    (999_500, SEED, short(), "1 million", "1 millón"),
    (999_600_000, SEED, short(), "1 billion", "1000 millones"),
    (999_600_000_000, SEED, short(), "1 trillion", "1 billón"),
    (2_500_000_000_000, SEED, short(), "2.5 trillion", "2,5 billones"),
    (1_234_000_000_000_000, SEED, short(), "1,230 trillion", "1230 billones"),
    (589_824, SEED, short(), "590,000", f"590{NN}000"),
    (4096, SEED, short(), "4,100", "4100"),
    (-18_874_368, SEED, short(), f"{MINUS}18.9 million", f"{MINUS}18,9 millones"),
    # nouns
    (1, SEED, (Form("of"),), "1 seed", "1 semilla"),
    (2, SEED, (Form("of"),), "2 seeds", "2 semillas"),
    (0, SEED, (Form("of"),), "0 seeds", "0 semillas"),
    (Fraction(1, 2), SEED, (Form("of"),), "0.5 seeds", "0,5 semillas"),
    (1, NUMBER, (Form("places", (1,)), Form("of", ("seed",))), "1.0 seeds", "1,0 semillas"),
    (12_288, SEED, (Form("of"),), "12,288 seeds", f"12{NN}288 semillas"),
    (1_300_000, SEED, short("seed"), "1.3 million seeds", "1,3 millones de semillas"),
    (Fraction(9_999_997, 10), SEED, short("seed"), "1 million seeds", "1 millón de semillas"),
    (10**12, SEED, short("furrow"), "1 trillion furrows", "1 billón de surcos"),
    (589_824, SEED, short("unit.seed"), "590,000 seeds", f"590{NN}000 semillas"),
    # approximations
    (Fraction(1024, 3), NUMBER, (Form("about", ("time",)),), "about 341 times", "unas 341 veces"),
    (Fraction(1024, 3), NUMBER, (Form("of", ("furrow",)), Form("about")), "about 341 furrows", "unos 341 surcos"),
    (18_874_368, SEED, (Form("about"),), "about 18.9 million", "unos 18,9 millones"),
    (18_874_368, SEED, (Form("about", ("seed",)),), "about 18.9 million seeds", "unos 18,9 millones de semillas"),
    (999_999, SEED, (Form("about", ("seed",)),), "about 1 million seeds", "cerca de 1 millón de semillas"),
    (589_824, SEED, (Form("about"),), "about 590,000", f"unos 590{NN}000"),
    (Fraction(3, 1024), RATIO, (PERCENT, Form("about")), "about 0.29%", f"cerca del 0,29{NB}%"),
    (37_748_736, BYTE, (Form("MB"), Form("about")), f"about 37.7{NB}MB", f"unos 37,7{NB}MB"),
    # sizes
    (36 * 2**20, BYTE, (Form("MiB"),), f"36{NB}MiB", f"36{NB}MiB"),
    (36 * 2**20, BYTE, (Form("MB"),), f"37.7{NB}MB", f"37,7{NB}MB"),
    (36 * 2**20, BYTE, (Form("bytes"),), f"37,748,736{NB}bytes", f"37{NN}748{NN}736{NB}bytes"),
    (36 * 2**20, BYTE, (Form("of"),), f"37,748,736{NB}bytes", f"37{NN}748{NN}736{NB}bytes"),
    (1, BYTE, (Form("bytes"),), f"1{NB}byte", f"1{NB}byte"),
    (16, BIT, (Form("bits"),), f"16{NB}bits", f"16{NB}bits"),
    (2**30, BYTE, (Form("MiB"),), f"1,024{NB}MiB", f"1024{NB}MiB"),
    (2**30, BYTE, (Form("MiB", (2,)),), f"1,000{NB}MiB", f"1000{NB}MiB"),
    (3 * 2**29, BYTE, (Form("GiB"),), f"1.5{NB}GiB", f"1,5{NB}GiB"),
    (13_476_839_424, BYTE, (Form("GB"),), f"13.5{NB}GB", f"13,5{NB}GB"),
    (13_476_839_424, BYTE, (Form("GB", (4,)),), f"13.48{NB}GB", f"13,48{NB}GB"),
    (36_999_999, BYTE, (Form("MB"),), f"37.0{NB}MB", f"37,0{NB}MB"),
    (5000, BYTE, (Form("KB"),), f"5{NB}kB", f"5{NB}kB"),
]


@pytest.mark.parametrize(("exact", "unit", "forms", "english", "spanish"), ROWS)
def test_each_row_is_written_as_the_style_sheet_says(exact, unit, forms, english, spanish):
    assert write("en", exact, unit, *forms).text == english
    assert write("es", exact, unit, *forms).text == spanish


TEX_ROWS = [
    (18_874_368, SEED, (), r"18{,}874{,}368", r"18\,874\,368"),
    (12_288, SEED, (), r"12{,}288", r"12\,288"),
    (4096, SEED, (), r"4{,}096", "4096"),
    (Fraction(3, 1024), RATIO, (), r"0.29\%", r"0{,}29\,\%"),
    (Fraction(-44, 1000), RATIO, (), r"-4.4\%", r"-4{,}4\,\%"),
    (Fraction(12, 1000), RATIO, (SIGNED,), r"+1.2\%", r"+1{,}2\,\%"),
    (6_442_450_944, SEED, short(), r"6.44\ \text{billion}", r"6440\ \text{millones}"),
    (36 * 2**20, BYTE, (Form("MB"),), r"37.7\ \text{MB}", r"37{,}7\ \text{MB}"),
    (1_300_000, SEED, short("seed"),
     r"1.3\ \text{million}\ \text{seeds}", r"1{,}3\ \text{millones}\ \text{de semillas}"),
    (Fraction(-3, 1024), RATIO, (Form("exact"),), r"-\frac{3}{1{,}024}", r"-\frac{3}{1024}"),
    (10**12, SEED, short(), r"1\ \text{trillion}", r"1\ \text{billón}"),
]


@pytest.mark.parametrize(("symbol", "exact", "forms", "english", "spanish"), [
    ("Bq", 3_200_000, ("short", "unit"), f"3.2 million{NB}Bq", f"3,2 millones de{NB}Bq"),
    ("Bq", 3200, ("short", "unit"), f"3,200{NB}Bq", f"3200{NB}Bq"),
    ("°", Fraction(-91, 2), ("unit",), f"{MINUS}45.5°", f"{MINUS}45,5°"),
    ("′", 12, ("unit",), "12′", "12′"), ("°C", 12, ("unit",), f"12{NB}°C", f"12{NB}°C"),
])
def test_a_symbol_stands_behind_a_scale_word_as_a_noun_does_and_an_angle_at_its_figure(symbol, exact, forms, english, spanish):
    for code, wanted in (("en", english), ("es", spanish)):
        written = knowing(code, {"unit.seed.symbol": symbol}).number(exact, tuple(map(Form, forms)), SEED)
        assert written.text == wanted
        assert written.tex.count(r"\ ") == wanted.count(NB) + (" m" in wanted)


@pytest.mark.parametrize(("exact", "unit", "forms", "english", "spanish"), TEX_ROWS)
def test_inside_tex_the_same_value_has_the_same_figure(exact, unit, forms, english, spanish):
    assert write("en", exact, unit, *forms).tex == english
    assert write("es", exact, unit, *forms).tex == spanish


@pytest.mark.parametrize("code", ["en", "es"])
@pytest.mark.parametrize(("exact", "unit", "forms", "rounded"), [
    (18_874_368, SEED, (), False),
    (18_874_368, SEED, short(), True),
    (175 * 10**9, SEED, short(), False),
    (Fraction(3, 1024), RATIO, (), True),
    (Fraction(3, 1024), RATIO, (Form("exact"),), False),
    (Fraction(1, 2), RATIO, (), False),
    (36 * 2**20, BYTE, (Form("MiB"),), False),
    (36 * 2**20, BYTE, (Form("MB"),), True),
    (Fraction(9, 2), NUMBER, (), False),
])
def test_a_written_value_says_whether_it_was_rounded(code, exact, unit, forms, rounded):
    assert write(code, exact, unit, *forms).rounded is rounded


def test_the_shape_of_a_matrix():
    es = language("es")
    assert es.shape((4096, 11_008)).text == f"4096{NB}×{NB}11{NN}008"
    assert es.shape((768, 768)).tex == r"768 \times 768"


def test_words_inside_tex_are_escaped():
    words = {"noun.key": f"q_proj{NB}100% | q_projs{NB}100%"}
    tex = knowing("en", words).number(2, (Form("of", ("key",)),)).tex
    assert tex == r"2\ \text{q\_projs~100\%}"


FAULTS = [
    # number, unit, forms, what the message says, what the hint says
    (1, SEED, (Form("shrt"),), "there is no form 'shrt'", "nearest: short"),
    (1, SEED, (Form("percent"),), "percent is for a value in number, and this one counts seed", ""),
    (1, RATIO, (Form("MB"),), "MB is for a value in byte, and this one counts ratio", ""),
    (1, SEED, (Form("digits"),), "digits needs a whole number", "write digits(3)"),
    (1, SEED, (Form("places"),), "places needs a whole number", "write places(3)"),
    (1, RATIO, (Form("percent", ("two",)),), "percent takes a whole number from 1 to 30, not 'two'", ""),
    (1, RATIO, (Form("percent", (0,)),), "percent takes a whole number from 1 to 30, not 0", ""),
    (1, RATIO, (Form("percent", (True,)),), "percent takes a whole number from 1 to 30, not True", ""),
    (1, RATIO, (Form("percent", (1, 2)),), "percent takes one argument", ""),
    (1, SEED, (Form("exact", (1,)),), "exact takes no argument", ""),
    (1, SEED, (Form("of", (3,)),), "of takes the key of a noun in quotation marks, not 3", ""),
    (1, SEED, (Form("of", ("sed",)),), "the course's words have no noun 'sed'", "nearest: seed"),
    (1, SEED, (Form("short"), Form("exact")), "exact can't follow short: each of them chooses the figure", ""),
    (1, SEED, (Form("of"), Form("short")), "short chooses the figure", "write it first: … | short | …"),
    (1, SEED, (Form("of"), Form("about", ("seed",))), "about('seed'): the value has a noun already, 'seed'", ""),
    (Fraction(1, 3), RATIO, (Form("percent"), Form("of", ("seed",))),
     "percent brings its own unit, so no noun can follow", ""),
    (Fraction(1, 3), BYTE, (Form("bytes"),), "1/3 bytes isn't a whole number of them", ""),
    (256, NUMBER, (Form("about", ("time",)),),
     "256 times is exact, so it can't be called about that much", "use of, not about"),
]


@pytest.mark.parametrize(("exact", "unit", "forms", "message", "hint"), FAULTS)
def test_a_form_that_cannot_be_says_why(exact, unit, forms, message, hint):
    with pytest.raises(FormError) as caught:
        write("en", exact, unit, *forms)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_the_nearest_noun_is_a_noun_and_a_fault_in_one_is_named_by_its_key():
    words = knowing("en", {"unit.seed": "seed | seeds", "test.sed": "x", "unit.bad": "one", "noun.odd": "one"})
    with pytest.raises(FormError) as caught:
        words.noun("sed")
    assert caught.value.hint == "nearest: seed"
    for key in ("unit.bad", "noun.odd"):
        with pytest.raises(FormError, match=f"^{key}: 'one' isn't of the shape"):
            words.noun(key)
    for key, place in (("bad", "unit.bad"), ("odd", "noun.odd")):
        with pytest.raises(FormError, match=f"^{place}: 'one'"):
            words.noun(key)


def test_a_word_of_approximation_is_text_inside_tex():
    assert language("en").number(Fraction(1000, 3), (Form("about"),)).tex == r"\text{about}\ 333"
    assert language("es").number(Fraction(1000, 3), (Form("about"),)).tex == r"\text{unos}\ 333"


def test_forms_are_checked_without_a_number():
    one = knowing("en", TEXTS["en"])
    one.check((Form("short"), Form("of", ("seed",))), SEED)
    with pytest.raises(FormError, match="no noun"):
        one.check((Form("of", ("sed",)),), SEED)


@pytest.mark.parametrize("text", ["seed", "seed | seeds | x", "seed | ", "a | b | m | f"])
def test_a_noun_of_another_shape_is_refused(text):
    with pytest.raises(FormError, match="isn't of the shape"):
        knowing("es", {"noun.seed": text}).noun("seed")


@pytest.mark.parametrize("forms", [(), (Form("short"),)])
def test_a_number_longer_than_any_page_is_refused(forms):
    with pytest.raises(FormError, match="too long"):
        write("en", 2**20_000, SEED, *forms)
