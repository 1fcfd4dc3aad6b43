"""The page of measurements shows what was measured, and the synthetic pages are what the page says they are."""

import sys
from pathlib import Path
from pkgutil import resolve_name

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import pages
import projects
import results
import speed_page
import stages

from derivations.text.scan import Kind, scan


@pytest.mark.parametrize("which", [0, 1], ids=["en", "es"])
def test_a_page_shows_the_measurements_that_are_kept(which):
    text = speed_page.path_of(which).read_text(encoding="utf-8")
    assert speed_page.page_of(text, results.load(), which) == text, "run `python tests/benchmarks/speed_page.py`"


def test_every_budget_is_judged():
    known = {(name, pages) for pages in (1, 10, 50) for name in results.ratios(results.load(), pages)}
    assert {name for name, _ in known} == set(results.BUDGETS)


def test_a_stage_has_functions_that_there_are():
    assert all(callable(resolve_name(path)) for paths in stages.WITHIN.values() for path in paths)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_synthetic_page_has_what_it_is_said_to_have(language):
    pieces = list(pages.page_of(7, language))
    numbers = [one for one in pieces if isinstance(one, pages.Number)]
    maths = [one for one in pieces if isinstance(one, pages.Math)]
    assert len(numbers) + sum(1 for one in maths if one.number) == 60
    assert len(maths) + sum(1 for one in pieces if isinstance(one, pages.Expression)) == 25
    assert sum(1 for one in pieces if isinstance(one, pages.TableOf)) == 3
    assert sum(1 for one in pieces if isinstance(one, str) and one.startswith("#")) == 8


def test_no_two_pages_share_a_value():
    seen = [{(one.name, tuple(one.inputs.items())) for one in pages.page_of(page, "en") if isinstance(one, pages.Number)}
            for page in range(20)]
    assert sum(map(len, seen)) == len(set().union(*seen))


def test_both_projects_say_the_same(tmp_path):
    """The limit is the same page: what the derived one binds, the other has typed."""
    for kind in ("derived", "typed"):
        projects.write_project(tmp_path / kind, kind, 2)
    derived, typed = ((tmp_path / kind / "docs/es/c00/p001.md").read_text(encoding="utf-8")
                      for kind in ("derived", "typed"))
    assert derived.count("{{=") > 60
    assert "{{" not in typed
    words = [segment.content for segment in scan(derived).segments if segment.kind is Kind.TEXT]
    assert all(stretch.strip() in typed for word in words for stretch in word.split("\n") if len(stretch) > 20)
