"""The frame of a table that an author wrote in Markdown: it sorts and copies there, as a derived one does."""

from __future__ import annotations

import re

from markupsafe import Markup

from derivations.blocks.table import acting
from derivations.blocks.template import TEMPLATES, fill
from derivations.language import Language

_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_HEAD = re.compile(r"(<th\b[^>]*>)(?!\s*</th>)(.*?)(</th>)")
"""A heading: what it says is a box of its own, in whose place a button comes that takes no more room."""
_WORDY = 120
"""Characters a row, tags and all put aside, from which a table fills the page whatever its columns are."""


def framed(html: str, language: Language) -> str:
    """Put a frame around each table of a page's Markdown; `html` holds no block yet, only their marks."""
    words = acting(language)

    def one(found: re.Match[str]) -> str:
        table = _HEAD.sub(r"\1<span>\2</span>\3", found[0])
        return fill(TEMPLATES / "written.html", {"acting": words, "table": Markup(table), "wordy": _wordy(table)})

    return _TABLE.sub(one, html)


def _wordy(table: str) -> bool:
    """Whether a table is sentences in columns: these are of equal width, so that none moves as later rows come."""
    return len(Markup(table).striptags()) > _WORDY * table.count("<tr>")


def has_table(markdown: str) -> bool:
    """Whether a page's Markdown may hold a table: a line of dashes and bars under a heading."""
    return re.search(r"^[ >]*\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)+\|?[ ]*$", markdown, re.MULTILINE) is not None
