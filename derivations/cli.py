"""The command `derive`: formulas, their values, and the gate of the documents; packages add commands of their own.

Every command imports what it needs when it runs, so that an added one answers at once. An error is one line on
standard error, and exit code 2.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from derivations.added import commands as added
from derivations.added import load
from derivations.ordinary import configured, read_ordinary
from derivations.terminal import EXTRA, Refused, one_line, print_json, print_table, say

if TYPE_CHECKING:
    from derivations.course import Course
    from derivations.exact import Exact, Unit
    from derivations.language import Language
    from derivations.project import Project


class Commands(click.Group):
    """The group of commands, those of other packages included: a name that isn't one is answered with the nearest."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give our own command of this name, or the one that a package adds."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        command = load(cmd_name)
        return command if isinstance(command, click.Command) else None

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Give the names of all; beside a course of one's own, without those of the course that comes with us."""
        here = _course_here()
        others = (name for name, place in added().items() if not here or not _of_this_package(place))
        return sorted({*super().list_commands(ctx), *others})

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was meant."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            from derivations.nearest import nearest  # noqa: PLC0415 - only on the way to an error

            raise click.UsageError(f"no command is called {args[0]!r}{nearest(args[0], self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)


def _course_here() -> str:
    """Give the module of the course that this folder's mkdocs.yml names, if it is one of its author's own."""
    try:
        text = read_ordinary(configured(os.curdir)).decode()
        named = re.search(r"(?m)^\s*(?:-\s*derivations:\s*\{)?\s*course:\s*([\w.]+)", text)
    except (OSError, UnicodeDecodeError):
        return ""
    return named[1] if named and not _of_this_package(named[1]) else ""


def _of_this_package(module: str) -> bool:
    return module.partition(".")[0] == __name__.partition(".")[0]


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="derivations", prog_name="derive")
@click.pass_context
def derive(context: click.Context) -> None:
    """Derive numbers exactly: formulas, their values, and documents that print no other."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


# The formulas and the documents -------------------------------------------------------------------------------------


@derive.command("list")
@click.option("--lang", default="", help="The language of the meanings; by default the course's first.")
@click.option("--json", "as_json", is_flag=True, help="As JSON: name, symbols, unit, expression, meaning.")
def list_formulas(lang: str, as_json: bool) -> None:
    """List every formula: its name, the symbols it takes, what it derives to and what it means."""
    from derivations.exact import Formula  # noqa: PLC0415 - as above
    from derivations.language import languages  # noqa: PLC0415 - as above

    course = _course()
    lang = lang or course.languages[0]
    if lang not in course.languages:
        raise click.UsageError(f"there is no language {lang!r}: there are {', '.join(course.languages)}")
    writer, texts = languages(course)[lang], course.words[lang]

    def unit(one: Unit) -> str:
        return one.name if as_json else _unit(writer, one)

    rows = []
    for name, formula in course.formulas.items():
        meaning = texts.get(f"formula.{name}", "")
        if isinstance(formula, Formula):
            symbols = ", ".join(symbol.name for symbol in formula.symbols)
            rows.append((name, symbols, unit(formula.unit), writer.formula(formula).text, meaning))
        else:
            rows.append((name, "MODEL, …", unit(formula.unit), "", meaning))
    if as_json:
        keys = ("name", "symbols", "unit", "expression", "meaning")
        print_json([dict(zip(keys, row, strict=True)) for row in rows])
    else:
        print_table(("name", "symbols", "unit", "derives to", "meaning"), rows)


def _unit(writer: Language, unit: Unit) -> str:
    """Say a unit as readers know it: m/s², parameters; by its name where the course has no words for it."""
    from derivations.language import FormError  # noqa: PLC0415 - as above

    try:
        return writer.symbol(unit)
    except FormError:
        noun = writer.counted(unit)
        return noun.plural if noun else unit.name


@derive.command()
@click.argument("name")
@click.argument("inputs", nargs=-1, metavar="[MODEL] [SYMBOL=NUMBER …]")
@click.option("--lang", default="", help="The language to explain it in; by default the course's first.")
@click.option("--python", "form", flag_value="python", help="As a Python program that checks each line.")
@click.option("--notebook", "form", flag_value="notebook", help="As a Jupyter notebook.")
def explain(name: str, inputs: tuple[str, ...], lang: str, form: str | None) -> None:
    """Explain a formula: its derivation step by step, each step proved, and its value where numbers are given.

    A model of the course brings its own numbers, as on a page.

    Examples: `derive explain circle.area`, `derive explain circle.area r=3/2 --lang es`.
    """
    from derivations.explanation import explanation  # noqa: PLC0415 - as above

    course = _course()
    model, numbers = (inputs[0], inputs[1:]) if inputs and inputs[0] in course.models else ("", inputs)
    say(explanation(course, name, lang, _inputs(numbers, course), form or "text", model=model), nl=False)


@derive.command()
@click.argument("name")
def where(name: str) -> None:
    """Say where a formula stands: its function, its words in each language, the tests, pages and tables that name it.

    Example: `derive where circle.area`.
    """
    from pathlib import Path  # noqa: PLC0415 - as above

    from derivations.whereabouts import whereabouts  # noqa: PLC0415 - as above

    for kind, place in whereabouts(_course(), name, Path.cwd()):
        say(f"{kind:<10}  {place}")


@derive.command()
@click.argument("path")
@click.option("--languages", default="", help="Which of the languages that there are, as in `en,es`.")
def new(path: str, languages: str) -> None:
    """Write a small course into the folder PATH: a formula, a table, a drill, two pages, tests. Start from it."""
    from pathlib import Path  # noqa: PLC0415 - as above

    from derivations.new import create  # noqa: PLC0415 - as above
    from derivations.project import Project  # noqa: PLC0415 - as above

    written = create(Path(path), [code.strip() for code in languages.split(",") if code.strip()])
    project = Project(Path(path))
    for name in [*written, *project.write_tables(project.book())]:
        say(f"wrote {path}/{name}")
    say(f"Read it: cd {path} && mkdocs serve --livereload")


@derive.command()
@click.argument("code")
@click.argument("like")
def pack(code: str, like: str) -> None:
    """Begin the pack of a language CODE as LIKE has it: files to translate, `packs/CODE` in the course's package."""
    from pathlib import Path  # noqa: PLC0415 - as above

    from derivations.language.pack import begin  # noqa: PLC0415 - as above
    from derivations.project import home  # noqa: PLC0415 - as above

    folder = home(Path.cwd()) / "packs"
    try:
        written = begin(folder, code, like)
    except ValueError as refusal:
        raise click.UsageError(str(refusal)) from None
    for name in written:
        say(f"wrote {os.path.relpath(folder / name)}")
    say('Translate them; Course(packs=Path(__file__).with_name("packs")) finds them.')


@derive.command()
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 1 if a CSV is stale.")
def tables(only_check: bool) -> None:
    """Derive every table anew and write the CSV files that changed."""
    project = _project()
    book = project.book()
    if only_check:
        stale = project.stale_tables(book)
        for finding in stale:
            say(str(finding))
        sys.exit(1 if stale else 0)
    for path in project.write_tables(book):
        say(f"wrote {path}")


@derive.command()
@click.option("--json", "as_json", is_flag=True, help="The findings as JSON.")
@click.option("--fix", is_flag=True,
              help="Mend what is mechanical: headings’ ids, decimal signs, stale CSV files, records of sections.")
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
            say(line, err=True)
        book = project.book()
    findings = sorted([*book.findings, *project.findings(book)])
    if as_json:
        print_json([{"path": f.path, "line": f.line, "column": f.column, "message": f.message, "hint": f.hint}
                     for f in findings])
    else:
        for finding in findings:
            say(str(finding))
    if left_out := project.configuration.ungated:
        say(left_out, err=True)
    sys.exit(1 if findings else 0)


@derive.command()
def ledger() -> None:
    """Print the ledger: every value that the pages print, with its place, formula, inputs and exact number."""
    from derivations.ledger import as_json  # noqa: PLC0415 - as above

    say(as_json(_project().book().ledger()), nl=False)


@derive.command()
@click.option("--to", required=True, metavar="DIR", help="The folder to write; a folder in it for each language.")
def render(to: str) -> None:
    """Write the documents as plain Markdown, everything resolved, for any site builder.

    MkDocs with Material, ProperDocs and Zensical build DIR/LANGUAGE as it is. Nothing is written while a fault is open.
    """
    from pathlib import Path  # noqa: PLC0415 - as above

    project = _project()
    book = project.book()
    for finding in book.findings:
        say(str(finding), err=True)
    if book.findings:
        sys.exit(1)
    say(f"wrote {project.render(book, Path(to))} files into {to}")


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
        print_json({"moves": [asdict(move) for move in found], "near_limits": [asdict(claim) for claim in near]})
    else:
        say(report(found, near), nl=False)


def _project() -> Project:
    from pathlib import Path  # noqa: PLC0415 - as above

    from derivations.project import Project  # noqa: PLC0415 - as above

    return Project(Path.cwd())


def _course() -> Course:
    """Give the course of this folder's documents, or the one that comes with the package."""
    if configured(os.curdir):
        return _project().course
    from derivations.lora.course import COURSE  # noqa: PLC0415 - as above

    return COURSE


def _inputs(pairs: Sequence[str], course: Course) -> dict[str, Exact]:
    """Read numbers by symbol, as a page does: n=12, i=7/1000, i=0.007, f=550/10**9."""
    from derivations.nearest import nearest  # noqa: PLC0415 - as above
    from derivations.text.expression import ExpressionFault, Reader, parse  # noqa: PLC0415 - as above
    from derivations.text.names import Names  # noqa: PLC0415 - as above

    inputs: dict[str, Exact] = {}
    for pair in pairs:
        name, _, number = pair.partition("=")
        try:
            inputs[name] = Reader(number, Names(course)).number(parse(number))
        except ExpressionFault as fault:
            said = f": {fault.message}" if number else nearest(pair, course.models)
            raise click.UsageError(f"{pair[:40]!r} is not SYMBOL=NUMBER, as in n=12{said}") from None
    return inputs


# Running the command ------------------------------------------------------------------------------------------------


def main() -> None:
    """Run the command: an error becomes one line on standard error, and exit code 2."""
    try:
        code = derive.main(prog_name="derive", standalone_mode=False,
                           color=False if os.environ.get("NO_COLOR") else None)
        if sys.stdout is not None:                           # closed by whoever started it
            sys.stdout.flush()
        sys.exit(code if isinstance(code, int) else 0)
    except (click.ClickException, Refused) as error:
        message = error.format_message() if isinstance(error, click.ClickException) else str(error)
        click.echo(f"derive: {one_line(message)}", err=True)
        sys.exit(2)
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("derivations"):
            raise
        click.echo(f"derive: {one_line(f'{error.name} is missing: {EXTRA}')}", err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        _close()                                             # the reader has gone: that's no error
        sys.exit(0)
    except OSError as error:                     # a full disk, no rights, a file that went while it was read
        named = f"{os.path.relpath(os.fsdecode(error.filename))}: " if isinstance(error.filename, str | bytes) else ""
        click.echo(f"derive: {one_line(f'{named}{error.strerror or error}')}", err=True)
        _close()
        sys.exit(2)


def _close() -> None:
    """Throw away what waits for a standard output that takes no more: Python would complain of it at its end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
