"""Where a page's numbers come from, published once: as data that the page asks for when one of them is opened, and as
a plain page, for print and for readers without scripts. Neither stands in the navigation or in the search.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File
from mkdocs.structure.pages import Page
from mkdocs.utils import get_relative_url

from derivations.blocks.template import as_data, fill
from derivations.book import Book
from derivations.site import built
from derivations.site.edition import Edition
from derivations.text.where import WHERE_WORDS

FOLDER = "where"
_ANCHOR = re.compile(r'<a class="lv" id="n-(\d+)"')


@dataclass(frozen=True)
class Place:
    """Where the two are in the site: the plain page's file, its address, and the file of the data."""

    page: str
    url: str
    data: str


def place_of(file: File, prefix: str, *, directories: bool) -> Place:
    """Give the place of what belongs to a page; `prefix` is the folder of the language ("es/")."""
    name = re.sub(r"(?:(?<=.)/index)?\.html$", "", file.dest_uri.removeprefix(prefix))
    own = f"{prefix}{FOLDER}/{name}"
    return Place(f"{own}/index.html", f"{own}/", f"{own}.js") if directories else \
        Place(f"{own}.html", f"{own}.html", f"{own}.js")


def way(file: File, prefix: str, *, directories: bool) -> str:
    """Give the way from a page to the plain page that belongs to it."""
    return get_relative_url(place_of(file, prefix, directories=directories).url, file.url)


@dataclass(frozen=True)
class Beside:
    """What is published beside a page: in which files, and all that they are made of, save the book.

    linked  the numbers of the values that stand on the page as links
    told    what of the page they name: its language, its title, the ways to it and to the site's root, the site's icon
    """

    src: str
    files: tuple[str, str]
    linked: list[int]
    told: Mapping[str, Any]

    def is_made(self, edition: Edition) -> bool:
        """Say whether it was made before."""
        return edition.has_beside(self.src, self._question)

    def texts(self, edition: Edition, typeset: Callable[[str], str]) -> list[str]:
        """Write the plain page, and the data; nothing for a page without values and without what is set aside."""
        def made(book: Book) -> list[str]:
            said = {**self.told, "words": edition.spoken(self.told["language"])["words"]}
            return published(book, self.src, self.linked, typeset, said)

        return edition.beside(self.src, made, self._question)

    @property
    def _question(self) -> str:
        return json.dumps([self.linked, self.told])


def beside(page: Page, html: str, config: MkDocsConfig) -> Beside:
    """Say what there is to publish beside a page, as the settings stand now: later they are another language's."""
    place = place_of(page.file, built.prefix(config), directories=config.use_directory_urls)
    return Beside(page.file.src_uri, (place.page, place.data), linked(html), {
        "language": built.language(config), "title": str(page.meta.get("title") or page.title),
        "page": get_relative_url(page.url, place.url), "root": "../" * place.url.count("/"),
        "icon": config.theme.get("favicon")})


def linked(html: str) -> list[int]:
    """Give the numbers of the values that stand in a page's HTML as links, in order."""
    return sorted({int(number) for number in _ANCHOR.findall(html)})


def published(book: Book, src: str, linked: Sequence[int], typeset: Callable[[str], str], said: Mapping[str, Any]
              ) -> list[str]:
    """Write the plain page and the data: for each number what its box says, and what can be copied; what is set aside.

    An entry of the plain page leads back to where its number stands first on the page as a link, if anywhere.

    linked   the numbers of the values that stand on the page as links
    typeset  typesets the formulas in a piece of HTML
    said     what the plain page says beside its entries, the interface's `words` among it: see `where.html`
    """
    origins, asides = book.where(src), book.press.asides(book.pages[src])
    if not origins and not asides:
        return []
    entries = [(one, Markup(typeset(one.html))) for one in origins]
    shown = [(one, Markup(typeset(one.html))) for one in asides]
    first = {one.key: next((number for number in one.prints if number in linked), None) for one in origins}
    page = fill(Path(__file__).with_name("where.html"), {**said, "entries": entries, "first": first, "asides": shown})
    data = {
        "words": {key: said["words"][f"values.{key}"] for key in WHERE_WORDS},
        "entries": {one.key: {"exact": one.exact, "sympy": one.sympy, "python": one.python, "html": html}
                    for one, html in entries},
        "asides": {one.key: html for one, html in shown if not one.own},
        "opened": book.press.opened(book.pages[src]),
    }
    return [page, as_data(data)]
