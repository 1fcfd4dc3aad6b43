"""What a question is asked with on the command line, and how each of its options is read."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from functools import reduce
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from derivations.counting.question import APART, BIASES, FUSED
from derivations.counting.refusal import Refusal
from derivations.counting.safetensors import DTYPES
from derivations.counting.spelling import pasted
from derivations.ordinary import open_ordinary
from derivations.terminal import one_line

if TYPE_CHECKING:
    from derivations.counting.adapter import Adapter
    from derivations.counting.configuration import Configuration

LONGEST = 10_000_000
"""The most bytes of a configuration that are read."""
MOST_RANKS = 1000
MOST_LAYERS = 1_000_000


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
        from click.shell_completion import CompletionItem

        from derivations.counting.catalogue import known

        return [CompletionItem(name) for name in known() if name.startswith(incomplete.lower())]


def _options(*given: Callable[..., Any]) -> Callable[..., Any]:
    """Give what adds all these to a command."""
    return lambda command: reduce(lambda taken, option: option(taken), reversed(given), command)


of_an_adapter = click.option(
    "--adapter", metavar="FILE", help="An adapter_config.json, or a trainer's YAML: rank, targets and the rest.")
asked_of_a_model = _options(
    click.argument("model", required=False, type=ModelName()),
    click.option("--config", metavar="FILE",
                 help="A config.json, or its folder, in the place of MODEL; - reads it from standard input."),
    click.option("-t", "--targets", default="all", show_default=True, metavar="T",
                 help="all, attention, mlp, names with commas between, or a regular expression."),
    click.option("--layers-to-transform", "--layers", "layers", metavar="N,N-N",
                 help="Only these layers, as in 0,4-7."),
    click.option("--experts", type=click.Choice((APART, FUSED)),
                 help="Each expert's Linears with pairs of their own (version 4 of the library), or as 3-D "
                      "parameters (version 5). Default: apart where the family had both."),
    click.option("--exclude-modules", metavar="T", help="Names, or a regular expression, that are left out."),
    click.option("--target-parameters", metavar="NAMES", help="3-D parameters adapted by name."),
    click.option("--json", "as_json", is_flag=True, help="Everything as JSON, fractions exact."),
)
"""What every question about a model takes."""
stored = click.option("--dtype", type=click.Choice([*DTYPES]), default="float32", show_default=True,
                      help="How the adapter is stored.")
"""What every question about a file takes."""
trained_besides = _options(
    of_an_adapter,
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


def read_model(name: str | None, config: str | None, tensors: str | None = None) -> tuple[str, Configuration]:
    """Give what to call the model, and its configuration; from a name, from its configuration's file, or its weights'.

    What is no public model's name may be the path of a config.json, of weights, or of a folder with either.
    """
    if tensors is not None and (name or config):
        raise click.UsageError("give MODEL, --config FILE or --tensors FILE: one of them")
    if tensors is not None:
        from derivations.counting.paths import tensors_at

        return tensors_at(tensors)
    if (name is None) == (config is None):
        raise click.UsageError("give MODEL or --config FILE" + (", not both" if name else ""))
    if config is not None:
        from derivations.counting.configuration import read
        from derivations.counting.paths import CONFIG, text_at

        configuration = read(text_of(text_at(config, CONFIG, "--config"), "--config"))
        return configuration.model_type, configuration
    assert name is not None
    from derivations.counting.catalogue import is_variant, public_model

    try:
        model = public_model(name)
    except Refusal:
        if not os.path.exists(os.path.expanduser(name)):
            raise
        from derivations.counting.paths import model_at

        return model_at(name, lambda file: text_of(file, "MODEL"))
    called = f"{one_line(name.strip())} (counted as {model.name}, whose shape it has)"
    return called if is_variant(name, model) else model.name, model.configuration


class Asked(NamedTuple):
    """What a command is asked: of which models, the fields of a question; the rank and notes that an adapter brings."""

    models: tuple[str, ...]
    options: dict[str, Any]
    rank: int | None = None
    notes: tuple[str, ...] = ()


def read_asked(options: dict[str, Any], adapter: str | None, *models: str | None, given: str | None) -> Asked:
    """Read what is asked of models, or of the base that an adapter names; its file says what the command doesn't.

    An adapter that stands in a model's place is the adapter.

    given  the file that stands in the place of a model
    """
    asked, names = read_options(options), [name for name in models if name]
    if adapter is None and names and os.path.exists(os.path.expanduser(names[0])):
        from derivations.counting.catalogue import is_public
        from derivations.counting.paths import adapter_at

        if not is_public(names[0]) and adapter_at(names[0]):
            adapter, *names = names
    if adapter is None:
        return Asked(tuple(names), asked)
    from derivations.counting.adapter import read_adapter
    from derivations.counting.paths import adapter_at, text_at
    from derivations.counting.weights import ADAPTER

    read = read_adapter(text_of(adapter_at(adapter) or text_at(adapter, ADAPTER, "--adapter"), "--adapter"))
    said = {"layers_to_transform" if name == "layers" else name for name in given_here()} | {"rank"}
    asked |= {name: value for name, value in read.options.items() if name not in said}
    return Asked(tuple(names) or (() if given is not None else (_base(read),)), asked, read.options["rank"], read.notes)


def given_here() -> list[str]:
    """Give the names of what the command line says itself."""
    context = click.get_current_context()
    return [name for name in context.params
            if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE]


def _base(adapter: Adapter) -> str:
    """Give the base that an adapter's configuration names."""
    from derivations.counting.catalogue import public_model

    if not adapter.base:
        raise click.UsageError("--adapter: it names no base: give MODEL or --config FILE")
    try:
        public_model(adapter.base)
    except Refusal as refusal:
        raise Refusal(f"adapter: {refusal}; name MODEL, or give its config.json by --config") from None
    return adapter.base


def text_of(path: str, option: str) -> bytes:
    """Read a file, or standard input where it is called -; what isn't an ordinary file, or is too long, is refused."""
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


def read_ranks(text: str) -> tuple[int, ...]:
    """Read ranks, as in 8,16,32."""
    parts = [part.strip() for part in text.split(",")]
    for part in parts:
        if not re.fullmatch("-?[0-9]{1,19}", part):
            raise Refusal(f"rank: {part[:40]!r} is not a valid integer")
    if len(parts) > MOST_RANKS:
        raise Refusal(f"rank: more than {MOST_RANKS} ranks aren't counted at once")
    return tuple(dict.fromkeys(int(part) for part in parts))


def read_options(options: dict[str, Any]) -> dict[str, Any]:
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
    asked["rank_pattern"] = _pattern(asked.get("rank_pattern", ()))
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


def _pattern(pairs: Sequence[str]) -> dict[str, int]:
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
