"""The calculator in a real browser against Python: every model, rank, target set and type, pasted configurations, numbers written."""

import json
import random
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from derivations.counting.architecture import MODEL_TYPES
from derivations.counting.catalogue import catalogue
from derivations.counting.configuration import configure
from derivations.counting.count import Question, count_configuration
from derivations.counting.inverse import parse_budget, rank_within
from derivations.counting.refusal import Refusal
from derivations.exact import NUMBER, RATIO, Unit
from derivations.language import Form
from derivations.lora.blocks.calculator import Writer, calculator_data, groups, reckon
from derivations.lora.blocks.layouts import layout_of

LANGUAGES = ("en", "es")
RUN = """([lang, states]) => states.map(([label, state]) => {
  const { calculator, answers } = derivations, data = window.data[lang];
  const full = { ...state, rank: BigInt(state.rank), budget: calculator.budget(state.budgetText, data.rules) };
  const result = calculator.reckon(data, full);
  return [calculator.cells(data, result), calculator.sentence(data, label, full.rank, result),
          calculator.fits(data, state.budgetText, result), String(result.full), String(result.lora), String(result.fits)];
})"""


@pytest.fixture(scope="session")
def calculator(scripts, book):
    """The scripts with the data of both languages."""
    for lang in LANGUAGES:
        scripts.evaluate("([lang, text]) => { (window.data ??= {})[lang] = JSON.parse(text); }",
                         [lang, calculator_data(book.context, book.languages[lang])])
    return scripts


def states():
    """Every model, its experts apart and fused, with every whole part, single module and some random sets, at ranks
    small and huge."""
    draw = random.Random(7)
    layouts = _calculator().layouts
    kinds = [(one, layout) for one in _calculator().models for layout in (one.layout, f"{one.layout}/fused")]
    for model, layout in kinds:
        if layout not in layouts:
            continue
        names = [group.name for group in groups(layouts[layout])]
        parts = {part: [g.name for g in groups(layouts[layout]) if g.part == part] for part in ("attention", "mlp")}
        sets = [None, *parts.values(), *([name] for name in names)]
        sets += [sorted(draw.sample(names, draw.randint(1, len(names)))) for _ in range(4)]
        for targets in sets:
            for rank in (1, 8, draw.randint(2, 512), 10**9):
                yield model, {
                    "layout": layout, "inputs": dict(model.inputs), "rank": rank, "targets": targets,
                    "dtype": draw.choice(list(_calculator().dtypes)), "account": draw.choice(list(_calculator().accounts)),
                    "budgetText": draw.choice(["10M", "40MB", "38MiB", "1%", "123456789", "2GiB", "1000"]),
                }


def asked(state, rank=None):
    """The command line's question: fused experts go by the names of the Linears that they hold."""
    layout, experts = state["layout"], "fused" if state["layout"].endswith("/fused") else "apart"
    targets = "all" if state["targets"] is None else tuple(
        name for group in groups(_calculator().layouts[layout]) if group.name in state["targets"]
        for name in group.targets or (group.name,))
    return Question(state["rank"] if rank is None else rank, targets, state["dtype"], experts)


def _calculator():
    from derivations.lora.blocks.layouts import calculator

    return calculator()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_browser_and_build_fill_the_same_cells(calculator, book, lang):
    swept = list(states())
    assert len(swept) > 2000
    said = calculator.evaluate(RUN, [lang, [[model.label, {**state, "rank": str(state["rank"])}] for model, state in swept]])
    writer = Writer(book.context, book.languages[lang], _calculator())
    for (model, state), (cells, sentence, fits, *_) in zip(swept, said, strict=True):
        matrices = {key: state[key] for key in ("targets", "dtype", "account")}
        free = reckon(_calculator(), state["layout"], state["inputs"], state["rank"], **matrices)
        budget = parse_budget(state["budgetText"]).in_parameters(free.full, _calculator().dtypes[state["dtype"]])
        result = reckon(_calculator(), state["layout"], state["inputs"], state["rank"], **matrices, budget=budget)
        assert cells == dict(writer.cells(result)), (model.name, state)
        assert sentence == writer.sentence(model.label, state["rank"], result)
        assert fits == writer.fits(state["budgetText"], result)


def test_browser_and_command_line_count_alike(calculator):
    swept = [(model, state) for model, state in states() if state["rank"] < 10**9]
    said = calculator.evaluate(RUN, ["en", [[model.label, {**state, "rank": str(state["rank"])}] for model, state in swept]])
    compared = 0
    for (model, state), (cells, _, _, full, lora, fits) in zip(swept, said, strict=True):
        configuration = catalogue()[model.name].configuration
        question = asked(state)
        count = count_configuration(configuration, question)
        assert (int(full), int(lora)) == (count.full, count.lora), (model.name, state)
        assert cells["size.bytes"].replace(",", "") == str(count.adapter_bytes)
        assert cells["file.bytes"].replace(",", "") == str(count.adapter_file_bytes), (model.name, state)
        if count.idealised:
            assert cells["full.ideal"].replace(",", "") == str(count.idealised.full)
            assert cells["lora.ideal"].replace(",", "") == str(count.idealised.lora)
        else:
            assert cells["full.ideal"] == "none", (model.name, state)
        try:
            assert int(fits) == rank_within(configuration, question, parse_budget(state["budgetText"])).rank
            compared += 1
        except Refusal:
            assert int(fits) == 0 or int(fits) > 10**9
    assert compared > 500


# Pasted configurations ----------------------------------------------------------------------------------------------

CONFIGURE = """text => {
  try { const found = derivations.calculator.configure(window.data.en, text); return [found.layout, found.inputs, null]; }
  catch (refusal) { if (!(refusal instanceof derivations.calculator.Refusal)) throw refusal; return [null, null, refusal.word]; }
}"""
RECKON = """([text, suffix]) => {
  const { configure, reckon, budget } = derivations.calculator, found = configure(window.data.en, text), layout = found.layout + suffix;
  if (!(layout in window.data.en.layouts)) return null;
  const result = reckon(window.data.en, { ...found, layout, rank: 8n, targets: null, dtype: "bfloat16", account: "mixed", budget: budget("1M", window.data.en.rules) });
  return [String(result.full), String(result.lora), result.file === null ? null : String(result.file)];
}"""

sizes = st.sampled_from([1, 2, 4, 6, 8, 12, 32, 64, 96, 128, 768, 4096, 11008, 10**9])
odd = st.one_of(st.none(), st.booleans(), st.text(max_size=4), st.just(-1), st.just(0), st.just(10**9 + 1), st.just([1]),
                st.just([]), st.just({}), st.just(2.5), st.just([0, 2]))


@st.composite
def configurations(draw):
    """Configurations of a known family, with fields left out, spelled otherwise, or holding what they shouldn't."""
    from derivations.counting.architecture import find

    family = find(draw(st.sampled_from(MODEL_TYPES)))
    config = {"model_type": family.model_type}
    for field in family.fields.values():
        if draw(st.integers(0, 9)) == 0:
            continue
        value = field.only if field.only is not None else (
            draw(st.booleans()) if field.kind == "true or false" else
            draw(st.lists(st.integers(0, 5), max_size=3)) if field.kind == "a list of integers" else draw(sizes))
        config[draw(st.sampled_from(field.names))] = draw(odd) if draw(st.integers(0, 40)) == 0 else value
    return config


@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
@given(config=configurations())
@example(config={  # the layers alternate, and there are too many to look at each
    "model_type": "qwen3_moe", "hidden_size": 1, "num_hidden_layers": 11008, "num_attention_heads": 1, "vocab_size": 1,
    "intermediate_size": 1, "num_key_value_heads": 1, "num_experts": 1, "moe_intermediate_size": 1, "decoder_sparse_step": 2})
def test_a_pasted_configuration_is_read_as_the_command_line_reads_it(calculator, config):
    layout, inputs, refused = calculator.evaluate(CONFIGURE, json.dumps(config))
    try:
        key, numbers = layout_of(configure(config))
    except Refusal:
        assert refused is not None, config
        return
    assert refused is None, (config, refused)
    assert layout == key
    sizes_read = {name: number for name, number in inputs.items() if name in numbers}
    assert sizes_read == {name: numbers[name] for name in sizes_read}
    result = reckon(_calculator(), layout, inputs, 8)
    assert result.full == count_configuration(configure(config), Question(8)).full
    for suffix, experts in (("", "apart"), ("/fused", "fused")):
        said = calculator.evaluate(RECKON, [json.dumps(config), suffix])
        try:
            count = count_configuration(configure(config), Question(8, dtype="bfloat16", experts=experts))
        except Refusal:
            continue                                    # the model has no experts, or only dense layers
        size = count.adapter_file_bytes
        assert said == [str(count.full), str(count.lora), None if size is None else str(size)], (config, experts)


@pytest.mark.parametrize("text", [
    "", "null", "[]", "1", '"x"', "{", '{"model_type": "mamba"}', '{"model_type": {"__proto__": 1}}', '{"model_type": "__proto__"}',
    '{"model_type": "constructor"}', '{"model_type": "toString"}', '{"__proto__": {"model_type": "llama"}}',
    '{"model_type": "llama", "hidden_size": "<img src=x onerror=alert(1)>"}', '{"model_type": "llama", "hidden_size": 1e400}',
    "[" * 5000, '{"a":' * 5000, "x" * 200_000, '{"model_type": "llama", "hidden_size": 4096.5}',
])
def test_a_hostile_configuration_is_refused_by_name(calculator, text):
    assert calculator.evaluate(CONFIGURE, text)[2] in {
        "bad_json", "bad_long", "bad_type", "bad_missing", "bad_field"}


# Numbers written ----------------------------------------------------------------------------------------------------

WRITE = """([lang, numbers]) => numbers.map(([text, form, argument]) => {
  const { exact } = derivations, x = exact.parse(text), rules = window.data[lang].rules, w = exact.write;
  return form in rules.sizes ? w.size(x, rules, form) : argument ? w[form](x, rules, argument) : w[form](x, rules);
})"""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_browser_and_language_write_the_same_characters(calculator, book, lang):
    draw = random.Random(lang)
    language, asked = book.languages[lang], []
    for _ in range(4000):
        number = Fraction(draw.randint(0, 10 ** draw.randint(1, 16)), draw.choice([1, 1, 2, 3, 8, 1000, 1024, 10**6, draw.randint(1, 10**9)]))
        form = draw.choice(["exact", "plain", "short", "percent", "digits", "MB", "MiB", "GB", "GiB"])
        asked.append((number, form, draw.randint(1, 6) if form in ("percent", "digits") else 0))
    said = calculator.evaluate(WRITE, [lang, [[str(n), form, argument] for n, form, argument in asked]])
    for (number, form, argument), text in zip(asked, said, strict=True):
        exact = number.numerator if number.denominator == 1 else number
        unit = Unit("byte") if form[-1] == "B" else RATIO if form == "percent" else NUMBER
        forms = () if form == "plain" else (Form(form, (argument,) if argument else ()),)
        assert text == language.number(exact, forms, unit).text, (number, form, argument)
