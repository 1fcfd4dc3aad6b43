"""What stands in a text's source but no reader sees: link targets, tags, attribute lists, the signs of emphasis.

It is replaced, character for character, by `INVISIBLE`, so that offsets hold and words on both sides still meet. What
readers do see of a tag, its alternative text and its title, stays. This is the markup within a sentence, which any text
may hold. What Markdown makes of a page's blocks, of lists, code and definitions of links, its own parse says: `Fate`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass

from derivations.language.reading.names import FILLER, blank

INVISIBLE = "\u2060"
"""Stands for what no reader sees; nothing separates what stands around it."""

SEEN = (r"alt|title|start|placeholder|summary|label|aria-(?:label|description|valuetext|placeholder|roledescription)"
        r"|data-(?:[\w-]*-)?(?:title|label|tip|tooltip|caption|content|hint)")
"""The attributes whose values readers meet, by the browser, by a voice or by the usual style sheets."""
_VISIBLE = re.compile(
    rf"""(?<![\w-])(?:{SEEN})[ \t]*=[ \t]*"""
    r"""(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'<>={}]+))""", re.IGNORECASE,
)
_ATTRIBUTE = r"""(?:[#.][\w:.-]++|[\w:-]++=(?:"[^"\n]*+"|'[^'\n]*+'|[^\s{}"']++))"""
_KEEPING = re.compile(
    r"""</?[A-Za-z][\w-]*+(?:[^<>"']|"[^"]{0,2000}+"|'[^']{0,2000}+')*+>"""
    rf"""|\{{:?[ \t]*+{_ATTRIBUTE}(?:[ \t]++{_ATTRIBUTE})*+[ \t]*+\}}""",
)
_ICON = r":(?:material|octicons|fontawesome|simple)-(?!numeric-\d|(?:solid|regular)-\d:)[\w-]++:"
"""An icon by its name, unless it shows a digit."""
_HIDDEN = re.compile(                     # each way begins with one letter: so the search leaps from one to the next
    r"""\((?<=\]\()[ \t]*+(?:<[^<>\n]*+>|(?:[^()\s]|\([^()\s]*+\))*+)"""                # a link's target
    r"""|\[(?:\^[^\]\s]{1,100}\]:?|(?:(?<=\]\[)|(?<=\] \[))[^\]\n]{0,200}\])"""      # notes, references
    r"""|<[\w.+-]++(?::|@)[^<>\s]*+>"""
    r"""|https?://[^\s<>"'()\[\]]*+(?:\([^\s<>"'()\[\]]*+\)[^\s<>"'()\[\]]*+)*+"""
    r"""|ftp://[^\s<>"'()\[\]]++"""
    r"""|www\.(?<!\wwww\.)[^\s<>"'()]++"""
    rf"""|{_ICON}"""
    r"""|\*++"""
    r"""|_(?:(?<![^\W_]_)_*+|_*+(?![^\W_]))"""
)
_BOX = re.compile(r"^[ \t>]*+(?:!!!|\?\?\?\+?)[ \t]++[\w-]++(?:[ \t]++[\w-]++)*+", re.MULTILINE)
"""The signs and keywords that open a box; its title follows them."""
_ADDRESS = re.compile(
    rf"(?:https?://|www\.)[^\s<>\"']++|<[\w.+-]++(?::|@)[^<>\s]*+>|{_ICON}"
)
_RUN = re.compile(r"[^\W\d_]++|\d")
_ONE_INVISIBLE = re.compile(INVISIBLE)
_QUOTE = re.compile(
    r"«[^«»]{1,600}»|“[^“”]{1,600}”|^[ \t]*+>[^\n]*+"
    r"|<(?P<tag>\w++)[^<>]*?\blang=[\"']?\w[^<>]*+>[^<]{0,600}</(?P=tag)>",
    re.MULTILINE,
)
_WITHIN = re.compile(r"</?(?:abbr|bd[io]|big|cite|data|del|dfn|em|font|ins|mark|small|span|strong|su[bp]|time|tt|var"
                     r"|wbr|[abiqsu])(?![\w-])|\{", re.IGNORECASE)
"""The elements that part no words: all others begin a box or a line."""
_LOWERED = re.compile(r"(?:<sub>(?<=[^\W\d_]<sub>)|~(?<=[^\W\d_]~))\d{1,3}(?:</sub>|~)")
_SUBSCRIPTS = str.maketrans("0123456789~", "₀₁₂₃₄₅₆₇₈₉" + INVISIBLE)


def hide(text: str) -> str:
    """Give the text, of the same length, with what no reader sees replaced by `INVISIBLE`. Newlines stay."""
    text = _LOWERED.sub(lambda found: found[0].translate(_SUBSCRIPTS), text)
    text = _KEEPING.sub(_but_visible, text)
    if "!!!" in text or "???" in text:
        text = _BOX.sub(_invisible, text)
    return _HIDDEN.sub(_invisible, text)


@dataclass(frozen=True)
class Fate:
    """What is known to become of digits and of first letters of words, by their offsets: printed, or not printed."""

    shown: Set[int] = frozenset()
    gone: Set[int] = frozenset()


UNKNOWN = Fate()


def as_printed(text: str, visible: str, fate: Fate) -> str:
    """Give `visible`, which `hide` made of the text, with what is known to be printed, and without what isn't.

    Addresses stay hidden: they are names.
    """
    lost = {hidden.start() for hidden in _ONE_INVISIBLE.finditer(visible)} & fate.shown if fate.shown else set()
    if lost:
        for address in _ADDRESS.finditer(text):
            lost.difference_update(range(*address.span()))
    wrong = {at for at in fate.gone if visible[at] not in (INVISIBLE, FILLER)}
    if not lost and not wrong:
        return visible
    out = list(visible)
    for at in lost:
        run = _RUN.match(text, at)
        out[at:run.end() if run else at + 1] = run[0] if run else text[at]
    for at in wrong:
        run = _RUN.match(visible, at)
        if run:
            out[at:run.end()] = blank(run[0], INVISIBLE)
    for at in sorted(lost):                                       # what stands between digits, as in 4,096
        if at + 2 in lost and out[at + 1] == INVISIBLE:
            out[at + 1] = text[at + 1]
    return "".join(out)


def _invisible(found: re.Match[str]) -> str:
    return blank(found[0], INVISIBLE)


def _but_visible(found: re.Match[str]) -> str:
    """Hide a tag or an attribute list, but for the values that readers see; a semicolon parts them from the text."""
    stretch = found[0]
    out, at = [], 0
    for value in _VISIBLE.finditer(stretch):
        start, end = value.span(value.lastgroup or 0)
        out.append(blank(stretch[at:start - 1], INVISIBLE) + ";" + stretch[start:end])
        at = end
    if out:
        out.append(";" + blank(stretch[at + 1:], INVISIBLE))
        return "".join(out)
    parts = _WITHIN.match(stretch) is None
    return " " * parts + blank(stretch[parts:], INVISIBLE)


def quotations(text: str) -> list[tuple[int, int]]:
    """Give the stretches that quote: in « » or “ ”, in a block quotation, or marked as of a language."""
    return [match.span() for match in _QUOTE.finditer(text)]


def without(spans: Iterable[tuple[int, int]], text: str) -> str:
    """Blank the spans by full stops, so that nothing is matched across them."""
    out, at = [], 0
    for start, end in sorted(spans):
        if end <= at:
            continue
        first = max(start, at)
        out += [text[at:first], blank(text[first:end], ".")]
        at = end
    return "".join([*out, text[at:]])
