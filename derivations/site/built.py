"""Which language is being built: static-i18n makes each one but the first in a build within the build."""

from __future__ import annotations

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.pages import Page


def nested(config: MkDocsConfig) -> bool:
    """Whether this is a build within the build; what concerns the whole site is the outer one's."""
    i18n = config.plugins.get("i18n")
    return bool(i18n is not None and i18n.building)


def language(config: MkDocsConfig) -> str:
    """Give the language being built, by its code."""
    i18n = config.plugins.get("i18n")
    current = i18n.current_language if i18n is not None else None
    return str(current or config.theme.get("language"))


def prefix(config: MkDocsConfig) -> str:
    """The folder of the language being built: "" for the default one, else "es/"."""
    i18n = config.plugins.get("i18n")
    return "" if i18n is None or i18n.is_default_language_build else f"{i18n.current_language}/"


def counterparts(page: Page) -> dict[str, str]:
    """The ways from a page to the same page in the other languages."""
    return {code: str(file.url_relative_to(page.file)) for code, file in getattr(page.file, "alternates", {}).items()
            if code != getattr(page.file, "locale", code)}
