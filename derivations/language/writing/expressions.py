"""Expressions in one language: formulas, steps, and the chain from a formula through its numbers to its value.

Imported only where an expression, a fraction or a root is really met.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from derivations.exact import Exact, Formula, Symbol, Value
from derivations.language.profile import Numerals
from derivations.language.writing.chains import Chain, chain
from derivations.language.writing.layout import constant, layout, substituted
from derivations.language.writing.numerals import Written, numeral
from derivations.language.writing.rounding import unrounded
from derivations.language.writing.setting import Setter
from derivations.language.writing.tree import Letter, Node, Sum, with_sides_multiplied, with_sums_added


@dataclass(frozen=True)
class _General:
    """A formula without numbers: its tree, the tree set, and its steps set with blanks where that can be done."""

    tree: Node
    written: Written
    chain: Chain | None


class Expressions:
    """Sets expressions with one language's digits and one course's letters, each of them once."""

    def __init__(self, rules: Numerals, symbols: Mapping[str, Symbol], order: tuple[str, ...]) -> None:
        """Take the signs of the language, the course's symbols by name, and the order in which products name them."""
        self.rules = rules
        self.symbols = symbols
        self.order = order
        self._trees: dict[Any, Node] = {}
        self._written: dict[Any, Written] = {}
        self._general: dict[Any, _General] = {}
        self._setters: dict[tuple[Symbol, ...], Setter] = {}
        self._numerals: dict[int, tuple[str, str]] = {}
        self._inputs: dict[Any, Written] = {}

    def expression(
        self, expression: Any, substitute: Mapping[str, Exact] | None, mark: Collection[Any], symbols: Sequence[Symbol]
    ) -> Written:
        """Write an expression; see `Language.expression`."""
        tree = self._tree(expression, symbols, mark)
        return self._set(substituted(tree, substitute) if substitute else tree, symbols)

    def constant(self, exact: Exact) -> Written:
        """Write an exact number that isn't whole: 3/1024, 4√2."""
        return self._set(constant(exact), ())

    def steps(self, value: Value) -> list[Written]:
        """Write a value's formula, the same with numbers, and what these come to short of the value itself."""
        general = self._of(value.formula)
        result = constant(value.exact)
        written = [general.written] if general.tree != result else []
        steps = general.chain.filled(value.inputs, self._whole) if general.chain else None
        if steps is None:
            return [*written, *self._set_anew(general.tree, value, result)]
        shown = self._set(result, ())
        return [*written, *(step for step in steps if step.tex != shown.tex)]

    def _set_anew(self, tree: Node, value: Value, result: Node) -> list[Written]:
        """Write the steps of a value whose numbers may change the shape of a line."""
        numbers = substituted(tree, value.inputs)
        worked_out = with_sides_multiplied(numbers)
        if worked_out == numbers and not isinstance(numbers, Sum):
            worked_out = with_sums_added(numbers)
        setter = self._setter(value.formula.symbols)
        shown = [setter.set(step) for step in (numbers, worked_out) if step != result]
        return [Written(step.text, step.tex) for step in shown]

    def inputs(self, numbers: Mapping[str, Exact], symbols: Sequence[Symbol]) -> Written:
        """Write "h = 4096, r = 8", exactly."""
        pairs = [self._input(name, number, tuple(symbols)) for name, number in numbers.items()]
        return Written(", ".join(pair.text for pair in pairs), ",\\ ".join(pair.tex for pair in pairs))

    def _input(self, name: str, number: Exact, symbols: tuple[Symbol, ...]) -> Written:
        key = (name, number, symbols)
        if (written := self._inputs.get(key)) is None:
            setter = self._setter(symbols)
            letter, exact = setter.set(Letter(name)), setter.set(constant(number))
            written = self._inputs[key] = Written(f"{letter.text} = {exact.text}", f"{letter.tex} = {exact.tex}")
        return written

    def _of(self, formula: Formula) -> _General:
        """Give what is known of a formula before any numbers are put in: a line shows where each of them goes."""
        key = (formula.function, formula.symbols)
        if (general := self._general.get(key)) is None:
            tree = self._tree(formula.general.expression, formula.symbols)
            steps = chain(tree, self._setter(formula.symbols))
            general = self._general[key] = _General(tree, self._set(tree, formula.symbols), steps)
        return general

    def _tree(self, expression: Any, symbols: Sequence[Symbol], mark: Collection[Any] = ()) -> Node:
        order = self.order or tuple(symbol.name for symbol in symbols)
        key = (expression, order, frozenset(mark))
        if (tree := self._trees.get(key)) is None:
            tree = self._trees[key] = layout(expression, order, mark)
        return tree

    def _set(self, tree: Node, symbols: Sequence[Symbol]) -> Written:
        key = (tree, tuple(symbols))
        if (written := self._written.get(key)) is None:
            shown = self._setter(symbols).set(tree)
            written = self._written[key] = Written(shown.text, shown.tex)
        return written

    def _setter(self, symbols: Sequence[Symbol]) -> Setter:
        key = tuple(symbols)
        if (setter := self._setters.get(key)) is None:
            known = {**{symbol.name: symbol for symbol in symbols}, **self.symbols}
            setter = self._setters[key] = Setter(self._whole, self.rules.minus, known, self.rules.sine)
        return setter

    def _whole(self, number: int) -> tuple[str, str]:
        """Write a whole number as it stands in a formula."""
        if (written := self._numerals.get(number)) is None:
            written = self._numerals[number] = numeral(unrounded(number), self.rules, in_formula=True)
        return written
