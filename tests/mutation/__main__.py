"""Run mutants of the rooms against their own tests, go on where the last run stopped, and write the report.

    python -m tests.mutation                      every mutant that has no verdict yet
    python -m tests.mutation exact --sample 60    sixty of them, the same sixty each time
    python -m tests.mutation --report             only write tests/mutation/report.md from what is known

A run works on a copy of the package and the tests, so that it judges one state of them. Verdicts are kept in
.cache/mutants; a verdict is dropped when the function it is about changes, and a survivor is judged again by the files
of tests that are new or have changed since.
"""

from __future__ import annotations

import argparse
import compileall
import hashlib
import importlib
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
STATE = ROOT / ".cache" / "mutants"
sys.path.insert(0, str(Path(__file__).parent))

import judge  # noqa: E402 - the folder must be importable first
from mutate import Mutant, mutants  # noqa: E402
from report import write_report  # noqa: E402

FUZZ = "tests/lora_architecture/test_configuration.py::test_"
GATE = ("gate.py", "claims.py", "expression.py", "finding.py", "glossary.py", "links.py", "marks.py", "numerals",
        "page.py", "parity.py", "renderings.py", "scan.py", "skeleton.py", "sync.py", "terms.py")
"""What of prose decides whether a page goes out; the rest writes pages."""
ROOMS = {
    "exact": (["derivations/exact", "derivations/nearest.py"], ["tests/exact", "tests/language/test_language_worked.py"]),
    "lora": (["derivations/lora"], ["tests/lora", "tests/lora_architecture", "tests/oracle",
                                    "tests/source/test_source_file.py", "tests/prose_blocks", f"--deselect={FUZZ}fuzzed_configurations_are_"
                                    "counted_or_refused_in_one_line", f"--deselect={FUZZ}junk_is_refused"]),
    "language": (["derivations/language"], ["tests/language"]),
    "prose": ([f"derivations/prose/{name}" for name in GATE], ["tests/binding", "tests/prose", "tests/gate"]),
}
"""A room's modules, and the tests that judge it; left out are two that take a quarter of all the time."""
CHOSEN = {"derivations/lora/drills.py": "number"}
"""Modules with operators that don't apply: another number in a drill's row is another question, not a mistake."""
PRELOADED = ("sympy", "numpy", "mpmath", "hypothesis", "babel.numbers", "pandas", "yaml", "fractions", "dukpy")


@dataclass(frozen=True)
class Task:
    """A room to be judged: its modules and tests in a copy of the tree, and how much may be spent on it."""

    room: str
    files: list[Path]
    tests: list[str]
    copy: Path
    place: Path
    jobs: int
    sample: int
    until: float
    seconds: float


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__.splitlines()[0])
    parser.add_argument("rooms", nargs="*", help=f"{', '.join(ROOMS)} or modules such as lora/linear.py")
    parser.add_argument("--sample", type=int, default=0, help="judge at most this many mutants of each room")
    parser.add_argument("--jobs", type=int, default=2, help="forks at once")
    parser.add_argument("--tests", nargs="+", help="judge by these tests only: a lower bound, found sooner")
    parser.add_argument("--seconds", type=float, default=0, help="judge a mutant by so many seconds of tests at most")
    parser.add_argument("--minutes", type=float, default=600, help="stop after this long; the next run goes on")
    parser.add_argument("--report", action="store_true", help="only write the report")
    options = parser.parse_args()
    until = time.time() + options.minutes * 60
    for room, modules in () if options.report else _asked(options.rooms):
        _run(room, modules, options, until)
    write_report(STATE, Path(__file__).parent)


def _asked(names: list[str]) -> list[tuple[str, list[str]]]:
    """Give rooms with the modules asked for (none: all of them)."""
    rooms: dict[str, list[str]] = {}
    for name in names or ROOMS:
        room, _, module = name.partition("/")
        if room not in ROOMS:
            raise SystemExit(f"there is no room {room}: {', '.join(ROOMS)}")
        rooms.setdefault(room, [])
        if module:
            rooms[room].append(module)
    return list(rooms.items())


def _run(room: str, modules: list[str], options: argparse.Namespace, until: float) -> None:
    folders, all_tests = ROOMS[room]
    tests = options.tests or all_tests
    with tempfile.TemporaryDirectory(prefix="mutants-") as temporary:
        copy = Path(temporary) / "tree"
        for name in ("derivations", "tests", "tables", "docs"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", ".hypothesis"))
        for name in ("pyproject.toml", "mkdocs.yml"):
            shutil.copy(ROOT / name, copy / name)
        compileall.compile_dir(copy, quiet=2, force=True)
        files = [file for place in folders for file in sorted((copy / place).rglob("*.py")) or [copy / place]]
        if modules:
            files = [copy / "derivations" / room / module for module in modules]
        place = Path(temporary) / "verdicts"
        place.mkdir()
        process = os.fork()  # a process of its own: it moves into the copy and imports the package from there
        if not process:
            try:
                os.chdir(copy)
                _work(Task(room, files, tests, copy, place, options.jobs, options.sample, until, options.seconds))
            except BaseException as fault:  # noqa: BLE001 - said, and never carried on as the parent
                print(f"{room}: {type(fault).__name__}: {fault}", file=sys.stderr)
                os._exit(1)
            os._exit(0)
        if os.waitpid(process, 0)[1]:
            raise SystemExit(1)


def _work(task: Task) -> None:
    """Record the tests, make the mutants, judge those without a verdict."""
    sys.path[:0] = [str(task.copy), str(task.copy / "tests" / "toy")]
    os.environ.update(PYTHONPATH=str(task.copy), PYTHONDONTWRITEBYTECODE="1", OPENBLAS_NUM_THREADS="1")
    sys.dont_write_bytecode = True
    for name in PRELOADED:
        importlib.import_module(name)
    state = State(task.room)
    state.judges = " ".join(test.replace("--deselect=", "without ") for test in task.tests)
    state.tests = _tests(task)
    tested = _recorded(task, state)
    inside, outside, about = _cases(task, state, tested)
    print(f"{task.room}: {len(about)} mutants, {len(inside) + len(outside)} to judge", flush=True)

    done, again = 0, list[judge.Case]()  # what can't be put into a function is judged by an import after all
    for verdicts in (judge.judge_inside(inside, task.tests, task.jobs, task.place, task.until) if inside else (),
                     judge.judge_imports(chain(outside, again), task.jobs, task.place, task.until)):
        for case, verdict in verdicts:
            told = verdict if isinstance(verdict, dict) else {}
            if told.get("stopped", "").startswith("{"):
                again.append(case)
                continue
            killer = "" if "after" in told else told.get("stopped", verdict)
            asked = f"{told['after']} of {len(case.tests)}" if "after" in told else f"{len(case.tests)}"
            note = "" if killer else f"{asked} tests pass"
            state.say(case.name, about[case.name], killer, note, whole="after" not in told)
            done += 1
            if done % 25 == 0:
                print(f"  {done} judged", flush=True)
    print(f"{task.room}: {done} judged now", flush=True)


def _tests(task: Task) -> dict[str, str]:
    """Give a digest of each file of tests and of what it names of the files beside it, helpers and data."""
    files = [file for test in task.tests for file in sorted((task.copy / test).rglob("*")) or [task.copy / test]]
    files = [file for file in files if file.is_file() and "__pycache__" not in file.parts]
    texts = {file: file.read_text(encoding="utf-8") for file in files if file.match("test_*.py")}
    beside = [file for file in files if file not in texts]
    return {str(test.relative_to(task.copy)): _digest([test, *(file for file in beside if file.stem in text)])
            for test, text in texts.items()}


def _recorded(task: Task, state: State) -> judge.Map:
    """Give what each test reaches: as recorded last time, where neither the test nor what it runs has changed."""
    kept = STATE / f"{task.room}.map.json"
    old = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    changed = {file for file, digest in old.get("files", {}).items() if _digest([task.copy / file]) != digest}
    stale = {file for file, digest in old.get("tests", {}).items() if state.tests.get(file, digest) != digest}
    lines = {test: runs for test, runs in old.get("lines", {}).items()
             if test.split("::")[0] not in stale and not changed & set(runs)}
    started = time.time()
    drawn = judge.record(task.tests, task.copy / "derivations", task.place, set(lines))
    fresh = json.loads(json.dumps(vars(drawn)).replace(f"{task.copy}/", ""))
    print(f"{task.room}: {len(drawn.seconds)} tests recorded in {time.time() - started:.0f} s"
          + "".join(f"\n  fails by itself, so it judges nothing: {test}" for test in drawn.broken), flush=True)
    lines |= fresh["lines"]
    seconds = {test: spent for test, spent in old.get("seconds", {}).items() if test in lines} | fresh["seconds"]
    seen = {*fresh["imported"], *(file for runs in lines.values() for file in runs)}
    kept.write_text(json.dumps({
        "files": {file: _digest([task.copy / file]) for file in sorted(seen)},
        "tests": {**old.get("tests", {}), **state.tests}, "lines": lines, "seconds": seconds}), encoding="utf-8")
    here = {test: runs for test, runs in lines.items() if test.split("::")[0] in state.tests}
    return judge.Map(lines=here, seconds=seconds, imported=fresh["imported"], broken=fresh["broken"])


def _cases(task: Task, state: State, tested: judge.Map) -> tuple[list[judge.Case], list[judge.Case], dict[str, Mutant]]:
    """Make the mutants: those inside functions, those of imports, both without those that have a verdict; and all."""
    cases: dict[str, tuple[judge.Case, bool]] = {}
    about: dict[str, Mutant] = {}
    unreached: dict[str, str] = {}
    for file in task.files:
        name, source = str(file.relative_to(task.copy)), file.read_text(encoding="utf-8")
        module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        found = [mutant for mutant in mutants(source, str(file)) if mutant.operator != CHOSEN.get(name)]
        state.module(name, {f"{name}: {mutant.name}": mutant.around for mutant in found})
        at_import = set(tested.imported.get(name, ()))
        for mutant in found:
            key = f"{name}: {mutant.name}"
            about[key] = mutant
            inside = mutant.inside and not at_import & set(range(mutant.lines[0], mutant.lines[1] + 1))
            wanted = tested.reaching(name, mutant.lines) if inside else tested.touching(name)
            left = state.left(key)
            asked = tuple(test for test in wanted if test.split("::")[0] in left)
            if asked or (wanted and not left):
                cases[key] = judge.Case(
                    key, module, str(file), mutant.code, asked, tested.seconds, task.seconds), inside
            elif left and (wanted or task.tests == ROOMS[task.room][1]):
                unreached[key] = "the new tests don't reach it" if wanted else "no test reaches it"
    wanted_now = _chosen([*cases, *unreached], task.sample)
    for key in wanted_now & set(unreached):
        state.say(key, about[key], "", unreached[key])
    chosen = [cases[key] for key in cases if key in wanted_now and state.left(key)]
    return [case for case, inside in chosen if inside], [case for case, inside in chosen if not inside], about


def _chosen(names: Iterable[str], sample: int) -> set[str]:
    shuffled = sorted(names)
    random.Random("the same each time").shuffle(shuffled)
    return set(shuffled[:sample] if sample else shuffled)


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


class State:
    """What is known of a room's mutants: a file of JSON lines, the last line of a mutant counts."""

    def __init__(self, room: str) -> None:
        STATE.mkdir(parents=True, exist_ok=True)
        self.path = STATE / f"{room}.jsonl"
        self.verdicts: dict[str, dict[str, Any]] = {}
        self.modules: dict[str, dict[str, Any]] = {}
        self.tests: dict[str, str] = {}
        self.judges = ""
        for line in self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else ():
            entry = json.loads(line)
            (self.modules if "mutants" in entry else self.verdicts)[entry["name"]] = entry

    def module(self, name: str, around: dict[str, str]) -> None:
        """Forget the verdicts on what has changed since; note how many mutants a module has."""
        for key in [key for key in self.verdicts if key.startswith(f"{name}: ")]:
            if self.verdicts[key]["around"] != around.get(key):
                del self.verdicts[key]
        self.modules[name] = {"name": name, "mutants": len(around)}
        self._rewrite()

    def left(self, key: str) -> set[str]:
        """Name the files of tests that a mutant hasn't been judged by: none if it's killed."""
        verdict = self.verdicts.get(key)
        if verdict and verdict["killer"]:
            return set()
        judged = verdict["tests"] if verdict else {}
        return {file for file, digest in self.tests.items() if judged.get(file) != digest}

    def say(self, key: str, mutant: Mutant, killer: str, note: str, *, whole: bool = True) -> None:
        """Write a verdict down; `whole` says that all the tests were asked, so that none need be asked again."""
        before = self.verdicts.get(key, {"tests": {}, "judges": "", "survived": False})
        judges = before["judges"] if before["tests"] and not killer else self.judges
        entry = {"name": key, "around": mutant.around, "operator": mutant.operator, "killer": killer, "note": note,
                 "survived": before["survived"] or not killer,
                 "tests": {**before["tests"], **self.tests} if whole and not killer else {},
                 "judges": judges, "when": time.strftime("%Y-%m-%d", time.gmtime())}
        self.verdicts[key] = entry
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def _rewrite(self) -> None:
        lines = [json.dumps(entry, ensure_ascii=False) for entry in (*self.modules.values(), *self.verdicts.values())]
        self.path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main()
