"""The numeral check of all that readers read: a number is derived, or part of a name, or listed with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from derivations.check import unbound
from derivations.check.customs import Custom
from derivations.check.suggestions import Derived, Reach
from derivations.exact import Value
from derivations.library import Library
from derivations.text.expression import Printed
from derivations.text.finding import Finding
from derivations.text.literals import unused_findings
from derivations.text.page import Page
from derivations.text.text import CITED, Text


def check(library: Library) -> Iterator[Finding]:
    """Read every text, file by file: the literals that a file lists are for all of its texts."""
    reach = Reach(_derived(library))
    ungated = {page.path for page in library.pages.values() if not library.is_gated(page.src)}
    read = [text for text in library.read() if text.path not in ungated and not text.key.startswith(CITED)]
    for path, texts in groupby(sorted(read, key=lambda text: text.path), key=lambda text: text.path):
        mine = list(texts)
        if all("numerals" in text.passed for text in mine):
            continue
        verdicts = [verdict(library, text, reach) for text in mine]
        found = [finding for one in verdicts for finding in one.findings]
        unused = set.intersection(*(set(one.unused) for one in verdicts))
        found += unused_findings([literal for literal in library.literals.get(path, ()) if literal in unused], path)
        yield from found
        if not found:
            for text in mine:
                text.passed.add("numerals")


def needless(library: Library) -> Iterator[Finding]:
    """Find what leaves pages out in which there would be nothing to find."""
    for one in library.ungated:
        pages = [page for page in library.pages.values() if one.covers(page.src)]
        if pages and not any(verdict(library, text).findings for page in pages for text in (page, *page.front)):
            yield Finding(one.path, one.line, one.column, f"nothing would be found in the pages {one.pattern!r}",
                          "take them out of ungated: their numerals are read then")


def verdict(library: Library, text: Text, reach: Reach | None = None) -> unbound.Verdict:
    """Check one text. What breaks a custom of its language is in the verdict too, with what to write instead."""
    return unbound.check(
        text, library.readers[text.language], literals=library.literals.get(text.path, ()),
        bound=list(_claimed(text)), nouns=library.nouns[text.language], reach=reach,
        language=library.languages[text.language],
    )


def breaches(library: Library) -> dict[str, list[Custom]]:
    """Give what breaks a language's customs in the pages and their front matter, by their src."""
    return {src: [*verdict(library, page).customs, *(custom for text in page.front for custom in _placed(
        page, text, verdict(library, text).customs))] for src, page in library.pages.items() if library.is_gated(src)}


def _placed(page: Page, text: Text, customs: Iterable[Custom]) -> Iterator[Custom]:
    """Give the customs that a text of the front matter breaks, by their places in the file, where it is spelled so."""
    starts = [0, *(at + 1 for at, sign in enumerate(page.source) if sign == "\n")]
    for custom in customs:
        line, column = text.lines.place(custom.start)
        start = starts[line - 1] + column - 1
        end = start + custom.end - custom.start
        if page.source[start:end] == text.source[custom.start:custom.end]:
            yield replace(custom, start=start, end=end)


def _claimed(text: Text) -> Iterator[unbound.Claimed]:
    """Give the stretches whose numerals a claim's condition binds: "below one percent"."""
    for claim, one in text.verdicts:
        if one.wants_numeral or one.bounds:
            yield *claim.words, None if one.wants_numeral else one.bounds


def _derived(library: Library) -> Iterable[Derived]:
    """Give the values in reach: whatever some page prints."""
    seen = set()
    for page in library.pages.values():
        for hole in page.holes.values():
            if isinstance(hole.bound, Printed) and isinstance(hole.bound.source, Value):
                expression = hole.segment.content.split("|")[0].strip()
                if expression not in seen:
                    seen.add(expression)
                    yield Derived(expression, hole.bound.source,
                                  library.languages[page.language].write(hole.bound.source).text)
