"""Which section of one language has fallen behind another, by content and not by dates.

Each language is held against the first. For each section a record keeps the hashes of the texts as they stood when a
person last found them to say the same. Later, a section whose hash moved while the other's did not leaves the other
behind. How a value is formatted may differ and moves no hash; what it is bound to is parity's business, and does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from hashlib import sha256

from derivations.library import Records
from derivations.places import Unreadable, parse_toml
from derivations.text.finding import Finding

Key = tuple[str, str]
"""A page without its language ("chapter.md"), and a section's id ("" before the first heading)."""


@dataclass(frozen=True)
class Passage:
    """A section of one language: its words and where it begins."""

    text: str
    path: str
    line: int = 1


Sections = Mapping[Key, Mapping[str, Passage]]
"""Each section in each language that has it."""


class State(Enum):
    """How a section in some language stands to the first language's."""

    SAME = "same"
    BEHIND = "behind"
    BOTH = "both changed"
    NEW = "new"
    ALONE = "in one language only"


@dataclass(frozen=True)
class Standing:
    """The state of one section: `language` is the one that is behind, "" where none is; `pair` are those compared."""

    key: Key
    state: State
    language: str = ""
    pair: tuple[str, str] = ("", "")

    @property
    def moved(self) -> str:
        """The language that has changed and left the other behind."""
        return self.pair[self.pair[0] == self.language]


_COMMENTS = (("{{#", "#}}"), ("<!--", "-->"))
_FORM = re.compile(r"(\{\{=[^{}|]*+)\|[^{}]*+\}\}")


@lru_cache(maxsize=4096)
def digest(text: str) -> str:
    """Give a section's hash: comments, forms of values and line breaks don't count."""
    for opening, closing in _COMMENTS:
        text = _cut(text, opening, closing)
    bare = _FORM.sub(r"\1}}", text)
    bare = re.sub(r"[ \t]*\}\}", "}}", bare)
    return sha256(" ".join(bare.split()).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _cut(text: str, opening: str, closing: str) -> str:
    """Give the text with a space for each stretch from an opening mark to the next closing one."""
    out, at = [], 0
    while (start := text.find(opening, at)) >= 0 and (end := text.find(closing, start + len(opening))) >= 0:
        out += [text[at:start], " "]
        at = end + len(closing)
    return "".join([*out, text[at:]])


def standings(sections: Sections, records: Records, languages: Sequence[str]) -> list[Standing]:
    """Compare every section with its record, in the order of the sections: each language with the first."""
    return [_standing(key, by_language, records.get(key, {}), (languages[0], other))
            for key, by_language in sections.items() for other in languages[1:]]


def _standing(key: Key, found: Mapping[str, Passage], record: Mapping[str, str], pair: tuple[str, str]) -> Standing:
    if not found.keys() >= set(pair):
        return Standing(key, State.ALONE, pair=pair)
    reference, other = pair
    confirmed = {reference: record.get(f"{other}_of", record.get(reference)), other: record.get(other)}
    if None in confirmed.values():
        return Standing(key, State.NEW, pair=pair)
    moved = [code for code in pair if digest(found[code].text) != confirmed[code]]
    if not moved:
        return Standing(key, State.SAME, pair=pair)
    if len(moved) == len(pair):
        return Standing(key, State.BOTH, pair=pair)
    return Standing(key, State.BEHIND, pair[pair[0] == moved[0]], pair)


def behind(sections: Sections, records: Records, languages: Sequence[str], language: str) -> dict[Key, str]:
    """Give the sections whose readers in this language are to be told that another has moved on, and which."""
    found: dict[Key, str] = {}
    for each in standings(sections, records, languages):
        if each.language == language:
            found.setdefault(each.key, each.moved)
    return found


def check_sync(
    sections: Sections, records: Records, languages: Sequence[str], faulty: Collection[Key] = (),
) -> list[Finding]:
    """Name each section that is behind, at its own place, and the place of the one that moved.

    faulty  sections with a fault to be mended first, which is most often what moved them
    """
    findings = []
    for each in standings(sections, records, languages):
        if each.state is State.BEHIND and each.key not in faulty:
            mine, other = sections[each.key][each.language], sections[each.key][each.moved]
            findings.append(Finding(
                mine.path, mine.line, 1,
                f"the section {_name(each.key)} is behind: {other.path}:{other.line} has changed and this has not",
                "bring it up to date; if it still says the same, confirm it",
            ))
    return findings


def confirm(sections: Sections, records: Records, languages: Sequence[str],
            keys: Iterable[Key] | None = None) -> dict[Key, dict[str, str]]:
    """Give the records after a person has found some sections to say the same in all languages that have them.

    keys  the sections confirmed; None confirms what is new and what changed in both, never a section that is behind
    """
    chosen = None if keys is None else set(keys)
    pairs: dict[Key, dict[str, tuple[str, str]]] = {}
    for each in standings(sections, records, languages):
        by_language, record, (reference, other) = sections[each.key], records.get(each.key, {}), each.pair
        mechanical = chosen is None and each.state in (State.NEW, State.BOTH)
        of = pairs.setdefault(each.key, {})
        if each.state is not State.ALONE and (mechanical or (chosen is not None and each.key in chosen)):
            of[other] = digest(by_language[reference].text), digest(by_language[other].text)
        elif other in record and reference in record:
            of[other] = record.get(f"{other}_of", record[reference]), record[other]
    return {key: _record(languages[0], of) for key, of in pairs.items() if of}


def _record(reference: str, pairs: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    """Join what was confirmed of each language beside the reference; the first language's beside is the record's."""
    first = next(iter(pairs.values()))[0]
    record = {reference: first}
    for other, (beside, own) in pairs.items():
        record[other] = own
        if beside != first:
            record[f"{other}_of"] = beside
    return record


def write_records(records: Records) -> str:
    """Write the records as TOML, one line a section, in order: two people's confirmations merge without conflict."""
    lines = [
        "# Hashes of each section in each language, as they stood when they were last found to say the same.",
        "# `derive check --fix` writes this file.",
    ]
    for (page, section), hashes in sorted(records.items()):
        values = ", ".join(f'{code} = "{own}"' for code, own in hashes.items())
        lines.append(f"{_quoted(f'{page}#{section}')} = {{ {values} }}")
    return "\n".join(lines) + "\n"


def read_records(text: str, path: str) -> tuple[dict[Key, dict[str, str]], list[Finding]]:
    """Read the records; what can't be read is a finding."""
    try:
        data = parse_toml(text, path).data
    except Unreadable as fault:
        return {}, [unreadable(path, fault.line, fault.column)]
    records: dict[Key, dict[str, str]] = {}
    findings = []
    for name, hashes in data.items():
        page, mark, section = name.rpartition("#")
        good = isinstance(hashes, dict) and all(isinstance(value, str) for value in hashes.values())
        if mark and good:
            records[page, section] = hashes
        else:
            findings.append(Finding(path, 1, 1, f"the record '{name}' can't be read",
                                    'write "page.md#section" = { en = "…", es = "…" }'))
    return records, findings


def unreadable(path: str, line: int = 1, column: int = 1) -> Finding:
    """Say that the records can't be read. Nothing is written over them."""
    return Finding(path, line, column, "the records can't be read", "mend them, or delete them and confirm all anew")


def _name(key: Key) -> str:
    page, section = key
    return f"{page}#{section}" if section else f"{page}, before its first heading,"


def _quoted(text: str) -> str:
    """Write a text as TOML does: as JSON, but for one character that JSON lets stand."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", r"\u007f")
