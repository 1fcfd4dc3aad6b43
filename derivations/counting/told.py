"""An answer told in a terminal: numbers exact, with a short form beside them, and what they rest on."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import click

from derivations.counting.spelling import starred
from derivations.terminal import heading, one_line, print_json, print_rows, print_table

if TYPE_CHECKING:
    from derivations.counting.configuration import Configuration
    from derivations.counting.count import Count, ModuleCount
    from derivations.counting.inspection import Inspection
    from derivations.counting.inverse import RankAnswer

MOST_ROWS = 30
"""From how many rows on those that differ in a number of their names alone are one."""
MOST_FAULTS = 20
"""How many faults of an adapter's file are told."""
MOST_LISTED = 9
"""From how many on the members of a default are numbered, and not listed."""


def as_asked(targets: str | Sequence[str]) -> str:
    """Write targets as they were asked for."""
    return targets if isinstance(targets, str) else ", ".join(targets) or "none by name"


def print_count(answer: Count, targets: str, configuration: Configuration) -> None:
    heading(f"{answer.model} ({answer.model_type}), rank {answer.rank:,}, targets {targets}")
    rows = [(row.name, f"{row.out:,} × {row.in_:,}", f"{row.count:,}", f"{row.full:,}", f"{row.lora:,}")
            for row in _together(answer.modules)]
    rows.append(("sum", "", f"{sum(row.count for row in answer.modules):,}", f"{answer.full:,}", f"{answer.lora:,}"))
    print_table(("module", "out × in", "matrices", "full parameters", "LoRA parameters"), rows, right=(1, 2, 3, 4))
    click.echo()
    ratio = answer.ratio
    lines = [("LoRA / full", f"{percent(ratio)}  ({ratio.numerator:,}/{ratio.denominator:,})")]
    lines += [(name, f"+ {amount(number, 'parameter')} trained besides") for name, number in answer.terms.items()]
    lines.append(("trained", f"{amount(answer.trainable, 'parameter')}; "
                             f"the whole model has {amount(answer.total_parameters, 'parameter')}"))
    lines.append(("adapter", sizes_of(answer)))
    lines.append(("as printed", answer.printed))
    ideal = answer.idealised
    if ideal is None:
        lines.append(("idealised", "the textbook layer has no counterpart for what is adapted here"))
    else:
        lines.append(("idealised", f"full {ideal.full:,} ({_error(ideal.full_error)}), LoRA {ideal.lora:,} "
                                   f"({_error(ideal.lora_error)}): the textbook layer at this depth and width "
                                   f"{configuration.dimensions.hidden_size:,}"))
    print_rows([*lines, *remarks(answer)])


def print_rank(answer: RankAnswer, name: str) -> None:
    """Write what a budget pays for."""
    counted = answer.count
    heading(f"{answer.given.text} pays for rank {answer.rank:,} in {name}")
    rows = [
        ("budget", amount(answer.budget, "parameter")),
        ("spent", f"{amount(answer.lora, 'parameter')}, {percent(counted.ratio)} of the {counted.full:,} they adapt"),
        ("left", amount(answer.budget - answer.lora, "parameter")),
        ("next", f"rank {answer.rank + 1:,} would take {amount(answer.next, 'parameter')}"),
        ("adapter", sizes_of(counted)),
    ]
    file, given = counted.adapter_file_bytes, answer.given
    if given.kind == "bytes" and file is not None and file > given.amount:
        rows.append(("note", f"the file's header comes on top: with it, rank {answer.rank:,} is over the budget"))
    print_rows([*rows, *remarks(counted)])


def _together(modules: Sequence[ModuleCount]) -> Sequence[ModuleCount]:
    """Give one row for names that differ in a number alone, where there are many, as where blocks hold blocks."""
    if len(modules) <= MOST_ROWS:
        return modules
    found: dict[tuple[str, int, int], list[ModuleCount]] = {}
    for row in modules:
        found.setdefault((starred(row.name), row.out, row.in_), []).append(row)
    return [replace(alike[0], name=name, count=sum(row.count for row in alike), full=sum(row.full for row in alike),
                    lora=sum(row.lora for row in alike)) for (name, _, _), alike in found.items()]


def _of_all_layers(faults: Sequence[str]) -> Sequence[str]:
    """Give one for those that differ in the number of a layer alone."""
    found: dict[str, list[str]] = {}
    for fault in faults:
        name, colon, rest = fault.partition(": ")
        found.setdefault(starred(name) + colon + rest, []).append(fault)
    return [f"{together} ({len(alike):,} of them)" if len(alike) > 1 else alike[0] for together, alike in found.items()]


def print_filed(found: Inspection) -> None:
    """Write what a file holds, what is said of it beside it, and what is wrong with it."""
    filed, wrong, beside = found.filed, found.faults, found.beside
    said = [] if beside is None else [("config", f"r {beside.options['rank']}{beside.scale}, targets "
                                       f"{as_asked(beside.options['targets'])}"
                                       f"{f', of {beside.base}' if beside.base else ''}")]
    shown = _of_all_layers(wrong)
    known = filed.as_json()
    writer = f", named as by {filed.whose}" if filed.whose not in ("", "PEFT") else ""
    alphas = [f"{alpha} (scaled by {alpha / rank}){f' × {number:,}' if len(filed.scales) > 1 else ''}"
              for (alpha, rank), number in filed.scales.items() if rank]
    print_rows([
        ("rank", ", ".join(map(str, known["ranks"])) or ("no pairs" if filed.methods == ("LoRA",) else "none")),
        *([("method", ", ".join(filed.methods) + writer)] if writer or filed.methods not in ((), ("LoRA",)) else []),
        *([("alpha", ", ".join(alphas))] if alphas else []),
        *([("of", one_line(filed.base))] if filed.base else []),
        *([("experts", f"rank times experts is {', '.join(map(str, known['rank_times_experts']))}")]
          if known["rank_times_experts"] else []),
        *((what, ", ".join(f"{name} × {number:,}" for name, number in known[what].items()) or "none")
          for what in ("modules", "besides") if what == "modules" or known[what]),
        ("parameters", f"{filed.parameters:,} in {amount(len(filed.tensors), 'tensor')}"),
        ("bytes", in_bytes(filed.size)),
        ("type", ", ".join(known["types"])),
        *((what, one_line(text)) for what, text in said),
        *(("fault", one_line(fault)) for fault in shown[:MOST_FAULTS]),
        *([("…", f"{len(shown) - MOST_FAULTS:,} faults more")] if len(shown) > MOST_FAULTS else []),
    ])


def print_answers(answers: Sequence[Count], form: str) -> None:
    """Write several answers as one table, a row each."""
    head = ("model", "rank", "lora", "full", "trainable", "all", "file bytes")
    rows = [(one.model, one.rank, one.lora, one.full, one.trainable, one.all_parameters, one.adapter_file_bytes)
            for one in answers]
    if form == "json":
        print_json([one.as_json() for one in answers])
    elif form == "csv":
        import csv

        csv.writer(sys.stdout, lineterminator="\n").writerows([head, *rows])
    else:
        written = [tuple(f"{cell:,}" if isinstance(cell, int) else cell or "" for cell in row) for row in rows]
        if form == "md":
            lines = (head, ("---", *("---:" for _ in head[1:])), *written)
            click.echo("\n".join(f"| {' | '.join(line)} |" for line in lines))
        else:
            print_table(head, written, right=tuple(range(1, len(head))))
    notes = dict.fromkeys(f"{one.model}: {note}" for one in answers for note in one.notes)
    if form == "table" and notes:
        click.echo()
        print_rows([("note", note) for note in notes])


def remarks(answer: Count) -> list[tuple[str, str]]:
    """Give the lines that say what the answer rests on."""
    lines = []
    if answer.experts is not None:
        said = {"apart": "apart: each expert's Linears have pairs of their own, as in version 4 of transformers (4.57, "
                         "PEFT 0.17); --experts fused counts 3-D parameters, as version 5 has them",
                "fused": "fused: a layer's experts are two 3-D parameters, as in version 5 of transformers (5.24, PEFT "
                         "0.21); the rank doubles where gate and up were two"}
        lines.append(("experts", said[answer.experts]))
    if answer.taken:
        taken = (f"{name} = {json.dumps(value)}" if not isinstance(value, list | tuple) or len(value) < MOST_LISTED
                 else f"{name}, {len(value)} of them" for name, value in answer.taken.items())
        lines.append(("defaults", f"not given, taken from the library: {', '.join(taken)}"))
    return lines + [("note", note) for note in answer.notes]


def amount(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def sizes_of(answer: Count) -> str:
    """Write the adapter's bytes: in its dtype, as a file, and in 16 bits where that isn't the dtype."""
    text = f"{in_bytes(answer.adapter_bytes)} in {answer.dtype}"
    if answer.holds_base:
        text = f"{in_bytes(answer.adapter_bytes)}: pairs in {answer.dtype}, what is of the base in {answer.base_dtype}"
    if answer.adapter_file_bytes is not None:
        text += f", {in_bytes(answer.adapter_file_bytes)} as a file"
    if answer.dtype == "float32" and not answer.holds_base:
        text += f"; 16 bits would take {in_bytes(answer.adapter_bytes // 2)}"
    return text


def in_bytes(number: int) -> str:
    """Write a number of bytes exactly, and in a unit that is short."""
    for unit, size in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= size:
            return f"{number:,} bytes ({significant(number, size)} {unit})"
    return amount(number, "byte")


def percent(ratio: Fraction) -> str:
    return f"{significant(100 * ratio.numerator, ratio.denominator)}%"


def _error(error: Fraction) -> str:
    if not error:
        return "exact"
    return f"{'+' if error > 0 else '−'}{percent(abs(error))}"


def significant(numerator: int, denominator: int) -> str:
    """Write a quotient with three significant digits, rounded once, a half to the even digit."""
    from decimal import ROUND_HALF_EVEN, Context, Decimal

    return f"{Context(3, ROUND_HALF_EVEN).divide(Decimal(numerator), Decimal(denominator)):,f}"
