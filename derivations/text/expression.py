"""What a hole says: an expression in Python's own grammar, read with `ast` and walked, never run.

Only names, attributes, calls, forms (`value | short`), literal numbers as inputs and, in claims, comparisons mean
anything; everything else is a fault with its place. There is no sandbox because nothing is executed.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from derivations.course import Model, Statement
from derivations.exact import ByModel, DomainError, Exact, Formula, Symbol, Value
from derivations.exact.evaluation import whole
from derivations.language import FORMS, Form, Language, Written
from derivations.nearest import nearest
from derivations.text.names import GIVEN, STATED, Names, itself

MAX_LENGTH = 2000
MAX_EXPONENT = 64
MAX_INPUT = 10**400
"""Beyond this, or with a denominator beyond it, an input is refused: it could not be written out."""


class ExpressionFault(Exception):
    """A hole that can't be bound: what is wrong, and how far into the expression."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


@dataclass(frozen=True)
class Printed:
    """A value or a formula with the forms it is written in; `worked` asks for the whole evaluation."""

    source: Value | Formula
    forms: tuple[Form, ...] = ()
    worked: bool = False

    def written(self, language: Language) -> Written:
        """Write it in a language; raises `FormError`."""
        if isinstance(self.source, Formula):
            return language.formula(self.source)
        return (language.worked if self.worked else language.write)(self.source, self.forms)


@dataclass(frozen=True)
class BlockCall:
    """A block: its kind and the name of what it shows."""

    kind: str
    name: str


@dataclass(frozen=True)
class Stated:
    """A figure quoted from somebody else's document."""

    statement: Statement


_MEANT = (
    ("[“”‘’«»„]", "straight quotation marks, as on a keyboard"), ("[−–—]", "the minus of a keyboard, -"),
    (r"\d%", "5/100 for five per cent"), (r"\d,\d", "a point before decimals, no comma between digits: 0.05, 12500"),
    (r"[×·⋅]", "* for times"), (r"[²³]", "**2 for a power"),
    (r"^[^()]*(\([^()]*\)[^()]*)*(?<![=<>!])=(?!=)[^,()]*$", "== where two sides are compared"),
)
"""What an author meant who wrote what Python's grammar has no place for."""

Bound = Printed | BlockCall | Stated


@lru_cache(maxsize=65536)
def parse(text: str) -> ast.expr:
    """Read an expression; raises `ExpressionFault` where Python's grammar has none."""
    if len(text) > MAX_LENGTH:
        raise ExpressionFault(f"an expression has at most {MAX_LENGTH} characters")
    if not text.strip():
        raise ExpressionFault("the hole is empty: name a value")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(f"({text}\n)", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as fault:
        line, column = getattr(fault, "lineno", 1) or 1, getattr(fault, "offset", 1) or 1
        before = sum(len(row) + 1 for row in text.split("\n")[: line - 1])
        what = getattr(fault, "msg", None) or "too deeply nested"
        what += next((f"; write {meant}" for pattern, meant in _MEANT if re.search(pattern, text)), "")
        at = before + column - (2 if line == 1 else 1)  # the bracket that `parse` puts first is not the author's
        raise ExpressionFault(f"this is not an expression: {what}", min(max(0, at), len(text))) from None


def offset_of(node: ast.AST, text: str) -> int:
    """Give where a node of `parse(text)` starts in the text, in characters."""
    line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 1)
    rows = text.split("\n")
    row = ("(" + rows[0]) if line == 1 else (rows[line - 1] if line <= len(rows) else "")
    characters = len(row.encode()[:column].decode(errors="ignore"))
    return sum(len(r) + 1 for r in rows[: line - 1]) + characters - (1 if line == 1 else 0)


class Reader:
    """Walks one expression; every method gives what its node stands for or raises `ExpressionFault`."""

    def __init__(self, text: str, names: Names) -> None:
        self.text = text
        self.names = names

    def fault(self, node: ast.AST, message: str) -> ExpressionFault:
        """Make a fault at a node."""
        return ExpressionFault(message, offset_of(node, self.text))

    def hole(self) -> Bound:
        """Read what `{{= … }}` prints."""
        node = parse(self.text)
        found = self.printed(node)
        if isinstance(found, Printed) and isinstance(found.source, Formula) and found.forms:
            waits = ", ".join(symbol.name for symbol in found.source.free)
            raise self.fault(node, f"{found.source.name} needs {waits} as well before a form" if found.source.fixed else
                             f"{found.source.name} is a formula: give its symbols numbers before a form")
        return found

    def printed(self, node: ast.expr) -> Bound:
        """Read a value, a formula or a block, with the forms after it."""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            left = self.printed(node.left)
            if not isinstance(left, Printed):
                raise self.fault(node.right, "a block takes no form")
            form = _form(node.right, self.text)
            if form.name == "worked":
                if not isinstance(left.source, Value):
                    raise self.fault(node.left, "worked shows a value's evaluation: give all symbols numbers")
                return Printed(left.source, left.forms, worked=True)
            return Printed(left.source, (*left.forms, form), left.worked)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self.names.blocks:
            return self.block(node, node.func.id)
        found = self.value(node)
        if isinstance(found, ByModel):
            raise self.fault(node, f"{found.name} depends on the model: write {found.name}(\"MODEL\", r=8)")
        return Printed(found)

    def block(self, node: ast.Call, kind: str) -> BlockCall | Stated:
        """Read `table("models")` and its like."""
        known = self.names.blocks[kind]
        name = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else ""
        nameless = not name and (node.args or "" not in known)
        if node.keywords or len(node.args) > 1 or not isinstance(name, str) or nameless:
            bare = [one.id for one in node.args if isinstance(one, ast.Name) and one.id in known]
            meant = [f', as in {kind}("{one}")' for one in bare]
            raise self.fault(node, f"{kind} takes one quoted name{''.join(meant)}")
        if name not in known and (kind, name) not in self.names.faulty:
            renamed = self.names.renamed(name)
            near = f"; nearest: {renamed}" if renamed in known else nearest(name, known)
            raise self.fault(node.args[0] if node.args else node, f"there is no {kind} '{name}'{near}")
        return Stated(known[name]) if kind == STATED else BlockCall(kind, name)

    def value(self, node: ast.expr) -> Value | Formula | ByModel:
        """Read a named formula or a call that puts numbers in."""
        if isinstance(node, ast.Call):
            return self.call(node)
        if isinstance(node, ast.Name | ast.Attribute):
            dotted = self.dotted(node)
            found = self.names.find(dotted)
            if found is not None:
                return found
            if self.names.is_prefix(dotted):
                raise self.fault(node, f"'{dotted}' is not a value by itself{self.names.nearest(dotted + '.')}")
            raise self.fault(node, f"no value is called '{dotted}'{self.names.nearest(dotted)}")
        if isinstance(node, ast.Constant):
            what = "None" if node.value is None else f"the text {node.value!r}" if isinstance(node.value, str) \
                else f"the raw number {node.value!r}"
            raise self.fault(node, f"{what} was not derived: only derived values may be printed")
        if isinstance(node, ast.BinOp | ast.UnaryOp):
            raise self.fault(node, "a page names values and does not compute: define a formula for this")
        raise self.fault(node, "only a derived value, a formula or a block may stand here")

    def dotted(self, node: ast.expr) -> str:
        """Read `layer.ratio` as one name."""
        if isinstance(node, ast.Name):
            return node.id
        if isinstance(node, ast.Attribute):
            return f"{self.dotted(node.value)}.{node.attr}"
        raise self.fault(node, "a name is written as layer.ratio")

    def call(self, node: ast.Call) -> Value | Formula:
        """Read a call: a model's name in first place, or numbers by symbol."""
        if not isinstance(node.func, ast.Name | ast.Attribute):
            raise self.fault(node, "only a formula takes numbers")
        dotted = self.dotted(node.func)
        shows = dotted == GIVEN and not self.names.find(dotted)
        if shows and node.args:
            return self.given(node)
        target = self.given(node) if shows else self.value(node.func)
        if isinstance(target, Value):
            raise self.fault(node, f"{dotted} is a number already")
        origin, inputs = "", dict[str, Exact]()
        if node.args:
            model = self.model(node, dotted)
            origin = model.name
            if isinstance(target, ByModel):
                try:
                    target = target.formula_of(model.name)
                except DomainError as fault:
                    raise self.fault(node.args[0], f"{dotted} can't count {model.name}: {fault}") from None
            takes = {symbol.name for symbol in target.free}
            inputs = {name: number for name, number in model.inputs.items() if name in takes}
        if isinstance(target, ByModel):
            raise self.fault(node, f"{dotted} depends on the model: write {dotted}(\"MODEL\", …)")
        for keyword in node.keywords:
            if keyword.arg is None:
                raise self.fault(keyword.value, "inputs are written one by one: h=4096, r=8")
            inputs[keyword.arg] = number = self.input(keyword.value, next(
                (symbol for symbol in target.free if symbol.name == keyword.arg), None))
            if isinstance(number, int | Fraction) and max(abs(number.numerator), number.denominator) > MAX_INPUT:
                raise self.fault(keyword.value, "an input is too long a number")
        try:
            return target(origin=origin, **inputs)
        except DomainError as fault:
            raise self.fault(node, str(fault)) from None

    def given(self, node: ast.Call) -> Formula:
        """Read `given(h=4096)`, an input that a sentence shows, or `given(h)`: the formula that is just its symbol."""
        names = [one.arg for one in node.keywords] + [one.id for one in node.args if isinstance(one, ast.Name)]
        name = names[0] if len(names) == len(node.keywords) + len(node.args) == 1 else None
        if name is None:
            raise self.fault(node, f"{GIVEN} shows one input: {GIVEN}(x=3), or its symbol: {GIVEN}(x)")
        if name not in self.names.course.symbols:
            raise self.fault(node, f"there is no symbol {name!r}{nearest(name, self.names.course.symbols)}")
        return itself(self.names.course.symbols[name])

    def model(self, node: ast.Call, dotted: str) -> Model:
        """Read the model named in first place."""
        first = node.args[0]
        if len(node.args) > 1 or not isinstance(first, ast.Constant) or not isinstance(first.value, str):
            raise self.fault(first, f"{dotted} takes numbers by the names of its symbols, as in h=4096, "
                                    "and at most one quoted model before them")
        if first.value not in self.names.course.models:
            near = nearest(first.value, self.names.course.models)
            raise self.fault(first, f"there is no model '{first.value}'{near}")
        return self.names.course.models[first.value]

    def input(self, node: ast.expr, symbol: Symbol | None) -> Exact:
        """Read an input; a derived value must be of the symbol's kind, and is converted to its unit."""
        if symbol is None or symbol.unit.is_pure or not isinstance(node, ast.Name | ast.Attribute | ast.Call):
            return self.number(node)
        value = self.value(node)
        if not isinstance(value, Value):
            return self.number(node)                       # which says that it is a formula
        if value.unit == symbol.unit:
            return value.exact
        if value.unit.is_pure or value.unit.base != symbol.unit.base:
            raise self.fault(node, f"{symbol.name} counts {symbol.unit.name}, and this value {value.unit.name}")
        return whole(value.exact * (Fraction(value.unit.size) / symbol.unit.size))

    def number(self, node: ast.expr) -> Exact:
        """Read a literal number (exactly: 0.7 is 7/10), whole-number arithmetic, or a derived value."""
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            if isinstance(node.value, int):
                return node.value
            start = offset_of(node, self.text)
            length = (node.end_col_offset or 0) - node.col_offset
            literal = self.text[start : start + length].replace("_", "")
            if abs(int(literal.lower().partition("e")[2] or 0)) > MAX_EXPONENT:
                raise self.fault(node, f"a power of ten in an input is at most {MAX_EXPONENT}")
            return whole(Fraction(literal))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -self.number(node.operand)
        if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
            left, right = self.number(node.left), self.number(node.right)
            if isinstance(node.op, ast.Pow) and (not isinstance(right, int) or not 0 <= right <= MAX_EXPONENT
                                                 or abs(left) > 10**18):
                raise self.fault(node, f"a power in an input is a whole number up to {MAX_EXPONENT}")
            if not (isinstance(left, int | Fraction) and isinstance(right, int | Fraction)):
                raise self.fault(node, "an irrational value can't be computed with: define a formula for this")
            try:
                return whole(_ARITHMETIC[type(node.op)](left, right))
            except ZeroDivisionError:
                raise self.fault(node, "division by zero") from None
        if isinstance(node, ast.Name | ast.Attribute | ast.Call):
            found = self.value(node)
            if isinstance(found, Value):
                return found.exact
            raise self.fault(node, f"{found.name} is a formula, not a number: give its symbols numbers")
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitXor):
            raise self.fault(node, "an input is a number; a power is written 10**3")
        raise self.fault(node, "an input is a number")


def read_forms(text: str) -> tuple[Form, ...]:
    """Read the forms that a table's column or a drill names, as in `short | of("parameter")`."""
    if not text.strip():
        return ()
    node, forms = parse(text), list[Form]()
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        forms.insert(0, _form(node.right, text))
        node = node.left
    return (_form(node, text), *forms)


def _form(node: ast.expr, text: str) -> Form:
    """Read one form: its name, with literal arguments where it takes them."""
    call = node if isinstance(node, ast.Call) else None
    target = call.func if call else node
    if not isinstance(target, ast.Name):
        raise ExpressionFault("a form is a name, as in `value | short`", offset_of(node, text))
    if target.id != "worked" and target.id not in FORMS:
        hint = nearest(target.id, [*FORMS, "worked"])
        raise ExpressionFault(f"there is no form '{target.id}'{hint}", offset_of(node, text))
    if call and call.keywords:
        raise ExpressionFault("a form takes no named argument", offset_of(call, text))
    arguments: list[int | str] = []
    for argument in call.args if call else ():
        value = argument.value if isinstance(argument, ast.Constant) else None
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise ExpressionFault("a form takes whole numbers and quoted words", offset_of(argument, text))
        arguments.append(value)
    return Form(target.id, tuple(arguments))


_ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: Fraction(a) / b, ast.Pow: lambda a, b: a**b,
}
