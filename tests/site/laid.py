"""A small project of the toy course, to be built as an author's would be: in a copy, by the real command."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import yaml
from builds import mkdocs

ROOT = Path(__file__).parents[2]
TOY = ROOT / "tests" / "toy"


class _AtRest(yaml.SafeLoader):
    """Reads mkdocs.yml with its !ENV switches at rest: the default is the last of the list."""


_AtRest.add_constructor("!ENV", lambda loader, node: loader.construct_sequence(node)[-1])


@dataclass
class Project:
    """A project's folder. `build` runs `mkdocs build --strict` in it."""

    root: Path

    @property
    def site(self):
        return self.root / "site"

    def page(self, name):
        return (self.site / name).read_text(encoding="utf-8")

    def edit(self, name, old, new):
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def append(self, name, text):
        with (self.root / name).open("a", encoding="utf-8") as file:
            file.write(text)

    def configure(self, change):
        path = self.root / "mkdocs.yml"
        settings = yaml.load(path.read_text(encoding="utf-8"), _AtRest)
        change(settings)
        path.write_text(yaml.safe_dump(settings, allow_unicode=True, sort_keys=False), encoding="utf-8")

    def mkdocs(self, *arguments, **environment):
        return mkdocs(self.root, *arguments, **environment)

    def build(self, *arguments, **environment):
        return self.mkdocs("build", "--strict", "--quiet", *arguments, **environment)


def lay(root):
    """Lay out the toy project: the toy course with the real site's configuration around it."""
    shutil.copytree(TOY / "docs", root / "docs")
    shutil.copytree(TOY / "tables", root / "tables")
    shutil.copytree(ROOT / "docs" / "assets", root / "docs" / "assets")
    (root / "meadow").mkdir()
    (root / "meadow" / "__init__.py").write_text('"""The toy course, as a package."""\n', encoding="utf-8")
    shutil.copy(TOY / "fields.py", root / "meadow" / "course.py")
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    settings = re.sub(r"(?s)^nav:\n.*?(?=^theme:)", "nav:\n  - Home: index.md\n\n", settings, flags=re.MULTILINE)
    settings = settings.replace("derivations.lora.course", "meadow.course")
    for look in ("  custom_dir: derivations/lora/theme\n", "extra_css: [assets/colours.css]\n"):
        settings = settings.replace(look, "")       # the course's own; these pages have the engine's
    (root / "mkdocs.yml").write_text(settings, encoding="utf-8")
    return Project(root)
