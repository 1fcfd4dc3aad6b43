"""Synthetic pages, written once as data: sentences with slots, the same in every kind of project.

A page has 8 headings, 60 values (6 of them inside math), 25 formulas and 3 tables. No two pages have the same values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

LANGUAGES = ("en", "es")
SECTIONS, VALUES, IN_MATH, NAMED, TYPED, TABLES = 7, 54, 6, 12, 7, 3
"""Sections beside the title; values in sentences; formulas with a value; formulas by name; typed formulas; tables."""


@dataclass(frozen=True)
class Number:
    """A value: a formula's name, its inputs, the form it is written in."""

    name: str
    inputs: Mapping[str, int]
    form: str = ""


@dataclass(frozen=True)
class Expression:
    """A formula, printed as an expression."""

    name: str


@dataclass(frozen=True)
class Math:
    """Math that the author typed, with at most one value in it."""

    before: str
    number: Number | None = None
    after: str = ""


@dataclass(frozen=True)
class TableOf:
    """A table: three quantities of eight models at one rank."""

    name: str
    rank: int


Piece = str | Number | Expression | Math | TableOf

FORMULAS = (
    ("square.weights", "h", ""), ("square.pair", "hr", "short"), ("square.share", "hr", "percent(3)"),
    ("attention.weights", "h", "short"), ("attention.pairs", "hr", ""), ("block.weights", "hf", ""),
    ("block.pairs", "hfr", "short"), ("block.share", "hfr", ""), ("model.weights", "hfn", "short"),
    ("model.pairs", "hfnr", ""), ("model.bytes", "hfn", "GB"), ("table.weights", "hv", ""),
    ("table.share", "hfnv", "percent(2)"),
)
TYPESET = (
    r"W' = W + \frac{\alpha}{r} B A", r"y = W x + B (A x)", r"\operatorname{rank}(BA) \le r", r"h \times r",
    r"\sum_{i} h_i^k", r"\sqrt{h + f}", r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
)
SENTENCE = {
    "en": ("The layer that is trained here holds ", ", which a reader can open and follow back to its formula; "
           "beside it the share of the whole stays small, and the text goes on for a while as texts do."),
    "es": ("La capa que aquí se entrena tiene ", ", y quien lee puede abrir la cifra y seguirla hasta su fórmula; "
           "a su lado, la parte del total sigue siendo pequeña, y el texto continúa un rato, como hacen los textos."),
}
FILLER = {
    "en": "A paragraph without any number stands between the others, with *emphasis*, a [link](#start) and `code`, "
          "so that Markdown has the ordinary work to do. It is long enough to wrap over several lines on most screens.\n\n",
    "es": "Entre los demás hay un párrafo sin ninguna cifra, con *énfasis*, un [enlace](#start) y `código`, para que "
          "Markdown tenga el trabajo de siempre. Es lo bastante largo para ocupar varias líneas en casi toda "
          "pantalla.\n\n",
}
TITLE = {"en": "Page", "es": "Página"}
SECTION = {"en": "Section", "es": "Sección"}


def number_of(page: int, k: int) -> Number:
    """Give the k-th value of a page; inputs differ from page to page."""
    name, symbols, form = FORMULAS[k % len(FORMULAS)]
    base = 61 * page + k
    inputs = {"h": 64 + 8 * base, "f": 256 + 32 * base, "n": 4 + base % 93, "r": 1 + base % 61, "v": 1000 + 7 * base}
    return Number(name, {symbol: inputs[symbol] for symbol in symbols}, form)


def name_of(page: int) -> str:
    """Give a page's path without its ending; ten pages share a folder."""
    return f"c{page // 10:02}/p{page:03}"


def letters(page: int, k: int) -> str:
    """Name a page or a section without a digit."""
    return "".join("abcdefghij"[int(digit)] for digit in f"{page:03}") + "-" + "abcdefghij"[k]


def page_of(page: int, language: str, values: int = VALUES) -> Iterator[Piece]:
    """Give the pieces of a page in order. `values` is how many stand in its sentences."""
    first, second = SENTENCE[language]
    yield f"# {TITLE[language]} {letters(page, 0)} {{#start}}\n\n"
    numbers = iter(range(values))
    maths = [Expression(FORMULAS[k][0]) for k in range(NAMED)]
    maths += [Math(rf"x_{{{k}}} = ", number_of(page, values + k), r" \cdot y") for k in range(IN_MATH)]
    maths += [Math(tex) for tex in TYPESET[:TYPED]]
    for k in range(SECTIONS):
        yield f"## {SECTION[language]} {letters(page, k + 1)} {{#s-{letters(page, k + 1)}}}\n\n"
        for _ in range(-(-values // SECTIONS)):
            if (number := next(numbers, None)) is not None:
                yield first
                yield number_of(page, number)
                yield second + "\n"
        yield "\n"
        yield FILLER[language]
        for math in maths[k::SECTIONS]:
            yield f"{first}"
            yield math
            yield ".\n"
        yield "\n"
        if k < TABLES:
            yield TableOf(f"t{page:03}{'abc'[k]}", 1 + page % 32 + k)
            yield "\n\n"
