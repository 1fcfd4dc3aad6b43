"""How a value enters a page, and what is checked before a page goes out. Works without MkDocs."""

from derivations.prose.book import Book
from derivations.prose.finding import Finding
from derivations.prose.marks import Rendered

__all__ = ["Book", "Finding", "Rendered"]
