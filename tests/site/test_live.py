"""The live server: it shows faults instead of raising, lives on, and is right again after the mend."""

import os
import re
import shutil
import signal
import socket
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest
from builds import Run

LIVELY = re.compile(r"<script>\nvar livereload = .*?</script>", re.DOTALL)
"""What MkDocs adds to a page that it serves."""
PATIENCE = 60  # seconds; a rebuild takes about one


@contextmanager
def served(project):
    """Run `mkdocs serve` in the project; gives a function that asks a page until it satisfies."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = project.root / "serve.log"
    server = Run(project.root, "mkdocs", "serve", "--livereload", "--dev-addr", f"127.0.0.1:{port}", files=(os.devnull, log, log))

    def until(pattern, page="", absent=False):
        end = time.monotonic() + PATIENCE
        html = ""
        while time.monotonic() < end:
            assert server.poll() is None, "the server died"
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/{page}", timeout=PATIENCE) as answer:
                    html = answer.read().decode()
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                html = ""
            if html and bool(re.search(pattern, html, re.DOTALL)) is not absent:
                return html
            time.sleep(0.1)
        raise AssertionError(f"{pattern!r} {'still' if absent else 'never'} in /{page}\n{log.read_text(encoding='utf-8')[-2000:]}")

    try:
        yield until
    finally:
        server.end(signal.SIGTERM)


@pytest.fixture
def until(project):
    with served(project) as until:
        until("346 metres")
        yield until


def test_a_fault_is_shown_in_its_page_only_and_goes_with_the_mend(project, until):
    page = project.root / "docs/en/index.md"
    good = page.read_text(encoding="utf-8")
    project.append("docs/en/index.md", "\nBad {{= field.fenc(w=1, l=2) }}.\n")
    html = until('class="fault"')
    assert re.search(r"docs/en/index\.md:\d+:\d+</code> no value is called", html)
    assert "field.fence" in html
    assert "346 metres" in html, "the rest of the page can still be read"
    until("346 metros", "es/")
    assert 'class="fault"' not in until("346 metros", "es/")
    page.write_text(good + "\nMath $\\nope$.\n", encoding="utf-8")
    until(r"docs/en/index\.md:\d+:\d+</code> formula ‘\\nope’")
    page.write_text(good, encoding="utf-8")
    assert "346 metres" in until('class="fault"', absent=True)


def test_a_broken_course_shows_on_every_page_and_a_changed_formula_shows_its_number(project, until):
    course = project.root / "meadow/course.py"
    good = course.read_text(encoding="utf-8")
    course.write_text(good + "\nx = = 3\n", encoding="utf-8")
    for page in ("", "es/"):
        until(r"meadow/course\.py:\d+:5</code> syntax error", page)
    changed = good.replace("width + width + length + length", "3 * width + 3 * length")
    course.write_text(changed, encoding="utf-8")
    until("519 metres")
    assert 'class="fault"' not in until("519 metros", "es/")
    again = changed.replace("3 * width", "4 * width").replace("3 * length", "4 * length")
    assert len(again) == len(changed), "the trap is an edit of the same size, within a second"
    course.write_text(again, encoding="utf-8")
    until("692 metres")


def test_a_changed_recipe_of_a_table_is_followed_and_the_server_writes_nothing_beside_it(project, until):
    def beside():
        return {path.name: path.read_bytes() for path in (project.root / "tables").glob("*.csv")}

    before = beside()
    project.edit("tables/fields.toml", "inputs = { l = 5 }", "inputs = { l = 11 }")
    until(">28</")                                        # the fence around 3 by 11
    assert beside() == before, "the server would wake itself; `derive tables` writes them"


def test_no_more_folders_are_watched_than_a_course_has(project):
    """Each watch is a thread that lists a folder every second."""
    for number in range(40):
        shutil.copy(project.root / "tables/fields.toml", project.root / f"tables/fields{number}.toml")
    with served(project) as until:
        until("346 metres")
        log = (project.root / "serve.log").read_text(encoding="utf-8")
    watched = re.search(r"Watching paths for changes: (.*)", log)[1].split(", ")
    assert len(watched) <= 5, watched


def test_what_is_made_when_it_is_asked_for_is_what_a_clean_build_makes(project, until, tmp_path):
    """More pages than are written at once; after the second edit much of the first's is still not asked for."""
    for number in range(10):
        for code in ("en", "es"):
            (project.root / f"docs/{code}/more{number}.md").write_text(
                f"# More {{#top}}\n\n{{{{= field.fence(w={number + 2}, l=40) }}}}\n", encoding="utf-8")
    project.configure(lambda settings: settings.pop("nav"))
    until("94", "more5/")
    project.edit("meadow/course.py", "width + width + length + length", "3 * width + 3 * length")
    until("519 metres")
    assert "141" in until("141", "where/more5.js")                       # 3 · 7 + 3 · 40
    project.append("docs/en/more5.md", "\nOne more word.\n")
    until("One more word", "more5/")
    copy = tmp_path / "copy"
    shutil.copytree(project.root, copy, ignore=shutil.ignore_patterns(".cache", "site", "copy", "*.pyc"))
    clean = type(project)(copy)
    address = re.search(r"Serving on (\S+)", (project.root / "serve.log").read_text(encoding="utf-8"))[1]
    clean.configure(lambda settings: settings.update(site_url=address))
    assert clean.mkdocs("build", "--quiet").returncode == 0
    for path in sorted(clean.site.rglob("*"), key=lambda path: path.name):
        name = path.relative_to(clean.site).as_posix()
        if path.is_file() and re.search(r"(?<!assets/)\b(?:where|reference|tables)/|^[^/]+\.(?:json|md|txt)$", name):
            assert LIVELY.sub("", until("", name)) == path.read_text(encoding="utf-8"), name


def test_a_server_starts_even_on_a_broken_course(project):
    course = project.root / "meadow/course.py"
    good = course.read_text(encoding="utf-8")
    course.write_text("import nothing_of_that_name\n", encoding="utf-8")
    with served(project) as until:
        until(r"meadow/course\.py:1:1</code> ModuleNotFoundError")
        course.write_text(good, encoding="utf-8")
        until("346 metros", "es/")
