"""A section whose other language has moved on: named by the check, told to its readers, gone when confirmed."""

import pytest

from derivations.book import Book
from derivations.library import SYNC
from derivations.project import Project

PAGE = "# T {#t}\n\nWords.\n\n## S {#s}\n\nMore words.\n"
YML = "site_name: T\ntheme: material\nsite_author: !ENV [A, b]\nmarkdown_extensions: [attr_list]\nplugins:\n  - search\n  - derivations:\n      course: fields\n"


@pytest.fixture
def project(write_book, tmp_path):
    """A project of one page, whose two languages were confirmed to say the same."""
    write_book(PAGE)
    (tmp_path / "mkdocs.yml").write_text(YML, encoding="utf-8")
    project = Project(tmp_path)
    project.fix(project.book())
    return project


def edit(project, language, old, new):
    path = project.root / "docs" / language / "page.md"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def behind(project):
    book = project.book()
    return [(f.path, f.line, f.message) for f in project.findings(book) if "is behind" in f.message]


def test_a_confirmed_page_is_clean(project):
    book = project.book()
    assert [*book.findings, *project.findings(book)] == []
    assert (project.root / "docs" / SYNC).is_file()


def test_the_section_that_was_not_edited_is_behind(project):
    edit(project, "en", "More words", "Other words")
    ((path, line, message),) = behind(project)
    assert (path, line) == ("docs/es/page.md", 5)
    assert "docs/en/page.md:5" in message


def test_its_readers_are_told_with_a_link_and_the_others_are_not(project):
    edit(project, "en", "More words", "Other words")
    book = project.book()
    html = book.finish("es/page.md", f"<p>{book.render('es/page.md').markdown}</p>".replace("\n\n", "</p>\n<p>"),
                       others={"en": "../../page/"})
    assert '<a href="../../page/#s" hreflang="en">' in html
    assert "no recoge" in html
    assert "behind" not in book.finish("en/page.md", book.render("en/page.md").markdown)


def test_a_form_or_a_line_break_leaves_nothing_behind(project, tmp_path):
    edit(project, "en", "More words", "More\nwords")
    assert behind(project) == []


def test_both_edited_and_confirmed_is_clean_again(project):
    edit(project, "en", "More words", "Other words")
    edit(project, "es", "More words", "Otras palabras")
    assert behind(project) == []
    assert project.fix(project.book()) == [f"wrote docs/{SYNC}"]
    edit(project, "es", "Otras", "Unas")
    assert [path for path, _, _ in behind(project)] == ["docs/en/page.md"]


def test_fixing_never_confirms_what_is_behind(project):
    edit(project, "en", "More words", "Other words")
    project.fix(project.book())
    assert len(behind(project)) == 1


def test_fixing_writes_figures_as_their_language_does_and_touches_nothing_else(project):
    edit(project, "es", "More words", "Un 0.29 % de 18,874,368, `0.5` y v0.1.0")
    book = project.book()
    assert sum("Spanish" in finding.message for finding in book.findings) >= 2
    assert project.fix(book)[0] == "wrote docs/es/page.md"
    written = (project.root / "docs" / "es" / "page.md").read_text(encoding="utf-8")
    assert "Un 0,29\u00a0% de 18\u202f874\u202f368, `0.5` y v0.1.0" in written
    assert not [f for f in project.book().findings if "Spanish" in f.message]


@pytest.mark.parametrize(("given", "fixed"), [
    (r'subtitle: "Con \"0.75\" y 41,000,000"', 'subtitle: "Con \\"0,75\\" y 41\u202f000\u202f000"'),
    ("subtitle: Con 0.75, Vole 3.5 y el 41000 de EN 50160", "subtitle: Con 0,75, Vole 3.5 y el 41000 de EN 50160"),     # names, perhaps
    ("subtitle: Un -0,5 y de 2\u00a0%-3\u00a0%", "subtitle: Un −0,5 y de 2\u00a0%-3\u00a0%"),                                    # a range
    ("summary: >\r\n  Un 1.5 y\r\n  un 2.25", "summary: >\r\n  Un 1,5 y\r\n  un 2,25"),
    ('summary: "a\\n\\x31.5"', 'summary: "a\\n\\x31.5"'),             # spelled otherwise: it stays the author's
])
def test_fixing_writes_figures_of_the_front_matter_too(project, given, fixed):
    path = project.root / "docs" / "es" / "page.md"
    before = path.read_bytes().decode()
    path.write_bytes(f"---\r\n{given}\r\n---\r\n{before}".encode())
    project.fix(project.book())
    assert path.read_bytes().decode() == f"---\r\n{fixed}\r\n---\r\n{before}"


def test_the_book_is_fit_to_publish_all_the_same(project):
    edit(project, "en", "More words", "Other words")
    assert Book(project.root, project.course).findings == []


def test_a_person_can_confirm_the_section_that_was_not_edited(project):
    edit(project, "en", "More words", "Other words")
    with pytest.raises(ValueError, match="nearest: page.md#s"):
        project.confirm(project.book(), ["page.md#ss"])
    project.confirm(project.book(), ["page.md#s"])
    assert behind(project) == []


def test_the_records_of_the_course_are_current():
    """Else a later edit in one language would look like an edit in both."""
    from pathlib import Path

    from derivations.check.skeleton import texts
    from derivations.check.sync import confirm, read_records
    from derivations.text.page import read_pages

    docs = Path(__file__).parents[2] / "docs"
    pages = read_pages({path.relative_to(docs).as_posix(): (f"docs/{path.relative_to(docs)}", path.read_text("utf-8"))
                        for path in sorted(docs.glob("*/*.md"))})
    records, faults = read_records((docs / SYNC).read_text("utf-8"), SYNC)
    assert faults == []
    assert confirm(texts(pages), records, ("en", "es")) == records
