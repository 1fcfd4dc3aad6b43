"""Killed, crowded, or set back in time: nothing is lost, nothing half-written, and the next build equals a clean one."""

import os
import random
import re
import shutil
import sys
import time
from pathlib import Path

import pytest
from builds import Rebuilds, Run
from trust import short_or_long, tried

from derivations.cli import main
from derivations.new import create
from derivations.site import fresh

COMMANDS = {"build": ("mkdocs", "build", "--quiet"), "tables": ("derive", "tables"), "fix": ("derive", "check", "--fix")}
HUMBLY = ("import ctypes; libc, head, rights = ctypes.CDLL(None), (ctypes.c_uint32 * 2)(0x20080522), (ctypes.c_uint32 * 6)(); "
          "libc.capget(head, rights); rights[0] &= ~0b1110; libc.capset(head, rights)")
"""Gives up root's rights to override permissions, to search and to own."""


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix not in (".gz", ".pyc")}


def start(project, name, **more):
    return Run(project.root, *COMMANDS[name], **more)


def builds(project):
    """Say whether a build that nothing disturbs succeeds."""
    return project.mkdocs("build", "--quiet").returncode == 0


def sources(project):
    """Give what its author wrote or tracks; a file that begins with a dot may stand beside one until that is whole."""
    found = {**tree(project.root / "docs"), **tree(project.root / "tables"), "mkdocs.yml": (project.root / "mkdocs.yml").read_bytes()}
    return {name: content for name, content in found.items() if not re.search(r"(^|/)\.[^/]*\.new$", name)}


def wait_for_writing(process, tables):
    """Wait until the first table is being written, or all are: no other moment does as much harm."""
    while process.poll() is None and not any(path.suffix != ".toml" for path in tables.iterdir()):
        pass


def test_killed_at_any_moment_files_are_whole_and_the_next_build_is_clean(project):
    draw, times, kills = random.Random(8), {}, 0
    project.append("docs/es/index.md", "\nMide {{= field.area(w=7, l=8) }}.\n")
    project.append("docs/en/index.md", "\nIt is {{= field.area(w=7, l=8) }}.\n")
    before = sources(project)
    for name in ("tables", "fix", "build"):
        begun = time.monotonic()
        start(project, name).wait()
        times[name] = time.monotonic() - begun
    after, site = sources(project), tree(project.site)
    assert len(site) > 20
    for round_ in range(short_or_long(1, 12)):
        for name, whole in times.items():
            for path, content in before.items():
                (project.root / ("" if path == "mkdocs.yml" else "docs" if (project.root / "docs" / path).exists() else "tables") / path).write_bytes(content)
            shutil.rmtree(project.root / ".cache", ignore_errors=True) if round_ % 2 else None
            process = start(project, name)
            if name == "tables" and not round_:
                wait_for_writing(process, project.root / "tables")
            else:
                time.sleep(draw.uniform(0.2, 1.0) * whole)
            process.end()
            kills += 1
            for path, content in sources(project).items():
                assert content in (before.get(path), after.get(path)), (name, path)
    assert start(project, "fix").wait() in (0, 1)
    assert builds(project)
    assert tree(project.site) == site
    assert not list(project.root.rglob(".*.new"))            # what the killed had begun went with the next that wrote it
    tried("kills", kills)


def test_two_builds_at_once_and_a_clock_that_goes_back(project):
    assert builds(project)
    wanted = tree(project.site)
    for path in (project.root / ".cache").rglob("*"):
        os.utime(path, (2_000_000_000, 2_000_000_000))       # made in the future
    for path in (project.root / "docs").rglob("*.md"):
        os.utime(path, (1, 1))
    shutil.rmtree(project.site)
    both = [start(project, "build") for _ in range(2)]
    codes = [one.wait() for one in both]
    assert 0 in codes
    assert builds(project)               # what was in each other's way is not in the next one's
    assert tree(project.site) == wanted


# A disk that fills --------------------------------------------------------------------------------------------------


class Disk:
    """A disk that takes so many writes, half of one more, and then none."""

    def __init__(self, monkeypatch, room):
        self.room, self.asked = room, 0
        for name in ("write_bytes", "write_text", "mkdir"):
            monkeypatch.setattr(Path, name, self.instead(getattr(Path, name)))
        monkeypatch.setattr(os, "replace", self.instead(os.replace))

    def instead(self, real):
        def write(path, content=None, *args, **named):
            self.asked += 1
            if self.asked <= self.room:
                return real(path, *(() if content is None else (content,)), *args, **named)
            if self.asked == self.room + 1 and isinstance(content, bytes | str):
                real(path, content[: len(content) // 2], *args, **named)
            raise OSError(28, os.strerror(28), str(path))
        return write


WRITES = {"tables": ("tables",), "fix": ("check", "--fix"), "render": ("render", "--to", "rendered")}


def test_on_a_full_disk_a_command_says_so_and_every_file_is_whole(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    create(tmp_path, [])
    fresh.forget("growth")
    draw, faults = random.Random(2), 0

    def run(name):
        monkeypatch.setattr(sys, "argv", ["derive", *WRITES[name]])
        with pytest.raises(SystemExit) as done:
            main()
        return done.value.code, capsys.readouterr().err

    before = tree(tmp_path)
    for name in WRITES:
        for path in tree(tmp_path).keys() - before.keys():
            (tmp_path / path).unlink()
        with monkeypatch.context() as patch:
            disk = Disk(patch, 10**9)
            assert run(name)[0] == 0
        after, every = tree(tmp_path), range(disk.asked)
        assert len(every) >= 2
        for room in draw.sample(every, min(len(every), short_or_long(6, 400))):
            for path in after.keys() - before.keys():
                (tmp_path / path).unlink(missing_ok=True)
            shutil.rmtree(tmp_path / "rendered", ignore_errors=True)
            with monkeypatch.context() as patch:
                Disk(patch, room)
                code, said = run(name)
            assert (code, said.count("\n")) == (2, 1) and "No space left on device" in said, (name, room, said)
            found = tree(tmp_path)
            assert before.keys() <= found.keys() <= after.keys(), (name, room)
            assert [path for path in found if found[path] not in (before.get(path), after[path])] == []
            assert run(name)[0] == 0
            assert tree(tmp_path) == after
            faults += 1
    fresh.forget("growth")
    tried("full", faults)


def test_a_build_whose_files_may_not_grow_harms_nothing(project):
    assert builds(project)
    before, wanted = sources(project), tree(project.site)
    draw = random.Random(6)
    for _ in range(short_or_long(1, 12)):
        shutil.rmtree(project.root / ".cache")
        most = draw.randrange(2000, 200_000)
        start(project, "build", first=f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))").wait()
        assert sources(project) == before
        assert builds(project)
        assert tree(project.site) == wanted


# Nothing to write to, and files that go ------------------------------------------------------------------------------


def test_sources_that_nobody_may_write_are_built_all_the_same(project):
    assert builds(project)
    wanted, before, said = tree(project.site), sources(project), project.site / "said"
    shutil.rmtree(project.root / ".cache")
    shutil.rmtree(project.site)
    project.site.mkdir()
    folders = [project.root, *(path for path in project.root.rglob("*") if path != project.site)]
    try:
        for path in folders:
            path.chmod(path.stat().st_mode & ~0o222)
        assert start(project, "build", first=HUMBLY).wait() == 0
        assert start(project, "fix", first=f"{HUMBLY}; open('x', 'w')").wait() == 1 and not (project.root / "x").exists()     # the right is gone
        assert tree(project.site) == wanted
        assert start(project, "fix", first=HUMBLY, files=(os.devnull, said, said)).wait() == 2
        assert re.fullmatch("derive: .*Permission denied.*\n", said.read_text(encoding="utf-8"))
    finally:
        for path in folders:
            path.chmod(path.stat().st_mode | 0o200)
    assert sources(project) == before
    assert not (project.root / ".cache").exists()


def test_files_that_go_while_a_build_reads_them_are_missed_and_no_more(project):
    begun = time.monotonic()
    assert start(project, "build").wait() == 0
    whole, wanted, before = time.monotonic() - begun, tree(project.site), sources(project)
    draw, said = random.Random(12), project.root / "said"
    for _ in range(short_or_long(1, 12)):
        shutil.rmtree(project.root / ".cache")
        process = start(project, "build", files=(os.devnull, said, said))
        time.sleep(draw.uniform(0.1, 0.9) * whole)
        for name in draw.sample(("docs/es/index.md", "docs/en/index.md", "tables/fields.toml", "tables/fields.csv"), 2):
            (project.root / name).unlink(missing_ok=True)
        process.wait()
        text = said.read_text(encoding="utf-8")
        assert "derivations/" not in text or "Traceback" not in text, text
        for path, content in before.items():
            if path != "mkdocs.yml":
                place = project.root / ("docs" if path.startswith(("en/", "es/", ".", "assets/")) else "tables") / path
                place.write_bytes(content)
        assert builds(project)
        assert tree(project.site) == wanted


def test_builds_without_number_leave_neither_files_nor_memory(project):
    often = short_or_long(16, 60)
    live = Rebuilds(project)

    def size():
        kilobytes = int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{live.run.pid}/status").read_text(encoding="utf-8"))[1])
        return kilobytes, len(list((project.root / ".cache").rglob("*")))

    early = None
    page = project.root / "docs/en/index.md"
    text = page.read_text(encoding="utf-8")
    for number in range(often):
        page.write_text(f"{text}\nMore: {'so ' * (number % 7)}much.\n", encoding="utf-8")
        assert live.build()
        early = size() if number == often // 2 else early
    late = size()
    live.end()
    assert late[0] < 1.08 * early[0], (early, late)
    assert late[1] <= early[1] + 3, (early, late)
    tried("rebuilds", often)
