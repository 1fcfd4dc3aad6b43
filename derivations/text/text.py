"""The unit of everything that a reader reads: one text, where it stands, and what its holes and claims are bound to.

A page, a value of its front matter, a question, a hint, a reason, the heading of a table, a title of the navigation:
each is read once, bound once, and checked by the same checks, and each fault is said at its own place in its own file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from derivations.exact import Exact, Value
from derivations.language.reading.markup import INVISIBLE, UNKNOWN, Fate
from derivations.language.reading.names import FILLER, blank
from derivations.places import Break, Lines, Placed
from derivations.text.expression import BlockCall, Bound, ExpressionFault, Reader
from derivations.text.finding import Finding
from derivations.text.names import Names
from derivations.text.scan import Kind, Scan, Segment, scan

WRITTEN_OUT = ("drill.", "slip.", "plot.")
"""The course's words that may hold values: the blocks that show them write their holes."""
EXAMPLE = ("example", "endexample")
"""The tags around what a page shows twice: as its author wrote it, and as its readers see it."""
CITED = "source."
"""The course's words that name a work and a place in it: their numbers are names."""
_BLANK = re.compile(r"\[[a-z_]+\](?![(\[])|\{\d\}")
"""What the course's words leave open: for a script, or for another word."""


@dataclass(frozen=True)
class Hole:
    """A hole, what it is bound to (None: a fault was found), and whether it stands in math."""

    segment: Segment
    bound: Bound | None
    in_math: bool = False


@dataclass(frozen=True)
class Claim:
    """A claim: its condition, where that starts, and the stretch of its words."""

    condition: str
    at: int
    start: int
    words: tuple[int, int]


@dataclass
class Verdict:
    """What became of a condition: whether it holds, what is so where it doesn't, and how near the limit it is.

    margin   |left − right| / |right| for the closest comparison, exactly; None for identities and equalities
    wants_numeral  values that `about(x)` compares with the one numeral in the claim's words
    bounds  plain numbers that the condition compares with: the words may say them
    """

    holds: bool = True
    failed: list[str] = field(default_factory=list)
    margin: Fraction | None = None
    wants_numeral: list[Value] = field(default_factory=list)
    bounds: list[Exact] = field(default_factory=list)
    binds: list[str] = field(default_factory=list)


@dataclass(eq=False)
class Text:
    """A text as its file has it.

    path      of the file, from the project's root
    breaks    where its characters stand in the file: (offset, line, column); nothing for a text that is the whole file
    key       what its course calls it ("drill.fence.hint1"), or what it is ("title"); "" for a page
    holds     whether it may hold values: whoever shows it writes them
    findings  the faults met so far while it was read and bound
    passed    the checks that found nothing in it: a text never changes, a changed one is another text
    """

    path: str
    language: str
    source: str
    breaks: Sequence[Break] = ()
    key: str = ""
    holds: bool = True
    findings: list[Finding] = field(default_factory=list)
    passed: set[str] = field(default_factory=set)
    bound: bool = False
    holes: dict[int, Hole] = field(default_factory=dict)
    verdicts: list[tuple[Claim, Verdict]] = field(default_factory=list)

    @classmethod
    def of(cls, text: str, language: str, key: str, path: str) -> Text:
        """Make a text of a string of a file; `path` is where one stands that doesn't know its place."""
        holds = key.startswith(WRITTEN_OUT)
        if isinstance(text, Placed):
            return cls(text.source.path, language, str(text), text.breaks, key, holds)
        return cls(path, language, text, [(0, 1, 1)], key, holds)

    @cached_property
    def lines(self) -> Lines:
        """Turns offsets into lines and columns of the file."""
        return Lines(self.source, self.breaks)

    @cached_property
    def start(self) -> int:
        """Where what is read begins: behind a page's front matter."""
        return 0

    @cached_property
    def scan(self) -> Scan:
        """The segments; what can't be read is a finding."""
        found = scan(self.source, self.start)
        for fault in found.faults:
            self.fault(fault.offset, fault.message)
        return found

    def finding(self, offset: int, message: str, hint: str = "") -> Finding:
        """Give a finding at an offset of the text."""
        return Finding(self.path, *self.lines.place(offset), message, hint)

    def fault(self, offset: int, message: str, hint: str = "") -> None:
        """Add a finding at an offset of the text."""
        self.findings.append(self.finding(offset, message, hint))

    @cached_property
    def readable(self) -> str:
        """The text with code, comments, holes and tags blanked, character for character (newlines stay)."""
        out = [blank(self.source[: self.start])]
        for segment in self.scan.segments:
            stretch = self.source[segment.start : segment.end]
            if segment.kind is Kind.TEXT:
                out.append(self._readable_text(segment))
            elif segment.kind is Kind.CODE:
                out.append(self._readable_code(stretch))
            elif segment.kind is Kind.RAW:
                inner = segment.inner - segment.start
                out.append(blank(stretch[:inner]) + segment.content + blank(stretch[inner + len(segment.content):]))
            elif segment.kind is Kind.MATH:
                out.append(self._readable_math(segment))
            else:
                out.append(blank(stretch, FILLER if segment.kind is Kind.HOLE else INVISIBLE))
        return "".join(out)

    def _readable_text(self, segment: Segment) -> str:
        """Blank what the course's words leave open."""
        return _BLANK.sub(lambda found: blank(found[0], FILLER), segment.content)

    def _readable_code(self, code: str) -> str:
        return blank(code)

    def _readable_math(self, segment: Segment) -> str:
        mark = segment.inner - segment.start
        inside, at = [], segment.inner
        for part in segment.parts:
            inside.append(blank(self.source[at : part.start]))        # the marks of a quotation's lines
            inside.append(part.content if part.kind is Kind.TEXT else blank(self.source[part.start : part.end], FILLER))
            at = part.end
        inside.append(blank(self.source[at : segment.end - mark]))
        return "$" * mark + "".join(inside) + "$" * mark

    @property
    def fate(self) -> Fate:
        """What Markdown prints of it; of a text that isn't a page, all."""
        return UNKNOWN

    def bind(self, names: Names) -> None:
        """Bind every hole; what can't be bound is a finding at its own line and column."""
        self.bound = True
        assert self.examples is not None
        self.holes = {segment.start: Hole(segment, self._bound(segment, names), in_math)
                      for segment, in_math in _holes(self.scan.segments)}

    def blocks(self) -> list[BlockCall]:
        """Give the blocks that it shows, in order."""
        return [hole.bound for hole in self.holes.values() if isinstance(hole.bound, BlockCall)]

    def _bound(self, segment: Segment, names: Names) -> Bound | None:
        try:
            return Reader(segment.content, names).hole()
        except ExpressionFault as fault:
            self.fault(segment.inner + fault.offset, fault.message)
            return None

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """All claims; tags that don't pair up are findings."""
        found = []
        for opened, closed in self._pairs("claim", "{{% claim … %}}"):
            at = opened.content.index("claim") + len("claim")
            found.append(Claim(opened.content[at:], opened.inner + at, opened.start, (opened.end, closed.start)))
        return tuple(found)

    @cached_property
    def examples(self) -> dict[int, tuple[int, int]]:
        """Where each example's text begins and ends, by where it is opened; tags that don't pair up are findings."""
        pairs = self._pairs("example", "{{% example %}}")
        return {opened.start: (opened.end, closed.start) for opened, closed in pairs}

    def _pairs(self, name: str, shown: str) -> Iterator[tuple[Segment, Segment]]:
        """Give each tag of a name with the one that closes it; what doesn't pair up is a finding."""
        opened: Segment | None = None
        misspelt = any(fault.tag for fault in self.scan.faults)     # which is said already
        for segment in self.scan.segments:
            said = segment.content.split(None, 1)[0] if segment.kind is Kind.TAG else ""
            if said == name:
                if opened is not None:
                    self.fault(segment.start, f"{{{{% {said} %}}}} can't stand inside another: close that one first")
                opened = segment
            elif said == f"end{name}" and opened is not None:
                yield opened, segment
                opened = None
            elif said == f"end{name}" and not misspelt:
                self.fault(segment.start, f"{said} closes nothing")
        if opened is not None and not misspelt:
            self.fault(opened.start, f"{shown} is never closed: write {{{{% end{name} %}}}}")


def _holes(segments: tuple[Segment, ...]) -> Iterator[tuple[Segment, bool]]:
    for segment in segments:
        if segment.kind is Kind.HOLE:
            yield segment, False
        for part in segment.parts:
            if part.kind is Kind.HOLE:
                yield part, True
