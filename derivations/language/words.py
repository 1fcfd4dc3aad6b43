"""The words of the interface, in both languages: captions, buttons, headings of generated blocks."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from derivations.language.profile import LANGUAGES, data
from derivations.nearest import nearest

_BLANK = re.compile(r"\{(\w+)\}")


class WordError(LookupError):
    """An interface word is missing, or was asked for with the wrong blanks to fill."""


@cache
def interface_words() -> Mapping[str, Mapping[str, str]]:
    """Give every interface word: key (`table.download`) → language → text.

    Raises `WordError` where a language is missing or the languages don't have the same blanks.
    """
    return parse(data("words.toml"))


def parse(text: str) -> Mapping[str, Mapping[str, str]]:
    """Read words in the format of `words.toml`."""
    words = dict(_entries(tomllib.loads(text), ""))
    for key, texts in words.items():
        if set(texts) != set(LANGUAGES):
            raise WordError(f"words.toml: {key} must have a text for each of {', '.join(LANGUAGES)}")
        if len({frozenset(_BLANK.findall(text)) for text in texts.values()}) > 1:
            raise WordError(f"words.toml: the texts of {key} don't have the same blanks")
    return words


def _entries(table: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    for name, entry in table.items():
        key = f"{path}.{name}" if path else name
        if isinstance(entry, dict) and any(isinstance(part, dict) for part in entry.values()):
            yield from _entries(entry, key)
        elif isinstance(entry, dict):
            yield key, entry
        else:
            raise WordError(f"words.toml: {key} must be a table with a text for each language")


def word(key: str, code: str, fill: Mapping[str, str]) -> str:
    """Give the interface word with its blanks filled. Raises `WordError`, naming the nearest key."""
    words = interface_words()
    if key not in words:
        raise WordError(f"words.toml has no word {key!r}{nearest(key, words)}")
    text = words[key][code]
    blanks = set(_BLANK.findall(text))
    if blanks != set(fill):
        raise WordError(f"words.toml: {key} has the blanks {sorted(blanks)}, not {sorted(fill)}")
    return _BLANK.sub(lambda match: fill[match[1]], text)
