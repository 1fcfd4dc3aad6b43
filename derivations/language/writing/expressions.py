"""Expressions in one language: formulas, steps, and the chain from a formula through its numbers to its value.

Imported only where an expression, a fraction or a root is really met.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from derivations.exact import Exact, Symbol, Value
from derivations.language.profile import Numerals
from derivations.language.writing.layout import constant, layout, substituted
from derivations.language.writing.numerals import Written, numeral
from derivations.language.writing.rounding import unrounded
from derivations.language.writing.setting import Setter
from derivations.language.writing.tree import Letter, Node, Sum, with_sides_multiplied, with_sums_added


class Expressions:
    """Sets expressions with one language's digits and one course's letters; each is laid out and set once."""

    def __init__(self, rules: Numerals, symbols: Mapping[str, Symbol]) -> None:
        """Take the signs of the language, and the symbols by name, in the order in which products name them."""
        self.rules = rules
        self.symbols = symbols
        self._trees: dict[Any, tuple[Node, Written]] = {}
        self._setters: dict[tuple[Symbol, ...], Setter] = {}
        self._numerals: dict[int, tuple[str, str]] = {}
        self._inputs: dict[Any, Written] = {}

    def expression(
        self, expression: Any, substitute: Mapping[str, Exact] | None, mark: Collection[Any], symbols: Sequence[Symbol]
    ) -> Written:
        """Write an expression; see `Language.expression`."""
        tree, written = self._tree(expression, symbols, mark)
        return self._set(substituted(tree, substitute), symbols) if substitute else written

    def constant(self, exact: Exact) -> Written:
        """Write an exact number that isn't whole: 3/1024, 4√2."""
        return self._set(constant(exact))

    def steps(self, value: Value) -> list[Written]:
        """Write a value's formula, the same with numbers, and what these come to short of the value itself."""
        symbols = value.formula.symbols
        tree, written = self._tree(value.formula.general.expression, symbols)
        numbers = substituted(tree, value.inputs)
        worked_out = with_sides_multiplied(numbers)
        if worked_out == numbers and not isinstance(numbers, Sum):
            worked_out = with_sums_added(numbers)
        result = constant(value.exact)
        later = (numbers,) if worked_out == numbers else (numbers, worked_out)
        more = [self._set(step, symbols) for step in later if step != result]
        return [written, *more] if tree != result else more

    def inputs(self, numbers: Mapping[str, Exact], symbols: Sequence[Symbol]) -> Written:
        """Write "h = 4096, r = 8", exactly."""
        pairs = [self._input(name, number, tuple(symbols)) for name, number in numbers.items()]
        return Written(", ".join(pair.text for pair in pairs), ",\\ ".join(pair.tex for pair in pairs))

    def _input(self, *key: Any) -> Written:
        """Write one of them; a table has the same in many cells."""
        if (known := self._inputs.get(key)) is None:
            name, number, symbols = key
            letter, figure = self._set(Letter(name), symbols), self._set(constant(number))
            known = self._inputs[key] = Written(f"{letter.text} = {figure.text}", f"{letter.tex} = {figure.tex}")
        return known

    def _tree(
        self, expression: Any, symbols: Sequence[Symbol], mark: Collection[Any] = ()
    ) -> tuple[Node, Written]:
        key = (expression, frozenset(mark), tuple(symbols))
        if (known := self._trees.get(key)) is None:
            order = tuple(self.symbols) or tuple(symbol.name for symbol in symbols)
            tree = layout(expression, order, mark)
            known = self._trees[key] = tree, self._set(tree, symbols)
        return known

    def _set(self, tree: Node, symbols: Sequence[Symbol] = ()) -> Written:
        if (setter := self._setters.get(tuple(symbols))) is None:
            known = {**{symbol.name: symbol for symbol in symbols}, **self.symbols}
            setter = self._setters[tuple(symbols)] = Setter(self._whole, self.rules.minus, known, self.rules.sine)
        shown = setter.set(tree)
        return Written(shown.text, shown.tex)

    def _whole(self, number: int) -> tuple[str, str]:
        """Write a whole number as it stands in a formula."""
        if (written := self._numerals.get(number)) is None:
            written = self._numerals[number] = numeral(unrounded(number), self.rules, in_formula=True)
        return written
