"""Real decoders: each family of models as one short function from dimensions to named Linears, in two readings.

Integers count a model; symbols derive its family's formula. `family` lists them and says where each stands. The
symbolic reading (`FORMULAS`, `MODELS`) is imported when it is asked for: counting integers needs none of it.
"""

from typing import Any

from derivations.lora.architecture.decoder import Decoder, Layer, Module, Run, Vector
from derivations.lora.architecture.dimensions import Dimensions
from derivations.lora.architecture.family import MODEL_TYPES, Family, find

__all__ = ["MODEL_TYPES", "Decoder", "Dimensions", "Family", "Layer", "Module", "Run", "Vector", "find"]


def __getattr__(name: str) -> Any:
    """Give FORMULAS or MODELS."""
    if name in ("FORMULAS", "MODELS"):
        from derivations.lora.architecture import formulas  # noqa: PLC0415 - see above

        return getattr(formulas, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
