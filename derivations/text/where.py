"""Where a page's numbers come from: one entry for each of its values, its steps from formula to figure.

It is the only copy of a value's evaluation: the box that opens at a number shows its entry, and so do print and the
plain page that a number leads to without scripts. A page itself holds none of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

from derivations.course import Course, source_in
from derivations.exact import Formula, Value
from derivations.exact.code import python, sympy_text
from derivations.language import Form, Language, evaluated
from derivations.text.marks import Print, tex_html, unbroken

_EXACT = (Form("exact"),)
_SUBSCRIPT = re.compile(r"(?<=[^\W\d_])_([A-Za-z]+)")
WHERE_WORDS = ("title", "copy", "exact", "copied", "link", "close", "entry")
"""What the box of an opened number says, by its key under `values.` in the interface's words."""


@dataclass(frozen=True)
class Origin:
    """Where one value comes from: its id, the numbers of its prints on the page, what is said as HTML, and copied."""

    key: str
    prints: tuple[int, ...]
    html: str
    exact: str
    sympy: str
    python: str


@dataclass(frozen=True)
class _Frame:
    """What every entry of a formula says, whatever the numbers, as HTML.

    head     its first line
    sympy    the formula as SymPy reads it
    letters  for each symbol its name, and what stands before and after its number
    source   what the formula rests on; "" for nothing
    """

    head: str
    sympy: str
    letters: tuple[tuple[str, str, str], ...]
    source: str


class Where:
    """Writes the list in one language; what doesn't depend on the numbers is written once."""

    def __init__(self, course: Course, language: Language) -> None:
        self.texts: Mapping[str, str] = course.words[language.code]
        self.language = language
        self.models = course.models
        self.reference = course.languages[0]
        self._frames: dict[tuple[str, Any], _Frame] = {}
        self._origins: dict[str, str] = {}

    def meaning(self, formula: Formula) -> str:
        """Say what a formula is, in the course's words, as a line of its own begins: with a capital."""
        said = self.texts.get(f"formula.{formula.name}", self.texts.get(f"symbol.{formula.name}"))
        return said[:1].upper() + said[1:] if said else formula.name

    def source(self, formula: Formula) -> str:
        """Name what a formula rests on, in the language of the page."""
        return source_in(formula.source, self.texts)

    def origins(self, prints: list[Print]) -> list[Origin]:
        """Write the list: one entry a value, in the order in which the page prints them."""
        found: dict[str, list[tuple[int, Print]]] = {}
        for number, printed in enumerate(prints, 1):
            found.setdefault(printed.key, []).append((number, printed))
        return [self._entry(key, of_it) for key, of_it in found.items()]

    def _entry(self, key: str, found: list[tuple[int, Print]]) -> Origin:
        value = found[0][1].value
        frame, unit = self._frame(value.formula), self._unit(value)
        exact = self.language.number(value.exact, _EXACT, value.unit).text
        forms = next((forms for _, p in found if (forms := evaluated(p.forms))), ())
        facts = [f"{self._said['exact']}: {escape(f'{exact} {unit}' if unit else exact)}"]
        if inputs := self._inputs(value, frame):
            facts.insert(0, inputs)
        if frame.source:
            facts.append(frame.source)
        worked = self.language.worked(value, forms)
        html = (f'{frame.head}<p class="worked">{tex_html(worked.tex, worked.text)}</p>'
                f'<p class="facts">{" · ".join(facts)}</p>')
        return Origin(key, tuple(number for number, _ in found), html, str(value.exact), frame.sympy, python(value))

    @cached_property
    def _said(self) -> Mapping[str, str]:
        """The words of every entry, as HTML."""
        keys = ("exact", "inputs", "model", "source")
        return {key: escape(self.language.word(f"values.{key}")) for key in keys}

    def _frame(self, formula: Formula) -> _Frame:
        key = (formula.name, formula.function)     # each family of models has a formula of its own under one name
        if (frame := self._frames.get(key)) is None:
            frame = self._frames[key] = self._framed(formula)
        return frame

    def _framed(self, formula: Formula) -> _Frame:
        general = formula.general
        written, meaning, source = self.language.formula(general), self.meaning(formula), self.source(formula)
        letters = () if general.expression.is_Symbol else tuple(
            (symbol.name, f"<i>{_lowered(symbol.text or symbol.name)}</i> = ",
             f" ({escape(self.texts.get(f'symbol.{symbol.name}', symbol.name))})")
            for symbol in general.symbols
        )
        return _Frame(
            f'<p class="what">{escape(meaning)}: {tex_html(written.tex, written.text)}</p>',
            sympy_text(general.expression),
            letters,
            f'<span class="source">{self._said["source"]}: {escape(source)}</span>' if source else "",
        )

    def _inputs(self, value: Value, frame: _Frame) -> str:
        """List the inputs, each with its meaning; nothing for a value that is an input itself."""
        if not frame.letters:
            return ""
        listed = ", ".join(f"{before}{self.language.number(value.inputs[name], _EXACT).text}{after}"
                           for name, before, after in frame.letters)
        return f'{self._said["inputs"]} {listed}{self._origin(value.origin)}'

    def _origin(self, origin: str) -> str:
        """Say from which model the inputs are, and where its numbers were taken from."""
        if origin and origin not in self._origins:
            model, said = self.models.get(origin), self._said
            told = f' · {said["model"]}: {unbroken(escape(model.label if model else origin))}'
            if model and model.source:
                source = source_in(model.source, self.texts)
                lang = (f' lang="{self.reference}"' if source == model.source and self.language.code != self.reference
                        else "")
                told += f' (<span class="source">{said["source"]}: <span{lang}>{escape(source)}</span></span>)'
            self._origins[origin] = told
        return self._origins[origin] if origin else ""

    def _unit(self, value: Value) -> str:
        """Name what a value counts, if anything."""
        noun = self.language.counted(value.unit)
        return (noun.singular if value.exact == 1 else noun.plural) if noun else ""


def _lowered(text: str) -> str:
    """Write a line of math as HTML, with h_kv's subscript below the line."""
    return _SUBSCRIPT.sub(r"<sub>\1</sub>", escape(text))
