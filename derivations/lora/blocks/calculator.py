"""The block that reckons for the reader's own model: the result for its default, and the data of the browser's part.

Page and browser walk the same expressions and fill the same cells; the page holds the default's result, so that it
reads without a script and nothing moves when the script takes over.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from derivations.blocks.assets import ANSWERS, ARITHMETIC, ELEMENTS
from derivations.blocks.block import Block, Fields
from derivations.blocks.context import Context
from derivations.blocks.template import as_script
from derivations.exact import NUMBER, RATIO, Exact, Unit, evaluate
from derivations.exact.code import tree
from derivations.language import Form, Language
from derivations.lora.blocks.layouts import Calculator, Listing, Matrix, calculator
from derivations.text.words import WordFault

LONGEST = 100_000
"""The most characters of a configuration that are looked at."""

BYTES = Unit("byte")
IDEAL = "textbook"
TEXTBOOK, PASTED = "textbook", "config"
"""What stands in the list of models for the reader's own h and L, and for a configuration."""


@dataclass(frozen=True)
class Group:
    """A target: matrices that go by one name, as `c_proj` of the attention of every layer.

    targets  what the command line calls it, where that isn't its name
    """

    name: str
    part: str
    members: tuple[int, ...]
    targets: tuple[str, ...] = ()


def groups(matrices: Sequence[Matrix]) -> tuple[Group, ...]:
    """Group matrices by the last part of their names; by the last two where one name means two parts of a layer."""
    leaves: dict[str, set[str]] = {}
    for matrix in matrices:
        if matrix.part:
            leaves.setdefault(matrix.name.rpartition(".")[2], set()).add(matrix.part)
    found: dict[str, list[int]] = {}
    for number, matrix in enumerate(matrices):
        pieces = matrix.name.split(".")
        if matrix.part:
            found.setdefault(".".join(pieces[-1 if len(leaves[pieces[-1]]) == 1 else -2:]), []).append(number)
    return tuple(Group(name, (first := matrices[members[0]]).part, tuple(members), first.targets)
                 for name, members in found.items())


@dataclass(frozen=True)
class Counted:
    """One kind of matrix, counted."""

    matrix: Matrix
    rows: int
    columns: int
    count: int
    layers: range | None
    experts: int

    @property
    def full(self) -> int:
        """The entries of all of them."""
        return self.rows * self.columns * self.count

    @property
    def apart(self) -> int:
        """How many pairs a layer has of them: fused experts share one."""
        return self.experts if "*" in self.matrix.path else 1

    @property
    def lora_of_one_rank(self) -> int:
        """What one rank costs over all of them."""
        return (self.rows + self.columns) * self.count * self.matrix.ranks


def counted(matrices: Sequence[Matrix], inputs: Mapping[str, int]) -> tuple[Counted, ...]:
    """Count the matrices of a layout."""

    def number(side: Any) -> int:
        return side if isinstance(side, int) else int(evaluate(side, inputs))

    return tuple(
        Counted(one, number(one.rows), number(one.columns), number(one.count),
                None if isinstance(one.layers, str) else range(*map(number, one.layers)), number(one.experts))
        for one in matrices
    )


Tensor = tuple[str, tuple[int, int]]


def tensors(file: Listing, rows: Sequence[Counted], picked: Sequence[Counted], rank: int) -> list[Tensor] | None:
    """List the tensors of an adapter, by name and shape; None where they have no names, or are too many."""
    if any(row.layers is None or not row.matrix.path for row in picked):
        return None
    depth = max(row.layers.stop for row in rows if row.layers is not None)
    if depth + sum(len(row.layers or ()) * row.apart for row in picked) > file.most:
        return None
    listed: list[Tensor] = []
    for number, row in enumerate(picked):
        matrix = row.matrix
        width = rank * matrix.ranks * row.experts // row.apart
        place = (matrix.path, matrix.layers)
        holds = any(place == (other.matrix.path, other.matrix.layers) for other in picked[number + 1:])
        for layer, expert in itertools.product(row.layers or (), range(row.apart)):
            name = file.prefix + matrix.path.replace("#", str(layer)).replace("*", str(expert))
            name += file.inner if holds else ""
            listed += (name + file.pair[0], (width, row.columns)), (name + file.pair[1], (row.rows, width))
    return listed


@dataclass(frozen=True)
class Result:
    """What is shown: exact numbers. The idealised ones are None where the textbook has no counterpart.

    bytes, file  of the adapter's numbers alone, and of the file that holds them; None where it isn't listed
    """

    full: int
    lora: int
    ideal_full: int | None
    ideal_lora: int | None
    bytes: int
    file: int | None
    with_lora: Mapping[str, Fraction]
    with_full: Mapping[str, Fraction]
    affordable: int
    fits: int
    one_rank: int


def reckon(
    calculator: Calculator, layout: str, inputs: Mapping[str, int], rank: int, *,
    targets: Sequence[str] | None = None, dtype: str = "", account: str = "", budget: int = 0,
) -> Result:
    """Count a layout at these inputs. `targets` names groups (None: all of them); the budget is in parameters."""
    matrices = calculator.layouts[layout]
    known = groups(matrices)
    chosen = [group for group in known if targets is None or group.name in targets]
    rows = counted(matrices, inputs)
    picked = [rows[number] for group in chosen for number in group.members]
    full, one_rank = sum(row.full for row in picked), sum(row.lora_of_one_rank for row in picked)
    lora, everything = rank * one_rank, sum(row.full for row in rows)
    ideal = _ideal(calculator, inputs if layout == IDEAL else {
        symbol: inputs[name] for symbol, name in calculator.ideal.items()}, known, chosen)
    terms = calculator.accounts[account or next(iter(calculator.accounts))]
    dtype = dtype or next(iter(calculator.dtypes))
    listed = tensors(calculator.file, rows, picked, rank)
    return Result(
        full, lora,
        sum(row.full for row in ideal) if ideal else None,
        rank * sum(row.lora_of_one_rank for row in ideal) if ideal else None,
        lora * calculator.dtypes[dtype],
        None if listed is None else calculator.file.bytes(listed, dtype),
        {term: _bytes(terms[term], everything, lora) for term in calculator.terms},
        {term: Fraction(0) if term == calculator.terms[0] else _bytes(terms[term], 0, everything)
         for term in calculator.terms},
        budget, budget // one_rank, one_rank,
    )


def _bytes(expression: Any, frozen: int, trained: int) -> Fraction:
    return Fraction(expression) if isinstance(expression, int) else Fraction(
        evaluate(expression, {"frozen": frozen, "trained": trained}))


def _ideal(
    calculator: Calculator, inputs: Mapping[str, int], known: Sequence[Group], chosen: Sequence[Group],
) -> list[Counted]:
    """Give the textbook's counterpart of the targets: whole parts, or matrices of the same name; or nothing."""
    rows = counted(calculator.layouts[IDEAL], inputs)
    found = []
    for part in dict.fromkeys(row.matrix.part for row in rows):
        mine = [row for row in rows if row.matrix.part == part]
        wanted = {group.name for group in known if group.part == part}
        got = {group.name for group in chosen if group.part == part}
        if got == wanted:
            found += mine
        elif got:
            if not got <= {row.matrix.name for row in mine}:
                return []
            found += [row for row in mine if row.matrix.name in got]
    return found


# The page ----------------------------------------------------------------------------------------------------------


class Writer:
    """Writes a calculator's words and numbers in one language."""

    def __init__(self, context: Context, language: Language, calculator: Calculator) -> None:
        self.language = language
        self.calculator = calculator
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

    def cells(self, result: Result) -> Iterator[tuple[str, str]]:
        """Give what stands in each cell, by its name."""
        ratio = Fraction(result.lora, result.full)
        pairs = [("full", result.ideal_full, result.full), ("lora", result.ideal_lora, result.lora)]
        for name, ideal, exact in pairs:
            yield f"{name}.exact", self.number(exact)
            yield f"{name}.ideal", self.word("no_ideal") if ideal is None else self.number(ideal)
            yield f"{name}.error", "" if ideal is None else self.error(ideal, exact)
        yield "ratio.exact", self.number(ratio, "percent", 3, unit=RATIO)
        if result.ideal_full is None or result.ideal_lora is None:
            yield "ratio.ideal", self.word("no_ideal")
            yield "ratio.error", ""
        else:
            textbook = Fraction(result.ideal_lora, result.ideal_full)
            yield "ratio.ideal", self.number(textbook, "percent", 3, unit=RATIO)
            relative = (textbook - ratio) / ratio
            forms = (Form("percent", (3,)), *((Form("signed"),) if relative else ()))
            yield "ratio.error", self.language.number(relative, forms, RATIO).text
        for name, size in (("size", result.bytes), ("file", result.file)):
            yield f"{name}.bytes", self.word("no_ideal") if size is None else self.number(size)
            for unit in ("MB", "MiB"):
                yield f"{name}.{unit}", "" if size is None else self.number(size, unit, unit=BYTES)
        for side, terms in (("lora", result.with_lora), ("full", result.with_full)):
            for term, amount in terms.items():
                yield f"memory.{term}.{side}", self.number(_plain(amount), _unit(amount), unit=BYTES)
            total = sum(terms.values(), Fraction(0))
            for unit in ("GB", "GiB"):
                yield f"memory.total.{unit}.{side}", self.number(_plain(total), unit, unit=BYTES)

    def sentence(self, model: str, rank: int, result: Result) -> str:
        """Say the result."""
        return self.word("sentence", model=model, rank=self.number(rank), lora=self.number(result.lora),
                         ratio=self.number(Fraction(result.lora, result.full), "percent", 3, unit=RATIO))

    def fits(self, budget: str, result: Result) -> str:
        """Say which rank the budget pays for."""
        if not result.fits:
            return self.word("fits_none", budget=budget, affordable=self.number(result.affordable),
                             one=self.number(1), next=self.number(result.one_rank))
        return self.word("fits", budget=budget, rank=self.number(result.fits),
                         spent=self.number(result.fits * result.one_rank),
                         next=self.number((result.fits + 1) * result.one_rank))


def _unit(amount: Fraction) -> str:
    """Give the unit in which an amount of memory reads best."""
    return "GB" if amount >= 10**9 else "MB"


def _plain(number: Fraction) -> Exact:
    return number.numerator if number.denominator == 1 else number


def _write(context: Context, _name: str, language: Language) -> Fields:
    """Give the calculator with the answer for its default inputs."""
    known = calculator()
    w = Writer(context, language, known)
    name, rank, budget = known.default
    model = next(one for one in known.models if one.name == name)
    result = reckon(known, model.layout, model.inputs, rank, budget=budget)
    typed = w.word("typed", millions=w.number(budget // 10**6))
    rows = counted(known.layouts[model.layout], model.inputs)
    return {
        "heading": language.word("calculator.heading"), "w": w.words, "model": name, "rank": rank, "typed": typed,
        "models": [*((one.name, one.label) for one in known.models), (TEXTBOOK, w.word("own")),
                   (PASTED, w.word("pasted"))],
        "h": model.inputs["hidden_size"], "L": model.inputs["num_hidden_layers"],
        "dtypes": list(known.dtypes), "accounts": list(known.accounts), "terms": known.terms,
        "boxes": [(group.name, _shape(language, rows[group.members[0]]))
                  for group in groups(known.layouts[model.layout])],
        "cells": {**dict(w.cells(result)), "sentence": w.sentence(model.label, rank, result),
                  "fits": w.fits(typed, result)},
        "modules": [(row.matrix.name, [_shape(language, row), *map(w.number, (
            row.count, row.full, rank * row.lora_of_one_rank))]) for row in rows],
        "data": as_script(_data(known, context, language, w)),
    }


def _shape(language: Language, row: Counted) -> str:
    return language.shape((row.rows, row.columns)).text


def _data(calculator: Calculator, context: Context, language: Language, w: Writer) -> dict[str, Any]:
    """Give what the script needs: expressions as trees, models, readers, words and the rules of writing."""
    return {
        "layouts": {
            key: {
                "matrices": [[one.name, one.part, *(_tree(side) for side in (one.rows, one.columns, one.count)),
                              *_place(one)] for one in matrices],
                "groups": [[group.name, group.part, list(group.members), list(group.targets or [group.name])]
                           for group in groups(matrices)],
            }
            for key, matrices in calculator.layouts.items()
        },
        "ideal": dict(calculator.ideal),
        "models": [[one.name, one.label, one.layout, dict(one.inputs)] for one in calculator.models],
        "readers": calculator.readers,
        "dtypes": dict(calculator.dtypes),
        "accounts": {name: {term: _tree(one) for term, one in terms.items()}
                     for name, terms in calculator.accounts.items()},
        "terms": list(calculator.terms),
        "default": list(calculator.default),
        "file": {key: getattr(calculator.file, key) for key in _FILE},
        "limits": {**calculator.limits, "text": LONGEST},
        "words": w.words,
        "rules": language.rules(context.languages),
    }


_FILE = ("prefix", "pair", "inner", "lead", "header", "entry", "step", "codes", "most")


def _place(matrix: Matrix) -> list[Any]:
    """Give where a matrix stands in a checkpoint, for the script: its path, its layers, its experts, its ranks."""
    if not matrix.path:
        return []
    layers = matrix.layers if isinstance(matrix.layers, str) else [_tree(end) for end in matrix.layers]
    return [matrix.path, layers, _tree(matrix.experts), matrix.ranks]


def _tree(expression: Any) -> Any:
    return str(expression) if isinstance(expression, int) else tree(expression)


def calculator_data(context: Context, language: Language) -> str:
    """Give the script's data as JSON, for tests that ask the script without a page."""
    known = calculator()
    return json.dumps(_data(known, context, language, Writer(context, language, known)), ensure_ascii=False)


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
