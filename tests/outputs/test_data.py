"""The published data: each file is what its schema says, names hold, and a schema refuses what it should."""

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from copies import files
from filing import write_header

from derivations.book import Book
from derivations.exact import read_exact
from derivations.new import create
from derivations.outputs.data import SCHEMAS, VERSION, data
from derivations.outputs.written import written

ROOT = Path(__file__).parents[2]


def schema(name):
    return json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))


def errors(name, content):
    return [one.message for one in jsonschema.Draft202012Validator(schema(name)).iter_errors(content)]


@pytest.fixture(scope="module")
def published(site):
    """The data that the site publishes, and its schemas, by path."""
    return {path: content for path, content in files(site).items()
            if re.fullmatch(r"[\w-]+\.json|(tables|plots|schema)/.*", path)}


def derived(*arguments, folder=ROOT):
    program = "import sys; from derivations.cli import main; sys.argv[0] = 'derive'; main()"
    return json.loads(subprocess.run([sys.executable, "-c", program, *arguments], cwd=folder, capture_output=True, text=True,
                                     check=False).stdout)


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.json")), ids=lambda path: path.stem)
def test_every_schema_is_one_and_bears_its_version(path):
    one = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(one)
    assert one["$id"] == f"urn:derivations:schema:v{VERSION}:{path.stem}"


def test_the_index_names_every_file_of_data_and_each_is_what_its_schema_says(published):
    index = json.loads(published["data.json"])
    assert not errors("data", index)
    named = {one["path"]: one["schema"] for one in index["files"]}
    of_the_engine = {path for path in published if path.endswith(".json") and path.split("/")[0] != "schema"}
    assert set(named) == of_the_engine - {"data.json"}
    for path, its in named.items():
        content = json.loads(published[path])
        assert content
        assert not errors(Path(its).stem, content)[:3], path
        assert its in published


@pytest.mark.parametrize(("name", "arguments"), [
    ("list", ["list", "--json"]), ("count", ["count", "gpt2", "-r", "8", "--json"]),
    ("count", ["count", "gpt2", "llama-2-7b", "-r", "4,8", "--json"]), ("memory", ["memory", "llama-2-7b", "-r", "8", "--json"]),
])
def test_what_commands_print_is_what_their_schema_says(name, arguments):
    assert not errors(name, derived(*arguments))[:3]


def test_what_inspect_prints_is_what_its_schema_says(tmp_path):
    write_header(tmp_path / "x.safetensors", {"lora_unet_a_0_q.lora_down.weight": (4, 8), "lora_unet_a_0_q.alpha": ()})
    found = derived("inspect", str(tmp_path / "x.safetensors"), "--json")
    assert found["alphas"] and found["faults"] and not errors("inspect", found)[:3]


def test_what_the_check_prints_is_what_its_schema_says(tmp_path):
    create(tmp_path, [])
    with (tmp_path / "docs/en/index.md").open("a", encoding="utf-8") as page:
        page.write("\nIt has 18 {{= growth.ballance }}.\n")
    found = derived("check", "--json", folder=tmp_path)
    assert len(found) > 1 and not errors("findings", found)


@pytest.mark.parametrize(("name", "content"), [
    ("ledger", [{"page": "p"}]), ("table", {"name": "t", "columns": [], "rows": [{"a": 1.5}]}),
    ("drills", {"version": 2, "drills": []}), ("count", {"model": "x"}), ("inspect", {"ranks": [8]}), ("models", {"version": 1}),
    ("formulas", {"version": 1, "symbols": [], "formulas": [{"name": "a"}]}),
    ("plot", {"name": "p", "title": "t", "columns": [], "rows": [{"a": 0.5}]}), ("plot", {"name": "p", "columns": [], "rows": []}),
])
def test_a_schema_refuses_what_it_does_not_describe(name, content):
    assert errors(name, content)


def test_names_are_ids(published):
    for path, key in (("formulas.json", "formulas"), ("models.json", "models"), ("drills.json", "drills"),
                      ("formulas.json", "symbols")):
        names = [one["name"] for one in json.loads(published[path])[key]]
        assert len(names) == len(set(names))
    formulas = {one["name"] for one in json.loads(published["formulas.json"])["formulas"]}
    letters = {one["name"] for one in json.loads(published["formulas.json"])["symbols"]}
    assert {one["formula"] for one in json.loads(published["ledger.json"])} <= formulas | letters
    assert {one["formula"] for one in json.loads(published["drills.json"])["drills"]} <= formulas


def test_an_expression_gives_the_ledgers_numbers_again(published):
    """By SymPy alone, from the published text."""
    import sympy

    formulas = {one["name"]: one for one in json.loads(published["formulas.json"])["formulas"]}
    assert all(one["steps"] for one in formulas.values() if not one["by_model"])
    tried = 0
    for entry in json.loads(published["ledger.json"])[::17]:
        one = formulas.get(entry["formula"], {"by_model": True})
        if one["by_model"] or not re.fullmatch(r"[\w\s()*/+-]+", one["expression"]):
            continue
        letters = {name: sympy.Symbol(name, positive=True) for name in one["symbols"]}
        expression = sympy.parse_expr(one["expression"], local_dict=letters)
        inputs = {letters[name]: sympy.Rational(number) for name, number in entry["inputs"].items()}
        exact = read_exact(entry["exact"])
        if exact is not None:
            assert expression.subs(inputs) == sympy.Rational(exact.numerator, exact.denominator), entry["expression"]
            tried += 1
    assert tried > 10


def test_another_course_has_the_same_files():
    from fields import COURSE

    toy = Book(Path(__file__).parents[1] / "toy", COURSE)
    for path, content in data(toy, written(toy)).items():
        if "/" not in path:
            assert not errors(path.removesuffix(".json"), json.loads(content)), path


def test_inputs_of_models_are_exact_as_all_numbers_are():
    from dataclasses import replace
    from fractions import Fraction

    from fields import COURSE

    from derivations.course import Model

    course = replace(COURSE, models={"strip": Model("strip", "Strip", {"w": 12, "p": Fraction(22, 7)})})
    book = Book(Path(__file__).parents[1] / "toy", course)
    content = json.loads(data(book, written(book))["models.json"])
    assert content["models"][0]["inputs"] == {"w": 12, "p": "22/7"}
    assert not errors("models", content)
    for wrong in ("0.5", "a", 1.5, -2):
        content["models"][0]["inputs"]["p"] = wrong
        assert errors("models", content), wrong
