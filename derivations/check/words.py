"""Whether a course has words, in every language, for all that its pages may show."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from derivations.course import Course, Plot, source_pieces
from derivations.exact import Formula
from derivations.language.words import interface_words
from derivations.library import Library
from derivations.nearest import closest, nearest
from derivations.places import Placed
from derivations.text.expression import BlockCall
from derivations.text.finding import Finding
from derivations.wording import place_of

ROWS = ("paired-bars", "stacked-bars")
"""The plots whose series are each a part of a row, and named by two words."""

KINDS = ("formula", "unit", "noun", "reason", "source", "slip", "each", "part")
"""What words are of, beside symbols, drills and plots, and what blocks say."""


def check(library: Library) -> Iterator[Finding]:
    """Demand words for every symbol and formula, and in each language for what another one has words for.

    Sources are written in the reference: their pieces need words in the other languages only.
    """
    course = library.course
    reference, *others = library.languages
    shown = [formula for formula in course.formulas.values() if isinstance(formula, Formula)]
    pieces = dict.fromkeys(piece for formula in shown for piece in source_pieces(formula.source))
    wanted = [*(f"symbol.{name}" for name in course.symbols), *(f"formula.{formula.name}" for formula in shown)]
    for code in (reference, *others):
        words = course.words.get(code, {})
        needed = wanted if code == reference else [*wanted, *(f"source.{piece}" for piece in pieces)]
        for key in needed:
            if key not in words:
                counterpart = next((other for other, texts in course.words.items()
                                    if isinstance(texts.get(key), Placed)), "")
                yield _lacking(course, counterpart, key, code) if counterpart else \
                    Finding(*place_of(course, code, key), f"there are no words for '{key}'")
    yield from _of_blocks(library)
    drawn = {f"plot.{name}.{word}" for name, plot in course.plots.items() for word in _words_of(plot)}
    for code in library.languages:
        words = course.words.get(code, {})
        new = [key for key in wanted if key not in words]                      # what an old name stands for now, if any
        idle = [key for key in words if _names_nothing(key, library)]
        for key in idle:
            near = closest(key, [one for one in new if one.partition(".")[0] == key.partition(".")[0]], 0)
            hint = f"; nearest: {near}" if near else nearest(key, [*wanted, *drawn, *(words.keys() - idle)])
            yield Finding(*place_of(course, code, key), f"'{key}' names nothing{hint}")
        for other in library.languages:
            for key in course.words.get(other, {}):
                free = key in wanted or key.startswith(("source.", "each.", "part.", "formula."))
                if not free and key not in words and not _names_nothing(key, library):
                    yield _lacking(course, other, key, code)


def _names_nothing(key: str, library: Library) -> bool:
    """Whether a key is of no kind that there is, or of nothing in the course."""
    course = library.course
    kind, _, rest = key.partition(".")
    if kind in ("formula", "symbol"):
        return rest not in (course.formulas if kind == "formula" else course.symbols)
    if kind == "drill":
        return not any(rest.startswith(f"{name}.") for name in course.drills)
    if kind == "plot":
        return not any(rest.startswith(f"{name}.") and (callable(plot.kind) or rest[len(name) + 1 :] in _words_of(plot))
                       for name, plot in course.plots.items())
    return kind not in KINDS and kind not in library.names.blocks and not any(
        word.startswith(f"{kind}.") for word in interface_words(next(iter(library.languages))))


def _words_of(plot: Plot) -> set[str]:
    """Give what words of a plot there may be; a drawing of the course's own may ask for any others."""
    keys = (one.key.split("/") if plot.kind in ROWS else [one.key] for one in plot.series)
    return {"title", "alt", "note", "x", "y", "rank", *chain.from_iterable(keys)}


def _lacking(course: Course, other: str, key: str, code: str) -> Finding:
    """Name a missing word where another language has it."""
    return Finding(*place_of(course, other, key), f"'{key}' has no words in {code}")


def _of_blocks(library: Library) -> Iterator[Finding]:
    """Demand the words that a page's blocks say by themselves: the interface's, or the course's own."""
    for page in library.pages.values():
        known = {**interface_words(page.language), **library.course.words.get(page.language, {})}
        for at, hole in page.holes.items():
            call = hole.bound
            for word in library.says(call) if isinstance(call, BlockCall) else ():
                if word not in known:
                    yield page.finding(at, f"the block {hole.segment.content.strip()} needs words for '{word}'")
