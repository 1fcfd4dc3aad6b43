"""The mistakes that the gate catches: each is made in a small project of its own, and named by the message expected.

`docs/*/gate.md` shows this list to readers, and a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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
markdown_extensions: [attr_list]
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
FILES = {"docs/en/page.md": PAGE, "docs/es/page.md": SPANISH, "tables/one.toml": TABLE, "mkdocs.yml": CONFIG}


@dataclass(frozen=True)
class Mistake:
    """A mistake: what is written, in which language's page (or done to the project), and what the gate says.

    written  what an author wrote; appended to the pages of `languages` as a paragraph of its own
    make     does to the project's folder what can't be written in a page
    path     the file that the finding names
    message  what the finding says, whole or its beginning
    """

    name: str
    written: str
    message: str
    languages: tuple[str, ...] = ("en", "es")
    path: str = "docs/en/page.md"
    make: Callable[[Path], None] | None = None


def _replace(file: str, old: str, new: str) -> Callable[[Path], None]:
    def make(root: Path) -> None:
        path = root / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return make


def _remove(file: str) -> Callable[[Path], None]:
    return lambda root: (root / file).unlink()


def _not_utf8(root: Path) -> None:
    (root / "docs/en/page.md").write_bytes(b"# \xff {#page}\n")


ES = ("es",)
EN = ("en",)
SPANISH_PAGE = "docs/es/page.md"
IN_FRONT = "title: A page\n"

MISTAKES = (
    Mistake("misspelt", "{{= layer.lroa }}", "no value is called 'layer.lroa'; nearest: layer.lora"),
    Mistake("undefined", "{{= speed }}", "no value is called 'speed'"),
    Mistake("raw-number", "{{= 18874368 }}", "the raw number 18874368 was not derived"),
    Mistake("raw-text", '{{= "0.29%" }}', "the text '0.29%' was not derived"),
    Mistake("arithmetic", "{{= layer.lora(h=8, r=1) * 2 }}", "a page names values and does not compute"),
    Mistake("arity", "{{= layer.ratio(4096, 8) }}", "layer.ratio takes numbers by the names of its symbols"),
    Mistake("symbol", "{{= layer.ratio(h=4096, q=8) }}", "layer.ratio has no symbol 'q': it takes h, r"),
    Mistake("domain", "{{= layer.ratio(h=4096, r=0) }}", "layer.ratio: r must be a positive integer, not 0"),
    Mistake("zero", "{{= parameters.bytes(n=1/0, bits=8) }}", "division by zero"),
    Mistake("model", '{{= model.lora("lama-7b", r=8) }}', "there is no model 'lama-7b'; nearest: llama-7b"),
    Mistake("no-form", "{{= layer.lora(h=768, r=8) | shrot }}", "there is no form 'shrot'; nearest: short"),
    Mistake("unfit-form", "{{= layer.lora(h=768, r=8) | MiB }}", "MiB is for a value in byte"),
    Mistake("formula-form", "{{= layer.lora | short }}", "layer.lora is a formula: give its symbols numbers"),
    Mistake("escape", "{{= layer.__class__ }}", "no value is called 'layer.__class__'"),
    Mistake("bound", "{{= percent(1) }}", "no value is called 'percent'"),
    Mistake("units", "{{% claim adapter.bytes(h=8, L=1, r=1, bits=16) > layer.lora(h=8, r=1) %}}more{{% endclaim %}}",
            "claim: units differ: byte can't be compared with parameter"),
    Mistake("false-claim", "{{% claim layer.ratio(h=768, r=8) < percent(1) %}}below one percent{{% endclaim %}}",
            "the claim “below one percent” is false: 1/64 (1.6%) < 1%"),
    Mistake("claim-one-language", "{{% claim about(layer.factor(h=4096, r=8)) %}}unas 431 veces{{% endclaim %}}",
            "the claim “unas 431 veces” is false", ES, SPANISH_PAGE),
    Mistake("claim-identity", '{{% claim doubles(layer.ratio, "h") %}}doubles{{% endclaim %}}',
            "the claim “doubles” is false"),
    Mistake("open-hole", "{{= layer.lora", "the hole opened by {{= is never closed: write }}"),
    Mistake("open-comment", "{{# later", "the comment opened by {{# is never closed: write #}}"),
    Mistake("open-claim", "{{% claim layer.lora(h=8, r=1) < layer.lora(h=9, r=1) %}}more", "is never closed"),
    Mistake("tag", "{{% if x %}}", "there is no tag 'if': block tags are claim, example and raw"),
    Mistake("jinja", "{{ layer.lora }}", "{{ layer.lora }} is not a hole: write {{= … }}"),
    Mistake("block", '{{= table("tow") }}', "there is no table 'tow'"),
    Mistake("numeral", "A layer has 147456 of them.", "the numeral 147456 is not derived"),
    Mistake("numeral-hint", "It trains 0.29% of them.", "the numeral 0.29% is not derived (write {{= layer.ratio(h=4096, r=8) }}"),
    Mistake("numeral-heading", "## At 64 ranks {#at}", "the numeral 64 is not derived"),
    Mistake("numeral-alt", "![A plot of 64 ranks](page.md)", "the numeral 64 is not derived"),
    Mistake("numeral-tex", "$18rh$", "the numeral 18 is not derived"),
    Mistake("numeral-table", "| ranks |\n|---|\n| 64 |", "the numeral 64 is not derived"),
    Mistake("numeral-admonition", '!!! note "In 64 steps"\n    Text.', "the numeral 64 is not derived"),
    Mistake("numeral-word", "about six million of them", "the numeral six million is not derived"),
    Mistake("numeral-front", "title: 64 pages", "the numeral 64 is not derived",
            make=_replace("docs/en/page.md", IN_FRONT, "title: 64 pages\n")),
    Mistake("point-in-spanish", "El 0.29 % de los pesos.", "0.29", ES, SPANISH_PAGE),
    Mistake("grouping-in-spanish", "Son 18,874,368 parámetros.", "18,874,368", ES, SPANISH_PAGE),
    Mistake("billon", "Son 6,44 billones de pesos.", "bill", ES, SPANISH_PAGE),
    Mistake("banned-word", "Los parametros del modelo.", "the glossary bans “parametros”: the accent is missing", ES,
            SPANISH_PAGE),
    Mistake("value-missing", "Además, {{= mlp.lora }}.", "the value mlp.lora is bound here", ES, SPANISH_PAGE),
    Mistake("block-missing", '{{= derivation("layer.ratio") }}', "the block derivation(\"layer.ratio\") stands here", EN),
    Mistake("link-missing", "[La sección](#section)", "the link to #section stands here", ES, SPANISH_PAGE),
    Mistake("heading-differs", "## Más {#mas}", "mas", ES, SPANISH_PAGE),
    Mistake("no-id", "## More", "a heading needs an explicit id"),
    Mistake("same-id", "## More {#section}", "the heading id 'section' is used twice on this page"),
    Mistake("missing-page", "[a](mising.md)", "the page mising.md doesn't exist"),
    Mistake("missing-anchor", "[a](#sectoin)", "there is no anchor #sectoin on this page (nearest: #section)"),
    Mistake("other-host", "![a](https://example.org/a.png)", "the picture https://example.org/a.png is on another host"),
    Mistake("no-spanish", "rm docs/es/page.md", "the page has no counterpart: docs/es/page.md doesn't exist",
            make=_remove("docs/es/page.md")),
    Mistake("nav", "nav_translations: {}", "the title ‘Home’ has no translation", path="mkdocs.yml",
            make=_replace("mkdocs.yml", "            Home: Inicio\n", "            Start: Inicio\n")),
    Mistake("stale-csv", "lora_params\n110593", "stale: it is not what the table derives to", path="tables/one.csv",
            make=_replace("tables/one.csv", "110592", "110593")),
    Mistake("table-formula", 'formula = "layer.lorra"', "'layer.lorra' is no formula; nearest: layer.lora",
            path="tables/one.toml", make=_replace("tables/one.toml", '"layer.lora"', '"layer.lorra"')),
    Mistake("table-key", 'heding = { en = "LoRA" }', "'heding' means nothing in a column; nearest: heading",
            path="tables/one.toml", make=_replace("tables/one.toml", "heading", "heding")),
    Mistake("unused-literal", 'literals: { "16": a usual α }', "the literal '16' covers no numeral here",
            make=_replace("docs/en/page.md", IN_FRONT, IN_FRONT + 'literals:\n  "16": a usual α\n')),
    Mistake("no-reason", 'literals: ["16"]', "the literal '16' has no reason",
            make=_replace("docs/en/page.md", IN_FRONT, IN_FRONT + 'literals: ["16"]\n')),
    Mistake("front-matter", "title: {{= layer.lora }}", "front matter is not YAML",
            make=_replace("docs/en/page.md", IN_FRONT, "title: {{= layer.lora }}\n")),
    Mistake("encoding", "latin-1", "the file is not UTF-8", make=_not_utf8),
    Mistake("behind", "Words that only one language has.", "the section page.md#section is behind", EN, SPANISH_PAGE),
)
