"""A hook of MkDocs for pages with typed math: typesets it at build time with the renderer that the plugin uses."""

from __future__ import annotations

import re
from html import unescape

from derivations.site.math import typeset

_MATH = re.compile(r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', re.DOTALL)


def on_post_page(output: str, **_: object) -> str:
    """Replace what arithmatex left by typeset math."""
    return _MATH.sub(lambda found: typeset(unescape(found[3]), found[2] == "["), output)
