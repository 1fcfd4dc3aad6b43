"""The counting commands of `derive`: `count`, `inspect`, `check-log`, `rank` and `models`.

Each imports what it needs when it runs, so that an answer comes at once.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import click

from derivations.counting.options import (
    Answering,
    ModelName,
    asked_of_a_model,
    read_asked,
    read_model,
    read_options,
    read_ranks,
    stored,
    text_of,
    trained_besides,
)
from derivations.counting.question import Question
from derivations.counting.refusal import Refusal
from derivations.counting.safetensors import DTYPES
from derivations.counting.told import as_asked, print_answers, print_count, print_filed, print_rank
from derivations.counting.trainer import in_last_layers
from derivations.terminal import print_json, print_rows, print_table

FORMS = ("table", "json", "csv", "md")


@click.command(cls=Answering)
@asked_of_a_model
@stored
@click.argument("others", nargs=-1, metavar="[MODEL…]")
@click.option("-r", "--rank", "ranks", metavar="R", help="The rank of every pair; several, with commas between.")
@click.option("--tensors", metavar="FILE", help="A .safetensors or .gguf file, an index, or a folder, for MODEL.")
@click.option("--base-dtype", type=click.Choice([*DTYPES]), default="float32", show_default=True,
              help="How the base is stored, and with it what the file holds of it.")
@trained_besides
@click.option("--format", "form", type=click.Choice(FORMS), default="table", show_default=True,
              help="How several answers are written.")
def count(  # noqa: PLR0917 - Click passes every option by its name
    model: str | None, others: tuple[str, ...], config: str | None, ranks: str | None, adapter: str | None,
    as_json: bool, form: str, tensors: str | None, **options: Any,
) -> None:
    """Count the parameters that LoRA trains in a model: of this name, or at this path (configuration, or weights).

    Examples: `derive count llama-2-7b --rank 8`, `derive count gpt2 -r 16 -t attention --json`,
    `derive count --config config.json -r 8 -t q_proj,v_proj`, `derive count gpt2 gpt2-xl -r 8,16 --format csv`,
    `derive count --adapter adapter_config.json`, `derive count ./transformer -r 16 -t to_q,to_k,to_v,to_out.0`.
    """
    from derivations.counting.count import count_configuration

    asked = read_asked(options, adapter, model, *others, given=config or tensors)
    numbers = read_ranks(ranks) if ranks is not None else () if asked.rank is None else (asked.rank,)
    if not numbers:
        raise click.UsageError("Missing option '-r' / '--rank'.")
    answers = []
    for name in asked.models or (None,):
        called, configuration = read_model(name, config, tensors)
        for number in numbers:
            answer = count_configuration(
                configuration, Question(number, **in_last_layers(asked.options, configuration)), model=called)
            answers.append(answer._replace(notes=(*answer.notes, *asked.notes)))
    if form != "table" or len(answers) > 1:
        print_answers(answers, "json" if as_json else form)
    elif as_json:
        print_json(answers[0].as_json())
    else:
        print_count(answers[0], as_asked(asked.options["targets"]), configuration)


@click.command(cls=Answering)
@click.argument("file", type=click.Path())
@click.argument("model", required=False, type=ModelName())
@click.option("--config", metavar="FILE", help="A config.json in the place of MODEL.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def inspect(file: str, model: str | None, config: str | None, as_json: bool) -> None:
    """Say what an adapter's .safetensors or .gguf holds, from its header alone; beside MODEL, what of it doesn't fit.

    FILE may be the adapter's folder, an index or a shard; whoever wrote it: PEFT, diffusers, kohya, LyCORIS, mlx-lm,
    torchtune, llama.cpp. An adapter_config.json beside the weights is held against them. Exits with 1 where something
    is missing, of the wrong shape, or not as its configuration says.
    """
    from pathlib import Path

    from derivations.counting.inspection import inspected

    if model is not None and not os.path.exists(os.path.expanduser(file)) and os.path.exists(os.path.expanduser(model)):
        file, model = model, file                            # in the other order, nothing would be there
    base = read_model(model, config)[1].decoder if model or config else None
    found = inspected(Path(file), base, lambda path: text_of(path, "adapter_config.json"))
    if as_json:
        print_json(found.as_json())
    else:
        print_filed(found)
    sys.exit(1 if found.faults else 0)


@click.command("check-log", cls=Answering)
@click.argument("line")
@asked_of_a_model
@stored
@click.option("-r", "--rank", type=int, metavar="R", help="The rank that the run is said to have; without it, those "
              "that would give the line.")
@trained_besides
def check_log(  # noqa: PLR0917 - as above
    line: str, model: str | None, config: str | None, rank: int | None, adapter: str | None, as_json: bool,
    **options: Any,
) -> None:
    """Check a line 'trainable params: … || all params: … || trainable%: …' against a model, a rank and targets.

    LINE may be a whole log or its file, and - is standard input: the last such line is taken, also as Unsloth, ms-swift
    or MLX write it. Exits with 1 where something can't be so.
    """
    from derivations.counting.explained import check_line
    from derivations.counting.logged import read_line

    is_word, is_file = len(line.split()) == 1, line == "-" or os.path.isfile(line)
    if model is not None and is_word and not is_file and (model == "-" or os.path.isfile(model)):
        line, model, is_file = model, line, True
    try:
        logged = read_line(text_of(line, "LINE").decode("utf-8", "replace") if is_file else line)
    except Refusal:
        if not is_word or is_file:
            raise
        raise Refusal(f"log: no file is called {line[:80]!r}, and it is no line such as 'trainable params: … || …'"
                      ) from None
    asked = read_asked(options, adapter, model, given=config)
    name, configuration = read_model(next(iter(asked.models), None), config)
    known = asked.rank if rank is None else rank
    question = Question(1 if known is None else known, **in_last_layers(asked.options, configuration))
    findings = check_line(logged, configuration, question, model=name, ranked=known is not None)
    if as_json:
        print_json([{"agrees": finding.agrees, "text": finding.text} for finding in findings])
    else:
        said = {True: "agrees", False: "no", None: "instead"}
        print_rows([(said[finding.agrees], finding.text) for finding in findings])
    sys.exit(0 if all(finding.agrees for finding in findings) else 1)


@click.command(cls=Answering)
@asked_of_a_model
@stored
@click.option("-b", "--budget", required=True, metavar="B",
              help="10M parameters, 40MB or 38MiB of bytes, or 1% of the targeted weights.")
def rank(
    model: str | None, config: str | None, budget: str, as_json: bool, **options: Any,
) -> None:
    """Find the largest rank that a budget pays for.

    Examples: `derive rank llama-2-7b --budget 40MB`, `derive rank gpt2 -b 1% -t attention`.
    """
    from derivations.counting.inverse import parse_budget, rank_within

    name, configuration = read_model(model, config)
    question = Question(1, **read_options(options))
    answer = rank_within(configuration, question, parse_budget(budget), model=name)
    if as_json:
        print_json(answer.as_json())
    else:
        print_rank(answer, name)


@click.command(cls=Answering)
@click.option("--json", "as_json", is_flag=True, help="As JSON, with the fields of each configuration.")
def models(as_json: bool) -> None:
    """List the public models that are known by name."""
    from derivations.counting.catalogue import known

    if as_json:
        print_json([
            {"name": model.name, "hub": model.hub, "label": model.label, "model_type": model.config["model_type"],
             "total_parameters": model.published_total, "config": dict(model.config), "source": model.source,
             "total_source": model.total_source}
            for model in known().values()
        ])
        return
    rows = [(model.name, model.config["model_type"], f"{model.published_total:,}", model.hub)
            for model in known().values()]
    print_table(("name", "model_type", "parameters", "hub id"), rows, right=(2,))


