"""mkdocs.yml, and what it inherits from, as files: where each of their settings and of the texts in them stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from derivations.ordinary import named_from, read_utf8
from derivations.places import Lines, breaks
from derivations.text.text import Text

SAID = ("site_name", "site_description", "copyright")
ELSEWHERE = "null"
"""What i18n calls the language of an entry that leads to another site."""


def inherited(path: Path) -> Iterator[Path]:
    """Give the configuration's file, and those that it inherits from."""
    while path.is_file():
        yield path
        found = _plain(child(yaml.compose(read_utf8(path), yaml.SafeLoader), "INHERIT"))
        if found is None:
            return
        path = (path.parent / found.value).resolve()


class File:
    """One file of the configuration, with the place of each of its texts; `options` are those of our plugin."""

    def __init__(self, path: Path, root: Path) -> None:
        self.path, self.text = path, read_utf8(path)
        self.shown = named_from(path, root)
        self.top = yaml.compose(self.text, yaml.SafeLoader)
        self.options = _plugin(self.top, "derivations")
        self.lines = Lines(self.text)

    def texts(self, default: str) -> Iterator[Text]:
        """Give what readers see of it, in each language."""
        yield from self._said(self.top, default)
        for title in _titles(child(self.top, "nav")):
            yield from self._read(title, default, "nav")
        for language in items(child(_plugin(self.top, "i18n"), "languages")):
            locale = _plain(child(language, "locale"))
            if locale is not None and (code := locale.value) != ELSEWHERE:
                at = self.lines.place(locale.start_mark.index)
                yield Text(self.shown, code, "", [(0, *at)], "locale", holds=False)
                yield from self._said(language, code)
                for title in _titles(child(language, "nav")):
                    yield from self._read(title, code, "nav")
                for key in ("nav_translations", "admonition_translations"):
                    for _, title in pairs(child(language, key)):
                        yield from self._read(title, code, key)

    def _said(self, node: Any, code: str) -> Iterator[Text]:
        for key in SAID:
            value = _plain(child(node, key))
            if value is not None and value.tag.endswith(":str"):
                yield from self._read(value, code, key)
        palettes = child(child(node, "theme"), "palette")
        for palette in items(palettes):
            yield from self._read(child(child(palette, "toggle"), "name"), code, "toggle")
        for key in ("consent", "analytics", "social"):
            for one in _worded(child(child(node, "extra"), key)):
                yield from self._read(one, code, key)

    def _read(self, given: Any, code: str, key: str) -> Iterator[Text]:
        if (node := _plain(given)) is not None:
            found = breaks(node.value, self.lines, node.start_mark.index, node.end_mark.index, node.style)
            yield Text(self.shown, code, node.value, found, key, holds=False)


def place(files: list[File], word: str) -> tuple[str, int, int]:
    """Give the place of a word, in the first file that has it; of the first file's beginning, where none has."""
    file = next((one for one in files if word in one.text), files[0])
    return file.shown, *file.lines.place(max(file.text.find(word), 0))


def child(node: Any, key: str) -> Any:
    """Give what a mapping has under a key, if anything."""
    return next((value for name, value in pairs(node) if name.value == key), None)


def pairs(node: Any) -> list[tuple[Any, Any]]:
    """Give the keys of a mapping with what they have; nothing of what is none."""
    return node.value if isinstance(node, yaml.MappingNode) else []


def _plain(node: Any) -> yaml.ScalarNode | None:
    """Give a node that is no list and no mapping: itself, or what `!ENV [NAME, default]` has where nothing is set."""
    if node is not None and node.tag == "!ENV":
        node = items(node)[-1] if len(items(node)) > 1 else None
    return node if isinstance(node, yaml.ScalarNode) else None


def items(node: Any) -> list[Any]:
    """Give what a list holds; nothing of what is none."""
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _worded(node: Any, *around: Any) -> Iterator[Any]:
    """Give the texts within a setting of Material's that readers meet; an alias may stand within what it is of."""
    for key, value in pairs(node) if node not in around else ():
        if key.value in ("title", "description", "name", "note") and _plain(value) is not None:
            yield value
        else:
            yield from _worded(value, node, *around)
    for item in items(node) if node not in around else ():
        yield from _worded(item, node, *around)


def keys(node: Any) -> Iterator[Any]:
    """Give the keys of a mapping, or of a list of mappings and of what stands alone."""
    for one in items(node) or [node]:
        yield from (key for key, _ in pairs(one)) if isinstance(one, yaml.MappingNode) else filter(None, [one])


def _plugin(top: Any, name: str) -> Any:
    """Give the options of a plugin, of a list of plugins or of a mapping."""
    plugins = child(top, "plugins")
    return next((found for one in (plugins, *items(plugins)) if (found := child(one, name)) is not None), None)


def _titles(nav: Any) -> Iterator[Any]:
    """Give every title that a navigation names, from the top down."""
    for item in items(nav):
        for title, inside in pairs(item):
            yield title
            yield from _titles(inside)
