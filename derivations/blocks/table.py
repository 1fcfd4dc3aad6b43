"""The block that shows a derived table: its rows, and how each number in them came about.

The formula of each column stands once, in a list below the table. What the cells open to, from formula to figure, is
data for the script, which puts a cell's line between the column's entry and what the row's inputs are.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from typing import Any

from derivations.blocks.script import as_script
from derivations.course import Course, source_in
from derivations.exact import ByModel, Exact, Value
from derivations.exact.code import sympy_text
from derivations.language import FORMS, Form, Language
from derivations.tables import Cell, Column, Row, Table, plain
from derivations.text.marks import tex_html
from derivations.text.where import WHERE_WORDS

_EXACT = (Form("exact"),)


def table_html(table: Table, course: Course, language: Language) -> str:
    """Write a table in one language, with its list of columns and what its cells open to."""
    lang = language.code
    numeric = [any(isinstance(row[i], Value) for row in table.cells) for i in range(len(table.columns))]
    head = "".join(
        f'<th scope="col"{_class(numeric[i])}>{_heading(column.heading[lang])}</th>'
        for i, column in enumerate(table.columns)
    )
    body = "".join(
        f'<tr id="t-{table.name}-{place}"{" class=model" if row.model else ""}>'
        f"{_cells(cells, table.columns, language)}</tr>"
        for place, row, cells in zip(_places(table.rows), table.rows, table.cells, strict=True)
    )
    caption = escape(table.title[lang])
    note = f'<p class="note">{escape(table.note[lang])}</p>' if table.note.get(lang) else ""
    words = ("sort", "filter", "shown") if table.filterable else ()
    kind = "".join(f' data-{word}="{escape(language.word(f"table.{word}"))}"' for word in words)
    files = " · ".join(
        f'<a href="{{site-root}}tables/{table.name}.{one}" download>{one.upper()}</a>' for one in ("csv", "json")
    )
    return (
        f'<figure class="derived-table" id="t-{table.name}"{kind}>'
        f'<div class="scroll" tabindex="0" role="region" aria-label="{caption}"><table>'
        f"<caption><span>{caption}</span></caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
        f"{note}{_list_of_columns(table, course, language)}"
        f'<p class="download">{escape(language.word("table.download"))}: {files}</p>'
        f'<script type="application/json" data-search-exclude>{as_script(_opened(table, course, language))}</script>'
        "</figure>"
    )


def _class(numeric: bool) -> str:
    return ' class="number"' if numeric else ""


def _heading(text: str) -> str:
    """Write a heading: a word with a hyphen, as a model's name, stays on one line."""
    return re.sub(r"[^\s,;]+-[^\s,;]+", r'<span class="unbroken">\g<0></span>', escape(text))


def _cells(cells: Iterable[Cell], columns: Iterable[Column], language: Language) -> str:
    """Write the cells of a row; a label that stands first is the row's heading."""
    written = ""
    for cell, column in zip(cells, columns, strict=True):
        if isinstance(cell, Value):
            text = escape(language.write(cell, column.forms).text)
            written += f'<td class="number" data-exact="{plain(cell)}">{text}</td>'
        else:
            text = escape(cell[language.code])
            written += f"<td>{text}</td>" if written else f'<th scope="row">{text}</th>'
    return written


def _places(rows: Iterable[Row]) -> list[str]:
    """Give each row's anchor."""
    places: list[str] = []
    for row in rows:
        place = re.sub(r"[^a-z0-9]+", "-", row.key.lower()).strip("-")
        again = sum(re.sub(r"--[0-9]+$", "", other) == place for other in places)
        places.append(f"{place}--{again + 1}" if again else place)
    return places


# What each column is ------------------------------------------------------------------------------------------------


def _list_of_columns(table: Table, course: Course, language: Language) -> str:
    """List what each column is: its meaning, formula, unit and source."""
    items = "".join(_column(table, i, course, language) for i, column in enumerate(table.columns)
                    if column.from_ != "label")
    summary = escape(language.word("table.columns"))
    return f'<details class="columns" data-search-exclude><summary>{summary}</summary><ul>{items}</ul></details>'


def _column(table: Table, i: int, course: Course, language: Language) -> str:
    """Write the entry of a column: a formula of its own, one for each row, or one for each family of models."""
    column, texts = table.columns[i], course.words[language.code]
    values = [cell for row in table.cells if isinstance(cell := row[i], Value)]
    general, written, facts, data = values[0].formula.general, "", [], ""
    if column.inputs:
        facts.append(f"{language.word('values.inputs')} {language.inputs(column.inputs).text}")
    if column.from_ == "input":
        said = texts.get(f"symbol.{column.name}", column.name)
    elif "*" in column.name:
        rows = [(row.label[language.code], value.formula.general)
                for row, value in zip(table.rows, values, strict=True)]
        said = "; ".join(f"{label}: {language.formula(one).text}" for label, one in rows
                         if not one.expression.is_number) or language.word("table.by_row")
    elif isinstance(course.formulas[column.name], ByModel):
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
    return (f'<li id="t-{table.name}-c-{column.key}"{data}>'
            f'<p class="what"><b>{heading}</b>: {escape(said)}{written}</p>{about}</li>')


# What each cell opens to --------------------------------------------------------------------------------------------


def _opened(table: Table, course: Course, language: Language) -> Mapping[str, Any]:
    """Give each cell's inputs and its line, and where a row's numbers were read."""
    texts = course.words[language.code]
    sources = []
    for row in table.rows:
        model = course.models.get(row.model)
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
        "columns": [column.key for column in table.columns],
        "rows": sources,
        "cells": [[
            ["" if column.from_ == "input" else inputs(cell), _line(cell, column, course, language)]
            if isinstance(cell, Value) else None for cell, column in zip(row, table.columns, strict=True)
        ] for row in table.cells],
    }


def _line(cell: Value, column: Column, course: Course, language: Language) -> str:
    """Write the chain from a cell's formula to its figure; a family's formula stands elsewhere."""
    if column.from_ != "formula" or not isinstance(course.formulas.get(column.name), ByModel):
        return language.worked(cell, tuple(form for form in column.forms if FORMS[form.name].figure)).text
    exact, shown = language.number(cell.exact, _EXACT), language.write(cell, column.forms)
    sign = "≈" if shown.rounded else "="
    return shown.text if exact.text == shown.text else f"{exact.text} {sign} {shown.text}"
