"""Whatever stands in a folder of documents: every command that reads it answers, finds faults, or refuses in one line.

The small course that `derive new` writes is damaged in one file or two: bytes, what each format knows of traps, what a
terminal or a browser would run. The command runs in this process, so that thousands are tried. `make nightly` tries more.
"""

import json
import os
import random
import re
import shutil
import sys

import pytest
from test_every_argument import CONTROL, check, run
from trust import short_or_long, tried

from derivations.new import create
from derivations.site import fresh
from derivations.terminal import LONGEST

HOSTILE = ("\x1b[31m", "\x1b]0;x\x07", "\u202e", "\x00", "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "\ufeff", "\ue000", "\u2028", "\r",
           "<script>alert(1)</script>", "{{= 1/0 }}", "{{= growth.balance(K=10**10**10) }}", "{{= x.__class__ }}", "{{", "}}", "{{#", "{% for x in y %}",
           "{{ config }}", "&#x1b;", "9" * 5000, "1e999999999", "(" * 3000, "[" * 3000, "{" * 500, "{{= " + "(" * 400 + "1" + ")" * 400 + " }}", "#" * 3000,
           "> " * 400, "- " * 300, "*" * 5000, "`" * 3000, "$" * 999, "$\\frac{" * 300, "|" * 2000, "x" * 20_000, "\n" * 2000, "---\n", "-0", "NaN",
           "![](" * 300, "<div>" * 500, "<!--", "[^1]: " * 50, "[[columns]]\n", "a.b.c.d = 1\n", "é" * 3000, "٣", "𝟙", "\u200b")
YAML = ("!!python/object/apply:os.system ['touch planted']", "&a [*a]", "*b", "? : ?", "{a: &x [1,1], b: [*x, *x]}", "!ENV [NOPE, x]", "!ENV", "!!binary x",
        "[" * 999, "INHERIT: mkdocs.yml", "INHERIT: /dev/zero", "[]", "{}", "null", "5", "true", "2026-11-29", "../../..", "/etc", "~", "x" * 5000, "''",
        "'a\0b'", '"\\x1b[31m"', "%", "@", "- a", "? a", "<<: 5", "1e400", ".inf", "\t")
TOML = ('"\\u001b[31m"', "5", "[]", "{}", "true", "1.5", "1979-05-27", '["1/0"]', '["x"]', '["9999999999999999999999/7"]', '"*"', '""', "inf", "nan",
        "[[[[]]]]", '{ en = 5 }', '[1, "2", [3]]', "-1", "0", '"percent(99999)"', '"places(999999999)"', '"{0.__class__}"', '"{9}"', '"{"', '"a | b | c | d"')
FILES = ("mkdocs.yml", "docs/en/index.md", "docs/es/index.md", "docs/es/practice.md", "tables/rates.toml", "tables/rates.csv", "growth/words/en.toml",
         "growth/words/es.toml", "docs/.sync.toml", "ledger.json", "claims.json")
COMMANDS = (("check",), ("check",), ("check", "--json"), ("check", "--fix"), ("check", "--confirm", "index.md#interest"), ("tables",), ("tables", "--check"),
            ("ledger",), ("where", "growth.balance"), ("list",), ("list", "--json"), ("explain", "growth.balance"), ("explain", "growth.balance", "K=5", "--lang", "es"),
            ("render", "--to", "rendered"), ("diff", "ledger.json", "ledger.json"), ("diff", "ledger.json"), ("diff", "--json", "ledger.json"))


def damaged(draw, path, content):
    """Damage a file: its bytes, or a value, a line or a word of it."""
    kind, text = draw.randrange(7), content.decode()
    own = YAML if path.endswith("md") else YAML[1:]             # MkDocs makes objects of mkdocs.yml, as slugs need, and imports its hooks
    traps = (*HOSTILE, *(own if path.endswith(("yml", "md")) else TOML))
    if kind == 0:
        at = draw.randrange(len(content) + 1)
        return draw.choice((b"", content[:at], content[at:], draw.randbytes(300), content[:at] + draw.randbytes(3) + content[at:], content.decode().encode("utf-16")))
    spots = list(re.finditer(r"(?<=[:=] )[^\n]+|(?<== )[^\n]+" if kind < 4 else r"\S+", text)) or [re.match("", text)]
    spot = draw.choice(spots)
    new = draw.choice(traps)
    if kind == 1:                                               # a trap inside a text that may be quoted
        start = draw.randrange(spot.start(), spot.end() + 1)
        return (text[:start] + new + text[start:]).encode("utf-8", "surrogatepass")
    if kind == 6:                                               # a line goes, comes twice, or changes places
        lines = text.splitlines(keepends=True) or [""]
        at, other = draw.randrange(len(lines)), draw.randrange(len(lines))
        lines[at:at + 1] = draw.choice(([], [lines[at]] * 2, [lines[other]], ["  " + lines[at]], [lines[at].lstrip()]))
        return "".join(lines).encode()
    return (text[:spot.start()] + new + text[spot.end():]).encode("utf-8", "surrogatepass")


def in_place_of(draw, path):
    """Put something else than a file in its place."""
    path.unlink()
    kind = draw.choice(("gone", "folder", "fifo", "loop", "lost link", "zero"))
    if kind == "folder":
        path.mkdir()
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind != "gone":
        path.symlink_to({"loop": path.name, "lost link": "nowhere", "zero": "/dev/zero"}[kind])


def restore(root, good):
    for name, content in good.items():
        path = root / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.is_symlink() or (path.exists() and not path.is_file()):
            path.unlink()
        path.write_bytes(content)


@pytest.fixture
def course(tmp_path, monkeypatch):
    """The small course, with its records and its ledger: the good content of each file."""
    create(tmp_path, [])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert run(["check", "--fix"])[0] == 0
    (tmp_path / "ledger.json").write_text(run(["ledger"])[1], encoding="utf-8")
    (tmp_path / "claims.json").write_text("[]\n", encoding="utf-8")
    yield {name: (tmp_path / name).read_bytes() for name in FILES}
    fresh.forget("growth")
    sys.path[:] = [one for one in sys.path if one != str(tmp_path)]


@pytest.mark.filterwarnings("error")
def test_any_folder_of_documents_gets_an_answer_findings_or_one_line(tmp_path, course):
    draw = random.Random(int(os.environ.get("SEED", "31")))
    often, codes = short_or_long(60, 1500), {0: 0, 1: 0, 2: 0}
    for number in range(often):
        names = draw.sample(FILES, draw.choice((1, 1, 1, 2)))
        for name in names:
            (tmp_path / name).write_bytes(damaged(draw, name, course[name]))
            if number % 15 == 0:
                in_place_of(draw, tmp_path / name)
        fresh.forget("growth")
        argv = draw.choice(COMMANDS)
        code, out, said = run(argv)
        assert not CONTROL.search(out.replace("\t", "")), (argv, names, out)
        if code == 2:
            check(argv, code, said)
        for line in (said.splitlines() if code != 2 else []):
            assert line.isprintable() and len(line) <= 2 * LONGEST, (argv, names, line)
        if "--json" in argv and code != 2:
            json.loads(out)
        codes[code] += 1
        restore(tmp_path, course)
        shutil.rmtree(tmp_path / "rendered", ignore_errors=True)
    assert not list(tmp_path.rglob("planted"))
    assert min(codes.values()) > often // 20                   # all roads were walked
    tried("documents", often)


@pytest.mark.parametrize("damage", [b"\xff\xfe", b'"index.md#" = { en = "12', b'"index.md#" = 7\n'])
def test_records_that_cannot_be_read_are_kept_as_they_are(tmp_path, course, damage):
    records = tmp_path / "docs/.sync.toml"
    records.write_bytes(records.read_bytes() + damage)
    held = records.read_bytes()
    for argv in (["check", "--fix"], ["check", "--confirm", "index.md#interest"]):
        code, out, _ = run(argv)
        assert code == 1 and ".sync.toml" in out
        assert records.read_bytes() == held
