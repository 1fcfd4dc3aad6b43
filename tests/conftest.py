"""What several rooms of tests share: the toy course, a place to write a small book for it, and this course, built once a run."""

import os
import shutil
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The first example pays for imports and for deriving an expression: a time limit an example would fail by chance.
settings.register_profile("no-deadline", deadline=None, suppress_health_check=[HealthCheck.too_slow])      # a busy machine is no fault
settings.load_profile("no-deadline")

TOY = Path(__file__).parent / "toy"
ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(TOY), str(Path(__file__).parent)]


sys.dont_write_bytecode = False


def pytest_collection_finish():
    """Compile nothing for later once the tests run: a course that one changes within the second, to a text as long, would be
    taken for what it was before. The tests themselves are kept compiled: half of what collecting them costs."""
    sys.dont_write_bytecode = True


@pytest.fixture(autouse=True)
def own_languages():
    """Let a course's languages go with the test that loaded it: packs are looked for in folders that a process gathers."""
    from derivations.language import pack

    before = list(pack._folders)
    yield
    if pack._folders != before:
        pack._folders[:] = before
        pack.forget()


@pytest.fixture(scope="session")
def course_project():
    """The folder of this course, for tests that only read it."""
    from derivations.project import Project

    return Project(ROOT)


@pytest.fixture(scope="session")
def course_book(course_project):
    """This course's pages, loaded and checked once a worker, for tests that only read them."""
    return course_project.book()


def _once(factory, name, make):
    """Let `make` fill a folder, one for all workers of a test run; give what it gives, a path in there."""
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    done, failed = shared / "done.txt", shared / "failed.txt"
    try:
        shared.mkdir()
    except FileExistsError:
        while not done.exists():
            assert not failed.exists(), f"another worker couldn't make {name}; its report says why"
            time.sleep(0.2)
    else:
        try:
            made = make(shared / "made")
        except BaseException:
            failed.touch()
            raise
        done.with_suffix(".new").write_text(str(made), encoding="utf-8")
        done.with_suffix(".new").replace(done)
    return Path(done.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Folder of this course's site as it is served. SITE_BUILT may name one that is there already."""
    from copies import built

    if "SITE_BUILT" in os.environ:
        return Path(os.environ["SITE_BUILT"])
    return _once(tmp_path_factory, "online", lambda folder: built(
        folder, PYTHONHASHSEED="1", SOURCE_DATE_EPOCH="1700000000", TZ="UTC"))


@pytest.fixture(scope="session")
def offline(tmp_path_factory, site):
    """Folder of this course's site as `make offline` makes it, with what the other build has left to remember."""
    from copies import built

    def make(folder):
        if (left := site.parent / ".cache" / "derivations").is_dir():
            shutil.copytree(left, folder / ".cache" / "derivations")
        return built(folder, OFFLINE="true", DIRECTORY_URLS="false")

    return _once(tmp_path_factory, "offline", make)


@pytest.fixture(scope="session")
def rendered(tmp_path_factory, course_project, course_book):
    """Folder of this course as `derive render` writes it."""
    def render(folder):
        assert course_book.findings == [] and course_project.render(course_book, folder) > 10
        return folder

    return _once(tmp_path_factory, "rendered", render)


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
