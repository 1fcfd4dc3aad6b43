"""What several rooms of tests share: the toy course, and a place to write a small book for it."""

import sys
from pathlib import Path

import pytest
from hypothesis import settings

# The first example pays for imports and for deriving an expression: a time limit an example would fail by chance.
settings.register_profile("no-deadline", deadline=None)
settings.load_profile("no-deadline")

TOY = Path(__file__).parent / "toy"
ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(TOY), str(Path(__file__).parent)]


@pytest.fixture(scope="session")
def course_project():
    """The folder of this course, for tests that only read it."""
    from derivations.project import Project

    return Project(ROOT)


@pytest.fixture(scope="session")
def course_book(course_project):
    """This course's pages, loaded and checked once a worker, for tests that only read them."""
    return course_project.book()


@pytest.fixture
def write_book(tmp_path):
    """Write pages for the toy course and load them: write_book(en="…", es="…") gives the book."""
    from fields import COURSE

    from derivations.book import Book

    def write(en="# T {#t}\n", es=None, tables=None, course=COURSE):
        for language, text in (("en", en), ("es", en if es is None else es)):
            folder = tmp_path / "docs" / language
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "page.md").write_text(text, encoding="utf-8")
        (tmp_path / "tables").mkdir(exist_ok=True)
        known = {"fields": (TOY / "tables" / "fields.toml").read_text(encoding="utf-8")}
        for name, text in {**known, **(tables or {})}.items():
            (tmp_path / "tables" / f"{name}.toml").write_text(text, encoding="utf-8")
        return Book(tmp_path, course)

    return write
