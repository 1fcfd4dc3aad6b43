"""Two builds of one state of the documents are the same, byte for byte.

Only the site map can't be: MkDocs writes the day of the build into sitemap.xml, and its time into the header of
sitemap.xml.gz. Where SOURCE_DATE_EPOCH is set, it takes that for today, and then these two are the same as well.
"""

import gzip
import os
import re

import pytest
from builds import run
from copies import built, files

SITE_MAPS = {"sitemap.xml", "sitemap.xml.gz"}
DAY = re.compile(rb"<lastmod>\d{4}-\d\d-\d\d</lastmod>")


def undated(name, content):
    """Give a site map without its days."""
    return DAY.sub(b"", gzip.decompress(content) if name.endswith(".gz") else content)


def differing(one, other):
    """Name the files that differ; a site map may, by its day."""
    assert set(one) == set(other)
    for name in SITE_MAPS:
        assert undated(name, one[name]) == undated(name, other[name])
    return {name for name in one if one[name] != other[name]}


@pytest.mark.skipif("SITE_BUILT" in os.environ, reason="the site was built on another day, with other settings")
def test_two_builds_of_the_course_are_the_same_wherever_they_are_made(site, tmp_path):
    """The first is the site that all tests read."""
    one = files(site)
    other = files(built(tmp_path / "quite" / "another" / "place", alone=True, PYTHONHASHSEED="2", SOURCE_DATE_EPOCH="1600000000", TZ="Asia/Tokyo"))
    assert len(one) > 50
    assert differing(one, other) == SITE_MAPS


def test_two_builds_differ_in_the_day_of_the_site_map_at_most(project):
    days = {"1700000000": b"2023-11-14", "1600000000": b"2020-09-13"}
    made = []
    for epoch, day in days.items():
        result = project.build(SOURCE_DATE_EPOCH=epoch, SITE_URL="https://fields.example/")
        assert result.returncode == 0, result.stderr
        made.append(files(project.site))
        assert day in made[-1]["sitemap.xml"]
    assert differing(*made) == SITE_MAPS


@pytest.mark.parametrize("words", ["Sound.", "Of 147456."])
def test_a_program_goes_on_after_a_build_as_it_was_before(project, words):
    project.append("docs/en/index.md", f"\n{words}\n")
    said = run(project.root, "mkdocs", "build", "-q", first="import atexit, gc; atexit.register(lambda: print(gc.isenabled()))")
    assert bool(said.returncode) is ("147456" in words) and said.stdout.split()[-1] == "True", said
