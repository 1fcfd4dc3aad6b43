"""The theme's templates, compiled once for both languages and for later builds.

MkDocs makes a new environment for each language and each rebuild, and to compile the templates of Material for it takes
longer than to fill them for twenty pages. Jinja compares the source of a template before it trusts what was compiled.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from jinja2 import BytecodeCache, FileSystemBytecodeCache
from jinja2.bccache import Bucket

_IN_MEMORY: dict[tuple[str, str], bytes] = {}


class _InMemory(BytecodeCache):
    """Compiled templates for as long as the process lives, by name and source."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled, if anything."""
        if data := _IN_MEMORY.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(data)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        _IN_MEMORY[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


def compiled(folder: Path | None, machinery: str) -> BytecodeCache:
    """Give the place of compiled templates; `machinery` tells versions apart, of which the latest is kept."""
    if folder is None:
        return _InMemory()
    mine = folder / f"templates-{machinery[:16]}"
    try:
        for other in folder.glob("templates-*"):
            if other != mine:
                shutil.rmtree(other, ignore_errors=True)
        mine.mkdir(parents=True, exist_ok=True)
    except OSError:
        return _InMemory()
    return FileSystemBytecodeCache(str(mine))
