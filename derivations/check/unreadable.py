"""What the numeral check could not read. A silent hole is a defect, so the page says where the holes are.

Each is text that a reader sees and no check can follow: elements that are filled or drawn elsewhere, attributes shown
by the browser, files put in. What runs, or changes how what follows is read, is refused as that: `text.running`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from derivations.text.finding import Finding
from derivations.text.text import Text

_ELEMENTS = {
    "canvas": "it is drawn by a script",
    "video": "it is not read",
    "audio": "it is not read",
    "select": "it is filled by its options",
    "input": "its value is not read",
    "meter": "its value is an attribute",
    "progress": "its value is an attribute",
}
_FIND = re.compile(
    r"<(?P<element>[A-Za-z][\w-]*+)(?P<attributes>(?:[^<>\"']|\"[^\"]{0,2000}+\"|'[^']{0,2000}+')*+)>?"
    r"|(?P<snippet>^[ \t]*+-+8<-+[^\n]*+)",
    re.MULTILINE,
)
_VALUE = re.compile(r"(?<![\w-])value\s*=", re.IGNORECASE)


def unreadable(text: Text) -> Iterator[Finding]:
    """Say what has to be mended, in a text whose code, comments, holes and tags are blanked."""
    for found in _FIND.finditer(text.readable):
        element = (found["element"] or "").lower()
        if found["snippet"] is not None:
            what, why = "a file put in from elsewhere", "its text is not read"
        elif element in _ELEMENTS:
            what, why = f"<{element}>", _ELEMENTS[element]
        elif _VALUE.search(found["attributes"]):
            what, why = f"the attribute value of <{element}>", "what it shows is not read"
        else:
            continue
        yield text.finding(found.start(), f"the numeral check can't read {what}: {why}",
                           "use Markdown, a block or a file of the site's assets")
