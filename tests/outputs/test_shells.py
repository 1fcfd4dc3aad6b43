"""The folder that `derive render` writes, built by each site builder: every page says the same to its reader."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from shells import text, texts

ROOT = Path(__file__).parents[2]
BUILDERS = ("mkdocs", "properdocs", "zensical")
BIN = Path(sys.executable).parent
LANGUAGES = ("en", "es")


@pytest.fixture(scope="module", params=LANGUAGES)
def built(rendered, request, tmp_path_factory):
    """Build a language's folder with each builder: what its pages say, by builder."""
    said, away = {}, tmp_path_factory.mktemp(request.param)
    for builder in BUILDERS:
        folder = away / builder
        shutil.copytree(rendered / request.param, folder)
        ran = subprocess.run([BIN / builder, "build", "--strict"], cwd=folder, check=False, capture_output=True, text=True,
                             env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": ""})
        assert ran.returncode == 0, f"{builder}: {ran.stdout}{ran.stderr}"
        said[builder] = texts(folder / "site")
    return request.param, said


def test_every_page_says_the_same_whoever_built_it(built):
    code, said = built
    pages = {path.relative_to(ROOT / "docs" / code).with_suffix(".html").as_posix()
             for path in (ROOT / "docs" / code).rglob("*.md")}
    for builder in BUILDERS:
        assert set(said[builder]) == pages
        for page in sorted(pages):
            assert said[builder][page] == said["mkdocs"][page], f"{builder}, {page}"
    assert all(len(words) > 1000 for words in said["mkdocs"].values())


def test_no_sign_of_ours_is_left(built):
    _, said = built
    for page, words in said["zensical"].items():
        assert not any("\ue000" <= sign <= "\uf8ff" for sign in words), page
        assert "&#" not in words, page
        assert "{site-root}" not in words, page


def test_the_folder_names_nothing_of_ours(rendered):
    for code in LANGUAGES:
        settings = yaml.safe_load((rendered / code / "mkdocs.yml").read_text(encoding="utf-8"))
        assert settings["plugins"] == ["search"]
        assert settings["theme"]["language"] == code
        assert not [*(rendered / code).rglob("*.js")]
        for path in (rendered / code / "docs").rglob("*.md"):
            page = path.read_text(encoding="utf-8")
            assert not any(f"<{one}" in page for one in ("button", "input", "select", "textarea")), path
            assert "<script" not in page and "data-tex" not in page and 'class="tex"' not in page, path


def test_what_a_page_links_to_lies_beside_it(rendered):
    import re

    for code in LANGUAGES:
        docs = rendered / code / "docs"
        for path in docs.rglob("*.md"):
            for way in re.findall(r'(?:src|href)="([^"#:]+\.(?:csv|json|svg))"', path.read_text(encoding="utf-8")):
                assert (path.parent / way).is_file(), f"{path}: {way}"


def test_the_reader_of_articles_tells_one_number_from_another():
    page = "<nav>9</nav><article><h1>A 12<a class='headerlink'>¶</a></h1><p>is <b>3</b>4</p></article>"
    assert text(page) == "A 12 is 34"
    assert text(page) != text(page.replace("3", "5"))
