"""The course's words as inline HTML."""

from dataclasses import replace

import pytest

from derivations.language import language as language_of
from derivations.lora.course import COURSE
from derivations.text.words import Words


@pytest.mark.parametrize(("text", "html"), [
    ("los *embeddings* (la tabla)", "los <em>embeddings</em> (la tabla)"), ("2 * 3 * 4", "2 * 3 * 4"),
    ("a*b*c", "a*b*c"), ("**x**", "**x**"), ("`a *b* c` <", "<code>a *b* c</code> &lt;"),
])
def test_a_word_of_the_course_may_be_set_in_italics(text, html):
    course = replace(COURSE, words={"en": {"said": text}, "es": {}})
    language = language_of("en").with_course(COURSE)
    assert Words(course, language).html("said", None) == html
