"""Number words of both languages: which words make one number, and what it is.

Bare plurals (hundreds, millions, miles de millones) name no number and are absent on purpose. So are twice, double and
half: what they say is a statement, and a claim's business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

_SMALL = {
    "en": "zero one two three four five six seven eight nine",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve",
}
_TEENS = {
    "en": "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    "es": "diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte veintiuno "
          "veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve",
}
_TENS = {
    "en": {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
           "ninety": 90},
    "es": {"treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80,
           "noventa": 90},
}
_HUNDREDS = {
    "en": {"hundred": 100},
    "es": {"cien": 100, "ciento": 100, "doscientos": 200, "trescientos": 300, "cuatrocientos": 400,
           "quinientos": 500, "seiscientos": 600, "setecientos": 700, "ochocientos": 800, "novecientos": 900},
}
SCALES: dict[str, dict[str, int]] = {
    "en": {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12,
           "thousands": 10**3, "millions": 10**6, "billions": 10**9, "trillions": 10**12},
    "es": {"mil": 10**3, "millón": 10**6, "millones": 10**6, "millardo": 10**9, "millardos": 10**9,
           "billón": 10**12, "billones": 10**12, "trillón": 10**18, "trillones": 10**18, "docena": 12,
           "centenar": 100, "millar": 10**3, "decena": 10},
}
"""Words that multiply the number before them. The plurals never begin a number."""

_NEVER_FIRST = {
    "en": {"thousands", "millions", "billions", "trillions"},
    "es": {"millón", "millones", "millardo", "millardos", "billón", "billones", "trillón", "trillones", "docena",
           "centenar", "millar", "decena"},
}
_FOLLOWS = {                                       # which kind of word may follow which, inside one number
    "en": {"small": "hundred scale", "teen": "hundred scale", "tens": "small scale", "article": "hundred scale",
           "hundred": "small teen tens scale", "scale": "small teen tens scale", "half": "scale"},
    "es": {"small": "scale", "teen": "scale", "tens": "small scale", "article": "scale",
           "hundred": "small teen tens scale", "scale": "small teen tens hundred scale", "half": "scale"},
}


def _parts(feminine: str, masculine: Mapping[str, int]) -> dict[str, int]:
    """Give Spanish fractions in both genders, with their accents and without: tercio, tercera parte."""
    parts = dict(masculine)
    for word, number in zip(feminine.split(), range(3, 11), strict=True):
        parts |= {f"{word} parte": number, f"{word}s parte": number}
    return parts | {_plain(word): number for word, number in parts.items()}


def _plain(word: str) -> str:
    return word.translate(str.maketrans("áéíóúü", "aeiouu"))


FRACTIONS: dict[str, dict[str, int]] = {
    "en": {"third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
           "hundredth": 100, "thousandth": 1000},
    "es": _parts("tercera cuarta quinta sexta séptima octava novena décima", {
        "tercio": 3, "cuarto": 4, "quinto": 5, "sexto": 6, "séptimo": 7, "octavo": 8, "noveno": 9, "décimo": 10,
        "centésimo": 100, "milésimo": 1000}),
}
"""Words that divide the number before them; their plural adds an s."""


def _vocabulary(language: str) -> dict[str, tuple[str, int]]:
    words: dict[str, tuple[str, int]] = {}
    words |= {word: ("small", number) for number, word in enumerate(_SMALL[language].split())}
    words |= {word: ("teen", number) for number, word in enumerate(_TEENS[language].split(), 10)}
    words |= {word: ("tens", number) for word, number in _TENS[language].items()}
    words |= {word: ("hundred", number) for word, number in _HUNDREDS[language].items()}
    words |= {word: ("scale", number) for word, number in SCALES[language].items()}
    if language == "en":
        words |= {"a": ("article", 1), "an": ("article", 1), "half": ("half", 0)}
    else:
        words |= {"un": ("small", 1), "una": ("small", 1), "veintiún": ("teen", 21), "veintiuna": ("teen", 21),
                  "medio": ("half", 0), "media": ("half", 0)}
        words |= {word[:-2] + "as": kind for word, kind in list(words.items()) if word.endswith("cientos")}
        words |= {"quinientas": ("hundred", 500)}
        words |= {_plain(word): kind for word, kind in list(words.items())}     # a missing accent hides nothing
    return words


_WORDS = {language: _vocabulary(language) for language in ("en", "es")}
_WORD = re.compile(r"[^\W\d_]++")
_BEGINS = {
    language: {word for word, (kind, _) in words.items() if kind != "scale"}
    | {word for word in SCALES[language] if word not in _NEVER_FIRST[language]}
    for language, words in _WORDS.items()
}
_JOIN = {
    language: re.compile(
        rf"\u2060*+(?:[ \t\u00a0]{{1,3}}|[ \t]?\n[ \t]{{0,12}}|-)(?P<and>{word}[ \t\u00a0\n]{{1,3}})?\u2060*+"
    )
    for language, word in (("en", "and"), ("es", "y"))
}


@dataclass(frozen=True)
class NumberWord:
    """One number in words.

    last     the kind of its last word: "small", "teen", "tens", "hundred", "scale", "half"
    article  whether it may be no more than an article (one, un)
    """

    start: int
    end: int
    value: Fraction
    last: str
    article: bool


def number_words(text: str, language: str) -> Iterator[NumberWord]:
    """Find the numbers in words, in order. Which of them count as numerals is for the caller to say."""
    words, begins, follows, join = _WORDS[language], _BEGINS[language], _FOLLOWS[language], _JOIN[language]
    beyond = 0
    for match in _WORD.finditer(text):
        if match[0].lower() not in begins or match.start() < beyond or not _stands_alone(text, match):
            continue
        run, at = [match], match.end()
        while (gap := join.match(text, at)) is not None and (after := _WORD.match(text, gap.end())) is not None:
            if after[0].lower() not in words or not _stands_alone(text, after):
                break
            kind, (next_kind, _) = words[run[-1][0].lower()][0], words[after[0].lower()]
            half_a = kind == "half" and next_kind == "article"
            if not half_a and next_kind not in follows[kind].split():
                break
            if gap["and"] and not _may_join(kind, next_kind, language):
                break
            if language == "es" and kind == "tens" and next_kind == "small" and not gap["and"]:
                break
            run.append(after)
            at = after.end()
        if words[run[-1][0].lower()][0] == "article" and len(run) == 1:
            continue
        beyond = at
        yield NumberWord(
            run[0].start(), at, _value([words[word[0].lower()] for word in run]), words[run[-1][0].lower()][0],
            len(run) == 1 and words[run[0][0].lower()] == ("small", 1),
        )


def _stands_alone(text: str, word: re.Match[str]) -> bool:
    """Whether neither a digit nor an underscore is joined to the word."""
    around = text[max(0, word.start() - 1):word.start()] + text[word.end():word.end() + 1]
    return not any(character.isalnum() or character == "_" for character in around)


def _may_join(kind: str, next_kind: str, language: str) -> bool:
    if language == "en":
        return kind in ("hundred", "scale") and next_kind != "scale"
    return kind == "tens" and next_kind == "small"


def _value(words: list[tuple[str, int]]) -> Fraction:
    total, current, begun = Fraction(0), Fraction(0), False
    for kind, number in words:
        if kind == "half":
            current, begun = Fraction(1, 2), True
        elif kind == "article":
            if not begun:
                current, begun = Fraction(1), True
        elif kind == "scale":
            multiplied = current if begun else Fraction(1)
            if not begun and total:
                total *= number                         # mil millones: the scale multiplies what stands before it
            else:
                total += multiplied * number
            current, begun = Fraction(0), False
        elif kind == "hundred" and begun and number == 100 and current < 100 and current:
            current *= 100
        else:
            current, begun = current + number, True
    return total + current


_FOLD = re.compile(r"(?<!\w)(two|three|four|five|six|seven|eight|nine|ten|hundred|thousand)fold(?!\w)", re.IGNORECASE)


def folds(text: str) -> Iterator[tuple[int, int, Fraction]]:
    """Find English twofold … thousandfold: (start, end, value)."""
    for match in _FOLD.finditer(text):
        yield match.start(), match.end(), Fraction(_WORDS["en"][match[1].lower()][1])
