"""What lies at a path that a command is given: a configuration, weights, an adapter, or a folder that holds one.

A path is taken for what lies there, where that is plain; else it is said which option means it.
"""

from __future__ import annotations

import os
from pathlib import Path

import click

from derivations.counting.weights import ADAPTER, PICKLED, READ

CONFIG = "config.json"
YAML = (".yaml", ".yml")


def whole(path: str) -> str:
    """Give the path with a home written out: a shell leaves the ~ of --config=~ alone."""
    return os.path.expanduser(path)


def held(folder: str, name: str) -> str:
    """Give a folder's file of this name; "" where there is none."""
    try:
        return str(Path(folder, name)) if Path(folder, name).is_file() else ""
    except (OSError, ValueError):                            # a name that no file can have
        return ""


def text_at(path: str, name: str, option: str) -> str:
    """Give the file of text that a path means: a folder's of this name, or the file itself. Raises what says which."""
    path = whole(path)
    if found := held(path, name):
        return found
    shown = path if len(path) <= 80 else f"{path[:79]}…"
    if os.path.isdir(path):
        inside = sorted(one.parent.name for one in Path(path).glob(f"*/{name}"))
        raise click.UsageError(f"{option} {shown}: the folder holds no {name}"
                               + (f": name a folder in it, as {inside[0]}" if inside else ""))
    if path.endswith((*READ, *PICKLED)):
        other = (f"derive inspect reads: give its {ADAPTER}, or the trainer's YAML" if name == ADAPTER
                 else "--tensors reads")
        raise click.UsageError(f"{option} {shown}: it holds weights, which {other}")
    return path


def adapter_at(path: str) -> str:
    """Give the configuration of the adapter that lies at a path: in a folder that is no model's, beside weights in one.

    A trainer's YAML is one, too. "" where none is there.
    """
    path = whole(path)
    if path.endswith(YAML) and os.path.isfile(path):
        return path
    folder = os.path.dirname(path) or "." if path.endswith((*READ, *PICKLED, ADAPTER)) else path
    return "" if held(folder, CONFIG) else held(folder, ADAPTER)


def configuration_at(path: str) -> str:
    """Give the config.json that a path means; "" where weights stand for the model."""
    path = whole(path)
    if found := held(path, CONFIG):
        return found
    return path if path.endswith(".json") and not path.endswith(".index.json") else ""
