"""What a browser would run is refused wherever an author may write it; what only shows is left alone."""

from pathlib import Path

import pytest

from derivations.text.running import Running
from derivations.text.text import Text

TOY = Path(__file__).parents[1] / "toy"
RUN = [
    "[a](javascript:b)", "[a](JaVaScript:b)", "[a](<java\tscript:b>)", "[a](&#x6a;avascript:b)", "[a]\n\n[a]: vbscript:b", "[a](data:text/html,b)",
    "<a href='javascript:b'>c</a>", "<a href=javascript&colon;b>c</a>", "<form action='javascript:b'>c</form>", "<button formaction=javascript:b>c</button>",
    "*a*{: onclick=b }", "*a*{ ONCLICK='b' }", "a\n{: onmouseover=b }", "## H {#h onclick=b }", "``` {.python onclick=b}\nx\n```",
    "<p\n onclick\n=b>c</p>", "<b/onclick=c>d</b>", "<b title='>' onclick=c>d</b>", "<base href='https://example.org/'>",
    "<meta http-equiv=refresh content=b>", "<link rel=stylesheet href=b.css>", "<title><b title='</title>'></title>", "<noscript>a</noscript>", "<xmp>a</xmp>",
    "{{% raw %}}<!--><b onclick=c>-->{{% endraw %}}", "{{% raw %}}<!-- --!><b onclick=c>-->{{% endraw %}}", "<!x><b onclick=c>", "<![CDATA[><b onclick=c>]]>",
    "<script>document.write(8)</script>", "<style>p::before{content:'8'}</style>", "<iframe src='x'></iframe>", "<svg><text>eight</text></svg>",
    "<math><mn>8</mn></math>", "<object data='x'></object>", "<template>8</template>", "<textarea>8</textarea>", "<iframe srcdoc='8'></iframe>",
    "`<![CDATA[`", "!!! note \"<b onclick=c>\"\n    d", "| a |\n|---|\n| *b*{: onclick=c } |", "[^x]\n\n[^x]: [a](javascript:b)",
]
SHOWN = [
    "Data: a, b. JavaScript: a language.", "[a](https://example.org/javascript:b)", "[a](#t)", "`<script>` and `[a](javascript:b)`", "<a title='javascript:b'>c</a>",
    "<details><summary>a</summary>b</details>", "*a*{: .x title=\"on time\" }", "a <b and c> d", "once < upon", "```html\n<script>a</script>\n<![CDATA[\n```", "<!-- <b onclick=c> -->",
    "<kbd>a</kbd>", "![a](data:image/gif;base64,R)", "<b onclick=c",
]


@pytest.mark.parametrize("text", RUN)
def test_what_runs_on_a_page_is_refused_at_its_line(write_book, text):
    found = [one for one in write_book(f"# T {{#t}}\n\nWords.\n\n{text}\n", "# T {#t}\n\nPalabras.\n").findings
             if "browser would run" in one.message or "<![" in one.message]
    assert found and all(5 <= one.line <= 9 and one.path == "docs/en/page.md" for one in found), found


@pytest.mark.parametrize("text", SHOWN)
def test_what_only_shows_is_left_alone(write_book, text):
    assert [str(one) for one in write_book(f"# T {{#t}}\n\nWords.\n\n{text}\n").findings if "would run" in one.message] == []


@pytest.mark.parametrize("text", ["<b onclick=c>", "`<b onclick=c>`", "a <b onclick=c", "<a href=' javascript:b'>c</a>", "[a](javascript:b)", "<!--><base>-->", "<base\n>"])
def test_a_title_a_word_and_a_site_s_name_are_held_to_the_same(write_book, tmp_path, text):
    name = Text("mkdocs.yml", "en", text.replace("<", "\n<"), [(0, 1, 1)], "copyright", False)
    book = write_book(f"---\ntitle: |\n  x\n  {text.replace(chr(10), ' ')}\n---\n# T {{#t}}\n", "# T {#t}\n")
    assert {one.line for one in book.findings if "would run" in one.message} == {4}
    assert Running(name.source).found or text.startswith("[")


def test_what_themes_write_into_attributes_holds_no_quote(tmp_path, write_book):
    write_book()
    (tmp_path / "mkdocs.yml").write_text('site_name: The "T"\nplugins:\n  - derivations:\n      course: fields\nmarkdown_extensions: [attr_list]\n'
                                         'theme:\n  name: material\n  palette:\n    - toggle: {name: "a <b"}\n', encoding="utf-8")
    from derivations.project import Project
    assert [str(one) for one in Project(tmp_path).book().findings] == [
        'mkdocs.yml:1:16: site_name can\'t hold " (themes write it into attributes: use other quotes)',
        "mkdocs.yml:9:25: toggle can't hold < (themes write it into attributes: use other quotes)"]


@pytest.mark.parametrize("text", ["<b onclick=c>d</b>", "[a](javascript:b)", "`<base>`"])
def test_a_table_is_held_to_it_too(write_book, text):
    recipe = (TOY / "tables/fields.toml").read_text(encoding="utf-8")
    title = recipe.splitlines()[0]
    book = write_book(tables={"fields": recipe.replace(title, f"title = {{ en = '{text}', es = 'T' }}", 1)})
    assert [(one.path, one.line) for one in book.findings if "would run" in one.message] == [("tables/fields.toml", 1)]
