"""The trap: a small fraction of trained parameters isn't the same fraction of training memory.

Every trained parameter costs its weight, a gradient, two moments of Adam and, in mixed precision, a master copy; a
frozen parameter costs its weight alone, and LoRA keeps all of those. Counted is the state of model and optimizer after
a step: no activations, no temporary copies, no step counters (4 bytes a trained tensor in torch's AdamW).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derivations.exact import RATIO, Declared, Scalar, known, quotient
from derivations.lora.layer import model_full, model_lora
from derivations.lora.symbols import BYTES, PARAMETER

MIXED = "Micikevicius et al. 2018 (arXiv 1710.03740); 16 bytes: Rajbhandari et al. 2020 (arXiv 1910.02054), section 3.1"
TORCH = "torch’s AdamW, measured on real training steps"
QLORA = "Dettmers et al. 2023 (arXiv 2305.14314), without block scales"

TERMS = ("weight", "gradient", "moment1", "moment2", "master")


@dataclass(frozen=True)
class Account:
    """Bytes a parameter, by term. `frozen` is what one costs that isn't trained; `source` says who counts so."""

    weight: Scalar
    gradient: Scalar
    moment1: Scalar
    moment2: Scalar
    master: Scalar
    frozen: Scalar
    source: str = ""

    @property
    def terms(self) -> tuple[Scalar, ...]:
        """The terms of a trained parameter, in the order of `TERMS`."""
        return tuple(getattr(self, term) for term in TERMS)

    @property
    def trained(self) -> Scalar:
        """Bytes a trained parameter."""
        return known(sum(self.terms))


ACCOUNTS: dict[str, Account] = {
    "mixed": Account(2, 2, 4, 4, 4, frozen=2, source=MIXED),
    "float32": Account(4, 4, 4, 4, 0, frozen=4, source=TORCH),
    "peft": Account(4, 4, 4, 4, 0, frozen=2, source=f"PEFT's default, float32 adapters over a 16-bit base; {TORCH}"),
    "bfloat16": Account(2, 2, 2, 2, 0, frozen=2, source=TORCH),
    "nf4": Account(2, 2, 4, 4, 4, frozen=Fraction(1, 2), source=QLORA),
}
BY_TERM = {f"{name}.{term}": (account, term) for name, account in ACCOUNTS.items() for term in TERMS}


def _source(account: Account, term: str = "") -> str:
    del term
    return account.source


formula = Declared(PARAMETER)
TIMES: dict[str, Any] = {"source": _source, "each": BY_TERM, "reasons": ("bytes_times_parameters", "multiply")}
OF_ACCOUNT: dict[str, Any] = {"source": _source, "each": ACCOUNTS}
LESS: dict[str, Any] = {"unit": RATIO, **OF_ACCOUNT, "reasons": ("one_less_remaining",)}

formula("memory.*.*", BYTES, _source, each=BY_TERM)(lambda account, kept: getattr(account, kept))  # noqa: PLW0108 - it has no code to read
formula("memory.*.frozen", BYTES, **OF_ACCOUNT)(lambda account: account.frozen)
formula("memory.*.full_*", BYTES, **TIMES)(lambda account, term, h, L: getattr(account, term) * known(model_full(h, L)))
formula("memory.*.lora_*", BYTES, **TIMES)(
    lambda account, term, h, L, r: getattr(account, term) * known(model_lora(h, L, r)))
formula("memory.*.lora_frozen", BYTES, **{**TIMES, "each": ACCOUNTS})(
    lambda account, h, L: account.frozen * known(model_full(h, L)))
formula("memory.*.per_parameter", BYTES, **OF_ACCOUNT, reasons=("add_terms", "collect"))(
    lambda account: sum(account.terms))


@formula("memory.*.state", BYTES, **OF_ACCOUNT, reasons=("frozen_and_trained",))
def state(account: Account, F: Scalar, T: Scalar) -> Scalar:
    """Give the bytes of so many frozen and so many trained parameters."""
    return account.frozen * F + account.trained * T


@formula("memory.*.full", BYTES, **OF_ACCOUNT, reasons=("bytes_times_parameters", "multiply"))
def full_state(account: Account, h: Scalar, L: Scalar) -> Scalar:
    """Give the bytes of full fine-tuning of L textbook layers."""
    return account.trained * known(model_full(h, L))


@formula("memory.*.lora", BYTES, **OF_ACCOUNT, reasons=("frozen_and_trained",))
def lora_state(account: Account, h: Scalar, L: Scalar, r: Scalar) -> Scalar:
    """Give the bytes of L frozen textbook layers and their adapters in training."""
    return state(account, known(model_full(h, L)), known(model_lora(h, L, r)))


@formula("memory.*.remaining", RATIO, **OF_ACCOUNT, reasons=("frozen_and_trained_over_full", "cancel"))
def remaining(account: Account, rho: Scalar) -> Scalar:
    """Give LoRA's bytes over full fine-tuning's, for ρ trained parameters a frozen one."""
    return quotient(account.frozen + account.trained * rho, account.trained)


formula("memory.*.saving", **LESS)(lambda account, rho: 1 - remaining(account, rho))
formula("memory.*.saving_of", **LESS)(
    lambda account, F, T: 1 - quotient(state(account, F, T), account.trained * F))
formula("memory.*.model_saving", **LESS)(
    lambda account, h, L, r: 1 - quotient(known(lora_state(account, h, L, r)), known(full_state(account, h, L))))


@formula("memory.*.limit", **{**LESS, "reasons": ("one_less_frozen",)})
def limit(account: Account) -> Scalar:
    """Give the saving that no rank, however small, exceeds."""
    return 1 - quotient(account.frozen, account.trained)


def part_of_saved(part: Scalar, account: Account) -> Scalar:
    """Give a part of all that a frozen weight saves."""
    return quotient(part, known(account.trained - account.frozen))


SHARE: dict[str, Any] = {"unit": RATIO, **OF_ACCOUNT, "reasons": ("part_of_what_is_saved", "cancel")}
formula("memory.*.moments_share", **SHARE)(
    lambda account: part_of_saved(known(account.moment1 + account.moment2), account))
formula("memory.*.master_share", **SHARE)(lambda account: part_of_saved(account.master, account))
formula("memory.*.gradient_share", **SHARE)(lambda account: part_of_saved(account.gradient, account))

PARTS = "both fractions of the same counts; Hu et al. 2021 give trained over frozen"
formula("trained.over_frozen", RATIO, PARTS)(lambda F, T: quotient(T, F))
formula("trained.over_all", RATIO, PARTS)(lambda F, T: quotient(T, F + T))
formula("trained.share_of_all", RATIO, PARTS)(lambda rho: quotient(rho, 1 + rho))
formula("trained.kept_frozen", RATIO, PARTS)(lambda rho: 1 - rho)

FORMULAS = formula.formulas
