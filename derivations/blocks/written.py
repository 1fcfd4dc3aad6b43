"""The frame of a table that an author wrote in Markdown: it sorts and copies there, as a derived one does."""

from __future__ import annotations

import re

from markupsafe import Markup

from derivations.blocks.table import acting
from derivations.blocks.template import TEMPLATES, fill
from derivations.language import Language

_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)


def framed(html: str, language: Language) -> str:
    """Put a frame around each table of a page's Markdown; `html` holds no block yet, only their marks."""
    words = acting(language)
    return _TABLE.sub(
        lambda found: fill(TEMPLATES / "written.html", {"acting": words, "table": Markup(found[0])}), html)


def has_table(markdown: str) -> bool:
    """Whether a page's Markdown may hold a table: a line of dashes and bars under a heading."""
    return re.search(r"^[ >]*\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)+\|?[ ]*$", markdown, re.MULTILINE) is not None
