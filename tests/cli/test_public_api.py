"""The Python API fits on two screens: four functions, typed, explained, and importing nothing until they're called."""

from __future__ import annotations

import inspect
import subprocess
import sys
from fractions import Fraction

import pytest

import derivations


def test_what_is_listed_is_what_there_is():
    public = {name for name, value in vars(derivations).items()
              if inspect.isfunction(value) and not name.startswith("_")}
    assert set(derivations.__all__) == public == {"count", "rank_for", "memory", "explain"}
    assert len(inspect.getsource(derivations).splitlines()) < 180


@pytest.mark.parametrize("name", derivations.__all__)
def test_everything_is_typed_and_says_what_it_raises(name):
    function = getattr(derivations, name)
    signature = inspect.signature(function)
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(one.annotation is not inspect.Parameter.empty for one in signature.parameters.values())
    assert "Raises" in inspect.getdoc(function)


def test_the_examples_of_the_docstring():
    answer = derivations.count("llama-2-7b", rank=8, targets="q_proj,v_proj")
    assert (answer.lora, answer.full, answer.ratio) == (4194304, 1073741824, Fraction(1, 256))
    assert derivations.rank_for("gpt2", budget="40MB").rank == 67
    assert "3r/(2h)" in derivations.explain("layer.ratio", h=4096, r=8)


def test_importing_the_package_imports_nothing_else():
    script = "import sys, typing, derivations; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert [name for name in loaded if name.startswith("derivations")] == ["derivations"]
    assert not {"sympy", "pandas", "click", "dataclasses"} & set(loaded)
