"""The commands that packages add to `derive`, by entry points of one group.

Read from the installed packages' own text files: `importlib.metadata` alone costs as much time as counting a model.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib import import_module
from typing import Any

GROUP = "[derivations.commands]"


@cache
def commands() -> dict[str, str]:
    """Give where each command stands, "module:name" by the command's name; the first package on the path wins."""
    found: dict[str, str] = {}
    for folder in dict.fromkeys(sys.path):
        try:
            names = [name for name in os.listdir(folder or ".") if name.endswith((".dist-info", ".egg-info"))]
        except OSError:
            continue
        for name in sorted(names):
            try:
                with open(os.path.join(folder, name, "entry_points.txt"), encoding="utf-8") as file:
                    text = file.read()
            except (OSError, UnicodeDecodeError):
                continue
            for command, place in _entries(text):
                found.setdefault(command, place)
    return found


def _entries(text: str) -> list[tuple[str, str]]:
    inside, entries = False, []
    for line in text.splitlines():
        if line.startswith("["):
            inside = line.strip() == GROUP
        elif inside and "=" in line:
            name, _, place = line.partition("=")
            entries.append((name.strip(), place.strip()))
    return entries


def load(name: str) -> Any:
    """Give the command of this name, or None; its module is imported only now."""
    place = commands().get(name)
    if place is None:
        return None
    module, _, attribute = place.partition(":")
    return getattr(import_module(module), attribute)
