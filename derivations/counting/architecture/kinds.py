"""Kinds of values that a field of `config.json` may hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from derivations.counting.refusal import is_whole


class Kind(NamedTuple):
    """A kind: how it is said, whether a value is of it, and what a script calls it that reads fields too."""

    said: str
    holds: Callable[[Any], bool]
    name: str = ""


def _every(holds: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list | tuple) and all(map(holds, value))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


KINDS_OF_LAYERS = {"M": "linear_attention", "*": "full_attention", "-": "mlp", "E": "moe"}
"""What a letter of a pattern of layers stands for."""

NUMBER = Kind("a positive integer", is_whole, "number")
COUNT = Kind("an integer from 0", lambda value: is_whole(value, 0), "count")
FLAG = Kind("true or false", lambda value: isinstance(value, bool), "flag")
FLAGS = Kind("a list of true and false", _every(FLAG.holds))
NUMBERS = Kind("a list of integers from 0", _every(COUNT.holds), "numbers")
NAME = Kind("a name", _is_text)
NAMES = Kind("a list of names", _every(_is_text))
WORDS = Kind("a name, or a list of names", lambda value: _is_text(value) or NAMES.holds(value))
WHOLE_OR_AUTO = Kind("a positive integer, or auto", lambda value: value == "auto" or is_whole(value))
INTEGER = Kind("an integer", lambda value: type(value) is int)
LISTS = Kind("a list of lists", _every(lambda value: isinstance(value, list | tuple)))
PLACES = Kind("an integer, or a list of integers", lambda value: type(value) is int or (
    isinstance(value, list | tuple) and bool(value) and all(type(part) is int for part in value)))
OBJECT = Kind("an object", lambda value: isinstance(value, Mapping))
SIDE = Kind("a positive integer, or two equal ones", lambda value: is_whole(value) or (
    isinstance(value, list | tuple) and len(value) == 2 and value[0] == value[1] and is_whole(value[0])))
WHOLE = Kind("a whole number", lambda value: is_whole(value) or (
    isinstance(value, float) and value.is_integer() and is_whole(int(value))))
SHARE = Kind("a number from 0 to 1", lambda value: type(value) in (int, float) and 0 <= value <= 1)
SIZES = Kind("a positive integer, or a list of one for each layer",
             lambda value: is_whole(value) or _every(is_whole)(value))
LETTERS = Kind("a list of names, or M, *, - or E for each layer", lambda value: bool(value) and (
    {*value} <= KINDS_OF_LAYERS.keys() if isinstance(value, str) else NAMES.holds(value)))


def among(*names: str) -> Kind:
    """Give the kind of a field that is one of these names."""
    return Kind(" or ".join(names), lambda value: value in names)
