"""Headings without an id: links to them have no fault of their own, and `--fix` writes the id that Markdown would make."""

import pytest
from markdown import Markdown

from derivations.project import Project

YML = "site_name: T\ntheme: material\nmarkdown_extensions: [{}]\nplugins:\n  - derivations:\n      course: fields\n"


@pytest.fixture
def fixed(write_book, tmp_path):
    """Give both pages as `--fix` leaves them."""
    def fixed(en, es, extensions="attr_list"):
        write_book()
        (tmp_path / "mkdocs.yml").write_text(YML.format(extensions), encoding="utf-8")
        paths = [tmp_path / "docs" / code / "page.md" for code in ("en", "es")]
        for path, text in zip(paths, (en, es), strict=True):
            path.write_bytes(text.encode())
        project = Project(tmp_path)
        project.fix(project.book())
        return [path.read_bytes().decode() for path in paths]

    return fixed


@pytest.mark.parametrize("heading", ["## Green fields", "## The *tall* grass, and `corn`", "## Ágil: así  ", "### A-b 'c'"])
def test_the_id_written_is_the_one_that_markdown_makes(fixed, heading):
    (en, es) = fixed(f"# T {{#t}}\n\n{heading}\n", f"# T {{#t}}\n\n{heading.split()[0]} Campos\n")
    made = Markdown(extensions=["toc"])
    made.convert(heading)
    (token,) = made.toc_tokens
    assert en == f"# T {{#t}}\n\n{heading.rstrip()} {{#{token['id']}}}{heading[len(heading.rstrip()):]}\n"
    assert es.splitlines()[2] == f"{heading.split()[0]} Campos {{#{token['id']}}}"


@pytest.mark.parametrize("heading", [
    "Grass & corn", "`corn_rows` and snake_case", "[Hay](https://example.org/x_y)", "[a][hay] <em>too</em> | more", "Wheat {.wide}", "Wheat {: .wide }",
    "Wheat { data-toc-label=\"W & R\" }", "Use `{}` here { .x title='A b' }", "A \\_ b ![](../assets/a.png) c", "F# {.a}", "¿Y el *trigo*?", "Rye  ",
])
def test_with_the_id_written_markdown_makes_the_same_of_the_page(fixed, heading):
    text = f"# T {{#t}}\n\n## {heading}\n\nText.\n\n## {heading}\n\n[hay]:\n  page.md\n"
    written = fixed(text, text)[0]
    assert written.count("#") == text.count("#") + 2
    assert "#" not in written.partition("[hay]:")[2]

    def made(source):
        return Markdown(extensions=["toc", "attr_list"]).convert(source)

    assert made(written) == made(text)


def test_an_id_is_written_once_and_nothing_else_changes(fixed):
    text = "# {0}\r\n\r\n```\r\n# {0}\r\n```\r\n\r\n## {1}\r\n\n## {1}\r\n\r\n## S {{#grass}}\n    # {0}\n"
    assert fixed(text.format("Fields", "Corn"), text.format("Campos", "Maíz")) == [
        f"# {one} {{#fields}}\r\n\r\n```\r\n# {one}\r\n```\r\n\r\n## {two} {{#corn}}\r\n\n## {two} {{#corn_1}}\r\n\r\n"
        f"## S {{#grass}}\n    # {one}\n" for one, two in (("Fields", "Corn"), ("Campos", "Maíz"))]


@pytest.mark.parametrize("around", ['!!! note "Hay"\n\n    {}\n\n    Text.\n', "> {}\n>\n> Text.\n", '!!! note "Hay"\n\n    > {}\n', "- Hay\n\n    {}\n"])
def test_a_heading_in_a_box_or_a_quotation_gets_its_id_too(fixed, around):
    text = f"# T {{#t}}\n\n{around.format('### Green *corn*')}"
    written = fixed(text, text, "attr_list, admonition")
    assert written == [text.replace("*corn*", "*corn* {#green-corn}")] * 2
    made = [Markdown(extensions=["toc", "attr_list", "admonition"]).convert(one) for one in (text, written[0])]
    assert made[0] == made[1] and 'id="green-corn"' in made[0]


@pytest.mark.parametrize(("en", "es"), [
    ("# Fields\n\n## Corn\n", "# Campos\n"), ("# Fields\n\n## Corn\n", "# Campos\n\n### Maíz\n"),
    ("# Fields {#f}\n\n## Corn\n", "# Campos {#g}\n\n## Maíz\n"),
])
def test_headings_that_do_not_correspond_keep_what_they_have(fixed, en, es):
    assert fixed(en, es)[1] == es


@pytest.mark.parametrize("text", [
    "# A $x$\n", "# Fields #\n", "# C&D {\n", "# Not {a list\n", "Fields\n======\n", "# A {{= 1 }}\n", "<h1>A</h1>\n",
])
def test_what_is_no_plain_heading_is_left_to_its_author(fixed, text):
    assert fixed(text, text) == [text, text]


def test_where_ids_cannot_be_written_none_is(fixed):
    assert fixed("# Fields\n", "# Campos\n", "tables") == ["# Fields\n", "# Campos\n"]


@pytest.mark.parametrize(("links", "missing"), [
    ("[a](#green-grass) [b](page.md#green-grass)", 0), ("[a](#green-grass_1)", 0), ("[a](#grass)", 2),
])
def test_a_link_to_a_heading_without_an_id_has_no_fault_of_its_own(write_book, links, missing):
    book = write_book(*(f"# T {{#t}}\n\n{links}\n\n## {title}\n\n## {title}\n" for title in ("Green grass", "Hierba verde")))
    said = [finding.message for finding in book.findings]
    assert sum("explicit id" in one for one in said) == 4
    assert sum("no anchor" in one for one in said) == missing
