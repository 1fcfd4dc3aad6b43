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
    lexer = get_lexer_for_filename(path)
    code = highlight(_shown()[path], lexer, HtmlFormatter(cssclass="highlight", wrapcode=True))
    return {"name": path, "code": Markup(code), "language": lexer.aliases[0]}


BLOCK = Block("starter", lambda course, tables: {**_shown(), OWN: ""}, _write,
              Path(__file__).with_name("starter.html"))
