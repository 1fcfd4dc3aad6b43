"""A small course to start from: the files of `starter`, in the languages that are asked for.

A line that ends in `#en` belongs to that language alone; so do a folder `docs/en` and a file `words/en.toml`. One that
ends in `#en!` is there where this language is the first that is asked for, `#en+` where another is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from derivations.terminal import Refused

STARTER = Path(__file__).with_name("starter")
RENAMED = {"gitignore": ".gitignore"}
_OWN = re.compile(r"[ ]+#(?P<code>[a-z]{2,3})(?P<place>[!+]?)$")


def languages() -> tuple[str, ...]:
    """Give the languages that the starting course is written in."""
    return tuple(sorted(folder.name for folder in (STARTER / "docs").iterdir()))


def create(path: Path, codes: Sequence[str]) -> list[str]:
    """Write the course into a new or an empty folder; give the files' names. Raises `Refused`."""
    known = languages()
    if unknown := [code for code in codes if code not in known]:
        raise Refused(f"the course is not written in {unknown[0]!r}: there are {', '.join(known)}")
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise Refused(f"{path} is not empty")
    written = []
    for file, text in files([*dict.fromkeys(codes)] or known):
        (path / file).parent.mkdir(parents=True, exist_ok=True)
        (path / file).write_text(text, encoding="utf-8")
        written.append(file.as_posix())
    return written


def files(codes: Sequence[str]) -> Iterator[tuple[Path, str]]:
    """Give the course's files in some languages, the first of them at the site's root: path and text."""
    others = set(languages()) - set(codes)
    for file in sorted(STARTER.rglob("*")):
        name = file.relative_to(STARTER)
        if file.is_file() and "__pycache__" not in name.parts and not others & {*name.parts, name.stem}:
            yield name.with_name(RENAMED.get(name.name, name.name)), _in(file.read_text(encoding="utf-8"), codes)


def _in(text: str, codes: Sequence[str]) -> str:
    """Keep the lines of these languages."""
    lines = []
    for line in text.splitlines():
        own = _OWN.search(line)
        kept = {"": codes, "!": codes[:1], "+": codes[1:]}[own["place"]] if own else ()
        if own is None or own["code"] in kept:
            lines.append(_OWN.sub("", line) + "\n")
    return "".join(lines)
