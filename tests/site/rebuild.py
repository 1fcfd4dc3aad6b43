"""Builds a project over and over in one process, as the live server does: one line of input, one build."""

import sys

from mkdocs.commands.build import build
from mkdocs.config import load_config

config = load_config(site_dir="live")
config.plugins.on_startup(command="serve", dirty=False)
for line in sys.stdin:
    build(load_config(site_dir=line.strip()))
    print("built", flush=True)
