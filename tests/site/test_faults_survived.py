"""Killed, crowded, or set back in time: nothing is lost, nothing half-written, and the next build equals a clean one."""

import os
import random
import re
import shutil
import subprocess
import sys
import time

from trust import short_or_long, tried

COMMANDS = {
    "build": ("-m", "mkdocs", "build", "--quiet"),
    "tables": ("-m", "derivations.cli", "tables"),
    "fix": ("-m", "derivations.cli", "check", "--fix"),
}


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix != ".gz"}


def start(project, name):
    return subprocess.Popen([sys.executable, *COMMANDS[name]], cwd=project.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                            env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})


def sources(project):
    """Give what its author wrote or tracks; a file that begins with a dot may stand beside one until that is whole."""
    found = {**tree(project.root / "docs"), **tree(project.root / "tables"), "mkdocs.yml": (project.root / "mkdocs.yml").read_bytes()}
    return {name: content for name, content in found.items() if not re.search(r"(^|/)\..*\.new$", name)}


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
    for round_ in range(short_or_long(1, 20)):
        for name, whole in times.items():
            for path, content in before.items():
                (project.root / ("" if path == "mkdocs.yml" else "docs" if (project.root / "docs" / path).exists() else "tables") / path).write_bytes(content)
            shutil.rmtree(project.root / ".cache", ignore_errors=True) if round_ % 2 else None
            process = start(project, name)
            time.sleep(draw.uniform(0.2, 1.0) * whole)
            process.kill()
            process.wait()
            kills += 1
            for path, content in sources(project).items():
                assert content in (before.get(path), after.get(path)), (name, path)
    assert start(project, "fix").wait() in (0, 1)
    assert start(project, "build").wait() == 0
    assert tree(project.site) == site
    tried("kills", kills)


def test_two_builds_at_once_and_a_clock_that_goes_back(project):
    assert start(project, "build").wait() == 0
    wanted = tree(project.site)
    for path in (project.root / ".cache").rglob("*"):
        os.utime(path, (2_000_000_000, 2_000_000_000))       # made in the future
    for path in (project.root / "docs").rglob("*.md"):
        os.utime(path, (1, 1))
    shutil.rmtree(project.site)
    both = [start(project, "build") for _ in range(2)]
    codes = [one.wait() for one in both]
    assert 0 in codes
    assert start(project, "build").wait() == 0               # what was in each other's way is not in the next one's
    assert tree(project.site) == wanted
