"""`derive new` in an environment of its own: the wheel is installed, the course served, tested, broken, and stopped.

The wheel's dependencies come from the environment that runs these tests, by a .pth, so that no network is needed; what
is tested of the package is the installed wheel alone.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import time
import urllib.request
import venv
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "site"))
import builds

ROOT = Path(__file__).parents[2]
LORA = re.compile(r"lora|llama|gpt", re.IGNORECASE)


class Shell:
    """Commands of an environment, run in a folder."""

    def __init__(self, bin, folder):
        self.bin, self.folder = bin, folder

        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        self.environment |= {"NO_MKDOCS_2_WARNING": "1", "PYTHONDONTWRITEBYTECODE": "1"}

    def __call__(self, *command, code=0):
        run = subprocess.run([self.bin / command[0], *command[1:]], cwd=self.folder, env=self.environment,
                             capture_output=True, text=True, check=False)
        assert run.returncode == code, run.stdout + run.stderr
        return run.stdout + run.stderr


class Course(Shell):
    """Commands in a course's folder, forked from a process of the environment that has loaded what they load."""

    @property
    def beside(self):
        return {"python": (self.bin / "python", "-E"), **self.environment}

    @contextmanager
    def running(self, *command):
        """A command that ends when the block does."""
        process = builds.Run(self.folder, *command, **self.beside)
        try:
            yield process
        finally:
            process.end(signal.SIGTERM)

    def __call__(self, *command, code=0):
        if command[0] == "python":
            return super().__call__(*command, code=code)
        run = builds.run(self.folder, *command, **self.beside)
        assert run.returncode == code, run.stdout + run.stderr
        return run.stdout + run.stderr


PARTS = ("derivations", "docs", "tables", "tests", ".ci", "pyproject.toml", "mkdocs.yml", "Makefile", "README.md", "LICENSE",
         "CHANGELOG.md", "CONTRIBUTING.md", "CITATION.cff", "constraints.txt", ".gitignore", ".pre-commit-hooks.yaml")


def files_of(root):
    """Every file of the parts, by its path: what a source distribution has to hold."""
    found = (path for part in PARTS for path in ([root / part] if (root / part).is_file() else (root / part).rglob("*")))
    return {path.relative_to(root).as_posix() for path in found if path.is_file() and "__pycache__" not in path.parts}


HELP = """
import sys, contextlib
from derivations.cli import main
for name in sys.argv[1:]:
    sys.argv = ["derive", name, "--help"]
    with contextlib.suppress(SystemExit):
        main()
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Make the source distribution of a copy, so that nothing is left in the tree, and unpack it."""
    folder = tmp_path_factory.mktemp("source")
    (folder / "tree").mkdir()
    for part in PARTS:
        subprocess.run(["cp", "-r", ROOT / part, folder / "tree"], check=True)
    script = f"import sys; sys.path.insert(0, '.ci'); import backend; backend.build_sdist({str(folder)!r})"
    subprocess.run([sys.executable, "-c", script], cwd=folder / "tree", check=True, capture_output=True)
    assert not (folder / "tree" / "MANIFEST.in").exists()
    [archive] = folder.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    return folder / archive.name.removesuffix(".tar.gz")


@pytest.fixture(scope="module")
def wheel(source, tmp_path_factory):
    """Build the wheel from the source distribution."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
                    "--wheel-dir", folder, source], check=True, capture_output=True)
    [built] = folder.glob("*.whl")
    return built


def test_the_source_distribution_holds_what_its_tests_need(source):
    assert files_of(ROOT) - files_of(source) == set()


@pytest.fixture(scope="module")
def shell(wheel, tmp_path_factory):
    """An environment with the wheel; everything else is the test environment's, save this package's own record."""
    folder = tmp_path_factory.mktemp("away")
    venv.create(folder / "env", with_pip=False)
    python = folder / "env" / "bin" / "python"
    asked = subprocess.run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], capture_output=True,
                           text=True, check=True)
    packages = Path(asked.stdout.strip())
    subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel],
                   check=True)
    theirs = Path(sysconfig.get_path("purelib"))
    names = [one for one in theirs.iterdir() if not one.name.startswith(("derivations", "__editable__", "_derivations"))
             and one.suffix not in (".pth",) and one.name != "__pycache__"]
    for one in names:
        if not (packages / one.name).exists():
            (packages / one.name).symlink_to(one)
    for name in ("mkdocs", "pytest"):
        script = folder / "env" / "bin" / name
        script.write_text(f"#!{python}\nimport sys\nfrom {'mkdocs.__main__' if name == 'mkdocs' else name} import "
                          f"{'cli as main' if name == 'mkdocs' else 'main'}\nsys.exit(main())\n", encoding="utf-8")
        script.chmod(0o755)
    return Shell(folder / "env" / "bin", folder)


@pytest.fixture(scope="module", params=["", "es"])
def course(shell, request):
    """The course in both languages, and in one."""
    folder = Path(tempfile.mkdtemp(prefix="course-", dir=shell.folder))      # a worker may come back to one of the two
    shell("derive", "new", folder.name, *(["--languages", request.param] if request.param else []))
    return Course(shell.bin, folder)


@pytest.fixture(scope="module")
def site(course):
    """The course's site as it is written, built once."""
    course("mkdocs", "build", "--strict", "--quiet", "--site-dir", "../" + course.folder.name + "-site")
    return course.folder.with_name(f"{course.folder.name}-site")


def test_the_wheel_runs_away_from_the_tree(shell):
    place = shell("python", "-c", "import derivations; print(derivations.__file__)")
    assert Path(place.strip()).is_relative_to(shell.folder)
    assert (Path(place.strip()).parent / "py.typed").exists()


def test_what_is_written_passes_its_gate_and_its_tests_and_is_built(course, site):
    assert len((course.folder / "README.md").read_text(encoding="utf-8").splitlines()) <= 10
    assert course("derive", "check") == ""
    assert " passed" in course("pytest", "-q", "-p", "no:cacheprovider")
    page = (site / "index.html").read_text(encoding="utf-8")
    assert "1,628.89" in page or "1628,89" in page          # 1000 · 1.05¹⁰, by a pocket calculator


@pytest.mark.parametrize("course", ["es"], indirect=True)        # in both: tests/check/test_mistakes.py
def test_a_broken_number_is_stopped(course):
    [page, *_] = sorted((course.folder / "docs").glob("*/index.md"))
    table = course.folder / "tables" / "rates.csv"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("$n$", "17").replace("growth.balance }}", "growth.ballance }}"), encoding="utf-8")
    table.write_text(table.read_text(encoding="utf-8").replace("1", "2", 1), encoding="utf-8")
    said = course("derive", "check", code=1)
    line = text[: text.index("$n$")].count("\n") + 1
    assert re.search(rf"index\.md:{line}:\d+: the numeral 17 is not derived", said), said
    assert "no value is called 'growth.ballance'; nearest: growth.balance" in said
    assert "tables/rates.csv:2:1: stale" in said
    assert "the numeral 17 is not derived" in course("mkdocs", "build", "--strict", "--quiet", code=1)
    page.write_text(text, encoding="utf-8")
    course("derive", "tables")
    assert course("derive", "check") == ""


@pytest.mark.parametrize("course", [""], indirect=True)
def test_a_number_that_is_broken_while_it_is_served_is_said_in_the_page(course):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    [page, *_] = sorted((course.folder / "docs").glob("*/index.md"))
    text = page.read_text(encoding="utf-8")
    with course.running("mkdocs", "serve", "--livereload", "--quiet", "-a", address):
        try:
            until(address, lambda said: "1,628.89" in said or "1628,89" in said)
            page.write_text(text.replace("$n$", "17"), encoding="utf-8")
            until(address, lambda said: "the numeral 17 is not derived" in said)
            page.write_text(text, encoding="utf-8")
            until(address, lambda said: "<math" in said and "is not derived" not in said)
        finally:
            page.write_text(text, encoding="utf-8")


def until(address, holds, seconds=120):
    """Ask for the first page until something holds of it."""
    end, said = time.monotonic() + seconds, ""
    while not holds(said):
        assert time.monotonic() < end, said[:2000]
        time.sleep(0.3)
        with suppress(OSError), urllib.request.urlopen(f"http://{address}/", timeout=5) as answer:
            said = answer.read().decode()


@pytest.mark.parametrize("course", [""], indirect=True)
def test_no_other_course_looks_out(course, site):
    for path in site.rglob("*"):
        if path.suffix in (".html", ".css", ".svg", ".json", ".js") and "javascripts" not in path.parts:
            assert not LORA.search(path.read_text(encoding="utf-8")), path
    said = [course("derive", "--help"), course("derive", "list"), course("derive", "explain", "growth.balance")]
    names = re.findall(r"(?m)^  (\w+)  ", said[0])
    said.append(course("python", "-c", HELP, *names))
    assert len(names) > 6 and said[-1].count("Usage: ") == len(names)
    assert not LORA.search("".join(said))


def test_a_folder_that_holds_something_is_left_alone(shell, tmp_path):
    (tmp_path / "note.txt").write_text("mine", encoding="utf-8")
    assert "is not empty" in shell("derive", "new", str(tmp_path), code=2)
    assert "there are en, es" in shell("derive", "new", str(tmp_path / "x"), "--languages", "fr", code=2)
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]
