"""Reference pages: every formula of a course, every symbol and every model, a page a group and a language; and what
Python its authors may rely on.

They are plain pages beside the site, outside its navigation and its search, so that they drown no chapter; the foot of
each page leads to them. What stands where comes from the ledger, the tables, the course and `whereabouts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from markupsafe import Markup

from derivations.blocks.template import fill
from derivations.book import Book
from derivations.course import Course, source_in
from derivations.exact import ByModel, DomainError, Formula, Symbol, Unit, Value
from derivations.language import Language
from derivations.language.words import words_of
from derivations.outputs.python import documented
from derivations.outputs.written import Written
from derivations.text.marks import tex_html
from derivations.whereabouts import mentions

FOLDER, PREFIX = "reference", "formulas-"
TEMPLATE, PYTHON = Path(__file__).with_name("reference.html"), Path(__file__).with_name("python.html")
Typeset = Callable[[str], str]
"""Puts MathML in the place of the formulas that a piece of HTML holds as TeX."""
Place = tuple[str, str]
"""What stands there, and the way to it from the site's root; "" where nothing is published."""
_ROOT = "../../"


def reference(
    book: Book, written: Written, root: Path, typeset: Typeset, *, ways: Mapping[str, str], python: Sequence[str] = (),
) -> dict[str, bytes]:
    """Give the pages, by path.

    root    the folder of the documents, with `tests` in it
    ways    the address of each page, from the site's root
    python  the modules whose public names are documented
    """
    groups: dict[str, list[str]] = {}
    for name in book.course.formulas:
        groups.setdefault(_group(name), []).append(name)
    tested = {name: sorted({place.rpartition(":")[0] for kind, place in found if kind == "test"})
              for name, found in mentions(book.course.formulas, root, ("tests",)).items()}
    modules, pages = list(documented(python)), {}
    for code, language in book.languages.items():
        writer = _Pages(book, language, written, tested=tested, typeset=typeset, ways=ways)
        for group, inside in groups.items():
            pages[f"{FOLDER}/{code}/{PREFIX}{group}.html"] = writer.group(group, inside)
        pages[f"{FOLDER}/{code}/index.html"] = writer.index(groups, python=bool(modules))
        if modules:
            pages[f"{FOLDER}/{code}/python.html"] = fill(PYTHON, {
                "language": code, "said": writer.said, "modules": modules, "root": _ROOT})
    return {path: page.encode() for path, page in pages.items()}


def _group(name: str) -> str:
    """Give the group of a formula: its name without the last part."""
    return name.rpartition(".")[0] or name


class _Pages:
    """Writes the pages of one language."""

    def __init__(
        self, book: Book, language: Language, written: Written, *, tested: Mapping[str, list[str]], typeset: Typeset,
        ways: Mapping[str, str],
    ) -> None:
        self.book, self.language, self.written, self.tested, self.typeset = book, language, written, tested, typeset
        self.texts, self.said = book.course.words[language.code], words_of("reference", language.code)
        self.used: dict[str, dict[Place, None]] = {}
        for name, place in _uses(book, language.code, ways):
            self.used.setdefault(name, {})[place] = None

    def group(self, group: str, names: Iterable[str]) -> str:
        """Write the page of formulas whose names begin alike."""
        return self._page(group, formulas=[self._formula(name) for name in names])

    def index(self, groups: Mapping[str, list[str]], *, python: bool) -> str:
        """Write the page that lists all groups, symbols and models."""
        course = self.book.course
        symbols = [(self._math(one.tex, one.text), name, self.texts.get(f"symbol.{name}", name),
                    self._domain(one), self._unit(one.unit)) for name, one in course.symbols.items()]
        models = [(name, one.label, self.language.inputs(one.inputs).text, source_in(one.source, self.texts))
                  for name, one in course.models.items()]
        return self._page("", groups=groups, symbols=symbols, models=models, python=python)

    def _page(self, group: str, **fields: Any) -> str:
        given = {"groups": {}, "symbols": [], "models": [], "formulas": [], "python": False, **fields}
        return fill(TEMPLATE, {"language": self.language.code, "group": group, "prefix": PREFIX, "said": self.said,
                               "root": _ROOT, **given})

    def _domain(self, symbol: Symbol) -> str:
        kind = self.said["whole" if symbol.integer else "rational"]
        return f"{kind} < {symbol.below}" if symbol.below is not None else kind

    def _unit(self, unit: Unit) -> str:
        noun = self.language.counted(unit)
        return noun.plural if noun else ""

    def _formula(self, name: str) -> dict[str, Any]:
        formula = self.book.course.formulas[name]
        meaning = self.texts.get(f"formula.{name}", name)
        entry = {"name": name, "meaning": meaning[:1].upper() + meaning[1:], "unit": self._unit(formula.unit),
                 "math": "", "symbols": [], "steps": [], "source": "", "tests": self.tested.get(name, []),
                 "used": list(self.used.get(name, ())), "models": []}
        if not isinstance(formula, Formula):
            return {**entry, "models": list(_families(self.book.course, formula))}
        said = self.written[name]["said"][self.language.code]
        return {
            **entry, "math": self._math(said["tex"], said["text"]), "source": source_in(formula.source, self.texts),
            "symbols": [(one.text, self.texts.get(f"symbol.{one.name}", one.name))
                        for one in formula.symbols],
            "steps": [(step["reason"], self._math(step["tex"], step["text"], display=True)) for step in said["steps"]],
        }

    def _math(self, tex: str, plain: str, *, display: bool = False) -> Markup:
        return Markup(self.typeset(tex_html(tex, plain, display=display)))


def _families(course: Course, formula: ByModel) -> Iterator[tuple[str, str]]:
    """Give each family that has a formula of its own, and the group of the formulas that are named after it, or ""."""
    families: dict[str, None] = {}
    for model in course.models.values():
        with suppress(LookupError, DomainError):
            formula.formula_of(model.name)
            families[model.family or model.name] = None
    groups = {_group(name) for name in course.formulas}
    yield from ((family, family if family in groups else "") for family in families)


def _uses(book: Book, code: str, ways: Mapping[str, str]) -> Iterator[tuple[str, Place]]:
    """Give each formula with each place that shows it: a page, a table, a plot, a drill, a statement."""
    course = book.course
    pages = {src: page for src, page in book.pages.items() if page.language == code and src in ways}
    for src in pages:
        yield from ((entry.formula, (entry.page, ways[src])) for entry in book.entries(src))
    for src, page in pages.items():
        yield from ((call.name, (page.path, ways[src])) for call in page.blocks() if call.kind == "derivation")
    for name, table in book.tables.items():
        for cell in (cell for row in table.cells for cell in row if isinstance(cell, Value)):
            yield cell.formula.name, (f"tables/{name}.csv", f"tables/{name}.csv")
    for name, plot in course.plots.items():
        for series in plot.series:
            yield series.formula.name, (f"plots/{name}.csv", f"plots/{name}.{code}.csv")
    for name, drill in course.drills.items():
        yield drill.answer.name, (f"drill {name}", "")
        for slip in drill.slips:
            yield slip.formula.name, (f"drill {name}", "")
    for name, one in course.statements.items():
        for used in {one.formula, one.slip} - {""}:
            yield used, (f"statement {name}", "")
