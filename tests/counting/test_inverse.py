"""The inverse question, judged by the inequality that it asks for: this rank fits, the next doesn't."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import derivations
from derivations.counting.catalogue import catalogue
from derivations.counting.inverse import BYTES, PARAMETERS, SHARE, parse_budget
from derivations.counting.refusal import Refusal


@pytest.mark.parametrize(("text", "amount", "kind"), [
    ("10M", 10**7, PARAMETERS), ("10m", 10**7, PARAMETERS), ("1.5B", 1_500_000_000, PARAMETERS),
    ("7", 7, PARAMETERS), ("10_000_000", 10**7, PARAMETERS), ("10,000,000", 10**7, PARAMETERS),
    ("2 k", 2000, PARAMETERS), ("2G", 2_000_000_000, PARAMETERS), ("1.75T", 1_750_000_000_000, PARAMETERS),
    ("40MB", 40 * 10**6, BYTES), ("38MiB", 38 * 2**20, BYTES), ("0.1 GiB", Fraction(2**30, 10), BYTES),
    ("1kb", 1000, BYTES), ("3GB", 3_000_000_000, BYTES), ("2.5TB", 2_500_000_000_000, BYTES),
    ("1TiB", 1_099_511_627_776, BYTES), ("1%", Fraction(1, 100), SHARE), ("0.3%", Fraction(3, 1000), SHARE),
    (".5%", Fraction(1, 200), SHARE),
])
def test_budgets_are_read_exactly(text, amount, kind):
    budget = parse_budget(text)
    assert (budget.amount, budget.kind) == (amount, kind)


@pytest.mark.parametrize("text", [
    "", "M", "-1M", "10X", "1 0", "10,00,0", "1,00.0", "%", "0", "0%", "1MBB", "²", "1/2", "inf", "nan", "9" * 400, "1MB 2",
    "٣M",
])
def test_other_texts_are_refused(text):
    with pytest.raises(Refusal, match=r"^budget: "):
        parse_budget(text)


@given(st.text(max_size=12))
@settings(max_examples=500, deadline=None)
def test_any_text_is_read_or_refused(text):
    try:
        amount = parse_budget(text).amount
    except Refusal:
        return
    assert amount > 0


models = st.sampled_from(sorted(set(catalogue()) - {"deepseek-v2-lite", "qwen3-30b-a3b", "gpt-oss-20b"}))
targets = st.sampled_from(["all", "attention", "mlp"])


@given(models, targets, st.sampled_from(["float32", "bfloat16"]), st.integers(10**8, 10**11),
       st.sampled_from(["", "kB", "KiB"]))
@settings(max_examples=40, deadline=None)
def test_the_answer_fits_and_the_next_does_not(model, targets, dtype, amount, unit):
    text = f"{amount}{unit}"
    answer = derivations.rank_for(model, budget=text, targets=targets, dtype=dtype)
    here = derivations.count(model, rank=answer.rank, targets=targets, dtype=dtype)
    above = derivations.count(model, rank=answer.rank + 1, targets=targets, dtype=dtype)
    assert (answer.lora, answer.next) == (here.lora, above.lora)
    assert answer.lora <= answer.budget < answer.next
    scale = {"": None, "kB": 1000, "KiB": 1024}[unit]
    if scale:
        assert here.adapter_bytes <= amount * scale < above.adapter_bytes


@given(models, targets, st.integers(1, 99))
@settings(max_examples=30, deadline=None)
def test_a_percentage_is_of_the_targeted_weights(model, targets, percent):
    answer = derivations.rank_for(model, budget=f"{percent}%", targets=targets)
    assert answer.count.ratio <= Fraction(percent, 100) < Fraction(answer.next, answer.count.full)


def test_what_cannot_be_paid():
    with pytest.raises(Refusal, match=r"pays for 1,000 parameters, and rank 1 takes 147,456$"):
        derivations.rank_for("gpt2", budget="1K")
    assert derivations.rank_for("gpt2", budget=147_456).rank == 1


@pytest.mark.parametrize("text", ["40MB", "1%", "10M"])
def test_a_budget_is_quoted_without_the_spaces_around_it(text):
    assert parse_budget(f" {text} ") == parse_budget(text)
    assert parse_budget(f" {text} ").text == text
