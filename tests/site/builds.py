"""Runs `mkdocs` and `derive` as a shell does, each time in a process of its own, forked from one that has built the toy project.

Loading SymPy, compiling templates and reading the languages is four fifths of what a small build costs. That such a build is
what a new process makes is shown where it is made in a strange place (test_anywhere). A line of input is a run that starts
(where, with which arguments and settings, from and into which files, what is done first), or one to wait for.
"""

import atexit
import functools
import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

MAINS = {"mkdocs": ("mkdocs.__main__", "cli"), "derive": ("derivations.cli", "main"), "rebuild": ("builds", "rebuild"), "pytest": ("builds", "tests")}


@functools.cache
def _server(*python):
    server = subprocess.Popen([*python, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(server.communicate)                       # which closes its input: it ends, and is waited for
    return server


def _ask(python, *request):
    server = _server(*python)
    server.stdin.write(json.dumps(request) + "\n")
    server.stdin.flush()
    return json.loads(server.stdout.readline())


class Run:
    """A run beside the test's own. `files` are its input, output and errors; `first` is a line of Python that it begins with;
    `python` starts the process that it is forked from."""

    def __init__(self, folder, *command, files=(), first="", python=(sys.executable,), **environment):
        env = {**os.environ, "NO_MKDOCS_2_WARNING": "1", **environment}
        files = [*map(str, files), *[os.devnull] * (3 - len(files))]
        self.code, self.python = None, tuple(map(str, python))
        self.pid = _ask(self.python, "start", str(folder), [*map(str, command)], env, files, first)

    def wait(self, how=0):
        if self.code is None:
            self.code = _ask(self.python, "wait", self.pid, how)
        return self.code

    def poll(self):
        return self.wait(os.WNOHANG)

    def end(self, how=signal.SIGKILL):
        if self.poll() is None:
            os.kill(self.pid, how)
        return self.wait()


def mkdocs(folder, *arguments, **environment):
    """Run `mkdocs` in a folder."""
    command = ["mkdocs", *map(str, arguments)]
    if any(name.startswith("PYTHON") for name in environment):       # what Python reads when it starts
        return subprocess.run([sys.executable, "-m", *command], cwd=folder, capture_output=True, text=True, check=False,
                              env={**os.environ, "NO_MKDOCS_2_WARNING": "1", **environment})
    return run(folder, *command, **environment)


def run(folder, *command, **more):
    """Run a command to its end, and give what it said."""
    with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err:
        code = Run(folder, *command, files=(os.devnull, out.name, err.name), **more).wait()
        return subprocess.CompletedProcess(command, code, out.read().decode(), err.read().decode())


class Rebuilds:
    """Builds of a project over and over in one process, as the live server makes them."""

    def __init__(self, project, said=os.devnull):
        with tempfile.TemporaryDirectory() as folder:
            pipes = [Path(folder) / name for name in ("in", "out")]
            for pipe in pipes:
                os.mkfifo(pipe)
            self.run = Run(project.root, "rebuild", files=(*pipes, said))
            self._in, self._out = pipes[0].open("w"), pipes[1].open()

    def build(self):
        """Build into live/, and say whether that went well."""
        print(file=self._in, flush=True)
        return self._out.readline() == "built\n"

    def end(self):
        self.run.end()
        self._in.close()
        self._out.close()


def rebuild():
    """Build at each line of input."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config

    load_config(site_dir="live").plugins.on_startup(command="serve", dirty=False)
    for _ in sys.stdin:
        try:
            build(load_config(site_dir="live"))
        except BaseException:
            print("failed", flush=True)
            raise
        print("built", flush=True)


def tests():
    """Run a course's own tests."""
    import pytest

    sys.exit(pytest.main())


def _warm():
    """Build the toy project, and forget its course."""
    from laid import lay
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.config.defaults import MkDocsConfig

    from derivations.blocks import template
    from derivations.language import pack
    from derivations.site import fresh, inputs, math

    path, packs = [*sys.path], [*pack._folders]
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(lay(Path(folder) / "toy").root)
        build(load_config())
        os.chdir("/")
    sys.path[:], pack._folders[:] = path, packs
    fresh.forget("meadow")
    MkDocsConfig.__dict__["plugins"].plugin_cache.clear()     # a plugin that knows the command lives as long as its process
    math._known.clear()
    stay = {math._typesetter, template._environment, inputs.machinery}
    for one in gc.get_objects():                              # what we remember is as a new process has it
        if isinstance(one, functools._lru_cache_wrapper) and one.__module__.startswith("derivations") and one not in stay:
            one.cache_clear()
    gc.freeze()                                               # what is here is shared with every process, and not looked through


def _serve():
    """Answer line by line; give, in each process that is forked, what it shall run."""
    for line in sys.stdin:
        kind, *request = json.loads(line)
        if kind == "start":
            child = os.fork()
            if not child:
                return request
            print(child, flush=True)
        else:
            child, status = os.waitpid(*request)
            print(json.dumps(os.waitstatus_to_exitcode(status) if child else None), flush=True)
    sys.exit()


def _begin(folder, command, environment, files, first):
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv, sys.path[0], sys.dont_write_bytecode = command, folder, "PYTHONDONTWRITEBYTECODE" in environment
    for number, path in enumerate(files):
        os.dup2(os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o666), number)
    exec(first)
    module, name = MAINS[command[0]]
    return getattr(import_module(module), name)


if __name__ == "__main__":
    import_module("builds")
    import_module("mkdocs.__main__")
    _warm()
    _begin(*_serve())()
