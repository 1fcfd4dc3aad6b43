"""Regular expressions from outside, matched within a time limit.

The field's library matches names with Python's `re`, and answers must be its answers: engines that take linear time
know no references back and no looking around, and the `regex` package, which has a time limit, reads some expressions
otherwise. So `re` it is. It backtracks, and a short text can keep it busy for ever: what might is matched by a Python
of its own, which is stopped when time is up. All expressions of a question go to one such Python together.
"""

from __future__ import annotations

import json
import re
import sys
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from derivations.counting.refusal import Refusal

SECONDS = 2.0
"""How long a processor may work on all names together; an ordinary expression takes some thousandths."""

PATIENCE = 15
"""How many times as long is waited on a busy machine, where others work at the same time."""

LONGEST = 10_000
"""The most characters of an expression."""

MOST = 250_000
"""How often a name may be held against an expression, all together; the largest public models have 70,000 names."""

SPECIAL = re.compile(r"[\\^$*+?()\[\]{}|]")
"""What makes a text an expression: no module's name holds any of these."""

_REPEATS = re.compile(r"[*+?{]")
_CHILD = """
import json, re, signal, sys, warnings
if hasattr(signal, "setitimer"):
    signal.setitimer(signal.ITIMER_VIRTUAL, float(sys.argv[1]))
warnings.simplefilter("ignore")
texts, names = json.load(sys.stdin)
json.dump([list(filter(re.compile(text).fullmatch, names)) for text in texts], sys.stdout)
"""


@dataclass(frozen=True)
class Expression:
    """A regular expression that Python can compile."""

    text: str
    field: str = "targets"

    def __post_init__(self) -> None:
        if len(self.text) > LONGEST:
            raise Refusal(f"{self.field}: an expression of more than {LONGEST} characters isn't read")
        try:
            self.compiled()
        except (re.error, OverflowError, RecursionError) as error:
            raise Refusal(f"{self.field}: {self.text[:60]!r} isn't a regular expression: {error}") from None

    def compiled(self) -> re.Pattern[str]:
        """Give what Python makes of it."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")                  # "possible nested set": the library's users don't see it
            return re.compile(self.text)

    def matching(self, names: Iterable[str]) -> set[str]:
        """Give the names that are matched in full. Raises `Refusal` where that takes too long."""
        return matched([self], names)[0]

    @property
    def may_take_long(self) -> bool:
        """Whether backtracking can cost more than some thousand steps a name: three repetitions, or one of a group."""
        repeats = [match.start() for match in _REPEATS.finditer(self.text) if not _escaped(self.text, match.start())]
        groups = any(self.text[at - 1:at] == ")" for at in repeats)
        return len(repeats) > 2 or groups or self.text.count("|") > 12


def of_rank(pattern: str) -> Expression:
    """Give the expression that a pattern for ranks is: what it matches may stand within other modules."""
    return Expression(rf"(.*\.)?({pattern})", "rank_pattern")


def matched(expressions: Sequence[Expression], names: Iterable[str]) -> list[set[str]]:
    """Give for each expression the names that it matches in full. Raises `Refusal` where all that takes too long."""
    names = list(dict.fromkeys(names))
    if len(names) * len(expressions) > MOST:
        raise Refusal(f"{expressions[0].field}: a regular expression is matched against at most {MOST} names")
    slow = [one for one in expressions if one.may_take_long] if names else []
    found = dict(zip(slow, _apart(slow, names), strict=True)) if slow else {}
    return [found[one] if one in found else set(filter(one.compiled().fullmatch, names)) for one in expressions]


def _apart(expressions: Sequence[Expression], names: Sequence[str]) -> list[set[str]]:
    import signal
    import subprocess

    shown = f"{expressions[0].field}: {expressions[0].text[:60]!r}{' and others' if len(expressions) > 1 else ''}"
    asked = json.dumps([[one.text for one in expressions], names])
    try:
        done = subprocess.run([sys.executable, "-I", "-S", "-c", _CHILD, str(SECONDS)], capture_output=True,
                              text=True, check=True, input=asked, timeout=PATIENCE * SECONDS)
    except (OSError, subprocess.SubprocessError) as fault:
        stopped = -getattr(signal, "SIGVTALRM", 0)           # the timer's own way to end a process
        if isinstance(fault, subprocess.TimeoutExpired) or (stopped and getattr(fault, "returncode", 0) == stopped):
            raise Refusal(f"{shown} takes more than {SECONDS:g} seconds to match: write it without repetitions inside "
                          "repetitions") from None
        raise Refusal(f"{shown} can't be matched here") from None
    return [set(one) for one in json.loads(done.stdout)]


def _escaped(text: str, at: int) -> bool:
    before = text[:at]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1
