"""The writer: an exact value and a language give characters, for prose, TeX and tables alike.

Each value is rounded once, from the exact number; scale word, singular and plural, and *de* follow from what
is printed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from typing import Any

from derivations.course import Course
from derivations.exact import NUMBER, Exact, Formula, Symbol, Unit, Value
from derivations.language import layout, words
from derivations.language.forms import (
    BITS,
    BYTES,
    PERCENT_DIGITS,
    SIGNIFICANT,
    SIZES,
    Form,
    FormError,
    Plan,
    factor,
    plan,
)
from derivations.language.profile import LANGUAGES, Profile, Scale, profile
from derivations.language.rounding import Figure, fixed, significant, unrounded
from derivations.language.setting import Setter

NO_BREAK = "\u00a0"

_LARGEST_WHOLE = 10_000
"""A whole number of MB, MiB … below this is written in full, though it may have more than three digits."""


@dataclass(frozen=True, slots=True)
class Written:
    """A value or an expression in characters.

    text     plain characters, for prose, HTML and tables
    tex      the same for TeX, without delimiters
    rounded  whether the exact number differs from what is printed
    """

    text: str
    tex: str
    rounded: bool = False


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

    `language("en")` knows numbers and interface words; `with_words` adds what a course knows: its nouns, its
    symbols, and the order in which its formulas name them.
    """

    def __init__(
        self, rules: Profile, texts: Mapping[str, str], symbols: Mapping[str, Symbol], order: Sequence[str]
    ) -> None:
        """Take the rules, and the course's words, symbols by name, and order of symbol names."""
        self.code = rules.code
        self.profile = rules
        self.symbols = symbols
        self.order = tuple(order)
        self._texts = texts
        self._memory: dict[Any, Written] = {}
        self._trees: dict[Any, layout.Node] = {}
        self._whole: dict[Any, Formula] = {}

    def with_words(
        self,
        texts: Mapping[str, str],
        symbols: Mapping[str, Symbol] | None = None,
        order: Sequence[str] | None = None,
    ) -> Language:
        """Give this language with a course's words (`unit.NAME`, `noun.KEY`: "singular | plural | gender").

        symbols  by name, for letters in expressions
        order    symbol names as products name them, L, r, h for 18Lrh; by default that of `symbols`
        """
        known = self.symbols if symbols is None else symbols
        return Language(self.profile, texts, known, tuple(known) if order is None else order)

    def with_course(self, course: Course) -> Language:
        """Give this language with the words and symbols of a course; products keep the symbols' order."""
        return self.with_words(course.words[self.code], course.symbols)

    # Values

    def write(self, value: Value, forms: Sequence[Form] = ()) -> Written:
        """Write a value. Raises `FormError` where the forms don't exist, don't fit the unit, or clash."""
        return self.number(value.exact, forms, value.unit)

    def number(self, exact: Exact, forms: Sequence[Form] = (), unit: Unit = NUMBER) -> Written:
        """Write an exact number that is no value yet: a tick of an axis, a cell, an input."""
        key = (exact, tuple(forms), unit.name)
        if (written := self._memory.get(key)) is None:
            written = self._memory[key] = self._write(exact, plan(forms, unit))
        return written

    def check(self, forms: Sequence[Form], unit: Unit) -> None:
        """Raise `FormError` if values of this unit can't take these forms, whatever the number."""
        planned = plan(forms, unit)
        if planned.noun:
            self.noun(planned.noun)

    def noun(self, key: str) -> Noun:
        """Give the noun `unit.KEY` or `noun.KEY` of the course's words. `FormError` tells the nearest."""
        places = (key,) if key.startswith(("unit.", "noun.")) else (f"unit.{key}", f"noun.{key}")
        text = next((self._texts[place] for place in places if place in self._texts), None)
        if text is None and key in (*BYTES, *BITS):
            text = self.profile.units[key.removesuffix("s")]
        if text is None:
            known = [name[5:] for name in self._texts if name.startswith(("unit.", "noun."))]
            near = get_close_matches(key, known, 1)
            raise FormError(f"the course's words have no noun {key!r}", f"nearest: {near[0]}" if near else "")
        parts = [part.strip() for part in text.split("|")]
        if len(parts) not in (2, 3) or not all(parts) or parts[2:] not in ([], ["m"], ["f"]):
            raise FormError(f"{places[-1]}: {text!r} isn't of the shape 'singular | plural | m' (or f)")
        return Noun(parts[0], parts[1], parts[2] if parts[2:] else "m")

    def _write(self, exact: Exact, planned: Plan) -> Written:
        shown = self._figure(exact, planned)
        text, tex = shown.text, shown.tex
        noun = self.noun(planned.noun) if planned.noun else None
        if noun is not None:
            word = noun.singular if shown.one and not shown.scaled else noun.plural
            if shown.scaled and self.profile.after_scale:
                word = f"{self.profile.after_scale} {word}"
            gap = NO_BREAK if planned.noun in (*BYTES, *BITS) else " "
            text, tex = f"{text}{gap}{word}", rf"{tex}\ \text{{{word}}}"
        if planned.about:
            if not shown.rounded:
                raise FormError(f"{text} is exact, so it can't be called about that much", "use of, not about")
            before = self._about(shown, planned, noun)
            text, tex = f"{before} {text}", rf"\text{{{before}}}\ {tex}"
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
            return self._fraction(exact, planned.signed)
        if form in ("exact", "bytes", "bits", "plain") and isinstance(exact, int):
            figure = unrounded(exact)
        elif form == "places":
            figure = fixed(exact, number or 0)
        elif form in SIZES:
            figure = self._size(exact, factor(form), number)
        elif form in ("percent", "points"):
            figure = significant(exact, number or (PERCENT_DIGITS if form == "percent" else 1), 100)
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
        text, tex = self._numeral(figure, planned.signed)
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
            text, tex = f"{text}{NO_BREAK}{unit}", rf"{tex}\ \text{{{unit}}}"
        return _Shown(text, tex, shown.rounded, shown.one)

    @staticmethod
    def _size(exact: Exact, multiplier: int | Fraction, digits: int | None) -> Figure:
        if digits is None and isinstance(exact, int | Fraction):
            whole = Fraction(exact) * multiplier
            if whole == int(whole) and abs(whole) < _LARGEST_WHOLE:
                return unrounded(int(whole))
        figure = significant(exact, digits or SIGNIFICANT, multiplier)
        return figure if figure.rounded else figure.without_trailing_zeros()

    def _short(self, exact: Exact, signed: bool) -> _Shown:
        """Three significant digits, no zeros at the end; the scale word follows from the rounded figure."""
        figure = significant(exact, SIGNIFICANT)
        magnitude = Fraction(figure.digits, 10**figure.places)
        scale = next((scale for scale in reversed(self.profile.scales) if magnitude >= 10**scale.power), None)
        figure = (figure.shifted(scale.power) if scale else figure).without_trailing_zeros()
        text, tex = self._numeral(figure, signed)
        if scale is None:
            return _Shown(text, tex, figure.rounded, figure.is_one)
        word = _scale_word(scale, figure)
        return _Shown(f"{text} {word}", rf"{tex}\ \text{{{word}}}", figure.rounded, figure.is_one, scaled=True)

    def _fraction(self, exact: Exact, signed: bool) -> _Shown:
        """Write what isn't whole exactly: 3/1024, 4√2."""
        shown = self._setter(self.symbols).set(layout.constant(exact))
        plus = self.profile.number.plus if signed and exact > 0 else ""
        return _Shown(plus + shown.text, plus + shown.tex, False)

    def _numeral(self, figure: Figure, signed: bool = False, group_from: int = 0) -> tuple[str, str]:
        """Give a figure in digits: plain text, TeX."""
        rules = self.profile.number
        whole, decimals = _digits(figure)
        text = tex = whole
        if len(whole) >= (group_from or rules.group_from):
            groups = _groups(whole)
            text, tex = rules.group.join(groups), rules.tex_group.join(groups)
        if decimals:
            text, tex = f"{text}{rules.decimal}{decimals}", f"{tex}{rules.tex_decimal}{decimals}"
        if figure.negative:
            return rules.minus + text, f"-{tex}"
        if signed and figure.digits:
            return rules.plus + text, rules.plus + tex
        return text, tex

    # Expressions

    def formula(self, formula: Formula, mark: Collection[Any] = ()) -> Written:
        """Write the expression that a formula derives."""
        return self._set(self._tree(formula.expression, formula.symbols, mark), formula.symbols)

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
        tree = self._tree(expression, symbols, mark)
        return self._set(layout.substituted(tree, substitute) if substitute else tree, symbols)

    def worked(self, value: Value, forms: Sequence[Form] = ()) -> Written:
        """Write one chain of equations: the formula, the same with numbers, what it comes to, the figure."""
        lines = self.evaluation(value, forms)
        text, tex = lines[0].text, lines[0].tex
        for line in lines[1:]:
            text += f" {'≈' if line.rounded else '='} {line.text}"
            tex += (r" \approx " if line.rounded else " = ") + line.tex
        return Written(text, tex, lines[-1].rounded)

    def evaluation(self, value: Value, forms: Sequence[Form] = ()) -> tuple[Written, ...]:
        """Give the members of that chain; only the last may be rounded, and none repeats the one before."""
        symbols = value.formula.symbols
        tree = self._tree(self._unfixed(value.formula).expression, symbols)
        numbers = layout.substituted(tree, value.inputs)
        worked_out = layout.with_sides_multiplied(numbers)
        if worked_out == numbers and not isinstance(numbers, layout.Sum):
            worked_out = layout.with_sums_added(numbers)
        result = layout.constant(value.exact)
        steps = (tree, numbers, worked_out)
        members = [self._set(step, symbols) for step in steps if step != result]
        members += [self.number(value.exact, (Form("exact"),)), self.write(value, forms)]
        return tuple(
            member
            for before, member in zip([None, *members], members, strict=False)
            if before is None or member.tex != before.tex
        )

    def _unfixed(self, formula: Formula) -> Formula:
        """Give the formula before any numbers were put in: a worked line shows where each of them goes."""
        if not formula.fixed:
            return formula
        key = (formula.function, formula.symbols)
        if key not in self._whole:
            self._whole[key] = Formula(formula.name, formula.function, formula.symbols, formula.unit)
        return self._whole[key]

    def _tree(self, expression: Any, symbols: Sequence[Symbol], mark: Collection[Any] = ()) -> layout.Node:
        order = self.order or tuple(symbol.name for symbol in symbols)
        key = (expression, order, frozenset(mark))
        if (tree := self._trees.get(key)) is None:
            tree = self._trees[key] = layout.layout(expression, order, mark)
        return tree

    def _set(self, tree: layout.Node, symbols: Sequence[Symbol]) -> Written:
        key = (tree, tuple(symbols))
        if (written := self._memory.get(key)) is None:
            known = {**{symbol.name: symbol for symbol in symbols}, **self.symbols}
            shown = self._setter(known).set(tree)
            written = self._memory[key] = Written(shown.text, shown.tex)
        return written

    def _setter(self, symbols: Mapping[str, Symbol]) -> Setter:
        rules = self.profile.number

        def numeral(number: int) -> tuple[str, str]:
            return self._numeral(unrounded(number), group_from=rules.group_from_in_formulas)

        return Setter(numeral, rules.minus, symbols)

    # Words

    def word(self, key: str, **fill: str) -> str:
        """Give an interface word, its blanks filled. Raises `WordError`, naming the nearest key."""
        return words.word(key, self.code, fill)

    def list_of(self, items: Sequence[Written | str]) -> Written:
        """Join members as the language does: "8, 16 and 64"; «0,15; 0,29 y 1,6»."""
        members = [item if isinstance(item, Written) else Written(item, rf"\text{{{item}}}") for item in items]
        return Written(
            self._joined([member.text for member in members], self.profile.number.decimal, plain=True),
            self._joined([member.tex for member in members], self.profile.number.tex_decimal, plain=False),
            any(member.rounded for member in members),
        )

    def _joined(self, members: list[str], decimal: str, *, plain: bool) -> str:
        if len(members) < 2:
            return "".join(members)
        joiners = self.profile.joiners
        separator = self._separator(members, decimal)
        last = joiners.last_before_i if _begins_with_i(members[-1]) else joiners.last
        if not plain:
            separator, last = f"{separator.strip()}\\ ", rf"\ \text{{{last.strip()}}}\ "
        return separator.join(members[:-1]) + last + members[-1]

    def _separator(self, members: list[str], decimal: str) -> str:
        joiners = self.profile.joiners
        decimals = any(_has_decimals(member, decimal) for member in members)
        return joiners.decimal_separator if decimals else joiners.separator

    def tuple_of(self, items: Sequence[Written | str]) -> Written:
        """Write members in brackets: "(0.5, 1.5)"; «(0,5; 1,5)»."""
        members = [item if isinstance(item, Written) else Written(item, rf"\text{{{item}}}") for item in items]
        texts, texs = [member.text for member in members], [member.tex for member in members]
        text = self._separator(texts, self.profile.number.decimal).join(texts)
        separator = self._separator(texs, self.profile.number.tex_decimal)
        tex = f"{separator.strip()}\\ ".join(texs)
        return Written(f"({text})", f"({tex})", any(member.rounded for member in members))

    def inputs(self, numbers: Mapping[str, Exact], symbols: Sequence[Symbol] = ()) -> Written:
        """Write what a value was computed from: h = 4096, r = 8. Numbers are exact, as in formulas."""
        known = {**{symbol.name: symbol for symbol in symbols}, **self.symbols}
        setter = self._setter(known)
        parts = [(setter.set(layout.Letter(name)), setter.set(layout.constant(n))) for name, n in numbers.items()]
        return Written(
            ", ".join(f"{letter.text} = {number.text}" for letter, number in parts),
            ",\\ ".join(f"{letter.tex} = {number.tex}" for letter, number in parts),
        )

    def shape(self, sizes: Sequence[int]) -> Written:
        """Write the shape of a matrix: 768 × 768."""
        pairs = [self._numeral(unrounded(size)) for size in sizes]
        cross = f"{NO_BREAK}×{NO_BREAK}"
        return Written(cross.join(text for text, _ in pairs), r" \times ".join(tex for _, tex in pairs))

    # The browser

    def rules(self) -> dict[str, Any]:
        """Give what a calculator in the browser needs to write numbers identically, as JSON-able data.

        Rounding is half-even from the exact rational. The scale is chosen after rounding, the largest that
        fits; `short` drops zeros at the end of its decimals, and so do sizes where the figure is exact.
        """
        rules, about, joiners = self.profile.number, self.profile.about, self.profile.joiners
        percent, tex_percent = self.profile.percent
        return {
            "language": self.code,
            "rounding": "half-even",
            "decimal": rules.decimal,
            "group": rules.group,
            "group_from": rules.group_from,
            "group_from_in_formulas": rules.group_from_in_formulas,
            "minus": rules.minus,
            "plus": rules.plus,
            "tex": {
                "decimal": rules.tex_decimal,
                "group": rules.tex_group,
                "percent": tex_percent,
                "minus": "-",
            },
            "percent": percent,
            "points": list(self.profile.points),
            "significant": {
                "default": SIGNIFICANT,
                "percent": PERCENT_DIGITS,
                "short": SIGNIFICANT,
                "size": SIGNIFICANT,
                "points": 1,
            },
            "scales": [
                {"power": scale.power, "singular": scale.singular, "plural": scale.plural}
                for scale in self.profile.scales
            ],
            "before_scale": " ",
            "after_scale": self.profile.after_scale,
            "before_unit": NO_BREAK,
            "units": dict(self.profile.units),
            "sizes": dict(SIZES),
            "whole_sizes_below": _LARGEST_WHOLE,
            "about": {
                "masculine": about.masculine,
                "feminine": about.feminine,
                "one": about.one,
                "percent": about.percent,
            },
            "list": {
                "separator": joiners.separator,
                "decimal_separator": joiners.decimal_separator,
                "last": joiners.last,
                "last_before_i": joiners.last_before_i,
            },
        }


@cache
def language(code: str) -> Language:
    """Give a language by its code, one instance for all. Raises `ValueError` for any other code."""
    if code not in LANGUAGES:
        raise ValueError(f"no language {code!r}: there are {', '.join(LANGUAGES)}")
    return Language(profile(code), {}, {}, ())


def _scale_word(scale: Scale, figure: Figure) -> str:
    return scale.singular if figure.is_one else scale.plural


def _digits(figure: Figure) -> tuple[str, str]:
    """Give the digits before and after the decimal sign."""
    digits = str(figure.digits).rjust(figure.places + 1, "0")
    split = len(digits) - figure.places
    return digits[:split], digits[split:]


def _groups(whole: str) -> list[str]:
    """Cut digits into threes, from the right."""
    head = len(whole) % 3
    return [*([whole[:head]] if head else []), *(whole[at : at + 3] for at in range(head, len(whole), 3))]


def _has_decimals(member: str, decimal: str) -> bool:
    """Whether the decimal sign stands between two digits."""
    before, sign, after = member.partition(decimal)
    return bool(sign) and before[-1:].isdigit() and after[:1].isdigit()


def _begins_with_i(member: str) -> bool:
    """Whether a word begins with the sound i in Spanish: i, í or hi, not the diphthong of hierro."""
    letters = member.lower().removeprefix("h")
    return letters[:1] in ("i", "í") and letters[1:2] not in tuple("aeoáéó")
