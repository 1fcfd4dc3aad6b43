"""Expressions match what Python's own `re.fullmatch` does, whoever runs them, and none runs for long."""

import random
import re
import time
from contextlib import suppress

import pytest
from trust import short_or_long, tried

import derivations
from derivations.counting import expression
from derivations.counting.expression import Expression, matched
from derivations.counting.refusal import Refusal

NAMES = [f"model.layers.{layer}.{owner}" for layer in range(12) for owner in (
    "self_attn.q_proj", "self_attn.k_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.experts.3.w1")]
PIECES = ("q", "k", "_proj", ".", r"\.", r"\d", "self_attn", "mlp", "model", "layers", "[qk]", "[^.]", r"\w", r"\b", "(?:", "(", ")", "|",
          "*", "+", "?", "*?", "{1,3}", "{2}", "^", "$", "(?=", "(?!", "(?<=l", r"\1", "(?i)", "(?P<a>", "(?P=a)", ".*", "[[a]", "(?>", "++")
HANGING = (r"(.*)*(.*)*x", r"(?:(?:[a-z._0-9]+)+)+!", r"(\w+\.?)+!", ".*" * 25 + "!", "(a|a)*" * 3 + r"(.|\w)*\1!", r"(?:.?){40}.{40}!",
           r"((.*)(.*)(.*)(.*))*z", r"(?=(.*)*!).*")


def compiled(draw):
    """Draw expressions until one is one."""
    while True:
        text = "".join(draw.choices(PIECES, k=draw.randint(1, 9)))
        try:
            return Expression(text)
        except Refusal:
            continue


def test_what_is_matched_is_what_python_matches_in_full(monkeypatch):
    draw = random.Random(4)
    many, hits = short_or_long(400, 20_000), 0
    monkeypatch.setattr(expression, "SECONDS", 120)          # what is asked here ends, however busy the machine is
    for _ in range(many // 20):
        asked = [compiled(draw) for _ in range(16)] + [Expression(one) for one in draw.sample((
            r".*\.(q|k)_proj", r"(.*\.)?(self_attn|mlp)\..*", r"model\.layers\.(1|7)\..*_proj", r"(?i).*Q_PROJ", r"(.*)(.*)w1", r".*\d\d?.*"), 4)]
        found = matched(asked, NAMES)
        right = [{name for name in NAMES if re.compile(one.text).fullmatch(name)} for one in asked]
        assert found == right, [one.text for one in asked]
        hits += sum(map(bool, right))
    assert hits > many // 10
    monkeypatch.setattr(Expression, "may_take_long", property(lambda self: True))
    asked = [compiled(draw) for _ in range(60)]
    assert matched(asked, NAMES) == [{name for name in NAMES if re.compile(one.text).fullmatch(name)} for one in asked]
    tried("expressions", many)


@pytest.mark.parametrize("text", HANGING)
@pytest.mark.parametrize("field", ["targets", "exclude_modules", "rank_pattern"])
def test_what_would_run_for_ever_is_stopped(text, field, monkeypatch):
    monkeypatch.setattr(expression, "SECONDS", 0.1)
    asked = {field: {text: 4} if field == "rank_pattern" else text}
    begun = time.monotonic()
    with suppress(Refusal):
        derivations.count("llama-2-7b", rank=8, **asked)
    assert time.monotonic() - begun < 20                    # a bound against hangs: three Pythons and their starts


def test_what_is_stopped_is_refused(monkeypatch):
    monkeypatch.setattr(expression, "SECONDS", 0.3)
    with pytest.raises(Refusal, match="seconds to match"):
        Expression(r"(?:(?:[a-z._0-9]+)+)+!").matching(["model.layers.0.self_attn.q_proj.and.much.more" * 3])


def test_a_machine_that_is_busy_stops_nothing(monkeypatch):
    monkeypatch.setattr(expression, "_CHILD", expression._CHILD.replace("texts, names", "__import__('time').sleep(0.6)\ntexts, names", 1))
    monkeypatch.setattr(expression, "SECONDS", 0.5)
    assert matched([Expression(r"(.*\.)?(w1)")], ["a.w1", "a.w2"]) == [{"a.w1"}]


def test_many_expressions_go_to_one_python(monkeypatch):
    runs = []
    ask = expression._apart
    monkeypatch.setattr(expression, "_apart", lambda *asked: runs.append(len(asked[0])) or ask(*asked))
    pattern = {f"layers\\.{layer}\\.(self_attn|mlp)\\.(q|up)_proj": layer + 1 for layer in range(32)}
    found = derivations.count("llama-2-7b", rank=8, targets="q_proj,v_proj", rank_pattern=pattern)
    assert found.lora == 2 * 4096 * (sum(range(1, 33)) + 32 * 8)
    assert runs == [32]


def test_names_held_against_expressions_are_bounded():
    with pytest.raises(Refusal, match="matched against at most 250000 names"):
        derivations.count("llama-2-7b", rank=8, rank_pattern={f"x{number}.*": 4 for number in range(2000)})


def test_names_that_pick_single_layers_are_bounded():
    deep = {"model_type": "llama", "hidden_size": 4, "num_hidden_layers": 10**6, "num_attention_heads": 1, "intermediate_size": 4, "vocab_size": 4}
    names = tuple(f"layers.{layer}.self_attn.q_proj" for layer in range(60))
    for asked in ({"targets": names}, {"exclude_modules": names}, {"rank_pattern": dict.fromkeys(names, 2)}):
        with pytest.raises(Refusal, match="too many names that pick one layer"):
            derivations.count(deep, rank=1, **asked)
    assert derivations.count({**deep, "num_hidden_layers": 60}, rank=1, targets=names).lora == 60 * 8


def test_an_expression_among_names_is_a_name_that_no_module_has():
    found = derivations.count("llama-2-7b", rank=8, targets=("q_proj", ".*v_proj"))
    assert found.lora == derivations.count("llama-2-7b", rank=8, targets="q_proj").lora
    assert any(note.startswith("skipped: .*v_proj:") for note in found.notes)


def test_a_warning_of_the_expressions_never_reaches_anyone(recwarn):
    derivations.count("llama-2-7b", rank=8, targets=r".*[[q]_proj")
    derivations.count("llama-2-7b", rank=8, targets="q_proj", rank_pattern={"(q[[a]*)*": 4})
    assert not recwarn.list
