"""A base in few bits: what its block scales add, and what the adapter in training adds to that.

QLoRA keeps a scale of 32 bits for every 64 weights; double quantization keeps that scale in 8 bits, and one of 32 bits
for every 256 of them. The adapter is counted as the mixed-precision account counts what is trained.
"""

from __future__ import annotations

from typing import Any

from derivations.exact import Formula, Scalar, Step, quotient
from derivations.exact.derivation import as_product, as_quotient, as_sum, steps
from derivations.exact.simplest import simplest
from derivations.lora.layer import model_full, model_lora
from derivations.lora.memory import ACCOUNTS, MIXED
from derivations.lora.storage import BITS, BITS_PER_BYTE
from derivations.lora.symbols import BITS as BIT
from derivations.lora.symbols import BYTES, L, bits, h, n, r

QLORA = "Dettmers et al. 2023 (arXiv 2305.14314), section 3"
BLOCK = 64
"""Weights that share a scale."""
SCALES = 256
"""Scales that share a scale of their own, with double quantization."""
WEIGHT, SCALE, SMALL_SCALE = BITS["nf4"], BITS["float32"], BITS["int8"]
ADAPTER, MASTER = ACCOUNTS["mixed"][0].trained, ACCOUNTS["mixed"][0].master


def bits_single() -> Scalar:
    """Give the bits a weight takes with its part of a scale."""
    return WEIGHT + quotient(SCALE, BLOCK)


def bits_double() -> Scalar:
    """Give the bits a weight takes with its part of a small scale and of the scale of scales."""
    return WEIGHT + quotient(SMALL_SCALE, BLOCK) + quotient(SCALE, BLOCK * SCALES)


def state(hidden_size: Scalar, layers: Scalar, rank: Scalar, bits_each: Scalar) -> Scalar:
    """Give the bytes of frozen textbook layers in so many bits a weight, and of their adapters in training."""
    return (quotient(bits_each * model_full(hidden_size, layers), BITS_PER_BYTE)
            + ADAPTER * model_lora(hidden_size, layers, rank))


def _bits_steps(*scales: tuple[int, Any]) -> tuple[Step, ...]:
    terms = [WEIGHT, *(as_quotient(size, shared) for size, shared in scales)]
    return steps(("weight_and_scales", as_sum(terms)), ("collect", sum(term.doit() for term in terms[1:]) + WEIGHT))


def _state_steps(hidden_size: Any, layers: Any, rank: Any, bits_each: Any) -> tuple[Step, ...]:
    frozen = as_quotient(as_product((bits_each, model_full(hidden_size, layers))), BITS_PER_BYTE)
    adapter = as_product((ADAPTER, model_lora(hidden_size, layers, rank)))
    return steps(("frozen_and_trained", as_sum([frozen, adapter])),
                 ("collect", simplest(state(hidden_size, layers, rank, bits_each))))


def _of_parameters(name: str, each: int) -> Formula:
    """Declare the bytes of full fine-tuning, so many for each parameter."""
    return Formula(name, lambda parameters: each * parameters, (n,), BYTES, source=MIXED,
                   derive=lambda parameters: steps(("bytes_times_parameters", as_product((each, parameters)))))


FORMULAS: tuple[Formula, ...] = (
    Formula("quantized.bits_single", bits_single, (), BIT, derive=lambda: _bits_steps((SCALE, BLOCK)), source=QLORA),
    Formula("quantized.bits_double", bits_double, (), BIT,
            derive=lambda: _bits_steps((SMALL_SCALE, BLOCK), (SCALE, as_product((BLOCK, SCALES)))), source=QLORA),
    Formula("quantized.state", state, (h, L, r, bits), BYTES, derive=_state_steps, source=f"{QLORA}; {MIXED}"),
    Formula("quantized.state_single", lambda n, m, k: state(n, m, k, bits_single()), (h, L, r), BYTES,
            derive=lambda n, m, k: _state_steps(n, m, k, simplest(bits_single())), source=f"{QLORA}; {MIXED}"),
    Formula("quantized.state_double", lambda n, m, k: state(n, m, k, bits_double()), (h, L, r), BYTES,
            derive=lambda n, m, k: _state_steps(n, m, k, simplest(bits_double())), source=f"{QLORA}; {MIXED}"),
    _of_parameters("memory.without_master", ADAPTER - MASTER),
    _of_parameters("memory.with_master", ADAPTER),
)
