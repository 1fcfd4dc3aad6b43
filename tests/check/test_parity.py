"""Parity: differences between two languages of a page, against a count by hand."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from derivations.check.parity import check_pages, check_parity
from derivations.check.skeleton import Item, Section, Skeleton


def page(path, *sections):
    return Skeleton(path, sections)


def says(english, spanish):
    return [str(finding).split(" (all")[0] for finding in check_parity(english, spanish)]


def test_equal_pages_in_another_order_are_at_parity():
    items = [Item("value", "box.apples(n=8)", 5), Item("block", "table models", 6), Item("value", "box.apples(n=8)", 7)]
    assert says(page("en", Section("a", 4, items)), page("es", Section("a", 9, items[::-1]))) == []


def test_a_missing_value_names_both_places():
    english = page("docs/en/p.md", Section("a", 4, [Item("value", "x(n=8)", 5, 9)]))
    assert says(english, page("docs/es/p.md", Section("a", 7))) == [
        "docs/en/p.md:5:9: the value x(n=8) is bound here (section #a) and not in docs/es/p.md:7"]


def test_the_last_of_several_is_the_one_too_many():
    two = Section("", 1, [Item("claim", "x < y", 3), Item("claim", "x < y", 8, shown="x < y")])
    one = Section("", 1, [Item("claim", "x < y", 3)])
    assert says(page("en", one), page("es", two)) == [
        "es:8:1: the claim x < y is made here (before the first heading) and not in en:1"]


def test_what_only_the_edited_page_lost_is_said_there():
    items = [Item("value", "x(n=8)", 5, 9, "given(n=8)"), Item("block", "table models", 6)]
    left, right = page("es", Section("a", 4, items)), page("en", Section("a", 7, items[1:]))
    found = [str(one).split(" (all")[0] for one in check_parity(right, left, {"a": "en"})]
    assert found == ["en:7:1: the value given(n=8) is missing here (section #a): es:5:9 has it"]
    beside = "es:5:9: the value given(n=8) is bound here (section #a) and not in en:7"
    for edited in ({"a": "es"}, {"b": "en"}, {}):
        assert [str(one).split(" (all")[0] for one in check_parity(right, left, edited)] == [beside]


def test_headings_correspond_one_to_one_in_order():
    assert says(page("en", Section("a", 4)), page("es", Section("b", 5))) == [
        "en:4:1: the heading #a has no counterpart in es (the ids are the same in every language)",
        "es:5:1: the heading #b has no counterpart in en (the ids are the same in every language)"]
    assert says(page("en", Section("a", 1), Section("b", 2)), page("es", Section("b", 1), Section("a", 2))) == [
        "es:1:1: the heading #b stands where en:1 has #a (headings correspond one to one, in order)"]
    assert says(page("en", Section("a", 1, level=2)), page("es", Section("a", 1, level=3))) == [
        "es:1:1: the heading #a is of level 3, in en:1 of 2"]


def test_a_page_of_one_language_is_named():
    found = check_pages({"en": ["a.md", "b.md"], "es": ["b.md", "c.md"]}, {"en": "docs/en", "es": "docs/es"})
    assert [str(finding).split(": ")[0] for finding in found] == ["docs/en/a.md:1:1", "docs/es/c.md:1:1"]


ITEMS = st.lists(st.tuples(st.sampled_from(["value", "claim", "link", "odd"]), st.sampled_from("xyz")), max_size=8)


@given(ITEMS, ITEMS)
def test_as_many_findings_as_a_count_by_hand(left, right):
    def make(path, items):
        return page(path, Section("a", 1, [Item(kind, key, line) for line, (kind, key) in enumerate(items, 2)]))

    found = check_parity(make("en", left), make("es", right))
    more, less = Counter(left) - Counter(right), Counter(right) - Counter(left)
    assert sum(finding.path == "en" for finding in found) == more.total()
    assert sum(finding.path == "es" for finding in found) == less.total()
