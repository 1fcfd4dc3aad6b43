"""No right answer is refused and no catalogued slip accepted, in any spelling, in both languages; decided in a browser's engine."""

import itertools
import json
from fractions import Fraction

import pytest

from derivations.blocks.asked import asked, versions
from derivations.exact import RATIO
from derivations.exact.decimal import near
from derivations.language import languages
from derivations.lora.course import COURSE

RULES = {code: one.rules(("en", "es")) for code, one in languages(COURSE).items()}
JUDGE = """([rules, questions, typed]) => {
  const { parse } = derivations.exact;
  return typed.map(([typed, number, lang]) => {
    const q = questions[number], slips = Object.fromEntries(Object.entries(q.slips).map(([key, number]) => [key, parse(number)]));
    const said = derivations.answers.judge(typed, { ...q, answer: parse(q.answer), slips }, rules[lang]);
    return [said.kind, said.slip ?? null, said.value ? derivations.exact.show(said.value) : null];
  });
}"""

GROUPS = {"own": {"en": ",", "es": "."}, "space": " ", "no-break": "\u00a0", "narrow": "\u202f", "tick": "'", "low": "_"}
POINT = {"en": ".", "es": ","}
OTHER = {"en": "es", "es": "en"}


def question(drill, version):
    rule = asked(drill)
    return {
        "answer": str(near(version.answer.exact)), "slips": {key: str(number) for key, number in version.slips},
        "asked": {"unit": rule.unit, "digits": rule.digits, "places": rule.places}, "unit": drill.answer.unit.name,
        "nouns": {"parameter": ["parameter", "parameters", "parámetro", "parámetros"], "byte": ["byte", "bytes"]},
    }


def grouped(number, sign):
    return f"{number:,}".replace(",", sign)


def decimal(number, places, point):
    """Round half up in integers: another rounding than the site's own."""
    scaled = abs(number) * 10**places
    digits = str((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)).rjust(places + 1, "0")
    whole, rest = (digits[:-places], digits[-places:]) if places else (digits, "")
    return ("-" if number < 0 else "") + whole + (point + rest if rest else "")


def spellings_of_whole(number, lang):
    """Ways to write a whole number that have one meaning in this language."""
    yield from (str(number), f" {number} ", f"= {number}", f"≈ {number}", f"r = {number}", f"{number}.", f"+{number}")
    yield from (f"{number}/1", f"{number}·1", f"2 × {number} / 2", f"({number} − 1) + 1", f"{number}**1", f"{number}^1")
    if number >= 1000:
        for name, sign in GROUPS.items():
            yield grouped(number, sign[lang] if name == "own" else sign)
        yield decimal(Fraction(number), 1, POINT[lang])
    if number % 1000 == 0 and number:
        yield f"{number // 1000}e3"
        yield f"{number // 1000}·10³"
    for base in (2, 4, 8):
        power, value = 0, number
        while value > 1 and value % base == 0:
            power, value = power + 1, value // base
        if power > 1:
            yield f"{value}·{base}^{power}"
            yield f"{base}**{power} * {value}"


def significant(number, digits, point):
    """Write a positive number to so many significant digits, as a plain decimal."""
    magnitude = 0
    while Fraction(10) ** (magnitude + 1) <= number:
        magnitude += 1
    while Fraction(10) ** magnitude > number:
        magnitude -= 1
    places = digits - 1 - magnitude
    if places >= 0:
        return decimal(number, places, point)
    step = Fraction(10) ** -places
    return str(int((number / step + Fraction(1, 2)) // 1 * step))


def spellings(drill, number, lang):
    """Ways to write an answer of this drill, right if the number is."""
    rule = asked(drill)
    if rule.digits is None and rule.places is None:
        if number.denominator == 1:
            yield from spellings_of_whole(int(number), lang)
            if drill.answer.unit.name == "parameter":
                noun = {"en": "parameters", "es": "parámetros"}
                yield from (f"{number} {noun[lang]}", f"{number} params", f"{number} {noun[OTHER[lang]]}")
        else:
            yield from (str(number), f"{2 * number.numerator}/{2 * number.denominator}", f"{number.numerator} ÷ {number.denominator}")
        if drill.answer.unit == RATIO and (number * 100).denominator == 1:
            yield f"{number * 100} %"
        return
    shown = number / rule.scale
    digits = rule.digits
    for more, point in itertools.product((0, 1, 2), ".,"):
        text = significant(shown, digits + more, point)
        if len(text.partition(point)[2]) == 3 and point != POINT[lang]:
            continue                                    # 0,123 is read one way only, 12,345 two: the page's custom decides
        yield text
        if rule.unit == "percent":
            yield from (f"{text}%", f"{text} %", f"{text}\u00a0%", f"{text} percent", f"{text} por ciento", f"≈ {text} %")
        elif rule.unit != drill.answer.unit.name:
            yield from (f"{text} {rule.unit}", f"{text}{rule.unit}", f"≈{text}\u00a0{rule.unit}")
    if rule.unit == "percent":
        yield from (str(number), f"{number.numerator}/{number.denominator}", f"100*{number.numerator}/{number.denominator} %")
    if drill.answer.unit.name == "byte" and number.denominator == 1:
        yield from (f"{number} bytes", f"{number} B")
        for unit, size in (("MB", 10**6), ("GB", 10**9), ("MiB", 2**20), ("GiB", 2**30)):
            yield f"{significant(number / size, digits + 4, POINT[lang])} {unit}"


def judged(engine, numbers):
    """Ask about every drill and version in each language; (typed, key of the slip or None, answer, verdict) of each.

    The first versions are answered in every spelling, the others in the plainest.
    """
    questions, asked_ = [], []
    for drill in COURSE.drills.values():
        for place, version in enumerate(versions(drill)):
            questions.append(question(drill, version))
            for lang in POINT:
                for key, number in numbers(version):
                    spelled = itertools.islice(spellings(drill, number, lang), None if place < 3 else 1)
                    asked_ += [(typed, len(questions) - 1, lang, key) for typed in spelled]
    said = ask(engine, questions, [one[:3] for one in asked_])
    return [(typed, key, questions[number]["answer"], verdict)
            for (typed, number, _, key), verdict in zip(asked_, said, strict=True)]


def ask(engine, questions, typed):
    return json.loads(engine.eval(f"JSON.stringify(({JUDGE})({json.dumps([RULES, questions, typed])}))"))


def answers(version):
    return [(None, near(version.answer.exact))]


def slips(version):
    return [(key, number) for key, number in version.slips if number > 0]


def test_no_right_answer_is_refused(engine):
    said = judged(engine, answers)
    assert len(said) > 1500
    refused = [one for one in said if one[3][0] != "right"]
    assert not refused, refused[:20]


def test_no_slip_is_accepted_and_each_is_named(engine):
    said = judged(engine, slips)
    assert len(said) > 6000
    accepted = [one for one in said if one[3][0] == "right"]
    assert not accepted, accepted[:20]
    other = [one for one in said if one[3][:2] != ["slip", one[1]]]
    assert len(other) < 0.03 * len(said), other[:20]


@pytest.mark.parametrize(("typed", "en", "es"), [
    ("1,5", "3/2", "3/2"), ("1.5", "3/2", "3/2"), (".5", "1/2", "1/2"), ("241,664", "241664", "30208/125"),
    ("241.664", "30208/125", "241664"), ("0,293", "293/1000", "293/1000"), ("12,34", "617/50", "617/50"),
    ("1,2345", "2469/2000", "2469/2000"), ("1,234.5", "2469/2", "2469/2"), ("1.234,5", "2469/2", "2469/2"),
    ("241 664", "241664", "241664"), ("241'664", "241664", "241664"), ("241_664", "241664", "241664"),
    ("2^18", "262144", "262144"), ("2¹⁸", "262144", "262144"), ("8·2·4096", "65536", "65536"), ("8 × 8192", "65536", "65536"),
    ("1e6", "1000000", "1000000"), ("1,5·10^6", "1500000", "1500000"), ("≈ 0.29", "29/100", "29/100"), ("−5", "-5", "-5"),
    ("18.9 million", "18900000", None), ("18,9 millones", "18900000", "18900000"), ("6 billion", "6000000000", "billion"),
    ("mil millones", None, None), ("6 mil millones", "6000000000", "6000000000"), ("300 params", "300", "300"),
    ("1.2.3", None, None), ("12,34,5", None, None), ("9^9^9", "too_big", "too_big"), ("", "empty", "empty"), ("h", None, None),
    ("1/0", None, None), ("(" * 100, None, None), ("alert(1)", None, None), ("2^(1/2)^0", "2", "2"), ("9" * 500, "too_big", "too_big"),
])
def test_a_spelling_is_read_as_the_table_says(engine, typed, en, es):
    asks = {"answer": "7", "slips": {}, "asked": {"unit": "parameter", "digits": None, "places": None}, "unit": "parameter",
            "nouns": {"parameter": ["parameters"]}}
    for lang, expected in (("en", en), ("es", es)):
        kind, _, value = ask(engine, [asks], [[typed, 0, lang]])[0]
        if expected in ("too_big", "empty", "billion"):
            assert kind == expected
        elif expected is None and not (typed.startswith("18.9") and lang == "es"):
            assert (kind, value) == ("unreadable", None)
        elif expected is not None:
            assert value == expected


@pytest.mark.parametrize(("symbol", "typed", "value"), [
    ("m", "0.25 m", "1/4"), ("m", "1/4m", "1/4"), ("€", "4.5€", "9/2"), ("m/s", "3 m/s", "3"), ("°", "−45°", "-45"), ("dB", "-3 dB", "-3"),
    ("m", "7 million m", "7000000"), ("m", "7 kg·m", None), ("", "2 m", "2000000"),
])
def test_the_symbol_of_the_unit_asked_for_says_nothing_new(engine, symbol, typed, value):
    asks = {"answer": "1", "slips": {}, "asked": {"unit": "way", "digits": 3, "places": None}, "unit": "way", "symbol": symbol}
    assert ask(engine, [asks], [[typed, 0, "en"]])[0][2] == value
