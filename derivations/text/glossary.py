"""The glossary of a course: one entry a term, checked against the pages, and shown as a page and as tooltips.

A term has one rendering in each language. Renderings that a page must not hold are `banned`, each with the reason;
quotations, links to elsewhere and English given in brackets and italics may hold them all the same.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from derivations.language.reading.reader import Reader
from derivations.text.finding import Finding
from derivations.text.literals import Literal, cover, read_literals, unused_findings

LANGUAGES = ("en", "es")


@dataclass(frozen=True)
class Term:
    """One term. `name` and `definition` are by language; `banned` maps a language to (rendering, why) pairs.

    gender    "m", "f", "adj" or "v", of the Spanish word
    plural    by language, where it is not the regular one
    borrowed  whether Spanish keeps the English word, in italics at its first use on a page
    counted   whether a number word beside it is a numeral ("two parameters")
    tooltip   whether its definition is offered wherever it is met; everyday words need none
    line      where it stands in its file
    """

    id: str
    name: Mapping[str, str]
    definition: Mapping[str, str]
    gender: str = "m"
    plural: Mapping[str, str] = field(default_factory=dict)
    symbol: str = ""
    first_use: str = ""
    borrowed: bool = False
    counted: bool = False
    tooltip: bool = True
    line: int = 1
    banned: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)

    def forms(self, language: str) -> tuple[str, ...]:
        """Give the singular and the plural, without marks of code; none for a name with a bracketed explanation."""
        if "(" in self.name[language]:
            return ()
        singular = self.name[language].replace("`", "")
        plural = self.plural.get(language, "").replace("`", "") or _plural(singular, language)
        return (singular,) if plural == singular or self.gender in ("v", "adj") else (singular, plural)


@dataclass(frozen=True)
class Entry:
    """A term as a page shows it: its name, the other language's, its definition, its letter or code name."""

    id: str
    name: str
    other: str
    definition: str
    symbol: str


@dataclass(frozen=True)
class Glossary:
    """All terms of a course, in the order of the file. `literals` are the numerals that its definitions may hold."""

    terms: tuple[Term, ...] = ()
    path: str = ""
    literals: tuple[Literal, ...] = ()

    def entries(self, language: str) -> list[Entry]:
        """Give the terms in the language's alphabetical order, for the glossary page."""
        other = next(code for code in LANGUAGES if code != language)
        found = [Entry(term.id, term.name[language], term.name[other], term.definition[language], term.symbol)
                 for term in self.terms]
        return sorted(found, key=lambda entry: _alphabetical(entry.name))

    def tooltips(self, language: str) -> dict[str, str]:
        """Map each form of each term to its definition, longest first, so that the longest is matched first."""
        found = {form: term.definition[language] for term in self.terms if term.tooltip and term.gender in ("m", "f")
                 for form in term.forms(language)}
        return dict(sorted(found.items(), key=lambda item: (-len(item[0]), item[0])))

    def counted(self, language: str) -> list[str]:
        """Give the nouns beside which a number word is a numeral."""
        return [form for term in self.terms if term.counted for form in term.forms(language)]

    def numerals(self, readers: Mapping[str, Reader]) -> list[Finding]:
        """Find the numerals in definitions that nothing derives: readers meet them like any other."""
        found: list[Finding] = []
        used: set[Literal] = set()
        for term in self.terms:
            for language, reader in readers.items():
                text = _CODE.sub(lambda code: " " * len(code[0]), term.definition[language])
                left, _, unused = cover(self.literals, text, reader.read(text).numerals)
                used |= set(self.literals) - set(unused)
                found += [
                    Finding(self.path, term.line, 1,
                            f"the numeral {numeral.text} in definition_{language} is not derived",
                            "say it without a numeral, or list it under [literals] with a reason")
                    for numeral in left
                ]
        return found + unused_findings([literal for literal in self.literals if literal not in used], self.path)


_CODE = re.compile(r"`[^`]*+`")
_PREPOSITIONS = {"en": ("of",), "es": ("de", "del", "con", "hacia")}


def _plural(singular: str, language: str) -> str:
    """Form the regular plural, up to a preposition: English of the last word, Spanish of all. A plural stays."""
    words = singular.split(" ")
    head = next((at for at, word in enumerate(words) if word in _PREPOSITIONS[language]), len(words))
    first = head - 1 if language == "en" else 0
    several = _english_plural if language == "en" else _spanish_plural
    return " ".join([*words[:first], *map(several, words[first:head]), *words[head:]])


def _english_plural(word: str) -> str:
    if word.endswith("s") and not word.endswith(("ss", "us", "as", "is")):
        return word
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")


def _spanish_plural(word: str) -> str:
    if word.endswith(("os", "as", "es")):
        return word
    if word.endswith("ión"):
        return word[:-2] + "ones"
    if word.endswith("z"):
        return word[:-1] + "ces"
    return word + ("s" if word[-1:] in "aeiouáéíóú" else "es")


def _alphabetical(name: str) -> str:
    """Give the key by which a name is sorted: without accents, case or marks; ñ after n."""
    folded = name.lower().replace("`", "").replace("ñ", "n~")
    return "".join(c for c in unicodedata.normalize("NFD", folded) if not unicodedata.combining(c))


_REQUIRED = ("id", "en", "es", "definition_en", "definition_es")
_TEXTS = ("symbol", "first_use", "es_plural", "en_plural", "es_gender", "caution")
_KNOWN = {*_REQUIRED, *_TEXTS, "borrowed", "banned", "counted", "tooltip"}


def read_glossary(text: str, path: str) -> tuple[Glossary, list[Finding]]:
    """Read a glossary from TOML. What can't be read is a finding, and the rest is read all the same."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as fault:
        place = re.search(r"line (\d+), column (\d+)", str(fault))
        line, column = (int(place[1]), int(place[2])) if place else (1, 1)
        return Glossary(), [Finding(path, line, column, f"the glossary is not TOML: {str(fault).split(' (at')[0]}")]
    entries = data.get("term")
    starts = [number for number, line in enumerate(text.split("\n"), 1) if line.strip() == "[[term]]"]
    terms: list[Term] = []
    findings: list[Finding] = []
    if not isinstance(entries, list):
        return Glossary(), [Finding(path, 1, 1, "a glossary is a list of [[term]]")]
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        line = starts[number] if number < len(starts) else 1
        faults = _entry_faults(entry)
        if not faults and entry["id"] in seen:
            faults = [f"the term '{entry['id']}' stands twice"]
        findings += [Finding(path, line, 1, fault) for fault in faults]
        if not faults:
            seen.add(entry["id"])
            terms.append(_term(entry, line))
    literals, faults_of_literals = read_literals(data.get("literals"), path, text)
    return Glossary(tuple(terms), path, tuple(literals)), findings + faults_of_literals


def _entry_faults(entry: Any) -> list[str]:
    if not isinstance(entry, dict):
        return ["a term is a table"]
    name = entry.get("id", "without id")
    faults = [f"the term '{name}' lacks {key}" for key in _REQUIRED
              if not isinstance(entry.get(key), str) or not entry[key].strip()]
    faults += [f"the term '{name}' has an unknown field {key}" for key in sorted(set(entry) - _KNOWN)]
    faults += [f"the term '{name}': {key} is a text" for key in _TEXTS
               if not isinstance(entry.get(key, ""), str)]
    banned = entry.get("banned", [])
    if not isinstance(banned, list) or not all(isinstance(ban, dict) and _is_ban(ban) for ban in banned):
        faults.append(f"the term '{name}': banned is a list of {{ es = \"…\", why = \"…\" }}")
    return faults


def _is_ban(ban: Mapping[str, Any]) -> bool:
    languages = [key for key in ban if key in LANGUAGES]
    return (len(languages) == 1 and set(ban) == {languages[0], "why"}
            and all(isinstance(value, str) and value.strip() for value in ban.values()))


def _term(entry: Mapping[str, Any], line: int) -> Term:
    banned = {
        language: tuple((ban[language], ban["why"]) for ban in entry.get("banned", []) if language in ban)
        for language in LANGUAGES
    }
    return Term(
        id=entry["id"],
        name={code: entry[code] for code in LANGUAGES},
        definition={code: entry[f"definition_{code}"] for code in LANGUAGES},
        gender=entry.get("es_gender", "m"),
        plural={code: entry[f"{code}_plural"] for code in LANGUAGES if f"{code}_plural" in entry},
        symbol=entry.get("symbol", ""),
        first_use=entry.get("first_use", ""),
        borrowed=bool(entry.get("borrowed")),
        counted=bool(entry.get("counted")),
        tooltip=bool(entry.get("tooltip", True)),
        line=line,
        banned=banned,
    )
