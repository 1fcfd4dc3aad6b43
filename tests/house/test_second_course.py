"""A course of pendulums and of money, whose results are irrational: every digit it prints is held to another road.

The other roads are mpmath (in binary, with its own π, root and logarithm) and decimal; neither knows SymPy's numbers.
"""

import json
import re
import shutil
import subprocess
import sys
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import mpmath
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from derivations.book import Book
from derivations.exact import Unit, prove
from derivations.language import Form, FormError, languages
from derivations.outputs.data import files

sys.path.insert(0, str(Path(__file__).parents[1] / "toy" / "swings"))
from swings import COURSE, FORMULAS, KILOMETRE, METRE, SPEED

SWINGS = Path(__file__).parents[1] / "toy" / "swings"

ROADS = {
    "swing.period": lambda l, g: 2 * mpmath.pi * mpmath.sqrt(l / g),
    "swing.frequency": lambda l, g: 1 / (2 * mpmath.pi * mpmath.sqrt(l / g)),
    "swing.length": lambda T, g: g * (T / (2 * mpmath.pi)) ** 2,
    "growth.doubling": lambda i: mpmath.log(2) / mpmath.log1p(i),
    "growth.effective": lambda i, m: mpmath.expm1(m * mpmath.log1p(i / m)),
    "growth.balance": lambda K, i, n: K * mpmath.exp(n * mpmath.log1p(i)),
}
rates = st.fractions(Fraction(1, 1000), Fraction(1, 2), max_denominator=1000)
lengths = st.fractions(Fraction(1, 1000), 1000, max_denominator=1000)
INPUTS = {"l": lengths, "g": lengths, "T": lengths, "i": rates, "m": st.integers(1, 40), "n": st.integers(1, 60),
          "K": lengths}


@pytest.fixture(scope="module")
def book():
    return Book(SWINGS, COURSE)


def rounded(number, digits):
    """Round mpmath's number to significant digits, by decimal, half to even."""
    with localcontext() as context:
        context.prec = 90
        exact = Decimal(mpmath.nstr(number, 80))
        return format(exact.quantize(Decimal(1).scaleb(exact.adjusted() - digits + 1), ROUND_HALF_EVEN), "f")


@pytest.mark.parametrize("name", list(ROADS))
@settings(max_examples=25)
@given(data=st.data())
def test_every_digit_is_right(name, data):
    formula = FORMULAS[name]
    inputs = {symbol.name: data.draw(INPUTS[symbol.name]) for symbol in formula.symbols}
    digits = data.draw(st.integers(1, 30))
    written = languages(COURSE)["en"].write(formula(**inputs), (Form("digits", (digits,)),)).text.replace(",", "")
    with mpmath.workdps(100):
        number = ROADS[name](*(mpmath.mpf(Fraction(value).numerator) / Fraction(value).denominator
                               for value in inputs.values()))
        expected = rounded(number, digits)
    assert Decimal(written) == Decimal(expected)


def test_the_course_has_no_fault_and_proves_its_steps(book):
    assert [str(finding) for finding in book.findings] == []
    assert all(prove(formula) >= 1 for formula in FORMULAS.values())


def test_pages_print_in_both_languages(book):
    printed = [entry.printed for entry in book.ledger()]
    assert printed[:6] == ["2.0061\u00a0s", "0.0334\u00a0min", "0.498\u00a0Hz",
                           "0.993960811531333537864457534087 metres", "1.5\u00a0m/s", "23.449772250437757152 years"]
    assert printed[8:10] == ["2,0061\u00a0s", "0,0334\u00a0min"] and printed[15] == "1343,92\u00a0€"


def test_a_conversion_says_both_units_in_its_evaluation():
    value = FORMULAS["swing.speed"](d=Fraction(4500), T=2)
    english = languages(COURSE)["en"]
    way = FORMULAS["swing.length"]
    assert english.write(value, (Form("unit"),)).text == "4,500\u00a0m/s"
    assert english.worked(value, (Form("unit"),)).text.endswith("4,500\u00a0m/s")
    long = way(T=200, g=10)
    assert english.worked(long, (Form("to", ("kilometre",)), Form("digits", (3,)))).text.endswith(
        "m ≈ 10.1\u00a0km")
    assert english.write(long, (Form("to", ("kilometre",)), Form("digits", (3,)), Form("of"))).text == "10.1 kilometres"


@pytest.mark.parametrize(("forms", "said"), [
    ((Form("to", ("second",)),), "metre can't be converted to second"),
    ((Form("to", ("kilometer",)),), "the course has no unit 'kilometer'; nearest: kilometre"),
    ((Form("to"),), "to needs the name of a unit"), ((Form("to", (3,)),), "the name of a unit in quotation marks"),
])
def test_a_conversion_that_means_nothing_is_refused(forms, said):
    with pytest.raises(FormError) as caught:
        languages(COURSE)["en"].write(FORMULAS["swing.length"](T=2, g=10), forms)
    assert said in str(caught.value)


def test_symbols_of_composed_units_are_made_of_their_parts():
    english = languages(COURSE)["en"]
    assert english.symbol(METRE**2 / Unit("second") ** 3) == "m²/s³"
    assert english.symbol(KILOMETRE * METRE) == "km·m" and english.symbol(METRE / (Unit("second") * KILOMETRE)) == "m/(s·km)"
    assert english.symbol(SPEED) == "m/s"
    assert english.symbol(METRE**-2) == "m⁻²" and english.symbol((Unit("second") * KILOMETRE) ** -1) == "s⁻¹·km⁻¹"
    with pytest.raises(FormError, match="no symbol for 'fathom'"):
        english.symbol(Unit("fathom"))


def test_a_plot_of_irrational_values_holds_exact_and_decimal(book):
    data = json.loads(files(book)["plots/doubling.en.json"])
    row = data["rows"][0]
    assert row["value_decimal"].startswith("69.660716893") and row["value"] == "log(2)/log(101/100)"


def test_the_table_prints_rates_as_percentages(book):
    html = book.finish("en/index.md", book.render("en/index.md").markdown)
    assert re.search(r">1%<", html) and re.search(r">69\.66<", html) and "12.6825%" in html


def test_the_drill_s_replies_are_what_the_slips_come_to(book):
    html = book.finish("es/index.md", book.render("es/index.md").markdown)
    assert "1\u00a0m" in html and "10\u00a0m/s²" in html
    assert "Un péndulo más largo es más lento" in files(book)["drills/clock.es.js"].decode()


def test_a_sum_of_unlike_units_stops_the_gate(tmp_path):
    """The author's own file is named, with the line of the function; the command finds the course beside mkdocs.yml."""
    shutil.copytree(SWINGS, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    languages = [{"locale": "en", "name": "English", "default": True}, {"locale": "es", "name": "Español"}]
    plugins = [{"i18n": {"docs_structure": "folder", "languages": languages}}, {"derivations": {"course": "swings"}}]
    settings = {"site_name": "x", "theme": {"name": "material"}, "plugins": plugins}
    (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    text = (tmp_path / "swings.py").read_text(encoding="utf-8")
    (tmp_path / "swings.py").write_text(text.replace("quotient(d + d, T)", "quotient(d + T, T)"), encoding="utf-8")
    line = text[: text.index('@formula("swing.speed"')].count("\n") + 1
    run = subprocess.run([Path(sys.executable).parent / "derive", "check"], cwd=tmp_path,
                         env={"NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stderr
    assert f"swings.py:{line}:1: swing.speed: metre and second can't be added" in run.stdout
