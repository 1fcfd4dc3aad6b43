"""The search: each page's sections, read once, and what a reader may type to find them.

Material's search compares tokens as they stand, so *parametros* doesn't find *parámetros*, nor 18874368 the
printed 18,874,368. Each entry of an index gets a field of its own, `also`, with these other spellings; the
field is searched but never shown. Each language has an index of its own, so a reader finds pages in the
language being read. What is marked `data-search-exclude` (a drill's solution, a figure's data) isn't read.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from functools import lru_cache
from html import escape, unescape
from itertools import zip_longest
from pathlib import Path
from types import MappingProxyType
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from derivations.site.contents import HEADING, plain, without_notes

WORKER = "assets/javascripts/workers/search.*.min.js"
"""Material's script, in which Lunr is."""
NOTHING: Mapping[str, str] = MappingProxyType({})
_FIELDS = {"title": {"boost": 1e3}, "text": {"boost": 1e0}, "tags": {"boost": 1e6}}
_ALSO = {"boost": 1e0}
_LEVEL = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_RAISED = re.compile(r"\w*[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+\w*")
_ANY_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]")
_EXCLUDED = re.compile(r"<(?P<tag>[a-z]+)\b[^>]*\sdata-search-exclude\b[^>]*>")
_BLOCK = re.compile(r"<(?P<unread>script|style|template)\b.*?</(?P=unread)>"
                    r"|</?(?:p|div|li|[uod]l|d[td]|t[dhr]|table|caption|figure|figcaption|section|form|label|summary"
                    r"|details|h[1-6]|pre|blockquote|br|hr)\b[^>]*>", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]+")
# Text is cut at spaces, dashes and punctuation, but not inside a number: 18,874,368 and 0.29 are one
# token each.
SEPARATOR = r"""[\s\u200b\-–—:;!?¡¿=≈<>()\[\]{}"'“”‘’«»/·]+|[.,](?!\d)|(?<!\d)[.,]"""

# Lunr merges branches of its automaton that have the same name, and makes a name of labels and numbers without
# anything between them: where tokens hold digits, branches that differ get one name. Words are then not found, and
# some queries fail (olivernn/lunr.js#503). Its own last line of code is ours: names with something between.
# Where a word is nowhere, the next one that differs in a letter will do.
MENDED = """
;lunr.TokenSet.prototype.toString = function () {
  const edges = Object.keys(this.edges).sort().map((label) => `,${label}${this.edges[label].id}`);
  return this._str || `${+this.final}${edges.join("")}`;
};
{
  const query = lunr.Index.prototype.query;
  lunr.Index.prototype.query = function (fill) {
    const found = query.call(this, fill);
    return found.length ? found : query.call(this, function (asked) {
      fill.call(this, asked);
      for (const clause of asked.clauses) {
        clause.term = clause.term.replace(/[*]/g, "");
        if (/^[^\\d]{4,}$/.test(clause.term)) { clause.editDistance = 1; clause.usePipeline = true; }
      }
    });
  };
}
"""
"""What Material's search worker needs at its end."""


def mend(files: Files, config: MkDocsConfig) -> None:
    """Put our lines behind Lunr's."""
    for worker in [file for file in files if fnmatch(file.src_uri, WORKER)]:
        files.remove(worker)
        files.append(File.generated(config, worker.src_uri, content=worker.content_string + MENDED))


def bare(word: str) -> str:
    """A word in lower case without accents, as it is typed in a hurry; ñ becomes n."""
    apart = unicodedata.normalize("NFD", word.lower())
    return "".join(c for c in apart if not unicodedata.combining(c))


def also(text: str, rules: Mapping[str, Any], synonyms: Mapping[str, str] = NOTHING) -> list[str]:
    """Other spellings under which a text should be found, sorted, each once, none that the text has already.

    rules     the language's rules of writing numbers
    synonyms  what readers type, and what the pages say instead, both in small letters
    """
    words = set(map(str.lower, {*_WORD.findall(text)}))
    spellings = {bare(word) for word in words if not word.isascii()} - words
    lower = text.lower()
    spellings |= {typed for typed, said in synonyms.items()
                  if said in lower and typed not in words and _said(said, lower)}
    if _ANY_RAISED.search(text):
        spellings |= {raised[0].translate(_LEVEL) for raised in _RAISED.finditer(text)}
    if rules:
        group, mark = rules["group"], rules["decimal"]
        groups = "[\u202f\u00a0\u2009]" if group.isspace() else re.escape(group)
        grouped = re.compile(rf"\d(?<![\d.,]\d)\d{{0,2}}(?:{groups}\d{{3}})+(?!\d)")
        decimal = re.compile(rf"\d(?<![\d.,]\d)\d*{re.escape(mark)}\d+(?![.,]?\d)")
        other = "," if mark == "." else "."
        numbers = set(grouped.findall(text))
        spellings |= {re.sub(r"\D", sign, number) for number in numbers for sign in ("", ",", ".")} - numbers
        spellings |= {number.replace(mark, other) for number in decimal.findall(grouped.sub(" ", text))}
    return sorted(spellings)


def _said(said: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(said)}(?!\w)", text) is not None


class Index:
    """One language's index; stands where the search plugin's own would: it is given each page, and asked at the end.

    prefix  the folder of the language's pages in the site ("es/"); locations are relative to it
    """

    def __init__(self, language: str, rules: Mapping[str, Any], synonyms: Mapping[str, str], prefix: str,
                 settings: Mapping[str, Any]) -> None:
        self._settings = {"lang": [language], "separator": SEPARATOR, "pipeline": settings.get("pipeline") or [],
                          "fields": {**_FIELDS, **(settings.get("fields") or {}), "also": _ALSO}}
        self._rules, self._prefix = rules, prefix
        self._synonyms = {typed: said.lower() for typed, said in synonyms.items()}
        self._found: list[dict[str, Any]] = []
        self._entries: list[Any] = []       # static-i18n joins the languages' entries here: not asked for, and not used

    def add_entry_from_context(self, page: Page) -> None:
        """Take a page's sections."""
        asked = page.meta.get("search") or {}
        if asked.get("exclude"):
            return
        boost = {"boost": asked["boost"]} if "boost" in asked else {}
        tags = {"tags": [str(tag) for tag in page.meta["tags"]]} if isinstance(page.meta.get("tags"), list) else {}
        url = page.url.removeprefix(self._prefix) if page.url != "./" else ""
        for place, title, text in sections(page.content or "", str(page.meta.get("title") or page.title)):
            spellings = also(f"{title} {text}", self._rules, self._synonyms)
            self._found.append({"location": f"{url}#{place}" if place else url, "title": escape(title, quote=False),
                                "text": escape(text, quote=False), **tags, **boost, "also": " ".join(spellings)})

    def generate_search_index(self, _before: object = None) -> str:
        """Give the index as JSON."""
        return json.dumps({"config": self._settings, "docs": self._found}, ensure_ascii=False,
                          separators=(",", ":"), default=str)

    def write(self, folder: Path, *, offline: bool) -> None:
        """Write the index, as a script as well where the site is read from a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        text = self.generate_search_index()
        (folder / "search_index.json").write_text(text, encoding="utf-8")
        if offline:
            (folder / "search_index.js").write_text(f"var __index = {text}", encoding="utf-8")


def sections(html: str, page_title: str) -> Iterator[tuple[str, str, str]]:
    """Cut a page at its headings: the id of each ("" for the page's beginning), its title, its text."""
    before, heads = _cut(without_excluded(html))
    if before or not heads or heads[0][0] != "1":
        yield "", page_title, before
    for level, place, title, text in heads:
        yield ("" if level == "1" else place), title, text


def texts_of(html: str) -> Iterator[str]:
    """Give the text of a page as the search reads it, piece by piece."""
    before, heads = _cut(without_excluded(html))
    yield before
    for _, _, title, text in heads:
        yield from (title, text)


@lru_cache(maxsize=256)
def _cut(html: str) -> tuple[str, list[tuple[str, str, str, str]]]:
    """Give the text before a page's first heading, and of each heading its level, its id, its title and its text.

    Read once for who counts a page's words and for who searches them.
    """
    html = without_notes(html)
    heads = list(HEADING.finditer(html))
    return _plain(html[: heads[0].start()] if heads else html), [
        (head[1], unescape(head[2]), plain(head[3]),
         _plain(html[head.end() : after.start() if after else None])) for head, after in zip_longest(heads, heads[1:])]


def _plain(html: str) -> str:
    """The text of a piece of HTML; blocks and cells are kept apart."""
    return plain(_BLOCK.sub(" ", html))


def without_excluded(html: str) -> str:
    """A page without what the search shall not read."""
    out, at = [], 0
    while found := _EXCLUDED.search(html, at):
        out.append(html[at : found.start()])
        depth, at = 1, len(html)
        for tag in re.compile(rf"<(/?){found['tag']}\b").finditer(html, found.end()):
            depth += -1 if tag[1] else 1
            if depth == 0:
                at = html.index(">", tag.end()) + 1
                break
    return "".join([*out, html[at:]])
