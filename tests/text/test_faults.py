"""Every mistake that an author can make in a hole or a claim: where it is, what it is, what would be right."""

import pytest

PAGE = "---\ntitle: T\n---\n# T {{#t}}\n\nA line.\nHere: {}\n"
LINE = 7
COLUMN = 7


@pytest.mark.parametrize(("hole", "column", "message"), [
    ("{{= feld.area }}", 4, "no value is called 'feld.area'; nearest: field.area"),
    ("{{= field.aera(w=1, l=2) }}", 4, "nearest: field.area"),
    ("{{= field }}", 4, "'field' is not a value by itself"),
    ("{{= 3 }}", 4, "the raw number 3 was not derived"),
    ("{{= 0.29 }}", 4, "the raw number 0.29 was not derived"),
    ("{{= '0.29' }}", 4, "the text '0.29' was not derived"),
    ("{{= None }}", 4, "None was not derived"),
    ("{{= [1] }}", 4, "only a derived value, a formula or a block"),
    ("{{= {} }}", 4, "only a derived value"),
    ("{{= field.area(w=2, l=3) + 1 }}", 4, "a page names values and does not compute"),
    ("{{= field.area(2, 3) }}", 15, "takes numbers by the names of its symbols"),
    ("{{= field.area(w=2, h=3) }}", 4, "field.area has no symbol 'h': it takes w, l"),
    ("{{= field.area(w=0, l=3) }}", 4, "field.area: w must be a positive integer, not 0"),
    ("{{= field.area(w=-2, l=3) }}", 4, "w must be a positive integer, not -2"),
    ("{{= field.area(w=0.5, l=3) }}", 4, "w must be a positive integer, not 1/2"),
    ("{{= field.area(w='2', l=3) }}", 17, "an input is a number"),
    ("{{= field.area(**x) }}", 17, "inputs are written one by one"),
    ("{{= field.inverse(w=3, l=3) }}", 4, "field.inverse: division by zero at w = 3, l = 3"),
    ('{{= field.area("pich") }}', 15, "there is no model 'pich'; nearest: pitch"),
    ("{{= w(w=2)(w=3) }}", 4, "only a formula takes numbers"),
    ("{{= field.area(w=field.fence, l=3) }}", 17, "field.fence is a formula, not a number: give its symbols numbers"),
    ("{{= field.area(w=2, l=3) | 3 }}", 27, "a form is a name, as in `value | short`"),
    ("{{= field.area(w=2, l=3) | digits(number=2) }}", 27, "a form takes no named argument"),
    ("{{= field.area(w=2) | short }}", 4, "field.area needs l as well before a form"),
    ("{{= field.area(w=2, l=3) | shrt }}", 27, "there is no form 'shrt'; nearest: short"),
    ("{{= field.area(w=2, l=3) | percent(2.5) }}", 35, "a form takes whole numbers and quoted words"),
    ("{{= field.area(w=2, l=3) | percent(2) }}", 0, "percent is for a value in"),
    ("{{= field.area(w=2, l=3) | MB }}", 0, "MB is for a value in"),
    ('{{= table("feilds") }}', 10, "there is no table 'feilds'; nearest: fields"),
    ("{{= table(fields) }}", 4, "table takes one quoted name"),
    ('{{= derivation("field.fenc") }}', 15, "nearest: field.fence"),
    ("{{= field.area(w=2, l=3 }}", 0, "this is not an expression"),
    ("{{= }}", 3, "the hole is empty"),
    ("{{= __import__('os').system('true') }}", 4, "a name is written as layer.ratio"),
    ("{{= field.area.__class__ }}", 4, "no value is called 'field.area.__class__'"),
    ("{{= (lambda: 1)() }}", 4, "only a formula takes numbers"),
    ("{{= field.area(w=9**9**9, l=1) }}", 17, "a power in an input is a whole number up to"),
    ("{{= field.area(w=1/0, l=1) }}", 17, "division by zero"),
    ("{{% claim field.area(w=1, l=2) < %}}x{{% endclaim %}}", 0, "this is not an expression"),
    ("{{% claim 1 < 2 %}}x{{% endclaim %}}", 0, "none is named here"),
    ("{{% claim field.area(w=1, l=2) < field.fence(w=1, l=2) %}}x{{% endclaim %}}", 0, "square_metre can't be compared"),
    ("{{% claim field.area(w=1, l=2) < 3 %}}x{{% endclaim %}}", 0, "can't be compared with the plain number 3"),
    ("{{% claim field.area(w=1, l=2) < percent(3) %}}x{{% endclaim %}}", 0, "can't be compared with a percentage"),
    ("{{% claim field.area < field.fence %}}x{{% endclaim %}}", 0, "two formulas can only be equal or not"),
    ("{{% claim field.squareness(w=1, l=2) > percent(60) %}}x{{% endclaim %}}", 0, "is false: 1/2 (50%) ≤ 60%"),
    ('{{% claim doubles(field.area, "q") %}}x{{% endclaim %}}', 0, "field.area has no free symbol 'q'"),
    ('{{% claim halves(field.area, "w") %}}x{{% endclaim %}}', 0, "is false"),
    ('{{% claim decreases_in(field.area, "w") %}}x{{% endclaim %}}', 0, "is false"),
    ('{{% claim dubles(field.area, "w") %}}x{{% endclaim %}}', 0, "there is no test 'dubles'; nearest: doubles"),
    ("{{% claim field.area(w=1, l=2) == field.area(w=2, l=1) %}}x", 0, "is never closed"),
    ("x{{% endclaim %}}", 1, "endclaim closes nothing"),
])
def test_a_mistake_is_named_with_its_place(write_book, hole, column, message):
    book = write_book(PAGE.replace("{{#t}}", "{#t}").replace("{}", hole))
    found = [finding for finding in book.findings if finding.path == "docs/en/page.md"]
    assert any(message in str(finding) for finding in found), [str(finding) for finding in found]
    finding = next(finding for finding in found if message in str(finding))
    assert finding.line == LINE
    if column:
        assert finding.column == COLUMN + column


@pytest.mark.parametrize("condition", [
    "field.squareness(w=1, l=2) == 1/2",
    "field.squareness(w=1, l=2) <= percent(50)",
    "field.area(w=1, l=2) < field.area(w=2, l=2) < field.area(w=3, l=3)",
    "not field.area(w=3, l=2) < field.area(w=2, l=2)",
    "field.squareness(w=1, l=2) < 1 and field.squareness(w=1, l=2) > 0",
    "field.diagonal(w=1, l=1) < field.fence(w=1, l=1)",
    "about(field.squareness(w=100, l=299), 1/3)",
    "1 < orders_of_magnitude(field.squareness(w=500, l=1)) < 3",
    "orders_of_magnitude(field.squareness(w=500, l=1)) == 3",
    'doubles(field.area, "w")', 'halves(field.squareness, "l")', 'increases_in(field.area, "w")',
    'decreases_in(field.squareness, "l")', 'independent_of(share, "p") or increases_in(share, "p")',
])
def test_a_true_claim_passes(write_book, condition):
    page = "# T {#t}\n\n{{% claim " + condition + " %}}words{{% endclaim %}}\n"
    assert write_book(page).findings == []


def test_all_faults_of_both_languages_are_in_one_report(write_book):
    book = write_book(en="# T {#t}\n\n{{= a }} {{= b }}\n\n{{= c }}\n", es="# T {#t}\n\n{{= d }}\n")
    places = [(f.path, f.line, f.column) for f in book.findings if "no value" in f.message]
    assert places == [("docs/en/page.md", 3, 5), ("docs/en/page.md", 3, 14), ("docs/en/page.md", 5, 5),
                      ("docs/es/page.md", 3, 5)]


def test_a_heading_needs_an_id_and_an_id_stands_once(write_book):
    messages = [f.message for f in write_book("# A {#a}\n\n## B\n\n## C {#a}\n").findings if "/en/" in f.path]
    assert any("needs an explicit id" in message for message in messages)
    assert any("'a' is used twice" in message for message in messages)


def test_front_matter_holes_are_bound_and_written(write_book):
    book = write_book("---\ntitle: '{{= field.area(w=2, l=3) }} m'\n---\n# T {#t}\n")
    assert book.render("en/page.md").meta["title"] == "6 m"
    book = write_book("---\ntitle: '{{= field.arae }}'\n---\n# T {#t}\n")
    assert (book.findings[0].line, book.findings[0].column) == (2, 13)


def test_front_matter_holes_are_bound_in_lists_and_mappings_too(write_book):
    book = write_book("---\nfacts:\n  - area: '{{= field.area(w=2, l=3) }} m'\n---\n# T {#t}\n")
    assert book.render("en/page.md").meta["facts"] == [{"area": "6 m"}]
    book = write_book("---\nfacts: ['{{= field.arae }}']\n---\n# T {#t}\n")
    assert (book.findings[0].line, book.findings[0].column) == (2, 14)


@pytest.mark.parametrize(("front", "place", "message"), [
    ("title: 'a {{= field.area(w=2, l=x'", (2, 11), "the hole opened by {{= is never closed: write }}"),
    ("title: a\ndescription: 'see {{% claim'", (3, 19), "the tag opened by {{% is never closed: write %}}"),
    ("title: '{{= field.area(w=2, l=3) }} {{= field.area(w=2, x=3) }}'", (2, 41), "field.area has no symbol 'x'"),
    ("title: >-\n  In {{=\n  field.arae }} only", (4, 3), "no value is called 'field.arae'"),
    ("title: '{{= table(''feelds'') }}'", (2, 19), "there is no table 'feelds'"),
    ("title: a\nmore: [x, {at: '{{= nope }}'}]", (3, 21), "no value is called 'nope'"),
])
def test_a_fault_in_front_matter_is_placed_where_it_stands_in_the_file(write_book, front, place, message):
    book = write_book(f"---\n{front}\n---\n# T {{#t}}\n\n{{{{= field.area(w=1, l=1) }}}} and nope\n")
    found = [(f.line, f.column) for f in book.findings if f.path == "docs/en/page.md" and f.message.startswith(message)]
    assert found == [place]


def test_a_hole_in_front_matter_is_known_for_one(write_book):
    page = write_book("---\ntitle: '{{= field.area(w=2, l=3) }}'\n---\n# T {#t}\n").pages["en/page.md"]
    [title] = page.front
    [hole] = title.holes.values()
    assert (title.key, *title.lines.place(0)) == ("title", 2, 9)
    assert hole.bound.source.exact == 6
    assert page.holes == {}


def test_both_languages_bind_the_same_in_front_matter(write_book):
    page = "---\ntitle: '{{= field.area(w=2, l=%d) }}'\n---\n# T {#t}\n"
    assert not write_book(page % 3, page % 3).findings
    assert any("field.area" in f.message for f in write_book(page % 3, page % 4).findings)


def test_front_matter_that_holds_itself_is_refused_where_it_does(write_book):
    book = write_book("---\nfacts: &all\n  - *all\n---\n# T {#t}\n")
    assert [(f.line, f.message) for f in book.findings if "/en/" in f.path] == [
        (3, "front matter is not YAML: it can't hold an alias")]
