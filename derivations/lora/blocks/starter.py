"""The block that shows a file of the course that `derive new` writes: the authors' guide quotes what tests run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_for_filename

from derivations.blocks import Block, Context
from derivations.blocks.block import Fields
from derivations.language import Language
from derivations.new import files, languages

OWN = "growth/words"
"""What stands for a page's own file of words."""


@cache
def _shown() -> Mapping[str, str]:
    return {path.as_posix(): text for path, text in files(languages())}


def _write(_context: Context, name: str, language: Language) -> Fields:
    path = f"{OWN}/{language.code}.toml" if name == OWN else name
    return {"name": path, "code": code_of(_shown()[path], path), "language": get_lexer_for_filename(path).aliases[0]}


def code_of(text: str, name: str) -> Markup:
    """Give a file's text as highlighted HTML."""
    return Markup(highlight(text, get_lexer_for_filename(name), HtmlFormatter(cssclass="highlight", wrapcode=True)))


BLOCK = Block("starter", lambda course, tables: {**_shown(), OWN: ""}, _write,
              Path(__file__).with_name("starter.html"))
