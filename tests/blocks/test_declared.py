"""What a block says of itself is so: the anchors that it brings, the words that it needs."""

import dataclasses

from fields import COURSE

from derivations.blocks import BLOCKS

CALLS = ('table("fields")', 'drill("fence")', 'derivation("field.fence")')
PAGE = "# T {#t}\n\n" + "\n\n".join(f"{{{{= {call} }}}}" for call in CALLS) + "\n"


def test_every_declared_anchor_is_in_the_html_and_can_be_linked_to(write_book):
    book = write_book(PAGE)
    calls = list(book.pages["en/page.md"].blocks())
    assert len(calls) == 3
    page = book.finish("en/page.md", book.render("en/page.md").markdown)
    for call in calls:
        anchors = list(book.press.anchors(call))
        assert anchors
        for anchor in anchors:
            assert f'id="{anchor}"' in page
    links = "".join(f"[a](#{anchor}) " for call in calls for anchor in book.press.anchors(call))
    assert write_book(f"{PAGE}\n{links}\n").findings == []
    assert any("no anchor #t-fields-nope" in str(one) for one in write_book(f"{PAGE}\n[a](#t-fields-nope)\n").findings)


def test_a_block_whose_words_are_missing_is_named_where_it_stands(write_book, tmp_path):
    (tmp_path / "sign.html").write_text("<p>{{ said }}</p>")
    sign = dataclasses.replace(BLOCKS[0], name="sign", takes=lambda course, tables: {"": None},
                               write=lambda context, name, language: {"said": "Go"}, template=tmp_path / "sign.html",
                               words=("sign.go", "values.source"), ids=lambda context, name: ())
    course = dataclasses.replace(COURSE, blocks=(sign,))
    found = [str(one) for one in write_book("# T {#t}\n\n{{= sign() }}\n", course=course).findings]
    assert [one for one in found if "sign" in one] == [
        f"docs/{code}/page.md:3:1: the block sign() needs words for 'sign.go'" for code in ("en", "es")]
