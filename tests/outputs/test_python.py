"""The Python of the reference: every public name is there with what it says, and nothing public is missing."""

import inspect
import re
from pathlib import Path

import pytest
import yaml

from derivations.outputs.python import documented, parts

ROOT = Path(__file__).parents[2]


def settings():
    class Loader(yaml.SafeLoader):
        """Reads mkdocs.yml; what it takes from the environment is of no concern."""

    Loader.add_constructor("!ENV", lambda loader, node: None)
    loaded = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader)
    [plugin] = [one["derivations"] for one in loaded["plugins"] if isinstance(one, dict) and "derivations" in one]
    return plugin["python"]


@pytest.fixture(scope="module")
def modules():
    return {one.name: one for one in documented(settings())}


def test_every_public_name_says_what_it_is(modules):
    for module in modules.values():
        assert module.parts, module.name
        silent = [one.id for one in module.inside if not one.parts]
        assert silent == []


def test_what_the_guide_and_the_starting_course_import_is_public(modules):
    public = {(module.name, one.name) for module in modules.values() for one in module.inside}
    sources = [*(ROOT / "derivations" / "starter").rglob("*.py"), *(ROOT / "derivations" / "lora" / "guide").glob("*.py"), ROOT / "README.md"]
    imported = {(found[1], name.strip()) for path in sources
                for found in re.finditer(r"(?m)^\s*from (derivations[\w.]*) import (.+)$", path.read_text(encoding="utf-8"))
                for name in found[2].split(",")}
    assert len(imported) > 10 and imported - public == set()


def test_what_answers_are_made_of_is_public(modules):
    import derivations

    assert set(derivations.__all__) == {one.name for one in modules["derivations"].inside}
    answer = derivations.count("gpt2", rank=1)
    assert type(answer).__name__ in {one.name for one in modules["derivations.counting.count"].inside}
    assert type(derivations.rank_for("gpt2", budget="10M")).__name__ in {
        one.name for one in modules["derivations.counting.inverse"].inside}
    returned = {inspect.signature(getattr(derivations, name)).return_annotation for name in derivations.__all__}
    assert returned - {"str"} <= {one.name for module in modules.values() for one in module.inside}


def test_a_call_is_written_as_its_source_says_it(modules):
    calls = {one.id: one.call for module in modules.values() for one in module.inside}
    assert calls["derivations.rank_for"].startswith("(model: ModelLike, *, budget: str | int, targets: str | Iterable[str] = 'all'")
    assert not any(" at 0x" in call or "<factory>" in call for call in calls.values())
    inside = {each.id: each for module in modules.values() for one in module.inside for each in one.inside}
    assert "derivations.exact.Formula.steps" in inside and inside["derivations.exact.Formula.steps"].parts


def test_a_docstring_is_taken_apart():
    found = parts("""What it does,
    in two lines.

    one, two   the first
               and more
    third      the last

        code(1)
    """)
    assert [part.kind for part in found] == ["text", "list", "code"]
    assert found[0].text == "What it does, in two lines."
    assert found[1].entries == (("one, two", "the first and more"), ("third", "the last"))
    assert found[2].text == "code(1)"
