"""The theme's templates, compiled once for all languages of a build.

MkDocs makes a new environment for each language and each rebuild, and to compile the templates of Material for it takes
longer than to fill them for twenty pages. What was compiled stays in the process: code in a file that others may write
would be run. Jinja compares the source of a template before it trusts what was compiled.
"""

from __future__ import annotations

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

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
