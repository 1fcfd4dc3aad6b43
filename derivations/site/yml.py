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
        found = child(yaml.compose(read_utf8(path), yaml.SafeLoader), "INHERIT")
        if found is None:
            return
        path = (path.parent / str(found.value)).resolve()


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
            yield self._text(title, default, "nav")
        for language in _items(child(_plugin(self.top, "i18n"), "languages")):
            locale = child(language, "locale")
            code = str(locale.value) if locale is not None else ELSEWHERE
            if code != ELSEWHERE:
                at = self.lines.place(locale.start_mark.index)
                yield Text(self.shown, code, "", [(0, *at)], "locale", holds=False)
                yield from self._said(language, code)
                for title in _titles(child(language, "nav")):
                    yield self._text(title, code, "nav")
                for key in ("nav_translations", "admonition_translations"):
                    yield from (self._text(title, code, key) for _, title in pairs(child(language, key)))

    def _said(self, node: Any, code: str) -> Iterator[Text]:
        for key in SAID:
            value = child(node, key)
            if isinstance(value, yaml.ScalarNode) and value.tag.endswith(":str"):
                yield self._text(value, code, key)
        palettes = child(child(node, "theme"), "palette")
        for palette in _items(palettes):
            name = child(child(palette, "toggle"), "name")
            if isinstance(name, yaml.ScalarNode):
                yield self._text(name, code, "toggle")
        for key in ("consent", "analytics", "social"):
            yield from (self._text(one, code, key) for one in _worded(child(child(node, "extra"), key)))

    def _text(self, node: Any, code: str, key: str) -> Text:
        found = breaks(node.value, self.lines, node.start_mark.index, node.end_mark.index, node.style)
        return Text(self.shown, code, node.value, found, key, holds=False)


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


def _items(node: Any) -> list[Any]:
    return node.value if isinstance(node, yaml.SequenceNode) else []


def _worded(node: Any) -> Iterator[Any]:
    """Give the texts within a setting of Material's that readers meet."""
    for key, value in pairs(node):
        if key.value in ("title", "description", "name", "note") and isinstance(value, yaml.ScalarNode):
            yield value
        else:
            yield from _worded(value)
    for item in _items(node):
        yield from _worded(item)


def keys(node: Any) -> Iterator[Any]:
    """Give the keys of a mapping, or of a list of mappings and of what stands alone."""
    for one in _items(node) or [node]:
        yield from (key for key, _ in pairs(one)) if isinstance(one, yaml.MappingNode) else filter(None, [one])


def _plugin(top: Any, name: str) -> Any:
    """Give the options of a plugin, of a list of plugins or of a mapping."""
    plugins = child(top, "plugins")
    return next((found for one in (plugins, *_items(plugins)) if (found := child(one, name)) is not None), None)


def _titles(nav: Any) -> Iterator[Any]:
    """Give every title that a navigation names, from the top down."""
    for item in _items(nav):
        for title, inside in pairs(item):
            yield title
            yield from _titles(inside)
