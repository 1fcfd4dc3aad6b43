"""A build by two processes gives what a build by one gives, byte for byte, also where the second one dies."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from copies import files
from laid import lay

from derivations.book import FEW, Book
from derivations.project import Project

PAGES = FEW + 2
TWO_CORES = sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1
PROGRAM = """
import json, os, sys
from derivations import book
from derivations.site import ahead, store
mode, met, copied, kept = sys.argv[1], [], ahead.meanwhile, store.Store.put

def watched(work):
    reads, writes = os.pipe()
    def in_the_copy():
        def put(self, text, *key):
            kept(self, text, *key)
            made.append(key[0])
            os.write(writes, b".")
            if mode == "dies" and len(made) == 4:
                os.kill(os.getpid(), 9)
        made, store.Store.put = [], put
        yield from work()
        yield made
    answers = copied(in_the_copy) if mode != "alone" else iter(())
    os.close(writes)
    os.read(reads, 1)                                      # the copy has begun, or it has ended
    return noted(answers)

def noted(answers):
    for answer in answers:
        met.append(answer)
        if isinstance(answer, dict):
            yield answer

ahead.meanwhile = watched
if mode == "alone":
    book.meanwhile = lambda work: iter(())
sys.argv = ["mkdocs", "build", "--strict", "--quiet"]
from mkdocs.__main__ import cli
try:
    cli()
finally:
    print(json.dumps(met))
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A project of many pages, each with values and formulas of its own."""
    project = lay(tmp_path_factory.mktemp("pages"))
    for code in ("en", "es"):
        home = (project.root / f"docs/{code}/index.md").read_text(encoding="utf-8")
        for number in range(1, PAGES):
            more = f"\n*x* {{{{= field.fence(w={number}, l=97) }}}}, $x + {{{{= field.area(w={number}, l=3) }}}}^{{y_{'abcdefghijk'[number]}}}$\n"
            (project.root / f"docs/{code}/page{number}.md").write_text(home + more, encoding="utf-8")
    names = ["index.md", *(f"page{number}.md" for number in range(1, PAGES))]
    project.configure(lambda settings: settings.update(nav=[{"Home": names[0]}, *names[1:]], exclude_docs=""))
    return project


def built(project, mode):
    """Build with nothing remembered; give what the build said, its files and the second process's answers."""
    for folder in ("site", ".cache"):
        shutil.rmtree(project.root / folder, ignore_errors=True)
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "SOURCE_DATE_EPOCH": "1700000000"}
    done = subprocess.run([sys.executable, "-c", PROGRAM, mode], cwd=project.root, capture_output=True, text=True,
                          check=False, env=environment)
    return done, files(project.site) if project.site.exists() else {}, json.loads(done.stdout.splitlines()[-1])


@pytest.mark.skipif(not TWO_CORES, reason="copies are made on Linux, for another core")
def test_two_processes_make_the_same_site_as_one(pages):
    alone, site, none = built(pages, "alone")
    assert (alone.returncode, none) == (0, []), alone.stderr
    both, same, met = built(pages, "both")
    assert both.returncode == 0 and same == site
    english, spanish = (set(answer) for answer in met if isinstance(answer, list))
    assert f"en/page{PAGES - 1}.md" in english and f"es/page{PAGES - 1}.md" in spanish and "conversion" in english & spanish
    told = [answer for answer in met if isinstance(answer, dict)]
    assert len(told) == 2 and all("math" in made or not made for one in told for made in one.values())
    dead, same, few = built(pages, "dies")
    assert (dead.returncode, few) == (0, []) and same == site, dead.stderr


def test_a_fault_is_said_once_whoever_meets_it(pages):
    last = pages.root / f"docs/es/page{PAGES - 1}.md"
    text = last.read_text(encoding="utf-8")
    last.write_text(text + "\nHay 7777 y {{= field.fenc }}.\n\n[nada](nada.md)\n", encoding="utf-8")
    try:
        done, _, _ = built(pages, "both")
    finally:
        last.write_text(text, encoding="utf-8")
    assert done.returncode != 0
    for fault in ("7777", "field.fenc'", "nada.md"):
        assert done.stderr.count(fault) == 1, done.stderr


def test_what_a_second_process_reads_and_checks_is_what_one_finds(pages, monkeypatch):
    """Its answers are taken here through JSON, as they come from it."""
    (pages.root / "docs/en/page2.md").open("a", encoding="utf-8").write(
        "\n3. one of 4444\n4. two\n\n    5555 in code\n\n## No id\n\n<b onclick='x()'>6</b> `a` and <!-- 7 -->\n")
    alone = Project(pages.root).book()
    monkeypatch.setattr("derivations.book.meanwhile", lambda work: iter(json.loads(json.dumps([*work()]))))
    both = Project(pages.root).book()
    assert both.findings == alone.findings and any("4444" in one.message for one in both.findings)
    assert {src: page.printed for src, page in both.pages.items()} == {src: page.printed for src, page in alone.pages.items()}
    assert {src: page.scan for src, page in both.pages.items()} == {src: page.scan for src, page in alone.pages.items()}
    passed = [[text.passed for text in book.library.read()] for book in (alone, both)]
    assert passed[0] == passed[1] and isinstance(both, Book)
