"""What an author gets wrong in a course's own module: one line that says where and what, from the command and a build."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from derivations.cli import derive
from derivations.explanation import NoExplanation, explanation
from derivations.new import create
from derivations.project import NoProject, Project
from derivations.site import fresh

MODEL = ("    drills={", "    models={{'dear': Model('dear', 'Dear', {{'i': {}}})}},\n    drills={{")
RETURN = "return K * (1 + i) ** n"
PT = Path(__file__).parents[1] / "toy" / "pt" / "packs"
SOURCE = '"the definition of compound interest")'
PLOT = """    plots={"years": Plot("years", "log-lines", (Series(FORMULAS["growth.balance"], {"K": 100, "i": Fraction(1, 8)}, "x"),),
                        along="n", points=(1, 2, 40))},
    drills={"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """The small course; course(old, new, …) edits its module and gives its project."""
    create(tmp_path, [])
    monkeypatch.syspath_prepend(str(tmp_path))
    module = tmp_path / "growth" / "__init__.py"

    def edited(*pairs):
        text = module.read_text(encoding="utf-8").replace("import Course,", "import Course, Model, Plot, Series,")
        for old, new in pairs:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        module.write_text(text, encoding="utf-8")
        fresh.forget("growth")
        return Project(tmp_path)

    yield edited
    fresh.forget("growth")


def line_of(folder, words):
    lines = (folder / "growth" / "__init__.py").read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


def with_model(number):
    return MODEL[0], MODEL[1].format(number)


@pytest.mark.parametrize(("edit", "at", "says"), [
    (with_model("'3/8'"), "Model('dear'", "TypeError: model dear: i is the text '3/8'; write Fraction(3, 8)"),
    (with_model("'12'"), "Model('dear'", "TypeError: model dear: i is the text '12'; write 12"),
    (with_model("0.35"), "Model('dear'", "TypeError: model dear: i is 0.35, a float; write Fraction(7, 20)"),
    (('EURO, YEAR = ', 'DIME = (0.1 * Unit("euro")).named("dime")\nEURO, YEAR = '), "DIME",
     "TypeError: unit dime: its factor must be rational, and is 0.1; write Fraction(1, 10)"),
    ((SOURCE, f'{SOURCE[:-1]}, requires=((lambda K, i: K > i, "K is above i"),))'), "@formula",
     "TypeError: growth.balance takes K, i, n, and its check of ‘K is above i’ K, i"),
    ((SOURCE, f'{SOURCE[:-1]}, requires=((lambda K, n, i: K > i, "K is above i"),))'), "@formula",
     "TypeError: growth.balance takes K, i, n, and its check of ‘K is above i’ K, n, i"),
    (('EURO, YEAR = Unit("euro")', 'EURO, YEAR = Unit("euro") + 3'), "EURO, YEAR", "TypeError: unsupported operand"),
    (("def balance(K: Any", "def balance(capital: Any"), "@formula", "LookupError: balance: no symbol stands for"),
    (('FORMULAS = {one', '@formula("growth.balance")\ndef again(n: Any) -> Any:\n    return n\n\n\nFORMULAS = {one'), '@formula("growth.balance")',
     "ValueError: the formula 'growth.balance' is declared twice"),
    (("EURO, YEAR = ", "EURO, YEAR = ]\nHALF = "), "EURO, YEAR", "SyntaxError: unmatched ']'"),
])
def test_a_course_that_cannot_be_loaded_says_where(course, tmp_path, edit, at, says):
    with pytest.raises(NoProject) as caught:
        course(edit)
    place, _, what = str(caught.value).partition(": the course 'growth' can't be loaded: ")
    assert place.startswith(f"growth/__init__.py:{line_of(tmp_path, at)}:")
    assert what.startswith(says)


def test_a_fault_outside_the_course_has_no_place_in_it(course):
    with pytest.raises(NoProject, match=r"^the course 'growth' can't be loaded: AttributeError: "):
        course(("COURSE = Course(", "NONE = Course("))


def test_a_float_in_a_formula_is_found_at_the_formula(course, tmp_path):
    said = [str(one) for one in course((RETURN, f"{RETURN} * 0.75")).book().findings]
    place = f"growth/__init__.py:{line_of(tmp_path, '@formula')}:1: "
    assert f"{place}growth.balance: 0.75 is a float; write Fraction(3, 4)" in said


@pytest.mark.parametrize(("old", "new", "says"), [
    (SOURCE, f'{SOURCE[:-1]}, derive=lambda K, i, n: [("definition", K * (1 + i)**n), ("definition", K + n)])',
     "which is not equal"),
    (RETURN, f"{RETURN} * 0.375", "0.375 is a float; write Fraction(3, 8)"),
])
def test_explain_says_in_a_line_what_the_check_says(course, old, new, says):
    project = course((old, new))
    with pytest.raises(NoExplanation, match=re.escape(says)):
        explanation(project.course, "growth.balance", "", {})
    assert any(says in str(one) for one in project.book().findings)


def test_a_point_of_a_plot_outside_its_formula_is_a_finding(course, tmp_path):
    for code in ("en", "es"):
        with (tmp_path / "growth" / "words" / f"{code}.toml").open("a", encoding="utf-8") as words:
            words.write('"plot.years.title" = "T"\n"plot.years.alt" = "A"\n"plot.years.x" = "x"\n"plot.years.y" = "y"\n')
        with (tmp_path / "docs" / code / "index.md").open("a", encoding="utf-8") as page:
            page.write('\n{{= plot("years") }}\n')
    project = course(("    drills={", PLOT),
                     (SOURCE, f'{SOURCE[:-1]}, requires=((lambda K, i, n: n < 30, "n must be below 30"),))'))
    said = [str(one) for one in project.book().findings]
    assert [one.split(":")[0] for one in said] == ["docs/en/index.md", "docs/es/index.md"]
    assert all(one.endswith("plot years: growth.balance: n must be below 30") for one in said)


def test_words_that_name_nothing_are_said_to(course, tmp_path):
    with (tmp_path / "growth" / "words" / "es.toml").open("a", encoding="utf-8") as words:
        words.write('"simbol.K" = "a"\n"drill.three-year.hint3" = "b"\n"symbol.m" = "c"\n"reason.multiply" = "d"\n')
    said = {one.message for one in course().book().findings}
    assert "'simbol.K' names nothing; nearest: symbol.K" in said
    assert {one.partition(";")[0] for one in said} == {
        "'simbol.K' names nothing", "'symbol.m' names nothing", "'drill.three-year.hint3' names nothing",
        "'reason.multiply' has no words in en"}


def test_pages_of_a_language_that_is_not_built_are_found(course, tmp_path):
    settings = tmp_path / "mkdocs.yml"
    text = settings.read_text(encoding="utf-8")
    start, end = text.index("        - locale: es"), text.index("  - derivations:")
    settings.write_text(text[:start] + text[end:], encoding="utf-8")
    said = [str(one) for one in course().book().findings]
    at = text[:text.index("languages:")].count("\n") + 1
    assert [one for one in said if one.startswith(f"mkdocs.yml:{at}:7: there are pages in docs/es, and ‘es’ is not among")]
    settings.write_text(f"{text[:start]}{text[end:]}exclude_docs: es/\n", encoding="utf-8")
    assert not any("is not among" in str(one) for one in course().book().findings)


def test_words_of_a_language_that_is_not_built_are_found(course, tmp_path):
    words = tmp_path / "growth" / "words"
    (words / "pt.toml").write_text((words / "es.toml").read_text(encoding="utf-8"), encoding="utf-8")
    said = {one.message for one in course(("    drills={", "    packs=PT,\n    drills={"), ("EURO, YEAR = ", f"PT = Path({str(PT)!r})\nEURO, YEAR = ")).book().findings}
    assert "there are words in pt, and ‘pt’ is not among the languages of i18n" in said


def plotted(course, tmp_path, *edits, words="", shown=False):
    for code in ("en", "es"):
        given = "".join(f'"plot.years.{key}" = "{key}"\n' for key in ("title", "alt", "x", "y") if key not in words.split())
        with (tmp_path / "growth" / "words" / f"{code}.toml").open("a", encoding="utf-8") as file:
            file.write(given)
        if shown:
            with (tmp_path / "docs" / code / "index.md").open("a", encoding="utf-8") as page:
                page.write('\n{{= plot("years") }}\n')
    return [str(one) for one in course(("    drills={", PLOT), *edits).book().findings]


@pytest.mark.parametrize("shown", [True, False])
@pytest.mark.parametrize(("edit", "says"), [
    (('along="n"', 'along="m"'), "plot years: there is no symbol 'm'"),
    (('{"K": 100, "i": Fraction(1, 8)}', '{"K": 100}'), "plot years: growth.balance needs i, which the plot doesn't give"),
    (('"i": Fraction(1, 8)', '"rate": 3, "i": Fraction(1, 8)'), "plot years: there is no symbol 'rate'"),
    (("points=(1, 2, 40)", "points=()"), "plot years: a line needs two points or more"),
    (("points=(1, 2, 40)", 'points=(1, 2, 40), form="digit(2)"'), "plot years: there is no form 'digit'; nearest: digits"),
    (('"log-lines"', "lambda figure, width, ident: 1 // 0"), "plot years: ZeroDivisionError: integer division or modulo by zero"),
])
def test_what_a_plot_can_not_draw_is_a_finding_whether_a_page_shows_it_or_not(course, tmp_path, edit, says, shown):
    said = plotted(course, tmp_path, edit, shown=shown)
    assert [one.partition(": ")[2] for one in said] == [says, says]
    where = ["docs/en/index.md", "docs/es/index.md"] if shown else ["growth/words/en.toml", "growth/words/es.toml"]
    assert [one.partition(":")[0] for one in said] == where


def test_all_words_that_a_plot_or_a_drill_lacks_are_said_at_once(course, tmp_path):
    assert ["words/en.toml has no 'plot.years.alt', 'plot.years.y'" in one for one in plotted(course, tmp_path, words="alt y")] == [
        True, False]
    words = tmp_path / "growth" / "words" / "en.toml"
    words.write_text(re.sub(r'(?m)^"(drill.*hint|slip).*\n', "", words.read_text(encoding="utf-8")), encoding="utf-8")
    said = [str(one) for one in course().book().findings if one.path == "docs/en/practice.md"]
    assert len(said) == 1 and "has no 'drill.three-years.hint1', 'drill.three-years.hint2', 'slip.simple'" in said[0]


@pytest.mark.parametrize(("body", "says"), [
    ("return K if n > 3 else n", "TypeError: cannot determine truth value of Relational: n > 3"),
    ("return int(K)", "TypeError: Cannot convert symbols to int"),
    ("return K.amount", "AttributeError: 'Symbol' object has no attribute 'amount'"),
    ("K", "growth.balance: its function returns nothing"),
])
def test_a_function_that_takes_no_symbols_is_said_once_at_its_formula(course, tmp_path, body, says):
    said = [str(one) for one in course((RETURN, body)).book().findings]
    assert len(said) == 1 and said[0].endswith(says)
    assert said[0].startswith(f"growth/__init__.py:{line_of(tmp_path, '@formula')}:1: growth.balance: its function")


def test_an_input_of_a_drill_that_its_symbol_refuses_is_a_finding(course):
    said = [str(one) for one in course(('{"K": 100, "i": Fraction(1, 10)', '{"K": 100, "i": 0.1')).book().findings]
    assert any(one.endswith("drill three-years: growth.balance: i must be a positive rational number, not 0.1") for one in said)


def test_a_value_in_another_unit_is_no_input(course, tmp_path):
    page = tmp_path / "docs" / "en" / "index.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("n=10) | places", "n=growth.balance(K=1, i=1, n=1)) | places"), encoding="utf-8")
    assert any("n counts year, and this value euro" in str(one) for one in course().book().findings)


def test_an_arrangement_of_folders_that_is_not_ours_is_refused_at_every_door(course, tmp_path):
    settings = tmp_path / "mkdocs.yml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("docs_structure: folder", "docs_structure: suffix"), encoding="utf-8")
    with pytest.raises(NoProject, match="write `docs_structure: folder`"):
        course()


def test_a_table_is_silent_in_all_its_places_at_once_and_no_page_repeats_it(course, tmp_path):
    table = tmp_path / "tables" / "rates.toml"
    text = table.read_text(encoding="utf-8")
    table.write_text(re.sub(r"(?m)^es = .*\n", "", text.partition("[literals]")[0] + text.partition("[rows]")[1] + text.partition("[rows]")[2]), encoding="utf-8")
    said = [str(one) for one in course().book().findings]
    assert [one.partition(": ")[2] for one in said] == [
        "'title' has no text in es", "the heading of 'rate' has no text in es", "the heading of 'balance' has no text in es"]
    assert {one.partition(":")[0] for one in said} == {"tables/rates.toml"}


def test_a_csv_whose_table_has_a_fault_of_its_own_is_not_an_orphan(course, tmp_path):
    project = course()
    project.write_tables(project.book())
    (tmp_path / "tables" / "rates.toml").write_text("columns = 3\n", encoding="utf-8")
    (tmp_path / "tables" / "lost.csv").write_text("a\n", encoding="utf-8")
    assert [one.path for one in project.stale_tables(project.book())] == ["tables/lost.csv"]


@pytest.mark.parametrize(("given", "says"), [
    ("n=2**3-1", "(1 + 1/10)⁷"), ("i=1/5/2", "1.1"), ("K=3*", "'K=3*' is not SYMBOL=NUMBER, as in n=12: this is not an expression"),
    ("K=__import__('os')", "is not SYMBOL=NUMBER"), ("K", "'K' is not SYMBOL=NUMBER, as in n=12"), ("n=2**999", "a power in an input is a whole number up to 64"),
])
def test_explain_reads_a_number_as_a_page_does(course, tmp_path, monkeypatch, given, says):
    course()
    monkeypatch.chdir(tmp_path)
    ran = CliRunner().invoke(derive, ["explain", "growth.balance", *(one for one in ("K=1", "i=1/10", "n=1") if one[0] != given[0]), given])
    assert says in ran.output
    assert ("Error" in ran.output) is ("is not" in says or "power" in says)


def test_a_unit_that_a_value_is_converted_to_needs_its_symbol(course, tmp_path):
    for code in ("en", "es"):
        with (tmp_path / "docs" / code / "index.md").open("a", encoding="utf-8") as page:
            page.write('\n{{= given(K=5) | to("cent") | of }}\n')
        with (tmp_path / "growth" / "words" / f"{code}.toml").open("a", encoding="utf-8") as words:
            words.write('"unit.cent" = "cent | cents | m"\n')
    said = [str(one) for one in course(("units=(EURO, YEAR)", 'units=(EURO, YEAR, (Fraction(1, 100) * EURO).named("cent"))')).book().findings]
    assert [one.partition(": ")[2] for one in said] == ["the course's words have no symbol for 'cent' (write unit.cent.symbol)"] * 2
