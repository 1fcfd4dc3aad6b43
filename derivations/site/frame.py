"""What stands around the pages: Material's templates after ours, our styles and scripts before the site's own.

The theme's frame is indented by a quarter of its bytes, and takes a site for one of a single language: both are mended.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment
from mkdocs.config.config_options import ExtraScriptValue
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File

from derivations.blocks import PUBLISHED
from derivations.outputs.reference import FOLDER
from derivations.site import built, scripts
from derivations.site.store import Store
from derivations.site.templates import Compiled, Layers

HERE = Path(__file__).parent
ASSETS = HERE / "assets"
THEME = HERE / "theme"
EARLY = "early.js"  # which the frame asks for itself
SHIM = "iframe-worker-shim.js"  # lets the search run from a file system; only then is it asked for

MATERIALS_FAVICON = "assets/images/favicon.png"

_INDENTED = re.compile(r"[ \t]*\n\s*")
_CONFIG = re.compile(r'(<script id="__config" type="application/json">)(.*?)(</script>)', re.DOTALL)


def dress(config: MkDocsConfig, words: Callable[[str], Mapping[str, str]]) -> None:
    """Put our templates before Material's, and our styles and scripts before the site's own.

    words  gives what the frame says in a language
    """
    folders, made = config.theme.dirs, config.theme.get_env
    if str(THEME) not in folders:
        own = config.theme.custom_dir
        folders.insert(folders.index(own) + 1 if own in folders else 0, str(THEME))

    def furnished() -> Environment:                        # asked for by each language's build, and by plugins
        env = made()
        env.loader, env.bytecode_cache = Layers(folders, str(THEME)), Compiled()
        env.globals.update(_said(config, words))
        return env

    config.theme.get_env = furnished  # type: ignore[method-assign]
    if config.theme["favicon"] == MATERIALS_FAVICON:
        config.theme["favicon"] = f"{PUBLISHED}/favicon.svg"
    styles = [f"{PUBLISHED}/{path.name}" for path in sorted(ASSETS.glob("*.css"))]
    config.extra_css = [*styles, *config.extra_css]
    if "tables" in config.markdown_extensions:             # no style stands in a page: a strict policy forbids it
        config.mdx_configs.setdefault("tables", {}).setdefault("use_align_attribute", True)
    names = [path.name for path in sorted(ASSETS.glob("*.js")) if path.name not in (SHIM, EARLY)]
    ours = [_deferred(f"{PUBLISHED}/{name}") for name in names]
    config.extra_javascript = [*ours, *config.extra_javascript]
    if offline(config):
        config.extra.setdefault("polyfills", []).append(f"{PUBLISHED}/{SHIM}")


def _said(config: MkDocsConfig, words: Callable[[str], Mapping[str, str]]) -> dict[str, Any]:
    """Give what the templates say and lead to, in the language being built."""
    language, i18n = built.language(config), config.plugins.get("i18n")
    return {
        "words": words(language), "prefix": built.prefix(config), "published": PUBLISHED, "offline": offline(config),
        "other_words": {other: words(other) for other in (i18n.build_languages if i18n else ()) if other != language},
        "reference": f"{FOLDER}/{language}/index.html",
        "homes": {one.locale: "./" if one.default else f"{one.locale}/"
                  for one in (i18n.config.languages if i18n else ())},
    }


def assets(config: MkDocsConfig, store: Store) -> list[File]:
    """Give the files that we bring."""
    return [_asset(config, f"{PUBLISHED}/{path.relative_to(ASSETS).as_posix()}", path, store)
            for path in sorted(ASSETS.rglob("*")) if path.is_file()]


def _asset(config: MkDocsConfig, uri: str, path: Path, store: Store) -> File:
    if path.suffix == ".css" and offline(config):  # from a folder no font can be asked for before it is used
        text = path.read_text(encoding="utf-8").replace("font-display: optional", "font-display: block")
        return File.generated(config, uri, content=text)
    if path.suffix != ".js":
        return File.generated(config, uri, abs_src_path=str(path))
    return File.generated(config, uri, content=scripts.published(uri, path.read_bytes(), store))


def offline(config: MkDocsConfig) -> bool:
    """Whether the site is to be read from a folder."""
    plugin = config.plugins.get("material/offline")
    return plugin is not None and plugin.config.enabled


def slim(html: str) -> str:
    """Leave out the indentation of the theme's frame: a quarter of its bytes."""
    before, article, rest = html.partition("<article")
    inside, end, after = rest.rpartition("</article>")
    before, after = (_INDENTED.sub("\n", part).replace(">\n<", "><") for part in (before, after))
    return "".join([before, article, inside, end, after]) if end else html


def with_own_search(html: str, prefix: str) -> str:
    """Tell Material's script that a language's pages are a site of their own, with an index of its own."""
    if not prefix:
        return html

    def moved(match: re.Match[str]) -> str:
        settings = json.loads(match[2])
        settings["base"] = f"{settings['base'].rstrip('/')}/{prefix}"
        return match[1] + json.dumps(settings, ensure_ascii=False).replace("<", "\\u003c") + match[3]

    return _CONFIG.sub(moved, html, count=1)


def _deferred(path: str) -> ExtraScriptValue:
    """A script that runs when the page is there; not a module, which a browser refuses on file://."""
    script = ExtraScriptValue(path)
    script.defer = True
    return script
