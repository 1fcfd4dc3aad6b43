"""The letters of the course and the units it counts in.

What each letter means is said in the words (`symbol.h` …), in both languages.
"""

from __future__ import annotations

from derivations.exact import Symbol, Unit

PARAMETERS = Unit("parameter")
BYTES = Unit("byte")
BITS = Unit("bit")
MEBIBYTES = (2**20 * BYTES).named("mebibyte")

h = Symbol("h")
r = Symbol("r")
L = Symbol("L")
d_in = Symbol("d_in")
d_out = Symbol("d_out")
h_kv = Symbol("h_kv")
f = Symbol("f")
h_q = Symbol("h_q")
n_h = Symbol("n_h")
d_h = Symbol("d_h")
f_e = Symbol("f_e")
E_s = Symbol("E_s")
k = Symbol("k")
d_q = Symbol("d_q")
d_c = Symbol("d_c")
d_r = Symbol("d_r")
d_n = Symbol("d_n")
d_v = Symbol("d_v")
V = Symbol("V")
t = Symbol("t")
n_ctx = Symbol("n_ctx")
E = Symbol("E")
alpha = Symbol("alpha", tex=r"\alpha", text="α")
M = Symbol("M", unit=PARAMETERS)
S = Symbol("S", unit=BYTES)
bits = Symbol("bits", tex="q", text="q", unit=BITS)
n = Symbol("n", unit=PARAMETERS)
F = Symbol("F", unit=PARAMETERS)
T = Symbol("T", unit=PARAMETERS)
rho = Symbol("rho", tex=r"\rho", text="ρ", integer=False, below=1)
var_a = Symbol("var_a", tex=r"\sigma_A^2", text="σ_A²", integer=False)
var_b = Symbol("var_b", tex=r"\sigma_B^2", text="σ_B²", integer=False)
eta = Symbol("eta", tex=r"\eta", text="η", integer=False)
s = Symbol("s", integer=False)
a = Symbol("a", integer=False)
b = Symbol("b", integer=False)
g = Symbol("g", integer=False)
x = Symbol("x", integer=False)

# In the order in which a product names them: 18Lrh, 12Lh², Vh.
SYMBOLS: tuple[Symbol, ...] = (
    E, E_s, L, k, t, V, n_ctx, n_h, d_h, alpha, r, d_q, d_c, d_r, d_n, d_v, d_in, d_out, h, h_q, h_kv, f, f_e,
    M, S, bits, n, F, T, rho, var_a, var_b, eta, s, a, b, g, x,
)

PARAMETER = {
    **{symbol.name: symbol for symbol in SYMBOLS},
    "hidden_size": h, "kv_size": h_kv, "width": f, "layers": L, "rank": r, "experts": E, "vocabulary": V,
    "positions": n_ctx, "in_": d_in, "out": d_out, "lora_alpha": alpha, "bits_each": bits, "budget": M,
    "scale": s, "rate": eta, "gradient": g, "entry_a": a, "entry_b": b, "variance_a": var_a, "variance_b": var_b,
}
"""The symbol that the parameter of a function stands for, by its letter and by its word."""
