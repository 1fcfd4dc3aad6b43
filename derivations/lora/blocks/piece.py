"""The block that runs a piece of the authors' guide: its code, and what came of it just now.

The pieces are files of this course, run one after the other as a reader would paste them, beside the course that
`derive new` writes. So no page holds code that a build would have to trust, and none shows what doesn't run.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from runpy import run_path
from types import SimpleNamespace
from typing import Any

from markupsafe import Markup

from derivations.blocks import Block, Context
from derivations.blocks.block import Fields
from derivations.course import Course, Glossary, Model, Plot
from derivations.exact import NUMBER, RATIO, ByModel, Formula, Unit, Value
from derivations.language import Language, language
from derivations.lora.blocks.starter import code_of
from derivations.new import STARTER
from derivations.text.expression import read_forms
from derivations.text.glossary import read_glossary
from derivations.text.marks import tex_html
from derivations.text.spoken import reading

FOLDER = Path(__file__).parents[1] / "guide"
PIECES = ("formulas", "together", "units", "plot", "models", "glossary", "block")
"""In the order in which they run."""


@cache
def made() -> Mapping[str, Mapping[str, Any]]:
    """Run all pieces; give what each has made, by name."""
    names: dict[str, Any] = {}
    by_piece, formulas = {}, 0
    with _beside_the_starting_course():
        for piece in PIECES:
            before = names
            names = run_path(str(FOLDER / f"{piece}.py"), init_globals=names)
            new = {name: one for name, one in names.items() if before.get(name) is not one}
            declared = names["declared"].formulas[formulas:]
            formulas += len(declared)
            by_piece[piece] = {**new, **{formula.name: formula for formula in declared}}
    return by_piece


@cache
def beside() -> Course:
    """Give the course that the pieces are written beside."""
    with _beside_the_starting_course():
        course: Course = import_module("growth").COURSE
    return course


@contextmanager
def _beside_the_starting_course() -> Iterator[None]:
    """Let `growth` be what `derive new` writes, and leave no trace: a course of that name may be loaded."""
    others = {name: sys.modules.pop(name) for name in [*sys.modules] if name.partition(".")[0] == "growth"}
    sys.path.insert(0, str(STARTER))
    try:
        yield
    finally:
        sys.path.remove(str(STARTER))
        sys.modules.pop("growth", None)
        sys.modules.update(others)


def _text(piece: str) -> str:
    return (FOLDER / f"{piece}.py").read_text(encoding="utf-8")


def _write(_context: Context, name: str, said: Language) -> Fields:
    results = [(key, Markup(", ").join(parts)) for key, one in made()[name].items()
               if (parts := list(_said(one, language(said.code))))]
    return {"code": code_of(_text(name), f"{name}.py"), "results": results}


def _said(one: Any, said: Language) -> Iterator[Markup | str]:
    """Say what a thing has come to, if there is anything to be said of it."""
    course, own = beside(), said.with_course(beside())
    if isinstance(one, Formula):
        yield _math(said.formula(one).tex)
    elif isinstance(one, Unit) and one not in (RATIO, NUMBER):
        yield one.name
    elif isinstance(one, Plot):
        for series in one.series:
            formula = series.formula
            assert isinstance(formula, Formula)
            values = [formula(**series.at, **{one.along: point}) for point in one.points]
            yield from (own.write(value, read_forms(one.form)).text for value in values if isinstance(value, Value))
    elif isinstance(one, Model):
        yield _math(own.inputs(one.inputs).tex)
    elif isinstance(one, ByModel):
        yield _math(own.formula(one.formula_of("bank")).tex)
    elif isinstance(one, Glossary):
        terms, _ = read_glossary(one.text, one.path, course.languages)
        yield from (term.definition[said.code] for term in terms.terms)
    elif isinstance(one, Block):
        words = {code: SimpleNamespace(text=texts.__getitem__) for code, texts in course.words.items()}
        fields = one.write(SimpleNamespace(course=course, words=words), "growth.balance", said)  # type: ignore[arg-type]
        yield from (f"{key}: {field}" for key, field in fields.items())


def _math(tex: str) -> Markup:
    return Markup(tex_html(tex, reading(tex), display=False))


BLOCK = Block("piece", lambda course, tables: dict.fromkeys(PIECES), _write, Path(__file__).with_name("piece.html"))
