"""The gate: every check that a book must pass before a page of it goes out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from weakref import WeakSet

from derivations.check import links, parity, unbound
from derivations.check.customs import Custom
from derivations.check.renderings import Renderings
from derivations.check.skeleton import link_page, skeleton
from derivations.check.suggestions import Derived, Reach
from derivations.course import Course, source_pieces
from derivations.exact import Formula, Value
from derivations.language import Language
from derivations.language.reading.names import FILLER
from derivations.language.reading.reader import Reader
from derivations.text.claims import Verdict
from derivations.text.expression import Printed
from derivations.text.finding import Finding
from derivations.text.glossary import Glossary, read_glossary
from derivations.text.literals import read_literals
from derivations.text.marks import anchors
from derivations.text.page import Claim, Page
from derivations.text.scan import Kind
from derivations.text.terms import Tooltips

if TYPE_CHECKING:
    from derivations.book import Book

READERS_SEE = ("title", "description")
"""What of the front matter a reader meets: in the browser's tab, in search results, in shared links."""


class Gate:
    """The checks of one book; what they need to know of its course is gathered once."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self._clean: WeakSet[Page] = WeakSet()
        self.breaches: dict[str, list[Custom]] = {}
        """What breaks a language's customs, by page: a part of the findings, with what to write instead."""
        given = course.glossary
        self.glossary, self.glossary_findings = (
            read_glossary(given.text, given.path, course.languages) if given else (Glossary(), []))
        self.renderings = Renderings(self.glossary)
        self.tooltips = {code: Tooltips(self.glossary.tooltips(code)) for code in course.languages}
        self.readers = {code: self._reader(code) for code in course.languages}

    def _reader(self, code: str) -> Reader:
        labels = [model.label for model in self.course.models.values()]
        symbols = [symbol.text or symbol.name for symbol in self.course.symbols.values()]
        return Reader(code, nouns=self.nouns(code), labels=labels, symbols=symbols)

    def nouns(self, code: str) -> list[str]:
        """Give what is counted in a language: singular and plural of the course's nouns and units."""
        texts = (text for key, text in self.course.words.get(code, {}).items() if key.startswith(("unit.", "noun.")))
        return [*(form.strip() for text in texts for form in text.split("|")[:2]), *self.glossary.counted(code)]

    def numeral_agrees(self, page: Page, claim: Claim, value: Value, verdict: Verdict, language: Language) -> None:
        """Check `about(x)`: the one numeral in the claim's words agrees with x to its own digits."""
        start, end = claim.words
        found = self.readers[page.language].read(page.readable[start:end]).numerals
        if len(found) != 1:
            page.fault(claim.start, f"about(x) needs one numeral in the claim's words, not {len(found)}")
        elif not found[0].agrees(value.exact, loosely=True):
            verdict.holds = False
            verdict.failed.append(f"{language.write(value).text} ≉ {found[0].text}")

    def check(self, book: Book) -> Iterable[Finding]:
        """Give every fault that binding alone doesn't find."""
        yield from self._words()
        yield from self.glossary_findings
        yield from self.glossary.numerals(self.readers)
        reach = Reach(self._derived(book))
        for page in book.pages.values():
            if page in self._clean:                        # a page never changes: a changed text is another page
                continue
            found = [*self._numerals(page, book, reach), *self._renderings(page)]
            yield from found
            if not found:
                self._clean.add(page)
        yield from self._parity(book)
        yield from self._links(book)

    def _renderings(self, page: Page) -> Iterable[Finding]:
        """Hold the page to the glossary's words."""
        math = [(s.start, s.end) for s in page.scan.segments if s.kind is Kind.MATH]
        yield from self.renderings.check(page.path, page.language, page.readable, page.lines, math)
        if page.language != self.course.languages[0]:
            yield from self.renderings.first_uses(page.path, page.language, page.readable, page.lines, math)

    @staticmethod
    def _parity(book: Book) -> Iterable[Finding]:
        """Compare the languages page by page; what is written once only is named."""
        reference, *others = book.course.languages
        names = {code: [src[len(code) + 1 :] for src in book.pages if src.startswith(f"{code}/")]
                 for code in book.course.languages}
        yield from parity.check_pages(names, {code: f"{book.docs_name}/{code}" for code in names})
        for other in others:
            for name in sorted(set(names[reference]) & set(names[other])):
                both = (book.pages[f"{code}/{name}"] for code in (reference, other))
                yield from parity.check_parity(*(skeleton(page, page.claims) for page in both))

    @staticmethod
    def _links(book: Book) -> Iterable[Finding]:
        """Follow every link and picture."""
        pages = {src: link_page(page, anchors(book.rendered[src])) for src, page in book.pages.items()}
        files = [path.relative_to(book.docs).as_posix() for path in book.docs.rglob("*")
                 if path.is_file() and path.suffix != ".md"]
        yield from links.check_links(pages, files, generated=book.file_names())

    def _words(self) -> Iterable[Finding]:
        """Demand words, in every language, for every symbol, and for every formula that a page may show.

        Sources are written in the first language: their pieces need words in the others only.
        """
        shown = {name: formula for name, formula in self.course.formulas.items() if isinstance(formula, Formula)}
        keys = [*(f"symbol.{name}" for name in self.course.symbols), *(f"formula.{name}" for name in shown)]
        pieces = dict.fromkeys(piece for formula in shown.values() for piece in source_pieces(formula.source))
        for code in self.course.languages:
            sources = [] if code == self.course.languages[0] else [f"source.{piece}" for piece in pieces]
            for key in [*keys, *sources]:
                if key not in self.course.words.get(code, {}):
                    yield Finding(f"{self.course.name}/words/{code}.toml", 1, 1, f"there are no words for '{key}'")

    @staticmethod
    def _derived(book: Book) -> Iterable[Derived]:
        """Give the values in reach: whatever some page prints."""
        seen = set()
        for page in book.pages.values():
            for hole in page.holes.values():
                if isinstance(hole.bound, Printed) and isinstance(hole.bound.source, Value):
                    expression = hole.segment.content.split("|")[0].strip()
                    if expression not in seen:
                        seen.add(expression)
                        written = book.languages[page.language].write(hole.bound.source).text
                        yield Derived(expression, hole.bound.source, written)

    def _numerals(self, page: Page, book: Book, reach: Reach) -> Iterable[Finding]:
        literals, findings = read_literals(page.meta.get("literals"), page.path, page.text)
        yield from findings
        segments = page.scan.segments
        claimed = [span for claim, verdict in book.verdicts[page.src] for span in self._claimed(page, claim, verdict)]
        passage = unbound.Passage(
            page.path, page.language, self._with_front(page), page.lines,
            math=[(s.inner, s.inner + len(s.content)) for s in segments if s.kind is Kind.MATH],
            values=[(s.start, s.end) for s in segments if s.kind is Kind.HOLE],
            bound=claimed, literals=literals, fate=page.printed.fate,
        )
        verdict = unbound.check(passage, self.readers[page.language], reach, self.nouns(page.language))
        self.breaches[page.src] = verdict.customs
        yield from verdict.findings

    def _claimed(self, page: Page, claim: Claim, verdict: Verdict) -> list[tuple[int, int]]:
        """Give the stretches of a claim's words whose numerals its condition binds: "below one percent"."""
        start, end = claim.words
        if verdict.wants_numeral:
            return [claim.words]
        said = self.readers[page.language].read(page.readable[start:end]).numerals if verdict.bounds else ()
        return [(start + one.start, start + one.end) for one in said if one.value in verdict.bounds]

    @staticmethod
    def _with_front(page: Page) -> str:
        """Give the readable text with those front-matter texts that readers see put back in their places."""
        text = page.readable
        for key in READERS_SEE:
            value = page.meta.get(key)
            if not isinstance(value, str):
                continue
            at = page.front.find(f"{key}:")
            start = page.text.find(page.front) + at + len(key) + 1
            end = page.text.find("\n", start)
            line = page.text[start:end]
            text = text[:start] + numerals_only(line) + text[end:]
        return text


def numerals_only(line: str) -> str:
    """Blank the holes of a front-matter line."""
    out, at = [], 0
    while (opened := line.find("{{", at)) >= 0 and (closed := line.find("}}", opened)) >= 0:
        out += [line[at:opened], FILLER * (closed + 2 - opened)]
        at = closed + 2
    return "".join([*out, line[at:]])
