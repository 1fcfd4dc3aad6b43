"""What an answer is made of can't be changed by whoever holds it, so that it may be kept and handed on."""

from dataclasses import FrozenInstanceError, fields

import pytest

from derivations.counting.catalogue import public_model
from derivations.counting.count import Question, count_configuration
from derivations.counting.inverse import parse_budget, rank_within
from derivations.counting.linear import Linear
from derivations.counting.place import places
from derivations.lora.initialization import differentiate
from derivations.lora.memory import ACCOUNTS

GPT2 = public_model("gpt2").configuration
RECORDS = [
    Linear("c_attn", 2304, 768), places(GPT2.decoder)[0], Question(8), count_configuration(GPT2, Question(8)).modules[0],
    parse_budget("10M"), rank_within(GPT2, Question(1), parse_budget("10M")), ACCOUNTS["mixed"],
    differentiate(1, 1, 1),
]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_no_field_of_a_record_can_be_set(record):
    for field in fields(record):
        before = getattr(record, field.name)
        with pytest.raises(FrozenInstanceError):
            setattr(record, field.name, before)


def test_shapes_and_accounts_are_keys():
    assert {Linear("c_attn", 2304, 768): 1}[Linear("c_attn", 2304, 768)] == 1
    assert len(set(ACCOUNTS.values())) == len(ACCOUNTS) == 5
