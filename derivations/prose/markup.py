"""What stands in a page's source but no reader sees: link targets, tags, attribute lists, ids, list markers.

It is replaced, character for character, by `INVISIBLE`, so that offsets hold and words on both sides still meet. What
readers do see of a tag, its alternative text and its title, stays.
"""

from __future__ import annotations

import re

INVISIBLE = "\u2060"
"""Stands for what no reader sees; nothing separates what stands around it."""

_VISIBLE = re.compile(
    r"""(?<![\w-])(?:alt|title|aria-label|aria-description|placeholder|summary|label)[ \t]*=[ \t]*"""
    r"""(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')""", re.IGNORECASE,
)
_ATTRIBUTE = r"""(?:[#.][\w:-]++|[\w:-]++=(?:"[^"\n]*+"|'[^'\n]*+'|[^\s{}"']++))"""
_KEEPING = re.compile(
    r"""(?P<tag></?[A-Za-z][\w-]*+(?:[^<>"']|"[^"]{0,2000}+"|'[^']{0,2000}+')*+>)"""
    rf"""|(?P<attributes>\{{:?[ \t]*+{_ATTRIBUTE}(?:[ \t]++{_ATTRIBUTE})*+[ \t]*+\}})""",
)
_HIDDEN = re.compile(
    r"""(?P<target>(?<=\])\([ \t]*+(?:<[^<>\n]*+>|(?:[^()\s]|\([^()\s]*+\))*+))"""
    r"""|(?P<footnote>\[\^[^\]\s]{1,100}\]:?)"""
    r"""|(?P<definition>^[ ]{0,3}\[[^\]\n]{1,200}\]:[ \t]*+\S*+)"""
    r"""|(?P<reference>(?<=\])[ ]?\[[^\]\n]{0,200}\])"""
    r"""|(?P<autolink><[\w.+-]++(?::|@)[^<>\s]*+>)"""
    r"""|(?P<url>(?:https?|ftp)://[^\s<>"'()\[\]]*+(?:\([^\s<>"'()\[\]]*+\)[^\s<>"'()\[\]]*+)*+|\bwww\.[^\s<>"'()]++)"""
    r"""|(?P<snippet>^[ \t]*+-+8<-+[^\n]*+)"""
    r"""|(?P<icon>:(?:material|octicons|fontawesome|simple)-[\w-]++:)"""
    r"""|(?P<strong>\*++)"""
    r"""|(?P<emphasis>(?<![^\W_])_++|_++(?![^\W_]))""",
    re.MULTILINE,
)
_MARKER = re.compile(r"\d{1,9}\.(?=[ \t])")
_ITEM = re.compile(r"(?:[-*+]|\d{1,9}\.)[ \t]")
_BEGINS_BLOCK = re.compile(r"[ \t>]*+(?:!!!|\?\?\?|===|\#{1,6}[ \t]|<[^<>]*+>[ \t]*+$)")
"""Lines after which a block begins without a blank line."""


def hide(text: str) -> str:
    """Give the text, of the same length, with what no reader sees replaced by `INVISIBLE`. Newlines stay."""
    text = _KEEPING.sub(_but_visible, _hide_markers(text))
    return _HIDDEN.sub(lambda found: invisible(found[0]), text)


def invisible(stretch: str) -> str:
    """Give as many `INVISIBLE` as the stretch has characters; newlines stay."""
    if "\n" not in stretch:
        return INVISIBLE * len(stretch)
    return "\n".join(INVISIBLE * len(line) for line in stretch.split("\n"))


def _but_visible(found: re.Match[str]) -> str:
    """Hide a tag or an attribute list, but for the values that readers see; a space parts them from the text."""
    stretch = found[0]
    out, at = [], 0
    for value in _VISIBLE.finditer(stretch):
        group = "double" if value["double"] is not None else "single"
        start, end = value.span(group)
        out.append(invisible(stretch[at:start - 1]) + " " + stretch[start:end])
        at = end
    if out:
        out.append(" " + invisible(stretch[at + 1:]))
        return "".join(out)
    return invisible(stretch)


def _hide_markers(text: str) -> str:
    """Hide the numbers of ordered lists.

    A number with a full stop begins an item only in a list: in a paragraph it is printed as it stands.
    """
    out, in_list, fresh = [], False, True
    for line in text.split("\n"):
        start = len(line) - len(line.lstrip(" \t>"))
        rest = line[start:]
        item = bool(_ITEM.match(rest))
        if fresh and rest:
            in_list = item
        if in_list and item and (marker := _MARKER.match(rest)):
            out.append(line[:start] + invisible(marker[0]) + rest[marker.end():])
        else:
            out.append(line)
        fresh = not rest or bool(_BEGINS_BLOCK.match(line))
    return "\n".join(out)
