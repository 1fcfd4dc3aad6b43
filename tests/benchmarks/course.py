"""The course of the benchmark: formulas of the kind that a real course has, over five symbols, with words and models.

The generator copies this file into each project that it writes.
"""

from __future__ import annotations

from derivations.course import Course, Model
from derivations.exact import RATIO, Formula, Symbol, Unit, quotient

WEIGHT = Unit("weight")
BYTE = Unit("byte")

h, r, n = Symbol("h"), Symbol("r"), Symbol("n")
f, v = Symbol("f"), Symbol("v")


def square(width):
    """Weights of a square matrix."""
    return width * width


def attention(width):
    """Weights of four square matrices."""
    return sum(square(width) for _ in range(4))


def block(width, inner):
    """Weights of a layer: four square matrices, and two with an inner width."""
    return attention(width) + 2 * width * inner


def model(width, inner, layers):
    """Weights of stacked layers."""
    return layers * block(width, inner)


def pair(width, rank):
    """Entries of a low-rank pair beside a square matrix."""
    return rank * (width + width)


def pairs(width, inner, rank):
    """Entries of the pairs beside a whole layer."""
    return 4 * pair(width, rank) + 2 * rank * (width + inner)


FORMULAS = (
    Formula("square.weights", square, (h,), WEIGHT),
    Formula("square.pair", pair, (h, r), WEIGHT),
    Formula("square.share", lambda width, rank: quotient(pair(width, rank), square(width)), (h, r), RATIO),
    Formula("attention.weights", attention, (h,), WEIGHT),
    Formula("attention.pairs", lambda width, rank: 4 * pair(width, rank), (h, r), WEIGHT),
    Formula("block.weights", block, (h, f), WEIGHT),
    Formula("block.pairs", pairs, (h, f, r), WEIGHT),
    Formula("block.share", lambda width, inner, rank: quotient(pairs(width, inner, rank), block(width, inner)),
            (h, f, r), RATIO),
    Formula("model.weights", model, (h, f, n), WEIGHT),
    Formula("model.pairs", lambda width, inner, layers, rank: layers * pairs(width, inner, rank), (h, f, n, r), WEIGHT),
    Formula("model.bytes", lambda width, inner, layers: 2 * model(width, inner, layers), (h, f, n), BYTE),
    Formula("table.weights", lambda width, words: width * words, (h, v), WEIGHT),
    Formula("table.share", lambda width, inner, layers, words:
            quotient(width * words, model(width, inner, layers) + width * words), (h, f, n, v), RATIO),
)
BY_NAME = {formula.name: formula for formula in FORMULAS}

_NAMES = {
    "h": ("width", "ancho"), "r": ("rank", "rango"), "n": ("layers", "capas"), "f": ("inner width", "ancho interior"),
    "v": ("vocabulary", "vocabulario"),
}
WORDS = {
    code: {
        **{f"symbol.{name}": texts[i] for name, texts in _NAMES.items()},
        **{f"formula.{name}": name.replace(".", " ") for name in BY_NAME},
        "unit.weight": ("weight | weights", "peso | pesos")[i], "unit.byte": ("byte | bytes", "byte | bytes")[i],
    }
    for i, code in enumerate(("en", "es"))
}
MODELS = {
    f"m{k}": Model(f"m{k}", f"Model {'ABCDEFGH'[k]}", {"h": 256 * (k + 2), "f": 1024 * (k + 2), "n": 8 + 4 * k},
                   source="made up")
    for k in range(8)
}

COURSE = Course("counted", {symbol.name: symbol for symbol in (h, r, n, f, v)}, (WEIGHT, BYTE), BY_NAME, WORDS, MODELS)
