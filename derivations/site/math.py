"""Mathematics of a page, typeset at build time: TeX goes in, MathML comes out, one copy for eyes, ears and search.

Temml is vendored and run by an embedded interpreter, so a page needs no script, works from a file system, and a formula
that Temml refuses fails the build instead of reaching a reader. Temml is strict here, and stricter by us: what names,
links or colours a piece of a page is refused. `\\htmlClass` marks the term that a derivation's next step changes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from html import unescape
from importlib.resources import files
from threading import local
from typing import Any

from _quickjs import Context  # what `quickjs` gives as its own, without the thread that it starts for others

from derivations.site.shapes import pattern_of, shape_of, with_stand_ins

TEMML = files("derivations.site") / "temml"

# What `text.marks` leaves for us. The text inside is the formula's plain reading, for search and table of contents.
_ELEMENT = re.compile(
    r'<(?P<tag>span|div)(?P<attributes>(?=[^>]*\bclass="tex")[^>]*\bdata-tex="[^"]*"[^>]*)>[^<]*</(?P=tag)>'
)
_ATTRIBUTE = re.compile(r'\s([a-zA-Z-]+)(?:="([^"]*)")?')
_OURS = {"data-display", "data-at"}

_REFUSED = re.compile(
    r"\\(?:label|ref|eqref|tag|notag|href|url|includegraphics|id|style|data|class|color|textcolor|colorbox|fcolorbox"
    r"|definecolor|pagecolor|htmlId|htmlStyle|htmlData)(?![A-Za-z])|\u00a0"
)
_ACCENTED = re.compile(r"(\\operatorname\*?)\{([^{}\\$]*[^\x00-\x7f{}\\$][^{}\\$]*)\}")
_TEXT = "{\\text{", "}}"

# Temml's own wrapping of a message: the place, and the formula once more with combining underlines.
_NOISE = re.compile(r"^\s+|\s+at (?:position \d+|end of input):.*\Z", re.DOTALL)

_BETWEEN_DIGITS = re.compile(r'(?<=\d)</mn><mspace width="0\.1667em"></mspace><mn>(?=\d{3}(?!\d))')
# What a bracket is by its place: it opens or closes the row that it begins or ends.
_OPENS = re.compile(r'(?<=<mrow><mo) fence="true" form="prefix"')
_CLOSES = re.compile(r' fence="true" form="postfix"([^<>]*>[^<]*</mo></mrow>)')
_KEPT = re.compile(r'(?<=class="tex") data-tex="[^"]*"')
_LETTER = re.compile(r'<span class="tex" data-tex="(\w)">(<math><m[in]>\1</m[in]></math>)</span>')
_INLINE = re.compile(r'<span class="tex"( data-tex="[^"]*")><math(.*?)</math></span>', re.DOTALL)
# Browsers may break a line on either side of a formula, even before the comma that follows it.
_BESIDE = re.compile(r"[(\[«“‘¿¡<](?:(?<=<)(?:a\b[^>]*><)?math|(?<!<)[(\[«“‘¿¡]*(?:<a\b[^>]*>)?<math)(?:>| data-tex=)"
                     r".*?</math>(?:</a>)?(?P<closes>[.,;:!?)\]»”’%]*)", re.DOTALL)
"""Its first sign is one of few, so that a search leaps over the rest of a page."""
_STYLE = re.compile(r'(?: class="(?P<before>[^"]*)")? style="(?P<style>[^"]*)"(?: class="(?P<after>[^"]*)")?')
_CLASS_OF_STYLE = {
    "math-depth:2": "tml-small-parts", "font-weight:bold": "tml-bold",
    "border-bottom:0.06em dashed": "tml-dashes-below", "border-top:0.06em dashed": "tml-dashes-above",
    "padding-top:0": "tml-tight-above", "padding-bottom:0": "tml-tight-below",
    "display:block math": "", "math-depth:0": "tml-full",
    "padding-left:0em": "tml-tight-left", "padding-right:0em": "tml-tight-right",
    "padding-left:0pt": "tml-tight-left", "padding-right:0pt": "tml-tight-right",
    "text-align:left": "tml-left", "text-align:right": "tml-right",
    "text-align:center": "tml-center", "padding-left:5.9776pt": "tml-column-left",
    "padding-right:5.9776pt": "tml-column-right", "padding-left:1em": "tml-case-left",
    "padding-right:1em": "tml-case-right", "border-bottom:0.06em solid": "tml-rule-below",
    "border-top:0.06em solid": "tml-rule-above", "border-left:0.06em solid": "tml-rule-left",
    "border-right:0.06em solid": "tml-rule-right", "margin-left:-0.1667em": "tml-closer",
    "padding:3pt": "tml-framed", "border:1px solid": "tml-framed",
}
_TOKENS = re.compile(r"<(/?)(m[a-z]+)\b[^>]*>")
_BREAK = re.compile(r"<mo>(?:[=≈≤≥≠∈→⇒↦≡∝+−]|&lt;|&gt;)</mo>")

_SETUP = """
function typeset(tex, display) {
  const options = {
    displayMode: display, throwOnError: true, strict: true, macros: {"\\\\htmlClass": "\\\\class"},
    trust: (context) => context.command === "\\\\class" && /^[a-z]+$/.test(context.class),
  };
  try {
    return JSON.stringify({mathml: temml.renderToString(tex, options)});
  } catch (error) {
    return JSON.stringify({fault: String(error.message || error), position: error.position >= 0 ? error.position : -1});
  }
}
"""


class MathError(ValueError):
    """A formula was refused: which, why, and at which character (from 0; None where Temml names none)."""

    def __init__(self, tex: str, reason: str, position: int | None = None) -> None:
        self.tex = tex
        self.reason = reason
        self.position = position
        place = "" if position is None else f" at character {position + 1}"
        super().__init__(f"formula ‘{tex}’ can't be typeset{place}: {reason}")


class _Typesetter(local):
    """A thread's own JavaScript interpreter: how deep it is, it tells by the stack of the thread that made it."""

    def __init__(self) -> None:
        context = Context()
        script = (TEMML / "temml.min.js").read_text(encoding="utf-8")
        # Strictness would forbid the one class that we set ourselves; whom to trust is asked after it all the same.
        script, opened = re.subn(r"if\(\w+\.settings\.strict\)(?=throw new \w+\(`Function \"\$\{\w+\}\" is disabled)",
                                 "if(false)", script)
        if opened != 1:
            raise RuntimeError("this Temml words its refusal of \\class differently")
        context.eval(script + _SETUP)
        self.typeset: Any = context.get("typeset")


_typesetter = cache(_Typesetter)
"""Started by the first formula."""
_known: dict[str, str] = {}


def recall(formulas: dict[str, str]) -> None:
    """Take over what an earlier process typeset with this very renderer, as `typeset_so_far` gave it."""
    _known.update(formulas)


def typeset_so_far() -> dict[str, str]:
    """Every shape and every formula that was typeset, by its TeX and its kind."""
    return dict(_known)


def typeset_since(known: Mapping[str, str]) -> dict[str, str]:
    """What was typeset beside what was known."""
    return {key: made for key, made in _known.items() if key not in known}


def typeset(tex: str, display: bool = False) -> str:
    """MathML of one formula, each shape typeset once. Raises MathError for one that is refused."""
    kind = "display" if display else "inline"
    shape, numerals = shape_of(tex)
    if numerals:
        key = f"{kind} shape {shape}"
        if (pattern := _known.get(key)) is None:
            pattern = _known[key] = _pattern(shape, display)
        if pattern:
            return pattern % tuple(numerals)
    key = f"{kind} {tex}"
    if key not in _known:
        _known[key] = _typeset(tex, display)
    return _known[key]


def _pattern(shape: str, display: bool) -> str:
    """Give the MathML that formulas of one shape share, with blanks for their numerals; "" where they share none."""
    tex, printed = with_stand_ins(shape)
    try:
        return pattern_of(_typeset(tex, display), printed)
    except MathError:                                     # it is said of the formula as it was written
        return ""


def _typeset(tex: str, display: bool) -> str:
    if found := _REFUSED.search(tex):
        what = found.group().replace("\u00a0", "the character U+00A0")
        raise MathError(tex, f"{what} isn't allowed in a formula", found.start())
    accented = _ACCENTED.sub(lambda found: f"{found[1]}{_TEXT[0]}{found[2]}{_TEXT[1]}", tex)
    answer = json.loads(_typesetter().typeset(accented, display))
    if "fault" in answer:
        position = int(answer["position"])
        raise MathError(tex, _NOISE.sub("", str(answer["fault"])), None if position < 0 else _as_written(tex, position))
    mathml = _CLOSES.sub(r"\1", _OPENS.sub("", _BETWEEN_DIGITS.sub("\u202f", str(answer["mathml"]))))
    return _in_lines(_STYLE.sub(_classes, mathml.replace(' class="tml-display"', "", 1)))


def _as_written(tex: str, position: int) -> int:
    """Give a character's place in the formula as its author wrote it, from the one in what Temml read."""
    added, before = len(_TEXT[0]) - 1, 0
    for found in _ACCENTED.finditer(tex):
        if position > found.start(2) + before:
            before += added if position <= found.end(2) + before + added else added + 1
    units = tex.encode("utf-16-le")[: 2 * (position - before)]
    return min(len(units.decode("utf-16-le", "ignore")), len(tex))


def _classes(found: re.Match[str]) -> str:
    """Write an element's style as classes of our stylesheet's, for a strict policy forbids styles in a page.

    Only what an author measures out by hand, such as a negative space, stays a style.
    """
    styles = [style for style in found["style"].split(";") if style]
    names = [*(found["before"] or "").split(), *(found["after"] or "").split()]
    names = list(dict.fromkeys([*names, *filter(None, (_CLASS_OF_STYLE.get(style) for style in styles))]))
    left = ";".join(style for style in styles if style not in _CLASS_OF_STYLE)
    return (f' class="{" ".join(names)}"' if names else "") + (f' style="{left}"' if left else "")


def _in_lines(mathml: str) -> str:
    """Part a formula before each relation and sum at its top, but for the first, so that a narrow page can break it.

    No browser but Firefox breaks a formula by itself; parts that are rows of their own are set like words.
    """
    if not (whole := re.fullmatch(r"(<math[^>]*>)<mrow>(.*)</mrow></math>", mathml)):
        return mathml
    inside, depth, cuts = whole[2], 0, list[int]()
    for tag in _TOKENS.finditer(inside):
        if depth == 0 and _BREAK.match(inside, tag.start()):
            cuts.append(tag.start())
        depth += -1 if tag[1] else 1
        if depth < 0:
            return mathml
    if len(cuts) < 2:
        return f"{whole[1]}{inside}</math>"             # a formula is a row by itself
    pieces = [inside[a:b] for a, b in zip([0, *cuts[1:]], [*cuts[1:], len(inside)], strict=True)]
    later = [piece.replace("<mo>", '<mo form="infix">', 1) for piece in pieces[1:]]    # first in its row, but no prefix
    rows = "".join(f"<mrow>{piece}</mrow>" for piece in [pieces[0], *later])
    return whole[1].replace("<math", '<math class="lines"', 1) + rows + "</math>"


def bare(html: str) -> str:
    """Let a formula in running text bear its TeX itself: a page holds hundreds. No line parts it from a comma.

    A lone letter or figure is its own TeX.
    """
    return _BESIDE.sub(_joined, _INLINE.sub(r"<math\1\2</math>", _LETTER.sub(r"\2", html)))


def _joined(found: re.Match[str]) -> str:
    return f'<span class="one">{found[0]}</span>' if found["closes"] or found[0][0] != "<" else found[0]


def still(html: str) -> str:
    """Typeset the formulas of a page that has no script, so none that copies their TeX."""
    return _KEPT.sub("", fill(html))


def fill(html: str, fault: Callable[[MathError, str], str] | None = None) -> str:
    """Typeset every formula that `text.marks` left in a page.

    A formula is `<span class="tex" data-tex="…">plain</span>`, or a `<div>` that has `data-display` too; the TeX stays,
    for it is what a reader copies. `fault` gets the error and the element's `data-at` ("line:column" in the page's
    source, where known), and gives what stands in the formula's place; without it the first MathError is raised.
    """

    def one(match: re.Match[str]) -> str:
        try:
            return _filled(match["tag"], match["attributes"])
        except MathError as error:
            if fault is None:
                raise
            attributes = dict(_ATTRIBUTE.findall(match["attributes"]))
            return _element(match["tag"], attributes, fault(error, attributes.get("data-at", "")))

    return _ELEMENT.sub(one, html)


@lru_cache(maxsize=1024)
def _filled(tag: str, written: str) -> str:
    """Give a formula's element, typeset: the same few formulas head the entries of every page."""
    attributes: dict[str, str] = dict(_ATTRIBUTE.findall(written))
    return _element(tag, attributes, typeset(unescape(attributes["data-tex"]), "data-display" in attributes))


def _element(tag: str, attributes: dict[str, str], body: str) -> str:
    kept = "".join(f' {name}="{value}"' for name, value in attributes.items() if name not in _OURS)
    return f"<{tag}{kept}>{body}</{tag}>"
