"""Lines that say what trains, as this library and others write them, and what is answered where one can't be so."""

from __future__ import annotations

import contextlib
import time

import pytest

from derivations.counting.catalogue import public_model
from derivations.counting.count import Question, count_configuration
from derivations.counting.explained import NOTHING, check_line, would_give
from derivations.counting.logged import Said, read_line
from derivations.counting.refusal import Refusal

TINY = public_model("tinyllama-1.1b").configuration                  # h 2,048, 22 layers, 4 groups of keys, head of its own


@pytest.mark.parametrize(("text", "trained", "total", "percent"), [
    ("trainable params: 2252800 || all params: 1102301184 || trainable%: 0.20437245579516677", 2252800, 1102301184, "0.20437245579516677"),
    ("[INFO|2024-06-01 10:11:12,345] loader:157 >> trainable params: 2,252,800 || all params: 1,102,301,184 || trainable%: 0.2044", 2252800,
     1102301184, "0.2044"),
    ("\x1b[32m2024-06-01 10:11\x1b[0m trainable params: 2,252,800 || all params: 1,102,301,184 (0.20%)", 2252800, 1102301184, "0.20"),
    ("# trainable params: 2,252,800 || all params: 1,102,301,184 || ~0.2%", 2252800, 1102301184, "0.2"),
    ("all params: 1,102,301,184 || trainable params: 2,252,800 || trainable%: 0.2044", 2252800, 1102301184, "0.2044"),
    ("{'trainable_params': 2252800, 'all_params': 1102301184, 'trainable%': 0.2044}", 2252800, 1102301184, "0.2044"),
    ("Trainable params: 2_252_800\nTotal params: 1_102_301_184\n  0%|          | 0/111 [00:00<?", 2252800, 1102301184, ""),
    (' "-____-"     Trainable parameters = 2,252,800 of 1,102,301,184 (0.20% trained)', 2252800, 1102301184, "0.20"),
    ("Trainable: 2,252,800 / 1,102,301,184 (0.20%)", 2252800, 1102301184, "0.20"),
    ("trainable params: 2.252.800 || all params: 1.102.301.184 || trainable%: 0,2044", 2252800, 1102301184, "0.2044"),
    ("trainable params: 2 252 800 || all params: 1 102 301 184 || trainable%: 0,2044", 2252800, 1102301184, "0.2044"),
    ("trainable params: 2'252'800 || all params: 1’102’301’184", 2252800, 1102301184, ""),
    ("trainable params: 2\u202f252\u202f800 || all params: 1\u00a0102\u00a0301\u00a0184", 2252800, 1102301184, ""),
    ("trainable params：2,252,800 || all params：1,102,301,184", 2252800, 1102301184, ""),
    ("***** Running training *****\n  Number of trainable parameters = 2,252,800\n", 2252800, None, ""),
    ("trainable params: 9 || all params: 9 || trainable%: 100.0\n…\ntrainable params: 4 || all params: 13 || trainable%: 30.77", 4, 13, "30.77"),
    ("Non-trainable params: 5\ntrainable params: 4 || all params: 9", 4, 9, ""),
    ("2,252,800 Trainable params\n1,100,048,384 Non-trainable params\n1,102,301,184 Total params", 2252800, 1102301184, ""),
    (" Total params: 1,102,301,184 (4.11 GB)\n Trainable params: 2,252,800 (8.59 MB)\n Non-trainable params: 9", 2252800, 1102301184, ""),
    ("trainable params: 2252800.0 || all params: 1102301184 || trainable: 0.20437", 2252800, 1102301184, "0.20437"),
    ("It has 2,252,800 trainable parameters.", 2252800, None, ""),
    ("- **Trainable parameters:** 2,252,800", 2252800, None, ""),
    ("| Trainable params | 2,252,800 |\n| Total params | 1,102,301,184 |\n| Share | 0.2 |", 2252800, 1102301184, ""),
    ("| Total trainable params   |   |      | 2,252,800 |\n| Total non-trainable params |   |   | 9 |", 2252800, None, ""),
    ("- trainable params: `2,252,800`\n- all params: `1,102,301,184`", 2252800, 1102301184, ""),
    ("Loaded: 1,102,301,184 parameters, 2,252,800 trainable (0.20%)", 2252800, 1102301184, "0.20"),
    ("[36mtrainable params: 2,252,800 || all params: 1,102,301,184[0m", 2252800, 1102301184, ""),
])
def test_a_line_is_read_in_whatever_words_it_comes(text, trained, total, percent):
    found = read_line(text)
    assert (found.trainable, found.total, found.percent) == (Said(trained), None if total is None else Said(total), percent)


@pytest.mark.parametrize(("text", "trained", "total"), [
    ("PeftModelForCausalLM: 1102.3012M Params (2.2528M Trainable [0.2044%]), 0.0001M Buffers.", Said(2252800, 100), Said(1102301200, 100)),
    ("Trainable parameters: 0.204% (2.253M/1100.048M)", Said(2253000, 1000), Said(1100048000, 1000)),
    ("Total parameters 1100.048M\nTrainable parameters 0.819M\nIter 1: Val loss", Said(819000, 1000), Said(1100048000, 1000)),
    ("trainable params: ~2.3M, total params: 1.1B", Said(2300000, 10**5), Said(11 * 10**8, 10**8)),
    ("trainable params: 2k || all params: 1 million", Said(2000, 1000), Said(10**6, 10**6)),
    ("2.3 M     Trainable params\n1.1 B     Non-trainable params\n1.1 B     Total params", Said(2300000, 10**5), Said(11 * 10**8, 10**8)),
    ("Trainable params: 294 K      \nNon-trainable params: 125 M\nTotal params: 125 M", Said(294000, 1000, True), Said(125 * 10**6, 10**6, True)),
])
def test_a_rounded_number_is_held_to_its_last_place(text, trained, total):
    found = read_line(text)
    assert (found.trainable, found.total) == (trained, total)


def test_what_is_rounded_means_every_number_that_is_written_so():
    assert [number for number in range(2248, 2254) if Said(2250, 5).means(number)] == [2248, 2249, 2250, 2251, 2252]
    assert not Said(2250).means(2251)
    assert [number for number in (293999, 294000, 294999, 295000) if Said(294000, 1000, True).means(number)] == [294000, 294999]


@pytest.mark.parametrize("text", ["", "loss 0.3", "trainable", "params: 5 || all params: 6", "trainable params: 1.5 || all params: 3",
                                  "trainable params: many || all params: more", "non-trainable params: 5"])
def test_what_is_no_such_line_is_refused_in_one(text):
    with pytest.raises(Refusal, match="^log: .*"):
        read_line(text)


def test_a_long_log_is_read_at_once():
    for text in ("1" * 90_000, "1," * 50_000, "trainable params: 1" * 6000, "all params: 1 " * 7000 + "trainable", "| " * 40_000,
                 ("trainable params" + 20 * " " + "|" + 60 * " ") * 900):
        begun = time.process_time()
        with contextlib.suppress(Refusal):
            read_line(f"trainable params: {text}")
        assert time.process_time() - begun < 5


def told(text, question, configuration=TINY, **how):
    return [(finding.agrees, finding.text) for finding in check_line(read_line(text), configuration, question, **how)]


def test_rounded_lines_of_others_agree_with_the_exact_count():
    for text in ("PeftModelForCausalLM: 1102.3012M Params (2.2528M Trainable [0.2044%]), 0.0001M Buffers.",
                 "Trainable parameters: 0.205% (2.253M/1100.048M)"):
        assert all(agrees for agrees, _ in told(text, Question(16, "q_proj,v_proj")))
    wrong = told("PeftModelForCausalLM: 1102.3012M Params (2.2529M Trainable [0.2044%])", Question(16, "q_proj,v_proj"))
    assert not wrong[0][0]


def test_a_total_that_a_name_gives_is_known_for_one_unless_this_library_wrote_it():
    own = Question(16, "q_proj,v_proj")
    (_, first), (agrees, second), *_ = told("Trainable parameters = 2,252,800 of 1,100,000,000 (0.20% trained)", own)
    assert agrees and "from the name" in second and first.endswith("as counted")
    assert not told("trainable params: 2,252,800 || all params: 1,100,000,000", own)[1][0]


def test_a_total_without_the_adapter_is_said_to_be_the_base_alone():
    agrees, text = told("trainable params: 2,252,800 || all params: 1,100,048,384", Question(16, "q_proj,v_proj"))[1]
    assert not agrees and "the base alone" in text


@pytest.mark.parametrize(("more", "said"), [
    (2252800, "as 1 more of such adapters"), (3 * 2252800, "as 3 more of such adapters"), (9 * 2252800, "as 4,950 rows"),
    (2 * 2048 * 3, "as 3 rows of the vocabulary more give it"), (-2 * 2048, "as 1 row of the vocabulary fewer give it"),
    (-32000 * 2048 + 7 * 2048, "as a classifier of 7"), (12345, "another base, or another vocabulary"), (-2 * 2048 * 5000, "another base"),
])
def test_a_total_that_is_off_is_explained(more, said):
    text = told(f"trainable params: 2,252,800 || all params: {1102301184 + more}", Question(16, "q_proj,v_proj"))[1][1]
    assert said in text


def test_a_language_model_alone_is_known_for_one():
    model = public_model("qwen3.5-4b").configuration                  # a run over its text printed this
    line = "trainable params: 10,616,832 || all params: 4,216,368,128 || trainable%: 0.2518"
    found = told(line, Question(8, "q_proj,k_proj,v_proj,o_proj,gate_proj,up_proj,down_proj"), model)
    assert [agrees for agrees, _ in found] == [True, False, True] and "its language model alone" in found[1][1]


def test_packed_routers_are_packed_as_well():
    model = public_model("mixtral-8x7b").configuration
    answer = count_configuration(model, Question(4, "q_proj"))
    packed = answer.all_parameters - answer.halved - 32 * 8 * 4096 // 2
    assert all(agrees for agrees, _ in told(f"trainable params: {answer.trainable} || all params: {packed}", Question(4, "q_proj"), model))


@pytest.mark.parametrize(("trained", "said"), [
    (8 * 22 * (2048 + 2048 + 2048 + 5632), "rank 8 over q_proj,"),
    (10 * 2048, "10 × 2,048: no LoRA, but prompt tuning"), (7 * 2 * 22 * 2048, "7 × 90,112: no LoRA, but prefix tuning"),
])
def test_what_would_give_a_number_is_found_beyond_the_usual_targets(trained, said):
    assert any(text.startswith(said) for text in would_give(Said(trained), TINY, Question(1)))


def test_without_a_rank_the_total_is_held_against_the_base_all_the_same():
    found = told("trainable params: 2,252,800 || all params: 1,102,313,472 || trainable%: 0.2", Question(1), ranked=False)
    assert (True, "rank 16 over q_proj,v_proj gives 2,252,800") in found
    assert [agrees for agrees, _ in found][-2:] == [False, True] and "as 3 rows of the vocabulary more" in found[-2][1]
    halved = 1100048384 - 22 * (4 * 2048**2 - 2 * 2048 * (2048 - 256) + 3 * 2048 * 5632) // 2 + 2 * 2252800
    found = told(f"trainable params: 2252800.0 || all params: {halved} || trainable: 0.4", Question(1), ranked=False)
    assert "half of the 4,505,600" in found[0][1] and (True, "rank 32 over q_proj,v_proj gives 4,505,600") in found


def test_full_fine_tuning_is_known_for_one():
    line = "trainable params: 1,100,048,384 || all params: 1,100,048,384 || trainable%: 100.0000"
    whole, asked = told(line, Question(1), ranked=False), told(line, Question(8))
    assert all(agrees for agrees, _ in whole) and "full fine-tuning, or no adapter is on the model yet" in whole[0][1]
    assert [agrees for agrees, _ in asked] == [False, True, True]
    assert not told("trainable params: 1,100,048 || all params: 1,100,048", Question(1), ranked=False)[1][0]
    agrees, text = told("trainable params: 0 || all params: 1,100,048,384", Question(1), ranked=False)[0]
    assert not agrees and "nothing trains" in text


@pytest.mark.parametrize(("model", "trained", "more", "said"), [
    ("tinyllama-1.1b", 2252800 + 32000 * 2048, 0, "rank 16 over q_proj,v_proj, with embed_tokens trained whole,"),
    ("tinyllama-1.1b", 4505600 + 2 * 32000 * 2048, 0, "rank 32 over q_proj,v_proj, with embed_tokens and lm_head trained whole,"),
    ("bert-base", 12 * 2 * 16 * 1536 + 3 * 769, 3 * 769, "rank 16 over query,value, with the head of 3 classes trained whole,"),
    ("tinyllama-1.1b", 2252800 + 2048, 2048 - 32000 * 2048, "rank 16 over q_proj,v_proj, with the head of 1 class trained whole,"),
    ("gemma-3-12b", 8 * 48 * (4 * 3840 + 2 * (4096 + 2048) + 3 * (3840 + 15360)) + 27 * 3 * 8 * 2304, 0,
     "rank 8 over q_proj,k_proj,v_proj,o_proj,gate_proj,up_proj,down_proj"),
])
def test_what_trains_beside_the_pairs_is_tried_too(model, trained, more, said):
    configuration = public_model(model).configuration
    base = count_configuration(configuration, Question(1, "attention")).total_parameters + more
    text = f"trainable params: {trained:,} || all params: {base + trained:,}"
    for how in ({"ranked": False}, {}):
        assert any(one.startswith(said) for _, one in told(text, Question(2, "all"), configuration, **how))


@pytest.mark.parametrize(("model", "hidden", "layers", "head", "classes"), [
    ("roberta-large", 1024, 24, 1024 * 1025, 2), ("roberta-base", 768, 12, 768 * 769, 28), ("bert-base", 768, 12, 0, 7),
    ("all-minilm-l6-v2", 384, 6, 0, 150), ("deberta-v3-base", 768, 12, 0, 3),
])
def test_a_head_trained_whole_is_known_by_its_biases_whatever_the_total(model, hidden, layers, head, classes):
    targets = "query_proj,value_proj" if "deberta" in model else "query,value"
    trained = layers * 2 * 8 * 2 * hidden + head + classes * (hidden + 1)
    said = f"with the head of {classes} classes trained whole, gives {trained:,}"
    for total in (" || all params: 356,610,114", ""):
        found = told(f"trainable params: {trained:,}{total}", Question(1, targets), public_model(model).configuration, ranked=False)
        assert any(text.startswith(f"rank 8 over {targets}") and text.endswith(said) for _, text in found)
    odd = told(f"trainable params: {trained + 5 * hidden:,}", Question(1), public_model(model).configuration, ranked=False)
    assert odd == [(False, NOTHING)]


def test_a_percentage_of_nothing_is_no_number():
    assert "nothing to divide by" in told("trainable params: 0 || all params: 0 || trainable%: 0", Question(8))[-1][1]


def test_nothing_gives_an_odd_number():
    assert not list(would_give(Said(12345677), TINY, Question(1)))
    assert told("trainable params: 12345677 || all params: 1", Question(1))[-1] == (False, NOTHING)

