"""A site is built anywhere: under any name of a folder, by anyone, with any mask, without git; by every Python from 3.11."""

import ast
import functools
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from laid import ROOT, lay

from derivations.project import Project

SOURCES = sorted(path for folder in ("derivations", "tests", ".ci") for path in (ROOT / folder).rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".gz"}


@functools.cache
def nobody():
    """Give what runs a command as another user than root, where the kernel lets us; nothing where we are none already."""
    if os.getuid() != 0:
        return ()
    able = shutil.which("unshare") and subprocess.run(["unshare", "--user", "true"], capture_output=True, check=False).returncode == 0
    return ("unshare", "--user") if able else ()


def test_a_strange_place_gives_the_same_site(built, tmp_path):
    project = lay(tmp_path / "mí carpeta (ñ, ü) 日本 'q' %20 #1 {x}")
    bare = tmp_path / "bare"
    bare.mkdir()
    environment = {"PATH": str(bare), "NO_MKDOCS_2_WARNING": "1", "SITE_URL": "https://fields.example/course/", "LC_ALL": "C"}
    wrapper = [shutil.which(nobody()[0]), *nobody()[1:]] if nobody() else []
    done = subprocess.run([*wrapper, sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"], cwd=project.root, env=environment,
                          umask=0o077, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert tree(project.site) == tree(built.site)
    for arguments, code in ((["check"], 0), (["tables", "--check"], 0), (["diff", "HEAD"], 2)):
        done = subprocess.run([*wrapper, sys.executable, "-m", "derivations.cli", *arguments], cwd=project.root, env=environment, umask=0o077,
                              capture_output=True, text=True, check=False)
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert "git" in done.stderr and done.stderr.count("\n") == 1


def test_literals_hold_where_they_are_listed_in_a_file_that_others_inherit(project):
    (project.root / "mkdocs.yml").rename(project.root / "base.yml")
    (project.root / "mkdocs.yml").write_text("INHERIT: base.yml\nsite_author: Somebody\n", encoding="utf-8")
    assert Project(project.root).book().findings == []
    project.append("mkdocs.yml", "site_description: Of 1988\n")
    assert [(one.path, "1988" in one.message) for one in Project(project.root).book().findings] == [("mkdocs.yml", True)]


def test_someone_else_than_root_ran_it():
    if not nobody() and os.getuid() == 0:
        pytest.skip("this kernel gives no user namespaces")
    seen = subprocess.run([*nobody(), sys.executable, "-c", "import os; print(os.getuid())"], capture_output=True, text=True, check=True)
    assert int(seen.stdout) != 0


# Every Python from 3.11 ----------------------------------------------------------------------------------------------


def test_what_is_promised_is_said_once():
    assert PROJECT["requires-python"] == ">=3.11"
    said = [one.rpartition(" ")[2] for one in PROJECT["classifiers"] if one.startswith("Programming Language :: Python :: 3.")]
    assert said == ["3.11", "3.12", "3.13", "3.14"]
    assert f"{sys.version_info.major}.{sys.version_info.minor}" in said


GONE = {"imp", "distutils", "asynchat", "asyncore", "smtpd", "cgi", "cgitb", "crypt", "imghdr", "telnetlib", "pipes", "nntplib", "lib2to3"}
GONE_NAMES = {"Num", "Str", "Bytes", "NameConstant", "utcnow", "utcfromtimestamp", "find_module", "load_module", "get_loader", "find_loader"}


def test_a_source_is_one_for_the_oldest_and_uses_nothing_that_a_later_python_took_away():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path), feature_version=(3, 11))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module] if isinstance(node, ast.ImportFrom) else []
            assert not GONE & {str(name).partition(".")[0] for name in names}, path
            assert not (isinstance(node, ast.Attribute) and node.attr in GONE_NAMES), path


def pythons():
    """Give the other Pythons of this machine that are promised, those of pyenv included."""
    found = {}
    for minor in range(11, 20):
        for folder in (*os.environ.get("PATH", "").split(os.pathsep), *map(str, Path.home().glob(f".pyenv/versions/3.{minor}.*/bin"))):
            path = Path(folder) / f"python3.{minor}"
            if minor != sys.version_info.minor and "shims" not in folder and path.is_file():
                found.setdefault(minor, path)
    return found


@pytest.mark.parametrize("minor", [11, 12, 13, 14])
def test_another_python_of_this_machine_reads_every_source_and_counts(minor, tmp_path):
    python = pythons().get(minor)
    if python is None:
        pytest.skip(f"this machine has no other Python 3.{minor}")
    script = ("import sys; from pathlib import Path\n"
              "for path in sys.argv[1:]: compile(Path(path).read_text(encoding='utf-8'), path, 'exec', dont_inherit=True)")
    subprocess.run([python, "-W", "error", "-c", script, *SOURCES], check=True)
    (tmp_path / "click").symlink_to(Path(click.__file__).parent)
    (tmp_path / "derivations").symlink_to(ROOT / "derivations")
    done = subprocess.run([python, "-B", "-W", "error", "-c", "import derivations; print(derivations.count('gpt2', rank=2).lora)"],
                          env={"PYTHONPATH": str(tmp_path), "PATH": ""}, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("294912\n", "")
