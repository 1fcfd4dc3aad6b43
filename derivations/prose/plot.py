"""The block that draws: a figure from exact values, its finding in words, and its data as a table and as files."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from derivations.language import Language

if TYPE_CHECKING:
    from derivations.prose.book import Book


def plot_html(book: Book, name: str, language: Language) -> str:
    """Write a figure."""
    title = book.words[language.code].html(f"plot.{name}.title", book.names)
    return f'<figure class="plot" id="p-{escape(name)}"><figcaption>{title}</figcaption></figure>'
