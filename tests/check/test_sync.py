"""Staleness: which section is behind, found by editing at random and comparing with a plain account of the edits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivations.check.sync import (
    Passage,
    State,
    behind,
    check_sync,
    confirm,
    digest,
    read_records,
    standings,
    write_records,
)

KEY = ("page.md", "one")
BOTH = ("en", "es")


def sections(english, spanish):
    return {KEY: {"en": Passage(english, "docs/en/page.md", 4), "es": Passage(spanish, "docs/es/page.md", 6)}}


RECORDS = confirm(sections("words", "palabras"), {}, BOTH)


@pytest.mark.parametrize(("english", "spanish", "state", "language"), [
    ("words", "palabras", State.SAME, ""), ("other words", "palabras", State.BEHIND, "es"),
    ("words", "otras palabras", State.BEHIND, "en"), ("other words", "otras palabras", State.BOTH, ""),
])
def test_the_language_that_did_not_change_is_behind(english, spanish, state, language):
    [standing] = standings(sections(english, spanish), RECORDS, BOTH)
    assert (standing.state, standing.language) == (state, language)


def test_the_section_behind_is_named_at_its_place_beside_the_other():
    changed = sections("other", "palabras")
    assert [str(finding) for finding in check_sync(changed, RECORDS, BOTH)] == [
        "docs/es/page.md:6:1: the section page.md#one is behind: docs/en/page.md:4 has changed and this has not "
        "(bring it up to date; if it still says the same, confirm it)"
    ]
    assert behind(changed, RECORDS, BOTH, "es") == {KEY: "en"}
    assert behind(changed, RECORDS, BOTH, "en") == {}


def test_what_is_new_or_changed_in_both_waits_for_confirmation():
    for now in (sections("x", "y"),):
        for records in ({}, RECORDS):
            assert check_sync(now, records, BOTH) == []
            confirmed = confirm(now, records, BOTH)
            assert confirmed != records
            assert confirm(now, confirmed, BOTH) == confirmed


def test_a_section_behind_is_confirmed_by_name_only():
    now = sections("other", "palabras")
    assert confirm(now, RECORDS, BOTH) == RECORDS
    assert check_sync(now, confirm(now, RECORDS, BOTH, [KEY]), BOTH) == []


def test_records_of_sections_that_are_gone_go():
    gone = {**RECORDS, ("page.md", "gone"): {"en": "a", "es": "b"}}
    assert confirm(sections("words", "palabras"), gone, BOTH) == RECORDS


def test_a_section_of_one_language_is_parity_s_business():
    alone = {KEY: {"en": Passage("x", "docs/en/page.md")}}
    assert check_sync(alone, {}, BOTH) == []
    assert confirm(alone, {}, BOTH) == {}


@pytest.mark.parametrize(("left", "right", "same"), [
    ("a  b\nc", "a b c", True), ("{{= x | short }}", "{{= x }}", True), ("{{= x }}", "{{= y }}", False),
    ("a {{# note #}}b", "a b", True), ("a <!-- b -->c", "a c", True), ("a b", "a  B", False),
])
def test_only_words_and_bindings_count(left, right, same):
    assert (digest(left) == digest(right)) is same


@given(st.lists(st.tuples(st.sampled_from(["en", "es", "both", "confirm"]), st.integers(0, 2)), max_size=12))
def test_any_history_of_edits_is_told_right(history):
    texts = {name: {"en": 0, "es": 0} for name in "abc"}
    agreed = {name: {"en": 0, "es": 0} for name in "abc"}
    now = lambda: {("p.md", name): {code: Passage(f"{code} {edit}", code) for code, edit in by.items()}  # noqa: E731
                   for name, by in texts.items()}
    records = confirm(now(), {}, BOTH)
    for what, which in history:
        name = "abc"[which]
        if what == "confirm":
            records = confirm(now(), records, BOTH, [("p.md", name)])
            agreed[name] = dict(texts[name])
        for code in ("en", "es"):
            if what in (code, "both"):
                texts[name][code] += 1
    for language, other in (("en", "es"), ("es", "en")):
        expected = {("p.md", name) for name in "abc"
                    if texts[name][other] != agreed[name][other] and texts[name][language] == agreed[name][language]}
        assert behind(now(), records, BOTH, language) == dict.fromkeys(expected, other)


@given(st.dictionaries(
    st.tuples(st.text(min_size=1, max_size=8).filter(lambda page: "#" not in page), st.text(max_size=8)).filter(
        lambda key: "#" not in key[1]),
    st.fixed_dictionaries({"en": st.text("0123456789abcdef", min_size=1), "es": st.text("abc", min_size=1)}),
    max_size=4))
def test_records_are_read_back_as_written(records):
    assert read_records(write_records(records), "s") == (records, [])


def test_records_are_one_line_a_section_in_order():
    text = write_records({("b.md", ""): {"en": "1", "es": "2"}, ("a.md", "x"): {"en": "3", "es": "4"}})
    assert text.splitlines()[2:] == ['"a.md#x" = { en = "3", es = "4" }', '"b.md#" = { en = "1", es = "2" }']


@given(st.text('ab#"={} \n', max_size=40))
def test_random_records_are_read_or_refused(text):
    read_records(text, "s")


def test_a_third_language_is_held_against_the_first_alone():
    three = ("en", "es", "pt")

    def now(**words):
        return {KEY: {code: Passage(words.get(code, "same"), f"docs/{code}/page.md") for code in three}}

    records = confirm(now(), {}, three)
    assert [each.state for each in standings(now(), records, three)] == [State.SAME, State.SAME]
    moved = now(en="other")
    assert [each.language for each in standings(moved, records, three)] == ["es", "pt"]
    assert behind(now(pt="outra"), records, three, "en") == {KEY: "pt"}
    assert behind(now(pt="outra"), records, three, "es") == {}
    late = {KEY: {"en": digest("other"), "es": digest("otra"), "pt": digest("same"), "pt_of": digest("same")}}
    spanish_is_done = now(en="other", es="otra")
    assert behind(spanish_is_done, late, three, "pt") == {KEY: "en"}
    assert behind(spanish_is_done, late, three, "es") == {}
    assert confirm(spanish_is_done, late, three) == late
    assert read_records(write_records(late), "s") == (late, [])
    assert "pt_of" not in confirm(spanish_is_done, late, three, [KEY])[KEY]


def test_one_language_is_behind_nobody():
    alone = {KEY: {"en": Passage("words", "docs/en/page.md")}}
    assert standings(alone, {}, ("en",)) == []
    assert confirm(alone, {}, ("en",)) == {}
