"""The course, gathered: symbols, units, formulas, models, drills, plots, the source's figures, and their words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from derivations.course import Course, Glossary, Model, source_pieces
from derivations.exact import ByModel, Formula
from derivations.lora import (
    budget,
    capacity,
    compute,
    drills,
    embeddings,
    families,
    first_step,
    given,
    initialization,
    layer,
    linear,
    memory,
    plots,
    published,
    quantized,
    scaling,
    slips,
    source,
    storage,
    stretched,
)
from derivations.lora.blocks import calculator
from derivations.lora.symbols import BITS, BYTES, PARAMETERS, SYMBOLS
from derivations.places import Placed, read_toml

WORDS = Path(__file__).with_name("words")
GLOSSARY = Path(__file__).with_name("glossary.toml")

TEXTBOOK_MODELS = (
    Model("minigpt", "MiniGPT", {"h": 768, "L": 12}, "the source document: the shape of GPT-2 small’s blocks"),
    Model("llama-70b", "Llama 2 70B", {"h": 8192, "L": 80},
          "Touvron et al. 2023 (arXiv 2307.09288): Llama 2 70B’s width and depth, in the textbook’s shape"),
)
"""Sizes that the textbook layer is evaluated at besides those of the catalogue's real models."""


def _flat(table: Mapping[str, Any], stem: str = "") -> Iterator[tuple[str, str]]:
    """Join the keys of nested tables with dots."""
    for key, entry in table.items():
        name = f"{stem}.{key}" if stem else key
        if isinstance(entry, Mapping):
            yield from _flat(entry, name)
        else:
            yield name, entry


def _patterns(texts: Mapping[str, str]) -> list[tuple[re.Pattern[str], str]]:
    """Read the patterns `each.…` of a language, with the words of each; a * is a stretch without a dot."""
    return [(re.compile(re.escape(key.removeprefix("each.")).replace(r"\*", r"([^.]+)")), text)
            for key, text in texts.items() if key.startswith("each.")]


def _for_each(patterns: Iterable[tuple[re.Pattern[str], str]], texts: Mapping[str, str], name: str) -> str | None:
    """Give the words of the pattern that fits a name, its holes filled; None where no pattern fits.

    `each.formula.memory.*.weight` fits `formula.memory.mixed.weight`; {1} is then `part.mixed` (or `symbol.mixed`), and
    {0} what the first * stands for, as it is.
    """
    for pattern, text in patterns:
        if found := pattern.fullmatch(name):
            caught = found.groups()
            known = [texts.get(f"part.{part}", texts.get(f"symbol.{part}")) for part in caught]
            if all(words is not None or f"{{{number}}}" not in text for number, words in enumerate(known, 1)):
                said = text.format(caught[0], *known)
                return text.saying(said) if isinstance(text, Placed) else said
    return None


def read_words(formulas: Mapping[str, Formula | ByModel]) -> dict[str, Mapping[str, str]]:
    """Read the course's words; formulas and sources without words of their own take a pattern's.

    A file's name ends in its language: en.toml, and beside it plots.en.toml for the figures.
    """
    read: dict[str, dict[str, str]] = {}
    for file in sorted(WORDS.glob("*.toml")):
        found = read_toml(file, f"derivations/lora/words/{file.name}").data
        texts = {key: entry for key, entry in found.items() if key != "literals"}
        read.setdefault(file.stem.rpartition(".")[2], {}).update(_flat(texts))
    sources = (formula.source for formula in formulas.values() if isinstance(formula, Formula))
    pieces = dict.fromkeys(piece for source in sources for piece in source_pieces(source))
    wanted = [*(f"formula.{name}" for name in formulas), *(f"source.{piece}" for piece in pieces)]
    words: dict[str, Mapping[str, str]] = {}
    for language, texts in read.items():
        patterns = _patterns(texts)
        missing = [key for key in wanted if key not in texts]
        filled = {key: text for key in missing if (text := _for_each(patterns, texts, key)) is not None}
        words[language] = {**texts, **filled}
    return words


_formulas: dict[str, Formula | ByModel] = {
    formula.name: formula
    for module in (given, linear, stretched, layer, embeddings, storage, budget, scaling, initialization, capacity,
                   memory, quantized, first_step, compute, published, slips, families)
    for formula in module.FORMULAS
}

COURSE = Course(
    name="lora",
    languages=("en", "es"),
    symbols={symbol.name: symbol for symbol in SYMBOLS},
    units=(PARAMETERS, BYTES, BITS),
    formulas=_formulas,
    words=read_words(_formulas),
    models={**{model.name: model for model in TEXTBOOK_MODELS}, **families.MODELS},
    drills={drill.name: drill for drill in drills.DRILLS},
    plots={plot.name: plot for plot in plots.PLOTS},
    inks=plots.INKS,
    blocks=(calculator.BLOCK,),
    statements=source.STATEMENTS,
    glossary=Glossary("derivations/lora/glossary.toml", GLOSSARY.read_text(encoding="utf-8")),
)
