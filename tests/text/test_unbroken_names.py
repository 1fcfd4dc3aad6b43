"""Names with a hyphen and a number stay on one line, and nothing else of a page changes."""

import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivations.text.marks import unbroken

PIECES = st.sampled_from([
    "LLaMA-7B", "GPT-2", "Qwen2.5-0.5B", "-", " ", "r - 8", "x-1", "<b>", "</b>", '<a href="#GPT-2">', "</a>",
    '<img alt="LLaMA-7B > GPT-2">', "&gt;", "\ue0003\ue001", "Phi-3.", "<p>", "</p>",
])


@pytest.mark.parametrize(("html", "kept"), [
    ("of LLaMA-7B, at", ["LLaMA-7B"]), ("GPT-2's and Phi-3.", ["GPT-2", "Phi-3"]), ("<b>LLaMA-70B</b>", ["LLaMA-70B"]),
    ("Llama-2-70B or Qwen2.5-0.5B", ["Llama-2-70B", "Qwen2.5-0.5B"]), ("Fine-Tuning", []), ("10-20", []),
    ('<img alt="GPT-2">', []), ("low-rank, fine-tuning, a-1", []), ("h-1 and 3-4", []),
])
def test_the_names_and_nothing_else(html, kept):
    assert re.findall('<span class="unbroken">([^<]*)</span>', unbroken(html)) == kept


def test_a_long_chain_of_hyphens_takes_no_time():
    started = process_time()
    unbroken("A-" * 50_000)
    assert process_time() - started < 5


@given(st.lists(PIECES).map("".join))
def test_without_the_spans_the_page_is_what_it_was(html):
    assert re.sub('<span class="unbroken">([^<]*)</span>', r"\1", unbroken(html)) == html
