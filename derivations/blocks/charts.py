"""The kinds of figure: each takes exact values and a sheet of some width, draws, and gives the rows that it drew.

    lines         formulas along a symbol, with models as points
    half-log-lines  the same with a logarithmic axis upwards: what grows by a factor is straight
    log-lines     the same with two: a power is straight
    paired-bars   the same rows in two panels, each with a linear scale of its own from zero
    stairs        what a budget buys: the steps of an integer against what each costs
    stacked-bars  parts of a whole, named in place; what rests on assumptions is hatched
A course's own drawing is a function like these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise, takewhile
from typing import NamedTuple

from derivations.blocks.drawing import Labels, Linear, Logarithmic, Sheet, text_width
from derivations.blocks.figure import WIDE, Column, Figure, Rows
from derivations.course import Series
from derivations.exact import RATIO, DomainError, Exact, Value
from derivations.exact.decimal import near
from derivations.language import Form

MOST_STEPS = 4096
"""Where stairs end at the latest."""

Draw = Callable[[Figure, int, str], tuple[Sheet, Rows]]


# Lines and points --------------------------------------------------------------------------------------------------


class _Point(NamedTuple):
    """A model in a figure: its name, where it stands, and whether it is one of the course's running examples."""

    label: str
    x: int
    value: Value
    marked: bool


def _points(figure: Figure, scatter: Series, lines: Sequence[Series]) -> Iterator[_Point]:
    """Give the models with their own values; a running example that has none stands on the line of the same inputs."""
    plot = figure.plot
    for name in (*plot.models, *(one for one in plot.marked if one not in plot.models)):
        model, value = figure.models[name], figure.of_model(scatter, name)
        x = model.inputs.get(plot.along)
        line = next((one for one in lines if dict(one.at) == dict(scatter.at)), None)
        if value is None and x is not None and line and name in plot.marked:
            value = figure.value(line, **{plot.along: x})
        if value is not None and x is not None and plot.points[0] <= x <= plot.points[-1]:
            yield _Point(model.label, x, value, name in plot.marked)


def lines(figure: Figure, width: int, ident: str) -> tuple[Sheet, Rows]:
    """Draw formulas along a symbol, with models as points; the kind says which axes are logarithmic."""
    plot, narrow = figure.plot, width < WIDE
    across, upwards = LINES[str(plot.kind)]
    series = [one for one in plot.series if one.key != "models"]
    scatter = next((one for one in plot.series if one.key == "models"), None)
    drawn = [(one, [(x, figure.value(one, **{plot.along: x})) for x in plot.points]) for one in series]
    points = list(_points(figure, scatter, series)) if scatter else []
    values = [near(value.exact) for _, row in drawn for _, value in row]
    values += [near(one.value.exact) for one in points]
    unit = drawn[0][1][0][1].unit
    sheet = Sheet(width, 380 if not narrow else 400, ident)
    longest = max((text_width(figure.label(one)) for one in series), default=0.0)
    right = width - min(max(58 if narrow else 64, longest + 8), width / 2)     # the lines' words stand behind them
    x_scale = across(plot.points[0], plot.points[-1], 52, right)
    y_scale = upwards(*_within(values, upwards), sheet.height - 46, 26)
    sheet.scales = {"x": x_scale, "y": y_scale}
    ticks = (_marks(figure, x_scale, narrow) if isinstance(x_scale, Logarithmic) else x_scale.ticks(4 if narrow else 8))
    _axes(figure, sheet, {tick: figure.along(tick) for tick in ticks},
          {tick: figure.tick(tick, unit) for tick in y_scale.ticks(8)})
    sheet.text(4, 13, figure.word("y"), ink="small")
    labels = Labels(sheet)
    labels.block(0, 0, 54, sheet.height)                                   # the tick marks' and the lines' own words
    labels.block(right, 0, width - right, sheet.height)
    ends = _apart([y_scale(row[-1][1].exact) for _, row in drawn], sheet.height - 46)
    for number, (curve, row) in enumerate(drawn):
        sheet.path([(x_scale(x), y_scale(value.exact)) for x, value in row], f"line ink-{curve.ink}",
                   (number * len(row), 0, 1, len(row)))
        fits = text_width(figure.label(curve)) <= width - right
        sheet.text(*((right + 6, ends[number] + 4) if fits else (width - 2, ends[number] - 8)), figure.label(curve),
                   anchor="start" if fits else "end")
        steps = 60
        for k in range(steps):                                             # words keep off the lines
            x0, x1 = (x_scale(row[i][0]) for i in (0, -1))
            y0, y1 = (y_scale(row[i][1].exact) for i in (0, -1))
            labels.block(x0 + (x1 - x0) * k / steps, y0 + (y1 - y0) * k / steps - 2, (x1 - x0) / steps, 4)
    for number, one in enumerate(points, sum(len(row) for _, row in drawn)):
        at = x_scale(one.x), y_scale(one.value.exact)
        tip = f"{one.label}: {figure.written(one.value.exact, unit, 3)}"
        ink = f"point{' marked' if one.marked else ''} ink-{scatter.ink if scatter else ''}"
        sheet.dot(*at, ink, tip, number)
        labels.block(at[0] - 4, at[1] - 4, 8, 8)
    for one in sorted(points, key=lambda one: not one.marked):
        labels.place(x_scale(one.x), y_scale(one.value.exact), one.label, ink="strong small" if one.marked else "small")
    columns = (
        Column("name", figure.said("name")), Column(plot.along, figure.meaning(plot.along), figure.along_form),
        Column("ratio" if unit == RATIO else "value", figure.said("value"),
               figure.form or ((Form("percent", (3,)),) if unit == RATIO else ()), unit),
    )
    cells = [(figure.label(one), x, value.exact) for one, row in drawn for x, value in row]
    cells += [(one.label, one.x, one.value.exact) for one in points]
    return sheet, Rows(columns, tuple(cells))


LINES: dict[str, tuple[type[Linear | Logarithmic], type[Linear | Logarithmic]]] = {
    "lines": (Linear, Linear), "half-log-lines": (Linear, Logarithmic), "log-lines": (Logarithmic, Logarithmic),
}
"""The axes of the kinds made of lines: the one along the symbol, and the one upwards."""


def _axes(figure: Figure, sheet: Sheet, across: Mapping[Exact, str], upwards: Mapping[Exact, str]) -> None:
    """Draw a grid with its numbers, and say what is measured across."""
    x, y = sheet.scales["x"], sheet.scales["y"]
    for tick, written in across.items():
        sheet.line(x(tick), y.end, x(tick), y.start, "grid")
        sheet.text(x(tick), y.start + 18, written, anchor="middle", ink="small")
    for tick, written in upwards.items():
        sheet.line(x.start, y(tick), x.end, y(tick), "grid")
        sheet.text(x.start - 6, y(tick) + 4, written, anchor="end", ink="small")
    sheet.text((x.start + x.end) / 2, y.start + 38, figure.word("x"), anchor="middle")


def _marks(figure: Figure, scale: Logarithmic, narrow: bool) -> Sequence[Exact]:
    """Give the points themselves, where their numbers have room beside each other; else round numbers that have."""
    for ticks in (figure.plot.points[:: 2 if narrow else 1], scale.ticks(8)):
        room = [(scale(tick), text_width(figure.along(tick)) / 2) for tick in ticks]
        if all(right - left > half + other for (left, half), (right, other) in pairwise(room)):
            return ticks
    return scale.ticks(0)


def _apart(ends: Sequence[float], lowest: float, line: float = 13) -> list[float]:
    """Give the heights of the words behind lines: each at its line's end, or above the one that it would run into."""
    placed: list[float] = [0.0] * len(ends)
    room = lowest
    for number in sorted(range(len(ends)), key=lambda one: -ends[one]):
        placed[number] = min(ends[number], room)
        room = placed[number] - line
    return placed


def _within(values: Sequence[Fraction], upwards: type[Linear | Logarithmic]) -> tuple[Fraction, Fraction]:
    """Give the ends of the axis upwards: a linear one begins at zero, where nothing lies below it."""
    if upwards is Linear:
        return min(Fraction(0), *values), max(Fraction(0), *values)
    if min(values) <= 0:
        raise DomainError("a logarithmic axis has no zero and nothing below it: draw `lines`")
    return min(values), max(values)


# Bars --------------------------------------------------------------------------------------------------------------


def _by_row(series: Sequence[Series]) -> dict[str, dict[str, Series]]:
    """Group series by the first part of their keys: "spring/rain" is the bar "rain" of the row "spring"."""
    rows: dict[str, dict[str, Series]] = {}
    for one in series:
        row, _, part = one.key.partition("/")
        rows.setdefault(row, {})[part] = one
    return rows


def paired_bars(figure: Figure, width: int, ident: str) -> tuple[Sheet, Rows]:
    """Draw two panels with the same rows; how much larger the second is drawn is said in words."""
    narrow = width < WIDE
    series = _by_row(figure.plot.series)
    rows = {row: {part: figure.value(one) for part, one in parts.items()} for row, parts in series.items()}
    inks = {part: one.ink for parts in series.values() for part, one in parts.items()}
    first, second = inks
    top = {part: max(near(parts[part].exact) for parts in rows.values()) for part in inks}
    enlarged = _nice(top[first] / top[second])
    height, gap, left = 22, 8, 84
    panel = (width - left - 96) / 2 if not narrow else width - left - 84
    block = len(rows) * (height + gap)
    sheet = Sheet(width, block + 52 if not narrow else 2 * block + 92, ident)
    places = {first: (left, 30), second: (left + panel + 80, 30) if not narrow else (left, block + 74)}
    for part, (x, y) in places.items():
        heading = figure.word(part)
        if part == second:
            heading += f" ({figure.language.word('plot.enlarged', factor=figure.number(enlarged, 'exact'))})"
        sheet.text(x if not narrow else 4, y - 12, heading, ink="strong")
        for number, (row, parts) in enumerate(rows.items()):
            exact = parts[part].exact
            length = panel * near(exact) / top[first] * (enlarged if part == second else 1)
            base = y + number * (height + gap)
            shown = f"{figure.word(row)}: {_count(figure, exact)}"
            sheet.rect(x, base, length, height, f"ink-{inks[part]}", shown, number)
            sheet.text(x + length + 5, base + 15, _count(figure, exact, "short"), ink="small")
            if part == first or narrow:
                sheet.text(left - 8, base + 15, figure.word(row), anchor="end", ink="code")
        sheet.line(x, y - 4, x, y + block - gap + 4)
    unit = next(iter(rows.values()))[first].unit
    columns = (Column("name", figure.said("module")), *(
        Column(part, figure.word(part), (Form("exact"),), unit) for part in (first, second)))
    cells = tuple((figure.word(row), parts[first].exact, parts[second].exact) for row, parts in rows.items())
    return sheet, Rows(columns, cells)


def _count(figure: Figure, exact: Exact, long: str = "exact") -> str:
    """Write a number: every digit, or for one beyond a million, the form `long`; an irrational one rounded."""
    if not isinstance(exact, int | Fraction):
        return figure.language.number(exact).text
    return figure.number(exact, long if exact >= 10**6 else "exact")


def _nice(number: Fraction) -> int:
    """Give the largest of 1, 2, 3, 5 times a power of ten that isn't above the number."""
    power = 10 ** (len(str(int(number))) - 1)
    return int(max(m * power for m in (1, 2, 3, 5) if m * power <= max(number, 1)))


def stairs(figure: Figure, width: int, ident: str) -> tuple[Sheet, Rows]:
    """Draw, for each series, the largest integer that a budget pays for; the first one and the points set the width.

    A larger integer must cost more, in every series: the first that costs too much is the end of its stairs. The series
    `models` draws nothing here: its formula says what the integer of a reader's own model costs.
    """
    plot, narrow = figure.plot, width < WIDE
    first = plot.series[0]
    most = figure.value(first, **{plot.along: plot.points[-1]}).exact
    drawn = []
    for series in (one for one in plot.series if one.key != "models"):
        costs = ((k, figure.value(series, **{plot.along: k}).exact) for k in range(1, MOST_STEPS))
        drawn.append((series, list(takewhile(lambda step: step[1] <= most, costs))))
    highest = max(len(steps) for _, steps in drawn)
    sheet = Sheet(width, 360 if not narrow else 380, ident)
    right = width - (150 if not narrow else 16)
    x_scale = Linear(0, most, 42, right)
    y_scale = Linear(0, highest + 1, sheet.height - 46, 28)       # the axis has its name above its first mark
    sheet.scales = {"x": x_scale, "y": y_scale}
    ticks = x_scale.ticks(5 if not narrow else 3)
    _axes(figure, sheet, {tick: figure.number(tick, "short") if tick else "0" for tick in ticks},
          {tick: figure.language.number(tick).text for tick in y_scale.ticks(7)})
    sheet.text(4, 11, figure.word("y"), ink="small")
    cells = []
    for number, (series, steps) in enumerate(drawn):
        path: list[tuple[float, float]] = [(x_scale(0), y_scale(0))]
        for k, cost in steps:
            path += [(x_scale(cost), y_scale(k - 1)), (x_scale(cost), y_scale(k))]
            cells.append((figure.label(series), k, cost))
        path.append((x_scale(most), y_scale(len(steps))))
        sheet.path(path, f"line ink-{series.ink} dash{number}", (len(cells) - len(steps), 2, 2, len(steps)))
        label = f"{figure.label(series)}: {figure.language.number(len(steps)).text}"
        end = y_scale(len(steps))
        if narrow:
            sheet.text(right, end - 6, label, anchor="end", ink="small haloed")
        else:
            sheet.text(right + 6, end + 4, label)
    if plot.rule is not None:
        bought = sum(1 for _, cost in drawn[0][1] if cost <= plot.rule)
        sheet.line(x_scale(plot.rule), 16, x_scale(plot.rule), sheet.height - 46, "rule")
        sheet.dot(x_scale(plot.rule), y_scale(bought), f"point ink-{plot.rule_ink}")
        sheet.text(x_scale(plot.rule) + 6, y_scale(bought) + 16,
                   f"{figure.number(plot.rule, 'short')}: {figure.word('rank')} {figure.language.number(bought).text}",
                   ink="small haloed")
    unit = figure.value(first, **{plot.along: 1}).unit
    columns = (Column("name", figure.said("name")), Column(plot.along, figure.meaning(plot.along)),
               Column("cost", figure.word("x"), (Form("exact"),), unit))
    return sheet, Rows(columns, tuple(cells))


def stacked_bars(figure: Figure, width: int, ident: str) -> tuple[Sheet, Rows]:
    """Draw bars made of parts on one scale; a part too thin for its name stands again below, its name beside it."""
    rows = _by_row(figure.plot.series)
    values = {row: {part: figure.value(one) for part, one in parts.items()} for row, parts in rows.items()}
    totals = {row: sum((near(value.exact) for value in parts.values()), Fraction(0))
              for row, parts in values.items()}
    scale = Linear(0, max(totals.values()), 0, width - 2)
    height, line = 40, 16
    wide_parts = {
        row: [part for part, value in parts.items() if scale(value.exact) > 8 * max(len(figure.word(part)), 7)]
        for row, parts in values.items()
    }
    needed = {row: 24 + height + (34 if wide_parts[row] else 0) + line * (len(parts) - len(wide_parts[row])) + 14
              for row, parts in rows.items()}
    sheet = Sheet(width, sum(needed.values()), ident)
    for ink in dict.fromkeys(one.ink for one in figure.plot.series if one.hatched):
        sheet.hatching(ink)
    y, drawn = 24, 0
    for row, parts in rows.items():
        at, named = Fraction(0), 0
        sheet.text(1, y - 8, f"{figure.word(row)}: {_sizes(figure, totals[row])}", ink="strong")
        for part, series in parts.items():
            exact, name = values[row][part].exact, figure.word(part)
            x, length, fill = 1 + scale(at), scale(exact), series.ink if series.hatched else f"ink-{series.ink}"
            draw = sheet.hatched if series.hatched else sheet.rect
            draw(x, y, length, height, fill, row=drawn)
            drawn += 1
            sheet.line(x + length, y, x + length, y + height, "cut")
            if part in wide_parts[row]:
                sheet.text(x + length / 2, y + height + 15, name, anchor="middle", ink="small")
                sheet.text(x + length / 2, y + height + 30, _size(figure, exact), anchor="middle", ink="small")
            else:
                base = y + height + (34 if wide_parts[row] else 0) + 14 + line * named
                end, words = x + max(length, 1.5), f"{name} {_size(figure, exact)}"
                draw(x, base - 9, end - x, 9, fill)
                if end + 6 + text_width(words) <= width:
                    sheet.text(end + 6, base, words, ink="small")
                else:
                    sheet.text(x - 6, base, words, anchor="end", ink="small")
                named += 1
            at += near(exact)
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


KINDS: dict[str, Draw] = {
    **dict.fromkeys(LINES, lines), "paired-bars": paired_bars, "stairs": stairs, "stacked-bars": stacked_bars,
}
"""Who draws which kind."""
