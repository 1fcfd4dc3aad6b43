"""The public models known by name: those that the course shows, from `models.toml`, and further ones."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from derivations.counting.configuration import Configuration, configure
from derivations.counting.refusal import Refusal
from derivations.nearest import closest, nearest


class PublicModel(NamedTuple):
    """A model as published.

    name             what pages and the command line call it
    hub              its id on the model hub
    label            how a table shows it
    config           the fields of its configuration that bear on a count
    source           where they were read
    published_total  the number of parameters that its publisher, or the hub, states
    total_source     where that number stands
    also             other names it goes by
    """

    name: str
    hub: str
    label: str
    config: Mapping[str, Any]
    source: str
    published_total: int
    total_source: str
    also: tuple[str, ...] = ()

    @property
    def configuration(self) -> Configuration:
        """The checked configuration."""
        return configure(self.config)


SHOWN, FURTHER = "models.toml", "further_models.toml"
"""The files: the models of the course, and all others that are found by name."""


@cache
def _tables(file: str) -> Mapping[str, str]:
    """Give the text of each model's table, by the model's name: a command that asks for one model parses one."""
    with open(os.path.join(os.path.dirname(__file__), file), encoding="utf-8") as opened:  # pathlib loads longer
        tables = opened.read().split("\n[")[1:]
    return {table[:table.index("]")].strip('"'): f"[{table}" for table in tables}


@cache
def _parsed(name: str) -> PublicModel:
    file = SHOWN if name in _tables(SHOWN) else FURTHER
    ((_, entry),) = tomllib.loads(_tables(file)[name]).items()
    config = {field: None if value == "null" else value for field, value in entry["config"].items()}
    return PublicModel(
        name, entry["hub"], entry["label"], config, entry["source"], entry["total"],
        entry.get("total_source", "the hub's count of the model's safetensors"), tuple(entry.get("also", ())))


@cache
def catalogue() -> Mapping[str, PublicModel]:
    """Give every model that the course shows, by name, in the order of the file."""
    return {name: _parsed(name) for name in _tables(SHOWN)}


@cache
def known() -> Mapping[str, PublicModel]:
    """Give every model that is found by name, those of the course first."""
    return {name: _parsed(name) for name in (*_tables(SHOWN), *_tables(FURTHER))}


@cache
def _names() -> Mapping[str, tuple[str, ...]]:
    """Give the names that each model goes by, in small letters: its own, its hub id, others. No table is parsed."""
    return {name: (name, *(found.lower() for line in re.findall(r"^(?:hub|also) = (.+)$", table, re.MULTILINE)
                           for found in re.findall(r'"([^"]+)"', line)))
            for tables in (_tables(SHOWN), _tables(FURTHER)) for name, table in tables.items()}


_PAGE = re.compile(r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co|modelscope\.cn/models)/([^/?#]+/[^/?#]+).*")
"""A model's page, or one of its files' (…/blob/main/config.json): its hub id is in it."""


def public_model(name: str) -> PublicModel:
    """Give the model of this name or hub id; capitals don't matter.

    Raises `Refusal` with the nearest name.
    """
    asked = _PAGE.sub(r"\1", name.strip().lower())
    if asked in _tables(SHOWN) or asked in _tables(FURTHER):
        return _parsed(asked)
    names = _names()
    shape = _shape(asked)
    found = (next((name for name, called in names.items() if asked in called), None)
             or next((name for name, called in names.items() if shape in map(_shape, called)), None))
    if found is not None:
        return _parsed(found)
    alike = [one for called in names.values() for one in called if _is_slip(shape, _shape(one))]
    shown = name if len(name) <= 80 and name.isprintable() else "this name"
    raise Refusal(f"no model is called {shown!r}{nearest(name[:100], alike) or _ELSE}")


def is_public(name: str) -> bool:
    """Whether a public model is called so."""
    try:
        public_model(name)
    except Refusal:
        return False
    return True


_ELSE = "; --config reads its config.json, --tensors its .safetensors"


def is_variant(name: str, model: PublicModel) -> bool:
    """Whether a name isn't the model's own: that of another tuning, another storage or another uploader."""
    hub = model.hub.lower()
    return name.strip().lower() not in (model.name, hub, hub.rpartition("/")[2])


VARIANT = (
    r"(?<![a-z0-9])(?:instruct|chat|it|pt|hf|base|meta|abliterated|unsloth|bnb|gptq|awq|gguf|ggml|mlx|exl[23]"
    r"|(?:un)?quantized|dynamic|qat|dwq|\d+bits?|w\d+a\d+|u?int\d|(?:b|n?v?|mx)fp\d+|bf16|q\d(?:[._](?:\d|k(?:_[sml])?))?)(?![a-z0-9])")
"""Words of a hub id that say how a model was tuned or is stored; none changes a shape."""

Shape = tuple[str, ...]


def _shape(name: str) -> Shape:
    """Give the words and numbers of a name that speak of a shape, however they are joined.

    >>> _shape("unsloth/Qwen2.5-7B-Instruct-bnb-4bit") == _shape("qwen2.5:7b")
    True
    """
    words = re.sub(VARIANT, " ", name.strip().lower().rpartition("/")[2])
    return tuple(re.findall(r"[a-z]+|\d+(?:\.\d+)*", re.sub(r"(?<=\d)(?:_|___)(?=\d)", ".", words)))


def _is_slip(asked: Shape, meant: Shape) -> bool:
    """Whether one name may be the other, misspelled: its numbers are the same, and word by word it looks like it.

    Numbers are versions and sizes, and a word more is another model: such a name has another shape.
    """
    if len(asked) != len(meant):
        return False
    return all(one == other or (one.isalpha() and other.isalpha() and closest(one, [other], 0.75))
               for one, other in zip(asked, meant, strict=True))
