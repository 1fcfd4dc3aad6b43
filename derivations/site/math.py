"""Mathematics of a page, typeset at build time: TeX goes in, HTML with MathML beside it comes out.

KaTeX is vendored and run by an embedded interpreter, so a page needs no script, works from a file system,
and a formula that KaTeX refuses fails the build instead of reaching a reader. KaTeX is strict here (U+202F,
U+00A0 and the like are errors); of its extensions only `\\htmlClass` is allowed: it marks the term that a
derivation's next step changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from html import unescape
from importlib.resources import files
from typing import Any

import dukpy

KATEX = files("derivations.site") / "assets" / "katex"

# What `prose` leaves for us. The text inside is the formula's plain reading, for search and table of
# contents.
_ELEMENT = re.compile(
    r'<(?P<tag>span|div)(?P<attributes>(?=[^>]*\bclass="tex")[^>]*\bdata-tex="[^"]*"[^>]*)>[^<]*</(?P=tag)>'
)
_ATTRIBUTE = re.compile(r'\s([a-zA-Z-]+)(?:="([^"]*)")?')
_OURS = {"data-tex", "data-display", "data-at"}

# KaTeX's own wrapping of a message: its prefixes, and the formula once more with combining underlines.
_NOISE = re.compile(
    r"^KaTeX parse error:\s*"
    r"|^LaTeX-incompatible input and strict mode is set to 'error':\s*"
    r"| at position \d+: .*$"
)

_SETUP = """
var options = {
  output: "htmlAndMathml",
  throwOnError: true,
  strict: function (code) { return code === "htmlExtension" ? "ignore" : "error"; },
  trust: function (context) {
    if (context.command === "\\\\htmlClass") { return true; }
    throw new katex.ParseError(context.command + " isn't allowed in a formula");
  }
};
function typeset(tex, display) {
  options.displayMode = display;
  try {
    return {html: katex.renderToString(tex, options)};
  } catch (error) {
    return {fault: String(error.message || error), position: error.position >= 0 ? error.position : -1};
  }
}
null;
"""


class MathError(ValueError):
    """KaTeX refused a formula: which, why, and at which character (from 0; None where KaTeX names none)."""

    def __init__(self, tex: str, reason: str, position: int | None = None) -> None:
        self.tex = tex
        self.reason = reason
        self.position = position
        place = "" if position is None else f" at character {position + 1}"
        super().__init__(f"formula ‘{tex}’ can't be typeset{place}: {reason}")


@cache
def _interpreter() -> Any:
    """The process's one JavaScript interpreter, started by the first formula."""
    interpreter = dukpy.JSInterpreter()
    interpreter.evaljs((KATEX / "katex.min.js").read_text(encoding="utf-8") + ";null")
    interpreter.evaljs(_SETUP)
    return interpreter


_known: dict[str, str] = {}


def recall(formulas: dict[str, str]) -> None:
    """Take over what an earlier process typeset with this very renderer, as `typeset_so_far` gave it."""
    _known.update(formulas)


def typeset_so_far() -> dict[str, str]:
    """Every formula known, by its TeX and its kind."""
    return dict(_known)


def typeset(tex: str, display: bool = False) -> str:
    """HTML of one formula, each typeset once. Raises MathError for one that KaTeX refuses."""
    key = f"{'display' if display else 'inline'} {tex}"
    if key not in _known:
        _known[key] = _typeset(tex, display)
    return _known[key]


@cache
def _typeset(tex: str, display: bool) -> str:
    answer = _interpreter().evaljs("typeset(dukpy['tex'], dukpy['display'])", tex=tex, display=display)
    if "html" in answer:
        return str(answer["html"])
    position = int(answer["position"])
    raise MathError(tex, _NOISE.sub("", str(answer["fault"])), None if position < 0 else position)


def fill(html: str, fault: Callable[[MathError, str], str] | None = None) -> str:
    """Typeset every formula that `prose` left in a page.

    A formula is `<span class="tex" data-tex="…">plain</span>`, or a `<div>` that has `data-display` too.
    `fault` gets the error and the element's `data-at` ("line:column" in the page's source, where `prose`
    said so), and gives what stands in the formula's place; without it the first MathError is raised.
    """

    def one(match: re.Match[str]) -> str:
        attributes: dict[str, str] = dict(_ATTRIBUTE.findall(match["attributes"]))
        try:
            body = typeset(unescape(attributes["data-tex"]), "data-display" in attributes)
        except MathError as error:
            if fault is None:
                raise
            body = fault(error, attributes.get("data-at", ""))
        kept = "".join(f' {name}="{value}"' for name, value in attributes.items() if name not in _OURS)
        return f"<{match['tag']}{kept}>{body}</{match['tag']}>"

    return _ELEMENT.sub(one, html)
