"""The rules of writing numbers as JSON-able data, so that the browser's calculator writes them identically."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from derivations.language import pack
from derivations.language.profile import Profile
from derivations.language.reading.numberwords import unaccented
from derivations.language.writing.forms import LARGEST_WHOLE_SIZE, PERCENT_DIGITS, SIGNIFICANT, SIZES
from derivations.language.writing.numerals import NO_BREAK

LONGEST_ABBREVIATION = 2


def rules(profile: Profile, others: Sequence[str] = ()) -> dict[str, Any]:
    """Give one language's rules.

    Rounding is half-even from the exact rational. The scale is chosen after rounding, the largest that fits; `short`
    drops zeros at the end of its decimals, and so does a size that is exact. Below the first scale `short` prints a
    grouped figure. A size without digits of its own is printed in full if it's whole and below
    `whole_sizes_below`. `others` are languages whose words a reader may type as well.
    """
    number = profile.number
    return {
        "decimal": number.decimal,
        "group": number.group,
        "group_from": number.group_from,
        "group_from_in_formulas": number.group_from_in_formulas,
        "minus": number.minus,
        "plus": number.plus,
        "percent": profile.percent[0],
        "significant": {"default": SIGNIFICANT, "percent": PERCENT_DIGITS, "short": SIGNIFICANT, "size": SIGNIFICANT},
        "scales": [asdict(scale) for scale in profile.scales],
        "before_scale": " ",
        "before_unit": NO_BREAK,
        "units": dict(profile.units),
        "sizes": dict(SIZES),
        "whole_sizes_below": LARGEST_WHOLE_SIZE,
        "answers": _answers(profile.code, others),
    }


def _answers(code: str, others: Sequence[str]) -> dict[str, Any]:
    """Give the words that may stand in a typed answer; what other languages say is understood where it means one thing.

    An abbreviation of another language isn't: it is too short to be sure of.
    """
    own, theirs = _typed(code), [_typed(other) for other in others]
    scales = {word: power for one in reversed(theirs) for word, power in one["scales"].items()
              if len(word) > LONGEST_ABBREVIATION and word not in own["ask"]} | own["scales"]
    lists = {key: list(dict.fromkeys(word for one in (own, *theirs) for word in one[key]))
             for key in ("skip", "percent", "approximately", "root", "articles")}
    numbers, parts = ({word: number for one in reversed((own, *theirs)) for word, number in one[key].items()}
                      for key in ("numbers", "parts"))
    joins = list(dict.fromkeys(one["join"] for one in (own, *theirs)))
    return {"scales": scales, "ask": own["ask"], "numbers": numbers, "parts": parts, "joins": joins, **lists}


def _typed(code: str) -> dict[str, Any]:
    """Give a pack's words for answers, with and without their accents; what is to be asked about stays as it is."""
    counting = pack.table(code, "counting")
    given, kinds, fractions = counting["answers"], counting["words"], counting["fractions"]
    named = [kinds[kind] for kind in ("small", "teen", "tens", "hundred")] + [given["numbers"]]
    divided = [fractions["parts"], {word.split()[0]: number for word, number in fractions["whole"].items()}]
    numbers, parts = ({spelled: number for table in tables for word, number in table.items()
                       for spelled in (word, unaccented(word))} for tables in (named, [*divided, given["parts"]]))
    bare = {unaccented(word): power for word, power in given["scales"].items() if unaccented(word) not in given["ask"]}
    return {**given, "scales": {**bare, **given["scales"]}, "numbers": numbers, "parts": parts,
            "join": counting["joined"]["by"]}
