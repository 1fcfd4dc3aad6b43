"""Links and pictures of all pages: each must lead somewhere, and a picture must say in words what it shows.

Links to other sites are left alone: no request leaves the machine. What a build makes (tables, data files, blocks with
ids of their own) is passed in, so that a link to it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from posixpath import basename, dirname, join, normpath, relpath
from urllib.parse import unquote, urlsplit

from derivations.check.headings import awaited
from derivations.exact import Value
from derivations.language.reading.markup import INVISIBLE
from derivations.library import Library
from derivations.nearest import closest
from derivations.ordinary import files_below
from derivations.text.expression import BlockCall, Printed
from derivations.text.finding import Finding
from derivations.text.page import Page
from derivations.text.running import UNSEEN


@dataclass(frozen=True)
class Link:
    """One link or picture: its target as written, where that starts, and whether it is HTML's: an address."""

    target: str
    start: int
    picture: bool = False
    words: str = ""
    html: bool = False


_INLINE = re.compile(
    r"(?P<mark>[!\[])(?:(?<=\[)|\[)(?P<words>(?:[^\[\]]|\[[^\[\]]{0,300}+\](?:\([^()]{0,300}+\))?){0,1000}+)\]"
    r"\([ \t]*+(?P<target><[^<>\n]*+>|(?:[^()\s]|\([^()\s]*+\))*+)"
)
_NESTED = re.compile(r"!\[(?P<words>[^\[\]]{0,300})\]\([ \t]*+(?P<target>[^()\s]{0,300}+)")
_REFERENCE = re.compile(r"(?P<mark>!?)\[(?!\^)(?P<words>[^\[\]\n]{1,300})\]\[(?!\^)(?P<id>[^\[\]\n]{0,200})\]")
_DEFINITION = re.compile(r"^[ ]{0,3}\[(?!\^)(?P<id>[^\[\]\n]{1,200})\]:[ \t]*+\n?[ \t]*+(?P<target>\S++)"
                         r"(?=[ \t]*+(?:$|\n?[ \t]*+[\"'(]))", re.MULTILINE)
_HTML = re.compile(
    r"<(?P<tag>a|img|source|link)\b(?P<attributes>(?:[^<>\"']|\"[^\"]{0,2000}+\"|'[^']{0,2000}+')*+)>", re.IGNORECASE,
)
_TARGET = re.compile(r"(?<![\w-])(?:href|src)[ \t]*=[ \t]*[\"']?(?P<target>[^\"'\s>]*)", re.IGNORECASE)
_ALT = re.compile(r"(?<![\w-])alt[ \t]*=", re.IGNORECASE)
_NO_FILE = re.compile(r"(?:(?:\A|/)index\.html|\A\.)\Z")
"""What of an address names the page of its folder."""
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")


def links(text: str, source: str = "") -> list[Link]:
    """Find all links and pictures of a text, in order; what code in a name says stands in its `source` alone."""
    found: list[Link] = []

    def named(match: re.Match[str], group: str) -> str:
        return " ".join((source or text)[slice(*match.span(group))].lower().split())

    for match in _INLINE.finditer(text) if "](" in text else ():
        target = match["target"].strip("<>")
        found.append(Link(target, match.start("target"), match["mark"] == "!", match["words"]))
        for inner in _NESTED.finditer(match["words"]):
            found.append(Link(inner["target"], match.start("words") + inner.start("target"), True, inner["words"]))
    definitions = list(_DEFINITION.finditer(text)) if "]:" in text else []
    targets = {named(match, "id"): match["target"] for match in definitions}
    for match in definitions:
        found.append(Link(match["target"].strip("<>"), match.start("target"), words=match["id"]))
    for match in _REFERENCE.finditer(text) if "][" in text else ():
        name = named(match, "id" if match["id"] else "words")
        if name not in targets:
            found.append(Link(f"[{name}]", match.start(), words=match["words"]))
        elif match["mark"]:
            found.append(Link(targets[name], match.start(), True, match["words"]))
    for match in _HTML.finditer(text) if "<" in text else ():
        target = _TARGET.search(match["attributes"])
        if target is not None:
            picture = match["tag"].lower() == "img"
            alt = "x" if _ALT.search(match["attributes"]) else ""
            at = match.start("attributes") + target.start("target")
            found.append(Link(target["target"], at, picture, alt, html=True))
    return sorted(found, key=lambda link: link.start)


def check(library: Library) -> Iterator[Finding]:
    """Follow every link and picture of the pages."""
    brought = {src: {*_brought(library, page), *awaited(library, page)} for src, page in library.pages.items()}
    files = [path.relative_to(library.place).as_posix() for path in files_below(library.place)
             if path.is_file() and path.suffix != ".md"]
    yield from check_links(library.pages, [*files, *library.unread], brought=brought, generated=library.generated(),
                           directories=library.directories, rooted="." if library.alone else library.rooted)


def _brought(library: Library, page: Page) -> Iterator[str]:
    """Give the ids that a page's values and blocks bring, to which a link may lead."""
    yield "where"
    number = 0
    for hole in page.holes.values():
        if isinstance(hole.bound, Printed) and isinstance(hole.bound.source, Value):
            number += 1
            yield f"n-{number}"
        elif isinstance(hole.bound, BlockCall):
            yield from library.anchors(hole.bound)


def check_links(
    pages: Mapping[str, Page], files: Iterable[str], *, brought: Mapping[str, Set[str]], generated: Iterable[str] = (),
    directories: bool = True, rooted: str = "",
) -> Iterator[Finding]:
    """Check the links of all pages.

    pages        src ("en/chapter.md") → page; `brought` are the anchors that its text doesn't show
    files        all other files under the docs, from there ("assets/logo.svg", "en/data.csv")
    generated    files that a build adds, from the site's root of any language ("tables/models.csv")
    directories  whether each page has a folder of its own in the site: MkDocs' use_directory_urls
    rooted       the language that stands at the site's root, and not in a folder; "" where that isn't known, "." where
                 no language has a folder
    """
    ids = {src: page.printed.ids | brought[src] for src, page in pages.items()}
    files = set(files)
    own = {src: _served(_address(src) if directories else f"{src[:-3]}.html", rooted) for src in pages}
    site = _Site(ids, files, {*generated, *(_served(file, rooted) for file in files)}, own,
                 {address: src for src, address in own.items()}, rooted)
    for src, page in pages.items():
        for link in links(page.prose, page.source):
            if fault := _fault(link, src, site):
                yield page.finding(link.start, *fault)
            if link.picture and not link.words.strip():
                yield page.finding(link.start, f"the picture {link.target} has no words",
                                   "say in the alternative text what it shows")


@dataclass(frozen=True)
class _Site:
    """What there is to link to: the anchors of each page, all other files, what the site serves beside the pages.

    own  the address of each page, from the site's root; `addresses` the pages by them
    """

    ids: Mapping[str, set[str]]
    files: set[str]
    served: set[str]
    own: Mapping[str, str]
    addresses: Mapping[str, str]
    rooted: str


def _address(src: str) -> str:
    """Give the folder that a page has in the site."""
    return dirname(src) if basename(src) in ("index.md", "README.md") else src.removesuffix(".md")


def _served(path: str, rooted: str) -> str:
    """Give where the site has what lies at a path of the docs: the folder of the language at its root is that root."""
    return "" if path == rooted else path.removeprefix(f"{rooted}/") if rooted else path


def _fault(link: Link, src: str, site: _Site) -> tuple[str, str] | None:
    """Give message and hint, or None for a link that leads somewhere."""
    target = link.target.replace(INVISIBLE, "")
    if target.startswith("["):
        return f"no target is defined for {target}", f"define it: {target}: page.md"
    if not target:                                                # of braces that are none the scan has spoken
        return None if link.target else ("a link without a target", "")
    if "\ufffc" in target:
        return None                                               # a value stands in it
    read = UNSEEN.sub("", target)                                 # as a browser reads it
    if _ELSEWHERE.match(read):
        if link.picture and not read.startswith("data:"):
            return f"the picture {target} is on another host", "no request may leave the machine: put it in assets"
        return None
    if read.startswith("/"):
        return f"the link {target} begins at the root of a host", "write it relative to this page: it must work offline"
    parts = urlsplit(target)
    path, anchor = unquote(parts.path), unquote(parts.fragment)
    return _led(link, path, anchor, src, site) if path else _anchor_fault(anchor, src, src, site.ids[src])


def _led(link: Link, path: str, anchor: str, src: str, site: _Site) -> tuple[str, str] | None:
    """Follow a path: Markdown's leads from the page's file, that of HTML from the page's address."""
    beside, own = dirname(src), site.own[src]
    folder = dirname(own) if own.endswith(".html") else own            # what an address is relative to
    start = folder if link.html else beside
    here = normpath(join(start, path))
    exact = link.html and site.rooted != ""                            # else the language's folder may be the root
    led = {here} if exact or site.rooted == "." else {here, normpath(join(start.partition("/")[2], path))}
    pages = {site.addresses.get(_NO_FILE.sub("", one), "") for one in led} if link.html else {here}
    if page := next((page for page in pages if page in site.ids), ""):
        return _anchor_fault(anchor, page, src, site.ids[page])
    if not led.isdisjoint(site.served if exact else site.served | site.files):
        return None
    return _nowhere(link, path, beside, folder, site)


def _nowhere(link: Link, path: str, beside: str, folder: str, site: _Site) -> tuple[str, str]:
    """Say what is to be written instead.

    beside  the folder of the page's file, and `folder` that of its address
    """
    meant = normpath(join(beside, path))
    if link.html and (meant in site.ids or meant in site.files):
        theirs = site.own.get(meant)
        way = relpath(_served(meant, site.rooted) if theirs is None else theirs or ".", folder or ".")
        way += "/" * (theirs is not None and not way.endswith(".html"))
        return (f"HTML is left as it is: from this page’s address {path} leads nowhere",
                f"write {way}, or write it in Markdown")
    named = site.addresses.get(normpath(join(folder, path)))
    near = relpath(named, beside) if named else _nearest(
        meant, [*site.ids, *site.files], beside, {page.split("/", 1)[0] for page in site.ids if site.rooted != "."})
    whole = path.endswith((".md", "/")) or "." not in path
    kind = "the picture" if link.picture else "the page" if whole else "the file"
    return f"{kind} {path} doesn't exist", f"nearest: {near}" if near else ""


def _anchor_fault(anchor: str, page: str, src: str, ids: set[str]) -> tuple[str, str] | None:
    if not anchor or anchor in ids:
        return None
    near = closest(anchor, sorted(ids))
    where = "this page" if page == src else page
    return f"there is no anchor #{anchor} on {where}", f"nearest: #{near}" if near else ""


def _nearest(missing: str, existing: Iterable[str], beside: str, languages: Set[str]) -> str:
    """Give the nearest existing file of the same language, as the page writes it: the same name elsewhere first."""
    others = languages - {beside.split("/", 1)[0]}
    mine = sorted(file for file in existing if file.split("/", 1)[0] not in others)
    same = [file for file in mine if basename(file) == basename(missing)]
    near = same[0] if same else closest(missing, mine, 0.75)
    return relpath(near, beside or ".") if near else ""
