"""`derive memory`: what a training step takes, term by term, and which cards hold it."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import click

from derivations.counting.options import (
    Answering,
    asked_of_a_model,
    given_here,
    of_an_adapter,
    read_asked,
    read_model,
)
from derivations.counting.question import Question
from derivations.counting.refusal import Refusal
from derivations.counting.setup import ATTENTIONS, BASES, CARDS, OPTIMIZERS, TYPES, Setup
from derivations.counting.told import as_asked, significant
from derivations.counting.trainer import in_last_layers
from derivations.terminal import heading, print_json, print_rows, print_table

if TYPE_CHECKING:
    from derivations.counting.memory import Account, Card

OF_ADAPTERS = ("adapter", "targets", "layers", "exclude_modules", "target_parameters", "adapter_dtype", "no_autocast")
"""What full fine-tuning asks nothing of."""


@click.command(cls=Answering)
@asked_of_a_model
@click.option("-r", "--rank", type=int, metavar="R", help="The rank of every pair; not asked for with --full.")
@click.option("--full", is_flag=True, help="Full fine-tuning, in the place of adapters.")
@click.option("--base", type=click.Choice(BASES), default=Setup.base, show_default=True,
              help="How the base is stored; nf4-double quantizes its scales as well.")
@click.option("--compute", type=click.Choice(TYPES), default=Setup.compute, show_default=True,
              help="The type that layers over a quantized base compute with.")
@of_an_adapter
@click.option("--dtype", "--adapter-dtype", "adapter_dtype", type=click.Choice(TYPES),
              default=Setup.adapter, show_default=True,
              help="The type of the adapter and its gradients while it trains.")
@click.option("--batch", type=int, default=Setup.batch, show_default=True, metavar="N", help="Texts in a step.")
@click.option("--length", type=int, default=Setup.length, show_default=True, metavar="N", help="Tokens in a text.")
@click.option("--checkpointing", is_flag=True, help="Keep each layer's input alone, and make the rest anew.")
@click.option("--attention", type=click.Choice(ATTENTIONS), default=Setup.attention, show_default=True,
              help="Whether a fused kernel spares the weights of all pairs of tokens.")
@click.option("--optimizer", type=click.Choice(OPTIMIZERS), default=Setup.optimizer, show_default=True,
              help="Whose state is kept.")
@click.option("--no-autocast", is_flag=True, help="Let float32 adapters compute in float32 over a 16-bit base.")
@click.option("--master", is_flag=True, help="With --full: keep a float32 copy of 16-bit weights.")
@click.option("--fits", default=",".join(map(str, CARDS)), show_default=True, metavar="GIB,…",
              help="The cards to try, in GiB.")
def memory(  # noqa: PLR0917 - Click passes every option by its name
    model: str | None, config: str | None, rank: int | None, adapter: str | None, as_json: bool, fits: str,
    **options: Any,
) -> None:
    """Account for the memory of a training step, and say whether it fits.

    Examples: `derive memory llama-3-8b -r 16 --base nf4-double --checkpointing`,
    `derive memory mistral-7b -r 8 -t q_proj,v_proj --batch 4 --length 1024 --fits 16,24`,
    `derive memory --adapter adapter_config.json`, `derive memory qwen2.5-7b --full --master`.
    """
    from derivations.counting.memory import account, cards

    given = given_here()
    if adapter in TYPES:                                       # what the option once took
        if "adapter_dtype" in given:
            raise click.UsageError("--adapter-dtype is given twice: one type is the adapter's")
        options["adapter_dtype"], adapter = adapter, None
    options |= {"autocast": not options.pop("no_autocast"), "adapter": options.pop("adapter_dtype")}
    setup = Setup(**{one.name: options.pop(one.name) for one in fields(Setup)})
    if setup.full and adapter is not None:
        raise click.UsageError("give --rank R or --full, not both")
    asked = read_asked(options, adapter, model, given=config)
    known = asked.rank if rank is None else rank
    if (known is None) != setup.full:
        raise click.UsageError("give --rank R or --full" + (", not both" if setup.full else ""))
    dropped = next((name for name in given if name in (OF_ADAPTERS if setup.full else ("master",))), None)
    if dropped is not None:
        with_what = "adapters: --full has none" if setup.full else "--full"
        raise click.UsageError(f"--{dropped.replace('_', '-')} goes with {with_what}")
    sizes = tuple(_gib(part.strip()) for part in fits.split(",", 20))
    name, configuration = read_model(next(iter(asked.models), None), config)
    question = Question(1 if known is None else known, **in_last_layers(asked.options, configuration))
    answer = account(configuration, question, setup, model=name, partly=True)
    answer = answer._replace(notes=(*answer.notes, *asked.notes))
    tried = cards(configuration, question, setup, sizes)
    if as_json:
        print_json({**answer.as_json(), "cards": [card._asdict() for card in tried]})
        return
    how = "full fine-tuning" if setup.full else f"rank {question.rank:,}, targets {as_asked(question.targets)}"
    _print(answer, tried, setup, f"{name} ({configuration.model_type}), {how}: batch {setup.batch:,} of "
           f"{setup.length:,} tokens{', checkpointing' if setup.checkpointing else ''}")


def _gib(text: str) -> int:
    """Read a card's size, as in 24."""
    if not (text.isascii() and text.isdigit() and len(text) < 8):
        raise Refusal(f"fits: {text[:40]!r} isn't a whole number of GiB, as in 24,48,80")
    return int(text)


def _print(answer: Account, tried: tuple[Card, ...], setup: Setup, title: str) -> None:
    heading(title)
    rows = [(term.name, f"{term.bytes:,}", _short(term.bytes), term.kind) for term in answer.terms]
    rows.append(("sum", f"{answer.total:,}", _short(answer.total), f"{significant(answer.total, 2**30)} GiB"))
    print_table(("term", "bytes", "", "known"), rows, right=(1, 2))
    click.echo()
    if not tried:
        print_rows([("not counted", one) for one in answer.not_counted])
        return
    print_table(
        ("card", "fits", f"largest batch, {setup.length:,} tokens each", f"largest length, batch {setup.batch:,}"),
        [(f"{card.gib:,} GiB", "yes" if card.fits else "no", f"{card.batch:,}", f"{card.length:,}") for card in tried],
        right=(0, 2, 3))
    click.echo()
    print_rows([*(("note", note) for note in answer.notes), ("not counted", "; ".join(answer.not_counted))])


def _short(number: int) -> str:
    unit, size = ("GB", 10**9) if number >= 10**9 else ("MB", 10**6)
    return f"{significant(number, size)} {unit}"
