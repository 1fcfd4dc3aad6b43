"""Ordinary files, found and opened: a pipe, which may have no end, and a device, which has none, are refused as a
folder is.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import BinaryIO


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


def configured(folder: str | os.PathLike[str]) -> str:
    """Give the path of a folder's mkdocs.yml, or as MkDocs takes it too, mkdocs.yaml; "" for a folder without one."""
    paths = (os.path.join(folder, name) for name in ("mkdocs.yml", "mkdocs.yaml"))
    return next((path for path in paths if os.path.isfile(path)), "")
