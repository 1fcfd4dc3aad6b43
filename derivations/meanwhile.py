"""Work that a copy of this process does on another core, while the process goes on with work of its own.

What the copy finds out comes back through a pipe, as JSON, a line an answer. Where no copy can be made, and where one
fails, answers are missing: whoever asked finds them out alone, and meets what failed, so that it is said once.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from select import select
from typing import Any

PATIENCE = 120
"""For how many seconds an answer is waited for. A copy has no threads, and a lock that one held is held for good: none
that we take is held by those of a live server, and were it otherwise, the process would go on alone.
"""


def possible() -> bool:
    """Say whether a copy can be made, and has a core: only Linux copies a process whole and at once."""
    return sys.platform == "linux" and threading.current_thread() is threading.main_thread() \
        and len(os.sched_getaffinity(0)) > 1


def meanwhile(work: Callable[[], Iterable[Any]]) -> Iterator[Any]:
    """Let a copy begin the work at once; give its answers in order, each as soon as it is there."""
    if not possible():
        return iter(())
    reads, writes = os.pipe()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)          # Python's, of the threads
            child = os.fork()
    except OSError:                                        # the machine lets us have no more processes, or no memory
        os.close(reads)
        os.close(writes)
        return iter(())
    if child == 0:
        os.close(reads)                                    # else it may wait for ever, and for itself, to read
        _work(work, writes)
    os.close(writes)
    answers = _answers(child, reads)
    next(answers)                                          # from here on it tidies up, asked for more or not
    return answers


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


def _answers(child: int, reads: int) -> Iterator[Any]:
    rest = b""                                             # a copy that was killed may leave half a line
    try:
        yield
        while select([reads], [], [], PATIENCE)[0] and (more := os.read(reads, 1 << 20)):
            *lines, rest = (rest + more).split(b"\n")
            yield from map(json.loads, lines)
    finally:                                               # nobody waits for what nobody asks for
        os.close(reads)
        with suppress(OSError):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
