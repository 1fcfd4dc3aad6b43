"""The command `derive`: exact counts of real models, the formulas behind them, and the gate of the documents.

Every command imports what it needs when it runs, so that `derive count` answers at once. An error is one line on
standard error, and exit code 2.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from fractions import Fraction

    from derivations.counting.configuration import Configuration
    from derivations.counting.count import Count
    from derivations.course import Course
    from derivations.exact import Exact
    from derivations.project import Project

DTYPES = ("float32", "float16", "bfloat16")
EXPERTS = ("apart", "fused")
BIASES = ("none", "lora_only", "all")


class Commands(click.Group):
    """The group of commands: a name that isn't one is answered with the nearest."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was meant."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            from derivations.nearest import nearest  # noqa: PLC0415 - only on the way to an error

            raise click.UsageError(f"no command is called {args[0]!r}{nearest(args[0], self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)


class ModelName(click.ParamType[str]):
    """A public model's name or hub id; the shell completes it."""

    name = "model"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """Give the names that begin so."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - only when a shell asks

        from derivations.counting.catalogue import catalogue  # noqa: PLC0415 - as above

        return [CompletionItem(name) for name in catalogue() if name.startswith(incomplete.lower())]


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="derivations", prog_name="derive")
@click.pass_context
def derive(context: click.Context) -> None:
    """Derive LoRA's counts, exactly: from formulas, for real models.

    MODEL is a public model's name or hub id; `derive models` lists them.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


# Counting a model: no SymPy, no tables, no site --------------------------------------------------------------------


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


@derive.command()
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
        _print_json(answer.as_json())
    else:
        _print_count(answer, targets, configuration)


@derive.command()
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
        _print_json(answer.as_json())
        return
    counted = answer.count
    _heading(f"{answer.given.text} pays for rank {answer.rank:,} in {name}")
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
    _print_rows([*rows, *_remarks(counted)])


@derive.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, with the fields of each configuration.")
def models(as_json: bool) -> None:
    """List the public models that are known by name."""
    from derivations.counting.catalogue import catalogue  # noqa: PLC0415 - as above

    if as_json:
        _print_json([
            {"name": model.name, "hub": model.hub, "label": model.label, "model_type": model.config["model_type"],
             "total_parameters": model.published_total, "config": dict(model.config), "source": model.source,
             "total_source": model.total_source}
            for model in catalogue().values()
        ])
        return
    rows = [(model.name, model.config["model_type"], f"{model.published_total:,}", model.hub)
            for model in catalogue().values()]
    _print_table(("name", "model_type", "parameters", "hub id"), rows, right=(2,))


# The formulas and the documents -------------------------------------------------------------------------------------


@derive.command("list")
@click.option("--lang", default="en", show_default=True, help="The language of the meanings: en or es.")
@click.option("--json", "as_json", is_flag=True, help="As JSON: name, symbols, unit, expression, meaning.")
def list_formulas(lang: str, as_json: bool) -> None:
    """List every formula: its name, the symbols it takes, what it derives to and what it means."""
    from derivations.exact import Formula  # noqa: PLC0415 - as above
    from derivations.language import LANGUAGES, language  # noqa: PLC0415 - as above

    if lang not in LANGUAGES:
        raise click.UsageError(f"there is no language {lang!r}: there are {', '.join(LANGUAGES)}")
    course = _course()
    writer, texts = language(lang).with_course(course), course.words[lang]
    rows = []
    for name, formula in course.formulas.items():
        meaning = texts.get(f"formula.{name}", "")
        if isinstance(formula, Formula):
            symbols = ", ".join(symbol.name for symbol in formula.symbols)
            rows.append((name, symbols, formula.unit.name, writer.formula(formula).text, meaning))
        else:
            rows.append((name, "MODEL, …", formula.unit.name, "", meaning))
    if as_json:
        keys = ("name", "symbols", "unit", "expression", "meaning")
        _print_json([dict(zip(keys, row, strict=True)) for row in rows])
    else:
        _print_table(("name", "symbols", "unit", "derives to", "meaning"), rows)


@derive.command()
@click.argument("name")
@click.argument("inputs", nargs=-1, metavar="[h=4096 r=8 …]")
@click.option("--lang", default="en", show_default=True, help="en or es.")
def explain(name: str, inputs: tuple[str, ...], lang: str) -> None:
    """Explain a formula: its derivation step by step, each step proved, and its value where numbers are given.

    Examples: `derive explain layer.ratio`, `derive explain layer.ratio h=4096 r=8 --lang es`.
    """
    from derivations.explanation import explanation  # noqa: PLC0415 - as above

    click.echo(explanation(_course(), name, lang, _inputs(inputs)), nl=False)


@derive.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 1 if a CSV is stale.")
def tables(only_check: bool) -> None:
    """Derive every table anew and write the CSV files that changed."""
    project = _project()
    book = project.book()
    if only_check:
        stale = project.stale_tables(book)
        for finding in stale:
            click.echo(finding)
        sys.exit(1 if stale else 0)
    for path in project.write_tables(book):
        click.echo(f"wrote {path}")


@derive.command()
@click.option("--json", "as_json", is_flag=True, help="The findings as JSON.")
@click.option("--fix", is_flag=True,
              help="Mend what is mechanical: a Spanish point for a comma, stale CSV files, records of sections.")
@click.option("--confirm", multiple=True, metavar="PAGE#SECTION",
              help="Both languages of this section say the same, though only one of them changed.")
def check(as_json: bool, fix: bool, confirm: tuple[str, ...]) -> None:
    """Check the documents of this folder as a build does, without building: exit with 1 if anything is found."""
    project = _project()
    book = project.book()
    if confirm:
        project.confirm(book, confirm)
    if fix:
        for line in project.fix(book):
            click.echo(line, err=True)
        book = project.book()
    findings = sorted([*book.findings, *project.findings(book)])
    if as_json:
        _print_json([{"path": f.path, "line": f.line, "column": f.column, "message": f.message, "hint": f.hint}
                     for f in findings])
    else:
        for finding in findings:
            click.echo(finding)
    sys.exit(1 if findings else 0)


@derive.command()
def ledger() -> None:
    """Print the ledger: every value that the pages print, with its place, formula, inputs and exact number."""
    from derivations.ledger import as_json  # noqa: PLC0415 - as above

    click.echo(as_json(_project().book().ledger()), nl=False)


@derive.command()
@click.argument("old")
@click.argument("new", required=False)
@click.option("--json", "as_json", is_flag=True, help="The moves as JSON.")
def diff(old: str, new: str | None, as_json: bool) -> None:
    """Say which printed values moved between OLD and NEW: ledger files or git revisions (NEW: this folder as it is)."""
    from dataclasses import asdict  # noqa: PLC0415 - as above

    from derivations.comparison import moves, near_limits, report  # noqa: PLC0415 - as above
    from derivations.revision import ledger_of  # noqa: PLC0415 - as above

    before, (after, claims) = ledger_of(old), ledger_of(new)
    found, near = moves(before[0], after), near_limits(claims)
    if as_json:
        _print_json({"moves": [asdict(move) for move in found], "near_limits": [asdict(claim) for claim in near]})
    else:
        click.echo(report(found, near), nl=False)


def _project() -> Project:
    from pathlib import Path  # noqa: PLC0415 - as above

    from derivations.project import Project  # noqa: PLC0415 - as above

    return Project(Path.cwd())


def _course() -> Course:
    """Give the course of this folder's documents, or the one that comes with the package."""
    from pathlib import Path  # noqa: PLC0415 - as above

    if (Path.cwd() / "mkdocs.yml").exists():
        return _project().course
    from derivations.lora.course import COURSE  # noqa: PLC0415 - as above

    return COURSE


def _inputs(pairs: Sequence[str]) -> dict[str, Exact]:
    """Read numbers by symbol, exactly: h=4096, rho=7/1000, rho=0.007."""
    from derivations.exact import read_exact  # noqa: PLC0415 - as above

    inputs: dict[str, Exact] = {}
    for pair in pairs:
        name, equals, number = pair.partition("=")
        value = read_exact(number)
        if not equals or value is None:
            raise click.UsageError(f"{pair[:40]!r} is not SYMBOL=NUMBER, as in h=4096")
        inputs[name] = value
    return inputs


# Running the command ------------------------------------------------------------------------------------------------


def main() -> None:
    """Run the command: an error becomes one line on standard error, and exit code 2."""
    try:
        code = derive.main(prog_name="derive", standalone_mode=False,
                           color=False if os.environ.get("NO_COLOR") else None)
        sys.stdout.flush()
        sys.exit(code if isinstance(code, int) else 0)
    except _refusals() as error:
        message = error.format_message() if isinstance(error, click.ClickException) else str(error)
        click.echo(f"derive: {' '.join(message.split())}", err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())      # the reader has gone: that's no error
        sys.exit(0)


def _refusals() -> tuple[type[Exception], ...]:
    """Give what means that a question was put wrongly; of modules that never ran, nothing can have been raised."""
    from derivations.counting.refusal import Refusal  # noqa: PLC0415 - a small module, but not before it is needed

    known = (("derivations.project", "NoProject"), ("derivations.revision", "NoLedger"),
             ("derivations.explanation", "NoExplanation"))
    ran = (getattr(sys.modules[module], name) for module, name in known if module in sys.modules)
    return click.ClickException, Refusal, *ran


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


# Writing to a terminal ----------------------------------------------------------------------------------------------


def _print_json(data: object) -> None:
    click.echo(json.dumps(data, indent=2, ensure_ascii=False))


def _heading(text: str) -> None:
    click.echo(click.style(text, bold=True))
    click.echo()


def _print_table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]

    def line(row: Sequence[str]) -> str:
        cells = (cell.rjust(width) if column in right else cell.ljust(width)
                 for column, (cell, width) in enumerate(zip(row, widths, strict=True)))
        return "  ".join(cells).rstrip()

    click.echo(click.style(line(head), dim=True))
    for row in rows:
        click.echo(line(row))


def _print_rows(rows: Sequence[tuple[str, str]]) -> None:
    width = max(len(name) for name, _ in rows)
    for name, text in rows:
        click.echo(f"{click.style(name.ljust(width), dim=True)}  {text}")


def _print_count(answer: Count, targets: str, configuration: Configuration) -> None:
    _heading(f"{answer.model} ({answer.model_type}), rank {answer.rank:,}, targets {targets}")
    rows = [(row.name, f"{row.out:,} × {row.in_:,}", f"{row.count:,}", f"{row.full:,}", f"{row.lora:,}")
            for row in answer.modules]
    rows.append(("sum", "", f"{sum(row.count for row in answer.modules):,}", f"{answer.full:,}", f"{answer.lora:,}"))
    _print_table(("module", "out × in", "matrices", "full parameters", "LoRA parameters"), rows, right=(1, 2, 3, 4))
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
    _print_rows([*lines, *_remarks(answer)])


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


if __name__ == "__main__":
    main()
