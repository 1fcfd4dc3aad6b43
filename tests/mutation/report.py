"""The report: how many mutants each room has, how many were judged, and what is said of each that survived."""

from __future__ import annotations

import json
import tomllib
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

HEAD = """# Mutants

Written by `make mutants`; what is said here was judged, and nothing else was.
A mutant is a module with one small mistake in it: an operator, a comparison, a number, a truth value, a condition, a
result, a call or a raise left out. It is killed when one of its room's tests fails, and it survives when none does.
Messages' words, annotations, imports and the numbers in drills' rows are not changed. Hypothesis draws 40 examples a
test, the same each time.
Only the modules listed below were looked at, and of these only the judged mutants were run: a room or a module that is
not listed has no score. A survivor was judged by the tests named under its room, which may be fewer than the room has;
where it says "17 of 40 tests pass", the other 23 would have taken too long, and might have caught it.

"""


def write_report(state: Path, here: Path) -> None:
    """Write report.md from the verdicts in the cache and the explanations in explained.toml."""
    explained = Explanations(here / "explained.toml")
    rooms = {path.stem: _read(path) for path in sorted(state.glob("*.jsonl"))}
    lines = ["| Room | Mutants | Judged | Killed | Survived, explained | Survived, not explained | Score | Judged on |",
             "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |"]
    details: list[str] = []
    for room, (modules, verdicts) in rooms.items():
        lines.append(_row(room, modules, verdicts, explained))
        details += _details(room, modules, verdicts, explained)
    text = HEAD + "\n".join(lines) + "\n\n" + "\n".join([
        "The score is the share of the judged mutants that were killed or are explained. Explained are those that no",
        "test could tell from the module, or that change what nobody was promised; each reason stands below.", ""])
    (here / "report.md").write_text(text + "\n".join(["", *details]).rstrip() + "\n", encoding="utf-8")


class Explanations:
    """Reasons why a mutant may live: by its whole name, or by the beginning of it."""

    def __init__(self, path: Path) -> None:
        data = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        self.reasons = [(entry["mutants"], entry["why"]) for entry in data.get("explained", [])]

    def of(self, name: str) -> str:
        """Give the reason, or ""."""
        return next((why for names, why in self.reasons if name in names), "")


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    modules: dict[str, Any] = {}
    verdicts: dict[str, Any] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        (modules if "mutants" in entry else verdicts)[entry["name"]] = entry
    return modules, verdicts


def _row(room: str, modules: dict[str, Any], verdicts: dict[str, Any], explained: Explanations) -> str:
    survivors = [name for name, verdict in verdicts.items() if not verdict["killer"]]
    reasoned = [name for name in survivors if explained.of(name)]
    killed, total = len(verdicts) - len(survivors), sum(module["mutants"] for module in modules.values())
    score = f"{100 * (killed + len(reasoned)) / len(verdicts):.1f}%" if verdicts else "–"
    dates = sorted({verdict["when"] for verdict in verdicts.values()})
    when = "–" if not dates else dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
    return (f"| {room} | {total} | {len(verdicts)} | {killed} | {len(reasoned)} | {len(survivors) - len(reasoned)} "
            f"| {score} | {when} |")


def _details(room: str, modules: dict[str, Any], verdicts: dict[str, Any], explained: Explanations) -> list[str]:
    judges = Counter(verdict["judges"] for verdict in verdicts.values())
    said = [f"{number} mutants judged by {tests}.  " for tests, number in judges.most_common()]
    lines = [f"## {room}", "", *said, "", "| Module | Mutants | Judged | Killed |", "| --- | ---: | ---: | ---: |"]
    for name, module in sorted(modules.items()):
        here = [verdict for key, verdict in verdicts.items() if key.startswith(f"{name}: ")]
        if module["mutants"]:
            killed = sum(bool(verdict["killer"]) for verdict in here)
            lines.append(f"| {name.removeprefix('derivations/')} | {module['mutants']} | {len(here)} | {killed} |")
    survivors = {name: verdict for name, verdict in verdicts.items() if not verdict["killer"]}
    by_reason: defaultdict[str, list[str]] = defaultdict(list)
    for name, verdict in survivors.items():
        by_reason[explained.of(name)].append(_shown(name, verdict))
    bare = by_reason.pop("", [])
    if by_reason:
        lines += ["", f"### Survivors of {room}, explained", ""]
        for why, names in by_reason.items():
            lines += [f"{why}", "", *names, ""]
    if bare:
        lines += ["", f"### Survivors of {room}, not explained", "", *bare]
    caught = {name: verdict for name, verdict in verdicts.items() if verdict["survived"] and verdict["killer"]}
    if caught:
        lines += ["", f"### Survived once, killed now ({room})", ""]
        lines += [f"{_shown(name, verdict)}: {verdict['killer']}" for name, verdict in caught.items()]
    return [*lines, ""]


def _shown(name: str, verdict: dict[str, Any]) -> str:
    file, _, rest = name.removeprefix("derivations/").partition(": ")
    note = f"; {verdict['note']}" if verdict["note"].startswith("no test") or " of " in verdict["note"] else ""
    return f"- `{file}` ``{rest}``{note}"
