"""How long a page takes: counted from its own words, said in its own language, and not said where it is short."""

from derivations.site.reading_time import LONG, minutes, said

PAGE = '<h1 id="x">Title<a class="headerlink" href="#x">¶</a></h1><p>{}</p><details data-search-exclude>{}</details>'


def page(words, hidden=0):
    return PAGE.format("pala-bra, " * words, "oculta " * hidden)


def test_the_time_is_that_of_the_words_that_stand_on_the_page():
    assert minutes(page(999), 100) == 10
    assert minutes(page(999, hidden=5000), 100) == 10
    assert minutes(page(999), 200) == 5
    assert minutes("<p>1,234.5 numbers and 18\u202f874 more</p>", 1) == 5


def test_a_long_page_says_its_time_once_below_its_title_and_a_short_one_does_not():
    made = said(page(1499), 100, "unos {minutes} <minutos>")
    assert '</h1><p class="reading-time" data-search-exclude>unos 15 &lt;minutos&gt;</p><p>' in made
    assert made.count("reading-time") == 1
    assert minutes(made, 100) == 15
    short = page((LONG - 1) * 100)
    assert said(short, 100, "{minutes}") == short
