"""What a drill asks: in which unit and how exactly, and the versions of it that are fit to be asked.

It is worked out and proved here, as exact numbers: the answer of each version, the values of the catalogued slips, and
that no slip could pass for the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from derivations.blocks.measure import value_of
from derivations.course import Drill
from derivations.exact import RATIO, DomainError, Exact, Value
from derivations.exact.decimal import near
from derivations.exact.formula import listing
from derivations.language import Form
from derivations.language.writing.forms import PERCENT_DIGITS, SIGNIFICANT, SIZES
from derivations.language.writing.rounding import magnitude
from derivations.text.expression import ExpressionFault, read_forms
from derivations.text.finding import WordFault


@dataclass(frozen=True)
class Asked:
    """How an answer is asked for, as the browser's judge takes it.

    unit    "percent", "MiB" … or the unit's own name: what a bare number is taken to be in
    digits  significant digits asked for (None: another rule)
    places  decimals asked for
    Without digits and places only the exact number is right.
    """

    unit: str
    digits: int | None = None
    places: int | None = None

    @property
    def scale(self) -> Fraction:
        """What one of the unit is, in plain units."""
        if self.unit == "percent":
            return Fraction(1, 100)
        return Fraction(SIZES.get(self.unit, 1))

    def accepts(self, number: Fraction, answer: Fraction) -> bool:
        """Whether a number lies in the interval whose every rounding as asked for would be right."""
        if number == answer:
            return True
        if self.digits is None and self.places is None:
            return False
        shown = abs(answer / self.scale)
        size = magnitude(shown.numerator, shown.denominator) if shown else 0
        places = self.places if self.places is not None else (self.digits or 0) - 1 - size
        return abs(number - answer) <= self.scale * Fraction(10) ** -places / 2


def asked(drill: Drill) -> Asked:
    """Read a drill's form; raises `WordFault` for one in another unit, which no answer could be held to."""
    try:
        forms = read_forms(drill.form)
    except ExpressionFault as fault:
        raise WordFault(f"drill {drill.name}: {fault}") from None
    if any(form.name == "to" for form in forms):
        raise WordFault(f"the drill {drill.name} asks in the unit of its formula, which to can't convert")
    unit = drill.answer.unit.name
    form = next((form for form in forms if form.name not in ("signed", "of", "about")), Form("exact"))
    number = next((argument for argument in form.arguments if isinstance(argument, int)), None)
    if form.name == "percent":
        return Asked("percent", number or PERCENT_DIGITS)
    if form.name == "places":
        return Asked(unit, places=number)
    if form.name in SIZES or form.name in ("digits", "short"):
        return Asked(form.name if form.name in SIZES else unit, number or SIGNIFICANT)
    return Asked(unit)


@dataclass(frozen=True)
class Version:
    """One version of a drill: its inputs, its answer, and the slips that have a value there."""

    inputs: Mapping[str, Exact]
    answer: Value
    slips: tuple[tuple[str, Fraction], ...]


@lru_cache(maxsize=256)             # each language asks for them, the page and its key
def versions(drill: Drill) -> tuple[Version, ...]:
    """Give the versions that are fit to be asked; raises `WordFault` if the printed one, the first, isn't.

    Unfit: two slips with one value, a slip that would pass for the answer, an answer that stands in the question.
    """
    fit = []
    for number, inputs in enumerate(drill.variants):
        version = _version(drill, inputs)
        fault = unfit(drill, version)
        if not fault:
            fit.append(version)
        elif number == 0:
            raise WordFault(f"drill {drill.name}: {fault}")
    return tuple(fit)


def _version(drill: Drill, inputs: Mapping[str, Exact]) -> Version:
    try:
        answer = value_of(drill.answer, inputs, "drill", drill.name)
    except DomainError as fault:
        raise WordFault(f"drill {drill.name}: {fault}") from None
    slips = []
    for slip in drill.slips:
        with suppress(DomainError):
            slips.append((slip.key, near(value_of(slip.formula, inputs, "drill", drill.name).exact)))
    return Version(inputs, answer, tuple(slips))


def unfit(drill: Drill, version: Version) -> str:
    """Say why a version can't be asked, or nothing."""
    rule, answer = asked(drill), near(version.answer.exact)
    seen: dict[Fraction, str] = {}
    for key, number in version.slips:
        if rule.accepts(number, answer):
            return f"the slip '{key}' would pass for the answer at {listing(version.inputs)}"
        if number in seen:
            return f"the slips '{seen[number]}' and '{key}' are the same number at {listing(version.inputs)}"
        seen[number] = key
    if any(not isinstance(one, int | Fraction) or one == answer for one in version.inputs.values()) and (
        version.answer.unit != RATIO
    ):
        return f"the answer is one of the inputs at {listing(version.inputs)}"
    return ""
