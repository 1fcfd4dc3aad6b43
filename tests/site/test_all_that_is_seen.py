"""Whatever a reader can see of a built site was read by the gate: it is a word of a text, a value, or the frame's own."""

import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import material
import pytest
import yaml
from fields import COURSE

from derivations.language.words import interface_words

WORD = re.compile(r"[^\W\d_]+|\d+")
SAID = ("alt", "title", "aria-label", "aria-description", "placeholder", "summary", "label")
UNSEEN = {"script", "style", "template", "head"}
MATERIAL = Path(material.__file__).parent / "templates"


class Visible(HTMLParser):
    """Collects what can be seen, or heard, of a page: text, and attributes that are said; and its title."""

    def __init__(self, page):
        super().__init__()
        self.runs, self.open = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag not in ("br", "hr", "img", "input", "link", "meta", "source", "wbr"):
            self.open.append(tag)
        self.runs += [value for name, value in attrs if name in SAID and value]
        said = dict(attrs)
        if tag == "meta" and (said.get("name") == "description" or said.get("property") in ("og:title", "og:description")):
            self.runs.append(said.get("content", ""))

    def handle_endtag(self, tag):
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data):
        if "title" in self.open or not UNSEEN.intersection(self.open):
            self.runs.append(data)


def words(text):
    return {word.lower() for word in WORD.findall(html.unescape(text))}


def allowed(project, code):
    """The words of all that the gate reads, or that the engine and the theme say, in one language."""
    texts = [*COURSE.words[code].values(), *interface_words(code).values(), COURSE.models["pitch"].label]
    texts += [path.read_text("utf-8") for path in (project.root / "docs" / code).rglob("*.md")]
    texts += [path.read_text("utf-8") for path in (project.root / "tables").glob("*.toml")]
    texts += [yaml.safe_dump(yaml.load((project.root / "mkdocs.yml").read_text("utf-8"), yaml.BaseLoader), allow_unicode=True)]
    texts += [(MATERIAL / "partials" / "languages" / f"{one}.html").read_text("utf-8") for one in {"en", code}]
    texts += [interface_words(other)["language.here"] for other in COURSE.languages]         # on the switch between them
    texts += ["Material for MkDocs", "CSV JSON", COURSE.models["pitch"].source, *COURSE.formulas]
    texts += [formula.source for formula in COURSE.formulas.values()]
    return set().union(*map(words, texts))


def values(project, code):
    """The digits of all that was derived: what the pages print, and what the tables and formulas are made of."""
    site = project.site
    texts = [(site / "ledger.json").read_text("utf-8"), *(path.read_text("utf-8") for path in (site / "tables").glob("*"))]
    for path in site.rglob("where/*.js"):
        data = json.loads(path.read_text("utf-8").removeprefix("derivations.given=").rstrip(";\n"))
        texts.append(json.dumps(data["opened"], ensure_ascii=False))
    return set().union(*map(words, texts))


def strange(project, code, page):
    known, derived = allowed(project, code), values(project, code)
    found = []
    for run in Visible(page).runs:
        for word in words(run):
            if word not in known and word not in derived:
                found.append((word, " ".join(run.split())))
    return found


@pytest.mark.parametrize(("code", "name"), [("en", "index.html"), ("es", "es/index.html")])
def test_each_run_of_visible_characters_was_read_or_derived(built, code, name):
    assert strange(built, code, built.page(name)) == []


@pytest.mark.parametrize("planted", [
    "<p>Planted</p>", "<p>147456</p>", '<img alt="147456">', '<a title="sembrado" href="#"></a>', '<p>Half of 37</p>',
    '<meta name="description" content="147456 trained">',
])
def test_what_nobody_read_is_found_wherever_it_stands(built, planted):
    page = built.page("index.html").replace("</main>", f"{planted}</main>")
    assert strange(built, "en", page)
