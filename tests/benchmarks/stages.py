"""Where a build's time goes: one cold build under Python's profiler, its time shared out among what it does.

    python tests/benchmarks/stages.py       in the folder of a project; prints seconds by stage, as JSON

The profiler slows everything down, small calls most; the shares are what to read.
"""

from __future__ import annotations

import cProfile
import importlib
import json
import pstats
import shutil
import subprocess
import sys
import time
from pathlib import Path

WITHIN = {
    "where": [("text/where.py", "html")],
    "tables": [("tables.py", "read_tables"), ("blocks/table.py", "fields")],
    "gate": [("check/gate.py", "check")],
    "binding": [("text/page.py", "bind")],
    "files": [("book.py", "files")],
    "finish": [("book.py", "finish")],
    "formulas": [("site/math.py", "typeset")],
    "markdown": [("markdown/core.py", "convert")],
    "search": [("material/plugins/search/plugin.py", "add_entry_from_context"), ("site/search.py", "index")],
    "templates": [("jinja2/environment.py", "render")],
}
"""The functions in which a stage's time is spent; none of them runs inside another."""
LIBRARIES = ("sympy", "pandas")


def measured(root: Path) -> dict[str, float]:
    """Build the project in a folder with nothing remembered; give the seconds of each stage under the profiler."""
    for made in ("site", ".cache"):
        shutil.rmtree(root / made, ignore_errors=True)
    done = subprocess.run([sys.executable, str(Path(__file__).resolve())], cwd=root, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Profile a build of the project in this folder."""
    profiler = cProfile.Profile()
    start = time.perf_counter()
    profiler.enable()
    needed = "derivations:" in Path("mkdocs.yml").read_text(encoding="utf-8")
    for library in LIBRARIES if needed else ():
        importlib.import_module(library)
    loaded = time.perf_counter() - start
    from mkdocs.__main__ import cli

    cli.main(["build", "--strict", "--quiet"], standalone_mode=False)
    profiler.disable()
    whole = time.perf_counter() - start
    spent = {(path, name): times[3] for (path, _, name), times in pstats.Stats(profiler).stats.items()}
    found = {"libraries": loaded}
    for stage, functions in WITHIN.items():
        found[stage] = sum(seconds for (path, name), seconds in spent.items()
                           if any(path.endswith(end) and name == wanted for end, wanted in functions))
    found["rest"] = whole - sum(found.values())
    print(json.dumps({stage: round(seconds, 3) for stage, seconds in found.items()}))


if __name__ == "__main__":
    main()
