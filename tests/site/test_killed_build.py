"""A build that is killed leaves every tracked file whole: as it was, or as the build would have left it.

The moments are random, and one is chosen for harm: when the first table has just begun to be written. More of them:
`KILLS=20 pytest tests/site_repeat`.
"""

import os
import random
import time
from pathlib import Path

import pytest
from copies import copy_into, files

from derivations.project import write_whole

KILLS = int(os.environ.get("KILLS", "2"))


def tracked(root):
    """Give what the repository tracks: documents and tables, not what stands beside a file until it is whole."""
    found = {**files(root / "docs"), **files(root / "tables"), "mkdocs.yml": (root / "mkdocs.yml").read_bytes()}
    return {name: content for name, content in found.items() if not Path(name).name.startswith(".")}


def wait_for_writing(process, tables, before):
    """Wait until a table is being written, or the build is over."""
    while process.poll() is None:
        if any(path.name not in before or path.read_bytes() != before[path.name] for path in tables.iterdir()):
            return


def test_a_killed_build_leaves_whole_files(tmp_path):
    place = copy_into(tmp_path)
    fresh = tracked(place.root)
    stale = {name: content[:-7] + b"stale\n" if name.endswith(".csv") else content for name, content in fresh.items()}
    assert sum(stale[name] != fresh[name] for name in fresh) > 3
    draw = random.Random(1)
    started = time.monotonic()
    place.build()
    assert tracked(place.root) == fresh
    whole_build = time.monotonic() - started
    for number in range(KILLS):
        for name, content in stale.items():
            if name.endswith(".csv"):
                (place.root / "tables" / name).write_bytes(content)
        seen = files(place.root / "tables")
        process = place.start()
        if number == 0:
            wait_for_writing(process, place.root / "tables", seen)
        else:
            time.sleep(draw.uniform(0.3, 1.0) * whole_build)
        process.kill()
        process.communicate()
        for name, content in tracked(place.root).items():
            assert content in (stale[name], fresh[name]), name


@pytest.mark.parametrize("moment", ["write_bytes", "replace"])
def test_a_file_is_written_beside_its_place_first(moment, tmp_path, monkeypatch):
    path = tmp_path / "one.csv"
    path.write_text("old,old\n", encoding="utf-8")

    def half(self, content, *_, **__):
        with self.open("wb") as file:
            file.write(content[: len(content) // 2])
        raise KeyboardInterrupt

    def stop(*_):
        raise KeyboardInterrupt

    if moment == "replace":
        monkeypatch.setattr(os, "replace", stop)
    else:
        monkeypatch.setattr(Path, moment, half)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, b"new,new,new\n")
    assert path.read_bytes() == b"old,old\n"
