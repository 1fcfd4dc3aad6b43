"""Parameters as bytes: what an adapter and a base model take on disk, for a number of bits a parameter.

A size in bytes is exact; MB and GB (powers of ten), MiB and GiB (powers of two) are ways to write it and belong to the
writer. Headers of file formats aren't counted here, nor the scales that block-wise quantization keeps beside weights.
"""

from __future__ import annotations

from typing import Any

from derivations.counting.linear import lora
from derivations.exact import NUMBER, Declared, Scalar, known, quotient
from derivations.lora.embeddings import LLAMA, gated_total
from derivations.lora.layer import TEXTBOOK, model_full, model_lora
from derivations.lora.linear import oblong
from derivations.lora.symbols import BYTES, PARAMETER

BITS = {"float32": 32, "float16": 16, "bfloat16": 16, "int8": 8, "nf4": 4}
"""Bits a parameter takes in each type. nf4 is QLoRA's 4-bit NormalFloat, without its block scales."""

WIDTHS = "IEEE 754 for float32 and float16; nf4: Dettmers et al. 2023 (arXiv 2305.14314), section 3"
PREFIXES = "IEC 80000-13 for Ki, Mi, Gi; the SI for k, M, G"

BITS_PER_BYTE = 8

SIZES = {"megabytes": 10**6, "mebibytes": 2**20, "gigabytes": 10**9, "gibibytes": 2**30}
"""Bytes in one of each, for tables whose columns must hold the number of them."""

formula = Declared(PARAMETER)
EIGHT: dict[str, Any] = {"reasons": ("bits_over_eight",)}


@formula("parameters.bytes", BYTES, WIDTHS, **EIGHT)
def bytes_of(n: Scalar, bits: Scalar) -> Scalar:
    """Give the bytes that so many parameters take at so many bits each."""
    return quotient(known(n) * bits, BITS_PER_BYTE)


@formula("adapter.bytes", BYTES, f"{TEXTBOOK}; {WIDTHS}", **EIGHT)
def adapter_bytes(h: Scalar, L: Scalar, r: Scalar, bits: Scalar) -> Scalar:
    """Give the bytes of the A and B of every Linear of L textbook layers."""
    return bytes_of(model_lora(h, L, r), bits)


@formula("model.bytes", BYTES, f"{TEXTBOOK}; {WIDTHS}", **EIGHT)
def model_bytes(h: Scalar, L: Scalar, bits: Scalar) -> Scalar:
    """Give the bytes of the block weights of L textbook layers."""
    return bytes_of(model_full(h, L), bits)


formula("linear.bytes", BYTES, WIDTHS, **EIGHT)(
    lambda d_in, d_out, r, bits: bytes_of(lora(oblong(d_in, d_out), r), bits))
formula("gated.model_bytes", BYTES, f"{LLAMA}; {WIDTHS}", **EIGHT)(
    lambda h, h_kv, f, L, V, bits: bytes_of(gated_total(h, h_kv, f, L, V), bits))
formula("adapter.times_smaller", NUMBER, TEXTBOOK)(
    lambda h, L, r, bits: quotient(known(model_bytes(h, L, bits)), known(adapter_bytes(h, L, r, bits))))

IN_UNITS = f"{TEXTBOOK}; {PREFIXES}"
formula("adapter.*", NUMBER, IN_UNITS, each=SIZES)(
    lambda size, h, L, r, bits: quotient(known(adapter_bytes(h, L, r, bits)), size))
formula("model.*", NUMBER, IN_UNITS, each=SIZES)(
    lambda size, h, L, bits: quotient(known(model_bytes(h, L, bits)), size))
formula("unit.mebibyte_over_megabyte", NUMBER, PREFIXES, numbers=(2, 10))(lambda two, ten: prefix_ratio(two, ten, 2))
formula("unit.gibibyte_over_gigabyte", NUMBER, PREFIXES, numbers=(2, 10))(lambda two, ten: prefix_ratio(two, ten, 3))


def prefix_ratio(two: Scalar, ten: Scalar, power: int) -> Scalar:
    """Give a binary prefix over the decimal one of the same letter: 2 for mega, 3 for giga."""
    return quotient(two ** (10 * power), ten ** (3 * power))


FORMULAS = formula.formulas
