"""Markdown's work on a page, remembered: the same text, links and settings give the same HTML.

Values, formulas and blocks are marks in the text, so a page whose numbers moved is the same to Markdown. Only
extensions that depend on nothing but the text are trusted; a page that Markdown or its links complain about is
converted anew each time, so that the complaint is heard.
"""

from __future__ import annotations

import json
import logging
import re
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import AnchorLink, get_toc

from derivations.site.store import Store, digest

_CODE_IN_CELL = re.compile(r"(?<=<code>)[^<]*(?=</code>(?:(?!<t[dh]\b|<tr\b).)*</t[dh]>)", re.DOTALL)

TRUSTED = frozenset({
    "abbr", "admonition", "attr_list", "def_list", "fenced_code", "footnotes", "md_in_html", "meta", "sane_lists",
    "smarty", "tables", "toc", "pymdownx.arithmatex", "pymdownx.betterem", "pymdownx.caret", "pymdownx.critic",
    "pymdownx.details", "pymdownx.highlight", "pymdownx.inlinehilite", "pymdownx.keys", "pymdownx.mark",
    "pymdownx.smartsymbols", "pymdownx.superfences", "pymdownx.tabbed", "pymdownx.tasklist", "pymdownx.tilde",
})


def settings_of(config: MkDocsConfig, files: Files) -> str | None:
    """Give the digest of all that a conversion depends on beside the text; None where that can't be known."""
    if not all(isinstance(name, str) and name in TRUSTED for name in config.markdown_extensions):
        return None
    places = sorted(f"{file.src_uri}\n{file.url}\n{file.inclusion}" for file in files)
    level = str(logging.getLogger("mkdocs").getEffectiveLevel())  # what is not heard can't be known to be unsaid
    return digest(level, repr(config.markdown_extensions), repr(config.mdx_configs), repr(config.validation),
                  str(config.use_directory_urls), *places)


def convert(page: Page, config: MkDocsConfig, files: Files, store: Store, settings: str | None) -> None:
    """Do what `page.render` does, from memory where the same was done before."""
    key = ("conversion", settings or "", page.file.src_uri, page.markdown or "")
    known = store.get(*key) if settings else None
    if known is None or not _restore(page, json.loads(known), files):
        _work(page, config, files, store, key if settings else None)
    page.content = bars_in_cells(page.content or "")


def _work(page: Page, config: MkDocsConfig, files: Files, store: Store, key: tuple[str, ...] | None) -> None:
    """Convert a page, and remember it by the key, if it may be remembered and nobody had anything to say."""
    with _Listening() as heard:
        Page.render(page, config, files)
    if key and not heard.anything:
        store.put(json.dumps(_result(page), ensure_ascii=False), *key)


def bars_in_cells(html: str) -> str:
    """Print a bar in code within a table as a bar: Markdown wants it escaped there, and leaves the sign in."""
    if "\\|" not in html:
        return html
    return _CODE_IN_CELL.sub(lambda code: code[0].replace("\\|", "|"), html)


def _result(page: Page) -> dict[str, Any]:
    links = page.links_to_anchors
    return {
        "content": page.content, "toc": [_token(item) for item in page.toc], "title": page._title_from_render,
        "anchors": sorted(page.present_anchor_ids or ()),
        "links": None if links is None else {file.src_uri: found for file, found in links.items()},
    }


def _restore(page: Page, known: dict[str, Any], files: Files) -> bool:
    """Give the page what is known; False where a file that it links to isn't found by its name."""
    links: dict[File, dict[str, str]] | None = None if known["links"] is None else {}
    for uri, found in (known["links"] or {}).items():
        file = files.get_file_from_path(uri)
        if links is None or file is None or file.src_uri != uri:
            return False
        links[file] = found
    page.links_to_anchors = links
    page.content = known["content"]
    page.toc = get_toc(known["toc"])
    page._title_from_render = known["title"]
    page.present_anchor_ids = set(known["anchors"])
    return True


def _token(item: AnchorLink) -> Any:
    return {"name": item.title, "id": item.id, "level": item.level, "children": [_token(one) for one in item.children]}


class _Listening(logging.Handler):
    """Notices whether MkDocs or an extension has anything to say; `--strict` counts what they say."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.anything = False

    def emit(self, record: logging.LogRecord) -> None:
        """Remember that something was said."""
        self.anything = True

    def __enter__(self) -> _Listening:
        logging.getLogger().addHandler(self)
        logging.getLogger("mkdocs").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self)
        logging.getLogger("mkdocs").removeHandler(self)
