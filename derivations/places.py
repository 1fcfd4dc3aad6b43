"""Where a text stands in its file: TOML and YAML read so that each text knows its line and column, whatever its form.

Readers of TOML and YAML give values and forget where they were. A text here is a `Placed`: a string like any other,
with the place of each of its characters, through indentation, folded lines and escapes.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from derivations.ordinary import read_utf8

Break = tuple[int, int, int]
"""From this offset of a text on, it stands at this line and column of its file."""


class Lines:
    """Turns offsets in one text into lines and columns of its file, both from one; a question costs a binary search."""

    def __init__(self, text: str, breaks: Iterable[Break] = ()) -> None:
        self.text = text
        newlines = re.finditer("\n", text)
        self.breaks = list(breaks) or [(0, 1, 1), *((one.end(), line, 1) for line, one in enumerate(newlines, 2))]
        self._starts = [start for start, _, _ in self.breaks]

    def place(self, offset: int) -> tuple[int, int]:
        """Give the line and the column of an offset."""
        start, line, column = self.breaks[max(bisect_right(self._starts, max(offset, 0)) - 1, 0)]
        return line, column + max(offset, 0) - start


@dataclass(frozen=True)
class Source:
    """A file of data: its path, its text, and what it holds. A text of the file knows it."""

    path: str
    text: str
    data: dict[str, Any] = field(default_factory=dict)


class Placed(str):
    """A text of a file. `breaks` say where its characters stand; `made` that it was made of one that stands there."""

    source: Source
    breaks: Sequence[Break]
    made: bool
    __slots__ = ("breaks", "made", "source")

    @classmethod
    def of(cls, text: str, source: Source, breaks: Sequence[Break]) -> Placed:
        """Give a text its place."""
        placed = cls(text)
        placed.source, placed.breaks, placed.made = source, breaks, False
        return placed

    @property
    def place(self) -> tuple[int, int]:
        """The line and the column that it begins at."""
        _, line, column = self.breaks[0]
        return line, column

    def saying(self, text: str) -> Placed:
        """Give another text that was made of this one: it stands where this one begins."""
        placed = self.of(text, self.source, self.breaks[:1])
        placed.made = True
        return placed


class Unreadable(ValueError):
    """A file that can't be read: where, and why."""

    def __init__(self, path: str, line: int, column: int, message: str) -> None:
        super().__init__(message)
        self.path, self.line, self.column, self.message = path, line, column, message


# TOML ---------------------------------------------------------------------------------------------------------------


def read_toml(path: Path, shown: str) -> Source:
    """Read a TOML file, which findings call `shown`; its texts know their places. Raises `Unreadable`."""
    try:
        return parse_toml(read_utf8(path), shown)
    except UnicodeDecodeError as fault:
        raise Unreadable(shown, 1, fault.start + 1, "the file is not UTF-8") from None
    except OSError as fault:
        raise Unreadable(shown, 1, 1, fault.strerror or "the file can't be read") from None


def parse_toml(text: str, path: str) -> Source:
    """Read TOML from a text. Raises `Unreadable`."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as fault:
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(fault))
        line, column = (int(found[1]), int(found[2])) if found else Lines(text).place(len(text))
        what, row = str(fault).split(" (at")[0], (text.split("\n")[line - 1 : line] or [""])[0]
        if what.startswith(("Cannot overwrite", "Cannot declare")):            # the key, or the table, of this line
            key, column = row.partition("=")[0].strip(), 1
            what = f"{key} stands twice, or as a table and as something else"
        raise Unreadable(path, line, column, f"not TOML: {what}") from None
    source = Source(path, text, data)
    lines, tokens = Lines(text), dict(_Tokens(text).all())

    def placed(entry: Any, keys: tuple[str | int, ...]) -> Any:
        if isinstance(entry, dict):
            return {key: placed(inner, (*keys, key)) for key, inner in entry.items()}
        if isinstance(entry, list):
            return [placed(inner, (*keys, number)) for number, inner in enumerate(entry)]
        if not isinstance(entry, str):
            return entry
        start, end = tokens[keys]
        return Placed.of(entry, source, breaks(entry, lines, start, end))

    data.update(placed(data, ()))
    return source


_SPACE = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_KEY = re.compile(r"""[ \t]*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*""")
_STRING = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\]|\\.)*"|\'[^\']*\'', re.DOTALL)
_OTHER = re.compile(r"[^,\]}#\n]+")
Keys = tuple[str | int, ...]


class _Tokens:
    """Finds the values of a TOML text that `tomllib` has read without complaint: so no fault is looked for here."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.items: dict[Keys, int] = {}
        """Of each array of tables, the number of its latest item."""

    def all(self) -> Iterator[tuple[Keys, tuple[int, int]]]:
        """Give each text's keys and where it stands, quotation marks included."""
        table: Keys = ()
        while first := self._next():
            if first == "[":
                many = self.text.startswith("[[", self.at)
                self.at += 1 + many
                table = self._table(self._keys(), many)
                self.at += 1 + many
            else:
                yield from self._pair(table)

    def _table(self, keys: Keys, many: bool) -> Keys:
        """Give where a header's keys lead: into the latest item of each array of tables on the way."""
        found: Keys = ()
        for number, key in enumerate(keys, 1):
            found += (key,)
            if many and number == len(keys):
                self.items[found] = self.items.get(found, -1) + 1
            if found in self.items:
                found += (self.items[found],)
        return found

    def _next(self) -> str:
        """Pass over spaces, comments and line ends; give the character that comes then."""
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return self.text[self.at : self.at + 1]

    def _keys(self) -> Keys:
        keys: list[str] = []
        while found := _KEY.match(self.text, self.at):
            self.at = found.end()
            key = found[1]
            bare = next(iter(tomllib.loads(f"{key} = 0"))) if key[0] in "\"'" else key
            keys.append(bare)
            if not self.text.startswith(".", self.at):
                break
            self.at += 1
        return tuple(keys)

    def _pair(self, table: Keys) -> Iterator[tuple[Keys, tuple[int, int]]]:
        keys = (*table, *self._keys())
        self.at += 1  # the sign of equality
        self._next()
        yield from self._value(keys)

    def _value(self, keys: Keys) -> Iterator[tuple[Keys, tuple[int, int]]]:
        if string := _STRING.match(self.text, self.at):
            self.at = string.end()
            yield keys, string.span()
        elif self.text.startswith(("[", "{"), self.at):
            listed, number = self.text[self.at] == "[", 0
            self.at += 1
            while self._next() not in "]}":
                yield from self._value((*keys, number)) if listed else self._pair(keys)
                number += 1
                self.at += self._next() == ","
            self.at += 1
        elif other := _OTHER.match(self.text, self.at):
            self.at = other.end()


# YAML ---------------------------------------------------------------------------------------------------------------


_DEEPEST = 100


class PlainYaml(yaml.SafeLoader):
    """Reads YAML; an alias is refused, for with aliases a short text can hold itself, or a million texts.

    So is what is nested deep, before the scanner takes seconds to say so.
    """

    def fetch_flow_collection_start(self, TokenClass: Any) -> None:
        if self.flow_level > _DEEPEST:
            raise yaml.MarkedYAMLError(problem="it is nested too deep", problem_mark=self.get_mark())
        super().fetch_flow_collection_start(TokenClass)

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem="it can't hold an alias", problem_mark=event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        met: set[str] = set()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in met:
                raise yaml.MarkedYAMLError(problem=f"the key {key.value!r} stands twice", problem_mark=key.start_mark)
            met.add(key.value)
        return super().construct_mapping(node, deep)


_SAID = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "timestamp"))
"""What a reader may come to see; a switch or nothing at all is none."""


def yaml_texts(text: str, path: str, *, first: int = 1) -> Iterator[tuple[tuple[str, ...], Placed]]:
    """Give each value of a YAML text that could be read, with its keys. Raises `yaml.YAMLError`, `RecursionError`.

    first  the line of the file that the text begins at
    """
    source, lines = Source(path, text), Lines(text)

    def walk(node: Any, keys: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Placed]]:
        if isinstance(node, yaml.ScalarNode):
            if node.tag in _SAID:
                found = breaks(node.value, lines, node.start_mark.index, node.end_mark.index, node.style)
                yield keys, Placed.of(node.value, source, [(at, line + first - 1, col) for at, line, col in found])
        elif node is not None:
            pairs = node.value if isinstance(node, yaml.MappingNode) else [(None, inner) for inner in node.value]
            for key, inner in pairs:
                yield from walk(inner, (*keys, str(key.value)) if key is not None else keys)

    yield from walk(yaml.compose(text, PlainYaml), ())


# Both ---------------------------------------------------------------------------------------------------------------

_ESCAPE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[ \t]*\n[ \t\n]*|.)", re.DOTALL)


def breaks(value: str, lines: Lines, start: int, end: int, style: str | None = "toml") -> list[Break]:
    """Say where the characters of a value stand, which its file spells from `start` to `end`.

    Both are walked side by side: what stands in the file alone is quotation marks, indentation and folded line ends.
    A space or a line end inside a fold may be placed a little off, every other character is right.

    style  of YAML: '"', "'", "|", ">", None for plain; of TOML its quotation marks tell
    """
    text, at = lines.text, start
    if style == "toml":
        quotes = 3 if text.startswith(('"""', "'''"), start) else 1
        style = '"' if text[start] == '"' else "literal"
        at += quotes
        at += quotes == 3 and text.startswith("\n", at)       # TOML leaves out the first line end
    elif style in ("'", '"'):
        at += 1
    elif style in ("|", ">"):
        at = text.find("\n", start, end) + 1
    if "\n" not in value and "\\" not in value and text.startswith(value, at):     # letter by letter, as nearly all
        return [(0, *lines.place(min(at, len(text))))]
    found: list[Break] = []

    def put(offset: int, place: int) -> None:
        line, column = lines.place(place)
        if not found or (line, column - offset) != (found[-1][1], found[-1][2] - found[-1][0]):
            found.append((offset, line, column))

    for offset, character in enumerate(value):
        while style == '"' and (escape := _ESCAPE.match(text, at, end)) and "\n" in escape[0]:
            at = escape.end()
        if style == '"' and (escape := _ESCAPE.match(text, at, end)):
            put(offset, at)
            at = escape.end()
            continue
        while at < end and text[at] != character and text[at] in " \t\n" and character not in " \n":
            at += 1
        put(offset, min(at, max(end - 1, start)))
        if at < end and (text[at] == character or character in " \n"):
            doubled = style == "'" and character == "'"
            at += 1 + doubled
    return found or [(0, *lines.place(min(at, len(text))))]
