"""The kinds of figure: each takes exact values and a sheet of some width, draws, and gives the rows that it drew.

    log-lines     a formula along a symbol, both axes logarithmic, with models as points
    paired-bars   the same rows in two panels, each with a linear scale of its own from zero
    stairs        what a budget buys: the steps of an integer against what each costs
    stacked-bars  parts of a whole, named in place; what rests on assumptions is hatched
    matrices      a matrix and its two factors to scale, and the factors cut and laid together
    layer         a layer's matrices to one scale, each with its factors
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import takewhile
from typing import Any

from derivations.blocks.drawing import Labels, Linear, Logarithmic, Sheet, text_width
from derivations.course import Plot, Series, Shape
from derivations.exact import RATIO, ByModel, DomainError, Exact, Unit, Value
from derivations.language import Form, FormError, Language

WIDE, NARROW = 680, 350
"""Widths of the two drawings of a figure, in pixels at their own size: one for a page, one for a phone."""
MOST_STEPS = 4096
"""Where stairs end at the latest."""


@dataclass(frozen=True)
class Column:
    """A column of a figure's data: its key in CSV and JSON, its heading for readers, how its cells are written."""

    key: str
    heading: str
    forms: tuple[Form, ...] = ()
    unit: Unit | None = None


@dataclass(frozen=True)
class Rows:
    """What a figure drew: columns, and rows of labels and exact numbers."""

    columns: tuple[Column, ...]
    cells: tuple[tuple[Exact, ...], ...]


class Figure:
    """A plot in one language: its words, its numbers written out, and its values."""

    def __init__(self, plot: Plot, language: Language, texts: Mapping[str, str], models: Mapping[str, Any]) -> None:
        self.plot = plot
        self.language = language
        self.texts = texts
        self.models = models

    def word(self, key: str) -> str:
        """Give a text of the plot; a key that has none (a module's own name) stands for itself."""
        return self.texts.get(f"plot.{self.plot.name}.{key}", key)

    def said(self, key: str) -> str:
        """Give a word of the interface."""
        return self.language.word(f"plot.{key}")

    def number(self, exact: Exact, form: str = "", *arguments: int, unit: Unit | None = None) -> str:
        """Write a number as a page would."""
        forms = (Form(form, arguments),) if form else ()
        return self.language.number(exact, forms, unit or RATIO).text

    def label(self, series: Series) -> str:
        """Name a series: its words, or its fixed inputs."""
        given = self.texts.get(f"plot.{self.plot.name}.{series.key}")
        if given or not series.at:
            return given or series.key
        symbols = self.language.symbols
        return ", ".join(f"{symbols[name].text or name} = {self.language.number(exact).text}"
                         for name, exact in series.at.items())

    def meaning(self, symbol: str) -> str:
        """Say what a symbol stands for."""
        letter = self.language.symbols[symbol].text or symbol
        return f"{self.texts.get(f'symbol.{symbol}', symbol)} {letter}"

    def value(self, series: Series, **more: Exact) -> Value:
        """Evaluate a series with further inputs."""
        formula = series.formula
        assert not isinstance(formula, ByModel)
        takes = {symbol.name for symbol in formula.free}
        value = formula(**{name: exact for name, exact in {**series.at, **more}.items() if name in takes})
        assert isinstance(value, Value)
        return value

    def of_model(self, series: Series, name: str) -> Value | None:
        """Evaluate a series for a model; None where the model has no such value."""
        formula, inputs = series.formula, self.models[name].inputs
        try:
            known = formula.formula_of(name) if isinstance(formula, ByModel) else formula
            takes = {symbol.name for symbol in known.free}
            value = known(**{key: exact for key, exact in {**inputs, **series.at}.items() if key in takes})
        except DomainError:
            return None
        return value if isinstance(value, Value) else None

    def shape(self, shape: Shape) -> str:
        """Write a matrix's shape."""
        return self.language.shape((shape.rows, shape.columns)).text


Draw = Callable[[Figure, int, str], tuple[Sheet, Rows]]


# Lines and points --------------------------------------------------------------------------------------------------


def log_lines(figure: Figure, width: int, ident: str) -> tuple[Sheet, Rows]:
    """Draw formulas along a symbol, with models as points; both axes are logarithmic."""
    plot, narrow = figure.plot, width < WIDE
    lines = [one for one in plot.series if one.key != "models"]
    scatter = next((one for one in plot.series if one.key == "models"), None)
    drawn = [(one, [(x, figure.value(one, **{plot.along: x})) for x in plot.points]) for one in lines]
    points = []
    for name in plot.models if scatter else ():
        x, value = figure.models[name].inputs.get(plot.along), figure.of_model(scatter, name) if scatter else None
        if value is not None and x is not None and plot.points[0] <= x <= plot.points[-1]:
            points.append((figure.models[name].label, x, value))
    values = [value.exact for _, row in drawn for _, value in row] + [value.exact for *_, value in points]
    sheet = Sheet(width, 380 if not narrow else 400, ident)
    right = width - (64 if not narrow else 58)
    x_scale = Logarithmic(plot.points[0], plot.points[-1], 52, right)
    y_scale = Logarithmic(min(values), max(values), sheet.height - 46, 26)
    for tick in plot.points[:: 2 if narrow else 1]:
        sheet.line(x_scale(tick), 26, x_scale(tick), sheet.height - 46, "grid")
        sheet.text(x_scale(tick), sheet.height - 28, figure.language.number(tick).text, anchor="middle", ink="small")
    for tick in y_scale.ticks():
        sheet.line(52, y_scale(tick), right, y_scale(tick), "grid")
        sheet.text(46, y_scale(tick) + 4, figure.number(tick, "percent", 1), anchor="end", ink="small")
    sheet.text((52 + right) / 2, sheet.height - 8, figure.word("x"), anchor="middle")
    sheet.text(4, 13, figure.word("y"), ink="small")
    labels = Labels(sheet)
    labels.block(0, 0, 54, sheet.height)                                   # the tick marks' and the lines' own words
    labels.block(right, 0, width - right, sheet.height)
    for series, row in drawn:
        sheet.path([(x_scale(x), y_scale(value.exact)) for x, value in row], "line lora")
        sheet.text(right + 6, y_scale(row[-1][1].exact) + 4, figure.label(series))
        steps = 60
        for k in range(steps):                                             # words keep off the lines
            x0, x1 = (x_scale(row[i][0]) for i in (0, -1))
            y0, y1 = (y_scale(row[i][1].exact) for i in (0, -1))
            labels.block(x0 + (x1 - x0) * k / steps, y0 + (y1 - y0) * k / steps - 2, (x1 - x0) / steps, 4)
    for label, x, value in points:
        shown = f"{label}: {figure.number(value.exact, 'percent', 3)}"
        sheet.dot(x_scale(x), y_scale(value.exact), "point full", shown)
        labels.block(x_scale(x) - 4, y_scale(value.exact) - 4, 8, 8)
    for label, x, value in points:
        labels.place(x_scale(x), y_scale(value.exact), label)
    columns = (
        Column("name", figure.said("name")), Column(plot.along, figure.meaning(plot.along)),
        Column("ratio", figure.said("value"), (Form("percent", (3,)),), RATIO),
    )
    cells = [(figure.label(one), x, value.exact) for one, row in drawn for x, value in row]
    cells += [(label, x, value.exact) for label, x, value in points]
    return sheet, Rows(columns, tuple(cells))


# Bars --------------------------------------------------------------------------------------------------------------


def _by_row(series: Sequence[Series]) -> dict[str, dict[str, Series]]:
    """Group series by the first part of their keys: "q_proj/lora" is the bar "lora" of the row "q_proj"."""
    rows: dict[str, dict[str, Series]] = {}
    for one in series:
        row, _, part = one.key.partition("/")
        rows.setdefault(row, {})[part] = one
    return rows


def paired_bars(figure: Figure, width: int, ident: str) -> tuple[Sheet, Rows]:
    """Draw two panels with the same rows; how much larger the second is drawn is said in words."""
    narrow = width < WIDE
    rows = {row: {part: figure.value(one) for part, one in parts.items()}
            for row, parts in _by_row(figure.plot.series).items()}
    top = {part: max(parts[part].exact for parts in rows.values()) for part in ("full", "lora")}
    enlarged = _nice(Fraction(top["full"]) / Fraction(top["lora"]))
    height, gap, left = 22, 8, 84
    panel = (width - left - 96) / 2 if not narrow else width - left - 84
    block = len(rows) * (height + gap)
    sheet = Sheet(width, block + 52 if not narrow else 2 * block + 92, ident)
    places = {"full": (left, 30), "lora": (left + panel + 80, 30) if not narrow else (left, block + 74)}
    for part, (x, y) in places.items():
        heading = figure.word(part)
        if part == "lora":
            heading += f" ({figure.language.word('plot.enlarged', factor=figure.number(enlarged, 'exact'))})"
        sheet.text(x if not narrow else 4, y - 12, heading, ink="strong")
        for number, (row, parts) in enumerate(rows.items()):
            length = panel * Fraction(parts[part].exact) / Fraction(top["full"])
            length *= enlarged if part == "lora" else 1
            base = y + number * (height + gap)
            exact = parts[part].exact
            sheet.rect(x, base, length, height, part, f"{figure.word(row)}: {figure.number(exact, 'exact')}")
            written = figure.number(exact, "short" if exact >= 10**6 else "exact")
            sheet.text(x + length + 5, base + 15, written, ink="small")
            if part == "full" or narrow:
                sheet.text(left - 8, base + 15, figure.word(row), anchor="end", ink="code")
        sheet.line(x, y - 4, x, y + block - gap + 4)
    unit = next(iter(rows.values()))["full"].unit
    columns = (Column("name", figure.said("module")), *(
        Column(part, figure.word(part), (Form("exact"),), unit) for part in ("full", "lora")))
    cells = tuple((figure.word(row), parts["full"].exact, parts["lora"].exact) for row, parts in rows.items())
    return sheet, Rows(columns, cells)


def _nice(number: Fraction) -> int:
    """Give the largest of 1, 2, 3, 5 times a power of ten that isn't above the number."""
    power = 10 ** (len(str(int(number))) - 1)
    return int(max(m * power for m in (1, 2, 3, 5) if m * power <= max(number, 1)))


def stairs(figure: Figure, width: int, ident: str) -> tuple[Sheet, Rows]:
    """Draw, for each series, the largest integer that a budget pays for; the first one and the points set the width.

    A larger integer must cost more, in every series: the first that costs too much is the end of its stairs.
    """
    plot, narrow = figure.plot, width < WIDE
    first = plot.series[0]
    most = figure.value(first, **{plot.along: plot.points[-1]}).exact
    drawn = []
    for series in plot.series:
        costs = ((k, figure.value(series, **{plot.along: k}).exact) for k in range(1, MOST_STEPS))
        drawn.append((series, list(takewhile(lambda step: step[1] <= most, costs))))
    highest = max(len(steps) for _, steps in drawn)
    sheet = Sheet(width, 360 if not narrow else 380, ident)
    right = width - (150 if not narrow else 16)
    x_scale = Linear(0, most, 42, right)
    y_scale = Linear(0, highest + 1, sheet.height - 46, 16)
    for tick in x_scale.ticks(5 if not narrow else 3):
        sheet.line(x_scale(tick), 16, x_scale(tick), sheet.height - 46, "grid")
        sheet.text(x_scale(tick), sheet.height - 28, figure.number(_whole(tick), "short") if tick else "0",
                   anchor="middle", ink="small")
    for tick in y_scale.ticks(7):
        sheet.line(42, y_scale(tick), right, y_scale(tick), "grid")
        sheet.text(36, y_scale(tick) + 4, figure.language.number(_whole(tick)).text, anchor="end", ink="small")
    sheet.text((42 + right) / 2, sheet.height - 8, figure.word("x"), anchor="middle")
    sheet.text(4, 11, figure.word("y"), ink="small")
    cells = []
    for number, (series, steps) in enumerate(drawn):
        path: list[tuple[float, float]] = [(x_scale(0), y_scale(0))]
        for k, cost in steps:
            path += [(x_scale(cost), y_scale(k - 1)), (x_scale(cost), y_scale(k))]
            cells.append((figure.label(series), k, cost))
        path.append((x_scale(most), y_scale(len(steps))))
        sheet.path(path, f"line lora dash{number}")
        label = f"{figure.label(series)}: {figure.language.number(len(steps)).text}"
        end = y_scale(len(steps))
        if narrow:
            sheet.text(right, end - 6, label, anchor="end", ink="small haloed")
        else:
            sheet.text(right + 6, end + 4, label)
    if plot.rule is not None:
        bought = sum(1 for _, cost in drawn[0][1] if cost <= plot.rule)
        sheet.line(x_scale(plot.rule), 16, x_scale(plot.rule), sheet.height - 46, "rule")
        sheet.dot(x_scale(plot.rule), y_scale(bought), "point full")
        sheet.text(x_scale(plot.rule) + 6, y_scale(bought) + 16,
                   f"{figure.number(plot.rule, 'short')}: {figure.word('rank')} {figure.language.number(bought).text}",
                   ink="small haloed")
    unit = figure.value(first, **{plot.along: 1}).unit
    columns = (Column("name", figure.said("name")), Column(plot.along, figure.meaning(plot.along)),
               Column("cost", figure.word("x"), (Form("exact"),), unit))
    return sheet, Rows(columns, tuple(cells))


def _whole(number: Fraction) -> Exact:
    return number.numerator if number.denominator == 1 else number


def stacked_bars(figure: Figure, width: int, ident: str) -> tuple[Sheet, Rows]:
    """Draw bars made of parts on one scale; a part too thin for its name stands again below, its name beside it."""
    rows = _by_row(figure.plot.series)
    values = {row: {part: figure.value(one) for part, one in parts.items()} for row, parts in rows.items()}
    totals = {row: sum(value.exact for value in parts.values()) for row, parts in values.items()}
    scale = Linear(0, max(totals.values()), 0, width - 2)
    height, line = 40, 16
    wide_parts = {
        row: [part for part, value in parts.items() if scale(value.exact) > 8 * max(len(figure.word(part)), 7)]
        for row, parts in values.items()
    }
    needed = {row: 24 + height + (34 if wide_parts[row] else 0) + line * (len(parts) - len(wide_parts[row])) + 14
              for row, parts in rows.items()}
    sheet = Sheet(width, sum(needed.values()), ident)
    for ink in ("full", "lora"):
        sheet.hatching(ink)
    y = 24
    for row, parts in rows.items():
        at, named = Fraction(0), 0
        sheet.text(1, y - 8, f"{figure.word(row)}: {_sizes(figure, totals[row])}", ink="strong")
        for part, series in parts.items():
            exact, name = values[row][part].exact, figure.word(part)
            x, length, ink = 1 + scale(at), scale(exact), series.role.split()[0]
            draw = sheet.hatched if "modelled" in series.role else sheet.rect
            draw(x, y, length, height, ink)
            sheet.line(x + length, y, x + length, y + height, "cut")
            if part in wide_parts[row]:
                sheet.text(x + length / 2, y + height + 15, name, anchor="middle", ink="small")
                sheet.text(x + length / 2, y + height + 30, _size(figure, exact), anchor="middle", ink="small")
            else:
                base = y + height + (34 if wide_parts[row] else 0) + 14 + line * named
                end, words = x + max(length, 1.5), f"{name} {_size(figure, exact)}"
                draw(x, base - 9, end - x, 9, ink)
                if end + 6 + text_width(words) <= width:
                    sheet.text(end + 6, base, words, ink="small")
                else:
                    sheet.text(x - 6, base, words, anchor="end", ink="small")
                named += 1
            at += exact
        y += needed[row]
    first = next(iter(next(iter(values.values())).values()))
    columns = (Column("name", figure.said("name")), Column("part", figure.said("part")),
               Column("bytes", figure.said("bytes"), (Form("exact"),), first.unit))
    cells = tuple((figure.word(row), figure.word(part), value.exact)
                  for row, parts in values.items() for part, value in parts.items())
    return sheet, Rows(columns, cells)


def _sizes(figure: Figure, exact: Exact) -> str:
    unit = next(iter(figure.plot.series)).formula.unit
    return f"{figure.number(exact, 'GB', unit=unit)} ({figure.number(exact, 'GiB', unit=unit)})"


def _size(figure: Figure, exact: Exact) -> str:
    unit = next(iter(figure.plot.series)).formula.unit
    return figure.number(exact, "GB" if exact >= 10**9 else "MB", unit=unit)


# Matrices to scale -------------------------------------------------------------------------------------------------


def _shape_rows(figure: Figure, shapes: Sequence[Shape]) -> Rows:
    columns = (Column("name", figure.said("matrix")), Column("rows", figure.said("rows")),
               Column("columns", figure.said("columns")), Column("entries", figure.said("entries")))
    return Rows(columns, tuple((figure.word(one.key), one.rows, one.columns, one.rows * one.columns) for one in shapes))


def matrices(figure: Figure, width: int, ident: str) -> tuple[Sheet, Rows]:
    """Draw W with A above it and B to its left, and both factors cut and laid together beside it."""
    narrow = width < WIDE
    w, a, b = figure.plot.shapes[:3]
    side = 300 if not narrow else 200
    unit = Fraction(side, max(w.rows, w.columns))
    sheet = Sheet(width, side + 86 if not narrow else side + 210, ident)
    x, y = 52, 64
    thick_a, thick_b = a.rows * unit, b.columns * unit
    sheet.rect(x, y, w.columns * unit, w.rows * unit, "full", f"{w.key}: {figure.shape(w)}")
    sheet.rect(x, y - 6 - thick_a, a.columns * unit, thick_a, "lora", f"{a.key}: {figure.shape(a)}")
    sheet.rect(x - 6 - thick_b, y, thick_b, b.rows * unit, "lora", f"{b.key}: {figure.shape(b)}")
    sheet.text(x, y - 14 - float(thick_a), _told(figure, a))
    sheet.text(4, y + w.rows * unit + 18, _told(figure, b))
    middle, centre = x + w.columns * unit / 2, y + w.rows * unit / 2
    sheet.text(middle, centre, figure.word(w.key), anchor="middle", ink="strong on-full")
    sheet.text(middle, centre + 18, figure.shape(w), anchor="middle", ink="on-full")
    sheet.text(middle, centre + 36, figure.number(w.rows * w.columns, "exact"), anchor="middle", ink="on-full")
    together = a.rows * a.columns + b.rows * b.columns
    edge = math.sqrt(together) * float(unit)
    left, top = (x + side + 60, y) if not narrow else (52, y + side + 40)
    sheet.rect(left, top, edge, edge, "lora")
    beside, below = (left, top + edge + 20) if not narrow else (left + edge + 12, top + 14)
    for number, words in enumerate(_together(figure, together)):
        sheet.text(beside, below + 18 * number, words)
    return sheet, _shape_rows(figure, figure.plot.shapes)


def _together(figure: Figure, entries: int) -> tuple[str, str, str]:
    """Say what the square of all factors is."""
    return figure.word("together"), f"{figure.number(entries, 'exact')} {figure.word('entries')}", figure.word("share")


def _told(figure: Figure, shape: Shape) -> str:
    return f"{figure.word(shape.key)}: {figure.shape(shape)} = {figure.number(shape.rows * shape.columns, 'exact')}"


Place = tuple[Shape, Fraction, Fraction]


def _free(placed: Sequence[Place], shape: Shape, unit: Fraction, width: int, gap: int) -> tuple[Fraction, Fraction]:
    """Find the highest, then leftmost, corner where a matrix fits beside those that stand already."""
    wide, high = shape.columns * unit, shape.rows * unit
    lefts = sorted({Fraction(14), *(left + one.columns * unit + gap for one, left, _ in placed)})
    tops = sorted({Fraction(30), *(top + one.rows * unit + gap + 14 for one, _, top in placed)})
    for y in tops:
        for x in lefts:
            clear = all(
                x + wide + gap <= left or left + one.columns * unit + gap <= x
                or y + high + gap <= top or top + one.rows * unit + gap <= y
                for one, left, top in placed
            )
            if clear and x + wide <= width - 4:
                return x, y
    return Fraction(14), tops[-1]


def layer(figure: Figure, width: int, ident: str) -> tuple[Sheet, Rows]:
    """Draw a layer's matrices in rows, each with its factors along its edges, and all factors cut and laid together."""
    shapes = [one for one in figure.plot.shapes if one.role == "full"]
    factors = [one for one in figure.plot.shapes if one.role == "lora"]
    narrow = width < WIDE
    smallest = min(min(one.rows, one.columns) for one in shapes)
    unit = Fraction(94 if not narrow else 62, smallest)
    gap, strip = 20, 5
    places: list[tuple[Shape, Fraction, Fraction]] = []
    for shape in shapes:
        places.append((shape, *_free(places, shape, unit, width, gap)))
    bottom = max(top + shape.rows * unit for shape, _, top in places)
    sheet = Sheet(width, int(bottom) + 30, ident)
    for number, (shape, left, top) in enumerate(places):
        a, b = factors[2 * number], factors[2 * number + 1]
        wide, high = shape.columns * unit, shape.rows * unit
        title = f"{figure.word(shape.key)}: {figure.shape(shape)}"
        sheet.rect(left, top, wide, high, "full", title)
        thick_a, thick_b = a.rows * unit, b.columns * unit
        sheet.rect(left, top - strip - thick_a, a.columns * unit, thick_a, "lora", f"A: {figure.shape(a)}")
        sheet.rect(left - strip - thick_b, top, thick_b, b.rows * unit, "lora", f"B: {figure.shape(b)}")
        sheet.text(left + wide / 2, top + high / 2, figure.word(shape.key), anchor="middle", ink="on-full strong small")
        sheet.text(left + wide / 2, top + high / 2 + 14, figure.shape(shape), anchor="middle", ink="on-full tiny")
    together = sum(one.rows * one.columns for one in factors)
    edge = math.sqrt(together) * float(unit)
    room = Shape("", math.ceil(max(edge, 50) / unit), math.ceil((edge + 170) / unit))
    free, top = _free(places, room, unit, width, gap)
    sheet.height = max(sheet.height, int(float(top) + max(edge, 50)) + 14)
    sheet.rect(free, top, edge, edge, "lora")
    for number, words in enumerate(_together(figure, together)):
        sheet.text(float(free) + edge + 10, float(top) + 14 + 16 * number, words, ink="small")
    return sheet, _shape_rows(figure, figure.plot.shapes)


KINDS: dict[str, Draw] = {
    "log-lines": log_lines, "paired-bars": paired_bars, "stairs": stairs, "stacked-bars": stacked_bars,
    "matrices": matrices, "layer": layer,
}
"""Who draws which kind."""


def cell_text(figure: Figure, cell: Exact, column: Column) -> str:
    """Write a cell of the data for readers."""
    if isinstance(cell, str):
        return cell
    try:
        return figure.language.number(cell, column.forms, column.unit or RATIO).text if column.forms \
            else figure.language.number(cell).text
    except FormError:
        return str(cell)
