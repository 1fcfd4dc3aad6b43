"""A formula typeset once for all numbers that it may hold: 12 · 64² is set like 12 · 128², numeral for numeral.

A numeral is exchanged for a stand-in, and where this comes out as one token the numbers go there. A formula whose
numerals come out otherwise (⅟ of `\\frac12`, the width of a space) has no shape of its own: it is typeset as it stands.
"""

from __future__ import annotations

import re

_NUMERAL = re.compile(r"[\^_][0-9]+(?:(?:\{,\}|\.|\\,)[0-9]+)*"
                      r"|(?P<numeral>[0-9]+(?:(?:\{,\}|\.)[0-9]+|\\,[0-9]{3}(?![0-9^_]))*)")
"""What is raised or lowered without braces stays: of it TeX takes the first digit alone. And a power takes only the
last group of a numeral whose groups are spaced, so that group stands by itself there."""
_APART = re.compile(r"(?:(?<![0-9])\\,|\\,\s)\s*[0-9]{3}(?![0-9^_])")
"""Three digits that may be a group of whatever stands before them."""
_PLAIN, _SPACED = "\ue010", "\ue011"
_THIN = "\\,"


def shape_of(tex: str) -> tuple[str, list[str]]:
    """Give a formula with its numerals blanked, and these as they are printed; none where it can't be blanked."""
    numerals: list[str] = []

    def blank(found: re.Match[str]) -> str:
        if found["numeral"] is None:
            return found[0]
        numerals.append(found[0].replace("{,}", ",").replace(_THIN, "\u202f"))
        return _SPACED if _THIN in found[0] else _PLAIN

    return (tex, []) if _PLAIN in tex or _SPACED in tex or _APART.search(tex) else (_NUMERAL.sub(blank, tex), numerals)


def with_stand_ins(shape: str) -> tuple[str, list[str]]:
    """Give the TeX of a shape with a stand-in for each numeral, and how each of these is printed."""
    printed: list[str] = []

    def stand_in(blank: re.Match[str]) -> str:
        number = f"{1_000_001 + len(printed)}"
        printed.append(number if blank[0] == _PLAIN else f"{number}\u202f000")
        return printed[-1].replace("\u202f", _THIN)

    return re.sub(f"[{_PLAIN}{_SPACED}]", stand_in, shape), printed


def pattern_of(mathml: str, printed: list[str]) -> str:
    """Give MathML as a pattern for `%`, a blank for each stand-in; "" where one isn't a token, or not in its turn."""
    pieces, at = [], 0
    for stand_in in printed:
        start = mathml.find(f">{stand_in}</mn>", at) + 1
        if not start or mathml.count(stand_in) != 1:
            return ""
        pieces.append(mathml[at:start].replace("%", "%%"))
        at = start + len(stand_in)
    return "%s".join([*pieces, mathml[at:].replace("%", "%%")])
