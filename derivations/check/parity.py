"""Whether a page holds the same things in each language as in the first, section by section.

Compared as multisets: the values bound (formula and inputs), claims, blocks, links, pictures and code. Words, order and
forms are free. A difference names both places: what stands in one language, and the section that lacks it in the other.
It is said where the edit was, if the records tell that only one of the two has changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from derivations.check.skeleton import Section, Skeleton, skeleton, texts
from derivations.check.sync import State, standings
from derivations.library import Library
from derivations.text.finding import Finding, in_order
from derivations.text.render import NOTHING

KINDS = {
    "value": ("the value", "is bound"), "claim": ("the claim", "is made"), "block": ("the block", "stands"),
    "link": ("the link to", "stands"), "picture": ("the picture", "stands"), "code": ("the code", "stands"),
}
"""What may be compared, and how it is said: "… here more often than in …"."""


def check(library: Library) -> Iterator[Finding]:
    """Hold every page to its counterpart in the first language; what is written once only is named."""
    pages = {code: {page.name: page for page in library.pages.values() if page.language == code}
             for code in library.languages}
    unread = {code: {src.partition("/")[2] for src in library.unread if src.startswith(f"{code}/")} for code in pages}
    yield from check_pages({code: {*own, *unread[code]} for code, own in pages.items()},
                           {code: f"{library.docs}/{code}" for code in pages})
    reference, *others = pages.values()
    changed = {(one.key, one.language): one.moved
               for one in standings(texts(library.pages), library.records, tuple(pages)) if one.state is State.BEHIND}
    for other in others:
        for name in sorted(reference.keys() & other.keys()):
            both = {page.language: page for page in (reference[name], other[name])}
            edited = {section: both[moved].path for ((on, section), late), moved in changed.items()
                      if on == name and {late, moved} == both.keys()}
            yield from check_parity(skeleton(reference[name]), skeleton(other[name]), edited)


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


def check_parity(reference: Skeleton, other: Skeleton, edited: Mapping[str, str] = NOTHING) -> list[Finding]:
    """Compare one page with its counterpart in the first language.

    edited  by section, the path of the one of them that alone has changed
    """
    findings = _headings(reference, other)
    there = {section.id: section for section in other.sections}
    for section in reference.sections:
        same = there.get(section.id)
        if same is not None and section.id not in reference.unread | other.unread:
            findings += _items(reference.path, section, other.path, same, edited.get(section.id) == other.path)
            findings += _items(other.path, same, reference.path, section, edited.get(section.id) == reference.path)
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
    for left, right in zip(reference.sections, other.sections, strict=False):
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


def _items(path: str, section: Section, other_path: str, other: Section, lost: bool) -> list[Finding]:
    """Name what a section holds more often than its counterpart: the last ones, where they stand or were lost."""
    surplus = Counter((item.kind, item.key) for item in section.items)
    surplus.subtract((item.kind, item.key) for item in other.items)
    findings = []
    for item in sorted(section.items, key=lambda item: (item.line, item.column), reverse=True):
        identity = (item.kind, item.key)
        if surplus[identity] <= 0:
            continue
        surplus[identity] -= 1
        what, stands = KINDS.get(item.kind, (item.kind, "stands"))
        what = f"{what} {item.shown or item.key}"
        place = f"section #{section.id}" if section.id else "before the first heading"
        found = (path, item.line, item.column, f"{what} {stands} here ({place}) and not in {other_path}:{other.line}")
        if lost:
            found = (other_path, other.line, 1,
                     f"{what} is missing here ({place}): {path}:{item.line}:{item.column} has it")
        findings.append(Finding(*found, "all languages hold the same values, claims, blocks, links and code"))
    return findings
