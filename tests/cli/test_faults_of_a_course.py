"""What an author gets wrong in a course's own module: one line that says where and what, from the command and a build."""

import re

import pytest

from derivations.explanation import NoExplanation, explanation
from derivations.new import create
from derivations.project import NoProject, Project
from derivations.site import fresh

MODEL = ("    drills={", "    models={{'dear': Model('dear', 'Dear', {{'i': {}}})}},\n    drills={{")
RETURN = "return K * (1 + i) ** n"
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


def test_a_csv_whose_table_has_a_fault_of_its_own_is_not_an_orphan(course, tmp_path):
    project = course()
    project.write_tables(project.book())
    (tmp_path / "tables" / "rates.toml").write_text("columns = 3\n", encoding="utf-8")
    (tmp_path / "tables" / "lost.csv").write_text("a\n", encoding="utf-8")
    assert [one.path for one in project.stale_tables(project.book())] == ["tables/lost.csv"]
