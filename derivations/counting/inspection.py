"""An adapter's weights inspected: what its file holds, beside its configuration and beside a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from derivations.counting.adapter import Adapter, read_adapter
from derivations.counting.architecture.decoder import Decoder
from derivations.counting.filed import Filed, halves, read_adapter_file, shortage
from derivations.counting.fitting import disagreements, faults
from derivations.counting.naming import LORA
from derivations.counting.refusal import Refusal
from derivations.counting.weights import ADAPTER, weights_in

__all__ = ["Inspection"]


@dataclass(frozen=True)
class Inspection:
    """What an adapter's weights are, and what is wrong with them: nothing, where `faults` is empty."""

    filed: Filed
    faults: tuple[str, ...]
    beside: Adapter | None = None

    @property
    def methods(self) -> Sequence[str]:
        """What is trained, the method of the pairs first, as ("LoRA", "DoRA")."""
        return self.filed.methods

    @property
    def ranks(self) -> Sequence[int]:
        """The ranks of its pairs, each once."""
        return self.filed.ranks()

    @property
    def modules(self) -> Mapping[str, int]:
        """How many modules of each name it adapts."""
        return self.filed.leaves

    @property
    def parameters(self) -> int:
        """How many numbers train: all that the file holds, but for alphas and what the method leaves frozen."""
        return self.filed.parameters

    @property
    def bytes(self) -> int:
        """How large the file is, or all shards of which it is one."""
        return self.filed.size

    def as_json(self) -> dict[str, Any]:
        """Give all that is known as plain data, as `derive inspect --json` prints it."""
        return {**self.filed.as_json(), "faults": [*self.faults]}


def inspected(path: Path, decoder: Decoder | None, text: Callable[[str], bytes]) -> Inspection:
    """Inspect an adapter's file, or its folder; `text` reads the configuration beside it.

    Raises `Refusal` where no adapter is there.
    """
    weights = weights_in(path.expanduser())
    filed = read_adapter_file(weights)
    wrong = [*(halves(filed) if decoder is None else faults(filed, decoder)), *shortage(filed)]
    beside, adapter = weights.parent / ADAPTER, None
    if beside.is_file() and filed.methods[:1] == (LORA,):
        try:
            adapter = read_adapter(text(str(beside)))
            wrong += disagreements(adapter, filed)
        except Refusal as refusal:
            wrong.append(f"{ADAPTER}: {refusal}")
    return Inspection(filed, tuple(wrong), adapter)
