"""Parameters as bytes: what an adapter and a base model take on disk, for a number of bits a parameter.

A size in bytes is exact; MB and GB (powers of ten), MiB and GiB (powers of two) are ways to write it and belong to the
writer. Headers of file formats aren't counted here, nor the scales that block-wise quantization keeps beside weights.
"""

from __future__ import annotations

from typing import Any

from derivations.counting.linear import lora
from derivations.exact import NUMBER, Formula, Scalar, Step, quotient
from derivations.exact.derivation import as_product, as_quotient, one_over, over, steps
from derivations.exact.simplest import simplest
from derivations.lora.embeddings import LLAMA, gated_total
from derivations.lora.layer import TEXTBOOK, model_full, model_lora
from derivations.lora.linear import oblong
from derivations.lora.symbols import BYTES, L, V, bits, d_in, d_out, f, h, h_kv, n, r

BITS = {"float32": 32, "float16": 16, "bfloat16": 16, "int8": 8, "nf4": 4}
"""Bits a parameter takes in each type. nf4 is QLoRA's 4-bit NormalFloat, without its block scales."""

WIDTHS = "IEEE 754 for float32 and float16; nf4: Dettmers et al. 2023 (arXiv 2305.14314), section 3"
PREFIXES = "IEC 80000-13 for Ki, Mi, Gi; the SI for k, M, G"

BITS_PER_BYTE = 8

SIZES = {"megabytes": 10**6, "mebibytes": 2**20, "gigabytes": 10**9, "gibibytes": 2**30}
"""Bytes in one of each, for tables whose columns must hold the number of them."""


def bytes_of(parameters: Scalar, bits_each: Scalar) -> Scalar:
    """Give the bytes that so many parameters take at so many bits each."""
    return quotient(parameters * bits_each, BITS_PER_BYTE)


def adapter_bytes(hidden_size: Scalar, layers: Scalar, rank: Scalar, bits_each: Scalar) -> Scalar:
    """Give the bytes of the A and B of every Linear of L textbook layers."""
    return bytes_of(model_lora(hidden_size, layers, rank), bits_each)


def model_bytes(hidden_size: Scalar, layers: Scalar, bits_each: Scalar) -> Scalar:
    """Give the bytes of the block weights of L textbook layers."""
    return bytes_of(model_full(hidden_size, layers), bits_each)


def prefix_ratio(power: int) -> Scalar:
    """Give a binary prefix over the decimal one of the same letter: 2 for mega, 3 for giga."""
    return quotient(2 ** (10 * power), 10 ** (3 * power))


def _steps(parameters: Any, bits_each: Any) -> tuple[Step, ...]:
    """Derive bytes: parameters times bits, eight bits a byte."""
    return steps(
        ("bits_over_eight", as_quotient(as_product((parameters, bits_each)), BITS_PER_BYTE)),
        ("cancel", simplest(bytes_of(parameters, bits_each))),
    )


def _lines(parameters: Any, bits_each: Any) -> list[tuple[str, Any]]:
    return [("definition", bytes_of(parameters, bits_each))]


def _prefix_steps(power: int) -> tuple[Step, ...]:
    import sympy  # noqa: PLC0415 - only where a derivation is asked for

    binary, decimal = (sympy.Pow(base, exponent, evaluate=False)
                       for base, exponent in ((2, 10 * power), (10, 3 * power)))
    return steps(("definition", as_quotient(binary, decimal)), ("cancel", sympy.Rational(prefix_ratio(power))))


FORMULAS: tuple[Formula, ...] = (
    Formula("parameters.bytes", bytes_of, (n, bits), BYTES, derive=_steps, source=WIDTHS),
    Formula("linear.bytes", lambda i, o, k, q: bytes_of(lora(oblong(i, o), k), q), (d_in, d_out, r, bits), BYTES,
            derive=lambda i, o, k, q: _steps(lora(oblong(i, o), k), q), source=WIDTHS),
    Formula("adapter.bytes", adapter_bytes, (h, L, r, bits), BYTES,
            derive=lambda *x: _steps(model_lora(*x[:3]), x[3]), source=f"{TEXTBOOK}; {WIDTHS}"),
    Formula("adapter.times_smaller", lambda *x: quotient(model_bytes(x[0], x[1], x[3]), adapter_bytes(*x)),
            (h, L, r, bits), NUMBER,
            derive=lambda *x: over(_lines(model_full(x[0], x[1]), x[3]), _lines(model_lora(*x[:3]), x[3])),
            source=TEXTBOOK),
    Formula("model.bytes", model_bytes, (h, L, bits), BYTES,
            derive=lambda *x: _steps(model_full(*x[:2]), x[2]), source=f"{TEXTBOOK}; {WIDTHS}"),
    Formula("gated.model_bytes", lambda *x: bytes_of(gated_total(*x[:5]), x[5]), (h, h_kv, f, L, V, bits), BYTES,
            derive=lambda *x: _steps(gated_total(*x[:5]), x[5]), source=f"{LLAMA}; {WIDTHS}"),
    *(Formula(f"{name}.{unit}", lambda *x, of=of, per=per: quotient(of(*x), per), symbols, NUMBER,
              derive=lambda *x, of=of, per=per: one_over(of(*x), per), source=f"{TEXTBOOK}; {PREFIXES}")
      for name, of, symbols in (("adapter", adapter_bytes, (h, L, r, bits)), ("model", model_bytes, (h, L, bits)))
      for unit, per in SIZES.items()),
    Formula("unit.mebibyte_over_megabyte", lambda: prefix_ratio(2), (), NUMBER,
            derive=lambda: _prefix_steps(2), source=PREFIXES),
    Formula("unit.gibibyte_over_gigabyte", lambda: prefix_ratio(3), (), NUMBER,
            derive=lambda: _prefix_steps(3), source=PREFIXES),
)
