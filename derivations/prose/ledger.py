"""The ledger: every printed value with its place, its formula, its inputs, its exact value and the text printed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from derivations.prose.page import Page
from derivations.prose.render import Rendered


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


def entries(pages: Iterable[tuple[Page, Rendered]]) -> list[Entry]:
    """List every value that the pages print, page by page and in order of place."""
    found = []
    for page, rendered in pages:
        for one in rendered.prints:
            line, column = page.lines.place(one.offset)
            value = one.value
            inputs = {name: str(number) for name, number in value.inputs.items()}
            form = " | ".join(str(form) for form in one.forms)
            found.append(Entry(page.path, page.language, line, column, one.expression, value.formula.name, inputs,
                               value.unit.name, str(value.exact), form, one.text))
    return found


def as_json(found: Iterable[Entry]) -> str:
    """Write the ledger, one value a line, so that two ledgers can be compared line by line."""
    lines = ",\n".join(json.dumps(asdict(entry), ensure_ascii=False) for entry in found)
    return f"[\n{lines}\n]\n" if lines else "[]\n"
