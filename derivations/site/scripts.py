"""Scripts as a browser gets them: without comments, their names shortened; the source stays readable."""

from __future__ import annotations

from derivations.blocks import PUBLISHED
from derivations.site.store import Store


def published(name: str, content: bytes, store: Store) -> bytes:
    """Give a file as published: a script of the site shortened, anything else (data too) as it is."""
    if not (name.startswith(f"{PUBLISHED}/") and name.endswith(".js")):
        return content
    source = content.decode()
    if (short := store.get("script", source)) is None:
        import minify  # noqa: PLC0415 - only what isn't remembered pays for it

        short = minify.string("application/javascript", source)
        store.put(short, "script", source)
    return short.encode()
