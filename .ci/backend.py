"""Builds the package with setuptools; a source distribution also holds what its tests and its site are made from."""

from pathlib import Path

from setuptools import build_meta
from setuptools.build_meta import *  # noqa: F403 - every other hook is setuptools' own

MANIFEST = """graft .ci
graft derivations
graft docs
graft tables
graft tests
include *.md *.cff *.txt mkdocs.yml Makefile .gitignore .pre-commit-hooks.yaml
global-exclude __pycache__ *.py[cod] .DS_Store
prune site
"""


def build_sdist(sdist_directory, config_settings=None):
    """Say what belongs to it in the file that setuptools looks for, for as long as it looks."""
    manifest = Path("MANIFEST.in")
    manifest.write_text(MANIFEST, encoding="utf-8")
    try:
        return build_meta.build_sdist(sdist_directory, config_settings)
    finally:
        manifest.unlink()
