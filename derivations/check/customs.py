"""Whether a numeral written by hand is written as its language writes numbers, and how it should be.

Values need no such check: one writer makes them all. This is for literals, and for what an author sets beside a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from derivations.language import pack
from derivations.language.profile import profile
from derivations.language.reading.figures import Figure, Numeral, written
from derivations.language.reading.markup import INVISIBLE
from derivations.language.reading.reader import GAP, Span
from derivations.language.writing.numerals import NO_BREAK


@dataclass(frozen=True)
class Custom:
    """A breach of custom at [start, end). `replacement` is the right writing, where a machine may put it in."""

    start: int
    end: int
    message: str
    hint: str = ""
    replacement: str | None = None


_ON_PURPOSE = ("ungrouped", "looks grouped")
"""What a figure may do for a good reason: identifiers aren't grouped, and 2,125 may be meant."""
_SHORT = ("K", "k", "M", "B", "T", "G")
"""Letters that stand for a scale where they are run together with a figure, and for no such thing in a name."""
_SIZES = re.compile(r"[KkMGTP]i?B(?P<plural>s?)\Z|bytes?\Z|bits?\Z")
_RUN_ON = re.compile(f"{INVISIBLE}*(?:\\]{INVISIBLE}+\\))?(?:[.,'’]{INVISIBLE}*)?\\[?{INVISIBLE}*")
"""What between two values makes one number of them: nothing, or a sign that groups digits or begins decimals."""
_SIGN = re.compile(r"(?:(?<![^\s(\[|«“‘\"=≈])|(?<=[%#]\}\}))[-+−]\Z")
"""A sign that no word, name or code stands before: as the text is written, since code and tags are blanked alike."""
_OWN = {
    "percent": "its own percent sign", "scale": "its own scale word: use the form short",
    "letter": "its own scale: use the form short",
}


def customs(numeral: Numeral, language: str, *, literal: bool = False) -> list[Custom]:
    """Say what is wrong with how a numeral is written.

    A `literal` may do what could be on purpose: it may be a version, a section or a name. No machine rewrites it.
    """
    if literal and numeral.kind in ("figure", "scale") and (not numeral.suffix or numeral.suffix in _SHORT):
        return []
    found = [*_figure(numeral, language, literal), *_suffix(numeral, language), *_sign(numeral)]
    return found if not literal and _plain(numeral) else [replace(breach, replacement=None) for breach in found]


_INSIDE = ("percent", "size", "scale", "ordinal", "formula")
"""The kinds that reach to the end of what stands behind the figure."""


def _plain(numeral: Numeral) -> bool:
    """Whether it stands in the source as it is read: no mark, no reference, nothing without width parts it."""
    inside = numeral.suffix if numeral.kind in _INSIDE else ""
    return numeral.figure in numeral.text and numeral.text.endswith(inside) and INVISIBLE not in numeral.suffix


def _figure(numeral: Numeral, language: str, literal: bool) -> Iterator[Custom]:
    read = numeral.read
    if read is None or not read.fault or (read.fault in _ON_PURPOSE and (literal or numeral.kind == "formula")):
        return
    message = pack.table(language, "customs")["figures"].get(read.fault)
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
    yield Custom(start, end, f"{numeral.figure}: {message}", f"write {right}",
                 None if read.fault in _ON_PURPOSE else right)


def _as_written(read: Figure, numeral: Numeral, language: str) -> str:
    right = written(read, language)
    if numeral.kind != "math":
        return right
    signs = profile(language).number
    in_tex = {signs.group: signs.tex_group, signs.decimal: signs.tex_decimal}
    return "".join(in_tex.get(character, character) for character in right)


def _suffix(numeral: Numeral, language: str) -> Iterator[Custom]:
    suffix = numeral.suffix.replace(INVISIBLE, "")
    if not suffix or numeral.start + len(numeral.text) != numeral.end:
        return
    word = suffix.lstrip(" \t\n\u00a0\u202f\u2009-\u2011>")
    gap = suffix[:len(suffix) - len(word)]
    inside = numeral.kind in _INSIDE or numeral.text.endswith(numeral.suffix)
    at = max(numeral.start, numeral.end - len(numeral.suffix)) if inside else numeral.end
    end = at + len(numeral.suffix)
    if numeral.kind == "math":
        yield from _percent_in_tex(suffix, language, at, end)
    elif word in ("%", r"\%"):
        right = profile(language).percent[0].removeprefix("{}").removesuffix("%")
        if gap != right:
            message = pack.table(language, "customs")["percent"]["message"]
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
    elif numeral.kind == "scale":
        yield from _scale(numeral, word, language, at, end)


def _percent_in_tex(suffix: str, language: str, at: int, end: int) -> Iterator[Custom]:
    right = profile(language).percent[1].removeprefix("{}")
    if suffix.endswith(r"\%") and suffix != right:
        yield Custom(at, end, f"in TeX a percent sign is written {right} here", f"write {right}", right)


def _scale(numeral: Numeral, word: str, language: str, at: int, end: int) -> Iterator[Custom]:
    """Find a scale that may not follow a figure in this language."""
    for rule in pack.table(language, "customs").get("scale", ()):
        if re.fullmatch(rule["pattern"], word):
            yield Custom(at, end, rule["message"].replace("{}", numeral.text), rule["hint"])


def _sign(numeral: Numeral) -> Iterator[Custom]:
    if numeral.text.startswith("-") and numeral.kind != "math":
        yield Custom(numeral.start, numeral.start + 1, "the minus sign is − (U+2212), not a hyphen",
                     f"write −{numeral.text[1:]}", "−")


def false_words(text: str, language: str) -> list[Custom]:
    """Find words that name another number elsewhere: *billón* is 10¹², and a page that means it says so in figures."""
    found = []
    for rule in pack.table(language, "customs").get("words", ()):
        excused = rule["excused"] if re.search(rule["unless"], text) else ()
        found += [Custom(match.start(), match.end(), rule["message"].replace("{}", match[0]), rule["hint"])
                  for match in re.finditer(rule["pattern"], text) if match[0].lower() not in excused]
    return found


def beside_values(text: str, visible: str, values: Iterable[Span], language: str) -> list[Custom]:
    """Find what a value brings already and an author wrote again, `{{= x }}%`, and what makes another number of it.

    visible  the text with what no reader sees replaced, mark by mark: markup parts no two values
    """
    found, before = [], -1
    patterns = pack.table(language, "customs")["beside"].items()
    beside = re.compile(GAP + "(?:" + "|".join(f"(?P<{own}>{pattern})" for own, pattern in patterns) + ")")
    for start, end in values:
        shown = next((at for at in range(start, 0, -1) if visible[at - 1] != INVISIBLE), 0)
        if before >= 0 and _RUN_ON.fullmatch(visible, before, start):
            found.append(Custom(start, end, "two values run together: a reader takes them for one number",
                                "write a word or a space between them"))
        elif sign := _SIGN.search(text, max(0, shown - 2), shown):
            found.append(Custom(sign.start(), sign.end(), f"{sign[0]} beside a value makes another number of it",
                                "write a formula for that number, or the form signed"))
        before = end
        after = beside.match(visible, end)
        if after is not None and after.lastgroup is not None:
            own = after.group(after.lastgroup)
            found.append(Custom(after.start(after.lastgroup), after.end(),
                                f"{own} beside a value, which brings {_OWN[after.lastgroup]}"))
    return found


def agreement(text: str, nouns: Sequence[str], language: str) -> list[Custom]:
    """Find the word that a language needs between a scale word and its noun (*de*), and where it stands needlessly."""
    rule = pack.table(language, "customs").get("of")
    if not rule or not nouns:
        return []
    missing, needless = (_of(rule[kind], tuple(nouns)) for kind in ("missing", "needless"))
    of = f" {rule['word']} "
    found = [
        Custom(match.start(), match.end(), f"{' '.join(match[0].split())}: {rule['message']}",
               rule["hint"], match[0].replace(match["gap"], of, 1))
        for match in missing.finditer(text)
    ]
    found += [
        Custom(match.start("of"), match.end("of"),
               f"{match[0].strip()}: no {rule['word']} between a figure and its noun",
               f"write {match[0].strip().replace(of, ' ', 1)}")
        for match in needless.finditer(text)
    ]
    return found


@cache
def _of(pattern: str, nouns: tuple[str, ...]) -> re.Pattern[str]:
    """Put the nouns into a rule's pattern, the longest first."""
    return re.compile(pattern.replace("{noun}", "|".join(map(re.escape, sorted(nouns, key=len, reverse=True)))))


def mend(text: str, breaches: Iterable[Custom]) -> str:
    """Give the text with every mechanical breach put right; where two overlap, the first one."""
    out, at = [], 0
    for breach in sorted(breaches, key=lambda breach: (breach.start, breach.end)):
        if breach.replacement is None or breach.start < at:
            continue
        out += [text[at:breach.start], breach.replacement]
        at = breach.end
    return "".join([*out, text[at:]])


def mend_file(content: bytes, breaches: Iterable[Custom]) -> bytes:
    """Mend a file as it lies on disk: its line ends, and a byte-order mark, stay as they are."""
    text = content.decode("utf-8")
    places = [at for at, character in enumerate(text)
              if not (at == 0 and character == "\ufeff") and not (character == "\r" and text[at + 1 : at + 2] == "\n")]
    places.append(len(text))
    moved = (replace(one, start=places[one.start], end=places[one.end - 1] + 1) for one in breaches)
    return mend(text, moved).encode()
