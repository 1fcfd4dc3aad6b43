"""The two figures that draw matrices to scale: one with its factors, and a whole layer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from derivations.blocks.charts import WIDE, Column, Figure, Rows
from derivations.blocks.drawing import Sheet


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
