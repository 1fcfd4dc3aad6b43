"""What a browser would run of the HTML that an author's text becomes: a text is shown, and nothing in it runs.

What browsers may read otherwise than the parser here does (some elements hold text alone to them) is taken to run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser

_ELEMENTS = frozenset({
    "script", "iframe", "frame", "frameset", "fencedframe", "object", "embed", "applet", "portal", "svg", "math",
    "base", "link", "meta", "style", "template",
    "title", "textarea", "xmp", "noembed", "noframes", "noscript", "plaintext",
})
"""What runs, brings what runs, or changes how what follows is read."""
_LINKS = frozenset({"href", "xlink:href", "src", "action", "formaction", "data"})
_SCHEME = re.compile(r"(?:javascript|vbscript|data):", re.IGNORECASE)
UNSEEN = re.compile(r"[\x00-\x20]+")
"""What browsers leave out of a link's scheme."""


def of_link(target: str, element: str = "a") -> str:
    """Say by which scheme a link runs something; "" for a link that leads somewhere."""
    scheme = _SCHEME.match(UNSEEN.sub("", target))
    return "" if scheme is None or (element == "img" and scheme[0].lower() == "data:") else scheme[0].lower()


def of_tag(element: str, attributes: Iterable[tuple[str, str | None]]) -> str:
    """Say what of a tag runs, as its author wrote it; "" for nothing."""
    if element in _ELEMENTS:
        return f"<{element}"
    for name, value in attributes:
        if re.match("on[a-z]", name):
            return name
        if name in _LINKS and (scheme := of_link(value or "", element)):
            return scheme
    return ""


class Tags(HTMLParser):
    """Reads HTML no later than browsers do: what begins with `<!` ends at the first bracket, and any of it is read."""

    rest = ""
    """What stands in a tag that is never closed."""

    def parse_html_declaration(self, i: int) -> int:
        return self.rawdata.find(">", i) + 1 or -1

    def parse_comment(self, i: int, report: bool = True) -> int:
        return self.parse_html_declaration(i)

    def close(self) -> None:
        """Read a tag that the text never closes: what comes behind the text will, inside a quotation or not."""
        self.rest = self.rawdata
        for end in (">", '">', "'>") if "<" in self.rest else ():
            self.rawdata = ""
            self.feed(self.rest + end)
        super().close()


class Running(Tags):
    """Finds what runs in a text that is shown as it stands: `found` are the offsets of tags, and what of each."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self._text, self._lines = text, [0, *(one.end() for one in re.finditer("\n", text))]
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if what := of_tag(tag, attrs):
            line, column = self.getpos()
            at = len(self._text) - len(self.rest) if self.rest else self._lines[line - 1] + column
            self.found.append((at, what))
