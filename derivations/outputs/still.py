"""A block's HTML as it stands without us: what needs our scripts is left out, and a drawing becomes a picture file.

What is left is HTML that any site builder passes on as it is, for it is written so that Markdown finds nothing in it.
"""

from __future__ import annotations

import re
from html import escape, unescape

from derivations.outputs.reading import PIECE

_SCRIPT = re.compile(r"<script\b.*?</script>"
                     r"|<p\b[^>]*>(?:(?!</?p\b).)*<(?:button|input|select|textarea)\b.*?</p>", re.DOTALL)
"""Scripts, and paragraphs with a control: none does anything without a script."""
_DROPPED = frozenset({"form", "template"})
_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})
_DATA = re.compile(r'\s(?:data-[\w-]+|tabindex|download|hidden)(?:="[^"]*")?(?=[\s/>])')
_MEANT = re.compile(r"[\\`*_\[\]{}|~^$\n]")
_PICTURE = re.compile(r'<div class="drawing"[^>]*>.*?</div>(?=<figcaption>)', re.DOTALL)
_TITLE, _DESCRIBED = re.compile(r"<title[^>]*>(.*?)</title>"), re.compile(r"<desc[^>]*>(.*?)</desc>")
_FILE = re.compile(r'href="([^"]*\.svg)"')
_FIGURE = re.compile(r'<figure class="plot".*?</figure>', re.DOTALL)


def still(html: str, root: str = "") -> str:
    """Give a piece of HTML on one line; `root` leads from its page to the folder of the data.

    Every sign that Markdown could take for its own is written as a code.
    """
    out, away = [], 0
    for piece in PIECE.finditer(_SCRIPT.sub("", _FIGURE.sub(lambda figure: _pictured(figure[0]), html))):
        tag = (piece["tag"] or "").lower()
        if tag and (away or tag in _DROPPED):
            if tag not in _VOID and not piece[0].endswith("/>"):
                away += -1 if piece["end"] else 1
        elif tag:
            out.append(_DATA.sub("", piece[0]))
        elif piece["text"] and not away:
            out.append(_MEANT.sub(lambda found: f"&#{ord(found[0])};", piece["text"]))
    return "".join(out).replace("{site-root}", root)


def _pictured(figure: str) -> str:
    """Put a figure's file in the place of its drawings, which need our stylesheet."""
    file, title, described = (found.search(figure) for found in (_FILE, _TITLE, _DESCRIBED))
    if not (file and title and described):
        return figure
    says = escape(f"{unescape(title[1])}. {unescape(described[1])}")
    return _PICTURE.sub(lambda _: f'<p><img src="{file[1]}" alt="{says}"></p>', figure)
