"""A site of one language whose pages lie in no language's folder: the same site as with the folder."""

import re

import pytest
from builds import run
from laid import Project

from derivations.new import create

DEEP = """# Deep {#deep}

[Start](../index.md#interest), [drill](../practice.md#practice), ![A pair](../img/a.png), <a href="../../practice/">HTML</a>:
{{= growth.balance(K=100, i=1/10, n=3) | places(2) }}, and of 45 {{= growth.blance }} [no](../practise.md) [no](practice.md).
"""


def flatten(project, code="en"):
    """Take the pages out of their language's folder, and the plugin i18n out of the configuration."""
    for path in (project.root / "docs" / code).iterdir():
        path.rename(project.root / "docs" / path.name)
    (project.root / "docs" / code).rmdir()
    project.configure(lambda settings: settings.update(
        plugins=[one for one in settings["plugins"] if not (isinstance(one, dict) and "i18n" in one)]))


@pytest.fixture
def both(tmp_path):
    """The course that `derive new` writes, with a page in a folder and a picture: in a language's folder, and flat."""
    projects = []
    for name in ("foldered", "flat"):
        create(tmp_path / name, ["en"])
        project = Project(tmp_path / name)
        for path, text in (("guide/deep.md", DEEP), ("img/a.png", "x")):
            (project.root / "docs/en" / path).parent.mkdir()
            (project.root / "docs/en" / path).write_text(text, encoding="utf-8")
        projects.append(project)
    flatten(projects[1])
    return projects


def checked(project, *more):
    return run(project.root, "derive", "check", *more).stdout


def mended(project, page):
    project.edit(page, "of 45 {{= growth.blance }} [no](../practise.md) [no](practice.md).", "so on.")


def without_alternates(html):
    """Give a page without what i18n says of its languages."""
    return re.sub(r'\s*<link rel="?alternate[^>]*>', "", html)


def test_a_site_in_another_language_than_the_theme_s_own_is_told_where_to_say_so(tmp_path):
    create(tmp_path / "own", ["es"])
    flat = Project(tmp_path / "own")
    flatten(flat, "es")
    assert "the course has no language ‘en’ (write `language: es` below theme, or growth/words/en.toml)" in checked(flat)
    flat.configure(lambda settings: settings["theme"].update(language="es"))
    assert not (said := flat.build()).returncode, said.stderr
    assert '<html lang="es"' in flat.page("index.html")


def test_the_same_is_found_in_it(both):
    foldered, flat = map(checked, both)
    assert foldered.count("\n") == 5 and "nearest: ../practice.md" in flat
    assert flat == foldered.replace("docs/en/", "docs/")


def test_the_same_site_is_built_and_the_same_documents_are_written(both):
    for project, page in zip(both, ("docs/en/guide/deep.md", "docs/guide/deep.md"), strict=True):
        mended(project, page)
        assert run(project.root, "derive", "tables").returncode == 0 and checked(project) == ""
        result = project.build()
        assert result.returncode == 0, result.stderr
        assert run(project.root, "derive", "render", "--to", "out").returncode == 0
    foldered, flat = both
    names = [{path.relative_to(one.site).as_posix() for path in one.site.rglob("*") if path.is_file()} for one in both]
    assert names[0] == names[1] and {"guide/deep/index.html", "where/guide/deep/index.html", "img/a.png"} <= names[1]
    for name in sorted(names[0]):
        if name.endswith((".html", ".md", ".txt")):
            expected = without_alternates(foldered.page(name)).replace("docs/en/", "docs/")
            assert without_alternates(flat.page(name)) == expected, name
    assert flat.page("ledger.json") == foldered.page("ledger.json").replace("docs/en/", "docs/")
    for path in (foldered.root / "out").rglob("*"):
        if path.is_file():
            other = flat.root / "out" / path.relative_to(foldered.root / "out")
            assert other.read_text(encoding="utf-8") == path.read_text(encoding="utf-8").replace("docs/en/", "docs/"), path


HOOK = """
from mkdocs.structure.files import File

def on_files(files, config):
    files.append(File.generated(config, "made.md", content="# Made\\n\\nOf 451 pages.\\n"))
"""


def test_what_a_hook_makes_is_read_in_the_one_language_and_pages_are_left_out_by_their_paths(both):
    flat = both[1]
    (flat.root / "hook.py").write_text(HOOK, encoding="utf-8")
    flat.configure(lambda settings: settings.update(hooks=["hook.py"]))
    mended(flat, "docs/guide/deep.md")
    found = flat.mkdocs("build", "--quiet").stderr
    assert "docs/made.md:3:4: the numeral 451 is not derived" in found and "in no language's folder" not in found
    flat.append("docs/guide/deep.md", "\n46 of them.\n")

    def leave_out(settings):
        settings["plugins"][-1]["derivations"]["ungated"] = {"made.md": "made", "guide/*": "older"}

    flat.configure(leave_out)
    assert flat.mkdocs("build", "--quiet").returncode == 0
    flat.configure(lambda settings: settings["plugins"][-1]["derivations"]["ungated"].update({"/deep.md": "elsewhere"}))
    flat.configure(lambda settings: settings.pop("hooks"))
    assert "no page is called '/deep.md'" in checked(flat) and "no page is called 'made.md'" in checked(flat)


def test_with_two_languages_each_page_has_a_folder(tmp_path):
    create(tmp_path / "own", ["en", "es"])
    project = Project(tmp_path / "own")
    flatten(project)
    assert "docs/index.md:1:1: the page lies in no language's folder (move it to docs/en or docs/es" in checked(project)
