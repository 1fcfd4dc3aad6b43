"""Odd pages through a whole site: the live server shows each or its faults, and a build of those without faults ends well.

Front matter, Markdown and HTML are drawn at random, what themes and plugins ask of front matter included. `make nightly`
draws more.
"""

import os
import random
import resource

from builds import Rebuilds
from trust import short_or_long, tried

from derivations.project import Project

PAGES = 12
SECONDS = 100
"""Of the processor, for one round: a hang is many times what it takes."""
KEYS = ("title", "description", "template", "icon", "status", "hide", "tags", "search", "literals", "date", "image", "author", "subtitle", "edit_url",
        "social", "comments", "render_macros", "type", "path", "canonical_url", "redirect", "x y", "&k", "404", "null", "title.x", "hide: [toc]\ntitle")
VALUES = ("T", "''", "5", "true", "null", "[]", "{}", "[toc, navigation]", "{a: {b: [c]}}", "nowhere", "material/pencil", "../../main.html", "main.html", "404.html",
          "material/nowhere", "new", "2026-11-29", "{exclude: true}", "{boost: x}", "{boost: -1}", "[a, [b], 5]", "'{{= share(p=1/2) }}'", "\"{{= field.area }}\"",
          "\"{{% raw %}}\"", "'<b>'", "\"a\\\"b\"", "|\n  two\n  lines", "!!binary aGk=", "!x y", "&a b", "*a", "[" * 60 + "]" * 60, "[" * 2000, "{a: " * 900, "é\u2028x",
          "1e999", ".inf", "0x10", "1:2:3", "'\\x00'", "\"\\0\"", "<<", "{<<: {a: b}}", "? a", "'" + "x" * 3000 + "'", "- - - - a", "javascript:a", "https://a/")
HTML = ("<![CDATA[", "<!x", "<!", "<?x", "<a href='x", "<b onclick=x>", "</p>", "</article>", "</html>", "<body>", "<table><tr>", "<p markdown=1>", "<div markdown>\n",
        "<a id='t'>", "<a name=\"q\">", "<img alt='a' src='assets/logo.svg'>", "[a](page0.md)", "[a](page1.md#t)", "[a](../es/page0.md)", "![a](assets/logo.svg)",
        "[a](https://[)", "[a](//x)", "[a](mailto:)", "[a](#)", "[a]()", "[a](%ff.md)", "[a](page0.md?x#y)", "[](x.md)", "&#0;", "&#x110000;", "&nope;", "\n# H\n",
        "\n# H {#h}\n", "\n## H {#h}\n", "\n### *a* `b` $x$ {#k}\n", "\n[TOC]\n", "{{= derivation(\"field.fence\") }}", "\n{{= table(\"fields\") }}\n", "\n{{= drill(\"fence\") }}\n",
        "\n{{= plot(\"nope\") }}\n", "\n{{= glossary() }}\n", "\n=== \"a\"\n\n    b\n", "\n??? note \"a\"\n    b\n", "*[ab]: c\n", "[^1]", "\n[^1]: x\n", "\n> ", "\n1. ", "\n- [ ] a")
PROSE = ("{{=", "}}", "{{%", "{{#", "`", "```\n", "$", "$$", "\\", "*", "_", "|", "\n|-|-|\n", "<", ">", "&", "\n\n", "\n    ", "\t", "\r", "\0", "\x0c", "\u2028", "\ue0000\ue001",
         "é", "12", "two times", "{: .x }", "$x = {{= share(p=1/2) }}$", "{{% claim field.area(w=3, l=5) > 2 %}}more{{% endclaim %}}", "{{= field.nope }}")
GOOD = "\n\nIt is {{= field.area(w=7, l=8) }}.\n"


def page(draw):
    """Draw a page: odd front matter, odd prose, or both; a good sentence comes last."""
    front = "".join(f"{draw.choice(KEYS)}: {draw.choice(VALUES)}\n" for _ in range(draw.choice((0, 0, 1, 1, 2, 4))))
    pieces = draw.choice(((), HTML, (*HTML, *PROSE)))
    body = "".join(draw.choice(pieces) for _ in range(draw.randrange(8))) if pieces else ""
    return (f"---\n{front}---\n" if front or draw.random() < 0.1 else "") + draw.choice(("# T {#t}\n\n", "# T {#t}\n\n", "")) + body + GOOD


def write(project, pages):
    for code in ("en", "es"):
        for path in (project.root / f"docs/{code}").glob("page*.md"):
            path.unlink()
    for (code, number), text in pages.items():
        (project.root / f"docs/{code}/page{number}.md").write_bytes(text.encode("utf-8", "surrogatepass"))


def test_odd_pages_are_shown_or_refused_and_a_site_is_built_of_the_others(project):
    project.configure(lambda settings: settings.pop("nav"))
    draw, rounds = random.Random(int(os.environ.get("SEED", "23"))), short_or_long(1, 40)
    live = Rebuilds(project, project.root / "said")
    resource.prlimit(live.run.pid, resource.RLIMIT_CPU, (SECONDS * rounds, SECONDS * rounds))
    try:
        for _ in range(rounds):
            pages = {(code, number): page(draw) for number in range(PAGES) for code in ("en", "es")}
            write(project, pages)
            if not live.build():
                said = (project.root / "said").read_text(encoding="utf-8")
                shown = [text for (code, number), text in pages.items() if f"{code}/page{number}.md" in said.rpartition("Error building page")[2]]
                raise AssertionError(f"{said[-2500:]}\n{shown}"[-4000:])
            for (code, number), text in pages.items():
                html = (project.root / "live" / ("" if code == "en" else code) / f"page{number}/index.html").read_text(encoding="utf-8")
                assert html.rstrip().endswith("</html>") and "<b onclick" not in html, text
            faulty = {finding.path for finding in Project(project.root).book().findings}
            write(project, {key: text for key, text in pages.items() if not {f"docs/{code}/page{key[1]}.md" for code in ("en", "es")} & faulty})
            built = project.build()
            assert "Traceback" not in built.stderr, built.stderr
    finally:
        live.end()
    tried("builds", rounds * PAGES * 2)
