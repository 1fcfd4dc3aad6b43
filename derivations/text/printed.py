"""What Markdown prints of a page, by its own parse: no second grammar says what is code, a heading or a list.

A page is converted as a build converts it, by the same extensions, with a mark for each value and formula. Beforehand
every digit and every word is exchanged for a character of its own, a rare letter that no rule of Markdown knows; where
those letters stand in the HTML, a reader sees them, and each leads back to its place in the file.
What Markdown reads by its letters (tags, keywords of boxes, names of notes) keeps them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from itertools import chain
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown

from derivations.language.reading.markup import SEEN, Fate
from derivations.text.marks import CLOSE, OPEN
from derivations.text.running import Tags, of_tag
from derivations.text.scan import Kind, Scan

EXTENSIONS = ("abbr", "admonition", "attr_list", "def_list", "footnotes", "md_in_html", "tables", "toc",
              "pymdownx.details", "pymdownx.highlight", "pymdownx.superfences", "pymdownx.tabbed")
"""What a page is read with where no site says which extensions it uses."""
_NO_ID = "no-id"
_OURS: Mapping[str, Mapping[str, Any]] = {
    "toc": {"slugify": lambda words, _: _NO_ID + words}, "pymdownx.emoji": {"emoji_generator": lambda *_: Element("i")},
}
"""What a page is read with, whatever a site says: an id that nobody gave can be told, and an icon is no drawing."""
_LEFT_OUT = frozenset({"pymdownx.snippets"})
"""They put in what no page holds: a finding of its own."""
_LETTERS = "".join(map(chr, chain(range(0x20000, 0x2A6D0), range(0x2A700, 0x2B730), range(0x2B820, 0x2CEA0),
                                  range(0x2CEB0, 0x2EBE0))))
"""Letters of scripts long out of use: one for each digit and word that is followed through Markdown."""
_RARE = re.compile(f"[{_LETTERS[0]}-{_LETTERS[-1]}]")
_TRACED = re.compile(
    r"(?P<kept>&(?:\#\w{1,8}|[A-Za-z]\w{1,31});|\[\^[^\]\n]*\]|\[TOC\]"
    r"|^[ \t>]*\*\[[^\]\n]*\](?=:)|^[ \t>]*(?:(?:!!!|\?\?\?)\+?[ \t]*[^\"\n]*|(?:`{3,}|~{3,})[^\n]*)"
    r"|</?[A-Za-z][\w-]*|markdown=[\"']?1|:[\w-]+:(?!\w))"
    r"|(?P<marker>^[ \t>]*(?:(?:[-*+]|\d{1,9}\.)[ \t]+)*?(?P<number>\d{1,9})\.(?=[ \t])(?P<bare>[^\w\n]*$)?)"
    r"|(?P<braces>\{[^{}\[\]\n]*\})|(?P<tag>(?<=\x00)[^<>]*>)"
    r"|(?P<digit>\d)|(?P<word>[^\W\d_])(?:[^\W\d_]*)",
    re.MULTILINE,
)
_SNIPPET = re.compile(rf"^[ \t>]*-+[{_LETTERS[0]}-{_LETTERS[-1]}]<-+[^\n]*", re.MULTILINE)
"""A line that puts in another file, its 8 exchanged."""
_WHOLE = re.compile(r"\d|[^\W\d_]+")
_HTML_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<[A-Za-z][\w+.-]*:[^<>\s]*>|<[^<>\s@]+@[^<>\s]+>")
_SEEN = re.compile(SEEN)
_CODE = frozenset({"code", "pre", "kbd", "samp"})
_UNSEEN = frozenset({"script", "style", "template", "head"})
_MARKUP = re.compile(r"[<\[{]")
_HEADING = re.compile(r"h([1-6])\Z")
_VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})


@dataclass(frozen=True)
class PrintedHeading:
    """A heading that Markdown makes: its level, its explicit id ("" for none), the first place in it.

    words  of what Markdown would make its id, where it has none
    """

    level: int
    id: str
    at: int
    words: str


@dataclass
class Printed:
    """Where what was followed came out, by offsets in the source.

    shown     digits and first letters of words that a reader sees
    code      those that stand in code
    hidden    those that came out nowhere, or where no reader looks
    headings  in order
    renumbered  where a list begins by a number that Markdown doesn't print: it counts from one
    runs      what a browser would run, and where
    ids       all that a link may lead to: of headings, lists of attributes, tags, notes, tabs
    failed    why it made nothing
    """

    shown: set[int] = field(default_factory=set)
    code: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    headings: list[PrintedHeading] = field(default_factory=list)
    renumbered: list[int] = field(default_factory=list)
    runs: list[tuple[int, str]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    failed: str = ""

    @property
    def fate(self) -> Fate:
        """What becomes of the digits and words outside code."""
        return Fate(self.shown, self.hidden)

    def plain(self) -> list[Any]:
        """Give it as plain data."""
        return [*map(sorted, (self.shown, self.code, self.hidden)), [[*vars(one).values()] for one in self.headings],
                self.renumbered, self.runs, sorted(self.ids), self.failed]

    @classmethod
    def of(cls, plain: list[Any]) -> Printed:
        """Make it of plain data."""
        shown, code, hidden, headings, renumbered, runs, ids, failed = plain
        return cls(set(shown), set(code), set(hidden), [PrintedHeading(*one) for one in headings], renumbered,
                   [(at, what) for at, what in runs], set(ids), failed)


class _References(dict[str, Any]):
    """Markdown's link definitions, found by their names as the page writes them."""

    def __init__(self, followed: _Followed) -> None:
        self._plain = followed.plain

    def __contains__(self, key: object) -> bool:
        return super().__contains__(self._plain(str(key)))

    def __getitem__(self, key: str) -> Any:
        return super().__getitem__(self._plain(key))

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(self._plain(key), value)


class _Followed:
    """A page's text with what is followed exchanged, and the way back."""

    def __init__(self, text: str, scan: Scan) -> None:
        self.text = text
        self.places: dict[str, int] = {}
        """The offset of what each letter stands for."""
        self.marks: list[int] = []
        """The offset of each value and formula."""
        self.markers: list[tuple[int, int, int]] = []
        """Numbers that may begin an item: start, end, and from where on they number."""
        self.always: set[int] = set()
        """Offsets of what is shown in any case: the explanation of an abbreviation."""
        out = []
        for segment in scan.segments:
            if segment.kind in (Kind.TEXT, Kind.CODE, Kind.RAW):
                out.append(self._exchanged(segment.content, segment.inner))
            elif segment.kind in (Kind.HOLE, Kind.MATH) or segment.strange:
                out.append(f"{OPEN}{len(self.marks)}{CLOSE}")
                self.marks.append(segment.start)
            else:
                out.append(segment.kept)
        self.markdown = "".join(out)

    def _letter(self, offset: int, original: str) -> str:
        number = len(self.places)
        if number == len(_LETTERS):
            return original                                       # a page of a hundred thousand words
        self.places[letter := _LETTERS[number]] = offset
        return letter

    def _exchanged(self, stretch: str, offset: int) -> str:
        tags = [found.span() for found in _HTML_TAG.finditer(stretch)] if "<" in stretch else []
        at_tag, letter = 0, self._letter

        def in_tag(at: int) -> bool:
            nonlocal at_tag
            while at_tag < len(tags) and tags[at_tag][1] <= at:
                at_tag += 1
            return at_tag < len(tags) and tags[at_tag][0] <= at

        def exchange(found: re.Match[str]) -> str:
            what, start = found.lastgroup, found.start()
            if what == "digit" or (what == "word" and not (tags and in_tag(start))):
                return letter(start + offset, found[0])
            if what == "braces":
                return "".join(letter(start + offset + at, c) if c.isdigit() else c for at, c in enumerate(found[0]))
            if what == "marker":
                number, stop = (offset + at for at in found.span("number"))
                self.markers.append((number, stop, stop))
                if found["bare"] is not None:                     # an item without a word: a letter stands for one
                    return found[0] + letter(stop, "")
            elif found[0].lstrip(" \t>").startswith("*["):
                line = stretch.find("\n", found.end())
                self.always.update(range(offset + found.end(), offset + (line if line >= 0 else len(stretch))))
            return found[0]

        return _TRACED.sub(exchange, _RARE.sub("\u3007", stretch))

    def plain(self, text: str, case: Callable[[str], str] = str.lower) -> str:
        """Give a text of Markdown's with the characters of the page."""
        def written(found: re.Match[str]) -> str:
            if found[0] not in self.places:                       # the page has it as a reference: &#x20000;
                return found[0]
            whole = _WHOLE.match(self.text, self.places[found[0]])
            return case(whole[0]) if whole else ""

        return _RARE.sub(written, text)


class _Walk(Tags):
    """Reads where the exchanged letters and the marks came out."""

    def __init__(self, followed: _Followed) -> None:
        super().__init__()
        self.followed = followed
        self.printed = Printed()
        self.open: list[str] = []
        self.heading: tuple[int, str, str] | None = None
        """The level of the heading that is open, its id, and the words of which one would be made."""
        self.items: list[str] = []
        """For each item opened and still without a word, the number that its list begins by; "" further down."""
        self.starts: list[str] = []
        self.numbered: dict[int, str] = {}
        """The first place in each item, and the number that a list beginning there begins by."""
        self.last = 0
        """The latest place met."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        plain = self.followed.plain
        if what := of_tag(tag, [(plain(name), plain(value or "")) for name, value in attrs]):
            self.printed.runs.append((self._first(what), what))
        values = {name: value or "" for name, value in attrs} if attrs else {}
        if tag not in _VOID:
            self.open.append(tag)
        ids = [values[key] for key in ("id", "name") if key in values and not values[key].startswith(_NO_ID)]
        self.printed.ids.update(plain(one, case) for one in ids for case in (str, str.lower))
        if (level := _HEADING.match(tag)) is not None and "id" in values:
            _, none, words = plain(values["id"], str).rpartition(_NO_ID)
            self.heading = int(level[1]), "" if none else words, words if none else ""
        if tag == "ol":
            self.starts.append(values.get("start", "1"))
        elif tag == "li":
            ordered = self.open[-2:-1] == ["ol"]
            self.items.append(self.starts[-1] if ordered else "")
            if ordered:
                self.starts[-1] = ""
        for name, value in values.items():
            if _SEEN.fullmatch(name):
                self._meet(self._put(value, self.printed.shown))

    def _first(self, what: str) -> int:
        """Give where something stands, behind all that was met; where it is spelled otherwise, any markup."""
        text = self.followed.text
        found = re.compile(re.escape(what), re.IGNORECASE).search(text, self.last) or _MARKUP.search(text, self.last)
        return found.start() if found else self.last

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass
        if tag == "ol" and self.starts:
            self.starts.pop()
        if tag == "li" and self.items:
            self.items.pop()
        if _HEADING.match(tag):
            self.heading = None

    def handle_data(self, data: str) -> None:
        if any(tag in _UNSEEN for tag in self.open):
            return
        in_code = any(tag in _CODE for tag in self.open)
        found = self._put(data, self.printed.code if in_code else self.printed.shown)
        if "pre" in self.open:
            self.printed.code.update(found)                       # with what was taken for a formula
        self._meet(found)

    def contents(self, tokens: Sequence[Mapping[str, Any]]) -> None:
        """Note what only the page's table of contents shows, as a heading's `data-toc-label`."""
        for token in tokens:
            self.printed.shown.update({*self._traced(token["name"])} - self.printed.code)
            self.contents(token["children"])

    def _meet(self, places: list[int]) -> None:
        """Note what is the first that a reader sees of a heading and of an item."""
        if not places:
            return
        if self.heading is not None:
            level, id_, words = self.heading
            self.printed.headings.append(PrintedHeading(level, id_, places[0], words))
            self.heading = None
        if self.items:
            self.numbered[places[0]] = "".join(self.items)
            self.items.clear()

    def _put(self, text: str, into: set[int]) -> list[int]:
        """Note where a stretch of the output came from; give the places, in order."""
        first, *more = text.split(OPEN)
        found, marks = self._traced(first), self.followed.marks
        into.update(found)
        for piece in more:
            mark, closed, after = piece.partition(CLOSE)
            if closed and mark.isdecimal() and int(mark) < len(marks):
                found.append(marks[int(mark)])
            letters = self._traced(after if closed else piece)
            into.update(letters)
            found += letters
        return found

    def _traced(self, text: str) -> list[int]:
        """Give the places of the letters in a stretch without marks."""
        places = self.followed.places
        found = [places[letter] for letter in _RARE.findall(text) if letter in places]
        self.last = found[-1] if found else self.last
        return found


@dataclass(frozen=True, eq=False)
class Extensions:
    """The extensions of Markdown that a site uses, and how it sets them."""

    names: Sequence[Any] = EXTENSIONS
    configs: Mapping[str, Mapping[str, Any]] = field(
        default_factory=lambda: {"pymdownx.tabbed": {"alternate_style": True}})

    said: str = field(init=False)
    """What tells them from others: taken at once, for a site adds to its settings later."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "said", repr((list(self.names), dict(self.configs))))

    @cached_property
    def drawn(self) -> Collection[str]:
        """The names of fences that a script draws, as a diagram: what readers see of them is no code."""
        fences = self.configs.get("pymdownx.superfences", {}).get("custom_fences", ())
        return {str(fence["name"]) for fence in fences if "name" in fence}

    @cached_property
    def converter(self) -> Markdown:
        """Markdown with these; made once."""
        names = [name for name in self.names if name not in _LEFT_OUT]
        if not self._works(names):                                # one may ask for what MkDocs alone brings
            names = [name for name in names if self._works([name])]
        converter = self._made(names)
        if "pymdownx.superfences" in names:                       # a fence is one by its line; no colours are needed
            fences: Any = converter.preprocessors["fenced_code_block"]
            fences.extension.superfences[0]["formatter"] = _uncoloured
        return converter

    def _made(self, names: Sequence[Any]) -> Markdown:
        return Markdown(extensions=names, extension_configs={
            name: {**self.configs.get(name, {}), **_OURS.get(name, {})} for name in names if isinstance(name, str)})

    def _works(self, names: Sequence[Any]) -> bool:
        try:
            self._made(names).convert("[A](b.md)")
        except Exception:  # noqa: BLE001 - whatever an extension raises
            return False
        return True


def _uncoloured(src: str, *_: Any, attrs: Mapping[str, str], **__: Any) -> str:
    """Give a fence's code as it is, with the attributes that its author gave it."""
    given = "".join(f' {name}="{escape(value)}"' for name, value in attrs.items())
    return f"<pre{given}>{escape(src)}</pre>"


USUAL = Extensions()


def printed(text: str, scan: Scan, extensions: Extensions = USUAL) -> Printed:
    """Convert a page and say where what it says came out."""
    followed = _Followed(text, scan)
    converter = extensions.converter
    converter.reset()
    converter.references = _References(followed)
    walk = _Walk(followed)
    snippets = "pymdownx.snippets" in extensions.names
    try:
        html = converter.convert(_SNIPPET.sub("", followed.markdown) if snippets else followed.markdown)
    except Exception as error:  # noqa: BLE001 - whatever an extension raises
        return Printed(failed=followed.plain(f"{type(error).__name__}: {error}", str))
    walk.feed(html)
    walk.close()
    walk.contents(getattr(converter, "toc_tokens", ()))
    out = walk.printed
    out.shown |= followed.always.intersection(followed.places.values())
    places = sorted([*out.shown, *out.code, *followed.marks])
    for start, end, words in followed.markers:
        first = places[at] if (at := bisect_left(places, words)) < len(places) else -1
        begins = walk.numbered.get(first)
        number = text[start:end]
        printed_as_written = begins is None or (begins == number and number != "1")
        (out.code if first in out.code else out.shown if printed_as_written else out.hidden).update(range(start, end))
        if begins == "1" and number not in ("0", "1"):
            out.renumbered.append(start)
    out.hidden |= {place for place in followed.places.values() if place not in out.shown and place not in out.code}
    return out
