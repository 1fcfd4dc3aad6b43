"""A course's pages, loaded whole: every page of every language is read, bound and checked before any is rendered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from derivations.blocks import Context, blocks_of, published
from derivations.blocks.assets import ELEMENTS, NUMBERS
from derivations.check.gate import Gate
from derivations.check.skeleton import texts
from derivations.check.sync import Records, behind, read_records
from derivations.course import Course
from derivations.exact import ByModel, Formula, Unequal, Value
from derivations.language import Language, languages
from derivations.ledger import ClaimEntry, Entry, as_json, claim_entries, entries
from derivations.tables import Table, read_tables
from derivations.text.claims import Bound, Condition, Magnitude, Verdict
from derivations.text.expression import BlockCall, ExpressionFault, Names
from derivations.text.finding import Finding, in_order
from derivations.text.marks import Rendered, finish
from derivations.text.page import Claim, Page, read_pages
from derivations.text.render import NOTHING, Renderer
from derivations.text.words import WordFault, Words

SYNC = ".sync.toml"
"""Beside the docs, and not published: what a person last found to say the same in all languages."""


class Book:
    """All pages and tables of a course, checked.

    findings  every fault of all languages, in order of place; a page is fit to publish only if there is none
    pages     "en/chapter.md" → the page
    """

    def __init__(self, root: Path, course: Course, *, docs: str = "docs", tables: str = "tables",
                 before: Book | None = None) -> None:
        """Load everything. `before` is a book of the same course and the same tables: its faultless pages are taken
        over where their text is the same.
        """
        self.root = root
        self.course = course
        self.docs = root / docs
        self.docs_name = docs
        self.tables: dict[str, Table]
        self.table_faults: list[Finding]
        self.languages: dict[str, Language]
        self.gate: Gate
        if before:
            self.tables, self.table_faults = before.tables, before.table_faults
            self.languages, self.gate = before.languages, before.gate
        else:
            self.tables, self.table_faults = read_tables(root / tables, course)
            self.languages = languages(course)
            self.gate = Gate(course)
        self._faults = list(self.table_faults)
        self.blocks = blocks_of(course)
        self.names = Names(course, {name: block.takes(course, self.tables) for name, block in self.blocks.items()})
        self.pages = read_pages(self._read(docs))
        if before:
            self.pages.update(before.faultless(self.pages))
        self.renderers = {code: Renderer(one, course, self._block) for code, one in self.languages.items()}
        words = {code: Words(course, one, self.renderers[code]) for code, one in self.languages.items()}
        where = {code: renderer.where for code, renderer in self.renderers.items()}
        self.context = Context(course, self.names, self.tables, self.gate.glossary, self.languages, words, where)
        self.verdicts: dict[str, list[tuple[Claim, Verdict]]] = {}
        self.late: dict[str, dict[str, str]] = {}
        for src, page in self.pages.items():
            if before and before.pages.get(src) is page:
                self.verdicts[src] = before.verdicts[src]
                continue
            page.bind(self.names)
            self.verdicts[src] = list(self._claims(page))
        self.sections = texts(self.pages)
        self.records = self._records()
        self.behind = {code: behind(self.sections, self.records, course.languages, code) for code in course.languages}
        self.rendered = {src: self._render(page, before) for src, page in self.pages.items()}
        self._faults += self.gate.check(self)
        self.findings = in_order([*self._faults, *(f for page in self.pages.values() for f in page.findings)])

    def _read(self, docs: str) -> dict[str, tuple[str, str]]:
        files = {}
        for code in self.course.languages:
            for path in sorted((self.docs / code).rglob("*.md")):
                src = path.relative_to(self.docs).as_posix()
                try:
                    files[src] = (f"{docs}/{src}", path.read_text(encoding="utf-8"))
                except UnicodeDecodeError as fault:
                    self._faults.append(Finding(f"{docs}/{src}", 1, fault.start + 1, "the file is not UTF-8"))
        return files

    def _claims(self, page: Page) -> Iterable[tuple[Claim, Verdict]]:
        """Decide the claims of a page; a false one is a finding that says both sides."""
        language = self.languages[page.language]

        def show(side: Any) -> str:
            return side_text(side, language)

        for claim in page.claims:
            try:
                verdict = Condition(claim.condition, self.names).decide(show)
            except ExpressionFault as fault:
                page.fault(claim.at + fault.offset, f"claim: {fault.message}")
                continue
            words = page.text[slice(*claim.words)]
            for value in verdict.wants_numeral:
                self.gate.numeral_agrees(page, claim, value, verdict, language)
            if not verdict.holds:
                page.fault(claim.start, f"the claim “{' '.join(words.split())}” is false: {'; '.join(verdict.failed)}")
            yield claim, verdict

    def _block(self, call: BlockCall, language: Language) -> str:
        return self.blocks[call.kind].html(self.context, call.name, language)

    def _records(self) -> Records:
        """Read which sections were last found to say the same in all languages."""
        path = self.docs / SYNC
        if not path.is_file():
            return {}
        records, faults = read_records(path.read_text(encoding="utf-8"), f"{self.docs_name}/{SYNC}")
        self._faults += faults
        return records

    def faultless(self, wanted: Mapping[str, Page]) -> dict[str, Page]:
        """Give those of this book's pages that have no fault and the wanted text."""
        return {src: page for src, page in self.pages.items()
                if src in wanted and wanted[src].text == page.text and not page.findings and not wanted[src].findings}

    def _render(self, page: Page, before: Book | None) -> Rendered:
        name = page.src.partition("/")[2]
        late = {section: moved for (on, section), moved in self.behind[page.language].items() if on == name}
        self.late[page.src] = late
        if before and before.pages.get(page.src) is page and before.late[page.src] == late:
            return before.rendered[page.src]
        try:
            return self.renderers[page.language].render(page, late)
        except (WordFault, Unequal) as fault:
            page.fault(page.body_start, str(fault))
            return Rendered()

    def render(self, src: str) -> Rendered:
        """Give a page's Markdown, with a mark for each value, formula and block, and its front matter."""
        return self.rendered[src]

    def finish(self, src: str, html: str, root: str = "", others: Mapping[str, str] = NOTHING) -> str:
        """Give the page's HTML with the marks replaced.

        `root` leads from the page to the site's root ("../"), `others` to the page in each other language.
        """
        language, shown = self.languages[self.pages[src].language], self._shown(src)
        html = self.gate.tooltips[language.code].mark(html)
        behind = "".join(self.blocks[kind].behind(self.context, names, language) for kind, names in shown.items())
        html = (finish(self.rendered[src], html) + behind).replace("{site-root}", root)
        for code, way in others.items():
            html = html.replace(f"{{page-in-{code}}}", way)
        return html

    def _shown(self, src: str) -> dict[str, list[str]]:
        """Name what each kind of block shows on a page, in order."""
        shown: dict[str, list[str]] = {}
        for hole in self.pages[src].holes.values():
            if isinstance(call := hole.bound, BlockCall):
                shown.setdefault(call.kind, []).append(call.name)
        return shown

    def assets(self, src: str) -> list[str]:
        """Name the scripts and styles that a page needs for its blocks and values, each once, by their paths."""
        kinds = [self.blocks[kind] for kind in self._shown(src)]
        files = [file for block in kinds for file in (*block.styles, *block.scripts)]
        files += (ELEMENTS, NUMBERS) if self.rendered[src].entries else ()
        return list(dict.fromkeys(file if isinstance(file, str) else published(file) for file in files))

    def ledger(self) -> list[Entry]:
        """List every value that the pages print."""
        return entries((page, self.rendered[src]) for src, page in self.pages.items())

    def claims(self) -> list[ClaimEntry]:
        """List every claim of the pages, with its distance from its limit."""
        return claim_entries((page, self.verdicts[src]) for src, page in self.pages.items())

    def file_names(self) -> list[str]:
        """Name the data files that the site publishes, without making them."""
        tables = [f"tables/{name}.{kind}" for name in self.tables for kind in ("csv", "json")]
        return ["ledger.json", "claims.json", *tables]

    def csv(self) -> dict[str, str]:
        """Give every table as CSV, by name."""
        return {name: table.csv() for name, table in self.tables.items()}

    def files(self) -> dict[str, bytes]:
        """Give the data files that the site publishes beside its pages, by path."""
        files = {"ledger.json": as_json(self.ledger()), "claims.json": as_json(self.claims())}
        for name, table in self.tables.items():
            files[f"tables/{name}.csv"] = table.csv()
            files[f"tables/{name}.json"] = table.json()
        made = {path: text.encode() for path, text in files.items()}
        for block in self.blocks.values():
            made |= block.files(self.context)
            for file in (*block.scripts, *block.styles):
                if not isinstance(file, str):
                    made[published(file)] = file.read_bytes()
        return made


def side_text(side: Any, language: Language) -> str:
    """Write one side of a comparison: exact and rounded."""
    if isinstance(side, Value):
        exact, rounded = str(side.exact), language.write(side).text
        return exact if exact == rounded else f"{exact} ({rounded})"
    if isinstance(side, Formula | ByModel):
        return side.name
    if isinstance(side, Magnitude):
        return f"log₁₀ {side_text(side.value, language)}"
    if isinstance(side, Bound):
        return f"{Fraction(side.exact) * 100}%" if side.is_ratio else str(side.exact)
    return str(side)
