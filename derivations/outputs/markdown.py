"""A page as plain Markdown: every value, formula and block written out, nothing left that only we understand."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import yaml

from derivations.book import Book
from derivations.outputs.still import still
from derivations.text.marks import CLOSE, OPEN, Part, in_attribute

Typeset = Callable[[str, bool], str]
"""Gives a formula, written in TeX, as a page shows it; the second argument says whether it stands by itself."""
Block = Callable[[str], str]
"""Gives a block's HTML, its formulas typeset, as a page shows it."""

_MARK = re.compile(f"(?P<tag><[^<>{OPEN}]*{OPEN}[^<>]*>)|{OPEN}(?P<mark>\\d+){CLOSE}(?P<point>[.)](?=\\s))?")
_TEX = re.compile(r'<(?P<tag>span|div) class="tex" data-tex="(?P<tex>[^"]*)"(?P<display> data-display)?>.*?</(?P=tag)>',
                  re.DOTALL)
_MEANT = re.compile(r"[\\`*_{}\[\]<>|~]")
_BARS = re.compile(r"^\|.*\\\|.*$", re.MULTILINE)
_CODE = re.compile(r"(?<!`)`([^`\n]*\\\|[^`\n]*)`(?!`)")
_SCRIPTED = re.compile(r"^(?:[^\n]+\n)+\{: \.scripted \}(?:\n+|\Z)", re.MULTILINE)
"""A paragraph that is true only where our scripts run."""
_LISTING = re.compile(r'<figure class="file" data-language="(?P<language>[\w+-]*)">\s*'
                      r"<figcaption>(?P<name>.*?)</figcaption>.*?<pre[^>]*>(?P<code>.*?)</pre>.*?</figure>", re.DOTALL)
"""A file of code, coloured: Markdown has a fence for it."""
_TAG = re.compile(r"<[^>]*>")
_TICKS = re.compile(r"`{3,}")
_VALUES = re.compile(r"\n## [^\n]*\{#where\}\n\n[^\n]*\n\Z")


class Plain:
    """Writes a book's pages as Markdown. What formulas and blocks look like is for the caller to say."""

    def __init__(self, book: Book, typeset: Typeset, block: Block = still) -> None:
        self.book, self.typeset, self.block = book, typeset, block

    def page(self, src: str, *, front: bool = True) -> str:
        """Give a page, with its front matter unless that isn't wanted."""
        rendered = self.book.render(src)
        body = self._written(_BARS.sub(_coded, _SCRIPTED.sub("", _VALUES.sub("\n", rendered.markdown))), rendered.parts)
        if behind := self.book.press.behind(self.book.pages[src]):
            body = f"{body.rstrip()}\n\n{self.block(self.formulas(behind))}\n"
        if not front or not rendered.meta:
            return body.lstrip("\n")
        return f"---\n{yaml.safe_dump(dict(rendered.meta), allow_unicode=True, sort_keys=False)}---\n{body}"

    def formulas(self, html: str) -> str:
        """Typeset the formulas that a piece of HTML holds as TeX."""
        return _TEX.sub(lambda found: self.typeset(unescape(found["tex"]), bool(found["display"])), html)

    def _written(self, markdown: str, parts: list[Part]) -> str:
        def one(found: re.Match[str]) -> str:
            if found["tag"]:
                return in_attribute(parts, found["tag"])
            part, point = parts[int(found["mark"])], found["point"] or ""
            first = not markdown[markdown.rfind("\n", 0, found.start()) + 1 : found.start()].strip()
            return self._part(part) + (f"\\{point}" if point and first and part.plain.isdigit() else point)

        return _MARK.sub(one, markdown)

    def _part(self, part: Part) -> str:
        if part.block or _TEX.search(part.unlinked or ""):
            if part.block and (listing := _LISTING.fullmatch(part.html.strip())):
                return _fenced(listing)
            html = self.formulas(part.unlinked or part.html)
            return self.block(html) if part.block and not part.unlinked else html
        if 'class="lv"' in part.html:
            return _signs(part.plain)
        return self.formulas(part.html)


def _coded(row: re.Match[str]) -> str:
    """Write code with a bar in it as HTML, in a row of a table: Markdown wants the bar escaped, and prints both."""
    return _CODE.sub(lambda code: "<code>" + _signs(code[1].replace("\\|", "|")) + "</code>", row[0])


def _fenced(listing: re.Match[str]) -> str:
    """Write a file of code as Markdown: its name, and a fence longer than any in it."""
    name, code = (unescape(_TAG.sub("", listing[part])).strip("\n") for part in ("name", "code"))
    fence = "`" * max([3, *(len(ticks) + 1 for ticks in _TICKS.findall(code))])
    return f"`{name}`\n\n{fence}{listing['language']}\n{code}\n{fence}"


def _signs(text: str) -> str:
    return _MEANT.sub(lambda sign: f"&#{ord(sign[0])};", text.replace("&", "&amp;"))
