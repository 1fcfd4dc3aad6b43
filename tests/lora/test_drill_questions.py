"""The questions: every version fit to be asked, every answer found a second way, no slip taken for it."""

import math
from fractions import Fraction

import pytest

from derivations.blocks.asked import asked, versions
from derivations.course import Drill
from derivations.exact import DomainError
from derivations.exact.decimal import near
from derivations.lora.course import COURSE

DRILLS = list(COURSE.drills.values())


def pairs(shapes, rank):
    """Add up both factors of every adapter, side by side."""
    return sum(rank * in_ + out * rank for out, in_ in shapes)


def textbook(hidden):
    """Give the shapes (out, in) of the textbook layer."""
    return [(hidden, hidden)] * 4 + [(4 * hidden, hidden), (hidden, 4 * hidden)]


def last(holds):
    """Give the last rank, from 0 on, for which a condition holds."""
    rank = 0
    while holds(rank + 1):
        rank += 1
    return rank


def gated(h, h_kv, f):
    """Give attention's and the MLP's shapes (out, in) in a gated layer."""
    return [(h, h), (h_kv, h), (h_kv, h), (h, h)], [(f, h), (f, h), (h, f)]


def gpt2(h, L, V, n_ctx):
    """Give the embeddings' part of a model like GPT-2, term by term."""
    tables = V * h + n_ctx * h
    layer = 12 * h * h + (3 * h + h + 4 * h + h) + 2 * 2 * h
    return Fraction(tables, tables + L * layer + 2 * h)


AGAIN = {
    "llama-fc1": lambda d_in, d_out, r: pairs([(d_out, d_in)], r),
    "llama-fc1-ratio": lambda d_in, d_out, r: Fraction(r, d_in) + Fraction(r, d_out),
    "one-sheet": lambda d_in, d_out: len([0] * d_in + [0] * d_out),
    "first-step": lambda d_in, d_out, r: pairs([(d_out, d_in)], r) - pairs([(0, d_in)], r),
    "attention-share": lambda h, r: Fraction(pairs(textbook(h)[:4], r), pairs(textbook(h), r)),
    "rank-for-budget": lambda h, M: last(lambda k: pairs([(h, h)], k) <= M),
    "full-rank": lambda h: pairs([(h, h)], h),
    "gqa-k-proj": lambda h, h_kv, r: pairs([(h_kv, h)], r),
    "fused-c-attn": lambda h, r: pairs([(3 * h, h)], r),
    "adapter-rank-for-bytes": lambda h, L, S, bits: last(lambda k: L * pairs(textbook(h), k) * bits <= 8 * S),
    "gigabytes": lambda n, bits: n * bits // 8,
    "break-even": lambda d_in, d_out: 1 + last(lambda k: pairs([(d_out, d_in)], k) < d_in * d_out),
    "moe-layer": lambda h, h_kv, f, E, r: pairs(gated(h, h_kv, f)[0] + gated(h, h_kv, f)[1] * E, r),
    "alpha-over-r": lambda alpha, r: Fraction(alpha, 2 * r),
    "embeddings-share": gpt2,
    "memory-saving": lambda F, T: 1 - Fraction(2 * F + 16 * T, 16 * F),
    "capacity-dimension": lambda d_in, d_out, r: pairs([(d_out, d_in)], r) - r**2,
    "model-adapter": lambda h, L, r, bits: Fraction(L * pairs(textbook(h), r) * bits, 8),
    "gated-attention-share": lambda h, h_kv, f, r: Fraction(
        pairs(gated(h, h_kv, f)[0], r), pairs([*gated(h, h_kv, f)[0], *gated(h, h_kv, f)[1]], r)),
}


def test_there_are_the_four_of_the_source_and_more():
    assert {"llama-fc1", "attention-share", "rank-for-budget", "full-rank"} <= set(COURSE.drills)
    assert len(COURSE.drills) >= 12
    assert set(AGAIN) == set(COURSE.drills)


@pytest.mark.parametrize("drill", DRILLS, ids=lambda drill: drill.name)
def test_every_version_is_fit_and_there_are_enough(drill):
    assert len(versions(drill)) == len(drill.variants)
    assert 12 <= len(drill.variants) <= 24
    assert len({tuple(variant.items()) for variant in drill.variants}) == len(drill.variants)


@pytest.mark.parametrize("drill", DRILLS, ids=lambda drill: drill.name)
def test_answers_are_found_a_second_way(drill):
    for version in versions(drill):
        assert version.answer.exact == AGAIN[drill.name](**version.inputs)


@pytest.mark.parametrize("drill", DRILLS, ids=lambda drill: drill.name)
def test_no_slip_passes_and_every_slip_occurs(drill):
    rule = asked(drill)
    seen = set()
    for version in versions(drill):
        answer = near(version.answer.exact)
        for key, number in version.slips:
            assert not rule.accepts(number, answer)
            seen.add(key)
    assert seen == {slip.key for slip in drill.slips}


def test_slips_take_what_the_question_gives():
    for drill in DRILLS:
        given = set(drill.variants[0])
        for slip in drill.slips:
            assert {symbol.name for symbol in slip.formula.symbols} <= given
            slip.formula(**drill.variants[0])


def test_numbers_of_the_source_check():
    first = {drill.name: drill.answer(**drill.variants[0]).exact for drill in DRILLS}
    assert first["llama-fc1"] == 241_664
    assert first["llama-fc1-ratio"] == Fraction(59, 11008)
    assert first["attention-share"] == Fraction(4, 9)
    assert first["rank-for-budget"] == 12
    assert first["full-rank"] == 1_179_648
    assert first["break-even"] == math.ceil(Fraction(176128, 59))


def test_a_gated_layer_gives_attention_less_than_the_textbook_and_narrow_keys_less_still():
    """What the solution says, by the sides of the matrices, in each version that is asked."""
    for at in (version.inputs for version in versions(COURSE.drills["gated-attention-share"])):
        mlp = 3 * (at["h"] + at["f"])
        wide, narrow = (Fraction(sides, sides + mlp) for sides in (8 * at["h"], 6 * at["h"] + 2 * at["h_kv"]))
        assert narrow <= wide < Fraction(4, 9)
        assert (narrow < wide) is (at["h_kv"] < at["h"])


def test_a_drill_without_an_input_is_an_error():
    drill = COURSE.drills["llama-fc1"]
    broken = Drill(drill.name, drill.answer, ({"d_in": 4096, "d_out": 0, "r": 16},), drill.slips)
    with pytest.raises((DomainError, ValueError), match="d_out must be a positive integer"):
        versions(broken)
