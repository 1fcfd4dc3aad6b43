"""The theme's templates: MkDocs takes the same files of our layers as of Jinja's own, which walks through every icon."""

from jinja2 import Environment, FileSystemLoader
from mkdocs.config import load_config
from mkdocs.structure.files import Files

from derivations.site.frame import THEME
from derivations.site.templates import Layers


def test_mkdocs_finds_in_our_layers_what_it_finds_in_the_theme(tmp_path):
    (tmp_path / "docs").mkdir()
    for name in ("own.css", ".hidden.css", "in/.hidden/a.css", "in/shown/a.css", "assets/images/favicon.png"):
        (tmp_path / "own" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "own" / name).write_text("own", encoding="utf-8")
    (tmp_path / "mkdocs.yml").write_text("site_name: x\ntheme:\n  name: material\n  custom_dir: own\n", encoding="utf-8")
    config = load_config(str(tmp_path / "mkdocs.yml"))
    folders = [config.theme.custom_dir, str(THEME), *config.theme.dirs[1:]]
    found = []
    for loader in (FileSystemLoader(folders), Layers(folders, str(THEME))):
        files = Files([])
        files.add_files_from_theme(Environment(loader=loader, autoescape=True), config)
        found.append([(file.src_uri, file.abs_src_path) for file in files])
    assert found[0] == found[1]
    assert {"own.css", "in/shown/a.css"} < {name for name, _ in found[1]}
