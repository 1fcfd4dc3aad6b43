"""What was measured, as data: kept in results.toml, printed as a table, compared with the budgets."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

TABLES = {"command": ("command",), "build": ("pages", "kind", "state"), "edit": ("pages", "kind", "what"),
          "values": ("values",), "stages": ("kind",)}
"""What is kept, and what tells two records of a table apart."""
RESULTS = Path(__file__).with_name("results.toml")
BUDGETS = {"cold": 1.3, "added": 1.2, "warm": 1.3, "page": 1.1, "formula": 1.5}
"""Ratios that are to be met; `ratios` says of what to what."""


def dumps(found: Mapping[str, Any]) -> str:
    """Write results as TOML."""
    lines = ["# Written by tests/benchmarks/run.py --write; the documentation's tables are made of it.", "", "[machine]"]
    lines += [f"{key} = {json.dumps(value)}" for key, value in found["machine"].items()]
    for table in TABLES:
        for record in found[table]:
            lines += ["", f"[[{table}]]", *(f"{key} = {json.dumps(value)}" for key, value in record.items())]
    return "\n".join(lines) + "\n"


def load() -> dict[str, Any]:
    """Read the results that the documentation shows."""
    return {**{table: [] for table in TABLES}, **tomllib.loads(RESULTS.read_text(encoding="utf-8"))}


def joined(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Give the new results, and those old ones of the same machine that weren't measured anew."""
    if old["machine"] != new["machine"]:
        return dict(new)
    both: dict[str, Any] = {"machine": new["machine"]}
    for table, names in TABLES.items():
        records = {tuple(one[name] for name in names): one for one in (*old[table], *new[table])}
        both[table] = list(records.values())
    return both


def record(records: Iterable[Mapping[str, Any]], **wanted: Any) -> Mapping[str, Any] | None:
    """Give the record with these values, if it was measured."""
    return next((one for one in records if all(one[key] == value for key, value in wanted.items())), None)


def by_round(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None, key: str = "seconds") -> float | None:
    """Give the median of the ratios within each round."""
    if one is None or other is None:
        return None
    return median(a / b for a, b in zip(one[key], other[key], strict=True))


def ratios(found: Mapping[str, Any], pages: int, key: str = "seconds") -> dict[str, float]:
    """Give the ratios that have budgets, at so many pages a language: by the clock, for that is what one waits by.

    Of builds they can be given by the seconds of processor too, with the key "cpu"; of edits nothing else is measured.

    cold     an empty memory, to typed numbers with the same math renderer
    added    the time that a page more takes beyond the smallest project, to the same of typed numbers
    warm     everything remembered, to typed numbers with math left to the browser
    page     from saving a page until it is served, to the same with typed numbers
    formula  from saving a formula until a page shows it, to a page edit with typed numbers
    """
    builds, edits = found["build"], found["edit"]
    derived, typed = (record(builds, pages=pages, kind=kind, state="cold") for kind in ("derived", "typed"))
    warm = record(builds, pages=pages, kind="derived", state="warm")
    browser = record(builds, pages=pages, kind="browser", state="cold")
    page, formula = (record(edits, pages=pages, kind="derived", what=what) for what in ("page", "formula"))
    limit = record(edits, pages=pages, kind="typed", what="page")
    first = min((one["pages"] for one in builds), default=pages)
    added = None
    if first < pages and derived and typed:
        small = [record(builds, pages=first, kind=kind, state="cold") for kind in ("derived", "typed")]
        if small[0] and small[1]:
            added = (median(derived[key]) - median(small[0][key])) / (median(typed[key]) - median(small[1][key]))
    all_of_them = {"cold": by_round(derived, typed, key), "added": added, "warm": by_round(warm, browser, key)}
    if key == "seconds":
        all_of_them |= {"page": by_round(page, limit), "formula": by_round(formula, limit)}
    return {name: ratio for name, ratio in all_of_them.items() if ratio is not None}


def printed(found: Mapping[str, Any]) -> str:
    """Give everything as text for a terminal."""
    lines = [f"{one['command']:<26}{1000 * min(one['cpu']):>10.0f} ms of processor at least" for one in found["command"]]
    lines += [f"{'pages':>6} {'project':<10} {'state':<8} {'seconds':>8} {'cpu':>8} {'peak MB':>8}"]
    for one in found["build"]:
        lines.append(f"{one['pages']:>6} {one['kind']:<10} {one['state']:<8} {median(one['seconds']):>8.2f} "
                     f"{median(one['cpu']):>8.2f} {median(one['peak']) / 1e6:>8.0f}")
    lines += [f"{one['pages']:>6} {one['kind']:<10} {one['what']:<8} {median(one['seconds']):>8.2f}"
              for one in found["edit"]]
    lines += [f"{one['values']:>6} values on one page{median(one['seconds']):>16.2f} {median(one['cpu']):>8.2f}"
              for one in found["values"]]
    for pages in sorted({one["pages"] for one in (*found["build"], *found["edit"])}):
        for name, ratio in ratios(found, pages).items():
            verdict = "met" if ratio <= BUDGETS[name] else "missed"
            lines.append(f"{pages:>6} pages: {name} {ratio:.2f} of at most {BUDGETS[name]}: {verdict}")
    return "\n".join(lines)
