"""What lies at a path that a command is given: a configuration, weights, an adapter, or a folder that holds one.

A path is taken for what lies there, where that is plain; else it is said which option means it. A home is written out
here as well: a shell leaves the ~ of --config=~ alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from derivations.counting.configuration import Configuration, read
from derivations.counting.refusal import Refusal
from derivations.counting.stored import read_stored
from derivations.counting.weights import ADAPTER, INDEX, PICKLED, READ, folder_in
from derivations.terminal import one_line

CONFIG = "config.json"
YAML = (".yaml", ".yml")


def held(folder: str, name: str) -> str:
    """Give a folder's file of this name; "" where there is none."""
    try:
        return str(Path(folder, name)) if Path(folder, name).is_file() else ""
    except (OSError, ValueError):                            # a name that no file can have
        return ""


def text_at(path: str, name: str, option: str) -> str:
    """Give the file of text that a path means: a folder's of this name, or the file itself. Raises what says which."""
    path = os.path.expanduser(path)
    if found := held(path, name):
        return found
    shown = path if len(path) <= 80 else f"{path[:79]}…"
    if os.path.isdir(path):
        raise Refusal(f"{option} {shown}: the folder holds no {name}{folder_in(Path(path), name)}")
    if path.endswith((*READ, *PICKLED)):
        other = (f"derive inspect reads: give its {ADAPTER}, or the trainer's YAML" if name == ADAPTER
                 else "--tensors reads")
        raise Refusal(f"{option} {shown}: it holds weights, which {other}")
    return path


def adapter_at(path: str) -> str:
    """Give the configuration of the adapter that lies at a path: in a folder that is no model's, beside weights in one.

    A trainer's YAML is one, too. "" where none is there.
    """
    path = os.path.expanduser(path)
    if path.endswith(YAML) and os.path.isfile(path):
        return path
    folder = os.path.dirname(path) or "." if path.endswith((*READ, *PICKLED, ADAPTER)) else path
    return "" if held(folder, CONFIG) else held(folder, ADAPTER)


def model_at(path: str, text: Callable[[str], bytes]) -> tuple[str, Configuration]:
    """Give what to call the model at a path, and what it is: by its configuration, or by its tensors.

    Tensors count where no configuration lies there, or one of a family that isn't known. `text` reads a file.
    """
    path = os.path.expanduser(path)
    file = held(path, CONFIG) or (path if path.endswith(".json") and not path.endswith(INDEX) else "")
    if not file:
        return tensors_at(path)
    try:
        configuration = read(text(file))
    except Refusal as refusal:
        try:
            return tensors_at(os.path.dirname(file) or ".", f"counted by the tensors beside its {CONFIG}: {refusal}")
        except Refusal:
            raise refusal from None
    return configuration.model_type, configuration


def tensors_at(path: str, *said: str) -> tuple[str, Configuration]:
    """Give what to call a model that is known by its tensors, and what they make up."""
    found = Path(os.path.expanduser(path))
    return one_line(found.name or str(found)), read_stored(found, *said)
