"""Tables: what `tables/NAME.toml` asks for, derived; as exact values for CSV and JSON, as HTML for a page.

A specification names formulas, forms and headings in both languages; no number of a result stands in it. pandas builds
the frame that becomes `NAME.csv`, whose bytes are committed: a changed formula shows in review as numbers that moved.

A page's table holds each column's formula once, in a list below it. What its cells open to, from formula to figure, is
data for the script, which puts a cell's line between the column's entry and what the row's inputs are.
"""

from __future__ import annotations

import itertools
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from derivations.course import Course, Model, source_in
from derivations.exact import ByModel, DomainError, Exact, Formula, Value
from derivations.language import FORMS, LANGUAGES, Form, Language
from derivations.prose.blocks.script import as_script
from derivations.prose.code import sympy_text
from derivations.prose.expression import ExpressionFault, input_value, read_forms
from derivations.prose.finding import Finding
from derivations.prose.marks import tex_html
from derivations.prose.where import WHERE_WORDS


class TableFault(ValueError):
    """A specification that can't be derived: which key of it, and why."""


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
    """A derived table: rows of exact values under columns. A cell is a value, or a label by language."""

    name: str
    title: Mapping[str, str]
    note: Mapping[str, str]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    cells: tuple[tuple[Value | Mapping[str, str], ...], ...]
    course: Course
    filterable: bool = False

    def csv(self) -> str:
        """Give the table as CSV: one line a row, exact values (fractions as 3/1024), no localisation."""
        import pandas  # noqa: PLC0415 - only where a table is written

        frame = pandas.DataFrame(
            [[_plain(cell) for cell in row] for row in self.cells], columns=[column.key for column in self.columns],
            dtype=object,
        )
        return str(frame.to_csv(index=False, lineterminator="\n"))

    def json(self) -> str:
        """Give the table as JSON: the same exact values, with each column's unit."""
        columns = [{"key": column.key, "unit": self._unit(i)} for i, column in enumerate(self.columns)]
        rows = [dict(zip((c.key for c in self.columns), map(_plain, row), strict=True)) for row in self.cells]
        return json.dumps({"name": self.name, "columns": columns, "rows": rows}, ensure_ascii=False, indent=1) + "\n"

    def _unit(self, i: int) -> str | None:
        return next((cell.unit.name for row in self.cells if isinstance(cell := row[i], Value)), None)

    def html(self, language: Language, root: str) -> str:
        """Give the table as HTML in one language; `root` leads from the page to the site's root."""
        lang = language.code
        numeric = [any(isinstance(row[i], Value) for row in self.cells) for i in range(len(self.columns))]
        head = "".join(
            f'<th scope="col"{_class(numeric[i])}>{_heading(column.heading[lang])}</th>'
            for i, column in enumerate(self.columns)
        )
        body = "".join(
            f'<tr id="{place}"{" class=model" if row.model else ""}>'
            f'{"".join(self._cell(cell, i, language) for i, cell in enumerate(cells))}</tr>'
            for place, row, cells in zip(self._places(), self.rows, self.cells, strict=True)
        )
        caption = escape(self.title[lang])
        note = f'<p class="note">{escape(self.note[lang])}</p>' if self.note.get(lang) else ""
        words = ("sort", "filter", "shown") if self.filterable else ()
        kind = "".join(f' data-{word}="{escape(language.word(f"table.{word}"))}"' for word in words)
        files = " · ".join(
            f'<a href="{root}tables/{self.name}.{kind_}" download>{kind_.upper()}</a>' for kind_ in ("csv", "json")
        )
        return (
            f'<figure class="derived-table" id="t-{self.name}"{kind}>'
            f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}"><table>'
            f"<caption><span>{caption}</span></caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
            f"{note}{self._columns(language)}"
            f'<p class="download">{escape(language.word("table.download"))}: {files}</p>'
            f'<script type="application/json" data-search-exclude>{as_script(self._opened(language))}</script></figure>'
        )

    def _places(self) -> list[str]:
        """Give each row's anchor."""
        places: list[str] = []
        for row in self.rows:
            place = f"t-{self.name}-{re.sub(r'[^a-z0-9]+', '-', row.key.lower()).strip('-')}"
            again = sum(re.sub(r"--[0-9]+$", "", other) == place for other in places)
            places.append(f"{place}--{again + 1}" if again else place)
        return places

    def _columns(self, language: Language) -> str:
        """List what each column is: its meaning, formula, unit and source."""
        items = "".join(self._column(i, language) for i, column in enumerate(self.columns) if column.from_ != "label")
        summary = escape(language.word("table.columns"))
        return f'<details class="columns" data-search-exclude><summary>{summary}</summary><ul>{items}</ul></details>'

    def _column(self, i: int, language: Language) -> str:
        """Write the entry of a column: a formula of its own, one for each row, or one for each family of models."""
        column, texts = self.columns[i], self.course.words[language.code]
        values = [cell for row in self.cells if isinstance(cell := row[i], Value)]
        general, written, facts, data = values[0].formula.general, "", [], ""
        if column.inputs:
            facts.append(f"{language.word('values.inputs')} {language.inputs(column.inputs).text}")
        if column.from_ == "input":
            said = texts.get(f"symbol.{column.name}", column.name)
        elif "*" in column.name:
            rows = [(row.label[language.code], value.formula.general)
                    for row, value in zip(self.rows, values, strict=True)]
            said = "; ".join(f"{label}: {language.formula(one).text}" for label, one in rows
                             if not one.expression.is_number) or language.word("table.by_row")
        elif isinstance(self.course.formulas[column.name], ByModel):
            said = f"{texts.get(f'formula.{column.name}', column.name)}; {language.word('table.by_family')}"
        else:
            shown = language.formula(general)
            said = f"{texts.get(f'formula.{column.name}', column.name)}: "
            written = tex_html(shown.tex, shown.text)
            data = f' data-tex="{escape(shown.tex)}" data-sympy="{escape(sympy_text(general.expression))}"'
            if general.source:
                facts.append(f"{language.word('values.source')}: {source_in(general.source, texts)}")
        if noun := language.counted(values[0].unit):
            facts.insert(0, f"{language.word('table.unit')}: {noun.plural}")
        about = f'<p class="facts">{escape(" · ".join(facts))}</p>' if facts else ""
        heading = escape(column.heading[language.code])
        return (f'<li id="t-{self.name}-c-{column.key}"{data}>'
                f'<p class="what"><b>{heading}</b>: {escape(said)}{written}</p>{about}</li>')

    def _opened(self, language: Language) -> dict[str, Any]:
        """Give what the cells open to: each one's inputs and its line, and where a row's numbers were read."""
        texts = self.course.words[language.code]
        sources = []
        for row in self.rows:
            model = self.course.models.get(row.model)
            read = model.source if model else ""
            sources.append(f"{language.word('values.source')}: {source_in(read, texts)}" if read else "")

        @cache
        def given(name: str, number: Exact) -> str:
            return language.inputs({name: number}).text

        word = language.word("values.inputs")

        def inputs(cell: Value) -> str:
            return f"{word} {', '.join(itertools.starmap(given, cell.inputs.items()))}" if cell.inputs else ""

        return {
            "words": {key: language.word(f"values.{key}") for key in WHERE_WORDS},
            "columns": [column.key for column in self.columns],
            "rows": sources,
            "cells": [[
                ["" if column.from_ == "input" else inputs(cell), self._line(cell, column, language)]
                if isinstance(cell, Value) else None for cell, column in zip(row, self.columns, strict=True)
            ] for row in self.cells],
        }

    def _line(self, cell: Value, column: Column, language: Language) -> str:
        """Write the chain from a cell's formula to its figure; a family's formula stands elsewhere."""
        if column.from_ != "formula" or not isinstance(self.course.formulas.get(column.name), ByModel):
            return language.worked(cell, tuple(form for form in column.forms if FORMS[form.name].figure)).text
        exact, shown = language.number(cell.exact, _EXACT), language.write(cell, column.forms)
        sign = "≈" if shown.rounded else "="
        return shown.text if exact.text == shown.text else f"{exact.text} {sign} {shown.text}"

    def _cell(self, cell: Value | Mapping[str, str], i: int, language: Language) -> str:
        if isinstance(cell, Value):
            written = language.write(cell, self.columns[i].forms)
            return f'<td class="number" data-exact="{_plain(cell)}">{escape(written.text)}</td>'
        text = escape(cell[language.code])
        return f'<th scope="row">{text}</th>' if i == 0 else f"<td>{text}</td>"


_EXACT = (Form("exact"),)


def _heading(text: str) -> str:
    """Write a heading: a word with a hyphen, as a model's name, stays on one line."""
    return re.sub(r"[^\s,;]+-[^\s,;]+", r'<span class="name">\g<0></span>', escape(text))


def _class(numeric: bool) -> str:
    return ' class="number"' if numeric else ""


def _plain(cell: Value | Mapping[str, str]) -> Any:
    """Give a cell as CSV and JSON hold it: an int, a fraction as text, or the English label."""
    if not isinstance(cell, Value):
        return cell["en"]
    return str(cell.exact) if isinstance(cell.exact, Fraction) or not isinstance(cell.exact, int) else cell.exact


def read_tables(folder: Path, course: Course) -> tuple[dict[str, Table], list[Finding]]:
    """Derive every table of a folder; a specification that can't be derived is a finding."""
    tables, findings = {}, []
    for path in sorted(folder.glob("*.toml")):
        place = f"{folder.name}/{path.name}"
        try:
            tables[path.stem] = derive_table(path.stem, tomllib.loads(path.read_text(encoding="utf-8")), course)
        except tomllib.TOMLDecodeError as fault:
            line = getattr(fault, "lineno", 1)
            findings.append(Finding(place, line, getattr(fault, "colno", 1), f"not TOML: {fault}"))
        except TableFault as fault:
            findings.append(Finding(place, _line_of(path, str(fault)), 1, str(fault)))
    return tables, findings


def _line_of(path: Path, message: str) -> int:
    """Find the line that holds the word a fault quotes first; the first line otherwise."""
    quoted = message.split("'")
    if len(quoted) > 1:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if quoted[1] in line:
                return number
    return 1


def derive_table(name: str, spec: Mapping[str, Any], course: Course) -> Table:
    """Derive one table from its specification; raises `TableFault`."""
    _only(spec, {"title", "note", "rows", "columns", "filterable"}, "the table")
    columns = tuple(_column(column, course) for column in spec.get("columns", ()))
    if not columns:
        raise TableFault("a table needs [[columns]]")
    rows = tuple(_rows(spec.get("rows", {}), course))
    if not rows:
        raise TableFault("a table needs rows")
    cells = tuple(tuple(_cell(row, column, course) for column in columns) for row in rows)
    return Table(name, _both(spec, "title"), _both(spec, "note", required=False), columns, rows, cells, course,
                 bool(spec.get("filterable", False)))


def _only(spec: Mapping[str, Any], known: set[str], where: str) -> None:
    for key in spec:
        if key not in known:
            near = get_close_matches(key, known, 1)
            raise TableFault(f"'{key}' means nothing in {where}" + (f"; nearest: {near[0]}" if near else ""))


def _both(spec: Mapping[str, Any], key: str, *, required: bool = True) -> Mapping[str, str]:
    texts = spec.get(key, {})
    if not texts and not required:
        return {}
    missing = [code for code in LANGUAGES if not isinstance(texts, Mapping) or not texts.get(code)]
    if missing:
        raise TableFault(f"'{key}' has no text in {', '.join(missing)}")
    return dict(texts)


def _column(spec: Mapping[str, Any], course: Course) -> Column:
    _only(spec, {"key", "label", "input", "formula", "form", "heading", "inputs"}, "a column")
    sources = [source for source in ("label", "input", "formula") if source in spec]
    if len(sources) != 1 or "key" not in spec:
        raise TableFault(f"a column has a key and one of label, input, formula: {dict(spec)}")
    source = sources[0]
    name = str(spec[source])
    if source == "input" and name not in course.symbols:
        near = get_close_matches(name, list(course.symbols), 1)
        raise TableFault(f"'{name}' is no symbol" + (f"; nearest: {near[0]}" if near else ""))
    if source == "formula" and "*" not in name and name not in course.formulas:
        near = get_close_matches(name, list(course.formulas), 1)
        raise TableFault(f"'{name}' is no formula" + (f"; nearest: {near[0]}" if near else ""))
    try:
        forms = read_forms(str(spec.get("form", "")))
    except ExpressionFault as fault:
        raise TableFault(f"'{spec['form']}': {fault.message}") from None
    return Column(str(spec["key"]), source, name, forms, _both(spec, "heading"), _exact(spec.get("inputs", {})))


def _exact(inputs: Mapping[str, Any]) -> dict[str, Exact]:
    exact: dict[str, Exact] = {}
    for name, number in inputs.items():
        if isinstance(number, str):
            try:
                fraction = Fraction(number)
            except (ValueError, ZeroDivisionError):
                raise TableFault(f"'{number}' is not a number") from None
            exact[name] = fraction.numerator if fraction.denominator == 1 else fraction
        elif isinstance(number, int) and not isinstance(number, bool):
            exact[name] = number
        else:
            raise TableFault(f"'{name}' is not exact: write a whole number, or a fraction in quotes")
    return exact


def _rows(spec: Any, course: Course) -> list[Row]:
    """Read the rows: models times a grid of inputs, or one item each."""
    if isinstance(spec, list):
        return [_item(item) for item in spec]
    _only(spec, {"models", "except", "grid", "inputs"}, "rows")
    fixed, grid = _exact(spec.get("inputs", {})), spec.get("grid", {})
    names = spec.get("models", [])
    names = [name for name in course.models if name not in spec.get("except", ())] if names == "all" else names
    combinations = [
        {**fixed, **_exact(dict(zip(grid, numbers, strict=True)))} for numbers in itertools.product(*grid.values())
    ]
    if not names:
        return [Row(", ".join(f"{k}={v}" for k, v in inputs.items()), {}, inputs) for inputs in combinations if inputs]
    rows = []
    for name in names:
        if name not in course.models:
            near = get_close_matches(name, list(course.models), 1)
            raise TableFault(f"'{name}' is no model" + (f"; nearest: {near[0]}" if near else ""))
        model: Model = course.models[name]
        label = dict.fromkeys(LANGUAGES, model.label)
        rows += [Row(name, label, {**model.inputs, **inputs}, name) for inputs in combinations]
    return rows


def _item(spec: Mapping[str, Any]) -> Row:
    _only(spec, {"key", "label", "inputs", "model"}, "a row")
    key, model = str(spec.get("key", "")), str(spec.get("model", ""))
    return Row(key, _both(spec, "label"), _exact(spec.get("inputs", {})), model)


def _cell(row: Row, column: Column, course: Course) -> Value | Mapping[str, str]:
    if column.from_ == "label":
        return row.label
    inputs = {**row.inputs, **column.inputs}
    if column.from_ == "input":
        if column.name not in inputs:
            raise TableFault(f"row {row.key} has no input '{column.name}'")
        return input_value(course.symbols[column.name], inputs[column.name])
    name = column.name.replace("*", row.key)
    formula = course.formulas.get(name)
    if formula is None:
        near = get_close_matches(name, list(course.formulas), 1)
        raise TableFault(f"'{column.name}' in row {row.key} is no formula: {name}"
                         + (f"; nearest: {near[0]}" if near else ""))
    if isinstance(formula, ByModel):
        if not row.model:
            raise TableFault(f"'{name}' depends on the model, and row {row.key} names none")
        try:
            formula = formula.formula_of(row.model)
        except DomainError as fault:
            raise TableFault(f"'{name}' in row {row.key}: {fault}") from None
    return _value(formula, inputs, row)


def _value(formula: Formula, inputs: Mapping[str, Exact], row: Row) -> Value:
    takes = {symbol.name: inputs.get(symbol.name) for symbol in formula.free}
    for name, number in takes.items():
        if number is None:
            raise TableFault(f"'{formula.name}' needs the input {name}, which row {row.key} does not give")
    try:
        value = formula(origin=row.model, **takes)
    except DomainError as fault:
        raise TableFault(f"row {row.key}: {fault}") from None
    assert isinstance(value, Value)
    return value

