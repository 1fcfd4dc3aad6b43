"""Whether a course has words, in every language, for all that its pages may show."""

from __future__ import annotations

from collections.abc import Iterator

from derivations.course import source_pieces
from derivations.exact import Formula
from derivations.language.words import interface_words
from derivations.library import Library
from derivations.nearest import nearest
from derivations.places import Placed
from derivations.text.expression import BlockCall
from derivations.text.finding import Finding

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
        place = next((text.source.path for text in words.values() if isinstance(text, Placed)),
                     f"{course.name}/words/{code}.toml")
        needed = wanted if code == reference else [*wanted, *(f"source.{piece}" for piece in pieces)]
        for key in needed:
            if key not in words:
                counterpart = next((one[key] for one in course.words.values() if key in one), None)
                yield (_lacking(counterpart, key, code) if isinstance(counterpart, Placed) else
                       Finding(place, 1, 1, f"there are no words for '{key}'"))
    yield from _of_blocks(library)
    for code in library.languages:
        for other in library.languages:
            for key, text in course.words.get(other, {}).items():
                free = key in wanted or key.startswith(("source.", "each.", "part.", "formula."))
                if not free and key not in course.words.get(code, {}):
                    yield (_idle(text, key, [*wanted, *course.words.get(code, {})])
                           if isinstance(text, Placed) and _names_nothing(key, library, code) else
                           _lacking(text, key, code) if isinstance(text, Placed) else
                           Finding(f"{course.name}/words/{other}.toml", 1, 1, f"'{key}' has no words in {code}"))


def _names_nothing(key: str, library: Library, code: str) -> bool:
    """Whether a key that only one language has words for is of no kind that there is, or of nothing in the course."""
    kind, _, rest = key.partition(".")
    named = {"symbol": library.course.symbols, "drill": library.course.drills, "plot": library.course.plots}
    if kind in named:
        return not any(rest == name or rest.startswith(f"{name}.") for name in named[kind])
    met = {*KINDS, *(one.partition(".")[0] for one in (*interface_words(code), *library.course.words.get(code, {})))}
    return kind not in met


def _idle(text: Placed, key: str, known: list[str]) -> Finding:
    return Finding(text.source.path, *text.place, f"'{key}' names nothing{nearest(key, known)}")


def _lacking(text: Placed, key: str, code: str) -> Finding:
    """Name a missing word where another language has it."""
    return Finding(text.source.path, *text.place, f"'{key}' has no words in {code}")


def _of_blocks(library: Library) -> Iterator[Finding]:
    """Demand the words that a page's blocks say by themselves: the interface's, or the course's own."""
    for page in library.pages.values():
        known = {**interface_words(page.language), **library.course.words.get(page.language, {})}
        for at, hole in page.holes.items():
            call = hole.bound
            for word in library.says(call) if isinstance(call, BlockCall) else ():
                if word not in known:
                    yield page.lines.finding(page.path, at, f"the block {hole.segment.content.strip()} needs words "
                                                            f"for '{word}'")
