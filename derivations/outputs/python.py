"""The Python that others may rely on, read from what runs: the names of each module's `__all__`, with their docstrings.

A docstring is read as this house writes them: paragraphs, code that is indented, and lists of "name   what it is".
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any

_ENTRY = re.compile(r"(?P<names>[A-Za-z_*][\w*]*(?:, [A-Za-z_*][\w*]*)*)[ ]{2,}(?P<text>\S.*)")
_AT = re.compile(r"<[^<>]* at 0x[0-9a-f]+>|<factory>")


@dataclass(frozen=True)
class Part:
    """A part of a docstring: "text", "code", or a "list" of (name, what it is)."""

    kind: str
    text: str = ""
    entries: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Entry:
    """A name: where it can be linked to, how it is called, what its docstring says, and the names within it."""

    id: str
    name: str
    call: str
    parts: tuple[Part, ...]
    inside: tuple[Entry, ...] = ()


def documented(modules: Iterable[str]) -> Iterator[Entry]:
    """Give an entry for each module, and in it one for each of its public names, in the order of `__all__`."""
    for name in modules:
        module = import_module(name)
        inside = tuple(_entry(f"{name}.{one}", one, getattr(module, one), module) for one in module.__all__)
        yield Entry(name, name, "", parts(module.__doc__), inside)


def _entry(ident: str, name: str, found: Any, owner: Any) -> Entry:
    if inspect.isclass(found) and found.__name__ == name:                # not another name for a class
        own = [(key, one) for key, one in vars(found).items()
               if not key.startswith("_") and (inspect.isfunction(one) or isinstance(one, property | cached_property))]
        call = "" if issubclass(found, Exception) else _call(found).removesuffix(" -> None")
        return Entry(ident, name, call, parts(found.__doc__), tuple(
            Entry(f"{ident}.{key}", key, _call(one) if inspect.isfunction(one) else "", parts(one.__doc__))
            for key, one in own if one.__doc__))
    if inspect.isroutine(found):
        return Entry(ident, name, _call(found), parts(found.__doc__))
    return Entry(ident, name, "", parts(_said_below(name, owner)))


class _Raw(str):
    """A text that is written as it is."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _call(found: Any) -> str:
    """Write how something is called, annotations as they stand in the source; nothing that another run writes anew."""
    try:
        signature = inspect.signature(found)
    except (TypeError, ValueError):
        return ""

    def raw(annotation: Any) -> Any:
        return _Raw(annotation) if isinstance(annotation, str) else annotation

    given = [one.replace(annotation=raw(one.annotation)) for one in signature.parameters.values() if one.name != "self"]
    written = str(signature.replace(parameters=given, return_annotation=raw(signature.return_annotation)))
    return _AT.sub("…", written)


def _said_below(name: str, module: Any) -> str:
    """Give the text that stands below an assignment, in the module that makes it."""
    body = ast.parse(inspect.getsource(module)).body
    body += [one for each in body if isinstance(each, ast.If) for one in each.body]    # imports for type checkers
    for one, after in zip(body, [*body[1:], None], strict=True):
        targets = [one.target] if isinstance(one, ast.AnnAssign) else one.targets if isinstance(one, ast.Assign) else []
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            value = after.value if isinstance(after, ast.Expr) else None
            return str(value.value) if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""
        if isinstance(one, ast.ImportFrom) and any((each.asname or each.name) == name for each in one.names):
            return _said_below(name, import_module(str(one.module)))
    return ""


def parts(docstring: str | None) -> tuple[Part, ...]:
    """Take a docstring apart."""
    blocks = re.split(r"\n(?:[ ]*\n)+", inspect.cleandoc(docstring or ""))
    return tuple(_part(block) for block in blocks if block.strip())


def _part(block: str) -> Part:
    lines = block.splitlines()
    if all(line.startswith("    ") for line in lines):
        return Part("code", inspect.cleandoc(block))
    if not _ENTRY.fullmatch(lines[0]):
        return Part("text", " ".join(lines))
    entries: list[tuple[str, str]] = []
    for line in lines:
        found = _ENTRY.fullmatch(line)
        if found:
            entries.append((found["names"], found["text"]))
        else:
            entries[-1] = (entries[-1][0], f"{entries[-1][1]} {line.strip()}")
    return Part("list", entries=tuple(entries))
