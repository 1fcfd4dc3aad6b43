"""The wrong formulas behind the usual mistakes, as they come out: what the feedback of each says, in symbols.

`data/slip_forms.txt` was written by hand: a line a slip.
"""

from pathlib import Path

from derivations.lora.slips import FORMULAS

FORMS = (Path(__file__).parent / "data" / "slip_forms.txt").read_text(encoding="utf-8").splitlines()


def test_each_slip_is_the_mistake_that_it_is_named_after():
    assert [f"{formula.name.removeprefix('slip.')} = {formula.expression}" for formula in FORMULAS] == FORMS
