"""Templates of blocks: HTML with its values escaped; a value that isn't there is a fault.

Line breaks and indentation of a template are for those who write it: they are not part of the HTML. Templates are
compiled once a process and kept in memory: nothing compiled is read from a disk.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

TEMPLATES = Path(__file__).with_name("templates")
_BREAK = re.compile(r"\n\s*")


class _Folded(FileSystemLoader):
    """Reads a template as if it were written on one line."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        source, path, is_fresh = super().get_source(environment, template)
        return _BREAK.sub("", source), path, is_fresh


@cache
def _environment(folder: Path) -> Environment:
    """Give the environment of a folder of templates; they may import the engine's own."""
    return Environment(loader=_Folded([folder, TEMPLATES]), autoescape=True, undefined=StrictUndefined)


def fill(template: Path, fields: Mapping[str, Any]) -> str:
    """Write a template with its fields; text is escaped, `Markup` stands as it is."""
    return _environment(template.parent).get_template(template.name).render(fields)


def as_script(data: Any) -> Markup:
    """Write data so that it can stand in a script element whatever it holds."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("</", "<\\/").replace("<!--", "\\u003c!--").replace("<script", "\\u003cscript"))


def as_data(data: Any) -> str:
    """Write data as a file that a script of a page takes from `derivations.given`: JSON can't be read from a folder."""
    return f"derivations.given={json.dumps(data, ensure_ascii=False, separators=(',', ':'))};\n"
