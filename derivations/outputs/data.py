"""A course as data: what its documents show of formulas, symbols, models and drills; an index names each schema.

Numbers are exact: integers, or fractions as text, "3/1024". Names are the ids, and they stay. The schemas lie beside
this module, a file a kind; the number in their path changes when a reader of the old form can't read the new one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from derivations.book import Book
from derivations.course import Course, Drill
from derivations.exact import ByModel, Exact, Formula, Value
from derivations.exact.code import sympy_text

VERSION = 1
SCHEMAS = Path(__file__).with_name("schema")
KINDS = {"ledger.json": "ledger", "claims.json": "claims", "formulas.json": "formulas", "models.json": "models",
         "drills.json": "drills"}
"""What the files at the top of a site hold; those of its tables are of the kind `table`."""


def data(book: Book) -> dict[str, bytes]:
    """Give the files: formulas, models, drills, the index of all that is data, and the schemas of what a site holds."""
    made = {"formulas.json": formulas(book), "models.json": _models(book.course), "drills.json": _drills(book.course)}
    listed = [*KINDS.items(), *((f"tables/{name}.json", "table") for name in book.tables)]
    made["data.json"] = {"version": VERSION, "course": book.course.name, "languages": list(book.languages), "files": [
        {"path": path, "schema": f"schema/v{VERSION}/{kind}.json"} for path, kind in listed]}
    files = {path: (json.dumps(one, ensure_ascii=False, indent=1) + "\n").encode() for path, one in made.items()}
    kinds = sorted({"data", *(kind for _, kind in listed)})
    return {**files, **{f"schema/v{VERSION}/{kind}.json": (SCHEMAS / f"{kind}.json").read_bytes() for kind in kinds}}


def formulas(book: Book) -> dict[str, Any]:
    """Give every formula that the documents show, and every symbol of theirs."""
    course, names, with_steps = book.course, shown(book), derived(book)
    found = [(name, one) for name, one in course.formulas.items() if name in names]
    letters = {symbol.name for _, one in found if isinstance(one, Formula) for symbol in one.symbols}
    return {
        "version": VERSION,
        "symbols": [
            {"name": name, "tex": symbol.tex or name, "integer": symbol.integer, "below": symbol.below,
             "unit": symbol.unit.name, "meaning": _said(course, f"symbol.{name}")}
            for name, symbol in course.symbols.items() if name in letters
        ],
        "formulas": [_formula(name, one, book, with_steps) for name, one in found],
    }


def _formula(name: str, formula: Formula | ByModel, book: Book, with_steps: set[str]) -> dict[str, Any]:
    shared = {"name": name, "unit": formula.unit.name, "meaning": _said(book.course, f"formula.{name}")}
    if isinstance(formula, ByModel):
        return {**shared, "by_model": True, "symbols": [], "expression": None, "tex": None, "source": "", "steps": []}
    writer = next(iter(book.languages.values()))
    return {
        **shared, "by_model": False, "symbols": [symbol.name for symbol in formula.symbols],
        "expression": sympy_text(formula.expression), "tex": writer.formula(formula).tex, "source": formula.source,
        "steps": [{"reason": step.reason, "tex": writer.expression(step.expression).tex} for step in formula.steps]
        if name in with_steps else [],
    }


def shown(book: Book) -> set[str]:
    """Name the formulas that the documents derive, print, tabulate or ask for."""
    printed = {entry.formula for entry in book.ledger()}
    cells = {cell.formula.name for table in book.tables.values() for row in table.cells for cell in row
             if isinstance(cell, Value)}
    asked = {drill.answer.name for drill in book.course.drills.values()}
    return (printed | cells | asked | derived(book)) & set(book.course.formulas)       # an input bears a symbol's name


def derived(book: Book) -> set[str]:
    """Name the formulas whose derivation a page shows."""
    return {call.name for page in book.pages.values() for call in page.blocks() if call.kind == "derivation"}


def _models(course: Course) -> dict[str, Any]:
    return {"version": VERSION, "models": [
        {"name": model.name, "label": model.label, "family": model.family, "inputs": dict(model.inputs),
         "source": model.source} for model in course.models.values()]}


def _drills(course: Course) -> dict[str, Any]:
    return {"version": VERSION, "drills": [
        {"name": drill.name, "title": _said(course, f"drill.{drill.name}.title"), "formula": drill.answer.name,
         "unit": drill.answer.unit.name, "form": drill.form, "slips": [slip.key for slip in drill.slips],
         "variants": [{"inputs": dict(_exact(inputs)), "answer": str(_worked(drill, inputs).exact)}
                      for inputs in drill.variants]}
        for drill in course.drills.values()]}


def _worked(drill: Drill, inputs: Mapping[str, Exact]) -> Value:
    answer = drill.answer(**inputs)
    assert isinstance(answer, Value)
    return answer


def _exact(inputs: Mapping[str, Exact]) -> Iterator[tuple[str, str]]:
    yield from ((name, str(number)) for name, number in inputs.items())


def _said(course: Course, key: str) -> dict[str, str]:
    """Give a text of the course in each language that has it."""
    return {code: texts[key] for code, texts in course.words.items() if key in texts}
