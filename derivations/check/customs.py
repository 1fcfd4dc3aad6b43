"""Whether a numeral written by hand is written as its language writes numbers, and how it should be.

Values need no such check: one writer makes them all. This is for literals, and for what an author sets beside a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from derivations.language.reading.figures import NO_BREAK, Figure, written
from derivations.language.reading.markup import INVISIBLE
from derivations.language.reading.reader import GAP, Numeral, Span


@dataclass(frozen=True)
class Custom:
    """A breach of custom at [start, end). `replacement` is the right writing, where a machine may put it in."""

    start: int
    end: int
    message: str
    hint: str = ""
    replacement: str | None = None


_FIGURE_FAULTS = {
    ("decimal sign", "es"): "Spanish takes a comma as decimal sign",
    ("decimal sign", "en"): "English takes a point as decimal sign",
    ("grouping", "es"): "Spanish groups digits by a narrow no-break space (U+202F)",
    ("grouping", "en"): "English groups digits by commas",
    ("four digits", "es"): "Spanish doesn't group four digits",
    ("ungrouped", "es"): "Spanish groups five digits and more by a narrow no-break space (U+202F)",
    ("ungrouped", "en"): "English groups five digits and more by commas",
    ("looks grouped", "es"): "in Spanish a comma begins the decimals: these digits are no thousands",
}
_ON_PURPOSE = ("ungrouped", "looks grouped")
"""What a figure may do for a good reason: identifiers aren't grouped, and 2,125 may be meant."""
_TEX = {"\u202f": r"\,", ",": "{,}"}
_SIZES = re.compile(r"[KkMGTP]i?B(?P<plural>s?)\Z|bytes?\Z|bits?\Z")
_BILLION = re.compile(r"(?<!\w)bill[oó]n(?:es)?(?!\w)", re.IGNORECASE)
_TRILLION = re.compile(r"10(?:¹²|\^\{?12\}?)")
_BESIDE = {
    "en": rf"{GAP}(?:(?P<percent>\\?%|per\s?cent(?!\w))|(?P<scale>(?:thousand|[mbt]rillion|[mb]illion)s?(?!\w))"
          r"|(?P<letter>[KMB](?!\w)))",
    "es": rf"{GAP}(?:(?P<percent>\\?%|por\s{{1,2}}cien(?:to)?(?!\w))|(?P<scale>(?:mil|[mbt]r?ill[oó]n(?:es)?)(?!\w))"
          r"|(?P<letter>[KMB](?!\w)))",
}
_BESIDE_VALUE = {language: re.compile(pattern) for language, pattern in _BESIDE.items()}
_OWN = {
    "percent": "its own percent sign", "scale": "its own scale word: use the form short",
    "letter": "its own scale: use the form short",
}


def customs(numeral: Numeral, language: str, *, literal: bool = False) -> list[Custom]:
    """Say what is wrong with how a numeral is written. A `literal` may do what could be on purpose."""
    return [*_figure(numeral, language, literal), *_suffix(numeral, language), *_sign(numeral)]


def _figure(numeral: Numeral, language: str, literal: bool) -> Iterator[Custom]:
    read = numeral.read
    if read is None or not read.fault or (read.fault in _ON_PURPOSE and (literal or numeral.kind == "formula")):
        return
    message = _FIGURE_FAULTS.get((read.fault, language))
    if message is None or (read.fault == "ungrouped" and numeral.suffix.startswith("-")):
        return
    start = numeral.start + numeral.text.index(numeral.figure) if numeral.figure in numeral.text else numeral.start
    end = start + len(numeral.figure)
    if read.fault == "looks grouped":
        read = Figure(read.whole + read.decimals, "")
        right = _as_written(read, numeral, language)
        yield Custom(start, end, f"{numeral.figure}: {message}", f"if they are, write {right}")
        return
    right = _as_written(read, numeral, language)
    yield Custom(start, end, f"{numeral.figure}: {message}", f"write {right}", right)


def _as_written(read: Figure, numeral: Numeral, language: str) -> str:
    right = written(read, language)
    return "".join(_TEX.get(character, character) for character in right) if numeral.kind == "math" else right


def _suffix(numeral: Numeral, language: str) -> Iterator[Custom]:
    suffix = numeral.suffix.replace(INVISIBLE, "")
    if not suffix or numeral.start + len(numeral.text) != numeral.end:
        return
    word = suffix.lstrip(" \t\n\u00a0\u202f\u2009-\u2011>")
    gap = suffix[:len(suffix) - len(word)]
    at = numeral.end - len(numeral.suffix) if numeral.text.endswith(numeral.suffix) else numeral.end
    end = at + len(numeral.suffix)
    if numeral.kind == "math":
        yield from _percent_in_tex(suffix, language, at, end)
    elif word in ("%", r"\%"):
        right = NO_BREAK if language == "es" else ""
        if gap != right:
            message = ("before % Spanish puts a no-break space (U+00A0)" if language == "es"
                       else "English puts no space before %")
            yield Custom(at, end, message, f"write {numeral.figure}{right}%", f"{right}%")
    elif (size := _SIZES.match(word)) and not gap.startswith(("-", "\u2011")):
        name = word[:-1] if size["plural"] else word
        if gap != NO_BREAK:
            yield Custom(at, end, f"before {name} stands a no-break space (U+00A0)",
                         f"write {numeral.figure}{NO_BREAK}{name}", NO_BREAK + name)
        if size["plural"]:
            yield Custom(at, end, f"{word}: symbols of units have no plural", f"write {name}", gap + name)
    elif word == "x" and numeral.kind in ("times", "figure") and not gap:
        yield Custom(at, end, "the sign of multiplication is ×, not the letter x", "write × or the word")
    elif language == "es" and numeral.kind == "scale":
        yield from _spanish_scale(numeral, word, at, end)


def _percent_in_tex(suffix: str, language: str, at: int, end: int) -> Iterator[Custom]:
    right = r"\,\%" if language == "es" else r"\%"
    if suffix.endswith(r"\%") and suffix != right:
        yield Custom(at, end, f"in TeX a percent sign is written {right} here", f"write {right}", right)


def _spanish_scale(numeral: Numeral, word: str, at: int, end: int) -> Iterator[Custom]:
    lower = word.lower()
    if word in ("K", "k", "M", "B", "T", "G"):
        yield Custom(at, end, f"no letter for a scale after a figure in Spanish: {numeral.text}",
                     "write the figure in full or in millones")
    elif lower.startswith("mil") and not lower.startswith("mill"):
        yield Custom(at, end, "mil is no noun and doesn't follow a figure in Spanish",
                     "write the figure in full or in millones: 6440 millones")


def _sign(numeral: Numeral) -> Iterator[Custom]:
    if numeral.text.startswith("-") and numeral.kind != "math":
        yield Custom(numeral.start, numeral.start + 1, "the minus sign is − (U+2212), not a hyphen",
                     f"write −{numeral.text[1:]}", "−")


def billions(text: str, language: str) -> list[Custom]:
    """Find Spanish *billón* used for 10⁹: it is 10¹², and a page that means that says so, once, in figures."""
    if language != "es":
        return []
    means_it = _TRILLION.search(text) is not None
    return [
        Custom(found.start(), found.end(), f"{found[0]}: un billón is 10¹², not 10⁹",
               "write mil millones, or millones after a figure; if 10¹² is meant, say once: un billón (10¹²)")
        for found in _BILLION.finditer(text)
        if not (means_it and found[0].lower() in ("billón", "billon"))
    ]


def beside_values(text: str, values: Iterable[Span], language: str) -> list[Custom]:
    """Find what a value brings already and an author wrote again: `{{= x }}%`, `{{= x }} millones`."""
    found = []
    for _, end in values:
        after = _BESIDE_VALUE[language].match(text, end)
        if after is not None and after.lastgroup is not None:
            own = after.group(after.lastgroup)
            start = after.start(after.lastgroup)
            found.append(Custom(start, after.end(), f"{own} beside a value, which brings {_OWN[after.lastgroup]}"))
    return found


def agreement(text: str, nouns: Sequence[str], language: str) -> list[Custom]:
    """Find the *de* that Spanish needs after millones, and the one that a plain figure doesn't take."""
    if language != "es" or not nouns:
        return []
    noun = "|".join(re.escape(word) for word in sorted(nouns, key=len, reverse=True))
    missing = re.compile(rf"mill(?<!\wmill)[oó]n(?:es)?(?P<gap>[ \u00a0\n]{{1,3}})(?:{noun})(?!\w)", re.IGNORECASE)
    needless = re.compile(rf"(?<![\w,.]) ?\d[\d\u202f,]{{0,20}} (?P<de>de (?={noun})(?:{noun}))(?!\w)", re.IGNORECASE)
    found = [
        Custom(match.start(), match.end(), f"{' '.join(match[0].split())}: after millones Spanish puts de",
               "write millones de …", match[0].replace(match["gap"], " de ", 1))
        for match in missing.finditer(text)
    ]
    found += [
        Custom(match.start("de"), match.end("de"), f"{match[0].strip()}: no de between a figure and its noun",
               f"write {match[0].strip().replace(' de ', ' ', 1)}")
        for match in needless.finditer(text)
    ]
    return found


def mend(text: str, breaches: Iterable[Custom]) -> str:
    """Give the text with every mechanical breach put right; where two overlap, the first one."""
    out, at = [], 0
    for breach in sorted(breaches, key=lambda breach: (breach.start, breach.end)):
        if breach.replacement is None or breach.start < at:
            continue
        out += [text[at:breach.start], breach.replacement]
        at = breach.end
    return "".join([*out, text[at:]])
