"""Formulas declared where their functions stand: `formula = Declared(SYMBOLS)`, one for each module.

    formula = Declared({"h": h, "r": r})

    @formula("square.ratio", RATIO, "Hu et al. 2021")
    def ratio(h, r):
        return quotient(2 * r * h, h * h)

The name stands there as pages write it. The symbols are those of the parameters' names. The function is given back as
it was, to be called by others, and what was declared is `formula.formulas`, in order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from keyword import iskeyword
from typing import Any, TypeVar

from derivations.exact.formula import Formula, Symbol
from derivations.exact.held import Held, held
from derivations.exact.unit import NUMBER, Unit

Function = TypeVar("Function", bound=Callable[..., Any])


class Declared:
    """The formulas of one module. `symbols` maps the name of a parameter to the symbol that it stands for."""

    def __init__(self, symbols: Mapping[str, Symbol]) -> None:
        self.symbols = symbols
        self._formulas: list[Formula] = []

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """What was declared so far, in order."""
        return tuple(self._formulas)

    def __call__(
        self, name: str, unit: Unit = NUMBER, source: Any = "", *,
        each: Mapping[str, Any] | None = None, numbers: tuple[Any, ...] = (),
        derive: Callable[..., Any] | None = None, **more: Any,
    ) -> Callable[[Function], Function]:
        """Declare the function below as a formula.

        each    declares one formula for each entry: the parts of its key stand for the stars of the name, the function
                takes the entry first (a tuple: as many arguments), and the source may be a function of it
        numbers  the first arguments, where they are no symbols: the derivation shows them as they are
        derive  as a `Formula` takes it; and so are `symbols` (where parameters don't name them), `reasons`, `requires`
                and `spare`

        A parameter with a default cancels: the derivation shows its symbol, and a count takes the default.
        """
        def declare(function: Function) -> Function:
            for key, entry in (each or {"": numbers}).items():
                first = entry if isinstance(entry, tuple) else (entry,)
                spelled = name
                for part in key.split(".") if each else ():
                    spelled = spelled.replace("*", part, 1)
                if any(not part.isidentifier() or iskeyword(part) for part in spelled.split(".")):
                    raise ValueError(f"{spelled!r} can't be written in a page: a formula's name is letters, numerals "
                                     "and _, in parts with dots between them, and no part is a word of Python's own")
                if any(one.name == spelled for one in self._formulas):
                    raise ValueError(f"the formula {spelled!r} is declared twice")
                symbols, cancelling = (more["symbols"], ()) if "symbols" in more else self.parameters(
                    function, len(first))
                self._formulas.append(Formula(**{
                    "name": spelled, "unit": unit, "source": source(*first) if callable(source) else source,
                    "function": _filled(function, first), "symbols": symbols, "spare": cancelling,
                    "derive": derive if derive and not first else _held(derive or function, first, (
                        () if derive else cancelling)), "pattern": name if each else "", **more,
                }))
            return function

        return declare

    def parameters(self, function: Callable[..., Any], given: int = 0) -> tuple[tuple[Symbol, ...], tuple[Symbol, ...]]:
        """Give the symbols of a function's parameters after the first ones: those it needs, and those that cancel."""
        names = function.__code__.co_varnames[given:function.__code__.co_argcount]
        if unknown := [name for name in names if name not in self.symbols]:
            raise LookupError(f"{function.__qualname__}: no symbol stands for its parameter {unknown[0]!r}")
        symbols = tuple(self.symbols[name] for name in names)
        needed = len(symbols) - len(function.__defaults__ or ())
        return symbols[:needed], symbols[needed:]


def _filled(function: Callable[..., Any], first: tuple[Any, ...]) -> Callable[..., Any]:
    """Put the first arguments in."""
    if not first:
        return function

    @wraps(function)
    def filled(*operands: Any) -> Any:
        return function(*first, *operands)

    return filled


def _held(
    function: Callable[..., Any], first: tuple[Any, ...], last: tuple[Symbol, ...],
) -> Callable[..., Any] | None:
    """Put the first arguments and the last in, held; None where there are none. SymPy waits until it's called."""
    if not first and not last:
        return None
    return lambda *operands: function(*map(held, first), *operands, *(Held(symbol.sympy) for symbol in last))
