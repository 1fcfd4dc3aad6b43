"""Projects of the toy course for tests that build them: one to edit, and one that is built already."""

import pytest
from laid import lay


@pytest.fixture
def project(tmp_path):
    """A project of one's own, to edit and break."""
    return lay(tmp_path)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A project built once, to look at."""
    project = lay(tmp_path_factory.mktemp("built"))
    result = project.build(SITE_URL="https://fields.example/course/")
    assert result.returncode == 0, result.stderr
    return project
