"""What the gate catches: each mistake is made and found, each mend passes, and the pages show both as they were tried."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import gate_page
from mistakes import MISTAKES, text_of, try_all


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    return try_all(tmp_path_factory.mktemp("mistakes"))


def test_each_mistake_is_found_where_it_was_made_and_its_mend_passes(tried):
    for mistake in MISTAKES:
        found = tried[mistake.name].of(mistake)
        assert found, (mistake.name, [str(finding) for finding in tried[mistake.name].said])
        if mistake.make is None:
            first = 12                                # the page below which it was written has eleven lines
            assert {finding.line for finding in found} & set(range(first, first + mistake.written.count("\n") + 1)), (mistake.name, found)
        assert [str(finding) for finding in tried[mistake.name].after] == [], mistake.name


def test_the_pages_show_what_was_tried(tried):
    for language in ("en", "es"):
        text = gate_page.path_of(language).read_text(encoding="utf-8")
        assert gate_page.page_of(text, tried) == text, "run `python tests/check/gate_page.py`"


def test_a_message_is_shown_whole(tried):
    assert all(text_of(finding).startswith(one.message.removesuffix("…")) or one.message in text_of(finding)
               for one in MISTAKES for finding in tried[one.name].of(one))
