"""One page: its front matter, its segments, its sections, and what each hole and claim in it is bound to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from types import MappingProxyType
from typing import Any

import yaml

from derivations.language.reading.markup import Fate
from derivations.language.reading.names import FILLER, blank
from derivations.places import PlainYaml, yaml_texts
from derivations.text.finding import Finding
from derivations.text.marks import CLOSE, OPEN
from derivations.text.names import Names
from derivations.text.printed import USUAL, Extensions, Printed, printed
from derivations.text.scan import Kind, Scan, Segment, scan
from derivations.text.text import Text

_FRONT = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE | re.DOTALL)
_UNCLOSED = re.compile(r"---[ \t]*\n\s*[A-Za-z_]+:")
_TITLE = re.compile(r"""(?<=[ \t{])title=(?:"(?P<double>[^"\n]*)"|'(?P<single>[^'\n]*)')""")
_FENCE = re.compile(r"[ \t>]*(?:`{3,}|~{3,})[ \t]*(?:\{[ \t]*\.)?(?P<name>[\w-]+)")
_UNDRAWN = re.compile(r"(?m)\A[^\n]*|^[ \t>]*(?:%%|(?:classDef|class|style|linkStyle|click|dateFormat)\b)[^\n]*"
                      r"|^[ \t>]*(?:`{3,}|~{3,})[ \t]*\Z")
"""The lines of a diagram that no reader sees: its fence, comments, styles."""
_INDENTED = re.compile(r"[ \t>]*(?: {4}|\t)")
_RUN = re.compile(r"\d|[^\W\d_]+")
_LINE = re.compile(r"[^\n]+")
_ROUNDS = 5
"""How often a page is read anew where Markdown takes for text what looks like code."""
_MARKS = re.compile(f"[{OPEN}{CLOSE}]")
"""The private-use characters that stand for what is put in after Markdown; an author's would be taken for one."""


@dataclass(frozen=True)
class Heading:
    """A heading: its level, its explicit id, and where its line begins."""

    level: int
    id: str
    start: int


NOT_READ = frozenset({
    "literals", "template", "icon", "hide", "status", "search", "date", "slug", "image", "robots", "redirect", "draft",
})
"""What of the front matter no reader meets: all the rest is read, in a tab, in search results, by a theme."""


@dataclass(eq=False)
class Page(Text):
    """A page as read from a file. `path` is the file's from the project's root.

    src  its path in the docs: "en/chapter.md"; "chapter.md" where no language has a folder
    extensions  those of Markdown that it is read with
    """

    src: str = ""
    extensions: Extensions = USUAL

    @property
    def name(self) -> str:
        """Its name in every language: "chapter.md"."""
        return self.src.removeprefix(f"{self.language}/")

    @cached_property
    def yaml(self) -> str:
        """The front matter's YAML, without its fences."""
        found = _FRONT.match(self.source)
        return found["yaml"] if found else ""

    @cached_property
    def start(self) -> int:
        """Where the body starts in the text."""
        found = _FRONT.match(self.source)
        return found.end() if found else 0

    @cached_property
    def meta(self) -> dict[str, Any]:
        """The front matter, as data; a fault in it is a finding."""
        try:
            data = yaml.load(self.yaml, PlainYaml) if self.yaml.strip() else {}
        except (yaml.YAMLError, ValueError, RecursionError) as fault:
            mark = getattr(fault, "problem_mark", None)
            what = getattr(fault, "problem", None) or "it can't be read"
            line, column = (mark.line + 2, mark.column + 1) if mark else (1, 1)
            self.findings.append(Finding(self.path, line, column, f"front matter is not YAML: {what}",
                                         "quote a text that holds a hole, in single quotes where the hole has "
                                         "double ones" if "{{" in self.yaml else ""))
            return {}
        if not self.yaml and _UNCLOSED.match(self.source):
            self.findings.append(Finding(self.path, 1, 1, "the front matter that begins here is never closed",
                                         "end it with a line ---"))
        if isinstance(data, dict):
            return {str(key): value for key, value in data.items()}
        if data is not None:
            self.findings.append(Finding(self.path, 2, 1, "front matter is a mapping of names to values"))
        return {}

    @cached_property
    def front(self) -> tuple[Text, ...]:
        """What of the front matter readers meet."""
        if not self.meta:
            return ()
        return tuple(Text(self.path, self.language, str(value), value.breaks, ".".join(keys))
                     for keys, value in yaml_texts(self.yaml, self.path, first=2)      # the line after the fence
                     if keys[0] not in NOT_READ)

    @cached_property
    def scan(self) -> Scan:
        """The body's segments; what can't be read is a finding."""
        found = self._read[0]
        for fault in found.faults:
            self.fault(fault.offset, fault.message)
        if failed := self.printed.failed:
            self.fault(self.start, f"Markdown can't convert the page: {failed}")
        return found

    @property
    def printed(self) -> Printed:
        """What Markdown makes of the body."""
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[Scan, Printed, frozenset[int]]:
        """The segments, what Markdown prints of them, and where it prints otherwise than it looks.

        What looks like code and is printed as text is text; in lines that are indented far, nothing begins a formula,
        a hole or a tag: code is shown as it stands.
        """
        refused = wrong = frozenset[int]()
        for _ in range(_ROUNDS):
            refused |= wrong
            found = scan(self.source, self.start, refused)
            seen = printed(self.source, found, self.extensions)
            wrong = frozenset(at for segment in found.segments for at in self._misread(segment, found, seen)) - refused
            if not wrong:
                break
        return found, seen, refused

    def _misread(self, segment: Segment, found: Scan, seen: Printed) -> Iterator[int]:
        """Give where a segment looks like markup and is printed otherwise: code as text, or anything as code."""
        own = range(segment.start, segment.end)
        if segment.kind is Kind.CODE and not seen.shown.isdisjoint(own):
            yield segment.start
        elif segment.kind is Kind.MATH and segment.start in seen.code:
            yield from (segment.start, segment.end - 1 - segment.display)
        elif segment.kind is Kind.TEXT or segment.strange:
            for fault in found.faults:
                printed = (at for at in range(fault.offset, segment.end) if at in seen.code or at in seen.shown)
                if fault.offset in own and next(printed, -1) in seen.code:
                    yield fault.offset
        elif segment.start in seen.code or self._amid_code(segment, found, seen):
            yield segment.start

    def _amid_code(self, segment: Segment, found: Scan, seen: Printed) -> bool:
        """Whether what Markdown never sees stands in a line of code; alone in its line, beside one."""
        start, end = self._lines_of(segment.start, segment.end)
        if segment.kind not in (Kind.TAG, Kind.COMMENT) or not seen.code or not _INDENTED.match(self.source, start):
            return False
        for first, last in ((start, end), self._lines_of(max(0, start - 1), end + 1)):
            met = [at for one in found.segments if one.kind in (Kind.TEXT, Kind.HOLE)
                   for at in range(max(one.start, first), min(one.end, last)) if at in seen.code or at in seen.shown]
            if met:
                return seen.shown.isdisjoint(met)
        return False

    def _lines_of(self, start: int, end: int) -> tuple[int, int]:
        """Give where the lines begin and end that hold a stretch."""
        after = self.source.find("\n", end)
        return self.source.rfind("\n", 0, start) + 1, after if after >= 0 else len(self.source)

    @property
    def unread(self) -> bool:
        """Whether Markdown hasn't read it yet: that takes a while."""
        return "_read" not in vars(self)

    def reading(self) -> list[Any]:
        """Give what Markdown makes of it as plain data."""
        _, seen, refused = self._read
        return [sorted(refused), seen.plain()]

    def read_by(self, reading: list[Any]) -> None:
        """Take what Markdown makes of it from the `reading` of the same page."""
        refused, seen = frozenset(reading[0]), Printed.of(reading[1])
        self._read = scan(self.source, self.start, refused), seen, refused

    def _readable_text(self, segment: Segment) -> str:
        """Blank what Markdown prints as code though no backtick stands there: lines that are indented far."""
        code, start = self.printed.code, segment.start
        if code.isdisjoint(range(start, segment.end)):
            return segment.content

        def line(found: re.Match[str]) -> str:
            """Blank a line that is code throughout with its signs: its brackets make no link."""
            runs = [start + found.start() + run.start() for run in _RUN.finditer(found[0])]
            if runs and code.issuperset(runs):
                return blank(found[0])
            places = iter(runs)
            return _RUN.sub(lambda run: blank(run[0]) if next(places) in code else run[0], found[0])

        return _LINE.sub(line, segment.content)

    def _readable_code(self, code: str) -> str:
        """Blank code, but for what readers see as text: the title that its first line gives it, and a diagram."""
        if self.drawn(code):
            return _UNDRAWN.sub(lambda found: blank(found[0]), code)
        line = code.find("\n")
        title = _TITLE.search(code, 0, line) if line > 0 else None
        if title is None:
            return blank(code)
        start, end = title.span("double" if title["double"] is not None else "single")
        return blank(code[:start]) + code[start:end] + blank(code[end:])

    def drawn(self, code: str) -> bool:
        """Whether a script draws a fence."""
        return bool(self.extensions.drawn) and (fence := _FENCE.match(code)) is not None \
            and fence["name"] in self.extensions.drawn

    @cached_property
    def prose(self) -> str:
        """The readable text with formulas blanked as well: where links and notes are looked for."""
        out, at = [], 0
        for segment in self.scan.segments:
            if segment.kind is Kind.MATH:
                out += [self.readable[at:segment.start], blank(self.readable[segment.start:segment.end], FILLER)]
                at = segment.end
        return "".join([*out, self.readable[at:]])

    @property
    def fate(self) -> Fate:
        """What Markdown prints of it."""
        return self.printed.fate

    @cached_property
    def headings(self) -> tuple[Heading, ...]:
        """All headings; one without an explicit id, or an id used twice, is a finding."""
        found, seen = [], set[str]()
        for heading in self.printed.headings:
            start = self.source.rfind("\n", 0, heading.at) + 1
            if not heading.id and "attr_list" in self.extensions.names:
                self.fault(start, "a heading needs an explicit id, the same in every language",
                           "end the line with {#short-name}")
            elif heading.id and heading.id in seen:
                self.fault(start, f"the heading id '{heading.id}' is used twice on this page")
            seen.add(heading.id)
            found.append(Heading(heading.level, heading.id, start))
        return tuple(found)

    def section_at(self, offset: int) -> str:
        """Give the id of the section that an offset lies in; "" before the first heading."""
        before = takewhile(lambda heading: heading.start <= offset, self.headings)
        return ["", *(heading.id for heading in before)][-1]

    def bind(self, names: Names) -> None:
        """Bind every hole; headings are read as well, for their faults."""
        super().bind(names)
        assert self.headings is not None


NO_PAGES: Mapping[str, Page] = MappingProxyType({})


def read_pages(files: Mapping[str, tuple[str, str]], extensions: Extensions = USUAL,
               earlier: Mapping[str, Page] = NO_PAGES, alone: str = "") -> dict[str, Page]:
    """Make pages of files: src → (path, text). The language is the first folder of src, or `alone` that of all.

    What Markdown prints of a text is known of `earlier` pages of the same text: no course changes it.
    """
    pages = {}
    for src, (path, text) in files.items():
        page = pages[src] = Page(path, alone or src.split("/", 1)[0], _MARKS.sub("\ufffd", text), src=src,
                                 extensions=extensions)
        if (known := earlier.get(src)) and known.source == page.source and known.extensions.said == extensions.said:
            page._read = known._read
        for found in _MARKS.finditer(text):
            page.fault(found.start(), f"the private-use character U+{ord(found.group()):04X} can't stand in a page")
    return pages
