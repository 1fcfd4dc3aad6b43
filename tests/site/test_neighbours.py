"""Whatever else is at work on a site, its authors' templates, Material's blog, pages that plugins make: numbers stay right, and drills work."""

import re
from urllib.parse import urljoin

import pytest
from laid import Project

from derivations.new import create

MAIN = """{% extends "base.html" %}
{% block announce %}Hear, hear{% endblock %}
{% block extrahead %}<meta name="own" content="1">{% endblock %}
{% block analytics %}{% endblock %}
{% block libs %}{% endblock %}
{% block styles %}{{ super() }}<link rel="stylesheet" href="own.css">{% endblock %}
{% block scripts %}{{ super() }}<script src="own.js"></script>{% endblock %}
"""
MAKES = """
from pathlib import Path

from mkdocs.structure.files import File

def on_page_markdown(markdown, page, config, files):
    return markdown.replace("LATER", "of 4")

def on_files(files, config):
    files.append(File.generated(config, "en/made.md", content="# Made\\n\\nTEXT\\n"))
    if "NOWHERE" in "TEXT":
        path = Path(config.docs_dir, "blog", "index.md")
        path.parent.mkdir(exist_ok=True)
        path.write_text("# Blog")
        files.append(File("blog/index.md", config.docs_dir, config.site_dir, True))
"""


def ours(page):
    """Everything of ours that a page asks for or that its scripts need, in order."""
    return re.findall(r'(?:src|href)="([^"]*(?:assets/derivations|plots)/[^"]*)"|<template id="(frame-words)', page)


def without_i18n(settings):
    settings["plugins"] = [one for one in settings["plugins"] if not (isinstance(one, dict) and "i18n" in one)]
    settings["nav"] = [{title: f"en/{page}" for title, page in item.items()} for item in settings["nav"]]


@pytest.fixture
def course(tmp_path):
    """The course that `derive new` writes, in English."""
    create(tmp_path / "own", ["en"])
    return Project(tmp_path / "own")


def test_a_main_template_of_the_authors_leaves_drills_tables_and_fonts_as_they_are(course):
    course.configure(lambda settings: settings["theme"].update(font={"text": "Roboto"}))
    assert not (said := course.build()).returncode, said.stderr
    plain = {name: course.page(name) for name in ("index.html", "practice/index.html", "404.html")}
    (course.root / "over").mkdir()
    (course.root / "over" / "main.html").write_text(MAIN, encoding="utf-8")
    course.configure(lambda settings: settings["theme"].update(custom_dir="over"))
    assert not (said := course.build()).returncode, said.stderr
    for name, page in plain.items():
        now = course.page(name)
        assert "Hear, hear" in now and 'name="own"' in now and "own.css" in now and "own.js" in now
        assert ours(now) == ours(page)
        assert "googleapis" not in now
    assert any("drills.js" in one for one, _ in ours(plain["practice/index.html"]))


def test_what_mkdocs_yml_says_of_logo_author_makers_and_other_sites_is_taken(course):
    course.configure(lambda settings: settings["theme"].update(icon={"logo": "material/compass"}))
    course.configure(lambda settings: settings.update(site_author="A & B", extra={"generator": False, "alternate": [
        {"name": "English", "link": "/", "lang": "en"}, {"name": "Deutsch", "link": "https://example.org/de/", "lang": "de"}]}))
    assert not (said := course.build()).returncode, said.stderr
    for name in ("index.html", "404.html"):
        page = course.page(name)
        assert '<a class="language-switch" href="https://example.org/de/" hreflang="de" lang="de" title="Deutsch">Deutsch</a>' in page
        assert "M14.19 14.19 6 18l3.81" in page and 'class="mark"' not in page                 # the compass
        assert '<meta name="author" content="A &amp; B">' in page
        assert "Material for MkDocs" not in page


def test_a_language_has_a_navigation_of_its_own_and_another_site_an_entry_among_the_languages(tmp_path):
    create(tmp_path / "own", ["en", "es"])
    course = Project(tmp_path / "own")

    def languages(settings):
        _, spanish = listed = next(one["i18n"]["languages"] for one in settings["plugins"] if "i18n" in one)
        del spanish["nav_translations"]
        spanish["nav"] = [{"A probar": "practice.md"}, {"Del interés": "index.md"}]
        listed.append({"locale": "null", "name": "Deutsch", "fixed_link": "https://example.org/de/"})

    course.configure(languages)
    assert not (said := course.build()).returncode, said.stderr
    page = course.page("es/index.html")
    assert "A probar" in page and "Practice" not in page and 'href="https://example.org/de/" title="Deutsch">Deutsch' in page
    text = course.page("course.es.md")
    assert text.index("{#practice}") < text.index("{#interest}")


@pytest.fixture
def blog(course):
    """The course with a blog that quotes a post with a value, a formula and a block."""
    course.configure(without_i18n)
    course.configure(lambda settings: settings["plugins"].insert(1, {"blog": {"blog_dir": "en/blog"}}))
    posts = course.root / "docs" / "en" / "blog" / "posts"
    posts.mkdir(parents=True)
    (posts.parent / "index.md").write_text("# News {#news}\n", encoding="utf-8")
    (posts / "saved.md").write_text(
        "---\ndate: 2024-01-31\ntitle: Saved\ncategories: [Money]\n---\n# Saved {#saved}\n\n{{= given(K=1000) | of }} become "
        "{{= growth.balance(K=1000, i=5/100, n=10) | places(2) | of }}, by {{= growth.balance }}.\n\n<!-- more -->\n\nMore of it.\n\n"
        "{{= derivation(\"growth.balance\") }}\n", encoding="utf-8")
    return course


def test_a_blog_quotes_posts_with_their_values(blog):
    assert not (said := blog.build()).returncode, said.stderr
    post = blog.page("en/blog/2024/01/31/saved/index.html")
    assert "1,628.89 euros" in post and "derivation" in post
    for view in ("", "category/money/", "archive/2024/"):
        page = blog.page(f"en/blog/{view}index.html")
        _, _, quoted = page.partition('md-post__content')
        assert "1,000 euros become 1,628.89 euros, by <" in quoted and "<math" in quoted
        assert "More of it" not in quoted and "Where these" not in quoted and "derivation" not in quoted.partition("<footer")[0]
        ways = re.findall(r'href="([^"]*2024/01/31[^"]*)"', quoted)
        assert ways and {urljoin(f"/en/blog/{view}", way) for way in ways} == {"/en/blog/2024/01/31/saved/"}


def test_where_a_post_is_quoted_with_more_than_its_values_that_is_said_and_nothing_is_printed(blog):
    blog.edit("docs/en/blog/posts/saved.md", "<!-- more -->\n", "")
    said = blog.build()
    assert said.returncode and "docs/en/blog/index.md:1:1: 1 values or blocks of another page are shown here" in said.stderr, said.stderr


@pytest.mark.parametrize(("name", "text", "at"), [
    ("where.md", "# Where {#where-1}\n\nA word.\n", ""), ("reference/en.md", "# All {#all}\n\nA word.\n", "reference/en/index.html"),
    ("where/practice.md", "# Where {#where-1}\n\nA word.\n", "where/practice/index.html"), ("llms.txt", "Words.", "llms.txt"), ("where/index.js", "0", "where/index.js"),
    ("tables/rates.csv", "a,b", "tables/rates.csv"), ("reference/about.md", "# All {#all}\n\nA word.\n", ""),
])
def test_what_an_author_has_at_an_address_of_ours_is_not_lost_unsaid(course, name, text, at):
    course.configure(without_i18n)
    course.configure(lambda settings: settings.pop("nav"))
    (course.root / "docs" / "en").rename(course.root / "pages")
    (course.root / "docs").rmdir()
    (course.root / "pages").rename(course.root / "docs")
    (course.root / "docs" / name).parent.mkdir(exist_ok=True)
    (course.root / "docs" / name).write_text(text, encoding="utf-8")
    result = course.build()
    assert bool(result.returncode) is bool(at), result.stderr
    assert not at or f"docs/{name}:1:1: the site has a file of its own at {at} (give this one another name)" in result.stderr, result.stderr


def test_pages_and_files_behind_a_link_are_the_site_s_as_mkdocs_has_it(course, tmp_path):
    shared = tmp_path / "shared" / "more"
    shared.mkdir(parents=True)
    (shared / "far.md").write_text("# Far {#far}\n\n{{= given(K=1000) | of }}, as in [the file](../own.csv).\n", encoding="utf-8")
    (shared.parent / "own.csv").write_text("a\n", encoding="utf-8")
    (course.root / "docs" / "en" / "extra").symlink_to(shared.parent)
    course.configure(lambda settings: settings["nav"].append({"Far": "extra/more/far.md"}))
    assert not (said := course.build()).returncode, said.stderr
    assert "1,000 euros" in course.page("extra/more/far/index.html") and (course.site / "extra" / "own.csv").is_file()
    (shared / "far.md").write_text("# Far {#far}\n\n17 of them.\n", encoding="utf-8")
    assert "docs/en/extra/more/far.md:3:1: the numeral 17 is not derived" in course.build().stderr


def test_a_draft_is_in_none_of_the_files_that_a_site_publishes(blog):
    posts = blog.root / "docs" / "en" / "blog" / "posts"
    text = (posts / "saved.md").read_text(encoding="utf-8")
    (posts / "later.md").write_text(text.replace("date:", "draft: true\ndate:").replace("saved", "unsaid-1"), encoding="utf-8")
    (posts.parents[1] / "unsaid-2.md").write_text("# Later {#unsaid-2}\n\n{{= given(K=1000) | of }}.\n", encoding="utf-8")
    blog.configure(lambda settings: settings.update(draft_docs="unsaid-2.md"))
    for _ in ("clean", "warm"):
        assert not (said := blog.build()).returncode, said.stderr
        files = {path: path.read_text(encoding="utf-8") for path in blog.site.rglob("*") if path.suffix in (".json", ".md", ".txt", ".html", ".js")}
        assert [path for path, said in files.items() if "unsaid" in said or "later.md" in said] == []
        assert all("growth.balance" in files[blog.site / name] for name in ("ledger.json", "reference/en/formulas-growth.html"))
        assert '{#saved}' in files[blog.site / "course.en.md"] and "docs/en/blog/posts/saved.md" in files[blog.site / "ledger.json"]


@pytest.mark.parametrize(("text", "said"), [
    ("Of GPT-2 and 3 more.", "docs/en/made.md:3:14: the numeral 3 is not derived (a plugin makes this page"), ("`12` of GPT-2, in March 2024.", ""),
    ("{{= growth.balance }}", "docs/en/made.md:3:1: nothing can be bound here (a plugin makes this page"),
    ("NOWHERE", "docs/blog/index.md:1:1: the page lies in no language's folder (a plugin makes this page"),
    ("Seen LATER.", "docs/en/made.md:1:1: the numeral 4 is not derived (a hook, or a plugin after derivations, puts it in"),
])
def test_a_page_that_a_plugin_makes_is_read_and_asked_for_nothing_that_only_authors_can_write(course, text, said):
    course.configure(without_i18n)
    (course.root / "hook.py").write_text(MAKES.replace("TEXT", text), encoding="utf-8")
    course.configure(lambda settings: settings.update(hooks=["hook.py"], nav=[*settings["nav"], {"Made": "en/made.md"}]))
    result = course.build()
    assert "Traceback" not in result.stderr
    if said:
        assert result.returncode and said in result.stderr, result.stderr
    else:
        assert not result.returncode and "GPT-2" in course.page("en/made/index.html"), result.stderr


def test_a_comment_stays_where_no_browser_can_take_it_for_more(course):
    course.append("docs/en/practice.md", "\nA<!-- kept: 7 -->b <!-- <b> --><!--> -->c <!-- {{= no }} -->\n\n<!-- md:one -->\n\n{{# gone #}}d\n")
    assert not (said := course.build()).returncode, said.stderr
    page = course.page("practice/index.html")
    assert "A<!-- kept: 7 -->b" in page and "<!-- md:one -->" in page
    assert "<!-- <b" not in page and "<!-->" not in page and "no }}" not in page and "gone" not in page


@pytest.mark.parametrize(("text", "said"), [
    ("Of 17 more.", "docs/en/practice.md:1:1: the numeral 17 is not derived (a hook, or a plugin after derivations, puts it in"),
    ("So $x + {{= growth.balance }}$", "docs/en/practice.md:1:1: nothing can be bound here (a hook"), ("{{% raw %}}", "nothing can be bound here"),
    ("`18 {{= no }}` of GPT-2, since 2019.\\n\\n```\\nof 19\\n```", ""), ("twelve percent", "the numeral twelve percent is not derived"),
])
def test_what_a_hook_puts_in_after_ours_is_read_too(course, text, said):
    (course.root / "hook.py").write_text(
        "def on_page_markdown(markdown, page, config, files):\n"
        f"    return markdown.replace('## Your turn', '{text}\\n\\n## Your turn') + '\\n\\nMore words.\\n'\n", encoding="utf-8")
    course.configure(lambda settings: settings.update(hooks=["hook.py"]))
    for _ in ("clean", "warm"):
        result = course.build()
        assert "Traceback" not in result.stderr
        assert (said in result.stderr and result.returncode) if said else not result.returncode, result.stderr


def test_a_plugin_that_copies_the_docs_elsewhere_is_named_as_what_it_is(course, tmp_path):
    (course.root / "hook.py").write_text(
        f"import shutil\nfrom mkdocs.plugins import event_priority\n\n@event_priority(50)\ndef on_config(config):\n"
        f"    config.docs_dir = shutil.copytree(config.docs_dir, {str(tmp_path / 'elsewhere')!r})\n", encoding="utf-8")
    course.configure(lambda settings: settings.update(hooks=["hook.py"]))
    result = course.build()
    assert result.returncode and f"a plugin copies the docs to {tmp_path / 'elsewhere'}" in result.stderr, result.stderr


def test_what_stands_for_a_list_of_tags_is_no_text_and_the_list_is_there(course):
    course.configure(lambda settings: settings["plugins"].insert(1, "tags"))
    course.edit("docs/en/practice.md", 'title: "Practice"', 'title: "Practice"\ntags: [Drill, GPT-2]')
    course.append("docs/en/index.md", "\n## Tags {#tags}\n\n<!-- material/tags -->\n")
    assert not (said := course.build()).returncode, said.stderr
    tags = course.page("index.html").partition('id="tags"')[2]
    assert "GPT-2" in tags and 'href="practice/"' in tags


HTML = """
from mkdocs.plugins import event_priority

@event_priority(PRIORITY)
def on_page_content(html, page, config, files):
    return html.replace("OLD", "NEW") if page.file.src_uri == "en/index.md" else html
"""


@pytest.mark.parametrize("priority", [100, 0, -100])
@pytest.mark.parametrize(("old", "new", "said"), [
    ("</h1>", "</h1><p>Read in 45 minutes.</p>", "the numeral 45 is not derived"),
    ("</h1>", "</h1>\\n<p>Some <b>six million</b> of them, of GPT-2.</p>", "the numeral six million is not derived"),
    ("</h1>", "</h1><p>Of 8&nbsp;% and 9</p>", "the numeral 8&nbsp;% is not derived"),
    ("</h1>", "</h1><img alt='45 boats' src='x.png'>", "the numeral 45 is not derived"),
    ("</h1>", "</h1>\\n<p>1</p>", "the numeral 1 is not derived"),
    ("<p>Left alone", "<p\\nclass='w31'\\n data-order='32'><!-- 33 -->Left alone", ""),
    ("</h1>", "</h1><p>Of GPT-2, in March 2024.</p><code>x = 45</code><script>let y = 46</script>", ""),
    ("<p>Left alone", "<p class='lead'><em>Left</em> alone", ""),
])
def test_what_is_put_into_a_page_as_html_is_read_too(course, priority, old, new, said):
    course.configure(without_i18n)
    (course.root / "hook.py").write_text(HTML.replace("OLD", old).replace("NEW", new).replace("PRIORITY", str(priority)), encoding="utf-8")
    course.configure(lambda settings: settings.update(hooks=["hook.py"]))
    for _ in ("clean", "warm"):
        result = course.build()
        assert "Traceback" not in result.stderr
        assert bool(result.returncode) is bool(said), result.stderr
        assert not said or f"docs/en/index.md:1:1: {said}" in result.stderr, result.stderr
        assert result.stderr.count("not derived") <= 2
