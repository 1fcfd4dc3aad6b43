"""Only ordinary files are read, a file is written beside its place until it is whole, and a standard output that takes no more is said."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from derivations.counting.headers import read_header
from derivations.counting.refusal import Refusal
from derivations.ordinary import files_below, read_ordinary, write_whole
from derivations.terminal import visible


@pytest.mark.parametrize("kind", ["folder", "pipe", "device", "missing", "nul", "long", "loop"])
def test_what_is_no_ordinary_file_is_refused_at_once(kind, tmp_path):
    path = tmp_path / "x"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "loop":
        path.symlink_to(path)
    path = {"device": "/dev/zero", "nul": "a\0b", "long": "x" * 5000}.get(kind, path)
    before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(OSError, match="no ordinary file|it is a folder|No such file|File name too long|symbolic links"):
        read_ordinary(path)
    with pytest.raises(Refusal, match="^file: "):
        read_header(Path(path))
    assert len(os.listdir("/proc/self/fd")) == before


def test_an_ordinary_file_is_read_through_a_link(tmp_path):
    (tmp_path / "x").write_bytes(b"one\0two")
    (tmp_path / "y").symlink_to("x")
    assert read_ordinary(tmp_path / "y") == b"one\0two"


def test_a_full_standard_output_is_said_in_one_line():
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run([sys.executable, "-m", "derivations.cli", "models"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "derive: No space left on device\n")


@pytest.mark.parametrize(("text", "shown"), [
    ("a\x1b[31mb", "a\\u001b[31mb"), ("1\u202f000\u00a0%\n\t", "1\u202f000\u00a0%\n\t"), ("\u202eabc", "\\u202eabc"), ("\x7f\x9b\r", "\\u007f\\u009b\\r"),
    ("\ud800", "\\ud800"), ("ñ 日本 🙂 ≤", "ñ 日本 🙂 ≤"), ("\U000e0001", "\\udb40\\udc01"),
])
def test_what_a_terminal_would_run_is_shown(text, shown):
    assert visible(text) == shown


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


def test_what_a_killed_process_had_begun_goes_and_nothing_else(tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    begun, other, living = (tmp_path / f".{name}.new" for name in (f"rows.csv.{gone.pid}", "rows.csv.draft", f"more.csv.{os.getppid()}"))
    for path in (begun, other, living):
        path.write_bytes(b"half")
    assert write_whole(tmp_path / "rows.csv", b"whole\n")
    assert [path.exists() for path in (begun, other, living)] == [False, True, True]


def test_files_are_found_through_links_and_none_twice_where_a_link_leads_back(tmp_path):
    for name in ("docs/b.md", "docs/a/c.md", "docs/a.md", "other/deep/d.md", "more/e.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    (tmp_path / "docs" / "far").symlink_to(tmp_path / "other")
    (tmp_path / "other" / "more").symlink_to("../more")
    for back, way in {"docs/up": "..", "other/deep/back": tmp_path / "docs", "more/round": "../other", "more/self": "self", "docs/lost": "nowhere"}.items():
        (tmp_path / back).symlink_to(way)
    found = [path.relative_to(tmp_path / "docs").as_posix() for path in files_below(tmp_path / "docs") if path.is_file()]
    assert found == ["a/c.md", "a.md", "b.md", "far/deep/d.md", "far/more/e.md"]
    assert [*files_below(tmp_path / "none")] == []
