"""A course in one language, and one in three: the third is data alone, its pack brought by the course itself."""

import json
import re
import shutil

import pytest
from laid import TOY, lay

PORTUGUESE = {"locale": "pt", "name": "Português", "build": True, "nav_translations": {"Home": "Início"}}


def i18n(settings):
    return next(plugin["i18n"] for plugin in settings["plugins"] if isinstance(plugin, dict) and "i18n" in plugin)


def three(root):
    """Lay out the toy project with Portuguese added: pages, words, a pack, a line of configuration."""
    project = lay(root)
    shutil.copytree(TOY / "pt" / "docs", root / "docs", dirs_exist_ok=True)
    shutil.copytree(TOY / "pt" / "packs", root / "meadow" / "packs")
    (root / "meadow" / "words").mkdir()
    shutil.copy(TOY / "pt" / "words.toml", root / "meadow" / "words" / "pt.toml")
    project.configure(lambda settings: i18n(settings)["languages"].append(PORTUGUESE))
    return project


@pytest.fixture(scope="module")
def in_three(tmp_path_factory):
    project = three(tmp_path_factory.mktemp("three"))
    result = project.build(SITE_URL="https://fields.example/")
    assert result.returncode == 0, result.stderr
    return project


def test_a_third_language_writes_its_own_numbers_and_words(in_three):
    english, portuguese = in_three.page("index.html"), in_three.page("pt/index.html")
    assert ">12 million<" in english and ">12 milhões<" in portuguese
    assert "the fence" in english.lower() and "De onde vêm estes números" in portuguese
    assert ">4,000<" in english and ">4.000<" in portuguese
    assert ">80,000%<" in english and ">80.000%<" in portuguese
    assert "Todos" not in english and "Feito com" in portuguese


def test_each_language_leads_to_the_two_others(in_three):
    pages = {"en": in_three.page("index.html"), "es": in_three.page("es/index.html"),
             "pt": in_three.page("pt/index.html")}
    for language, page in pages.items():
        switches = re.findall(r'<a class="language-switch"[^>]*hreflang="(\w+)"', page)
        assert sorted(switches) == sorted(set(pages) - {language})
        assert set(re.findall(r'<link rel="alternate " hreflang="(\w+)"', page)) == set(pages)
        assert f'<html lang="{language}"' in page


def test_the_third_has_a_search_index_of_its_own_with_its_spellings(in_three):
    docs = json.loads(in_three.page("pt/search/search_index.json"))["docs"]
    assert {"1.41", "4000", "proporcao"} <= set(" ".join(entry["also"] for entry in docs).split())
    assert "fence" not in " ".join(entry["text"] for entry in docs)


def test_the_404_page_speaks_all_three(in_three):
    page = in_three.page("404.html")
    assert all(said in page for said in ("There is no such page", "No existe esa página", "Esta página não existe"))


def test_faults_of_the_third_are_found_at_their_places(tmp_path):
    project = three(tmp_path)
    project.edit("docs/pt/index.md", "Uma cerca mede", "Uma cerca de 12 288,50 metros e vinte e cinco milhões mede")
    project.edit("docs/pt/index.md", "{{= table(\"fields\") }}", "")
    project.edit("meadow/words/pt.toml", '"symbol.w"', '"symbol.x"')
    result = project.build()
    assert result.returncode != 0
    for line in ("docs/pt/index.md:7:14: the numeral 12 288,50 is not derived",
                 "Portuguese groups digits by points",
                 "the numeral vinte e cinco milhões is not derived",
                 'docs/en/index.md:13:1: the block table("fields") stands here (section #fields) and not in docs/pt/index.md:5',
                 "there are no words for 'symbol.w'"):
        assert line in result.stderr, line


def test_a_course_in_one_language_is_built(tmp_path):
    project = lay(tmp_path)
    shutil.rmtree(tmp_path / "docs" / "es")
    project.append("meadow/course.py", '\nfrom dataclasses import replace\nCOURSE = replace(COURSE, languages=("en",))\n')
    project.configure(lambda settings: i18n(settings)["languages"].pop())
    result = project.build()
    assert result.returncode == 0, result.stderr
    page = project.page("index.html")
    assert "language-switch" not in page and ">12 million<" in page
    assert not (project.site / "es").exists()
