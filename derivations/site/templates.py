"""The theme's templates: each found in the first of its folders, or beneath ours, and compiled once for all languages.

MkDocs makes a new environment for each language and each rebuild, and to compile the templates of Material for it takes
longer than to fill them for twenty pages. What was compiled stays in the process: code in a file that others may write
would be run. Jinja compares the source of a template before it trusts what was compiled.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from jinja2 import BytecodeCache, Environment, FileSystemLoader
from jinja2.bccache import Bucket

BENEATH = "beneath/"
_KEPT: dict[tuple[str, str], bytes] = {}


class Compiled(BytecodeCache):
    """Compiled templates for as long as the process lives, by name and source."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled, if anything."""
        if data := _KEPT.get((bucket.key, bucket.checksum)):
            bucket.bytecode_from_string(data)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        _KEPT[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


class Layers(FileSystemLoader):
    """The theme's folders, first to last; `beneath/NAME` is the template that one of ours stands before."""

    def __init__(self, folders: Sequence[str], ours: str) -> None:
        super().__init__(folders)
        self.beneath = FileSystemLoader(folders[folders.index(ours) + 1 :])

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Give a template's text, and where it is from."""
        if template.startswith(BENEATH):
            return self.beneath.get_source(environment, template.removeprefix(BENEATH))
        return super().get_source(environment, template)

    def list_templates(self) -> list[str]:
        """Give all files, but for hidden folders: MkDocs asks in each language, and takes none of Material's icons."""
        found = set[str]()
        for top in self.searchpath:
            for folder, inner, names in os.walk(top):
                inner[:] = [name for name in inner if not name.startswith(".")]
                found.update((Path(folder) / name).relative_to(top).as_posix() for name in names)
        return sorted(found)
