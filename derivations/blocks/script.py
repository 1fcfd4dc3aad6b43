"""Data for a page's scripts, as it can stand in the page."""

from __future__ import annotations

import json
from typing import Any


def as_script(data: Any) -> str:
    """Write data so that it can stand in a script element whatever it holds."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("</", "<\\/").replace("<!--", "\\u003c!--").replace("<script", "\\u003cscript")
