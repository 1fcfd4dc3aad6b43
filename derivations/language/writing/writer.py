"""The writer: an exact value and a language give characters, for prose, TeX and tables alike.

Each value is rounded once, from the exact number; scale word, singular and plural, and *de* follow from what
is printed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from derivations.course import Course
from derivations.exact import NUMBER, Exact, Formula, Symbol, Unit, Value, whole
from derivations.language import export, pack, words
from derivations.language.profile import Profile, profile
from derivations.language.writing.forms import (
    BITS,
    BYTES,
    LARGEST_WHOLE_SIZE,
    PERCENT_DIGITS,
    POINTS_DIGITS,
    SIGNIFICANT,
    SIZES,
    Form,
    FormError,
    Plan,
    plan,
)
from derivations.language.writing.numerals import NO_BREAK, Written, numeral, tex_text
from derivations.language.writing.rounding import Figure, fixed, significant, unrounded
from derivations.nearest import closest

if TYPE_CHECKING:
    from derivations.language.writing.expressions import Expressions

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_ANGLES = ("°", "′", "″")
"""Symbols that stand at their figure, without a space."""


@dataclass(frozen=True, slots=True)
class Noun:
    """What is counted."""

    singular: str
    plural: str
    gender: str


@dataclass(frozen=True, slots=True)
class _Shown:
    """A figure in characters, with what agreement needs to know."""

    text: str
    tex: str
    rounded: bool
    one: bool = False
    scaled: bool = False


class Language:
    """Writes values, formulas and interface words in one language.

    `language("en")` knows numbers and interface words; `with_course` adds a course's nouns, and its symbols in the
    order in which products name them.
    """

    def __init__(
        self, rules: Profile, texts: Mapping[str, str], symbols: Mapping[str, Symbol], units: Sequence[Unit] = (),
    ) -> None:
        """Take the rules, and the course's words (`unit.NAME`, `noun.KEY`), symbols by name, and units."""
        self.code = rules.code
        self.profile = rules
        self.symbols = symbols
        self.units = {unit.name: unit for unit in units}
        self._texts = texts
        self._memory: dict[Any, Written] = {}
        self._plans: dict[Any, Plan] = {}
        self._counted: dict[str, Noun | None] = {}
        self._worked: dict[tuple[Value, tuple[Form, ...]], Written] = {}

    def with_course(self, course: Course) -> Language:
        """Give this language with the words and symbols of a course; products keep the symbols' order."""
        return Language(self.profile, course.words[self.code], course.symbols, course.units)

    # Values

    def write(self, value: Value, forms: Sequence[Form] = ()) -> Written:
        """Write a value. Raises `FormError` where the forms don't exist, don't fit the unit, or clash."""
        return self.number(value.exact, forms, value.unit)

    def number(self, exact: Exact, forms: Sequence[Form] = (), unit: Unit = NUMBER) -> Written:
        """Write an exact number that is no value yet: a tick of an axis, a cell, an input."""
        forms = tuple(forms)
        if isinstance(exact, Fraction) and exact.denominator == 1:
            exact = exact.numerator
        key = (exact, forms, unit.name)
        if (written := self._memory.get(key)) is None:
            if (planned := self._plans.get(key[1:])) is None:
                planned = self._plans[key[1:]] = plan(forms, unit, self.units)
            written = self._memory[key] = self._write(exact, planned)
        return written

    def check(self, forms: Sequence[Form], unit: Unit) -> None:
        """Raise `FormError` if values of this unit can't take these forms, whatever the number."""
        planned = plan(tuple(forms), unit, self.units)
        if planned.noun:
            self.noun(planned.noun)
        if planned.unit:
            self.symbol(planned.unit)

    def noun(self, key: str) -> Noun:
        """Give the noun `unit.KEY` or `noun.KEY` of the course's words. `FormError` tells the nearest."""
        places = (key,) if key.startswith(("unit.", "noun.")) else (f"unit.{key}", f"noun.{key}")
        place = next((place for place in places if place in self._texts), "")
        text = self._texts.get(place)
        if text is None and key in (*BYTES, *BITS):
            text = self.profile.units[key.removesuffix("s")]
        if text is None:
            known = [name[5:] for name in self._texts
                     if name.startswith(("unit.", "noun.")) and not name.endswith(".symbol")]
            near = closest(key, known)
            raise FormError(f"the course's words have no noun {key!r}", f"nearest: {near}" if near else "")
        parts = [part.strip() for part in text.split("|")]
        if len(parts) not in (2, 3) or not all(parts) or parts[2:] not in ([], ["m"], ["f"]):
            raise FormError(f"{place}: {text!r} isn't of the shape 'singular | plural | m' (or f)")
        return Noun(parts[0], parts[1], parts[2] if parts[2:] else "m")

    def counted(self, unit: Unit) -> Noun | None:
        """Name what values of a unit count, by its symbol where it has no noun; None for a number, or without words."""
        if unit.name not in self._counted:
            self._counted[unit.name] = self._named(unit)
        return self._counted[unit.name]

    def _named(self, unit: Unit) -> Noun | None:
        if unit == NUMBER:
            return None
        with suppress(FormError):
            return self.noun(unit.name)
        with suppress(FormError):
            return Noun(self.symbol(unit), self.symbol(unit), "m")
        return None

    def symbol(self, unit: Unit) -> str:
        """Give a unit's symbol, `unit.NAME.symbol` of the course's words; a composed one has its parts': m/s²."""
        if unit == NUMBER:
            return ""
        if text := self._texts.get(f"unit.{unit.name}.symbol"):
            return text
        if not unit.is_composed or unit.factor != 1 or any(power.denominator != 1 for _, power in unit.parts or ()):
            raise FormError(f"the course's words have no symbol for {unit.name!r}", f"write unit.{unit.name}.symbol")
        powers = [(self.symbol(part), int(power)) for part, power in unit.parts or ()]
        if all(power < 0 for _, power in powers):          # of waves, 5 m⁻¹; of a speed, 5 m/s
            return "·".join(symbol + str(power).translate(_RAISED) for symbol, power in powers)
        above, below = ([symbol + ("" if abs(power) == 1 else str(abs(power)).translate(_RAISED))
                         for symbol, power in powers if (power > 0) == over] for over in (True, False))
        under = "·".join(below) if len(below) < 2 else f"({'·'.join(below)})"
        return "·".join(above) + (f"/{under}" if under else "")

    def _write(self, exact: Exact, planned: Plan) -> Written:
        if planned.factor != 1:
            exact = whole(exact * planned.factor)
        shown = self._figure(exact, planned)
        text, tex = shown.text, shown.tex
        noun = self.noun(planned.noun) if planned.noun else None
        if noun is not None:
            word = noun.singular if shown.one and not shown.scaled else noun.plural
            if shown.scaled and self.profile.after_scale:
                word = f"{self.profile.after_scale} {word}"
            gap = NO_BREAK if planned.noun in (*BYTES, *BITS) else " "
            text, tex = f"{text}{gap}{word}", rf"{tex}\ {tex_text(word)}"
        elif planned.unit and (symbol := self.symbol(planned.unit)):
            after = f" {self.profile.after_scale}" if shown.scaled and self.profile.after_scale else ""
            gap, tex_gap = ("", "") if symbol in _ANGLES else (NO_BREAK, r"\ ")
            tex += tex_text(after) if after else ""
            text, tex = f"{text}{after}{gap}{symbol}", f"{tex}{tex_gap}{tex_text(symbol)}"
        if planned.about:
            if not shown.rounded:
                raise FormError(f"{text} is exact, so it can't be called about that much", "use of, not about")
            before = self._about(shown, planned, noun)
            text, tex = f"{before} {text}", rf"{tex_text(before)}\ {tex}"
        return Written(text, tex, shown.rounded)

    def _about(self, shown: _Shown, planned: Plan, noun: Noun | None) -> str:
        words_about = self.profile.about
        if planned.figure == "percent":
            return words_about.percent
        if shown.one:
            return words_about.one
        feminine = noun is not None and noun.gender == "f" and not shown.scaled
        return words_about.feminine if feminine else words_about.masculine

    def _figure(self, exact: Exact, planned: Plan) -> _Shown:
        form, number = planned.figure, planned.number
        if form == "exact" and not isinstance(exact, int):
            written = self._expressions.constant(exact)
            plus = self.profile.number.plus if planned.signed and exact > 0 else ""
            return _Shown(plus + written.text, plus + written.tex, False)
        if form in ("exact", "bytes", "bits", "plain") and isinstance(exact, int):
            figure = unrounded(exact)
        elif form == "places":
            figure = fixed(exact, number or 0)
        elif form in SIZES:
            figure = self._size(exact, Fraction(1, SIZES[form]), number)
        elif form in ("percent", "points"):
            figure = significant(exact, number or (PERCENT_DIGITS if form == "percent" else POINTS_DIGITS), 100)
        elif form == "digits":
            figure = significant(exact, number or SIGNIFICANT)
        elif form == "short":
            return self._short(exact, planned.signed)
        elif form in ("bytes", "bits"):
            raise FormError(f"{exact} {form} isn't a whole number of them")
        else:
            figure = significant(exact, SIGNIFICANT)
            if not figure.rounded:
                figure = figure.without_trailing_zeros()
        text, tex = numeral(figure, self.profile.number, signed=planned.signed)
        return self._with_unit(_Shown(text, tex, figure.rounded, figure.is_one), form)

    def _with_unit(self, shown: _Shown, form: str) -> _Shown:
        """Add what belongs to the figure itself: the percent sign, the unit."""
        text, tex = shown.text, shown.tex
        if form == "percent":
            pattern, tex_pattern = self.profile.percent
            text, tex = pattern.replace("{}", text), tex_pattern.replace("{}", tex)
        elif form == "points" or form in SIZES or form in ("bytes", "bits"):
            if form == "points":
                singular, plural = self.profile.points
            elif form in SIZES:
                singular = plural = self.profile.units[form]
            else:
                singular, plural = (part.strip() for part in self.profile.units[form[:-1]].split("|"))
            unit = singular if shown.one else plural
            text, tex = f"{text}{NO_BREAK}{unit}", rf"{tex}\ {tex_text(unit)}"
        return _Shown(text, tex, shown.rounded, shown.one)

    @staticmethod
    def _size(exact: Exact, multiplier: int | Fraction, digits: int | None) -> Figure:
        if digits is None and isinstance(exact, int | Fraction):
            whole = Fraction(exact) * multiplier
            if whole == int(whole) and abs(whole) < LARGEST_WHOLE_SIZE:
                return unrounded(int(whole))
        figure = significant(exact, digits or SIGNIFICANT, multiplier)
        return figure if figure.rounded else figure.without_trailing_zeros()

    def _short(self, exact: Exact, signed: bool) -> _Shown:
        """Three significant digits, no zeros at the end; the scale word follows from the rounded figure."""
        figure = significant(exact, SIGNIFICANT)
        magnitude = Fraction(figure.digits, 10**figure.places)
        scale = next((scale for scale in reversed(self.profile.scales) if magnitude >= 10**scale.power), None)
        figure = (figure.shifted(scale.power) if scale else figure).without_trailing_zeros()
        text, tex = numeral(figure, self.profile.number, signed=signed)
        if scale is None:
            return _Shown(text, tex, figure.rounded, figure.is_one)
        word = scale.singular if figure.is_one else scale.plural
        return _Shown(f"{text} {word}", rf"{tex}\ {tex_text(word)}", figure.rounded, figure.is_one, scaled=True)

    # Expressions

    def formula(self, formula: Formula, mark: Collection[Any] = ()) -> Written:
        """Write the expression that a formula derives."""
        return self.expression(formula.expression, mark=mark, symbols=formula.symbols)

    def expression(
        self,
        expression: Any,
        substitute: Mapping[str, Exact] | None = None,
        mark: Collection[Any] = (),
        symbols: Sequence[Symbol] = (),
    ) -> Written:
        """Write a bare SymPy expression.

        substitute  numbers that are printed in place of symbols; nothing is worked out
        mark        subexpressions set in `\\htmlClass{chg}{…}`
        symbols     letters that the course doesn't name
        """
        return self._expressions.expression(expression, substitute, mark, symbols)

    def worked(self, value: Value, forms: Sequence[Form] = ()) -> Written:
        """Write one chain of equations: the formula, the same with numbers, what it comes to, the figure."""
        key = (value, tuple(forms))
        if (written := self._worked.get(key)) is None:
            written = self._worked[key] = self._chained(value, forms)
        return written

    def _chained(self, value: Value, forms: Sequence[Form]) -> Written:
        lines = self.evaluation(value, forms)
        text, tex = lines[0].text, lines[0].tex
        for line in lines[1:]:
            text += f" {'≈' if line.rounded else '='} {line.text}"
            tex += (r" \approx " if line.rounded else " = ") + line.tex
        return Written(text, tex, lines[-1].rounded)

    def evaluation(self, value: Value, forms: Sequence[Form] = ()) -> tuple[Written, ...]:
        """Give the members of that chain; only the last may be rounded, and none repeats the one before.

        16 bytes doesn't repeat 16: where the figure is the exact number with its unit, that says both.
        """
        members = self._expressions.steps(value)
        in_units = [Form("unit")] if any(form.name in ("unit", "to") for form in forms) else []
        exact = self.number(value.exact, (Form("exact"), *in_units), value.unit)
        figure = self.write(value, forms)
        members += [figure] if figure.text.startswith(exact.text + NO_BREAK) else [exact, figure]
        return tuple(
            member
            for before, member in zip([None, *members], members, strict=False)
            if before is None or member.tex != before.tex
        )

    def inputs(self, numbers: Mapping[str, Exact], symbols: Sequence[Symbol] = ()) -> Written:
        """Write what a value was computed from: h = 4096, r = 8. Numbers are exact, as in formulas."""
        return self._expressions.inputs(numbers, symbols)

    @cached_property
    def _expressions(self) -> Expressions:
        from derivations.language.writing.expressions import Expressions  # noqa: PLC0415 - many pages and commands need none

        return Expressions(self.profile.number, self.symbols)

    # Words

    def word(self, key: str, **fill: str) -> str:
        """Give an interface word, its blanks filled. Raises `WordError`, naming the nearest key."""
        return words.word(key, self.code, fill)

    def name_of(self, code: str) -> str:
        """Name a language in this one; one that it has no name for by its own."""
        known = words.interface_words(self.code)
        return known.get(f"names.{code}") or words.interface_words(code)[f"names.{code}"]

    def shape(self, sizes: Sequence[int]) -> Written:
        """Write the shape of a matrix: 768 × 768."""
        pairs = [numeral(unrounded(size), self.profile.number) for size in sizes]
        cross = f"{NO_BREAK}×{NO_BREAK}"
        return Written(cross.join(text for text, _ in pairs), r" \times ".join(tex for _, tex in pairs))

    # The browser

    def rules(self, others: Iterable[str] = ()) -> dict[str, Any]:
        """Give what the browser needs to write numbers identically and to read answers, as JSON-able data.

        others  languages of the same course: a reader may type the words of any
        """
        return export.rules(self.profile, [code for code in others if code != self.code])


@pack.remembered
def language(code: str) -> Language:
    """Give a language by its code, one instance for all. Raises `ValueError` for a code that has no pack."""
    return Language(profile(code), {}, {})


def languages(course: Course) -> dict[str, Language]:
    """Give the languages of a course, each with its words; packs that the course brings are found first.

    Raises `WordError` where a pack lacks an interface word that the first language has, and where there is none.
    """
    if not course.languages:
        raise words.WordError("the course has words in no language")
    if course.packs:
        pack.look_in(course.packs)
    reference = course.languages[0]
    if faults := [fault for code in course.languages for fault in words.compare(code, reference)]:
        raise words.WordError("; ".join(faults))
    return {code: language(code).with_course(course) for code in course.languages}
