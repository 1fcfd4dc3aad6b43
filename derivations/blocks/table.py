"""The block that shows a derived table: its rows, and how each number in them came about.

The formula of each column stands once, in a list below the table. What the cells open to, from formula to figure, is
data beside the page, as where its other numbers come from; the script puts a cell's line between the column's entry and
the row's inputs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from derivations.blocks.assets import ELEMENTS, NUMBERS, TABLES
from derivations.blocks.block import Block, Context, Fields
from derivations.blocks.template import TEMPLATES
from derivations.course import Course, source_in
from derivations.exact import ByModel, Exact, Value, decimal_text
from derivations.exact.code import sympy_text
from derivations.language import Form, Language, evaluated
from derivations.tables import Cell, Column, Row, Table, plain
from derivations.text.marks import tex_html

_EXACT = (Form("exact"),)
_FILTERING = ("filter", "shown")
_NAME = re.compile(r"([^\s,;]+-[^\s,;]+)")


def acting(language: Language, *more: str) -> dict[str, str]:
    """Mark a figure whose table sorts: the decimal sign of what is copied, and what its script says of it alone."""
    words = {word: language.word(f"table.{word}") for word in ("copy", *more)}
    return {"sort": "", "point": language.profile.number.decimal} | words


def decimal_if(exact: Exact) -> str:
    """Give the decimal of an irrational number; "" for another, which a script divides for itself."""
    return "" if isinstance(exact, int | Fraction) else decimal_text(exact)


def _written(context: Context, name: str, language: Language) -> Table:
    """Give a table with the holes of its title, its note and its headings written."""
    words, table = context.words[language.code], context.tables[name]

    def said(texts: Mapping[str, str]) -> dict[str, str]:
        return {code: words.plain(text, context.names) for code, text in texts.items() if code == language.code}

    columns = tuple(replace(column, heading=said(column.heading)) for column in table.columns)
    return replace(table, title=said(table.title), note=said(table.note), columns=columns)


def fields(table: Table, course: Course, language: Language) -> Fields:
    """Give a table in one language, with its list of columns and what its cells open to."""
    lang = language.code
    return {
        "name": table.name, "title": table.title[lang], "note": table.note.get(lang, ""),
        "acting": acting(language, *_FILTERING[1:] * table.filterable),
        "filter": language.word("table.filter") if table.filterable else "",
        "words": {word: language.word(f"table.{word}") for word in ("columns", "download")},
        "columns": [_column(table, i, course, language) for i in range(len(table.columns))],
        "rows": [
            {"place": place, "is_model": bool(row.model), "cells": list(_cells(cells, table.columns, language))}
            for place, row, cells in zip(_places(table.rows), table.rows, table.cells, strict=True)
        ],
    }


def _pieces(heading: str) -> list[tuple[str, bool]]:
    """Cut a heading: a word with a hyphen, as a model's name, stays on one line."""
    return [(piece, i % 2 == 1) for i, piece in enumerate(_NAME.split(heading)) if piece]


def _cells(cells: Iterable[Cell], columns: Iterable[Column], language: Language) -> Iterator[Fields]:
    """Give the cells of a row: what is shown, and the exact number behind it."""
    for cell, column in zip(cells, columns, strict=True):
        if isinstance(cell, Value):
            yield {"text": language.write(cell, column.forms).text, "exact": plain(cell),
                   "decimal": decimal_if(cell.exact)}
        else:
            yield {"text": cell[language.code], "exact": None}


def _places(rows: Iterable[Row]) -> list[str]:
    """Give each row's anchor."""
    places: list[str] = []
    for row in rows:
        place = re.sub(r"[^a-z0-9]+", "-", row.key.lower()).strip("-")
        again = sum(re.sub(r"--[0-9]+$", "", other) == place for other in places)
        places.append(f"{place}--{again + 1}" if again else place)
    return places


def _ids(table: Table) -> Iterator[str]:
    own = f"t-{table.name}"
    yield own
    yield from (f"{own}-{place}" for place in _places(table.rows))
    yield from (f"{own}-c-{column.key}" for column in table.columns if column.from_ != "label")


BLOCK = Block(
    "table", lambda course, tables: tables,
    lambda context, name, language: fields(_written(context, name, language), context.course, language),
    TEMPLATES / "table.html",
    scripts=(ELEMENTS, TABLES, NUMBERS), ids=lambda context, name: _ids(context.tables[name]),
    opens=lambda context, name, language: _opened(context.tables[name], context.course, language),
)


# What each column is ------------------------------------------------------------------------------------------------


def _column(table: Table, i: int, course: Course, language: Language) -> Fields:
    """Give a column's heading and its entry: a formula of its own, one for each row, or one for each family of models.

    A column of labels has no entry.
    """
    column, texts = table.columns[i], course.words[language.code]
    heading = column.heading[language.code]
    values = [cell for row in table.cells if isinstance(cell := row[i], Value)]
    shared = {"key": column.key, "heading": heading, "heading_pieces": _pieces(heading), "numeric": bool(values),
              "said": None, "formula": "", "tex": "", "sympy": ""}
    if column.from_ == "label":
        return shared
    general, facts = values[0].formula.general, []
    if column.inputs:
        facts.append(f"{language.word('values.inputs')} {language.inputs(column.inputs).text}")
    if column.from_ == "input":
        shared["said"] = texts.get(f"symbol.{column.name}", column.name)
    elif "*" in column.name:
        rows = [(row.label[language.code], value.formula.general)
                for row, value in zip(table.rows, values, strict=True)]
        shared["said"] = "; ".join(f"{label}: {language.formula(one).text}" for label, one in rows
                                   if not one.expression.is_number) or language.word("table.by_row")
    elif isinstance(course.formulas[column.name], ByModel):
        shared["said"] = f"{texts.get(f'formula.{column.name}', column.name)}; {language.word('table.by_family')}"
    else:
        shown = language.formula(general)
        shared |= {"said": f"{texts.get(f'formula.{column.name}', column.name)}: ",
                   "formula": Markup(tex_html(shown.tex, shown.text)),
                   "tex": shown.tex, "sympy": sympy_text(general.expression)}
        if general.source:
            facts.append(f"{language.word('values.source')}: {source_in(general.source, texts)}")
    if noun := language.counted(values[0].unit):
        facts.insert(0, f"{language.word('table.unit')}: {noun.plural}")
    return {**shared, "facts": " · ".join(facts)}


# What each cell opens to --------------------------------------------------------------------------------------------


def _opened(table: Table, course: Course, language: Language) -> Mapping[str, Any]:
    """Give each cell's inputs and its line, and where a row's numbers were read."""
    texts = course.words[language.code]
    sources = []
    for row in table.rows:
        model = course.models.get(row.model)
        read = model.source if model else ""
        sources.append(f"{language.word('values.source')}: {source_in(read, texts)}" if read else "")

    word = language.word("values.inputs")

    def inputs(cell: Value) -> str:
        return f"{word} {language.inputs(cell.inputs).text}" if cell.inputs else ""

    return {
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
        return language.worked(cell, evaluated(column.forms)).text
    exact, shown = language.number(cell.exact, _EXACT), language.write(cell, column.forms)
    sign = "≈" if shown.rounded else "="
    return shown.text if exact.text == shown.text else f"{exact.text} {sign} {shown.text}"
