"""JSON from outside, read as the calculator's script reads it: its depth is bounded, and no number is too long.

NaN and Infinity, which Python writes into configurations, are numbers that are not whole.
"""

from __future__ import annotations

import json
import re
from typing import Any

DEEPEST = 100
"""The most lists and objects inside each other."""

POINTER = b"version https://git-lfs.github.com/spec/"
"""How a file begins that stands for another one, which Git LFS keeps elsewhere."""
NOT_FETCHED = "it is a pointer of Git LFS, and not the file itself: fetch that with git lfs pull"

_MARKS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)
_MOST_DIGITS = 1000


def read_json(text: str | bytes) -> Any:
    """Read a text. Raises `ValueError` where it isn't JSON, or is nested too deep."""
    if isinstance(text, bytes):
        try:
            text = text.decode(json.detect_encoding(text))
        except UnicodeDecodeError:
            raise ValueError("it is no text") from None
    text = text.removeprefix("\ufeff")
    if text.startswith(POINTER.decode()):
        raise ValueError(NOT_FETCHED)
    if not text.strip():
        raise ValueError("it is empty")
    if text.count("[") + text.count("{") > DEEPEST:
        depth = 0
        for mark in _MARKS.findall(text):
            depth += (mark in "[{") - (mark in "]}")
            if depth > DEEPEST:
                raise ValueError(f"it is nested more than {DEEPEST} deep")
    return json.loads(text, parse_int=lambda digits: int(digits[:_MOST_DIGITS]))     # longer ones are too large anyway
