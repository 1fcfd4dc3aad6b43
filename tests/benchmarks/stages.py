"""Where a build's time goes: one cold build, a clock in each of its parts.

    python tests/benchmarks/stages.py       in the folder of a project; prints seconds of processor by stage, as JSON

A part that another one calls is counted by itself, and not in the other.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from measure import environment, put_aside

WITHIN = {
    "where": ["derivations.site.where:Beside.texts"],
    "tables": ["derivations.loading:read_tables", "derivations.blocks.block:Block.html"],
    "gate": ["derivations.book:check"],
    "traced": ["derivations.text.page:printed"],
    "binding": ["derivations.book:bind"],
    "files": ["derivations.site.edition:Edition.files", "derivations.site.edition:Edition.outputs",
              "derivations.site.plugin:DerivationsPlugin._write_data"],
    "finish": ["derivations.site.edition:Edition.render", "derivations.site.edition:Edition.finish"],
    "memory": ["derivations.site.store:Store.get", "derivations.site.store:Store.put",
               "derivations.site.store:Store.sweep"],
    "formulas": ["derivations.site.math:typeset"],
    "markdown": ["markdown.core:Markdown.convert"],
    "search": [f"{index}.{step}" for step in ("add_entry_from_context", "generate_search_index")
               for index in ("derivations.site.search:Index", "material.plugins.search.plugin:SearchIndex")],
    "templates": ["jinja2.environment:Template.render"],
}
"""The functions in which a stage's time is spent, as `module:name`."""
LIBRARIES = ("sympy",)


def measured(root: Path) -> dict[str, float]:
    """Build the project in a folder with nothing remembered; give the seconds of each stage."""
    put_aside(root, "site", ".cache")
    done = subprocess.run([sys.executable, str(Path(__file__).resolve())], cwd=root, env=environment(),
                          capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


class Clock:
    """Counts the processor's seconds for whichever stage was entered last."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._open, self._since = ["rest"], 0.0

    def turn(self) -> None:
        """Give what has passed to the stage that runs now."""
        now = time.process_time()
        self.seconds[self._open[-1]] += now - self._since
        self._since = now

    def put_into(self, path: str, stage: str) -> None:
        """Let a function be counted to a stage."""
        module, _, name = path.partition(":")
        *within, name = name.split(".")
        holder = importlib.import_module(module)
        for one in within:
            holder = getattr(holder, one)
        function: Callable[..., Any] = getattr(holder, name)

        @wraps(function)
        def clocked(*given: Any, **more: Any) -> Any:
            self.turn()
            self._open.append(stage)
            try:
                return function(*given, **more)
            finally:
                self.turn()
                self._open.pop()

        setattr(holder, name, clocked)


def main() -> None:
    """Take a build of the project in this folder apart; on one core, for what a copy of the process does, no clock sees."""
    if sys.platform == "linux":
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    clock = Clock()
    needed = "derivations:" in Path("mkdocs.yml").read_text(encoding="utf-8")
    before = time.process_time()
    for library in LIBRARIES if needed else ():
        importlib.import_module(library)
    loaded = time.process_time() - before
    for stage, paths in WITHIN.items():
        for path in paths:
            if needed or not path.startswith("derivations.") or stage == "formulas":
                clock.put_into(path, stage)
    from mkdocs.__main__ import cli

    cli.main(["build", "--strict", "--quiet"], standalone_mode=False)
    clock.turn()
    clock.seconds["libraries"] = loaded
    clock.seconds["rest"] -= loaded                            # it ran until the first stage was entered
    print(json.dumps({stage: round(clock.seconds[stage], 3) for stage in ("libraries", *WITHIN, "rest")}))


if __name__ == "__main__":
    main()
