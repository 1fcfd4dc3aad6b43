"""The built site as a reader, a search engine and a machine meet it; and a build that must fail, failing well."""

import csv
import io
import json
import os
import re
from html import unescape
from html.parser import HTMLParser

import pytest

FETCHED = {"stylesheet", "preload", "icon", "preconnect", "dns-prefetch", "modulepreload"}
PAGES = ("index.html", "es/index.html")


class Page(HTMLParser):
    """What a page says to readers: its elements with attributes, and its text outside scripts and styles."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.texts, self._quiet = [], [], 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self._quiet += tag in {"script", "style", "template", "title"}

    def handle_endtag(self, tag):
        self._quiet -= tag in {"script", "style", "template", "title"}

    def handle_data(self, data):
        if not self._quiet:
            self.texts.append(data)

    @property
    def text(self):
        return " ".join("".join(self.texts).split(" "))

    def all(self, tag, **attributes):
        return [a for t, a in self.elements if t == tag and all(a.get(k) == v for k, v in attributes.items())]


@pytest.fixture(scope="module", params=PAGES)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def page(built, name):
    return Page(built.page(name))


def test_the_derived_numbers_are_in_the_page(page, name):
    """2·(68 + 105) is 346; the area 3000·4000 is twelve million."""
    expected = {"index.html": ["346 metres", "12 million"], "es/index.html": ["346 metros", "12 millones"]}[name]
    for text in expected:
        assert text in page.text


def test_nothing_raw_is_left(built, name):
    html = built.page(name)
    assert not re.search("[\ue000-\uf8ff]", html)
    assert not re.search(r"\{\{[=%#]|[=%#]\}\}|\bdata-tex=\"[^\"]*\"[^>]*>[^<]*</(?:span|div)>", html)
    assert not re.search(r">\s*(?:None|nan|NaN|undefined|Undefined)\s*<", html)
    assert "\\frac" not in Page(html).text


def test_formulas_are_typeset_with_mathml(page):
    assert page.all("math")
    assert len(page.all("math")) == len([1 for _, attributes in page.elements if "data-tex" in attributes]), "each has its TeX"


def test_the_page_is_in_its_language_and_names_the_other(page, name):
    language, other = ("es", "en") if name.startswith("es/") else ("en", "es")
    assert page.all("html")[0]["lang"] == language
    links = {a["hreflang"]: a["href"] for a in page.all("link") if a.get("rel", "").strip() == "alternate"}
    assert links == {"en": "https://fields.example/course/", "es": "https://fields.example/course/es/"}
    switch = [a for a in page.all("a") if a.get("class") == "language-switch"]
    assert [a["hreflang"] for a in switch] == [other]
    relative = {"es": "es/", "en": "../"}
    assert switch[0]["href"] == relative[other], "so that it works wherever the site is put"


def test_the_frame_speaks_the_page_s_language(page, name):
    """The theme's own Spanish says «Saltar a contenido», and Markdown's extension knows English alone."""
    skip, permanent = {"index.html": ("Skip to content", "Permanent link"),
                       "es/index.html": ("Saltar al contenido", "Enlace permanente")}[name]
    assert skip in page.text
    links = page.all("a", **{"class": "headerlink"})
    assert links and {link["title"] for link in links} == {permanent}


def test_title_and_social_metadata_are_plain_text_with_the_numbers_in(built, page, name):
    html = built.page(name)
    metre = "metros" if name.startswith("es/") else "metres"
    description = page.all("meta", name="description")[0]["content"]
    assert f"16 {metre}" in description, "2·(3 + 5)"
    properties = {a["property"]: a["content"] for a in page.all("meta") if "property" in a}
    assert properties["og:description"] == description
    assert properties["og:url"].startswith("https://fields.example/course/")
    assert {"og:title", "og:type", "og:locale", "og:site_name", "og:image"} <= set(properties)
    head = html[: html.index("</head>")]
    assert "<math" not in head
    assert "{{" not in head


def test_contents_hold_each_formula_once_as_text(built):
    html = built.page("index.html")
    contents = html[html.index('<nav class="md-nav md-nav--secondary"') :]
    contents = contents[: contents.index("</nav>")]
    assert "<math" not in contents
    assert 'href="#where"' in contents


def test_nothing_is_asked_of_another_host(built):
    for path in built.site.rglob("*.html"):
        page = Page(path.read_text(encoding="utf-8"))
        asked = [a.get("src") for t, a in page.elements if t in {"script", "img", "iframe", "source"} and a.get("src")]
        asked += [a["href"] for a in page.all("link") if a.get("rel", "").strip() in FETCHED]
        assert asked
        assert not [url for url in asked if re.match(r"(?:https?:)?//", url)], path
    for path in built.site.rglob("*.css"):
        urls = re.findall(r"url\(\s*['\"]?([^'\")]+)", path.read_text(encoding="utf-8"))
        assert not [url for url in urls if re.match(r"(?:https?:)?//", url)], path


def test_every_own_asset_that_a_page_names_is_there(built, name):
    page = Page(built.page(name))
    folder = (built.site / name).parent
    named = [a["src"] for a in page.all("script") if a.get("src")]
    named += [a["href"] for a in page.all("link") if a.get("rel", "").strip() in {"stylesheet", "icon", "preload"}]
    assert len(named) > 4
    for url in named:
        assert (folder / url).is_file(), url


def test_scripts_of_ours_wait_for_the_page_and_the_typesetter_stays_at_home(built, page):
    ours = [a for a in page.all("script") if "assets/derivations/" in a.get("src", "")]
    assert ours
    assert all("defer" in a for a in ours if not a["src"].endswith("early.js"))      # which mends before the theme runs
    assert not list(built.site.rglob("*temml*"))


def test_ids_are_unique(page):
    ids = [a["id"] for _, a in page.elements if a.get("id")]
    assert len(ids) == len(set(ids)), sorted({i for i in ids if ids.count(i) > 1})


def test_each_language_searches_its_own_pages(built):
    for prefix, language, word in (("", "en", "metres"), ("es/", "es", "metros")):
        found = json.loads((built.site / prefix / "search" / "search_index.json").read_text(encoding="utf-8"))
        assert found["config"]["lang"] == [language]
        text = " ".join(doc["text"] for doc in found["docs"])
        assert word in text
        assert not any(doc["location"].startswith("es/") for doc in found["docs"])
        assert "80000" in " ".join(doc["also"] for doc in found["docs"])
        assert not re.search("<math|[\ue000-\uf8ff]|\\\\frac", json.dumps(found, ensure_ascii=False))


@pytest.mark.parametrize("prefix", ["", "es/"])
def test_each_cell_of_a_table_can_be_found_alone(built, prefix):
    found = json.loads((built.site / prefix / "search" / "search_index.json").read_text(encoding="utf-8"))
    words = re.split(found["config"]["separator"], unescape(re.sub("<[^>]+>", " ", " ".join(
        f"{doc['title']} {doc['text']}" for doc in found["docs"]))))
    page = re.sub("<details.*?</details>", "", built.page(f"{prefix}index.html"), flags=re.DOTALL)
    cells = [unescape(cell) for cell in re.findall(r'<td data-exact[^>]*>([^<]*)</td>', page)]
    assert cells
    assert {word for cell in cells for word in re.split(found["config"]["separator"], cell) if word} <= set(words)


def test_each_number_of_a_table_opens_to_a_line_in_the_data_beside_its_page(built, name):
    tables = re.findall(r'<figure class="derived-table" id="([^"]+)"(.*?)</figure>', built.page(name), re.DOTALL)
    assert tables
    for key, html in tables:
        way = re.search(r'<p class="aside"><a href="([^"#]+?)(?:/|\.html)#', html)[1]
        data = (built.site / os.path.dirname(name) / f"{way}.js").read_text(encoding="utf-8")
        opened = json.loads(data.removeprefix("derivations.given=").rstrip(";\n"))["opened"][key]
        cells = [re.findall(r"<t[dh]([^>]*)>([^<]*)</t[dh]>", row) for row in re.findall("<tr.*?</tr>", html, re.DOTALL)[1:]]
        assert len(opened["rows"]) == len(opened["cells"]) == len(cells)
        for row, lines in zip(cells, opened["cells"], strict=True):
            for (exact, shown), line in zip(row, lines, strict=True):
                assert ("data-exact" in exact) is (line is not None)
                assert line is None or line[1].endswith(unescape(shown))


def test_a_language_s_pages_look_for_their_own_index(built):
    for name, base in (("index.html", "."), ("es/index.html", "../es/")):
        settings = json.loads(re.search(r'id="__config" type="application/json">(.*?)</script>', built.page(name))[1])
        assert settings["base"] == base
        assert (built.site / os.path.dirname(name) / settings["search"]).is_file()


def test_each_language_has_a_404_of_its_own(built):
    english, spanish = Page(built.page("404.html")), Page(built.page("es/404.html"))
    assert english.all("html")[0]["lang"] == "en"
    assert "There is no such page" in english.text
    assert "No existe esa página" in english.text, "most hosts have only this one"
    assert english.all("div", lang="es")
    assert spanish.all("html")[0]["lang"] == "es"
    assert "No existe esa página" in spanish.text
    assert [a["href"] for a in spanish.all("a") if "/course/es/" in a.get("href", "")]


def test_data_is_published_and_the_table_s_csv_stands_beside_its_recipe(built):
    entries = json.loads((built.site / "ledger.json").read_text(encoding="utf-8"))
    assert entries
    published = (built.site / "tables" / "fields.csv").read_bytes()
    assert (built.root / "tables" / "fields.csv").read_bytes() == published
    rows = list(csv.DictReader(io.StringIO(published.decode())))
    assert len(rows) == 2


def test_the_sitemap_knows_both_languages(built):
    sitemap = built.page("sitemap.xml")
    assert "https://fields.example/course/es/" in sitemap
    assert 'hreflang="es"' in sitemap


# ---------------------------------------------------------------- a build that must fail


def test_every_fault_of_both_languages_is_named_in_one_run(project):
    project.append("docs/en/index.md", "\nBad {{= field.fenc(w=1, l=2) }} and {{= 3 }}, and $\\nope$.\n")
    project.append("docs/es/index.md", "\nMal {{= field.fenc(w=1, l=2) }}.\n")
    result = project.build()
    said = result.stderr + result.stdout
    assert result.returncode == 1
    assert "Traceback" not in said
    last = sum(1 for _ in (project.root / "docs/en/index.md").open(encoding="utf-8"))
    assert re.search(rf"^docs/en/index\.md:{last}:\d+: .*field\.fenc.*field\.fence", said, re.MULTILINE)
    assert re.search(rf"^docs/en/index\.md:{last}:\d+: .*raw number 3", said, re.MULTILINE)
    assert re.search(rf"^docs/en/index\.md:{last}:\d+: .*nope", said, re.MULTILINE)
    assert re.search(r"^docs/es/index\.md:\d+:\d+: .*field\.fenc", said, re.MULTILINE)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{{= field.area }", "never closed"),
        ("{{# a comment", "never closed"),
        ("{{% claim field.area(w=1, l=2) > field.area(w=2, l=2) %}}more{{% endclaim %}}", "false"),
        ("$\\frac{1$", "can't be typeset"),
    ],
)
def test_a_page_that_cannot_be_published_fails_without_strict_too(project, text, says):
    for language in ("en", "es"):
        project.append(f"docs/{language}/index.md", f"\n{text}\n")
    result = project.mkdocs("build", "--quiet")
    assert result.returncode == 1
    assert says in result.stderr
    assert re.search(r"^docs/es/index\.md:\d+:\d+: ", result.stderr, re.MULTILINE)
    assert "Traceback" not in result.stderr


def test_a_page_in_one_language_only_fails(project):
    (project.root / "docs/en/extra.md").write_text("# Extra {#extra}\n", encoding="utf-8")
    project.configure(lambda settings: settings["nav"].append({"Home": "extra.md"}))
    result = project.mkdocs("build", "--quiet")
    assert result.returncode == 1
    assert "docs/en/extra.md:1:1: the page has no counterpart: docs/es/extra.md doesn't exist" in result.stderr


def test_a_title_without_translation_fails(project):
    project.configure(lambda settings: settings.update(nav=[{"Fields": "index.md"}]))
    result = project.mkdocs("build", "--quiet")
    assert result.returncode == 1
    assert "‘Fields’ has no translation" in result.stderr


def test_a_broken_course_fails_with_its_place(project):
    project.append("meadow/course.py", "\nx = = 3\n")
    result = project.build()
    assert result.returncode == 1
    assert re.search(r"^meadow/course\.py:\d+:5: syntax error", result.stderr, re.MULTILINE)
    assert "Traceback" not in result.stderr


def test_a_wrong_step_fails(project):
    project.edit("meadow/course.py", "(w, l), METRES,\n            source=", "(w, l), METRES,\n            derive=wrong, source=")
    project.edit("meadow/course.py", "FORMULAS = (", "def wrong(width, length):\n    return width + length\n\n\nFORMULAS = (")
    result = project.build()
    assert result.returncode == 1
    assert "field.fence" in result.stderr
    assert "not equal" in result.stderr


def test_a_dirty_build_is_refused(project):
    result = project.mkdocs("build", "--dirty")
    assert result.returncode == 1
    assert "--dirty" in result.stderr
    assert not project.site.exists()


# ---------------------------------------------------------------- what moves, what doesn't


def test_a_changed_formula_changes_every_page_and_the_table(project):
    assert project.build().returncode == 0
    before = {name: project.page(name) for name in PAGES}
    recipe = (project.root / "tables/fields.csv").read_text(encoding="utf-8")
    project.edit("meadow/course.py", "width + width + length + length", "3 * width + 3 * length")
    result = project.build()
    assert result.returncode == 0, result.stderr
    for name in PAGES:
        assert "519" in project.page(name), "3·(68 + 105)"
        assert "519" not in before[name]
    assert (project.root / "tables/fields.csv").read_text(encoding="utf-8") != recipe


def test_two_builds_are_the_same_byte_for_byte(project):
    date = {"SOURCE_DATE_EPOCH": "1000000000"}
    first = project.build("--site-dir", "one", PYTHONHASHSEED="1", **date)
    second = project.build("--site-dir", "two", PYTHONHASHSEED="77", **date)
    assert first.returncode == second.returncode == 0
    one, two = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (project.root / "one", project.root / "two")
    )
    assert one == two


def test_the_offline_site_needs_no_server(project):
    """Every link names a file, each language's index is a script, and the search's shim comes along."""
    result = project.build(OFFLINE="true", DIRECTORY_URLS="false")
    assert result.returncode == 0, result.stderr
    for name in PAGES:
        folder, page = (project.site / name).parent, Page(project.page(name))
        for tag, key in (("a", "href"), ("link", "href"), ("script", "src"), ("img", "src")):
            for url in (a[key] for a in page.all(tag) if a.get(key)):
                if url.startswith(("#", "https://", "javascript:")):
                    continue
                assert (folder / url.partition("#")[0]).is_file(), (name, url)
        script = (folder / "search" / "search_index.js").read_text(encoding="utf-8")
        index = json.loads((folder / "search" / "search_index.json").read_text(encoding="utf-8"))
        assert json.loads(script.removeprefix("var __index = ")) == index
        assert any("iframe-worker" in a.get("src", "") for a in page.all("script"))


def test_an_online_page_does_without_the_offline_shim(page):
    assert not any("iframe-worker" in a.get("src", "") for a in page.all("script"))
