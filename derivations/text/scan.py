"""A page's text, cut into segments: text, code, math, holes and tags, each with its place in the file.

The delimiters are `{{= value }}`, `{{% tag %}}` and `{{# comment #}}`: sequences that neither LaTeX nor code nor
attribute lists contain. Code is found first, so nothing in it is ever bound. Four spaces of indentation are not code
here: admonitions, lists and tabs are written so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from derivations.nearest import nearest


class Kind(Enum):
    """What a segment is."""

    TEXT = "text"
    CODE = "code"
    MATH = "math"
    HOLE = "hole"
    TAG = "tag"
    COMMENT = "comment"
    RAW = "raw"


@dataclass(frozen=True)
class Segment:
    """A stretch of the source, [start, end).

    content  what stands between the delimiters; for text, code and raw the stretch itself
    inner    where `content` starts in the source
    parts    the segments inside math: text and holes
    display  whether math stands on its own ($$…$$)
    """

    kind: Kind
    start: int
    end: int
    content: str
    inner: int
    parts: tuple[Segment, ...] = ()
    display: bool = False

    @property
    def strange(self) -> bool:
        """Whether it looks like a hole and is none."""
        return self.kind is Kind.COMMENT and self.inner == self.start

    @property
    def kept(self) -> str:
        """An HTML comment, where no browser can take it for more: other plugins read some, as `<!-- more -->`."""
        kept = self.kind is Kind.COMMENT and self.inner - self.start == len("<!--") and not _MORE.search(self.content)
        return f"<!--{self.content}-->" if kept else ""


@dataclass(frozen=True)
class ScanFault:
    """Something that can't be read, and where; `tag` where it is a tag that nobody knows."""

    offset: int
    message: str
    tag: str = ""


@dataclass(frozen=True)
class Scan:
    """All segments in order, covering the body without gaps, and the faults met."""

    segments: tuple[Segment, ...]
    faults: tuple[ScanFault, ...]


_MORE = re.compile(r"[<>{}]")
"""What a comment that is published doesn't hold."""
_NEXT = re.compile(
    r"(?P<ticks>`{3,}|~{3,})"
    r"|(?P<escape>\\[\\`$])"
    r"|(?P<span>`+)"
    r"|(?P<html><!--)"
    r"|(?P<hole>\{\{=)|(?P<tag>\{\{%)|(?P<comment>\{\{\#)"
    r"|(?P<close>[%#]\}\})"
    r"|(?P<jinja>\{\{(?<!\$\{\{)(?=\s*[A-Za-z_])[^{}\n]*\}\}|\{%[^{}\n]*%\})"
    r"|(?P<display>\$\$)|(?P<dollar>\$)"
)
_SIGN = re.compile(r"[`~\\<{%#$]")
"""What each of these begins with: a search for one sign leaps over the rest."""
_BEFORE_FENCE = re.compile(r"[ \t>]*")
_HOLE_BODY = re.compile(r"(?:[^'\"}\n]|\n(?![ \t]*\n)|\"[^\"\n]*\"|'[^'\n]*'|\}(?!\}))*(?=\}\})")
_END_OF_HOLE = re.compile(r"[%}]\}|\}|(?=\n)|(?=\{\{)")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_NOT_MATH = re.compile(r"\n[ \t>]*\n|`|\{\{[%#]")
"""Where a formula ends at the latest: its paragraph, code, a tag or a comment."""
_IN_QUOTE = re.compile(r"[ \t]*(?:(?:[-*+]|\d+\.)[ \t]+)*>")
_LINES_OF_QUOTE = re.compile(r"\n(?P<mark>[ \t]*>[ \t>]*)")
_OTHER_MATH = re.compile(
    r"\\(?:\((?=(?:[^\n]|\n(?![ \t>]*\n)){0,2000}?\\\))"
    r"|\[(?=[ \t]*$|(?:[^\n]|\n(?![ \t>]*\n)){0,2000}?(?:\\[A-Za-z]|[_^=])(?:[^\n]|\n(?![ \t>]*\n)){0,2000}?\\\])"
    r"|begin\{[A-Za-z]+\*?\})", re.MULTILINE,
)
"""Formulas between signs that aren't ours; an escaped bracket in prose is none."""
_SPACED = re.compile(
    r"\$(?=[^$\n]{0,300}?(?:\\[A-Za-z]|\b[A-Za-z][_^]|[)}\]][_^])[^$\n]{0,300}?"
    r"(?<=[ \t])\$)")
"""A formula with a space inside its signs: in prose a dollar beside a space is one."""
_NONE_IN_CODE = frozenset({"display", "dollar", "jinja", "close", "hole", "tag", "comment", "html"})
TAGS = ("claim", "endclaim", "example", "endexample", "raw", "endraw")


@lru_cache(maxsize=4096)
def scan(text: str, start: int = 0, no_code: frozenset[int] = frozenset()) -> Scan:
    """Cut `text` from `start` on into segments.

    no_code  where backticks stand that open no code, and where what looks like markup stands in code
    """
    return _Scanner(text, no_code).run(start)


def _escaped(text: str, at: int) -> bool:
    """Whether a backslash is itself escaped by those before it."""
    return (at - len(text[:at].rstrip("\\"))) % 2 == 1


class _Scanner:
    """One pass over the text; each method reads one construct and gives where it ends."""

    def __init__(self, text: str, no_code: frozenset[int]) -> None:
        self.text = text
        self.no_code = no_code
        self.segments: list[Segment] = []
        self.faults: list[ScanFault] = []
        self.written = 0
        readers = (self._ticks, self._span, self._html, self._hole, self._tag, self._comment, self._display,
                   self._dollar, self._close, self._jinja)
        self.read = {reader.__name__[1:]: reader for reader in readers}

    def run(self, start: int) -> Scan:
        at = self.written = start
        while sign := _SIGN.search(self.text, at):
            found = _NEXT.match(self.text, sign.start())
            if found is None:
                at = sign.end()
                continue
            kind = str(found.lastgroup)
            plain = kind == "escape" or (kind in _NONE_IN_CODE and found.start() in self.no_code)
            at = found.end() if plain else self.read[kind](found)
        self._text_until(len(self.text))
        return Scan(tuple(self.segments), tuple(self.faults))

    def _fault(self, offset: int, message: str, tag: str = "") -> None:
        self.faults.append(ScanFault(offset, message, tag))

    def _begins_none(self, found: re.Match[str], cure: str) -> None:
        if (at := self.written + found.start()) not in self.no_code:
            self._fault(at, f"{found.group()} begins no formula here: {cure}")

    def _text_until(self, end: int) -> None:
        if self.written < end:
            stretch = self.text[self.written : end]
            for found in _OTHER_MATH.finditer(stretch) if "\\" in stretch else ():
                if not _escaped(stretch, found.start()):
                    self._begins_none(found, "write $…$, or $$…$$ for one on its own")
            for found in _SPACED.finditer(stretch) if "$" in stretch else ():
                self._begins_none(found, "write it without a space inside its signs, $x$")
            self.segments.append(Segment(Kind.TEXT, self.written, end, stretch, self.written))
        self.written = end

    def _put(self, kind: Kind, start: int, end: int, inner: int, inner_end: int, **more: object) -> int:
        self._text_until(start)
        self.segments.append(Segment(kind, start, end, self.text[inner:inner_end], inner, **more))  # type: ignore[arg-type]
        self.written = end
        return end

    def _ticks(self, found: re.Match[str]) -> int:
        """Read a fence, where nothing but the marks of a quotation stands before it in its line; a span otherwise."""
        mark, start = found["ticks"], self.text.rfind("\n", 0, found.start()) + 1
        begins_line = _BEFORE_FENCE.fullmatch(self.text, start, found.start()) is not None
        if not begins_line:
            return self._span(found) if mark[0] == "`" else found.end()
        if start in self.no_code:
            return found.end()
        line_end = self.text.find("\n", found.end())
        if mark[0] == "`" and "`" in self.text[found.end() : line_end if line_end >= 0 else None]:
            return self._span(found)  # a span, not a fence
        closing = re.compile(rf"^[ \t>]*{mark[0]}{{{len(mark)},}}[ \t]*$", re.MULTILINE)
        end = closing.search(self.text, line_end) if line_end >= 0 else None
        stop = end.end() if end else len(self.text)
        if end is None:
            self._fault(found.start(), f"the code block opened by {mark} is never closed")
        return self._put(Kind.CODE, start, stop, start, stop)

    def _span(self, found: re.Match[str]) -> int:
        ticks = found.group()
        if found.start() in self.no_code:
            return found.end()
        blank = _BLANK_LINE.search(self.text, found.end())
        limit = blank.start() if blank else len(self.text)
        closing = re.compile(rf"(?<!`)`{{{len(ticks)}}}(?!`)").search(self.text, found.end(), limit)
        if closing is None:
            return found.end()
        return self._put(Kind.CODE, found.start(), closing.end(), found.start(), closing.end())

    def _html(self, found: re.Match[str]) -> int:
        return self._enclosed(Kind.COMMENT, *found.span(), "-->", "the HTML comment is never closed: write -->")

    def _comment(self, found: re.Match[str]) -> int:
        return self._enclosed(Kind.COMMENT, *found.span(), r"#\}\}",
                              "the comment opened by {{# is never closed: write #}}")

    def _enclosed(
        self, kind: Kind, start: int, inner: int, closes: str, unclosed: str,
    ) -> int:
        """Read up to a mark that closes, whatever stands before it."""
        closing = re.compile(closes).search(self.text, inner)
        if closing is None:
            self._fault(start, unclosed)
            return self._put(Kind.COMMENT, start, len(self.text), inner, len(self.text))
        return self._put(kind, start, closing.end(), inner, closing.start())

    def _body(self, found: re.Match[str]) -> int | None:
        """Give the offset of the closing braces of a hole, or None where there are none in its paragraph."""
        body = _HOLE_BODY.match(self.text, found.end())
        return body.end() if body else None

    def _line_end(self, found: re.Match[str]) -> int:
        """Give where a hole ends that was never closed: at a brace, or with its line; what it holds is no prose."""
        end = _END_OF_HOLE.search(self.text, found.end())
        return end.end() if end else len(self.text)

    def _hole(self, found: re.Match[str]) -> int:
        end = self._body(found)
        if end is None:
            self._fault(found.start(), "the hole opened by {{= is never closed: write }}")
            return self._put(Kind.COMMENT, found.start(), self._line_end(found), found.end(), found.end())
        return self._put(Kind.HOLE, found.start(), end + 2, found.end(), end)

    def _tag(self, found: re.Match[str]) -> int:
        end = self._body(found)
        if end is None or self.text[end - 1] != "%":
            self._fault(found.start(), "the tag opened by {{% is never closed: write %}}")
            return self._put(Kind.COMMENT, found.start(), self._line_end(found), found.end(), found.end())
        inner = self.text[found.end() : end - 1]
        name = inner.split(None, 1)[0] if inner.split() else ""
        if name == "raw":
            return self._enclosed(Kind.RAW, found.start(), end + 2, r"\{\{%\s*endraw\s*%\}\}",
                                  "{{% raw %}} is never closed: write {{% endraw %}}")
        if name not in TAGS:
            tags = (one.content.split(None, 1)[0] for one in reversed(self.segments) if one.kind is Kind.TAG)
            opened = next(tags, "")
            closes = name.startswith("end") and f"end{opened}" in TAGS
            hint = f"; nearest: end{opened}" if closes else nearest(name, TAGS)
            self._fault(found.start(), f"there is no tag '{name}': block tags are claim, example and raw{hint}", name)
            return self._put(Kind.COMMENT, found.start(), end + 2, found.end(), end - 1)
        return self._put(Kind.TAG, found.start(), end + 2, found.end(), end - 1)

    def _close(self, found: re.Match[str]) -> int:
        return self._strange(found, f"{found.group()} closes nothing")

    def _jinja(self, found: re.Match[str]) -> int:
        return self._strange(found, f"{found.group()} is not a hole: write {{{{= … }}}} for a value, "
                                    "{{% … %}} for a tag")

    def _strange(self, found: re.Match[str], message: str) -> int:
        self._fault(found.start(), message)
        return self._put(Kind.COMMENT, *found.span(), *found.span())

    def _display(self, found: re.Match[str]) -> int:
        return self._math(found, "$$", display=True)

    def _dollar(self, found: re.Match[str]) -> int:
        following = self.text[found.end() : found.end() + 1]
        if not following or following.isspace():
            return found.end()  # a lone dollar sign
        return self._math(found, "$", display=False)

    def _math(self, found: re.Match[str], mark: str, *, display: bool) -> int:
        """Read math up to its closing mark, in the same paragraph; holes inside it are segments of their own."""
        stop = _NOT_MATH.search(self.text, found.end())
        limit = stop.start() if stop else len(self.text)
        parts: list[Segment] = []
        at = written = found.end()
        while at < limit:
            if self.text.startswith("{{=", at):
                body = _HOLE_BODY.match(self.text, at + 3)
                if body is None:
                    break
                parts += self._unquoted(written, at)
                parts.append(Segment(Kind.HOLE, at, body.end() + 2, body.group(), at + 3))
                at = written = body.end() + 2
            elif self.text[at] == "\\":
                at += 2
            elif self.text.startswith(mark, at):
                if not (display or self._closes(at)):
                    break
                parts += self._unquoted(written, at)
                return self._put(Kind.MATH, found.start(), at + len(mark), found.end(), at,
                                 parts=tuple(part for part in parts if part.end > part.start), display=display)
            else:
                at += 1
        if display:
            self._fault(found.start(), "the formula opened by $$ is never closed in its paragraph")
        return found.end()

    def _unquoted(self, start: int, end: int) -> Iterator[Segment]:
        """Give the text of a formula between two offsets, without the marks by which its lines are quoted."""
        for line in _LINES_OF_QUOTE.finditer(self.text, start, end) if self._quoted(start) else ():
            yield Segment(Kind.TEXT, start, line.start("mark"), self.text[start : line.start("mark")], start)
            start = line.end()
        yield Segment(Kind.TEXT, start, end, self.text[start:end], start)

    def _quoted(self, at: int) -> bool:
        """Whether an offset lies in a line of a quotation."""
        return _IN_QUOTE.match(self.text, self.text.rfind("\n", 0, at) + 1, at) is not None

    def _closes(self, at: int) -> bool:
        """Whether a dollar sign closes inline math: no space before it, no digit after it."""
        return not self.text[at - 1].isspace() and not self.text[at + 1 : at + 2].isdigit()
