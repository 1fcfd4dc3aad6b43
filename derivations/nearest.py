"""What was probably meant: the known name most like one that nobody knows, for the end of an error."""

from __future__ import annotations

from collections.abc import Collection, Iterable


def closest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Give the known name that looks most like this one, whatever the case; "" if none does.

    cutoff  how much alike they must be, from 0 to 1, as `difflib` measures it
    """
    from difflib import get_close_matches  # noqa: PLC0415 - only on the way to an error

    spelled = {candidate.lower(): candidate for candidate in known}
    near = get_close_matches(name.lower(), spelled, 1, cutoff)
    return spelled[near[0]] if near else ""


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """Give "; nearest: NAME" for the closest known name, or "".

    >>> nearest("layer.lroa", ["layer.lora", "mlp.lora"])
    '; nearest: layer.lora'
    """
    near = closest(name, known, cutoff)
    return f"; nearest: {near}" if near else ""


def nearest_value(name: str, known: Collection[str]) -> str:
    """Give "; nearest: NAME" for the closest dotted name: as a whole, else by its last part alone.

    More is asked of dotted names than of others, for all of one room begin alike.

    >>> nearest_value("mlp.lroa", ["layer.lora", "mlp.ratio"])
    '; nearest: layer.lora'
    """
    ends = {one.rpartition(".")[2]: one for one in known}
    near = closest(name, known, 0.7) or ends.get(closest(name.rpartition(".")[2], ends, 0.7))
    return f"; nearest: {near}" if near else ""
