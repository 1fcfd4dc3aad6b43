"""The glossary as readers meet it: a list of all terms on a page of its own, and a tooltip at a term's first use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from derivations.text.glossary import Glossary

_TOKEN = re.compile(r"<(?P<close>/?)(?P<tag>[a-zA-Z][\w-]*)[^>]*>")
_QUIET = frozenset({
    "a", "abbr", "button", "code", "h1", "h2", "h3", "h4", "h5", "h6", "i", "em", "kbd", "label", "pre", "q", "summary",
})
"""Elements whose words get no tooltip: headings, links, code, words of another language."""


def glossary_html(glossary: Glossary, language: str, names: Mapping[str, str]) -> str:
    """Write all terms in alphabetical order, each with its name in the other languages and its definition.

    names  by the other languages' codes: "in Spanish"
    """
    rows = []
    for entry in glossary.entries(language):
        symbol = f' <span class="symbol">{_code(entry.symbol)}</span>' if entry.symbol else ""
        others = "".join(f' <span class="other">{escape(names[code])}: <i lang="{code}">{_code(name)}</i></span>'
                         for code, name in entry.others.items())
        rows.append(
            f'<dt id="term-{entry.id}">{_code(entry.name)}{symbol}{others}</dt>'
            f"<dd>{_code(entry.definition)}</dd>"
        )
    return f'<dl class="glossary">{"".join(rows)}</dl>'


def _code(text: str) -> str:
    """Escape a text of the glossary; what stands in backticks is code."""
    parts = text.split("`")
    return "".join(f"<code>{escape(part)}</code>" if i % 2 else escape(part) for i, part in enumerate(parts))


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
