"""Links between pages: what leads somewhere, what does not, and what is said about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown

from derivations.check.links import check_links, links
from derivations.text.page import Page
from derivations.text.printed import Extensions

FILES = ["assets/logo.svg", "en/data.csv"]


def found_in(texts, files, **more):
    pages = {src: Page(f"docs/{src}", src[:2], text, src=src) for src, text in texts.items()}
    return list(check_links(pages, files, **{"brought": dict.fromkeys(pages, frozenset()), **more}))


def check(text):
    texts = {"en/a.md": text, "en/deep/b.md": "# B {#bee}\n<a id='old'></a>", "es/a.md": "# A {#ah .x}"}
    return [str(finding) for finding in found_in(
        texts, FILES, generated=["tables/m.csv", "ledger.json"], brought={**dict.fromkeys(texts, frozenset()), "en/a.md": {"n-7"}})]


@pytest.mark.parametrize("text", [
    "[x](deep/b.md)", "[x](deep/b.md#bee)", "[x](deep/b.md#old)", "[x](<deep/b.md> \"title\")", "[x](#n-7)", "[x](#)",
    "# Y {#here}\n[x](#here)", "[x](data.csv)", "![x](assets/logo.svg)", "![x](../assets/logo.svg)",
    "[x](tables/m.csv)",
    "[x](ledger.json)", "[x](https://x.org/y#z)", "[x](mailto:a@b.c)", "[x](../es/a.md#ah)", "[x](deep/../a.md)",
    "[x][y]\n\n[y]: deep/b.md", "[x][]\n\n[x]: deep/b.md",
    '<a href="../deep/b/#bee">', '<img src="../assets/logo.svg" alt="">', '<a href="../es/a/#ah">', '<a href="#n-7">',
    '<a href="../deep/b/index.html">', '<a href="../tables/m.csv">',
    "[![x](assets/logo.svg)](deep/b.md)", "[a[b]c](deep/b.md)", "[x](deep/b%2Emd)", "(0, 1] [2, 3)", "[^1] and [^1]: x",
    "[x](tables/\ufffc\ufffc.csv)",
])
def test_links_that_hold(text):
    assert check(text) == []


@pytest.mark.parametrize(("text", "message"), [
    ("[x](b.md)", "1:5: the page b.md doesn't exist (nearest: deep/b.md)"),
    ("see\n[x](deep/b.md#be)", "2:5: there is no anchor #be on en/deep/b.md (nearest: #bee)"),
    ("[x](#n-8)", "1:5: there is no anchor #n-8 on this page (nearest: #n-7)"),
    ("[x](dat.csv)", "1:5: the file dat.csv doesn't exist (nearest: data.csv)"),
    ("![x](logo.svg)", "1:6: the picture logo.svg doesn't exist"),
    ("![](assets/logo.svg)", "1:5: the picture assets/logo.svg has no words"),
    ("![x](https://x.org/a.png)", "1:6: the picture https://x.org/a.png is on another host"),
    ("[x](/a.md)", "1:5: the link /a.md begins at the root of a host"),
    ("[x]()", "1:5: a link without a target"),
    ("[x](\x01/[)", "1:5: the link \\u0001/[ begins at the root of a host"),
    ("![x](\x01//x.org)", "1:6: the picture \\u0001//x.org is on another host"),
    ("![x](<ht\ttps://x.org>)", "1:6: the picture ht tps://x.org is on another host"),
    ('<img src="\x01//x.org" alt="">', "1:11: the picture \\u0001//x.org is on another host"),
    ("[x][y]", "1:1: no target is defined for [y]"),
    ("[y]: gone.md", "1:6: the page gone.md doesn't exist"),
    ('<a href="gone.md">', "1:10: the page gone.md doesn't exist"),
    ('<a href="deep/b.md#bee">', "1:10: HTML is left as it is: from this page’s address deep/b.md leads nowhere "
                                 "(write ../deep/b/, or write it in Markdown)"),
    ('<img src="data.csv" alt="">', "1:11: HTML is left as it is: from this page’s address data.csv leads nowhere "
                                    "(write ../data.csv, or write it in Markdown)"),
    ('<a href="../deep/b/#be">', "1:10: there is no anchor #be on en/deep/b.md (nearest: #bee)"),
    ("[x](../deep/b/)", "1:5: the page ../deep/b/ doesn't exist (nearest: deep/b.md)"),
    ("[x](es/a.md)", "1:5: the page es/a.md doesn't exist"),
    ("[![x](gone.svg)](deep/b.md)", "1:7: the picture gone.svg doesn't exist"),
    ("[x](deep/)", "1:5: the page deep/ doesn't exist"),
    ("[x](../../../etc/passwd)", "1:5: the file ../../../etc/passwd doesn't exist"),
    ("[x](http://[)", None),
])
def test_links_that_lead_nowhere(text, message):
    found = check(text)
    if message is not None:
        assert len(found) == 1
        assert found[0].startswith(f"docs/en/a.md:{message}")


@pytest.mark.parametrize(("link", "hint"), [
    ("../logo.svg", "../../assets/logo.svg"),           # the same name elsewhere, also beside the languages
    ("chaptr.md", "chapter.md"), ("../chapter.md", "chapter.md"), ("../data.csv", "../tables/data.csv"),
    ("solo.md", ""),                                    # Spanish alone has it: no hint leads into another language
    ("../tables/dato.csv", "../tables/data.csv"), ("nothing-like-it.md", ""),
])
def test_the_nearest_file_of_the_same_language_is_named_as_the_page_writes_it(link, hint):
    text = f"[x]({link})"
    texts = {"en/deep/chapter.md": "[y](introduction.md)", "en/deep/introduction.md": text, "es/deep/solo.md": "", "es/deep/chaptr.md": ""}
    [found] = found_in(texts, ["assets/logo.svg", "es/tables/dato.csv", "en/tables/data.csv"])
    assert found.hint == (f"nearest: {hint}" if hint else "")


def test_html_is_followed_from_where_the_page_stands_in_the_site():
    html = '<img src="x.svg" alt=""> <a href="other.html#o">'
    texts = {"en/index.md": html.replace("other.html", "other/"), "en/other.md": "# O {#o}", "en/sub/index.md": ""}
    assert found_in(texts, ["en/x.svg"]) == []
    texts |= {"en/index.md": html, "en/other.md": f"# O {{#o}}\n{html}"}
    assert found_in(texts, ["en/x.svg"], directories=False) == []
    assert [found.message for found in found_in(texts, ["en/x.svg"])] == [
        "the file other.html doesn't exist",
        "HTML is left as it is: from this page’s address x.svg leads nowhere", "the file other.html doesn't exist"]


def test_html_of_a_language_in_a_folder_is_one_level_further_from_the_root_than_that_at_the_root():
    def said(up, language, **more):
        html = f'<img src="{up}pictures/m.svg" alt=""> <a href="{up}list.csv">'
        texts = {f"{code}/{name}.md": html if (code, name) == (language, "b") else "" for code in ("en", "es") for name in ("b", "index")}
        return [one.message.partition(": ")[0] for one in found_in(texts, ["pictures/m.svg"], generated=["list.csv"], **more)]

    assert said("../", "en", rooted="en") == said("../../", "es", rooted="en") == said("../", "es", rooted="es") == []
    assert said("../", "es", rooted="en") == ["HTML is left as it is", "the file ../list.csv doesn't exist"]
    assert said("../", "es") == []                                # which language stands at the root isn't known


@pytest.mark.parametrize("anchor", [
    "one", "two", "three", "Four-4", "five.5", "fn:a", "fnref:a", "rice-tab", "by-name", "6.1",
])
def test_a_link_may_lead_to_whatever_has_an_id_when_markdown_has_read_the_page(anchor):
    text = ("# A {#one}\n\nP.\n{: .x #two }\n\n<a id=\"three\"></a> <b id=Four-4>x</b> <a name=\"by-name\"></a>\n\n## B {id=five.5 .x}\n\n## C <small>x</small> { id=\"6.1\" }\n\n"
            "Note[^a].\n\n[^a]: Text.\n\n=== \"Rice tab\"\n\n    Text.\n\n    `{#seven}`\n")
    tabs = {"pymdownx.tabbed": {"alternate_style": True, "slugify": lambda words, sep: words.lower().replace(" ", sep)}}
    page = Page("docs/en/a.md", "en", f"{text}\n[a](#{anchor}) [b](#seven) [c](#one-1)", src="en/a.md", extensions=Extensions(configs=tabs))
    said = [finding.message for finding in check_links({"en/a.md": page}, [], brought={"en/a.md": frozenset()})]
    assert said == [f"there is no anchor #{none} on this page" for none in ("seven", "one-1")]


@pytest.mark.parametrize(("text", "said"), [
    ("[a]({{ x.y }}) ![b]({% c %})", []), ("[a](a{{# no #}}.md)", []), ("[a](b{{# no #}}.md)", ["the page b.md doesn't exist"]),
    ('<a href="{{ x }}">b</a> <img src="{{ y }}" alt="">', []), ("[a]()", ["a link without a target"]),
])
def test_what_a_comment_or_braces_of_another_tool_take_out_is_no_part_of_a_target(text, said):
    assert [finding.message for finding in found_in({"en/a.md": text}, [])] == said


@pytest.mark.parametrize(("text", "said"), [
    ("[`a.b`][]", ["no target is defined for [`a.b`]"]), ("[`a.b`][]\n\n[`a.b`]: #c", []), ("[`a`][] [`b`][]\n\n[`a`]: #c", ["no target is defined for [`b`]"]),
    ("[x][`a`]\n\n[`A`]: #c", []),
])
def test_a_name_of_a_target_may_hold_code(text, said):
    assert [finding.message for finding in found_in({"en/a.md": f"# C {{#c}}\n\n{text}\n"}, [])] == said


@pytest.mark.parametrize(("text", "followed"), [
    ("[a]:\n  page.md", ["page.md"]), ("[a]: page.md \"Title\"", ["page.md"]), ("[a]: <page.md>\n  'Title'", ["page.md"]), ("  [a]: page.md", ["page.md"]),
    ("one of\n[a]:\n\n- b", []), ("[a]: and so on", []), ("[a]:", []), ("[a]:\n\npage.md", []),
])
def test_a_definition_is_one_where_markdown_takes_it_for_one(text, followed):
    assert [link.target for link in links(text)] == followed
    converter = Markdown()
    converter.convert(text)
    assert [target.strip("<>") for target, _ in converter.references.values()] == followed


@pytest.mark.parametrize(("src", "target", "leads"), [
    ("es/b.md", "../../b/#o", True), ("es/b.md", "../../", True), ("es/b.md", "../../index.html", True), ("es/b.md", "../../list.csv", True),
    ("es/b.md", "../c/", True), ("es/b.md", "../../own.csv", True), ("es/b.md", "../suyo.csv", True), ("es/index.md", "../b/", True), ("en/b.md", "../es/b/", True),
    ("en/b.md", "../es/", True), ("en/index.md", "es/c/", True), ("en/b.md", "../own.csv", True), ("en/b.md", "../es/suyo.csv", True), ("en/b.md", "../", True),
    ("es/b.md", "../../en/b/", False), ("en/b.md", "../en/b/", False), ("en/b.md", "../c/", False), ("es/b.md", "../own.csv", False), ("es/b.md", "../b/#x", False),
    ("en/b.md", "../../es/b/", False), ("en/b.md", "../suyo.csv", False), ("es/index.md", "../es/c/", True), ("en/index.md", "../b/", False),
])
def test_html_leads_across_languages_as_the_site_s_addresses_do(src, target, leads):
    """As a browser resolves it, from where a build puts each page: English at the root, Spanish in a folder."""
    from urllib.parse import urljoin

    texts = {f"{code}/{name}.md": "# O {#o}" for code in ("en", "es") for name in ("b", "index")} | {"es/c.md": ""}
    served = {"", "b/", "es/", "es/b/", "es/c/", "list.csv", "own.csv", "es/suyo.csv", "index.html"}
    at = src.removeprefix("en/").removesuffix(".md").removesuffix("index")
    whole = urljoin(f"https://a.example/s/{at}{'/' * (at != '' and not at.endswith('/'))}", target)
    assert leads == (whole.removeprefix("https://a.example/s/").partition("#")[0] in served and not whole.endswith("#x"))
    found = found_in(texts | {src: f"# O {{#o}}\n<a href='{target}'>x</a>"}, ["en/own.csv", "es/suyo.csv"], generated=["list.csv"], rooted="en")
    assert (found == []) == leads, [str(one) for one in found]


@given(st.text("ab.md#[]()!<>\"= \n{}:/\\%ñ", max_size=80))
def test_random_text_is_checked(text):
    check(text)
    for link in links(text):
        assert 0 <= link.start <= len(text)


@pytest.mark.parametrize("around", [
    "Text.\n\n    {}\n", "!!! note \"A\"\n        {}\n", "- item\n\n        {}\n", "> Text.\n>\n>     {}\n", "1. item\n\n    text\n\n        {}\n",
])
@pytest.mark.parametrize("code", [
    "see [x](https://x.org/y#z) or [https://x.org/](https://x.org/)", "![a](nowhere.png)", "[a](gone.md) and [b](#gone)", "ls [opts][b](c)",
    "if a[i](b) in c:", "[b]: gone.md",
])
def test_code_that_is_only_indented_leads_nowhere(around, code):
    extensions = Extensions(["admonition", "attr_list"])
    text = "# T {#t}\n\n" + around.format(code)
    assert "<pre>" in Markdown(extensions=["admonition", "attr_list"]).convert(text), "it is code"
    page = Page("docs/en/a.md", "en", text + "\n\nText [x](lost.md).\n", src="en/a.md", extensions=extensions)
    found = [str(finding) for finding in check_links({"en/a.md": page}, [], brought={"en/a.md": frozenset()})]
    assert len(found) == 1 and "lost.md" in found[0], found
