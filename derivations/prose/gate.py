"""The gate: every check that a book must pass, in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivations.exact import Value
from derivations.language import Language
from derivations.prose.claims import Verdict
from derivations.prose.finding import Finding
from derivations.prose.page import Claim, Page

if TYPE_CHECKING:
    from derivations.prose.book import Book


def numeral_agrees(page: Page, claim: Claim, value: Value, verdict: Verdict, language: Language) -> None:
    """Check `about(x)`: the one numeral in the claim's words agrees with x to its own digits."""


def check(book: Book) -> list[Finding]:
    """Give every fault that no single page can know of."""
    return []
