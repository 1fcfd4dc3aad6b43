"""The page about the source, in both languages: every figure that isn't right is there, under its verdict."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from derivations.language import language
from derivations.lora.source import STATEMENTS

ROOT = Path(__file__).parents[2]
FAULTY = [id_ for id_, statement in STATEMENTS.items() if statement.verdict in (
    "wrong", "wrong unit", "rounds wrongly", "misleading", "true with a caveat")]
SECTIONS = list(dict.fromkeys(statement.section for statement in STATEMENTS.values()))
_STATED = re.compile(r'\{\{= stated\("([\w-]+)"\) \}\}')


@cache
def sections(code: str) -> dict[str, str]:
    """Give the page's sections by heading id."""
    page = (ROOT / "docs" / code / "source.md").read_text(encoding="utf-8")
    parts = re.split(r"^## .* \{#([\w-]+)\}$", page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@cache
def entries(code: str) -> dict[str, tuple[str, str, str]]:
    """Give by id of a figure: the section, the verdict in bold, and the text of its entry."""
    found = {}
    for section, text in sections(code).items():
        for entry in re.split(r"^- ", text, flags=re.MULTILINE)[1:]:
            head, bold, rest = entry.partition(": **")
            verdict, _, words = rest.partition(".**")
            assert bold, entry
            found |= {id_: (section, verdict, words.split("\n\n")[0]) for id_ in _STATED.findall(head)}
    return found


@pytest.mark.parametrize("code", ["en", "es"])
def test_sections_are_the_document_s(code: str) -> None:
    assert list(sections(code)) == SECTIONS
    for section, text in sections(code).items():
        assert f'{{{{= statements("{section}") }}}}' in text


@pytest.mark.parametrize("code", ["en", "es"])
def test_exactly_the_faulty_figures_have_an_entry(code: str) -> None:
    assert set(entries(code)) == set(FAULTY)


@pytest.mark.parametrize("code", ["en", "es"])
@pytest.mark.parametrize("id_", FAULTY)
def test_an_entry_says_the_verdict_and_what_is_derived(id_: str, code: str) -> None:
    section, verdict, words = entries(code)[id_]
    statement = STATEMENTS[id_]
    assert section == statement.section
    assert verdict == language(code).word(f"verdict.{statement.verdict}")
    if statement.formula:
        assert re.search(rf"\{{\{{[=%][^}}]*?\b{re.escape(statement.formula)}\b", words)
