"""What Markdown would print by itself: notes as they stand, lists numbered anew, keywords for the titles of boxes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivations.library import Library
from derivations.nearest import nearest
from derivations.text.boxes import title, untitled
from derivations.text.finding import Finding
from derivations.text.page import Page

_NOTE = re.compile(r"(?P<begins>^[ \t>]*)?(?<!\\)\[\^(?P<name>[^\]\n]+)\](?P<defines>:)?", re.MULTILINE)


def check(library: Library) -> Iterator[Finding]:
    """Demand notes called and defined once each, lists that count from one, and a title for every box."""
    for page in library.pages.values():
        yield from _notes(page)
        for kind, at, _ in untitled(page.readable):
            if not title(kind, library.languages[page.language]):
                yield page.finding(at, f"the box has no title, and no word stands for ‘{kind}’",
                                   "write a title in quotes behind it")
        for at in page.printed.renumbered:
            yield page.finding(at, "Markdown prints this list from 1 on",
                               "begin it by 1, or write a sentence for each item")


def _notes(page: Page) -> Iterator[Finding]:
    called: dict[str, int] = {}
    defined: dict[str, int] = {}
    for found in _NOTE.finditer(page.prose) if "[^" in page.prose else ():
        name, at = found["name"], found.end("begins") if found["begins"] else found.start()
        if found["begins"] is not None and found["defines"]:
            if name in defined:
                yield page.finding(at, f"the note ^{name} is defined twice: only the last is printed")
            defined[name] = at
        else:
            called.setdefault(name, at)
    for name, at in called.items():
        if name not in defined:
            yield page.finding(at, f"the note ^{name} has no text{nearest(name, defined)}",
                               f"write it on a line of its own: [^{name}]: …")
    for name, at in defined.items():
        if name not in called:
            yield page.finding(at, f"nothing on this page calls the note ^{name}",
                               f"put [^{name}] where it belongs, or take it out")
