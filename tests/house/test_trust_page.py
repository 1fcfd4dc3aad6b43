"""The page on trust shows what was tried, and every kind of it was."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import trust_page
from trust import trials


@pytest.mark.parametrize("which", [0, 1], ids=["en", "es"])
def test_the_page_shows_the_record(which):
    text = trust_page.path_of(which).read_text(encoding="utf-8")
    assert trust_page.page_of(text, which) == text, "run `python tests/house/trust_page.py`"


def test_the_page_has_a_row_for_each_kind_of_trial():
    assert {path.stem for path in trust_page.RECORD.iterdir()} == set(trust_page.WHAT), "run `make nightly`"


def test_each_kind_of_trial_is_a_test_s():
    tests = "".join(path.read_text(encoding="utf-8") for path in (trust_page.ROOT / "tests").rglob("test_*.py"))
    assert [name for name in trust_page.WHAT if f'tried("{name}"' not in tests] == []
    assert len(set(trials())) == len(trust_page.WHAT)             # one test a kind, which `make nightly` finds
