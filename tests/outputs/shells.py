"""What a reader sees of a page, whichever site builder made it: the words of its article, without the builder's own."""

import re
from html.parser import HTMLParser
from pathlib import Path

VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}
BESIDE = {"headerlink", "md-content__button", "md-source-file", "md-feedback", "md-code__nav"}
"""What the builders put into an article: ways to headings, buttons, dates."""


class _Article(HTMLParser):
    """Keeps the text of the article: that of pictures too, and not what a builder adds."""

    def __init__(self):
        super().__init__()
        self.words, self._inside, self._away = [], False, 0

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self._inside |= tag == "article"
        if self._away or (self._inside and (BESIDE & set((found.get("class") or "").split()) or tag in {"script", "style"})):
            self._away += tag not in VOID
        elif self._inside and tag == "img":
            self.words.append(f" {found.get('alt', '')} ")
        elif tag not in {"a", "b", "em", "i", "q", "span", "strong", "sub", "sup"}:
            self.words.append(" ")

    def handle_endtag(self, tag):
        if self._away:
            self._away -= tag not in VOID
        if tag == "article":
            self._inside = False

    def handle_data(self, data):
        if self._inside and not self._away:
            self.words.append(data)


def text(html: str) -> str:
    """Give the words of a page, one space between any two."""
    article = _Article()
    article.feed(html)
    return re.sub(r"\s+", " ", "".join(article.words)).strip()


def texts(site: Path) -> dict[str, str]:
    """Give the words of every page of a site."""
    return {path.relative_to(site).as_posix(): text(path.read_text(encoding="utf-8"))
            for path in sorted(site.rglob("*.html")) if path.name != "404.html"}
