"""No module, script or template of the engine names a language or writes its words: the packs do."""

import ast
from pathlib import Path

import pytest

from derivations.language import pack

ENGINE = Path(__file__).parents[2] / "derivations"
COURSES = ("lora", "counting", "fit", "starter")
SOURCES = [path for path in sorted(ENGINE.rglob("*")) if path.suffix in (".py", ".js", ".html")
           and path.relative_to(ENGINE).parts[0] not in COURSES and "temml" not in path.parts]


def code_of(path):
    """The strings of a module, docstrings apart; the whole text of a script or template."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return [text]
    tree = ast.parse(text)
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [node.value for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ENGINE)))
def test_no_language_is_named(path):
    for code in pack.known():
        for said in code_of(path):
            assert said != code
            if path.suffix != ".py":
                assert f'"{code}"' not in said and f"'{code}'" not in said


def test_the_packs_are_found_by_their_folders():
    assert set(pack.known()) == {folder.name for folder in (ENGINE / "language" / "packs").iterdir() if folder.is_dir()}
