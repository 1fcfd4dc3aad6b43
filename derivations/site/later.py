"""What the live server makes when a browser asks for it, and not at every edit: where a page's numbers come from, and
the files of data. An author who changes a formula sees the page sooner; most of the rest nobody asks for before the
next edit.

A request waits for the build that runs, and a build for the request that makes something.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Condition
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.livereload import LiveReloadServer

Work = Callable[[], None]


class Later:
    """Work that is done once one of its files is asked for; `rest` makes whatever else isn't there."""

    def __init__(self, server: LiveReloadServer) -> None:
        """Stand before the server's own answers."""
        self._free = Condition()
        self._building = False
        self._works: dict[str, Work] = {}
        self._rest: list[Work] = []
        self._root, self._mounted, answer = Path(server.root), server.mount_path, server.get_app()
        assert answer is not None

        def asked(environ: dict[str, Any], respond: Any) -> Iterable[bytes]:
            self.make(environ["PATH_INFO"].encode("latin-1").decode("utf-8", "ignore"))
            return answer(environ, respond)

        server.set_app(asked)

    def begin(self) -> None:
        """A build begins: what an earlier one has left over is no longer wanted."""
        with self._free:
            self._building = True
            self._works, self._rest = {}, []

    def leave(self, work: Work, *paths: str) -> None:
        """Leave work for when one of these files is asked for; without any, for when something isn't there."""
        self._works.update(dict.fromkeys(paths, work))
        self._rest += [] if paths else [work]

    def end(self) -> None:
        """Let requests be answered again."""
        with self._free:
            self._building = False
            self._free.notify_all()

    def make(self, asked: str) -> None:
        """Make what a path of the server's leads to, if that was left."""
        if not asked.startswith(self._mounted) or asked.startswith("/livereload/"):
            return
        inside = asked.removeprefix(self._mounted) + ("index.html" if asked.endswith("/") else "")
        path = posixpath.normpath(f"/{inside}").lstrip("/")
        with self._free:
            self._free.wait_for(lambda: not self._building)
            if work := self._works.get(path) or self._works.get(f"{path}/index.html"):
                work()
                self._works = {other: left for other, left in self._works.items() if left is not work}
            elif not (self._root / path).exists():
                while self._rest:
                    self._rest.pop()()
