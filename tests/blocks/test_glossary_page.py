"""The page that lists every term."""

from derivations.blocks.glossary import BLOCK
from derivations.blocks.template import fill
from derivations.text.glossary import read_glossary

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


def written(terms, language, names):
    return fill(BLOCK.template, {"terms": terms.ordered(language), "language": language, "names": names})


def glossary():
    found, faults = read_glossary(TEXT, "g.toml", ("en", "es"))
    assert faults == []
    return found


def test_the_page_lists_every_term_in_both_languages():
    html = written(glossary(), "es", {"en": "en inglés"})
    assert html.index("term-fence") < html.index("term-wire-fence")
    assert '<i lang="en">wire fence</i>' in html
    assert "Rodea un campo." in html


def test_an_entry_of_the_page_is_written_out_in_full():
    found, faults = read_glossary("""
[[term]]
id = "gate"
en = "`a<b` gate"
es = "puerta & verja"
symbol = "`g`<1>"
definition_en = "Opens a `field` & <closes> it."
definition_es = "Abre `a&b`."

[[term]]
id = "post"
en = "post"
es = "poste"
definition_en = "Holds."
definition_es = "Sostiene."
""", "g.toml", ("en", "es"))
    assert faults == []
    assert written(found, "en", {"es": "in <Spanish>"}) == (
        '<dl class="glossary">'
        '<dt id="term-gate"><code>a&lt;b</code> gate <span class="symbol"><code>g</code>&lt;1&gt;</span> '
        '<span class="other">in &lt;Spanish&gt;: <i lang="es">puerta &amp; verja</i></span></dt>'
        "<dd>Opens a <code>field</code> &amp; &lt;closes&gt; it.</dd>"
        '<dt id="term-post">post <span class="other">in &lt;Spanish&gt;: <i lang="es">poste</i></span></dt>'
        "<dd>Holds.</dd>"
        "</dl>"
    )
    assert '<i lang="en"><code>a&lt;b</code> gate</i>' in written(found, "es", {"en": "en inglés"})
    assert "<dd>Abre <code>a&amp;b</code>.</dd>" in written(found, "es", {"en": "en inglés"})
