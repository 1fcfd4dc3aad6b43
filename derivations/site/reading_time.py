"""How long a page takes to read, from the words that stand on it when it is built."""

from __future__ import annotations

import re
from html import escape

from derivations.site.search import texts_of

LONG = 3
"""From how many minutes on a page says it: a shorter one is soon seen through."""
_TITLE_END = re.compile(r"</h1>")
_WORD = re.compile(r"\w+(?:[.,’'\u202f-]\w+)*")


def minutes(html: str, words_a_minute: int) -> int:
    """Give the whole minutes that a page's text takes; what the search leaves out (solutions, data) isn't counted."""
    return round(sum(len(_WORD.findall(text)) for text in texts_of(html)) / words_a_minute)


def said(html: str, words_a_minute: int, words: str) -> str:
    """Give the page with the time below its title, in the words that hold {minutes}; a short page as it is."""
    taken = minutes(html, words_a_minute)
    if taken < LONG:
        return html
    line = escape(words.replace("{minutes}", str(taken)), quote=False)
    return _TITLE_END.sub(lambda end: f'{end[0]}<p class="reading-time" data-search-exclude>{line}</p>', html, count=1)
