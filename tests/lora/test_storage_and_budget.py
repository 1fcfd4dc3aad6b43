"""Bytes against what arrays take, and budgets against the inequality that they answer."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivations.counting.safetensors import DTYPES
from derivations.exact import DomainError
from derivations.lora.course import COURSE
from derivations.lora.storage import BITS

F = COURSE.formulas
widths, ranks, depths = st.integers(1, 40), st.integers(1, 20), st.integers(1, 6)
NUMPY = {"float32": np.float32, "float16": np.float16, "int8": np.int8}


def cost(hidden, rank, depth=1):
    """Count the adapter of textbook layers, pair by pair."""
    shapes = [(hidden, hidden)] * 4 + [(4 * hidden, hidden), (hidden, 4 * hidden)]
    return depth * sum(np.empty((out, rank)).size + np.empty((rank, in_)).size for out, in_ in shapes)


@pytest.mark.parametrize("dtype", NUMPY)
@given(hidden=widths, rank=ranks, depth=depths)
def test_bytes_are_those_of_arrays(dtype, hidden, rank, depth):
    bits = BITS[dtype]
    adapter = np.empty(cost(hidden, rank, depth), NUMPY[dtype])
    base = np.empty(depth * 12 * hidden**2, NUMPY[dtype])
    assert F["adapter.bytes"](h=hidden, L=depth, r=rank, bits=bits).exact == adapter.nbytes
    assert F["model.bytes"](h=hidden, L=depth, bits=bits).exact == base.nbytes
    assert F["parameters.bytes"](n=adapter.size, bits=bits).exact == adapter.nbytes
    assert F["adapter.times_smaller"](h=hidden, L=depth, r=rank, bits=bits).exact == Fraction(
        base.nbytes, adapter.nbytes)


def test_a_float_is_its_sign_its_exponent_and_its_fraction():
    assert (BITS["float32"], BITS["float16"], BITS["bfloat16"]) == (1 + 8 + 23, 1 + 5 + 10, 1 + 8 + 7)
    for name, bits in ((one.name, 8 * one.bytes) for one in DTYPES.values()):
        assert BITS[name] == bits


def test_half_bytes_stay_exact():
    assert F["parameters.bytes"](n=3, bits=BITS["nf4"]).exact == Fraction(3, 2)


def test_sizes_that_are_whole_in_powers_of_two():
    size = F["adapter.bytes"](h=4096, L=32, r=8, bits=16).exact
    assert size == 36 * 2**20
    assert F["adapter.mebibytes"](h=4096, L=32, r=8, bits=16).exact == 36
    assert F["adapter.megabytes"](h=4096, L=32, r=8, bits=16).exact == Fraction(37_748_736, 10**6)
    assert F["model.mebibytes"](h=768, L=12, bits=16).exact == 162
    assert F["model.gibibytes"](h=4096, L=32, bits=16).exact == 12
    assert F["unit.mebibyte_over_megabyte"]().exact == Fraction(2**20, 10**6)
    assert F["unit.gibibyte_over_gigabyte"]().exact == Fraction(2**30, 10**9)


@given(in_=widths, out=widths, budget=st.integers(1, 5000))
def test_the_rank_for_a_linear_is_the_last_that_fits(in_, out, budget):
    rank = F["linear.rank_for"](d_in=in_, d_out=out, M=budget).exact
    fitting = [k for k in range(1, min(in_, out) + 1)
               if np.empty((out, k)).size + np.empty((k, in_)).size <= budget]
    assert rank == max(fitting, default=0)


@given(hidden=widths, depth=depths, budget=st.integers(1, 100_000))
def test_the_rank_for_a_model_is_the_last_that_fits(hidden, depth, budget):
    rank = F["model.rank_for"](h=hidden, L=depth, M=budget).exact
    fitting = [k for k in range(1, hidden + 1) if cost(hidden, k, depth) <= budget]
    assert rank == max(fitting, default=0)
    assert F["model.spent"](h=hidden, L=depth, M=budget).exact == (cost(hidden, rank, depth) if rank else 0)
    assert F["model.next"](h=hidden, L=depth, M=budget).exact == cost(hidden, rank + 1, depth)
    assert F["layer.rank_for"](h=hidden, M=budget).exact == max(
        (k for k in range(1, hidden + 1) if cost(hidden, k) <= budget), default=0)


@given(hidden=widths, depth=depths, size=st.integers(1, 300_000), bits=st.sampled_from([4, 8, 16, 32]))
def test_the_rank_for_a_file_is_the_last_that_fits(hidden, depth, size, bits):
    rank = F["model.rank_for_bytes"](h=hidden, L=depth, S=size, bits=bits).exact
    fitting = [k for k in range(1, hidden + 1) if cost(hidden, k, depth) * bits <= 8 * size]
    assert rank == max(fitting, default=0)


@pytest.mark.parametrize(("hidden", "budget", "rank"), [
    (768, 1535, 0), (768, 1536, 1), (768, 12_288, 8), (768, 589_823, 383), (768, 589_824, 384),
    (768, 1_179_648, 768), (768, 2_000_000, 768), (4096, 100_000, 12),
])
def test_budgets_of_the_source_check(hidden, budget, rank):
    assert F["square.rank_for"](h=hidden, M=budget).exact == rank


def test_what_the_largest_rank_leaves():
    assert F["square.left_over"](h=4096, M=100_000).exact == 1_696
    assert F["square.spent"](h=4096, M=100_000).exact == 98_304


@given(in_=widths, out=widths, wanted=st.integers(1, 5000))
def test_a_rank_above_the_shorter_side_is_refused_with_a_reason(in_, out, wanted):
    enough = [k for k in range(1, min(in_, out) + 1) if k * (in_ + out) >= wanted]
    if enough:
        assert F["linear.rank_needed"](d_in=in_, d_out=out, M=wanted).exact == enough[0]
    else:
        with pytest.raises(DomainError, match=r"a rank above min\(d_in, d_out\) would be needed"):
            F["linear.rank_needed"](d_in=in_, d_out=out, M=wanted)


def test_a_model_refuses_likewise():
    assert F["model.rank_needed"](h=768, L=12, M=1_327_104).exact == 8
    with pytest.raises(DomainError, match="a rank above h would be needed"):
        F["model.rank_needed"](h=768, L=12, M=768 * 165_888 + 1)
