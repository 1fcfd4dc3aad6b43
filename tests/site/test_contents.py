"""Titles are plain text, wherever they are shown without the page around them."""

from mkdocs.structure.toc import get_toc

from derivations.site import contents

PAGE = """
<h1 id="top">Cuánto <em>es</em> <a class="lv" href="#v">0,29&nbsp;%</a>
<a class="headerlink" href="#top" title="x">¶</a></h1>
<h2 class="x" id="ratio">Ratio <span class="tex" data-tex="\\frac{3r}{2h}">3r/(2h)</span> &lt; 1</h2>
<h3 id="deep">Deep</h3><h2 id="where">Where</h2><p id="n-1">x</p><div
id="broken">y</div>
"""


def toc():
    deep = {"id": "deep", "name": "\ue0000\ue001", "level": 3, "children": []}
    ratio = {"id": "ratio", "name": "Ratio \ue0001\ue001", "level": 2, "children": [deep]}
    return get_toc([{"id": "top", "name": "\ue0002\ue001", "level": 1, "children": [ratio]}])


def flat(items):
    return [(item.id, item.title) for item in items for item in (item, *())] + [
        pair for item in items for pair in flat(item.children)
    ]


def test_titles_are_read_from_the_finished_headings():
    made = toc()
    contents.retitle(made, PAGE)
    assert dict(flat(made)) == {
        "top": "Cuánto es 0,29\u00a0%", "ratio": "Ratio 3r/(2h) &lt; 1", "deep": "Deep", "where": "Where",
    }


def test_a_heading_that_the_contents_lack_is_added_beneath_the_title():
    made = toc()
    contents.retitle(made, PAGE)
    assert [item.id for item in made.items[0].children] == ["ratio", "where"]


def test_a_page_without_h1_gets_its_headings_at_the_top():
    made = get_toc([])
    contents.retitle(made, '<h2 id="a">A</h2>')
    assert [(item.id, item.title) for item in made] == [("a", "A")]


def test_the_first_title_is_the_page_s_own():
    assert contents.first_title(PAGE) == "Cuánto es 0,29\u00a0%"
    assert contents.first_title("<h2 id='x'>no</h2>") is None


def test_every_identifier_can_be_linked_to():
    assert contents.identifiers(PAGE) == {"top", "ratio", "deep", "where", "n-1", "broken"}


def test_the_mark_of_a_note_is_no_part_of_a_title():
    html = '<h2 id="b">Bytes<sup id="fnref:n"><a class="footnote-ref" href="#fn:n">1</a></sup> of <sup>2</sup></h2>'
    assert contents.plain(html) == "Bytes of 2"
