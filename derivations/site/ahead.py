"""Work that a copy of the process does beside it, on another core. Both do it by the same functions, which keep what
they make in one store. The process takes the pages from the first on, the copy from the last back, until it comes to
one that is made: they meet wherever they meet, and neither waits for the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from derivations.meanwhile import meanwhile


class Task(NamedTuple):
    """What is to be done for each page, by its src, and how one sees that it was done."""

    do: Callable[[str], object]
    done: Callable[[str], bool]
    pages: Sequence[str]


def ahead(tasks: Sequence[Task], told: Callable[[], Any]) -> Iterator[Any]:
    """Let a copy do the tasks, one after another from now on; give what it tells at its end, if it comes to one."""
    def work() -> Iterator[Any]:
        for do, done, pages in tasks:
            for src in reversed(pages):
                if done(src):
                    break
                do(src)
        yield told()

    return meanwhile(work) if any(task.pages for task in tasks) else iter(())
