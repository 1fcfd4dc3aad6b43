"""Pages as plain Markdown, read back by Markdown itself: what was written is what a reader gets."""

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import markdown
import pytest
from fields import COURSE
from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from derivations.blocks import Block
from derivations.lora.blocks import starter
from derivations.outputs.markdown import Plain
from derivations.outputs.still import still


def typeset(tex, display):
    return f"<b>{tex}</b>"


def read(write_book, page, **more):
    book = write_book(en=page)
    assert not [one for one in book.findings if "en/" in one.path], book.findings
    made = Plain(book, typeset, **more).page("en/page.md")
    html = markdown.markdown(made, extensions=["tables", "attr_list", "meta"])
    return made, " ".join(unescape(re.sub(r"<[^>]+>", "", html)).split())


def test_values_are_words_of_the_sentence(write_book):
    made, read_back = read(write_book, "# T {#t}\n\nA fence is {{= field.fence(w=3, l=5) }}.\n")
    assert read_back.replace("\u00a0", " ") == "T A fence is 16."
    assert "\ue000" not in made


def test_a_number_that_begins_a_line_begins_no_list(write_book):
    _, read_back = read(write_book, "# T {#t}\n\nThe area is\n{{= field.area(w=3, l=5) | digits(2) }}. Next comes more.\n")
    assert re.search(r"15\s?\S*\. Next", read_back), read_back


def test_a_bar_in_code_in_a_table_is_one_bar(write_book):
    _, read_back = read(write_book, "# T {#t}\n\n| a | b |\n|---|---|\n| `x \\| y` | z |\n")
    assert "x | y" in read_back
    assert "\\" not in read_back


def test_a_block_keeps_its_words_and_loses_its_scripts(write_book):
    made, read_back = read(write_book, '# T {#t}\n\n{{= table("fields") }}\n')
    assert "<script" not in made and "data-" not in made
    assert "tables/fields.csv" in made
    assert "8,010" in read_back                                  # 2 · (4000 + 5)


@pytest.mark.parametrize("text", ["a*b*c", "_x_", "`y`", "[z](w)", "1 | 2", "$t$", "~~s~~", r"\*"])
def test_markdown_finds_nothing_in_a_still_block(text):
    html = markdown.markdown(f"<div>{still(text)}</div>\n\nso <span>{still(text)}</span>", extensions=["md_in_html"])
    assert unescape(re.sub(r"<[^>]+>", "", html)).split("\n\nso ")[0].strip() == text
    assert unescape(re.sub(r"<[^>]+>", "", html)).rstrip().endswith(text)


def test_a_file_of_code_is_a_fence(write_book):
    code = 'def f(a, b):\n    """Of `a` and *b*: `````."""\n    return a < b & {"x_y": "</pre>"}  # {{= no.hole }}'
    template = Path(starter.__file__).with_name("starter.html")
    shown = Block("listing", lambda course, tables: {"f.py": ""}, lambda context, name, language: {
        "name": "a_b/f.py", "language": "python",
        "code": Markup(highlight(code, PythonLexer(), HtmlFormatter(wrapcode=True)))}, template)
    book = write_book(en='# T {#t}\n\nBefore.\n\n{{= listing("f.py") }}\n\nAfter *it*.\n', course=replace(COURSE, blocks=(*COURSE.blocks, shown)))
    made = Plain(book, typeset).page("en/page.md")
    assert f"`a_b/f.py`\n\n``````python\n{code}\n``````\n" in made and "<span" not in made
    html = markdown.markdown(made, extensions=["fenced_code", "attr_list", "meta"])
    assert unescape(re.search(r'<pre><code class="language-python">(.*?)</code></pre>', html, re.DOTALL)[1]).rstrip() == code
    assert "<em>it</em>" in html


def test_forms_and_scripts_go_with_all_that_is_in_them():
    assert still('<p data-x="1">a<script>var b = "</p>";</script><form><input><b>c</b></form>d</p>') == "<p>ad</p>"


@pytest.mark.parametrize("control", ["<button type=button>Copy</button>", "<label>Show only <input type=\"search\"></label> <output></output>",
                                     "<select><option>a</option></select>", "2 of 3. <button>Clear</button> <output></output>"])
def test_a_paragraph_with_a_control_goes_whole_and_its_neighbours_stay(control):
    assert still(f'<div><p>a <b>c</b></p><p class="x">{control}</p><p>d</p><figure><p>{control}</p>\n<p>e</p></figure></div>') == (
        "<div><p>a <b>c</b></p><p>d</p><figure>&#10;<p>e</p></figure></div>")


def test_what_is_true_only_with_scripts_stays_behind(write_book):
    page = "# T {#t}\n\nA fence.\n\nTap {{= field.fence(w=3, l=5) }},\nand it opens.\n{: .scripted }\n\n## S {#s}\n\nMore.\n"
    made, _ = read(write_book, page)
    assert "A fence." in made and "## S {#s}" in made and "More." in made
    assert "opens" not in made and "Tap" not in made and ".scripted" not in made
