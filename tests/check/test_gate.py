"""The gate as a whole, on the toy course: what one language lacks, dead links, numerals, claims about numerals."""

import dataclasses

import pytest

from derivations.course import Glossary

BASE = "# T {#t}\n\nWords {{= field.area(w=2, l=3) }}.\n\n## S {#s}\n\nMore.\n"


def messages(book, path="docs/en/page.md"):
    return [str(finding) for finding in book.findings if finding.path == path]


def test_two_equal_pages_pass(write_book):
    assert write_book(BASE).findings == []


@pytest.mark.parametrize(("spanish", "message"), [
    (BASE.replace("{{= field.area(w=2, l=3) }}", "nada"), "field.area(w=2, l=3)"),
    (BASE.replace("w=2", "w=3"), "field.area(w=3, l=3)"),
    (BASE.replace("{#s}", "{#other}"), "other"),
    (BASE + '\n{{= table("fields") }}\n', 'table("fields")'),
    (BASE + "\n{{% claim field.area(w=1, l=1) < field.area(w=2, l=2) %}}x{{% endclaim %}}\n", "field.area(w=1, l=1) < "),
    (BASE + "\n[a](page.md)\n", "page.md"),
    (BASE + "\n```py\nx\n```\n", "```py"),
])
def test_what_one_language_lacks_is_named(write_book, spanish, message):
    found = [str(finding) for finding in write_book(BASE, spanish).findings]
    assert any(message in one for one in found), found


def test_forms_and_order_are_free(write_book):
    english = "# T {#t}\n\nA {{= field.squareness(w=1, l=2) }} and {{= field.area(w=2, l=3) }}.\n"
    spanish = "# T {#t}\n\nUn {{= field.area(w=2, l=3) | of(\"square_metre\") }} y " \
              "{{= field.squareness(w=1, l=2) | percent(3) }}.\n"
    assert write_book(english, spanish).findings == []


@pytest.mark.parametrize("text", [
    "It is 6 metres.", "## In 6 metres {#six}", "![6 of them](page.md)", "| a | b |\n|---|---|\n| x | 6 |",
    "$x = 6$", "!!! note \"6 of them\"\n    text", "six metres wide", "about six million", "6%",
])
def test_a_numeral_by_hand_is_named_with_what_to_write(write_book, text):
    book = write_book(f"{BASE}\n{text}\n")
    found = [one for one in messages(book) if "not derived" in one]
    assert found, messages(book)


def test_the_hint_is_the_expression_in_reach(write_book):
    found = messages(write_book(BASE + "\nAll 6 of it.\n"))
    assert any("write {{= field.area(w=2, l=3) }}" in one for one in found), found


def test_a_literal_with_a_reason_is_let_through_and_an_unused_one_is_not(write_book):
    page = "---\nliterals:\n  \"6\": a number of the example\n---\n" + BASE + "\nAll 6 of it.\n"
    assert messages(write_book(page)) == []
    assert any("covers no numeral" in one for one in messages(write_book(page.replace("All 6", "All"))))


@pytest.mark.parametrize(("words", "true"), [("about 350", True), ("about 346", True), ("about 300", True),
                                             ("about 340", False), ("about 400", False)])
def test_about_binds_the_one_numeral_in_the_words(write_book, words, true):
    page = BASE + "\n{{% claim about(field.fence(w=68, l=105)) %}}" + words + "{{% endclaim %}} metres.\n"
    assert (messages(write_book(page)) == []) is true


@pytest.mark.parametrize(("claim", "words", "fault"), [
    ("field.fence(w=68, l=105)", "about 400", "the claim “about 400” is false: 346 ≉ 400"),
    ("field.fence(w=1, l=2)", "some", "about(x) needs one numeral in the claim's words, not 0"),
    ("field.fence(w=1, l=5)", "12 or 13", "about(x) needs one numeral in the claim's words, not 2"),
    ("field.fence(w=1, l=5)", "twelve", None),
    ("field.squareness(w=1, l=3)", "a third of it", None),
    ("field.squareness(w=1, l=4)", "a third of it", "the claim “a third of it” is false: 25% ≉ a third"),
    ("field.squareness(w=1, l=20)", "five percent", None),
    ("field.diagonal(w=1, l=1)", "1.41", None), ("field.diagonal(w=30, l=70)", "about 80", None),
    ("field.diagonal(w=1, l=1)", "1.42", "the claim “1.42” is false: 1.41 ≉ 1.42"),
])
def test_what_about_lacks_is_said(write_book, claim, words, fault):
    page = BASE + "\n{{% claim about(" + claim + ") %}}" + words + "{{% endclaim %}}.\n"
    assert messages(write_book(page)) == ([f"docs/en/page.md:9:1: {fault}"] if fault else [])


@pytest.mark.parametrize(("text", "message"), [
    ("[a](missing.md)", "the page missing.md doesn't exist"),
    ("[a](#nowhere)", "there is no anchor #nowhere"),
    ("[a](page.md#nowhere)", "there is no anchor #nowhere"),
    ("![a](none.png)", "the picture none.png doesn't exist"),
])
def test_a_link_that_leads_nowhere_is_named(write_book, text, message):
    found = messages(write_book(f"{BASE}\n{text}\n"))
    assert any(message in one for one in found), found


def test_a_value_can_be_linked_to(write_book):
    assert messages(write_book(BASE + "\n[a](#n-1) and [b](#where)\n")) == []


def test_the_glossary_binds_both_languages(write_book):
    from fields import COURSE

    text = ('[[term]]\nid = "fence"\nen = "fence"\nes = "valla"\ndefinition_en = "Around a field."\n'
            'definition_es = "Alrededor de un campo."\nbanned = [{ es = "cerca", why = "one word for one thing" }]\n')
    course = dataclasses.replace(COURSE, glossary=Glossary("glossary.toml", text))
    book = write_book("# T {#t}\n\nA cerca.\n", "# T {#t}\n\nUna cerca.\n", course=course)
    assert messages(book) == []
    assert any("the glossary bans “cerca”" in one for one in messages(book, "docs/es/page.md"))


@pytest.mark.parametrize(("words", "bound"), [
    ("below one percent", True), ("below 1%", True), ("below two percent", False), ("below 1.5%", False),
])
def test_a_claim_binds_only_the_limit_that_its_condition_names(write_book, words, bound):
    claim = f"{{{{% claim field.squareness(w=1, l=200) < percent(1) %}}}}{words}{{{{% endclaim %}}}}"
    found = [one for one in messages(write_book(f"{BASE}\n{claim}\n")) if "not derived" in one]
    assert (not found) is bound, found


AREA = "{{= field.area(w=4, l=9) }}"


@pytest.mark.parametrize(("text", "message"), [
    (AREA * 2, "two values run together"), (f"{AREA},{AREA}", "two values run together"), (f"{AREA} {AREA}", ""),
    (f"{AREA}, {AREA}", ""), (f"-{AREA}", "- beside a value"), (f"from −{AREA}", "− beside a value"), (f"(+{AREA})", "+ beside a value"),
    (f"«−{AREA}»", "− beside a value"), (f"“-{AREA}”", "- beside a value"), (f"so =−{AREA}", "− beside a value"),
    (f"{{{{% claim field.area(w=4, l=9) > 2 %}}}}-{AREA}{{{{% endclaim %}}}}", "- beside a value"),
    (f"`gpt`-{AREA}, $x$-{AREA}, ±{AREA}, {AREA}–{AREA}, ({AREA}-{AREA})\n\n- {AREA}\n- {AREA}", ""),
    (f"a–{AREA}, a-{AREA}, a + {AREA}", ""), (f"{AREA} dozen", "dozen beside a value"), (f"$-{AREA}$", ""),
])
def test_what_makes_another_number_of_a_value_is_named(write_book, text, message):
    found = messages(write_book(f"{BASE}\n{text}\n"))
    assert any(message in one for one in found) if message else not found, found


def test_a_diagram_is_read_and_each_language_has_its_own(tmp_path):
    from fields import COURSE

    from derivations.book import Book
    from derivations.text.printed import EXTENSIONS, Extensions

    (tmp_path / "tables").mkdir()
    for code, label in (("en", "Fields"), ("es", "Campos")):
        (tmp_path / "docs" / code).mkdir(parents=True)
        diagram = f"graph LR\n  %% 77\n  classDef x stroke-width:3px\n  A1[{label}] -->|63 of them| B2\n"
        (tmp_path / "docs" / code / "page.md").write_text(f"# T {{#t}}\n\n```figure\n{diagram}```\n\n~~~ {{ .py }}\n88\n~~~\n", encoding="utf-8")
    drawn = Extensions(EXTENSIONS, {"pymdownx.superfences": {"custom_fences": [{"name": "figure", "class": "figure"}]}})
    found = [str(one).split(" is not")[0] for one in Book(tmp_path, COURSE, extensions=drawn).findings]
    assert found == [f"docs/{code}/page.md:7:18: the numeral 63" for code in ("en", "es")]
    assert any("the code ```figure stands here" in str(one) for one in Book(tmp_path, COURSE).findings)
