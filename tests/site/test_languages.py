"""A course in one language, and one in three: the third is data alone, its pack brought by the course itself."""

import json
import re
import shutil

import pytest
import yaml
from builds import run
from laid import TOY, Project, lay

from derivations.new import create

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


@pytest.mark.parametrize(("codes", "titles", "words"), [
    (["es"], {"Interés compuesto", "Práctica"}, "Un curso cuyos números"),
    (["es", "en"], {"Interés compuesto", "Práctica"}, "Un curso cuyos números"),
    (["en", "es"], {"Compound interest", "Practice"}, "A course whose numbers"),
])
def test_the_starting_course_is_in_the_first_language_that_was_asked_for(tmp_path, codes, titles, words):
    create(tmp_path / "own", codes)
    project = Project(tmp_path / "own")
    settings = yaml.safe_load((project.root / "mkdocs.yml").read_text(encoding="utf-8"))
    assert {title for page in settings["nav"] for title in page} == titles
    assert [one["locale"] for one in i18n(settings)["languages"] if one.get("default")] == codes[:1]
    assert (project.root / "README.md").read_text(encoding="utf-8").startswith(f"# {words}")
    assert "#en" not in (project.root / "README.md").read_text(encoding="utf-8") + (project.root / "mkdocs.yml").read_text(encoding="utf-8")
    run(project.root, "derive", "tables")
    assert run(project.root, "derive", "check").stdout == ""
    result = project.build()
    assert result.returncode == 0, result.stderr
    assert f'<html lang="{codes[0]}"' in project.page("index.html")
    meaning = {"es": "el saldo al cabo de unos años", "en": "the balance after some years"}
    assert meaning[codes[0]] in run(project.root, "derive", "list").stdout


def test_the_language_at_the_root_leads_unless_the_course_orders_its_own(tmp_path):
    """A source is written in the first language: one that comes later, and before it in the alphabet, needs words."""
    create(tmp_path / "own", ["es", "en"])
    project = Project(tmp_path / "own")
    run(project.root, "derive", "tables")
    project.edit("growth/__init__.py", '"the definition of compound interest"', '"la definición"')
    for language, source in (("en", "the definition of compound interest"), ("es", "la definición del interés compuesto")):
        project.edit(f"growth/words/{language}.toml", f'"source.the definition of compound interest" = "{source}"\n', "")
    found = run(project.root, "derive", "check").stdout
    assert found.splitlines() == ["growth/words/en.toml:1:1: there are no words for 'source.la definición'"]
    project.edit("growth/__init__.py", 'name="growth",', 'name="growth", languages=("en", "es"),')
    found = run(project.root, "derive", "check").stdout
    assert found.splitlines() == ["growth/words/es.toml:1:1: there are no words for 'source.la definición'"]
    assert "source.la" in project.mkdocs("build", "--quiet").stderr
