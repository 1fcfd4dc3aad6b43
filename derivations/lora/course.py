"""The course, gathered: symbols, units, formulas, models, drills, plots, the source's figures, and their words."""

from __future__ import annotations

import tomllib
from pathlib import Path

from derivations.course import Course, Glossary, Model
from derivations.lora import drills, families, plots, source
from derivations.lora.blocks import calculator, live, piece, starter
from derivations.lora.formulas import FORMULAS
from derivations.lora.symbols import BITS, BYTES, MEBIBYTES, PARAMETERS, SYMBOLS
from derivations.wording import read_words

WORDS = Path(__file__).with_name("words")
GLOSSARY = Path(__file__).with_name("glossary.toml")

TEXTBOOK_MODELS = (
    Model("minigpt", "MiniGPT", {"h": 768, "L": 12}, "the source document: the shape of GPT-2 small’s blocks"),
    Model("llama-70b", "Llama 2 70B", {"h": 8192, "L": 80},
          "Touvron et al. 2023 (arXiv 2307.09288): Llama 2 70B’s width and depth, in the textbook’s shape"),
)
"""Sizes that the textbook layer is evaluated at besides those of the catalogue's real models."""

COURSE = Course(
    name="lora",
    languages=("en", "es"),
    symbols={symbol.name: symbol for symbol in SYMBOLS},
    units=(PARAMETERS, BYTES, MEBIBYTES, BITS),
    formulas=FORMULAS,
    packages=("derivations.counting",),
    words=read_words(WORDS, FORMULAS),
    models={**{model.name: model for model in TEXTBOOK_MODELS}, **families.MODELS},
    drills={drill.name: drill for drill in drills.DRILLS},
    plots={plot.name: plot for plot in plots.PLOTS},
    inks=plots.INKS,
    blocks=(calculator.BLOCK, live.BLOCK, piece.BLOCK, starter.BLOCK),
    statements=source.STATEMENTS,
    glossary=Glossary("derivations/lora/glossary.toml", GLOSSARY.read_text(encoding="utf-8")),
    synonyms=tomllib.loads(Path(__file__).with_name("synonyms.toml").read_text(encoding="utf-8")),
)
