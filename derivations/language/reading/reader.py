"""Every numeral that a reader of a page meets and that nothing derives.

Digits in prose, headings, alternative texts, tables and hand-written math; superscripts, fractions and digits of other
scripts; number words where they measure something (beside a scale word, percent, times, a unit or a counted noun, and
always beyond ten). The input is a page's text in which whatever is bound has been replaced by filler of the same
length; offsets are those of the source. Nothing here raises, and each pattern takes linear time.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from html import unescape

from derivations.language import pack
from derivations.language.reading.figures import FIGURE, LONGEST, Numeral, read_figure
from derivations.language.reading.markup import INVISIBLE, UNKNOWN, Fate, as_printed, hide
from derivations.language.reading.names import FILLER, Name, Names, blank
from derivations.language.reading.numberwords import (
    NumberWord,
    different_words,
    folds,
    holds,
    number_words,
    romans,
    vocabulary,
)
from derivations.language.reading.tex import figures

Span = tuple[int, int]


@dataclass(frozen=True)
class Reading:
    """What the check met in a text: the numerals, in order, and the names with digits that it passed over.

    visible  the text with what no reader sees, and hand-written math, replaced by filler
    """

    numerals: tuple[Numeral, ...]
    names: tuple[Name, ...] = ()
    visible: str = ""


_SPACE = " \t\u00a0\u202f\u2009"
GAP = (rf"{INVISIBLE}*+(?:\]{INVISIBLE}++\)?+)?+(?:[{_SPACE}]{{0,3}}+(?:\n[ \t>]{{0,12}}+)?+|[-\u2011]){INVISIBLE}*+"
       rf"(?:\[{INVISIBLE}*+)?+")
"""What may stand between a number and the word that it counts in: a link's brackets, never the end of a paragraph."""

_SIZES = {"K": 1, "k": 1, "M": 2, "G": 3, "T": 4, "P": 5}
_SIZE = r"[KkMGTP]i?Bs?(?!\w)"
_UNIT = r"bytes?(?!\w)|bits?(?!\w)"
_LETTERS = {"K": 10**3, "k": 10**3, "M": 10**6, "B": 10**9, "T": 10**12, "G": 10**9}
_SUPERSCRIPT = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_FROM_SUPERSCRIPT = str.maketrans(_SUPERSCRIPT + "⁺⁻−", "0123456789+--")
_DIGIT = re.compile(r"\d")
_FIND = re.compile(
    r"(?<!\d)(?:(?P<date>\d{4}-\d{2}-\d{2}(?!\d)|\d{1,2}[/.]\d{1,2}[/.](?:19|20)\d{2}(?!\d))"
    rf"|(?P<sign>(?<![\w)\]{FILLER}.,+−-])[-−+](?=\d))?"
    rf"(?:(?P<over>\d{{1,{LONGEST}}})[/⁄](?P<under>\d{{1,{LONGEST}}})(?![\d/])"
    rf"|(?P<figure>{FIGURE})(?:(?P<science>[eE][-+−]?\d{{1,3}}(?!\w))"
    rf"|(?P<power>[⁺⁻]?[{_SUPERSCRIPT}]{{1,9}}|\^\{{?[-−]?\d{{1,9}}\}}?))?))"
)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_SYMBOLS = re.compile(rf"[^\W_{FILLER}]++")
_TEX_TEXT = re.compile(r"\\(?:text|textrm|textit|textbf|textsf|texttt|mbox|hbox|math(?:rm|sf|tt)|operatorname\*?)\s?"
                       r"\{(?P<text>[^{}]*+)\}")
_SHORTCODE = re.compile(r":(?<![\w:]:)(?:keycap_)?(?P<word>[a-z]{2,8}):(?![\w:])")
_DRAWN = {"🔟": 10, "💯": 100, "🔞": 18}
"""Pictures of a number that Unicode gives no value; the other keycaps hold their digit."""
_BEFORE = 40
"""How far before a number word what makes it a factor is looked for."""
_TWICE = 2
"""To divide by two is to halve, and a claim's business."""
_PLAIN = 10
"""Number words up to here are free where they measure nothing ("two matrices")."""


class Reader:
    """Finds the numerals of one language's pages; made once a course and language.

    nouns    what is counted ("parameters", "capas"): a small number word beside one of these is a numeral
    labels   names of models that hold digits; `symbols` letters that stand for numbers (see `Names`)
    """

    def __init__(
        self, language: str, *, nouns: Iterable[str] = (), labels: Iterable[str] = (), symbols: Iterable[str] = ()
    ) -> None:
        self.language = language
        self._known: dict[str, Reading] = {}
        nouns = sorted({noun.lower() for noun in nouns if noun}, key=lambda noun: (-len(noun), noun))
        self._names = Names(labels, symbols, nouns, self._counts)
        rules, known = pack.table(language, "counting"), vocabulary(language)
        after, fractions = rules["after"], rules["fractions"]
        self._scales, self._fractions = known.scales, known.fractions
        self._percent_in_words = rules["percent_in_words"]
        self._one_is_article = rules["one"]["is_article"]
        scale = "|".join(sorted(self._scales, key=len, reverse=True))
        thousand = f"(?P<thousand>{rules['scale']['thousand']})?" if rules["scale"]["thousand"] else ""
        self._suffix = re.compile(
            rf"(?P<gap>{GAP})(?:(?P<percent>{after['percent']})"
            rf"|{thousand}(?P<scale>{scale})(?!\w)"
            rf"|(?P<size>{_SIZE})|(?P<unit>{_UNIT}|{after['units']})"
            rf"|(?P<times>{after['times']}|[x×](?!\w)))",
            re.IGNORECASE,
        )
        self._ordinal = re.compile(after["ordinal"])
        parts = "|".join(sorted(self._fractions, key=len, reverse=True)).replace(" ", r"\s{1,3}")
        self._some_part = holds("|".join({word.partition(" ")[0] for word in (*self._fractions, *known.whole)}))
        of = rf"(?:{fractions['of']})(?!\w)"
        self._fraction = re.compile(
            rf"{GAP}(?P<part>{parts})(?:(?P<plural>{fractions['plural']})(?!\w)|(?!\w)(?={GAP}{of}))", re.IGNORECASE
        )
        never = "|".join(rules["nouns"]["never"].split())
        whole = "|".join(sorted(known.whole, key=len, reverse=True)).replace(" ", r"\s{1,3}") or r"(?!)"
        end = rf"{INVISIBLE}*+(?:[.,;:!?…)»”]|\s*\Z|\s*\n[ \t>]*\n|{GAP}(?:\(|(?:{never})(?!\w)))"
        self._share = re.compile(rf"(?<!\w)(?:{fractions['before']}){GAP}(?P<share>(?:{fractions['bare']})(?!\w){GAP}"
                                 rf"(?P<part>{parts})(?!\w))(?={end})", re.IGNORECASE)
        self._halves = {word for word, (kind, _) in known.words.items() if kind == "half"}
        self._half = re.compile(rf"(?<!\w)(?:{after['halves']})", re.IGNORECASE)
        self._ordinals = {word: Fraction(number) for word, number in self._fractions.items()
                          if number > _PLAIN and word not in known.whole}
        ordinals = "|".join([*sorted(self._ordinals, key=len, reverse=True), rules["ordinals"]["words"]])
        names = rules["names"]
        self._ordinal_word = holds(ordinals)
        self._beyond = re.compile(rf"(?<!\w)(?<!{rules['ordinals']['nearest']} )(?:{ordinals})(?!\w)"
                                  rf"(?!{GAP}(?:{names['ordered']})(?!\w))", re.IGNORECASE)
        self._factor = re.compile(rf"(?<!\w)(?:{rules['factors']['before']}){GAP}\Z", re.IGNORECASE)
        self._of_a_year = re.compile(rf"(?<!\w)(?:{names['in_words']}){GAP}\Z", re.IGNORECASE)
        self._month = re.compile(rf"{GAP}(?:{of}{GAP})?(?:{names['months']})(?!\w)")
        self._behind_month = re.compile(rf"(?<!\w)(?:{names['months']}){GAP}\Z")
        self._before_roman = rules["roman"]["before"]
        noun = "|".join(map(re.escape, nouns))
        self._noun = re.compile(
            rf"{GAP}(?:(?!(?:{never})(?!\w))[^\W\d_][\w-]{{0,40}}+{GAP})?(?:{noun})(?!\w)", re.IGNORECASE
        ) if noun else None
        self._counted = re.compile(rf"{GAP}(?:{noun})(?!\w)", re.IGNORECASE) if noun else None
        self._part = re.compile(
            rf"(?<!\w)(?:{fractions['articles']})(?!\w){GAP}(?:(?P<whole>{whole})(?!\w)|(?P<part>{parts})(?!\w)(?={GAP}{of}))",
            re.IGNORECASE,
        )

    def _counts(self, text: str, at: int) -> bool:
        """Whether what stands here makes a count of the number before it: percent, millions, MB, times, parameters."""
        return bool(self._suffix.match(text, at) or (self._counted and self._counted.match(text, at)))

    def read(self, text: str, math: Sequence[Span] = (), fate: Fate = UNKNOWN) -> Reading:
        """Find the numerals of a text. `math` are the stretches of hand-written TeX in it, in order."""
        if math or fate is not UNKNOWN:
            return self._read(text, math, fate)
        if text not in self._known:                               # headings of tables are the same again and again
            self._known[text] = self._read(text, math, fate)
        return self._known[text]

    def _read(self, text: str, math: Sequence[Span], fate: Fate) -> Reading:
        plain, places = composed(text)
        if plain != text:
            return self._in_composed(text, (plain, places), math, fate)
        out, at = [], 0
        for start, end in math:
            out += [text[at:start], blank(text[start:end], FILLER)]
            at = max(end, at)
        source = "".join([*out, text[at:]])
        visible = prose = as_printed(source, hide(source), fate)
        found: list[Numeral] = []
        prose = self._references(prose, found)
        prose, names = self._names.pass_over(prose)
        at = 0
        while (digit := _DIGIT.search(prose, at)) is not None:
            match = _FIND.match(prose, max(at, digit.start() - 1)) or _FIND.match(prose, digit.start())
            if match is None:                                     # not met: every digit begins a figure
                at = digit.end()
                continue
            found.append(self._digits(prose, match))
            at = found[-1].end
        found += _apart([*self._characters(prose), *self._in_words(prose)], tuple(found))
        for start, end in math:
            found += self._in_math(text[start:end], start)
        found.sort(key=lambda numeral: (numeral.start, numeral.end))
        whole = [self._as_in(text, numeral) for numeral in found]
        return Reading(tuple(whole), tuple(names), visible)

    def _in_composed(
        self, text: str, together: tuple[str, Sequence[int]], math: Sequence[Span], fate: Fate
    ) -> Reading:
        """Read a text whose letters were put together; give offsets and characters of the text as it stands."""
        plain, places = together
        there = [bisect_left(places, at) for at in range(len(text) + 1)]
        reading = self.read(plain, [(there[start], there[end]) for start, end in math],
                            Fate({there[at] for at in fate.shown}, {there[at] for at in fate.gone}))
        visible = list(blank(text, INVISIBLE))
        for at, character in zip(places, reading.visible, strict=False):
            visible[at] = character
        return Reading(
            tuple(self._as_in(text, replace(one, start=places[one.start], end=places[one.end]))
                  for one in reading.numerals),
            tuple(replace(name, start=places[name.start], end=places[name.end]) for name in reading.names),
            "".join(visible),
        )

    @staticmethod
    def _as_in(text: str, numeral: Numeral) -> Numeral:
        """Give the numeral with the source's own characters."""
        stretch = text[numeral.start:numeral.end]
        return numeral if stretch == numeral.text else replace(numeral, text=stretch)

    def _references(self, prose: str, found: list[Numeral]) -> str:
        """Report digits written as character references, and give the text with references resolved or blanked."""

        def replace(match: re.Match[str]) -> str:
            character = unescape(match[0])
            if character == match[0]:
                return match[0]
            if any(c.isnumeric() for c in character):
                found.append(Numeral(match.start(), match.end(), match[0], _numeric(character), "character"))
                return FILLER * len(match[0])
            if not character or _LOOSE.fullmatch(character):                  # a control character stands for nothing
                return INVISIBLE * len(match[0])
            if unicodedata.category(character[0]) in ("So", "Sc", "Pd") or character in "%‰":     # ©, °, –: no markup
                return INVISIBLE * (len(match[0]) - 1) + character[:1]
            shown = character if character.isspace() or character.isalpha() else FILLER
            return shown[:1] + (INVISIBLE if shown == character else FILLER) * (len(match[0]) - 1)

        return _REFERENCE.sub(replace, prose)

    def _digits(self, prose: str, match: re.Match[str]) -> Numeral:
        """Make a numeral of digits, with what follows them."""
        start, end = match.span()
        if match["date"]:
            return Numeral(start, end, match[0], None, "date")
        sign = -1 if (match["sign"] or "+") in "-−" else 1
        kind, read = "figure", None
        value: Fraction | None
        if match["over"]:
            kind, step = "fraction", None
            value = Fraction(int(match["over"]), under) if (under := int(match["under"])) else None
        else:
            read = read_figure(match["figure"], self.language)
            value, step = (read.value, read.step) if read else (None, None)
            exponent = match["science"] or match["power"]
            if exponent:
                kind = "power"
                power = int(exponent.translate(_FROM_SUPERSCRIPT).strip("eE^{}"))
                base = Fraction(10) if match["science"] else value
                raised = base ** power if base and abs(power) <= LONGEST else None
                value = raised if match["power"] or raised is None or value is None else value * raised
                step = Fraction(10) ** power * (step or 1) if match["science"] and raised is not None else None
        if value is not None:
            value *= sign
        return self._with_suffix(prose, Numeral(start, end, match[0], value, kind, step,
                                                match["figure"] or "", "", read))

    def _with_suffix(self, prose: str, bare: Numeral) -> Numeral:
        """Add the percent sign, scale word, unit or letters that belong to the digits."""
        after = self._suffix.match(prose, bare.end)
        if after is None:
            return self._with_letters(prose, bare)
        kind, factor, end = bare.kind, Fraction(1), after.end()
        if after["percent"]:
            kind, factor = "percent", Fraction(1, 100)
        elif after["scale"]:
            kind, factor = "scale", Fraction(self._scales[after["scale"].lower()])
            if after.groupdict().get("thousand"):
                factor *= 1000
        elif after["size"]:
            size = after["size"]
            kind, factor = "size", Fraction((1024 if "i" in size else 1000) ** _SIZES[size[0].upper()])
        elif after["times"]:
            end = bare.end
            if after["times"] not in "x×" or not after["gap"]:    # 768 × 768 is a shape
                kind = "times"
        else:
            end = bare.end
        return bare.followed(prose, end, kind, after[0], factor)

    def _with_letters(self, prose: str, bare: Numeral) -> Numeral:
        """Add letters run together with the digits: 590K, 2nd, 12h²."""
        ordinal = self._ordinal.match(prose, bare.end)
        if ordinal is not None and bare.kind == "figure":
            return bare.followed(prose, ordinal.end(), "ordinal", ordinal[0])
        run = _SYMBOLS.match(prose, bare.end)
        if run is None:
            return bare
        if run[0] in _LETTERS:
            return bare.followed(prose, run.end(), "scale", run[0], Fraction(_LETTERS[run[0]]))
        unknown = replace(bare, value=None, step=None, read=None)
        return unknown.followed(prose, run.end(), "formula", run[0])

    @staticmethod
    def _characters(prose: str) -> list[Numeral]:
        """Find the numeric characters that are no digits, ², ½, ⑧, Ⅷ, 三, and pictures of numbers: 🔟, :keycap_ten:."""
        found = [Numeral(*code.span(), code[0], Fraction(words[code["word"]][1]), "character")
                 for code in _SHORTCODE.finditer(prose)
                 for words in (vocabulary(language).words for language in pack.known()) if code["word"] in words]
        different = set(prose)
        found += [Numeral(at, at + 1, prose[at], Fraction(number), "character") for drawn, number in _DRAWN.items()
                  if drawn in different for at, character in enumerate(prose) if character == drawn]
        odd = "".join(sorted(c for c in different if c > "\x7f" and c.isnumeric() and not c.isdecimal()))
        if not odd:
            return found
        runs = re.compile(f"[{re.escape(odd)}]+")
        for match in runs.finditer(prose):
            raised = unicodedata.normalize("NFKC", match[0])
            superscript = all(c in _SUPERSCRIPT for c in match[0])
            value = Fraction(int(raised)) if superscript and len(raised) <= LONGEST else _numeric(match[0])
            found.append(Numeral(match.start(), match.end(), match[0], value,
                                 "superscript" if superscript else "character"))
        return found

    def _in_words(self, prose: str) -> list[Numeral]:
        """Find the number words that are numerals here; within a word no markup parts anything: four<b>teen</b>."""
        if _PARTED.search(prose) is None:
            return self._said(prose)
        gaps = {at for parted in _PARTED.finditer(prose) for at in range(*parted.span())}
        places = [at for at in range(len(prose)) if at not in gaps]
        return [replace(one, start=places[one.start], end=places[one.end - 1] + 1)
                for one in self._said("".join(prose[at] for at in places))]

    def _said(self, prose: str) -> list[Numeral]:
        """Find them in a text whose words stand in one piece."""
        found, words = [], different_words(prose)
        for word in number_words(prose, self.language, words):
            numeral = self._word(prose, word)
            if numeral is not None:
                found.append(numeral)
        more: list[tuple[int, int, Fraction | None]] = []
        if any(word.lower() in self._halves for word in words):
            more += [(*half.span(), None) for half in self._half.finditer(prose)]
        if any(map(self._some_part, words)):
            more += [(*part.span(), Fraction(1, self._denominator(part["whole"] or part["part"])))
                    for part in self._part.finditer(prose)]
            more += [(*part.span("share"), Fraction(1, self._denominator(part["part"])))
                     for part in self._share.finditer(prose)]
        if any(map(self._ordinal_word, words)):
            more += [(*one.span(), self._ordinals.get(one[0].lower())) for one in self._beyond.finditer(prose)
                     if not (self._month.match(prose, one.end())
                             or self._behind_month.search(prose, max(0, one.start() - _BEFORE), one.start()))]
        more += [*folds(prose, self.language, words), *romans(prose, self._before_roman)]
        return found + [Numeral(start, end, prose[start:end], value, "word") for start, end, value in more]

    def _word(self, prose: str, word: NumberWord) -> Numeral | None:
        """Make a numeral of a number in words, or None where it is free."""
        before = prose[max(0, word.start - 6):word.start].lower().split()
        percent = self._percent_in_words
        if before[-1:] == [percent["before"]] and prose[word.start:word.end].lower() in percent["words"]:
            return None                                           # the percent sign in words
        end, value = word.end, word.value
        part = self._fraction.match(prose, word.end)
        if part is not None:
            return Numeral(word.start, part.end(), prose[word.start:part.end()],
                           value / self._denominator(part["part"]), "word")
        after = self._suffix.match(prose, word.end)
        counts = word.last == "scale" or value > _PLAIN or (word.last == "half" and value > 1) or (
            value > _TWICE and self._factor.search(prose, max(0, word.start - _BEFORE), word.start) is not None
        )
        an_article = word.article and self._one_is_article       # «un byte» is «a byte»
        if after is not None and not (an_article and (after["unit"] or after["size"])):
            if after["percent"]:
                end, value = after.end(), value / 100
                counts = True
            elif after["size"] or after["unit"]:
                counts = True
            elif after["times"] and after["times"].lower() not in "x×":
                counts = counts or not (word.article and self._one_is_article)
        if not counts and not word.article and self._noun is not None:
            counts = self._noun.match(prose, word.end) is not None
        if not counts or self._month.match(prose, word.end) \
                or self._of_a_year.search(prose, max(0, word.start - _BEFORE), word.start):
            return None                                           # el doce de mayo de los años treinta
        return Numeral(word.start, end, prose[word.start:end], value, "word")

    def _denominator(self, part: str) -> int:
        return self._fractions[" ".join(part.lower().split())]

    def _in_math(self, tex: str, offset: int) -> list[Numeral]:
        """Find the numerals of hand-written TeX; words inside \\text{…} and \\mathrm{…} are read as prose."""
        found: list[Numeral] = []

        def words(match: re.Match[str]) -> str:
            found.extend(one.moved(offset + match.start("text")) for one in self.read(match["text"]).numerals)
            return " " * (len(match[0]) - 1) + "x"                # a letter: what is lowered behind it is a name's

        tex = _TEX_TEXT.sub(words, tex)
        found += [one.moved(offset) for one in figures(tex, self.language)]
        return [replace(one, kind="math") for one in found]


_PARTED = re.compile(rf"[{INVISIBLE}\[\]](?<=[^\W\d_].)(?:(?<=\]){INVISIBLE}++\)|(?<!\]){INVISIBLE}*+)(?=[^\W\d_])")
"""What no reader sees between two letters: signs of emphasis, tags, a link's brackets."""
_LOOSE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2061-\u2064\ufeff]|\u2060(?=\\w)(?<=\\w\u2060)")
"""Characters of no width that may stand inside a word or a number."""


def composed(text: str) -> tuple[str, Sequence[int]]:
    """Give the text as one reads it, letters and their accents put together and characters of no width left out.

    Beside it, where each of its characters stands in the text; one place more for the end.
    """
    if text.isascii() or not (_LOOSE.search(text) or not unicodedata.is_normalized("NFC", text)):
        return text, range(len(text) + 1)
    out: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        if _LOOSE.match(text, at):
            continue
        if unicodedata.combining(character) and out:
            together = unicodedata.normalize("NFC", out[-1] + character)
            if len(together) == 1:
                out[-1] = together
                continue
        out.append(character)
        places.append(at)
    return "".join(out), [*places, len(text)]


def _apart(numerals: Iterable[Numeral], found: Sequence[Numeral]) -> Iterator[Numeral]:
    """Give the numerals that cover new ground only."""
    taken = {offset for numeral in found for offset in range(numeral.start, numeral.end)}
    for numeral in numerals:
        if taken.isdisjoint(range(numeral.start, numeral.end)):
            taken.update(range(numeral.start, numeral.end))
            yield numeral


def _numeric(characters: str) -> Fraction | None:
    """Give the value of a single numeric character; of several together nothing is known."""
    return Fraction(unicodedata.numeric(characters)).limit_denominator() if len(characters) == 1 else None
