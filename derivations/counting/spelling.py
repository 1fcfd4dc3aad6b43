"""How targets are spelled: names with commas between, a JSON list, one regular expression, or a word for a part.

`all`, `attention` and `mlp` are words of ours for parts of every layer, `all-linear` is the library's for every Linear
but the head. A list holds names and nothing else: an expression in it is a name that no module has.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import NamedTuple

from derivations.counting.expression import SPECIAL, Expression
from derivations.counting.refusal import Refusal

ALL_LINEAR = "all-linear"

PARTS = {"all": ("attention", "mlp"), "attention": ("attention",), "mlp": ("mlp",), "vision": ("vision",),
         "audio": ("audio",)}
"""The words that name parts of a layer; attention and mlp share nothing and make up all. A tower is apart."""

MOST_TARGETS = 100_000
"""The most names that are read."""


class Spelled(NamedTuple):
    """Targets as they were meant: names (and words for parts), or one expression."""

    names: tuple[str, ...] = ()
    expression: Expression | None = None

    def among(self, names: Iterable[str]) -> set[str]:
        """Give those of some whole names that are meant: matched by the expression, or ending in one of the names."""
        if self.expression:
            return self.expression.matching(names)
        return {name for name in names if any(ends_in(name, one) for one in self.names)}


def ends_in(name: str, ending: str) -> bool:
    """Whether these are the last parts of a name, or all of it."""
    return f".{name}".endswith(f".{ending}")


def leaf(name: str) -> str:
    """Give the last part of a name, and where that is a number, the one before it as well.

    >>> leaf("attn1.to_out.0"), leaf("attn1.to_q")
    ('to_out.0', 'to_q')
    """
    before, _, last = name.rpartition(".")
    return f"{before.rpartition('.')[2]}.{last}" if last.isdigit() and before else last


def starred(name: str) -> str:
    """Give a name with a star for each number within it; the last part stays.

    >>> starred("attentions.0.transformer_blocks.3.attn1.to_out.0")
    'attentions.*.transformer_blocks.*.attn1.to_out.0'
    """
    return re.sub(r"(?<=\.)[0-9]+(?=\.)", "*", name)


def spelled(targets: str | Iterable[str], field: str = "targets") -> Spelled:
    """Read targets however they are spelled. Raises `Refusal` where nothing is named."""
    if isinstance(targets, str):
        text = targets.strip()
        listed = pasted(text)
        if listed is None and SPECIAL.search(text):
            return Spelled(expression=Expression(text, field))
        targets = text.split(",") if listed is None else listed
    names = list(targets)
    if not all(isinstance(name, str) for name in names):
        raise Refusal(f"{field}: names are texts")
    if len(names) > MOST_TARGETS:
        raise Refusal(f"{field}: more than {MOST_TARGETS} names aren't read")
    names = [name.strip() for name in names if name.strip()]
    if not names:
        raise Refusal(f"{field}: none is named")
    special = next((name for name in names if SPECIAL.search(name)), None)
    if special is not None and field == "targets" and all(map(SPECIAL.search, names)):   # else it isn't found, no more
        raise Refusal(f"{field}: the library reads a list as names, and no name holds what {special[:60]!r} holds; "
                      "give one regular expression alone")
    return Spelled(tuple(name.lower() if name.lower() == ALL_LINEAR else name for name in dict.fromkeys(names)))


def pasted(text: str) -> list[str] | None:
    """Give the list that a text holds as JSON or Python writes it; None where it isn't one."""
    if not (text.startswith("[") and text.endswith("]") and ('"' in text or "'" in text)):
        return None
    try:
        found = json.loads(text.replace("'", '"'))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) and all(isinstance(name, str) for name in found) else None
