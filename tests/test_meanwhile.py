"""What a copy of the process finds out comes back whole; a copy that fails, or that can't be, leaves answers out."""

import json
import os
import subprocess
import sys
from select import select

import pytest

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
pytestmark = pytest.mark.skipif(sys.platform != "linux" or CORES < 2, reason="copies are made on Linux, for another core")

HEAD = "import json, os, sys, threading, time\nfrom derivations.meanwhile import meanwhile, possible\n"


def run(program, **more):
    """Run a program in a process of its own: a test's worker has threads."""
    return subprocess.run([sys.executable, "-c", HEAD + program], capture_output=True, text=True, check=False, timeout=60, **more)


def answers(work):
    """Give the answers to `work`, the body of a generator, and what else was said."""
    body = "\n".join(f"    {line}" for line in work.splitlines())
    done = run(f"print('before', end='')\ndef work():\n{body}\nfound = list(meanwhile(work))\nprint(json.dumps(found), file=sys.stderr)")
    assert (done.returncode, done.stdout) == (0, "before"), done
    return json.loads(done.stderr)


@pytest.mark.parametrize(("work", "found"), [
    ("yield from [1, 'año', None, [2, {'a': '\\ud800'}]]", [1, "año", None, [2, {"a": "\ud800"}]]),
    ("yield 'x' * 3_000_000\nyield os.getppid() != os.getpid()", ["x" * 3_000_000, True]),
    ("yield 1\nraise RuntimeError('of the copy')", [1]),
    ("yield 1\nyield object()", [1]),
    ("yield 1\nos.kill(os.getpid(), 9)\nyield 2", [1]),
    ("print('said'), print('cried', file=sys.stderr), os.write(2, b'out')\nyield 1", [1]),
    ("sys.exit(3)\nyield 1", []),
    ("return\nyield", []),
])
def test_answers_come_in_order_until_the_copy_ends_and_it_says_nothing_itself(work, found):
    assert answers(work) == found


def test_what_only_linux_has_is_asked_for_on_linux_alone():
    program = ("import os, signal, sys\n"
               "sys.platform = 'win32'\n"
               "del os.fork, os.sched_getaffinity, signal.SIGKILL\n"
               "from derivations.meanwhile import meanwhile\n"
               "print(list(meanwhile(lambda: [1])))\n")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout == "[]\n", done


def test_half_an_answer_is_none():
    assert answers("yield 1\n"
                   "for name in os.listdir('/proc/self/fd'):\n"
                   "    if int(name) > 2 and os.path.exists(f'/proc/self/fd/{name}') and 'pipe' in os.readlink(f'/proc/self/fd/{name}'):\n"
                   "        os.write(int(name), b'[2, 3')\n"
                   "os.kill(os.getpid(), 9)\nyield 2") == [1]


def test_both_work_at_once_and_nobody_waits_for_what_nobody_asks_for():
    done = run("def work():\n"
               "    yield os.getpid()\n"
               "    time.sleep(3600)\n"
               "found = meanwhile(work)\n"
               "child = next(found)\n"
               "found.close()\n"
               "print(child != os.getpid(), os.path.exists(f'/proc/{child}'))\n")
    assert (done.returncode, done.stdout) == (0, "True False\n"), done


def test_a_copy_ends_with_a_process_that_is_killed():
    """It has more to say than a pipe holds; what it keeps open until its end tells of that."""
    reads, writes = os.pipe()
    run("found = meanwhile(lambda: ['x' * 3_000_000])\nos.kill(os.getpid(), 9)", pass_fds=[writes])
    os.close(writes)
    try:
        assert select([reads], [], [], 60)[0] and os.read(reads, 1) == b""
    finally:
        os.close(reads)


@pytest.mark.parametrize("prepare", [
    "os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})",
    "sys.platform = 'darwin'",
])
def test_on_one_core_and_elsewhere_no_copy_is_made(prepare):
    done = run(f"{prepare}\nos.fork = None\nprint(possible(), list(meanwhile(lambda: [1])))")
    assert done.stdout == "False []\n", done


def test_where_the_machine_lets_us_have_no_more_processes_no_copy_is_made():
    done = run("def refused():\n"
               "    raise BlockingIOError(11, 'Resource temporarily unavailable')\n"
               "os.fork = refused\n"
               "before = len(os.listdir('/proc/self/fd'))\n"
               "print(list(meanwhile(lambda: [1])), len(os.listdir('/proc/self/fd')) - before)\n")
    assert done.stdout == "[] 0\n", done


def test_a_thread_makes_none_and_beside_threads_one_is_made_without_a_warning():
    done = run("waits = threading.Event()\n"
               "thread = threading.Thread(target=waits.wait)\n"
               "thread.start()\n"
               "print(*meanwhile(lambda: [threading.active_count()]))\n"
               "other = threading.Thread(target=lambda: print(*meanwhile(lambda: [1])))\n"
               "other.start(), other.join(), waits.set(), thread.join()\n")
    assert (done.stdout, done.stderr) == ("1\n\n", ""), done


def test_a_copy_that_nobody_asks_is_ended_too():
    done = run("def work():\n"
               "    time.sleep(3600)\n"
               "    yield\n"
               "before = len(os.listdir('/proc/self/fd'))\n"
               "found = meanwhile(work)\n"
               "del found\n"
               "children = open(f'/proc/self/task/{os.getpid()}/children').read()\n"
               "print(repr(children), len(os.listdir('/proc/self/fd')) - before)\n")
    assert done.stdout == "'' 0\n", done


def test_a_copy_that_hangs_is_given_up():
    done = run("from derivations import meanwhile as room\n"
               "room.PATIENCE = 0.2\n"
               "def work():\n"
               "    yield 1\n"
               "    time.sleep(3600)\n"
               "print(*meanwhile(work))\n")
    assert (done.returncode, done.stdout) == (0, "1\n"), done
