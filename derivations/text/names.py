"""What a hole may name: the course's formulas, models and blocks, and a drill's own inputs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import copy
from fractions import Fraction
from functools import lru_cache
from typing import Any

from derivations.course import Course
from derivations.exact import ByModel, DomainError, Exact, Formula, Symbol, Value
from derivations.nearest import closest, nearest_value

STATED = "stated"
"""What quotes a figure of somebody else's document in running text, as if it were a block."""
GIVEN = "given"
"""What shows an input in a sentence; a course may have a formula of that name."""


class Names:
    """What an expression may name: the course's formulas, models and blocks, and a drill's own inputs.

    blocks  what each kind of block can show, by the kind and the name; by "" where it takes no name
    faulty  what is there and can't be shown, for a fault that is said at its own place: kind and name
    """

    def __init__(self, course: Course, blocks: Mapping[str, Mapping[str, Any]] | None = None,
                 faulty: Collection[tuple[str, str]] = ()) -> None:
        self.course = course
        self.local: Mapping[str, Value] = {}
        self.faulty = faulty
        self.blocks: dict[str, Mapping[str, Any]] = {**(blocks or {}), STATED: course.statements}
        self._prefixes = {name[:i] for name in course.formulas for i, c in enumerate(name) if c == "."}

    @property
    def kept(self) -> Collection[str]:
        """What no formula can be called, for a page would never reach it."""
        return {*self.blocks, GIVEN}

    def with_inputs(self, inputs: Mapping[str, Exact]) -> Names:
        """Give the same names and, beside them, the inputs of a drill."""
        local = dict[str, Value]()
        for name, number in inputs.items():
            if symbol := self.course.symbols.get(name):
                try:
                    local[name] = input_value(symbol, number)
                except DomainError:                        # said where the drill stands: its words may name it
                    local[name] = input_value(symbol, 1 if symbol.integer else Fraction(1, 2))
        names = copy(self)
        names.local = local
        return names

    def find(self, dotted: str) -> Value | Formula | ByModel | None:
        """Give what a dotted name stands for, if anything."""
        return self.local.get(dotted) or self.course.formulas.get(dotted)

    def is_prefix(self, dotted: str) -> bool:
        """Whether some formula's name begins so."""
        return dotted in self._prefixes

    def renamed(self, word: str) -> str:
        """Give the formula without words that a name was for which words are left, or nothing."""
        texts = self.course.words.values()
        new = (name for name in self.course.formulas if not any(f"formula.{name}" in one for one in texts))
        return closest(word, new, 0) if any(f"formula.{word}" in one for one in texts) else ""

    def nearest(self, word: str) -> str:
        """Give the nearest right name as a hint, or nothing."""
        near = self.renamed(word)
        return f"; nearest: {near}" if near else nearest_value(word, [*self.local, *self.course.formulas, *self.blocks])


@lru_cache(maxsize=256)
def itself(symbol: Symbol) -> Formula:
    """Give the formula that is just the symbol."""
    return Formula(symbol.name, lambda x: x, (symbol,), symbol.unit)


def input_value(symbol: Symbol, number: Exact) -> Value:
    """Give a drill's input as a value of its own, so that a question can print it."""
    value = itself(symbol)(**{symbol.name: number})
    assert isinstance(value, Value)
    return value
