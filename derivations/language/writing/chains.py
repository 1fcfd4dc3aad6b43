"""A formula's worked line set once, with blanks where the numbers go: 12 · h² is set alike for every h.

Only where numbers can't change the shape of what is written: sums, products, quotients and powers with fixed exponents,
of whole numbers. `Expressions` sets every other line anew.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from derivations.exact import Exact
from derivations.language.writing.numerals import Written
from derivations.language.writing.setting import Set, Setter
from derivations.language.writing.tree import (
    Letter,
    Node,
    NotRational,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    rational,
)

_BLANK = "\ue010"
Numeral = Callable[[int], tuple[str, str]]
"""Writes a whole number as it stands in a formula: plain text, TeX."""


class _BlankSetter(Setter):
    """Sets letters as numerals that are still to be put in."""

    def _letter(self, name: str) -> Set:
        return Set(name, name, "atom", number=True)


@dataclass(frozen=True)
class _Line:
    """One step: `parts` go into the blanks of `text` and of `tex`, which are patterns for `%`, from left to right."""

    parts: tuple[Node, ...]
    text: str
    tex: str

    def filled(self, inputs: Mapping[str, Exact], numeral: Numeral) -> Written | None:
        """Put the numbers in; None where one of them isn't whole."""
        texts, texes = [], []
        for part in self.parts:
            try:
                number = inputs[part.name] if isinstance(part, Letter) else rational(part, inputs)
            except NotRational:
                return None
            if not isinstance(number, int) or number < 0:
                return None
            text, tex = numeral(number)
            texts.append(text)
            texes.append(tex)
        return Written(self.text % tuple(texts), self.tex % tuple(texes))


@dataclass(frozen=True)
class Chain:
    """The steps between a formula and its value: with numbers, and with its sides or sums worked out."""

    lines: tuple[_Line, ...]

    def filled(self, inputs: Mapping[str, Exact], numeral: Numeral) -> list[Written] | None:
        """Give the steps for these inputs; None where their shape depends on the numbers after all."""
        filled = [line.filled(inputs, numeral) for line in self.lines]
        return None if None in filled else [line for line in filled if line is not None]


def chain(tree: Node, setter: Setter) -> Chain | None:
    """Set a formula's steps with blanks; None for a formula whose steps have no shape of their own."""
    if not _keeps_its_shape(tree):
        return None
    blank = _BlankSetter(setter.numeral, setter.minus, {}, setter.sine)
    lines = [_line(tree, blank, sums=False)]
    if isinstance(tree, Quotient):
        lines.append(_cut((tree.top, tree.bottom), Quotient(_hole(), _hole()), blank))
    elif not isinstance(tree, Sum):
        lines.append(_line(tree, blank, sums=True))
    return Chain(tuple(lines))


def _keeps_its_shape(node: Node) -> bool:
    match node:
        case Number() | Letter():
            return True
        case Sum(terms):
            return all(_keeps_its_shape(term) for _, term in terms)
        case Product(factors):
            return all(_keeps_its_shape(factor) for factor in factors)
        case Quotient(top, bottom):
            return _keeps_its_shape(top) and _keeps_its_shape(bottom)
        case Power(base, Number()):
            return _keeps_its_shape(base)
        case _:
            return False


def _line(tree: Node, setter: Setter, *, sums: bool) -> _Line:
    """Blank the letters; with `sums` each sum as a whole, as if added up."""
    parts: list[Node] = []

    def blanked(node: Node) -> Node:
        match node:
            case Letter():
                parts.append(node)
                return _hole()
            case Sum(terms):
                if sums:
                    parts.append(node)
                    return _hole()
                return Sum(tuple((minus, blanked(term)) for minus, term in terms))
            case Product(factors):
                return Product(tuple(blanked(factor) for factor in factors))
            case Quotient(top, bottom):
                return Quotient(blanked(top), blanked(bottom))
            case Power(base, exponent):
                return Power(blanked(base), exponent)
            case _:
                return node

    shown = blanked(tree)
    return _cut(tuple(parts), shown, setter)


def _hole() -> Letter:
    return Letter(_BLANK)


def _cut(parts: tuple[Node, ...], shown: Node, setter: Setter) -> _Line:
    done = setter.set(shown)
    text, tex = (written.replace("%", "%%").replace(_BLANK, "%s") for written in (done.text, done.tex))
    return _Line(parts, text, tex)
