"""The trap: a small fraction of trained parameters isn't the same fraction of training memory.

Every trained parameter costs its weight, a gradient, two moments of Adam and, in mixed precision, a master copy; a
frozen parameter costs its weight alone, and LoRA keeps all of those. Counted is the state of model and optimizer after
a step: no activations, no temporary copies, no step counters (4 bytes a trained tensor in torch's AdamW).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derivations.exact import RATIO, Formula, Scalar, Step, quotient
from derivations.exact.derivation import as_product, as_quotient, as_sum, steps
from derivations.exact.simplest import simplest
from derivations.lora.layer import model_full, model_lora
from derivations.lora.symbols import BYTES, F, L, T, h, r, rho

MIXED = "Micikevicius et al. 2018 (arXiv 1710.03740); 16 bytes: Rajbhandari et al. 2020 (arXiv 1910.02054), section 3.1"
TORCH = "torch’s AdamW, measured on real training steps"
QLORA = "Dettmers et al. 2023 (arXiv 2305.14314), without block scales"

TERMS = ("weight", "gradient", "moment1", "moment2", "master")


@dataclass(frozen=True)
class Account:
    """Bytes a parameter, by term. `frozen` is what a parameter costs that isn't trained."""

    weight: Scalar
    gradient: Scalar
    moment1: Scalar
    moment2: Scalar
    master: Scalar
    frozen: Scalar

    @property
    def terms(self) -> tuple[Scalar, ...]:
        """The terms of a trained parameter, in the order of `TERMS`."""
        return tuple(getattr(self, term) for term in TERMS)

    @property
    def trained(self) -> Scalar:
        """Bytes a trained parameter."""
        return sum(self.terms)


ACCOUNTS: dict[str, tuple[Account, str]] = {
    "mixed": (Account(2, 2, 4, 4, 4, frozen=2), MIXED),
    "float32": (Account(4, 4, 4, 4, 0, frozen=4), TORCH),
    "peft": (Account(4, 4, 4, 4, 0, frozen=2), f"PEFT's default, float32 adapters over a 16-bit base; {TORCH}"),
    "bfloat16": (Account(2, 2, 2, 2, 0, frozen=2), TORCH),
    "nf4": (Account(2, 2, 4, 4, 4, frozen=Fraction(1, 2)), QLORA),
}


def state(account: Account, frozen: Scalar, trained: Scalar) -> Scalar:
    """Give the bytes of so many frozen and so many trained parameters."""
    return account.frozen * frozen + account.trained * trained


def full_state(account: Account, hidden_size: Scalar, layers: Scalar) -> Scalar:
    """Give the bytes of full fine-tuning of L textbook layers."""
    return account.trained * model_full(hidden_size, layers)


def lora_state(account: Account, hidden_size: Scalar, layers: Scalar, rank: Scalar) -> Scalar:
    """Give the bytes of L frozen textbook layers and their adapters in training."""
    return state(account, model_full(hidden_size, layers), model_lora(hidden_size, layers, rank))


def remaining(account: Account, ratio: Scalar) -> Scalar:
    """Give LoRA's bytes over full fine-tuning's, for `ratio` trained parameters a frozen one."""
    return quotient(account.frozen + account.trained * ratio, account.trained)


def saving(account: Account, ratio: Scalar) -> Scalar:
    """Give the part of full fine-tuning's bytes that LoRA saves."""
    return 1 - remaining(account, ratio)


def limit(account: Account) -> Scalar:
    """Give the saving that no rank, however small, exceeds."""
    return 1 - quotient(account.frozen, account.trained)


def share_of_all(ratio: Scalar) -> Scalar:
    """Give trained over everything held, ρ/(1 + ρ), from trained over frozen."""
    return quotient(ratio, 1 + ratio)


def _number(value: Scalar) -> Any:
    """Give a plain number as SymPy's, so that it can stand in an expression as written."""
    import sympy  # noqa: PLC0415 - only where a derivation is asked for

    return sympy.Rational(value.numerator, value.denominator)


def _trained_steps(account: Account) -> tuple[Step, ...]:
    return steps(("add_terms", as_sum([term for term in account.terms if term != 0])),
                 ("collect", _number(account.trained)))


def _state_steps(account: Account, frozen: Any, trained: Any) -> tuple[Step, ...]:
    return steps(
        ("frozen_and_trained", as_sum([as_product((account.frozen, frozen)),
                                       as_product((account.trained, trained))])),
        ("collect", simplest(state(account, frozen, trained))),
    )


def _times_steps(each: Scalar, parameters: Any) -> tuple[Step, ...]:
    return steps(("bytes_times_parameters", as_product((each, parameters))), ("multiply", each * parameters))


def _remaining_lines(account: Account, ratio: Any) -> Any:
    over_full = as_sum([account.frozen, as_product((account.trained, ratio))])
    return as_quotient(over_full, account.trained)


def _saving_steps(account: Account, ratio: Any) -> tuple[Step, ...]:
    return steps(
        ("one_less_remaining", as_sum([1, as_product((-1, _remaining_lines(account, ratio)))])),
        ("cancel", saving(account, ratio)),
    )


def _limit_steps(account: Account) -> tuple[Step, ...]:
    part = as_quotient(account.frozen, account.trained)
    return steps(("one_less_frozen", as_sum([1, as_product((-1, part))])), ("cancel", _number(limit(account))))


def _share_steps(part: Scalar, account: Account) -> tuple[Step, ...]:
    saved = account.trained - account.frozen
    return steps(("part_of_what_is_saved", as_quotient(part, saved)),
                 ("cancel", _number(quotient(part, saved))))


def _model_saving(account: Account) -> Callable[..., Any]:
    return lambda n, m, k: 1 - quotient(lora_state(account, n, m, k), full_state(account, n, m))


def _model_saving_steps(account: Account, n: Any, m: Any, k: Any) -> tuple[Step, ...]:
    part = as_quotient(simplest(lora_state(account, n, m, k)), full_state(account, n, m))
    return steps(("one_less_remaining", as_sum([1, as_product((-1, part))])),
                 ("cancel", simplest(_model_saving(account)(n, m, k))))


def _saving_of_steps(account: Account, frozen: Any, trained: Any) -> tuple[Step, ...]:
    held = as_sum([as_product((account.frozen, frozen)), as_product((account.trained, trained))])
    part = as_quotient(held, as_product((account.trained, frozen)))
    return steps(("one_less_remaining", as_sum([1, as_product((-1, part))])),
                 ("cancel", simplest(1 - quotient(state(account, frozen, trained), account.trained * frozen))))


def _formulas(name: str, account: Account, source: str) -> tuple[Formula, ...]:
    """Declare all that follows from one account of bytes."""
    stem = f"memory.{name}"

    def constant(term: str, value: Scalar) -> Formula:
        return Formula(f"{stem}.{term}", lambda: value, (), BYTES, source=source)

    def by_term(term: str, each: Scalar) -> tuple[Formula, Formula]:
        return (
            Formula(f"{stem}.full_{term}", lambda n, m: each * model_full(n, m), (h, L), BYTES,
                    derive=lambda n, m: _times_steps(each, model_full(n, m)), source=source),
            Formula(f"{stem}.lora_{term}", lambda n, m, k: each * model_lora(n, m, k), (h, L, r), BYTES,
                    derive=lambda n, m, k: _times_steps(each, model_lora(n, m, k)), source=source),
        )

    shares = {"moments_share": account.moment1 + account.moment2, "master_share": account.master,
              "gradient_share": account.gradient}
    return (
        *(constant(term, getattr(account, term)) for term in TERMS),
        constant("frozen", account.frozen),
        Formula(f"{stem}.per_parameter", lambda: account.trained, (), BYTES,
                derive=lambda: _trained_steps(account), source=source),
        Formula(f"{stem}.state", lambda k, t: state(account, k, t), (F, T), BYTES,
                derive=lambda k, t: _state_steps(account, k, t), source=source),
        Formula(f"{stem}.full", lambda n, m: full_state(account, n, m), (h, L), BYTES,
                derive=lambda n, m: _times_steps(account.trained, model_full(n, m)), source=source),
        Formula(f"{stem}.lora", lambda n, m, k: lora_state(account, n, m, k), (h, L, r), BYTES,
                derive=lambda n, m, k: _state_steps(account, model_full(n, m), model_lora(n, m, k)), source=source),
        Formula(f"{stem}.lora_frozen", lambda n, m: account.frozen * model_full(n, m), (h, L), BYTES,
                derive=lambda n, m: _times_steps(account.frozen, model_full(n, m)), source=source),
        *(formula for term in TERMS for formula in by_term(term, getattr(account, term))),
        Formula(f"{stem}.remaining", lambda p: remaining(account, p), (rho,), RATIO,
                derive=lambda p: steps(("frozen_and_trained_over_full", _remaining_lines(account, p)),
                                       ("cancel", simplest(remaining(account, p)))), source=source),
        Formula(f"{stem}.saving", lambda p: saving(account, p), (rho,), RATIO,
                derive=lambda p: _saving_steps(account, p), source=source),
        Formula(f"{stem}.saving_of", lambda k, t: 1 - quotient(state(account, k, t), account.trained * k), (F, T),
                RATIO,
                derive=lambda k, t: _saving_of_steps(account, k, t), source=source),
        Formula(f"{stem}.limit", lambda: limit(account), (), RATIO, derive=lambda: _limit_steps(account),
                source=source),
        Formula(f"{stem}.model_saving", _model_saving(account), (h, L, r), RATIO,
                derive=lambda n, m, k: _model_saving_steps(account, n, m, k), source=source),
        *(Formula(f"{stem}.{share}", lambda part=part: quotient(part, account.trained - account.frozen), (), RATIO,
                  derive=lambda part=part: _share_steps(part, account), source=source)
          for share, part in shares.items()),
    )


PARTS = "both fractions of the same counts; Hu et al. 2021 give trained over frozen"

FORMULAS: tuple[Formula, ...] = (
    Formula("trained.over_frozen", lambda k, t: quotient(t, k), (F, T), RATIO, source=PARTS),
    Formula("trained.over_all", lambda k, t: quotient(t, k + t), (F, T), RATIO, source=PARTS),
    Formula("trained.share_of_all", share_of_all, (rho,), RATIO, source=PARTS),
    Formula("trained.kept_frozen", lambda p: 1 - p, (rho,), RATIO, source=PARTS),
    *(formula for name, (account, source) in ACCOUNTS.items() for formula in _formulas(name, account, source)),
)
