"""Regular expressions from outside, matched within a time limit.

The field's library matches names with Python's `re`, so no other engine gives its answers; but that one backtracks, and
a short text can keep it busy for ever. What might is matched by a Python of its own, which is stopped when time is up.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from derivations.counting.refusal import Refusal

SECONDS = 2.0
"""How long all names together may take; an ordinary expression takes some thousandths."""

LONGEST = 10_000
"""The most characters of an expression."""

SPECIAL = re.compile(r"[\\^$*+?()\[\]{}|]")
"""What makes a text an expression: no module's name holds any of these."""

_REPEATS = re.compile(r"[*+?{]")
_CHILD = """
import json, re, sys, warnings
warnings.simplefilter("ignore")
text, names = json.load(sys.stdin)
match = re.compile(text).fullmatch
json.dump([number for number, name in enumerate(names) if match(name)], sys.stdout)
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
            self._compiled()
        except (re.error, OverflowError, RecursionError) as error:
            raise Refusal(f"{self.field}: {self.text[:60]!r} isn't a regular expression: {error}") from None

    def _compiled(self) -> re.Pattern[str]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")                  # "possible nested set": the library's users don't see it
            return re.compile(self.text)

    def matching(self, names: Sequence[str]) -> set[int]:
        """Give the numbers of the names that are matched in full. Raises `Refusal` where that takes too long."""
        if not self._may_take_long:
            match = self._compiled().fullmatch
            return {number for number, name in enumerate(names) if match(name)}
        import json  # noqa: PLC0415 - only for the few that may take long
        import subprocess  # noqa: PLC0415 - as above
        import sys  # noqa: PLC0415 - as above

        try:
            done = subprocess.run([sys.executable, "-I", "-S", "-c", _CHILD], input=json.dumps([self.text, names]),
                                  capture_output=True, text=True, timeout=SECONDS, check=True)
        except subprocess.TimeoutExpired:
            raise Refusal(f"{self.field}: {self.text[:60]!r} takes more than {SECONDS:g} seconds to match: write it "
                          "without repetitions inside repetitions") from None
        except (OSError, subprocess.CalledProcessError):
            raise Refusal(f"{self.field}: {self.text[:60]!r} can't be matched here") from None
        return set(json.loads(done.stdout))

    @property
    def _may_take_long(self) -> bool:
        """Whether backtracking can cost more than some thousand steps a name: two repetitions, or one of a group."""
        repeats = [match.start() for match in _REPEATS.finditer(self.text) if not _escaped(self.text, match.start())]
        groups = any(self.text[at - 1:at] == ")" for at in repeats)
        return len(repeats) > 2 or groups or self.text.count("|") > 12


def _escaped(text: str, at: int) -> bool:
    before = text[:at]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1
