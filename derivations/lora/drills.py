"""The questions, read from `drills.toml`, which says what stands in it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from derivations.course import Drill, Slip
from derivations.lora.formulas import OWN

_ASKED: Mapping[str, Mapping[str, Any]] = tomllib.loads(
    Path(__file__).with_name("drills.toml").read_text(encoding="utf-8"))


def _drill(name: str, given: Mapping[str, Any]) -> Drill:
    like = _ASKED[given.get("like", name)]
    names, left_out = given.get("inputs", like["inputs"]), given.get("without", [])
    rows = (dict(zip(like["inputs"], row, strict=True)) for row in like["rows"])
    variants = ({one: row[one] for one in names} for row in rows)
    return Drill(
        name, OWN[given["answer"]], tuple(one for one in variants if [*one.values()] not in left_out),
        tuple(Slip(key, OWN[f"slip.{key}"]) for key in given["slips"]), given.get("form", "exact"))


DRILLS: tuple[Drill, ...] = tuple(_drill(name, given) for name, given in _ASKED.items())
