"""What a page holds, section by section, stripped of its words: what parity, staleness and the link check compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from derivations.check.links import LinkPage, links
from derivations.check.parity import Item, Section, Skeleton
from derivations.check.sync import Text
from derivations.exact import Formula
from derivations.text.claims import describe
from derivations.text.expression import BlockCall, Bound, Printed, Stated
from derivations.text.page import Claim, Page
from derivations.text.scan import Kind

CODE_BLOCK = ("```", "~~~")


def skeleton(page: Page, claims: Iterable[Claim]) -> Skeleton:
    """Gather what a page binds, claims, shows and links to, by section. Code within a line is free, blocks aren't."""
    held: dict[str, list[Item]] = {"": []}
    for heading in page.headings:
        held.setdefault(heading.id, [])

    def put(kind: str, key: str, offset: int, shown: str = "") -> None:
        line, column = page.lines.place(offset)
        held.setdefault(page.section_at(offset), []).append(Item(kind, key, line, column, shown))

    for hole in (*page.front_holes.values(), *page.holes.values()):
        if hole.bound is not None:
            put(*bound_key(hole.bound), hole.segment.start)
    for claim in claims:
        put("claim", " ".join(claim.condition.split()), claim.start)
    for segment in page.scan.segments:
        if segment.kind is Kind.CODE and segment.content.lstrip(" \t>").startswith(CODE_BLOCK):
            put("code", "\n".join(line.strip() for line in segment.content.splitlines()), segment.start,
                shown=segment.content.strip().split("\n", 1)[0])
    for link in links(page.prose):
        put("picture" if link.picture else "link", link.target, link.start)
    levels = {heading.id: (heading.level, page.lines.place(heading.start)[0]) for heading in page.headings}
    return Skeleton(page.path, [
        Section(name, levels.get(name, (0, 1))[1], items, levels.get(name, (0, 1))[0]) for name, items in held.items()
    ])


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


def texts(pages: Mapping[str, Page]) -> dict[tuple[str, str], dict[str, Text]]:
    """Give the text of every section in each language: (page without its language, section) → language → text."""
    found: dict[tuple[str, str], dict[str, Text]] = {}
    for src, page in pages.items():
        name = src.partition("/")[2]
        starts = [("", page.body_start), *((heading.id, heading.start) for heading in page.headings)]
        for (section, start), (_, end) in zip(starts, [*starts[1:], ("", len(page.text))], strict=True):
            text = page.text[start:end]
            if section or text.strip():
                line = page.lines.place(start)[0]
                found.setdefault((name, section), {})[page.language] = Text(text, page.path, line)
    return found


def link_page(page: Page, anchors: Iterable[str]) -> LinkPage:
    """Give what the link check needs; `anchors` are ids that the page's blocks and values bring."""
    return LinkPage(page.path, page.prose, page.lines, frozenset(anchors))
