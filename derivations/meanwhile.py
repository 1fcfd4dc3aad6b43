"""Work that a copy of this process does on another core, while the process goes on with work of its own.

What the copy finds out comes back through a pipe, as JSON, a line an answer. Where no copy can be made, and where one
fails, answers are missing: whoever asked finds them out alone, and meets what failed, so that it is said once.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from signal import SIGKILL
from typing import IO, Any


def possible() -> bool:
    """Say whether a copy can be made, and has a core: only Linux copies one safely, and no lock that a thread holds."""
    return sys.platform == "linux" and threading.active_count() == 1 and len(os.sched_getaffinity(0)) > 1


def meanwhile(work: Callable[[], Iterable[Any]]) -> Iterator[Any]:
    """Let a copy begin the work at once; give its answers in order, each as soon as it is there."""
    if not possible():
        return iter(())
    reads, writes = os.pipe()
    if (child := os.fork()) == 0:
        os.close(reads)
        _work(work, writes)
    os.close(writes)
    return _answers(child, os.fdopen(reads, encoding="utf-8"))


def _work(work: Callable[[], Iterable[Any]], writes: int) -> None:
    """Do the work as the copy, which says nothing, writes no file's rest twice and ends here, whatever happens."""
    try:
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (1, 2):
            os.dup2(silence, stream)
        with os.fdopen(writes, "w", encoding="utf-8") as out:
            for answer in work():
                out.write(f"{json.dumps(answer)}\n")
                out.flush()
    finally:
        os._exit(0)


def _answers(child: int, lines: IO[str]) -> Iterator[Any]:
    try:
        with lines:
            for line in lines:
                if line.endswith("\n"):                    # a copy that was killed may leave half a line
                    yield json.loads(line)
    finally:                                               # nobody waits for what nobody asks for
        with suppress(OSError):
            os.kill(child, SIGKILL)
            os.waitpid(child, 0)
