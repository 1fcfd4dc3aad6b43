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

from derivations.blocks.assets import ANSWERS, ARITHMETIC, ELEMENTS, TABLES
from derivations.blocks.block import Block, Context, Fields
from derivations.blocks.plot import INKS
from derivations.blocks.table import acting
from derivations.blocks.template import as_script
from derivations.counting.catalogue import catalogue
from derivations.counting.configuration import Configuration
from derivations.counting.count import Count, ModuleCount, Question, adapted, count_configuration
from derivations.counting.inverse import parse_budget
from derivations.counting.memory import EXACT, Card, Term, account, cards
from derivations.counting.memory_rules import memory_rules
from derivations.counting.rules import TEXTBOOK, groups, layout_of, layouts, rules
from derivations.counting.safetensors import DTYPES
from derivations.counting.setup import CARDS, TYPES, Setup
from derivations.exact import NUMBER, RATIO, Exact, Unit
from derivations.language import Form, Language

LONGEST = 100_000
"""The most characters of a configuration that are looked at."""
DEFAULT = ("llama-2-7b", 8, 10_000_000)
"""The model that is shown first, the rank, and the budget in parameters."""
SETUP = Setup(length=2048)
"""How it trains."""
COMPUTE = "bfloat16"
"""What full fine-tuning is in beside an adapter over a quantized base."""

BYTES = Unit("byte")
PASTED = "config"
"""What stands in the list of models for a configuration; the reader's own h and L go by the textbook layer's key."""
SIDES = ("lora", "full")
STEPS = 11
"""How many powers of two the slider has, from the first."""


@dataclass(frozen=True)
class Answer:
    """What is shown of a count, and beside it the memory of a training step and what a budget pays for.

    memory  the terms, with adapters and in full fine-tuning; cards  none where activations aren't modelled
    """

    count: Count
    memory: Mapping[str, tuple[Term, ...]]
    cards: tuple[Card, ...]
    affordable: int
    one_rank: int

    @property
    def fits(self) -> int:
        """The largest rank that the budget pays for."""
        return self.affordable // self.one_rank


def answer(configuration: Configuration, question: Question, budget: str, setup: Setup | None = SETUP) -> Answer:
    """Count a configuration; the budget is written as for the command line. Without a setup there is no memory."""
    count = count_configuration(configuration, question)
    terms: dict[str, tuple[Term, ...]] = {}
    held: tuple[Card, ...] = ()
    if setup is not None:
        whole = replace(setup, full=True, base=setup.base if setup.base in TYPES else COMPUTE)
        for side, how in zip(SIDES, (setup, whole), strict=True):
            terms[side] = account(configuration, question, how, partly=True).terms
        held = cards(configuration, question, setup, CARDS)
    return Answer(
        count, terms, held,
        parse_budget(budget).in_parameters(count.full, DTYPES[count.dtype].bytes),
        sum(place.lora for place in adapted(configuration.decoder, replace(question, rank=1))[0]),
    )


class Writer:
    """Writes a calculator's words and numbers in one language."""

    def __init__(self, context: Context, language: Language) -> None:
        self.language, self._texts = language, context.words[language.code]
        self.words = {key.removeprefix("calculator."): text for key, text in self._texts.texts.items()
                      if key.startswith("calculator.")}

    def word(self, key: str, **fill: str) -> str:
        """Give a text with its [blanks] filled."""
        return self._texts.text(f"calculator.{key}", **fill)

    def number(self, exact: Exact, form: str = "exact", *arguments: int, unit: Unit = NUMBER) -> str:
        """Write a number."""
        return self.language.number(exact, (Form(form, arguments),), unit).text

    def ratio(self, exact: Exact) -> str:
        """Write a ratio in percent."""
        return self.number(exact, "percent", 3, unit=RATIO)

    def error(self, ideal: Exact, exact: Exact) -> str:
        """Write a signed error."""
        relative = Fraction(ideal - exact) / exact
        forms = (Form("percent", (3,)), *((Form("signed"),) if relative else ()))
        return self.language.number(relative, forms, RATIO).text

    def cells(self, answer: Answer, setup: Setup = SETUP) -> Iterator[tuple[str, str]]:
        """Give what stands in each cell, by its name."""
        count, textbook = answer.count, answer.count.idealised
        exacts: tuple[Exact, ...] = (count.full, count.lora, count.ratio)
        ideals = textbook and (textbook.full, textbook.lora, Fraction(textbook.lora, textbook.full))
        for name, exact, ideal in zip(("full", "lora", "ratio"), exacts, ideals or (None,) * 3, strict=True):
            write = self.ratio if name == "ratio" else self.number
            yield f"{name}.exact", write(exact)
            yield f"{name}.ideal", self.word("no_ideal") if ideal is None else write(ideal)
            yield f"{name}.error", "" if ideal is None else self.error(ideal, exact)
        for name, size in (("size", count.adapter_bytes), ("file", count.adapter_file_bytes)):
            yield f"{name}.bytes", self.word("no_ideal") if size is None else self.number(size)
            for unit in ("MB", "MiB"):
                yield f"{name}.{unit}", "" if size is None else self.number(size, unit, unit=BYTES)
        yield "printed", count.printed
        yield from self._how(answer)
        if answer.memory:
            yield from self._memory(answer, setup)

    def _how(self, answer: Answer) -> Iterator[tuple[str, str]]:
        """Say how each result comes about, with its numbers."""
        count = answer.count
        size, file = count.adapter_bytes, count.adapter_file_bytes
        fill = {
            "matrices": sum(module.count for module in count.modules), "rank": count.rank, "each": answer.one_rank,
            "lora": count.lora, "full": count.full, "dtype": DTYPES[count.dtype].bytes,
            "header": 0 if file is None else file - size,
        }
        written = {name: self.number(number) for name, number in fill.items()}
        for key in ("full", "lora", "ratio", "size"):
            yield f"how.{key}", self.word(f"how_{key}", **written)
        yield "how.file", "" if file is None else self.word("how_file", **written)

    def _memory(self, answer: Answer, setup: Setup) -> Iterator[tuple[str, str]]:
        totals = {}
        for side, terms in answer.memory.items():
            for term in terms:
                yield f"memory.{term.key}.{side}", self.number(term.bytes, _unit(term.bytes), unit=BYTES)
            totals[side] = sum(term.bytes for term in terms)
            for unit in ("GB", "GiB"):
                yield f"memory.total.{unit}.{side}", self.number(totals[side], unit, unit=BYTES)
        written = {unit: self.number(totals["lora"], unit, unit=BYTES) for unit in ("GB", "GiB")}
        yield "takes", self.word("takes" if answer.cards else "takes_state", **written, batch=self.number(setup.batch),
                                 length=self.number(setup.length))
        for card in answer.cards:
            yield f"card.{card.gib}.fits", self.word("card_yes" if card.fits else "card_no")
            yield f"card.{card.gib}.batch", self.number(card.batch)
            yield f"card.{card.gib}.length", self.number(card.length)

    def sentence(self, model: str, count: Count) -> str:
        """Say the answer."""
        return self.word("sentence", model=model, rank=self.number(count.rank), lora=self.number(count.lora),
                         ratio=self.ratio(count.ratio))

    def fits(self, budget: str, answer: Answer) -> str:
        """Say which rank the budget pays for."""
        if not answer.fits:
            return self.word("fits_none", budget=budget, affordable=self.number(answer.affordable),
                             one=self.number(1), next=self.number(answer.one_rank))
        return self.word("fits", budget=budget, rank=self.number(answer.fits),
                         spent=self.number(answer.fits * answer.one_rank),
                         next=self.number((answer.fits + 1) * answer.one_rank))


def _unit(amount: int) -> str:
    """Give the unit in which an amount of memory reads best."""
    return "GB" if amount >= 10**9 else "MB"


def share(part: int, scale: int) -> str:
    """Give a length in percent, as a drawing takes it."""
    return f"{100_000 * part // scale / 1000:.3f}%"


def bar(terms: tuple[Term, ...], scale: int) -> Iterator[tuple[str, str, str, str]]:
    """Give the pieces of a stacked bar: key, how it is known, where it starts and how wide it is, in percent."""
    start = 0
    for term in terms:
        yield term.key, term.kind, share(start, scale), share(term.bytes, scale)
        start += term.bytes


def _write(context: Context, _name: str, language: Language) -> Fields:
    """Give the calculator with the answer for its default inputs."""
    w = Writer(context, language)
    name, rank, budget = DEFAULT
    model = catalogue()[name]
    shown = answer(model.configuration, Question(rank), str(budget))
    modules = {one.name: one for one in shown.count.modules}
    matrices = layouts()[layout_of(model.configuration)[0]]
    typed = w.word("typed", millions=w.number(budget // 10**6))
    data = _data(context, language, w)
    totals = {side: sum(term.bytes for term in terms) for side, terms in shown.memory.items()}
    scale = max(*totals.values(), CARDS[0] * 2**30)
    keys = [(key, kind) for key, _, _, kind in data["memory"]["terms"]]
    return {
        "heading": language.word("calculator.heading"), "acting": acting(language), "w": w.words,
        "model": name, "rank": rank, "typed": typed,
        "models": [*((key, one.label) for key, one in catalogue().items()), (TEXTBOOK, w.word("own")),
                   (PASTED, w.word("pasted"))],
        "h": model.configuration.dimensions.hidden_size, "L": model.configuration.dimensions.num_hidden_layers,
        "dtypes": list(DTYPES), "setup": SETUP, "most": STEPS - 1, "power": rank.bit_length() - 1,
        "memory": data["memory"], "terms": [(key, kind != EXACT) for key, kind in keys],
        "shown": {key for terms in shown.memory.values() for key in (term.key for term in terms)},
        "sides": SIDES, "bars": [(side, list(bar(shown.memory[side], scale))) for side in SIDES],
        "marks": [(card, share(card * 2**30, scale)) for card in CARDS if card * 2**30 <= scale],
        "boxes": [(group.name, _shape(language, modules[matrices[group.members[0]].name]))
                  for group in groups(matrices)],
        "cells": {**dict(w.cells(shown)), "sentence": w.sentence(model.label, shown.count),
                  "fits": w.fits(typed, shown)},
        "modules": [(one.name, [_shape(language, one), *map(w.number, (one.count, one.full, one.lora))])
                    for one in modules.values()],
        "data": as_script(data),
    }


def _shape(language: Language, module: ModuleCount) -> str:
    return language.shape((module.out, module.in_)).text


def _data(context: Context, language: Language, w: Writer) -> dict[str, Any]:
    """Give what the script needs: the rules of counting and of memory, words and the rules of writing."""
    counting, writing = rules(), language.rules(context.languages)
    return {
        **counting, "readers": _once(counting["readers"]), "memory": memory_rules(),
        "default": list(DEFAULT), "limits": {**counting["limits"], "text": LONGEST}, "whole": COMPUTE,
        "words": w.words, "rules": writing | {"answers": {"scales": writing["answers"]["scales"]}},
    }


def _once(readers: Mapping[str, Any]) -> dict[str, Any]:
    """Name the first family that is read by the same fields, in place of the fields again."""
    first: dict[str, str] = {}
    return {kind: fields if (like := first.setdefault(json.dumps(fields), kind)) == kind else like
            for kind, fields in readers.items()}


_FIELDS = ("model", "h", "L", "config", "experts", "rank", "slider", "targets", "dtype", "base", "adapter", "batch",
           "length", "checkpointing", "attention", "optimizer", "autocast", "budget", "hatch")


def _ids(_context: Context, _name: str) -> list[str]:
    explained = ("config", "budget")
    checked = ("h", "L", "config", "rank", "targets", "batch", "length", "budget")
    return ["calculator", *(f"calculator-{field}" for field in _FIELDS),
            *(f"calculator-{field}-how" for field in explained), *(f"calculator-{field}-wrong" for field in checked)]


_HERE = Path(__file__).parent
BLOCK = Block(
    "calculator", lambda course, tables: {"": None}, _write, _HERE / "calculator.html",
    scripts=(ELEMENTS, ARITHMETIC, ANSWERS, _HERE / "calculator.js", TABLES), styles=(INKS, _HERE / "calculator.css"),
    ids=_ids,
)
