"""The figures that draw matrices: one with its factors and a whole layer, to scale; a product as a sum of sheets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivations.blocks.drawing import Sheet
from derivations.blocks.figure import WIDE, Column, Figure, Rows


@dataclass(frozen=True)
class Shape:
    """A matrix that is drawn to scale: rows × columns, and its ink."""

    key: str
    rows: int
    columns: int
    ink: str


def _shape(figure: Figure, shape: Shape) -> str:
    """Write a matrix's shape."""
    return figure.language.shape((shape.rows, shape.columns)).text


def _shape_rows(figure: Figure, shapes: Sequence[Shape]) -> Rows:
    columns = (Column("name", figure.said("matrix")), Column("rows", figure.said("rows")),
               Column("columns", figure.said("columns")), Column("entries", figure.said("entries")))
    return Rows(columns, tuple((figure.word(one.key), one.rows, one.columns, one.rows * one.columns) for one in shapes))


def factors(figure: Figure, width: int, ident: str) -> tuple[Sheet, Rows]:
    """Draw W with A above it and B to its left, and both factors cut and laid together beside it."""
    narrow = width < WIDE
    w, a, b = figure.plot.data[:3]
    side = 300 if not narrow else 200
    unit = Fraction(side, max(w.rows, w.columns))
    sheet = Sheet(width, side + 86 if not narrow else side + 210, ident)
    x, y = 52, 64
    thick_a, thick_b = a.rows * unit, b.columns * unit
    sheet.rect(x, y, w.columns * unit, w.rows * unit, "ink-full", f"{w.key}: {_shape(figure, w)}", 0)
    sheet.rect(x, y - 6 - thick_a, a.columns * unit, thick_a, "ink-lora", f"{a.key}: {_shape(figure, a)}", 1)
    sheet.rect(x - 6 - thick_b, y, thick_b, b.rows * unit, "ink-lora", f"{b.key}: {_shape(figure, b)}", 2)
    sheet.text(x, y - 14 - float(thick_a), _told(figure, a))
    sheet.text(4, y + w.rows * unit + 18, _told(figure, b))
    middle, centre = x + w.columns * unit / 2, y + w.rows * unit / 2
    sheet.text(middle, centre, figure.word(w.key), anchor="middle", ink="strong on-ink")
    sheet.text(middle, centre + 18, _shape(figure, w), anchor="middle", ink="on-ink")
    sheet.text(middle, centre + 36, figure.number(w.rows * w.columns, "exact"), anchor="middle", ink="on-ink")
    together = a.rows * a.columns + b.rows * b.columns
    edge = math.sqrt(together) * float(unit)
    left, top = (x + side + 60, y) if not narrow else (52, y + side + 40)
    sheet.rect(left, top, edge, edge, "ink-lora")
    beside, below = (left, top + edge + 20) if not narrow else (left + edge + 12, top + 14)
    for number, words in enumerate(_together(figure, together)):
        sheet.text(beside, below + 18 * number, words)
    return sheet, _shape_rows(figure, figure.plot.data)


def _together(figure: Figure, entries: int) -> tuple[str, str, str]:
    """Say what the square of all factors is."""
    return figure.word("together"), f"{figure.number(entries, 'exact')} {figure.word('entries')}", figure.word("share")


def _told(figure: Figure, shape: Shape) -> str:
    return f"{figure.word(shape.key)}: {_shape(figure, shape)} = {figure.number(shape.rows * shape.columns, 'exact')}"


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
    shapes = [one for one in figure.plot.data if one.ink == "full"]
    pairs = [one for one in figure.plot.data if one.ink == "lora"]
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
        a, b = pairs[2 * number], pairs[2 * number + 1]
        wide, high = shape.columns * unit, shape.rows * unit
        title = f"{figure.word(shape.key)}: {_shape(figure, shape)}"
        sheet.rect(left, top, wide, high, "ink-full", title, 3 * number)
        thick_a, thick_b = a.rows * unit, b.columns * unit
        sheet.rect(left, top - strip - thick_a, a.columns * unit, thick_a, "ink-lora", f"A: {_shape(figure, a)}",
                   3 * number + 1)
        sheet.rect(left - strip - thick_b, top, thick_b, b.rows * unit, "ink-lora", f"B: {_shape(figure, b)}",
                   3 * number + 2)
        sheet.text(left + wide / 2, top + high / 2, figure.word(shape.key), anchor="middle", ink="on-ink strong small")
        sheet.text(left + wide / 2, top + high / 2 + 14, _shape(figure, shape), anchor="middle", ink="on-ink tiny")
    together = sum(one.rows * one.columns for one in pairs)
    edge = math.sqrt(together) * float(unit)
    room = Shape("", math.ceil(max(edge, 50) / unit), math.ceil((edge + 170) / unit), "")
    free, top = _free(places, room, unit, width, gap)
    sheet.height = max(sheet.height, int(float(top) + max(edge, 50)) + 14)
    sheet.rect(free, top, edge, edge, "ink-lora")
    for number, words in enumerate(_together(figure, together)):
        sheet.text(float(free) + edge + 10, float(top) + 14 + 16 * number, words, ink="small")
    return sheet, _shape_rows(figure, figure.plot.data)


def _tiles(  # noqa: PLR0917 - a grid, where it stands, the size of a cell and the number that is deepest
    sheet: Sheet, grid: Sequence[Sequence[int]], left: float, top: float, cell: tuple[int, int], most: int,
) -> None:
    """Draw a grid of numbers: one ink for each sign, deeper for a larger number; nothing for zero."""
    found: dict[int, list[tuple[float, float]]] = {}
    for i, line in enumerate(grid):
        for j, number in enumerate(line):
            found.setdefault(number, []).append((left + j * cell[0], top + i * cell[1]))
    for number, corners in sorted(found.items()):
        if number:
            sheet.tiles(corners, *cell, f"ink-{'lora' if number > 0 else 'full'}", Fraction(abs(number), most))


def sheets(figure: Figure, width: int, ident: str) -> tuple[Sheet, Rows]:
    """Draw a product of thin matrices as a sum of sheets, each a column times a row; a drawing of a few of them.

    The numbers of the data are entries of the matrices, and the same numbers are the depths of ink: what is drawn is
    a product, not a pattern.
    """
    narrow = width < WIDE
    columns, rows = figure.plot.data
    rank, tall, wide = len(columns), len(columns[0]), len(rows[0])
    parts = [[[a * b for b in row] for a in column] for column, row in zip(columns, rows, strict=True)]
    whole = [[sum(part[i][j] for part in parts) for j in range(wide)] for i in range(tall)]
    most = max(abs(number) for part in (*parts, whole) for line in part for number in line)
    cell, gap, strip = (12, 44, 7) if not narrow else (11, 38, 7)
    side_w, side_h = wide * cell, tall * cell
    places = [(18 + strip + k * (side_w + gap + strip), 26) for k in range(rank + 1)] if not narrow else \
        [(18 + strip + (k % 2) * (side_w + gap + strip + 30), 26 + (k // 2) * (side_h + 56)) for k in range(rank + 1)]
    sheet = Sheet(width, int(places[-1][1]) + side_h + 34, ident)
    for k, ((left, top), grid) in enumerate(zip(places, (whole, *parts), strict=True)):
        _tiles(sheet, grid, left, top, (cell, cell), most)
        sheet.rect(left, top, side_w, side_h, "outline", figure.word("product") if not k else f"b{k} a{k}", k)
        if k:
            _tiles(sheet, [rows[k - 1]], left, top - strip - 4, (cell, strip), max(map(abs, rows[k - 1])))
            _tiles(sheet, [[number] for number in columns[k - 1]], left - strip - 4, top, (strip, cell),
                   max(map(abs, columns[k - 1])))
        name = figure.word("product") if not k else f"{figure.word('column')}\u2009·\u2009{figure.word('row')}"
        sheet.text(left + side_w / 2, top + side_h + 18, name, anchor="middle", ink="small")
        if k < rank:
            after = left + side_w + (gap - strip - 4) / 2
            sheet.text(after, top + side_h / 2 + 5, "=" if not k else "+", anchor="middle", ink="strong")
    data = (Column("name", figure.said("matrix")), Column("rows", figure.said("rows")),
            Column("columns", figure.said("columns")), Column("numbers", figure.word("numbers")))
    cells = [(figure.word("product"), tall, wide, tall * wide)]
    for k in range(1, rank + 1):
        cells.append((f"{figure.word('sheet')} {figure.number(k, 'exact')}", tall, wide, tall + wide))
    return sheet, Rows(data, tuple(cells))
