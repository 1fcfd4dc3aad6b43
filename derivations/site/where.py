"""Where a page's numbers come from, published once: as data that the page asks for when one of them is opened, and as
a plain page, for print and for readers without scripts. Neither stands in the navigation or in the search.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup
from mkdocs.structure.files import File
from mkdocs.utils import get_relative_url

from derivations.blocks.template import as_data, fill

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


def data(origins: Sequence[Mapping[str, Any]], asides: Sequence[Mapping[str, Any]], words: Mapping[str, str]) -> str:
    """Write the data: for each number what its box says, and what can be copied of it; and what is set aside.

    Of both the HTML is typeset.
    """
    return as_data({"words": words, "entries": {
        one["key"]: {key: one[key] for key in ("exact", "sympy", "python", "html")}
        for one in origins}, "asides": {one["key"]: one["html"] for one in asides if not one["own"]}})


def page(origins: Sequence[Mapping[str, Any]], html: str, *, asides: Sequence[Mapping[str, Any]], **fields: Any) -> str:
    """Write the plain page. An entry leads back to where its number stands first in the page's HTML as a link."""
    there = {int(number) for number in _ANCHOR.findall(html)}
    entries = [{"key": one["key"], "html": Markup(one["html"]),
                "at": next((number for number in one["prints"] if number in there), None)} for one in origins]
    shown = [{**one, "html": Markup(one["html"]), "at": one["key"].rpartition("-")[0]} for one in asides]
    return fill(Path(__file__).with_name("where.html"), {**fields, "entries": entries, "asides": shown})
