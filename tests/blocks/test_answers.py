"""What the judge makes of answers that are right in another spelling, or nearly right; its script runs in an engine."""

import json

import pytest
from py_mini_racer import MiniRacer

from derivations.blocks.assets import ANSWERS, ARITHMETIC, ELEMENTS
from derivations.language import language

JUDGE = """([typed, answer, asked, more, rules]) => {
  const { parse } = derivations.exact, exact = (all = {}) => Object.fromEntries(Object.entries(all).map(([key, one]) => [key, parse(one)]));
  const question = { unit: "number", names: ["rank", "rango"], ...more, answer: parse(answer), asked, slips: exact(more.slips), symbols: exact(more.symbols) };
  return derivations.answers.judge(typed, question, rules).kind;
}"""
PERCENT, NUMBER, MIB = {"unit": "percent", "digits": 2}, {"unit": "number"}, {"unit": "MiB", "digits": 3}
RATIO, BYTE = {"unit": "ratio", "slips": {"after": "55/1024000"}}, {"unit": "byte"}
SIZES = {"symbols": {"h": "4096", "r": "8"}}


@pytest.fixture(scope="module")
def judge():
    engine = MiniRacer()
    engine.eval("globalThis.document = { addEventListener() {} };")
    for script in (ELEMENTS, ARITHMETIC, ANSWERS):
        engine.eval(script.read_text(encoding="utf-8"))
    rules = {code: language(code).rules() for code in ("en", "es")}

    def call(typed, answer, asked, lang="en", **more):
        return engine.eval(f"({JUDGE})({json.dumps([typed, answer, asked, more, rules[lang]])})")

    call.engine = engine
    return call


@pytest.mark.parametrize("case", [
    ("1/187", "55/10240", PERCENT, RATIO, "wrong"),        # it rounds to another figure, as 0.53% would
    ("0.53%", "55/10240", PERCENT, RATIO, "cut"), ("0.54%", "55/10240", PERCENT, RATIO, "right"),
    ("11/2048", "55/10240", PERCENT, RATIO, "right"),
    ("0.00537", "55/10240", PERCENT, RATIO, "fraction"), ("0.00537%", "55/10240", PERCENT, RATIO, "slip"),
    ("0.0352 GiB", str(36 * 2**20), MIB, BYTE, "right"), ("36 MB", str(36 * 2**20), MIB, BYTE, "prefix"),
    ("36 MiB", str(36 * 2**20), MIB, BYTE, "right"), ("5 MB", str(36 * 2**20), MIB, BYTE, "wrong"),
    ("2x", "2", NUMBER, {}, "right"), ("×2", "2", NUMBER, {}, "right"), ("3 x 4", "12", NUMBER, {}, "right"),
    ("rank 12", "12", NUMBER, {}, "right"), ("rango 12", "12", NUMBER, {}, "right"), ("minus 12", "12", NUMBER, {}, "unreadable"),
    ("floor(100000/8192)", "12", NUMBER, {}, "right"), ("ceil(7/2)", "4", NUMBER, {}, "right"), ("floor(-3/2)", "-2", NUMBER, {}, "right"),
    ("2h^2", str(2 * 4096**2), NUMBER, SIZES, "right"), ("h(h + r)", str(4096 * 4104), NUMBER, SIZES, "right"),
    ("5k", "5000", NUMBER, SIZES, "right"), ("3 constructor", "3", NUMBER, {}, "right"), ("3 q^2", "3", NUMBER, SIZES, "unreadable"),
])
def test_an_answer_is_judged_by_what_it_means(judge, case):
    typed, answer, asked, more, kind = case
    assert judge(typed, answer, asked, **more) == kind


@pytest.mark.parametrize(("typed", "answer", "lang", "kind"), [
    ("two", "2", "en", "right"), ("Twelve", "12", "en", "right"), ("twenty-one", "21", "en", "right"), ("rank twelve", "12", "en", "right"),
    ("two hundred and five", "205", "en", "right"), ("two thousand", "2000", "en", "right"), ("two three", "5", "en", "unreadable"),
    ("dos", "2", "es", "right"), ("treinta y uno", "31", "es", "right"), ("doscientos cinco", "205", "es", "right"),
    ("dieciséis", "16", "es", "right"), ("dieciseis", "16", "es", "right"), ("dos millones", "2000000", "es", "right"), ("tres", "2", "es", "wrong"),
    ("two times 3", "6", "en", "unreadable"), ("constructor", "1", "en", "unreadable"),
    ("twice", "2", "en", "right"), ("Two times", "2", "en", "right"), ("the double", "2", "en", "right"), ("twice", "3", "en", "wrong"),
    ("half", "1/2", "en", "right"), ("a half", "1/2", "en", "right"), ("one half", "1/2", "en", "right"), ("a third", "1/3", "en", "right"),
    ("four ninths", "4/9", "en", "right"), ("3 quarters", "3/4", "en", "right"), ("twenty-one hundredths", "21/100", "en", "right"),
    ("el doble", "2", "es", "right"), ("dos veces", "2", "es", "right"), ("el triple", "3", "es", "right"), ("el triple", "2", "es", "wrong"),
    ("la mitad", "1/2", "es", "right"), ("un tercio", "1/3", "es", "right"), ("cuatro novenos", "4/9", "es", "right"),
    ("la cuarta parte", "1/4", "es", "right"), ("tres cuartas partes", "3/4", "es", "right"), ("séptimo", "1/7", "es", "right"), ("septimo", "1/7", "es", "right"),
    ("half of two", "1", "en", "unreadable"), ("half half", "1", "en", "unreadable"),
])
def test_number_words_are_read(judge, typed, answer, lang, kind):
    assert judge(typed, answer, NUMBER, lang) == kind


LENGTH = {"unit": "metre", "symbol": "m", "nouns": {"metre": ["metre", "metres"], "inch": ["inch", "inches"], "litre": ["litre"]},
          "units": {"centimetre": ["1/100", "cm"], "inch": ["127/5000", "in"]}}


@pytest.mark.parametrize(("typed", "kind"), [
    ("0.15", "right"), ("0.15 m", "right"), ("15 cm", "right"), ("15cm", "right"), ("16 cm", "wrong"), ("15", "wrong"), ("15/2.54 inches", "right"),
    ("15 litres", "unit_other"), ("0.15 mm", "right"),             # an unknown unit is said to be unknown
])
def test_an_answer_in_another_unit_of_the_same_quantity_is_converted(judge, typed, kind):
    assert judge(typed, "3/20", {"unit": "metre", "digits": 2}, **LENGTH) == kind


AREA = {"unit": "square_metre", "nouns": {"metre": ["metre", "metres", "metro", "metros"],
                                          "square_metre": ["square metre", "square metres", "metro cuadrado", "metros cuadrados"],
                                          "square_foot": ["square foot", "square feet", "pie cuadrado", "pies cuadrados"]},
        "units": {"square_foot": ["145161/1562500", ""]}}                       # a unit without a symbol


@pytest.mark.parametrize(("typed", "kind"), [
    ("36 square metres", "right"), ("36 Metros  cuadrados.", "right"), ("36 metres", "unit_other"), ("36 square", "right"),
    ("387.5 square feet", "right"), ("387,5 pies cuadrados", "right"), ("36 square feet", "wrong"),
])
def test_a_unit_of_several_words_is_read_whole(judge, typed, kind):
    assert judge(typed, "36", {"unit": "square_metre", "digits": 3}, **AREA) == kind


def test_the_reply_says_where_another_unit_was_converted(judge):
    said = JUDGE.replace(".kind;", ".converted;")
    def converted(typed, answer, asked, **more):
        return judge.engine.eval(f"({said})({json.dumps([typed, answer, asked, more, language('en').rules()])})")

    assert [converted(typed, "3/20", {"unit": "metre", "digits": 2}, **LENGTH) for typed in ("15 cm", "0.15 m", "0.15")] == [True, False, False]
    assert [converted(typed, str(14 * 10**9), {"unit": "GiB", "digits": 3}, **BYTE) for typed in ("14 GB", "13 GiB", "13.0")] == [True, False, False]
    assert not converted("50%", "1/2", NUMBER, **RATIO)
