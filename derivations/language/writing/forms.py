"""The forms a value can be written in, as data: their names, what they take, and which may follow which.

A page writes `value | short | of("parameter")`; that is a tuple of `Form`. One form at most chooses the
figure (`exact`, `short`, `percent` …); the others dress it: a sign, a noun, a word of approximation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivations.exact import NUMBER, RATIO, Exact, Unit
from derivations.nearest import closest, nearest


class FormError(ValueError):
    """A value can't be written in this form: what is wrong, and in `hint` what would be right."""

    def __init__(self, message: str, hint: str = "") -> None:
        """Keep the message as the error's text, the hint beside it."""
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True)
class Form:
    """A form by name, with its arguments: `Form("percent", (3,))`."""

    name: str
    arguments: tuple[object, ...] = ()

    def __str__(self) -> str:
        """Write it as a page does: percent(3)."""
        listed = ", ".join(
            f'"{argument}"' if isinstance(argument, str) else str(argument) for argument in self.arguments
        )
        return f"{self.name}({listed})" if listed else self.name


@dataclass(frozen=True)
class FormKind:
    """What a form is.

    takes     what its one argument is: "digits", "places", "noun", "unit", or "" for none
    required  whether the argument must be given
    figure    whether it chooses the figure; the others dress the figure that is there
    units     names of the units it is for; empty: any
    meaning   one line for authors
    """

    takes: str
    required: bool
    figure: bool
    units: tuple[str, ...]
    meaning: str


MOST_DIGITS = 30
"""More digits than this are a mistake of the author's."""

SIGNIFICANT = 3
"""Significant digits of a figure whose form names none."""

PERCENT_DIGITS = 2
"""Significant digits of a ratio whose form names none."""

POINTS_DIGITS = 1
"""Significant digits of a difference of percentages whose form names none."""

LARGEST_WHOLE_SIZE = 10_000
"""A whole number of MB, MiB … below this is written in full, though it may have more than three digits."""

PURE = (NUMBER.name, RATIO.name)
BYTES = ("byte", "bytes")
BITS = ("bit", "bits")

SIZES: dict[str, int] = {
    **{f"{prefix}B": 1000**power for power, prefix in enumerate("KMGT", 1)},
    **{f"{prefix}iB": 1024**power for power, prefix in enumerate("KMGT", 1)},
}
"""Bytes in one of each unit: powers of 1000 (MB) and of 1024 (MiB)."""

FORMS: dict[str, FormKind] = {
    "exact": FormKind("", False, True, (), "every digit: 18,874,368; a fraction stays one: 3/1024"),
    "short": FormKind("", False, True, (), "three significant digits and a scale word: 18.9 million; 590,000"),
    "percent": FormKind("digits", False, True, PURE, "a percentage to n significant digits: 0.29%"),
    "points": FormKind("digits", False, True, PURE, "a difference of percentages: 0.3 percentage points"),
    "digits": FormKind("digits", True, True, (), "n significant digits: 341; 0.00293"),
    "places": FormKind("places", True, True, (), "n decimals: 341.33"),
    "bytes": FormKind("", False, True, BYTES, "all of them, with the word: 37,748,736 bytes"),
    "bits": FormKind("", False, True, BITS, "all of them, with the word: 16 bits"),
    **{name: FormKind("digits", False, True, BYTES, f"in {name}, three significant digits") for name in SIZES},
    "signed": FormKind("", False, False, (), "with its sign: +1.2%"),
    "of": FormKind("noun", False, False, (), "the noun after it, agreeing: 1 parameter, 2 parameters"),
    "unit": FormKind("", False, False, (), "with the symbol of its unit: 9.81 m/s²"),
    "to": FormKind("unit", True, False, (), "converted, and with that unit's symbol: 1.5 km"),
    "about": FormKind("noun", False, False, (), "a word of approximation: about 341 times"),
}


def evaluated(forms: Sequence[Form]) -> tuple[Form, ...]:
    """Keep the forms that choose the figure and its unit: a noun or a sign has no place in an evaluation."""
    return tuple(form for form in forms if FORMS[form.name].figure or form.name in ("to", "unit"))


@dataclass(frozen=True)
class Plan:
    """Forms in order: the one that chooses the figure, and the dress.

    number  the digits or places it asks for (None: the form's own rule)
    noun    key of the noun ("" for none)
    unit    whose symbol stands behind it, if any
    factor  how many of its unit one of the value's is
    """

    figure: str
    number: int | None
    signed: bool
    noun: str
    about: bool
    unit: Unit | None = None
    factor: Exact = 1


def plan(forms: tuple[Form, ...], unit: Unit, units: Mapping[str, Unit] | None = None) -> Plan:
    """Put forms in order for values of this unit; `units` are those that it may be converted to, by name.

    Raises `FormError` if they don't exist, fit or agree.
    """
    figure, number, signed, noun, about = "", None, False, "", False
    shown: Unit | None = None
    factor: Exact = 1
    for form in forms:
        argument = _argument(form, unit)
        if FORMS[form.name].figure:
            if figure:
                raise FormError(f"{form.name} can't follow {figure}: each of them chooses the figure")
            if signed or noun or about:
                raise FormError(f"{form.name} chooses the figure", f"write it first: … | {form.name} | …")
            figure = form.name
            number = argument if isinstance(argument, int) else None
        elif form.name == "signed":
            signed = True
        elif form.name == "unit":
            shown = unit
        elif form.name == "to":
            shown = _other(str(argument), unit, units or {})
            factor, unit = Fraction(unit.size) / shown.size, shown
        else:
            if argument and noun:
                raise FormError(f"{form.name}({argument!r}): the value has a noun already, {noun!r}")
            noun = str(argument or noun)
            if form.name == "of":
                noun = noun or unit.name
            about = about or form.name == "about"
    if not figure:
        figure = "short" if about else default(unit)
    if (noun or shown) and figure not in _COUNTING:
        raise FormError(f"{figure} brings its own unit, so no {'noun' if noun else 'other'} can follow")
    return Plan(figure, number, signed, noun, about, None if noun else shown, factor)


def _other(name: str, unit: Unit, units: Mapping[str, Unit]) -> Unit:
    """Give the unit of this name, if values in `unit` can be said in it."""
    other = units.get(name)
    if other is None:
        raise FormError(f"the course has no unit {name!r}{nearest(name, units)}")
    if other.base != unit.base:
        raise FormError(f"{unit.name} can't be converted to {name}: they measure different things")
    return other


_COUNTING = ("plain", "exact", "short", "digits", "places")


def default(unit: Unit) -> str:
    """Give the form of a value whose author chose none: percent(2) for a ratio, else `plain`.

    `plain` isn't a form that a page names: whole numbers in full; others to three significant digits, or
    exactly where fewer do (4.5).
    """
    return "percent" if unit.name == RATIO.name else "plain"


def _argument(form: Form, unit: Unit) -> object:
    kind = FORMS.get(form.name)
    if kind is None:
        near = closest(form.name, FORMS)
        raise FormError(f"there is no form {form.name!r}", f"nearest: {near}" if near else "")
    if kind.units and unit.name not in kind.units:
        raise FormError(f"{form.name} is for a value in {kind.units[0]}, and this one counts {unit.name}")
    if len(form.arguments) > bool(kind.takes):
        raise FormError(f"{form.name} takes {'one argument' if kind.takes else 'no argument'}")
    if not form.arguments:
        if kind.required:
            if kind.takes == "unit":
                raise FormError(f"{form.name} needs the name of a unit", f'write {form.name}("{unit.name}")')
            raise FormError(f"{form.name} needs a whole number", f"write {form.name}(3)")
        return None
    argument = form.arguments[0]
    if kind.takes in ("noun", "unit"):
        if not isinstance(argument, str) or not argument:
            what = "the key of a noun" if kind.takes == "noun" else "the name of a unit"
            raise FormError(f"{form.name} takes {what} in quotation marks, not {argument!r}")
        return argument
    least = 0 if kind.takes == "places" else 1
    if isinstance(argument, bool) or not isinstance(argument, int) or not least <= argument <= MOST_DIGITS:
        raise FormError(f"{form.name} takes a whole number from {least} to {MOST_DIGITS}, not {argument!r}")
    return argument
