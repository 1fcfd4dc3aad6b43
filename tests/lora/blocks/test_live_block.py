"""The data of the figure that opens the course: its trees, walked here, give what the command line counts."""

from fractions import Fraction
from functools import reduce
from operator import add, mul

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trust import short_or_long

import derivations
from derivations.lora.blocks import live
from derivations.lora.course import COURSE


@pytest.fixture(scope="module")
def data(book):
    return live._data(COURSE, live._said(book.context, book.languages["es"]), book.languages["es"])


def walk(tree, inputs):
    if isinstance(tree, str):
        return Fraction(inputs.get(tree, tree))
    operation, *parts = tree
    if operation == "^":
        return walk(parts[0], inputs) ** int(parts[1])
    numbers = [walk(part, inputs) for part in parts]
    return numbers[0] / numbers[1] if operation == "/" else reduce({"+": add, "*": mul}[operation], numbers)


@pytest.mark.parametrize("place", range(len(live.MODELS)))
@settings(max_examples=short_or_long(15, 1000), deadline=None)
@given(rank=st.integers(1, 4096))
def test_every_model_s_trees_count_as_the_command_line_does(data, place, rank):
    name, _, matrix, sizes, family = data["models"][place]
    count, inputs = derivations.count(name, rank=rank), {**sizes, "r": rank}
    of_model = {key: walk(tree, inputs) for key, tree in data["trees"][family].items()}
    assert of_model == {"lora": count.lora, "full": count.full, "ratio": count.ratio}
    first = count.modules[0]
    assert first.name.endswith(matrix)
    of_matrix = {key: walk(tree, inputs) for key, tree in data["matrix"].items()}
    assert of_matrix["weights"] == first.out * first.in_
    assert of_matrix["pair"] == rank * (first.out + first.in_)
    assert of_matrix["share"] == of_matrix["pair"] / of_matrix["weights"]
