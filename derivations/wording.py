"""A course's words, read from a folder: `en.toml`, and beside it `plots.en.toml`; each text knows its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from derivations.course import Course, source_pieces
from derivations.exact import ByModel, Formula
from derivations.places import Placed, Unreadable, read_toml

__all__ = ["read_words"]


def _flat(table: Mapping[str, Any], stem: str = "") -> Iterator[tuple[str, str]]:
    """Join the keys of nested tables with dots."""
    for key, entry in table.items():
        name = f"{stem}.{key}" if stem else key
        if isinstance(entry, Mapping):
            yield from _flat(entry, name)
        else:
            yield name, entry


def _patterns(texts: Mapping[str, str]) -> list[tuple[re.Pattern[str], str]]:
    """Read the patterns `each.…` of a language, with the words of each; a * is a stretch without a dot."""
    return [(re.compile(re.escape(key.removeprefix("each.")).replace(r"\*", r"([^.]+)")), text)
            for key, text in texts.items() if key.startswith("each.")]


def _for_each(patterns: Iterable[tuple[re.Pattern[str], str]], texts: Mapping[str, str], name: str) -> str | None:
    """Give the words of the pattern that fits a name, its holes filled; None where no pattern fits.

    `each.formula.memory.*.weight` fits `formula.memory.mixed.weight`; {1} is then `part.mixed` (or `symbol.mixed`), and
    {0} what the first * stands for, as it is.
    """
    for pattern, text in patterns:
        if found := pattern.fullmatch(name):
            caught = found.groups()
            known = [texts.get(f"part.{part}", texts.get(f"symbol.{part}")) for part in caught]
            if all(words is not None or f"{{{number}}}" not in text for number, words in enumerate(known, 1)):
                said = text
                for number, words in enumerate((caught[0] if caught else "", *known)):
                    said = said.replace(f"{{{number}}}", words or "")
                return text.saying(said) if isinstance(text, Placed) else said
    return None


def file_of(course: Course, code: str) -> str:
    """Name the file of a language's words, as findings do."""
    texts = course.words.get(code, {}).values()
    return next((text.source.path for text in texts if isinstance(text, Placed)), f"{course.name}/words/{code}.toml")


def place_of(course: Course, code: str, key: str) -> tuple[str, int, int]:
    """Give the place of a text of a language; the beginning of its file where there is none, or it has no place."""
    text = course.words.get(code, {}).get(key)
    return (text.source.path, *text.place) if isinstance(text, Placed) else (file_of(course, code), 1, 1)


def read_words(folder: Path, formulas: Mapping[str, Formula | ByModel]) -> dict[str, Mapping[str, str]]:
    """Read the words of a folder, by language; formulas and sources without words of their own take a pattern's.

    A file's name ends in its language. Findings name it by its path from the folder that holds the course's package.
    """
    read: dict[str, dict[str, str]] = {}
    root = folder.parent
    while (root / "__init__.py").exists():
        root = root.parent
    if not (files := sorted(folder.glob("*.toml"))):
        raise Unreadable(folder.relative_to(root).as_posix(), 1, 1, "no words are here: write a file a language")
    for file in files:
        source = read_toml(file, file.relative_to(root).as_posix())
        texts = dict(_flat({key: entry for key, entry in source.data.items() if key != "literals"}))
        if wrong := next((key for key, entry in texts.items() if not isinstance(entry, str)), None):
            raise Unreadable(source.path, 1, 1, f"the entry {wrong!r} is no text")
        read.setdefault(file.stem.rpartition(".")[2], {}).update(texts)
    sources = (formula.source for formula in formulas.values() if isinstance(formula, Formula))
    pieces = dict.fromkeys(piece for source in sources for piece in source_pieces(source))
    wanted = [*(f"formula.{name}" for name in formulas), *(f"source.{piece}" for piece in pieces)]
    words: dict[str, Mapping[str, str]] = {}
    for language, texts in read.items():
        patterns = _patterns(texts)
        missing = [key for key in wanted if key not in texts]
        filled = {key: text for key in missing if (text := _for_each(patterns, texts, key)) is not None}
        words[language] = {**texts, **filled}
    return words
