"""What is asked of a model: every choice that changes a number, named as the field's library names it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from derivations.counting.expression import SPECIAL
from derivations.counting.refusal import Refusal, check_one_of, check_whole
from derivations.counting.safetensors import DTYPES

APART, FUSED = "apart", "fused"
BIASES = ("none", "lora_only", "all")


@dataclass(frozen=True)
class Question:
    """What is asked of a model: every choice that changes a number.

    targets            as in `spelling`; so is exclude_modules, which leaves modules out
    layers_to_transform  the layers to adapt; None means every layer
    layers_pattern     what stands before a layer's number in a name; by default the first number is meant
    rank_pattern       a rank of its own for the modules that a name or regular expression matches
    dtype              how the pairs are stored; the field's library keeps float32 even over a 16-bit base
    experts            "apart": each expert's Linears have pairs of their own, as in version 4 of the library;
                       "fused": as 3-D parameters, as in version 5; None: as the family has them, apart if it had both
    dora               whether each pair has a magnitude vector of `out` numbers
    lora_bias          whether each B has a bias of `out` numbers
    bias               "none", "lora_only" (the biases of the adapted Linears) or "all"
    modules_to_save    modules trained in full, beside the adapter
    base_dtype         how the base is stored: the file holds biases and whole modules as the base does
    target_parameters  3-D parameters adapted by name, whatever the targets
    num_labels         the classes of a `score` head in the place of the language model's; 0 keeps that one
    trainable_token_indices  rows of a table that are trained beside the adapter, by its name; "" is the token table's
    layer_replication  which layers stand in the place of the model's own, each as its first and the one after its last:
                       copies share their weights, and each has pairs of its own
    ensure_weight_tying  whether what is tied is adapted, or trained whole, on both sides
    """

    rank: int
    targets: str | tuple[str, ...] = "all"
    dtype: str = "float32"
    experts: str | None = None
    layers_to_transform: tuple[int, ...] | None = None
    layers_pattern: tuple[str, ...] = ()
    rank_pattern: Mapping[str, int] = field(default_factory=dict)
    dora: bool = False
    bias: str = "none"
    modules_to_save: tuple[str, ...] = ()
    base_dtype: str = "float32"
    exclude_modules: str | tuple[str, ...] = ()
    target_parameters: tuple[str, ...] = ()
    num_labels: int = 0
    trainable_token_indices: Mapping[str, Sequence[int]] = field(default_factory=dict)
    ensure_weight_tying: bool = False
    lora_bias: bool = False
    layer_replication: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        for name, rank in (("rank", self.rank), *self.rank_pattern.items()):
            check_whole(name, rank)
        special = next((name for name in self.layers_pattern if SPECIAL.search(name)), None)
        if special is not None:
            raise Refusal(f"layers_pattern: {special[:60]!r}: only a module's name is read here")
        if self.layers_pattern and self.layers_to_transform is None:
            raise Refusal("layers_pattern: the library takes it beside layers_to_transform only")
        check_whole("num_labels", self.num_labels, 0)
        for name, value, known in (("dtype", self.dtype, DTYPES), ("experts", self.experts or APART, (APART, FUSED)),
                                   ("bias", self.bias, BIASES), ("base_dtype", self.base_dtype, DTYPES)):
            check_one_of(name, value, known)
