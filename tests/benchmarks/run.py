"""`make bench`: builds and serves every kind of project in turn, round after round, and prints ratios to the limit.

    python tests/benchmarks/run.py                          a quick look: 10 pages a language, two rounds
    python tests/benchmarks/run.py --pages 1 10 50 200 --live 50 --values --profile 50 --write    what the pages show

Ratios are formed within a round and their median is printed: a machine that slows down slows both sides.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import stages
from measure import Run, build, serving, timed
from projects import KINDS, write_project
from results import RESULTS, dumps, joined, load, printed

MANY_VALUES = (1000, 10000)
"""How many values stand on the single page of the projects that grow by values."""


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, nargs="*", default=[10], help="pages a language")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--live", type=int, nargs="*", default=None, help="pages a language of the served projects")
    parser.add_argument("--values", action="store_true", help="build pages of very many values too")
    parser.add_argument("--profile", type=int, default=0, help="profile a build of so many pages a language")
    parser.add_argument("--write", action="store_true",
                        help="put what is measured into results.toml, of which the pages are made")
    asked = parser.parse_args()
    try:
        import mkdocs_macros  # noqa: F401 - only looked for
    except ImportError:
        asked.kinds = [kind for kind in asked.kinds if kind != "macros"]
        say("mkdocs-macros is not installed (pip install -e '.[bench]'): measured without it")
    found: dict[str, Any] = {"machine": machine(), "command": commands(asked.rounds), "build": [], "edit": [],
                             "values": [], "stages": []}
    with tempfile.TemporaryDirectory() as folder:
        for count in asked.pages:
            found["build"] += builds(Path(folder), count, asked.kinds, asked.rounds)
        for count in asked.live if asked.live is not None else asked.pages[-1:]:
            found["edit"] += edits(Path(folder), count, asked.kinds, asked.rounds)
        if asked.values:
            found["values"] = values(Path(folder), asked.rounds)
        if asked.profile:
            found["stages"] = profiles(Path(folder), asked.profile)
    print(printed(found))
    if asked.write:
        RESULTS.write_text(dumps(joined(load(), found) if RESULTS.is_file() else found), encoding="utf-8")


def say(text: str) -> None:
    """Tell how far it is."""
    print(text, file=sys.stderr, flush=True)


def machine() -> dict[str, Any]:
    """Describe the machine."""
    name = platform.processor()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
        name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), name)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 0
    return {"processor": name, "cores": os.cpu_count() or 1, "memory": memory, "system": platform.system(),
            "python": platform.python_version()}


def commands(rounds: int) -> list[dict[str, Any]]:
    """Run the command line, Python with nothing to do, and an import of SymPy, in turn."""
    derive = str(Path(sys.executable).with_name("derive"))
    asked = {"python": [sys.executable, "-c", "pass"], "derive --help": [derive, "--help"],
             "derive count": [derive, "count", "llama-2-7b", "--rank", "8"],
             "import sympy": [sys.executable, "-c", "import sympy"]}
    taken: dict[str, list[Run]] = {name: [] for name in asked}
    for _ in range(4 * rounds):
        for name, command in asked.items():
            taken[name].append(timed(command, Path.cwd())[1])
    return [{"command": name, "seconds": [round(run.wall, 4) for run in each], "cpu": [round(run.cpu, 4) for run in each]}
            for name, each in taken.items()]


def builds(folder: Path, count: int, kinds: list[str], rounds: int) -> list[dict[str, Any]]:
    """Build each kind cold, and the derived one warm too, in turn."""
    states = [(kind, True) for kind in kinds]
    if "derived" in kinds:
        states.insert(1, ("derived", False))
    for kind in kinds:
        write_project(folder / f"{kind}-{count}", kind, count)
    runs: dict[tuple[str, bool], list[Run]] = {state: [] for state in states}
    for number in range(rounds):
        for kind, cold in states:
            run = build(folder / f"{kind}-{count}", cold=cold)
            runs[kind, cold].append(run)
            say(f"{count} pages, round {number + 1}: {kind} {'cold' if cold else 'warm'} {run.wall:.2f} s")
    return [{"pages": count, "kind": kind, "state": "cold" if cold else "warm",
             "seconds": [round(run.wall, 3) for run in each], "cpu": [round(run.cpu, 3) for run in each],
             "peak": [run.peak for run in each]} for (kind, cold), each in runs.items()]


def edits(folder: Path, count: int, kinds: list[str], rounds: int) -> list[dict[str, Any]]:
    """Serve each kind, and edit a page of each in turn; of the derived one a formula too."""
    taken: dict[tuple[str, str], list[float]] = {}
    with ExitStack() as stack:
        servers = {}
        for kind in kinds:
            root = folder / f"served-{kind}-{count}"
            write_project(root, kind, count)
            servers[kind] = stack.enter_context(serving(root))
        for number in range(rounds + 1):
            for kind, server in servers.items():
                seconds = server.edit("docs/en/index.md", "{#start}\n", "{#start}\n\nOne more paragraph of words.\n", "")
                if number:  # the first edit finds nothing remembered, in no kind
                    taken.setdefault((kind, "page"), []).append(seconds)
                say(f"{count} pages, edit {number}: {kind} page {seconds:.2f} s")
            if "derived" in servers:
                texts = ("    return width * width\n", "    return 2 * width * width\n")
                old, new = texts[number % 2], texts[1 - number % 2]
                seconds = servers["derived"].edit("counted/course.py", old, new, "")
                if number:
                    taken.setdefault(("derived", "formula"), []).append(seconds)
                say(f"{count} pages, edit {number}: derived formula {seconds:.2f} s")
    return [{"pages": count, "kind": kind, "what": what, "seconds": [round(one, 3) for one in each]}
            for (kind, what), each in taken.items()]


def values(folder: Path, rounds: int) -> list[dict[str, Any]]:
    """Build one page of many values."""
    taken: dict[int, list[Run]] = {}
    for many in MANY_VALUES:
        write_project(folder / f"values-{many}", "derived", 1, many)
    for _ in range(rounds):
        for many in MANY_VALUES:
            taken.setdefault(many, []).append(build(folder / f"values-{many}", cold=True))
            say(f"{many} values on a page: {taken[many][-1].wall:.2f} s")
    return [{"values": many, "seconds": [round(run.wall, 3) for run in each],
             "cpu": [round(run.cpu, 3) for run in each]} for many, each in taken.items()]


def profiles(folder: Path, count: int) -> list[dict[str, Any]]:
    """Share out the time of a build of the derived pages, and of the typed ones."""
    found = []
    for kind in ("derived", "typed"):
        root = folder / f"profiled-{kind}-{count}"
        write_project(root, kind, count)
        found.append({"kind": kind, "pages": count, **stages.measured(root)})
        say(f"{count} pages, profiled: {kind}")
    return found


if __name__ == "__main__":
    main()
