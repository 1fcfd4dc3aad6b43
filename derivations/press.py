"""The press: writes the blocks that the pages of a library show, and names the files that they need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from derivations.blocks import Context, blocks_of, published, written
from derivations.blocks.aside import Aside, asides
from derivations.blocks.assets import ELEMENTS, NUMBERS, TABLES
from derivations.blocks.block import no_files
from derivations.exact import DomainError
from derivations.language import Language
from derivations.library import Library
from derivations.text.expression import BlockCall
from derivations.text.finding import WordFault
from derivations.text.marks import Rendered
from derivations.text.page import Page
from derivations.text.render import Renderer
from derivations.text.terms import Tooltips
from derivations.text.words import Words


class Press:
    """Writes what the pages of a library show. A block is written once a language, whoever asks for it.

    renderers  who writes a page's text, and `tooltips` who marks its terms, by language
    """

    def __init__(self, library: Library) -> None:
        course = library.course
        self.renderers = {code: Renderer(one, course, self.block) for code, one in library.languages.items()}
        words = {code: Words(course, one) for code, one in library.languages.items()}
        where = {code: renderer.where for code, renderer in self.renderers.items()}
        self.context = Context(course, library.names, library.tables, library.glossary, library.languages, words, where)
        self.tooltips = {code: Tooltips(library.glossary.tooltips(code)) for code in library.languages}
        self.blocks = blocks_of(course)
        self._written: dict[tuple[BlockCall, str], str] = {}

    def block(self, call: BlockCall, language: Language) -> str:
        """Give a block's HTML; raises `WordFault` and the like where it can't be written."""
        if (call.kind, call.name) in self.context.names.faulty:
            raise WordFault(f"the {call.kind} {call.name} has a fault of its own")
        key = (call, language.code)
        if key not in self._written:
            self._written[key] = self.blocks[call.kind].html(self.context, call.name, language)
        return self._written[key]

    def anchors(self, call: BlockCall) -> Iterable[str]:
        """Give the anchors that a block brings to a page."""
        if (call.kind, call.name) in self.context.names.faulty:
            return []
        try:
            return list(self.blocks[call.kind].ids(self.context, call.name))
        except DomainError:                                # said by the check of bindings
            return []

    def published(self) -> Iterator[BlockCall]:
        """Give what has files of its own, whether a page shows it or not."""
        for block in self.blocks.values():
            if block.files is not no_files:
                yield from (BlockCall(block.name, name)
                            for name in block.takes(self.context.course, self.context.tables) if name)

    def says(self, call: BlockCall) -> Iterable[str]:
        """Give the words that a block says by itself."""
        return self.blocks[call.kind].words

    def asides(self, page: Page) -> list[Aside]:
        """Give what the page's blocks show only to whoever asks for it."""
        language = self.context.languages[page.language]
        return [aside for call in page.blocks() for aside in asides(self.block(call, language))]

    def opened(self, page: Page) -> dict[str, Any]:
        """Give what the numbers of the page's blocks open to, by the block's anchor."""
        language = self.context.languages[page.language]
        return {next(iter(self.anchors(call))): opens(self.context, call.name, language)
                for call in page.blocks() if (opens := self.blocks[call.kind].opens)}

    def behind(self, page: Page) -> str:
        """Give the HTML that a page's blocks share, which stands behind it."""
        language, shown = self.renderers[page.language].language, _shown(page)
        return "".join(self.blocks[kind].behind(self.context, names, language) for kind, names in shown.items())

    def assets(self, page: Page, rendered: Rendered) -> list[str]:
        """Name the scripts and styles that a page needs for its blocks and values, each once, by their paths."""
        kinds = [self.blocks[kind] for kind in _shown(page)]
        files = [file for block in kinds for file in (*block.styles, *block.scripts)]
        files += (ELEMENTS, TABLES) if written.has_table(rendered.markdown) else ()
        files += (ELEMENTS, NUMBERS) if rendered.entries else ()
        return list(dict.fromkeys(file if isinstance(file, str) else published(file) for file in files))

    def files(self) -> dict[str, bytes]:
        """Give what blocks publish beside the pages, by path."""
        made: dict[str, bytes] = {}
        for block in self.blocks.values():
            made |= block.files(self.context)
            made |= {published(file): file.read_bytes()
                     for file in (*block.scripts, *block.styles) if not isinstance(file, str)}
        return made | {published(file): file.read_bytes() for file in (ELEMENTS, TABLES, NUMBERS)}


def _shown(page: Page) -> dict[str, list[str]]:
    """Name what each kind of block shows on a page, in order."""
    shown: dict[str, list[str]] = {}
    for call in page.blocks():
        shown.setdefault(call.kind, []).append(call.name)
    return shown
