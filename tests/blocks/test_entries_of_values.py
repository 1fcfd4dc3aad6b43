"""An entry of the list of values reads as mathematics does."""

import re

import pytest

from derivations.language import language
from derivations.lora.course import COURSE
from derivations.text.marks import Print, value_key
from derivations.text.where import Where


def entry(name, code, **inputs):
    value = COURSE.formulas[name](**inputs)
    where = Where(COURSE, language(code).with_course(COURSE))
    return where.origins([Print(value, (), "", 0, "", value_key(value))])[0].html


@pytest.mark.parametrize("code", ["en", "es"])
def test_subscripts_stand_below_the_line_and_no_underscore_is_left(code):
    html = entry("gated.lora", code, h=4096, h_kv=1024, f=14336, r=8)
    worked, facts = (re.search(f'<p class="{one}">(.*?)</p>', html)[1] for one in ("worked", "facts"))
    assert re.search(r'data-tex="[^"]*h_\{\\text\{kv\}\}[^"]* = 8 ', worked)
    assert "<i>h<sub>kv</sub></i> = " in facts
    assert "_" not in facts


def test_a_square_stays_a_superscript_beside_its_subscript():
    assert "<i>σ<sub>A</sub>²</i> = 1" in entry("random.norm_squared", "en", d_in=768, d_out=768, r=8, var_a=1, var_b=1)
