"""What replaces the marks in a page's HTML: links in running text, plain text in headings, links and attributes."""

import pytest

from derivations.text.marks import Part, Rendered, finish

VALUE = Part("a < b", '<a class="lv" id="n-1" href="#v">a &lt; b</a>')
BLOCK = Part("a list", "<ul><li>a</li></ul>", block=True)
TYPESET = Part("x", '<a class="lv" id="n-2" href="#v"><i>x</i></a>', unlinked="<i>x</i>")


def finished(html):
    """Finish a page in which V stands for a value, B for a block and T for a typeset value."""
    rendered = Rendered()
    marks = [(letter, rendered.mark(part)) for letter, part in (("V", VALUE), ("B", BLOCK), ("T", TYPESET))]
    for letter, mark in marks:
        html = html.replace(letter, mark)
    return finish(rendered, html)


@pytest.mark.parametrize(("html", "result"), [
    ("It is V.", f"It is {VALUE.html}."),
    ("V and T", f"{VALUE.html} and {TYPESET.html}"),
    ("<p>V</p>", f"<p>{VALUE.html}</p>"),                                        # alone, it stays a paragraph
    ("<p>B</p><p>on</p>", f"{BLOCK.html}<p>on</p>"),                             # a block is none
    ("<p>\n B </p>", BLOCK.html),
    ("<h2>On V</h2><p>V it</p>", f"<h2>On a &lt; b</h2><p>{VALUE.html} it</p>"),
    ("<h2>On T</h2>", "<h2>On <i>x</i></h2>"),
    ('<a href="#n">V</a> V', f'<a href="#n">a &lt; b</a> {VALUE.html}'),
    ("<a><button>V</button> V</a> V", f"<a><button>a &lt; b</button> a &lt; b</a> {VALUE.html}"),
    ("</a>V", f"</a>{VALUE.html}"),
    ("<summary><p>V</p><p>B</p></summary>", f"<summary><p>a &lt; b</p>{BLOCK.html}</summary>"),
    ("<summary>B</summary>", "<summary>a list</summary>"),
    ("<table><td>V</td></table>", f"<table><td>{VALUE.html}</td></table>"),
    ("<header>V</header>", f"<header>{VALUE.html}</header>"),                    # no heading, though its name begins so
    ('<img alt="V of T"> end', '<img alt="a &lt; b of x"> end'),
    ('<a title="V">T</a> T', f'<a title="a &lt; b"><i>x</i></a> {TYPESET.html}'),
    ("<h1>plain</h1> text", "<h1>plain</h1> text"),
])
def test_each_place_gets_what_may_stand_there(html, result):
    assert finished(html) == result


def test_names_with_a_number_stay_on_one_line_in_the_finished_page():
    assert finished("of Phi-3, V") == f'of <span class="unbroken">Phi-3</span>, {VALUE.html}'
