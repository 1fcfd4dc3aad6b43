"""What is remembered is right: whatever was edited, a warm build and a live one equal a clean one, byte for byte."""

import json
import os
import random
import shutil
import subprocess
import sys
import venv

import pytest
from builds import Rebuilds
from laid import ROOT

from derivations.site import inputs
from derivations.site.store import Store, digest

EDITS = int(os.environ.get("RANDOM_EDITS", "6"))


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix != ".gz"}


def same(one, other):
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []


def clean(project, tmp_path):
    """Build a copy that remembers nothing."""
    copy = tmp_path / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(project.root, copy, ignore=shutil.ignore_patterns(".cache", "site", "live", "copy", "*.pyc"))
    result = type(project)(copy).mkdocs("build", "--quiet")
    assert result.returncode == 0, result.stderr
    return tree(copy / "site")


def rewrite(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text, (path, old)
    path.write_text(text.replace(old, new), encoding="utf-8")


class Edits:
    """Edits of everything that a page depends on; each leaves a project without faults, and can follow any other."""

    def __init__(self, root, draw):
        self.root, self.draw, self.times, self.title = root, draw, 2, "Two fields"

    def sentence(self):
        code = self.draw.choice(("en", "es"))
        with (self.root / f"docs/{code}/index.md").open("a", encoding="utf-8") as page:
            page.write(f"\nMore words: {'very ' * self.draw.randint(1, 9)}many.\n")

    def value(self):
        w, l = self.draw.randint(1, 99), self.draw.randint(100, 199)
        for code in ("en", "es"):
            with (self.root / f"docs/{code}/index.md").open("a", encoding="utf-8") as page:
                page.write(f"\n*x* {{{{= field.fence(w={w}, l={l}) | of(\"metre\") }}}} and {{{{= field.area }}}}.\n")

    def formula(self):
        new = 5 - self.times
        sums = {2: "width + width + length + length", 3: "3 * width + 3 * length"}
        rewrite(self.root / "meadow/course.py", sums[self.times], sums[new])
        self.times = new

    def word(self):
        course = self.root / "meadow/course.py"
        text = course.read_text(encoding="utf-8")
        old, new = ("all four sides", "the sum of all sides")[:: self.draw.choice((1, -1))]
        course.write_text(text.replace(old, new), encoding="utf-8")

    def table(self):
        new = {"Two fields": "Both fields", "Both fields": "Two fields"}[self.title]
        rewrite(self.root / "tables/fields.toml", self.title, new)
        self.title = new

    def page(self):
        """Add a page in both languages, or take it away."""
        for code, other in (("en", "es"), ("es", "en")):
            path = self.root / f"docs/{code}/more.md"
            if path.exists():
                path.unlink()
            else:
                path.write_text(f"# More {{#top}}\n\n{{{{= field.area(w=7, l=8) }}}} [home](index.md) {other}\n",
                                encoding="utf-8")


@pytest.mark.parametrize("seed", [1])
def test_after_any_edit_what_is_served_and_what_is_built_warm_equal_a_clean_build(project, tmp_path, seed):
    project.configure(lambda settings: settings.pop("nav"))
    draw = random.Random(seed)
    edits = Edits(project.root, draw)
    live = Rebuilds(project)
    kinds = ["sentence", "value", "formula", "word", "table", "page"]
    draw.shuffle(kinds)
    try:
        for number in range(EDITS + 1):
            if number:
                getattr(edits, kinds[number % len(kinds)] if number <= len(kinds) else draw.choice(kinds))()
            assert live.build()
            wanted = clean(project, tmp_path)
            same(tree(project.root / "live"), wanted)
            warm = project.mkdocs("build", "--quiet")
            assert warm.returncode == 0, warm.stderr
            same(tree(project.root / "site"), wanted)
    finally:
        live.end()


def test_a_shape_that_the_course_counts_elsewhere_is_followed_by_rebuilds_and_by_warm_builds(project, tmp_path):
    (project.root / "acres").mkdir()
    (project.root / "acres/__init__.py").write_text("", encoding="utf-8")
    shape = project.root / "acres/shape.py"
    shape.write_text("def fence(a, b):\n    return 2 * a + 2 * b\n", encoding="utf-8")
    project.edit("meadow/course.py", "lambda width, length: width + width + length + length", "fence")
    project.edit("meadow/course.py", "METRES = Unit", "from acres.shape import fence\n\nMETRES = Unit")
    project.edit("meadow/course.py", 'packs=HERE / "packs"', 'packs=HERE / "packs", packages=("acres",)')
    live = Rebuilds(project)
    try:
        for times, metres in ((2, "346 metres"), (3, "519 metres"), (4, "692 metres")):
            shape.write_text(f"def fence(a, b):\n    return {times} * a + {times} * b\n", encoding="utf-8")
            assert live.build()
            assert metres in (project.root / "live/index.html").read_text(encoding="utf-8")
            assert project.mkdocs("build", "--quiet").returncode == 0
            assert metres in project.page("index.html")
    finally:
        live.end()


def test_a_warm_build_loads_neither_sympy_nor_pandas(project):
    script = ("import sys; from mkdocs.config import load_config; from mkdocs.commands.build import build\n"
              "config = load_config(strict=True); config.plugins.on_startup(command='build', dirty=False)\n"
              "build(config); import json\n"
              "print(json.dumps([name for name in ('sympy', 'pandas', 'meadow.course') if name in sys.modules]))")
    loaded = []
    for _ in range(2):
        run = subprocess.run([sys.executable, "-c", script], cwd=project.root, capture_output=True, text=True,
                             env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, check=True)
        loaded.append(json.loads(run.stdout.splitlines()[-1]))
    assert loaded == [["sympy", "meadow.course"], []]


@pytest.mark.parametrize(("beside", "anew"), [("environment", False), ("hook", False), ("module", True)])
def test_a_course_is_loaded_again_only_for_what_it_may_import_from_elsewhere(project, beside, anew):
    command = [sys.executable, "-X", "importtime", "-m", "mkdocs", "build", "--quiet"]
    if beside == "environment":
        venv.create(project.root / ".venv", symlinks=True)
        (packages,) = project.root.glob(".venv/lib/python*/site-packages")
        (packages / "ours.pth").write_text("\n".join([str(ROOT), *filter(None, sys.path)]), encoding="utf-8")
        script = project.root / ".venv/bin/mkdocs"
        script.write_text("from mkdocs.__main__ import cli\ncli()\n", encoding="utf-8")
        command = [str(script.with_name("python")), "-X", "importtime", str(script), "build", "--quiet"]
    elif beside == "hook":
        (project.root / "hook.py").write_text("def on_pre_build(config):\n    pass\n", encoding="utf-8")
        project.configure(lambda settings: settings.update(hooks=["hook.py"]))
    else:
        (project.root / "shapes.py").write_text("TWICE = 2\n", encoding="utf-8")
        project.edit("meadow/course.py", "METRES = Unit", "import shapes\n\nMETRES = Unit")
    loaded = []
    for _ in range(2):
        build = subprocess.run(command, cwd=project.root, check=False, capture_output=True, text=True)
        assert build.returncode == 0, build.stderr
        loaded.append("sympy.core\n" in build.stderr)
    assert loaded == [True, anew]


def test_a_fault_is_found_by_every_build_and_a_warning_said_by_each(project):
    assert project.build().returncode == 0
    project.append("docs/en/index.md", "\nBad {{= field.fenc(w=1, l=2) }}.\n")
    for _ in range(2):
        result = project.build()
        assert result.returncode != 0
        assert "field.fenc" in result.stderr


def test_what_is_damaged_on_disk_is_not_found(tmp_path):
    Store(tmp_path / "kept").put("a text", "key", "one")
    assert Store(tmp_path / "kept").get("key", "one") == "a text"
    (path,) = (path for path in (tmp_path / "kept").iterdir() if path.name != ".gitignore")
    path.write_bytes(path.read_bytes()[:-1])
    assert Store(tmp_path / "kept").get("key", "one") is None
    path.write_bytes(b"\xff\xfe")
    assert Store(tmp_path / "kept").get("key", "one") is None


def test_what_no_build_asks_for_is_swept_away(tmp_path):
    store = Store(tmp_path / "kept")
    store.put("a", "one")
    store.put("b", "two")
    store.sweep()
    assert store.get("one") == "a"
    store.sweep()
    fresh = Store(tmp_path / "kept")
    assert (fresh.get("one"), fresh.get("two")) == ("a", None)


def test_a_digest_knows_where_its_parts_end():
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("ab", "c") == digest(b"ab", "c")


def test_every_byte_of_a_course_and_every_name_of_a_document_counts(tmp_path):
    (tmp_path / "docs" / "en").mkdir(parents=True)
    page = tmp_path / "docs" / "en" / "index.md"
    page.write_text("# A\n", encoding="utf-8")

    def documents():
        return inputs.beside(tmp_path / "docs"), *sorted(inputs.pages(tmp_path / "docs").items())

    seen = {documents()}
    page.write_text("# B\n", encoding="utf-8")
    seen.add(documents())
    page.rename(page.with_name("other.md"))
    seen.add(documents())
    (tmp_path / "docs" / "picture.png").write_bytes(b"")
    seen.add(documents())
    assert len(seen) == 4
