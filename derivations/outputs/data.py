"""A course as data: what its pages print and claim, its tables, formulas, symbols, models and drills.

Numbers are exact: integers, or fractions as text, "3/1024". Names are the ids, and they stay. An index names the
schema of each file. The schemas lie beside this module, a file a kind; the number in their path changes when a reader
of the old form can't read the new one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from derivations.blocks.measure import value_of
from derivations.book import Book
from derivations.course import Course
from derivations.exact import ByModel, Formula
from derivations.ledger import as_lines, claim_entries, joined
from derivations.outputs.written import Written

VERSION = 1
SCHEMAS = Path(__file__).with_name("schema")
KINDS = {"ledger.json": "ledger", "claims.json": "claims", "formulas.json": "formulas", "models.json": "models",
         "drills.json": "drills"}
"""What the files at the top of a site hold; those of its tables and plots are of the kinds `table` and `plot`."""


def data(book: Book, written: Written) -> dict[str, bytes]:
    """Give the files: formulas, models, drills, the index of all that is data, and the schemas of what a site holds."""
    made = {"formulas.json": _formulas(book.course, written, next(iter(book.languages))),
            "models.json": _models(book.course), "drills.json": _drills(book.course)}
    listed = [*KINDS.items(), *((f"tables/{name}.json", "table") for name in book.tables),
              *((f"plots/{name}.{code}.json", "plot") for name in book.course.plots for code in book.languages)]
    made["data.json"] = {"version": VERSION, "course": book.course.name, "languages": list(book.languages), "files": [
        {"path": path, "schema": f"schema/v{VERSION}/{kind}.json"} for path, kind in listed]}
    files = {path: (json.dumps(one, ensure_ascii=False, indent=1) + "\n").encode() for path, one in made.items()}
    kinds = sorted({"data", *(kind for _, kind in listed)})
    return {**files, **{f"schema/v{VERSION}/{kind}.json": (SCHEMAS / f"{kind}.json").read_bytes() for kind in kinds}}


def files(book: Book) -> dict[str, bytes]:
    """Give the data that pages ask for or lead to, by path."""
    return {**gathered(records(book, src) for src in book.pages), **shared(book)}


def records(book: Book, src: str) -> list[str]:
    """Give what the files of data say of a page: the lines of its values, and those of its claims."""
    return [as_lines(book.entries(src)), as_lines(claim_entries(book.pages[src]))]


def gathered(told: Iterable[Sequence[str]]) -> dict[str, bytes]:
    """Give the files that hold what is said of every page."""
    ledger, claims = zip(*told, strict=True) if (told := list(told)) else ((), ())
    return {"ledger.json": joined(ledger).encode(), "claims.json": joined(claims).encode()}


def shared(book: Book) -> dict[str, bytes]:
    """Give the files that are no page's: those of the tables, and of what blocks show."""
    made = {f"tables/{name}.csv": table.csv().encode() for name, table in book.tables.items()}
    made |= {f"tables/{name}.json": table.json().encode() for name, table in book.tables.items()}
    return {**made, **book.press.files()}


def _formulas(course: Course, written: Written, first: str) -> dict[str, Any]:
    """Give every symbol and every formula, written as in the first language."""
    return {
        "version": VERSION,
        "symbols": [
            {"name": name, "tex": symbol.tex, "integer": symbol.integer, "below": symbol.below,
             "unit": symbol.unit.name, "meaning": _said(course, f"symbol.{name}")}
            for name, symbol in course.symbols.items()
        ],
        "formulas": [{"name": name, "unit": one.unit.name, "meaning": _said(course, f"formula.{name}"),
                      **_derived(one, written, first)} for name, one in course.formulas.items()],
    }


def _derived(formula: Formula | ByModel, written: Written, first: str) -> dict[str, Any]:
    if isinstance(formula, ByModel):
        return {"by_model": True, "symbols": [], "expression": None, "tex": None, "source": "", "steps": []}
    said = written[formula.name]["said"][first]
    return {"by_model": False, "symbols": [symbol.name for symbol in formula.symbols],
            "expression": written[formula.name]["expression"], "tex": said["tex"], "source": formula.source,
            "steps": [{"reason": step["key"], "tex": step["tex"]} for step in said["steps"]]}


def _models(course: Course) -> dict[str, Any]:
    return {"version": VERSION, "models": [
        {"name": model.name, "label": model.label, "family": model.family,
         "inputs": {key: one if isinstance(one, int) else str(one) for key, one in model.inputs.items()},
         "source": model.source} for model in course.models.values()]}


def _drills(course: Course) -> dict[str, Any]:
    return {"version": VERSION, "drills": [
        {"name": drill.name, "title": _said(course, f"drill.{drill.name}.title"), "formula": drill.answer.name,
         "unit": drill.answer.unit.name, "form": drill.form, "slips": [slip.key for slip in drill.slips],
         "variants": [{"inputs": {name: str(number) for name, number in inputs.items()},
                       "answer": str(value_of(drill.answer, inputs, "drill", drill.name).exact)}
                      for inputs in drill.variants]}
        for drill in course.drills.values()]}


def _said(course: Course, key: str) -> dict[str, str]:
    """Give a text of the course in each language that has it."""
    return {code: texts[key] for code, texts in course.words.items() if key in texts}
