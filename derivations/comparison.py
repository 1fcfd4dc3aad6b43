"""Two ledgers compared: which values moved, from what to what, on which pages; which claims are near failing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest

from derivations.ledger import ClaimEntry, Entry

NEAR = Fraction(1, 20)
"""A claim whose sides are within this share of each other is worth a look."""


@dataclass(frozen=True)
class Move:
    """One value that moved, came or went: its expression, its printed and exact forms, and the places that print it."""

    expression: str
    before: str
    after: str
    exact_before: str
    exact_after: str
    places: tuple[str, ...]


def moves(old: Sequence[Entry], new: Sequence[Entry]) -> list[Move]:
    """List the values whose exact number or printed text differs, each once with all its places."""
    before, after = _by_expression(old), _by_expression(new)
    found: dict[tuple[str, str, str, str, str], list[str]] = defaultdict(list)
    for key in sorted(before.keys() | after.keys()):
        _, page, expression = key
        for one, other in zip_longest(before.get(key, []), after.get(key, [])):       # each printing, in order
            same = one and other and (one.exact, one.printed) == (other.exact, other.printed)
            if same:
                continue
            here = other or one
            assert here is not None
            text = (expression, one.printed if one else "", other.printed if other else "",
                    one.exact if one else "", other.exact if other else "")
            found[text].append(f"{page}:{here.line}:{here.column}")
    return [Move(*text, tuple(places)) for text, places in found.items()]


def _by_expression(entries: Iterable[Entry]) -> dict[tuple[str, str, str], list[Entry]]:
    grouped: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        grouped[entry.language, entry.page, entry.expression].append(entry)
    return grouped


def near_limits(claims: Iterable[ClaimEntry]) -> list[ClaimEntry]:
    """List the claims whose closest comparison is within `NEAR` of failing."""
    return [claim for claim in claims if claim.margin and Fraction(claim.margin) <= NEAR]


def report(found: Sequence[Move], near: Sequence[ClaimEntry]) -> str:
    """Write a comparison as Markdown, as the changelog takes it."""
    lines = []
    for move in found:
        places = ", ".join(move.places)
        if not move.before:
            lines.append(f"- `{move.expression}` is new: {move.after} ({places})")
        elif not move.after:
            lines.append(f"- `{move.expression}` is gone: it was {move.before} ({places})")
        else:
            moved = move.exact_before != move.exact_after
            exact = f"; exactly {move.exact_before} → {move.exact_after}" if moved else ""
            lines.append(f"- `{move.expression}`: {move.before} → {move.after}{exact} ({places})")
    if not lines:
        lines.append("No printed value moved.")
    if near:
        lines += ["", "Claims near their limits:"]
        lines += [
            f"- “{claim.words}” ({claim.page}:{claim.line}:{claim.column}): the sides of `{claim.condition}` are "
            f"{float(Fraction(claim.margin)) * 100:.2g}% apart"
            for claim in near
        ]
    return "\n".join(lines) + "\n"
