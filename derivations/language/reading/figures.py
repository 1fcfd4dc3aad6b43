"""How a figure written by hand is read, which of its signs group digits, which one begins the decimals; and a numeral.

All languages' habits are met in each language's pages (that is one of the faults to find), so the reading says as
well what is wrong with the way a figure is written, and how it should have been written.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from fractions import Fraction

from derivations.exact import Exact
from derivations.exact.value import sign
from derivations.language import pack
from derivations.language.profile import Numerals, profile

FIGURE = (
    "\\d{1,3}(?P<g>[,.'’\u00a0\u202f\u2009 ])\\d{3}(?:(?P=g)\\d{3})*(?!\\d)(?:[.,]\\d+)?"
    "|\\d+(?:[.,]\\d+)?"
)
"""Digits with what may stand between them. Where this is used, no digit may stand before it."""

LONGEST = 400
"""Digits beyond which a figure is found but not computed with."""

_NOT_DIGIT = re.compile(r"\D")


@dataclass(frozen=True)
class Figure:
    """A figure's digits before and after the decimal sign, and how it breaks its language's custom.

    fault  ""; "decimal sign"; "grouping" (by the wrong sign); "four digits" (grouped, though too short);
           "ungrouped" and "looks grouped", which a figure may do for a good reason
    """

    whole: str
    decimals: str
    fault: str = ""

    @property
    def value(self) -> Fraction | None:
        """The number; None where it is too long to be one."""
        if len(self.whole) + len(self.decimals) > LONGEST:
            return None
        return Fraction(int(self.whole + self.decimals), 10 ** len(self.decimals))

    @property
    def step(self) -> Fraction:
        """What one unit of the last digit is worth."""
        return Fraction(1, 10 ** min(len(self.decimals), LONGEST))


@dataclass(frozen=True)
class Numeral:
    """A numeral that stands in the source at [start, end).

    text    as written, with its sign and with the percent, scale word or size unit that it counts in
    value   the number it names (0.29% is 29/10000, 36 MiB is 37748736); None where that can't be told
    kind    "figure", "percent", "scale", "size", "times", "power", "fraction", "ordinal", "date", "formula" (12h²),
            "superscript", "character" (½, ⑧, other scripts), "word" or "math"
    step    what one unit of the last digit is worth: how precisely it is written
    figure  the digits as written, "" where there are none; `suffix` what follows them, gap included
    read    how `figure` was read, with the fault of its writing
    """

    start: int
    end: int
    text: str
    value: Fraction | None
    kind: str
    step: Fraction | None = None
    figure: str = ""
    suffix: str = ""
    read: Figure | None = None

    def agrees(self, exact: Exact, *, loosely: bool = False) -> bool:
        """Whether the exact number, rounded half to even to this numeral's last digit, is what it says.

        `loosely` takes the noughts at the end of a whole number as rounded away: "about 300" agrees with 341.
        """
        if self.value is None:
            return False
        if exact == self.value:
            return True                                           # a third has no last digit to be rounded to
        step = self.step or Fraction(1)
        if loosely and self.value:
            while self.value % (step * 10) == 0:
                step *= 10
        if not isinstance(exact, int | Fraction):
            return sign(2 * abs(exact - self.value), step) < 0
        return round(exact / step) * step == self.value

    def followed(self, text: str, end: int, kind: str, suffix: str, factor: Fraction = Fraction(1)) -> Numeral:
        """Give it together with what stands behind it in the text, which multiplies it."""
        value, step = (None if one is None else one * factor for one in (self.value, self.step))
        return replace(self, end=end, text=text[self.start:end], value=value, kind=kind, step=step, suffix=suffix)

    def moved(self, offset: int) -> Numeral:
        """Give it where a text stands that begins at an offset of another."""
        return replace(self, start=self.start + offset, end=self.end + offset)


def read_figure(raw: str, language: str) -> Figure | None:
    """Read what `FIGURE` found; None where it can be no single number (`4096,11008` in English)."""
    signs = _NOT_DIGIT.findall(raw)
    parts = ["".join(str(unicodedata.decimal(digit)) for digit in part) for part in _NOT_DIGIT.split(raw)]
    if not signs:
        return Figure(parts[0], "", "ungrouped" if len(parts[0]) > 4 else "")
    number = profile(language).number
    own, group = number.decimal, number.group
    if len(set(signs)) > 1:                              # groups, then decimals
        if len(set(signs[:-1])) > 1 or signs[-1] not in ".,":
            return None
        fault = "decimal sign" if signs[-1] != own else "" if signs[0] == group else "grouping"
        return Figure("".join(parts[:-1]), parts[-1], fault)
    sign = signs[0]
    threes = all(len(part) == 3 for part in parts[1:])
    if sign in ".," and len(signs) == 1:
        return _one_sign(parts, sign, language, number, threes)
    if not threes:
        return None
    whole = "".join(parts)
    if sign != group:
        return Figure(whole, "", "grouping")
    return Figure(whole, "", "four digits" if len(whole) < number.group_from else "")


def _one_sign(parts: list[str], sign: str, language: str, number: Numerals, threes: bool) -> Figure | None:
    """Read a figure with a single point or comma, which groups or begins the decimals."""
    looks_grouped = threes and len(parts[0]) <= 3 and parts[0] != "0"
    rules = pack.table(language, "counting")["reading"]
    if sign == number.decimal:
        suspicious = looks_grouped and rules["decimal_may_group"]
        return Figure(parts[0], parts[1], "looks grouped" if suspicious else "")
    if looks_grouped:
        return Figure("".join(parts), "", "" if sign == number.group else "grouping")
    if not rules["other_decimal"] and parts[0] != "0":
        return None
    return Figure(parts[0], parts[1], "decimal sign")


def written(figure: Figure, language: str) -> str:
    """Write the figure as its language does."""
    number = profile(language).number
    whole = figure.whole
    if len(whole) >= number.group_from:
        head = len(whole) % 3 or 3
        groups = [whole[:head], *(whole[at:at + 3] for at in range(head, len(whole), 3))]
        whole = number.group.join(groups)
    return whole + (number.decimal + figure.decimals if figure.decimals else "")
