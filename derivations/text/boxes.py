"""Boxes without a title, which Markdown would head with their keyword: the language's word for it is put there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivations.language import Language
from derivations.language.words import words_of

_UNTITLED = re.compile(r"^[ \t>]*(?:!!!|\?\?\?\+?)[ \t]*(?P<kind>[\w-]+)(?:[ \t]+[\w-]+)*(?=[ \t]*$)", re.MULTILINE)


def untitled(text: str) -> Iterator[tuple[str, int, int]]:
    """Give the kind of each box that has no title of its own, and where its line begins and ends."""
    for box in _UNTITLED.finditer(text):
        yield box["kind"].lower(), box.start("kind"), box.end()


def titled(text: str, language: Language) -> str:
    """Give the text with a title for each box whose kind the language has a word for."""
    out, at = [], 0
    for kind, _, end in untitled(text):
        out += [text[at:end], f' "{word}"' if (word := title(kind, language)) else ""]
        at = end
    return "".join([*out, text[at:]])


def title(kind: str, language: Language) -> str:
    """Give what a language heads this kind of box with; "" where it has no word."""
    return words_of("boxes", language.code).get(kind, "")
