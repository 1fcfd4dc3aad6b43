"""Random prose through a whole book: never a traceback, never a hang, never a raw tag or a mark in what readers get.

A book of many pages is written to files and loaded, as an author's is; each page is one random string. Every page is
then rendered, made HTML by Markdown with the site's extensions, and finished, whether it has faults or not: the live
server shows faulty pages too. `make nightly` reads many thousands.
"""

import re
from pathlib import Path

import markdown
import pytest
import yaml
from fields import COURSE
from hangs import limited
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from trust import NIGHTLY, short_or_long, tried

from derivations.book import Book
from derivations.outputs.data import files
from derivations.text.finding import Finding
from derivations.text.scan import Kind

ROOT = Path(__file__).parents[3]
STRINGS = short_or_long(320, 20_000)
PAGES = 100 if NIGHTLY else 20
LONG = 4000 if NIGHTLY else 800
PROCESSOR_SECONDS = 120
"""How long a book may take: a hundred times what it does take."""

PIECES = st.sampled_from([
    "{{=", "}}", "{{%", "%}}", "{{#", "#}}", "{{", "{%", "%}", "claim", "endclaim", "raw", "endraw", "`", "```",
    "~~~", "$", "$$", "\\", '"', "'", "<!--", "-->", "{", "}", "#", "|", "[", "](", ")", "![", "<", ">", "&", "*",
    "_", "^", "%", "\n", "\n\n", "\n    ", "\n- ", "\n> ", "\n# ", "\n## T {#t}\n", "\n!!! note \"",
    "\n| a | b |\n|---|---|\n| ", "\n\n---\n", "\n[^1]: ", " ", "\t", "\u00a0", "\u202f", "\ue000", "\ue001",
    "\ue0000\ue001", "\ufffc", "\u2028", "\x00", "\x0c", "\r", "é", "¿", "π₀", "−", "field.area", "field.diagonal",
    "share", "(w=3, l=5)", '("pitch")', "w=", "1/0", "p=1/2", " | short", ' | of("metre")', "| about(\"time\")",
    "table(\"fields\")", "derivation(\"field.fence\")", "drill(\"fence\")", "glossary()", " < ", "about(", "doubles(",
    "-", "12", "4.5", "1,234", "1.234", "10⁹", "two times", "tres veces", "million", "billón", "<div>", "</div>",
    "<span title='", "https://", "#t", "{: .x }", "{#a .b}", "<!", "<![CDATA[", "]]>", "<?", "--!>", "</",
])
WHOLE = st.sampled_from([
    "{{= field.area(w=3, l=5) }}", "{{= field.fence }}", "$x = {{= share(p=1/2) }}$",
    "$${{= field.diagonal(w=1, l=1) }}$$", "{{% claim field.area(w=3, l=5) > 2 %}}more{{% endclaim %}}",
    "{{# gone #}}", "{{% raw %}}a{{% endraw %}}", "# A {#a}\n", "{{= table(\"fields\") }}",
    "{{= field.area(w=3000, l=4000) | short | of(\"square_metre\") }}", "`{{= code }}`", "[^1]",
    "---\ntitle: T\ndescription: \"{{= share(p=1/2) }}\"\n---\n", "---\nliterals:\n  - \"12\": why\n---\n",
    "```\n{{= x }}\n```\n", "| {{= w }} | b |\n|---|---|\n| {{= field.area }} | $x$ |\n",
    "![{{= field.area(w=1, l=1) }}](a.png)", "[{{= field.area(w=1, l=1) }}](#a)",
])
STRAY = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
PROSE = st.lists(st.one_of(PIECES, PIECES, WHOLE, STRAY), max_size=30).map("".join)

TAG = re.compile(r"\{\{[=%#]")
MARKS = re.compile("[\ue000\ue001]")
CODE = re.compile(r"<(code|pre)\b.*?</\1>", re.DOTALL)


def converter():
    """Give Markdown as the site has it."""
    loader = type("Plain", (yaml.SafeLoader,), {})
    loader.add_multi_constructor("!", lambda *_: None)
    loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda *_: None)
    wanted = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), loader)["markdown_extensions"]
    names = [next(iter(one)) if isinstance(one, dict) else one for one in wanted]
    configs = {name: settings for one in wanted if isinstance(one, dict) for name, settings in one.items()}
    return markdown.Markdown(extensions=names, extension_configs=configs)


def write(root, strings):
    """Write the strings as pages, by turns in both languages."""
    for language in ("en", "es"):
        folder = root / "docs" / language
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.md"):
            old.unlink()
    for number, string in enumerate(strings):
        path = root / "docs" / ("en", "es")[number % 2] / f"p{number // 2}.md"
        path.write_bytes(string.encode())


def texts_in(data):
    """Give every text of front matter, however deep."""
    if isinstance(data, dict):
        return [text for item in data.items() for part in item for text in texts_in(part)]
    if isinstance(data, list | tuple | set):
        return [text for part in data for text in texts_in(part)]
    return [data] if isinstance(data, str) else []


def check(root, strings):
    """Load the strings as a book; every page of it can be finished, and shows nothing of the machinery."""
    write(root, strings)
    md = converter()
    with limited(PROCESSOR_SECONDS):
        book = Book(root, COURSE)
        for finding in book.findings:
            assert isinstance(finding, Finding)
            assert finding.line >= 1
            assert finding.column >= 1
            assert "\n" not in str(finding)
        assert len(book.pages) == len(strings)
        for src, page in book.pages.items():
            rendered = book.render(src)
            html = book.finish(src, md.reset().convert(rendered.markdown), "../")
            shown = [CODE.sub("", html), *texts_in(rendered.meta)]
            for text in shown:
                assert not MARKS.search(text), (src, page.text, text)
            if not any(segment.kind in (Kind.RAW, Kind.CODE) and TAG.search(segment.content)
                       for segment in page.scan.segments):
                for text in shown:
                    assert not TAG.search(text), (src, page.text, text)
        for name, content in files(book).items():
            assert not MARKS.search(content.decode()), name


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder for one book after the other."""
    return tmp_path_factory.mktemp("book")


def test_random_prose_is_rendered_or_refused(place):
    @settings(max_examples=STRINGS // PAGES, deadline=None, suppress_health_check=list(HealthCheck),
              phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink])
    @given(st.lists(PROSE, min_size=PAGES, max_size=PAGES))
    def ask(strings):
        check(place, strings)

    ask()
    tried("prose", STRINGS // PAGES * PAGES)


@pytest.mark.parametrize("piece", [
    "{{=", "{{%", "{{#", "{{= x", "}}", "`", "``", "```\n", "~~~\n", "$", "$$", "$a", "\\", "<!--", "<", "<a ", "[",
    "![", "](", "*", "_", "**", "{", "{: ", "{#", "#", "# \n", "> ", "- ", "\n\n", " ", "\t", "|", "|-", "1", "1,",
    "1.", "1 ", "−", "%", "²", "two ", "10^", "{{= share }}", "{{= (", "{{= -", "{{= a.", "{{= a | ", "{{= 9**",
    "{{% claim a < ", "{{% raw %}}", "\"", "'", "&", "[^1]", "---\n", "é", "a-", "x = ", "https://a/", "\\frac{",
    "$x_{", "million ", "tres ",
])
def test_a_long_row_of_one_thing_ends(place, piece):
    write(place, [piece * LONG, "{{= field.area }} " + piece * LONG])
    with limited(60):
        book = Book(place, COURSE)
        for src in book.pages:
            book.render(src)
