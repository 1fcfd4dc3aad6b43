"""The library's own line, `trainable params: … || all params: … || trainable%: …`: written, and checked.

Other tools say the same in words of theirs ("… of … (0.52% trained)", "8046.2935M Params (17.3015M Trainable …)"): a
number that is written rounded is held against the exact one to its last place. Where a line disagrees, what can
explain it is tried: another rank, other targets, a total that counts packed 4-bit weights by their bytes, or that
comes from the model's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

from derivations.counting.configuration import Configuration
from derivations.counting.count import Count, Question, count_configuration
from derivations.counting.linear import full as weights
from derivations.counting.refusal import Refusal

LONGEST = 100_000
"""The most characters at the end of a log that are looked at."""
_COLOURS = re.compile(r"\x1b\[[\d;]*[A-Za-z]")
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "million": 10**6, "b": 10**9, "billion": 10**9}


def _number(name: str) -> str:
    return (rf"~?(?<![\d,_.])(?P<{name}>\d(?:[\d,_.]{{0,40}}\d)?)(?!\d)"
            rf"(?:[ ]?(?P<{name}_unit>(?:[kmb]|million|billion)\b))?")


_PERCENT = r"(?P<percent>\d{1,40}(?:[.,]\d{0,40})?(?:e[-+]?\d{1,2})?)"
_AFTER = (rf"(?:[^\d%]{{0,30}}%['\"]?\s?[:=(]\s?{_PERCENT}"
          rf"|[^\d\n%]{{0,30}}?{_PERCENT.replace('percent', 'percent_after')}\s?%)")
_TRAINED, _ALL = _number("trained"), _number("all")
_IS = r"(?:\s?\([a-z ]{1,20}\))?['\"]?\s{0,20}[:=]\s{0,20}"
_OF_TRAINED = r"(?<![a-z])(?<!non-)(?<!non )(?<!non_)trainable(?:[ _](?:lora[ _])?param(?:eter)?s?)?" + _IS
_OF_ALL = r"(?<![a-z])(?:all|total)(?:[ _](?:model[ _])?param(?:eter)?s?)?" + _IS


def _read(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


WITH_BOTH = tuple(map(_read, (
    rf"{_OF_TRAINED}{_TRAINED}\s?(?:/|(?:out )?of)\s?{_ALL}(?:{_AFTER})?",
    rf"{_ALL} params \({_TRAINED} trainable(?:{_AFTER})?",
    rf"{_OF_TRAINED}{_PERCENT}% \({_TRAINED}/{_ALL}\)",
    rf"{_OF_TRAINED}{_TRAINED}[^\d]{{1,40}}?{_OF_ALL}{_ALL}(?:{_AFTER})?",
    rf"{_OF_ALL}{_ALL}[^\d]{{1,40}}?{_OF_TRAINED}{_TRAINED}(?:{_AFTER})?",
)))
"""How both numbers are written together, by this library and by others."""
ALONE = _read(rf"{_OF_TRAINED}{_TRAINED}")

USUAL = ("q_proj,v_proj", "q_proj,k_proj,v_proj", "attention", "all", "mlp")
"""The targets that are tried where a line disagrees with those it is said to have."""
RANKS = tuple(2**power for power in range(10))
"""The ranks that are tried over any other targets, where the usual ones need a rank that hardly anybody takes."""
OFTEN = (4, 8, 16, 32, 64, 128, 256)
MOST_FEWER, MOST_LABELS = 1024, 10_000
"""How many rows a vocabulary may have lost, how many classes a classifier may tell apart, to explain a total."""
MOST_VIRTUAL = 100
"""The most virtual tokens that a prompt is taken to have."""
MOST, MOST_NAMES = 3, 12
"""How many of these are told, and of how many names."""


NOTHING = "no rank up to 1,024 over the usual targets gives this number, nor a power of two over any"


class Said(NamedTuple):
    """A number as a line has it: its value, and what its last written place is worth."""

    value: int
    place: int = 1

    def means(self, number: int) -> bool:
        """Whether this is how a number is written, rounded to its last place."""
        return self.value == number if self.place == 1 else 2 * abs(self.value - number) <= self.place

    def __str__(self) -> str:
        return f"{self.value:,}" if self.place == 1 else f"about {self.value:,}"


class Logged(NamedTuple):
    """What a line says; no total, or "" for the percentage, where it says none. `piped`, as this library writes it."""

    trainable: Said
    total: Said | None = None
    percent: str = ""
    piped: bool = False


class Finding(NamedTuple):
    """One thing that a line says, and whether it can be so."""

    agrees: bool
    text: str


def read_line(text: str) -> Logged:
    """Find the last such line in a text. Raises `Refusal` where there is none."""
    text = _COLOURS.sub("", text[-LONGEST:])
    both = (match for form in WITH_BOTH for match in form.finditer(text))
    found = max(both, key=lambda one: one.start(), default=None)
    if found is not None:
        parts = found.groupdict()
        percent = (parts["percent"] or parts.get("percent_after") or "").replace(",", ".").rstrip(".")
        return Logged(_said(found, "trained"), _said(found, "all"), percent, "||" in found[0])
    for alone in reversed(list(ALONE.finditer(text))):
        return Logged(_said(alone, "trained"))
    raise Refusal("log: no line such as 'trainable params: 4,194,304 || all params: 6,742,609,920' is there")


def _said(match: re.Match[str], name: str) -> Said:
    """Read a number, with what its last place is worth."""
    written, unit = match[name], (match[f"{name}_unit"] or "").lower()
    apart = re.fullmatch(r"\d{1,3}(?:([,_.])\d{3})(?:\1\d{3})+|\d{1,3}[,_]\d{3}|\d+", written)
    plain = re.sub(r"[,_.]", "", written) if apart else written.replace(",", "")
    if plain.count(".") > 1 or ("." in plain and not unit) or "_" in plain:
        raise Refusal(f"log: {written[:40]!r} isn't a number of parameters")
    decimals = len(plain.partition(".")[2])
    return Said(round(Decimal(plain) * _UNITS[unit]), max(1, _UNITS[unit] // 10**decimals))


def check_line(logged: Logged, configuration: Configuration, question: Question, *, model: str = "") -> list[Finding]:
    """Say of each number of the line whether it can be so, and what would give it."""
    answer = count_configuration(configuration, question, model=model)
    findings = [_trainable(logged, answer)]
    if logged.total is not None:
        findings.append(_total(logged, logged.total, configuration, question, answer))
        if logged.percent:
            findings.append(_percent(logged.percent, logged.trainable, logged.total))
    if logged.trainable.value and not logged.trainable.means(answer.trainable):
        found = list(would_give(logged.trainable, configuration, question))
        findings += [Finding(False, text) for text in found or [NOTHING + ": other targets, or another base"]]
    return findings


def _trainable(logged: Logged, answer: Count) -> Finding:
    said = logged.trainable
    if said.means(answer.trainable):
        return Finding(True, f"trainable: {answer.trainable:,}, as counted")
    if not said.value:
        return Finding(False, "trainable: 0: nothing trains; the adapter is frozen, as loaded for inference, or the "
                              "weights lie elsewhere (ZeRO-3)")
    if logged.total is not None and logged.total.value == said.value:
        return Finding(False, f"trainable: {said}, all there is: no adapter is on the model yet, or it is merged")
    return Finding(False, f"trainable: {said}; rank {answer.rank} over these targets has {answer.trainable:,}")


def _total(
    logged: Logged, total: Said, configuration: Configuration, question: Question, answer: Count,
) -> Finding:
    trained, frozen = logged.trainable, answer.all_parameters - answer.trainable
    base, place = total.value - trained.value, max(total.place, trained.place)
    left = Said(base, place)
    if total.means(answer.all_parameters):
        return Finding(True, f"all: {answer.all_parameters:,}, as counted")
    if left.means(frozen):
        return Finding(True, f"all: {total}, which is this base and the {trained} trained")
    if any(left.means(frozen - answer.halved - routers // 2) for routers in (0, _routers(configuration))):
        return Finding(True, f"all: {total} counts 4-bit weights by their bytes, two to one: the base has "
                             f"{answer.total_parameters:,}")
    if total.value and total.value % 10**7 == 0 and not logged.piped:
        return Finding(True, f"all: {total} is a round number, as Unsloth takes it from the name of a 4-bit base: the "
                             f"base has {answer.total_parameters:,}")
    if total.means(answer.total_parameters):
        return Finding(not logged.piped, f"all: {total} is the base alone; PEFT counts the adapter with it, "
                                         f"{answer.all_parameters:,}")
    if base < 0:
        return Finding(False, f"all: {total} is less than what trains")
    return Finding(False, f"all: {total} leaves {base:,} for the base, and {answer.model} has {frozen:,}: "
                          f"{_explained(base, frozen, configuration, question)}")


def _routers(configuration: Configuration) -> int:
    """Count the weights of routers, which are Linears in version 4 of the library and packed as well."""
    return int(sum(run.count * weights(module.linear) for run in configuration.decoder.runs
                   for module in run.layer.modules if module.part == "router"))


def _explained(base: int, frozen: int, configuration: Configuration, question: Question) -> str:
    """Say a difference as rows of the vocabulary or as a classifier's, where it is so many."""
    decoder, more = configuration.decoder, base - frozen
    row = int(decoder.embeddings[0].in_) + (0 if decoder.tied else sum(int(head.in_) for head in decoder.heads))
    rows = abs(more // row)
    if more % row == 0 and rows <= (configuration.dimensions.vocab_size if more > 0 else MOST_FEWER):
        return f"as {rows:,} row{'s' if rows > 1 else ''} of the vocabulary {'more' if more > 0 else 'fewer'} give it"
    if not question.num_labels:
        one, two = (_frozen(configuration, question, labels) for labels in (1, 2))
        labels, rest = divmod(base - one, two - one) if two > one else (-1, 1)
        if rest == 0 and 0 <= labels < MOST_LABELS:
            return f"as a classifier of {labels + 1:,} in the head's place gives it (--num-labels)"
    return "another base, or another vocabulary"


def _frozen(configuration: Configuration, question: Question, labels: int) -> int:
    try:
        found = count_configuration(configuration, replace(question, num_labels=labels, modules_to_save=()))
    except Refusal:
        return 0
    return found.all_parameters - found.trainable


def _percent(percent: str, trained: Said, total: Said) -> Finding:
    if not total.value:
        return Finding(False, f"trainable%: {percent}, but there is nothing to divide by")
    said, last = Fraction(percent), Fraction(10) ** Decimal(percent).as_tuple().exponent       # type: ignore[operator]
    exact = Fraction(100 * trained.value, total.value)
    slack = max(last, Fraction(1, 10**12)) + exact * (_slack(trained) + _slack(total))
    if 2 * abs(said - exact) <= slack:
        return Finding(True, f"trainable%: {percent}, the quotient of the two")
    shown = max(4, len(percent.partition(".")[2]))
    return Finding(False, f"trainable%: {percent}, but the two numbers give {float(exact):.{min(shown, 17)}f}")


def _slack(said: Said) -> Fraction:
    """Give how much of a rounded number its last place is."""
    return Fraction(said.place, said.value or 1) if said.place > 1 else Fraction(0)


def would_give(trained: Said, configuration: Configuration, question: Question) -> Iterator[str]:
    """Give ranks and targets that train so many parameters: over those asked for and the usual ones, else over any.

    A count grows by the same number with each rank. Where there are none, virtual tokens are tried.
    """
    own = question.targets if isinstance(question.targets, str) else ",".join(question.targets)
    seen: set[int] = set()
    found: list[int] = []
    for targets in dict.fromkeys((own, *USUAL)):
        try:
            one = count_configuration(configuration, replace(question, targets=targets, rank=1, rank_pattern={}))
        except Refusal:
            continue
        rank = 0 if one.lora in seen else _rank(trained, one.trainable - one.lora, one.lora, 1024)
        seen.add(one.lora)
        if rank:
            found.append(rank)
            yield f"rank {rank} over {targets} gives {trained}"
    if {*found} & {*OFTEN}:
        return
    for text in _over_any(trained, configuration, question, seen):
        found.append(0)
        yield text
    d = configuration.dimensions
    for what, each in (("prompt", d.hidden_size), ("prefix", 2 * d.num_hidden_layers * d.hidden_size)):
        if not found and trained.place == 1 and trained.value % each == 0 and trained.value // each <= MOST_VIRTUAL:
            yield (f"{trained.value // each:,} × {each:,}: no LoRA, but {what} tuning with so many virtual tokens "
                   "gives it")


def _over_any(trained: Said, configuration: Configuration, question: Question, seen: set[int]) -> Iterator[str]:
    try:
        every = count_configuration(configuration, replace(question, targets="all", rank=1, rank_pattern={}))
    except Refusal:
        return
    names: dict[str, int] = {}
    for module in every.modules:
        leaf = module.name.rpartition(".")[2]
        names[leaf] = names.get(leaf, 0) + module.lora
    told = 0
    some = list(names.items())[:MOST_NAMES]
    for size in range(1, len(some) + 1):
        for chosen in combinations(some, size):
            each = sum(number for _, number in chosen)
            rank = _rank(trained, every.trainable - every.lora, each, RANKS[-1])
            if rank in RANKS and each not in seen and told < MOST:
                yield f"rank {rank} over {','.join(name for name, _ in chosen)} gives {trained}"
                told += 1


def _rank(trained: Said, besides: int, each: int, most: int) -> int:
    """Give the rank that trains so many parameters where each one adds so many; 0 where none up to the most does."""
    rank = round(Fraction(trained.value - besides, each)) if each else 0
    return rank if 0 < rank <= most and trained.means(rank * each + besides) else 0
