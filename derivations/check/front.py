"""The front matter that a theme and its plugins take as it is: of another kind than they know, it ends a build."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from derivations.library import Library
from derivations.nearest import closest
from derivations.text.finding import Finding

_TEXTS = ("title", "description", "author", "status")
_OURS = {"title", "description", "literals"}
_LISTS = ("hide", "tags")
_FILE = re.compile(r"(?!/|.{200})(?:(?!\.\.)[\w.-]+/?)+")


def check(library: Library) -> Iterator[Finding]:
    """Demand of each page what themes can take."""
    for page in library.pages.values():
        for key, message in misshapen(page.meta, library.themed):
            at = re.search(rf"^{re.escape(str(key))}[ \t]*:", page.yaml, re.MULTILINE)
            yield Finding(page.path, page.yaml.count("\n", 0, at.start()) + 2 if at else 2, 1, message)


def misshapen(meta: Mapping[str, Any], themed: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """Give each entry that no theme can take, and why."""
    for key in meta.keys() - _OURS:
        if meant := closest(str(key), _OURS - meta.keys(), 0.8):
            yield key, f"'{key}' means nothing in front matter; nearest: {meant}"
    for key in _TEXTS:
        if not isinstance(meta.get(key, ""), str | int | float | date | None):
            yield key, f"{key} is a text"
    for key in _LISTS:
        found = meta.get(key) or []
        if not isinstance(found, list) or not all(isinstance(one, str | int | float) for one in found):
            yield key, f"{key} is a list of texts"
    search = meta.get("search") or {}
    boost = search.get("boost", 1) if isinstance(search, dict) else None
    if not isinstance(boost, int | float) or not 0 < boost < 1000:
        yield "search", "search holds `exclude: true`, or a `boost` above 0"
    for key, path in (("template", "{}"), ("icon", ".icons/{}.svg")):
        name = meta.get(key)
        if key in meta and not (isinstance(name, str) and _FILE.fullmatch(name) and themed(path.format(name))):
            yield key, f"the theme has no {key} of this name"
