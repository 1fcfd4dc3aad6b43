"""How a model is trained, as far as the memory of a step depends on it; nothing is imported to ask for it."""

from __future__ import annotations

from dataclasses import dataclass

from derivations.counting.refusal import Refusal, check_one_of, check_whole

TYPES = {"float32": 4, "bfloat16": 2, "float16": 2}
BASES_IN_BLOCKS = {"int8": (True, False), "nf4": (False, False), "nf4-double": (False, True)}
"""What a quantized base is: whether in 8 bits, whether its scales are quantized as well."""
BASES = (*TYPES, *BASES_IN_BLOCKS)
MOMENTS = {"adamw": (2, False), "adamw-8bit": (2, True), "sgd": (0, False), "sgd-momentum": (1, False)}
"""How many numbers an optimizer keeps for each that is trained, and whether in 8 bits."""
OPTIMIZERS = tuple(MOMENTS)
ATTENTIONS = ("fused", "eager")
CARDS = (24, 48, 80)
"""The cards that are asked for most, in GiB."""


@dataclass(frozen=True)
class Setup:
    """How a model is trained, as far as memory depends on it.

    batch, length   texts in a step, tokens in each
    full            whether every weight trains, and there is no adapter
    base            how the frozen weights are stored: a type, int8, nf4 (a float32 scale a block), nf4-double (its
                    scales quantized as well). Embeddings, head and norms stay in `compute`
    compute         the type that the layers compute with; that of the base where it is one
    adapter         the type of the adapter's weights and gradients
    autocast        whether float32 adapters over a 16-bit base compute in 16 bits, as the field's trainers let them
    master          in full fine-tuning: whether a float32 copy of 16-bit weights is kept, and float32 moments
    """

    batch: int = 1
    length: int = 2048
    full: bool = False
    base: str = "bfloat16"
    compute: str = "bfloat16"
    adapter: str = "float32"
    optimizer: str = "adamw"
    master: bool = False
    autocast: bool = True
    attention: str = "fused"
    checkpointing: bool = False

    def __post_init__(self) -> None:
        for name, number in (("batch", self.batch), ("length", self.length)):
            check_whole(name, number)
        for name, value, known in (("base", self.base, BASES), ("compute", self.compute, tuple(TYPES)),
                                   ("adapter", self.adapter, tuple(TYPES)), ("optimizer", self.optimizer, OPTIMIZERS),
                                   ("attention", self.attention, ATTENTIONS)):
            check_one_of(name, value, known)
        if self.full and self.base not in TYPES:
            raise Refusal(f"full fine-tuning changes every weight: none can stay in {self.base}")

    @property
    def computed(self) -> str:
        """The type that the layers compute with."""
        return self.base if self.base in TYPES else self.compute

    @property
    def casts(self) -> bool:
        """Whether adapters compute on copies: their type isn't the layers'."""
        return not self.full and self.computed != self.adapter

    @property
    def narrows(self) -> bool:
        """Whether autocast makes 16-bit copies of the adapters."""
        return self.casts and self.autocast and self.adapter == "float32"

    @property
    def numbers(self) -> dict[str, int]:
        """What it comes to, as the terms take it: bytes of a number of each type, and flags."""
        in_8, double = BASES_IN_BLOCKS.get(self.base, (False, False))
        return {"base": TYPES.get(self.base, 0), "compute": TYPES[self.computed], "adapter": TYPES[self.adapter],
                "quantized": int(self.base not in TYPES), "casts": int(self.casts), "narrows": int(self.narrows),
                "adapter_computes": TYPES[self.computed if self.narrows else self.adapter],
                "in_8": int(in_8), "double": int(double)}
