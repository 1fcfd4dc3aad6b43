"""Why a question about a model can't be answered: one sentence that names what is wrong."""

from __future__ import annotations

from collections.abc import Iterable


class Refusal(ValueError):
    """A question that has no exact answer as it is put; the message is one line and names the field or the name."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Give "; nearest: NAME" for the known name that looks most like this one, or nothing."""
    from difflib import get_close_matches  # noqa: PLC0415 - only on the way to an error

    spelled = {candidate.lower(): candidate for candidate in known}
    near = get_close_matches(name.lower(), spelled, 1)
    return f"; nearest: {spelled[near[0]]}" if near else ""
