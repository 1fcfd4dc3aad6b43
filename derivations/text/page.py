"""One page: its front matter, its segments, its sections, and what each hole and claim in it is bound to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import yaml

from derivations.language.reading.names import FILLER
from derivations.text.expression import Bound, ExpressionFault, Names, Reader
from derivations.text.finding import Finding, Lines
from derivations.text.printed import Printed, printed
from derivations.text.scan import Kind, Scan, Segment, scan

_FRONT = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r"""(?<=[ \t{])title=(?:"(?P<double>[^"\n]*)"|'(?P<single>[^'\n]*)')""")
_RUN = re.compile(r"\d|[^\W\d_]+")
_ROUNDS = 5
"""How often a page is read anew where Markdown takes for text what looks like code."""
_MARKS = re.compile("[\ue000\ue001]")
"""The private-use characters that stand for what is put in after Markdown; an author's would be taken for one."""


@dataclass(frozen=True)
class Heading:
    """A heading: its level, its explicit id, and where its line begins."""

    level: int
    id: str
    start: int


@dataclass(frozen=True)
class Hole:
    """A hole, what it is bound to (None: a fault was found), and whether it stands in math or in front matter."""

    segment: Segment
    bound: Bound | None
    in_math: bool = False
    in_front: bool = False


@dataclass(frozen=True)
class Claim:
    """A claim: its condition, where that starts, and the stretch of its words."""

    condition: str
    at: int
    start: int
    words: tuple[int, int]


class _Plain(yaml.SafeLoader):
    """Reads front matter; an alias is refused, for with aliases a short text can hold itself, or a million texts."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="it can't hold an alias", problem_mark=event.start_mark)
        return super().compose_node(parent, index)


@dataclass(eq=False)
class Page:
    """A page as read from a file. `src` is "en/chapter.md", `path` the file's path from the project's root."""

    src: str
    path: str
    language: str
    text: str
    findings: list[Finding] = field(default_factory=list)

    @cached_property
    def lines(self) -> Lines:
        """Turns offsets into lines and columns of the file."""
        return Lines(self.text)

    @cached_property
    def front(self) -> str:
        """The front matter's YAML, without its fences."""
        found = _FRONT.match(self.text)
        return found["yaml"] if found else ""

    @cached_property
    def body_start(self) -> int:
        """Where the body starts in the text."""
        found = _FRONT.match(self.text)
        return found.end() if found else 0

    @cached_property
    def meta(self) -> dict[str, Any]:
        """The front matter, as data; a fault in it is a finding."""
        try:
            data = yaml.load(self.front, _Plain) if self.front.strip() else {}
        except (yaml.YAMLError, ValueError, RecursionError) as fault:
            mark = getattr(fault, "problem_mark", None)
            what = getattr(fault, "problem", None) or "it can't be read"
            line, column = (mark.line + 2, mark.column + 1) if mark else (1, 1)
            self.findings.append(Finding(self.path, line, column, f"front matter is not YAML: {what}",
                                         "quote a text that holds a hole"))
            return {}
        if isinstance(data, dict):
            return {str(key): value for key, value in data.items()}
        if data is not None:
            self.findings.append(Finding(self.path, 2, 1, "front matter is a mapping of names to values"))
        return {}

    @cached_property
    def scan(self) -> Scan:
        """The body's segments; what can't be read is a finding."""
        found, _ = self._read
        for fault in found.faults:
            self.fault(fault.offset, fault.message)
        return found

    @property
    def printed(self) -> Printed:
        """What Markdown makes of the body."""
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[Scan, Printed]:
        """The segments and what Markdown prints of them: where it prints as text what looks like code, it is text."""
        refused: frozenset[int] = frozenset()
        for _ in range(_ROUNDS):
            found = scan(self.text, self.body_start, refused)
            seen = printed(self.text, found)
            wrong = {segment.start for segment in found.segments if segment.kind is Kind.CODE
                     and not seen.shown.isdisjoint(range(segment.start, segment.end))}
            if not wrong:
                break
            refused |= wrong
        return found, seen

    def fault(self, offset: int, message: str, hint: str = "") -> None:
        """Add a finding at an offset of the text."""
        self.findings.append(self.lines.finding(self.path, offset, message, hint))

    @cached_property
    def readable(self) -> str:
        """The text with code, comments, holes and tags blanked, character for character (newlines stay)."""
        out = [_blank(self.text[: self.body_start])]
        for segment in self.scan.segments:
            stretch = self.text[segment.start : segment.end]
            if segment.kind is Kind.TEXT:
                out.append(self._without_code(stretch, segment.start))
            elif segment.kind is Kind.CODE:
                out.append(_blank_but_title(stretch))
            elif segment.kind is Kind.RAW:
                inner = segment.inner - segment.start
                out.append(_blank(stretch[:inner]) + segment.content + _blank(stretch[inner + len(segment.content):]))
            elif segment.kind is Kind.MATH:
                out.append(self._readable_math(segment))
            else:
                out.append(_blank(stretch, FILLER if segment.kind is Kind.HOLE else " "))
        return "".join(out)

    def _without_code(self, stretch: str, start: int) -> str:
        """Blank what Markdown prints as code though no backtick stands there: lines that are indented far."""
        code = self.printed.code
        if code.isdisjoint(range(start, start + len(stretch))):
            return stretch
        return _RUN.sub(lambda run: _blank(run[0]) if start + run.start() in code else run[0], stretch)

    @cached_property
    def prose(self) -> str:
        """The readable text with formulas blanked as well: where links and notes are looked for."""
        out, at = [], 0
        for segment in self.scan.segments:
            if segment.kind is Kind.MATH:
                out += [self.readable[at:segment.start], _blank(self.readable[segment.start:segment.end], FILLER)]
                at = segment.end
        return "".join([*out, self.readable[at:]])

    def _readable_math(self, segment: Segment) -> str:
        mark = segment.inner - segment.start
        inside, at = [], segment.inner
        for part in segment.parts:
            inside.append(_blank(self.text[at : part.start]))        # the marks of a quotation's lines
            inside.append(part.content if part.kind is Kind.TEXT else _blank(self.text[part.start : part.end], FILLER))
            at = part.end
        return "$" * mark + "".join(inside) + "$" * mark

    @cached_property
    def headings(self) -> tuple[Heading, ...]:
        """All headings; one without an explicit id, or an id used twice, is a finding."""
        found, seen = [], set[str]()
        for heading in self.printed.headings:
            start = self.text.rfind("\n", 0, heading.at) + 1
            if not heading.id:
                self.fault(start, "a heading needs an explicit id, the same in every language",
                           "end the line with {#short-name}")
            elif heading.id in seen:
                self.fault(start, f"the heading id '{heading.id}' is used twice on this page")
            seen.add(heading.id)
            found.append(Heading(heading.level, heading.id, start))
        return tuple(found)

    def section_at(self, offset: int) -> str:
        """Give the id of the section that an offset lies in; "" before the first heading."""
        name = ""
        for heading in self.headings:
            if heading.start > offset:
                break
            name = heading.id
        return name

    def bind(self, names: Names) -> None:
        """Bind every hole; what can't be bound is a finding at its own line and column."""
        assert self.headings is not None  # reads them, with their findings
        self.holes: dict[int, Hole] = {}
        for segment, in_math in _holes(self.scan.segments):
            self.holes[segment.start] = Hole(segment, self._bound(segment, names), in_math)
        self.front_holes: dict[str, Hole] = {}
        for value in texts_of({key: value for key, value in self.meta.items() if key != "literals"}):
            if "{{" in value:
                self._bind_front(value, names)

    def _bind_front(self, value: str, names: Names) -> None:
        """Bind the holes of one front-matter text; a fault is placed where the hole stands in the file."""
        found = scan(value)
        for fault in found.faults:
            self.fault(self._place_in_front(value[fault.offset :]), fault.message)
        for segment, _ in _holes(found.segments):
            at = self._place_in_front(value[segment.start : segment.end])
            placed = Segment(segment.kind, at, at, segment.content, at + 3)
            self.front_holes[segment.content] = Hole(placed, self._bound(placed, names), in_front=True)

    def _place_in_front(self, text: str) -> int:
        """Give where a text begins in the front matter, whose quotation marks and line breaks YAML may have changed."""
        start = self.text.find(self.front)
        for length in range(min(len(text), 80), 2, -1):
            at = self.text.find(text[:length], start, self.body_start)
            if at >= 0:
                return at
        return start

    def _bound(self, segment: Segment, names: Names) -> Bound | None:
        try:
            return Reader(segment.content, names).hole()
        except ExpressionFault as fault:
            self.fault(segment.inner + fault.offset, fault.message)
            return None

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """All claims; tags that don't pair up are findings."""
        found, opened = [], None
        for segment in self.scan.segments:
            if segment.kind is not Kind.TAG:
                continue
            words = segment.content.split(None, 1)
            if words[0] == "claim":
                if opened is not None:
                    self.fault(segment.start, "a claim can't stand inside another claim")
                opened = segment
            elif words[0] == "endclaim" and opened is not None:
                inner = opened.content
                at = inner.index("claim") + len("claim")
                found.append(Claim(inner[at:], opened.inner + at, opened.start, (opened.end, segment.start)))
                opened = None
            else:
                self.fault(segment.start, f"{words[0]} closes nothing")
        if opened is not None:
            self.fault(opened.start, "{{% claim … %}} is never closed: write {{% endclaim %}}")
        return tuple(found)


def texts_of(value: Any) -> Iterator[str]:
    """Give the texts of front matter, those in its lists and mappings too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts_of(inner)


def _holes(segments: tuple[Segment, ...]) -> Iterator[tuple[Segment, bool]]:
    for segment in segments:
        if segment.kind is Kind.HOLE:
            yield segment, False
        for part in segment.parts:
            if part.kind is Kind.HOLE:
                yield part, True


def _blank_but_title(code: str) -> str:
    """Blank code, but for the title that its first line gives it: readers see that."""
    line = code.find("\n")
    title = _TITLE.search(code, 0, line) if line > 0 else None
    if title is None:
        return _blank(code)
    start, end = title.span("double" if title["double"] is not None else "single")
    return _blank(code[:start]) + code[start:end] + _blank(code[end:])


def _blank(text: str, filler: str = " ") -> str:
    return "".join("\n" if character == "\n" else filler for character in text)


def read_pages(files: Mapping[str, tuple[str, str]]) -> dict[str, Page]:
    """Make pages of files: src → (path, text). The language is the first folder of src."""
    pages = {}
    for src, (path, text) in files.items():
        page = pages[src] = Page(src, path, src.split("/", 1)[0], _MARKS.sub("\ufffd", text))
        for found in _MARKS.finditer(text):
            page.fault(found.start(), f"the private-use character U+{ord(found.group()):04X} can't stand in a page")
    return pages
