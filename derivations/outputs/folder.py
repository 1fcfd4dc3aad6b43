"""A course as folders of Markdown, one a language, each of which MkDocs, ProperDocs and Zensical build as it is.

DIR/en/mkdocs.yml and DIR/en/docs, with the data beside the pages: nothing in there needs this package.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from derivations.book import Book
from derivations.ordinary import files_below, write_whole
from derivations.outputs.data import files
from derivations.outputs.markdown import Plain, Typeset
from derivations.outputs.still import still

STYLE = "assets/course.css"
_LOOK = Path(__file__).with_name("course.css")


def folder(book: Book, said: Mapping[str, Mapping[str, Any]], typeset: Typeset) -> Iterator[tuple[str, bytes]]:
    """Give every file of the folders: its path, and what it holds."""
    data = files(book)
    for code in book.languages:
        yield f"{code}/mkdocs.yml", _settings(code, said.get(code, {})).encode()
        yield f"{code}/docs/{STYLE}", _LOOK.read_bytes()
        pages = [src for src, page in book.pages.items() if page.language == code]
        texts = {src: _page(book, src, typeset) for src in pages}
        for src, text in texts.items():
            yield f"{code}/docs/{book.pages[src].name}", text.encode()
        named = "\n".join(texts.values())
        for path, content in data.items():
            if re.search(rf"{re.escape(path)}(?!\w)", named) or (path.endswith(".json") and "/" not in path):
                yield f"{code}/docs/{path}", content
        for path, content in _others(book, code):
            yield f"{code}/docs/{path}", content


def write(to: Path, book: Book, said: Mapping[str, Mapping[str, Any]], typeset: Typeset) -> int:
    """Write the folders; give the number of files."""
    written = dict(folder(book, said, typeset))
    for path, content in written.items():
        write_whole(to / path, content)
    return len(written)


def _page(book: Book, src: str, typeset: Typeset) -> str:
    """Give a page, its formulas as MathML."""
    name = book.pages[src].name
    root = "../" * name.count("/")

    def formula(tex: str, display: bool) -> str:
        tag = "div" if display else "span"
        return f'<{tag} class="math">{still(typeset(tex, display))}</{tag}>'

    text = Plain(book, formula, partial(still, root=root)).page(src)
    to_others = f"{root}../{{code}}/{PurePosixPath(name).with_suffix('.html')}"
    return re.sub(r"\{page-in-([\w-]+)\}", lambda found: to_others.format(code=found[1]), text)


def _settings(code: str, said: Mapping[str, Any]) -> str:
    """Give the mkdocs.yml of a language. Pages are files, so that a way to data is the same for every builder."""
    settings = {
        "site_name": said.get("site_name", code), **{key: text for key, text in said.items() if key != "site_name"},
        "docs_dir": "docs", "site_dir": "site", "use_directory_urls": False,
        "theme": {"name": "material", "language": code, "font": False},
        "plugins": ["search"], "extra_css": [STYLE],
    }
    return yaml.safe_dump(settings, allow_unicode=True, sort_keys=False)


def _others(book: Book, code: str) -> Iterator[tuple[str, bytes]]:
    """Give what lies beside a language's pages, and what lies beside the languages: pictures and the like."""
    place = book.library.place
    for path in files_below(place):
        name = path.relative_to(place).as_posix()
        top, _, rest = name.partition("/")
        if path.is_file() and path.suffix != ".md" and not any(part.startswith(".") for part in name.split("/")):
            if top == code and not book.library.alone:
                yield rest, path.read_bytes()
            elif book.library.alone or top not in book.languages:
                yield name, path.read_bytes()
