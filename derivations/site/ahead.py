"""Work that a copy of the process does beside it, on another core. Both do it by the same functions, which keep what
they make in one store. The process takes the pages from the first on, the copy from the last back, until it comes to
one that is made: they meet wherever they meet, and neither waits for the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from derivations.book import FEW
from derivations.meanwhile import meanwhile
from derivations.site import math
from derivations.site.edition import Edition
from derivations.site.where import Beside


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


def begin(edition: Edition, pages: Sequence[str], body: Callable[[str], object],
          beside: Callable[[str], Beside] | None) -> Iterator[dict[str, str]]:
    """Let pages be made ahead, and all that is published beside them; give the formulas that were typeset for them.

    body    makes what stands on a page
    beside  says what there is to publish beside a page; None where that is left for when it is asked for
    """
    unmade, known = edition.unmade(pages), math.typeset_so_far()
    many = unmade if len(unmade) >= FEW else []
    tasks = [Task(body, lambda src: not edition.unmade([src]), many)]
    if beside is not None:
        shared = [""] if edition.unwritten else []
        tasks += [Task(lambda src: beside(src).texts(edition, math.fill),
                       lambda src: beside(src).is_made(edition), many),
                  Task(edition.said, edition.is_said, many),
                  Task(lambda _: _formulas(edition), lambda _: not edition.unwritten, shared),
                  Task(lambda _: edition.shared(), lambda _: False, shared)]
    return ahead(tasks, lambda: math.typeset_since(known))


def _formulas(edition: Edition) -> None:
    """Write the formulas out, and typeset them as the reference shows them."""
    for formula in edition.formulas().values():
        for said in formula["said"].values():
            math.typeset(said["tex"])
            for step in said["steps"]:
                math.typeset(step["tex"], display=True)
