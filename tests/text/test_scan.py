"""Segments of a page: what is code, math, hole, tag; and that no text is lost or invented."""


import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivations.text.scan import Kind, scan


def kinds(text):
    return [(segment.kind.value, segment.content) for segment in scan(text).segments]


UNTOUCHED = [
    r"$\frac{{a}}{b}$ and $x^{{2}}$",
    "${{ github.ref }}",
    "## T {#id}",
    "{ #id .class }",
    r"{\#}",
    "costs $5 and $6",
    "a lone $ sign",
    r"an escaped \$ and \` stay",
    "[[= x =]]",
]


@pytest.mark.parametrize("text", UNTOUCHED)
def test_latex_attribute_lists_and_dollars_hold_no_hole(text):
    found = scan(text)
    assert not found.faults
    assert all(segment.kind in (Kind.TEXT, Kind.MATH) for segment in found.segments)


@pytest.mark.parametrize(("text", "expected"), [
    ("a {{= x }} b", [("text", "a "), ("hole", " x "), ("text", " b")]),
    ("`{{= x }}`", [("code", "`{{= x }}`")]),
    ("`` a ` {{= x }} ``", [("code", "`` a ` {{= x }} ``")]),
    ("```\n{{= x }}\n```", [("code", "```\n{{= x }}\n```")]),
    ("    ```py\n    {{= x }}\n    ```\nz", [("code", "    ```py\n    {{= x }}\n    ```"), ("text", "\nz")]),
    ("~~~\n```\n{{= x }}\n~~~", [("code", "~~~\n```\n{{= x }}\n~~~")]),
    ("    {{= x }}", [("text", "    "), ("hole", " x ")]),
    ('{{= f("}}") }}', [("hole", ' f("}}") ')]),
    ("{{# gone {{= x }} #}}", [("comment", " gone {{= x }} ")]),
    ("{{% raw %}}{{= x }}{{% endraw %}}", [("raw", "{{= x }}")]),
    ("<!-- {{= x }} -->", [("comment", " {{= x }} ")]),
    ("<!-- a --> b <!--c-->d", [("comment", " a "), ("text", " b "), ("comment", "c"), ("text", "d")]),
    ("a\n``` b ``` {{= x }}", [("text", "a\n"), ("code", "``` b ```"), ("text", " "), ("hole", " x ")]),
    ("~~~ a`b\n{{= x }}\n~~~\nz", [("code", "~~~ a`b\n{{= x }}\n~~~"), ("text", "\nz")]),
    ("~~~~\n~~~\n{{= x }}\n~~~~", [("code", "~~~~\n~~~\n{{= x }}\n~~~~")]),
    ("{{% claim a < b %}}w{{% endclaim %}}", [("tag", " claim a < b "), ("text", "w"), ("tag", " endclaim ")]),
])
def test_segments(text, expected):
    assert kinds(text) == expected


@pytest.mark.parametrize(("text", "math"), [
    ("costs $5 and ($6)", []), ("$5–$6b", []), ("a $ b$ c", []), ("ends in $", []), ("$a\n\nb$", []),
    ("see $x$ 5", ["x"]), ("$x$, $y$5 z$.", ["x", "5 z"]), ("$a $ b$", []), ("$5 to $10 per $x$", ["x"]),
    ("each $ a_i = b $, of a $t$", ["t"]), ("$x y$", ["x y"]), ("$a$", ["a"]),
    (r"$a\$$ b", [r"a\$"]), (r"$a\\$ b", ["a\\\\"]), ("$$a $ b$$5", ["a $ b"]), ("$$ a\n= b $$", [" a\n= b "]),
])
def test_dollars_hold_math_where_no_space_is_inside_them_and_no_digit_behind(text, math):
    assert [content for kind, content in kinds(text) if kind == "math"] == math


def test_a_hole_in_math_is_a_part_of_it():
    text = r"$\frac{{{= x }}}{b} = {{= y }}$"
    (math,) = scan(text).segments
    assert [(part.kind.value, part.content) for part in math.parts] == [
        ("text", r"\frac{"), ("hole", " x "), ("text", r"}{b} = "), ("hole", " y ")]
    assert [text[part.inner:part.inner + len(part.content)] for part in math.parts] == [
        r"\frac{", " x ", r"}{b} = ", " y "]


@pytest.mark.parametrize(("text", "message", "offset"), [
    ("ab {{= x", "hole opened by {{= is never closed", 3),
    ("{{= x\n\n}}", "hole opened by {{= is never closed", 0),
    ("$x = {{= y$", "hole opened by {{= is never closed", 5),
    ("a\n<!-- x\n\ny", "the HTML comment is never closed: write -->", 2),
    ("``` a", "code block opened by ``` is never closed", 0),
    ("{{# x", "comment opened by {{# is never closed", 0),
    ("{{% claim x", "tag opened by {{% is never closed", 0),
    ("{{% raw %}} x", "raw %}} is never closed", 0),
    ("{{% if x %}}", "there is no tag 'if'", 0),
    ("{{% clam x %}}", "nearest: claim", 0),
    ("x %}}", "%}} closes nothing", 2),
    ("{{ layer.lora }}", "is not a hole: write {{= … }}", 0),
    ("{% for x in y %}", "is not a hole", 0),
    ("$$ a", "never closed in its paragraph", 0),
    ("each $ b_j = b $ is", "$ begins no formula here: write it without a space", 5),
    ("so $\\Delta B $ is", "$ begins no formula here: write it without a space", 3),
    ("```\nx", "code block opened by ``` is never closed", 0),
])
def test_what_cannot_be_read_is_a_fault_with_its_place(text, message, offset):
    (fault,) = scan(text).faults
    assert message in fault.message
    assert fault.offset == offset


@pytest.mark.parametrize("text", ["from $MY_HOME to $HOME", "$ 5 and $ 6", "costs $5 (my_x), or $6", "a^2 $ b", r"\$x_i \$"])
def test_a_dollar_of_prose_is_no_formula_with_a_space(text):
    assert scan(text).faults == ()


def test_what_follows_a_comment_that_is_never_closed_is_hidden():
    assert kinds("a <!-- b {{= x }}\n\nc") == [("text", "a "), ("comment", " b {{= x }}\n\nc")]


PIECES = st.sampled_from([
    "{{=", "}}", "{{%", "%}}", "{{#", "#}}", "claim", "raw", "endraw", "`", "```", "~~~", "$", "$$", "\n", "\n\n", " x ",
    "\\", '"', "'", "<!--", "-->", "{", "}", "é", "¿", " ", "#",
])


@given(st.lists(PIECES, max_size=40).map("".join))
def test_segments_cover_any_text_without_gap_or_overlap(text):
    at = 0
    for segment in scan(text).segments:
        assert segment.start == at
        assert segment.end > at or text[at:] == ""
        at = segment.end
    assert at == len(text)


def test_the_marks_of_the_machinery_cannot_be_smuggled_in(write_book):
    book = write_book("# T {#t}\n\n{{= field.area(w=3, l=5) }} and \ue0000\ue001\n")
    found = [str(finding) for finding in book.findings if finding.path == "docs/en/page.md"]
    assert any(":3:33: the private-use character U+E000 can't stand in a page" in one for one in found), found
    assert book.finish("en/page.md", book.render("en/page.md").markdown).count(">15<") == 1


@pytest.mark.parametrize("text", [
    "{{{# gone #}}{= w }}", "{{{{# gone #}}{= w }}", "{{<!-- gone -->% raw %}}", "{{{{# #}}{# #}}",
])
def test_what_is_taken_out_leaves_no_hole_behind(text, write_book):
    book = write_book(f"# T {{#t}}\n\n{text}\n")
    assert any("leaves the beginning of a hole" in finding.message or "closes nothing" in finding.message
               or "never closed" in finding.message for finding in book.findings)


@pytest.mark.parametrize(("text", "parts"), [
    ("> $$\n> b^m\n>   + c\n> $$", ["\n", "\n", "b^m", "+ c"]),
    ("> of $u -\n> v$ only", ["u -", "v"]),
    ("- > > $$\n  > > k\n  > > $$", ["k"]),
    ("a $x\n> y$", ["x\n> y"]),                                     # no quotation: more than y
])
def test_the_marks_of_quoted_lines_are_no_part_of_a_formula(text, parts):
    (math,) = [segment for segment in scan(text).segments if segment.kind is Kind.MATH]
    written = "".join(part.content for part in math.parts)
    assert ">" not in written or text.startswith("a ")
    assert all(part in written for part in parts)
    assert all(text[part.start : part.end] == part.content for part in math.parts)


@pytest.mark.parametrize("text", [
    r"so \(r + 1\) of them", "\\[\n\\sum_i w_i\n\\]", r"it is \[k^2\] there", "\\begin{align*}\na\n\\end{align*}",
])
def test_math_between_other_signs_is_a_fault(text):
    (fault,) = scan(text).faults
    assert "write $…$" in fault.message
    assert text[fault.offset] == "\\"


@pytest.mark.parametrize("text", [
    r"he said \[sic\] and left", r"`\(a\)`", "```\n\\begin{x}\n```", r"$\left[ a \right]$", r"a \\(b\\)", r"so \( only",
    r"$$\begin{array}{l} a \end{array}$$",
])
def test_escaped_brackets_and_code_are_no_math(text):
    assert not scan(text).faults


@pytest.mark.parametrize(("text", "said"), [
    ("{{% example %}}\nA\n", "{{% example %}} is never closed"), ("A {{% endexample %}}\n", "endexample closes nothing"),
    ("{{% example %}}{{% example %}}A{{% endexample %}}\n", "{{% example %}} can't stand inside another: close that one first"),
])
def test_examples_pair_up(write_book, text, said):
    book = write_book(en=f"# T {{#t}}\n\n{text}", es="# T {#t}\n")
    assert any(said in str(finding) for finding in book.findings)


def test_an_example_is_shown_as_written_and_as_read(write_book):
    text = "# T {#t}\n\n{{% example %}}\nA fence of {{= field.fence(w=3, l=5) | of(\"metre\") }}, `code`.\n{{% endexample %}}\n"
    book = write_book(en=text)
    assert book.findings == []
    markdown = book.render("en/page.md").markdown
    assert '```` markdown\nA fence of {{= field.fence(w=3, l=5) | of("metre") }}, `code`.\n````' not in markdown    # three suffice
    assert '``` markdown\nA fence of {{= field.fence(w=3, l=5) | of("metre") }}, `code`.\n```\n' in markdown
    assert "16 metres" in book.finish("en/page.md", markdown)
    broken = write_book(en=text.replace("w=3", "q=3"))
    assert next(finding.line for finding in broken.findings if finding.path == "docs/en/page.md") == 4
