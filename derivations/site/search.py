"""What a reader may type to find a section: words without their accents, numbers by their bare digits.

Material's search compares tokens as they stand, so *parametros* doesn't find *parámetros*, nor 18874368 the
printed 18,874,368. Each entry of an index gets a field of its own, `also`, with these other spellings; the
field is searched but never shown. Each language has an index of its own, so a reader finds pages in the
language being read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from html import unescape
from typing import Any

_TAG = re.compile(r"<[^>]+>")
_WORD = re.compile(r"[^\W\d_]+")
# Text is cut at spaces, dashes and punctuation, but not inside a number: 18,874,368 and 0.29 are one
# token each.
SEPARATOR = r"""[\s\u200b\-–—:;!?¡¿=≈<>()\[\]{}"'“”‘’«»/·]+|[.,](?!\d)|(?<!\d)[.,]"""

# Lunr merges branches of its automaton that have the same name, and makes a name of labels and numbers without
# anything between them: where tokens hold digits, branches that differ get one name. Words are then not found, and
# some queries fail (olivernn/lunr.js#503). Its own last line of code is ours: names with something between.
MENDED = """
;lunr.TokenSet.prototype.toString = function () {
  const edges = Object.keys(this.edges).sort().map((label) => `,${label}${this.edges[label].id}`);
  return this._str || `${+this.final}${edges.join("")}`;
};
"""
"""What Material's search worker needs at its end."""


def bare(word: str) -> str:
    """A word in lower case without accents, as it is typed in a hurry; ñ becomes n."""
    apart = unicodedata.normalize("NFD", word.lower())
    return "".join(c for c in apart if not unicodedata.combining(c))


def also(text: str, rules: Mapping[str, Any]) -> list[str]:
    """Other spellings under which a text should be found, sorted, each once, none that the text has already.

    rules  the language's rules of writing numbers
    """
    words = {word.lower() for word in _WORD.findall(text)}
    spellings = {bare(word) for word in words if not word.isascii()} - words
    if rules:
        group, mark = rules["group"], rules["decimal"]
        groups = "[\u202f\u00a0\u2009]" if group.isspace() else re.escape(group)
        grouped = re.compile(rf"(?<![\d.,])\d{{1,3}}(?:{groups}\d{{3}})+(?!\d)")
        decimal = re.compile(rf"(?<![\d.,])\d+{re.escape(mark)}\d+(?![.,]?\d)")
        other = "," if mark == "." else "."
        spellings |= {re.sub(r"\D", "", number) for number in grouped.findall(text)}
        spellings |= {number.replace(mark, other) for number in decimal.findall(grouped.sub(" ", text))}
    return sorted(spellings)


def index(found: dict[str, Any], language: str, rules: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """One language's search index, from the one that Material wrote for its pages.

    `prefix` is the folder of the language's pages in the site ("es/"); locations become relative to it.
    """
    docs = []
    for entry in found["docs"]:
        location = str(entry["location"]).removeprefix(prefix)
        text = unescape(_TAG.sub(" ", f"{entry['title']} {entry['text']}"))
        docs.append({**entry, "location": location, "also": " ".join(also(text, rules))})
    config = found["config"]
    return {
        "config": {
            **config,
            "lang": [language],
            "separator": SEPARATOR,
            "fields": {**config["fields"], "also": {"boost": 1.0}},
        },
        "docs": docs,
    }
