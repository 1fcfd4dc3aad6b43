"""The inverse question, counted: the largest rank whose adapter a budget of parameters, bytes or percent pays for.

An adapter's parameters grow in proportion to its rank, so the answer is one exact division. A budget in bytes pays for
the numbers of the adapter in their dtype; the file's header, some kilobytes, comes on top and is stated beside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from derivations.counting.configuration import Configuration
from derivations.counting.count import Count, Question, count_configuration, fraction
from derivations.counting.refusal import LARGEST, Refusal
from derivations.counting.safetensors import DTYPES

__all__ = ["Budget", "RankAnswer", "parse_budget"]

PARAMETERS, BYTES, SHARE = "parameters", "bytes", "share"

_SCALES = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "g": 10**9, "t": 10**12}
_BYTES = {"kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12, "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}
_PREFIXES = ("kilo", "mega", "giga", "tera", "kibi", "mebi", "gibi", "tebi")
_LONG = {f"{prefix}byte{end}": size
         for prefix, size in zip(_PREFIXES, _BYTES.values(), strict=True) for end in ("", "s")}
_SPACES = " \t\u00a0\u2009\u202f"
_APART = re.compile(rf"\d{{1,3}}([{_SPACES}'’_])\d{{3}}(?:\1\d{{3}})*(?:[.,]\d*)?", re.ASCII)
_WAYS = [(re.compile(way, re.ASCII), group) for way, group in (
    (r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?", ","), (r"\d+|\d*\.\d*", ""),
    (r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?", "."), (r"\d*,\d*", ""))]
"""How a number may be spelled, the first that fits, and what groups its digits: 1,000.5 and 1000.5, then 1.000,5 and
1000,5 where English has no other reading. The calculator reads a budget in the same order, in its page's language."""
_BUDGET = re.compile(rf"([\d.,'’_{_SPACES}]{{1,60}}?)(?:[eE]\+?(\d{{1,2}}))?[{_SPACES}]*([A-Za-z]{{0,12}}|%)", re.ASCII)


@dataclass(frozen=True)
class Budget:
    """What may be spent: an exact amount, and of what: parameters, bytes, or a share of the full parameters."""

    text: str
    amount: Fraction
    kind: str

    def in_parameters(self, full: int, bytes_each: int) -> int:
        """Give the whole number of parameters that the budget pays for."""
        if self.kind == BYTES:
            return self.amount // bytes_each
        return self.amount * full // 1 if self.kind == SHARE else self.amount // 1


@dataclass(frozen=True)
class RankAnswer:
    """The largest rank that fits; `budget`, `lora` and `next` (what one rank more would take) are in parameters."""

    rank: int
    lora: int
    budget: int
    next: int
    given: Budget
    count: Count

    def as_json(self) -> dict[str, Any]:
        """Give the answer as plain data."""
        count = self.count
        return {
            "model": count.model, "model_type": count.model_type, "rank": self.rank, "lora": self.lora,
            "budget": self.budget, "next": self.next, "budget_given": self.given.text, "budget_kind": self.given.kind,
            "target_modules": list(count.target_modules), "full": count.full, "ratio": fraction(count.ratio),
            "dtype": count.dtype, "experts": count.experts, "adapter_bytes": count.adapter_bytes,
            "adapter_file_bytes": count.adapter_file_bytes, "defaults": dict(count.taken), "notes": list(count.notes),
        }


def parse_budget(text: str) -> Budget:
    """Read a budget: 10M (or 10_000_000) parameters, 40MB or 38MiB of bytes, 1% of the full parameters.

    K, M, B (or G) and T count thousands, millions, billions and trillions of parameters; KB to TB are powers of ten and
    KiB to TiB powers of two, and so are their long names. Decimals and 1e6 are exact.
    Raises `Refusal` for anything else, and for nothing at all.
    """
    match = _BUDGET.fullmatch(text.strip(_SPACES))
    unit = match[3].lower() if match else "?"
    sizes = _BYTES | _LONG
    spelled = _number(match[1]) if match else None
    if match is None or spelled is None or unit not in (*_SCALES, *sizes, "%"):
        raise Refusal(f"budget: {text[:40]!r} isn't one: write 10M (parameters), 40MB or 38MiB (bytes), or 1%")
    number = spelled * 10 ** int(match[2] or 0)
    if not number:
        raise Refusal("budget: nothing can be paid with nothing")
    if unit == "%":
        return Budget(text.strip(), number / 100, SHARE)
    if unit in sizes:
        return Budget(text.strip(), number * sizes[unit], BYTES)
    return Budget(text.strip(), number * _SCALES[unit], PARAMETERS)


def _number(text: str) -> Fraction | None:
    """Read a number exactly; None for what is none."""
    if _APART.fullmatch(text):
        text = re.sub(r"[^\d.,]", "", text)
    for way, group in _WAYS:
        if way.fullmatch(text) and text.strip(".,"):
            return Fraction((text.replace(group, "") if group else text).replace(",", "."))
    return None


def rank_within(configuration: Configuration, question: Question, budget: Budget, *, model: str = "") -> RankAnswer:
    """Give the largest rank of the question's adapter that the budget pays for; the question's own is ignored.

    Raises `Refusal` where not even rank 1 fits.
    """
    one = count_configuration(configuration, replace(question, rank=1), model=model)
    affordable = budget.in_parameters(one.full, DTYPES[one.dtype].bytes)
    rank = affordable // one.lora
    if rank == 0:
        raise Refusal(f"budget: {budget.text} pays for {affordable:,} parameters, and rank 1 takes {one.lora:,}")
    if rank > LARGEST:
        raise Refusal(f"budget: {budget.text} pays for a rank above {LARGEST:,}")
    answer = count_configuration(configuration, replace(question, rank=rank), model=model)
    return RankAnswer(rank, answer.lora, affordable, answer.lora + one.lora, budget, answer)
