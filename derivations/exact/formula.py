"""A formula: a plain function, the symbols it takes, and the expression that it derives.

The function is the single source, and has three readings. Called with integers it counts. Called with SymPy symbols it
derives: that expression, made on first use, is what pages, tables, drills and plots evaluate. Called with held operands
it shows the definition, from which the lines of the derivation follow.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from keyword import iskeyword
from typing import Any

from derivations.exact.derivation import Step, derivation
from derivations.exact.evaluation import TooLong, compile_expression, evaluate
from derivations.exact.held import Held
from derivations.exact.kinds import unknown
from derivations.exact.simplest import simplest
from derivations.exact.symbolic import sympy
from derivations.exact.unit import NUMBER, Unit
from derivations.exact.value import Exact, Value
from derivations.nearest import nearest


class DomainError(ValueError):
    """An input that the formula isn't defined for: which one, what was given, what is allowed."""


@dataclass(frozen=True)
class Symbol:
    """A letter of the course: its name in code, how it is set, and which numbers it stands for.

    `text` is the name where none is given, `tex` the name with what follows _ below the line. `below` is an exclusive
    upper bound (None: none). All symbols are positive.
    """

    name: str
    tex: str = ""
    text: str = ""
    integer: bool = True
    below: int | None = None
    unit: Unit = NUMBER

    def __post_init__(self) -> None:
        if not self.name.isidentifier() or iskeyword(self.name):
            why = "a word of Python's own" if iskeyword(self.name) else "no name"
            raise ValueError(f"symbol {self.name!r}: that is {why}, which no page can give a number; "
                             'call it otherwise, and say by tex and text how it is set')
        _demand_unit(self.unit, f"symbol {self.name}")
        letter, _, index = self.name.partition("_")
        letter = letter if len(letter) == 1 else rf"\mathrm{{{letter}}}"
        object.__setattr__(self, "text", self.text or self.name)
        object.__setattr__(self, "tex", self.tex or (rf"{letter}_{{\text{{{index}}}}}" if index else letter))

    def __hash__(self) -> int:
        """Equal symbols have the same name; tuples of symbols are looked up for every value that is written."""
        return hash(self.name)

    def check(self, number: Any, formula: str) -> Exact:
        """Give the number as an int or Fraction, or raise `DomainError`."""
        kind = "a positive integer" if self.integer else "a positive rational number"
        if self.below is not None:
            kind += f" below {self.below}"
        allowed = int if self.integer else int | Fraction
        if isinstance(number, bool) or not isinstance(number, allowed) or number <= 0 or (
            self.below is not None and number >= self.below
        ):
            whose = "" if formula == self.name else f"{formula}: "
            raise DomainError(f"{whose}{self.name} must be {kind}, not {number}")
        return number

    @cached_property
    def sympy(self) -> Any:
        """The SymPy symbol, with its assumptions."""
        return sympy.Symbol(self.name, positive=True, integer=True if self.integer else None)


@dataclass(frozen=True, eq=False)
class Formula:
    """A named quantity.

    name      what pages write: `layer.ratio`
    function  a plain function of the symbols, in their order, for integers and for expressions alike
    symbols   what it depends on
    unit      what its values count
    derive    gives the definition where the function's own isn't the one to show, or all lines as (reason, expression);
              it takes held operands and is called on first use
    source    paper and equation, or the convention it rests on
    requires  further conditions on the inputs: (check, what it demands, as the error says it)
    fixed     inputs put in already, by name
    origin    where inputs were taken from, if they weren't typed
    spare     symbols that a caller may name as well although the quantity doesn't depend on them: the break-even rank
              takes d_in and d_out, and an r beside them does no harm
    reasons   what the first lines of the derivation say in the place of what their shape suggests
    pattern   how the name was spelled where it was declared with others, `memory.*.state`; "" where it stands as it is
    """

    name: str
    function: Callable[..., Any]
    symbols: tuple[Symbol, ...]
    unit: Unit = NUMBER
    derive: Callable[..., Any] | None = None
    source: str = ""
    requires: tuple[tuple[Callable[..., bool], str], ...] = ()
    fixed: Mapping[str, Exact] = field(default_factory=dict)
    origin: str = ""
    spare: tuple[Symbol, ...] = ()
    reasons: tuple[str, ...] = ()
    pattern: str = ""

    def __post_init__(self) -> None:
        _demand_unit(self.unit, self.name)
        for holds, demand in () if self.fixed else self.requires:
            mine, code = [symbol.name for symbol in self.symbols], getattr(holds, "__code__", None)
            if code is None or code.co_flags & inspect.CO_VARARGS:
                continue
            its = list(code.co_varnames[:code.co_argcount])
            fewest = len(its) - len(holds.__defaults__ or ())
            if not fewest <= len(mine) <= len(its) or (set(its) == set(mine) and its != mine):
                raise TypeError(f"{self.name} takes {', '.join(mine)}, and its check of ‘{demand}’ {', '.join(its)}: "
                                "a check takes what its formula takes, in the same order")

    def __repr__(self) -> str:
        return f"<Formula {self.name}>"

    @cached_property
    def expression(self) -> Any:
        """The SymPy expression that the function derives, in its simplest rational form; `fixed` inputs put in."""
        expression = simplest(self.made)
        if self.fixed:
            expression = expression.subs({
                symbol.sympy: sympy.Rational(self.fixed[symbol.name].numerator, self.fixed[symbol.name].denominator)
                for symbol in self.symbols if symbol.name in self.fixed
            })
        return expression

    @cached_property
    def made(self) -> Any:
        """What the function makes of the symbols, before anything is collected or cancelled."""
        try:
            given = self.function(*(symbol.sympy for symbol in self.symbols))
            if given is None:
                raise DomainError(f"{self.name}: its function returns nothing")
            made = sympy.sympify(given, strict=True)
            if refused := unknown(made, [symbol.name for symbol in self.symbols]):
                raise DomainError(f"{self.name}: {refused}")
        except DomainError:
            raise
        except Exception as error:                         # its author's code: whatever it can't do with a symbol
            raise DomainError(f"{self.name}: {_failed(error)}") from error
        return made

    @cached_property
    def written(self) -> Any:
        """The definition as its author writes it: held. Raises `DomainError` for what the function can't do."""
        held = [Held(symbol.sympy) for symbol in self.symbols]
        assert self.general.made is not None               # first: it refuses what can't be held
        try:
            return (self.derive or self.function)(*held)
        except Exception as error:                         # as above
            raise DomainError(f"{self.name}: {_failed(error, 'derivation' if self.derive else 'function')}") from error

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The derivation: each expression equals its neighbour, which `prove` shows."""
        written = self.written
        try:
            lines = derivation(written, self.general.expression, self.reasons)
        except Exception as error:
            raise DomainError(f"{self.name}: {_failed(error, 'derivation')}") from error
        for line in lines:
            if refused := unknown(line.expression):
                raise DomainError(f"{self.name}: {refused}")
        return lines

    @cached_property
    def general(self) -> Formula:
        """The formula before any numbers were put in."""
        return replace(self, fixed={}, origin="") if self.fixed else self

    @cached_property
    def free(self) -> tuple[Symbol, ...]:
        """The symbols that still wait for a number."""
        return tuple(symbol for symbol in self.symbols if symbol.name not in self.fixed)

    @cached_property
    def _compiled(self) -> Callable[[Mapping[str, Exact]], Exact]:
        """The expression as it was made: a value needs no simplification, which costs far more than the value."""
        return compile_expression(self.made)

    @cached_property
    def _memory(self) -> dict[tuple[Exact, ...], Value]:
        return {}

    def __call__(self, *, origin: str = "", **inputs: Any) -> Formula | Value:
        """Put numbers in: all of them give a `Value`, some of them another `Formula`.

        Raises `DomainError` for an unknown symbol, a number outside a symbol's domain, and where the formula itself
        is undefined (a denominator that vanishes, a rank above what the matrix allows).
        """
        names = [symbol.name for symbol in self.free]
        for symbol in self.spare:
            if symbol.name in inputs:
                symbol.check(inputs.pop(symbol.name), self.name)
        for name in inputs:
            if name not in names:
                takes = ", ".join(names) if names else "nothing more"
                raise DomainError(f"{self.name} has no symbol {name!r}: it takes {takes}{nearest(name, names)}")
        known = {**self.fixed, **{s.name: s.check(inputs[s.name], self.name) for s in self.free if s.name in inputs}}
        if len(known) < len(self.symbols):
            return replace(self, fixed=known, origin=origin or self.origin)
        ordered = tuple(known[symbol.name] for symbol in self.symbols)
        key = (*ordered, origin)
        if key not in self._memory:
            self._memory[key] = self._value(ordered, origin or self.origin)
        return self._memory[key]

    def _value(self, ordered: tuple[Exact, ...], origin: str) -> Value:
        for holds, demand in self.requires:
            if not holds(*ordered):
                raise DomainError(f"{self.name}: {demand}")
        inputs = {symbol.name: number for symbol, number in zip(self.symbols, ordered, strict=True)}
        try:
            try:
                exact = self._compiled(inputs)
            except ZeroDivisionError:                      # perhaps of the form that was made alone
                exact = evaluate(self.expression, inputs)
        except ZeroDivisionError:
            raise DomainError(f"{self.name}: division by zero at {listing(inputs)}") from None
        except TooLong:
            raise DomainError(f"{self.name}: too many digits to be worked out at {listing(inputs)}") from None
        return Value(exact, self.unit, self, inputs, origin)


@dataclass(frozen=True, eq=False)
class ByModel:
    """One quantity whose expression depends on the model: each family of models has a formula of its own."""

    name: str
    unit: Unit
    formula_of: Callable[[str], Formula]


def _demand_unit(unit: Any, whose: str) -> None:
    if not isinstance(unit, Unit):
        said = f"the text {unit!r}; write Unit({unit!r})" if isinstance(unit, str) else f"{unit!r}, which is no Unit"
        raise TypeError(f"{whose}: its unit is {said}")


def _failed(error: Exception, what: str = "function") -> str:
    """Say what an author's function raised; what asks for a symbol's size raises a `TypeError`."""
    why = ", which have no size" if isinstance(error, TypeError) else ""
    return f"its {what} can't be worked out with symbols{why}: {type(error).__name__}: {error}"


def listing(inputs: Mapping[str, Exact]) -> str:
    """Say inputs as an error does: h = 4096, r = 8."""
    return ", ".join(f"{name} = {number}" for name, number in inputs.items())
