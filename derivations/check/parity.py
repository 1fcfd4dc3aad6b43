"""Whether a page holds the same things in each language as in the first, section by section.

Compared as multisets: the values bound (formula and inputs), claims, blocks, links, pictures and code. Words, order and
forms are free. A difference names both places: what stands in one language, and the section that lacks it in the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from derivations.text.finding import Finding, in_order

KINDS = {
    "value": "the value {} is bound", "claim": "the claim {} is made", "block": "the block {} stands",
    "link": "the link to {} stands", "picture": "the picture {} stands", "code": "the code {} stands",
}
"""What may be compared, and how it is said: "… here more often than in …"."""


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
    """A page as the comparison sees it: its path and its sections, in order."""

    path: str
    sections: Sequence[Section] = ()


def check_pages(pages: Mapping[str, Iterable[str]], paths: Mapping[str, str]) -> list[Finding]:
    """Name the pages that stand in one language and not in the first, or the other way round.

    Both map a language, the first one first: to its pages, and to its folder ("docs/en").
    """
    reference, *others = pages
    findings = []
    for other in others:
        for here, there in ((reference, other), (other, reference)):
            findings += [
                Finding(f"{paths[here]}/{page}", 1, 1,
                        f"the page has no counterpart: {paths[there]}/{page} doesn't exist",
                        "write it, or take this one out")
                for page in sorted(set(pages[here]) - set(pages[there]))
            ]
    return findings


def check_parity(reference: Skeleton, other: Skeleton) -> list[Finding]:
    """Compare one page with its counterpart in the first language."""
    findings = _headings(reference, other)
    there = {section.id: section for section in other.sections}
    for section in reference.sections:
        same = there.get(section.id)
        if same is not None:
            findings += _items(reference.path, section, other.path, same)
            findings += _items(other.path, same, reference.path, section)
    return in_order(findings)


def _headings(reference: Skeleton, other: Skeleton) -> list[Finding]:
    """Compare the headings' ids, their order and their levels."""
    findings: list[Finding] = []
    for mine, theirs in ((reference, other), (other, reference)):
        known = {section.id for section in theirs.sections}
        findings += [
            Finding(mine.path, section.line, 1, f"the heading #{section.id} has no counterpart in {theirs.path}",
                    "the ids are the same in every language")
            for section in mine.sections if section.id and section.id not in known
        ]
    if findings:
        return findings
    for left, right in zip_longest(reference.sections, other.sections):
        if left is None or right is None:
            break
        if left.id != right.id:
            return [Finding(other.path, right.line, 1,
                            f"the heading #{right.id} stands where {reference.path}:{left.line} has #{left.id}",
                            "headings correspond one to one, in order")]
        if left.level != right.level:
            findings.append(Finding(
                other.path, right.line, 1,
                f"the heading #{right.id} is of level {right.level}, in {reference.path}:{left.line} of {left.level}",
            ))
    return findings


def _items(path: str, section: Section, other_path: str, other: Section) -> list[Finding]:
    """Name what a section holds more often than its counterpart: the last ones, at their places."""
    surplus = Counter((item.kind, item.key) for item in section.items)
    surplus.subtract((item.kind, item.key) for item in other.items)
    findings = []
    for item in sorted(section.items, key=lambda item: (item.line, item.column), reverse=True):
        identity = (item.kind, item.key)
        if surplus[identity] <= 0:
            continue
        surplus[identity] -= 1
        what = KINDS.get(item.kind, item.kind + " {} stands").format(item.shown or item.key)
        place = f"section #{section.id}" if section.id else "before the first heading"
        findings.append(Finding(
            path, item.line, item.column,
            f"{what} here ({place}) and not in {other_path}:{other.line}",
            "all languages hold the same values, claims, blocks, links and code",
        ))
    return findings
