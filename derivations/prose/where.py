"""The list "Where these numbers come from": one entry for each value of a page, its steps from formula to figure.

It is the only copy of a value's evaluation: the box that opens at a number shows its entry, and so do print, reader
views and pages without scripts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape

from derivations.course import Course, source_in
from derivations.exact import Formula, Value
from derivations.language import FORMS, Form, FormError, Language
from derivations.prose.code import python, sympy_text
from derivations.prose.marks import Print, tex_html

_EXACT = (Form("exact"),)
WHERE_WORDS = ("title", "copy", "exact", "copied", "link", "close", "entry")
"""What the box of an opened number says, by its key under `values.` in the interface's words."""


class Where:
    """Writes the list in one language; what depends on a formula alone is written once."""

    def __init__(self, course: Course, language: Language) -> None:
        self.texts: Mapping[str, str] = course.words[language.code]
        self.language = language
        self.models = course.models
        self._heads: dict[str, str] = {}

    def meaning(self, formula: Formula) -> str:
        """Say what a formula is, in the course's words, as a line of its own begins: with a capital."""
        said = self.texts.get(f"formula.{formula.name}")
        return said[:1].upper() + said[1:] if said else formula.name

    def source(self, formula: Formula) -> str:
        """Name what a formula rests on, in the language of the page."""
        return source_in(formula.source, self.texts)

    def html(self, prints: list[Print]) -> str:
        """Write the list: one entry a value, in the order in which the page prints them."""
        entries: dict[str, list[tuple[int, Print]]] = {}
        for number, printed in enumerate(prints, 1):
            entries.setdefault(printed.key, []).append((number, printed))
        said = {key: self.language.word(f"values.{key}") for key in WHERE_WORDS}
        items = "".join(self._entry(key, found) for key, found in entries.items())
        found = "; ".join(self._said(found[0][1].value) for found in entries.values())
        return (f'<ol class="where" data-words="{escape(json.dumps(said, ensure_ascii=False))}" data-search-exclude '
                f'data-search="{escape(found)}">{items}</ol>')

    def _said(self, value: Value) -> str:
        """Say in a few words what a value is, for the search: its meaning and its exact figure."""
        return f"{self.meaning(value.formula)}: {self.language.number(value.exact, _EXACT, value.unit).text}"

    def _entry(self, key: str, found: list[tuple[int, Print]]) -> str:
        number, first = found[0]
        value, language = first.value, self.language
        forms = next((forms for _, p in found if (forms := _figure(p.forms))), ())
        exact = language.number(value.exact, _EXACT, value.unit).text
        unit = self._unit(value)
        facts = [f'{escape(language.word("values.exact"))}: {escape(f"{exact} {unit}" if unit else exact)}']
        if inputs := self._inputs(value):
            facts.insert(0, inputs)
        if source := self.source(value.formula):
            facts.append(f'<span class="source">{escape(language.word("values.source"))}: {escape(source)}</span>')
        links = (f'<a class="entry-link" href="#{key}">{escape(language.word("values.entry"))}</a> '
                 f'<a class="back" href="#n-{number}">{escape(language.word("values.back"))}</a>')
        return (
            f'<li id="{key}" data-exact="{escape(str(value.exact))}" data-unit="{escape(value.unit.name)}" '
            f'data-python="{escape(python(value))}" {self._head(value.formula)}'
            f'<p class="worked">{escape(language.worked(value, forms).text)}</p>'
            f'<p class="facts">{" · ".join(facts)}</p><p class="links">{links}</p></li>'
        )

    def _head(self, formula: Formula) -> str:
        """Write what an entry says of its formula, whatever the numbers: the end of the tag, and the first line."""
        if formula.name not in self._heads:
            general = _general(formula)
            written = self.language.formula(general)
            self._heads[formula.name] = (
                f'data-tex="{escape(written.tex)}" data-sympy="{escape(sympy_text(general.expression))}">'
                f'<p class="what">{escape(self.meaning(formula))}: {tex_html(written.tex, written.text)}</p>'
            )
        return self._heads[formula.name]

    def _inputs(self, value: Value) -> str:
        """List the inputs, each with its meaning; nothing for a value that is an input itself."""
        if value.formula.expression.is_Symbol:
            return ""
        said = [
            f"<i>{escape(symbol.text or symbol.name)}</i> = "
            f"{escape(self.language.number(value.inputs[symbol.name], _EXACT).text)} "
            f"({escape(self.texts.get(f'symbol.{symbol.name}', symbol.name))})"
            for symbol in value.formula.symbols
        ]
        if not said:
            return ""
        listed = f'{escape(self.language.word("values.inputs"))} {", ".join(said)}'
        if not value.origin:
            return listed
        model = self.models.get(value.origin)
        label = model.label if model else value.origin
        told = f'{listed} · {escape(self.language.word("values.model"))}: {escape(label)}'
        if model is None or not model.source:
            return told
        source = source_in(model.source, self.texts)
        lang = ' lang="en"' if source == model.source and self.language.code != "en" else ""
        word = escape(self.language.word("values.source"))
        return f'{told} (<span class="source">{word}: <span{lang}>{escape(source)}</span></span>)'

    def _unit(self, value: Value) -> str:
        """Name what a value counts, where the course's words have a noun for it and the number isn't a pure one."""
        if value.unit.name == "number":
            return ""
        try:
            noun = self.language.noun(value.unit.name)
        except FormError:
            return ""
        return noun.singular if value.exact == 1 else noun.plural


def _general(formula: Formula) -> Formula:
    """Give the formula with no numbers put in."""
    if not formula.fixed:
        return formula
    return Formula(formula.name, formula.function, formula.symbols, formula.unit, formula.derive, formula.source)


def _figure(forms: tuple[Form, ...]) -> tuple[Form, ...]:
    """Keep the form that chooses the figure: a noun or a sign has no place in an evaluation."""
    return tuple(form for form in forms if FORMS[form.name].figure)
