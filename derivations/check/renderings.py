"""Whether a page uses the renderings that its glossary asks for, and none that it bans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from derivations.language.reading.markup import INVISIBLE, as_printed, hide, quotations, without
from derivations.language.reading.reader import Span
from derivations.library import Library
from derivations.text.finding import Finding
from derivations.text.glossary import Glossary, Term
from derivations.text.page import Page
from derivations.text.scan import Kind
from derivations.text.text import Text


@dataclass(frozen=True)
class _Ban:
    """A banned rendering, why, whose it is, and the pattern that finds it from its first letter on."""

    text: str
    why: str
    term: Term
    pattern: re.Pattern[str]


_WORD = re.compile(r"\w++")
_NO_SENTENCE = re.compile(r"^[ \t]*+(?:#{1,6}[ \t]|\||!!!|\?\?\?|===)[^\n]*+|!\[[^\[\]\n]{0,500}+\]", re.MULTILINE)
_ELSEWHERE = re.compile(r"\[(?P<text>[^\[\]]{1,400})\]\(\s*(?:https?:|<https?:)")
_IN_BRACKETS = re.compile(r"\((?:[^()\n]|\n(?![ \t]*\n)|\([^()\n]{0,300}+\)){0,300}+\)")
_ITALIC = re.compile(r"(?<![*\w])\*[^*\n]{1,80}\*(?![*\w])|(?<![_\w])_[^_\n]{1,80}_(?![_\w])")


class Renderings:
    """The checks of one glossary on pages; compiled once."""

    def __init__(self, glossary: Glossary) -> None:
        self._glossary = glossary
        self._banned = self._bans()

    def _bans(self) -> dict[str, dict[str, list[_Ban]]]:
        """For each language: the bans by their first word, lower case, the longest first."""
        table: dict[str, dict[str, list[_Ban]]] = {}
        for term in self._glossary.terms:
            for language, bans in term.banned.items():
                for text, why in bans:
                    first = _WORD.search(text.lower())
                    if first is not None:
                        pattern = re.compile(rf"{_words(text)}(?!\w)", re.IGNORECASE)
                        table.setdefault(language, {}).setdefault(first[0], []).append(_Ban(text, why, term, pattern))
        for bans_by_word in table.values():
            for each in bans_by_word.values():
                each.sort(key=lambda ban: -len(ban.text))
        return table

    def check(self, text: Text) -> list[Finding]:
        """Find banned renderings in a text."""
        table = self._banned.get(text.language)
        if not table:
            return []
        prose = without([*_exempt(text.readable), *_math(text)], text.readable)
        seen = as_printed(prose, hide(prose), text.fate)
        found, beyond = [], 0
        for word in _WORD.finditer(seen):
            if word.start() < beyond:
                continue
            for ban in table.get(word[0].lower(), ()):
                match = ban.pattern.match(seen, word.start())
                if match is not None:
                    words = " ".join(match[0].replace(INVISIBLE, "").split())
                    found.append(text.finding(match.start(), f"the glossary bans “{words}”: {ban.why}",
                                              f"write {ban.term.name[text.language]}"))
                    beyond = match.end()
                    break
        return found

    def first_uses(self, text: Text) -> list[Finding]:
        """Check a page's borrowed words: italic at the first use, roman afterwards, the first language's given once.

        Headings, tables and alternative texts are left out: they stay roman.
        """
        left_out = [*quotations(text.readable), *_math(text), *(
            match.span() for match in _NO_SENTENCE.finditer(text.readable))]
        seen = without(left_out, text.readable)
        found: list[Finding] = []
        for term in self._glossary.terms:
            if term.borrowed and " " not in term.name[text.language]:
                found += _italics(text, term, seen)
        given: set[str] = set()
        borrowed = {next(iter(term.name.values())).lower() for term in self._glossary.terms}
        for match in _IN_BRACKETS.finditer(seen):
            for italic in _ITALIC.finditer(match[0]):
                word = " ".join(italic[0][1:-1].lower().split())
                if word in borrowed and word in given:
                    found.append(text.finding(match.start() + italic.start(),
                                              f"the borrowed “{word}” was given before on this page",
                                              "after the first use, this language's word alone"))
                given.add(word)
        return found


_compiled = lru_cache(maxsize=4)(Renderings)


def check(library: Library) -> Iterator[Finding]:
    """Hold every text to the glossary's words; the glossary itself may name what it bans."""
    renderings, reference = _compiled(library.glossary), library.course.languages[0]

    def look(text: Text) -> Iterator[Finding]:
        if text.path != library.glossary.path:
            yield from renderings.check(text)
        if isinstance(text, Page) and text.language != reference:
            yield from renderings.first_uses(text)

    return library.not_passed("renderings", look)


def _math(text: Text) -> list[Span]:
    """Give the formulas that are written by hand: they aren't prose."""
    return [(one.start, one.end) for one in text.scan.segments if one.kind is Kind.MATH]


def _exempt(text: str) -> list[Span]:
    """Give the stretches that may hold what is banned: quotations, links elsewhere, English in brackets."""
    spans = quotations(text)
    spans += [match.span("text") for match in _ELSEWHERE.finditer(text)]
    for brackets in _IN_BRACKETS.finditer(text):
        spans += [(brackets.start() + italic.start(), brackets.start() + italic.end())
                  for italic in _ITALIC.finditer(brackets[0])]
    return spans


def _words(text: str) -> str:
    return rf"{INVISIBLE}*(?:[ \t\u00a0]{{1,3}}|[ \t]?\n[ \t]{{0,12}}){INVISIBLE}*".join(map(re.escape, text.split()))


def _italics(text: Text, term: Term, seen: str) -> Iterator[Finding]:
    """Check one borrowed word on one page."""
    forms = "|".join(map(re.escape, sorted(term.forms(text.language), key=len, reverse=True)))
    for number, match in enumerate(re.finditer(rf"(?<![^\W_])(?:{forms})(?![^\W_])", seen, re.IGNORECASE)):
        italic = seen[match.start() - 1:match.start()] in ("*", "_") and seen[match.end():match.end() + 1] in ("*", "_")
        if number == 0 and not italic:
            said = term.first_use.get(text.language, term.definition[text.language])
            yield text.finding(match.start(), f"“{match[0]}” is borrowed: italic at its first use on a page",
                               f"write *{match[0]}* and say what it is: {said}")
        elif number > 0 and italic:
            yield text.finding(match.start(), f"“{match[0]}” stays roman after its first use", f"write {match[0]}")
