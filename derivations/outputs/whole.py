"""Each language's documents as one Markdown file, formulas in TeX; and `llms.txt`, which names them and the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from derivations.book import Book
from derivations.outputs.markdown import Plain
from derivations.outputs.reading import read

_TO_PAGE = re.compile(r"\]\((?:[\w.-]+/)*([\w-]+\.md)(#[\w-]+)?\)")
_HEAD = re.compile(r"^#[ \t].*\{[^{}\n]*(#[\w-]+)[^{}\n]*\}", re.MULTILINE)


def text_of(book: Book, src: str) -> list[str]:
    """Give a page as its language's document has it: its text, its title and its description, "" where it has none."""
    plain = Plain(book, lambda tex, display: f"\n\n$${tex}$$\n\n" if display else f"${tex}$", read)
    meta = book.render(src).meta
    return [plain.page(src, front=False), str(meta.get("title", "")), str(meta.get("description", ""))]


def whole(
    book: Book, texts: Mapping[str, Sequence[str]], said: Mapping[str, Mapping[str, Any]], ways: Mapping[str, str],
    address: str = "",
) -> dict[str, bytes]:
    """Give the files, by path.

    texts    of every page what `text_of` gives
    said     what names the site in each language, and the order of its pages
    ways     the address of each page of the site, from its root; a draft has none, nor a language that isn't built
    address  where the site is, or ""
    """
    files = {f"course.{code}.md": _text(texts, pages) for code in book.languages
             if (pages := _ordered(book, code, said.get(code, {}), ways))}
    files["llms.txt"] = _index(book, texts, said, ways, address)
    return {name: text.encode() for name, text in files.items()}


def _text(texts: Mapping[str, Sequence[str]], ordered: Sequence[str]) -> str:
    heads = {PurePosixPath(src).name: found[1] for src in ordered if (found := _HEAD.search(texts[src][0]))}

    def inside(way: re.Match[str]) -> str:
        return f"]({way[2] or heads.get(way[1], '')})"

    pages = [_TO_PAGE.sub(inside, texts[src][0]) for src in ordered]
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"\{(?:site-root|page-in-[\w-]+)\}", "", "\n".join(pages)))


def _index(book: Book, texts: Mapping[str, Sequence[str]], said: Mapping[str, Mapping[str, Any]],
           ways: Mapping[str, str], address: str) -> str:
    """Give what llmstxt.org describes: a title, a summary, and a list of links for each language."""
    first = said.get(next(iter(book.languages)), {})
    lines = [f"# {first.get('site_name', book.course.name)}", ""]
    if first.get("site_description"):
        lines += [f"> {first['site_description']}", ""]
    for code, language in book.languages.items():
        if not (pages := list(_listed(book, texts, code, said.get(code, {}), ways))):
            continue
        name = language.name_of(code)
        lines += [f"## {name[:1].upper()}{name[1:]}", "", f"- [{name}]({address}course.{code}.md)"]
        lines += [f"- [{title}]({address + way if address else way or './'}){f': {told}' if told else ''}"
                  for title, way, told in pages]
        lines.append("")
    return "\n".join([*lines, f"## JSON\n\n- [data.json]({address}data.json)", ""])


def _listed(
    book: Book, texts: Mapping[str, Sequence[str]], code: str, said: Mapping[str, Any], ways: Mapping[str, str],
) -> Iterator[tuple[str, str, str]]:
    for src in _ordered(book, code, said, ways):
        name = PurePosixPath(book.pages[src].name)
        _, title, told = texts[src]
        title = title or dict(_titles(said.get("nav", ()))).get(name.as_posix(), name.stem)
        yield title, ways[src].removeprefix("./"), told


def _ordered(book: Book, code: str, said: Mapping[str, Any], ways: Mapping[str, str]) -> list[str]:
    """Name a language's pages in the site, in the order of the navigation; those that it doesn't name come last."""
    order = [name for name, _ in _titles(said.get("nav", ()))]
    return sorted((src for src, page in book.pages.items() if page.language == code and src in ways),
                  key=lambda src: (order.index(name) if (name := book.pages[src].name) in order else len(order), src))


def _titles(nav: Any) -> Iterator[tuple[str, str]]:
    """Give each page of a navigation with its title there."""
    for item in nav:
        for title, inside in item.items() if isinstance(item, dict) else ():
            if isinstance(inside, str):
                yield inside, str(title)
            else:
                yield from _titles(inside)
