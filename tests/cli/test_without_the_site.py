"""Counting needs Click alone, and whatever needs more says what to install."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import click
import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """Give the Python of an environment that has the package and Click, laid out as a wheel lays them out."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder, with_pip=False, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    (site / "click").symlink_to(Path(click.__file__).parent)
    (site / "derivations").symlink_to(ROOT / "derivations")
    info = site / "derivations-0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: derivations\nVersion: 0\n", encoding="utf-8")
    groups = PROJECT["entry-points"].items()
    (info / "entry_points.txt").write_text("\n".join(
        f"[{group}]\n" + "\n".join(f"{name} = {place}" for name, place in entries.items()) for group, entries in groups),
        encoding="utf-8")
    return folder / "bin" / "python"


def run(python, *arguments, cwd):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run([python, "-B", *arguments], capture_output=True, text=True, check=False, cwd=cwd,
                          env=environment)


def test_the_package_asks_for_click_alone():
    assert [name.split(">")[0] for name in PROJECT["dependencies"]] == ["click"]
    assert any(one.startswith("derivations[site") for one in PROJECT["optional-dependencies"]["test"])


@pytest.mark.parametrize(("arguments", "key", "value"), [
    (["count", "qwen2.5-7b", "-r", "4"], "lora", 10092544),
    (["rank", "gpt2", "--budget", "1%"], "rank", 5),
])
def test_models_are_counted_without_the_extra(bare, tmp_path, arguments, key, value):
    done = run(bare, "-m", "derivations.cli", *arguments, "--json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)[key] == value


def test_python_counts_without_the_extra(bare, tmp_path):
    done = run(bare, "-c", "import derivations; print(derivations.count('gpt2', rank=2).lora)", cwd=tmp_path)
    assert (done.stdout, done.stderr) == ("294912\n", "")


@pytest.mark.parametrize("arguments", [["list"], ["explain", "layer.ratio"], ["check"]], ids=" ".join)
def test_what_needs_the_extra_says_so_in_one_line(bare, tmp_path, arguments):
    (tmp_path / "mkdocs.yml").write_text("site_name: x\n", encoding="utf-8")
    done = run(bare, "-m", "derivations.cli", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "pip install 'derivations[site]'" in done.stderr


def test_the_plugin_says_so_as_well(bare, tmp_path):
    script = "import click\ntry: import derivations.site.plugin\nexcept click.ClickException as e: print(e.message)"
    done = run(bare, "-c", script, cwd=tmp_path)
    assert "is missing: what builds courses comes with pip install 'derivations[site]'" in done.stdout


def test_a_package_adds_a_command(tmp_path):
    (tmp_path / "kennel.py").write_text(
        "import click\n@click.command()\ndef bark():\n    '''Bark.'''\n    click.echo('woof')\n", encoding="utf-8")
    info = tmp_path / "kennel-1.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_text(
        "[console_scripts]\nx = y:z\n\n[derivations.commands]\nbark = kennel:bark\nlist = kennel:bark\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}

    def derive(*arguments):
        return subprocess.run([sys.executable, "-m", "derivations.cli", *arguments], capture_output=True, text=True,
                              check=True, env=environment).stdout

    assert derive("bark") == "woof\n"
    assert derive("--help").count("Bark.") == 1
    assert "Bark." not in derive("list", "--help")           # our own commands can't be taken



def test_the_hook_for_pre_commit_installs_what_its_command_asks_for(bare, tmp_path):
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    refused = run(bare, "-m", "derivations", *hook["entry"].split()[1:], cwd=tmp_path)
    [extra] = re.findall(r"pip install 'derivations(\[\w+\])'", refused.stderr)
    assert hook["additional_dependencies"] == [f".{extra}"]
