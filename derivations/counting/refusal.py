"""Why a question about a model can't be answered: one sentence that names what is wrong."""

from __future__ import annotations

__all__ = ["Refusal"]


class Refusal(ValueError):
    """A question that has no exact answer as it is put; the message is one line and names the field or the name."""
