"""Which Linears the lists of the course hold, by the names of checkpoints, and which of them carry a bias."""

from hypothesis import given
from hypothesis import strategies as st

from derivations.lora import budget, layer

sizes = st.integers(1, 300)


def names(linears):
    return [one.name for one in linears]


def test_lists_name_what_the_papers_adapt():
    assert names(layer.query_and_value(8)) == ["q_proj", "v_proj"]
    assert names(layer.query_key_value(8)) == ["q_proj", "k_proj", "v_proj"]
    assert names(layer.fused_layer(8)) == ["c_attn", "o_proj", "fc1", "fc2"]
    assert names(layer.k_proj(8, 2)) == ["k_proj"]
    assert names(layer.gated_layer(8, 2, 24)) == [
        "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


def test_gpt2s_linears_have_biases_and_llamas_have_none():
    assert all(one.bias for one in (*layer.layer(8), *layer.fused_layer(8)))
    assert not any(one.bias for one in layer.gated_layer(8, 2, 24))


@given(st.integers(1, 200_000))
def test_llamas_width_is_the_first_step_of_256_that_is_no_less_than_8_thirds(hidden):
    width = layer.gated_width(hidden)
    assert width % 256 == 0
    assert 3 * (width - 256) < 8 * hidden <= 3 * width


@given(sizes, sizes, sizes)
def test_no_list_gains_above_its_widest_shorter_side(hidden, kv, width):
    linears = layer.gated_layer(hidden, kv, width)
    widest = max(min(hidden, hidden), min(hidden, kv), min(hidden, width))
    assert budget.cap(linears) == widest
    assert type(budget.cap(linears)) is int              # integers never become SymPy's
