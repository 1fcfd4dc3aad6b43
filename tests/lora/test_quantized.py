"""A base in few bits, against blocks laid out one by one, and against the sizes that the QLoRA paper states."""

import math

import pytest

from derivations.lora.course import COURSE

F = COURSE.formulas
SIZE_70B = {"h": 8192, "L": 80, "r": 8}


def laid_out(weights, *, double):
    """Count the bits of weights in blocks of 64, with a scale each; with scales of scales, in groups of 256."""
    blocks = math.ceil(weights / 64)
    scales = blocks * 8 + math.ceil(blocks / 256) * 32 if double else blocks * 32
    return weights * 4 + scales


def test_bits_of_a_weight_are_those_of_blocks_laid_out():
    weights = 64 * 256 * 11
    assert F["quantized.bits_single"]().exact * weights == laid_out(weights, double=False)
    assert F["quantized.bits_double"]().exact * weights == laid_out(weights, double=True)
    # The paper: 0.5 bits of constants a parameter, 0.127 with double quantization.
    assert round(float(F["quantized.bits_double"]().exact) - 4, 3) == 0.127


@pytest.mark.parametrize(("name", "double"), [("state_single", False), ("state_double", True)])
def test_bytes_of_a_quantized_base_and_its_adapter(name, double):
    weights, adapter = 12 * 80 * 8192**2, 18 * 80 * 8 * 8192
    assert F[f"quantized.{name}"](**SIZE_70B).exact == laid_out(weights, double=double) / 8 + 16 * adapter


def test_what_48_gigabytes_hold():
    bytes_at = {bits: F["quantized.state"](**SIZE_70B, bits=bits).exact for bits in (4, 5, 6, 8, 16)}
    assert [bits for bits, size in bytes_at.items() if size < 48e9] == [4, 5]
    assert bytes_at[4] == F["memory.nf4.lora"](**SIZE_70B).exact
    assert bytes_at[16] == F["memory.mixed.lora"](**SIZE_70B).exact


def test_paper_counts_twelve_bytes_each():
    """QLoRA: more than 780 GB for LLaMA-65B in 16 bits; sixteen bytes each would be far more."""
    published = 65_285_660_672
    assert 780e9 < F["memory.without_master"](n=published).exact < 785e9 < F["memory.with_master"](n=published).exact
