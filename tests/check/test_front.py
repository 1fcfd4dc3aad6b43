"""Front matter that a theme takes as it is: another kind is a finding at its line, and a page with it is served all the same."""

import pytest

from derivations.check.front import misshapen

THEMED = {"main.html", ".icons/material/pencil.svg", "x" * 300}.__contains__


@pytest.mark.parametrize("meta", [
    {}, {"title": "T", "description": None, "author": 5}, {"hide": ["toc"], "tags": ["a", 5]}, {"search": {"exclude": True}}, {"search": {"boost": 0.5}}, {"search": None},
    {"template": "main.html", "icon": "material/pencil"}, {"anything": {"else": [1]}},
])
def test_what_themes_take_passes(meta):
    assert [*misshapen(meta, THEMED)] == []


@pytest.mark.parametrize(("key", "value"), [
    ("title", ["T"]), ("description", {"a": "b"}), ("status", ["new"]), ("hide", "toc"), ("hide", [["toc"]]), ("tags", {"a": 1}), ("search", "x"), ("search", ["exclude"]),
    ("search", {"boost": "x"}), ("search", {"boost": -1}), ("search", {"boost": float("nan")}), ("template", None), ("template", "other.html"), ("template", 5),
    ("template", "../main.html"), ("template", "x" * 300), ("icon", "material/none"), ("icon", "/etc/passwd"), ("icon", ["material/pencil"]),
])
def test_what_no_theme_takes_is_named(key, value):
    assert [name for name, _ in misshapen({"author": "A", key: value}, THEMED)] == [key]


def test_it_is_found_at_its_line(write_book):
    book = write_book("---\ntitle: T\nsearch: x\n---\n# T {#t}\n")
    assert [str(one) for one in book.findings if "search" in one.message] == ["docs/en/page.md:3:1: search holds `exclude: true`, or a `boost` above 0",
                                                                               "docs/es/page.md:3:1: search holds `exclude: true`, or a `boost` above 0"]
