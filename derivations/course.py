"""What a course is: formulas, models, drills, plots, statements of a source, and words. No course in particular.

A course is one Python module with a `COURSE`; `mkdocs.yml` names it, and the machinery knows it only through this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from derivations.exact import ByModel, Exact, Formula, Symbol, Unit
from derivations.exact.written import in_place_of

__all__ = ["INKS", "VERDICTS", "Course", "Drill", "Glossary", "Ink", "Model", "Plot", "Series", "Slip", "Statement"]


@dataclass(frozen=True)
class Model:
    """A named set of inputs: `model.lora("llama-7b", r=8)` takes h and L from here.

    inputs  symbol name → exact number, as published
    source  where the integers were read
    family  which formula of a `ByModel` counts it
    """

    name: str
    label: str
    inputs: Mapping[str, Exact]
    source: str = ""
    family: str = ""

    def __post_init__(self) -> None:
        for key, number in self.inputs.items():
            if isinstance(number, str | float):
                kind = f"the text {number!r}" if isinstance(number, str) else f"{number}, a float"
                raise TypeError(f"model {self.name}: {key} is {kind}{in_place_of(number)}")


@dataclass(frozen=True)
class Slip:
    """A common wrong formula; `key` names the feedback in the course's words."""

    key: str
    formula: Formula


@dataclass(frozen=True, eq=False)
class Drill:
    """A question with one exact answer.

    answer    the formula whose value is asked for
    variants  the inputs of each version; the first is the one printed
    slips     wrong formulas over the same symbols, each with its feedback
    form      how the answer is asked for: "exact", "percent(2)", "MiB" … ("exact": only the exact value is right)
    Words: `drill.NAME.title`, `.question`, `.hint1`, `.hint2`, `.solution`, and `slip.KEY` for each slip.
    """

    name: str
    answer: Formula
    variants: tuple[Mapping[str, Exact], ...]
    slips: tuple[Slip, ...] = ()
    form: str = "exact"


@dataclass(frozen=True)
class Ink:
    """A colour of a course's figures: on light paper, on dark paper, and in print."""

    light: str
    dark: str
    print: str


INKS: Mapping[str, Ink] = {
    "plain": Ink("#5a6875", "#93a4b5", "#767676"), "strong": Ink("#1b6480", "#79c0dc", "#333333"),
}
"""What a course draws in that brings no inks of its own."""


@dataclass(frozen=True)
class Series:
    """What a plot draws: one formula. `at` are the fixed inputs, `key` names it in the words `plot.NAME.…`.

    ink      one of the course's
    hatched  drawn so where a count rests on assumptions
    """

    formula: Formula | ByModel
    at: Mapping[str, Exact] = field(default_factory=dict)
    key: str = ""
    ink: str = "plain"
    hatched: bool = False


@dataclass(frozen=True)
class Plot:
    """A figure. What it draws is data.

    kind        a drawing that `blocks` knows by name, or one of the course's own: a function like those
    along       the symbol of the horizontal axis
    points      where along it the formulas are evaluated
    models      models that are drawn as points
    marked      those among them, or beside them, that the course returns to: drawn so that the eye finds them
    rule        a number on the horizontal axis of stairs that the figure points at, in the ink `rule_ink`
    form        how values are written, as a page says it: "percent(3)"; "": as their unit is
    along_form  likewise the numbers along the horizontal axis
    data        what a drawing of the course's own draws
    Words: `plot.NAME.title`, `.alt`, `.note` and what the kind asks for (`.x`, `.y`, a label for each key).
    """

    name: str
    kind: str | Callable[..., Any]
    series: tuple[Series, ...] = ()
    along: str = ""
    points: tuple[Exact, ...] = ()
    models: tuple[str, ...] = ()
    marked: tuple[str, ...] = ()
    rule: Exact | None = None
    rule_ink: str = "plain"
    form: str = ""
    along_form: str = ""
    data: Any = None

    def __post_init__(self) -> None:
        for one in self.series:
            if one.key in ("title", "alt", "note", "x", "y"):
                raise ValueError(f"plot {self.name}: {one.key!r} is no key for a series: plot.{self.name}.{one.key} is "
                                 "said of the whole figure")


VERDICTS = (
    "exact", "rounds correctly", "true", "true with a caveat", "misleading", "rounds wrongly", "wrong unit", "wrong",
    "restored",
)
"""What a check may say of a figure. "restored": the document lost the formula, and its numbers tell which it was."""


@dataclass(frozen=True)
class Statement:
    """A figure that somebody else's document states, beside the formula that derives it.

    stated    the document's own words, short enough to be quoted
    number    the exact number that the document prints (None where it states none), in `unit_text`
    decimals  how many decimals it prints; None where it prints a fraction, which is exact or wrong
    scale     how many plain units one of `unit_text` is (a percent is 1/100, a MiB is 2**20 bytes)
    verdict   one of `VERDICTS`
    formula   what derives the figure; "" where nothing is to be counted
    slip      a wrong formula that gives the document's number; "" where there is none
    language  the language of the quoted words; "" where it is the course's first
    """

    id: str
    section: str
    stated: str
    number: Exact | None
    unit_text: str
    scale: Exact
    verdict: str
    formula: str
    inputs: Mapping[str, Exact]
    slip: str = ""
    decimals: int | None = None
    language: str = ""


@dataclass(frozen=True)
class Glossary:
    """Where a course's glossary stands: its TOML, and the path to name in findings."""

    path: str
    text: str


@dataclass(frozen=True)
class Course:
    """All that the machinery may know of a course.

    words maps a language to its texts by key (`symbol.h`, `formula.layer.ratio`, `reason.cancel`, `drill.…`). A text
    may hold the same holes as a page. `blocks` are `derivations.blocks.Block`, beside the engine's.
    languages  their codes; the first is the reference, which every other is compared with. By default those of `words`,
               the one at the site's root first
    packs      a folder of language packs of the course's own, looked at before the engine's
    packages   Python packages beside its own that its numbers come from: an edit of theirs is an edit of the course
    synonyms   by language, what readers type into a search, in small letters, and what the pages say instead
    A source is written in the first language, its pieces joined by "; "; `source.PIECE` says a piece in another.
    """

    name: str
    symbols: Mapping[str, Symbol]
    units: tuple[Unit, ...]
    formulas: Mapping[str, Formula | ByModel]
    words: Mapping[str, Mapping[str, str]]
    models: Mapping[str, Model] = field(default_factory=dict)
    drills: Mapping[str, Drill] = field(default_factory=dict)
    plots: Mapping[str, Plot] = field(default_factory=dict)
    inks: Mapping[str, Ink] = field(default_factory=lambda: INKS)
    blocks: tuple[Any, ...] = ()
    statements: Mapping[str, Statement] = field(default_factory=dict)
    glossary: Glossary | None = None
    languages: tuple[str, ...] = ()
    packs: Path | None = None
    packages: tuple[str, ...] = ()
    synonyms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    _ordered: bool = field(default=False, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for what in ("symbols", "formulas", "models", "drills", "plots"):
            for key, one in getattr(self, what).items():
                if key != one.name:
                    raise ValueError(f"{what}: {key!r} stands for {one.name!r}; each is listed by its own name")
        object.__setattr__(self, "_ordered", bool(self.languages))
        if not self.languages:
            object.__setattr__(self, "languages", tuple(self.words))

    def led_by(self, code: str) -> Course:
        """Give the course with this language as the first, unless it gives its languages in an order of its own."""
        if self._ordered or code not in self.words:
            return self
        return replace(self, languages=(code, *(one for one in self.languages if one != code)))


def source_pieces(source: str) -> list[str]:
    """Take a formula's source apart: one piece for each work that it names."""
    return source.split("; ") if source else []


def source_in(source: str, texts: Mapping[str, str]) -> str:
    """Give a formula's source in a language's words; a piece without words stands as it was written."""
    return "; ".join(texts.get(f"source.{piece}", piece) for piece in source_pieces(source))
