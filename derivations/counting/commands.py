"""The counting commands of `derive`: `count`, `rank` and `models`.

Each imports what it needs when it runs, so that an answer comes at once.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING, Any

import click

from derivations.counting.question import APART, BIASES, FUSED, Question
from derivations.counting.refusal import Refusal
from derivations.counting.safetensors import DTYPES
from derivations.counting.spelling import pasted
from derivations.terminal import heading, one_line, print_json, print_rows, print_table

if TYPE_CHECKING:
    from derivations.counting.adapter import Adapter
    from derivations.counting.configuration import Configuration
    from derivations.counting.count import Count

LONGEST = 10_000_000
"""The most bytes of a configuration that are read."""

MOST_RANKS = 1000
MOST_LAYERS = 1_000_000

FORMS = ("table", "json", "csv", "md")


class Answering(click.Command):
    """A command whose refusals are errors of one line, and that drops nothing of what it was asked."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read what is given. An option twice is refused: the last would be taken, as if the others weren't there."""
        _, _, given = self.make_parser(ctx).parse_args(list(args))
        twice = next((one for one in given if given.count(one) > 1 and isinstance(one, click.Option)
                      and not one.multiple and not one.is_flag), None)
        if twice is not None and not ctx.resilient_parsing:
            raise click.UsageError(f"{twice.opts[-1]} is given twice: several names or numbers stand in one, with "
                                   "commas between")
        return super().parse_args(ctx, args)

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

        from derivations.counting.catalogue import known  # noqa: PLC0415 - as above

        return [CompletionItem(name) for name in known() if name.startswith(incomplete.lower())]


def _options(*given: Callable[..., Any]) -> Callable[..., Any]:
    """Give what adds all these to a command."""
    return lambda command: reduce(lambda taken, option: option(taken), reversed(given), command)


asked_of_a_model = _options(
    click.argument("model", required=False, type=ModelName()),
    click.option("--config", metavar="FILE",
                 help="A config.json, or its folder, in the place of MODEL; - reads it from standard input."),
    click.option("-t", "--targets", default="all", show_default=True, metavar="T",
                 help="all, attention, mlp, names with commas between, or a regular expression."),
    click.option("--layers-to-transform", "--layers", "layers", metavar="N,N-N",
                 help="Only these layers, as in 0,4-7."),
    click.option("--dtype", type=click.Choice([*DTYPES]), default="float32", show_default=True,
                 help="How the adapter is stored."),
    click.option("--experts", type=click.Choice((APART, FUSED)),
                 help="Each expert's Linears with pairs of their own (version 4 of the library), or as 3-D "
                      "parameters (version 5). Default: apart where the family had both."),
    click.option("--exclude-modules", metavar="T", help="Names, or a regular expression, that are left out."),
    click.option("--target-parameters", metavar="NAMES", help="3-D parameters adapted by name."),
    click.option("--json", "as_json", is_flag=True, help="Everything as JSON, fractions exact."),
)
"""What every question about a model takes."""

trained_besides = _options(
    click.option("--adapter", metavar="FILE", help="An adapter_config.json: rank, targets and the rest."),
    click.option("--rank-pattern", multiple=True, metavar="NAME=R", help="Another rank for the modules NAME matches."),
    click.option("--dora", is_flag=True, help="Add DoRA's magnitude vectors."),
    click.option("--bias", type=click.Choice(BIASES), default="none", show_default=True, help="Add trained biases."),
    click.option("--modules-to-save", metavar="NAMES", help="Modules trained in full, as in lm_head,embed_tokens."),
    click.option("--trainable-token-indices", metavar="N,N-N",
                 help="Rows of the token table that are trained as well."),
    click.option("--num-labels", type=int, default=0, metavar="N",
                 help="A score head for N classes, in the head's place."),
)
"""What trains beside pairs of one rank, as `count` and `check-log` take it."""


@click.command(cls=Answering)
@asked_of_a_model
@click.argument("others", nargs=-1, metavar="[MODEL…]")
@click.option("-r", "--rank", "ranks", metavar="R", help="The rank of every pair; several, with commas between.")
@click.option("--tensors", metavar="FILE", help="A .safetensors file, or an index, in the place of MODEL.")
@click.option("--base-dtype", type=click.Choice([*DTYPES]), default="float32", show_default=True,
              help="How the base is stored, and with it what the file holds of it.")
@trained_besides
@click.option("--format", "form", type=click.Choice(FORMS), default="table", show_default=True,
              help="How several answers are written.")
def count(  # noqa: PLR0917 - Click passes every option by its name
    model: str | None, others: tuple[str, ...], config: str | None, ranks: str | None, adapter: str | None,
    as_json: bool, form: str, tensors: str | None, **options: Any,
) -> None:
    """Count the parameters that LoRA trains in a model.

    Examples: `derive count llama-2-7b --rank 8`, `derive count gpt2 -r 16 -t attention --json`,
    `derive count --config config.json -r 8 -t q_proj,v_proj`, `derive count gpt2 gpt2-xl -r 8,16 --format csv`,
    `derive count --adapter adapter_config.json`.
    """
    from derivations.counting.count import count_configuration  # noqa: PLC0415 - only what runs is imported

    if tensors is not None and (model or config):
        raise click.UsageError("give MODEL, --config FILE or --tensors FILE: one of them")
    asked, base, told_of_adapter = _with_adapter(_asked(options), adapter, model, config or tensors)
    if adapter is None and ranks is None:
        raise click.UsageError("Missing option '-r' / '--rank'.")
    own = asked.pop("rank", 0)
    numbers = _numbers(ranks) if ranks is not None else (own,)
    names: list[str | None] = [name for name in (base, *others) if name] or [None]
    answers = []
    for name in names:
        called, configuration, told = (*_model(name, config), ()) if tensors is None else _stored(tensors)
        for number in numbers:
            answer = count_configuration(configuration, Question(number, **asked), model=called)
            answers.append(answer._replace(notes=(*answer.notes, *told, *told_of_adapter)))
    if form != "table" or len(answers) > 1:
        _print_answers(answers, "json" if as_json else form)
    elif as_json:
        print_json(answers[0].as_json())
    else:
        _print_count(answers[0], _said(asked["targets"]), configuration)


@click.command(cls=Answering)
@click.argument("file", type=click.Path())
@click.argument("model", required=False, type=ModelName())
@click.option("--config", metavar="FILE", help="A config.json in the place of MODEL.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def inspect(file: str, model: str | None, config: str | None, as_json: bool) -> None:
    """Say what an adapter's .safetensors holds, from its header alone; beside MODEL, what of it doesn't fit.

    FILE may be the adapter's folder. An adapter_config.json beside the weights is held against them. Exits with 1 where
    something is missing, of the wrong shape, or not as its configuration says.
    """
    import sys  # noqa: PLC0415 - as above
    from pathlib import Path  # noqa: PLC0415 - as above

    from derivations.counting.adapter import CONFIG, disagreements, read_adapter  # noqa: PLC0415 - as above
    from derivations.counting.filed import faults, halves, read_adapter_file, weights_in  # noqa: PLC0415 - as above

    weights = weights_in(Path(file))
    filed = read_adapter_file(weights)
    known = filed.as_json()
    wrong = faults(filed, _model(model, config)[1].decoder) if model or config else halves(filed)
    beside, said = weights.parent / CONFIG, []
    if beside.is_file():
        try:
            adapter = read_adapter(_text_of(str(beside), "adapter_config.json"))
            wrong += disagreements(adapter, filed)
            said = [("config", f"r {adapter.options['rank']}, targets {_said(adapter.options['targets'])}"
                               f"{f', of {adapter.base}' if adapter.base else ''}")]
        except Refusal as refusal:
            wrong.append(f"{CONFIG}: {refusal}")
    if as_json:
        print_json({**known, "faults": wrong})
    else:
        print_rows([
            ("rank", ", ".join(map(str, known["ranks"])) or "no pairs"),
            *([("experts", f"rank times experts is {', '.join(map(str, known['rank_times_experts']))}")]
              if known["rank_times_experts"] else []),
            *((what, ", ".join(f"{name} × {number:,}" for name, number in known[what].items()) or "none")
              for what in ("modules", "besides") if what == "modules" or known[what]),
            ("parameters", f"{filed.parameters:,} in {_amount(len(filed.tensors), 'tensor')}"),
            ("bytes", _bytes(filed.size)),
            ("type", ", ".join(known["types"])),
            *((what, one_line(text)) for what, text in said),
            *(("fault", one_line(fault)) for fault in wrong[:20]),
            *([("…", f"{len(wrong) - 20:,} faults more")] if len(wrong) > 20 else []),
        ])
    sys.exit(1 if wrong else 0)


@click.command("check-log", cls=Answering)
@click.argument("line")
@asked_of_a_model
@click.option("-r", "--rank", type=int, metavar="R", help="The rank that the run is said to have; without it, those "
              "that would give the line.")
@trained_besides
def check_log(  # noqa: PLR0917 - as above
    line: str, model: str | None, config: str | None, rank: int | None, adapter: str | None, as_json: bool,
    **options: Any,
) -> None:
    """Check a line 'trainable params: … || all params: … || trainable%: …' against a model, a rank and targets.

    LINE may be a whole log, and - is standard input: the last such line is taken, also as Unsloth, ms-swift or MLX
    write it. Exits with 1 where something can't be so.
    """
    import sys  # noqa: PLC0415 - as above

    from derivations.counting.explained import check_line  # noqa: PLC0415 - as above
    from derivations.counting.logged import read_line  # noqa: PLC0415 - as above

    logged = read_line(_text_of("-", "LINE").decode("utf-8", "replace") if line == "-" else line)
    asked, base, _ = _with_adapter(_asked(options), adapter, model, config)
    name, configuration = _model(base, config)
    own = asked.pop("rank", None)
    known = own if rank is None else rank
    question = Question(1 if known is None else known, **asked)
    findings = check_line(logged, configuration, question, model=name, ranked=known is not None)
    if as_json:
        print_json([{"agrees": finding.agrees, "text": finding.text} for finding in findings])
    else:
        said = {True: "agrees", False: "no", None: "instead"}
        print_rows([(said[finding.agrees], finding.text) for finding in findings])
    sys.exit(0 if all(finding.agrees for finding in findings) else 1)


@click.command(cls=Answering)
@asked_of_a_model
@click.option("-b", "--budget", required=True, metavar="B",
              help="10M parameters, 40MB or 38MiB of bytes, or 1% of the targeted weights.")
def rank(
    model: str | None, config: str | None, budget: str, as_json: bool, **options: Any,
) -> None:
    """Find the largest rank that a budget pays for.

    Examples: `derive rank llama-2-7b --budget 40MB`, `derive rank gpt2 -b 1% -t attention`.
    """
    from derivations.counting.inverse import parse_budget, rank_within  # noqa: PLC0415 - as above

    name, configuration = _model(model, config)
    question = Question(1, **_asked(options))
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
    from derivations.counting.catalogue import known  # noqa: PLC0415 - as above

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


# Reading what is asked ----------------------------------------------------------------------------------------------


def _model(name: str | None, config: str | None) -> tuple[str, Configuration]:
    """Give what to call the model, and its configuration, from a name or from a file."""
    from derivations.counting.catalogue import is_variant, public_model  # noqa: PLC0415 - as above
    from derivations.counting.configuration import read  # noqa: PLC0415 - as above

    if (name is None) == (config is None):
        raise click.UsageError("give MODEL or --config FILE" + (", not both" if name else ""))
    if name is not None:
        try:
            model = public_model(name)
        except Refusal:
            if os.path.exists(name):
                raise Refusal("no model is called so, but a file is: --config reads a config.json, or the folder of "
                              "one") from None
            raise
        called = f"{one_line(name.strip())} (counted as {model.name}, whose shape it has)"
        return called if is_variant(name, model) else model.name, model.configuration
    assert config is not None
    configuration = read(_text_of(_within(config, "config.json"), "--config"))
    return configuration.model_type, configuration


def _with_adapter(asked: dict[str, Any], file: str | None, model: str | None,
                  given: str | None) -> tuple[dict[str, Any], str | None, tuple[str, ...]]:
    """Give what is asked, an adapter's own options over it; the base that it names, where none is given; its notes."""
    if file is None:
        return asked, model, ()
    adapter = _adapter(file)
    return {**asked, **_beside(adapter)}, model or _base(adapter, given), adapter.notes


def _adapter(file: str) -> Adapter:
    """Read an adapter's own configuration; in a folder, the one that is there."""
    from derivations.counting.adapter import CONFIG, read_adapter  # noqa: PLC0415 - as above

    return read_adapter(_text_of(_within(file, CONFIG), "--adapter"))


def _within(path: str, name: str) -> str:
    """Give a folder's file of this name; any other path is the file's own. A shell leaves the ~ of --config=~ alone."""
    from pathlib import Path  # noqa: PLC0415 - as above

    try:
        path = os.path.expanduser(path)
        return str(Path(path, name)) if Path(path, name).is_file() else path
    except (OSError, ValueError):                            # a name that no file can have
        return path


def given_here() -> list[str]:
    """Give the names of what the command line says itself."""
    context = click.get_current_context()
    return [name for name in context.params
            if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE]


def _beside(adapter: Adapter) -> dict[str, Any]:
    """Give what an adapter's configuration asks, but for what the command line says itself, as it does of the rank."""
    own = {"layers": "layers_to_transform"}
    said = {own.get(name, name) for name in given_here()}
    return {name: value for name, value in adapter.options.items() if name not in said}


def _base(adapter: Adapter, given: str | None) -> str | None:
    """Give the base that an adapter's configuration names; None where another is given."""
    from derivations.counting.catalogue import public_model  # noqa: PLC0415 - as above

    if given is not None:
        return None
    if not adapter.base:
        raise click.UsageError("--adapter: it names no base: give MODEL or --config FILE")
    try:
        public_model(adapter.base)
    except Refusal as refusal:
        raise Refusal(f"adapter: {refusal}; name MODEL, or give its config.json by --config") from None
    return adapter.base


def _stored(file: str) -> tuple[str, Configuration, tuple[str, ...]]:
    """Give what to call a model that is known by its tensors, what they make up, and what they don't tell."""
    from pathlib import Path  # noqa: PLC0415 - as above

    from derivations.counting.stored import read_stored  # noqa: PLC0415 - as above

    return one_line(Path(file).name), *read_stored(Path(file))


def _text_of(path: str, option: str) -> bytes:
    """Read a file, or standard input where it is called -; what isn't an ordinary file, or is too long, is refused."""
    import sys  # noqa: PLC0415 - as above

    from derivations.ordinary import open_ordinary  # noqa: PLC0415 - as above

    shown = path if len(path) <= 80 else path[:79] + "…"
    try:
        if path == "-":
            if sys.stdin is None:
                raise click.UsageError(f"{option} -: standard input is closed")
            text = sys.stdin.buffer.read(LONGEST + 1)
        else:
            with open_ordinary(path) as file:
                text = file.read(LONGEST + 1)
    except OSError as error:
        if "://" in path:
            raise click.UsageError(f"{option} {shown}: no page is fetched: save the file, and give its path") from None
        raise click.UsageError(f"{option} {shown}: {error.strerror or 'it cannot be read'}") from None
    if len(text) > LONGEST:
        raise click.UsageError(f"{option} {shown}: more than {LONGEST:,} bytes aren't read")
    return text


def _numbers(text: str) -> tuple[int, ...]:
    """Read ranks, as in 8,16,32."""
    parts = [part.strip() for part in text.split(",")]
    for part in parts:
        if not (part.lstrip("-").isascii() and part.lstrip("-").isdigit() and len(part) < 20):
            raise Refusal(f"rank: {part[:40]!r} is not a valid integer")
    if len(parts) > MOST_RANKS:
        raise Refusal(f"rank: more than {MOST_RANKS} ranks aren't counted at once")
    return tuple(dict.fromkeys(int(part) for part in parts))


def _said(targets: str | Sequence[str]) -> str:
    """Write targets as they were asked for."""
    return targets if isinstance(targets, str) else ", ".join(targets) or "none by name"


def _asked(options: dict[str, Any]) -> dict[str, Any]:
    """Give the options as a question takes them: lists as tuples, layers and ranks as numbers."""
    asked = dict(options)
    asked["layers_to_transform"] = _listed(asked.pop("layers"), "layers-to-transform", "layers")
    rows = _listed(asked.pop("trainable_token_indices", None), "trainable-token-indices", "rows")
    if rows is not None:
        asked["trainable_token_indices"] = {"": rows}
    for name in ("modules_to_save", "target_parameters"):
        if name in asked:
            text = asked[name] or ""
            asked[name] = tuple(part.strip() for part in pasted(text) or text.split(",") if part.strip())
    asked["exclude_modules"] = asked["exclude_modules"] or ()
    asked["rank_pattern"] = _ranks(asked.get("rank_pattern", ()))
    return asked


def _listed(text: str | None, option: str, what: str) -> tuple[int, ...] | None:
    """Read numbers of layers or of rows, as in 0,4-7."""
    if text is None:
        return None
    numbers: list[int] = []
    for part in text.strip("[] ").split(","):                # as it stands in an adapter's own file
        first, dash, last = part.strip().partition("-")
        if not re.fullmatch(r"[0-9]{1,6}(?:-[0-9]{1,6})?", part.strip()):
            raise Refusal(f"{option}: {part[:40]!r} isn't a number or a range; write 0,4-7")
        numbers += range(int(first), min(int(last if dash else first), 10**6) + 1)
        if len(numbers) > MOST_LAYERS:
            raise Refusal(f"{option}: more than {MOST_LAYERS:,} {what} aren't read")
    if not numbers:
        raise Refusal(f"{option}: {text[:40]!r} names none")
    return tuple(numbers)


def _ranks(pairs: Sequence[str]) -> dict[str, int]:
    """Read ranks by module, as in c_proj=4."""
    ranks = {}
    one = r"[^,=]+=[0-9]{1,10}"
    listed = (pair.split(",") if re.fullmatch(rf"{one}(?:,{one})+", pair) else (pair,) for pair in pairs)
    for pair in (pair for some in listed for pair in some):
        name, _, number = pair.rpartition("=")
        if not name or not re.fullmatch("[0-9]{1,10}", number):
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
    lines.append(("as printed", answer.printed))
    ideal = answer.idealised
    if ideal is None:
        lines.append(("idealised", "the textbook layer has no counterpart for these targets"))
    else:
        lines.append(("idealised", f"full {ideal.full:,} ({_error(ideal.full_error)}), LoRA {ideal.lora:,} "
                                   f"({_error(ideal.lora_error)}): the textbook layer at this depth and width "
                                   f"{configuration.dimensions.hidden_size:,}"))
    print_rows([*lines, *_remarks(answer)])


def _print_answers(answers: Sequence[Count], form: str) -> None:
    """Write several answers as one table, a row each."""
    head = ("model", "rank", "lora", "full", "trainable", "all", "file bytes")
    rows = [(one.model, one.rank, one.lora, one.full, one.trainable, one.all_parameters, one.adapter_file_bytes)
            for one in answers]
    if form == "json":
        print_json([one.as_json() for one in answers])
    elif form == "csv":
        import csv  # noqa: PLC0415 - as above
        import sys  # noqa: PLC0415 - as above

        csv.writer(sys.stdout, lineterminator="\n").writerows([head, *rows])
    else:
        written = [tuple(f"{cell:,}" if isinstance(cell, int) else cell or "" for cell in row) for row in rows]
        if form == "md":
            lines = (head, ("---", *("---:" for _ in head[1:])), *written)
            click.echo("\n".join(f"| {' | '.join(line)} |" for line in lines))
        else:
            print_table(head, written, right=tuple(range(1, len(head))))
    notes = dict.fromkeys(f"{one.model}: {note}" for one in answers for note in one.notes)
    if form == "table" and notes:
        click.echo()
        print_rows([("note", note) for note in notes])


def _remarks(answer: Count) -> list[tuple[str, str]]:
    """Give the lines that say what the answer rests on."""
    lines = []
    if answer.experts is not None:
        said = {"apart": "apart: each expert's Linears have pairs of their own, as in version 4 of transformers (4.57, "
                         "PEFT 0.17); --experts fused counts 3-D parameters, as version 5 has them",
                "fused": "fused: a layer's experts are two 3-D parameters, as in version 5 of transformers (5.24, PEFT "
                         "0.21); the rank doubles where gate and up were two"}
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
    if answer.holds_base:
        text = f"{_bytes(answer.adapter_bytes)}: pairs in {answer.dtype}, what is of the base in {answer.base_dtype}"
    if answer.adapter_file_bytes is not None:
        text += f", {_bytes(answer.adapter_file_bytes)} as a file"
    if answer.dtype == "float32" and not answer.holds_base:
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
