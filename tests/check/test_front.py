"""Front matter that a theme takes as it is: another kind is a finding at its line, and a page with it is served all the same."""

from datetime import date

import pytest

from derivations.check.front import misshapen

THEMED = {"main.html", ".icons/material/pencil.svg", "x" * 300}.__contains__


@pytest.mark.parametrize("meta", [
    {}, {"title": "T", "description": None, "author": 5}, {"hide": ["toc"], "tags": ["a", 5]}, {"search": {"exclude": True}}, {"search": {"boost": 0.5}}, {"search": None},
    {"template": "main.html", "icon": "material/pencil"}, {"anything": {"else": [1]}}, {None: 1, 404: 2, True: 3, 1.5: 4, date(2020, 1, 1): 5},
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


@pytest.mark.parametrize("entry", ["~: 1", "null: 1", "404: {exclude: true}", "true: x", "2020-01-01: x", "? [a, b]\n: c", "1.5: x", "search: {~: 1, 5: 2}",
                                   "literals: {~: a, 5: b, true: c}", "(.: x"])
def test_keys_that_are_no_texts_end_nothing(write_book, entry):
    book = write_book(f"---\ntitle: T\n{entry}\n---\n# T {{#t}}\n\nWords.\n")
    assert all(one.line in (3, 4) for one in book.findings)


def test_it_is_found_at_its_line(write_book):
    book = write_book("---\ntitle: T\nsearch: x\n---\n# T {#t}\n")
    assert [str(one) for one in book.findings if "search" in one.message] == ["docs/en/page.md:3:1: search holds `exclude: true`, or a `boost` above 0",
                                                                               "docs/es/page.md:3:1: search holds `exclude: true`, or a `boost` above 0"]
