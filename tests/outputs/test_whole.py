"""One file of the whole course a language, and llms.txt: small enough to be read at once, and all of it there."""

import re
from functools import cache
from pathlib import Path

import pytest

from derivations.outputs.reading import read
from derivations.outputs.whole import text_of, whole

ROOT = Path(__file__).parents[2]
BUDGET = 300_000


@pytest.fixture(scope="module")
def made(course_project, course_book):
    book = course_book
    files = whole(book, texts_of(book), course_project.configuration.said, ways_of(book), "https://course.example/")
    return book, {name: text.decode() for name, text in files.items()}


@cache
def texts_of(book):
    return {src: text_of(book, src) for src in book.pages}


def ways_of(book, end="/"):
    """The address of each page, as MkDocs gives it: the first language has no folder."""
    ways = {}
    for src in book.pages:
        name = src.removeprefix("en/").removesuffix(".md")
        ways[src] = (re.sub(r"(^|/)index$", r"\1", name) or "./") if end == "/" and name.endswith("index") else name + end
    return ways


def test_each_language_is_one_file_within_its_budget(made):
    book, files = made
    assert set(files) == {"llms.txt", *(f"course.{code}.md" for code in book.languages)}
    for name, text in files.items():
        assert len(text.encode()) < BUDGET, name
        assert not re.search(r"<script|data-tex|\{site-root\}", text), name
        assert not any("\ue000" <= sign <= "\uf8ff" for sign in text)


def test_every_heading_of_every_page_is_in_it(made):
    book, files = made
    for src, page in book.pages.items():
        for anchor in re.findall(r"^#+ .*\{#([\w-]+)\}", page.source, re.MULTILINE):
            assert f"{{#{anchor}}}" in files[f"course.{src.partition('/')[0]}.md"], (src, anchor)


def test_every_way_within_it_leads_somewhere(made):
    book, files = made
    for code in book.languages:
        text = files[f"course.{code}.md"]
        ways = set(re.findall(r"\]\((#[\w-]+)\)", re.sub(r"`[^`\n]*`", "", text)))
        assert ways
        lost = {way for way in ways if f"{{{way}" not in text}
        assert {way for way in lost if not re.match(r"#[a-z]-", way)} == set()             # blocks have ids of their own
        assert not re.search(r"\]\((?!https?:)[^)]*\.md", text)


def test_llms_names_every_page_once(made):
    book, files = made
    links = re.findall(r"\]\((\S+)\)", files["llms.txt"])
    assert len(links) == len(set(links)) == len(book.pages) + len(book.languages) + 1
    assert all(link.startswith("https://course.example/") for link in links)
    assert "https://course.example/es/chapter/" in links


def test_llms_leads_to_files_where_a_site_has_files(made):
    book, _ = made
    index = whole(book, texts_of(book), {}, ways_of(book, ".html"))["llms.txt"].decode()
    assert "](chapter.html)" in index and "](es/chapter.html)" in index and "chapter/)" not in index


def test_a_language_that_is_not_built_is_not_led_to(made):
    book, _ = made
    english = {src: way for src, way in ways_of(book).items() if src.startswith("en/")}
    index = whole(book, texts_of(book), {}, english)["llms.txt"].decode()
    assert "](chapter/)" in index and "](es/" not in index


def test_a_table_is_read_as_a_table():
    html = ("<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><th>x|y</th><td>1</td></tr>"
            "<tr><th>z</th><td>2</td></tr></tbody></table>")
    assert read(html).splitlines() == ["| a | b |", "|---|---|", r"| x\|y | 1 |", "| z | 2 |"]


def test_what_is_drawn_is_told_and_what_folds_is_open():
    html = "<figure><svg><title>t</title><desc>A square.</desc></svg></figure><details><summary>More</summary><p>in</p></details>"
    assert read(html).split() == ["A", "square.", "**More**", "in"]


@pytest.mark.parametrize(("html", "said"), [
    ("<ul><li><p>One</p></li>\n<li>\n<p>two</p><p>and more</p></li></ul>", "- One\n\n- two\n\nand more"),
    ("<ul>\n<li>\n  <div>A</div></li><li><strong>B</strong> b</li></ul>", "- A\n\n- **B** b"),
    ("<ul><li><details><summary>Why</summary><p>so</p></details></li></ul>", "- **Why**\n\nso"),
])
def test_an_item_begins_in_the_line_of_its_sign(html, said):
    assert read(html) == said
