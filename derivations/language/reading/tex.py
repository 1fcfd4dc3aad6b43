"""Numerals in hand-written TeX: every digit that is printed, but for the digit of a name such as W_0.

What is not printed is passed over: spacing, class names, columns of an array. A subscript of single digits after a
letter is a name; a limit of a sum (i = 1) or a base is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from derivations.language.reading.figures import LONGEST, Numeral, read_figure

_UNPRINTED = re.compile(
    r"\\(?:begin|end)\s?\{[^{}]*+\}(?:\{[^{}]*+\})?"
    r"|\\(?:htmlClass|htmlId|htmlStyle|htmlData|href|url|label|ref|eqref|hspace\*?|vspace\*?|color|textcolor|class|cssId"
    r"|hphantom|vphantom|phantom|rule|raisebox)\s?\{[^{}]*+\}(?:(?<=\})\{[^{}]*+\}(?=\{))?"
    r"|\\(?:kern|mkern|mskip|hskip|hspace|vspace)\s?-?[\d.]++\s?\w{2}"
    r"|\\\\\s?\[[^\[\]]*+\]"
    r"|\\[A-Za-z]++"
)
_NAME = re.compile(
    r"(?:(?<=[A-Za-z}|'])|(?<=\x01))_(?:\d(?!\d)|\{(?:[^\W\d_]|[ ,+\-\x01]|(?<!\d)\d(?!\d))*+\})"
)
_LETTER_COMMAND = re.compile(
    r"\\(?:alpha|beta|gamma|delta|epsilon|varepsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|phi|"
    r"varphi|chi|psi|omega|Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Phi|Psi|Omega|ell|Vert|rVert|rvert|mathbb|mathcal|"
    r"mathbf|mathrm|mathsf)(?![A-Za-z])"
)
_FIGURE = (
    r"\d{1,3}(?P<g>\{,\}|\\,|\{\.\}|,|\\;|\\:|\\ |~)\d{3}(?:(?P=g)\d{3})*(?!\d)(?:(?:\{,\}|\{\.\}|\.)\d+)?"
    r"|\d+(?:(?:\{,\}|\{\.\}|\.)\d+)?"
)
_FIND = re.compile(
    r"(?P<fraction>\\[dtc]?frac\s?(?:\{\s?(?P<over>\d{1,400})\s?\}|(?P<over1>\d))\s?"
    r"(?:\{\s?(?P<under>\d{1,400})\s?\}|(?P<under1>\d)))"
    rf"|(?<!\d)(?P<figure>{_FIGURE})(?:\s?\^\s?(?:\{{\s?(?P<power>-?\d{{1,9}})\s?\}}|(?P<power1>\d)))?"
)
_PERCENT = re.compile(r"(?P<gap>(?:\\[,;: !]|~|\s)?)(?P<percent>\\%)")
_SEPARATORS = (("{,}", ","), ("{.}", "."), ("\\,", "\u202f"), ("\\;", "\u202f"), ("\\:", "\u202f"), ("\\ ", "\u202f"),
               ("~", "\u202f"))


def figures(tex: str, language: str) -> Iterator[Numeral]:
    """Find the numerals of a formula written in TeX, without its delimiters."""
    masked = _mask(tex)
    for match in _FIND.finditer(masked):
        value: Fraction | None
        step, read = None, None
        if match["fraction"]:
            over, under = int(match["over"] or match["over1"]), int(match["under"] or match["under1"])
            value = Fraction(over, under) if under else None
        else:
            raw = match["figure"]
            for written, plain in _SEPARATORS:
                raw = raw.replace(written, plain)
            read = read_figure(raw, language)
            value, step = (read.value, read.step) if read else (None, None)
            power = match["power"] or match["power1"]
            if power:
                exponent = int(power)
                value = value ** exponent if value and abs(exponent) <= LONGEST else None
                step = None
        bare = Numeral(match.start(), match.end(), tex[slice(*match.span())], value, "math", step,
                       match["figure"] or "", "", read)
        percent = _PERCENT.match(masked, bare.end)
        yield bare.followed(tex, percent.end(), "math", percent[0], Fraction(1, 100)) if percent else bare


def _mask(tex: str) -> str:
    """Blank what isn't printed and the digits of names, keeping the length. Fractions and percent signs stay."""

    def blank(match: re.Match[str]) -> str:
        if match[0] in ("\\frac", "\\dfrac", "\\tfrac", "\\cfrac"):
            return match[0]
        if _LETTER_COMMAND.fullmatch(match[0]):
            return "\x01" * len(match[0])
        return " " * len(match[0])

    masked = _UNPRINTED.sub(blank, tex.replace("\x01", " "))
    return _NAME.sub(lambda match: " " * len(match[0]), masked)
