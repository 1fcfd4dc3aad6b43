"""Digits, signs and groups: a rounded figure in the characters of a language, for plain text and for TeX."""

from __future__ import annotations

from dataclasses import dataclass

from derivations.language.profile import Numerals
from derivations.language.writing.rounding import Figure

NO_BREAK = "\u00a0"


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


_IN_TEXT = str.maketrans({**{sign: f"\\{sign}" for sign in "_%&#$"}, NO_BREAK: "~", "\u202f": r"\,"})


def tex_text(words: str) -> str:
    r"""Give words as \text{…}, with the signs escaped that TeX reads as its own."""
    return rf"\text{{{words.translate(_IN_TEXT)}}}"


def numeral(figure: Figure, rules: Numerals, *, signed: bool = False, in_formula: bool = False) -> tuple[str, str]:
    """Give a figure in digits: plain text, TeX."""
    digits = str(figure.digits).rjust(figure.places + 1, "0")
    whole, decimals = digits[:len(digits) - figure.places], digits[len(digits) - figure.places:]
    text = tex = whole
    if len(whole) >= (rules.group_from_in_formulas if in_formula else rules.group_from):
        grouped = f"{figure.digits // 10**figure.places:,}"
        text, tex = grouped.replace(",", rules.group), grouped.replace(",", rules.tex_group)
    if decimals:
        text, tex = f"{text}{rules.decimal}{decimals}", f"{tex}{rules.tex_decimal}{decimals}"
    if figure.negative:
        return rules.minus + text, f"-{tex}"
    if signed and figure.digits:
        return rules.plus + text, rules.plus + tex
    return text, tex
