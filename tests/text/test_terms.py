"""Terms where readers meet them."""

import re

import pytest

from derivations.text.glossary import read_glossary
from derivations.text.terms import Tooltips

TEXT = """
[[term]]
id = "fence"
en = "fence"
es = "valla"
definition_en = "Goes around a `field` & keeps <it>."
definition_es = "Rodea un campo."

[[term]]
id = "wire-fence"
en = "wire fence"
es = "valla de alambre"
definition_en = "A fence made of wire."
definition_es = "Valla hecha de alambre."
"""


def glossary():
    found, faults = read_glossary(TEXT, "g.toml", ("en", "es"))
    assert faults == []
    return found


def test_a_tooltip_stands_at_the_first_use_in_running_text_only():
    html = Tooltips(glossary().tooltips("en")).mark("<h1>Fence</h1><p>A fence, <a>a fence</a>, fences, defence.</p>")
    assert html.count("<abbr") == 1
    assert "<h1>Fence</h1><p>A <abbr" in html
    assert "&amp; keeps &lt;it&gt;" in html


def test_the_longest_term_wins():
    html = Tooltips(glossary().tooltips("en")).mark("<p>A wire fence and a fence</p>")
    assert 'title="A fence made of wire.">wire fence</abbr> and a <abbr title="Goes' in html


@pytest.mark.parametrize(("html", "marked"), [
    ("<p>Fence and fence</p>", ["Fence"]), ("<p>FENCES</p>", ["FENCES"]), ("<p> <b> </b>a fence</p>", ["fence"]),
    ("<p><a><code>x</code> a fence</a> and Fences</p>", ["Fences"]), ("<p>a<br/>fence<code/> wire fence</p>",
                                                                      ["fence", "wire fence"]),
    ("<p>fence-like</p>", []), ("<!-- a fence --><p>the <!-- fence: 2 -->fence</p>", ["fence"]), ("<p></code>fence</p>", ["fence"]),
])
def test_the_first_use_in_any_case_is_marked_outside_links_and_code(html, marked):
    found = Tooltips(glossary().tooltips("en")).mark(html)
    assert re.findall("<abbr[^>]*>([^<]*)</abbr>", found) == marked
    assert re.sub("</?abbr[^>]*>", "", found) == html


def test_terms_stand_in_alphabetical_order_whatever_their_case_accents_and_marks():
    names = ["`avena`", "árbol", "Asno", "nube", "ñandú", "Oso", "zorro"]
    order = ["árbol", "Asno", "`avena`", "nube", "ñandú", "Oso", "zorro"]
    text = "".join(f'[[term]]\nid = "t{number}"\nen = "x{number}"\nes = "{name}"\ndefinition_en = "d"\n'
                   f'definition_es = "d"\n' for number, name in enumerate(reversed(names)))
    found, faults = read_glossary(text, "g.toml", ("en", "es"))
    assert faults == []
    assert [term.name["es"] for term in found.ordered("es")] == order
