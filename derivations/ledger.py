"""The ledger: every printed value with its place, formula, inputs, exact value and printed text; and every claim."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from derivations.text.marks import Rendered
from derivations.text.page import Page


@dataclass(frozen=True, order=True)
class Entry:
    """One printed value. `inputs` and `exact` are exact: integers, or fractions as "3/1024"."""

    page: str
    language: str
    line: int
    column: int
    expression: str
    formula: str
    inputs: Mapping[str, str]
    unit: str
    exact: str
    form: str
    printed: str


@dataclass(frozen=True, order=True)
class ClaimEntry:
    """One claim: its words, its condition, and how far its closest comparison is from its limit (a fraction, or "")."""

    page: str
    language: str
    line: int
    column: int
    words: str
    condition: str
    margin: str


def claim_entries(page: Page) -> list[ClaimEntry]:
    """List every claim of a page."""
    found = []
    for claim, verdict in page.verdicts:
        line, column = page.lines.place(claim.start)
        words = " ".join(page.source[slice(*claim.words)].split())
        margin = "" if verdict.margin is None else str(verdict.margin)
        found.append(ClaimEntry(page.path, page.language, line, column, words, claim.condition.strip(), margin))
    return found


def entries(page: Page, rendered: Rendered) -> list[Entry]:
    """List every value that a page prints, in order of place."""
    found = []
    for one in rendered.prints:
        line, column = page.lines.place(one.offset)
        value = one.value
        inputs = {name: str(number) for name, number in value.inputs.items()}
        form = " | ".join(str(form) for form in one.forms)
        found.append(Entry(page.path, page.language, line, column, one.expression, value.formula.name, inputs,
                           value.unit.name, str(value.exact), form, one.text))
    return found


def as_lines(found: Iterable[Entry | ClaimEntry]) -> str:
    """Write entries as JSON, one a line, so that two ledgers can be compared line by line."""
    return ",\n".join(json.dumps(vars(entry), ensure_ascii=False) for entry in found)


def joined(lines: Iterable[str]) -> str:
    """Write the lines of several pages as one list of JSON."""
    whole = ",\n".join(filter(None, lines))
    return f"[\n{whole}\n]\n" if whole else "[]\n"


def as_json(found: Iterable[Entry | ClaimEntry]) -> str:
    """Write entries as a list of JSON."""
    return joined([as_lines(found)])


def from_json(text: str) -> list[Entry]:
    """Read a ledger back. Raises `ValueError` for a text that is none."""
    return [Entry(**entry) for entry in _records(text, Entry)]


def claims_from_json(text: str) -> list[ClaimEntry]:
    """Read a list of claims back. Raises `ValueError` for a text that is none."""
    return [ClaimEntry(**entry) for entry in _records(text, ClaimEntry)]


def _records(text: str, kind: type[Entry | ClaimEntry]) -> list[dict[str, Any]]:
    data: Any = json.loads(text)
    names = {field.name for field in fields(kind)}
    if not isinstance(data, list) or any(not isinstance(one, dict) or set(one) != names for one in data):
        raise ValueError("not a ledger: an entry has " + ", ".join(sorted(names)))
    for one in data:
        for key, entry in one.items():
            kind_of = int if key in ("line", "column") else dict if key == "inputs" else str
            if type(entry) is not kind_of or (key == "margin" and not _FRACTION.fullmatch(str(entry))):
                raise ValueError(f"not a ledger: {key} can't be {json.dumps(entry)[:40]}")
    return data


_FRACTION = re.compile(r"|-?[0-9]{1,4000}(/[1-9][0-9]{0,4000})?")
