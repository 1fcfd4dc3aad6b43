"""What the gate catches: each mistake is made and found, by the command as by the book, and the docs list them all."""

import re
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from mistakes import FILES, MISTAKES

from derivations.project import Project

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def project(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = Project(tmp_path)
    found.fix(found.book())
    return found


def findings(project):
    project = Project(project.root)
    book = project.book()
    return [*book.findings, *project.findings(book)]


def test_without_a_mistake_nothing_is_found(project):
    assert [str(finding) for finding in findings(project)] == []


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_found_where_it_was_made(project, mistake):
    if mistake.make is not None:
        mistake.make(project.root)
    else:
        for language in mistake.languages:
            path = project.root / "docs" / language / "page.md"
            path.write_text(path.read_text(encoding="utf-8") + f"\n{mistake.written}\n", encoding="utf-8")
    found = findings(project)
    here = [str(finding) for finding in found if finding.path == mistake.path and mistake.message in str(finding)]
    assert here, [str(finding) for finding in found]
    if mistake.make is None and mistake.path.startswith("docs") and mistake.name != "behind":
        text = (project.root / mistake.path).read_text(encoding="utf-8")
        added = text[: text.rindex(mistake.written)].count("\n") + 1
        lines = {int(finding.split(":")[1]) for finding in here}
        assert lines & set(range(added, added + mistake.written.count("\n") + 1)), (added, here)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_docs_list_exactly_these(language):
    """Each row of the page's table is one mistake: its last two cells are what is written and what is said."""
    text = (DOCS / language / "gate.md").read_text(encoding="utf-8")
    rows = [row for row in text.splitlines() if row.startswith("|") and "`" in row]
    shown = [tuple(code.replace("\\|", "|") for code in re.findall(r"``? ?(.+?) ?``?(?= *\|)", row)) for row in rows]
    said = [(mistake.written.replace("\n", " "), mistake.message) for mistake in MISTAKES]
    assert [pair[-2:] for pair in shown] == said
