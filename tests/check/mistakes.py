"""The mistakes that the gate catches, each with the message expected and with what to write instead.

What an author writes is tried on a page of its own, mistake and mend, all pages in one project; what is done to files is
tried in a copy. `gate_page.py` puts this list, with what the gate said, into `docs/*/gate.md`.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from derivations.book import Book
from derivations.new import create
from derivations.project import Project
from derivations.site import fresh
from derivations.text.finding import Finding

PAGE = """---
title: A page
---
# A page {#page}

A layer trains {{= layer.lora }} parameters, {{= layer.ratio(h=4096, r=8) }} of its weights.

## A section {#section}

{{= table("one") }}
"""
SPANISH = """---
title: Una página
---
# Una página {#page}

Una capa entrena {{= layer.lora }} parámetros, el {{= layer.ratio(h=4096, r=8) }} de sus pesos.

## Una sección {#section}

{{= table("one") }}
"""
TABLE = """title = { en = "One", es = "Una" }

[rows]
grid = { r = [1, 8] }
inputs = { h = 768 }

[[columns]]
key = "lora_params"
formula = "layer.lora"
heading = { en = "LoRA", es = "LoRA" }
"""
CONFIG = """site_name: x
nav:
  - Home: page.md
theme: material
markdown_extensions: [attr_list, footnotes, admonition]
plugins:
  - i18n:
      docs_structure: folder
      languages:
        - locale: en
          name: English
          default: true
        - locale: es
          name: Español
          nav_translations:
            Home: Inicio
  - derivations:
      course: derivations.lora.course
"""
FILES = {"docs/en/page.md": PAGE, "docs/es/page.md": SPANISH, "tables/one.toml": TABLE, "mkdocs.yml": CONFIG, "docs/assets/a.png": ""}


@dataclass(frozen=True)
class Mistake:
    """A mistake: what is written, in which language's page (or done to the project), what the gate says, and the mend.

    written  what an author wrote; appended to the pages of `languages` as a paragraph of its own
    message  what the finding says, whole or its beginning
    mend     what to write instead, in each language's page; "PATH: TEXT" says in which page something was missing
    path     the file that the finding names; "PAGE" stands for the page that it was written in
    make     does to the project's folder what can't be written in a page, and `cure` takes it back
    others   what the other languages' pages hold then, where it isn't the same
    course   whether the project is the course that `derive new` writes
    """

    name: str
    written: str
    message: str
    mend: str
    languages: tuple[str, ...] = ("en", "es")
    path: str = "docs/en/PAGE.md"
    others: Mapping[str, str] = field(default_factory=dict)
    course: bool = False
    make: Callable[[Path], None] | None = None
    cure: Callable[[Path], None] | None = None

    def mended(self, language: str) -> str:
        """Give what a language's page holds when all is well."""
        told, _, text = self.mend.partition(": ")
        if told.startswith("docs/") and text:
            return text if told.startswith(f"docs/{language}/") else self.written
        return self.others.get(language, self.mend)


class _Project(Project):
    """A project whose book begins with what the first one of the same course, configuration and tables knows of them."""

    known: ClassVar[dict[tuple[Any, ...], Book]] = {}

    def book(self) -> Book:
        same = (id(self.course), *((self.root / name).read_bytes() for name in ("mkdocs.yml", "tables/one.toml") if (self.root / name).exists()))
        book = Book(self.root, self.course, before=self.known.get(same), **self.configuration.book)
        self.known.setdefault(same, book)                 # which holds its course: no other has its id
        return book


def _replace(file: str, *pairs: tuple[str, str]) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        path = root / file
        text = path.read_text(encoding="utf-8")
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")

    return make


def _write(file: str, text: str | bytes) -> Callable[[Path], None]:
    return lambda root: (root / file).write_bytes(text.encode() if isinstance(text, str) else text) and None


def _remove(file: str) -> Callable[[Path], None]:
    return lambda root: (root / file).unlink()


def _tables(root: Path) -> None:
    project = _Project(root)
    project.write_tables(project.book())


def _confirmed(root: Path) -> None:
    project = _Project(root)
    project.confirm(project.book(), ["page.md#section"])


def _recorded(root: Path) -> None:
    (root / SYNC).unlink()
    project = _Project(root)
    project.fix(project.book())


def _in_course(name: str, file: str, right: str, wrong: str, message: str, *, path: str = "") -> Mistake:
    """A mistake in the course that `derive new` writes: in its module, or in its English words."""
    return Mistake(name, wrong.strip() or f"# {right.strip()}", message, right.strip(), path=path or file, course=True,
                   make=_replace(file, (right, wrong)), cure=_replace(file, (wrong, right)) if wrong else _append(file, right))


def _ungated(name: str, wrong: str, message: str, right: str) -> Mistake:
    """A mistake in the list of pages left out, made beside a page with a numeral."""
    def make(root: Path, listed: str = wrong) -> None:
        for path, text in ((PAGE_EN, PAGE), (PAGE_ES, SPANISH)):
            _write(path.replace("page.md", "old.md"), text.replace("{#page}", "{#old}") + "\n64\n")(root)
        _replace("mkdocs.yml", ("lora.course\n", f"lora.course\n      {listed}\n"))(root)

    return Mistake(name, wrong, message, right, path="mkdocs.yml", make=make, cure=_replace("mkdocs.yml", (wrong, right)))


def _append(file: str, text: str) -> Callable[[Path], None]:
    return lambda root: (root / file).write_text((root / file).read_text(encoding="utf-8") + text, encoding="utf-8") and None


SYNC = "docs/.sync.toml"
MODULE, WORDS = "growth/__init__.py", "growth/words/en.toml"
RETURN = "return K * (1 + i) ** n"
EN, ES = ("en",), ("es",)
PAGE_EN, PAGE_ES, SPANISH_PAGE = "docs/en/page.md", "docs/es/page.md", "docs/es/PAGE.md"
IN_FRONT = "title: A page\n"
USUAL = "title: A usual α, 16\n"
RATIO = "{{= layer.ratio(h=4096, r=8) }}"
UNGATED = "ungated: { old.md: before the course }"
BAND = "{{= square.full(h=384) }}"

MISTAKES = (
    Mistake("misspelt", "{{= layer.lroa }}", "no value is called 'layer.lroa'; nearest: layer.lora", "{{= layer.lora }}"),
    Mistake("undefined", "{{= speed }}", "no value is called 'speed'", "{{= layer.full }}"),
    Mistake("raw-number", "{{= 18874368 }}", "the raw number 18874368 was not derived", "{{= layer.lora(h=4096, r=256) }}"),
    Mistake("raw-text", '{{= "0.29%" }}', "the text '0.29%' was not derived", RATIO),
    Mistake("arithmetic", "{{= layer.lora(h=8, r=1) * 2 }}", "a page names values and does not compute",
            "{{= layer.lora(h=8, r=2) }}"),
    Mistake("arity", "{{= layer.ratio(4096, 8) }}", "layer.ratio takes numbers by the names of its symbols", RATIO),
    Mistake("symbol", "{{= layer.ratio(h=4096, q=8) }}", "layer.ratio has no symbol 'q': it takes h, r", RATIO),
    Mistake("domain", "{{= layer.ratio(h=4096, r=0) }}", "layer.ratio: r must be a positive integer, not 0",
            "{{= layer.ratio(h=4096, r=1) }}"),
    Mistake("zero", "{{= parameters.bytes(n=1/0, bits=8) }}", "division by zero", "{{= parameters.bytes(n=10, bits=8) }}"),
    Mistake("model", '{{= model.lora("lama-7b", r=8) }}', "there is no model 'lama-7b'; nearest: llama-7b",
            '{{= model.lora("llama-7b", r=8) }}'),
    Mistake("no-form", "{{= layer.lora(h=768, r=8) | shrot }}", "there is no form 'shrot'; nearest: short",
            "{{= layer.lora(h=768, r=8) | short }}"),
    Mistake("unfit-form", "{{= layer.lora(h=768, r=8) | MiB }}", "MiB is for a value in byte",
            "{{= adapter.bytes(h=768, L=12, r=8, bits=16) | MiB }}"),
    Mistake("formula-form", "{{= layer.lora | short }}", "layer.lora is a formula: give its symbols numbers",
            "{{= layer.lora(h=768, r=8) | short }}"),
    Mistake("escape", "{{= layer.__class__ }}", "no value is called 'layer.__class__'", "{{= layer.lora }}"),
    Mistake("bound", "{{= percent(1) }}", "no value is called 'percent'",
            "{{% claim layer.ratio(h=4096, r=8) < percent(1) %}}below one percent{{% endclaim %}}"),
    Mistake("other-unit", "{{= parameters.bytes(n=adapter.bytes(h=8, L=1, r=1, bits=16), bits=8) }}",
            "n counts parameter, and this value byte", "{{= parameters.bytes(n=layer.lora(h=8, r=1), bits=8) }}"),
    Mistake("by-model", "{{= exact.embeddings_share }}", "exact.embeddings_share depends on the model",
            '{{= exact.embeddings_share("llama-7b") }}'),
    Mistake("called-twice", "{{= layer.lora(h=8, r=1)(h=8) }}", "only a formula takes numbers", "{{= layer.lora(h=8, r=1) }}"),
    Mistake("worked-formula", "{{= layer.ratio | worked }}", "worked shows a value's evaluation",
            "{{= layer.ratio(h=4096, r=8) | worked }}"),
    Mistake("units", "{{% claim adapter.bytes(h=8, L=1, r=1, bits=16) > layer.lora(h=8, r=1) %}}more{{% endclaim %}}",
            "claim: units differ: byte can't be compared with parameter",
            "{{% claim layer.lora(h=8, r=2) > layer.lora(h=8, r=1) %}}more{{% endclaim %}}"),
    Mistake("false-claim", "{{% claim layer.ratio(h=768, r=8) < percent(1) %}}below one percent{{% endclaim %}}",
            "the claim “below one percent” is false: 1/64 (1.6%) ≥ 1%",
            "{{% claim layer.ratio(h=768, r=8) < percent(2) %}}below two percent{{% endclaim %}}"),
    Mistake("claim-one-language", "{{% claim about(layer.factor(h=4096, r=8)) %}}unas 431 veces{{% endclaim %}}",
            "the claim “unas 431 veces” is false", "{{% claim about(layer.factor(h=4096, r=8)) %}}unas 341 veces{{% endclaim %}}",
            ES, SPANISH_PAGE),
    Mistake("claim-identity", '{{% claim doubles(layer.ratio, "h") %}}doubles{{% endclaim %}}', "the claim “doubles” is false",
            '{{% claim halves(layer.ratio, "h") %}}halves{{% endclaim %}}'),
    Mistake("no-condition", "{{% claim layer.ratio(h=4096, r=8) %}}small{{% endclaim %}}", "claim: a claim needs a condition",
            "{{% claim layer.ratio(h=4096, r=8) < percent(1) %}}small{{% endclaim %}}"),
    Mistake("no-test", '{{% claim duobles(layer.lora, "r") %}}doubles{{% endclaim %}}', "claim: there is no test 'duobles'",
            '{{% claim doubles(layer.lora, "r") %}}doubles{{% endclaim %}}'),
    Mistake("nothing-derived", "{{% claim 1 < 2 %}}less{{% endclaim %}}", "claim: a condition compares derived values",
            "{{% claim layer.lora(h=8, r=1) < layer.lora(h=8, r=2) %}}less{{% endclaim %}}"),
    Mistake("no-numeral", "{{% claim about(layer.factor(h=4096, r=8)) %}}many times{{% endclaim %}}",
            "about(x) needs one numeral in the claim's words, not 0",
            "{{% claim about(layer.factor(h=4096, r=8)) %}}341 times{{% endclaim %}}", EN,
            others={"es": "{{% claim about(layer.factor(h=4096, r=8)) %}}341 veces{{% endclaim %}}"}),
    Mistake("open-hole", "{{= layer.lora", "the hole opened by {{= is never closed: write }}", "{{= layer.lora }}"),
    Mistake("open-comment", "{{# later", "the comment opened by {{# is never closed: write #}}", "{{# later #}}"),
    Mistake("open-claim", "{{% claim layer.lora(h=8, r=1) < layer.lora(h=9, r=1) %}}more", "{{% claim … %}} is never closed",
            "{{% claim layer.lora(h=8, r=1) < layer.lora(h=9, r=1) %}}more{{% endclaim %}}"),
    Mistake("tag", "{{% if x %}}", "there is no tag 'if': block tags are claim, example and raw",
            "{{% raw %}}{{% if x %}}{{% endraw %}}"),
    Mistake("jinja", "{{ layer.lora }}", "{{ layer.lora }} is not a hole: write {{= … }}", "{{= layer.lora }}"),
    Mistake("block", '{{= table("tow") }}', "there is no table 'tow'", '{{= table("one") }}'),
    Mistake("block-form", '{{= table("one") | short }}', "a block takes no form", '{{= table("one") }}'),
    Mistake("no-expression", "{{= layer.lora(h=8 }}", "this is not an expression", "{{= layer.lora }}"),
    Mistake("empty-hole", "{{= }}", "the hole is empty: name a value", "{{= layer.lora }}"),
    Mistake("other-math", r"\(r\)", r"\( begins no formula here: write $…$", "$r$"),
    Mistake("open-math", "$$ r", "the formula opened by $$ is never closed in its paragraph", "$$ r $$"),
    Mistake("numeral", "There are 147456 of them.", "the numeral 147456 is not derived", f"There are {BAND} of them."),
    Mistake("numeral-hint", "It trains 0.29% of them.", "the numeral 0.29% is not derived (write {{= layer.ratio(h=4096, r=8) }}",
            f"It trains {RATIO} of them."),
    Mistake("numeral-heading", "## At 64 ranks {#at}", "the numeral 64 is not derived", "## At {{= given.r(r=64) }} ranks {#at}"),
    Mistake("numeral-alt", "![A plot of 64 ranks](../assets/a.png)", "the numeral 64 is not derived",
            "![A plot of {{= given.r(r=64) }} ranks](../assets/a.png)"),
    Mistake("numeral-tex", "$18rh$", "the numeral 18 is not derived", "${{= layer.lora }}$"),
    Mistake("numeral-table", "| ranks |\n|---|\n| 64 |", "the numeral 64 is not derived",
            "| ranks |\n|---|\n| {{= given.r(r=64) }} |"),
    Mistake("numeral-admonition", '!!! note "At 64 ranks"\n    Text.', "the numeral 64 is not derived",
            '!!! note "At {{= given.r(r=64) }} ranks"\n    Text.'),
    Mistake("numeral-word", "about six million of them", "the numeral six million is not derived",
            "{{% claim about(layer.lora(h=4096, r=81)) %}}about six million{{% endclaim %}} of them", EN,
            others={"es": "{{% claim about(layer.lora(h=4096, r=81)) %}}unos seis millones{{% endclaim %}}"}),
    Mistake("numeral-front", "title: 64 pages", "the numeral 64 is not derived", "title: Many pages", path=PAGE_EN,
            make=_replace(PAGE_EN, (IN_FRONT, "title: 64 pages\n")),
            cure=_replace(PAGE_EN, ("title: 64 pages", "title: Many pages"))),
    Mistake("sign-before", "It changes by −{{= mlp.lora(h=64, r=8) }}.", "− beside a value makes another number of it",
            "It changes by {{= mlp.lora(h=64, r=8) | signed }}.", EN, others={"es": "Cambia en {{= mlp.lora(h=64, r=8) | signed }}."}),
    Mistake("run-together", "{{= layer.lora(h=64, r=8) }}{{= layer.full(h=64) }}", "two values run together",
            "{{= layer.lora(h=64, r=8) }} beside {{= layer.full(h=64) }}", EN,
            others={"es": "{{= layer.lora(h=64, r=8) }} junto a {{= layer.full(h=64) }}"}),
    Mistake("point-in-spanish", "El 0.29 % de los pesos.", "0.29: Spanish takes a comma as decimal sign",
            f"El {RATIO} de los pesos.", ES, SPANISH_PAGE),
    Mistake("grouping-in-spanish", "Son 18,874,368 parámetros.", "18,874,368: Spanish groups digits by",
            "Son {{= layer.lora(h=4096, r=256) }} parámetros.", ES, SPANISH_PAGE),
    Mistake("billon", "Son 6,44 billones de pesos.", "the numeral 6,44 billones is not derived",
            'Son {{= model.full("llama-7b") | short }} de pesos.', ES, SPANISH_PAGE),
    Mistake("banned-word", "Los parametros del modelo.", "the glossary bans “parametros”: the accent is missing",
            "Los parámetros del modelo.", ES, SPANISH_PAGE),
    Mistake("value-missing", "Además, {{= mlp.lora }}.", "the value mlp.lora is bound here",
            "docs/en/page.md: Also, {{= mlp.lora }}.", ES, SPANISH_PAGE),
    Mistake("block-missing", '{{= derivation("layer.ratio") }}', 'the block derivation("layer.ratio") stands here',
            'docs/es/page.md: {{= derivation("layer.ratio") }}', EN),
    Mistake("link-missing", "[La sección](#section)", "the link to #section stands here",
            "docs/en/page.md: [The section](#section)", ES, SPANISH_PAGE),
    Mistake("heading-differs", "## Más {#mas}", "the heading #mas has no counterpart", "docs/en/page.md: ## More {#mas}", ES,
            SPANISH_PAGE),
    Mistake("level-differs", "### Más {#mas}", "the heading #mas is of level 3",
            "## Más {#mas}", ES, SPANISH_PAGE, others={"en": "## More {#mas}"}),
    Mistake("no-id", "## More", "a heading needs an explicit id", "## More {#more}"),
    Mistake("same-id", "## More {#section}", "the heading id 'section' is used twice on this page", "## More {#more}"),
    Mistake("missing-page", "[a](pgae.md)", "the page pgae.md doesn't exist", "[a](page.md)"),
    Mistake("missing-anchor", "[a](#sectoin)", "there is no anchor #sectoin on this page (nearest: #section)", "[a](#section)"),
    Mistake("other-host", "![a](https://example.org/a.png)", "the picture https://example.org/a.png is on another host",
            "![a](../assets/a.png)"),
    Mistake("no-words", "![](../assets/a.png)", "the picture ../assets/a.png has no words", "![A pair](../assets/a.png)"),
    Mistake("no-spanish", "rm docs/es/page.md", "the page has no counterpart: docs/es/page.md doesn't exist",
            "docs/es/page.md: # Una página {#page} …", path=PAGE_EN, make=_remove(PAGE_ES), cure=_write(PAGE_ES, SPANISH)),
    Mistake("box", "!!! aside\n    Text.", "the box has no title, and no word stands for ‘aside’",
            '!!! aside "Beside this"\n    Text.'),
    Mistake("list", "3. One.\n4. Two.", "Markdown prints this list from 1 on", "1. One.\n2. Two."),
    Mistake("note", "Text[^a].", "the note ^a has no text", "Text[^a].\n\n[^a]: More."),
    Mistake("no-call", "[^a]: More.", "nothing on this page calls the note ^a", "Text[^a].\n\n[^a]: More."),
    Mistake("two-notes", "Text[^a].\n\n[^a]: More.\n\n[^a]: Less.", "the note ^a is defined twice: only the last is printed",
            "Text[^a], text[^b].\n\n[^a]: More.\n\n[^b]: Less."),
    Mistake("html", "<canvas></canvas>", "the numeral check can't read <canvas>: it is drawn by a script", '{{= table("one") }}'),
    Mistake("nav", "nav_translations: {}", "the title ‘Home’ has no translation", "nav_translations: { Home: Inicio }",
            path="mkdocs.yml", make=_replace("mkdocs.yml", ("            Home: Inicio\n", "            Start: Inicio\n")),
            cure=_replace("mkdocs.yml", ("Start: Inicio", "Home: Inicio"))),
    Mistake("stale-csv", "lora_params\n110593", "stale: it is not what the table derives to", "derive tables",
            path="tables/one.csv", make=_replace("tables/one.csv", ("110592", "110593")), cure=_tables),
    Mistake("table-formula", 'formula = "layer.lorra"', "'layer.lorra' is no formula; nearest: layer.lora",
            'formula = "layer.lora"', path="tables/one.toml", make=_replace("tables/one.toml", ('"layer.lora"', '"layer.lorra"')),
            cure=_write("tables/one.toml", TABLE)),
    Mistake("table-key", 'heding = { en = "LoRA" }', "'heding' means nothing in a column; nearest: heading",
            'heading = { en = "LoRA", es = "LoRA" }', path="tables/one.toml",
            make=_replace("tables/one.toml", ("heading", "heding")), cure=_write("tables/one.toml", TABLE)),
    Mistake("table-silent", 'heading = { en = "LoRA" }', "the heading of 'lora_params' has no text in es",
            'heading = { en = "LoRA", es = "LoRA" }', path="tables/one.toml",
            make=_replace("tables/one.toml", (', es = "LoRA"', "")), cure=_write("tables/one.toml", TABLE)),
    Mistake("unused-literal", 'literals: { "16": a usual α }', "the literal '16' covers no numeral here",
            "title: A usual α, 16", path=PAGE_EN,
            make=_write(PAGE_EN, PAGE.replace(IN_FRONT, IN_FRONT + 'literals: { "16": a usual α }\n')),
            cure=_write(PAGE_EN, PAGE.replace(IN_FRONT, USUAL + 'literals: { "16": a usual α }\n'))),
    Mistake("no-reason", 'literals: ["16"]', "the literal '16' has no reason", 'literals: { "16": a usual α }', path=PAGE_EN,
            make=_write(PAGE_EN, PAGE.replace(IN_FRONT, USUAL + 'literals: ["16"]\n')),
            cure=_write(PAGE_EN, PAGE.replace(IN_FRONT, USUAL + 'literals: { "16": a usual α }\n'))),
    _ungated("ungated-nothing", "ungated: { olds.md: before the course }", "no page is called 'olds.md'", UNGATED),
    _ungated("ungated-reasonless", "ungated: [old.md]", "the ungated pages 'old.md' have no reason", UNGATED),
    _ungated("ungated-needless", "ungated: { old.md: before the course, page.md: too }",
             "nothing would be found in the pages 'page.md'", UNGATED),
    Mistake("front-matter", "title: {{= layer.lora }}", "front matter is not YAML", 'title: "{{= layer.lora }}"', path=PAGE_EN,
            make=_replace(PAGE_EN, (IN_FRONT, "title: {{= layer.lora }}\n")),
            cure=lambda root: [_replace(path, (old, 'title: "{{= layer.lora }}"\n'))(root) for path, old in (
                (PAGE_EN, "title: {{= layer.lora }}\n"), (PAGE_ES, "title: Una página\n"))] and None),
    Mistake("nowhere", "docs/note.md", "the page lies in no language's folder", "exclude_docs: note.md", path="docs/note.md",
            make=_write("docs/note.md", "# A note {#note}\n"),
            cure=_replace("mkdocs.yml", ("site_name: x\n", "site_name: x\nexclude_docs: note.md\n"))),
    Mistake("encoding", "latin-1", "the file is not UTF-8", "utf-8", path=PAGE_EN,
            make=_write(PAGE_EN, PAGE.replace("A page", "Página").encode("latin-1")), cure=_write(PAGE_EN, PAGE)),
    Mistake("behind", "Words that only one language has.", "the section page.md#section is behind",
            "derive check --confirm page.md#section", path=PAGE_ES,
            make=_write(PAGE_EN, PAGE + "\nWords that only one language has.\n"), cure=_confirmed),
    Mistake("records", '"page.md" = { en = "1" }', "the record 'page.md' can't be read", "derive check --fix",
            path=SYNC, make=_write(SYNC, '"page.md" = { en = "1" }\n'), cure=_recorded),
    _in_course("unlike", MODULE, RETURN, f"{RETURN} + n", "growth.balance: euro and year can't be added"),
    _in_course("asked", MODULE, RETURN, "return K if n > 3 else n", "growth.balance: its function can't be worked out with symbols"),
    _in_course("float", MODULE, RETURN, "return K * 1.05 ** n", "growth.balance: 1.05 is a float; write Fraction(21, 20)"),
    _in_course("slip", MODULE, '"n": 3}', '"n": 1}', "drill three-years: the slip 'simple' would pass for the answer",
               path="docs/en/practice.md"),
    _in_course("no-symbol", WORDS, '"symbol.K" = "capital"\n', "", "'symbol.K' has no words in en", path="growth/words/es.toml"),
    _in_course("no-noun", WORDS, '"unit.year" = "year | years"\n', "", "the course's words have no noun 'year'",
               path="docs/en/index.md"),
    _in_course("silent-reason", WORDS, '"reason.definition" = "each year multiplies by the same factor"\n', "",
               "words/en.toml has no 'reason.definition'", path="docs/en/index.md"),
    _in_course("noun", WORDS, '"euro | euros"', '"euro"', "unit.euro: 'euro' isn't of the shape", path="docs/en/index.md"),
    _in_course("no-such-word", WORDS, '"symbol.K"', '"simbol.K"', "'simbol.K' names nothing; nearest: symbol.K"),
)


@dataclass(frozen=True)
class Tried:
    """What the gate said of a mistake, whole, with the line, and what it said of the mend."""

    said: Sequence[Finding]
    after: Sequence[Finding]

    def of(self, mistake: Mistake) -> list[Finding]:
        """Give the findings that name the mistake where it was made."""
        path = mistake.path.replace("PAGE", mistake.name)
        return [one for one in self.said if one.path == path and mistake.message in text_of(one)]


def text_of(finding: Finding) -> str:
    """Give what a finding says, without its place."""
    return finding.message + (f" ({finding.hint})" if finding.hint else "")


def try_all(root: Path) -> dict[str, Tried]:
    """Make every mistake and mend it, in projects below `root`; give what the gate said, by the mistake's name."""
    first = root / "written"
    for name, text in FILES.items():
        (first / name).parent.mkdir(parents=True, exist_ok=True)
        (first / name).write_text(text, encoding="utf-8")
    project = _Project(first)
    project.fix(project.book())
    apart = [one for one in MISTAKES if one.make is not None]
    created = root / "created"
    create(created, [])
    growth = _Project(created)
    growth.fix(growth.book())
    _forget(created)
    for one in apart:
        shutil.copytree(created if one.course else first, root / one.name)
    pages = {"en": PAGE, "es": SPANISH}
    for one in MISTAKES:
        for language, page in pages.items() if one.make is None else ():
            folder = first / "docs" / language
            wrong = f"\n{one.written}\n" if language in one.languages else ""
            if one.name == "level-differs" and language == "en":
                wrong = f"\n{one.others[language]}\n"
            (folder / f"{one.name}.md").write_text(page + wrong, encoding="utf-8")
            (folder / f"{one.name}-mended.md").write_text(f"{page}\n{one.mended(language)}\n", encoding="utf-8")
    written = project.book()
    tried = {}
    for one in MISTAKES:
        stems = {one.name: [], f"{one.name}-mended": []}
        for finding in written.findings:
            stems.setdefault(Path(finding.path).stem, []).append(finding)
        tried[one.name] = Tried(stems[one.name], stems[f"{one.name}-mended"])
    for one in apart:
        made = root / one.name
        one.make(made)
        wrong = _findings(made)
        fresh.forget("growth")
        one.cure(made)
        tried[one.name] = Tried(wrong, _findings(made))
        _forget(made)
    return tried


def _forget(root: Path) -> None:
    """Let a project's course be no longer loaded, nor found."""
    fresh.forget("growth")
    sys.path[:] = [place for place in sys.path if place != str(root)]


def _findings(root: Path) -> list[Finding]:
    """Give what is found in a project."""
    project = _Project(root)
    book = project.book()
    return [*book.findings, *project.findings(book)]
