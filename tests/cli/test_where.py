"""`derive where`, and the walk of a newcomer that CONTRIBUTING describes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from derivations.exact import ByModel
from derivations.lora.course import COURSE
from derivations.terminal import Refused
from derivations.whereabouts import whereabouts

ROOT = Path(__file__).parents[2]


def derive(*arguments):
    """Run the command in the root, as a newcomer does."""
    program = "import sys; from derivations.cli import main; sys.argv[0] = 'derive'; main()"
    ran = subprocess.run([sys.executable, "-c", program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout, ran.stderr


def test_a_formula_is_found_with_its_words_tests_and_pages():
    found = whereabouts(COURSE, "layer.lora", ROOT)
    kinds = [kind for kind, _ in found]
    assert kinds[:4] == ["function", "declared", "words, en", "words, es"]
    assert {"test", "page"} <= set(kinds)
    path, line = found[1][1].split(":")
    assert '"layer.lora"' in (ROOT / path).read_text(encoding="utf-8").splitlines()[int(line) - 1]
    assert all((ROOT / place.split(":")[0]).exists() for kind, place in found)


@pytest.mark.parametrize(("name", "alike"), [("layer.factor", None), ("layer.lora", 10)])      # words of its own, and a pattern's
def test_its_words_stand_where_it_is_said(name, alike):
    words = [place.split(": ", 1) for kind, place in whereabouts(COURSE, name, ROOT) if kind.startswith("words")]
    assert len(words) == 2
    for place, said in words:
        path, line = place.split(":")
        assert said[:alike] in (ROOT / path).read_text(encoding="utf-8").splitlines()[int(line) - 1]


def test_a_name_that_begins_another_is_not_taken_for_it():
    pages = [place for kind, place in whereabouts(COURSE, "attention.lora", ROOT) if kind == "page"]
    for place in pages:
        path, lines = place.split(":")
        text = (ROOT / path).read_text(encoding="utf-8").splitlines()
        assert all(re.search(r"attention\.lora(?!\w)", text[int(line) - 1]) for line in lines.split(", "))


def test_an_unknown_name_is_one_line_that_names_the_nearest():
    with pytest.raises(Refused, match=r"layer\.lora"):
        whereabouts(COURSE, "layer.lore", ROOT)
    code, _, told = derive("where", "layer.lore")
    assert code == 2
    assert len(told.splitlines()) == 1


def test_every_formula_is_spelled_where_it_is_declared():
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "derivations/lora").glob("*.py"))
    loops = re.compile(r"given\.|slip\.")
    missing = [name for name, formula in COURSE.formulas.items()
               if not isinstance(formula, ByModel) and "families" not in formula.function.__module__
               and not loops.match(name) and f'"{formula.pattern or name}"' not in sources]
    assert missing == []


def test_the_walk_takes_four_commands_at_most_and_each_answers():
    section = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## Where is 18rh?")[1].split("\n## ")[0]
    commands = [line.split("#")[0].split() for line in section.splitlines() if line.startswith("    ")]
    assert 1 <= len(commands) <= 4
    told = "".join(derive(*rest)[1] for first, *rest in commands if first == "derive")
    assert "18rh" in told                                    # proved
    assert re.search(r"derivations/lora/layer\.py:\d+", told)   # declared
    assert COURSE.words["es"]["formula.layer.lora"] in told  # worded in Spanish
    assert "docs/es/" in told                                # shown
