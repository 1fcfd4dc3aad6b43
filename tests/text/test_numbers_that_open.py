"""Each printed value is a link to its entry, also where it is typeset; no link stands inside another or in a heading."""

import re

import pytest

LINK = re.compile(r'<a class="lv" id="(n-\d+)" href="#([^"]*)" data-entry="(\d+)"(?: aria-label="([^"]*)")?>(.*?)</a>')


def html_of(book):
    return book.finish("en/page.md", book.render("en/page.md").markdown)


@pytest.mark.parametrize(
    ("text", "name", "inside"),
    [
        ("{{= field.area(w=2, l=3) }}", "", "6"),
        ("{{= field.area(w=2, l=3) | worked }}", "wl = 2 · 3 = 6", '<span class="tex" data-tex="'),
        ("$A = {{= field.area(w=2, l=3) }}$", "A = 6", '<span class="tex" data-tex="A = 6">'),
    ],
)
def test_a_value_opens_in_words_worked_out_and_in_a_formula(write_book, text, name, inside):
    (number, entry, count, label, html), = LINK.findall(html_of(write_book(f"# T {{#t}}\n\nIt is {text}.\n")))
    assert (number, entry, count) == ("n-1", "v-field-area-w2-l3", "1")
    assert label == name
    assert html.startswith(inside)


def test_a_line_of_several_values_and_a_displayed_one_open_in_the_list(write_book):
    book = write_book("# T {#t}\n\n$${{= field.area(w=2, l=3) }} > W$$\n\n"
                      "${{= field.area(w=2, l=3) }} < {{= field.area(w=3, l=3) }}$\n")
    assert not LINK.search(html_of(book))
    assert {entry.formula for entry in book.ledger()} == {"field.area"}
    assert 'id="v-field-area-w2-l3"' in html_of(book)


@pytest.mark.parametrize("tag", ["h2", "a"])
def test_in_a_heading_and_in_a_link_a_formula_stays_typeset_and_opens_nothing(write_book, tag):
    book = write_book("# T {#t}\n\n{{= field.area(w=2, l=3) | worked }} and {{= field.area(w=2, l=3) }}\n")
    worked, value = re.findall("\ue000\\d+\ue001", book.render("en/page.md").markdown)[:2]
    html = book.finish("en/page.md", f"<{tag}>{worked} {value}</{tag}>")
    assert re.fullmatch(rf'<{tag}><span class="tex" data-tex="[^"]*">[^<]*</span> 6</{tag}>', html)
