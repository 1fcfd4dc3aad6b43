"""What the search needn't read, kept aside while it reads a page: lists of values, drawings, keys to drills.

Material parses a whole page to leave out what is marked `data-search-exclude`; a list of sixty values takes it longer
than everything else on the page. So those elements are taken out before it reads, and put back before the page is
written. In an element's place the search finds its `data-search`: a few words that stand for it.

Material also drops the tags between a table's cells, and nothing is left that keeps 768 and 12 from being 76812; so a
space, which browsers don't show there, goes before each cell.
"""

from __future__ import annotations

import re

_MARKED = re.compile(r"<(?P<tag>[a-z]+)\b[^>]*\sdata-search-exclude\b[^>]*>")
_SAID = re.compile(r'\sdata-search="([^"]*)"')
_CELL = re.compile(r"(?=<(?:caption|t[dh])\b)")
_PLACE = re.compile(r"<!--aside (\d+)-->(?:<p>[^<]*</p>)?")


def take(html: str) -> tuple[str, list[str]]:
    """Give a page without what the search shall not read and with its cells apart, and what was taken out, in order."""
    out, taken, at = [], list[str](), 0
    while found := _MARKED.search(html, at):
        end = _end(html, found)
        said = _SAID.search(found.group())
        out += [html[at : found.start()], f"<!--aside {len(taken)}-->", f"<p>{said[1]}</p>" if said else ""]
        taken.append(_SAID.sub("", found.group(), count=1) + html[found.end() : end])
        at = end
    return _CELL.sub(" ", "".join([*out, html[at:]])), taken


def put_back(html: str, taken: list[str]) -> str:
    """Put everything back in its place."""
    return _PLACE.sub(lambda found: taken[int(found[1])] if int(found[1]) < len(taken) else found.group(), html)


def _end(html: str, opened: re.Match[str]) -> int:
    """Give where an element ends; the end of the page where it is never closed."""
    depth = 1
    for tag in re.compile(rf"<(/?){opened['tag']}\b").finditer(html, opened.end()):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return html.index(">", tag.end()) + 1
    return len(html)
