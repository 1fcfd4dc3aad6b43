"""What was probably meant is offered, whatever the case, and nothing where nothing is alike."""

import pytest

from derivations.nearest import closest, nearest, nearest_value


def test_case_does_not_matter_for_what_is_nearest():
    assert nearest("LLAMA", ["Llama-2", "Gemma"]) == nearest("llama", ["Llama-2", "Gemma"]) == "; nearest: Llama-2"
    assert nearest("qwen", ["QWEN3", "Gemma"]) == "; nearest: QWEN3"
    assert nearest("GPT", ["qwen"]) == ""


def test_the_most_alike_of_several_is_offered():
    assert closest("layer.lroa", ["layer.full", "layer.lora", "layer.lore"]) == "layer.lora"
    assert closest("layer.lroa", []) == ""


@pytest.mark.parametrize(("cutoff", "found"), [(0.5, "abxx"), (0.51, "")])
def test_half_alike_is_enough_where_half_is_asked_for(cutoff, found):
    assert closest("abcd", ["abxx"], cutoff) == found


@pytest.mark.parametrize(("name", "meant"), [
    ("water.dpeth", "water.depth"), ("wind.depth", "water.depth"), ("deptf", "water.depth"),
    ("water.x", ""), ("water.slope", ""),             # what they share is the room alone
])
def test_a_dotted_name_is_near_as_a_whole_or_by_its_last_part(name, meant):
    assert nearest_value(name, ["water.depth", "water.salinity", "stone.height"]) == (meant and f"; nearest: {meant}")
