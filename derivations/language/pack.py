"""The languages' data: a pack is a folder of TOML with its language's code for a name; a course may bring some.

`numbers` how a value is written, `counting` how numbers are read, `customs` what a page may not hold, `words` what the
interface says, `search` what readers type. All rules of a language stand there, none in a module or a script.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

_memories: list[Any] = []
_folders = [Path(__file__).with_name("packs")]


def remembered(read: Callable[[str], T]) -> Callable[[str], T]:
    """Remember what is read of a language, by its code, until packs are read again."""
    memory = cache(read)
    _memories.append(memory)
    return memory


def forget() -> None:
    """Read every pack again when it is asked for: a live server's author edits them too."""
    table.cache_clear()
    for memory in _memories:
        memory.cache_clear()


def look_in(folder: Path) -> None:
    """Look for packs in this folder first, from now on."""
    if _folders[0] != folder:
        _folders[:] = [folder, *(one for one in _folders if one != folder)]
        forget()


def known() -> tuple[str, ...]:
    """Give the codes of all languages that have a pack."""
    return tuple(sorted({path.parent.name for folder in _folders for path in folder.glob("*/numbers.toml")}))


@cache
def table(code: str, name: str) -> Mapping[str, Any]:
    """Read a file of a language's pack, once. Raises `ValueError` where no folder holds the language."""
    for folder in _folders:
        if code in known() and (folder / code / "numbers.toml").is_file():
            return tomllib.loads((folder / code / f"{name}.toml").read_text(encoding="utf-8"))
    raise ValueError(f"no language {code!r}: there are {', '.join(known())}")
