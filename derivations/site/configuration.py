"""What mkdocs.yml says: where the documents are, what readers see of it, and what in it no check can follow.

A build and `derive check` both ask here, of the configuration as MkDocs itself has loaded it, so they find the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import yaml
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.utils import dirname_to_title
from pathspec.gitignore import GitIgnoreSpec

from derivations.language.pack import known
from derivations.library import Ungated, is_ungated
from derivations.nearest import nearest
from derivations.ordinary import files_below
from derivations.site import math, yml
from derivations.text.finding import Finding
from derivations.text.literals import pairs
from derivations.text.printed import Extensions

_MAKE_NO_PAGES = {"derivations", "i18n", "search", "material/search"}
_HIDDEN = GitIgnoreSpec.from_lines([".*", "/templates/"])
"""What MkDocs leaves out, unless exclude_docs takes it back by an exclamation mark."""
BACK = "!"
"""With what a pattern begins that takes pages back."""


class BadConfiguration(ValueError):
    """A configuration that no site can be built of, and why, in one line."""


@dataclass(frozen=True)
class Configuration:
    """What the documents of a folder are made of; `book` is what a book takes beside its course."""

    root: Path
    shown: str
    """What findings call mkdocs.yml."""
    docs: str
    tables: str
    course: str
    files: tuple[Path, ...]
    hooks: dict[str, str]
    """MkDocs's hooks: the file of each, by its module's name."""
    book: dict[str, Any]
    said: dict[str, dict[str, Any]]
    """What any site builder knows of mkdocs.yml, by language: names, the navigation, Markdown's extensions."""
    ungated: str
    """Which share of the pages is left out of the gate, in a line; "" where none is."""
    unthemed: tuple[Finding, ...]
    """A theme that isn't Material's: a build refuses it, and other site builders take what `derive render` writes."""


def read(config: MkDocsConfig) -> Configuration:
    """Read a configuration that MkDocs has loaded."""
    path = Path(config.config_file_path or "mkdocs.yml").resolve()
    if "derivations" not in config.plugins:
        raise BadConfiguration(f"{path.name} has no plugin `derivations` with a `course`")
    order = list(config.plugins)
    if "i18n" in order[order.index("derivations"):]:
        raise BadConfiguration("list the plugin i18n before derivations, which asks it for the languages")
    if "i18n" in config.plugins and config.plugins["i18n"].config.docs_structure != "folder":
        raise BadConfiguration(f"{path.name}: write `docs_structure: folder`: each language has one of its own")
    root, options = path.parent, config.plugins["derivations"].config
    try:
        files = [yml.File(one, root) for one in yml.inherited(path)]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as fault:
        raise BadConfiguration(f"{path.name}, or what it inherits from, is no YAML in UTF-8: {fault}") from None
    docs = _docs(config, path, files)
    for language in _languages(config):
        for title, said in (language.nav_translations or {}).items():
            if not isinstance(said, str):
                raise BadConfiguration(f"{path.name}: nav_translations of {language.locale} gives {title!r} "
                                       f"{said!r}: write a text, in quotation marks")
    default = _default(config)
    texts = [text for file in files for text in file.texts(default)]
    faults = [*_untranslated(config, root / docs, files), *_unread(config, files),
              *_astray(config, root, docs, files)]
    flat = not (_languages(config) or (root / docs / default).is_dir())
    pages = [src for src in (_pages(root / docs) if options.ungated else ()) if not _left_out(config, root / docs, src)]
    ungated = [*_ungated(options.ungated, files, flat, None if _may_make_pages(config) else pages)]
    listed = [one for one in ungated if isinstance(one, Ungated)]
    faults += [one for one in ungated if isinstance(one, Finding)]
    listing = next((file for file in files if yml.child(file.options, "literals")), files[0])
    granted = [(file.shown, options.literals if file is listing else None, file.text) for file in files]
    book = {"docs": docs, "tables": options.tables, "extra": texts, "granted": granted, "faults": faults,
            "directories": config.use_directory_urls, "rooted": default if _languages(config) else "",
            "themed": lambda name: any((Path(folder) / name).is_file() for folder in config.theme.dirs),
            "left_out": lambda src: _left_out(config, root / docs, src), "typeset": math.typeset,
            "flat": flat, "ungated": listed, "unbuilt": lambda code, what: _unbuilt(config, code, what, files),
            "extensions": Extensions(config.markdown_extensions, config.mdx_configs)}
    loaded: Any = config.hooks                                     # a mapping, whatever MkDocs's types say
    hooks = {name: str(hook.__file__) for name, hook in dict(loaded).items()}
    return Configuration(root, files[0].shown, docs, options.tables, options.course,
                         tuple(file.path for file in files), hooks, book, dict(_said(config)),
                         _share(sum(is_ungated(src, listed) for src in pages), len(pages)),
                         tuple(_unthemed(config, files)))


def _docs(config: MkDocsConfig, path: Path, files: list[yml.File]) -> str:
    """Give the folder of the documents from that of mkdocs.yml, where `path` is."""
    place = Path(config.docs_dir).resolve()
    if place.is_relative_to(path.parent):
        return place.relative_to(path.parent).as_posix()
    named = [found.value for file in files if (found := yml.child(file.top, "docs_dir")) is not None]
    said = path.parent / next(iter(named), "docs")
    if said.is_dir() and said.resolve() != place:
        raise BadConfiguration(f"a plugin copies the docs to {config.docs_dir}, where no one edits them: leave it out")
    raise BadConfiguration(f"docs_dir {config.docs_dir} lies outside of {path.parent}, the folder of {path.name}: move "
                           "one of them")


def _unthemed(config: MkDocsConfig, files: list[yml.File]) -> Iterator[Finding]:
    if config.theme.name != "material":
        yield Finding(*yml.place(files, "theme:"), f"the theme {config.theme.name!r} is not Material's",
                      "write `name: material`, or take what `derive render` writes to another site builder")


def _said(config: MkDocsConfig) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the settings that any site builder knows, in each language."""
    extensions = [{name: plain} if (plain := _plain(config.mdx_configs.get(name, {}))) else name
                  for name in config.markdown_extensions]
    shared = {key: config[key] for key in yml.SAID if config[key]}
    for language in _languages(config) or [None]:
        own = {key: language[key] for key in yml.SAID if language[key]} if language else {}
        titles = (language.nav_translations if language and not language.default else None) or {}
        entries = (language and language.nav) or _translated(config.nav, titles)
        nav = {"nav": entries} if entries else {}
        code = language.locale if language else _default(config)
        yield code, {**shared, **own, **nav, "markdown_extensions": extensions}


def _plain(options: dict[str, Any]) -> dict[str, Any]:
    """Give the options of an extension that a file can hold."""
    return {key: value for key, value in options.items() if isinstance(value, str | int | float | bool | list)}


def _translated(nav: Any, titles: dict[str, str]) -> Any:
    """Give a navigation with its titles in another language."""
    if isinstance(nav, list):
        return [_translated(item, titles) for item in nav]
    if isinstance(nav, dict):
        return {titles.get(title, title): _translated(inside, titles) for title, inside in nav.items()}
    return nav


def _nav_titles(nav: Any, docs: Path, default: str) -> Iterator[str]:
    """Give the titles of a navigation; without one, those that MkDocs makes of the names of folders."""
    if nav is None:
        folders = {folder for page in _pages(docs / default) for folder in Path(page).parents if folder.name}
        yield from (dirname_to_title(folder.name) for folder in sorted(folders))
    yield from (title for title, _ in _entries(nav) if title)


def _pages(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in files_below(folder) if path.suffix == ".md"]


def _entries(nav: Any) -> Iterator[tuple[str, Any]]:
    """Give every entry of a navigation from the top down, with its title, "" where it has none."""
    for item in nav if isinstance(nav, list) else []:
        for title, inside in item.items() if isinstance(item, dict) else [("", item)]:
            yield str(title), inside
            yield from _entries(inside)


def _languages(config: MkDocsConfig) -> list[Any]:
    i18n = config.plugins.get("i18n")
    return [one for one in i18n.config.languages if one.locale != yml.ELSEWHERE] if i18n is not None else []


def _default(config: MkDocsConfig) -> str:
    return next((one.locale for one in _languages(config) if one.default), config.theme.get("language") or known()[0])


def _unbuilt(config: MkDocsConfig, code: str, what: str, files: list[yml.File]) -> Finding | None:
    """Find a language that has pages, or words, and that static-i18n was never told of: it lets them pass."""
    left_out = _left_out(config, Path(config.docs_dir), f"{code}/index.md")
    if not (languages := _languages(config)) or left_out or code in [language.locale for language in languages]:
        return None
    return Finding(*yml.place(files, "languages:"), f"there are {what}, and ‘{code}’ is not among the "
                   "languages of i18n", "add it, or list its folder under exclude_docs")


def _untranslated(config: MkDocsConfig, docs: Path, files: list[yml.File]) -> Iterator[Finding]:
    """Find the titles of the navigation that a language has no words for: static-i18n lets a missing one pass."""
    for language in _languages(config):
        for title in [] if language.default or language.nav else _nav_titles(config.nav, docs, _default(config)):
            if title not in (language.nav_translations or {}):
                yield untranslated(title, language.locale, *yml.place(files, f"{title}:"))


def untranslated(title: str, language: str, path: str, line: int = 1, column: int = 1) -> Finding:
    """Say that a title has no translation."""
    return Finding(path, line, column, f"the title ‘{title}’ has no translation", f"nav_translations of {language}")


def _unread(config: MkDocsConfig, files: list[yml.File]) -> Iterator[Finding]:
    """Find what is put into every page unread, and what no page can do without, or with."""
    if "attr_list" not in config.markdown_extensions:
        yield Finding(*yml.place(files, "markdown_extensions"), "attr_list is not among the markdown_extensions",
                      "add it: it reads the {#id} that every heading needs")
    if "pymdownx.snippets" in config.markdown_extensions and config.mdx_configs.get("pymdownx.snippets", {}).get(
            "auto_append"):
        yield Finding(*yml.place(files, "auto_append"), "no check can read what auto_append puts in",
                      "write it in the pages, or as a block")
    if "navigation.instant" in (config.theme.get("features") or ()):
        yield Finding(*yml.place(files, "navigation.instant"), "navigation.instant puts the next page in the place of "
                      "this one, whose scripts don't run then", "take it out: drills need theirs")
    macros = config.plugins["macros"].config if "macros" in config.plugins else {"render_by_default": False}
    if macros["render_by_default"] and not all(macros[f"j2_{kind}_start_string"] for kind in _JINJA):
        own = ", ".join(f"j2_{kind}_start_string" for kind in _JINJA)
        yield Finding(*yml.place(files, "macros"), "the plugin macros takes {#id} and {{ for its own signs",
                      f"set render_by_default: false there, or {own}")


_JINJA = ("block", "comment", "variable")
"""What begins by braces to the plugin macros."""


def _may_make_pages(config: MkDocsConfig) -> bool:
    return any(hasattr(plugin, event) for name, plugin in config.plugins.items() if name not in _MAKE_NO_PAGES
               for event in ("on_files", "on_pre_build"))


def _ungated(given: Any, files: list[yml.File], flat: bool, pages: list[str] | None) -> Iterator[Ungated | Finding]:
    """Read which pages go out with their numerals unread: patterns as those of exclude_docs, each with its reason.

    A pattern may begin with a language's folder, or be meant for all of them; one that begins with ! takes its pages
    out of those before it. `pages` are all there are, None where more may be made.
    """
    listed = [(file, key) for file in files for key in yml.keys(yml.child(file.options, "ungated"))]
    read: list[Ungated] = []
    for pattern, reason in pairs(given):
        written = str(pattern)
        place = next(((file.shown, *file.lines.place(key.start_mark.index)) for file, key in listed
                      if key.value == written), yml.place(files, "ungated:"))
        if not isinstance(pattern, str) or not pattern.strip():
            yield Finding(*place, "ungated maps pages to the reason why nobody reads their numerals",
                          'write "blog/**": and behind it the reason')
        elif not written.startswith(BACK) and (not isinstance(reason, str) or not reason.strip()):
            yield Finding(*place, f"the ungated pages {written!r} have no reason",
                          f'write "{written}": why nobody reads their numerals')
        else:
            try:
                spec = GitIgnoreSpec.from_lines([written.removeprefix(BACK)])
            except ValueError as fault:
                yield Finding(*place, f"{written!r} is no pattern of pages: {fault}")
                continue
            one = Ungated(written, partial(_covers, spec, flat), *place)
            met = [src for src in pages or () if one.covers(src)]
            if pages is not None and not met:
                yield _unmet(one, pages)
            elif met and written.startswith(BACK) and not any(other.covers(src) for other in read for src in met):
                yield Finding(*place, f"{written!r} takes back no page that a pattern before it leaves out")
            read.append(one)
    for number, one in enumerate(read):
        if not one.pattern.startswith(BACK):
            back = [other.covers for other in read[number:] if other.pattern.startswith(BACK)]
            yield replace(one, covers=partial(_left, one.covers, back))


def _left(covers: Callable[[str], bool], back: list[Callable[[str], bool]], src: str) -> bool:
    return covers(src) and not any(takes(src) for takes in back)


def _covers(spec: GitIgnoreSpec, flat: bool, src: str) -> bool:
    return spec.match_file(src) or (not flat and spec.match_file(src.partition("/")[2]))


def _share(left_out: int, pages: int) -> str:
    return f"ungated, their numerals unread: {left_out} of {pages} pages" if left_out else ""


def _unmet(one: Ungated, pages: list[str]) -> Finding:
    names = sorted({*pages, *(src.partition("/")[2] for src in pages)})
    return Finding(one.path, one.line, one.column, f"no page is called {one.pattern!r}{nearest(one.pattern, names)}",
                   "a pattern of ungated is as those of exclude_docs")


def _astray(config: MkDocsConfig, root: Path, docs: str, files: list[yml.File]) -> Iterator[Finding]:
    """Find the pages of the navigation that aren't there, unless a plugin may make them, and options that say none."""
    navs = {_default(config): config.nav, **{one.locale: one.nav for one in _languages(config) if one.nav}}
    for code, nav in () if _may_make_pages(config) else navs.items():
        folder = root / docs / (code if _languages(config) else "")
        pages = _pages(folder)
        for _, page in _entries(nav):
            if isinstance(page, str) and page.endswith(".md") and "://" not in page and page not in pages:
                yield Finding(*yml.place(files, page), f"the navigation names {page}, and there is no such page in "
                              f"{folder.relative_to(root).as_posix()}{nearest(page, pages)}")
    ours = [str(key) for key, _ in config.plugins["derivations"].config._schema]
    for key in [key.value for file in files for key, _ in yml.pairs(file.options)]:
        if key not in ours:
            yield Finding(*yml.place(files, f"{key}:"),
                          f"the plugin derivations has no option '{key}'{nearest(key, ours)}")
    cache = config.plugins["derivations"].config.cache
    if cache and (root / cache).is_file():
        yield Finding(*yml.place(files, "cache:"), f"the cache {cache} is a file", "name a folder, or none: \"\"")


def _left_out(config: MkDocsConfig, docs: Path, src: str) -> bool:
    """Whether no site shows a file of the docs, by MkDocs' own rules."""
    path = Path(src)
    if path.name == "README.md" and (docs / path.with_name("index.md")).is_file():
        return True
    return bool((_HIDDEN + config.exclude_docs if config.exclude_docs else _HIDDEN).match_file(src))
