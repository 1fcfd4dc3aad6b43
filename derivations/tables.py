"""Tables: what `tables/NAME.toml` asks for, derived; as exact values for CSV and JSON.

A specification names formulas, forms and headings in each language; no number of a result stands in it. The bytes of
`NAME.csv` are committed: a changed formula shows in review as numbers that moved.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from derivations.course import Course, Model
from derivations.exact import ByModel, DomainError, Exact, Formula, Value, decimal_text, read_exact
from derivations.exact.written import meant
from derivations.language import Form
from derivations.nearest import nearest, nearest_value
from derivations.places import Placed, Source, Unreadable, read_toml
from derivations.text.expression import ExpressionFault, read_forms
from derivations.text.finding import Finding
from derivations.text.names import input_value
from derivations.text.text import Text

if TYPE_CHECKING:
    from pandas import DataFrame

COLUMN = {"key", "label", "input", "formula", "form", "heading", "inputs"}
MOST_ROWS = 100_000
"""The most rows that a table may ask for."""
_T = TypeVar("_T")
_M = TypeVar("_M", bound=Mapping[str, Any])


class TableFault(ValueError):
    """A specification that can't be derived: which key of it, and why; where texts are missing, a message each."""


Cell = Value | Mapping[str, str]
"""What stands in a cell: a value, or a label by language."""


@dataclass(frozen=True)
class Column:
    """One column: where its cells come from, how they are written, its CSV name and its headings.

    from_  "label" (the row's label), "input" (one of the row's inputs) or "formula"; in a formula's name a `*` stands
           for the row's key
    """

    key: str
    from_: str
    name: str
    forms: tuple[Form, ...]
    heading: Mapping[str, str]
    inputs: Mapping[str, Exact] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One row: its key, its label in each language, and the inputs of its cells."""

    key: str
    label: Mapping[str, str]
    inputs: Mapping[str, Exact]
    model: str = ""


@dataclass(frozen=True)
class Table:
    """A derived table: rows of exact values under columns."""

    name: str
    title: Mapping[str, str]
    note: Mapping[str, str]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    cells: tuple[tuple[Cell, ...], ...]
    filterable: bool = False
    source: Source | None = None

    def texts(self) -> Iterator[Text]:
        """Give what readers read of it beside its numbers; a model's label is a name."""
        said = [("title", self.title), ("note", self.note), *((one.key, one.heading) for one in self.columns)]
        for key, by_language in (*said, *((row.key, row.label) for row in self.rows)):
            for code, text in by_language.items():
                if isinstance(text, Placed) or not self.source:
                    one = Text.of(text, code, f"table.{self.name}.{key}", f"tables/{self.name}.toml")
                    yield replace(one, holds=(key, by_language) in said)

    def csv(self) -> str:
        """Give the table as CSV: one line a row, exact values, no localisation."""
        return as_csv(self._columns())

    def frame(self) -> DataFrame:
        """Give the table as a frame of pandas, of exact objects, for whoever reckons on: the columns of the CSV."""
        import pandas  # noqa: PLC0415 - it takes longer to load than all tables to write

        return pandas.DataFrame(self._columns(), dtype=object)

    def _columns(self) -> dict[str, list[Any]]:
        return with_decimals((column.key, [cell.exact if isinstance(cell, Value) else plain(cell) for cell in cells])
                             for column, cells in zip(self.columns, zip(*self.cells, strict=True), strict=True))

    def json(self) -> str:
        """Give the table as JSON: the same exact values, with each column's unit."""
        columns = [{"key": column.key, "unit": self._unit(i)} for i, column in enumerate(self.columns)]
        rows = [dict(zip((c.key for c in self.columns), map(plain, row), strict=True)) for row in self.cells]
        return json.dumps({"name": self.name, "columns": columns, "rows": rows}, ensure_ascii=False, indent=1) + "\n"

    def _unit(self, i: int) -> str | None:
        return next((cell.unit.name for row in self.cells if isinstance(cell := row[i], Value)), None)


def plain(cell: Cell) -> Any:
    """Give a cell as CSV and JSON hold it: an int, a fraction as text, or the label in the first language."""
    if not isinstance(cell, Value):
        return next(iter(cell.values()))
    return cell.exact if isinstance(cell.exact, int) else str(cell.exact)


def with_decimals(columns: Iterable[tuple[str, Sequence[Any]]]) -> dict[str, list[Any]]:
    """Give columns of exact numbers and labels by name; behind one with fractions (3/1024), one with their decimals.

    There are programs that take 1/12 for a date.
    """
    found: dict[str, list[Any]] = {}
    for key, cells in columns:
        found[key] = [cell if isinstance(cell, int | str) else str(cell) for cell in cells]
        if any(not isinstance(cell, int | str) for cell in cells):
            found[f"{key}_decimal"] = [cell if isinstance(cell, str) else decimal_text(cell) for cell in cells]
    return found


def as_csv(columns: Mapping[str, Sequence[Any]]) -> str:
    """Write columns as CSV, under their names."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([columns, *zip(*columns.values(), strict=True)])
    return out.getvalue()


def read_tables(folder: Path, course: Course) -> tuple[dict[str, Table], list[Finding]]:
    """Derive every table of a folder; a specification that can't be derived is a finding."""
    tables, findings = {}, []
    for path in sorted(folder.glob("*.toml")):
        place = f"{folder.name}/{path.name}"
        try:
            source = read_toml(path, place)
            tables[path.stem] = replace(derive_table(path.stem, source.data, course), source=source)
        except Unreadable as fault:
            findings.append(Finding(place, fault.line, fault.column, fault.message))
        except TableFault as fault:
            findings += [Finding(place, _line_of(source.text, message), 1, message) for message in fault.args]
    return tables, findings


def _line_of(text: str, message: str) -> int:
    """Find the line that holds the word a fault quotes first; the first line otherwise."""
    word = re.escape(message.split("'")[1]) if message.count("'") > 1 else "$^"
    as_key = re.search(rf"(?m)(?:^[ \t]*|[{{,][ \t]*)\"?{word}\"?[ \t]*=|^\[+{word}\]", text)
    found = as_key or re.search(rf"\"{word}\"", text) or re.search(rf"(?<!\w){word}(?!\w)", text)
    return text.count("\n", 0, found.end()) + 1 if found else 1


def derive_table(name: str, spec: Mapping[str, Any], course: Course) -> Table:
    """Derive one table from its specification; raises `TableFault`."""
    _only(spec, {"title", "note", "rows", "columns", "filterable", "literals"}, "the table")
    asked = _is(list, spec.get("columns", []), "columns")
    if silent := list(_silent(spec, asked, course)):
        raise TableFault(*silent)
    columns = tuple(_column(column, course) for column in asked)
    if not columns:
        raise TableFault("a table needs [[columns]]")
    if twice := _twice(column.key for column in columns):
        raise TableFault(f"'{twice}' is the key of two columns")
    rows = tuple(_rows(spec.get("rows", {}), course))
    if not rows:
        raise TableFault("a table needs 'rows'")
    if (double := _twice((row.key, *row.inputs.items()) for row in rows)) is not None:
        raise TableFault(f"of 'rows', {double[0]} stands there twice")
    cells = tuple(tuple(_cell(row, column, course) for column in columns) for row in rows)
    title, note = _texts(spec, "title", course), _texts(spec, "note", course) if spec.get("note") else {}
    return Table(name, title, note, columns, rows, cells, bool(spec.get("filterable", False)))


def _twice(entries: Iterable[_T]) -> _T | None:
    """Give what stands there a second time, if anything does."""
    met: set[_T] = set()
    return next((one for one in entries if one in met or met.add(one)), None)   # type: ignore[func-returns-value]


def _only(spec: Mapping[str, Any], known: set[str], where: str) -> None:
    for key in spec:
        if key not in known:
            raise TableFault(f"'{key}' means nothing in {where}{nearest(key, known)}")


def _silent(spec: Mapping[str, Any], columns: Sequence[Any], course: Course) -> Iterator[str]:
    """Say which languages its title, its note and its headings have no text in."""
    said = [("'title'", spec.get("title", {})), ("'note'", spec.get("note") or dict.fromkeys(course.languages, "-"))]
    for column in columns:
        _only(_is(dict, column, "columns"), COLUMN, "a column")
        said.append((f"the heading of '{column.get('key')}'", column.get("heading", {})))
    for what, texts in said:
        if missing := _missing(texts, course):
            yield f"{what} has no text in {', '.join(missing)}"


def _missing(texts: Any, course: Course) -> list[str]:
    return [code for code in course.languages
            if not isinstance(texts, Mapping) or not isinstance(texts.get(code), str) or not texts[code]]


def _texts(spec: Mapping[str, Any], key: str, course: Course) -> Mapping[str, str]:
    texts = spec.get(key, {})
    if missing := _missing(texts, course):
        raise TableFault(f"'{key}' has no text in {', '.join(missing)}")
    return {code: texts[code] for code in course.languages}


def _column(spec: Mapping[str, Any], course: Course) -> Column:
    sources = [source for source in ("label", "input", "formula") if source in spec]
    if len(sources) != 1 or "key" not in spec:
        raise TableFault(f"a column has a key and one of label, input, formula: {dict(spec)}")
    source = sources[0]
    name = str(spec[source])
    if source == "input" and name not in course.symbols:
        raise TableFault(f"'{name}' is no symbol{nearest(name, course.symbols)}")
    if source == "formula" and "*" not in name and name not in course.formulas:
        raise TableFault(f"'{name}' is no formula{nearest_value(name, course.formulas)}")
    try:
        forms = read_forms(str(spec.get("form", "")))
    except ExpressionFault as fault:
        raise TableFault(f"'{spec['form']}': {fault.message}") from None
    heading = _texts(spec, "heading", course)
    return Column(str(spec["key"]), source, name, forms, heading, _inputs(spec, course))


def _is(kind: type[_T], entry: Any, key: str) -> _T:
    if not isinstance(entry, kind):
        raise TableFault(f"'{key}' is not {_KINDS[kind]}")
    return entry


_KINDS: Mapping[type, str] = {dict: "a table of names and entries", list: "a list", str: "a text"}


def _exact(inputs: Mapping[str, Any]) -> dict[str, Exact]:
    exact: dict[str, Exact] = {}
    for name, number in inputs.items():
        if isinstance(number, str):
            exact[name] = read_exact(number)
            if exact[name] is None:
                raise TableFault(f"'{number}' is not a number")
        elif isinstance(number, int) and not isinstance(number, bool):
            exact[name] = number
        else:
            near = meant(number) if isinstance(number, float) else None
            raise TableFault(f"'{name}' is not exact" + (
                f'; write "{near.numerator}/{near.denominator}"' if isinstance(near, Fraction) else
                f"; write {near}" if near is not None else ": write a whole number, or a fraction in quotes"))
    return exact


def _inputs(spec: Mapping[str, Any], course: Course) -> dict[str, Exact]:
    """Read the inputs of rows, of a row, or of a column."""
    return _exact(_known(_is(dict, spec.get("inputs", {}), "inputs"), course))


def _known(inputs: _M, course: Course) -> _M:
    for name in inputs:
        if name not in course.symbols:
            raise TableFault(f"'{name}' is no symbol{nearest(name, course.symbols)}")
    return inputs


def _rows(spec: Any, course: Course) -> list[Row]:
    """Read the rows: models times a grid of inputs, or one item each."""
    if isinstance(spec, list):
        return [_item(item, course) for item in spec]
    _only(_is(dict, spec, "rows"), {"models", "first", "except", "grid", "inputs"}, "rows")
    fixed, grid = _inputs(spec, course), _known(_is(dict, spec.get("grid", {}), "grid"), course)
    if prod(len(_is(list, numbers, "grid")) for numbers in grid.values()) > MOST_ROWS:
        raise TableFault(f"'grid' asks for more than {MOST_ROWS} rows")
    names = spec.get("models", [])
    if names == "all":
        first = spec.get("first", [])
        names = [*first, *(name for name in course.models if name not in (*first, *spec.get("except", ())))]
    combinations = [
        {**fixed, **_exact(dict(zip(grid, numbers, strict=True)))} for numbers in itertools.product(*grid.values())
    ]
    names = [_is(str, name, "models") for name in _is(list, names, "models")]
    if not names:
        return [Row(", ".join(f"{k}={v}" for k, v in inputs.items()), {}, inputs) for inputs in combinations if inputs]
    rows = []
    for name in names:
        if name not in course.models:
            raise TableFault(f"'{name}' is no model{nearest(name, course.models)}")
        model: Model = course.models[name]
        label = dict.fromkeys(course.languages, model.label)
        rows += [Row(name, label, {**model.inputs, **inputs}, name) for inputs in combinations]
    return rows


def _item(spec: Mapping[str, Any], course: Course) -> Row:
    _only(_is(dict, spec, "rows"), {"key", "label", "inputs", "model"}, "a row")
    key, model = str(spec.get("key", "")), str(spec.get("model", ""))
    return Row(key, _texts(spec, "label", course), _inputs(spec, course), model)


def _cell(row: Row, column: Column, course: Course) -> Cell:
    if column.from_ == "label":
        return row.label
    inputs, name = {**row.inputs, **column.inputs}, column.name
    try:
        if column.from_ == "input":
            if name not in inputs:
                raise TableFault(f"row {row.key} has no input '{name}'")
            return input_value(course.symbols[name], inputs[name])
        name = name.replace("*", row.key)
        formula = course.formulas.get(name)
        if formula is None:
            raise TableFault(
                f"'{column.name}' in row {row.key} is no formula: {name}{nearest_value(name, course.formulas)}")
        if isinstance(formula, ByModel):
            if not row.model:
                raise TableFault(f"'{name}' depends on the model, and row {row.key} names none")
            formula = formula.formula_of(row.model)
        name = formula.name
        return _value(formula, inputs, row)
    except DomainError as fault:
        raise TableFault(f"'{name}' in row {row.key}: {fault}") from None


def _value(formula: Formula, inputs: Mapping[str, Exact], row: Row) -> Value:
    takes = {symbol.name: inputs.get(symbol.name) for symbol in formula.free}
    for name, number in takes.items():
        if number is None:
            raise TableFault(f"'{formula.name}' needs the input {name}, which row {row.key} does not give")
    value = formula(origin=row.model, **takes)
    assert isinstance(value, Value)
    return value
