"""Which expression to write instead of a numeral: the derived values in reach, looked up by number.

A numeral is matched by its own precision: 0.29% is met by every value that rounds to it. Sizes are met by bytes alone,
and a percentage by nothing that counts things.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from derivations.exact import NUMBER, RATIO, Exact, Unit, Value
from derivations.language import FormError, Language
from derivations.language.reading.figures import Numeral

_COEFFICIENT = 100
"""Below this, a whole number in a formula is a coefficient or an exponent: what has the same value says nothing."""


@dataclass(frozen=True)
class Derived:
    """A value in reach: the expression that an author writes for it, and how it prints without a form."""

    expression: str
    value: Value
    written: str = ""


class Reach:
    """All derived values that a page can bind, ordered by number; a lookup is a binary search."""

    def __init__(self, derived: Iterable[Derived]) -> None:
        self._all = derived

    @cached_property
    def _derived(self) -> list[Derived]:
        """The rational values in order; sorted when the first suggestion is asked for, which is rare."""
        rational = [each for each in self._all if each.value.is_rational]
        return sorted(rational, key=lambda each: (each.value.exact, len(each.expression), each.expression))

    @cached_property
    def _exact(self) -> list[Fraction]:
        return [each.value.exact for each in self._derived]

    def suggest(self, numeral: Numeral) -> str | None:
        """Give what to write instead of the numeral, `{{= … }}`, or None where nothing in reach has its value."""
        value = numeral.value
        if value is None or (numeral.kind == "math" and value.denominator == 1 and value < _COEFFICIENT):
            return None
        half = (numeral.step or Fraction(0)) / 2
        first, last = bisect_left(self._exact, value - half), bisect_right(self._exact, value + half)
        fitting = [each for each in self._derived[first:last] if _fits(each, numeral)]
        if not fitting:
            return None
        best = min(fitting, key=lambda each: (
            each.written != numeral.text, each.value.exact != value, len(each.expression), each.expression,
        ))
        return f"{{{{= {best.expression}{_form(best, numeral)} }}}}"

    def measured(self, numeral: Numeral, behind: str, language: Language) -> str | None:
        """Give what to write instead of a numeral and the symbol of a unit behind it, or the noun of another unit.

        behind  the text from the numeral on; what it is to replace is quoted in the answer
        """
        said = " ".join(behind.split())
        met = [(word, unit, form) for unit in language.units.values() for form, word in _words_of(unit, language)
               if re.match(rf"\s*{re.escape(word)}(?!\w)", said[len(numeral.text):])]
        if numeral.kind != "figure" or not met:
            return None
        word, unit, form = max(met, key=lambda one: len(one[0]))
        found = []
        for each in self._derived:
            own = each.value.unit
            if own.base == unit.base and (own != unit or form == "unit"):
                exact = each.value.exact * (Fraction(own.size) / unit.size)
                if exact == numeral.value or (numeral.step is not None and numeral.agrees(exact)):
                    plain = exact == numeral.value or language.number(exact, (), unit).text == numeral.text
                    forms = [f'to("{unit.name}")'] * (own != unit) + [_rounded(exact, numeral)] * (not plain) \
                        + [form] * (own == unit or form == "of")
                    found.append((own != unit, not plain, len(each.expression), " | ".join([each.expression, *forms])))
        return f"{{{{= {min(found)[-1]} }}}} for “{numeral.text} {word}”" if found else None


def _words_of(unit: Unit, language: Language) -> Iterator[tuple[str, str]]:
    """Give the words behind a number of a unit's, each with the form that writes it."""
    with suppress(FormError):
        yield "unit", language.symbol(unit)
    with suppress(FormError):
        noun = language.noun(unit.name)
        yield from (("of", noun.singular), ("of", noun.plural))


def _fits(derived: Derived, numeral: Numeral) -> bool:
    exact, unit = derived.value.exact, derived.value.unit
    if numeral.kind == "size" and not unit.name.startswith("byte"):
        return False
    if numeral.kind == "percent" and unit not in (RATIO, NUMBER):
        return False
    return exact == numeral.value or (numeral.step is not None and numeral.agrees(exact))


def significant(numeral: Numeral) -> int:
    """Count the significant digits that a numeral shows: leading noughts count for nothing."""
    if numeral.read is None:
        return 0
    return max(1, len((numeral.read.whole + numeral.read.decimals).lstrip("0")))


def _form(derived: Derived, numeral: Numeral) -> str:
    """Give the form that makes the value look like the numeral; nothing where its own form does."""
    if derived.written == numeral.text:
        return ""
    digits = significant(numeral)
    exact = derived.value.exact
    if numeral.kind == "percent":
        return "" if derived.value.unit == RATIO and digits == 2 else f" | percent({digits})"
    if numeral.kind == "size":
        unit = numeral.suffix.strip(" \u00a0\u202f\u2060\n\t")
        return f" | {unit}" if digits == 3 or exact == numeral.value else f" | {unit}({digits})"
    if numeral.kind == "scale":
        return " | short"
    if numeral.kind in ("fraction", "character"):
        return " | exact"
    if exact != numeral.value or derived.value.unit == RATIO:
        return f" | {_rounded(exact, numeral)}" if digits else ""
    return ""


def _rounded(exact: Exact, numeral: Numeral) -> str:
    """Give the form that rounds to the numeral; up to a power of ten, it counts decimals: of 0.96, 1.0 has one."""
    read = numeral.read
    if read and (read.whole + read.decimals).strip("0") == "1" and numeral.value is not None and exact < numeral.value:
        return f"places({len(read.decimals)})"
    return f"digits({significant(numeral)})"
