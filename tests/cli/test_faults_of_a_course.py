"""What an author gets wrong in a course's own module: one line that says where and what, from the command and a build."""

import re
import shutil
from fractions import Fraction
from pathlib import Path
from runpy import run_path
from types import SimpleNamespace

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
PLOT = """    plots={"years": Plot("years", "log-lines", (Series(FORMULAS["growth.balance"], {"K": 100, "i": Fraction(1, 8)}, "line"),),
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


def test_a_derivation_that_no_page_shows_is_explained_without_the_words_of_its_reasons(course, tmp_path):
    words = tmp_path / "growth" / "words" / "en.toml"
    words.write_text(words.read_text(encoding="utf-8").replace('"reason.definition"', '"reason.other"'), encoding="utf-8")
    project = course()
    assert any("no 'reason.definition'" in str(one) for one in project.book().findings)       # for a page shows it
    said = explanation(project.course, "growth.balance", "", {"K": 100, "i": Fraction(1, 10), "n": 3})
    assert "  1.   K(1 + i)^n\n" in said and "≈ 133\n" in said


def test_words_that_name_nothing_are_said_to(course, tmp_path):
    with (tmp_path / "growth" / "words" / "es.toml").open("a", encoding="utf-8") as words:
        words.write('"simbol.K" = "a"\n"drill.three-year.hint3" = "b"\n"symbol.m" = "c"\n"reason.multiply" = "d"\n')
    said = {one.message for one in course().book().findings}
    assert "'simbol.K' names nothing; nearest: symbol.K" in said
    assert {one.partition(";")[0] for one in said} == {
        "'simbol.K' names nothing", "'symbol.m' names nothing", "'drill.three-year.hint3' names nothing",
        "'reason.multiply' has no words in en"}


BARS = """    plots={"parts": Plot("parts", "stacked-bars", tuple(
        Series(Formula("disk", lambda n, by=by: n * by, (n,), Unit("byte")), {"n": 3}, f"{year}/{part}")
        for year, part, by in (("early", "text", 5), ("early", "sound", 7), ("late", "text", 9))))},
    drills={"""


def test_words_of_a_figure_are_of_what_it_shows(course, tmp_path):
    said = {"title": "T", "alt": "A", "early": "Before", "late": "After", "sound": "Sound", "text": "Text"}
    for code in ("en", "es"):
        with (tmp_path / "growth" / "words" / f"{code}.toml").open("a", encoding="utf-8") as words:
            words.writelines(f'"plot.parts.{key}" = "{text}"\n' for key, text in {**said, "late/text": "B", "y": "Y", "soud": "C"}.items())
    messages = {one.message for one in course(("    drills={", BARS)).book().findings}
    assert messages == {"'plot.parts.late/text' names nothing; nearest: plot.parts.text",
                        "'plot.parts.soud' names nothing; nearest: plot.parts.sound"}


def test_what_depends_on_the_model_is_explained_for_one(course, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    by_model = course(
        with_model("Fraction(1, 4), 'K': 64"),
        ("FORMULAS = {one.name: one for one in formula.formulas}",
         "FORMULAS = {one.name: one for one in formula.formulas}\nfrom derivations.exact import ByModel\n"
         "FORMULAS['offer'] = ByModel('offer', EURO, lambda name: FORMULAS['growth.balance'])"))
    run, years, capital = CliRunner().invoke, 3, Fraction(64)
    for _ in range(years):
        capital += capital / 4
    for name in ("offer", "growth.balance"):
        assert f"= {capital}\n" in run(derive, ["explain", name, "dear", f"n={years}"]).output
    assert "= 1/2" not in run(derive, ["explain", "offer", "dear", "i=1/2", "n=1"]).output
    assert f"= {64 * Fraction(3, 2)}\n" in run(derive, ["explain", "offer", "dear", "i=1/2", "n=1"]).output
    with pytest.raises(NoExplanation, match=r"offer depends on the model: `derive explain offer MODEL`"):
        explanation(by_model.course, "offer", "", {})
    with pytest.raises(NoExplanation, match="there is no model 'dea'; nearest: dear"):
        explanation(by_model.course, "offer", "", {}, model="dea")
    assert "nearest: dear" in str(run(derive, ["explain", "offer", "deer"], standalone_mode=False).exception)
    tests = run_path(str(tmp_path / "tests" / "test_growth.py"))           # as `derive new` wrote them
    assert [*tests["STEPS"]] == ["growth.balance"]
    tests["test_every_step_is_proved"]("growth.balance")


def test_a_renamed_formula_is_named_wherever_its_old_name_stands(course, tmp_path):
    found = course(('@formula("growth.balance"', '@formula("growth.worth"'), ('S["growth.balance"]', 'S["growth.worth"]')).book().findings
    said = {one.path: [] for one in found}
    for one in found:
        said[one.path].append(one.message)
    old = "'growth.balance'"
    for code in ("en", "es"):
        assert set(said[f"docs/{code}/index.md"]) == {
            f"no value is called {old}; nearest: growth.worth", f"claim: no value is called {old}; nearest: growth.worth",
            f"there is no derivation {old}; nearest: growth.worth"}
        assert "'formula.growth.balance' names nothing; nearest: formula.growth.worth" in said[f"growth/words/{code}.toml"]


def test_what_only_one_file_lost_is_said_in_the_file_that_was_edited(course, tmp_path):
    project = course()
    assert project.fix(project.book()) == ["wrote tables/rates.csv", "wrote docs/.sync.toml"]
    page = tmp_path / "docs" / "es" / "index.md"
    kept = [line for line in page.read_text(encoding="utf-8").splitlines(keepends=True) if "given(n=10)" not in line]
    page.write_text("".join(kept), encoding="utf-8")
    found = {str(one) for one in course().book().findings if "n=10" in one.message}
    assert {one.partition(" (section")[0] for one in found} == {
        "docs/es/index.md:5:1: the value given(n=10) is missing here",
        "docs/es/index.md:5:1: the value growth.balance(K=1000, i=5/100, n=10) is missing here"}
    assert all("docs/en/index.md:8:" in one for one in found)


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


def test_a_third_language_is_led_to_its_pack_its_words_its_pages_and_its_texts(course, tmp_path, monkeypatch, own_languages):
    settings, package = tmp_path / "mkdocs.yml", tmp_path / "growth"
    text = settings.read_text(encoding="utf-8").replace("  - derivations:", '        - locale: gl\n          name: Galego\n          nav_translations: '
                                                        "{Compound interest: Xuro, Practice: Práctica}\n  - derivations:")
    settings.write_text(text, encoding="utf-8")
    line = text[:text.index("locale: gl")].count("\n") + 1
    lacks = f"mkdocs.yml:{line}:19: the course has no language ‘gl’ (write growth/words/gl.toml"
    assert [str(one) for one in course().book().findings] == [f"{lacks}; begin its pack by `derive pack gl en`)"]
    (package / "words" / "gl.toml").write_bytes((package / "words" / "es.toml").read_bytes())
    with pytest.raises(NoProject, match="no language 'gl': there are en, es; `derive pack gl en` begins its pack"):
        course()
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(derive, ["pack", "gl", "es"], catch_exceptions=False).output
    assert "wrote growth/packs/gl/words.toml" in said
    project = course(("    units=(EURO", '    packs=Path(__file__).with_name("packs"),\n    units=(EURO'))
    found = [str(one) for one in project.book().findings]
    [begun] = [one for one in found if re.search(r"^growth/packs/gl/words.toml:\d+:\d+: \d\d sentences are as in es", one)]
    said = [one for one in found if one != begun]
    words = package / "packs" / "gl" / "words.toml"
    words.write_text(re.sub(r'(?m)^(\w+ = "[^"]* )(\w+)', r"\1x\2", words.read_text(encoding="utf-8")), encoding="utf-8")
    assert [one.split(": ")[0] for one in said] == ["docs/en/index.md:1:1", "docs/en/practice.md:1:1", *(
        f"tables/rates.toml:{line}:1" for line in (1, 14, 22))]
    assert "docs/gl/index.md doesn't exist" in said[0] and "'title' has no text in gl" in said[2]
    shutil.copytree(tmp_path / "docs" / "es", tmp_path / "docs" / "gl")
    table = tmp_path / "tables" / "rates.toml"
    table.write_text(re.sub(r"(?m)^es = (.*)$", r"es = \1\ngl = \1", table.read_text(encoding="utf-8")), encoding="utf-8")
    assert course().book().findings == []


@pytest.mark.parametrize("left", ["en", "es"])
def test_either_language_is_taken_out_and_the_other_stands_alone(course, tmp_path, left):
    """Whoever takes a language out is told what of it is left, and the other builds alone."""
    gone = {"en": "es", "es": "en"}[left]
    settings = tmp_path / "mkdocs.yml"
    text = settings.read_text(encoding="utf-8")
    start, end = text.index(f"        - locale: {gone}"), text.index("        - locale: es" if gone == "en" else "  - derivations:")
    settings.write_text((text[:start] + text[end:]).replace("name: Español\n", "name: Español\n          default: true\n"), encoding="utf-8")
    said = [str(one) for one in course().book().findings]
    assert any(f"there are pages in docs/{gone}, and ‘{gone}’ is not among" in one for one in said), said
    shutil.rmtree(tmp_path / "docs" / gone)
    said = [str(one) for one in course().book().findings]
    assert any(f"there are words in {gone}, and ‘{gone}’ is not among" in one for one in said), said
    (tmp_path / "growth" / "words" / f"{gone}.toml").unlink()
    said = [str(one) for one in course().book().findings]
    assert all(one.startswith("tables/rates.toml:") for one in said), said
    table = tmp_path / "tables" / "rates.toml"
    lost = {"en": '"mil"', "es": '"a thousand"'}[left]
    table.write_text("".join(one for one in table.read_text(encoding="utf-8").splitlines(keepends=True)
                             if not one.startswith((f"{gone} = ", lost))), encoding="utf-8")
    assert [str(one) for one in course().book().findings] == []


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


def written(root, file, text):
    (root / file).parent.mkdir(parents=True, exist_ok=True)
    (root / file).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(("edit", "at", "says"), [
    (('i = Symbol("i",', 'i = Symbol("class",'), 'Symbol("class"', "ValueError: symbol 'class': that is a word of Python's own"),
    (('i = Symbol("i",', 'i = Symbol("rate i",'), 'Symbol("rate i"', "ValueError: symbol 'rate i': that is no name, which no page"),
    (('n = Symbol("n", unit=YEAR)', 'n = Symbol("n", unit="year")'), 'n = Symbol("n"', "TypeError: symbol n: its unit is the text 'year'; write Unit('year')"),
    (('"growth.balance", EURO,', '"growth.balance", 7,'), "@formula", "TypeError: growth.balance: its unit is 7, which is no Unit"),
    (('"growth.balance", EURO,', '"growth.the-balance", EURO,'), "@formula", "ValueError: 'growth.the-balance' can't be written in a page"),
    (('"growth.balance", EURO,', '"growth.is", EURO,'), "@formula", "ValueError: 'growth.is' can't be written in a page"),
    (('"i": i, "n": n},\n    units', '"j": i, "n": n},\n    units'), "COURSE = ", "ValueError: symbols: 'j' stands for 'i'"),
    (('{"three-years": Drill(', '{"three years": Drill('), "COURSE = ", "ValueError: drills: 'three years' stands for 'three-years'"),
    (("import RATIO, Declared, Formula", "import RATIO, Declare, Formula"), "from derivations.exact", "ImportError: cannot import name 'Declare' from"),
    (("from derivations.wording", "from derivations.words"), "from derivations.words", "ModuleNotFoundError: No module named 'derivations.words'; nearest: wording"),
])
def test_what_no_page_could_name_is_refused_where_it_is_declared(course, tmp_path, edit, at, says):
    with pytest.raises(NoProject) as caught:
        course(edit)
    place, _, what = str(caught.value).partition(": the course 'growth' can't be loaded: ")
    assert place.startswith(f"growth/__init__.py:{line_of(tmp_path, at)}:") and what.startswith(says)
    assert "Declare'" not in says or what.endswith("nearest: Declared")


def test_a_folder_of_words_that_is_not_there_is_named(course):
    with pytest.raises(NoProject, match="growth/wrods:1:1: .*no words are here"):
        course(('with_name("words")', 'with_name("wrods")'))


@pytest.mark.parametrize(("old", "new", "says"), [
    ("      course: growth", "    course: growth", r"mkdocs.yml:\d+:5: course stands beside derivations and belongs below it"),
    ("      course: growth", "      curse: growth", r"mkdocs.yml:\d+:5: the plugin derivations names no course \(.*, not curse\)"),
    ("      course: growth", "", r"mkdocs.yml:\d+:5: the plugin derivations names no course \(write `course: PACKAGE` below it\)"),
    ("      course: growth", "\tcourse: growth", r"mkdocs.yml:\d+:1: not YAML: while scanning"),
    ("theme:\n", "  theme:\n", r"mkdocs.yml:\d+:\d+: not YAML: "),
    ("      course: growth", "      course: gorwth", r"the course 'gorwth' can't be loaded: .*nearest: growth"),
])
def test_what_is_wrong_in_the_configuration_is_said_at_its_place(course, tmp_path, old, new, says):
    settings = tmp_path / "mkdocs.yml"
    text = settings.read_text(encoding="utf-8")
    assert text.count(old) == 1
    settings.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(NoProject, match=says):
        course()


PAGES = {
    "unclosed": ("{{= growth.balance(K=7, i=1/7, n=7) | of , and 8 more.", ["the hole opened by {{= is never closed: write }}"]),
    "tag": ('{{% clam doubles(growth.balance, "K") %}}twice{{% endclaim %}}', ["there is no tag 'clam': block tags are claim, example and raw; nearest: claim"]),
    "end": ('{{% claim doubles(growth.balance, "K") %}}twice as much{{% end %}}', ["there is no tag 'end': block tags are claim, example and raw; nearest: endclaim"]),
    "bare": ("x\n\n{{= drill(rates) }}\n\n{{= table(rates) }}", ["drill takes one quoted name", 'table takes one quoted name, as in table("rates")']),
    "waits": ("{{= growth.balance(K=7, i=1/7) | exact }}", ["growth.balance needs n as well before a form"]),
    "percent": ("{{= given(i=7%) }}", ["this is not an expression: invalid syntax; write 5/100 for five per cent"]),
    "comma": ("{{= given(i=0,07) }}", ["a point before decimals, no comma between digits"]),
    "quotes": ("{{= table(‘rates’) }}", ["write straight quotation marks"]),
    "times": ("{{= given(K=3×4) }}", ["write * for times"]),
    "caret": ("{{= given(K=3^4) }}", ["an input is a number; a power is written 10**3"]),
}


def test_each_mistake_of_a_page_is_said_once_in_each_language_with_what_was_meant(course, tmp_path):
    for name, (text, _) in PAGES.items():
        for code in ("en", "es"):
            written(tmp_path, f"docs/{code}/{name}.md", f"---\ntitle: T\n---\n# T {{#t}}\n\n{text}\n")
    said = [str(one) for one in course().book().findings]
    for name, (_, messages) in PAGES.items():
        for code in ("en", "es"):
            mine = [one for one in said if one.startswith(f"docs/{code}/{name}.md:6:" if name != "bare" else f"docs/{code}/{name}.md:")]
            assert len(mine) == len(messages) and all(told in one for told, one in zip(messages, mine, strict=True)), mine
    assert len(said) == 2 * sum(len(messages) for _, messages in PAGES.values())


@pytest.mark.parametrize(("front", "says"), [
    ("---\ntitle: T\ntitle: U\n---\n", "index.md:3:1: front matter is not YAML: the key 'title' stands twice"),
    ("---\nliterals: {'7': a, '7': b}\n---\n", "index.md:2:20: front matter is not YAML: the key '7' stands twice"),
    ("---\ntitle: T\n", "index.md:1:1: the front matter that begins here is never closed (end it with a line ---)"),
    ("---\ntitel: T\n---\n", "index.md:2:1: 'titel' means nothing in front matter; nearest: title"),
])
def test_front_matter_that_nobody_would_read_is_found(course, tmp_path, front, says):
    page = tmp_path / "docs" / "en" / "index.md"
    page.write_text(front + page.read_text(encoding="utf-8").split("---\n", 2)[2], encoding="utf-8")
    assert [str(one) for one in course().book().findings] == [f"docs/en/{says}"]


TABLES = {
    "float": ('"1/100"', "0.25", 'rates', 10, "'i' is not exact; write \"1/4\""),
    "symbol": ("grid = { i", "grid = { I", 'rates', 10, "'I' is no symbol; nearest: i"),
    "columns": ('key = "balance"', 'key = "rate"', 'rates', 14, "'rate' is the key of two columns"),
    "rows": ('"5/100"', '"4/200"', 'rates', 9, "of 'rows', K=1000, n=10, i=1/50 stands there twice"),
    "below": ('"5/100"', '"-5/100"', 'rates', 10, "'i' in row K=1000, n=10, i=-1/20: i must be a positive rational number, not -1/20"),
    "none": ('["1/100", "2/100", "5/100"]', "[]", 'rates', 9, "a table needs 'rows'"),
    "twice": ("n = 10 }", "n = 10 }\ninputs = {}", 'rates', 12, "not TOML: inputs stands twice, or as a table and as something else"),
}


def test_each_mistake_of_a_table_is_said_once_at_its_line(course, tmp_path):
    text = (tmp_path / "tables" / "rates.toml").read_text(encoding="utf-8")
    for name, (old, new, *_) in TABLES.items():
        assert text.count(old) == 1
        written(tmp_path, f"tables/{name}.toml", text.replace(old, new))
    said = {str(one) for one in course().book().findings}
    assert said == {f"tables/{name}.toml:{line}:1: {message}" for name, (_, _, _, line, message) in TABLES.items()}


def test_a_table_s_file_may_have_the_line_ends_of_another_system(course, tmp_path):
    project = course()
    project.write_tables(project.book())
    for path in (tmp_path / "tables" / "rates.csv", *tmp_path.glob("docs/*/*.md")):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    book = project.book()
    assert [*book.findings, *project.stale_tables(book)] == []


def test_a_cache_that_is_a_file_and_a_theme_that_no_build_takes_are_found(course, tmp_path):
    (tmp_path / "kept").write_text("", encoding="utf-8")
    settings = tmp_path / "mkdocs.yml"
    text = settings.read_text(encoding="utf-8").replace("      course: growth", "      course: growth\n      cache: kept")
    settings.write_text(text.replace("name: material", "name: readthedocs"), encoding="utf-8")
    project, line = course(), text[:text.index("cache")].count("\n") + 1
    book = project.book()
    assert [str(one) for one in book.findings] == [
        f'mkdocs.yml:{line}:7: the cache kept is a file (name a folder, or none: "")']
    assert any(str(one).startswith("mkdocs.yml:7:1: the theme 'readthedocs' is not Material's") for one in project.findings(book))


def test_a_page_or_an_option_of_the_configuration_that_is_not_there_is_found(course, tmp_path):
    settings = tmp_path / "mkdocs.yml"
    text = settings.read_text(encoding="utf-8").replace("Practice: practice.md", "Practice: practise.md").replace(
        "      course: growth", "      course: growth\n      cahce: ''")
    settings.write_text(text, encoding="utf-8")
    line = text[:text.index("cahce")].count("\n") + 1
    assert [str(one) for one in course().book().findings] == [
        "mkdocs.yml:5:15: the navigation names practise.md, and there is no such page in docs/en; nearest: practice.md",
        f"mkdocs.yml:{line}:7: the plugin derivations has no option 'cahce'; nearest: cache"]


@pytest.mark.parametrize(("hook", "found"), [("on_page_markdown", True), ("on_files", False), ("on_pre_build", False)])
def test_a_page_of_the_navigation_may_be_missing_only_where_something_may_make_it(course, tmp_path, hook, found):
    (tmp_path / "hook.py").write_text(f"def {hook}(*given, **more):\n    pass\n", encoding="utf-8")
    settings = tmp_path / "mkdocs.yml"
    text = settings.read_text(encoding="utf-8").replace("Practice: practice.md", "Practice: practise.md")
    settings.write_text(f"{text}\nhooks: [hook.py]\n", encoding="utf-8")
    assert any("the navigation names practise.md" in str(one) for one in course().book().findings) is found


BAD = {
    "fails": ("n.size", "its function can't be worked out with symbols: AttributeError: 'Symbol' object has no attribute 'size'"),
    "foreign": ("n + sympy.Symbol('m')", "its function uses the symbol m, which is no parameter of it"),
    "nothing": ("n / (n - n)", "its function divides by zero, or has no finite value"),
    "imaginary": ("sympy.sqrt(-n)", "an imaginary number can't be worked out or written"),
    "series": ("sympy.Sum(n, (n, 1, 9))", "Sum(…) can't be worked out or written; give a closed form"),
    "gamma": ("sympy.factorial(n)", "factorial(…) can't be worked out"),
    "truth": ("n > 4", "StrictGreaterThan(…) can't"),
    "pair": ("(n, n)", "Tuple(…) can't"),
    "text": ("'n'", "its function can't be worked out with symbols: SympifyError"),
    "third": ("n * (2 / 3)", "0.6666666666666666 is a float; write Fraction(2, 3)"),
}


def test_a_function_that_no_page_shows_is_found_at_its_place_whatever_is_wrong_with_it(course, tmp_path):
    made = "".join(f'@formula("bad.{name}", RATIO)\ndef {name}(n):\n    return {body}\n\n\n' for name, (body, _) in BAD.items())
    made += '@formula("table", RATIO)\ndef reserved(n):\n    return n\n\n\n'
    made += '@formula("bad.lines", RATIO, derive=lambda n: [("definition", n.nothing)])\ndef lines(n):\n    return n\n\n\n'
    for code in ("en", "es"):
        with (tmp_path / "growth" / "words" / f"{code}.toml").open("a", encoding="utf-8") as words:
            words.write("".join(f'"formula.{name}" = "x"\n' for name in (*(f"bad.{one}" for one in BAD), "bad.lines", "table")))
    said = {one.line: str(one) for one in course(("FORMULAS = {one", f"{made}FORMULAS = {{one"), ("from fractions", "import sympy\nfrom fractions")).book().findings}
    assert len(said) == len(BAD) + 2
    for name, (_, message) in BAD.items():
        assert f"bad.{name}: {message}" in said[line_of(tmp_path, f'"bad.{name}"')]
    assert "table: pages write this for something else" in said[line_of(tmp_path, '@formula("table"')]
    assert "its derivation can't be worked out with symbols: AttributeError" in said[line_of(tmp_path, '"bad.lines"')]


def test_a_drill_s_refused_input_is_said_once_though_its_words_name_it(course):
    said = [str(one) for one in course(('{"K": 100, "i": Fraction(1, 10)', '{"K": -7, "i": Fraction(1, 10)')).book().findings]
    assert [one.partition(": ")[2] for one in said] == ["drill three-years: growth.balance: K must be a positive integer, not -7"] * 2


@pytest.mark.parametrize(("options", "found"), [
    ({}, True), ({"render_by_default": False}, False), ({"j2_block_start_string": "[%"}, True),
    ({"j2_block_start_string": "[%", "j2_comment_start_string": "[#", "j2_variable_start_string": "[["}, False),
])
def test_a_plugin_that_reads_the_same_braces_is_told_apart_before_it_spoils_a_page(options, found):
    from derivations.site.configuration import _unread

    usual = {"render_by_default": True, "j2_block_start_string": "", "j2_comment_start_string": "", "j2_variable_start_string": ""}
    config = SimpleNamespace(markdown_extensions=["attr_list"], mdx_configs={}, theme={}, plugins={"macros": SimpleNamespace(config={**usual, **options})})
    file = SimpleNamespace(shown="mkdocs.yml", text="plugins: [macros]", lines=SimpleNamespace(place=lambda at: (9, 5)))
    said = [str(one) for one in _unread(config, [file])]
    assert bool(said) is found and all(one.startswith("mkdocs.yml:9:5: the plugin macros takes {#id}") for one in said), said
