"""What the numeral check could not read. A silent hole is a defect, so the page says where the holes are.

A fault is text that a reader sees and no check can follow: raw HTML that draws or fetches, attributes shown by the
browser, files put in from elsewhere. A picture is a note: its alternative text is read, its own letters are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from derivations.text.finding import Finding
from derivations.text.text import Text

_ELEMENTS = {
    "script": "a script can write anything",
    "style": "a style sheet can write text",
    "iframe": "it shows another page",
    "object": "it shows another file",
    "embed": "it shows another file",
    "canvas": "it is drawn by a script",
    "svg": "its text is not read",
    "math": "its numbers are not read",
    "video": "it is not read",
    "audio": "it is not read",
    "template": "it is filled by a script",
    "textarea": "a reader can change it",
    "select": "it is filled by its options",
    "input": "its value is not read",
    "meter": "its value is an attribute",
    "progress": "its value is an attribute",
}
_FIND = re.compile(
    r"<(?P<element>[A-Za-z][\w-]*+)(?P<attributes>(?:[^<>\"']|\"[^\"]{0,2000}+\"|'[^']{0,2000}+')*+)>?"
    r"|(?P<snippet>^[ \t]*+-+8<-+[^\n]*+)"
    r"|(?P<picture>!\[[^\]\n]{0,500}\]\([ \t]*(?P<file>[^\s()]{1,300}))",
    re.MULTILINE,
)
_GENERATED = re.compile(r"(?<![\w-])(?:value|on[a-z]{3,20}|srcdoc)\s*=", re.IGNORECASE)
_NOTES = ("png", "jpg", "jpeg", "gif", "webp", "avif", "svg", "pdf")


@dataclass(frozen=True)
class Unread:
    """A stretch that the check could not read, [start, end), and why. `fault` where it has to be mended."""

    start: int
    end: int
    what: str
    why: str
    fault: bool = True


def unread(text: str) -> list[Unread]:
    """Find what can't be read in a text whose code, comments, holes and tags are blanked."""
    found = []
    for match in _FIND.finditer(text):
        if match["snippet"] is not None:
            found.append(Unread(match.start(), match.end(), "a file put in from elsewhere", "its text is not read"))
        elif match["picture"] is not None:
            kind = match["file"].rsplit(".", 1)[-1].lower()
            if kind in _NOTES:
                found.append(Unread(match.start(), match.end(), f"a picture ({match['file']})",
                                    "only its alternative text is read", fault=False))
        else:
            element = match["element"].lower()
            if element in _ELEMENTS:
                found.append(Unread(match.start(), match.end(), f"<{element}>", _ELEMENTS[element]))
            elif (attribute := _GENERATED.search(match["attributes"])) is not None:
                name = attribute[0].rstrip("=").strip()
                found.append(Unread(match.start(), match.end(), f"the attribute {name} of <{element}>",
                                    "what it shows is not read"))
    return found


def unreadable(text: Text) -> list[Finding]:
    """Say what has to be mended."""
    return [text.finding(each.start, f"the numeral check can't read {each.what}: {each.why}",
                         "use Markdown, a block or a file of the site's assets")
            for each in unread(text.readable) if each.fault]
