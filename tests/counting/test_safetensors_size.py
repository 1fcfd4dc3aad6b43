"""The size of a file, by writing its header out: JSON as the format prescribes, measured."""

from __future__ import annotations

import json
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derivations.counting.safetensors import DTYPES, file_bytes, header_bytes, payload_bytes

shapes = st.lists(st.integers(1, 5000), min_size=1, max_size=3).map(tuple)
names = st.text("abcdefghijklmnopqrstuvwxyz._0123456789", min_size=1, max_size=40).filter("__metadata__".__ne__)


def written(tensors, dtype):
    """Write the header that the reference library writes."""
    header, begin = {"__metadata__": {"format": "pt"}}, 0
    for name, shape in sorted(tensors):
        end = begin + dtype.bytes * prod(shape)
        header[name] = {"dtype": dtype.code, "shape": list(shape), "data_offsets": [begin, end]}
        begin = end
    text = json.dumps(header, separators=(",", ":")).encode()
    return text + b" " * (-len(text) % 8), begin


@given(st.dictionaries(names, shapes, max_size=30), st.sampled_from(list(DTYPES.values())))
@settings(max_examples=300, deadline=None)
def test_header_and_payload(tensors, dtype):
    listed = list(tensors.items())
    header, payload = written(listed, dtype)
    assert header_bytes(listed, dtype) == len(header)
    assert payload_bytes(listed, dtype) == payload
    assert file_bytes(listed, dtype) == 8 + len(header) + payload


@pytest.mark.parametrize("numbers", [5, 50, 500])
def test_tensors_that_end_at_a_power_of_ten_have_its_digits(numbers):
    half = DTYPES["float16"]
    for length in range(1, 9):                                       # one of these names leaves no padding
        listed = [("n" * length, (numbers,)), ("n" * length + ".z", (1,))]
        assert header_bytes(listed, half) == len(written(listed, half)[0])
