"""Setting a laid-out tree in characters: TeX and plain text in one walk, so that they never disagree.

TeX keeps to what Temml takes in strict mode. In plain text products of single letters are written without a
sign (18Lrh), longer names are kept apart by a point (r·d_in), numbers by a point between spaces (2 · 8).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from derivations.exact import Symbol
from derivations.language.writing.tree import (
    Call,
    Constant,
    Letter,
    Marked,
    Negated,
    Node,
    Number,
    Power,
    Product,
    Quotient,
    Root,
    Sum,
)

MARK = "chg"
"""The class that a marked part carries, for the stylesheet."""

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_ROOTS = {2: "√", 3: "∛", 4: "∜"}
_FENCES = {
    "floor": (r"\lfloor", r"\rfloor", "⌊", "⌋"),
    "ceiling": (r"\lceil", r"\rceil", "⌈", "⌉"),
    "abs": (r"\lvert", r"\rvert", "|", "|"),
}
_CONSTANTS = {"pi": (r"\pi", "π"), "e": ("e", "e")}

Level = Literal["sum", "product", "quotient", "raised", "atom"]


@dataclass(slots=True)
class Set:
    """A part in characters, and what its neighbours must know of it.

    level    how tightly it holds together
    number   it's a numeral, or a product of numerals
    digit    its first character is a digit
    word     it's a name of several letters, or a function with brackets
    open     a letter right after its plain text would be read as part of it: √2, h^x
    tall     its TeX is higher than a line
    """

    tex: str
    text: str
    level: Level
    number: bool = False
    digit: bool = False
    word: bool = False
    open: bool = False
    tall: bool = False


class Setter:
    """Sets trees in one language, with one course's letters."""

    def __init__(self, numeral: Callable[[int], tuple[str, str]], minus: str, symbols: Mapping[str, Symbol],
                 sine: str) -> None:
        """Take the writer of whole numbers (plain text, TeX), the minus sign, the symbols by name, the sine's name."""
        self.numeral = numeral
        self.minus = minus
        self.symbols = symbols
        self.sine = sine

    def set(self, node: Node) -> Set:
        """Set a tree."""
        match node:
            case Number(value):
                text, tex = self.numeral(value)
                return Set(tex, text, "atom", number=True, digit=True)
            case Letter(name):
                return self._letter(name)
            case Constant(name):
                return Set(*_CONSTANTS[name], "atom")
            case Negated(inner):
                part = self._within(inner, loose=("sum",))
                return Set(f"-{part.tex}", f"{self.minus}{part.text}", "sum", number=part.number, tall=part.tall)
            case Sum():
                return self._sum(node)
            case Product():
                return self._product(node)
            case Quotient():
                return self._quotient(node)
            case Power():
                return self._power(node)
            case Root():
                return self._root(node)
            case Call():
                return self._call(node)
            case Marked(inner):
                part = self.set(inner)
                return replace(part, tex=rf"\htmlClass{{{MARK}}}{{{part.tex}}}")

    def _letter(self, name: str) -> Set:
        symbol = self.symbols.get(name) or Symbol(name)
        return Set(symbol.tex, symbol.text, "atom", word=len(symbol.text) > 1)

    def _within(self, node: Node, loose: tuple[Level, ...]) -> Set:
        """Set a part, in brackets if it holds together too loosely for its place."""
        part = self.set(node)
        if part.level not in loose:
            return part
        left, right = (r"\left(", r"\right)") if part.tall else ("(", ")")
        return Set(f"{left}{part.tex}{right}", f"({part.text})", "atom", number=part.number, tall=part.tall)

    def _sum(self, node: Sum) -> Set:
        tex, text = "", ""
        number, tall = True, False
        for position, (minus, term) in enumerate(node.terms):
            part = self._within(term, loose=("sum",))
            number, tall = number and part.number, tall or part.tall
            if position:
                tex += f" {'-' if minus else '+'} "
                text += f" {self.minus if minus else '+'} "
            elif minus:
                tex, text = "-", self.minus
            tex += part.tex
            text += part.text
        return Set(tex, text, "sum", number=number, tall=tall)

    def _product(self, node: Product) -> Set:
        first, *rest = node.factors
        left = self._within(first, loose=("sum",))
        tex, text = left.tex, left.text
        whole = [left]
        for factor in rest:
            part = self._within(factor, loose=("sum",))
            levels = {left.level, part.level}
            apart = part.digit or part.number or part == left or not levels.isdisjoint(("product", "quotient"))
            tex += (r" \cdot " if apart else " ") + part.tex
            close = "·" if (left.word or left.open or part.word) and not left.number else ""
            close = " " if isinstance(factor, Call) and part.word and left.number else close          # 10 ln(x)
            text += (" · " if apart else close) + part.text
            left = part
            whole.append(part)
        return Set(
            tex,
            text,
            "product",
            number=all(part.number for part in whole),
            tall=any(part.tall for part in whole),
        )

    def _quotient(self, node: Quotient) -> Set:
        top, bottom = self.set(node.top), self.set(node.bottom)
        above = f"({top.text})" if top.level in ("sum", "quotient") or " · " in top.text else top.text
        below = bottom.text if bottom.level in ("atom", "raised") else f"({bottom.text})"
        return Set(
            rf"\frac{{{top.tex}}}{{{bottom.tex}}}",
            f"{above}/{below}",
            "quotient",
            number=top.number and bottom.number,
            tall=True,
        )

    def _power(self, node: Power) -> Set:
        base = self._within(node.base, loose=("sum", "product", "quotient", "raised"))
        if "^" in base.tex and base.level == "atom" and isinstance(node.base, Letter):  # σ² as a letter of its own
            base = replace(base, tex=f"({base.tex})", text=f"({base.text})")
        exponent = self.set(node.exponent)
        raised = exponent.text if exponent.level == "quotient" and exponent.number else exponent.tex
        raised = raised if len(raised) == 1 else f"{{{raised}}}"
        if isinstance(node.exponent, Number):
            text = base.text + str(node.exponent.value).translate(_SUPERSCRIPTS)
        else:
            text = f"{base.text}^{exponent.text}" if exponent.level == "atom" else f"{base.text}^({exponent.text})"
        return Set(
            f"{base.tex}^{raised}",
            text,
            "raised",
            number=base.number and exponent.number,
            digit=base.digit,
            word=base.word,
            open=not isinstance(node.exponent, Number),
            tall=base.tall,
        )

    def _root(self, node: Root) -> Set:
        part = self.set(node.radicand)
        degree = "" if node.degree == 2 else f"[{node.degree}]"
        inner = part.text if part.level == "atom" else f"({part.text})"
        text = f"{_ROOTS[node.degree]}{inner}" if node.degree in _ROOTS else f"{inner}^(1/{node.degree})"
        return Set(rf"\sqrt{degree}{{{part.tex}}}", text, "raised", open=part.level == "atom", tall=part.tall)

    def _call(self, node: Call) -> Set:
        parts = [self.set(argument) for argument in node.arguments]
        tall, number = any(part.tall for part in parts), all(part.number for part in parts)
        name, tex_name = node.name.replace("sin", self.sine), rf"\{node.name}"
        if name != node.name:
            tex_name = rf"\operatorname{{{name}}}"
        if name == "log":
            base = parts.pop()
            name, tex_name = f"log{_lowered(base.text)}", rf"\log_{{{base.tex}}}"
        tex, text = ", ".join(part.tex for part in parts), ", ".join(part.text for part in parts)
        if node.name == "exp":
            return Set(f"e^{{{tex}}}", f"e^({text})", "raised", tall=tall)
        opening, closing = (r"\left", r"\right") if tall else ("", "")
        if node.name in _FENCES:
            left, right, before, after = _FENCES[node.name]
            tex, text = f"{opening}{left} {tex} {closing}{right}", f"{before}{text}{after}"
            return Set(tex, text, "atom", number=number, tall=tall)
        tex, text = f"{tex_name}{opening}({tex}{closing})", f"{name}({text})"
        return Set(tex, text, "atom", number=number, word=True, tall=tall)


def _lowered(base: str) -> str:
    """Give the base of a logarithm in plain text: ₁₀, _b, _(b + 1)."""
    if base.isdecimal():
        return base.translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
    return f"_{base}" if base.isalnum() else f"_({base})"
