"""What would run in a reader's browser: pages, front matter, words, tables and the configuration's texts only show."""

from __future__ import annotations

from collections.abc import Iterator

from derivations.check.links import links
from derivations.check.skeleton import CODE_BLOCK
from derivations.library import Library
from derivations.text.finding import Finding
from derivations.text.page import Page
from derivations.text.running import Running, of_link
from derivations.text.text import Text

_IN_ATTRIBUTES = ("site_name", "toggle")
"""What themes write into attributes as it stands."""


def check(library: Library) -> Iterator[Finding]:
    """Demand that nothing runs."""
    yield from library.not_passed("running", _running)


def dangerous(library: Library) -> bool:
    """Whether something would run: a server that shows pages with faults shows none of them then."""
    return any("running" not in text.passed for text in library.read())


def _running(text: Text) -> Iterator[Finding]:
    if isinstance(text, Page):
        found = text.printed.runs
        for segment in text.scan.segments:
            if (at := segment.content.find("<![")) >= 0 and not segment.content.lstrip(" \t>").startswith(CODE_BLOCK):
                yield text.finding(segment.inner + at, "MkDocs can't read <![ in a page", "show it in a block of code")
    else:
        found = [*Running(text.source).found]
        found += [(link.start, scheme) for link in links(text.source) if (scheme := of_link(link.target))]
    for at, what in found:
        yield text.finding(at, f"a browser would run this: {what}",
                           "a text is shown, nothing in it runs: write a block, or a script of the site's")
    if text.key in _IN_ATTRIBUTES and (sign := next((sign for sign in '"<>' if sign in text.source), "")):
        yield text.finding(text.source.index(sign), f"{text.key} can't hold {sign}",
                           "themes write it into attributes: use other quotes")
