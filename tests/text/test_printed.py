"""What we read of a page is what Markdown prints of it: the HTML of a build's own converter is the judge."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import markdown
import material.extensions.emoji
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from derivations.language.reading.reader import Reader
from derivations.text.page import Page, read_pages
from derivations.text.printed import EXTENSIONS, Extensions
from derivations.text.scan import Kind

ROOT = Path(__file__).parents[2]


class _Loader(yaml.SafeLoader):
    """Leaves MkDocs' own tags unread."""


_Loader.add_multi_constructor("!", lambda *_: None)
SETTINGS = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), _Loader)["markdown_extensions"]
NAMES = [name for one in SETTINGS for name in (one if isinstance(one, dict) else [one])]
CONFIGS = {name: config for one in SETTINGS if isinstance(one, dict) for name, config in one.items()}
READER = Reader("en")


class Visible(HTMLParser):
    """The text of HTML outside code, with alternative texts and titles; numbers that Markdown makes, and addresses, are left out."""

    def __init__(self, html):
        super().__init__()
        self.text, self.code = [], 0
        self.feed(re.sub(r'<sup id="fnref.*?</sup>|<a class="(?:headerlink|footnote-backref)".*?</a>', "", html,
                         flags=re.DOTALL))

    def handle_starttag(self, tag, attrs):
        self.code += tag in ("code", "pre")
        if not self.code:
            self.text += [f" {value} " for name, value in attrs if name in ("alt", "title")]

    def handle_endtag(self, tag):
        self.code -= tag in ("code", "pre")

    def handle_data(self, data):
        self.text.append(" " if self.code else data)


def page(text):
    return Page("docs/en/page.md", "en", text, src="en/page.md")


def read(text):
    """Give the digits of all numerals that the check meets."""
    one = page(text)
    math = [(s.inner, s.inner + len(s.content)) for s in one.scan.segments if s.kind is Kind.MATH]
    found = READER.read(one.readable, math, one.printed.fate).numerals
    return sorted(digits for numeral in found for digits in re.findall(r"\d+", numeral.text))


def printed(text):
    """Give the digits that a build's converter shows."""
    html = markdown.markdown(text, extensions=NAMES, extension_configs=CONFIGS)
    return sorted(re.findall(r"\d+", re.sub(r"https?://\S+", "", "".join(Visible(html).text))))


def test_pages_are_read_with_the_extensions_of_the_site():
    assert set(NAMES) == set(EXTENSIONS)


@pytest.mark.parametrize(("extensions", "text", "numerals"), [
    (["sane_lists"], "43. an item, counted from there", ["43"]), ([], "43. an item that Markdown counts anew", []),
    (["pymdownx.tasklist"], "- [x] done 61", ["61"]),
    (["pymdownx.mark"], "==62== and ^63^", ["62", "63"]),
    (["pymdownx.snippets"], '--8<-- "part9.md"\n\n- a 64\n\n    -8<- "b.md"', ["64"]), ([], '--8<-- "part.md"', ["8"]),
])
def test_a_page_is_read_with_the_extensions_that_its_site_uses(extensions, text, numerals):
    one = Page("docs/en/page.md", "en", f"# T {{#t}}\n\n{text}\n", src="en/page.md",
               extensions=Extensions([*EXTENSIONS, *extensions]))
    found = READER.read(one.readable, (), one.printed.fate).numerals
    assert [numeral.text for numeral in found] == numerals


@pytest.mark.parametrize("fence", ['```yaml title="site.yml"', '```py hl_lines="2 5"', '~~~ { .toml linenums="1" title="a" }', "```"])
def test_a_fence_is_code_whatever_its_line_says_beside_the_language(fence):
    one = Page("docs/en/page.md", "en", f"# T {{#t}}\n\n{fence}\nlimit = 71\n    1. 72\n{fence[:3]}\n\nLast 73.\n", src="en/page.md")
    found = READER.read(one.readable, (), one.printed.fate).numerals
    assert [numeral.text for numeral in found] == ["73"]
    assert [segment.kind for segment in one.scan.segments].count(Kind.CODE) == 1


class _Asks(markdown.extensions.Extension):
    """Asks, as Material's previews do, for what only a builder brings; or reads a file that a page names."""

    def __init__(self, of=""):
        super().__init__()
        self.of = of

    def extendMarkdown(self, md):
        def run(lines):
            if not self.of or any("[" in line and "/" in line for line in lines):
                raise ValueError(f"There is no {self.of or md.treeprocessors['relpath']} of 12: {lines[2]}")
            return lines
        md.preprocessors.register(type("Asking", (markdown.preprocessors.Preprocessor,), {"run": staticmethod(run)})(md), "asking", 40)


def test_an_extension_that_asks_for_what_only_a_builder_brings_is_left_out_and_the_rest_reads():
    one = Page("docs/en/page.md", "en", "# T {#t}\n\nOf 81.\n\n=== \"Tab 82\"\n\n    `83`\n", src="en/page.md",
               extensions=Extensions([*EXTENSIONS, _Asks()], {"pymdownx.tabbed": {"alternate_style": True}}))
    assert [numeral.text for numeral in READER.read(one.readable, (), one.printed.fate).numerals] == ["81", "82"]
    assert [heading.id for heading in one.headings] == ["t"] and not one.findings


def test_a_page_that_an_extension_fails_on_is_a_finding_in_the_pages_own_words():
    pages = read_pages({"en/a.md": ("docs/en/a.md", "# T {#t}\n\n[READS] corn/of_84.txt\n"), "en/b.md": ("docs/en/b.md", "# T {#t}\n\nOf 85.\n")},
                       Extensions([*EXTENSIONS, _Asks("file")]))
    pages["en/a.md"].read_by(json.loads(json.dumps(pages["en/a.md"].reading())))          # from another process
    assert [one.scan is not None and one.headings is not None for one in pages.values()] == [True, True]
    assert [str(one) for one in pages["en/a.md"].findings] == [
        "docs/en/a.md:1:1: Markdown can't convert the page: ValueError: There is no file of 12: [READS] corn/of_84.txt"]
    assert not pages["en/b.md"].findings


@pytest.mark.parametrize("text", [
    "> $$\n> a_1\n> $$\n\nOf 91.\n", "> Of it.\n>\n> $$\n>   b = {{= c }}\n> $$\n>\n> $$ d $$ and 92.\n", "> > $$\n> > a\n> > $$\n\n93\n", "- > $x\n  > y$ 94\n",
])
def test_after_a_formula_that_is_quoted_every_place_is_right(text):
    one = Page("docs/en/page.md", "en", text, src="en/page.md")
    assert len(one.readable) == len(text)
    found = READER.read(one.readable, (), one.printed.fate).numerals
    number = re.findall(r"9\d", text)[0]
    assert [(numeral.text, numeral.start) for numeral in found if numeral.text != "1"] == [(number, text.index(number))]


@pytest.mark.parametrize("letter", ["\U00020000", "\U0002a6d5", "\U0002ebdf"])
@pytest.mark.parametrize("around", ['A <a id="{}">7</a>', '[7][{}]', '![7](a.png "{}")', "## 7 {{#{}}}"])
def test_a_letter_by_its_number_may_be_any(letter, around):
    assert read(around.format(f"&#x{ord(letter):x};")) == read(around.format("x")) == ["7"]


def test_an_icon_is_nothing_that_runs():
    emoji = {"pymdownx.emoji": {"emoji_index": material.extensions.emoji.twemoji, "emoji_generator": material.extensions.emoji.to_svg}}
    one = Page("docs/en/page.md", "en", "# T {#t}\n\n:material-web: and :smile: 74 <svg></svg>\n", src="en/page.md",
               extensions=Extensions([*EXTENSIONS, *emoji], emoji))
    assert [what for _, what in one.printed.runs] == ["<svg"]     # the author's own, not the icon's drawing
    assert one.source[one.printed.runs[0][0]:].startswith("<svg>")


@pytest.mark.parametrize(("text", "numerals"), [
    ("* `press 31 to go\n* `b` 32", ["31", "32"]),                # code ends with its block
    ("## a ` 33 {#a}\n\nb ` 34", ["33", "34"]),
    ("x | y\n--|--\n` 35 | b\nc ` | 36", ["35", "36"]),
    ("Take {k=37} of them.", ["37"]),                             # no attribute list: it is printed
    ("*Take*{ #k-38 .l-39 }", []),
    ("[to](#part-4.1){ .x42 }", []),
    ("1. a\n2. b\n\ntext\n43. no item", ["43"]),
    ("43. an item that Markdown counts anew", []),
    ("1. a\n2. b\n\n    3. c\n\n!!! note\n    1. d", []), ("[17]: https://z.example/18\n", []),
    ("and so\n\n    in code 44", []),
    ("![a picture of 45](46.png \"and 47\")", ["45", "47"]),
    ("<span title='48' class='n49'>50</span>", ["48", "50"]),
    ("a[^n51]\n\n[^n51]: of 52", ["52"]),
    ("[a][b 53] and c\n\n[b 53]: d54.md 'e 55'", ["55"]),
    ("=== \"Tab 56\"\n\n    in it 57", ["56", "57"]),
    ("??? note \"Box 58\"\n\n    > quoted 59", ["58", "59"]),
    ("The ABC is good.\n\n*[ABC]: of 60", ["60"]),
])
def test_what_markdown_prints_is_what_is_read(text, numerals):
    assert read(text) == numerals == printed(text)


NUMBERS = st.integers(21, 999).map(str)
WORDS = st.sampled_from(["so", "the", "and", "trains", "matrix", "ya", "más"])
INLINE = st.one_of(
    NUMBERS, WORDS, NUMBERS.map("`{}`".format), NUMBERS.map("**{}**".format), NUMBERS.map("_{}_".format),
    NUMBERS.map("[to {0}](#a{0})".format), NUMBERS.map("![of {0}](p{0}.png)".format), NUMBERS.map("{{k={}}}".format),
    NUMBERS.map("*it*{{ .k{} }}".format), NUMBERS.map("<b id='k{0}'>{0}</b>".format), st.just("see[^a7]"),
    NUMBERS.map("<https://a.example/{}>".format), st.just("`"), st.just("``"), st.just("*"), st.just("\\`"), st.just("|"),
    st.just("["), st.just("]"), st.just("{"), st.just("}"),
)
LINE = st.lists(INLINE, min_size=1, max_size=6).map(" ".join)
BLOCK = st.one_of(
    LINE, LINE.map("## {} {{#h}}".format), LINE.map("##{}".format), st.lists(LINE, max_size=3).map(
        lambda lines: "\n".join(f"- {line}" for line in lines)),
    st.tuples(NUMBERS, st.lists(LINE, min_size=1, max_size=3)).map(
        lambda both: "\n".join(f"{int(both[0]) + n}. {line}" for n, line in enumerate(both[1]))),
    st.lists(LINE, max_size=3).map(lambda lines: "\n".join(f"> {line}" for line in lines)),
    st.lists(LINE, min_size=1, max_size=3).map(lambda lines: "\n".join(lines)),
    st.tuples(LINE, LINE).map(lambda both: f"| a | b |\n|---|---|\n| {both[0]} | {both[1]} |"),
    st.tuples(LINE, LINE).map(lambda both: f"```\n{both[0]}\n```\n\n{both[1]}"),
    st.tuples(NUMBERS, LINE).map(lambda both: f'!!! note "{both[0]}"\n\n    {both[1]}'),
    LINE.map("    {}".format),
    LINE.map("<div markdown>\n\n{}\n\n</div>".format), LINE.map("term\n:   {}".format),
)


@given(st.lists(BLOCK, min_size=1, max_size=5).map("\n\n".join))
def test_the_numerals_that_we_find_are_those_that_markdown_prints(text):
    text = f"{text}\n\nlast[^a7]\n\n[^a7]: a note of 22"
    assert sorted("".join(read(text))) == sorted("".join(printed(text)))    # "{ .a } {b=21} **21**" comes out as 2121


@pytest.mark.parametrize(("text", "headings"), [
    ("#One two {#a}", [(1, "a", 0)]),
    ("x\n\n!!! note \"N\"\n\n    ## In a box {#in .k}\n\n    y", [(2, "in", 17)]),
    ("> ### Quoted {#part-2.1}", [(3, "part-2.1", 0)]),
    ("Underlined {#u}\n===\n\nand\n\nagain {#v}\n---", [(1, "u", 0), (2, "v", 26)]),
    ("## Of $x$ {#x}", [(2, "x", 0)]),
    ("```\n# no heading\n```", []),
    ("    # no heading either", []),
])
def test_headings_are_those_that_markdown_makes(text, headings):
    one = page(text)
    assert [(heading.level, heading.id, heading.start) for heading in one.headings] == headings
    assert one.findings == []


@pytest.mark.parametrize("text", ["##Alone", "??? tip\n\n    # Inside", "Two\n---", "> # So", "# A {.k}", "# A {k=1}"])
def test_each_of_them_needs_an_id(text):
    one = page(text)
    assert [heading.id for heading in one.headings] == [""]
    assert "explicit id" in one.findings[0].message


def test_what_the_table_of_contents_alone_shows_is_read():
    text = '## Of 17 `b 54` {#c data-toc-label="So 99"}\n\n### Other {#d data-toc-label="in *97*"}'
    assert read(text) == ["17", "97", "99"]
    converter = markdown.Markdown(extensions=NAMES, extension_configs=CONFIGS)
    converter.convert(text)
    assert set(re.findall(r"\d+", converter.toc)) == {"99", "97"}


def test_a_backtick_in_two_items_opens_no_code():
    text = "- press ` {{= a }}\n- and `{{= b }}`"
    kinds = [(segment.kind, segment.content) for segment in page(text).scan.segments if segment.kind is not Kind.TEXT]
    assert kinds == [(Kind.HOLE, " a "), (Kind.CODE, "`{{= b }}`")]


@pytest.mark.parametrize("code", [
    "chown $USER:a /work/$USER/b", "echo $A_B:$PATH", "$$\n    x\n    $$", r"sed 's/\(o\)/u/'", "{{ page.title }}", "x %}}",
    "a $b$ {% if c %} $d$ {{ e }}",
])
@pytest.mark.parametrize("around", ["Run\n\n    {}\n\nso that $x$.", "- one\n\n        {}\n\n- so $x$",
                                    "!!! note\n    Run\n\n        {}\n\nso $x$", "<pre>\n{}\n</pre>\n\nso $x$"])
def test_in_lines_of_code_nothing_begins_a_formula(code, around):
    page = Page("docs/en/a.md", "en", around.format(code), src="en/a.md")
    segments = page.scan.segments
    assert [segment.content for segment in segments if segment.kind is not Kind.TEXT] == ["x"]
    assert page.findings == []


@pytest.mark.parametrize("code", [
    "limit {{= a.b }} of 81", "{{= a.b }}", "{{% claim a < 82 %}}so{{% endclaim %}}", "a {{# note 83 #}}", "x\n{{% example %}}\ny\n{{% endexample %}}",
    "<!-- 84 --> b", "{{= a }}{{= b }}", "{{% nope %}} c", "d {{= unclosed",
])
@pytest.mark.parametrize("around", ["Run\n\n{}\n\nso {{{{= it }}}} is.", "- one\n\n    {}\n\n- so {{{{= it }}}}", "> q\n>\n{}\n\nso {{{{= it }}}}"])
def test_code_by_its_indentation_stands_as_it_is_written_and_nothing_in_it_is_bound(code, around):
    lines = code.split("\n")
    for indent in ["    ", *(["\t"] if around.startswith("Run") else [])]:
        before = "> " if around.startswith(">") else ""
        inner = "    " if around.startswith("-") else ""
        text = around.format("\n".join(before + (inner if at else "") + indent + line for at, line in enumerate(lines)))
        one = page(text)
        assert [segment.content for segment in one.scan.segments if segment.kind is not Kind.TEXT] == [" it "], text
        assert one.findings == []
        html = markdown.markdown(text, extensions=NAMES, extension_configs=CONFIGS)
        assert re.search(re.escape(lines[0]).replace("<", "&lt;").replace(">", "&gt;").replace("\\-", "-"), html)


@pytest.mark.parametrize("text", ["- a\n\n    {{# c #}}\n\n    b", "a\n\n    code\n\n{{# c #}}\n\n    code", "- a\n\n        code\n\n    {{# c #}}\n\n    b",
                                  "!!! note\n    {{# c #}}\n    ```\n    code\n    ```\n", "- a\n\n    {{# c #}} `b`"])
def test_a_comment_beside_code_is_one(text):
    assert [segment.content for segment in page(text).scan.segments if segment.kind is Kind.COMMENT] == [" c "]


@pytest.mark.parametrize("text", ["see {{ x }}\n\n    code", "so $$ a\n\n    code", "{{ x }}\n\n<pre>b</pre>"])
def test_before_lines_of_code_all_is_found_that_is_wrong(text):
    page = Page("docs/en/a.md", "en", text, src="en/a.md")
    assert page.scan and len(page.findings) == 1


def test_a_text_that_markdown_has_read_is_not_read_again():
    """A formula moves and no page does: a live server then takes over what Markdown prints of each."""
    files = {"en/a.md": ("docs/en/a.md", "# A {#a}\n\n`71` and 72\n"), "en/b.md": ("docs/en/b.md", "# B {#b}\n\n73\n")}
    before = read_pages(files)
    read = {src: page.printed for src, page in before.items()}
    after = read_pages({**files, "en/b.md": ("docs/en/b.md", "# B {#b}\n\n`74` and 75\n")}, Extensions(), before)
    assert after["en/a.md"] is not before["en/a.md"]
    assert after["en/a.md"].printed is read["en/a.md"]
    assert [after["en/b.md"].source[at] for at in sorted(after["en/b.md"].printed.code)] == ["7", "4"]
    other = read_pages(files, Extensions([*EXTENSIONS, "sane_lists"]), before)
    assert other["en/a.md"].printed is not read["en/a.md"]
