"""The few words that the frame around the pages says, in the language of the page."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def words(language: str) -> Mapping[str, str]:
    """Texts by key ("missing.title"); a language that `words.toml` doesn't know reads English."""
    table = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
    return {
        f"{group}.{name}": texts.get(language, texts["en"])
        for group, entries in table.items()
        for name, texts in entries.items()
    }
