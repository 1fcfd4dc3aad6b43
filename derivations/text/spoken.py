"""How hand-written TeX reads as plain text: for tables of contents, the search index and social metadata."""

from __future__ import annotations

import re
from functools import lru_cache

_COMMANDS = {
    "cdot": "·", "times": "×", "approx": "≈", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠",
    "in": "∈", "to": "→", "rightarrow": "→", "Rightarrow": "⇒", "mapsto": "↦", "alpha": "α", "beta": "β", "rho": "ρ",
    "sigma": "σ", "Sigma": "Σ", "eta": "η", "Delta": "Δ", "nabla": "∇", "partial": "∂", "sqrt": "√", "infty": "∞",
    "lfloor": "⌊", "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "mathbb": "", "mathbf": "", "mathrm": "", "text": "",
    "operatorname": "", "left": "", "right": "", "quad": " ", "qquad": " ",
    "pm": "±", "mid": "|", "ldots": "…", "dots": "…", "cdots": "⋯", "top": "ᵀ", "lVert": "‖", "rVert": "‖", "Vert": "‖",
    "ell": "ℓ", "sum": "∑", "prod": "∏", "begin": "", "end": "", "boldsymbol": "", "displaystyle": "", "mathsf": "",
    "mathcal": "", "mathit": "", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "theta": "θ",
    "lambda": "λ", "mu": "μ", "pi": "π", "tau": "τ", "phi": "φ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Theta": "Θ",
    "Lambda": "Λ", "Pi": "Π", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}
_GROUP = r"\s*\{((?:[^{}]|\{[^{}]*\})*)\}"
_FRACTION = re.compile(rf"\\[dt]?frac{_GROUP}{_GROUP}")
_BETWEEN = re.compile(
    r" ?\\(times|in|approx|leq?|geq?|neq?|to|rightarrow|Rightarrow|mapsto|cdot)(?![A-Za-z])"
)
_SUPERSCRIPTS = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")


@lru_cache(maxsize=8192)
def reading(tex: str) -> str:
    """Give a plain-text reading of TeX: short, without commands, good enough to be found and read aloud."""
    text = re.sub(r"\\htmlClass\{[^{}]*\}", "", tex).replace("{,}", ",")
    text = re.sub(r"\\begin\{\w+\*?\}(\{[^}]*\})?|\\end\{\w+\*?\}|&", " ", text).replace("\\\\", " ")
    for _ in range(8):
        shorter = _FRACTION.sub(lambda m: f"{_grouped(m[1])}/{_grouped(m[2])}", text)
        if shorter == text:
            break
        text = shorter
    text = _BETWEEN.sub(lambda m: f" {_COMMANDS[m[1]]} ", text)
    text = re.sub(r"\\([,;:! ])", lambda m: " " if m[1] != "!" else "", text)
    text = re.sub(r"\\([A-Za-z]+)\s?", lambda m: _COMMANDS.get(m[1], m[1]), text)
    text = re.sub(r"\^\{?ᵀ\}?", "ᵀ", text)
    text = re.sub(r"\\([%&#$_{}])", r"\1", text)
    text = re.sub(r"\^\{?([0-9n+-]+)\}?", lambda m: m[1].translate(_SUPERSCRIPTS), text)
    return " ".join(text.replace("{", "").replace("}", "").replace("~", " ").split())


def _grouped(text: str) -> str:
    """Keep a numerator or denominator together where it is more than one product."""
    return f"({text})" if re.search(r"[+\-·\s]", text.strip()) else text.strip()
