"""The course's own pages and tables: nothing to find in them, and nothing printed that nobody has looked at."""

import re
from difflib import unified_diff

import pytest
from printed import LIST, printed


@pytest.fixture(scope="module")
def book(course_book):
    return course_book


def test_the_pages_have_no_faults(book):
    assert [str(finding) for finding in book.findings] == []


def test_the_committed_tables_are_what_their_specs_derive_to(course_project, book):
    assert [str(finding) for finding in course_project.stale_tables(book)] == []


def test_the_pages_print_what_was_last_looked_at(book):
    kept, now = LIST.read_text(encoding="utf-8"), printed(book)
    moved = list(unified_diff(kept.splitlines(), now.splitlines(), "printed.txt", "now", lineterm="", n=0))
    assert moved == [], "run `make printed` and look at the diff"


def test_both_languages_print_every_value(book):
    values = {"en": set(), "es": set()}
    for entry in book.ledger():
        values[entry.language].add((entry.formula, str(entry.inputs), entry.exact))
    assert values["en"] == values["es"]
    assert len(values["en"]) > 50


def test_every_entry_of_a_value_shows_the_formula_that_it_came_from(book):
    """Its letters have their numbers in the Python beside it: two families share a name, and not a formula."""
    seen = set()
    for src in book.pages:
        for entry in book.where(src):
            names = set(re.findall(r"[A-Za-z_]\w*", entry.sympy)) - {"sqrt", "floor", "ceiling", "Min", "Max", "log", "pi"}
            given = entry.python.splitlines()[-2:-1] if "\n" in entry.python else []
            assert names <= {name.rstrip("_") for name in re.findall(r"[A-Za-z_]\w*", " ".join(given))}, entry
            seen.add(entry.sympy)
    assert len(seen) > 50
