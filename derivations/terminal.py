"""How a command writes to a terminal: tables, rows of names and values, JSON, and an error as one short line."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

EXTRA = "what builds courses comes with pip install 'derivations[site]'"
"""What to say where a library is missing that only courses need."""

LONGEST = 300 - len("derive: ")
"""The most characters of an error, whose line has 300."""


class Refused(ValueError):
    """A question that was put wrongly: its message is one line, which names what is right."""


def say(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Write text; what a terminal would run, or turn round, is shown as an escape of JSON and of Python."""
    click.echo(visible(text), err=err, nl=nl)


def visible(text: str) -> str:
    """Give a text with an escape for each character that can't be seen, save spaces and line ends.

    >>> visible("a\\x1b[31m")
    'a\\\\u001b[31m'
    """
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or (letter.isspace() and letter not in _ENDS) else _escaped(letter)
                   for letter in text)


_ENDS = "\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029"
"""What is a space to Python, and no space to a terminal."""


def _escaped(letter: str) -> str:
    return json.dumps(letter)[1:-1] if letter != "\x7f" else "\\u007f"


def print_json(data: object) -> None:
    """Write plain data as JSON."""
    say(json.dumps(data, indent=2, ensure_ascii=False))


def heading(text: str) -> None:
    """Write a line in bold, and an empty one."""
    click.echo(click.style(visible(text), bold=True))
    click.echo()


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
    """Write a table in columns; `right` numbers those whose cells stand at the right."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]

    def line(row: Sequence[str]) -> str:
        cells = (cell.rjust(width) if column in right else cell.ljust(width)
                 for column, (cell, width) in enumerate(zip(row, widths, strict=True)))
        return "  ".join(cells).rstrip()

    click.echo(click.style(visible(line(head)), dim=True))
    for row in rows:
        say(line(row))


def print_rows(rows: Sequence[tuple[str, str]]) -> None:
    """Write names, and what stands beside each."""
    width = max(len(name) for name, _ in rows)
    for name, text in rows:
        click.echo(f"{click.style(name.ljust(width), dim=True)}  {visible(text)}")


def one_line(message: str) -> str:
    """Give a message as one line that no terminal can take for anything but text, cut where it gets long.

    >>> one_line("a\\x1b[31m\\n  b")
    'a\\\\x1b[31m b'
    """
    words = " ".join(message[:4 * LONGEST].split())
    text = "".join(letter if letter.isprintable() else letter.encode("unicode_escape", "backslashreplace").decode()
                   for letter in words)
    return text if len(text) <= LONGEST else text[:LONGEST - 1] + "…"
