"""What a formula comes to for the inputs of a drill or a plot."""

from __future__ import annotations

from collections.abc import Mapping

from derivations.exact import Exact, Formula, Value
from derivations.text.finding import WordFault


def value_of(formula: Formula, inputs: Mapping[str, Exact], kind: str, name: str) -> Value:
    """Give a formula's value for those of the inputs that it takes; what isn't given there is a fault."""
    value = formula(**{symbol.name: inputs[symbol.name] for symbol in formula.free if symbol.name in inputs})
    if not isinstance(value, Value):
        missing = ", ".join(symbol.name for symbol in value.free)
        raise WordFault(f"{kind} {name}: {formula.name} needs {missing}, which the {kind} doesn't give")
    return value
