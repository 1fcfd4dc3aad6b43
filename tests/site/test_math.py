"""Formulas are typeset at build time, strictly: what KaTeX refuses is an error with a place, never output."""

import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivations.site.math import KATEX, MathError, fill, typeset


def mathml(html):
    """The MathML of a formula, as a tree."""
    return ElementTree.fromstring(re.search(r"<math.*?</math>", html, re.DOTALL)[0])


def tokens(html):
    """What the formula's MathML says, token by token."""
    return [node.text for node in mathml(html).iter() if re.search(r"}m[ino]$", node.tag)]


def test_a_formula_has_mathml_for_those_who_listen_and_html_for_those_who_look():
    html = typeset(r"\frac{3r}{2h}")
    assert tokens(html) == ["3", "r", "2", "h"]
    assert '<span class="katex-html" aria-hidden="true">' in html
    assert mathml(html).find(".//{*}annotation").text == r"\frac{3r}{2h}"


@pytest.mark.parametrize(
    ("tex", "shown"),
    [("18{,}874{,}368", "18,874,368"), (r"18\,874\,368", "18874368"), (r"0{,}29\,\%", "0,29%")],
)
def test_figures_of_both_languages_pass(tex, shown):
    assert "".join(token for token in tokens(typeset(tex)) if token.strip()).replace("\u2009", "") == shown


@given(st.integers(0, 10**12))
def test_every_digit_arrives(number):
    assert "".join(tokens(typeset(str(number)))) == str(number)


@pytest.mark.parametrize(
    ("tex", "position", "reason"),
    [
        (r"x + \nope{y}", 4, "Undefined control sequence"),
        (r"\frac{a", 7, "end of input"),
        ("18\u202f874", 2, "Unrecognized Unicode character"),
        ("0,29\u00a0\\%", 4, "Unrecognized Unicode character"),
        ("razón", 3, "Accented"),
        (r"\text{«}", 6, "Unrecognized Unicode character"),
        (r"\href{https://example.org}{x}", None, "isn't allowed"),
        (r"\htmlId{a}{x}", None, "isn't allowed"),
        (r"\htmlStyle{color:red}{x}", None, "isn't allowed"),
        (r"\includegraphics{x}", None, "isn't allowed"),
    ],
)
def test_what_katex_refuses_is_an_error_that_names_formula_and_place(tex, position, reason):
    with pytest.raises(MathError, match=re.escape(reason)) as caught:
        typeset(tex)
    assert caught.value.tex == tex
    assert caught.value.position == position
    assert tex in str(caught.value)
    assert "\u0332" not in str(caught.value), "KaTeX underlines with combining characters, a terminal can't"


def test_a_refused_formula_leaves_the_next_one_unharmed():
    with pytest.raises(MathError):
        typeset(r"\def\r{s}\nope")
    assert tokens(typeset("r")) == ["r"]


def test_a_macro_of_one_formula_is_unknown_to_the_next():
    typeset(r"\gdef\mine{5}\mine")
    with pytest.raises(MathError):
        typeset(r"\mine")


def test_the_change_of_a_step_can_be_marked():
    assert '<span class="enclosing chg">' in typeset(r"\htmlClass{chg}{18rh}")


def test_fill_replaces_placeholders_and_nothing_else():
    rest = ' <code>data-tex="x"</code> <span class="value">1</span></p>'
    filled = fill(f'<p>a <span class="tex" data-tex="a&lt;b">a&lt;b</span>{rest}')
    assert tokens(filled) == ["a", "<", "b"]
    assert filled.startswith('<p>a <span class="tex"><span class="katex">')
    assert filled.endswith(rest)


def test_fill_keeps_other_attributes_and_knows_display():
    one = '<div class="tex" id="f" data-tex="x" data-display>x</div>'
    other = '<div class="tex" data-display data-tex="y">y</div>'
    filled = fill(one + other)
    assert filled.count("katex-display") == 2
    assert '<div class="tex" id="f">' in filled
    assert "data-" not in filled.replace("data-mml", "")


def test_fill_hands_faults_over_with_their_place():
    said = []

    def fault(error, at):
        said.append((error.tex, at))
        return "!"

    assert fill(r'<span class="tex" data-tex="\no" data-at="12:5">x</span>', fault) == '<span class="tex">!</span>'
    assert said == [(r"\no", "12:5")]
    with pytest.raises(MathError):
        fill(r'<span class="tex" data-tex="\no">x</span>')


def test_no_interpreter_starts_before_the_first_formula():
    code = "from derivations.site import math as m; m.fill('<p>none</p>'); print(m._interpreter.cache_info().currsize)"
    started = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert started.stdout.strip() == "0"


def test_what_katex_needs_is_here_with_its_licence():
    styles = (KATEX / "katex.min.css").read_text(encoding="utf-8")
    wanted = set(re.findall(r"url\((fonts/[\w-]+\.woff2)\)", styles))
    assert wanted
    assert all((KATEX / font).is_file() for font in wanted)
    assert "MIT" in (KATEX / "LICENSE.txt").read_text(encoding="utf-8")
    version = re.search(r'version:"(\d+\.\d+\.\d+)"', (KATEX / "katex.min.js").read_text(encoding="utf-8"))[1]
    assert f'content:"{version}"' in styles, "script and stylesheet are of one version"
