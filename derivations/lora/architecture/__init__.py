"""Real decoders: each family of models as one short function from dimensions to named Linears, in two readings.

Integers count a model; symbols derive its family's formula. `families` is the list to read and to add to.
"""

from derivations.lora.architecture import families
from derivations.lora.architecture.decoder import Decoder, Layer, Module, Run, Vector
from derivations.lora.architecture.dimensions import Dimensions
from derivations.lora.architecture.family import FAMILIES, Family

__all__ = ["FAMILIES", "Decoder", "Dimensions", "Family", "Layer", "Module", "Run", "Vector", "families"]
