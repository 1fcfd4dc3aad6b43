"""The block that draws: a figure in two widths from exact values, its finding in words, its data as table and files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from fractions import Fraction
from html import escape, unescape

from derivations.blocks.charts import KINDS, NARROW, WIDE, Column, Figure, Rows, cell_text
from derivations.blocks.context import Context
from derivations.exact import Exact
from derivations.language import Language
from derivations.text.words import WordFault

_TAG = re.compile(r"<[^>]+>")
FILE_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#1d1b16}.small,.code{font-size:11px}.tiny{font-size:10px}"
    ".strong{font-weight:600}.full{fill:#5a6875}.lora{fill:#b3450b}.pale-full{fill:#c9d0d6}.pale-lora{fill:#eccbb8}"
    ".line{fill:none;stroke-width:1.6}"
    ".line.lora{stroke:#b3450b}.axis,.rule{stroke:#1d1b16}.grid{stroke:#ddd8cd}.cut{stroke:#fff;stroke-width:1.5}"
    ".on-full{fill:#fff}.rule{stroke-dasharray:4 3}.dash1{stroke-dasharray:6 3}.dash2{stroke-dasharray:2 3}"
)
"""What a file on its own needs; in a page the stylesheet's inks are used."""


def plot_html(context: Context, name: str, language: Language) -> str:
    """Write a figure."""
    figure = _figure(context, name, language)
    draw, word = KINDS[figure.plot.kind], language.word
    title, alt = _plain(context, f"plot.{name}.title", language), _plain(context, f"plot.{name}.alt", language)
    wide, rows = draw(figure, WIDE, f"p-{name}-w")
    narrow, _ = draw(figure, NARROW, f"p-{name}-n")
    described = f"{alt} {word('plot.follows')}"
    caption = context.words[language.code].html(f"plot.{name}.title", context.names)
    note = ""
    if f"plot.{name}.note" in context.words[language.code].texts:
        note = ". " + context.words[language.code].html(f"plot.{name}.note", context.names)
    files = _files(context, name, language)
    links = " · ".join(
        f'<a href="{{site-root}}{path}" download>{path.rpartition(".")[2].upper()}</a> '
        f"({_kilobytes(len(content), language)})" for path, content in files.items()
    )
    count = language.number(len(rows.cells)).text
    return (
        f'<figure class="plot" id="p-{name}"><div class="drawing" data-search-exclude>'
        f"{wide.svg(title, described, 'wide')}{narrow.svg(title, described, 'narrow')}</div>"
        f"<figcaption><b>{caption}</b>{note}</figcaption>"
        f'<details class="data" data-search-exclude><summary>{escape(word("plot.data", count=count))}</summary>'
        f"{_table(figure, rows, title)}</details>"
        f'<p class="download">{escape(word("table.download"))}: {links}</p></figure>'
    )


def _figure(context: Context, name: str, language: Language) -> Figure:
    plot = context.course.plots[name]
    if plot.kind not in KINDS:
        raise WordFault(f"plot {name}: there is no drawing '{plot.kind}'; there are {', '.join(KINDS)}")
    own = f"plot.{name}."
    texts = {key: _plain(context, key, language) if key.startswith(own) else text
             for key, text in context.course.words[language.code].items()}
    return Figure(plot, language, texts, context.course.models)


def _plain(context: Context, key: str, language: Language) -> str:
    """Give a text of the course without markup: for alternative texts."""
    html = context.words[language.code].html(key, context.names)
    return " ".join(unescape(_TAG.sub("", html)).split())


def _kilobytes(size: int, language: Language) -> str:
    return f"{language.number(Fraction(max(1, round(size / 100)), 10)).text} kB"


def _table(figure: Figure, rows: Rows, title: str) -> str:
    head = "".join(f'<th scope="col"{_class(rows, i)}>{escape(column.heading)}</th>'
                   for i, column in enumerate(rows.columns))
    body = "".join(f"<tr>{''.join(_cell(figure, cell, rows.columns[i], i) for i, cell in enumerate(row))}</tr>"
                   for row in rows.cells)
    return (f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(title)}"><table>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>")


def _class(rows: Rows, i: int) -> str:
    return "" if isinstance(rows.cells[0][i], str) else ' class="number"'


def _cell(figure: Figure, cell: Exact, column: Column, i: int) -> str:
    text = escape(cell_text(figure, cell, column))
    if isinstance(cell, str):
        return f'<th scope="row">{text}</th>' if i == 0 else f"<td>{text}</td>"
    return f'<td class="number" data-exact="{cell}">{text}</td>'


def _files(context: Context, name: str, language: Language) -> dict[str, bytes]:
    """Give a figure's files in one language: CSV and JSON of its data, and the drawing."""
    figure = _figure(context, name, language)
    title, alt = _plain(context, f"plot.{name}.title", language), _plain(context, f"plot.{name}.alt", language)
    sheet, rows = KINDS[figure.plot.kind](figure, WIDE, f"p-{name}-w")
    keys = [column.key for column in rows.columns]
    lines = [",".join(keys), *(",".join(_csv(cell) for cell in row) for row in rows.cells)]
    data = {
        "name": name, "title": title,
        "columns": [{"key": column.key, "unit": column.unit.name if column.unit else None} for column in rows.columns],
        "rows": [dict(zip(keys, (str(cell) if isinstance(cell, Fraction) else cell for cell in row), strict=True))
                 for row in rows.cells],
    }
    stem = f"plots/{name}.{language.code}"
    return {
        f"{stem}.csv": ("\n".join(lines) + "\n").encode(),
        f"{stem}.json": (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode(),
        f"{stem}.svg": sheet.svg(title, alt, "plot", FILE_STYLE).encode(),
    }


def _csv(cell: Exact) -> str:
    text = str(cell)
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\n') else text


def plot_files(context: Context) -> Iterator[tuple[str, bytes]]:
    """Give the files of every figure, in every language."""
    for name in context.course.plots:
        for language in context.languages.values():
            yield from _files(context, name, language).items()
