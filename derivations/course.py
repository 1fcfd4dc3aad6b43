"""What a course is: formulas, models, drills, plots, statements of a source, and words. No course in particular.

A course is one Python module with a `COURSE`; `mkdocs.yml` names it, and the machinery knows it only through this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from derivations.exact import ByModel, Exact, Formula, Symbol, Unit


@dataclass(frozen=True)
class Model:
    """A named set of inputs: `model.lora("llama-7b", r=8)` takes h and L from here.

    inputs  symbol name → integer, as published
    source  where the integers were read
    family  which formula of a `ByModel` counts it
    """

    name: str
    label: str
    inputs: Mapping[str, int]
    source: str = ""
    family: str = ""


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
class Series:
    """What a plot draws: one formula. `at` are the fixed inputs, `key` names it in the words `plot.NAME.…`.

    role  the inks it is drawn in: "full", "lora"; "modelled" beside one of them where a count rests on assumptions
    """

    formula: Formula | ByModel
    at: Mapping[str, Exact] = field(default_factory=dict)
    key: str = ""
    role: str = "full"


@dataclass(frozen=True)
class Shape:
    """A matrix that a figure draws to scale: rows × columns, and the part that it plays ("full", "lora")."""

    key: str
    rows: int
    columns: int
    role: str = "full"


@dataclass(frozen=True)
class Plot:
    """A figure. `kind` is one of the drawings that `prose` knows; what it draws is data.

    along   the symbol of the horizontal axis
    points  where along it the formulas are evaluated
    models  models that are drawn as points
    rule    a number on the horizontal axis that the figure points at
    Words: `plot.NAME.title`, `.alt`, `.note` and what the kind asks for (`.x`, `.y`, a label for each key).
    """

    name: str
    kind: str
    series: tuple[Series, ...] = ()
    along: str = ""
    points: tuple[Exact, ...] = ()
    models: tuple[str, ...] = ()
    shapes: tuple[Shape, ...] = ()
    rule: Exact | None = None


VERDICTS = (
    "exact", "rounds correctly", "true", "true with a caveat", "misleading", "rounds wrongly", "wrong unit", "wrong",
    "restored",
)
"""What a check may say of a figure. "restored": the document lost the formula, and its numbers tell which it was."""


@dataclass(frozen=True)
class Matrix:
    """A kind of matrix in a layout: its name, the part of a layer it belongs to, its sides, and how many there are.

    Sides and count are expressions over the symbols that the layout's inputs give numbers to.
    part     "" for a matrix that can't be adapted
    path     where it stands in a checkpoint: `#` is a layer's number, `*` an expert's; "" where it stands in none
    layers   the first layer and the one after the last; or a word for layers that only a configuration can list
    experts  how many of them a layer has; where the path has no `*` they are one tensor, and so are their pairs
    ranks    how many ranks each of its pairs has for each one that is asked for
    targets  what the command line calls it, where that isn't its name
    """

    name: str
    part: str
    rows: Any
    columns: Any
    count: Any
    path: str = ""
    layers: tuple[Any, Any] | str = ""
    experts: Any = 1
    ranks: int = 1
    targets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """A model that a calculator knows by name: its layout, and the numbers that go into it."""

    name: str
    label: str
    layout: str
    inputs: Mapping[str, int]


@dataclass(frozen=True)
class Listing:
    """A file that names every tensor it holds, as a calculator lists one.

    prefix  what every name begins with
    pair    what the names of the two matrices of a pair end with
    inner   what a path is followed by where two pairs stand at it: the first is inside the second
    lead    the bytes before the header
    header  what the header holds besides its tensors
    entry   what it holds of a tensor besides the name, the code of the type, the sides and the two offsets
    step    the header's length is a multiple of this
    codes   the code of each type
    most    how many pairs and layers are listed at most
    bytes   counts a file: from each tensor's name and shape, and the type
    """

    prefix: str
    pair: tuple[str, str]
    inner: str
    lead: int
    header: str
    entry: str
    step: int
    codes: Mapping[str, str]
    most: int
    bytes: Callable[[Sequence[tuple[str, tuple[int, ...]]], str], int]


@dataclass(frozen=True)
class Calculator:
    """What a calculator reckons with: layouts of matrices, models, how configurations are read, bytes.

    layouts   by name; "textbook" is the idealised one, over the symbols of `ideal`; NAME/fused is NAME with each
              layer's experts in one tensor
    ideal     symbol of the idealised layout → input of the others that it stands for
    readers   how the configuration of each kind of model is read, as data for the browser
    dtypes    bytes of a number, by type
    accounts  by name: expressions of the bytes of each term, over `frozen` and `trained` (numbers of parameters)
    terms     the terms, in order; the first is what is frozen
    file      how an adapter is stored
    default   the model that is shown first, the rank, and the budget in parameters
    limits    the largest "number" that a field may hold, and how many "layers" may differ from each other
    Words: `calculator.…`.
    """

    layouts: Mapping[str, tuple[Matrix, ...]]
    ideal: Mapping[str, str]
    models: tuple[Known, ...]
    readers: Mapping[str, Any]
    dtypes: Mapping[str, int]
    accounts: Mapping[str, Mapping[str, Any]]
    terms: tuple[str, ...]
    default: tuple[str, int, int]
    limits: Mapping[str, int]
    file: Listing


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
    language  the language of the quoted words; "" is the course's first
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
    may hold the same holes as a page. `calculator` is asked for only where a page has one.
    languages  their codes; the first is the reference, which every other is compared with. By default those of `words`
    packs      a folder of language packs of the course's own, looked at before the engine's
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
    calculator: Callable[[], Calculator] | None = None
    statements: Mapping[str, Statement] = field(default_factory=dict)
    glossary: Glossary | None = None
    languages: tuple[str, ...] = ()
    packs: Path | None = None

    def __post_init__(self) -> None:
        if not self.languages:
            object.__setattr__(self, "languages", tuple(self.words))


def source_pieces(source: str) -> list[str]:
    """Take a formula's source apart: one piece for each work that it names."""
    return source.split("; ") if source else []


def source_in(source: str, texts: Mapping[str, str]) -> str:
    """Give a formula's source in a language's words; a piece without words stands as it was written."""
    return "; ".join(texts.get(f"source.{piece}", piece) for piece in source_pieces(source))
