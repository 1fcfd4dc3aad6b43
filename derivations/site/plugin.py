"""The MkDocs plugin: hands pages from `prose` to the site builder, and builds nothing of its own.

A build collects every fault of all languages and fails once, with a line for each. The live server never
raises, for that would hang every page: it shows the faults in the page that has them and lives on.

static-i18n builds each further language as a build within the build, with this same instance; what concerns
the whole site (loading the course, writing data, failing) happens in the outer one only.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.structure.toc import get_toc
from mkdocs.utils import write_file
from mkdocs.utils.meta import get_data

from derivations.book import FEW
from derivations.check import front, running
from derivations.language.pack import known
from derivations.language.words import interface_words
from derivations.library import is_ungated
from derivations.ordinary import write_whole
from derivations.site import (
    built,
    configuration,
    contents,
    conversion,
    fault,
    frame,
    fresh,
    inputs,
    math,
    reading_time,
    scripts,
    search,
    where,
)
from derivations.site.ahead import begin
from derivations.site.edition import Edition
from derivations.site.editions import Editions, rewritten
from derivations.site.later import Later
from derivations.site.neighbours import Neighbours
from derivations.site.store import Store
from derivations.text.finding import Finding, in_order
from derivations.text.marks import marks
from derivations.text.words import FAULTS

if TYPE_CHECKING:
    from jinja2 import Environment
    from mkdocs.livereload import LiveReloadServer

log = get_plugin_logger(__name__)

T = TypeVar("T")


class Settings(Config):  # type: ignore[no-untyped-call]
    """What mkdocs.yml may say: the module that holds the COURSE, the folder of the tables, and where to remember.

    cache     a folder for what later builds of the same content need not do again; "" remembers nothing on disk
    literals  the numerals that mkdocs.yml itself may hold, each with its reason
    ungated   the pages whose numerals nobody reads, by patterns, each with its reason
    python    the modules whose public names the reference documents
    """

    course = config_options.Type(str)
    tables = config_options.Type(str, default="tables")
    cache = config_options.Type(str, default=".cache/derivations")
    literals = config_options.Type((dict, list), default={})
    ungated = config_options.Type((dict, list), default={})
    python = config_options.ListOfItems(config_options.Type(str), default=[])


class DerivationsPlugin(BasePlugin[Settings]):  # type: ignore[no-untyped-call]
    """One instance a process. `serving` is what the process is for; every outer build renews the rest."""

    serving: bool = False
    edition: Edition | None = None
    given: configuration.Configuration
    root: Path
    docs: str
    titles: list[str]
    """The titles of the navigation that other plugins, or MkDocs itself, made in the first language, unread as yet."""
    machinery: str
    findings: list[Finding]
    indexes: dict[str, search.Index]
    marks: dict[str, set[str]]
    """The marks that each page was given to Markdown with."""
    neighbours: Neighbours
    taken: dict[str, str]
    """What lies at an address of the site already, by the file's path in it: the src of a page or of a file beside."""
    ways: dict[str, str]
    """The address of each page that the site has, from its root."""
    ahead: list[Iterator[dict[str, str]]]
    """What copies of the process, at work on what it will need, tell at their end: the formulas that they typeset."""
    later: Later | None = None
    """What the live server makes when it is asked for, once it serves."""
    rewritten: dict[str, str]
    """The pages that other plugins have changed before they came to us, whole."""
    settings: str | None = None
    """The digest of what Markdown depends on beside a page's text, for the language being built."""

    # ------------------------------------------------------------------ the run

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Remember what runs; a dirty build would keep old numbers on pages that nobody touched."""
        if dirty:
            raise PluginError(
                "--dirty would keep old numbers, for a changed formula touches no page; leave it out"
            )
        self.serving = command == "serve"
        if not self.serving:
            gc.disable()                                   # a build needs what it makes to its end, and soon ends

    def on_shutdown(self) -> None:
        """Let Python look for circles again: who called MkDocs may go on."""
        gc.enable()

    @cached_property
    def store(self) -> Store:
        """What is remembered, for as long as the process lives and, in its folder, beyond."""
        return Store()

    @cached_property
    def editions(self) -> Editions:
        """What the project's files make, build after build."""
        return Editions(self.store)

    def on_config(self, config: MkDocsConfig) -> None:
        """Load the course and the book afresh, once for all languages."""
        if built.nested(config):
            return
        if self.later is not None:
            self.later.begin()
        try:
            self.given = configuration.read(config)
        except configuration.BadConfiguration as refused:
            raise PluginError(str(refused)) from None
        self.root, self.docs = self.given.root, self.given.docs
        self.findings, self.indexes, self.marks, self.ways, self.edition = [], {}, {}, {}, None
        self.taken = {}
        self.neighbours = Neighbours(self.given.book["extensions"])
        self.ahead, self.rewritten = [], {}
        self.store.folder = self.root / self.config.cache if self.config.cache else None
        if self.given.unthemed:
            self._say(self.given.unthemed)
        else:
            frame.dress(config, partial(self._words, config))
        try:
            edition = self.editions.now(self.config.course, self.given, self.config.tables, Path(config.docs_dir))
            self._say(edition.book.findings if self.serving else edition.findings)
        except fresh.CourseError as error:
            self._say([error.finding])
        else:
            self.edition = edition
        if self.given.unthemed or (self.findings and not self.serving):        # nothing is rendered before they say yes
            raise PluginError(fault.report(in_order(self.findings)))
        self.machinery = inputs.machinery()
        if formulas := self.store.get("formulas", self.machinery):
            math.recall(json.loads(formulas))

    def on_serve(self, server: LiveReloadServer, /, *, config: MkDocsConfig, builder: Any) -> None:
        """Watch the folders that numbers and words come from: each watch is a thread, so none for single files."""
        self.later = Later(server) if self.serving else None
        own = fresh.folders(self.config.course, self.editions.packages)
        for folder in (*own, self.root / self.config.tables, inputs.MACHINERY / "language"):
            if folder.is_dir():
                server.watch(str(folder))

    # ------------------------------------------------------------------ files

    @event_priority(-100)
    def on_files(self, files: Files, /, *, config: MkDocsConfig) -> Files:
        """Add our assets (after static-i18n, which can't place them), and miss pages that nobody wrote."""
        language = built.language(config)
        if "toc" in config.markdown_extensions:
            config.mdx_configs.setdefault("toc", {})["permalink_title"] = self._words(config)["frame.permalink"]
        for file in files.documentation_pages():
            locale = getattr(file, "locale", language)
            if locale != language:
                name = file.src_uri.removeprefix(f"{locale}/")
                path = f"{self.docs}/{language}/{name}"
                self._say([Finding(path, 1, 1, "the page is missing", f"{file.src_uri} has no counterpart")])
        self.taken |= {file.dest_uri: file.src_uri for file in files
                       if file.inclusion.is_included()}  # type: ignore[no-untyped-call]
        if not built.nested(config):
            for asset in frame.assets(config, self.store):
                files.append(asset)
        search.mend(files, config)
        return files

    @event_priority(-100)
    def on_nav(self, nav: Navigation, /, *, config: MkDocsConfig, files: Files) -> None:
        """Demand a translation of every title of the navigation: static-i18n lets a missing one pass.

        All files are known by now, and with them what links can lead to.
        """
        self.settings = conversion.settings_of(config, files)
        if self.edition is not None:
            self.ahead.append(self._ahead(self.edition, config, files))
        i18n = config.plugins.get("i18n")
        if i18n is None or i18n.is_default_language_build:
            read = {text.source for text in self.given.book["extra"]}
            made = [item for item in _within(nav) if item.title and item.title not in read]
            self.titles = [item.title for item in made]
            gated = [item.title for item in made if not (item.is_page and self._ungated(item.file))]
            if self.edition is not None:
                self._say(self.neighbours.title(gated, self.given.shown, built.language(config), self.edition))
            return
        translated = i18n.current_language_config.nav_translations or {}
        for title in self.titles if not i18n.current_language_config.nav else ():
            if title not in translated:
                self._say([configuration.untranslated(title, i18n.current_language, self.given.shown)])

    def _ungated(self, file: File) -> bool:
        return is_ungated(file.src_uri, self.given.book["ungated"])

    def _ahead(self, edition: Edition, config: MkDocsConfig, files: Files) -> Iterator[dict[str, str]]:
        """Let pages be made ahead, and for a build all that is published beside them."""
        pages = {file.src_uri: file.page for file in files.documentation_pages()
                 if file.page is not None and edition.holds(file.src_uri)}

        def body(src: str) -> Page:
            page = pages[src]
            if not page.content:
                page.read_source(config)
                page.markdown = self.on_page_markdown(page.markdown or "", page=page, config=config, files=files)
                page.render(config, files)
                page.content = self.on_page_content(page.content or "", page=page, config=config, files=files)
            return page

        def beside(src: str) -> where.Beside:
            return where.beside(page := body(src), page.content or "", config)

        return begin(edition, [*pages], body, beside if self.later is None else None)

    # ------------------------------------------------------------------ pages

    def on_page_markdown(self, markdown: str, /, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Bind the page: holes become marked text, front matter becomes text."""
        title = self._words(config)["fault.title"]
        page.render = lambda config, files: self._converted(page, config, files)  # type: ignore[method-assign]
        if self.edition is None or (self.serving and running.dangerous(self.edition.book.library)):
            page.meta.clear()
            return fault.box(in_order(self.findings), title)
        edition, src = self.edition, page.file.src_uri
        if not edition.holds(src):
            self._say(self.neighbours.make(src, self._path(page), markdown, edition))
            return markdown
        self.ways[src] = page.file.url
        file = page.file.content_string.removeprefix("\ufeff")
        own, _ = get_data(file)
        if markdown.strip() != own.strip():
            self.rewritten[src] = file.removesuffix(own) + markdown
            edition = self.edition = rewritten(edition, self.given, self.rewritten)
        rendered = self._guarded(page, lambda: edition.render(src))
        here = [finding for finding in self.findings if finding.path == self._path(page)]
        box = f"{fault.box(in_order(here), title)}\n\n" if here else ""
        text, meta = rendered or ("", {})
        page.meta.update(meta)
        for key, _ in [*front.misshapen(page.meta, self.given.book["themed"])]:
            del page.meta[key]                             # a page with faults is served all the same
        self.marks[src] = marks(text)
        self.neighbours.give(src, box + text)
        return box + text

    def _converted(self, page: Page, config: MkDocsConfig, files: Files) -> None:
        """Convert a page; where Markdown or an extension fails on what it holds, that is a fault of the page."""
        if self.edition is not None:
            self.neighbours.put_in(page.file.src_uri, self._path(page), page.markdown or "", self.edition)
        try:
            conversion.convert(page, config, files, self.store, self.settings)
        except Exception as error:  # noqa: BLE001 - whatever an extension raises
            page.content, page.toc = "", get_toc([])
            said = f"Markdown can't convert the page: {type(error).__name__}: {error}"
            self._say([Finding(self._path(page), 1, 1, said)])
        self.neighbours.give_html(page.file.src_uri, page.content or "")

    def _read_html(self, page: Page, html: str, config: MkDocsConfig) -> None:
        """Read what hooks and other plugins have put into a page's HTML."""
        if self.edition is not None:
            self._say(self.neighbours.put_in_html(page.file.src_uri, self._path(page), html, built.language(config),
                                                  self.edition))

    def on_page_content(self, html: str, /, *, page: Page, config: MkDocsConfig, files: Files) -> str:
        """Turn marks into links and blocks, and read the titles from what came out."""
        self._read_html(page, html, config)
        if self.edition is None or not self.edition.holds(page.file.src_uri):
            return self.neighbours.give_html(page.file.src_uri, html)
        edition, src = self.edition, page.file.src_uri
        root = "../" * page.url.count("/")
        if lost := self.marks.pop(src, set()) - marks(html):
            self._say([Finding(self._path(page), 1, 1, f"{len(lost)} of the page's values and blocks are gone",
                               "a plugin or an extension after derivations has taken their marks away")])
        whence = where.way(page.file, built.prefix(config), directories=config.use_directory_urls)
        html = self._guarded(page, lambda: edition.finish(src, html, root, built.counterparts(page), whence)) or html
        spoken = edition.spoken(built.language(config))
        html = reading_time.said(html, spoken["words_a_minute"], spoken["words"]["reading.time"])
        contents.retitle(page.toc, html)
        if page.present_anchor_ids is not None:
            page.present_anchor_ids |= contents.identifiers(html)
        if "title" not in page.meta and (title := contents.first_title(html)):
            page.meta["title"] = title
        return self.neighbours.give_html(src, html)

    def _guarded(self, page: Page, work: Callable[[], T]) -> T | None:
        """Do the work; if it fails on a page with faults, or under the live server, that is a fault too."""
        path = self._path(page)
        try:
            return work()
        except FAULTS as error:
            if not self.findings:
                self._say([Finding(path, 1, 1, str(error))])
            return None
        except Exception as error:
            unsaid = self.edition.findings if self.rewritten and self.edition is not None else []
            faulty = any(finding.path == path for finding in [*self.findings, *unsaid])
            if not faulty and not self.serving:
                raise
            if not faulty:
                log.exception("%s can't be rendered", path)
                self._say([Finding(path, 1, 1, f"{type(error).__name__}: {error}", "the terminal says more")])
            return None

    def on_post_page(self, output: str, /, *, page: Page, config: MkDocsConfig) -> str:
        """Typeset the formulas, and publish where the numbers come from."""

        def refused(error: math.MathError, at: str) -> str:
            finding = fault.of_math(error, self._path(page), page.file.content_string, at)
            self._say([finding])
            if self.edition is not None:
                self.edition.forget()
            return fault.inline(finding)

        def typeset(html: str) -> str:
            return math.fill(html, refused)

        if (edition := self.edition) is not None and edition.holds(page.file.src_uri):
            beside = where.beside(page, output, config)

            def publish() -> None:
                texts = self._guarded(page, lambda: beside.texts(edition, typeset)) or []
                for name, text in zip(beside.files, texts, strict=False):
                    self._write(name, text.encode(), config)

            self._do(publish, *beside.files, now=beside.is_made(edition))
        self._say(self.neighbours.left(page.file.src_uri, self._path(page), output))
        return frame.with_own_search(frame.slim(math.bare(typeset(output))), built.prefix(config))

    def _do(self, work: Callable[[], None], *files: str, now: bool) -> None:
        """Do some work now, or where this can be, once one of the files that it makes is asked for."""
        if now or self.later is None:
            work()
            return

        def do() -> None:
            said = len(self.findings)
            work()
            self._report(self.findings[said:])

        self.later.leave(do, *files)

    @event_priority(-150)
    def on_page_context(self, context: Any, /, *, page: Page, config: MkDocsConfig, nav: Navigation) -> None:
        """Tell the theme which scripts and styles the page's blocks need; write the values of posts that it quotes."""
        needed: list[str] = []
        self._read_html(page, page.content or "", config)
        if (edition := self.edition) is not None:
            for excerpt in context.get("posts", ()):                                    # of Material's blog
                post, quote = excerpt.post, excerpt.content
                excerpt.content = self._guarded(post, partial(edition.quoted, post.file.src_uri, quote)) or ""
            if edition.holds(page.file.src_uri):
                needed = self._guarded(page, lambda: edition.assets(page.file.src_uri)) or []
        context["page_ungated"] = self._ungated(page.file)
        context["page_styles"] = [path for path in needed if path.endswith(".css")]
        context["page_scripts"] = [path for path in needed if path.endswith(".js")]

    # ------------------------------------------------------------------ templates

    def on_env(self, env: Environment, /, *, config: MkDocsConfig, files: Files) -> None:
        """Put our index in the place of the search plugin's, which would parse every page anew."""
        language, prefix = built.language(config), built.prefix(config)
        spoken = self.edition.spoken(language) if self.edition else {}
        rules, synonyms = spoken.get("rules", {}), spoken.get("synonyms", {})
        if (plugin := config.plugins.get("material/search") or config.plugins.get("search")) is not None:
            plugin.search_index = self.indexes[prefix] = search.Index(language, rules, synonyms, prefix, plugin.config)

    @event_priority(-100)
    def on_post_template(self, output: str, /, *, template_name: str, config: MkDocsConfig) -> str:
        """Keep a 404 page for each language: MkDocs writes all of them to one place."""
        if template_name != "404.html":
            return output
        prefix = built.prefix(config)
        output = frame.with_own_search(output, prefix)
        if prefix:
            target = Path(config.site_dir) / prefix / template_name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(output, encoding="utf-8")
            return ""
        return output

    # ------------------------------------------------------------------ the end

    @event_priority(-100)
    def _close(self, *, config: MkDocsConfig) -> None:
        """Write what the site needs beside its pages; then fail, if anything was found."""
        if built.nested(config):
            return
        for prefix, index in self.indexes.items():
            index.write(Path(config.site_dir) / prefix / "search", offline=frame.offline(config))
        if self.given.ungated:
            log.info(self.given.ungated)
        if self.rewritten and self.edition is not None:
            self._say(self.edition.findings)
        self._report(self.findings)
        said = len(self.findings)
        if (edition := self.edition) is not None:
            self._do(lambda: self._write_files(edition, config), now=self.later is None or edition.unsaid < FEW)
        self._report(self.findings[said:])
        for typeset in chain.from_iterable(self.ahead):
            math.recall(typeset)
        formulas = json.dumps(math.typeset_so_far(), ensure_ascii=False, sort_keys=True)
        if formulas != self.store.get("formulas", self.machinery):
            self.store.put(formulas, "formulas", self.machinery)
        self.store.sweep()

        if self.later is not None:
            self.later.end()

    on_post_build = _close

    def on_build_error(self, *, error: Exception) -> None:
        """Let the live server answer with what it has."""
        if self.later is not None:
            self.later.end()

    def _write_files(self, edition: Edition, config: MkDocsConfig) -> None:
        """Publish the data, and what is for others than the readers of the pages."""
        try:
            self._write_data(edition.files(self.ways), config)
            self._write_data(edition.outputs(self.root, math.still, said=self.given.said, ways=self.ways,
                                             address=config.site_url or "", python=self.config.python), config)
        except FAULTS as error:                            # of what no page shows, so that no check has met it
            self._say([Finding(self.config.course, 1, 1, str(error))])

    def _write_data(self, files: dict[str, bytes], config: MkDocsConfig) -> None:
        """Publish the data; a table's CSV goes beside its recipe too, where a diff shows which numbers moved.

        The live server leaves the recipes' folder alone: it would wake itself.
        """
        for name, content in files.items():
            self._write(name, scripts.published(name, content, self.store), config)
            if name.startswith("tables/") and name.endswith(".csv") and not self.serving:
                recipe = self.root / self.config.tables / Path(name).with_suffix(".toml").name
                if recipe.is_file():
                    write_whole(recipe.with_suffix(".csv"), content)

    def _write(self, name: str, content: bytes, config: MkDocsConfig) -> None:
        """Publish a file of ours, where the documents have none."""
        if name in self.taken:
            self._say([Finding(f"{self.docs}/{self.taken[name]}", 1, 1, f"the site has a file of its own at {name}",
                               "give this one another name")])
        else:
            write_file(content, f"{config.site_dir}/{name}")

    # ------------------------------------------------------------------ small questions

    def _report(self, findings: Sequence[Finding]) -> None:
        """Fail, if anything was found; the live server says it in the terminal."""
        if findings and not self.serving:
            raise PluginError(fault.report(in_order(findings)))
        if findings:
            log.error(fault.report(in_order(findings)))

    def _say(self, findings: Iterable[Finding]) -> None:
        self.findings.extend(findings)

    def _path(self, page: Page) -> str:
        return f"{self.docs}/{page.file.src_uri}"

    def _words(self, config: MkDocsConfig, language: str = "") -> Mapping[str, str]:
        """Give what the frame says in a language; where no course can be loaded, in any that is known."""
        if self.edition is None:
            return interface_words(known()[0])
        words: Mapping[str, str] = self.edition.spoken(language or built.language(config))["words"]
        return words


def _within(items: Iterable[Any]) -> Iterator[Any]:
    for item in items:
        yield item
        yield from _within(item.children or ())
