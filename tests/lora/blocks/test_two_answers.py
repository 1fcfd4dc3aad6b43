"""Configurations of all kinds, as text: Python and the calculator's script give the same answer, or both refuse.

Thousands are asked of a JavaScript engine; a sample is typed into the page in a browser (tests/browser).
"""

import json
import random

import pytest
from trust import short_or_long, tried

from derivations.counting.architecture import MODEL_TYPES, find, kinds
from derivations.counting.configuration import read
from derivations.counting.count import Question, count_configuration
from derivations.counting.inverse import parse_budget
from derivations.counting.refusal import Refusal
from derivations.counting.rules import DERIVED, layout_of

READ = """text => {
  const { configure, reckon, Refusal } = derivations.calculator, asked = { rank: 8n, targets: null, dtype: "bfloat16", setup: null, budget: null };
  try {
    const found = configure(data.en, text);
    return ["", "/fused"].map(suffix => {
      const layout = found.layout + suffix;
      if (!Object.hasOwn(data.en.layouts, layout)) return null;
      const result = reckon(data.en, { ...found, ...asked, layout });
      return [layout, String(result.full), String(result.lora), result.file === null ? null : String(result.file)];
    });
  } catch (refusal) { if (!(refusal instanceof Refusal)) throw refusal; return refusal.word; }
}"""

LLAMA = {"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,
         "num_key_value_heads": 2, "intermediate_size": 96, "vocab_size": 100}

FITTING = {"hidden_size": ("64", "96", "128", "4096"), "num_attention_heads": ("8", "8", "4", "12"), "num_key_value_heads": ("4", "2", "1", "8"),
           "num_hidden_layers": ("1", "2", "3", "8", "12", "24"), "num_experts": ("1", "2", "4", "8")}      # each layer's names are counted
GOOD = ("1", "2", "4", "8", "12", "64", "96", "128", "768", "4096")
ODD = ("1e2", "64.0", "6.4E1", "-0", "0", "-1", "1e400", "-1e400", "NaN", "Infinity", "-Infinity", "null", "true", "false", '"64"', "[]", "{}",
       "[2]", "[0, 2.0]", "[1e0]", "[true]", "[NaN]", '{"a": 64}', "1000000000", "1000000001", "9007199254740993", "1" + "0" * 40, "9" * 5000,
       "064", "00", "+64", "64E0", "64 ", "0x40", "1_0", "٣", "6 4", '"\\u0036"', '"\ud83d\ude00"', "[" * 300 + "]" * 300, "[" * 20_000 + "]" * 20_000, "64n", "'64'")
KEYS = ("__proto__", "constructor", "toString", "valueOf", "hasOwnProperty", "prototype", "__defineGetter__", "n64", "s", "", "#", "rope_theta",
        "hidden_size ", "Hidden_size", "hidden\\u005fsize", "text_config", "model_type\\u0000")


def agree(ask, text):
    """Check that the script reads a configuration as the command line does, or refuses it as well."""
    said = ask(READ, text)
    try:
        configuration = read(text)
    except Refusal:
        assert isinstance(said, str), text
        return
    assert not isinstance(said, str), (text, said)
    assert said[0][0] == layout_of(configuration)[0]
    for experts, shown in zip(("apart" if said[1] else None, "fused"), said, strict=True):
        if shown is None:
            continue                                        # no layout but the one that the family has
        try:
            count = count_configuration(configuration, Question(8, dtype="bfloat16", experts=experts))
        except Refusal:
            continue                                        # the model has no experts, or only dense layers
        size = count.adapter_file_bytes
        assert shown[1:] == [str(count.full), str(count.lora), None if size is None else str(size)], (text, experts)


def draws(draw):
    """Draw the text of a configuration: mostly a good one, with odd numbers, keys, doubles, and damage."""
    family = find(draw.choice(DERIVED))
    pairs = [("model_type", json.dumps(family.model_type))]
    for name, field in family.fields.items():
        if draw.random() < 0.02:
            continue
        good = (json.dumps(field.only) if field.only is not None else draw.choice(("true", "false")) if field.kind == kinds.FLAG
                else json.dumps(draw.sample(range(6), draw.randrange(3))) if field.kind == kinds.NUMBERS else draw.choice(FITTING.get(name, GOOD)))
        pairs.append((draw.choice(field.names), draw.choice(ODD) if draw.random() < 0.03 else good))
        if draw.random() < 0.02:
            pairs.append((draw.choice(field.names), draw.choice((good, *ODD))))
    for _ in range(draw.choice((0, 0, 0, 1, 2))):
        pairs.append((draw.choice(KEYS), draw.choice((*ODD, *GOOD))))
    draw.shuffle(pairs)
    space = draw.choice(("", " ", "\n", "\t", "\r\n")) if draw.random() < 0.9 else draw.choice(("\xa0", "\f", "\u2028", "/**/"))
    text = "{" + f",{space}".join(f'"{key}":{space}{value}' for key, value in pairs) + "}"
    if draw.random() < 0.06:
        at = draw.randrange(len(text))
        text = draw.choice((text[:at], text[:at] + draw.choice('"{}[],:\\\x00\x1f\ud800') + text[at:], text + text, "\ufeff" + text, text + ",",
                            text + "\n\n", f"[{text}]", text[::-1], text[:-1] + ",}"))
    return text


def test_python_and_the_script_give_one_answer(ask):
    draw = random.Random(17)
    many, read_well = short_or_long(500, 5_000), 0
    for _ in range(many):
        text = draws(draw)
        agree(ask, text)
        try:
            read(text)
            read_well += 1
        except Refusal:
            pass
    assert many // 20 < read_well < many - many // 20         # both kinds are asked
    tried("configurations", many)


@pytest.mark.parametrize("number", ODD)
@pytest.mark.parametrize("key", ["rope_theta", "__proto__", "constructor", "hidden_size", "vocab_size", "model_type"])
def test_an_odd_value_means_the_same_to_both(ask, key, number):
    text = json.dumps({**LLAMA, key: "@"}).replace('"@"', number)
    agree(ask, text)


@pytest.mark.parametrize("text", [
    "\ufeff" + json.dumps(LLAMA), json.dumps(LLAMA) + "\ufeff", json.dumps(LLAMA)[:-1] + ', "hidden_size": 128}',
    '{"hidden_size": "x", ' + json.dumps(LLAMA)[1:], json.dumps(LLAMA)[:-1] + ', "deep": ' + "[" * 10_000 + "]" * 10_000 + "}",
    json.dumps(LLAMA)[:-1] + ', "deep": ' + '{"a":' * 10_000 + "1" + "}" * 10_000 + "}", '{"a":' * 10_000, json.dumps(LLAMA).replace("64", "6\x004"),
    json.dumps(LLAMA)[:-1] + ', "__proto__": {"hidden_size": 128}}', '{"model_type": "llama", "model_type": "gpt2"}', json.dumps([LLAMA]),
])
def test_odd_texts_mean_the_same_to_both(ask, text):
    agree(ask, text)


@pytest.mark.parametrize("config", [
    # the layers alternate, and there are too many to look at each
    {"model_type": "qwen3_moe", "hidden_size": 1, "num_hidden_layers": 11008, "num_attention_heads": 1, "vocab_size": 1,
     "intermediate_size": 1, "num_key_value_heads": 1, "num_experts": 1, "moe_intermediate_size": 1, "decoder_sparse_step": 2},
    # heads × head_dim is beyond what a float holds exactly
    {"model_type": "llama", "hidden_size": 3, "num_hidden_layers": 1, "vocab_size": 1, "intermediate_size": 1,
     "num_attention_heads": 999_999_937, "num_key_value_heads": 999_999_937, "head_dim": 999_999_929},
], ids=lambda config: config["model_type"])
def test_a_configuration_at_an_edge_is_read_as_the_command_line_reads_it(ask, config):
    agree(ask, json.dumps(config))


@pytest.mark.parametrize("model_type", sorted(set(MODEL_TYPES) - set(DERIVED)))
def test_a_family_that_only_the_command_line_counts_is_refused_by_name(ask, model_type):
    assert ask(READ, json.dumps({"model_type": model_type, "hidden_size": 64})) == "bad_type"


@pytest.mark.parametrize("text", [
    "", "null", "[]", "1", '"x"', "{", '{"model_type": "mamba"}', '{"model_type": {"__proto__": 1}}', '{"model_type": "__proto__"}',
    '{"model_type": "constructor"}', '{"model_type": "toString"}', '{"__proto__": {"model_type": "llama"}}', "[" * 90_000,
    '{"model_type": "llama", "hidden_size": "<img src=x onerror=alert(1)>"}', '{"model_type": "llama", "hidden_size": 1e400}',
    '{"a":' * 5000, '{"model_type": "llama", "hidden_size": 4096.5}', '{1: 2}', '{"model_type": 5}', '{"model_type": null}',
    '{"model_type": "llama", "__proto__": 3, "constructor": {"hidden_size": 64}}',
])
def test_a_hostile_configuration_is_refused_by_both(ask, text):
    assert ask(READ, text) in {"bad_json", "bad_long", "bad_type", "bad_missing", "bad_field"}
    agree(ask, text)


@pytest.mark.parametrize(("text", "word"), [
    ("```json\n{}\n```", "bad_marks"), ('{\n// size\n"model_type": "llama"}', "bad_marks"),
    ('{"model_type": "llama", // base\n"hidden_size": 64}', "bad_marks"), ('{"model_type": "llama" /* base */}', "bad_marks"),
    ('{"auto_map": "https://hub.example/a", "model_type": "llama"', "bad_json"),
    ('{"model_type": "gemma3", "text_config": {"model_type": "gemma3_text"}}', "bad_inner"), ("x" * 100_001, "bad_long"),
])
def test_what_is_nearly_a_configuration_is_told_what_to_do(ask, text, word):
    assert ask(READ, text) == word


@pytest.mark.parametrize("key", ["__proto__", "constructor", "toString", "hasOwnProperty", "#", "n64"])
def test_keys_that_no_family_reads_change_nothing(ask, key):
    text = json.dumps({**LLAMA, "@": 5, "inner": {"hidden_size": 1.5, "x": [1e3, "2.5", 'a"b']}}).replace('"@"', json.dumps(key))
    assert ask(READ, text)[0][:2] == ["llama", str(count_configuration(read(json.dumps(LLAMA)), Question(8)).full)]
    agree(ask, text)


# Budgets ------------------------------------------------------------------------------------------------------------

BUDGETS = """texts => texts.map(text => { const found = derivations.calculator.budget(text, data.en.rules);
  return found && [found.kind, derivations.exact.show(found.amount)]; })"""


SIGNS = (",", ".", " ", "_", "'", "’", "\u202f", "\u00a0", "__", ", ", "·", "٫")


def budgets(draw):
    """Draw budgets that people write, and some that they don't; words such as million are a language's, and the page's alone."""
    digits = draw.choice(("1", "10", "1.5", "40", "0.25", ".5", "1,000", "1_000", "12,345,678", "0", "1e6", "2.5e6", "1e+9", "1E3", "1e99",
                          "1e-3", "1.", "1..2", "", "007", "9" * 40, "".join(draw.choices("0011235.,_' \u00a0", k=draw.randint(1, 9))),
                          f"{draw.randrange(1000)}{draw.choice(SIGNS)}{draw.choice(('00', '000', '0000', '500', '5', '000.5', '000,5', '000 000'))}"))
    unit = draw.choice(("", "k", "K", "M", "m", "B", "G", "T", "KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "mib", "%", "megabytes", "megabyte", "Mebibytes",
                        "kilobytes", "gibibytes", "MBs", "bytes", "params", "°", "%%", "E"))
    return draw.choice(("", " ")) + digits + draw.choice(("", " ", "  ")) + unit + draw.choice(("", " "))


def test_a_budget_is_read_alike(ask):
    draw = random.Random(3)
    texts = sorted({budgets(draw) for _ in range(short_or_long(1500, 8000))})
    for text, said in zip(texts, ask(BUDGETS, texts), strict=True):
        try:
            found = parse_budget(text)
            assert said == [found.kind, str(found.amount)], text
        except Refusal:
            assert said is None, (text, said)
    for text, amount in (("1,00", "1"), ("1,000", "1000"), ("1.000,5", "2001/2"), ("1 000", "1000"), ("1,5 GB", "1500000000"), ("1 00", None), ("1,00,0", None)):
        [said] = ask(BUDGETS, [text])
        assert (said and said[1]) == amount, text             # by hand, so that both are not wrong together
    tried("budgets", len(texts))
