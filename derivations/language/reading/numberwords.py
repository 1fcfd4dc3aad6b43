"""Number words of a language: which words make one number, and what it is. The words are the pack's.

Bare plurals (hundreds, millions, miles de millones) name no number and are absent on purpose. So are twice, double and
half: what they say is a statement, and a claim's business.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from derivations.language import pack

_NAMED_PARTS = 10
"""Up to here a part has a name of its own; beyond, a suffix makes it of the number's."""
_WORD = re.compile(r"[^\W\d_]++")
_ONE_WORD = re.compile(r"[^\W\d_]+(?:\[[^\W\d_]+\][^\W\d_]*)*")
"""A pattern that no more than the letters of one word can match."""


@dataclass(frozen=True)
class Vocabulary:
    """The number words of one language.

    words      word → its kind and its number; `begins` those that a number may begin with
    follows    kind → the kinds that may follow it; `may` and `must` over the joining word, `join`, behind which a half
               has its article, in languages that have one: two and a half
    scales     words that multiply a figure before them; `fractions` words that divide it, of which the `whole` ones
               need no "of" behind them
    folds      finds "twofold"; None where the language has no such words; `multiples` what else says "times", by
               number; `folding` a word that either may begin with
    """

    words: Mapping[str, tuple[str, int]]
    begins: frozenset[str]
    follows: Mapping[str, list[str]]
    join: re.Pattern[str]
    may: Mapping[str, list[str]]
    must: Mapping[str, list[str]]
    scales: Mapping[str, int]
    fractions: Mapping[str, int]
    whole: frozenset[str]
    folds: re.Pattern[str] | None
    multiples: Sequence[tuple[re.Pattern[str], int]]
    folding: Callable[[str], bool]


def holds(pattern: str) -> Callable[[str], bool]:
    """Give what says whether a word holds a pattern: a course has few different words, each is looked through once."""
    found = re.compile(pattern, re.IGNORECASE).search
    return lru_cache(100_000)(lambda word: found(word) is not None)


def unaccented(word: str) -> str:
    """Give the word as it is typed in a hurry: a missing accent hides nothing."""
    apart = unicodedata.normalize("NFD", word)
    return "".join(c for c in apart if not unicodedata.combining(c))


@pack.remembered
def vocabulary(language: str) -> Vocabulary:
    """Read a language's number words, once."""
    table = pack.table(language, "counting")
    scale, fold = table["scale"], table["folds"]
    words = {word: (kind, number) for kind, entries in table["words"].items() for word, number in entries.items()}
    words |= _run_together(words, table["run_together"])
    scales = {**scale["begins"], **scale["follows"]}
    words |= {word: ("scale", number) for word, number in scales.items()}
    articles, halves = ("|".join(word for word, (kind, _) in words.items() if kind == wanted)
                        for wanted in ("article", "half"))
    space = r"[ \t\u00a0\n-]{1,3}\u2060*+"
    words |= {unaccented(word): meaning for word, meaning in words.items()}
    never_first = {form for word in scale["follows"] for form in (word, unaccented(word))}
    after_figure = {**scales, **scale["after_figure"]}
    parts, whole = _fractions(table["fractions"], words)
    several = sorted(word for word, (_, number) in words.items() if number > 1) if fold["suffix"] else []
    folds = re.compile(rf"(?<!\w)({'|'.join(several)}){fold['suffix']}(?!\w)", re.IGNORECASE)
    heads = [word + fold["suffix"] for word in several] + [word.partition("(?")[0] for word in fold["multiples"]]
    begin = "|".join(head if _ONE_WORD.fullmatch(head) else "" for head in heads) if heads else r"(?!)"
    return Vocabulary(
        words=words,
        begins=frozenset(words.keys() - never_first),
        follows=table["follows"],
        join=re.compile(r"\u2060*+(?:[ \t\u00a0]{1,3}|[ \t]?\n[ \t]{0,12}|-)"
                        rf"(?P<and>{table['joined']['by']}{space})?"
                        rf"(?P<half>{f'(?:{articles}){space}' if articles else ''}(?=(?:{halves})(?!\w)))?\u2060*+"),
        may=table["joined"]["may"],
        must=table["joined"]["must"],
        scales=after_figure | {unaccented(word): number for word, number in after_figure.items()},
        fractions=parts | whole,
        whole=frozenset(whole),
        folds=folds if several else None,
        multiples=[(re.compile(rf"(?<!\w){word}(?!\w)", re.IGNORECASE), number)
                   for word, number in fold["multiples"].items()],
        folding=holds(begin),
    )


def _run_together(words: Mapping[str, tuple[str, int]], rule: Mapping[str, Any]) -> dict[str, tuple[str, int]]:
    """Give tens and small words written as one: treintaidós."""
    tens, small = ([(word, number) for word, (kind, number) in words.items() if kind == wanted and number]
                   for wanted in ("tens", "small"))
    return {ten + rule["by"] + rule["accents"].get(unit, unit): ("teen", number + more)
            for ten, number in tens for unit, more in small} if rule["by"] else {}


def _fractions(
    table: Mapping[str, Any], words: Mapping[str, tuple[str, int]]
) -> tuple[dict[str, int], dict[str, int]]:
    """Give the words for parts, with and without accents: those that take "of", and those that don't."""
    whole = dict(table["whole"])
    for word, (kind, number) in words.items():
        stem = unaccented(word)
        if kind in ("teen", "tens") and number > _NAMED_PARTS:
            for suffix in table["suffixes"]:
                whole |= dict.fromkeys((stem + suffix, stem.removesuffix("a") + suffix), number)
    parts = dict(table["parts"])
    return parts | {unaccented(word): n for word, n in parts.items()}, \
        whole | {unaccented(word): n for word, n in whole.items()}


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


def number_words(text: str, language: str, among: Collection[str] = ()) -> Iterator[NumberWord]:
    """Find the numbers in words, in order. Which of them count as numerals is for the caller to say.

    among  the text's different words, where they are known
    """
    known = vocabulary(language)
    words = known.words
    beyond = 0
    for match in _any_of([word for word in among or different_words(text) if word.lower() in known.begins], text):
        if match.start() < beyond or not _stands_alone(text, match):
            continue
        run, at = [match], match.end()
        while (gap := known.join.match(text, at)) is not None and (after := _WORD.match(text, gap.end())) is not None:
            if after[0].lower() not in words or not _stands_alone(text, after):
                break
            kind, (next_kind, _) = words[run[-1][0].lower()][0], words[after[0].lower()]
            half_a = kind == "half" and next_kind == "article"
            if (not half_a and next_kind not in known.follows[kind]) or (next_kind == "half" and gap["half"] is None):
                break
            if next_kind not in known.may.get(kind, ()) if gap["and"] else next_kind in known.must.get(kind, ()):
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


def different_words(text: str) -> Collection[str]:
    """Give the words of a text, each once: a page has few of them, so these are looked through instead of the page."""
    return set(_WORD.findall(text))


def _any_of(words: Iterable[str], text: str) -> Iterator[re.Match[str]]:
    """Find words, by their first letters."""
    found = "|".join(rf"{word}(?<![^\W\d_]{word})(?![^\W\d_])" for word in sorted(words))
    return re.finditer(found, text) if found else iter(())


def _stands_alone(text: str, word: re.Match[str]) -> bool:
    """Whether neither a digit nor an underscore is joined to the word."""
    around = text[max(0, word.start() - 1):word.start()] + text[word.end():word.end() + 1]
    return not any(character.isalnum() or character == "_" for character in around)


def _value(words: list[tuple[str, int]]) -> Fraction:
    total, current, begun, scale = Fraction(0), Fraction(0), False, 1
    for kind, number in words:
        if kind == "half" and total and not begun:      # dos millones y medio
            total += Fraction(scale, 2)
        elif kind == "half":                            # two and a half million
            current, begun = current + Fraction(1, 2), True
        elif kind == "article":
            if not begun:
                current, begun = Fraction(1), True
        elif kind == "scale":
            multiplied = current if begun else Fraction(1)
            if not begun and total:
                total *= number                         # mil millones: the scale multiplies what stands before it
            else:
                total += multiplied * number
            current, begun, scale = Fraction(0), False, number
        elif kind == "hundred" and begun and number == 100 and current < 100 and current:
            current *= 100
        else:
            current, begun = current + number, True
    return total + current


def romans(text: str, before: str) -> Iterator[tuple[int, int, Fraction]]:
    """Find Roman numerals that count what follows them: (start, end, value). Those behind another word are names.

    before  a pattern of the words behind which they count
    """
    counts = re.compile(rf"(?:^[^\w\n]{{0,20}}+|[.!?:;,(«“][ \n]|(?<!\w)(?i:{before})\s{{1,3}}){_ROMAN}", re.MULTILINE)
    for found in counts.finditer(text) if _SOME_ROMAN.search(text) else ():
        digits = [_ROMAN_DIGITS[letter] for letter in found["roman"]]
        value = sum(one if one >= after else -one for one, after in zip(digits, [*digits[1:], 0], strict=True))
        yield *found.span("roman"), Fraction(value)


_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10}
_SOME_ROMAN = re.compile(r"(?<!\w)[IVX]{2}")
_ROMAN = (r"(?P<roman>(?!(?:IV|XX)(?!\w))(?=[IVX]{2})X{0,3}(?:I[XV]|V?I{0,3}))(?=\s{1,3}(?:[a-zà-ÿ-]{2,30}\s{1,3})?"
          r"[a-zà-ÿ]{2,30}s(?!\w))")
"""Up to 39, before what there are several of; IV and XX are medicine's and biology's."""


def folds(text: str, language: str, among: Iterable[str]) -> Iterator[tuple[int, int, Fraction]]:
    """Find twofold … thousandfold, and thrice: (start, end, value). `among` are the text's different words."""
    known = vocabulary(language)
    if not any(map(known.folding, among)):
        return
    for match in known.folds.finditer(text) if known.folds else ():
        yield match.start(), match.end(), Fraction(known.words[match[1].lower()][1])
    for multiple, number in known.multiples:
        yield from ((*match.span(), Fraction(number)) for match in multiple.finditer(text))
