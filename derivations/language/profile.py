"""What is known of each language's way of writing numbers, read from its folder in `packs`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from derivations.language import pack


@dataclass(frozen=True)
class Numerals:
    """Signs between digits, in text and in TeX; how many digits a grouped number has at least; the name of the sine."""

    decimal: str
    group: str
    group_from: int
    group_from_in_formulas: int
    minus: str
    plus: str
    tex_decimal: str
    tex_group: str
    sine: str


@dataclass(frozen=True)
class Scale:
    """A word for a power of ten."""

    power: int
    singular: str
    plural: str


@dataclass(frozen=True)
class About:
    """Words of approximation, by what follows."""

    masculine: str
    feminine: str
    one: str
    percent: str


@dataclass(frozen=True)
class Profile:
    """One language's rules.

    percent  the pattern around the figure, {} (text, TeX)
    points   singular and plural
    units    unit symbol by form; `byte` and `bit` as "singular | plural"
    """

    code: str
    number: Numerals
    percent: tuple[str, str]
    points: tuple[str, str]
    scales: tuple[Scale, ...]
    after_scale: str
    about: About
    units: Mapping[str, str]


@pack.remembered
def profile(code: str) -> Profile:
    """Read a language's rules, once."""
    table = pack.table(code, "numbers")
    return Profile(
        code=code,
        number=Numerals(**table["number"]),
        percent=(table["percent"]["text"], table["percent"]["tex"]),
        points=(table["points"]["singular"], table["points"]["plural"]),
        scales=tuple(Scale(**scale) for scale in table["scales"]),
        after_scale=table["nouns"]["after_scale"],
        about=About(**table["about"]),
        units=table["units"],
    )
