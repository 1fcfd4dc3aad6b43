"""How expressions are set: order, shape and brackets, in TeX and in plain text; what is read is what was meant."""

from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Abs, Add, Integer, Max, Min, Mul, Pow, Rational, ceiling, floor, sqrt

from derivations.exact import NUMBER, Formula, Symbol, evaluate, quotient
from derivations.language import FormError, Language, language

# A toy course: a field of rows and wells.
SYMBOLS = {symbol.name: symbol for symbol in (
    Symbol("k"), Symbol("w"), Symbol("d"), Symbol("n_top", r"n_{\text{top}}", "n_top"), Symbol("n_low"),
    Symbol("mu", r"\mu", "μ", integer=False, below=1), Symbol("var", r"\sigma^2", "σ²"),
)}
EN, ES = (Language(language(code).profile, {}, SYMBOLS) for code in ("en", "es"))
k, w, d, top, low, mu, var = (symbol.sympy for symbol in SYMBOLS.values())


def given_product(*factors):
    return Mul(*factors, evaluate=False)


def given_sum(*terms):
    return Add(*terms, evaluate=False)


def over(above, below):
    return given_product(above, Pow(below, -1, evaluate=False))


ROWS = [
    # what SymPy evaluated: the number, then the course's order
    (12 * d**2 * k, "12kd²", "12 k d^2"),
    (18 * d * w * k, "18kwd", "18 k w d"),
    (w * d, "wd", "w d"),
    (Rational(3, 2) * w / d, "3w/(2d)", r"\frac{3 w}{2 d}"),
    (Rational(3, 2) * w, "3w/2", r"\frac{3 w}{2}"),
    (w / d, "w/d", r"\frac{w}{d}"),
    (1 / d, "1/d", r"\frac{1}{d}"),
    (1 / d**2, "1/d²", r"\frac{1}{d^2}"),
    (w / (d * k), "w/(kd)", r"\frac{w}{k d}"),
    (-w * d, "−wd", "-w d"),
    (-w / d, "−w/d", r"-\frac{w}{d}"),
    (w * (top + low), "w(n_top + n_low)", r"w (n_{\text{top}} + n_{\text{low}})"),
    (top * low, "n_top·n_low", r"n_{\text{top}} n_{\text{low}}"),
    (2 * w * top, "2w·n_top", r"2 w n_{\text{top}}"),
    (2 * top, "2n_top", r"2 n_{\text{top}}"),
    (d * (w + 1) / (w - 1), "d(w + 1)/(w − 1)", r"\frac{d (w + 1)}{w - 1}"),
    # sums: positive first, higher degree first, then the course's order
    (1 - w, "1 − w", "1 - w"),
    (w - 1, "w − 1", "w - 1"),
    (w + 1, "w + 1", "w + 1"),
    (1 + mu, "1 + μ", r"1 + \mu"),
    (Rational(1, 4) + mu, "1/4 + μ", r"\frac{1}{4} + \mu"),
    (mu / (1 + mu), "μ/(1 + μ)", r"\frac{\mu}{1 + \mu}"),
    (d + d**2 + 1 + k * d, "kd + d² + d + 1", "k d + d^2 + d + 1"),
    (top + low - w, "n_top + n_low − w", r"n_{\text{top}} + n_{\text{low}} - w"),
    (-(w * (w - top - low)), "w(n_top + n_low − w)", r"w (n_{\text{top}} + n_{\text{low}} - w)"),
    (-w - d, "−w − d", "-w - d"),
    # powers and roots
    (sqrt(2) / 3, "√2/3", r"\frac{\sqrt{2}}{3}"),
    (sqrt(2) / 2, "1/√2", r"\frac{1}{\sqrt{2}}"),
    (-sqrt(3) / 12, "−1/(4√3)", r"-\frac{1}{4 \sqrt{3}}"),
    (3 * sqrt(2) / 2, "3√2/2", r"\frac{3 \sqrt{2}}{2}"),
    (sqrt(2) * w / 2, "√2·w/2", r"\frac{\sqrt{2} w}{2}"),
    (w / sqrt(d), "w/√d", r"\frac{w}{\sqrt{d}}"),
    (sqrt(w + d), "√(w + d)", r"\sqrt{w + d}"),
    (sqrt(2) * w, "√2·w", r"\sqrt{2} w"),
    (4 * sqrt(2), "4√2", r"4 \sqrt{2}"),
    (sqrt(w) * sqrt(d) * k, "k√(wd)", r"k \sqrt{w d}"),
    (sympy.cbrt(d), "∛d", r"\sqrt[3]{d}"),
    (d ** Rational(1, 5), "d^(1/5)", r"\sqrt[5]{d}"),
    (d ** Rational(3, 2), "d^(3/2)", "d^{3/2}"),
    ((w + d) ** 3, "(w + d)³", "(w + d)^3"),
    (d**12, "d¹²", "d^{12}"),
    (d**w, "d^w", "d^w"),
    (2**w * d, "d · 2^w", r"d \cdot 2^w"),
    (sympy.Symbol("z") ** -2, "1/z²", r"\frac{1}{z^2}"),
    (var**2, "(σ²)²", r"(\sigma^2)^2"),
    (2 * w * var, "2w·σ²", r"2 w \sigma^2"),
    # functions
    (floor(w / d), "⌊w/d⌋", r"\left\lfloor \frac{w}{d} \right\rfloor"),
    (ceiling(sqrt(w)), "⌈√w⌉", r"\lceil \sqrt{w} \rceil"),
    (Min(w, d), "min(w, d)", r"\min(w, d)"),
    (Max(top, low), "max(n_top, n_low)", r"\max(n_{\text{top}}, n_{\text{low}})"),
    (2 * k * Min(w, d), "2k·min(w, d)", r"2 k \min(w, d)"),
    (Abs(sympy.Symbol("z") - 1), "|z − 1|", r"\lvert z - 1 \rvert"),
    (sympy.log(d), "ln(d)", r"\ln(d)"), (sympy.log(d, 2, evaluate=False), "log₂(d)", r"\log_{2}(d)"),
    (sympy.log(2, d + 1, evaluate=False), "log_(d + 1)(2)", r"\log_{d + 1}(2)"),
    (sympy.log(2, d), "ln(2)/ln(d)", r"\frac{\ln(2)}{\ln(d)}"),
    (sympy.log(d, 10), "log₁₀(d)", r"\log_{10}(d)"), (5 * sympy.log(w / d, 3), "5 log₃(w/d)", r"5 \log_{3}\left(\frac{w}{d}\right)"),
    (-sympy.log(w, 2) / d, "−log₂(w)/d", r"-\frac{\log_{2}(w)}{d}"), (1 / sympy.log(10), "1/ln(10)", r"\frac{1}{\ln(10)}"),
    (given_product(4, sympy.log(w, 2)), "4 log₂(w)", r"4 \log_{2}(w)"), (7 * sympy.log(d), "7 ln(d)", r"7 \ln(d)"),
    (sympy.log(w) * sympy.log(d) / sympy.log(2), "ln(w)·ln(d)/ln(2)", r"\frac{\ln(w) \ln(d)}{\ln(2)}"),
    (sympy.exp(-mu), "e^(−μ)", r"e^{-\mu}"),
    (sympy.pi * w**2, "πw²", r"\pi w^2"),
    # numbers
    (Integer(0), "0", "0"),
    (Integer(-7), "−7", "-7"),
    (Rational(-1, 2), "−1/2", r"-\frac{1}{2}"),
    # kept as given
    (given_product(4, 2 * w * d), "4 · 2wd", r"4 \cdot 2 w d"),
    (given_product(2, 3, w), "2 · 3w", r"2 \cdot 3 w"),
    (given_product(d, 4 * d), "d · 4d", r"d \cdot 4 d"),
    (given_product(d, d), "d · d", r"d \cdot d"),
    (given_product(w, given_sum(d, 4 * d)), "w(d + 4d)", "w (d + 4 d)"),
    (given_product(w, -2), "w · (−2)", r"w \cdot (-2)"),
    (given_product(-1, given_sum(w, d)), "−(w + d)", "-(w + d)"),
    (given_sum(d**2, d**2, 4 * d**2), "d² + d² + 4d²", "d^2 + d^2 + 4 d^2"),
    (given_sum(given_product(4, 2 * w), given_product(2, 5 * w)), "4 · 2w + 2 · 5w", r"4 \cdot 2 w + 2 \cdot 5 w"),
    (given_sum(w, given_product(-1, given_sum(d, 1))), "w − (d + 1)", "w - (d + 1)"),
    (given_sum(w, given_sum(w, d)), "w + (w + d)", "w + (w + d)"),
    (over(18 * w * d, 12 * d**2), "18wd/(12d²)", r"\frac{18 w d}{12 d^2}"),
    (over(Integer(1), over(w, d)), "1/(w/d)", r"\frac{1}{\frac{w}{d}}"),
    (over(over(w, d), d), "(w/d)/d", r"\frac{\frac{w}{d}}{d}"),
    (over(given_sum(w, d), given_sum(w, w)), "(w + d)/(w + w)", r"\frac{w + d}{w + w}"),
    (given_product(over(w, d), over(d, w)), "w/d · d/w", r"\frac{w}{d} \cdot \frac{d}{w}"),
    (given_product(w, over(d, w)), "w · d/w", r"w \cdot \frac{d}{w}"),
    (over(Pow(2, 20, evaluate=False), Pow(10, 6, evaluate=False)), "2²⁰/10⁶", r"\frac{2^{20}}{10^6}"),
    (Pow(d**2, 3, evaluate=False), "(d²)³", "(d^2)^3"),
    (Pow(2 * d, 2, evaluate=False), "(2d)²", "(2 d)^2"),
]


@pytest.mark.parametrize(("expression", "text", "tex"), ROWS, ids=[row[1] for row in ROWS])
def test_expressions_are_set_as_a_reader_writes_them(expression, text, tex):
    written = EN.expression(expression)
    assert (written.text, written.tex) == (text, tex)


def test_a_formula_is_set_with_its_own_symbols_and_in_its_own_order_without_a_course():
    formula = Formula("toy", lambda *parts: quotient(parts[0] * parts[1], parts[2]), (Symbol("z", r"\zeta", "ζ"),
                      Symbol("a"), Symbol("q")), NUMBER)
    assert language("en").formula(formula).text == "ζa/q"
    assert language("en").formula(formula).tex == r"\frac{\zeta a}{q}"


def test_the_course_may_choose_another_order():
    other = Language(language("en").profile, {}, {name: SYMBOLS[name] for name in ("d", "w")})
    assert other.expression(18 * w * d * k).text == "18dwk"
    assert EN.expression(18 * w * d * k).text == "18kwd"


def test_numbers_are_put_in_without_working_anything_out():
    ratio = over(2 * w, d)
    assert EN.expression(ratio, {"w": 8, "d": 768}).tex == r"\frac{2 \cdot 8}{768}"
    assert EN.expression(18 * k * w * d, {"k": 32, "w": 8, "d": 12_288}).tex == r"18 \cdot 32 \cdot 8 \cdot 12{,}288"
    assert ES.expression(18 * k * w * d, {"k": 32, "w": 8, "d": 12_288}).tex == r"18 \cdot 32 \cdot 8 \cdot 12\,288"
    assert ES.expression(12 * d**2, {"d": 4096}).text == "12 · 4096²"
    assert EN.expression(w * (top + low), {"w": 8}).text == "8(n_top + n_low)"
    assert EN.expression(w * (top + low), {"w": 8, "n_top": 3, "n_low": 4}).text == "8 · (3 + 4)"
    assert EN.expression(1 - mu, {"mu": Fraction(1, 3)}).tex == r"1 - \frac{1}{3}"
    assert EN.expression(2 * k * Min(w, d), {"k": 3, "w": 8, "d": 9}).text == "2 · 3 · min(8, 9)"
    assert EN.expression(mu**2, {"mu": Fraction(1, 3)}).text == "(1/3)²"
    assert EN.expression(w * mu, {"mu": sqrt(2)}).text == "w√2"
    assert EN.expression(w - d, {"d": -3}).text == "w + 3"


MARKED = r"\htmlClass{chg}"


def test_marks_surround_the_parts_that_are_given():
    ratio = over(8 * w * d + 10 * w, 12 * d**2)
    assert EN.expression(ratio, mark={12 * d**2}).tex == rf"\frac{{8 w d + 10 w}}{{{MARKED}{{12 d^2}}}}"
    assert EN.expression(12 * k * d**2, mark={d**2, Integer(12)}).tex == rf"{MARKED}{{12}} k {MARKED}{{d^2}}"
    assert EN.expression(d - w, mark={-w}).tex == rf"d - {MARKED}{{w}}"
    marked = EN.expression(ratio, mark={12 * d**2})
    assert marked.text == EN.expression(ratio).text
    assert EN.expression(ratio).tex != marked.tex


@pytest.mark.parametrize("expression", [sympy.gamma(w), sympy.Float(0.5) * w, sympy.Function("F")(w), sympy.I * w])
def test_what_a_course_cannot_write_is_refused_by_name(expression):
    with pytest.raises(FormError, match="isn't among the things that can be written"):
        EN.expression(expression)


# What is printed is read back by a grammar of its own: no bracket is missing, and no sign lost.

SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True))


class Reader:
    """A reader of plain formulas: a product binds by mere neighbourhood or a point, "/" as tightly, from the left."""

    def __init__(self, text, values):
        self.text, self.values, self.at = text.replace(" ", "").replace(",", ""), values, 0

    def peek(self):
        return self.text[self.at] if self.at < len(self.text) else ""

    def take(self, what):
        assert self.peek() == what, (self.text, self.at)
        self.at += 1

    def sum(self):
        total = 0
        minus = self.peek() == "−"
        self.at += minus
        total = -self.product() if minus else self.product()
        while self.peek() and self.peek() in "+−":
            minus = self.peek() == "−"
            self.at += 1
            total += -self.product() if minus else self.product()
        return total

    def product(self):
        value = self.power()
        while (sign := self.peek()) and sign not in ")⌋+−":
            if sign in "·/":
                self.at += 1
            factor = self.power()
            value = Fraction(value) / factor if sign == "/" else value * factor
        return value

    def power(self):
        value = self.atom()
        exponent = ""
        while self.peek() in SUPERSCRIPTS:
            exponent += SUPERSCRIPTS[self.peek()]
            self.at += 1
        return value ** int(exponent) if exponent else value

    def atom(self):
        for left, right, function in (("(", ")", lambda x: x), ("⌊", "⌋", lambda x: x // 1)):
            if self.peek() == left:
                self.at += 1
                value = self.sum()
                self.take(right)
                return function(value)
        if self.peek().isdigit() and self.peek() not in SUPERSCRIPTS:
            start = self.at
            while self.peek().isdigit() and self.peek() not in SUPERSCRIPTS:
                self.at += 1
            return int(self.text[start:self.at])
        name = next(name for name in sorted(self.values, key=len, reverse=True) if self.text.startswith(name, self.at))
        self.at += len(name)
        return self.values[name]


LETTERS = {"k": k, "w": w, "d": d, "n_top": top, "n_low": low}
POINT = {"k": 3, "w": 5, "d": 11, "n_top": 7, "n_low": 13}


def trees(evaluated):
    leaves = st.one_of(st.integers(1, 12).map(Integer), st.sampled_from(list(LETTERS.values())))

    def grow(children):
        pairs = st.tuples(children, children)
        return st.one_of(
            pairs.map(lambda pair: Add(*pair, evaluate=evaluated)),
            pairs.map(lambda pair: Mul(*pair, evaluate=evaluated)),
            pairs.map(lambda pair: Mul(pair[0], Pow(pair[1], -1, evaluate=evaluated), evaluate=evaluated)),
            pairs.map(lambda pair: Add(pair[0], Mul(-1, pair[1], evaluate=evaluated), evaluate=evaluated)),
            st.tuples(children, st.integers(2, 3)).map(lambda pair: Pow(*pair, evaluate=evaluated)),
            children.map(lambda child: floor(child) if evaluated else floor(child, evaluate=False)),
        )

    return st.recursive(leaves, grow, max_leaves=8)


@settings(max_examples=150, deadline=None)
@given(st.booleans().flatmap(trees), st.booleans())
def test_plain_text_means_what_the_expression_means(tree, with_numbers):
    try:
        expected = evaluate(tree, POINT)
    except (ZeroDivisionError, AttributeError):
        return
    if not isinstance(expected, int | Fraction):
        return
    text = EN.expression(tree, POINT if with_numbers else None).text
    reader = Reader(text, POINT)
    assert reader.sum() == expected, text
    assert reader.at == len(reader.text)
