"""Real decoders: each family of models as one short function from dimensions to named Linears, in two readings.

Integers count a model; symbols derive its family's formula. `family` lists them and says where each stands.
"""

from derivations.counting.architecture.decoder import Decoder, Layer, Module, Run, Vector
from derivations.counting.architecture.dimensions import Dimensions
from derivations.counting.architecture.family import MODEL_TYPES, Family, find

__all__ = ["MODEL_TYPES", "Decoder", "Dimensions", "Family", "Layer", "Module", "Run", "Vector", "find"]
