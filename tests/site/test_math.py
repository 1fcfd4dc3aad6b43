"""Formulas are typeset at build time, strictly: what Temml refuses is an error with a place, never output."""

import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivations.site.math import _CLASS_OF_STYLE, TEMML, MathError, bare, fill, still, typeset

ASSETS = TEMML.parent / "assets"
_OURS = {name for name in _CLASS_OF_STYLE.values() if name}


def mathml(html):
    """The MathML of a formula, as a tree."""
    return ElementTree.fromstring(re.search(r"<math.*?</math>", html, re.DOTALL)[0])


def tokens(html):
    """What the formula's MathML says, token by token."""
    return [node.text for node in mathml(html).iter() if re.search(r"m(i|n|o|text)$", node.tag)]


def test_a_formula_is_written_once():
    html = typeset(r"\frac{3r}{2h}")
    assert tokens(html) == ["3", "r", "2", "h"]
    assert html.startswith("<math>") and html.count("<math") == 1
    assert len(html) < 120


@pytest.mark.parametrize(
    ("tex", "shown"),
    [("18{,}874{,}368", ["18,874,368"]), (r"18\,874\,368", ["18\u202f874\u202f368"]), (r"0{,}29\,\%", ["0,29", "%"]), (r"2\,r", ["2", "r"])],
)
def test_a_number_is_one_token_in_both_languages(tex, shown):
    assert tokens(typeset(tex)) == shown


@given(st.integers(0, 10**12))
def test_every_digit_arrives(number):
    assert "".join(tokens(typeset(str(number)))) == str(number)


@pytest.mark.parametrize(
    ("tex", "position", "reason"),
    [
        (r"x + \nope{y}", 4, "Unsupported function name"),
        (r"\operatorname{máx}(x) + \nope{y}", 24, "Unsupported function name"),
        (r"\operatorname{máx}(é)", 19, "Accented"),
        (r"\frac{a", 7, "Unexpected end of input"),
        ("18\u202f874", 2, "Unicode text character"),
        ("0,29\u00a0\\%", 4, "U+00A0"),
        ("razón", 3, "Accented"),
        (r"x \label{x}", 2, "isn't allowed"),
        (r"\color{red}{x}", 0, "isn't allowed"),
        (r"\href{https://example.org}{x}", 0, "isn't allowed"),
        (r"\htmlId{a}{x}", 0, "isn't allowed"),
        (r"\htmlStyle{color:red}{x}", 0, "isn't allowed"),
        (r"\includegraphics{x}", 0, "isn't allowed"),
        (r'\htmlClass{a" onclick="b}{x}', 0, "is not trusted"),
    ],
)
def test_what_is_refused_is_an_error_that_names_formula_and_place(tex, position, reason):
    with pytest.raises(MathError, match=re.escape(reason)) as caught:
        typeset(tex)
    assert caught.value.tex == tex
    assert caught.value.position == position
    assert tex in str(caught.value)
    assert not re.search("at position|at end of input|ParseError|KaTeX|\n", str(caught.value))
    assert "\u0332" not in str(caught.value), "Temml underlines with combining characters, a terminal can't"


def test_a_refused_formula_leaves_the_next_one_unharmed():
    with pytest.raises(MathError):
        typeset(r"\def\r{s}\nope")
    assert tokens(typeset("r")) == ["r"]


def test_a_macro_of_one_formula_is_unknown_to_the_next():
    typeset(r"\gdef\mine{5}\mine")
    with pytest.raises(MathError):
        typeset(r"\mine")


def test_the_change_of_a_step_can_be_marked():
    assert '<mrow class="chg"><mn>18</mn><mi>r</mi><mi>h</mi></mrow>' in typeset(r"\htmlClass{chg}{18rh}")


def test_fill_replaces_placeholders_and_nothing_else():
    rest = ' <code>data-tex="x"</code> <span class="value">1</span></p>'
    filled = fill(f'<p>a <span class="tex" data-tex="a&lt;b">a&lt;b</span>{rest}')
    assert tokens(filled) == ["a", "<", "b"]
    assert filled.startswith('<p>a <span class="tex" data-tex="a&lt;b"><math>')
    assert filled.endswith(rest)


def test_fill_keeps_other_attributes_and_knows_display():
    one = '<div class="tex" id="f" data-tex="x" data-display>x</div>'
    other = '<div class="tex" data-display data-tex="y">y</div>'
    filled = fill(one + other)
    assert filled.count('<math display="block">') == 2
    assert '<div class="tex" id="f" data-tex="x">' in filled
    assert "data-display" not in filled


def test_fill_hands_faults_over_with_their_place():
    said = []

    def fault(error, at):
        said.append((error.tex, at))
        return "!"

    assert fill(r'<span class="tex" data-tex="\no" data-at="12:5">x</span>', fault) == r'<span class="tex" data-tex="\no">!</span>'
    assert said == [(r"\no", "12:5")]
    with pytest.raises(MathError):
        fill(r'<span class="tex" data-tex="\no">x</span>')


def test_no_interpreter_starts_before_the_first_formula():
    code = "from derivations.site import math as m; m.fill('<p>none</p>'); print(m._typesetter.cache_info().currsize)"
    started = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert started.stdout.strip() == "0"


@pytest.mark.parametrize("tex", [
    r"\begin{aligned}a&=b\\c&=d\end{aligned}", r"\begin{cases}a&b\\c&d\end{cases}", r"\begin{pmatrix}a&b\\c&d\end{pmatrix}",
    r"\begin{array}{lr|c}a&b&c\\\hline c&d&e\end{array}", r"\hat{x}+\bar{x}+\underbrace{a+b}_{n}", r"a\quad b\!c", r"\boxed{x}", r"\frac{\sqrt{\frac{a}{b}}}{c}",
    r"\frac{\frac{a}{b}}{c}",
    r"\overline{x}\underline{y}", r"\left\lfloor\frac{a}{\sqrt{b}}\right\rfloor", r"\operatorname{máx}_{i}\text{«razón»}",
])
def test_no_formula_needs_a_style_that_a_strict_policy_forbids(tex):
    for display in (False, True):
        html = typeset(tex, display)
        assert " style=" not in html
        known = (ASSETS / "content.css").read_text(encoding="utf-8")
        ours = {name for names in re.findall('class="([^"]*)"', html) for name in names.split() if name in _OURS}
        assert all(f".{name}" in known for name in ours)


@pytest.mark.parametrize(("tex", "rows"), [
    ("a = b", 0), ("a = b + c", 2), ("= a + b + c", 3), ("-a - b", 0), (r"(a + b = c) \cdot d", 0), (r"\frac{a = b + c}{d} = e", 0),
    (r"a \le b < c", 2),
])
def test_a_long_formula_can_be_broken_before_its_relations_and_sums_and_nowhere_else(tex, rows):
    html = typeset(tex, True)
    whole = mathml(html)
    assert (whole.get("class") == "lines") == (rows > 0)
    if rows:
        assert [row.tag for row in whole] == ["mrow"] * rows
        assert all(row[0].get("form") == "infix" for row in whole[1:]), "first in a row, a plus would be a sign"


def test_what_temml_needs_is_here_with_its_licence_and_ours_alone_is_published():
    assert "MIT" in (TEMML / "LICENSE.txt").read_text(encoding="utf-8")
    fonts = ASSETS / "fonts"
    assert (fonts / "derivations-math.woff2").stat().st_size < 105_000
    assert "GUST" in (fonts / "derivations-math-LICENSE.txt").read_text(encoding="utf-8")
    assert not list(ASSETS.rglob("*temml*"))


def test_in_running_text_a_formula_bears_its_tex_itself():
    html = fill('<p><span class="tex" data-tex="a_1">a1</span> <span class="tex" data-tex="\\beta">β</span></p>'
                '<div class="tex" data-tex="c" data-display>c</div>')
    assert bare(html) == html.replace('<span class="tex" data-tex="a_1"><math>', '<math data-tex="a_1">').replace(
        '<span class="tex" data-tex="\\beta"><math>', '<math data-tex="\\beta">').replace("</math></span>", "</math>")
    assert bare(html).count("<span") == 0 and '<div class="tex"' in bare(html)


@pytest.mark.parametrize(("tex", "is_its_own"), [("h", True), ("7", True), ("β", True), (r"\beta", False), ("hh", False), ("12", False), ("+", False)])
def test_a_lone_letter_is_its_own_tex(tex, is_its_own):
    html = bare(fill(f'<p>(<span class="tex" data-tex="{tex}">.</span>),</p>'))
    assert ("data-tex" not in html) == is_its_own
    assert re.search(r'<p><span class="one">\(<math.*</math>\),</span></p>', html)


@pytest.mark.parametrize(("before", "after", "beside"), [
    ("", ", y", ","), ("(", ")", ")"), ("«", "».", "»."), ("", "", ""), ("a ", " b", ""), ("a", "b", ""),
])
def test_no_line_breaks_a_formula_off_its_punctuation(before, after, beside):
    formula = '<span class="tex" data-tex="h">h</span>'
    for inner in (formula, f'<a class="lv" href="#n">{formula}</a>'):
        html = bare(fill(f"<p>{before}{inner}{after}</p>"))
        joined = re.findall(r'<span class="one">(.*?)</span>', html)
        assert len(joined) == bool(beside)
        for one in joined:
            assert one.startswith(before) and one.endswith(beside) and "</math>" in one
        assert re.sub(r"<[^>]*>", "", html) == f"{before}h{after}"


def test_a_page_without_scripts_keeps_no_tex_for_one_to_copy():
    assert "data-tex" not in still('<span class="tex" data-tex="a">a</span><div class="tex" data-tex="c" data-display>c</div>')
