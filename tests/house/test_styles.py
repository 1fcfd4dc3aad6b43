"""Every variable that a style names is set by a style of ours, by a script, or by Material; the engine's own know no course."""

import re
from pathlib import Path

import material
import pytest

ROOT = Path(__file__).parents[2]
SHEETS = [*sorted((ROOT / "derivations").rglob("*.css")), ROOT / "docs" / "assets" / "colours.css"]
SETTERS = [path for ending in ("*.css", "*.js", "*.html", "*.py") for path in sorted((ROOT / "derivations").rglob(ending))]
SET = re.compile(r"(--[\w-]+)(?=\s*:|[\"']\s*,)")


@pytest.fixture(scope="module")
def known():
    theirs = (Path(material.__file__).parent / "templates" / "assets" / "stylesheets").glob("*.css")
    return {name for path in [*SETTERS, *theirs] for name in SET.findall(path.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_no_variable_is_named_that_nobody_sets(sheet, known):
    used = set(re.findall(r"var\((--[\w-]+)\)", sheet.read_text(encoding="utf-8")))
    assert used - known == set()


@pytest.mark.parametrize("sheet", [one for one in SHEETS if "lora" not in one.parts and one.name != "colours.css"],
                         ids=lambda sheet: sheet.name)
def test_the_engine_s_styles_name_no_course(sheet):
    assert not re.search(r"lora|adapter", sheet.read_text(encoding="utf-8"), re.IGNORECASE)
