"""The letters of the course and the units it counts in.

What each letter means is said in the words (`symbol.h` …), in both languages.
"""

from __future__ import annotations

from derivations.exact import Symbol, Unit

PARAMETERS = Unit("parameter")
BYTES = Unit("byte")
BITS = Unit("bit")
MEBIBYTES = (2**20 * BYTES).named("mebibyte")

SYMBOLS: tuple[Symbol, ...] = (
    *map(Symbol, ("E", "E_s", "L", "k", "t", "V", "n_ctx", "n_h", "d_h")),
    Symbol("alpha", tex=r"\alpha", text="α"),
    *map(Symbol, ("r", "d_q", "d_c", "d_r", "d_n", "d_v", "d_in", "d_out", "h", "h_q", "h_kv", "f", "f_e")),
    Symbol("M", unit=PARAMETERS),
    Symbol("S", unit=BYTES),
    Symbol("bits", tex="q", text="q", unit=BITS),
    *(Symbol(name, unit=PARAMETERS) for name in ("n", "F", "T")),
    Symbol("rho", tex=r"\rho", text="ρ", integer=False, below=1),
    Symbol("var_a", tex=r"\sigma_A^2", text="σ_A²", integer=False),
    Symbol("var_b", tex=r"\sigma_B^2", text="σ_B²", integer=False),
    Symbol("eta", tex=r"\eta", text="η", integer=False),
    *(Symbol(name, integer=False) for name in ("s", "a", "b", "g", "x")),
)
"""In the order in which a product names them: 18Lrh, 12Lh², Vh."""

_LETTERS = {symbol.name: symbol for symbol in SYMBOLS}
_WORDS = {
    "hidden_size": "h", "kv_size": "h_kv", "width": "f", "rank": "r", "experts": "E", "in_": "d_in", "out": "d_out",
    "lora_alpha": "alpha", "scale": "s", "rate": "eta", "variance_a": "var_a", "variance_b": "var_b",
}
PARAMETER = {**_LETTERS, **{word: _LETTERS[letter] for word, letter in _WORDS.items()}}
"""The symbol that the parameter of a function stands for, by its letter and by its word."""
