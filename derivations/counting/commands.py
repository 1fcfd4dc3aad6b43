"""The counting commands of `derive`: `count`, `rank` and `models`.

Each imports what it needs when it runs, so that an answer comes at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from derivations.counting.refusal import Refusal
from derivations.terminal import heading, print_json, print_rows, print_table

if TYPE_CHECKING:
    from derivations.counting.configuration import Configuration
    from derivations.counting.count import Count

DTYPES = ("float32", "float16", "bfloat16")
EXPERTS = ("apart", "fused")
BIASES = ("none", "lora_only", "all")


class Answering(click.Command):
    """A command whose refusals are errors of one line."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            raise click.ClickException(str(refusal)) from None


class ModelName(click.ParamType[str]):
    """A public model's name or hub id; the shell completes it."""

    name = "model"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """Give the names that begin so."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - only when a shell asks

        from derivations.counting.catalogue import catalogue  # noqa: PLC0415 - as above

        return [CompletionItem(name) for name in catalogue() if name.startswith(incomplete.lower())]



def asked_of_a_model(command: Callable[..., None]) -> Callable[..., None]:
    """Add what `count` and `rank` take alike."""
    options = (
        click.argument("model", required=False, type=ModelName()),
        click.option("--config", metavar="FILE", type=click.Path(dir_okay=False, allow_dash=True),
                     help="A config.json in the place of MODEL; - reads it from standard input."),
        click.option("-t", "--targets", default="all", show_default=True, metavar="T",
                     help="all, attention, mlp, names with commas between, or a regular expression."),
        click.option("--layers-to-transform", "--layers", "layers", metavar="N,N-N",
                     help="Only these layers, as in 0,4-7."),
        click.option("--dtype", type=click.Choice(DTYPES), default="float32", show_default=True,
                     help="How the adapter is stored."),
        click.option("--experts", type=click.Choice(EXPERTS), default="apart", show_default=True,
                     help="Each expert's Linears with pairs of their own, or as 3-D parameters."),
        click.option("--json", "as_json", is_flag=True, help="Everything as JSON, fractions exact."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command(cls=Answering)
@asked_of_a_model
@click.option("-r", "--rank", type=int, required=True, metavar="R", help="The rank of every pair.")
@click.option("--rank-pattern", multiple=True, metavar="NAME=R", help="Another rank for the modules NAME matches.")
@click.option("--dora", is_flag=True, help="Add DoRA's magnitude vectors.")
@click.option("--bias", type=click.Choice(BIASES), default="none", show_default=True, help="Add trained biases.")
@click.option("--modules-to-save", metavar="NAMES", help="Modules trained in full, as in lm_head,embed_tokens.")
def count(  # noqa: PLR0917 - Click passes every option by its name
    model: str | None, config: str | None, rank: int, targets: str, layers: str | None, dtype: str, experts: str,
    as_json: bool, rank_pattern: tuple[str, ...], dora: bool, bias: str, modules_to_save: str | None,
) -> None:
    """Count the parameters that LoRA trains in a model.

    Examples: `derive count llama-2-7b --rank 8`, `derive count gpt2 -r 16 -t attention --json`,
    `derive count --config config.json -r 8 -t q_proj,v_proj`.
    """
    from derivations.counting.count import Question, count_configuration  # noqa: PLC0415 - only what runs is imported

    name, configuration = _model(model, config)
    question = Question(rank, targets, dtype, experts, _layers(layers), _ranks(rank_pattern), dora, bias,
                        tuple(modules_to_save.split(",")) if modules_to_save else ())
    answer = count_configuration(configuration, question, model=name)
    if as_json:
        print_json(answer.as_json())
    else:
        _print_count(answer, targets, configuration)


@click.command(cls=Answering)
@asked_of_a_model
@click.option("-b", "--budget", required=True, metavar="B",
              help="10M parameters, 40MB or 38MiB of bytes, or 1% of the targeted weights.")
def rank(  # noqa: PLR0917 - as above
    model: str | None, config: str | None, budget: str, targets: str, layers: str | None, dtype: str, experts: str,
    as_json: bool,
) -> None:
    """Find the largest rank that a budget pays for.

    Examples: `derive rank llama-2-7b --budget 40MB`, `derive rank gpt2 -b 1% -t attention`.
    """
    from derivations.counting.count import Question  # noqa: PLC0415 - as above
    from derivations.counting.inverse import parse_budget, rank_within  # noqa: PLC0415 - as above

    name, configuration = _model(model, config)
    question = Question(1, targets, dtype, experts, _layers(layers))
    answer = rank_within(configuration, question, parse_budget(budget), model=name)
    if as_json:
        print_json(answer.as_json())
        return
    counted = answer.count
    heading(f"{answer.given.text} pays for rank {answer.rank:,} in {name}")
    rows = [
        ("budget", _amount(answer.budget, "parameter")),
        ("spent", f"{_amount(answer.lora, 'parameter')}, {_share(counted.ratio)} of the {counted.full:,} they adapt"),
        ("left", _amount(answer.budget - answer.lora, "parameter")),
        ("next", f"rank {answer.rank + 1:,} would take {_amount(answer.next, 'parameter')}"),
        ("adapter", _sizes(counted)),
    ]
    file, given = counted.adapter_file_bytes, answer.given
    if given.kind == "bytes" and file is not None and file > given.amount:
        rows.append(("note", f"the file's header comes on top: with it, rank {answer.rank:,} is over the budget"))
    print_rows([*rows, *_remarks(counted)])


@click.command(cls=Answering)
@click.option("--json", "as_json", is_flag=True, help="As JSON, with the fields of each configuration.")
def models(as_json: bool) -> None:
    """List the public models that are known by name."""
    from derivations.counting.catalogue import catalogue  # noqa: PLC0415 - as above

    if as_json:
        print_json([
            {"name": model.name, "hub": model.hub, "label": model.label, "model_type": model.config["model_type"],
             "total_parameters": model.published_total, "config": dict(model.config), "source": model.source,
             "total_source": model.total_source}
            for model in catalogue().values()
        ])
        return
    rows = [(model.name, model.config["model_type"], f"{model.published_total:,}", model.hub)
            for model in catalogue().values()]
    print_table(("name", "model_type", "parameters", "hub id"), rows, right=(2,))


# Reading what is asked ----------------------------------------------------------------------------------------------


def _model(name: str | None, config: str | None) -> tuple[str, Configuration]:
    """Give what to call the model, and its configuration, from a name or from a file."""
    from derivations.counting.catalogue import public_model  # noqa: PLC0415 - as above
    from derivations.counting.configuration import read  # noqa: PLC0415 - as above

    if (name is None) == (config is None):
        raise click.UsageError("give MODEL or --config FILE" + (", not both" if name else ""))
    if name is not None:
        model = public_model(name)
        return model.name, model.configuration
    assert config is not None
    try:
        with click.open_file(config, "rb") as file:
            configuration = read(file.read())
    except OSError as error:
        raise click.UsageError(f"--config {config}: {error.strerror or 'the file cannot be read'}") from None
    return configuration.model_type, configuration


def _layers(text: str | None) -> tuple[int, ...] | None:
    """Read numbers of layers, as in 0,4-7."""
    if text is None:
        return None
    from derivations.counting.refusal import Refusal  # noqa: PLC0415 - as above

    numbers: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not (first.isdecimal() and len(first) < 7 and (not dash or (last.isdecimal() and len(last) < 7))):
            raise Refusal(f"layers-to-transform: {part[:40]!r} isn't a number or a range; write 0,4-7")
        numbers += range(int(first), int(last if dash else first) + 1)
    if not numbers:
        raise Refusal(f"layers-to-transform: {text[:40]!r} names none")
    return tuple(numbers)


def _ranks(pairs: Sequence[str]) -> dict[str, int]:
    """Read ranks by module, as in c_proj=4."""
    from derivations.counting.refusal import Refusal  # noqa: PLC0415 - as above

    ranks = {}
    for pair in pairs:
        name, _, number = pair.rpartition("=")
        if not name or not number.isdecimal() or len(number) > 10:
            raise Refusal(f"rank-pattern: {pair[:40]!r} isn't NAME=R, as in c_proj=4")
        ranks[name] = int(number)
    return ranks


# Writing the answer -------------------------------------------------------------------------------------------------


def _print_count(answer: Count, targets: str, configuration: Configuration) -> None:
    heading(f"{answer.model} ({answer.model_type}), rank {answer.rank:,}, targets {targets}")
    rows = [(row.name, f"{row.out:,} × {row.in_:,}", f"{row.count:,}", f"{row.full:,}", f"{row.lora:,}")
            for row in answer.modules]
    rows.append(("sum", "", f"{sum(row.count for row in answer.modules):,}", f"{answer.full:,}", f"{answer.lora:,}"))
    print_table(("module", "out × in", "matrices", "full parameters", "LoRA parameters"), rows, right=(1, 2, 3, 4))
    click.echo()
    ratio = answer.ratio
    lines = [("LoRA / full", f"{_share(ratio)}  ({ratio.numerator:,}/{ratio.denominator:,})")]
    lines += [(name, f"+ {_amount(number, 'parameter')} trained besides") for name, number in answer.terms.items()]
    lines.append(("trained", f"{_amount(answer.trainable, 'parameter')}; "
                             f"the whole model has {_amount(answer.total_parameters, 'parameter')}"))
    lines.append(("adapter", _sizes(answer)))
    ideal = answer.idealised
    if ideal is None:
        lines.append(("idealised", "the textbook layer has no counterpart for these targets"))
    else:
        lines.append(("idealised", f"full {ideal.full:,} ({_error(ideal.full_error)}), LoRA {ideal.lora:,} "
                                   f"({_error(ideal.lora_error)}): the textbook layer at this depth and width "
                                   f"{configuration.dimensions.hidden_size:,}"))
    print_rows([*lines, *_remarks(answer)])


def _remarks(answer: Count) -> list[tuple[str, str]]:
    """Give the lines that say what the answer rests on."""
    lines = []
    if answer.experts is not None:
        said = {"apart": "apart: each expert's Linears have pairs of their own (--experts fused counts 3-D parameters)",
                "fused": "fused: a layer's experts are two 3-D parameters; the rank doubles where gate and up were two"}
        lines.append(("experts", said[answer.experts]))
    if answer.taken:
        taken = (f"{name} = {json.dumps(value)}" for name, value in answer.taken.items())
        lines.append(("defaults", f"not given, taken from the library: {', '.join(taken)}"))
    return lines + [("note", note) for note in answer.notes]


def _amount(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _sizes(answer: Count) -> str:
    """Write the adapter's bytes: in its dtype, as a file, and in 16 bits where that isn't the dtype."""
    text = f"{_bytes(answer.adapter_bytes)} in {answer.dtype}"
    if answer.adapter_file_bytes is not None:
        text += f", {_bytes(answer.adapter_file_bytes)} as a file"
    if answer.dtype == "float32":
        text += f"; 16 bits would take {_bytes(answer.adapter_bytes // 2)}"
    return text


def _bytes(number: int) -> str:
    """Write a number of bytes exactly, and in a unit that is short."""
    for unit, size in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= size:
            return f"{number:,} bytes ({_digits(number, size)} {unit})"
    return _amount(number, "byte")


def _share(ratio: Fraction) -> str:
    return f"{_digits(100 * ratio.numerator, ratio.denominator)}%"


def _error(error: Fraction) -> str:
    if not error:
        return "exact"
    sign = "+" if error > 0 else "−"
    return f"{sign}{_digits(100 * abs(error.numerator), error.denominator)}%"


def _digits(numerator: int, denominator: int, digits: int = 3) -> str:
    """Write a quotient with so many significant digits, rounded once, a half to the even digit."""
    from decimal import ROUND_HALF_EVEN, Context, Decimal  # noqa: PLC0415 - only where something is rounded

    return f"{Context(digits, ROUND_HALF_EVEN).divide(Decimal(numerator), Decimal(denominator)):,f}"


