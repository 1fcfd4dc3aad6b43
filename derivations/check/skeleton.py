"""What a page holds, section by section, stripped of its words: what parity, staleness and the link check compare."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from derivations.check.links import links
from derivations.check.sync import Passage
from derivations.exact import Formula
from derivations.text.claims import describe
from derivations.text.expression import BlockCall, Bound, Printed, Stated
from derivations.text.page import Page
from derivations.text.scan import Kind
from derivations.text.text import Hole

CODE_BLOCK = ("```", "~~~")
_CODE_TITLE = re.compile(r"""[ \t]*(?<![\w-])title=(?:"[^"\n]*"|'[^'\n]*')""")
_EDITION = re.compile(r"https?://[a-z]{2,3}(?:\.m)?\.(?P<work>wiki[a-z]+\.org)/.*")
"""A page of an encyclopedia in a language of its own: its name there is a translation."""


@dataclass(frozen=True)
class Item:
    """One thing in a section: its kind, what makes it the same in every language, and where it stands.

    shown  how it is called in a message, if not by its key
    """

    kind: str
    key: str
    line: int
    column: int = 1
    shown: str = ""


@dataclass(frozen=True)
class Section:
    """A section of a page: the id and level of its heading ("" and 0 before the first), its place, what it holds."""

    id: str
    line: int
    items: Sequence[Item] = ()
    level: int = 0


@dataclass(frozen=True)
class Skeleton:
    """A page as the comparison sees it: its path and its sections, in order.

    unread  the sections that hold what couldn't be read: what they lack is no finding of its own
    """

    path: str
    sections: Sequence[Section] = ()
    unread: frozenset[str] = frozenset()


def skeleton(page: Page) -> Skeleton:
    """Gather what a page binds, claims, shows and links to, by section. Code within a line is free, blocks aren't."""
    held: dict[str, list[Item]] = {"": []}
    for heading in page.headings:
        held.setdefault(heading.id, [])

    def put(kind: str, key: str, offset: int, shown: str = "") -> None:
        line, column = page.lines.place(offset)
        held.setdefault(page.section_at(offset), []).append(Item(kind, key, line, column, shown))

    for text in page.front:
        held[""] += [Item(*bound_key(hole.bound), *text.lines.place(at), _written(hole))
                     for at, hole in text.holes.items() if hole.bound is not None]
    for hole in page.holes.values():
        if hole.bound is not None:
            put(*bound_key(hole.bound), hole.segment.start, _written(hole))
    for claim in page.claims:
        put("claim", " ".join(claim.condition.split()), claim.start)
    for segment in page.scan.segments:
        if segment.kind is Kind.CODE and segment.content.lstrip(" \t>").startswith(CODE_BLOCK):
            first, _, code = segment.content.partition("\n")
            lines = [_CODE_TITLE.sub("", first), *([] if page.drawn(segment.content) else code.splitlines())]
            put("code", "\n".join(line.strip() for line in lines), segment.start,
                shown=segment.content.strip().split("\n", 1)[0])
    for link in links(page.prose):
        put("picture" if link.picture else "link", _EDITION.sub(r"\g<work>", link.target), link.start, link.target)
    levels = {heading.id: (heading.level, page.lines.place(heading.start)[0]) for heading in page.headings}
    broken = [hole.segment.start for hole in page.holes.values() if hole.bound is None]
    return Skeleton(page.path, [
        Section(name, levels.get(name, (0, 1))[1], items, levels.get(name, (0, 1))[0]) for name, items in held.items()
    ], frozenset(map(page.section_at, [*broken, *(fault.offset for fault in page.scan.faults)])))


def _written(hole: Hole) -> str:
    """Give what a hole binds as its author wrote it, without its forms."""
    return " ".join(hole.segment.content.partition("|")[0].split())


def bound_key(bound: Bound) -> tuple[str, str]:
    """Give the kind of what a hole binds, and what makes it the same in every language: formula and inputs, no form."""
    if isinstance(bound, BlockCall):
        return "block", f'{bound.kind}("{bound.name}")'
    if isinstance(bound, Stated):
        return "value", f'stated("{bound.statement.id}")'
    assert isinstance(bound, Printed)
    if isinstance(bound.source, Formula):
        fixed = ", ".join(f"{name}={number}" for name, number in bound.source.fixed.items())
        return "value", bound.source.name + (f"({fixed})" if fixed else "")
    return "value", describe(bound.source)


def texts(pages: Mapping[str, Page]) -> dict[tuple[str, str], dict[str, Passage]]:
    """Give the text of every section in each language: (page without its language, section) → language → text."""
    found: dict[tuple[str, str], dict[str, Passage]] = {}
    for page in pages.values():
        starts = [("", page.start), *((heading.id, heading.start) for heading in page.headings)]
        for (section, start), (_, end) in zip(starts, [*starts[1:], ("", len(page.source))], strict=True):
            text = page.source[start:end]
            if section or text.strip():
                line = page.lines.place(start)[0]
                found.setdefault((page.name, section), {})[page.language] = Passage(text, page.path, line)
    return found
