"""What a block shows only when asked: written in the block, and taken out where a page beside the page has it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

_ASIDE = re.compile(
    r'<div class="aside" id="([^"]+)" data-title="([^"]+)"( data-own)?>(.*?)</div></details>', re.DOTALL)


@dataclass(frozen=True)
class Aside:
    """One of these: its anchor, its title, its HTML, and whether the block has published it as data of its own.

    It stands last in a `details`, and its anchor is that of its block with a word more (see `plot.html`).
    """

    key: str
    title: str
    html: str
    own: bool

    @property
    def at(self) -> str:
        """The anchor of its block."""
        return self.key.rpartition("-")[0]


def asides(html: str) -> Iterator[Aside]:
    """Give what is set aside in a piece of HTML."""
    return (Aside(key, unescape(title), inside, bool(own)) for key, title, own, inside in _ASIDE.findall(html))


def without(html: str, where: str, way: str) -> str:
    """Put a link in its place, with the words `way`, to the page `where`."""
    return _ASIDE.sub(lambda found: f'<p class="aside"><a href="{where}#{found[1]}">{way}</a></p></details>', html)
