"""Counts against what others print: tables of Hu et al. 2021, and the line of a library."""

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from derivations.lora.course import COURSE

F = COURSE.formulas
PAGES = Path(__file__).parents[2] / "docs"

# Hu et al. 2021: table 2 (RoBERTa, DeBERTa), table 4 and table 15 (GPT-3): W_q and W_v; shape, rank, what is printed.
TABLES = [
    ((768, 12, 8), "0.3"), ((1024, 24, 8), "0.8"), ((1536, 48, 16), "4.7"), ((12288, 96, 1), "4.7"),
    ((12288, 96, 8), "37.7"),
]


def in_millions(number, printed):
    """Round to the digits that are printed."""
    return round(Decimal(number) / 10**6, len(printed.partition(".")[2]))


@pytest.mark.parametrize(("shape", "printed"), TABLES)
def test_query_and_value_alone_give_the_paper_s_counts(shape, printed):
    h, layers, r = shape
    assert in_millions(F["model.qv_lora"](h=h, L=layers, r=r).exact, printed) == Decimal(printed)


def test_one_count_of_the_paper_does_not_come_out():
    """GPT-2 Medium at rank 4: 0.35 M are printed in table 3; microsoft/LoRA#172 counts as we do."""
    assert F["model.qv_lora"](h=1024, L=24, r=4).exact == 393_216


def test_the_top_two_layers_of_gpt2_medium():
    assert in_millions(F["layer.all_of_top"](h=1024, L=2).exact, "25.19") == Decimal("25.19")


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_line_that_a_page_quotes_is_the_derived_one(language):
    page = (PAGES / language / "questions.md").read_text(encoding="utf-8")
    line = re.search(r"trainable params: ([\d,]+) \|\| all params: ([\d,]+) \|\| trainable%: ([\d.]+)", page)
    trained, held = (int(line[group].replace(",", "")) for group in (1, 2))
    model = COURSE.models["llama-3-8b"].inputs
    lora, total = (F[name].formula_of("llama-3-8b") for name in ("exact.lora", "exact.total"))
    assert trained == lora(**{s.name: model.get(s.name, 8) for s in lora.symbols}).exact
    assert held == F["trained.held"](
        F=total(**{s.name: model[s.name] for s in total.symbols}).exact, T=trained).exact
    assert line[3] == f"{100 * trained / held:.4f}"                         # as PEFT formats it


@pytest.mark.parametrize("h", [768, 4096])
def test_at_memory_s_break_even_both_keep_as_much(h):
    rank = F["memory.mixed.break_even"](h=h).exact
    assert 2 * h * h + 16 * (2 * rank * h) == 16 * h * h
    layer = F["memory.mixed.break_even_layer"](h=h).exact
    assert 2 * 12 * h * h + 16 * (18 * layer * h) == 16 * 12 * h * h
    assert rank < F["square.break_even"](h=h).exact == Fraction(h, 2)


def test_tables_of_llama_3():
    assert F["embeddings.two_tables"](h=4096, V=128256).exact == 2 * F["embeddings.one_table"](h=4096, V=128256).exact
    assert F["embeddings.one_table"](h=4096, V=128256).exact == 525_336_576
