"""Each printed value is a link to its entry, also where it is typeset; no link stands inside another or in a heading."""

import re

import pytest

LINK = re.compile(r'<a class="lv" id="(n-\d+)" href="../where/page/#([^"]*)" data-entry="(\d+)"(?: aria-label="([^"]*)")?>(.*?)</a>')


def html_of(book):
    return book.finish("en/page.md", book.render("en/page.md").markdown, where="../where/page/")


@pytest.mark.parametrize(
    ("text", "name", "inside"),
    [
        ("{{= field.area(w=2, l=3) }}", "6, the area", "6"),
        ("{{= field.area(w=2, l=3) | worked }}", "wl = 2 · 3 = 6, the area", '<span class="tex" data-tex="'),
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
    area, other = book.where("en/page.md")
    assert (area.key, area.prints, area.exact, other.prints) == ("v-field-area-w2-l3", (1, 2), "6", (3,))


def test_where_numbers_come_from_is_no_part_of_the_page_which_leads_there(write_book):
    book = write_book("# T {#t}\n\nIt is {{= field.area(w=2, l=3) }}, again {{= field.area(w=2, l=3) | worked }}.\n")
    html = html_of(book)
    assert "facts" not in html and '<a href="../where/page/">' in html.partition("{#where}")[2]
    assert html_of(write_book("# T {#t}\n\nNothing.\n")).strip() == "# T {#t}\n\nNothing."


def test_an_entry_says_formula_inputs_and_steps_and_holds_what_can_be_copied(write_book):
    book = write_book("# T {#t}\n\nIt is {{= field.fence(w=2, l=3) }}.\n", "# T {#t}\n\nMide {{= field.fence(w=2, l=3) }}.\n")
    (one,), (uno,) = book.where("en/page.md"), book.where("es/page.md")
    assert re.search(r'<p class="worked"><span class="tex" data-tex="[^"]*2 \\cdot[^"]*">', one.html)
    assert "Euclid, book I" in one.html and "Euclides, libro I" in uno.html
    assert (one.key, one.exact, one.sympy) == (uno.key, uno.exact, uno.sympy) == ("v-field-fence-w2-l3", "10", "2*l + 2*w")


@pytest.mark.parametrize("tag", ["h2", "a"])
def test_in_a_heading_and_in_a_link_a_formula_stays_typeset_and_opens_nothing(write_book, tag):
    book = write_book("# T {#t}\n\n{{= field.area(w=2, l=3) | worked }} and {{= field.area(w=2, l=3) }}\n")
    worked, value = re.findall("\ue000\\d+\ue001", book.render("en/page.md").markdown)[:2]
    html = book.finish("en/page.md", f"<{tag}>{worked} {value}</{tag}>")
    assert re.fullmatch(rf'<{tag}><span class="tex" data-tex="[^"]*">[^<]*</span> 6</{tag}>', html)
