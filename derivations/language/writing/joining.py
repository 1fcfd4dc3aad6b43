"""Values side by side: lists, tuples and the shapes of matrices, joined as a language does."""

from __future__ import annotations

import re
from collections.abc import Sequence

from derivations.language.profile import Joiners, Profile
from derivations.language.writing.numerals import NO_BREAK, Written, numeral, tex_text
from derivations.language.writing.rounding import unrounded


def list_of(items: Sequence[Written | str], profile: Profile) -> Written:
    """Join members: "8, 16 and 64"; «0,15; 0,29 y 1,6»."""
    members = _members(items)
    texts, texs = [member.text for member in members], [member.tex for member in members]
    separator = _separator(texts, profile)
    last = _last(texts, profile.joiners)
    return Written(
        _joined(texts, separator, last),
        _joined(texs, f"{separator.strip()}\\ ", rf"\ {tex_text(last.strip())}\ "),
        any(member.rounded for member in members),
    )


def tuple_of(items: Sequence[Written | str], profile: Profile) -> Written:
    """Write members in brackets: "(0.5, 1.5)"; «(0,5; 1,5)»."""
    members = _members(items)
    separator = _separator([member.text for member in members], profile)
    text = separator.join(member.text for member in members)
    tex = f"{separator.strip()}\\ ".join(member.tex for member in members)
    return Written(f"({text})", f"({tex})", any(member.rounded for member in members))


def shape(sizes: Sequence[int], profile: Profile) -> Written:
    """Write the shape of a matrix: 768 × 768."""
    pairs = [numeral(unrounded(size), profile.number) for size in sizes]
    cross = f"{NO_BREAK}×{NO_BREAK}"
    return Written(cross.join(text for text, _ in pairs), r" \times ".join(tex for _, tex in pairs))


def _members(items: Sequence[Written | str]) -> list[Written]:
    return [item if isinstance(item, Written) else Written(item, tex_text(item)) for item in items]


def _joined(members: list[str], separator: str, last: str) -> str:
    return separator.join(members[:-1]) + last + members[-1] if len(members) > 1 else "".join(members)


def _separator(texts: list[str], profile: Profile) -> str:
    joiners: Joiners = profile.joiners
    decimals = any(_has_decimals(text, profile.number.decimal) for text in texts)
    return joiners.decimal_separator if decimals else joiners.separator


def _has_decimals(text: str, decimal: str) -> bool:
    """Whether the decimal sign stands between two digits."""
    before, sign, after = text.partition(decimal)
    return bool(sign) and before[-1:].isdigit() and after[:1].isdigit()


def _last(texts: list[str], joiners: Joiners) -> str:
    """Give what stands before the last member: some sounds ask for another word."""
    before = (word for pattern, word in joiners.last_before if texts and re.match(pattern, texts[-1].lower()))
    return next(before, joiners.last)
