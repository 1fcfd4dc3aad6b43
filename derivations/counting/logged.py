"""The library's own line, `trainable params: … || all params: … || trainable%: …`: written, and checked.

A line is checked against an answer. Where it disagrees, what can explain it is tried: another rank, other targets, a
total that counts packed 4-bit weights by their bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from derivations.counting.configuration import Configuration
from derivations.counting.count import Count, Question, count_configuration
from derivations.counting.refusal import Refusal

_LINE = re.compile(r"trainable params:\s*([\d,_]{1,30})\s*\|\|\s*all params:\s*([\d,_]{1,30})"
                   r"(?:\s*\|\|\s*trainable%:\s*([\d.]{1,40}))?")
TRIED = ("q_proj,v_proj", "attention", "all", "mlp")
"""The targets that are tried where a line disagrees with those it is said to have."""


class Logged(NamedTuple):
    """The numbers of a line; the percentage as it is written, "" where there is none."""

    trainable: int
    total: int
    percent: str = ""


class Finding(NamedTuple):
    """One thing that a line says, and whether it can be so."""

    agrees: bool
    text: str


def line_of(count: Count) -> str:
    """Write the line as PEFT 0.21 prints it: four decimals, of a quotient in floating point."""
    trainable, total = count.trainable, count.all_parameters
    return f"trainable params: {trainable:,d} || all params: {total:,d} || trainable%: {100 * trainable / total:.4f}"


def read_line(text: str) -> Logged:
    """Find the line in a text. Raises `Refusal` where there is none."""
    match = _LINE.search(text)
    if match is None:
        raise Refusal("log: no line such as 'trainable params: 4,194,304 || all params: 6,742,609,920' is there")
    trainable, total = (int(re.sub(r"[,_]", "", number) or "0") for number in match.groups()[:2])
    return Logged(trainable, total, (match[3] or "").rstrip("."))


def check_line(logged: Logged, configuration: Configuration, question: Question, *, model: str = "") -> list[Finding]:
    """Say of each number of the line whether it can be so, and what would give it."""
    answer = count_configuration(configuration, question, model=model)
    findings = [_trainable(logged, answer), _total(logged, answer)]
    if logged.percent:
        findings.append(_percent(logged))
    if logged.trainable != answer.trainable:
        found = list(_would_give(logged.trainable, configuration, question))
        findings += [Finding(False, text) for text in found or [
            "no rank up to 1,024 over the usual targets gives this number: other targets, or another base"]]
    return findings


def _trainable(logged: Logged, answer: Count) -> Finding:
    if logged.trainable == answer.trainable:
        return Finding(True, f"trainable: {logged.trainable:,}, as counted")
    return Finding(False, f"trainable: {logged.trainable:,}; rank {answer.rank} over these targets has "
                          f"{answer.trainable:,}")


def _total(logged: Logged, answer: Count) -> Finding:
    base = logged.total - logged.trainable
    if logged.total == answer.all_parameters:
        return Finding(True, f"all: {logged.total:,}, as counted")
    frozen = answer.all_parameters - answer.trainable
    if base == frozen:
        return Finding(True, f"all: {logged.total:,}, which is this base and the {logged.trainable:,} trained")
    if base == frozen - answer.halved:
        return Finding(True, f"all: {logged.total:,} counts 4-bit weights by their bytes, two to one: the base has "
                             f"{answer.total_parameters:,}")
    return Finding(False, f"all: {logged.total:,} leaves {base:,} for the base, and {answer.model} has {frozen:,}: "
                          "another base, or another vocabulary")


def _percent(logged: Logged) -> Finding:
    decimals = len(logged.percent.partition(".")[2])
    exact = Fraction(100 * logged.trainable, logged.total) if logged.total else Fraction(0)
    try:
        said = Fraction(logged.percent)
    except ValueError:
        return Finding(False, f"trainable%: {logged.percent} isn't a number")
    if abs(said - exact) <= Fraction(1, 2 * 10**min(decimals, 12)):
        return Finding(True, f"trainable%: {logged.percent}, the quotient of the two")
    return Finding(False, f"trainable%: {logged.percent}, but the two numbers give {float(exact):.4f}")


def _would_give(trainable: int, configuration: Configuration, question: Question) -> Iterator[str]:
    """Give the ranks and targets that train so many parameters: a count grows by the same number with each rank."""
    own = question.targets if isinstance(question.targets, str) else ",".join(question.targets)
    for targets in dict.fromkeys((own, *TRIED)):
        try:
            one = count_configuration(configuration, replace(question, targets=targets, rank=1, rank_pattern={}))
        except Refusal:
            continue
        left = trainable - (one.trainable - one.lora)
        if left > 0 and left % one.lora == 0 and left // one.lora <= 1024:
            yield f"rank {left // one.lora} over {targets} gives {trainable:,}"
