"""Every check that a library must pass before a page of it goes out. A check is a function, and each is a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from derivations.check import (
    bindings,
    formulas,
    front,
    functions,
    links,
    markup,
    numerals,
    parity,
    renderings,
    running,
    words,
)
from derivations.library import Library
from derivations.text.finding import Finding

Check = Callable[[Library], Iterable[Finding]]
CHECKS: tuple[Check, ...] = (
    bindings.check, words.check, functions.check, numerals.check, numerals.needless, renderings.check, formulas.check,
    parity.check, links.check, markup.check, running.check, front.check,
)
