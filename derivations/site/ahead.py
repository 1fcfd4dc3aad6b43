"""Work on pages that a copy of the process does ahead of it, on another core. Both do it by the same functions, which
keep what they make in one store: what the copy has made, the process finds there, and what isn't there it makes itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from derivations.meanwhile import meanwhile

Task = tuple[Callable[[str], object], Sequence[str]]
"""What is to be done, and for which pages, by their src, in which order."""


class Ahead:
    """Tasks, by their names, done in order from now on; `last` gives what the copy is to tell at its end."""

    def __init__(self, tasks: Mapping[str, Task], last: Callable[[], dict[str, Any]]) -> None:
        def work() -> Iterator[Any]:
            for name, (do, pages) in tasks.items():
                for src in pages:
                    do(src)
                    yield [name, src]
            yield last()

        self._awaited = {(name, src) for name, (_, pages) in tasks.items() for src in pages}
        self._answers = meanwhile(work) if self._awaited else iter(())

    def wait(self, name: str, src: str) -> None:
        """Wait until a task is done for a page, if it is one of the copy's."""
        while (name, src) in self._awaited:
            done = next(self._answers, None)
            if done is None:                               # there is no copy, or no longer
                self._awaited.clear()
            else:
                self._awaited.discard((done[0], done[1]))

    def rest(self) -> dict[str, Any] | None:
        """Wait until all is done; give what the copy tells at its end, None where it came to none."""
        *_, told = [None, *self._answers]
        return told if isinstance(told, dict) else None
