"""Whichever way a site is built, and whoever else works on it: the same pages, or a finding that says why not."""

import json

import pytest
from laid import lay

HOOK = """
from mkdocs.plugins import event_priority

@event_priority(100)
def on_nav(nav, config, files):
    from mkdocs.structure.nav import Section
    if not any(item.title == "Annex of 12" for item in nav.items):
        nav.items.append(Section("Annex of 12", []))
    return nav

@event_priority(100)
def on_page_markdown(markdown, page, config, files):
    return markdown + "\\n\\nOf 145.\\n" if page.file.src_uri == "en/index.md" else markdown
"""
LATER = """
import re
from mkdocs.plugins import event_priority

@event_priority(-200)
def on_page_markdown(markdown, page, config, files):
    return re.sub("\\ue000[0-9]+\\ue001", "", markdown, count=2) if page.file.src_uri == "es/index.md" else markdown
"""


def theme(settings, folder):
    settings["theme"]["custom_dir"] = folder


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    """A site built from outside its folder, under an address without its last slash, with a template of the author's."""
    project = lay(tmp_path_factory.mktemp("moved") / "deep")
    over = project.root / "overrides" / "partials"
    over.mkdir(parents=True)
    (over / "copyright.html").write_text("OMEGA", encoding="utf-8")
    project.configure(lambda settings: settings.update(site_url="https://fields.example/course/1.0"))
    project.configure(lambda settings: theme(settings, "overrides"))
    project.configure(lambda settings: settings.pop("use_directory_urls", None))
    inside, project.root = project.root, project.root.parent
    result = project.mkdocs("build", "--strict", "--quiet", "-f", "deep/mkdocs.yml")
    project.root = inside
    assert result.returncode == 0, result.stderr
    return project


def test_an_address_without_its_last_slash_is_joined_rightly(moved):
    page = moved.page("index.html")
    assert "https://fields.example/course/1.0/es/" in page
    assert "1.0es" not in page
    assert "1.0assets" not in page


def test_a_template_of_the_author_wins_over_ours_and_ours_over_the_themes(moved):
    page = moved.page("es/index.html")
    assert "OMEGA" in page
    assert 'class="language-switch"' in page


@pytest.mark.parametrize(("name", "home"), [("404.html", "/course/1.0/es/"), ("es/404.html", "/course/1.0/")])
def test_the_switch_of_a_404_page_leads_to_the_other_languages_home(moved, name, home):
    page = moved.page(name)
    switch = page[page.index('class="language-switch"'):].split(">")[0]
    assert f'href="{home}"' in switch or f'href="https://fields.example{home}"' in switch, switch


def test_what_other_plugins_do_to_pages_and_titles_is_named(project):
    (project.root / "hook.py").write_text(HOOK, encoding="utf-8")
    (project.root / "later.py").write_text(LATER, encoding="utf-8")
    project.configure(lambda settings: settings.update(hooks=["hook.py", "later.py"]))
    result = project.mkdocs("build", "--quiet")
    assert result.returncode == 1
    last = len((project.root / "docs/en/index.md").read_text(encoding="utf-8").splitlines())
    for said in (f"docs/en/index.md:{last + 3}:4: the numeral 145 is not derived",
                 "docs/es/index.md:1:1: 2 of the page's values and blocks are gone",
                 "the title ‘Annex of 12’ of the navigation holds a number that no check has read",
                 "the title ‘Annex of 12’ has no translation"):
        assert said in result.stderr, said
    assert "Traceback" not in result.stderr


WRITES = """
from mkdocs.plugins import event_priority

@event_priority(100)
def on_page_markdown(markdown, page, config, files):
    return markdown.replace("OTHER", "{{= field.fence(w=WIDTH, l=9) | of('metre') }}").replace("WIDTH", "7" if "WIDE" in markdown else "8")
"""


def test_what_a_plugin_before_ours_writes_is_bound_checked_and_printed(project):
    """Both languages come through one after the other: what the second gets is not missing in it."""
    (project.root / "hook.py").write_text(WRITES, encoding="utf-8")
    project.configure(lambda settings: settings.update(hooks=["hook.py"]))
    for language in ("en", "es"):
        project.append(f"docs/{language}/index.md", "\n!!! warning\n    OTHER\n")
    i18n = {"admonition_translations": {"warning": "Cuidado"}}
    project.configure(lambda settings: next(
        one["i18n"]["languages"][1].update(i18n) for one in settings["plugins"] if isinstance(one, dict) and "i18n" in one))
    for _ in ("clean", "warm"):
        result = project.build()
        assert result.returncode == 0, result.stderr
        assert "34 metres" in project.page("index.html")                      # 2·(8 + 9)
        assert "34 metros" in project.page("es/index.html")
        assert ">Cuidado<" in project.page("es/index.html") and "Cuidado" not in project.page("index.html")
        assert any(one["inputs"] == {"w": "8", "l": "9"} for one in json.loads(project.page("ledger.json")))
    project.append("docs/es/index.md", "\nWIDE\n")
    result = project.build()
    assert result.returncode == 1
    assert "field.fence" in result.stderr and "Traceback" not in result.stderr


def test_a_path_of_the_configuration_may_be_absolute_and_the_site_lie_elsewhere(project):
    result = project.mkdocs("build", "--strict", "--quiet", "-f", str(project.root / "mkdocs.yml"), "--site-dir", "1.0")
    assert result.returncode == 0, result.stderr
    assert (project.root / "1.0" / "es" / "index.html").is_file()


def test_a_theme_that_is_not_materials_is_one_fault_among_the_others(tmp_path):
    project = lay(tmp_path)
    project.configure(lambda settings: settings.update(
        theme={"name": "mkdocs"}, plugins=[one for one in settings["plugins"] if one != "offline" and "offline" not in one]))
    project.append("docs/en/index.md", "\nOf 145 fields.\n")
    result = project.mkdocs("build", "--quiet")
    assert result.returncode and "the theme 'mkdocs' is not Material's" in result.stderr and "the numeral 145" in result.stderr, result.stderr
