"""SVG as text: a sheet that takes rectangles, lines and words, and gives the same bytes twice.

The figures are lines, rectangles and words, so they are written directly: the page's own fonts and inks, real text that
can be found and translated, and no plotting library to import (0.4 s) or to tame (dates, random ids, outlined glyphs).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from derivations.exact.decimal import near

Number = int | float | Fraction | Any
"""A float, or an exact number: one of SymPy's own where it is irrational."""


def short(number: Number) -> str:
    """Give a coordinate to a hundredth, without zeros at the end."""
    text = f"{float(number):.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


class Sheet:
    """A drawing in the making; coordinates are in pixels of its viewBox, y downwards.

    Lines of one ink are one element, above all that stood before the last of them; so are tiles of one look, where the
    first of them stands; words of one look are one group above everything. A page holds many of each.
    """

    def __init__(self, width: int, height: int, ident: str) -> None:
        self.width = width
        self.height = height
        self.ident = ident
        self.scales: dict[str, Linear | Logarithmic] = {}
        self._parts: list[Element] = []
        self._shared: dict[tuple[str, ...], Element] = {}
        self._words: dict[tuple[str, str], Element] = {}

    def rect(  # noqa: PLR0917 - x, y, width, height are what a rectangle is
        self, x: Number, y: Number, width: Number, height: Number, ink: str, title: str = "", row: int | None = None,
    ) -> None:
        """Draw a rectangle in an ink (a class of the stylesheet); `row` is the row of the data that it stands for."""
        self._mark("rect", {"class": ink}, row, {"x": x, "y": y, "width": width, "height": height}, title)

    def tiles(
        self, corners: Iterable[tuple[Number, Number]], width: Number, height: Number, ink: str, depth: Number,
    ) -> None:
        """Draw equal rectangles, as deep in their ink as a number is large: thick lines say it shortest."""
        look = {"class": f"tiles {ink}", "stroke-width": short(height), "stroke-opacity": short(depth)}
        tiles = self._path(look)
        if tiles not in self._parts:
            self._parts.append(tiles)
        drawn = "".join(f"M{short(x)} {short(y + height / 2)}h{short(width)}" for x, y in corners)
        tiles.set("d", tiles.get("d", "") + drawn)

    def line(self, x1: Number, y1: Number, x2: Number, y2: Number, ink: str = "axis") -> None:
        """Draw a straight line."""
        if (lines := self._path({"class": ink})) in self._parts:
            self._parts.remove(lines)
        self._parts.append(lines)
        lines.set("d", f"{lines.get('d', '')}M{_through([(x1, y1), (x2, y2)])}")

    def _path(self, look: dict[str, str]) -> Element:
        """Give the path that all of one look have a part in."""
        return self._shared.setdefault(tuple(look.values()), Element("path", look))

    def path(
        self, points: Iterable[tuple[Number, Number]], ink: str, rows: tuple[int, int, int, int] | None = None,
    ) -> None:
        """Draw a line through points.

        rows  which of its points stand for rows of the data: the first row, the first point, the step from point to
              point, and how many there are
        """
        stand_for = {"data-rows": " ".join(map(str, rows))} if rows else {}
        self._parts.append(Element("path", {"class": ink, **stand_for, "d": f"M{_through(points)}"}))

    def dot(self, x: Number, y: Number, ink: str, title: str = "", row: int | None = None) -> None:
        """Draw a point; `row` as for a rectangle."""
        self._mark("circle", {"class": ink}, row, {"cx": x, "cy": y, "r": 3.5}, title)

    def ring(self, x: Number, y: Number, radius: Number, ink: str) -> None:
        """Draw a circle by its line."""
        self._mark("circle", {"class": ink}, None, {"cx": x, "cy": y, "r": radius})

    def text(self, x: Number, y: Number, words: str, *, anchor: str = "start", ink: str = "") -> None:
        """Write words; y is the baseline."""
        look = {"class": ink, "text-anchor": "" if anchor == "start" else anchor}
        group = self._words.setdefault((ink, anchor), Element("g", {name: said for name, said in look.items() if said}))
        SubElement(group, "text", {"x": short(x), "y": short(y)}).text = words

    def hatching(self, ink: str) -> None:
        """Define the hatching of an ink, which `hatched` fills with."""
        self._parts.append(defined := Element("defs"))
        pattern = SubElement(defined, "pattern", {
            "id": f"{self.ident}-{ink}", "width": "6", "height": "6", "patternUnits": "userSpaceOnUse",
            "patternTransform": "rotate(45)"})
        for look, width in (("pale", "6"), ("ink", "2.2")):
            SubElement(pattern, "rect", {"class": f"{look}-{ink}", "width": width, "height": "6"})

    def hatched(  # noqa: PLR0917 - as above
        self, x: Number, y: Number, width: Number, height: Number, ink: str, row: int | None = None,
    ) -> None:
        """Draw a hatched rectangle; `row` as for a plain one."""
        look = {"fill": f"url(#{self.ident}-{ink})"}
        self._mark("rect", look, row, {"x": x, "y": y, "width": width, "height": height})

    def _mark(self, tag: str, look: Mapping[str, str], row: int | None, sizes: Mapping[str, Number], title: str = "",
              ) -> None:
        """Draw an element of a look, with a tip if it has a title."""
        of = {} if row is None else {"data-row": str(row)}
        self._parts.append(mark := Element(tag, {**look, **of, **{name: short(size) for name, size in sizes.items()}}))
        if title:
            SubElement(mark, "title").text = title

    @property
    def inside(self) -> str:
        """What is drawn, as a page takes it."""
        return "".join(map(_written, self._untipped))

    @property
    def _untipped(self) -> list[Element]:
        """What is drawn in a page, whose script says what each mark is: none has a tip of its own."""
        return [Element(one.tag, one.attrib) if one.find("title") is not None else one for one in self._drawn]

    @property
    def _drawn(self) -> list[Element]:
        return [*self._parts, *self._words.values()]

    def frame(self, look: str, named_by: str, *inside: Element, **more: str) -> str:
        """Give the whole; `named_by` are the ids of its name and its description."""
        scales = {f"data-{name}": scale.ends for name, scale in self.scales.items()}
        whole = Element("svg", {**more, "class": look, "viewBox": f"0 0 {self.width} {self.height}", **scales,
                                "role": "img", "aria-labelledby": f"{named_by}-t {named_by}-d"})
        whole.extend(inside)
        return _written(whole)

    def svg(self, title: str, description: str, look: str, style: str = "") -> str:
        """Give the drawing, with its name and its description for whoever can't see it; with a style, as a file."""
        name, told = Element("title", {"id": f"{self.ident}-t"}), Element("desc", {"id": f"{self.ident}-d"})
        name.text, told.text = title, description
        if not style:
            return self.frame(look, self.ident, name, told, *self._untipped)
        own = Element("style")
        own.text = style
        return self.frame(look, self.ident, name, told, own, *self._drawn, xmlns="http://www.w3.org/2000/svg")


def _written(element: Element) -> str:
    """Write an element as HTML and SVG take it: a whole without anything in it is closed by a tag of its own."""
    text: str = tostring(element, encoding="unicode", short_empty_elements=element.tag != "svg" or len(element) > 0)
    return text.replace(" />", "/>")                           # of words, which hold no sign of markup, nothing


def _through(points: Iterable[tuple[Number, Number]]) -> str:
    """Write a way through points: a step straight across or down names one coordinate."""
    (x, y), *rest = [(short(x), short(y)) for x, y in points]
    way = f"{x} {y}"
    for to_x, to_y in rest:
        way += f"V{to_y}" if to_x == x else f"H{to_x}" if to_y == y else f"L{to_x} {to_y}"
        x, y = to_x, to_y
    return way


def text_width(words: str, size: float = 12) -> float:
    """Guess how wide words are drawn; a little too wide rather than too narrow."""
    return len(words) * size * 0.56


class Labels:
    """Places words where nothing else stands yet; a label for which there is no room is left to the table of data."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self._taken: list[tuple[float, float, float, float]] = []

    def block(self, x: float, y: float, width: float, height: float) -> None:
        """Keep a box free."""
        self._taken.append((x, y, x + width, y + height))

    def place(self, x: float, y: float, words: str, size: float = 12, ink: str = "small") -> None:
        """Write words beside a point, at the first place that is free: close to it, or further off with a leader."""
        width, height = text_width(words, size), size * 1.1
        for number, (left, base) in enumerate(_places(x, y, width, size)):
            box = (left, base - size, left + width, base - size + height)
            if box[0] < 0 or box[2] > self.sheet.width or any(_overlap(box, other) for other in self._taken):
                continue
            self._taken.append(box)
            if number >= _CLOSE:
                end = (min(max(x, left + 2), left + width - 4), base + 3 if base < y else base - size + 1)
                away = math.hypot(end[0] - x, end[1] - y)
                start = (x + (end[0] - x) * 5 / away, y + (end[1] - y) * 5 / away)
                self.sheet.line(*start, *end, "leader")
                for k in range(1, 8):                                      # the next labels keep off it
                    left_of, above = (start[i] + (end[i] - start[i]) * k / 8 - 1 for i in (0, 1))
                    self.block(left_of, above, 2, 2)
            self.sheet.text(left, base, words, ink=ink)
            return


_CLOSE = 2
"""How many of a label's places are so close to its point that they need no leader."""


def _places(x: float, y: float, width: float, size: float) -> Iterable[tuple[float, float]]:
    """Give where a label may stand, best first: the left end of its baseline."""
    yield x + 7, y + size * 0.35
    yield x - 7 - width, y + size * 0.35
    for away in (12, 20, 30):
        for left in (x + away / 2, x - away / 2 - width, x - width / 2, x + away, x - away - width):
            yield left, y - away
            yield left, y + away + size * 0.7


def _overlap(a: Sequence[float], b: Sequence[float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


class Linear:
    """A linear scale from numbers to pixels; `ends` says it for a script: two numbers, two pixels."""

    def __init__(self, low: Number, high: Number, start: Number, end: Number) -> None:
        self.low, self.high, self.start, self.end = low, high, start, end
        self.ends = " ".join(f"{float(one):.12g}" for one in (low, high, start, end))

    def __call__(self, number: Number) -> float:
        """Give the pixel of a number."""
        low, high = near(self.low), near(self.high)
        share = (near(number) - low) / (high - low)
        return float(self.start) + float(share) * (float(self.end) - float(self.start))

    def ticks(self, most: int) -> list[Fraction]:
        """Give round numbers, at most so many."""
        span = near(self.high) - near(self.low)
        power = Fraction(10) ** (len(str(math.ceil(span))) - 2 if span >= 1 else -1 - len(str(math.ceil(1 / span))))
        step = next(power * m for m in (1, 2, 5, 10, 20, 50, 100, 200, 500) if span / (power * m) <= most)
        first = math.ceil(near(self.low) / step)
        return [step * k for k in range(first, math.floor(near(self.high) / step) + 1)]


class Logarithmic:
    """A logarithmic scale from positive numbers to pixels; `ends` as for a linear one."""

    def __init__(self, low: Number, high: Number, start: Number, end: Number) -> None:
        self.low, self.high, self.start, self.end = low, high, start, end
        self.ends = " ".join(f"{float(one):.12g}" for one in (low, high, start, end))
        self._low, self._span = math.log10(low), math.log10(high) - math.log10(low)

    def __call__(self, number: Number) -> float:
        """Give the pixel of a number."""
        return float(self.start) + (math.log10(number) - self._low) / self._span * (float(self.end) - float(self.start))

    def ticks(self, most: int) -> list[Fraction]:
        """Give 1, 2 and 5 times the powers of ten that lie within; the powers alone where those are too many."""
        exponents = range(math.floor(self._low), math.ceil(self._low + self._span) + 1)
        found = (m * Fraction(10) ** e for e in exponents for m in ((1, 2, 5) if 3 * self._span <= 2 * most else (1,)))
        return [one for one in found if self.low <= one <= self.high]
