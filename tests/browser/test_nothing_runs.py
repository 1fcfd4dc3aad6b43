"""Markup at random: of a page without a finding the browser's own parser makes nothing that runs."""

import os
import random

from markdown import Markdown
from trust import short_or_long, tried

from derivations.text.printed import EXTENSIONS

PIECES = ("<", "</", ">", "/>", "<a ", "<a href=", "<p ", "<div>", "<div ", "</div>", "<b", "<img src=x ", "<details ", "<span title=", "<!--", "-->", "--!>", "<!-->", "<!--->",
          "<!", "<?", "?>", "<![CDATA[", "]]>", "<svg>", "<script>", "</script>", "<style>", "<textarea>", "<title>", "</title>", "<noscript>", "<x ", "<form ", "<base ", "<meta ",
          "onclick=", "onerror='x'", " onload = x", "ONCLICK", "\nonclick=y", "javascript:", "JAVASCRIPT:", "java", "script:", "data:text/html,x", "&#106;avascript:", "&Tab;",
          "javascript&colon;", "\"", "'", "=", "/", " ", "\n", "\t", "\n\n", "\n    ", "`", "``", "```\n", "~~~", "[a](", "[a]: ", "[a]", "![a](", ")", "{: ", "{", "}", "#x ", ".y ",
          " x=y ", "a", "b c", "*", "**", "_", "|", "\n|-|-|\n", "> ", "- ", "# H {#h ", "!!! note \"", "??? ", "=== \"", "[^1]", "\n[^1]: ", "*[b]: ", "{{% raw %}}", "{{% endraw %}}", "$",
          "\\", "\\<", "&lt;", "&quot;", "\0", "\x0c", "\r", "\u00a0", "href=", "src=", "formaction=", "action=", "markdown=1 ", "<https://x>", "<a@b.c>", "title=\"", "```{.py ")
WHOLE = ("<a href=\"javascript:x\">b</a>", "*w*{: onclick=x }", "<p onclick=x>", "[a](javascript:x)", "<!--><b onclick=x>-->", "<div markdown=1>\n\n*a*{ onclick=x }\n\n</div>")
RUNS = """pages => pages.map(html => {
  const page = new DOMParser().parseFromString(`<body><article>${html}</article>`, "text/html"), runs = [];
  for (const one of page.querySelectorAll("*")) {
    if (["SCRIPT", "IFRAME", "FRAME", "OBJECT", "EMBED", "BASE", "META", "LINK", "svg", "math", "STYLE", "TEMPLATE"].includes(one.nodeName)) runs.push(one.nodeName);
    for (const {name, value} of one.attributes) {
      if (/^on[a-z]/.test(name)) runs.push(name);
      if (/^(xlink:)?href$|action$/.test(name) && URL.canParse(value, "https://a/") && /^(javascript|vbscript|data):/.test(new URL(value, "https://a/").protocol)) runs.push(value);
    }
  }
  return runs;
})"""


def test_nothing_runs_on_a_page_without_a_finding(write_book, tmp_path, browser):
    draw, many, clean, tab = random.Random(int(os.environ.get("SEED", "5"))), short_or_long(200, 4_000), 0, browser.new_page()
    for begun in range(0, many, 200):
        texts = ["# T {#t}\n\n" + "".join(draw.choice(WHOLE if draw.random() < 0.06 else PIECES) for _ in range(draw.randrange(1, 14))) for _ in range(200)]
        for number, text in enumerate(texts):
            (tmp_path / f"docs/en/p{number}.md").parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / f"docs/en/p{number}.md").write_bytes(text.encode())
        book, converter = write_book(), Markdown(extensions=EXTENSIONS)
        refused = {one.path for one in book.findings if "would run" in one.message}
        kept = {src: page.source for src, page in book.pages.items() if page.path not in refused}
        shown = [book.finish(src, converter.reset().convert(book.render(src).markdown)) for src in kept]
        assert [(text, html, ran) for text, html, ran in zip(kept.values(), shown, tab.evaluate(RUNS, shown), strict=True) if ran] == []
        clean += len(kept)
        assert begun // 4 < clean
    tried("markup", many)
