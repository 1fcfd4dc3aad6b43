"""A course that has nothing to do with LoRA: rectangular fields, their fences and their diagonals.

The machinery is tested on it so that it can't grow to know the real course: other units, an irrational result, words of
its own. Languages beside these two are data: a file of words in `words/`, and a pack in `packs/` where there is none.
"""

import tomllib
from pathlib import Path

from derivations.course import Course, Drill, Model, Slip
from derivations.exact import NUMBER, RATIO, Formula, Symbol, Unit, quotient

METRES = Unit("metre")
AREA = Unit("square_metre")

w = Symbol("w", unit=METRES)
l = Symbol("l", unit=METRES)
p = Symbol("p", tex=r"\pi_0", text="π₀", integer=False)


def diagonal(width, length):
    import sympy

    return sympy.sqrt(width**2 + length**2)


FORMULAS = (
    Formula("field.area", lambda width, length: width * length, (w, l), AREA),
    Formula("field.fence", lambda width, length: width + width + length + length, (w, l), METRES,
            source="Euclid, book I", reasons=("definition", "collect")),
    Formula("field.diagonal", diagonal, (w, l), METRES),
    Formula("field.squareness", lambda width, length: quotient(width, length), (w, l), RATIO),
    Formula("field.inverse", lambda width, length: quotient(1, width - length), (w, l), NUMBER),
    Formula("share", lambda part: part / 4, (p,), RATIO),
)
_BY_NAME = {formula.name: formula for formula in FORMULAS}

WORDS = {
    "en": {
        "symbol.w": "width", "symbol.l": "length", "symbol.p": "a part", "unit.metre": "metre | metres",
        "unit.square_metre": "square metre | square metres", "reason.definition": "all four sides",
        "reason.collect": "collect equal sides", "noun.time": "time | times",
        **{f"formula.{name}": f"the {name.split('.')[-1]}" for name in _BY_NAME},
        "drill.fence.title": "Fence", "drill.fence.question": "How long is a fence of {{= w }} by {{= l }}?",
        "drill.fence.hint1": "Four sides.", "drill.fence.hint2": "Twice $w + l$.",
        "drill.fence.solution": "The sides add up to {{= field.fence }}.", "slip.half": "That is half. What of the rest?",
    },
    "es": {
        "symbol.w": "ancho", "symbol.l": "largo", "symbol.p": "una parte", "unit.metre": "metro | metros | m",
        "unit.square_metre": "metro cuadrado | metros cuadrados | m", "reason.definition": "los cuatro lados",
        "reason.collect": "se agrupan los lados iguales", "noun.time": "vez | veces | f",
        **{f"formula.{name}": f"{name.split('.')[-1]} (es)" for name in _BY_NAME},
        "source.Euclid, book I": "Euclides, libro I",
        "drill.fence.title": "Valla", "drill.fence.question": "¿Cuánto mide una valla de {{= w }} por {{= l }}?",
        "drill.fence.hint1": "Cuatro lados.", "drill.fence.hint2": "El doble de $w + l$.",
        "drill.fence.solution": "Los lados suman {{= field.fence }}.", "slip.half": "Es la mitad. ¿Y lo demás?",
    },
}

HERE = Path(__file__).parent
for file in sorted(HERE.glob("words/*.toml")):
    WORDS[file.stem] = tomllib.loads(file.read_text(encoding="utf-8"))

COURSE = Course(
    name="fields",
    symbols={symbol.name: symbol for symbol in (w, l, p)},
    units=(METRES, AREA),
    formulas=_BY_NAME,
    words=WORDS,
    packs=HERE / "packs",
    models={"pitch": Model("pitch", "Pitch", {"w": 68, "l": 105}, source="the rule book")},
    drills={"fence": Drill("fence", _BY_NAME["field.fence"], ({"w": 3, "l": 5}, {"w": 4, "l": 7}),
                           (Slip("half", Formula("slip.half", lambda width, length: width + length, (w, l), METRES)),))},
)
