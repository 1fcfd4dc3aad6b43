"""The words of the interface: captions, buttons, headings of generated blocks, and what the frame of a page says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from derivations.language import pack
from derivations.nearest import nearest

_BLANK = re.compile(r"\{(\w+)\}")
_ANY_BLANK = re.compile(r"\{\w+\}|\[\w+\]")


class WordError(LookupError):
    """An interface word is missing, or was asked for with the wrong blanks to fill."""


@pack.remembered
def interface_words(code: str) -> Mapping[str, str]:
    """Give every interface word of a language: key (`table.download`) → text."""
    return dict(_entries(pack.table(code, "words"), f"packs/{code}/words.toml"))


def words_of(group: str, code: str) -> Mapping[str, str]:
    """Give the interface words of a group, by their names in it."""
    found: Mapping[str, str] = pack.table(code, "words")[group]
    return found


def _entries(table: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
    for group, entries in table.items():
        if not isinstance(entries, Mapping):
            raise WordError(f"{place}: {group} must be a table of words")
        for name, text in entries.items():
            if not isinstance(text, str) or not text.strip():
                raise WordError(f"{place}: {group}.{name} must be a text")
            yield f"{group}.{name}", text


def compare(code: str, reference: str) -> list[str]:
    """Say where a language's pack isn't of the shape that all have, or a word has other blanks than the reference."""
    if faults := pack.compare(code):
        return faults
    mine, theirs = interface_words(code), interface_words(reference)
    faults = []
    for key in sorted(mine.keys() & theirs.keys()):
        these, those = (" ".join(sorted(set(_ANY_BLANK.findall(text)))) or "none" for text in (mine[key], theirs[key]))
        if these != those:
            faults.append(f"packs/{code}/words.toml: the word {key} has other blanks than in {reference}: "
                          f"{these}, not {those}")
    return faults


def word(key: str, code: str, fill: Mapping[str, str]) -> str:
    """Give the interface word with its blanks filled. Raises `WordError`, naming the nearest key."""
    words = interface_words(code)
    if key not in words:
        raise WordError(f"packs/{code}/words.toml has no word {key!r}{nearest(key, words)}")
    text = words[key]
    blanks = set(_BLANK.findall(text))
    if blanks != set(fill):
        raise WordError(f"packs/{code}/words.toml: {key} has the blanks {sorted(blanks)}, not {sorted(fill)}")
    if " | " in text and "number" in fill:                 # as a noun has it: for 1, for any other number
        text = text.split(" | ")[fill["number"] != "1"]    # without a number here, the browser chooses
    return _BLANK.sub(lambda match: fill[match[1]], text)
