"""The web site: a thin MkDocs plugin, the look of the pages, their math and what their search can find."""

from importlib.util import find_spec

from click import ClickException

from derivations.terminal import EXTRA

# MkDocs finds the plugin wherever the package is installed, with what it needs or without.
_missing = [name for name in ("sympy", "material", "mkdocs_static_i18n", "pandas", "quickjs", "yaml", "minify")
            if find_spec(name) is None]
if _missing:
    raise ClickException(f"{_missing[0]} is missing: {EXTRA}")
