"""A plot in one language: its words, its numbers written out, its values; and the rows of data that a figure drew."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derivations.blocks.measure import value_of
from derivations.course import Plot, Series
from derivations.exact import NUMBER, RATIO, ByModel, DomainError, Exact, Unit, Value
from derivations.language import Form, FormError, Language
from derivations.text.expression import read_forms

WIDE, NARROW = 680, 350
"""Widths of the two drawings of a figure, in pixels at their own size: one for a page, one for a phone."""


@dataclass(frozen=True)
class Column:
    """A column of a figure's data: its key in CSV and JSON, its heading for readers, how its cells are written."""

    key: str
    heading: str
    forms: tuple[Form, ...] = ()
    unit: Unit | None = None


@dataclass(frozen=True)
class Rows:
    """What a figure drew: columns, and rows of labels and exact numbers."""

    columns: tuple[Column, ...]
    cells: tuple[tuple[Exact, ...], ...]


class Figure:
    """A plot in one language: its words, its numbers written out, and its values."""

    def __init__(self, plot: Plot, language: Language, texts: Mapping[str, str], models: Mapping[str, Any]) -> None:
        self.plot = plot
        self.language = language
        self.texts = texts
        self.models = models
        self.form = read_forms(plot.form)
        self.along_form = read_forms(plot.along_form)

    def word(self, key: str) -> str:
        """Give a text of the plot; a key that has none (a module's own name) stands for itself."""
        return self.texts.get(f"plot.{self.plot.name}.{key}", key)

    def said(self, key: str) -> str:
        """Give a word of the interface."""
        return self.language.word(f"plot.{key}")

    def number(self, exact: Exact, form: str, unit: Unit = RATIO) -> str:
        """Write a number as a page would."""
        return self.language.number(exact, (Form(form),), unit).text

    def along(self, exact: Exact) -> str:
        """Write a number of the horizontal axis."""
        return self.language.number(exact, self.along_form).text

    def written(self, exact: Exact, unit: Unit, digits: int) -> str:
        """Write a value as the plot asks; otherwise a ratio in percent, with so many digits, and others plainly."""
        forms = self.form or ((Form("percent", (digits,)),) if unit == RATIO else ())
        return self.language.number(exact, forms, unit if self.form or unit == RATIO else NUMBER).text

    def tick(self, exact: Fraction, unit: Unit) -> str:
        """Write a round number of an axis like its values, with no more digits than it has."""
        whole = exact
        while whole.denominator != 1:
            whole *= 10
        digits = max(1, len(str(abs(int(whole))).rstrip("0")))
        asked = self.form or ((Form("percent"),) if unit == RATIO else ())
        forms = tuple(Form("percent", (digits,)) if one.name == "percent" else one
                      for one in asked if one.name not in ("digits", "places"))
        return self.language.number(exact, forms, unit if forms else NUMBER).text

    def label(self, series: Series) -> str:
        """Name a series: its words, or its fixed inputs."""
        given = self.texts.get(f"plot.{self.plot.name}.{series.key}")
        if given or not series.at:
            return given or series.key
        symbols = self.language.symbols
        return ", ".join(f"{symbols[name].text} = {self._with_unit(exact, symbols[name].unit)}"
                         for name, exact in series.at.items())

    def _with_unit(self, exact: Exact, unit: Unit) -> str:
        """Write an input with its unit's symbol, if it has one."""
        try:
            return self.language.number(exact, (Form("unit"),), unit).text
        except FormError:
            return self.language.number(exact, (), unit).text

    def meaning(self, symbol: str) -> str:
        """Say what a symbol stands for."""
        letter = self.language.symbols[symbol].text
        return f"{self.texts.get(f'symbol.{symbol}', symbol)} {letter}"

    def value(self, series: Series, **more: Exact) -> Value:
        """Evaluate a series with further inputs."""
        formula = series.formula
        assert not isinstance(formula, ByModel)
        return value_of(formula, {**series.at, **more}, "plot", self.plot.name)

    def of_model(self, series: Series, name: str) -> Value | None:
        """Evaluate a series for a model; None where the model has no such value."""
        formula, inputs = series.formula, self.models[name].inputs
        try:
            known = formula.formula_of(name) if isinstance(formula, ByModel) else formula
            takes = {symbol.name for symbol in known.free}
            value = known(**{key: exact for key, exact in {**inputs, **series.at}.items() if key in takes})
        except DomainError:
            return None
        return value if isinstance(value, Value) else None


def cell_text(figure: Figure, cell: Exact, column: Column) -> str:
    """Write a cell of the data for readers."""
    if isinstance(cell, str):
        return cell
    with suppress(FormError):                            # every digit of an irrational number was asked for
        if column.forms:
            return figure.language.number(cell, column.forms, column.unit or RATIO).text
    return figure.language.number(cell).text
