"""The ledger of a file or of a git revision, so that two of them can be compared."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from derivations.ledger import ClaimEntry, Entry, claims_from_json, from_json
from derivations.project import Project
from derivations.terminal import Refused

_PRINT_BOTH = (
    "from pathlib import Path\n"
    "from derivations.project import Project\n"
    "from derivations.ledger import as_json\n"
    "book = Project(Path.cwd()).book()\n"
    "print(as_json(book.ledger()), as_json(book.claims()), sep='\\0')\n"
)
"""What runs inside the checked-out revision: that revision's own code makes its ledger."""


def ledger_of(name: str | None) -> tuple[list[Entry], list[ClaimEntry]]:
    """Give the values and claims of a ledger file, of a git revision, or (None) of this folder as it is.

    A ledger file says nothing of claims unless `claims.json` lies beside it. Raises `Refused` for what is neither a
    ledger file nor a revision whose documents can be derived.
    """
    if name is None:
        book = Project(Path.cwd()).book()
        return book.ledger(), book.claims()
    path = Path(name)
    if path.is_file():
        try:
            claims = path.with_name("claims.json")
            return (from_json(path.read_text(encoding="utf-8")),
                    claims_from_json(claims.read_text(encoding="utf-8")) if claims.is_file() else [])
        except (ValueError, RecursionError) as fault:
            raise Refused(f"{name} is not a ledger: {fault}") from None
    return _of_revision(name)


def _of_revision(name: str) -> tuple[list[Entry], list[ClaimEntry]]:
    if name.startswith("-"):
        raise Refused(f"{name!r} is neither a ledger file nor a git revision")
    try:
        archive = subprocess.run(["git", "archive", "--format=tar", name], capture_output=True, check=False)
    except (OSError, ValueError):                            # a NUL in the name
        raise Refused(f"{name!r} is no ledger file, and git, which knows revisions, can't be run") from None
    if archive.returncode:
        raise Refused(f"{name!r} is neither a ledger file nor a git revision of this folder")
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
            tar.extractall(folder, filter="data")
        environment = {**os.environ, "PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1"}
        made = subprocess.run([sys.executable, "-c", _PRINT_BOTH], cwd=folder, env=environment,
                              capture_output=True, text=True, check=False)
        if made.returncode:
            last = made.stderr.strip().splitlines()[-1:] or ["no reason given"]
            raise Refused(f"the documents of {name} can't be derived: {last[0]}")
    values, claims = made.stdout.split("\0")
    return from_json(values), claims_from_json(claims)
