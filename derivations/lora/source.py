"""The source document's figures: what it states, what the check says of it, and which formula derives it.

`source.toml` is their only home; the page about the source and the tests both read them from here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from derivations.course import VERDICTS, Statement
from derivations.exact import Exact, read_exact
from derivations.nearest import nearest

PLACE = Path(__file__).with_name("source.toml")

SCALES: Mapping[str, Exact] = {
    "": 1, "bytes": 1, "r/h": 1, "%": Fraction(1, 100), "K": 10**3, "M": 10**6, "B": 10**9,
    "MB": 10**6, "GB": 10**9, "MiB": 2**20, "GiB": 2**30,
}
"""How many plain units one of the document's units is."""

_KEYS = ("stated", "language", "number", "unit", "verdict", "formula", "inputs", "slip")


class SourceFault(ValueError):
    """An entry of `source.toml` that can't be read: where it is, what is wrong, and what would be right."""


def read(text: str, name: str = PLACE.name) -> dict[str, Statement]:
    """Read statements in the format of `source.toml`. Raises `SourceFault` at the first entry that breaks it."""
    try:
        sections = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise SourceFault(f"{name}: {fault}") from None
    found: dict[str, Statement] = {}
    for section, entries in sections.items():
        for id_, entry in _tables(entries, section, name):
            if id_ in found:
                raise SourceFault(f"{_at(text, name, section, id_)}: {id_} is in the section {found[id_].section} too")
            try:
                found[id_] = _statement(id_, section, entry)
            except SourceFault as fault:
                raise SourceFault(f"{_at(text, name, section, id_)}: {id_}: {fault}") from None
    return found


def _tables(entries: Any, section: str, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if not isinstance(entries, dict) or not all(isinstance(entry, dict) for entry in entries.values()):
        raise SourceFault(f"{name}: {section}: a figure stands under [section.id]")
    yield from entries.items()


def _at(text: str, name: str, section: str, id_: str) -> str:
    """Give file and line of an entry."""
    for line, row in enumerate(text.splitlines(), 1):
        if row.split("#")[0].strip() == f"[{section}.{id_}]":
            return f"{name}:{line}"
    return name


def _statement(id_: str, section: str, entry: Mapping[str, Any]) -> Statement:
    for key, value in entry.items():
        if key not in _KEYS:
            raise SourceFault(f"{key!r} means nothing here{nearest(key, _KEYS)}")
        if key != "inputs" and (not isinstance(value, str) or not value):
            raise SourceFault(f"{key} is a text in quotation marks, not {value!r}")
    for key in ("stated", "verdict"):
        if key not in entry:
            raise SourceFault(f"{key} is missing")
    verdict, unit = entry["verdict"], entry.get("unit", "")
    if verdict not in VERDICTS:
        raise SourceFault(f"there is no verdict {verdict!r}{nearest(verdict, VERDICTS)}")
    if unit not in SCALES:
        raise SourceFault(f"there is no unit {unit!r}{nearest(unit, SCALES)}")
    if "formula" not in entry and ("inputs" in entry or "slip" in entry):
        raise SourceFault("inputs and slip belong to a formula, and none is named")
    number, decimals = _number(entry["number"]) if "number" in entry else (None, None)
    return Statement(
        id=id_, section=section, stated=entry["stated"], number=number, unit_text=unit, scale=SCALES[unit],
        verdict=verdict, formula=entry.get("formula", ""), inputs=_inputs(entry.get("inputs", {})),
        slip=entry.get("slip", ""), decimals=decimals, language=entry.get("language", "en"),
    )


def _number(text: str) -> tuple[Exact, int | None]:
    """Read a printed number: its exact value, and how many decimals it has (None for a fraction)."""
    number = read_exact(text)
    if number is None:
        raise SourceFault(f"number is written as the document prints it, as in \"0.30\", not {text!r}")
    return number, None if "/" in text else len(text.partition(".")[2])


def _inputs(entry: Any) -> dict[str, Exact]:
    if not isinstance(entry, dict):
        raise SourceFault("inputs are written as { h = 768, r = 8 }")
    return {symbol: _exact(symbol, number) for symbol, number in entry.items()}


def _exact(symbol: str, number: Any) -> Exact:
    """Read an input: a whole number, or a fraction in quotation marks."""
    if isinstance(number, int) and not isinstance(number, bool):
        return number
    exact = read_exact(number) if isinstance(number, str) else None
    if exact is None:
        raise SourceFault(f"{symbol} is not exact: write a whole number, or a fraction in quotation marks")
    return exact


STATEMENTS: Mapping[str, Statement] = read(PLACE.read_text(encoding="utf-8"))
"""Every figure of the source document, by id."""
