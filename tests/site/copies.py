"""Copies of the course's own documents, to be built as its author would build them."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Copy:
    """A folder with the package, the documents and the tables."""

    root: Path

    def start(self, **environment):
        """Start `mkdocs build --strict` in the folder."""
        env = {**os.environ, "PYTHONPATH": str(self.root), "NO_MKDOCS_2_WARNING": "1", **environment}
        return subprocess.Popen([sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"], cwd=self.root, env=env,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def build(self, **environment):
        """Build the site; give its files by path."""
        process = self.start(**environment)
        said = process.communicate()[0]
        assert process.returncode == 0, said
        return files(self.root / "site")


def files(folder):
    """Give the content of every file of a folder, by its path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def copy_into(root):
    """Copy the package, the documents and the tables into a folder."""
    for folder in ("derivations", "docs", "tables"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "mkdocs.yml", root / "mkdocs.yml")
    return Copy(root)
