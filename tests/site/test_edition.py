"""What an edition remembers of a page: right as long as the page, what its languages are behind in, and the frame stay."""

from types import SimpleNamespace

import pytest

from derivations.site.edition import Edition
from derivations.site.store import Store

FRAME = "the course, the tables, the words"
PAGES = {"en/one.md": "1", "en/two.md": "2"}


@pytest.fixture
def edition():
    """Make editions that share a store; each says of which pages its book was asked."""
    store = Store()

    def made(frame=FRAME, records="", pages=PAGES, late=None, findings=()):
        late = late or {}
        asked = []
        book = SimpleNamespace(findings=list(findings), late={src: late.get(src, {}) for src in pages},
                               render=lambda src: SimpleNamespace(markdown="", meta={}),
                               assets=lambda src: asked.append(src) or [f"{src}.js"])
        one = Edition(store, lambda: book, frame, records, pages)
        return one, asked

    return made


def asked_of(pair):
    """Ask for everything twice, and give what the book was asked for."""
    one, asked = pair
    for _ in range(2):
        assert [one.assets(src) for src in PAGES] == [[f"{src}.js"] for src in PAGES]
    return asked


def test_a_page_is_made_once_and_anew_when_something_that_it_is_made_of_has_changed(edition):
    assert asked_of(edition()) == ["en/one.md", "en/two.md"]
    assert asked_of(edition()) == []
    assert asked_of(edition(pages={**PAGES, "en/two.md": "other words"})) == ["en/two.md"]
    assert asked_of(edition(pages={**PAGES, "en/three.md": "3"})) == []
    assert asked_of(edition(records="a record", late={"en/one.md": {"start": "es"}})) == ["en/one.md"]
    assert asked_of(edition(frame="another formula")) == ["en/one.md", "en/two.md"]


def test_what_other_plugins_have_made_of_a_page_is_another_page(edition):
    first, _ = edition()
    second, asked = edition()
    assert asked_of((first, [])) == []
    assert asked_of((first.changed({"en/one.md": "rewritten"}, lambda: second.book), asked)) == ["en/one.md"]


@pytest.mark.parametrize("told", [{"findings": ["a fault"]}, {"frame": None}])
def test_nothing_is_remembered_of_a_book_with_a_fault_or_without_a_key(edition, told):
    assert asked_of(edition(**told)) == ["en/one.md", "en/two.md"] * 2
    assert asked_of(edition()) == ["en/one.md", "en/two.md"]


def test_what_is_told_to_forget_while_it_makes_an_answer_doesnt_keep_it(edition):
    one, _ = edition()

    def refused(book):
        one.forget()
        return ["a formula was refused"]

    assert one.beside("en/one.md", refused) == ["a formula was refused"]
    assert edition()[0].beside("en/one.md", lambda book: ["typeset"]) == ["typeset"]


def test_work_ahead_is_what_isnt_made_yet_of_a_book_without_a_fault_in_a_folder_that_takes_it(edition, tmp_path):
    def unmade(folder, **told):
        one, _ = edition(**told)
        one._store.folder = folder
        one.book  # noqa: B018 - what isn't made is remembered whole
        return one.unmade([*PAGES])

    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    assert unmade(tmp_path / "kept", findings=["a fault"]) == unmade(tmp_path / "kept", frame=None) == []
    assert unmade(tmp_path / "file", pages={"en/one.md": "3"}) == unmade(None, pages={"en/one.md": "4"}) == []
    assert unmade(tmp_path / "kept") == [*PAGES]
