"""Headings without an id: which one Markdown would make by itself, to which links may lead already."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from itertools import zip_longest

from markdown.extensions.toc import slugify, unique

from derivations.check.customs import Custom
from derivations.library import Library
from derivations.text.marks import OPEN
from derivations.text.page import Page

_LINE = re.compile(r"[ \t>]*#{1,6}[ \t]+(?:(?:[^\n]*[ \t])?(?P<list>\{:?[ \t]*)[^\n{}]+\}"
                   r"|(?:[^\n{}]|\{[^\n{}]*\})*(?<=(?P<end>[^\n#\s\\])))[ \t]*$", re.MULTILINE)
"""A heading on one line, also in a box: the beginning of its list of attributes, or its last character."""


def slugs(page: Page) -> dict[int, str]:
    """Give the ids that Markdown makes of headings without one, and without values, by where their lines begin."""
    used, found = {heading.id for heading in page.headings}, {}
    toc = page.extensions.configs.get("toc", {})
    make = made if callable(made := toc.get("slugify")) else slugify
    for heading, seen in zip(page.headings, page.printed.headings, strict=True):
        if not heading.id and OPEN not in seen.words and (slug := make(seen.words, toc.get("separator", "-"))):
            found[heading.start] = unique(slug, used)
    return found


def awaited(library: Library, page: Page) -> Set[str]:
    """Give the ids that its headings will have: a link to one of them has no fault but the heading's."""
    if all(heading.id for heading in page.headings):
        return frozenset()
    return {id_ for other in library.pages.values() if other.name == page.name
            for id_ in (*slugs(other).values(), *(heading.id for heading in other.headings))}


def missing(library: Library) -> Mapping[str, list[Custom]]:
    """Give the ids to be written, by the pages' src: those of the first language, and the same in its counterparts."""
    return {src: list(_written(library, page)) for src, page in library.pages.items()}


def _written(library: Library, page: Page) -> Iterator[Custom]:
    """Give the ids that go behind a page's headings, if these are those of the first language, one by one."""
    first = library.pages.get(f"{next(iter(library.languages))}/{page.name}", page)
    made = slugs(first)
    ids = [heading.id or (made.get(heading.start, "") if _LINE.match(first.source, heading.start) else "")
           for heading in first.headings]
    own = [(heading.level, heading.id or id_) for heading, id_ in zip_longest(page.headings, ids) if heading]
    theirs = [(heading.level, id_) for heading, id_ in zip(first.headings, ids, strict=True)]
    for heading, id_ in zip(page.headings, ids, strict=False) if own == theirs else ():
        if not heading.id and id_ and "attr_list" in page.extensions.names and (
                line := _LINE.match(page.source, heading.start)):
            start, end = line.span("list" if line["list"] else "end")
            yield Custom(start, end, "", replacement=f"{line['list']}#{id_} " if line["list"] else
                         f"{line['end']} {{#{id_}}}")
