"""A block's HTML as Markdown, for whoever reads text: tables as tables, lists as lists, what folds laid open."""

from __future__ import annotations

import re
from html import unescape

_DROPPED = frozenset({"script", "form", "template", "svg", "style"})
_APART = frozenset({"p", "div", "ul", "ol", "table", "section", "details", "summary", "figure", "figcaption", "caption",
                    "aside", "thead", "tbody"})
_ITEM = "\n- "
_DRAWN = re.compile(r"<desc[^>]*>(.*?)</desc>")
PIECE = re.compile(r"""<!--.*?-->|<(?P<end>/?)(?P<tag>[A-Za-z][\w-]*)(?:[^<>"']|"[^"]*"|'[^']*')*>"""
                   r"|(?P<text>[^<]+|<)", re.DOTALL)
"""A comment, a tag, or text."""


class _Reading:
    """Writes the text of HTML with the signs that Markdown has for its shape."""

    def __init__(self, html: str) -> None:
        self.out: list[str] = []
        self._away, self._row, self._headed = 0, 0, False
        for piece in PIECE.finditer(html):
            if piece["text"] and not self._away:
                text = unescape(piece["text"])
                if self._begins_item() and not text.strip():
                    continue
                self.out.append(text.replace("|", "\\|") if self._row else text)
            elif piece["tag"]:
                (self._end if piece["end"] else self._begin)(piece["tag"].lower())

    def _begin(self, tag: str) -> None:
        if self._away or tag in _DROPPED:
            self._away += tag in _DROPPED
        elif tag in {"td", "th"}:
            self._row += 1
            self.out.append("| ")
        elif tag == "tr":
            self._row = 0
            self.out.append("\n")
        elif tag == "li":
            self.out.append(_ITEM)
        elif tag == "table":
            self._headed = False
        elif tag in {"b", "strong", "summary"}:
            self.out.append("\n\n**" if tag == "summary" and not self._begins_item() else "**")
        elif tag == "code":
            self.out.append("`")
        elif tag == "br":
            self.out.append(" ")
        elif tag in _APART and not self._row and not self._begins_item():
            self.out.append("\n\n" if tag != "p" else "\n")

    def _begins_item(self) -> bool:
        """Whether the sign of an item was written last: what comes now stands in its line."""
        return bool(self.out) and self.out[-1] == _ITEM

    def _end(self, tag: str) -> None:
        if self._away:
            self._away -= tag in _DROPPED
        elif tag in {"td", "th"}:
            self.out.append(" ")
        elif tag == "tr":
            self.out.append("|" if self._headed else "|\n" + "|---" * self._row + "|")
            self._row, self._headed = 0, True
        elif tag in {"b", "strong", "summary"}:
            self.out.append("**\n" if tag == "summary" else "**")
        elif tag == "code":
            self.out.append("`")
        elif tag in _APART and not self._row:
            self.out.append("\n")


def read(html: str) -> str:
    """Give a piece of HTML as Markdown; a drawing is told by its description."""
    described = _DRAWN.search(html)
    text = re.sub(r"[ \t]*\n[ \t]*", "\n", "".join(_Reading(html).out))
    text = re.sub(r"\n{3,}", "\n\n", re.sub(r"(?<=\|)\n+(?=\|)", "\n", text)).strip()
    return f"{described[1]}\n\n{text}" if described else text
