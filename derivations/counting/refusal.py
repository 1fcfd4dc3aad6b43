"""Why a question about a model can't be answered: one sentence that names what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

__all__ = ["Refusal"]


class Refusal(ValueError):
    """A question that has no exact answer as it is put; the message is one line and names the field or the name."""


LARGEST = 10**9
"""The largest number that is taken."""


def is_whole(value: Any, least: int = 1, most: int = LARGEST) -> bool:
    """Whether a value is an integer within these bounds."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def check_whole(name: str, value: Any, least: int = 1) -> None:
    """Raise `Refusal` for what isn't an integer within bounds."""
    if not is_whole(value, least):
        kind = f"an integer from {least} to" if least != 1 else "a positive integer up to"
        raise Refusal(f"{name} must be {kind} {LARGEST}, not {repr(value)[:40]}")


def check_one_of(name: str, value: Any, known: Iterable[str]) -> None:
    """Raise `Refusal` for what isn't one of the known."""
    if value not in [*known]:
        raise Refusal(f"{name} must be one of {', '.join(known)}, not {str(value)[:40]!r}")
