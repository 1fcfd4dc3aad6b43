"""The rules of writing numbers as JSON-able data, so that the browser's calculator writes them identically."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from derivations.language.profile import Profile
from derivations.language.writing.forms import LARGEST_WHOLE_SIZE, PERCENT_DIGITS, POINTS_DIGITS, SIGNIFICANT, SIZES
from derivations.language.writing.numerals import NO_BREAK


def rules(profile: Profile) -> dict[str, Any]:
    """Give one language's rules.

    Rounding is half-even from the exact rational. The scale is chosen after rounding, the largest that fits; `short`
    drops zeros at the end of its decimals, and so does a size that is exact. Below the first scale `short` prints a
    grouped figure. A size without digits of its own is printed in full if it's whole and below `whole_sizes_below`.
    """
    number = profile.number
    percent, tex_percent = profile.percent
    return {
        "language": profile.code,
        "rounding": "half-even",
        "decimal": number.decimal,
        "group": number.group,
        "group_from": number.group_from,
        "group_from_in_formulas": number.group_from_in_formulas,
        "minus": number.minus,
        "plus": number.plus,
        "tex": {"decimal": number.tex_decimal, "group": number.tex_group, "percent": tex_percent, "minus": "-"},
        "percent": percent,
        "points": list(profile.points),
        "significant": {
            "default": SIGNIFICANT,
            "percent": PERCENT_DIGITS,
            "short": SIGNIFICANT,
            "size": SIGNIFICANT,
            "points": POINTS_DIGITS,
        },
        "scales": [asdict(scale) for scale in profile.scales],
        "before_scale": " ",
        "after_scale": profile.after_scale,
        "before_unit": NO_BREAK,
        "units": dict(profile.units),
        "sizes": dict(SIZES),
        "whole_sizes_below": LARGEST_WHOLE_SIZE,
        "about": asdict(profile.about),
        "list": asdict(profile.joiners),
    }
