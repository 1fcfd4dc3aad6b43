"""The glossary of a course: one entry a term, checked against the pages, and shown as a page and as tooltips.

A term has one rendering in each language. Renderings that a page must not hold are `banned`, each with the reason;
quotations, links to elsewhere and words of the first language given in brackets and italics may hold them all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from derivations.language import pack
from derivations.language.reading.numberwords import unaccented
from derivations.places import Source, Unreadable, parse_toml
from derivations.text.finding import Finding
from derivations.text.text import Text


@dataclass(frozen=True)
class Term:
    """One term. `name` and `definition` are by language; `banned` maps a language to (rendering, why) pairs.

    gender    "m", "f", "adj" or "v", by language
    plural    by language, where it is not the regular one
    first_use how a page introduces it, by language
    borrowed  whether the other languages keep the first one's word, in italics at its first use on a page
    counted   whether a number word beside it is a numeral ("two parameters")
    tooltip   whether its definition is offered wherever it is met; everyday words need none
    line      where it stands in its file
    """

    id: str
    name: Mapping[str, str]
    definition: Mapping[str, str]
    gender: Mapping[str, str] = field(default_factory=dict)
    plural: Mapping[str, str] = field(default_factory=dict)
    symbol: str = ""
    first_use: Mapping[str, str] = field(default_factory=dict)
    borrowed: bool = False
    counted: bool = False
    tooltip: bool = True
    line: int = 1
    banned: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)

    @property
    def is_noun(self) -> bool:
        """Whether it is one, as far as any language says."""
        return all(gender in ("m", "f") for gender in self.gender.values())

    def forms(self, language: str) -> tuple[str, ...]:
        """Give the singular and the plural, without marks of code; none for a name with a bracketed explanation."""
        if "(" in self.name[language]:
            return ()
        singular = self.name[language].replace("`", "")
        plural = self.plural.get(language, "").replace("`", "") or _plural(singular, language)
        return (singular,) if plural == singular or not self.is_noun else (singular, plural)

    def texts(self, path: str) -> Iterator[Text]:
        """Give what readers read of it."""
        for kind, by_language in (("name", self.name), ("definition", self.definition)):
            for code, text in by_language.items():
                yield Text.of(text, code, f"term.{self.id}.{kind}", path)


@dataclass(frozen=True, eq=False)
class Glossary:
    """All terms of a course, in the order of the file."""

    terms: tuple[Term, ...] = ()
    path: str = ""
    source: Source | None = None

    def ordered(self, language: str) -> list[Term]:
        """Give the terms in the language's alphabetical order."""
        return sorted(self.terms, key=lambda term: _alphabetical(term.name[language], language))

    def tooltips(self, language: str) -> dict[str, str]:
        """Map each form of each term to its definition, longest first, so that the longest is matched first."""
        found = {form: term.definition[language] for term in self.terms if term.tooltip and term.is_noun
                 for form in term.forms(language)}
        return dict(sorted(found.items(), key=lambda item: (-len(item[0]), item[0])))

    def counted(self, language: str) -> list[str]:
        """Give the nouns beside which a number word is a numeral."""
        return [form for term in self.terms if term.counted for form in term.forms(language)]


def _plural(singular: str, language: str) -> str:
    """Form the regular plural, up to a preposition: of the last word or of all, as the language does."""
    rules = pack.table(language, "counting")["plural"]
    words = singular.split(" ")
    head = next((at for at, word in enumerate(words) if word in rules["prepositions"]), len(words))
    first = head - 1 if rules["of"] == "last" else 0
    several = (_one_plural(word, rules["endings"]) for word in words[first:head])
    return " ".join([*words[:first], *several, *words[head:]])


def _one_plural(word: str, endings: Sequence[tuple[str, str]]) -> str:
    ending, plural = next(rule for rule in endings if re.search(rule[0], word))
    return re.sub(ending, plural, word, count=1)


def _alphabetical(name: str, language: str) -> str:
    """Give the key by which a name is sorted: without accents, case or marks; ñ after n."""
    folded = name.lower().replace("`", "")
    for letter, before in pack.table(language, "counting")["alphabet"]["after"].items():
        folded = folded.replace(letter, f"{before}~")
    return unaccented(folded)


_BY_LANGUAGE = ("gender_{}", "plural_{}", "first_use_{}")


def _fields(languages: Sequence[str]) -> tuple[list[str], list[str]]:
    """Give the texts that an entry must have, and those that it may have."""
    required = ["id", *languages, *(f"definition_{code}" for code in languages)]
    return required, ["symbol", "caution", *(key.format(code) for key in _BY_LANGUAGE for code in languages)]


def read_glossary(text: str, path: str, languages: Sequence[str]) -> tuple[Glossary, list[Finding]]:
    """Read a glossary from TOML. What can't be read is a finding, and the rest is read all the same."""
    try:
        source = parse_toml(text, path)
    except Unreadable as fault:
        return Glossary(), [Finding(path, fault.line, fault.column, f"the glossary is {fault.message}")]
    data = source.data
    entries = data.get("term")
    starts = [number for number, line in enumerate(text.split("\n"), 1) if line.strip() == "[[term]]"]
    terms: list[Term] = []
    findings: list[Finding] = []
    if not isinstance(entries, list):
        return Glossary(), [Finding(path, 1, 1, "a glossary is a list of [[term]]")]
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        line = starts[number] if number < len(starts) else 1
        faults = _entry_faults(entry, languages)
        if not faults and entry["id"] in seen:
            faults = [f"the term '{entry['id']}' stands twice"]
        findings += [Finding(path, line, 1, fault) for fault in faults]
        if not faults:
            seen.add(entry["id"])
            terms.append(_term(entry, line, languages))
    return Glossary(tuple(terms), path, source), findings


def _entry_faults(entry: Any, languages: Sequence[str]) -> list[str]:
    if not isinstance(entry, dict):
        return ["a term is a table"]
    required, texts = _fields(languages)
    known = {*required, *texts, "borrowed", "banned", "counted", "tooltip"}
    name = entry.get("id", "without id")
    faults = [f"the term '{name}' lacks {key}" for key in required
              if not isinstance(entry.get(key), str) or not entry[key].strip()]
    faults += [f"the term '{name}' has an unknown field {key}" for key in sorted(set(entry) - known)]
    faults += [f"the term '{name}': {key} is a text" for key in texts
               if not isinstance(entry.get(key, ""), str)]
    banned = entry.get("banned", [])
    if not isinstance(banned, list) or not all(isinstance(ban, dict) and _is_ban(ban, languages) for ban in banned):
        faults.append(f"the term '{name}': banned is a list of {{ {languages[-1]} = \"…\", why = \"…\" }}")
    return faults


def _is_ban(ban: Mapping[str, Any], languages: Sequence[str]) -> bool:
    given = [key for key in ban if key in languages]
    return (len(given) == 1 and set(ban) == {given[0], "why"}
            and all(isinstance(value, str) and value.strip() for value in ban.values()))


def _term(entry: Mapping[str, Any], line: int, languages: Sequence[str]) -> Term:
    def by_language(key: str) -> dict[str, str]:
        return {code: entry[key.format(code)] for code in languages if key.format(code) in entry}

    banned = {
        language: tuple((ban[language], ban["why"]) for ban in entry.get("banned", []) if language in ban)
        for language in languages
    }
    return Term(
        id=entry["id"],
        name=by_language("{}"),
        definition=by_language("definition_{}"),
        gender=by_language("gender_{}"),
        plural=by_language("plural_{}"),
        symbol=entry.get("symbol", ""),
        first_use=by_language("first_use_{}"),
        borrowed=bool(entry.get("borrowed")),
        counted=bool(entry.get("counted")),
        tooltip=bool(entry.get("tooltip", True)),
        line=line,
        banned=banned,
    )
