"""The block that reckons for the reader's own model: the result for its default, and the data of the browser's part."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from derivations.language import Language

if TYPE_CHECKING:
    from derivations.prose.book import Book


def calculator_html(book: Book, name: str, language: Language) -> str:
    """Write the calculator with the answer for its default inputs."""
    heading = escape(language.word("calculator.heading"))
    return f'<section class="calculator" id="calculator" aria-label="{heading}"></section>'
