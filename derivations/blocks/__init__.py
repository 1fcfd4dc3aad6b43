"""What stands on a page as a block of its own: derivations, tables, drills, plots, lists; and what a course adds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from derivations.blocks import derivation, drill, glossary, plot, statements, table
from derivations.blocks.block import Block, Context
from derivations.blocks.drawing import Sheet
from derivations.blocks.figure import Column, Figure, Rows
from derivations.course import Course

PUBLISHED = "assets/derivations"
"""Where scripts and styles are, in the site."""

BLOCKS: tuple[Block, ...] = (
    derivation.BLOCK, table.BLOCK, drill.BLOCK, drill.SHORT, plot.BLOCK, glossary.BLOCK, statements.BLOCK,
)
"""The engine's own."""


def blocks_of(course: Course) -> Mapping[str, Block]:
    """Give every block that the pages of a course may show, by name; the course's come last and may replace."""
    return {block.name: block for block in (*BLOCKS, *course.blocks)}


def published(file: Path) -> str:
    """Give where a block's script or style is in the site."""
    return f"{PUBLISHED}/{file.name}"


__all__ = ["BLOCKS", "PUBLISHED", "Block", "Column", "Context", "Figure", "Rows", "Sheet", "blocks_of", "published"]
