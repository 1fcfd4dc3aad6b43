"""The calculator's script against the count: every model, rank, target set and type, and configurations of all kinds.

The script runs in the engine of a browser, without one; a sample is asked of the real browser (tests/browser).
"""

import random
from fractions import Fraction

import pytest

from derivations.counting.architecture.decoder import total
from derivations.counting.catalogue import catalogue
from derivations.counting.count import Question, count_configuration
from derivations.counting.rules import FUSED, groups, layout_of, layouts
from derivations.counting.safetensors import DTYPES
from derivations.counting.setup import ATTENTIONS, BASES, OPTIMIZERS, TYPES, Setup
from derivations.exact import NUMBER, RATIO, Unit
from derivations.language import Form
from derivations.lora.blocks.calculator import BLOCK, DEFAULT, Writer, answer
from derivations.lora.course import COURSE

LANGUAGES = ("en", "es")
RUN = """([lang, states]) => states.map(([label, state]) => {
  const { calculator } = derivations, full = { ...state, rank: BigInt(state.rank), budget: calculator.budget(state.budgetText, data.en.rules) };
  const result = calculator.reckon(data[lang], full);
  return [calculator.cells(data[lang], result), calculator.sentence(data[lang], label, full.rank, result), calculator.fits(data[lang], full, result)];
})"""


def states():
    """Every model, experts apart and fused, with every whole part, single module and some random sets, at ranks small and huge."""
    draw = random.Random(7)
    for name, model in catalogue().items():
        layout, sizes = layout_of(model.configuration)
        kinds = (("apart", layout), ("fused", f"{layout}/fused")) if f"{layout}/fused" in layouts() else ((None, layout),)
        for experts, key in kinds:
            known = groups(layouts().get(key, ()))
            parts = [names for part in ("attention", "mlp") if (names := [one.name for one in known if one.part == part])]
            sets = [None, *parts, *([one.name] for one in known)] if known else []
            sets += [sorted(draw.sample([one.name for one in known], draw.randint(1, len(known)))) for _ in range(2) if known]
            for targets in sets:
                wanted = "all" if targets is None else tuple(
                    target for one in known if one.name in targets for target in one.targets)
                for rank in (1, 8, draw.randint(2, 512), 10**9):
                    question = Question(rank, wanted, draw.choice(list(DTYPES)), experts)
                    yield name, question, {
                        "layout": key, "inputs": sizes, "rank": str(rank), "targets": targets, "dtype": question.dtype,
                        "name": name, "setup": None,
                        "budgetText": draw.choice(["10M", "40MB", "38MiB", "1%", "123456789", "2GiB", "1000"]),
                    }


@pytest.fixture(scope="module")
def counted():
    """Every state, counted once for all languages."""
    return [(name, state, answer(catalogue()[name].configuration, question, state["budgetText"], None)) for name, question, state in states()]


@pytest.mark.parametrize(("lang", "every"), list(zip(LANGUAGES, (1, 5), strict=True)))
def test_script_and_count_fill_the_same_cells(ask, book, counted, lang, every):
    """A second language writes the same numbers: a fifth of them is asked."""
    swept = counted[::every]
    assert len(swept) > 1500 / every
    said = ask(RUN, [lang, [[catalogue()[name].label, state] for name, state, _ in swept]])
    writer = Writer(book.context, book.languages[lang])
    for (name, state, found), (cells, sentence, fits) in zip(swept, said, strict=True):
        assert cells == dict(writer.cells(found)), (name, state)
        assert sentence == writer.sentence(catalogue()[name].label, found.count)
        assert fits.startswith(writer.fits(state["budgetText"], found)), (name, state)


def test_a_budget_of_bytes_says_what_the_file_of_that_rank_takes(ask):
    (model,) = [one for name, one in catalogue().items() if name == "llama-2-7b"]
    layout, sizes = layout_of(model.configuration)
    state = {"layout": layout, "inputs": sizes, "rank": "1", "targets": None, "dtype": "float16", "setup": None, "budgetText": "50MB"}
    ((_, _, fits), (_, _, roomy)) = ask(RUN, ["en", [[model.label, state], [model.label, {**state, "budgetText": "51 MB"}]]])
    rank = 50_000_000 // 2 // count_configuration(model.configuration, Question(1)).lora
    size = count_configuration(model.configuration, Question(rank, dtype="float16")).adapter_file_bytes
    assert f"rank {rank}:" in fits
    assert 50_000_000 < size < 51_000_000                   # the header is what the budget doesn't pay for
    assert fits.endswith(f"it takes {size:,} bytes: with the header, which comes on top, this rank is over the budget.")
    assert f"rank {rank}:" in roomy and roomy.endswith(f"header included, it takes {size:,} bytes.")


def test_the_textbook_layer_is_counted_as_the_course_s_formulas_count_it(ask):
    run = """states => states.map(([h, L, r]) => {
      const state = { layout: "textbook", inputs: { h, L }, rank: BigInt(r), targets: null, dtype: "float32", setup: null, budget: null };
      const result = derivations.calculator.reckon(data.en, state);
      return [String(result.full), String(result.lora), derivations.calculator.fits(data.en, state, result)];
    })"""
    sizes = [(h, layers, rank) for h in (1, 768, 4096, 10**9) for layers in (1, 32, 10**9) for rank in (1, 8, 10**9)]
    for (h, layers, rank), (full, lora, fits) in zip(sizes, ask(run, sizes), strict=True):
        assert int(full) == COURSE.formulas["model.full"](h=h, L=layers).exact
        assert int(lora) == COURSE.formulas["model.lora"](h=h, L=layers, r=rank).exact
        assert fits == ""                                   # without a budget nothing is asked


def test_the_block_opens_with_a_model_whose_numbers_are_known(book):
    name, rank, budget = DEFAULT
    shown = answer(catalogue()[name].configuration, Question(rank), str(budget))
    assert shown.count.lora == 19_988_480                   # as the field's library prints it
    assert (shown.fits, shown.affordable) == (4, 10_000_000)
    for lang, printed in (("en", "19,988,480"), ("es", "19\u202f988\u202f480")):
        assert f'data-cell="lora.exact">{printed}<' in BLOCK.html(book.context, "", book.languages[lang])


# Memory -------------------------------------------------------------------------------------------------------------


def setups():
    """Every model that is modelled, and some that aren't, with settings of all kinds."""
    draw = random.Random(11)
    for name, model in catalogue().items():
        plain, sizes = layout_of(model.configuration)
        fused = [(plain + FUSED, base) for base in BASES if plain + FUSED in layouts()]     # what is quantized is another
        for layout, base in ((plain, draw.choice(BASES)), (plain, draw.choice(BASES)), *fused):
            setup = Setup(
                batch=draw.choice([1, 3, 16]), length=draw.choice([128, 2048, 5000]), base=base, adapter=draw.choice(list(TYPES)),
                optimizer=draw.choice(OPTIMIZERS), autocast=draw.random() < 0.5, attention=draw.choice(ATTENTIONS), checkpointing=draw.random() < 0.5)
            names = [one.name for one in groups(layouts()[layout])]
            targets = draw.choice([None, sorted(draw.sample(names, draw.randint(1, len(names))))]) if names else None
            state = {
                "layout": layout, "inputs": sizes, "name": name, "rank": str(draw.choice([1, 8, 64])), "targets": targets, "dtype": "float32", "budgetText": "10M",
                "setup": {"base": setup.base, "adapter": setup.adapter, "optimizer": setup.optimizer, "attention": setup.attention, "batch": setup.batch,
                          "length": setup.length, "autocast": "yes" if setup.autocast else "no", "checkpointing": "yes" if setup.checkpointing else "no"},
            }
            wanted = "all" if targets is None else tuple(t for one in groups(layouts()[layout]) if one.name in targets for t in one.targets)
            yield model, Question(int(state["rank"]), wanted, experts="fused" if layout != plain else None), setup, state


@pytest.fixture(scope="module")
def accounts():
    """Setups, and what is counted of each, which no language changes."""
    return [(model, setup, state, answer(model.configuration, question, state["budgetText"], setup)) for model, question, setup, state in setups()]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_script_and_derive_memory_account_alike(ask, book, accounts, lang):
    assert len({setup.base for _, setup, _, _ in accounts}) == len(BASES)
    said = ask(RUN, [lang, [[model.label, state] for model, _, state, _ in accounts]])
    writer = Writer(book.context, book.languages[lang])
    for (model, setup, state, counted), (cells, _, _) in zip(accounts, said, strict=True):
        assert cells == dict(writer.cells(counted, setup)), (model.name, state)


def test_the_script_knows_every_size_and_every_whole_model(ask):
    """A whole model by its published total's parts: families by their own sums, flags set and not."""
    run = """asked => asked.map(([layout, inputs, flags]) => { const r = derivations.calculator.reckon(data.en, { layout, inputs, flags, rank: 1n, targets: null, dtype: "float32", setup: null, budget: null }); return r.parameters === null ? null : String(r.parameters); })"""
    asked, totals = [], []
    for model in catalogue().values():
        configuration = model.configuration
        layout, numbers = layout_of(configuration)
        for flip in ("", "tie_word_embeddings", "attention_bias", "mlp_bias", "qk_layernorm", "parallel"):
            if flip and (flip not in configuration.family.fields or configuration.family.fields[flip].only is not None):
                continue
            dimensions = configuration.dimensions if not flip else configuration.dimensions._replace(**{flip: not getattr(configuration.dimensions, flip)})
            asked.append([layout, numbers, {name: value for name, value in dimensions._asdict().items() if isinstance(value, bool)}])
            totals.append(str(int(total(configuration.family.build(dimensions)))))
    said = ask(run, asked)
    assert len(asked) > 70
    assert sum(one is None for one in said) < 0.2 * len(asked)
    assert [one for one, exact in zip(said, totals, strict=True) if one not in (None, exact)] == []


# Budgets ------------------------------------------------------------------------------------------------------------

BUDGET = """([lang, texts]) => texts.map((text) => { const found = derivations.calculator.budget(text, data[lang].rules); return found && [found.kind, derivations.exact.show(found.amount)]; })"""


@pytest.mark.parametrize("text", ["constructor", "1 __proto__", "1 constructor", "1toString", "1valueOf", "1e400", "1e-3", "-5", "0", "0M", "5 %%", "1KK", "K", ""])
def test_no_odd_word_is_a_budget(ask, text):
    assert ask(BUDGET, ["en", [text]]) == [None]


@pytest.mark.parametrize(("lang", "text", "kind", "amount"), [
    ("en", "1,000", "parameters", "1000"), ("en", "1.000", "parameters", "1"), ("es", "1.000", "parameters", "1000"),
    ("en", "1e6", "parameters", "1000000"), ("es", "2,5e6", "parameters", "2500000"), ("en", "50 megabytes", "bytes", "50000000"),
    ("es", "50 mebibytes", "bytes", str(50 * 2**20)), ("en", "1 GiB", "bytes", str(2**30)), ("en", "0.5%", "share", "1/200"),
    ("en", "10 million", "parameters", "10000000"), ("es", "10 millones", "parameters", "10000000"),
])
def test_a_budget_is_read_as_the_page_s_language_writes_it(ask, lang, text, kind, amount):
    assert ask(BUDGET, [lang, [text]]) == [[kind, amount]]


# Numbers written ----------------------------------------------------------------------------------------------------

WRITE = """([lang, numbers]) => numbers.map(([text, form, argument]) => {
  const { exact } = derivations, x = exact.parse(text), rules = data[lang].rules, w = exact.write;
  return form in rules.sizes ? w.size(x, rules, form) : argument ? w[form](x, rules, argument) : w[form](x, rules);
})"""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_script_and_language_write_the_same_characters(ask, book, lang):
    draw = random.Random(lang)
    language, asked = book.languages[lang], []
    for _ in range(4000):
        number = Fraction(draw.randint(0, 10 ** draw.randint(1, 16)), draw.choice([1, 1, 2, 3, 8, 1000, 1024, 10**6, draw.randint(1, 10**9)]))
        form = draw.choice(["exact", "plain", "short", "percent", "digits", "MB", "MiB", "GB", "GiB"])
        asked.append((number, form, draw.randint(1, 6) if form in ("percent", "digits") else 0))
    said = ask(WRITE, [lang, [[str(n), form, argument] for n, form, argument in asked]])
    for (number, form, argument), text in zip(asked, said, strict=True):
        exact = number.numerator if number.denominator == 1 else number
        unit = Unit("byte") if form[-1] == "B" else RATIO if form == "percent" else NUMBER
        forms = () if form == "plain" else (Form(form, (argument,) if argument else ()),)
        assert text == language.number(exact, forms, unit).text, (number, form, argument)
