"""The few words that the frame around the pages says, in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping

from derivations.language.pack import known
from derivations.language.words import interface_words


def words(language: str, reference: str) -> Mapping[str, str]:
    """Texts by key ("missing.title"); a language that has no pack reads the reference."""
    return interface_words(language if language in known() else reference)
