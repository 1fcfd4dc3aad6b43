"""Ordinary files: found, named, read, and written whole. A pipe, which may have no end, and a device, which has none,
are refused as a folder is.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def open_ordinary(path: str | os.PathLike[str]) -> BinaryIO:
    """Open a file for reading. Raises `OSError` for what is none, or for a name that no file can have."""
    try:
        number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except ValueError:                                       # a NUL in the name
        raise OSError(errno.ENOENT, os.strerror(errno.ENOENT), os.fspath(path)) from None
    mode = os.fstat(number).st_mode
    if not stat.S_ISREG(mode):
        os.close(number)
        raise OSError(errno.EINVAL, "it is a folder" if stat.S_ISDIR(mode) else "it is no ordinary file",
                      os.fspath(path))
    return os.fdopen(number, "rb")


def read_ordinary(path: str | os.PathLike[str]) -> bytes:
    """Read a file whole. Raises `OSError` as above."""
    with open_ordinary(path) as file:
        return file.read() or b""                            # None of the kernel's own, which has nothing to say yet


def read_utf8(path: Path) -> str:
    """Read a file of text: with or without a byte-order mark, with any line ends."""
    return read_ordinary(path).decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def configured(folder: str | os.PathLike[str]) -> str:
    """Give the path of a folder's mkdocs.yml, or as MkDocs takes it too, mkdocs.yaml; "" for a folder without one."""
    paths = (os.path.join(folder, name) for name in ("mkdocs.yml", "mkdocs.yaml"))
    return next((path for path in paths if os.path.isfile(path)), "")


def files_below(folder: Path) -> Iterator[Path]:
    """Give the files below a folder in order, through links to other folders too, as MkDocs goes; none leads back."""
    with suppress(OSError):
        for path in sorted(folder.iterdir()):
            if not path.is_dir():
                yield path
            elif not (path.is_symlink() and any(one.resolve().is_relative_to(path.resolve()) for one in path.parents)):
                yield from files_below(path)


def named_from(path: Path, root: Path) -> str:
    """Name a file as findings do: from the root, or whole where it lies elsewhere."""
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def write_whole(path: Path, content: bytes) -> bool:
    """Write a file whole or not at all: a reader, or a crash, finds the old file or the new one.

    It is written only if that changes it, so that nobody who watches it wakes for nothing; gives whether it was.
    """
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    _tidy(path.parent)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")     # of this process: another may write it too
    try:
        beside.write_bytes(content)
        os.replace(beside, path)
    except OSError:                                          # no space, no rights: what was begun goes
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    return True


@cache
def _tidy(folder: Path) -> None:
    """Take away what processes that were killed had begun in a folder: once, for it may hold thousands of files."""
    for left in folder.glob(".*.*.new"):
        process = left.name.split(".")[-2]
        if process.isdecimal() and not _lives(process):       # whatever else is called so is somebody's
            left.unlink(missing_ok=True)


def _lives(process: str) -> bool:
    if os.name != "posix":
        return True                                          # nobody can be asked
    with suppress(PermissionError):                          # another user's, which lives
        try:
            os.kill(int(process), 0)
        except (ValueError, OverflowError, ProcessLookupError):
            return False
    return True
