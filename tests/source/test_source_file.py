"""What `source.toml` may hold: a fault in it is named with its line, and with what would be right."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derivations.course import VERDICTS
from derivations.lora.source import PLACE, SCALES, STATEMENTS, SourceFault, read

GOOD = """
[storage.size]
stated = "2.60 MiB"
number = "2.60"
unit = "MiB"
verdict = "wrong unit"
formula = "adapter.bytes"
inputs = { h = 768, rho = "7/1000", s = "4/2" }
slip = "slip.mb_as_mib"
"""


def test_an_entry_is_read_exactly() -> None:
    statement = read(GOOD)["size"]
    assert (statement.id, statement.section, statement.stated) == ("size", "storage", "2.60 MiB")
    assert (statement.number, statement.decimals, statement.scale) == (Fraction(13, 5), 2, 2**20)
    assert statement.inputs == {"h": 768, "rho": Fraction(7, 1000), "s": 2}
    assert (statement.formula, statement.slip, statement.language) == ("adapter.bytes", "slip.mb_as_mib", "en")


def test_a_fraction_has_no_decimals() -> None:
    statement = read(GOOD.replace('"2.60"', '"16/768"'))["size"]
    assert (statement.number, statement.decimals) == (Fraction(1, 48), None)


@pytest.mark.parametrize(("right", "wrong", "says"), [
    ('"wrong unit"', '"wrong units"', "there is no verdict 'wrong units'; nearest: wrong unit"),
    ('unit = "MiB"', 'unit = "Mib"', "there is no unit 'Mib'; nearest: MiB"),
    ('"2.60"', '"2,60"', 'as in "0.30", not \'2,60\''),
    ('"2.60"', "2.60", "number is a text in quotation marks, not 2.6"),
    ("slip =", "slips =", "'slips' means nothing here; nearest: slip"),
    ("h = 768", "h = 768.0", "h is not exact"),
    ("h = 768", "h = true", "h is not exact"),
    ('"7/1000"', '"7/0"', "rho is not exact"),
    ('stated = "2.60 MiB"', "", "stated is missing"),
    ('stated = "2.60 MiB"', 'stated = ""', "stated is a text in quotation marks"),
    ('verdict = "wrong unit"', "", "verdict is missing"),
    ('formula = "adapter.bytes"', "", "inputs and slip belong to a formula"),
    ('inputs = { h = 768, rho = "7/1000", s = "4/2" }', "inputs = 768", "inputs are written as"),
])
def test_a_fault_is_named_with_its_line(right: str, wrong: str, says: str) -> None:
    assert right in GOOD
    with pytest.raises(SourceFault) as fault:
        read(GOOD.replace(right, wrong))
    assert str(fault.value).startswith("source.toml:2: size: ")
    assert says in str(fault.value)


@pytest.mark.parametrize("left", ["inputs", "slip"])
def test_inputs_and_a_slip_each_need_a_formula(left: str) -> None:
    kept = [row for row in GOOD.splitlines() if not row.startswith(("formula", "inputs", "slip")) or row.startswith(left)]
    with pytest.raises(SourceFault, match="inputs and slip belong to a formula"):
        read("\n".join(kept))


@pytest.mark.parametrize(("head", "place"), [
    ("[storage.size]   # of the adapter", "source.toml:2"), ("  [storage.size]  ", "source.toml:2"),
    ('["storage".size]', "source.toml"),                 # not written as here: the file is all that can be said
])
def test_a_line_is_found_behind_spaces_and_before_a_comment(head: str, place: str) -> None:
    with pytest.raises(SourceFault) as fault:
        read(GOOD.replace("[storage.size]", head).replace('"2.60"', '"2,60"'))
    assert str(fault.value).startswith(f"{place}: size: ")


@pytest.mark.parametrize(("written", "number", "kind"), [
    ('"1/2"', Fraction(1, 2), Fraction), ('"3/2"', Fraction(3, 2), Fraction), ('"0.25"', Fraction(1, 4), Fraction),
    ('"4/2"', 2, int), ('"3"', 3, int), ("5", 5, int),
])
def test_an_input_is_a_whole_number_or_a_fraction(written: str, number: Fraction, kind: type) -> None:
    given = read(GOOD.replace('"7/1000"', written))["size"].inputs["rho"]
    assert given == number
    assert type(given) is kind


def test_an_id_stands_once() -> None:
    with pytest.raises(SourceFault, match=r"source\.toml:11: size is in the section storage too"):
        read(GOOD + GOOD.replace("[storage.size]", "[other.size]"))


def test_what_is_not_toml_is_said() -> None:
    with pytest.raises(SourceFault, match=r"source\.toml: .*line 2"):
        read("[storage.size]\nstated = \n")
    with pytest.raises(SourceFault, match=r"storage: a figure stands under \[section\.id\]"):
        read("[storage]\nstated = 'x'\n")


def test_the_document_s_figures_are_all_used() -> None:
    assert {statement.verdict for statement in STATEMENTS.values()} == set(VERDICTS)
    assert PLACE.name == "source.toml"


def test_a_thousand_and_1024_are_told_apart_in_units() -> None:
    assert dict(SCALES) == {
        "": 1, "bytes": 1, "r/h": 1, "%": Fraction(1, 100), "K": 1_000, "M": 1_000_000, "B": 1_000_000_000,
        "MB": 1_000_000, "GB": 1_000_000_000, "MiB": 1_048_576, "GiB": 1_073_741_824,
    }
