"""The library's own line, `trainable params: … || all params: … || trainable%: …`, read, also as other tools write it.

They say the same in words of theirs ("… of … (0.52% trained)", "8046.2935M Params (17.3015M Trainable …)"), and a
number may be written rounded: what its last place is worth is kept. What a line can mean, `explained` says.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from derivations.counting.refusal import Refusal

LONGEST = 100_000
"""The most characters at the end of a log that are looked at."""
_COLOURS = re.compile(r"\x1b\[[\d;]*[A-Za-z]|\[\d[\d;]*m")
"""Marks of colours, also where a copy has lost the character that begins them."""
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "million": 10**6, "b": 10**9, "billion": 10**9}


_THIN = "[ '\u2019\u00a0\u2009\u202f]"
"""What sets thousands apart besides commas, points and underscores: spaces and apostrophes."""


def _number(name: str) -> str:
    return (rf"~?(?<![\d,_.])(?P<{name}>\d{{1,3}}(?:{_THIN}\d{{3}}){{1,10}}(?!\d)"
            rf"|\d(?:[\d,_.]{{0,40}}\d)?)(?!\d)"
            rf"(?:[ ]?(?P<{name}_unit>(?:[kmb]|million|billion)\b))?")


_PERCENT = r"(?P<percent>\d{1,40}(?:[.,]\d{0,40})?(?:e[-+]?\d{1,2})?)"
_AFTER = (rf"(?:[^\d%]{{0,30}}(?:%['\"]?\s?[:=(]|\|\| trainable:)\s?{_PERCENT}"
          rf"|[^\d\n%]{{0,30}}?{_PERCENT.replace('percent', 'percent_after')}\s?%)")
_TRAINED, _ALL = _number("trained"), _number("all")
_IS = r"(?:\s?\([a-z ]{1,20}\))?[*`'\"]{0,2}\s{0,20}(?:[:=：]|\|(?!\|)(?:\s{0,60}\|(?!\|)){0,3})[*`'\"\s]{0,20}"
"""What stands between words and a number: a sign, or the bars of a table."""
_OF_TRAINED = r"(?<![a-z])(?<!non-)(?<!non )(?<!non_)trainable(?:[ _](?:lora[ _])?param(?:eter)?s?)?" + _IS
_OF_ALL = r"(?<![a-z])(?:all|total)(?:[ _](?:model[ _])?param(?:eter)?s?)?" + _IS
_BETWEEN = r"(?:\s?\([^()\n]{1,20}\))?[^\d]{1,40}?"
"""What stands between two numbers: the first may say its bytes or its share in parentheses."""
_FROZEN = r"(?:\s{0,60}non-trainable[^\n]{0,40}(?=\n))?"
_BEFORE = rf"{_TRAINED}[ \t]{{1,20}}trainable param(?:eter)?s\b(?!\s?[:=]|[ ]\d)"


def _read(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


WITH_BOTH = tuple(map(_read, (
    rf"{_OF_TRAINED}{_TRAINED}\s?(?:/|(?:out )?of)\s?{_ALL}(?:{_AFTER})?",
    rf"{_ALL} (?:param(?:eter)?s|total)(?: \(|, ){_TRAINED} trainable(?:{_AFTER})?",
    rf"{_OF_TRAINED}{_PERCENT}% \({_TRAINED}/{_ALL}\)",
    rf"{_OF_TRAINED}{_TRAINED}{_FROZEN}{_BETWEEN}{_OF_ALL}{_ALL}(?:{_AFTER})?",
    rf"{_OF_ALL}{_ALL}{_BETWEEN}{_OF_TRAINED}{_TRAINED}(?:{_AFTER})?",
    rf"total parameters {_ALL}\s{{1,20}}trainable parameters {_TRAINED}",
    rf"{_BEFORE}[^~]{{1,80}}?{_ALL}[ \t]{{1,20}}total param",
)))
"""How both numbers are written together, by this library and by others."""
ALONE = (_read(rf"{_OF_TRAINED}{_TRAINED}"), _read(_BEFORE))


class Said(NamedTuple):
    """A number as a line has it: its value, and what its last written place is worth."""

    value: int
    place: int = 1
    cut: bool = False

    def means(self, number: int) -> bool:
        """Whether this is how a number is written, rounded to its last place, or cut after it."""
        if self.cut:
            return self.value <= number < self.value + self.place
        return self.value == number if self.place == 1 else 2 * abs(self.value - number) <= self.place

    def __str__(self) -> str:
        return f"{self.value:,}" if self.place == 1 else f"about {self.value:,}"


class Logged(NamedTuple):
    """What a line says; no total, or "" for the percentage, where it says none. `piped`, as this library writes it."""

    trainable: Said
    total: Said | None = None
    percent: str = ""
    piped: bool = False


def read_line(text: str) -> Logged:
    """Find the last such line in a text. Raises `Refusal` where there is none."""
    text = _COLOURS.sub("", text[-LONGEST:])
    both = (match for form in WITH_BOTH for match in form.finditer(text))
    found = max(both, key=lambda one: one.end(), default=None)
    if found is not None:
        parts = found.groupdict()
        percent = (parts.get("percent") or parts.get("percent_after") or "").replace(",", ".").rstrip(".")
        return Logged(_said(found, "trained"), _said(found, "all"), percent, "||" in found[0])
    alone = max((match for form in ALONE for match in form.finditer(text)), key=lambda one: one.end(), default=None)
    if alone is not None:
        return Logged(_said(alone, "trained"))
    raise Refusal("log: no line such as 'trainable params: 4,194,304 || all params: 6,742,609,920' is there")


def _said(match: re.Match[str], name: str) -> Said:
    """Read a number, with what its last place is worth."""
    unit = (match[f"{name}_unit"] or "").lower()
    written = re.sub(_THIN, "_", match[name] if unit else match[name].removesuffix(".0"))
    apart = re.fullmatch(r"\d{1,3}(?:([,_.])\d{3})(?:\1\d{3})+|\d{1,3}[,_]\d{3}|\d+", written)
    plain = re.sub(r"[,_.]", "", written) if apart else written.replace(",", "")
    if plain.count(".") > 1 or ("." in plain and not unit) or "_" in plain:
        raise Refusal(f"log: {written[:40]!r} isn't a number of parameters")
    decimals = len(plain.partition(".")[2])
    cut = len(plain) == 3 and not decimals and (match[f"{name}_unit"] or "").isupper()     # as Lightning does
    return Said(round(Decimal(plain) * _UNITS[unit]), max(1, _UNITS[unit] // 10**decimals), cut)
