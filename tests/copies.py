"""The course's own site, built as its author would build it, from a copy: no test writes into the tree that it tests."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def built(root, *, alone=False, **environment):
    """Copy the package, the documents and the tables into a folder, and build there; give the site's folder.

    alone  whether the build has one core of a machine's, so that no copy of the process works beside it
    """
    for name in ("derivations", "docs", "tables"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", root)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    env = {**os.environ, "PYTHONPATH": str(root), "NO_MKDOCS_2_WARNING": "1", **environment}
    core = (lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})) if alone and sys.platform == "linux" else None
    done = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False, preexec_fn=core)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return root / "site"


def files(folder):
    """Give the content of every file of a folder, by its path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
