"""Pages that a site leaves out of the gate: published as they stand, their numerals unread, all else held; named with a reason."""

import json

import pytest
from builds import Rebuilds, run
from laid import Project

from derivations.new import create

OLD = "# Old {#old}\n\nIt took 45 minutes, 3.75 each, and {{= field.fence(w=8, l=9) | of('metre') }}.\n"
REASON = "written before the course"


def ours(settings):
    """Give the plugin's own options, whichever way the plugins are listed."""
    listed = settings["plugins"]
    plugins = listed if isinstance(listed, dict) else next(one for one in listed if isinstance(one, dict) and "derivations" in one)
    return plugins["derivations"]


def leave_out(project, patterns):
    project.configure(lambda settings: ours(settings).update(ungated=patterns))


def checked(project, *more):
    return run(project.root, "derive", "check", *more)


def said(result):
    """Give the findings, without what surrounds them in a build."""
    return [line for line in (result.stdout + result.stderr).splitlines() if line.startswith(("docs/", "mkdocs.yml:", "base.yml:"))]


@pytest.fixture
def older(project):
    """A project with two older pages in each language, and its `derive check` at rest."""
    for language in ("en", "es"):
        for name in ("notes/first.md", "notes/second.md"):
            path = project.root / "docs" / language / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(OLD, encoding="utf-8")
    assert run(project.root, "derive", "tables").returncode == 0
    return project


def test_it_goes_out_as_it_stands_with_its_values_and_claims_nothing(older):
    assert any("45" in line for line in said(checked(older)))
    leave_out(older, {"notes/*": REASON})
    result = checked(older)
    assert (result.returncode, result.stdout) == (0, "")
    assert "ungated, their numerals unread: 4 of 6 pages" in result.stderr
    result = older.build()
    assert result.returncode == 0, result.stderr
    page = older.page("notes/first/index.html")
    assert "45 minutes, 3.75 each" in page and "34 metres" in page
    assert "Every number on this page is derived" in older.page("index.html")
    assert "Cada número de esta página se deduce" in older.page("es/index.html")
    assert "is derived when" not in page and "se deduce al" not in older.page("es/notes/first/index.html")
    entries = [one for one in json.loads(older.page("ledger.json")) if "notes/" in one["page"]]
    assert {one["printed"] for one in entries} == {"34 metres", "34 metros"}, "what is bound there is derived all the same"


def test_what_else_can_break_in_it_still_does(older):
    leave_out(older, {"notes/": REASON})
    older.append("docs/en/notes/first.md", "\n[a](nowhere.md) {{= field.fnce(w=8, l=9) }} {{= 45 }} {{% claim }}\n\n## Again {#old}\n")
    older.append("docs/es/notes/second.md", "\n## Más {#more}\n\n{{ field.fence }}\n")
    older.append("docs/en/index.md", "\n[b](notes/second.md#gone) 46\n")
    found = said(checked(older))
    for words in ("the page nowhere.md doesn't exist", "no value is called 'field.fnce'", "the raw number 45 was not derived",
                  "is never closed", "the heading id 'old' is used twice", "the heading #more has no counterpart",
                  "is not a hole", "there is no anchor #gone", "docs/en/index.md:", "the numeral 46 is not derived"):
        assert any(words in line for line in found), (words, found)
    assert not any("/notes/" in line and "numeral" in line for line in found)
    built = older.mkdocs("build", "--quiet")
    assert built.returncode and said(built) == found


@pytest.mark.parametrize(("listed", "words"), [
    ({"nots/**": REASON}, "no page is called 'nots/**'"),
    ({"notes/frist.md": REASON}, "no page is called 'notes/frist.md'; nearest: notes/first.md"),
    ({"notes/*": REASON, "index.md": REASON}, "nothing would be found in the pages 'index.md'"),
    ({"notes/*": ""}, "the ungated pages 'notes/*' have no reason"),
    ({"notes/*": None}, "the ungated pages 'notes/*' have no reason"),
    (["notes/*"], "the ungated pages 'notes/*' have no reason"),
    ([{"notes/*": REASON}, {"es/old.md": REASON}], "no page is called 'es/old.md'"),
    ({"notes/*": REASON, 7: REASON}, "ungated maps pages to the reason"),
    ({"notes/*": REASON, "!notes/frist.md": None}, "no page is called '!notes/frist.md'; nearest: notes/first.md"),
    ({"notes/first.md": REASON, "!notes/second.md": None, "notes/second.md": REASON}, "'!notes/second.md' takes back no page"),
])
def test_what_is_wrong_with_the_list_is_said_where_it_stands(older, listed, words):
    leave_out(older, listed)
    text = (older.root / "mkdocs.yml").read_text(encoding="utf-8").splitlines()
    found = [line for line in said(checked(older)) if line.startswith("mkdocs.yml:")]
    assert len(found) == 1 and words in found[0], found
    _, row, column, _ = found[0].split(":", 3)
    pattern = words.split("'")[1] if "'" in words else "7"
    assert text[int(row) - 1][int(column) - 1:].lstrip("'").startswith(pattern)
    assert found[0] in said(older.mkdocs("build", "--quiet"))


def test_a_language_may_be_named_and_a_page_written_on_is_read_again(older):
    leave_out(older, {"en/notes/*": REASON, "es/notes/first.md": REASON})
    found = said(checked(older))
    assert found and all(line.startswith("docs/es/notes/second.md") for line in found)
    older.edit("docs/es/notes/second.md", "It took 45 minutes, 3.75 each, and ", "")
    assert said(checked(older)) == []


@pytest.mark.parametrize(("patterns", "read", "unread"), [
    ({"**": REASON, "!notes/first.md": None}, {"docs/en/notes/first.md", "docs/es/notes/first.md"}, 4),
    ({"notes/": REASON, "!notes/*": "derived", "notes/second.md": REASON}, {"docs/en/notes/first.md", "docs/es/notes/first.md"}, 2),
    ({"**": REASON, "!es/notes/*": None}, {"docs/es/notes/first.md", "docs/es/notes/second.md"}, 4),
    ([{"es/**": REASON}, {"en/**": REASON}, {"!second.md": None}], {"docs/en/notes/second.md", "docs/es/notes/second.md"}, 4),
])
def test_pages_are_taken_back_one_by_one(older, patterns, read, unread):
    leave_out(older, patterns)
    result = checked(older)
    assert {line.split(":")[0] for line in said(result)} == read
    assert f"ungated, their numerals unread: {unread} of 6 pages" in result.stderr


def test_every_door_reads_the_same_list(older, tmp_path):
    """Inherited, with plugins as a mapping, from another folder, rebuilt by a live server."""
    def as_mapping(settings):
        settings["plugins"] = {name: options for one in settings["plugins"]
                               for name, options in (one.items() if isinstance(one, dict) else [(one, {})])}

    older.configure(as_mapping)
    leave_out(older, {"notes/first.md": REASON, "gone.md": REASON})
    (older.root / "mkdocs.yml").rename(older.root / "base.yml")
    (older.root / "mkdocs.yml").write_text(
        "INHERIT: base.yml\nplugins:\n  derivations:\n    ungated:\n      notes/second.md: older\n", encoding="utf-8")
    line = next(number for number, text in enumerate((older.root / "base.yml").read_text(encoding="utf-8").splitlines(), 1)
                if "gone.md" in text)
    found = said(checked(older))
    assert len(found) == 1 and found[0].startswith(f"base.yml:{line}:"), found
    inside, older.root = older.root, older.root.parent
    built = older.mkdocs("build", "--quiet", "-f", str(inside / "mkdocs.yml"))
    older.root = inside
    assert said(built) == found
    older.edit("base.yml", "      gone.md: " + REASON + "\n", "")
    assert older.build().returncode == 0


def test_a_live_server_takes_a_change_of_the_list(older):
    leave_out(older, {"notes/*": REASON})
    live = Rebuilds(older)
    assert live.build()
    page = older.root / "live" / "notes" / "first" / "index.html"
    assert "45 minutes" in page.read_text(encoding="utf-8") and "is not derived" not in page.read_text(encoding="utf-8")
    leave_out(older, {"notes/second.md": REASON})
    assert live.build()
    assert "45 is not derived" in page.read_text(encoding="utf-8")
    live.end()


HOOK = """
from mkdocs.structure.files import File

def on_files(files, config):
    files.append(File.generated(config, "en/made/all.md", content="# All {#all}\\n\\nOf 451 pages. HOLE\\n"))

def on_page_markdown(markdown, page, config, files):
    return markdown + "\\n\\nOf 145. HOLE\\n" if page.file.src_uri == "en/notes.md" else markdown
"""


@pytest.mark.parametrize("hole", ["", "{{= growth.balance }}"])
def test_what_hooks_make_is_left_out_too_save_for_what_nobody_could_bind(tmp_path, hole):
    create(tmp_path / "own", ["en"])
    project = Project(tmp_path / "own")
    project.configure(lambda settings: settings.update(
        hooks=["hook.py"], nav=[], plugins=[one for one in settings["plugins"] if "i18n" not in one]))
    (project.root / "docs/en/notes.md").write_text("# Notes {#notes}\n\nIt took 45 minutes.\n", encoding="utf-8")
    (project.root / "hook.py").write_text(HOOK.replace("HOLE", hole), encoding="utf-8")
    leave_out(project, {"notes.md": REASON, "made/": REASON})
    assert not [line for line in said(checked(project)) if "tables/" not in line], "a pattern may be of pages that are made"
    found = said(project.mkdocs("build", "--quiet"))
    assert not any("numeral" in line for line in found), found
    assert {line.split(":")[0] for line in found if "nothing can be bound here" in line} == (
        {"docs/en/made/all.md", "docs/en/notes.md"} if hole else set()), found


def test_nothing_in_it_is_mended(older):
    path = older.root / "docs/es/notes/first.md"
    leave_out(older, {"notes/*": REASON})
    before = path.read_text(encoding="utf-8")
    assert checked(older, "--fix").returncode == 0
    assert path.read_text(encoding="utf-8") == before


NAV = """
def on_nav(nav, config, files):
    for page in nav.pages:
        page.title = {"en/notes.md": "Notes of 12", "en/index.md": "Start of 34"}.get(page.file.src_uri, page.title)
"""


def test_a_title_that_a_plugin_gives_it_in_the_navigation_is_left_out_too(tmp_path):
    create(tmp_path / "own", ["en"])
    project = Project(tmp_path / "own")
    project.configure(lambda settings: settings.pop("nav") and settings.update(hooks=["hook.py"]))
    (project.root / "docs/en/notes.md").write_text("# Notes {#notes}\n\nIt took 45 minutes.\n", encoding="utf-8")
    (project.root / "hook.py").write_text(NAV, encoding="utf-8")
    run(project.root, "derive", "tables")
    leave_out(project, {"notes.md": REASON})
    found = said(project.mkdocs("build", "--quiet"))
    assert len(found) == 1 and "‘Start of 34’ of the navigation holds a number" in found[0], found
