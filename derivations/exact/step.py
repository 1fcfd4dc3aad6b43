"""One line of a derivation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Step:
    """An expression, and the key of the reason why it equals the line before."""

    reason: str
    expression: Any
