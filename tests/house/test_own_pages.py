"""The course's own pages and tables: nothing to find in them, and nothing printed that nobody has looked at."""

from difflib import unified_diff
from pathlib import Path

import pytest
from printed import LIST, printed

from derivations.prose.project import Project

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def project():
    """The folder of the course."""
    return Project(ROOT)


@pytest.fixture(scope="module")
def book(project):
    """The course's pages and tables, loaded."""
    return project.book()


def test_the_pages_have_no_faults(book):
    assert [str(finding) for finding in book.findings] == []


def test_the_committed_tables_are_what_their_specs_derive_to(project, book):
    assert [str(finding) for finding in project.stale_tables(book)] == []


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
