"""A block's HTML as it stands without us: what needs our scripts is left out, and a drawing becomes a picture file.

What is left is HTML that any site builder passes on as it is, for it is written so that Markdown finds nothing in it.
"""

from __future__ import annotations

import re
from html import escape, unescape
from html.parser import HTMLParser

_DROPPED = frozenset({"script", "form", "template"})
_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})
_DATA = re.compile(r'\s(?:data-[\w-]+|tabindex|download|hidden)(?:="[^"]*")?(?=[\s/>])')
_MEANT = re.compile(r"[\\`*_\[\]{}|~^$\n]")
_PICTURE = re.compile(r'<div class="drawing"[^>]*>.*?</div>(?=<figcaption>)', re.DOTALL)
_TITLE, _DESCRIBED = re.compile(r"<title[^>]*>(.*?)</title>"), re.compile(r"<desc[^>]*>(.*?)</desc>")
_FILE = re.compile(r'href="([^"]*\.svg)"')
_FIGURE = re.compile(r'<figure class="plot".*?</figure>', re.DOTALL)


class _Still(HTMLParser):
    """Writes HTML anew without what needs a script, and every sign that Markdown could take for its own as a code."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.out: list[str] = []
        self._away = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write a tag without data for scripts."""
        if tag in _DROPPED or self._away:
            self._away += tag not in _VOID
            return
        self.out.append(_DATA.sub("", self.get_starttag_text() or ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write a tag that closes itself."""
        if not self._away and tag not in _DROPPED:
            self.out.append(_DATA.sub("", self.get_starttag_text() or ""))

    def handle_endtag(self, tag: str) -> None:
        """Write the end of an element, unless it is left out."""
        if self._away:
            self._away -= tag not in _VOID
        else:
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Write text."""
        if not self._away:
            self.out.append(_MEANT.sub(lambda found: f"&#{ord(found[0])};", data))

    def handle_entityref(self, name: str) -> None:
        """Write a named character as it is."""
        self._put(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Write a numbered character as it is."""
        self._put(f"&#{name};")

    def _put(self, text: str) -> None:
        if not self._away:
            self.out.append(text)


def still(html: str, root: str = "") -> str:
    """Give a piece of HTML on one line; `root` leads from its page to the folder of the data."""
    writer = _Still()
    writer.feed(_FIGURE.sub(lambda figure: _pictured(figure[0]), html))
    writer.close()
    return "".join(writer.out).replace("{site-root}", root)


def _pictured(figure: str) -> str:
    """Put a figure's file in the place of its drawings, which need our stylesheet."""
    file, title, described = (found.search(figure) for found in (_FILE, _TITLE, _DESCRIBED))
    if not (file and title and described):
        return figure
    says = escape(f"{unescape(title[1])}. {unescape(described[1])}")
    return _PICTURE.sub(lambda _: f'<p><img src="{file[1]}" alt="{says}"></p>', figure)
