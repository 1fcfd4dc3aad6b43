from hypothesis import given
from hypothesis import strategies as st

from derivations.places import Lines
from derivations.text.finding import Finding, in_order


def test_a_finding_reads_as_problem_matchers_expect():
    assert str(Finding("docs/en/page.md", 12, 5, "no such value")) == "docs/en/page.md:12:5: no such value"
    assert str(Finding("a.md", 1, 1, "wrong", "write h")) == "a.md:1:1: wrong (write h)"


@given(st.text(alphabet="ab\nñ\r ", max_size=80), st.data())
def test_a_place_is_where_counting_line_feeds_puts_it(text, data):
    offset = data.draw(st.integers(0, len(text)))
    before = text[:offset]
    assert Lines(text).place(offset) == (before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)


def test_a_fault_met_twice_is_said_once_and_in_the_order_of_the_page():
    late, early = Finding("a.md", 10, 1, "x"), Finding("a.md", 9, 3, "y")
    assert in_order([late, early, late]) == [early, late]
