"""The glossary where readers meet its terms: a tooltip at a term's first use on a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

_TOKEN = re.compile(r"<(?P<close>/?)(?P<tag>[a-zA-Z!][\w-]*)[^>]*>")
_QUIET = frozenset({
    "a", "abbr", "button", "code", "h1", "h2", "h3", "h4", "h5", "h6", "i", "em", "kbd", "label", "pre", "q", "summary",
    "th",
})
"""Elements whose words get no tooltip: headings, links, code, words of another language."""


class Tooltips:
    """Marks the first use of each term of a page with its definition; compiled once a language."""

    def __init__(self, tooltips: Mapping[str, str]) -> None:
        self._definitions = {form.lower(): definition for form, definition in tooltips.items()}
        forms = "|".join(map(re.escape, tooltips))
        self._pattern = re.compile(rf"(?<![\w-])(?:{forms})(?![\w-])", re.IGNORECASE) if forms else None

    def mark(self, html: str) -> str:
        """Give the HTML with `<abbr>` around the first use of each term in running text."""
        if self._pattern is None:
            return html
        out: list[str] = []
        seen: set[str] = set()
        at = quiet = 0
        for token in _TOKEN.finditer(html):
            stretch = html[at : token.start()]
            out.append(stretch if quiet else self._marked(stretch, seen))
            out.append(token.group())
            at = token.end()
            if token["tag"] in _QUIET and not token.group().endswith("/>"):
                quiet = max(0, quiet + (-1 if token["close"] else 1))
        return "".join([*out, html[at:]])

    def _marked(self, text: str, seen: set[str]) -> str:
        def first_only(found: re.Match[str]) -> str:
            definition = self._definitions.get(found.group().lower())
            if definition is None or definition in seen:
                return found.group()
            seen.add(definition)
            title = escape(definition.replace("`", ""))
            return f'<abbr title="{title}">{found.group()}</abbr>'

        assert self._pattern is not None
        return self._pattern.sub(first_only, text)
