"""Measuring a project from outside: a build as a whole process, an edit as the time until a browser would see it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_RELOAD = re.compile(r"livereload\(\d+, \d+\);")
PATIENCE = 600
"""Seconds after which a build or an edit counts as never finished."""


@dataclass(frozen=True)
class Run:
    """What a finished process took: seconds on the clock, seconds of processor, bytes at its largest."""

    wall: float
    cpu: float
    peak: int


def environment() -> dict[str, str]:
    """Give what a process is measured in: code is compiled once and kept, as in any installation."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "NO_MKDOCS_2_WARNING": "1"}


def timed(command: list[str], cwd: Path, log: IO[str] | int = subprocess.DEVNULL) -> tuple[int, Run]:
    """Run a command to its end; give its exit code and what it took."""
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, env=environment(), stdout=log, stderr=log)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 if sys.platform == "darwin" else 1024
    return process.returncode, Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * unit)


def put_aside(root: Path, *names: str) -> None:
    """Take away what an earlier build has made, without deleting it: that is done when all is measured.

    For minutes after a deletion ext4 passes over the freed inodes, one by one, for every file that is made: the more files
    were deleted, and the more are made, the longer. That is no part of what a build costs where nothing was deleted.
    """
    for made in (root / name for name in names if (root / name).exists()):
        made.rename(Path(tempfile.mkdtemp(dir=root.parent)) / made.name)


def build(root: Path, *, cold: bool) -> Run:
    """Build a project as an author does; cold: nothing is left of an earlier build."""
    put_aside(root, "site", *[".cache"] * cold)
    with (root / "build.log").open("w", encoding="utf-8") as log:
        code, run = timed([sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"], root, log)
    if code:
        raise RuntimeError(f"{root.name} does not build:\n{(root / 'build.log').read_text(encoding='utf-8')[-2000:]}")
    return run


class Server:
    """A live server of a project, and what its reader sees."""

    def __init__(self, root: Path) -> None:
        self.root = root
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "mkdocs", "serve", "--livereload", "--dev-addr", f"127.0.0.1:{self.port}"]
        self._log = (root / "serve.log").open("w", encoding="utf-8")
        self._process = subprocess.Popen(command, cwd=root, env=environment(), stdout=self._log, stderr=self._log)

    def get(self, page: str) -> str:
        """Give a page as served now, without the script that numbers each answer; "" while there is none."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{page}", timeout=PATIENCE) as answer:
                return _RELOAD.sub("", answer.read().decode())
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return ""

    def until(self, page: str, old: str) -> str:
        """Wait until a page is served that isn't the old one."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server of {self.root.name} died; see its serve.log")
            if (html := self.get(page)) and html != old:
                return html
            time.sleep(0.02)
        raise RuntimeError(f"{page} of {self.root.name} never changed")

    def edit(self, path: str, old: str, new: str, page: str) -> float:
        """Save an edit of a file; give the seconds until a page shows it."""
        file, before = self.root / path, self.get(page)
        text = file.read_text(encoding="utf-8")
        if old not in text:
            raise ValueError(f"{path} does not hold {old!r}")
        time.sleep(1.0)  # the watcher has seen whatever was saved before
        start = time.perf_counter()
        file.write_text(text.replace(old, new), encoding="utf-8")
        self.until(page, before)
        return time.perf_counter() - start

    def close(self) -> None:
        """Stop serving."""
        self._process.terminate()
        self._process.wait(timeout=30)
        self._log.close()


@contextmanager
def serving(root: Path) -> Iterator[Server]:
    """Serve a project once its first page is there."""
    server = Server(root)
    try:
        server.until("", "")
        yield server
    finally:
        server.close()
