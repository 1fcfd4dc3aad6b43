"""The glossary as readers meet it."""

from derivations.prose.glossary import read_glossary
from derivations.prose.terms import Tooltips, glossary_html

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
    found, faults = read_glossary(TEXT, "g.toml")
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


def test_the_page_lists_every_term_in_both_languages():
    html = glossary_html(glossary(), "es", "en inglés")
    assert html.index("term-fence") < html.index("term-wire-fence")
    assert '<i lang="en">wire fence</i>' in html
    assert "Rodea un campo." in html
