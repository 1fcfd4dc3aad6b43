"""Runs `mkdocs` as a shell does, each time in a process of its own, forked from one that has the libraries loaded.

Loading SymPy and MkDocs is more than half of what a small build costs. A line of input is a run: where, with which
arguments and settings, and where its words go; a line of output is its exit code.
"""

import atexit
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from importlib import import_module


@cache
def _started():
    server = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(server.communicate)                       # which closes its input: it ends, and is waited for
    return server


def mkdocs(folder, *arguments, **environment):
    """Run `mkdocs` in a folder."""
    command, env = ["mkdocs", *map(str, arguments)], {**os.environ, "NO_MKDOCS_2_WARNING": "1", **environment}
    if any(name.startswith("PYTHON") for name in environment):       # what Python reads when it starts
        return subprocess.run([sys.executable, "-m", *command], cwd=folder, env=env, capture_output=True, text=True, check=False)
    with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as err:
        server = _started()
        server.stdin.write(json.dumps([str(folder), command, env, [out.name, err.name]]) + "\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        said = [one.read().decode() for one in (out, err)]
    return subprocess.CompletedProcess(command, code, *said)


def _next():
    """Fork a process for every line of input, and return in it alone."""
    for line in sys.stdin:
        folder, command, environment, files = json.loads(line)
        if child := os.fork():
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
            continue
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        sys.argv, sys.path[0] = command, folder
        for number, path in enumerate([os.devnull, *files]):
            os.dup2(os.open(path, os.O_RDWR), number)
        return
    sys.exit()


if __name__ == "__main__":
    for library in ("derivations.book", "derivations.site.plugin", "material.extensions", "mkdocs.commands.build"):
        import_module(library)
    _next()
    import_module("mkdocs.__main__").cli()
