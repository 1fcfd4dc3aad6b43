"""What is remembered on disk may be damaged in any way: it is then made anew, and the site is the same, byte for byte."""

import os
import pickle
import random
import shutil
import stat

import pytest
from trust import short_or_long, tried

from derivations.site.store import Store, digest

TEXTS = ["a text", "", "line\nline\n", "ñ \U0001f600 \ud800", "x" * 10_000]


class Planted:
    """What runs where it is unpickled."""

    def __reduce__(self):
        return os.mkdir, ("planted",)


def damages(draw, content):
    """Give the ways in which a file can be damaged."""
    cut = draw.randrange(len(content)) if content else 0
    return {
        "cut": content[:cut], "empty": b"", "zeros": bytes(len(content)), "random": draw.randbytes(draw.randrange(1, 3000)),
        "one byte": content[:cut] + bytes([(content[cut] ^ (1 << draw.randrange(8))) if content else 1]) + content[cut + 1:],
        "longer": content + b"x", "no digest": content.partition(b"\n")[2], "pickle": pickle.dumps(Planted()), "another's": b"%d\n" % cut,
    }


def spoil(path, kind, draw):
    """Damage one entry; a folder takes its place for one kind."""
    if kind == "folder":
        path.unlink()
        path.mkdir()
        (path / "inside").write_text("x", encoding="utf-8")
    elif kind == "lost link":
        path.unlink()
        path.symlink_to("nowhere")
    elif kind == "fifo":
        path.unlink()
        os.mkfifo(path)
    else:
        path.write_bytes(damages(draw, path.read_bytes())[kind])


KINDS = ["cut", "empty", "zeros", "random", "one byte", "longer", "no digest", "pickle", "another's", "folder", "lost link", "fifo"]


def test_a_damaged_entry_is_as_if_it_were_not_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw = random.Random(5)
    many = short_or_long(300, 10_000)
    for number in range(many):
        folder, kind, text = tmp_path / "kept", KINDS[number % len(KINDS)], draw.choice(TEXTS)
        shutil.rmtree(folder, ignore_errors=True)
        Store(folder).put(text, "key")
        spoil(folder / digest("key"), kind, draw)
        damaged = Store(folder)
        assert damaged.get("key") is None, (kind, text)
        damaged.put(text, "key")
        assert damaged.get("key") == text
        damaged.sweep()
        assert Store(folder).get("key") in ((None, text) if kind == "folder" else (text,)), (kind, text)
    assert not (tmp_path / "planted").exists()
    tried("cache", many)


@pytest.mark.parametrize("where", ["a file in the place of the folder", "a file above it", "no rights", "no space"])
def test_where_nothing_can_be_kept_it_is_made_every_time(where, tmp_path, monkeypatch):
    folder = tmp_path / ".cache" / "kept"
    if where == "a file above it":
        folder.parent.write_text("x", encoding="utf-8")
    elif where == "a file in the place of the folder":
        folder.parent.mkdir()
        folder.write_text("x", encoding="utf-8")
    else:
        def refuse(*_, **__):
            raise OSError(28 if where == "no space" else 13, where)

        monkeypatch.setattr("pathlib.Path.write_bytes", refuse)
        monkeypatch.setattr("pathlib.Path.write_text", refuse)
    store = Store(folder)
    store.put("a", "key")
    assert store.get("key") == "a"
    store.sweep()
    assert Store(folder).get("key") is None


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix != ".gz"}


def test_a_build_over_a_damaged_cache_equals_a_clean_one(project):
    draw = random.Random(11)
    assert project.build().returncode == 0
    wanted, cache = tree(project.site), project.root / ".cache" / "derivations"
    entries = sorted(path for path in cache.iterdir() if path.name != ".gitignore")
    assert len(entries) > 5
    for round_ in range(short_or_long(1, 8)):
        for number, path in enumerate(sorted(path for path in cache.iterdir() if path.name != ".gitignore" and path.is_file())):
            spoil(path, KINDS[(number + round_) % len(KINDS)], draw)
        result = project.build()
        assert (result.returncode, result.stderr) == (0, "")
        assert tree(project.site) == wanted
    shutil.rmtree(project.root / ".cache")
    (project.root / ".cache").write_text("a file", encoding="utf-8")
    result = project.build()
    assert (result.returncode, result.stderr) == (0, "")
    assert tree(project.site) == wanted
    assert not list(project.root.rglob("planted"))
    if os.geteuid() == 0:
        return                                               # whom no right binds
    (project.root / ".cache").unlink()
    cache.mkdir(parents=True)
    cache.chmod(stat.S_IRUSR | stat.S_IXUSR)
    assert project.build().returncode == 0
    assert tree(project.site) == wanted


def test_an_entry_without_text_that_was_cut_is_not_found(tmp_path):
    """All that is left of it is the digest of nothing, which nothing has."""
    Store(tmp_path).put("", "key")
    assert Store(tmp_path).get("key") == ""
    path = tmp_path / digest("key")
    path.write_bytes(path.read_bytes()[:-1])
    assert Store(tmp_path).get("key") is None
