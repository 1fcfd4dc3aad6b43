"""Tables that authors write in Markdown: each gets the frame in which it sorts and copies, and its page the script."""

import pytest

from derivations.blocks.written import framed, has_table
from derivations.language import language


@pytest.mark.parametrize(("lines", "found"), [
    ("| a | b |\n| --- | --- |\n| 1 | 2 |", True),
    ("a | b\n:-- | --:\n1 | 2", True),
    ("    | a | b |\n    | :-: | - |\n    | 1 | 2 |", True),
    ("a heading\n---\n\nand text", False),
    ("- a | b\n- c | d", False),
    ("one -- two | three", False),
])
def test_a_page_with_a_table_is_known_by_its_line_of_dashes(lines, found):
    assert has_table(lines) is found


def test_each_table_of_a_page_gets_a_frame_and_its_headings_the_room_of_a_button():
    table = "<table>\n<thead><tr><th>a &amp; b</th></tr></thead>\n<tbody><tr><td>1</td></tr></tbody>\n</table>"
    made = framed(f"<p>x</p>{table}<p>y</p>{table}", language("es"))
    assert made.count(table.replace("a &amp; b", "<span>a &amp; b</span>")) == 2 == made.count('<figure class="written-table"')
    assert made.startswith("<p>x</p><figure") and made.count("</figure>") == 2
    assert 'data-point=","' in made and 'data-point="."' in framed(table, language("en"))
    empty = "<table>\n<thead><tr><th></th><th>b</th></tr></thead>\n</table>"
    assert "<th></th><th><span>b</span></th>" in framed(empty, language("en"))
    assert framed("<p>| no | table |</p>", language("en")) == "<p>| no | table |</p>"
