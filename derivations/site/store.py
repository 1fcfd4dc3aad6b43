"""Texts kept under keys, in memory and in a folder that outlives the process.

A key names everything that its text was made from, by content; so a text is either right or not found. What is damaged
on disk is not found either. What no build asked for is swept away after it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path


def digest(*parts: str | bytes) -> str:
    """Give one digest of several parts; where one ends and the next begins counts too."""
    whole = sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        whole.update(f"{len(data)}:".encode())
        whole.update(data)
    return whole.hexdigest()


class Store:
    """A folder of texts; without a folder it remembers for as long as the process lives."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._refused = False
        self._known: dict[str, str] = {}
        self._asked: set[str] = set()

    @property
    def shared(self) -> bool:
        """Whether other processes find what is put here: there is a folder, and it took what was put last."""
        return self.folder is not None and not self._refused

    def get(self, *key: str) -> str | None:
        """Give the text under a key, if there is one."""
        name = digest(*key)
        self._asked.add(name)
        if name not in self._known and (text := self._read(name)) is not None:
            self._known[name] = text
        return self._known.get(name)

    def put(self, text: str, *key: str) -> None:
        """Keep a text."""
        name = digest(*key)
        self._asked.add(name)
        self._known[name] = text
        if self.folder is not None:
            self._refused = not self._written(self.folder, name, text)

    def sweep(self) -> None:
        """Forget what wasn't asked for since the last sweep."""
        self._known = {name: text for name, text in self._known.items() if name in self._asked}
        with suppress(OSError):                                # what can't be swept away stays
            for path in self.folder.iterdir() if self.folder is not None else ():
                if path.is_file() and path.name not in self._asked and path.name != ".gitignore":
                    path.unlink(missing_ok=True)
        self._asked = set()

    def _read(self, name: str) -> str | None:
        if self.folder is None or not os.path.isfile(self.folder / name):    # a pipe has no end
            return None
        try:
            found, whole, text = (self.folder / name).read_bytes().decode("utf-8", "surrogatepass").partition("\n")
        except (OSError, UnicodeDecodeError):
            return None
        return text if whole and found == digest(text) else None

    @staticmethod
    def _written(folder: Path, name: str, text: str) -> bool:
        """Write a text whole or not at all; a folder that can't be written to is no fault of the build."""
        beside = folder / f".{name}.{os.getpid()}"
        try:
            if not (folder / ".gitignore").is_file():
                folder.mkdir(parents=True, exist_ok=True)
                (folder / ".gitignore").write_text("*\n", encoding="utf-8")
            beside.write_bytes(f"{digest(text)}\n{text}".encode("utf-8", "surrogatepass"))
            os.replace(beside, folder / name)
        except OSError:
            with suppress(OSError):
                beside.unlink()
            return False
        return True
