"""The languages' data: a pack is a folder of TOML with its language's code for a name; a course may bring some.

`numbers` how a value is written, `counting` how numbers are read, `customs` what a page may not hold, `words` what the
interface says, `search` what readers type. All rules of a language stand there, none in a module or a script.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from derivations.nearest import nearest

F = TypeVar("F", bound=Callable[..., Any])

FILES = ("numbers", "counting", "customs", "search", "words")
FREE = {("counting", "words"), ("counting", "follows"), ("search", "synonyms"), ("words", "names"),
        ("words", "material")}
"""Groups that each language fills as it needs."""
_memories: list[Any] = []
_folders = [Path(__file__).with_name("packs")]


def remembered(read: F) -> F:
    """Remember what is read of a language, by its code, or of all of them, until packs are read again."""
    memory = cache(read)
    _memories.append(memory)
    return cast(F, memory)


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


def folder_of(code: str) -> Path:
    """Give the folder of a language's pack. Raises `ValueError` where there is none."""
    for folder in _folders:
        if code in known() and (folder / code / "numbers.toml").is_file():
            return folder / code
    begins = f"`derive pack {code} {known()[0]}` begins its pack"
    raise ValueError(f"no language {code!r}: there are {', '.join(known())}; {begins}")


@cache
def table(code: str, name: str) -> Mapping[str, Any]:
    """Read a file of a language's pack, once. Raises `ValueError` where no folder holds the language."""
    return _read(folder_of(code) / f"{name}.toml", f"packs/{code}/{name}.toml")


def begin(folder: Path, code: str, like: str) -> list[str]:
    """Write a pack to be translated, as another language's is, into a folder of packs; give the files' names."""
    if not re.fullmatch("[a-z]{2,3}", code):
        raise ValueError(f"{code!r} is no code of a language, as pt is")
    if code in known() or (folder / code).exists():
        raise ValueError(f"there is a pack of {code!r} already")
    if like not in known():
        raise ValueError(f"there is no pack of {like!r}: there are {', '.join(known())}")
    (folder / code).mkdir(parents=True)
    for name in FILES:
        text = (folder_of(like) / f"{name}.toml").read_text(encoding="utf-8")
        if name == "words" and code not in table(like, name)["names"]:
            text = re.sub(r"(?m)^\[names\].*\n", rf'\g<0>{code} = "{code}"\n', text)
        (folder / code / f"{name}.toml").write_text(text, encoding="utf-8")
    return [f"{code}/{name}.toml" for name in FILES]


def _read(path: Path, shown: str) -> Mapping[str, Any]:
    try:
        return _parsed(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ValueError(f"{shown} is missing") from None
    except (ValueError, RecursionError) as fault:
        raise ValueError(f"{shown} is not TOML in UTF-8: {fault}") from None


_parsed = lru_cache(64)(tomllib.loads)
"""What a text of TOML says: most packs are as they were when they are read again."""


@remembered
def compare(code: str) -> list[str]:
    """Say where a language's pack is of another shape than the engine's own: each needs what all of these have."""
    faults = []
    own = sorted(path.parent for path in _folders[-1].glob("*/numbers.toml"))
    for name in FILES:
        shown = f"packs/{code}/{name}.toml"
        mine = _shape(table(code, name), name)
        others = [_shape(_read(folder / f"{name}.toml", shown), name) for folder in own]
        kinds = {key: kind for other in others for key, kind in other.items()}
        needed = set.intersection(*map(set, others)) - {"material"}           # which a theme has words for itself
        lost = sorted(needed - mine.keys())
        strange = mine.keys() - kinds.keys()
        faults += [f"{shown}: the key {key} is missing{nearest(key, strange)}" for key in lost[:_NAMED]]
        faults += [f"{shown}: {len(lost) - _NAMED} more keys are missing"] if len(lost) > _NAMED else []
        faults += [f"{shown}: the key {key} is unknown{nearest(key, kinds)}" for key in strange]
        faults += [f"{shown}: {key} is {_KINDS[mine[key]]}, and must be {_KINDS[kinds[key]]}"
                   for key in mine.keys() & kinds.keys() if mine[key] is not kinds[key]]
    return sorted(faults)


def untranslated(code: str) -> tuple[str, dict[str, str]]:
    """Give the language of ours that a pack was begun as, and the sentences that are still as there, by their keys.

    Of two languages few sentences are alike, so a few are nobody's: then there is no such language.
    """
    own = sorted(path.parent for path in _folders[-1].glob("*/numbers.toml"))
    for folder in own if folder_of(code) not in own else ():
        theirs = dict(_sentences(_read(folder / "words.toml", folder.name)))
        same = {key: text for key, text in _sentences(table(code, "words")) if theirs.get(key) == text}
        if len(same) > len(theirs) // 10:
            return folder.name, same
    return "", {}


def _sentences(words: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, entry in words.items():
        if isinstance(entry, dict):
            yield from _sentences(entry, f"{prefix}{key}.")
        elif isinstance(entry, str) and len(entry.split()) > 3:
            yield prefix + key, entry


_NAMED = 3
"""How many missing keys of a file are named: of an empty file nobody reads them all."""
_KINDS = {str: "a text", int: "a whole number", bool: "true or false", list: "a list", dict: "a table"}


def _shape(table: Mapping[str, Any], name: str) -> dict[str, type]:
    """Give the keys of a file and of its groups, with the kind of what stands there."""
    found: dict[str, type] = {}
    for group, entry in table.items():
        found[group] = _kind(entry)
        inside = entry if isinstance(entry, list) else [entry]
        for one in inside if (name, group) not in FREE else ():
            found |= {f"{group}.{key}": _kind(value) for key, value in one.items()} if isinstance(one, dict) else {}
    return found


def _kind(entry: Any) -> type:
    return next((kind for kind in (bool, int, str, list, dict) if isinstance(entry, kind)), str)
