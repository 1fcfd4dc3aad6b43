"""A base in few bits: what its block scales add, and what the adapter in training adds to that.

QLoRA keeps a scale of 32 bits for every 64 weights; double quantization keeps that scale in 8 bits, and one of 32 bits
for every 256 of them. The adapter is counted as the mixed-precision account counts what is trained.
"""

from __future__ import annotations

from derivations.exact import NUMBER, Declared, Scalar, known, quotient
from derivations.lora.layer import model_full, model_lora
from derivations.lora.memory import ACCOUNTS, MIXED
from derivations.lora.storage import BITS, BITS_PER_BYTE
from derivations.lora.symbols import BITS as BIT
from derivations.lora.symbols import BYTES, PARAMETER

QLORA = "Dettmers et al. 2023 (arXiv 2305.14314), section 3"
BLOCK = 64
"""Weights that share a scale."""
SCALES = 256
"""Scales that share a scale of their own, with double quantization."""
WEIGHT, SCALE, SMALL_SCALE = BITS["nf4"], BITS["float32"], BITS["int8"]
ADAPTER, MASTER = ACCOUNTS["mixed"].trained, ACCOUNTS["mixed"].master
STATE, WITH_SCALES = f"{QLORA}; {MIXED}", ("weight_and_scales", "collect")

formula = Declared(PARAMETER)


@formula("quantized.levels", NUMBER, QLORA)
def levels() -> Scalar:
    """Count the values that a weight in so few bits can take, before its block's scale."""
    return 2**WEIGHT


@formula("quantized.state", BYTES, STATE, reasons=("frozen_and_trained",))
def state(h: Scalar, L: Scalar, r: Scalar, bits: Scalar) -> Scalar:
    """Give the bytes of frozen textbook layers in so many bits a weight, and of their adapters in training."""
    return quotient(bits * known(model_full(h, L)), BITS_PER_BYTE) + ADAPTER * known(model_lora(h, L, r))


@formula("quantized.bits_single", BIT, QLORA, numbers=(SCALE,), reasons=WITH_SCALES)
def bits_single(scale: Scalar = SCALE) -> Scalar:
    """Give the bits a weight takes with its part of a scale."""
    return WEIGHT + quotient(scale, BLOCK)


@formula("quantized.bits_double", BIT, QLORA, numbers=(SMALL_SCALE, SCALE, BLOCK), reasons=WITH_SCALES)
def bits_double(small: Scalar = SMALL_SCALE, scale: Scalar = SCALE, block: Scalar = BLOCK) -> Scalar:
    """Give the bits a weight takes with its part of a small scale and of the scale of scales."""
    return WEIGHT + quotient(small, BLOCK) + quotient(scale, block * SCALES)


formula("quantized.state_single", BYTES, STATE, reasons=("frozen_and_trained",))(
    lambda h, L, r: state(h, L, r, bits_single()))
formula("quantized.state_double", BYTES, STATE, reasons=("frozen_and_trained",))(
    lambda h, L, r: state(h, L, r, bits_double()))
formula("memory.without_master", BYTES, MIXED, reasons=("bytes_times_parameters",))(lambda n: (ADAPTER - MASTER) * n)
formula("memory.with_master", BYTES, MIXED, reasons=("bytes_times_parameters",))(lambda n: ADAPTER * n)

FORMULAS = formula.formulas
