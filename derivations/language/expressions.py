"""Expressions in one language: formulas, steps, and the chain from a formula through its numbers to its value.

Imported only where an expression, a fraction or a root is really met.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from derivations.exact import Exact, Formula, Symbol, Value
from derivations.language import layout
from derivations.language.numerals import Written, numeral
from derivations.language.profile import Numerals
from derivations.language.rounding import unrounded
from derivations.language.setting import Set, Setter


class Expressions:
    """Sets expressions with one language's digits and one course's letters, each of them once."""

    def __init__(self, rules: Numerals, symbols: Mapping[str, Symbol], order: tuple[str, ...]) -> None:
        """Take the signs of the language, the course's symbols by name, and the order in which products name them."""
        self.rules = rules
        self.symbols = symbols
        self.order = order
        self._trees: dict[Any, layout.Node] = {}
        self._written: dict[Any, Written] = {}
        self._general: dict[Any, Formula] = {}
        self._setters: dict[tuple[Symbol, ...], Setter] = {}
        self._numerals: dict[int, tuple[str, str]] = {}

    def expression(
        self, expression: Any, substitute: Mapping[str, Exact] | None, mark: Collection[Any], symbols: Sequence[Symbol]
    ) -> Written:
        """Write an expression; see `Language.expression`."""
        tree = self._tree(expression, symbols, mark)
        return self._set(layout.substituted(tree, substitute) if substitute else tree, symbols)

    def constant(self, exact: Exact) -> Written:
        """Write an exact number that isn't whole: 3/1024, 4√2."""
        return self._set(layout.constant(exact), ())

    def steps(self, value: Value) -> list[Written]:
        """Write a value's formula, the same with numbers, and what these come to short of the value itself."""
        symbols = value.formula.symbols
        tree = self._tree(self._unfixed(value.formula).expression, symbols)
        numbers = layout.substituted(tree, value.inputs)
        worked_out = layout.with_sides_multiplied(numbers)
        if worked_out == numbers and not isinstance(numbers, layout.Sum):
            worked_out = layout.with_sums_added(numbers)
        result = layout.constant(value.exact)
        setter = self._setter(symbols)
        written = [self._set(tree, symbols)] if tree != result else []
        for step in (numbers, worked_out):                # met once: looking it up would cost more than setting it
            if step != result:
                shown = setter.set(step)
                written.append(Written(shown.text, shown.tex))
        return written

    def inputs(self, numbers: Mapping[str, Exact], symbols: Sequence[Symbol]) -> Written:
        """Write "h = 4096, r = 8", exactly."""
        setter = self._setter(symbols)
        pairs: list[tuple[Set, Set]] = [
            (setter.set(layout.Letter(name)), setter.set(layout.constant(number))) for name, number in numbers.items()
        ]
        return Written(
            ", ".join(f"{letter.text} = {number.text}" for letter, number in pairs),
            ",\\ ".join(f"{letter.tex} = {number.tex}" for letter, number in pairs),
        )

    def _unfixed(self, formula: Formula) -> Formula:
        """Give the formula before any numbers were put in: a worked line shows where each of them goes."""
        if not formula.fixed:
            return formula
        key = (formula.function, formula.symbols)
        if key not in self._general:
            self._general[key] = Formula(formula.name, formula.function, formula.symbols, formula.unit)
        return self._general[key]

    def _tree(self, expression: Any, symbols: Sequence[Symbol], mark: Collection[Any] = ()) -> layout.Node:
        order = self.order or tuple(symbol.name for symbol in symbols)
        key = (expression, order, frozenset(mark))
        if (tree := self._trees.get(key)) is None:
            tree = self._trees[key] = layout.layout(expression, order, mark)
        return tree

    def _set(self, tree: layout.Node, symbols: Sequence[Symbol]) -> Written:
        key = (tree, tuple(symbols))
        if (written := self._written.get(key)) is None:
            shown = self._setter(symbols).set(tree)
            written = self._written[key] = Written(shown.text, shown.tex)
        return written

    def _setter(self, symbols: Sequence[Symbol]) -> Setter:
        key = tuple(symbols)
        if (setter := self._setters.get(key)) is None:
            known = {**{symbol.name: symbol for symbol in symbols}, **self.symbols}
            setter = self._setters[key] = Setter(self._whole, self.rules.minus, known)
        return setter

    def _whole(self, number: int) -> tuple[str, str]:
        """Write a whole number as it stands in a formula."""
        if (written := self._numerals.get(number)) is None:
            written = self._numerals[number] = numeral(unrounded(number), self.rules, in_formula=True)
        return written
