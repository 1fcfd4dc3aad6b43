"""Layers that stand in a model several times: what PEFT 0.21 answers over tiny models of transformers 5.24."""

from __future__ import annotations

import pytest

from derivations.counting.configuration import configure
from derivations.counting.count import Question, count_configuration
from derivations.counting.memory import Setup, account
from derivations.counting.refusal import Refusal

TINY = {"vocab_size": 40, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 3, "num_attention_heads": 2}
LLAMA = configure({"model_type": "llama", **TINY, "num_key_value_heads": 1})


def ask(configuration=LLAMA, ranges=((0, 3), (0, 3)), **options):
    return count_configuration(configuration, Question(3, **{"targets": ("q_proj",), "layer_replication": ranges, **options}))


def test_copies_have_pairs_of_their_own_and_share_their_weights():
    answer = ask()
    assert (answer.trainable, answer.all_parameters) == (576, 7728)
    assert answer.total_parameters == ask(ranges=()).total_parameters
    assert answer.idealised is None
    assert answer.notes == ("layer_replication: 6 layers in the place of 3: copies share their weights, and have pairs of their own",)
    assert ask(layers_to_transform=(3, 5)).trainable == 576 // 3           # numbers are those of the new layers


def test_a_layer_left_out_is_still_counted_once_in_all():
    answer = ask(ranges=((1, 2),))
    assert (answer.trainable, answer.total_parameters) == (96, ask(ranges=()).total_parameters)


@pytest.mark.parametrize(("options", "said"), [
    ({"ranges": ((0, 4),)}, "layers 0 to 2"), ({"ranges": ((2, 2),)}, "layers 0 to 2"), ({"bias": "all"}, "trained biases"),
    ({"configuration": configure({"model_type": "gpt2", "n_embd": 16, "n_layer": 2, "n_head": 2, "n_positions": 8,
                                  "vocab_size": 40}), "targets": ("c_attn",), "ranges": ((0, 2),)}, "elsewhere"),
    ({"ranges": ((0, 3),) * 4000}, "more than 10,000 layers"),
])
def test_what_the_library_or_this_count_does_not_repeat_is_refused(options, said):
    with pytest.raises(Refusal, match=said):
        ask(**options)


def test_the_memory_of_a_step_through_copies_is_refused_and_not_that_of_the_plain_model():
    question = Question(3, targets=("q_proj",), layer_replication=((0, 3), (0, 3)))
    with pytest.raises(Refusal, match="layer_replication: what a step"):
        account(LLAMA, question, Setup())
