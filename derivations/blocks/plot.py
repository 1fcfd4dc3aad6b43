"""The block that draws: a figure in two widths from exact values, its finding in words, its data as table and files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from html import unescape
from typing import Any

from markupsafe import Markup

from derivations.blocks.assets import ARITHMETIC, ELEMENTS, FILE, PLOTS, TABLES
from derivations.blocks.block import Block, Context, Fields
from derivations.blocks.charts import KINDS, LINES
from derivations.blocks.drawing import Sheet
from derivations.blocks.figure import NARROW, WIDE, Figure, Rows, cell_text
from derivations.blocks.table import acting, decimal_if
from derivations.blocks.template import TEMPLATES, as_data, fill
from derivations.course import Ink
from derivations.exact import RATIO, ByModel, DomainError
from derivations.exact.code import NoCode, tree
from derivations.language import Language
from derivations.nearest import nearest
from derivations.tables import as_csv, with_decimals
from derivations.text.expression import ExpressionFault
from derivations.text.finding import WordFault

_TAG = re.compile(r"<[^>]+>")
_ENDS = (".", "!", "?", "…")
INKS = "plots/inks.css"
FILE_STYLE = "".join(FILE.read_text(encoding="utf-8").splitlines())
"""What a file on its own needs beside the inks; in a page the site's stylesheet takes its place."""


@dataclass(frozen=True)
class _Picture:
    """A plot as it is drawn in one language, in two widths, and the rows that it drew."""

    figure: Figure
    title: str
    alt: str
    wide: Sheet
    narrow: Sheet
    rows: Rows

    @cached_property
    def table(self) -> Markup:
        """The data as a table."""
        figure, rows = self.figure, self.rows
        return Markup(fill(TEMPLATES / "plot_data.html", {
            "title": self.title,
            "headings": [(column.heading, not isinstance(cell, str))
                         for column, cell in zip(rows.columns, rows.cells[0], strict=True)],
            "rows": [[(cell_text(figure, cell, column),
                       *((None, "") if isinstance(cell, str) else (cell, decimal_if(cell))))
                      for cell, column in zip(row, rows.columns, strict=True)] for row in rows.cells],
        }))


def _picture(context: Context, name: str, language: Language) -> _Picture:
    """Draw a plot, once a language; raises `WordFault` where it can't be drawn."""
    def drawn() -> _Picture:
        figure = _figure(context, name, language)
        title, alt = (_plain(context, f"plot.{name}.{key}", language) for key in ("title", "alt"))
        kind = figure.plot.kind
        draw = kind if callable(kind) else KINDS[kind]
        try:
            (wide, rows), (narrow, _) = draw(figure, WIDE, f"p-{name}-w"), draw(figure, NARROW, f"p-{name}-n")
        except DomainError as fault:
            raise WordFault(f"plot {name}: {fault}") from None
        return _Picture(figure, title, alt, wide, narrow, rows)

    return context.once(("plot", name, language.code), drawn)


def _write(context: Context, name: str, language: Language) -> Fields:
    picture, word = _picture(context, name, language), language.word
    described = f"{picture.alt}{'' if picture.alt.endswith(_ENDS) else '.'} {word('plot.follows')}"
    words = context.words[language.code]
    has_note, own = f"plot.{name}.note" in words.texts, _yours(picture.figure) or {}
    return {
        "yours": word("plot.yours", symbol=picture.figure.meaning(picture.figure.plot.along)) if "lines" in own else "",
        "name": name, "title": picture.title, "acting": acting(language),
        "wide": Markup(picture.wide.svg(picture.title, described, "wide")),
        "narrow": Markup(picture.narrow.frame("narrow", picture.wide.ident)),
        "caption": Markup(words.html(f"plot.{name}.title", context.names)),
        "note": Markup(words.html(f"plot.{name}.note", context.names)) if has_note else "",
        "summary": word("plot.data", count=language.number(len(picture.rows.cells)).text),
        "download": word("table.download"), "table": picture.table, "data": _beside(name, language),
        "files": [(path, path.rpartition(".")[2].upper(), _kilobytes(len(content), language))
                  for path, content in _files(context, name, language).items()],
    }


def _beside(name: str, language: Language) -> str:
    """Name the file that a page takes a figure's table from when it comes near, and its drawing for a phone."""
    return f"plots/{name}.{language.code}.js"


def _yours(figure: Figure) -> Mapping[str, Any] | None:
    """Give what puts a reader's model on a figure: which value it has there, and for lines their formulas.

    None for a figure that has no place for it.
    """
    plot, lines = figure.plot, [one for one in figure.plot.series if one.key != "models"]
    of = next((one.formula.name for one in plot.series if one.key == "models"), "")
    if plot.kind == "stairs" and of:
        return {"along": plot.along, "of": of, "rules": figure.language.rules()}
    formulas = [one.formula for one in lines if not isinstance(one.formula, ByModel)]
    if plot.kind != "log-lines" or plot.form or len(formulas) < len(lines):
        return None
    try:
        trees = [[figure.label(one), tree(formula.expression), {key: str(exact) for key, exact in one.at.items()}]
                 for one, formula in zip(lines, formulas, strict=True)]
    except NoCode:
        return None
    percent = 3 if lines[0].formula.unit == RATIO else 0
    return {"along": plot.along, "of": of, "lines": trees, "rules": figure.language.rules(), "percent": percent}


def _figure(context: Context, name: str, language: Language) -> Figure:
    plot = context.course.plots[name]
    if not callable(plot.kind) and plot.kind not in KINDS:
        raise WordFault(f"plot {name}: there is no drawing '{plot.kind}'; there are {', '.join(KINDS)}")
    if lost := next((one.ink for one in plot.series if one.ink not in context.course.inks), ""):
        raise WordFault(f"plot {name}: there is no ink '{lost}'; there are {', '.join(context.course.inks)}")
    axes = ("x", "y") if plot.kind in (*LINES, "stairs") else ()
    pointed = ("rank",) if plot.kind == "stairs" and plot.rule is not None else ()
    context.words[language.code].demand(f"plot.{name}.{key}" for key in ("title", "alt", *axes, *pointed))
    symbols = context.course.symbols
    for symbol in filter(None, (plot.along, *(symbol for one in plot.series for symbol in one.at))):
        if symbol not in symbols:
            raise WordFault(f"plot {name}: there is no symbol {symbol!r}{nearest(symbol, symbols)}")
    if plot.rule is not None and plot.kind in KINDS and plot.kind != "stairs":
        raise WordFault(f"plot {name}: a rule stands in stairs only")
    if plot.kind in LINES and len(plot.points) < 2:
        raise WordFault(f"plot {name}: a line needs two points or more")
    own = f"plot.{name}."
    texts = {key: _plain(context, key, language) if key.startswith(own) else text
             for key, text in context.course.words[language.code].items()}
    try:
        return Figure(plot, language, texts, context.course.models)
    except ExpressionFault as fault:
        raise WordFault(f"plot {name}: {fault}") from None


def _plain(context: Context, key: str, language: Language) -> str:
    """Give a text of the course without markup: for alternative texts."""
    html = context.words[language.code].html(key, context.names)
    return " ".join(unescape(_TAG.sub("", html)).split())


def _kilobytes(size: int, language: Language) -> str:
    return f"{language.number(Fraction(max(1, round(size / 100)), 10)).text} kB"


def _files(context: Context, name: str, language: Language) -> dict[str, bytes]:
    """Give a figure's files in one language: CSV and JSON of its data, and the drawing."""
    picture = _picture(context, name, language)
    drawn = picture.rows
    columns = with_decimals((one.key, cells) for one, cells in zip(
        drawn.columns, zip(*drawn.cells, strict=True), strict=True))
    units = {one.key: one.unit.name if one.unit else None for one in drawn.columns}
    data = {
        "name": name, "title": picture.title,
        "columns": [{"key": key, "unit": units[key.removesuffix("_decimal")]} for key in columns],
        "rows": [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)],
    }
    stem, style = f"plots/{name}.{language.code}", FILE_STYLE + rules_of_inks(context.course.inks)
    return {
        f"{stem}.csv": as_csv(columns).encode(),
        f"{stem}.json": (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode(),
        f"{stem}.svg": picture.wide.svg(picture.title, picture.alt, "plot", style).encode(),
    }


def rules_of_inks(inks: Mapping[str, Ink], scope: str = "", tone: str = "light") -> str:
    """Give the rules of a stylesheet for the inks of figures; `scope` stands before each selector."""
    return "".join(
        f"{scope}.ink-{name}{{fill:{colour}}}{scope}.line.ink-{name},{scope}.tiles.ink-{name}{{fill:none;stroke:{colour}}}"
        f"{scope}.pale-{name}{{fill:{colour};fill-opacity:.35}}"
        for name, ink in inks.items() for colour in [getattr(ink, tone)]
    )


def _published(context: Context) -> Mapping[str, bytes]:
    """Give the files of every figure in every language, and the inks for the pages."""
    files: dict[str, bytes] = {}
    for name in context.course.plots:
        for language in context.languages.values():
            picture = _picture(context, name, language)
            files[_beside(name, language)] = as_data(
                {"table": picture.table, "narrow": picture.narrow.inside, "yours": _yours(picture.figure)}).encode()
            files |= _files(context, name, language)
    inks = context.course.inks
    dark = rules_of_inks(inks, '[data-md-color-scheme="slate"] .md-typeset .plot svg ', "dark")
    printed = rules_of_inks(inks, "[data-md-color-scheme] .md-typeset .plot svg ", "print")
    sheet = f"{rules_of_inks(inks, '.md-typeset .plot svg ')}{dark}@media print{{{printed}}}\n"
    return {**files, INKS: sheet.encode()} if files else files


def _ids(_context: Context, name: str) -> Iterable[str]:
    return [f"p-{name}", *(f"p-{name}-{part}" for part in ("yours", "w-t", "w-d", "data"))]


BLOCK = Block(
    "plot", lambda course, tables: course.plots, _write, TEMPLATES / "plot.html",
    scripts=(ELEMENTS, ARITHMETIC, TABLES, PLOTS), styles=(INKS,), ids=_ids, files=_published,
)
