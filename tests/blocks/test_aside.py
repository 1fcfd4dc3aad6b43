"""What a block sets aside: in the page a link, on the page beside it the whole, and nothing lost for other outputs."""

from dataclasses import replace

from fields import COURSE

from derivations.blocks.aside import asides, without
from derivations.course import Plot, Series
from derivations.outputs.data import files

WORDS = {f"plot.d.{key}": "Of <fields>" for key in ("title", "alt", "x", "y")}
PAGE = '# T {#t}\n\n{{= plot("d") }}\n'


def book_of(write_book):
    plot = Plot("d", "log-lines", (Series(COURSE.formulas["field.diagonal"], {"l": 1}, "diagonal"),), "w", (1, 2, 4))
    words = {code: {**texts, **WORDS} for code, texts in COURSE.words.items()}
    return write_book(en=PAGE, course=replace(COURSE, plots={"d": plot}, words=words))


def test_a_figure_s_table_is_a_link_in_the_page_and_whole_on_the_page_beside_it(write_book):
    book = book_of(write_book)
    (src,) = (one for one in book.pages if one.startswith("en/"))
    html = next(part.html for part in book.render(src).parts if part.block)
    away = without(html, "../where/p/", "elsewhere")
    assert "<td" in html and "<td" not in away
    assert '<p class="aside"><a href="../where/p/#p-d-data">elsewhere</a></p></details>' in away
    (aside,) = book.press.asides(book.pages[src])
    assert aside.key == "p-d-data" and aside.html.count("<tr>") == 4 and aside.title in {"Of", "Of <fields>"}
    assert away.replace('<p class="aside"><a href="../where/p/#p-d-data">elsewhere</a></p>', "") in html.replace(
        html[html.index('<div class="aside"') : html.index("</details>")], "")


def test_what_sets_nothing_aside_stays_as_it_is():
    assert list(asides("<details><p>x</p></details>")) == []
    assert without("<details><p>x</p></details>", "w", "y") == "<details><p>x</p></details>"


def test_the_data_of_a_figure_holds_its_table_and_its_drawing_for_a_phone(write_book):
    data = files(book_of(write_book))["plots/d.en.js"].decode()
    assert data.startswith("derivations.given={") and "data-exact" in data and "<text" in data
