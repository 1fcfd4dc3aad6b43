"""The figure of the first step: what single rows of A see of a gradient in the plane, and what they see on average.

A projection of g on a line through its foot ends on the circle whose diameter is g (Thales). The directions stand in
pairs at right angles, and the projections on such a pair add up to g: so the mean of all is half of it, exactly.
"""

from __future__ import annotations

from fractions import Fraction

from derivations.blocks.drawing import Labels, Sheet
from derivations.blocks.figure import WIDE, Column, Figure, Rows
from derivations.exact import RATIO
from derivations.language import Form

Vector = tuple[Fraction, Fraction]


def projections(gradient: tuple[int, int], rows: tuple[tuple[int, int], ...]) -> list[tuple[Vector, Fraction]]:
    """Give the projection of a gradient on each row, and the share of its square that the projection keeps."""
    square = gradient[0] ** 2 + gradient[1] ** 2
    found = []
    for a, b in rows:
        along = Fraction(gradient[0] * a + gradient[1] * b, a * a + b * b)
        found.append(((along * a, along * b), along * along * (a * a + b * b) / square))
    return found


def draw(figure: Figure, width: int, ident: str) -> tuple[Sheet, Rows]:
    """Draw the gradient, its projections, the circle of their ends and the centre, which is their mean."""
    gradient, rows = figure.plot.data
    found = projections(gradient, rows)
    mean = sum((share for _, share in found), Fraction(0)) / len(found)
    unit, left, foot = (22, 120, 210) if width == WIDE else (19, 24, 186)
    sheet = Sheet(width, foot + 108, ident)

    def at(x: Fraction | int, y: Fraction | int) -> tuple[float, float]:
        return left + float(x) * unit, foot - float(y) * unit

    origin, tip = at(0, 0), at(*gradient)
    centre = at(gradient[0] * mean, gradient[1] * mean)
    sheet.ring(*centre, ((tip[0] - centre[0]) ** 2 + (tip[1] - centre[1]) ** 2) ** 0.5, "outline")
    ends = [at(*vector) for vector, _ in found]
    for end in ends:
        sheet.path((origin, end), "line ink-lora")
    sheet.path((origin, tip), "line ink-full marked")
    for number, end in enumerate(ends):
        sheet.dot(*end, "ink-lora", row=number)
    sheet.dot(*tip, "ink-full")
    sheet.dot(*centre, "ink-lora marked", row=len(found))
    labels = Labels(sheet)
    for x, y in (*ends, tip, centre):
        labels.block(x - 5, y - 5, 10, 10)
    for (x, y), key in ((tip, "gradient"), (ends[2], "projection"), (centre, "mean")):
        labels.place(x, y, figure.word(key))
    columns = (Column("row", figure.word("row")),
               Column("share", figure.word("share"), (Form("percent", (3,)),), RATIO))
    cells = [(f"({a}, {b})".replace("-", "−"), share) for (a, b), (_, share) in zip(rows, found, strict=True)]
    return sheet, Rows(columns, (*cells, (figure.word("mean"), mean)))
