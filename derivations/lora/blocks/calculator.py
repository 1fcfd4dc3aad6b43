"""The block that reckons for the reader's own model: the answer for its default, and the data of the browser's part.

The answer is the count's own; the script walks the rules that the count exports and fills the same cells. The page has
the default's answer, so that it reads without a script and nothing moves when the script takes over.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from derivations.blocks.assets import ANSWERS, ARITHMETIC, ELEMENTS
from derivations.blocks.block import Block, Fields
from derivations.blocks.context import Context
from derivations.blocks.template import as_script
from derivations.counting.architecture.decoder import model_weights
from derivations.counting.catalogue import catalogue
from derivations.counting.configuration import Configuration
from derivations.counting.count import Count, ModuleCount, Question, count_configuration
from derivations.counting.inverse import parse_budget
from derivations.counting.rules import TEXTBOOK, groups, layout_of, layouts, rules
from derivations.counting.safetensors import DTYPES
from derivations.exact import NUMBER, RATIO, Exact, Unit
from derivations.language import Form, Language
from derivations.lora.memory import ACCOUNTS, TERMS, Account
from derivations.text.words import WordFault

LONGEST = 100_000
"""The most characters of a configuration that are looked at."""
DEFAULT = ("llama-2-7b", 8, 10_000_000)
"""The model that is shown first, the rank, and the budget in parameters."""
FROZEN = "frozen"
MEMORY_TERMS = (FROZEN, *TERMS)

BYTES = Unit("byte")
PASTED = "config"
"""What stands in the list of models for a configuration; the reader's own h and L go by the textbook layer's key."""


@dataclass(frozen=True)
class Answer:
    """What is shown of a count, and beside it the memory of training and what a budget pays for."""

    count: Count
    with_lora: Mapping[str, Fraction]
    with_full: Mapping[str, Fraction]
    affordable: int
    one_rank: int

    @property
    def fits(self) -> int:
        """The largest rank that the budget pays for."""
        return self.affordable // self.one_rank


def answer(configuration: Configuration, question: Question, account: str, budget: str) -> Answer:
    """Count a configuration; the budget is written as for the command line."""
    count = count_configuration(configuration, question)
    weights = model_weights(configuration.decoder)
    bytes_of = ACCOUNTS[account]
    return Answer(
        count, _memory(bytes_of, weights, count.lora), _memory(bytes_of, 0, weights),
        parse_budget(budget).in_parameters(count.full, DTYPES[count.dtype].bytes),
        count_configuration(configuration, replace(question, rank=1)).lora,
    )


def _memory(account: Account, frozen: int, trained: int) -> dict[str, Fraction]:
    return {term: Fraction(getattr(account, term)) * (frozen if term == FROZEN else trained) for term in MEMORY_TERMS}


class Writer:
    """Writes a calculator's words and numbers in one language."""

    def __init__(self, context: Context, language: Language) -> None:
        self.language = language
        texts = context.words[language.code].texts
        self.words = {key.removeprefix("calculator."): text for key, text in texts.items()
                      if key.startswith("calculator.")}

    def word(self, key: str, **fill: str) -> str:
        """Give a text with its [blanks] filled."""
        if key not in self.words:
            raise WordFault(f"words/{self.language.code}.toml has no 'calculator.{key}'")
        text = self.words[key]
        for name, value in fill.items():
            text = text.replace(f"[{name}]", value)
        return text

    def number(self, exact: Exact, form: str = "exact", *arguments: int, unit: Unit = NUMBER) -> str:
        """Write a number."""
        return self.language.number(exact, (Form(form, arguments),), unit).text

    def error(self, ideal: int, exact: int) -> str:
        """Write a signed error."""
        forms = (Form("percent", (3,)), Form("signed"))
        return self.language.number(Fraction(ideal - exact, exact), forms, RATIO).text if ideal != exact else \
            self.language.number(0, (Form("percent", (3,)),), RATIO).text

    def cells(self, answer: Answer) -> Iterator[tuple[str, str]]:
        """Give what stands in each cell, by its name."""
        count, ratio, textbook = answer.count, answer.count.ratio, answer.count.idealised
        pairs = [("full", textbook and textbook.full, count.full), ("lora", textbook and textbook.lora, count.lora)]
        for name, ideal, exact in pairs:
            yield f"{name}.exact", self.number(exact)
            yield f"{name}.ideal", self.word("no_ideal") if ideal is None else self.number(ideal)
            yield f"{name}.error", "" if ideal is None else self.error(ideal, exact)
        yield "ratio.exact", self.number(ratio, "percent", 3, unit=RATIO)
        if textbook is None:
            yield "ratio.ideal", self.word("no_ideal")
            yield "ratio.error", ""
        else:
            ideal_ratio = Fraction(textbook.lora, textbook.full)
            yield "ratio.ideal", self.number(ideal_ratio, "percent", 3, unit=RATIO)
            relative = (ideal_ratio - ratio) / ratio
            forms = (Form("percent", (3,)), *((Form("signed"),) if relative else ()))
            yield "ratio.error", self.language.number(relative, forms, RATIO).text
        for name, size in (("size", count.adapter_bytes), ("file", count.adapter_file_bytes)):
            yield f"{name}.bytes", self.word("no_ideal") if size is None else self.number(size)
            for unit in ("MB", "MiB"):
                yield f"{name}.{unit}", "" if size is None else self.number(size, unit, unit=BYTES)
        for side, terms in (("lora", answer.with_lora), ("full", answer.with_full)):
            for term, amount in terms.items():
                yield f"memory.{term}.{side}", self.number(_plain(amount), _unit(amount), unit=BYTES)
            total = sum(terms.values(), Fraction(0))
            for unit in ("GB", "GiB"):
                yield f"memory.total.{unit}.{side}", self.number(_plain(total), unit, unit=BYTES)

    def sentence(self, model: str, count: Count) -> str:
        """Say the answer."""
        return self.word("sentence", model=model, rank=self.number(count.rank), lora=self.number(count.lora),
                         ratio=self.number(count.ratio, "percent", 3, unit=RATIO))

    def fits(self, budget: str, answer: Answer) -> str:
        """Say which rank the budget pays for."""
        if not answer.fits:
            return self.word("fits_none", budget=budget, affordable=self.number(answer.affordable),
                             one=self.number(1), next=self.number(answer.one_rank))
        return self.word("fits", budget=budget, rank=self.number(answer.fits),
                         spent=self.number(answer.fits * answer.one_rank),
                         next=self.number((answer.fits + 1) * answer.one_rank))


def _unit(amount: Fraction) -> str:
    """Give the unit in which an amount of memory reads best."""
    return "GB" if amount >= 10**9 else "MB"


def _plain(number: Fraction) -> Exact:
    return number.numerator if number.denominator == 1 else number


def _write(context: Context, _name: str, language: Language) -> Fields:
    """Give the calculator with the answer for its default inputs."""
    w = Writer(context, language)
    name, rank, budget = DEFAULT
    model = catalogue()[name]
    shown = answer(model.configuration, Question(rank), next(iter(ACCOUNTS)), str(budget))
    modules = {one.name: one for one in shown.count.modules}
    matrices = layouts()[layout_of(model.configuration)[0]]
    typed = w.word("typed", millions=w.number(budget // 10**6))
    return {
        "heading": language.word("calculator.heading"), "w": w.words, "model": name, "rank": rank, "typed": typed,
        "models": [*((key, one.label) for key, one in catalogue().items()), (TEXTBOOK, w.word("own")),
                   (PASTED, w.word("pasted"))],
        "h": model.configuration.dimensions.hidden_size, "L": model.configuration.dimensions.num_hidden_layers,
        "dtypes": list(DTYPES), "accounts": list(ACCOUNTS), "terms": MEMORY_TERMS,
        "boxes": [(group.name, _shape(language, modules[matrices[group.members[0]].name]))
                  for group in groups(matrices)],
        "cells": {**dict(w.cells(shown)), "sentence": w.sentence(model.label, shown.count),
                  "fits": w.fits(typed, shown)},
        "modules": [(one.name, [_shape(language, one), *map(w.number, (one.count, one.full, one.lora))])
                    for one in modules.values()],
        "data": as_script(_data(context, language, w)),
    }


def _shape(language: Language, module: ModuleCount) -> str:
    return language.shape((module.out, module.in_)).text


def _data(context: Context, language: Language, w: Writer) -> dict[str, Any]:
    """Give what the script needs: the rules of counting, the bytes of each account, words and the rules of writing."""
    counting = rules()
    return {
        **counting,
        "accounts": {name: {term: str(getattr(account, term)) for term in MEMORY_TERMS}
                     for name, account in ACCOUNTS.items()},
        "terms": list(MEMORY_TERMS), "default": list(DEFAULT), "limits": {**counting["limits"], "text": LONGEST},
        "words": w.words, "rules": language.rules(context.languages),
    }


def calculator_data(context: Context, language: Language) -> str:
    """Give the script's data as JSON, for tests that ask the script without a page."""
    return json.dumps(_data(context, language, Writer(context, language)), ensure_ascii=False)


_FIELDS = ("model", "h", "L", "config", "experts", "rank", "targets", "dtype", "budget", "account")


def _ids(_context: Context, _name: str) -> list[str]:
    explained, checked = ("config", "budget"), ("h", "L", "config", "rank", "targets", "budget")
    return ["calculator", *(f"calculator-{field}" for field in _FIELDS),
            *(f"calculator-{field}-how" for field in explained), *(f"calculator-{field}-wrong" for field in checked)]


_HERE = Path(__file__).parent
BLOCK = Block(
    "calculator", lambda course, tables: {"": None}, _write, _HERE / "calculator.html", words=("calculator.heading",),
    scripts=(ELEMENTS, ARITHMETIC, ANSWERS, _HERE / "calculator.js"), styles=(_HERE / "calculator.css",), ids=_ids,
)
