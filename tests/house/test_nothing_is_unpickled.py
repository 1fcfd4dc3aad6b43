"""Nothing of the package runs what a file in a writable place holds, but the course's own modules."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "derivations"
NEVER = {"pickle", "cPickle", "marshal", "shelve", "dill", "joblib", "cloudpickle", "dbm", "runpy", "code", "codeop"}
CALLS = {"eval", "exec", "compile", "__import__", "sympify", "parse_expr", "read_pickle", "unsafe_load", "full_load", "loads_module",
         "literal_eval", "lambdify"}
ALLOWED = {
    "counting/trainer.py": ["yaml.load"],                    # with the loader that makes plain data
    "lora/blocks/piece.py": ["runpy"],                        # of the guide's pieces: modules of the course, which no page or reader gives
    "site/math.py": ["eval"],                                # of the JavaScript engine: a script of the package
    "text/page.py": ["yaml.load"],                           # with a loader that makes plain data
}
MODULES = sorted(PACKAGE.rglob("*.py"))


def faults(tree):
    """Give what runs text or unpickles: `re.compile` alone is another thing."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in NEVER)
        elif isinstance(node, ast.ImportFrom):
            yield from [node.module] if (node.module or "").split(".")[0] in NEVER else []
            yield from (alias.name for alias in node.names if alias.name in CALLS)
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            of = node.func.value if isinstance(node.func, ast.Attribute) else None
            keywords = {keyword.arg for keyword in node.keywords}
            is_harmless = (name == "compile" and isinstance(of, ast.Name) and of.id == "re") or (name == "sympify" and "strict" in keywords)
            if name in CALLS and not is_harmless:            # strictly, SymPy takes numbers and expressions, and no text
                yield name
            if name == "load" and isinstance(of, ast.Name) and of.id == "yaml":
                yield "yaml.load"
            if "shell" in keywords:
                yield "shell="
        elif isinstance(node, ast.Name) and node.id == "FileSystemBytecodeCache":
            yield node.id


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_module_runs_text_or_unpickles(path):
    assert sorted(set(faults(ast.parse(path.read_text(encoding="utf-8"))))) == ALLOWED.get(path.relative_to(PACKAGE).as_posix(), [])




@pytest.mark.parametrize("text", ["import pickle", "from marshal import loads", "import dill.source", "eval('1')", "sympy.sympify(x)",
                                  "yaml.load(x)", "run(x, shell=True)", "pandas.read_pickle(p)", "FileSystemBytecodeCache()",
                                  "from sympy import parse_expr", "compile(x, '', 'exec')"])
def test_each_way_to_run_text_is_found(text):
    assert list(faults(ast.parse(text)))


def test_the_loader_of_front_matter_makes_plain_data():
    import yaml

    from derivations.text.page import PlainYaml

    assert issubclass(PlainYaml, yaml.SafeLoader)
    with pytest.raises(yaml.YAMLError):
        yaml.load("!!python/object/apply:os.system ['true']", PlainYaml)


def test_no_text_becomes_an_expression():
    import sympy

    from derivations.exact.simplest import simplest

    with pytest.raises(sympy.SympifyError):
        simplest("__import__('os').getcwd()")
