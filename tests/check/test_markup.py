"""What Markdown would print by itself is named: notes, lists, and boxes without a title."""

import pytest
from markdown import Markdown

from derivations.text.marks import OPEN


@pytest.fixture
def found(write_book):
    def said(text):
        return [f"{one.line}:{one.column}: {one.message}" for one in write_book(f"# T {{#t}}\n\n{text}\n").findings
                if one.path.startswith("docs/en/")]

    return said


@pytest.mark.parametrize(("text", "message"), [
    ("Grass[^k] grows.", "3:6: the note ^k has no text"),
    ("Grass[^green] grows.\n\n[^gren]: Or not.", "3:6: the note ^green has no text; nearest: gren"),
    ("Grass grows.\n\n[^k]: Or not.", "5:1: nothing on this page calls the note ^k"),
    ("Grass[^k] grows.\n\n[^k]: Or not.\n\n[^k]: It does.", "7:1: the note ^k is defined twice: only the last is printed"),
    ("> Grass[^k].\n>\n> [^j]: Or not.", "3:8: the note ^k has no text"),
    ("Let it be:\n\n4. grass\n5. corn", "5:1: Markdown prints this list from 1 on"),
    ("!!! note \"N\"\n\n    2. grass\n    3. corn", "5:5: Markdown prints this list from 1 on"),
    ("!!! meadow\n\n    Grass.", "3:5: the box has no title, and no word stands for ‘meadow’"),
])
def test_what_no_reader_should_see_is_named_at_its_place(found, text, message):
    assert message in found(text)


@pytest.mark.parametrize("text", [
    "Grass[^k] and[^k] corn.\n\n[^k]: Or not: it grows.", "`[^k]` in code, \\[^k] as text", "- Grass[^k].\n\n    [^k]: Or not.",
    "1. grass\n2. corn", "0. grass\n1. corn", "[^k] first: it is called.\n\n[^k]: Or not.", "!!! meadow \"M\"\n\n    Grass.",
    "!!! meadow \"\"\n\n    Grass.", "```\n!!! meadow\n```",
])
def test_what_is_whole_passes(found, text):
    assert found(text) == []


@pytest.mark.parametrize(("text", "titles"), [
    ("!!! warning\n\n    Grass.", ["Warning", "Atención"]),
    ("??? tip inline end\n\n    Grass.", ["Tip", "Consejo"]),
    ("!!! important\n\n    Grass.", ["Important", "Importante"]),
    ("!!! Caution\n\n    Grass.", ["Caution", "Precaución"]),
    ("> ???+ quote\n>\n>     Grass.", ["Quote", "Cita"]),
    ("!!! note \"Mine\"\n\n    Grass.", ["Mine", "Mine"]),
])
def test_a_box_without_a_title_is_headed_in_its_language(write_book, text, titles):
    book = write_book(f"# T {{#t}}\n\n{text}\n")
    html = [Markdown(extensions=["admonition", "pymdownx.details"]).convert(book.render(f"{code}/page.md").markdown)
            for code in ("en", "es")]
    assert OPEN not in "".join(html)
    for one, title in zip(html, titles, strict=True):
        assert f'<p class="admonition-title">{title}</p>' in one or f"<summary>{title}</summary>" in one
