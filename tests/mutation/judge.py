"""Judges mutants in forks of one process: everything is imported and every test collected before the first fork.

A mistake inside a function is put into the collected tests' own copy of the module by replacing the function's code,
so that it costs a fork and the tests that reach it. A mistake in what a module does while it is imported costs a
collection of its own, in a fork of a process that hasn't imported the package. Which tests call which functions is
noted first, each test in a fork of its own too, so that nothing that one test computed is there already for the next.
The tests that caught a module's last mutants are asked first, then one case of each of the others, the quickest first.
"""

from __future__ import annotations

import cProfile
import gc
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from mutate import OPTIMIZED, functions

ARGUMENTS = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-o", "addopts=", "--assert=plain", "--tb=native"]
SLOWEST = 10
"""Seconds of processor time beyond twice a test's own, after which a mutant is taken for one that never ends."""

SLOW = 0.5
"""Seconds of processor time from which on a test waits until the quicker ones have passed."""

QUICK = 2
"""Seconds of processor time that a test may take although it runs nothing of the package."""


@dataclass
class Map:
    """What the tests do when nothing is wrong.

    lines     the lines of the functions that each test calls, by file's name
    imported  the lines of the functions that run while the tests are collected
    seconds   how long each test takes, in processor time
    broken    tests that fail by themselves, and so judge nothing
    """

    lines: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    imported: dict[str, list[int]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def reaching(self, file: str, lines: tuple[int, int]) -> list[str]:
        """Name the tests that call a function with one of the lines."""
        wanted = set(range(lines[0], lines[1] + 1))
        return self._quick(test for test, runs in self.lines.items() if wanted & set(runs.get(file, ())))

    def touching(self, file: str) -> list[str]:
        """Name the tests that run the module, then the others.

        Left out are slow tests that run nothing of the package here: they start processes of their own.
        """
        near = self._quick(test for test, runs in self.lines.items() if file in runs)
        here = (test for test, runs in self.lines.items() if runs or self.seconds[test] < QUICK)
        return near + self._quick(set(here) - set(near))

    def _quick(self, tests: Iterable[str]) -> list[str]:
        """Put the quickest first, but one case of each test before the second of any: others find other mistakes.

        Slow ones come last all the same.
        """
        quickest = sorted(set(tests) - set(self.broken), key=lambda test: (self.seconds[test], test))
        cases: Counter[str] = Counter()
        place = {}
        for test in quickest:
            name = test.partition("[")[0]
            place[test] = cases[name]
            cases[name] += 1
        return sorted(quickest, key=lambda test: (self.seconds[test] > SLOW, place[test]))


class Profiler:
    """Notes which functions of the package run; lines are those of the whole function."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.profile = cProfile.Profile(subcalls=False, builtins=False)

    def __enter__(self) -> Profiler:
        self.profile.enable()
        return self

    def __exit__(self, *_: object) -> None:
        self.profile.disable()

    def lists(self) -> dict[str, list[int]]:
        """Give what was seen, ready to be written down."""
        seen: dict[str, set[int]] = {}
        for entry in self.profile.getstats():
            code = entry.code
            if isinstance(code, CodeType) and code.co_flags & OPTIMIZED and code.co_filename.startswith(self.package):
                seen.setdefault(code.co_filename, set()).update(line for *_, line in code.co_lines() if line)
        return {file: sorted(lines) for file, lines in seen.items()}


class Session:
    """A pytest plugin that collects and then, instead of running all tests, does as it is told."""

    def __init__(self, work: Callable[[Session, list[pytest.Item]], None]) -> None:
        self.work = work
        self.failed: str = ""
        self.passed: Any = ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Let Hypothesis draw the same examples each time, and stop at the first that fails."""
        settings.register_profile("mutants", settings.default, derandomize=True, database=None, deadline=None,
                                  phases=[Phase.explicit, Phase.generate], max_examples=40,
                                  suppress_health_check=list(HealthCheck))
        settings.load_profile("mutants")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Do the work with the collected tests."""
        if session.testsfailed:
            raise session.Interrupted("the tests can't be collected")
        self.work(self, session.items)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember the first test that fails."""
        if report.failed and not self.failed:
            self.failed = report.nodeid

    def run(self, items: list[pytest.Item], case: Case | None = None) -> Any:
        """Run tests until one fails; name it. A test that takes far longer than it should ends the process.

        Where a case has a limit and the next test would pass it, say after how many tests: {"after": 17}.
        """
        spent = 0.0
        for number, (item, following) in enumerate(zip(items, [*items[1:], None], strict=True)):
            if case is not None:
                spent += case.seconds[item.nodeid]
                if number and case.limit and spent > case.limit:
                    return {"after": number}
                signal.setitimer(signal.ITIMER_PROF, 2 * case.seconds[item.nodeid] + SLOWEST)
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                break
        return self.failed


def in_fork(work: Callable[[], Any], *, limit: float | None = None, into: Path) -> int:
    """Start the work in a fork, silent and limited in processor time; its answer goes into a file."""
    process = os.fork()
    if process:
        return process
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if limit is not None:
            used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
            resource.setrlimit(resource.RLIMIT_CPU, (int(used + limit) + 1, int(used + limit) + 5))
        into.write_text(json.dumps(work()), encoding="utf-8")
    except BaseException as fault:  # noqa: BLE001 - whatever happens, a fork must never go on as its parent
        with suppress(BaseException):
            into.write_text(json.dumps({"raised": f"{type(fault).__name__}: {fault}"}), encoding="utf-8")
        os._exit(3)
    os._exit(0)


def answer(process: int, into: Path) -> Any:
    """Wait for a fork; give its answer, or None if it was stopped."""
    os.waitpid(process, 0)
    return read(into)


def read(path: Path) -> Any:
    """Give what a fork wrote, or None."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    finally:
        path.unlink(missing_ok=True)


def record(tests: list[str], package: Path, place: Path, known: set[str]) -> Map:
    """Run each test that isn't known in a fork of its own and note what it reaches."""
    found = Map()

    def each(session: Session, items: list[pytest.Item]) -> None:
        gc.freeze()
        for number, item in enumerate(item for item in items if item.nodeid not in known):
            def one(item: pytest.Item = item) -> dict[str, Any]:
                with Profiler(str(package)) as profiler:
                    failed = session.run([item])
                return {"lines": profiler.lists(), "failed": failed}

            before = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
            told = answer(in_fork(one, limit=600, into=place / f"record-{number}"), place / f"record-{number}")
            found.seconds[item.nodeid] = round(sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) - before, 2)
            if not isinstance(told, dict) or told.get("failed") or "raised" in told:
                found.broken.append(item.nodeid)
            else:
                found.lines[item.nodeid] = told["lines"]

    def all_of_them() -> dict[str, Any]:
        session = Session(each)
        profiler = Profiler(str(package))
        with profiler:
            code = pytest.main([*ARGUMENTS, *tests], plugins=[session, Collected(profiler)])
        found.imported = profiler.lists()
        return {**vars(found), "code": int(code)}

    told = answer(in_fork(all_of_them, into=place / "record"), place / "record")
    if not isinstance(told, dict) or told.pop("code", 1):
        raise SystemExit(f"the tests {', '.join(tests)} can't be recorded: {told}")
    return Map(**told)


class Collected:
    """Stops noting functions once the tests are collected."""

    def __init__(self, profiler: Profiler) -> None:
        self.profiler = profiler

    def pytest_collection_finish(self) -> None:
        """Collecting is over."""
        self.profiler.profile.disable()


@dataclass(frozen=True)
class Case:
    """A mutant to be judged: the code of the module with the mistake in it, and the tests that may notice.

    seconds  how long each test takes when nothing is wrong
    limit    how many seconds of tests to run at most; 0 for all
    """

    name: str
    module: str
    file: str
    code: CodeType
    tests: tuple[str, ...]
    seconds: Mapping[str, float]
    limit: float


class Killers:
    """Which tests caught a module's mutants, the latest first."""

    def __init__(self) -> None:
        self.of: dict[str, list[str]] = {}

    def note(self, case: Case, verdict: Any) -> None:
        """Remember who caught a mutant."""
        if isinstance(verdict, str) and verdict in case.tests:
            others = [test for test in self.of.get(case.module, ()) if test != verdict]
            self.of[case.module] = [verdict, *others]

    def first(self, case: Case) -> list[str]:
        """Give the tests of a case, those that caught others of its module first."""
        near = [test for test in self.of.get(case.module, ()) if test in case.tests]
        return [*near, *(test for test in case.tests if test not in near)]


def judge_inside(
    cases: list[Case], tests: list[str], jobs: int, place: Path, until: float
) -> Iterator[tuple[Case, Any]]:
    """Judge mistakes inside functions, in forks of one process with all tests collected."""
    told = place / "inside"

    def loop(session: Session, items: list[pytest.Item]) -> None:
        by_name = {item.nodeid: item for item in items}
        for module in {case.module for case in cases}:
            importlib.import_module(module)  # some are imported only where they are needed
        known = {module: _functions_of(module) for module in {case.module for case in cases}}
        killers = Killers()
        gc.freeze()

        def one(case: Case) -> Callable[[], Any]:
            def work() -> Any:
                _put(case, known[case.module])
                return session.run([by_name[test] for test in killers.first(case) if test in by_name], case)

            return work

        for case, verdict in _in_turn([(case, one(case)) for case in cases], jobs, place, until):
            killers.note(case, verdict)
            with told.open("a", encoding="utf-8") as file:
                file.write(json.dumps([case.name, verdict]) + "\n")

    def whole() -> int:
        return int(pytest.main([*ARGUMENTS, *tests], plugins=[Session(loop)]))

    process = in_fork(whole, into=place / "inside-end")
    yield from _followed(process, told, {case.name: case for case in cases})


def judge_imports(cases: Iterable[Case], jobs: int, place: Path, until: float) -> Iterator[tuple[Case, Any]]:
    """Judge mistakes in what a module does while it is imported: each in a process that imports everything anew."""
    killers = Killers()

    def one(case: Case) -> Callable[[], Any]:
        def work() -> Any:
            session = Session(lambda session, items: None)
            order = {test: number for number, test in enumerate(killers.first(case))}

            def chosen(session: Session, items: list[pytest.Item]) -> None:
                kept = sorted((item for item in items if item.nodeid in order), key=lambda item: order[item.nodeid])
                session.failed = session.failed or ("" if kept else "the tests that were there are gone")
                session.passed = session.run(kept, case)

            session.work = chosen
            sys.meta_path.insert(0, _Mistaken(case))
            files = sorted({test.split("::")[0] for test in case.tests})
            code = pytest.main([*ARGUMENTS, *files], plugins=[session])
            return session.failed or (session.passed if code in (0, 5) else "the module can't be imported")

        return work

    for case, verdict in _in_turn([(case, one(case)) for case in cases], jobs, place, until):
        killers.note(case, verdict)
        yield case, verdict


def _in_turn(
    work: list[tuple[Case, Callable[[], Any]]], jobs: int, place: Path, until: float
) -> Iterator[tuple[Case, Any]]:
    """Run forks, a few at once, while there is time.

    A verdict is the test that failed, "" if none did, {"after": how many were asked}, or {"stopped": why}.
    """
    running: dict[int, tuple[Case, Path]] = {}
    waiting = list(work)
    while waiting or running:
        while waiting and len(running) < jobs and time.time() < until:
            case, task = waiting.pop(0)
            into = place / f"verdict-{os.getpid()}-{len(waiting)}"
            running[in_fork(task, into=into)] = (case, into)
        if not running:
            return
        process, status = os.wait()
        if process not in running:
            continue
        case, into = running.pop(process)
        verdict = read(into)
        if verdict is None or (isinstance(verdict, dict) and "after" not in verdict):
            why = f"signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else str(verdict)
            verdict = {"stopped": "no end in sight" if why == f"signal {int(signal.SIGPROF)}" else why}
        yield case, verdict


def _followed(process: int, told: Path, cases: dict[str, Case]) -> Iterator[tuple[Case, Any]]:
    """Give the verdicts that another process writes down, as they come."""
    read_until, over = 0, False
    while not over:
        over = os.waitpid(process, os.WNOHANG)[0] != 0
        if told.exists():
            with told.open(encoding="utf-8") as file:
                file.seek(read_until)
                lines = file.read()
            whole = lines[: lines.rfind("\n") + 1]
            read_until += len(whole.encode())
            for line in whole.splitlines():
                name, verdict = json.loads(line)
                yield cases[name], verdict
        if not over:
            time.sleep(0.5)


def _functions_of(module: str) -> list[FunctionType]:
    return [one for one in gc.get_objects() if isinstance(one, FunctionType) and one.__module__ == module]


def _put(case: Case, known: list[FunctionType]) -> None:
    """Replace the code of the one function that the mistake is in, and of what it left behind: functions within it."""
    source = Path(case.file).read_text(encoding="utf-8")
    right, wrong = functions(compile(source, case.file, "exec")), functions(case.code)
    if len(right) != len(wrong):
        raise RuntimeError("the mistake changes which functions there are")
    changed = [pair for old, new in zip(right, wrong, strict=True) for pair in _changed(old, new)]
    replaced = 0
    for old, new in changed:
        for function in known:
            if function.__code__ == old:
                function.__code__ = new  # a ValueError if it uses other variables from around: an import judges it then
                replaced += 1
    if not replaced:
        raise RuntimeError("the function with the mistake isn't there")


def _changed(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """Pair the code that differs, from the outside in."""
    if old != new:
        yield old, new
        inner, others = ([one for one in code.co_consts if isinstance(one, CodeType)] for code in (old, new))
        if len(inner) == len(others):
            for one, other in zip(inner, others, strict=True):
                yield from _changed(one, other)


class _Mistaken(importlib.abc.MetaPathFinder):
    """Gives the module with the mistake to whoever imports it."""

    def __init__(self, case: Case) -> None:
        self.case = case

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> importlib.machinery.ModuleSpec | None:
        """Find the one module."""
        if name != self.case.module:
            return None
        code = self.case.code

        class Loader(importlib.machinery.SourceFileLoader):
            def get_code(self, fullname: str) -> CodeType:
                return code

        return importlib.util.spec_from_file_location(name, self.case.file, loader=Loader(name, self.case.file))
