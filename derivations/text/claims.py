"""Claims: words with a condition that the build decides, exactly.

A condition compares derived values: `model.ratio(h=8192, L=80, r=8) < percent(1)`. The helpers match how people write:
`about`, `orders_of_magnitude`, `doubles`, `halves`, `quadruples`, `independent_of`, `increases_in`, `decreases_in`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from derivations.exact import RATIO, ByModel, DomainError, Exact, Formula, UnitMismatch, Value
from derivations.exact.evaluation import whole
from derivations.exact.proof import equal_by_cancelling
from derivations.exact.symbolic import sympy
from derivations.language import Language
from derivations.language.reading import reader as numerals
from derivations.nearest import nearest
from derivations.text.expression import ExpressionFault, Reader, parse
from derivations.text.names import Names
from derivations.text.text import Claim, Text, Verdict


@dataclass(frozen=True)
class Bound:
    """A number that only a condition may name: `percent(1)`, `3/2`, 300."""

    exact: Exact
    is_ratio: bool = False


@dataclass(frozen=True)
class Magnitude:
    """log₁₀ of a value, compared without computing a logarithm: log₁₀ x < p/q just when x^q < 10^p."""

    value: Value

    def compare(self, other: Exact) -> int:
        """Give -1, 0 or 1; a whole number is equal when it is the nearest one."""
        bound = Fraction(other)
        power, ten = self.value.exact ** bound.denominator, Fraction(10) ** bound.numerator
        return int(power > ten) - int(power < ten)

    def rounds_to(self, whole: int) -> bool:
        """Whether `whole` is the nearest order of magnitude."""
        square = self.value.exact**2
        return bool(Fraction(10) ** (2 * whole - 1) <= square < Fraction(10) ** (2 * whole + 1))


Show = Callable[[Any], str]
"""Writes one side of a comparison, exact and rounded, in the page's language."""


class Condition(Reader):
    """Walks a claim's condition."""

    def decide(self, show: Show) -> Verdict:
        """Decide the condition; raises `ExpressionFault` where it means nothing."""
        self.show = show
        self.verdict = Verdict()
        self.verdict.holds = self.truth(parse(self.text))
        return self.verdict

    def truth(self, node: ast.expr) -> bool:
        if isinstance(node, ast.BoolOp):
            before = len(self.verdict.failed)
            results = [self.truth(part) for part in node.values]
            if isinstance(node.op, ast.Or) and any(results):
                del self.verdict.failed[before:]
            return all(results) if isinstance(node.op, ast.And) else any(results)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            before = len(self.verdict.failed)
            holds = not self.truth(node.operand)
            self.verdict.failed[before:] = [] if holds else [ast.unparse(node.operand)]
            return holds
        if isinstance(node, ast.Compare):
            return self.comparison(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _HELPERS:
            return bool(_HELPERS[node.func.id](self, node))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and "." not in node.func.id \
                and self.names.find(node.func.id) is None:
            near = nearest(node.func.id, [*_HELPERS, "percent", "orders_of_magnitude"])
            raise self.fault(node, f"there is no test '{node.func.id}'{near}")
        raise self.fault(node, "a claim needs a condition: compare derived values, as in a < b")

    def comparison(self, node: ast.Compare) -> bool:
        sides = [node.left, *node.comparators]
        values = [self.side(side) for side in sides]
        holds = True
        for operator, left, right, place in zip(node.ops, values, values[1:], sides[1:], strict=False):
            if isinstance(left, Bound) and isinstance(right, Bound):
                raise self.fault(place, "a condition compares derived values: none is named here")
            test = _TESTS.get(type(operator))
            if test is None:
                raise self.fault(place, "a condition compares with <, <=, >, >=, == or !=")
            if isinstance(left, Formula) and isinstance(right, Formula):
                if not isinstance(operator, ast.Eq | ast.NotEq):
                    raise self.fault(place, "two formulas can only be equal or not")
                outcome = equal_by_cancelling(left.expression, right.expression) == isinstance(operator, ast.Eq)
                self.verdict.binds += [left.name, right.name]
            else:
                outcome = test(self.order(left, right, operator, place))
            if not outcome:
                holds = False
                self.verdict.failed.append(f"{self.show(left)} {_OPPOSITE[type(operator)]} {self.show(right)}")
        return holds

    def order(self, left: Any, right: Any, operator: ast.cmpop, place: ast.expr) -> int:
        for one, other, sign in ((left, right, 1), (right, left, -1)):
            if isinstance(one, Magnitude):
                if not isinstance(other, Bound):
                    raise self.fault(place, "orders of magnitude are compared with a plain number")
                if isinstance(operator, ast.Eq | ast.NotEq) and isinstance(other.exact, int):
                    return 0 if one.rounds_to(other.exact) else 1
                return sign * one.compare(other.exact)
        if isinstance(left, Formula | ByModel) or isinstance(right, Formula | ByModel):
            raise self.fault(place, "a formula has no size until its symbols have numbers")
        try:
            if isinstance(left, Value):
                order = left.compare(self.plain(left, right))
            else:
                order = -right.compare(self.plain(right, left))
        except UnitMismatch as fault:
            raise self.fault(place, f"units differ: {fault}") from None
        a, b = left.exact, right.exact
        ordered = not isinstance(operator, ast.Eq | ast.NotEq)
        if ordered and isinstance(a, int | Fraction) and isinstance(b, int | Fraction) and b != 0:
            margin = abs(Fraction(a) / Fraction(b) - 1)
            self.verdict.margin = margin if self.verdict.margin is None else min(margin, self.verdict.margin)
        return order

    @staticmethod
    def plain(value: Value, other: Any) -> Any:
        if isinstance(other, Value):
            return other
        if other.is_ratio and value.unit != RATIO:
            raise UnitMismatch(f"{value.unit.name} can't be compared with a percentage")
        return other.exact

    def side(self, node: ast.expr) -> Value | Formula | ByModel | Bound | Magnitude:
        """Read one side of a comparison."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "percent":
                if len(node.args) != 1 or node.keywords:
                    raise self.fault(node, "percent takes one number, as in percent(1)")
                return self.bound(Fraction(self.number(node.args[0])) / 100, is_ratio=True)
            if node.func.id == "orders_of_magnitude":
                value = self.derived(self.only(node, 1)[0])
                if not value.is_rational or value.exact <= 0:
                    raise self.fault(node, "orders of magnitude are those of a positive rational value")
                return Magnitude(value)
        if isinstance(node, ast.BinOp) and (several := self.several(node)) is not None:
            return several
        if isinstance(node, ast.Constant | ast.UnaryOp | ast.BinOp):
            return self.bound(self.number(node))
        found = self.value(node)
        if isinstance(found, Value):
            self.verdict.binds.append(describe(found))
        return found

    def several(self, node: ast.BinOp) -> Value | None:
        """Read a plain number times a derived value, or such a value divided by one: it keeps its unit."""
        parts = {side: isinstance(side, ast.Call | ast.Name | ast.Attribute) for side in (node.left, node.right)}
        if not isinstance(node.op, ast.Mult | ast.Div) or sum(parts.values()) != 1 or (
                parts[node.right] and isinstance(node.op, ast.Div)):
            return None
        derived, plain = sorted(parts, key=lambda side: not parts[side])
        value, times = self.derived(derived), Fraction(self.number(plain))
        if not times:
            raise self.fault(plain, "a value is compared with none of itself")
        self.verdict.bounds += {times, 1 / times}
        return replace(value, exact=whole(value.exact * (times if isinstance(node.op, ast.Mult) else 1 / times)))

    def bound(self, exact: Exact, *, is_ratio: bool = False) -> Bound:
        self.verdict.bounds.append(exact)
        return Bound(exact, is_ratio)

    def derived(self, node: ast.expr) -> Value:
        found = self.value(node)
        if not isinstance(found, Value):
            raise self.fault(node, f"{found.name} has no value until its symbols have numbers")
        self.verdict.binds.append(describe(found))
        return found

    def formula_and_symbol(self, node: ast.Call) -> tuple[Formula, Any]:
        first, second = self.only(node, 2)
        formula = self.value(first)
        if not isinstance(formula, Formula):
            raise self.fault(first, "this test is about a formula: leave its symbols free")
        name = second.value if isinstance(second, ast.Constant) else None
        symbols = {symbol.name: symbol.sympy for symbol in formula.free}
        if name not in symbols:
            raise self.fault(second, f"{formula.name} has no free symbol {name!r}: it has {', '.join(symbols)}")
        self.verdict.binds.append(f"{formula.name}{dict(formula.fixed) or ''}/{name}")
        return formula, symbols[name]

    def only(self, node: ast.Call, count: int) -> list[ast.expr]:
        if len(node.args) != count or node.keywords:
            raise self.fault(node, f"{ast.unparse(node.func)} takes {count} argument" + "s" * (count > 1))
        return node.args

    def about(self, node: ast.Call) -> bool:
        """`about(x)`: the one numeral in the words; `about(x, y)` within 5 %; `about(x, y, percent(1))` as stated."""
        if node.keywords or not 1 <= len(node.args) <= 3:
            raise self.fault(node, "about takes a value, then what it is near to, then a tolerance")
        value = self.derived(node.args[0])
        if len(node.args) == 1:
            self.verdict.wants_numeral.append(value)
            return True
        near = self.side(node.args[1])
        if not isinstance(near, Value | Bound):
            raise self.fault(node.args[1], "about compares with a value or a number")
        tolerance = self.side(node.args[2]) if len(node.args) == 3 else Bound(Fraction(5, 100))
        if not isinstance(tolerance, Bound):
            raise self.fault(node.args[2], "a tolerance is a number, as in percent(5)")
        self.order(value, near, ast.Lt(), node.args[1])
        holds = bool(abs(value.exact - near.exact) <= tolerance.exact * abs(near.exact))
        if not holds:
            self.verdict.failed.append(f"{self.show(value)} ≉ {self.show(near)} (± {self.show(tolerance)})")
        return holds

    def multiplies_by(self, node: ast.Call, after: Fraction) -> bool:
        """`halves(f, "n")`: twice the symbol; `halves(f, "n", 4)`: four times."""
        before: Exact = 2
        self.verdict.bounds.append(after)
        if len(node.args) == 3 and not node.keywords:
            before = self.number(node.args[2])
            if before <= 0:
                raise self.fault(node.args[2], "a symbol grows by a positive factor")
            self.verdict.bounds.append(before)
            node = ast.copy_location(ast.Call(node.func, node.args[:2], []), node)
        formula, symbol = self.formula_and_symbol(node)
        factor = sympy.Rational(after.numerator, after.denominator)
        twice = formula.expression.subs(symbol, sympy.sympify(before, strict=True) * symbol)
        holds = bool(equal_by_cancelling(twice, factor * formula.expression))
        if not holds:
            name = self.show(formula)
            self.verdict.failed.append(f"{name}({before}{symbol}) ≠ {after} · {name}({symbol})")
        return holds

    def slope(self, node: ast.Call, direction: int) -> bool:
        formula, symbol = self.formula_and_symbol(node)
        slope = direction * sympy.factor(sympy.diff(formula.expression, symbol))
        if slope.is_positive is None:
            raise self.fault(node, f"the sign of the slope of {formula.name} in {symbol} can't be decided")
        if not slope.is_positive:
            sign = ("<≤" if direction > 0 else ">≥")[not slope.is_negative]
            self.verdict.failed.append(f"d/d{symbol} {self.show(formula)} {sign} 0")
        return bool(slope.is_positive)

    def is_independent(self, node: ast.Call) -> bool:
        formula, symbol = self.formula_and_symbol(node)
        if symbol in formula.expression.free_symbols:
            self.verdict.failed.append(f"{symbol} is in {self.show(formula)}")
            return False
        return True


def describe(value: Value) -> str:
    """Name a value by its formula and inputs: what parity compares."""
    inputs = ", ".join(f"{name}={number}" for name, number in value.inputs.items())
    return f"{value.formula.name}({inputs})"


def side_text(side: Any, language: Language) -> str:
    """Write one side of a comparison: exact and rounded."""
    if isinstance(side, Value):
        exact, rounded = str(side.exact), language.write(side).text
        return exact if exact == rounded else f"{exact} ({rounded})"
    if isinstance(side, Formula | ByModel):
        return side.name
    if isinstance(side, Magnitude):
        return f"log₁₀ {side_text(side.value, language)}"
    if isinstance(side, Bound):
        return f"{Fraction(side.exact) * 100}%" if side.is_ratio else str(side.exact)
    return str(side)


def decide(
    text: Text, names: Names, language: Language, reader: numerals.Reader
) -> Iterator[tuple[Claim, Verdict]]:
    """Decide the claims of a text; a false one is a finding that says what is so instead, both sides."""
    for claim in text.claims:
        try:
            verdict = Condition(claim.condition, names).decide(lambda side: side_text(side, language))
        except ExpressionFault as fault:
            text.fault(claim.at + fault.offset, f"claim: {fault.message}")
            continue
        except DomainError as fault:
            text.fault(claim.at, f"claim: {fault}")
            continue
        words = text.source[slice(*claim.words)]
        for value in verdict.wants_numeral:
            found = reader.read(text.readable[slice(*claim.words)]).numerals
            if len(found) != 1:
                text.fault(claim.start, f"about(x) needs one numeral in the claim's words, not {len(found)}")
            elif not found[0].agrees(value.exact, loosely=True):
                verdict.holds = False
                verdict.failed.append(f"{language.write(value).text} ≉ {found[0].text}")
        if not verdict.holds:
            text.fault(claim.start, f"the claim “{' '.join(words.split())}” is false: {'; '.join(verdict.failed)}")
        yield claim, verdict


_TESTS: dict[type[ast.cmpop], Callable[[int], bool]] = {
    ast.Lt: lambda o: o < 0, ast.LtE: lambda o: o <= 0, ast.Gt: lambda o: o > 0, ast.GtE: lambda o: o >= 0,
    ast.Eq: lambda o: o == 0, ast.NotEq: lambda o: o != 0,
}
_OPPOSITE: dict[type[ast.cmpop], str] = {
    ast.Lt: "≥", ast.LtE: ">", ast.Gt: "≤", ast.GtE: "<", ast.Eq: "≠", ast.NotEq: "=",
}
_HELPERS: dict[str, Callable[[Condition, ast.Call], bool]] = {
    "about": Condition.about,
    "doubles": lambda self, node: self.multiplies_by(node, Fraction(2)),
    "halves": lambda self, node: self.multiplies_by(node, Fraction(1, 2)),
    "quadruples": lambda self, node: self.multiplies_by(node, Fraction(4)),
    "increases_in": lambda self, node: self.slope(node, 1),
    "decreases_in": lambda self, node: self.slope(node, -1),
    "independent_of": Condition.is_independent,
}
