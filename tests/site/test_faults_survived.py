"""Killed, crowded, or set back in time: nothing is lost, nothing half-written, and the next build equals a clean one."""

import os
import random
import re
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from trust import short_or_long, tried

from derivations.cli import main
from derivations.new import create
from derivations.site import fresh

COMMANDS = {
    "build": ("-m", "mkdocs", "build", "--quiet"),
    "tables": ("-m", "derivations.cli", "tables"),
    "fix": ("-m", "derivations.cli", "check", "--fix"),
}


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix not in (".gz", ".pyc")}


def start(project, name, **more):
    return subprocess.Popen([sys.executable, *COMMANDS[name]], cwd=project.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                            env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, **more)


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
            process.kill()
            process.wait()
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
        start(project, "build", preexec_fn=lambda most=most: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))).wait()
        assert sources(project) == before
        assert builds(project)
        assert tree(project.site) == wanted


# Nothing to write to, and files that go ------------------------------------------------------------------------------


def humbly():
    """Give up root's right to write where nobody may, in the process that is about to run."""
    import ctypes

    for capability in (1, 2, 3):                             # to override permissions, to search, to own
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)


def test_sources_that_nobody_may_write_are_built_all_the_same(project):
    assert builds(project)
    wanted, before = tree(project.site), sources(project)
    shutil.rmtree(project.root / ".cache")
    shutil.rmtree(project.site)
    project.site.mkdir()
    folders = [project.root, *(path for path in project.root.rglob("*") if path != project.site)]
    try:
        for path in folders:
            path.chmod(path.stat().st_mode & ~0o222)
        built = start(project, "build", preexec_fn=humbly).wait()
        refused = subprocess.run([sys.executable, "-c", "open('x', 'w')"], cwd=project.root, preexec_fn=humbly, capture_output=True, check=False)
        assert refused.returncode == 1                       # the right is truly gone
        assert built == 0
        assert tree(project.site) == wanted
        fixed = subprocess.run([sys.executable, *COMMANDS["fix"]], cwd=project.root, preexec_fn=humbly, capture_output=True, text=True, check=False)
        assert fixed.returncode == 2
        assert fixed.stderr.startswith("derive: ") and fixed.stderr.count("\n") == 1 and "Permission denied" in fixed.stderr
    finally:
        for path in folders:
            path.chmod(path.stat().st_mode | 0o200)
    assert sources(project) == before
    assert not (project.root / ".cache").exists()


def test_files_that_go_while_a_build_reads_them_are_missed_and_no_more(project):
    begun = time.monotonic()
    assert start(project, "build").wait() == 0
    whole, wanted, before = time.monotonic() - begun, tree(project.site), sources(project)
    draw = random.Random(12)
    for _ in range(short_or_long(1, 12)):
        shutil.rmtree(project.root / ".cache")
        process = subprocess.Popen([sys.executable, *COMMANDS["build"]], cwd=project.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, text=True)
        time.sleep(draw.uniform(0.1, 0.9) * whole)
        for name in draw.sample(("docs/es/index.md", "docs/en/index.md", "tables/fields.toml", "tables/fields.csv"), 2):
            (project.root / name).unlink(missing_ok=True)
        said = process.communicate()[0]
        assert "derivations/" not in said or "Traceback" not in said, said
        for path, content in before.items():
            if path != "mkdocs.yml":
                place = project.root / ("docs" if path.startswith(("en/", "es/", ".", "assets/")) else "tables") / path
                place.write_bytes(content)
        assert builds(project)
        assert tree(project.site) == wanted


def test_builds_without_number_leave_neither_files_nor_memory(project):
    often = short_or_long(16, 60)
    process = subprocess.Popen([sys.executable, str(Path(__file__).with_name("rebuild.py"))], cwd=project.root, text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})

    def size():
        kilobytes = int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8"))[1])
        return kilobytes, len(list((project.root / ".cache").rglob("*")))

    early = None
    page = project.root / "docs/en/index.md"
    text = page.read_text(encoding="utf-8")
    for number in range(often):
        page.write_text(f"{text}\nMore: {'so ' * (number % 7)}much.\n", encoding="utf-8")
        process.stdin.write("live\n")
        process.stdin.flush()
        assert process.stdout.readline() == "built\n"
        early = size() if number == often // 2 else early
    late = size()
    process.stdin.close()
    process.wait()
    assert late[0] < 1.08 * early[0], (early, late)
    assert late[1] <= early[1] + 3, (early, late)
    tried("rebuilds", often)
