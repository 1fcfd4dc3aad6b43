"""A file is written beside its place first, so that who is killed leaves it whole."""

import os
from pathlib import Path

import pytest

from derivations.project import write_whole


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
