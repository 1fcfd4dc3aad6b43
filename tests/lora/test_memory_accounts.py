"""Bytes of training, against what real training steps kept in memory."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from derivations.exact import DomainError
from derivations.lora.course import COURSE
from derivations.lora.memory import ACCOUNTS, Account, state

F = COURSE.formulas
ROWS = json.loads((Path(__file__).with_name("data") / "training.json").read_text(encoding="utf-8"))["memory"]

CASES = {
    "full_fp32_adamw": "float32", "full_fp32_adamw_fused": "float32", "full_autocast_bf16_adamw": "float32",
    "full_bf16_adamw": "bfloat16", "full_mixed_master_adamw": "mixed", "lora_r8_fp32_base_adamw": "float32",
    "lora_r8_bf16_base_adamw": "peft", "lora_r1_bf16_base_adamw": "peft", "lora_r2_bf16_base_adamw": "peft",
    "lora_r16_bf16_base_adamw": "peft", "lora_r64_bf16_base_adamw": "peft",
    "lora_r8_bf16_base_bf16_adapters_adamw": "bfloat16", "lora_r8_bf16_base_bf16_adapters_master_adamw": "mixed",
}
OTHERS = {
    "full_fp32_sgd": Account(4, 4, 0, 0, 0, frozen=4), "full_fp32_sgd_momentum": Account(4, 4, 4, 0, 0, frozen=4),
    "full_bf16_sgd": Account(2, 2, 0, 0, 0, frozen=2), "full_bf16_sgd_momentum": Account(2, 2, 2, 0, 0, frozen=2),
    "lora_r8_bf16_base_sgd": Account(4, 4, 0, 0, 0, frozen=2),
    "lora_r8_bf16_base_sgd_momentum": Account(4, 4, 4, 0, 0, frozen=2),
}
TERMS = {"weight": "weights_trained", "gradient": "gradients", "moment1": "moment1", "moment2": "moment2",
         "master": "master"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['model']}-{row['case']}")
def test_every_term_is_what_was_measured(row):
    name = CASES.get(row["case"])
    account = ACCOUNTS[name] if name else OTHERS[row["case"]]
    assert state(account, row["frozen"], row["trained"]) == row["total"]
    assert account.frozen * row["frozen"] == row["bytes"]["weights_frozen"]
    for term, measured in TERMS.items():
        assert getattr(account, term) * row["trained"] == row["bytes"][measured]
        if name:
            assert F[f"memory.{name}.{term}"]().exact * row["trained"] == row["bytes"][measured]
    if name and row["frozen"]:
        assert F[f"memory.{name}.state"](F=row["frozen"], T=row["trained"]).exact == row["total"]


def test_the_measurements_cover_every_account_but_the_quantized():
    assert {CASES.get(row["case"]) for row in ROWS} - {None} == set(ACCOUNTS) - {"nf4"}


def test_both_sixteens_are_sums_of_named_terms():
    for name, terms in (("mixed", (2, 2, 4, 4, 4)), ("float32", (4, 4, 4, 4, 0))):
        found = [F[f"memory.{name}.{term}"]().exact for term in TERMS]
        assert tuple(found) == terms
        assert F[f"memory.{name}.per_parameter"]().exact == sum(terms) == 16


@pytest.mark.parametrize("name", ACCOUNTS)
def test_totals_are_the_sums_of_their_terms(name):
    model = {"h": 768, "L": 12}
    full = sum(F[f"memory.{name}.full_{term}"](**model).exact for term in TERMS)
    assert F[f"memory.{name}.full"](**model).exact == full
    adapter = sum(F[f"memory.{name}.lora_{term}"](**model, r=8).exact for term in TERMS)
    frozen = F[f"memory.{name}.lora_frozen"](**model).exact
    lora = F[f"memory.{name}.lora"](**model, r=8).exact
    assert lora == frozen + adapter
    assert F[f"memory.{name}.model_saving"](**model, r=8).exact == 1 - Fraction(lora, full)


def test_the_saving_is_not_the_fraction_left_untrained():
    rho = Fraction(7, 1000)
    assert F["memory.mixed.saving"](rho=rho).exact == Fraction(217, 250)
    assert F["memory.mixed.remaining"](rho=rho).exact == Fraction(33, 250)
    assert F["memory.float32.saving"](rho=rho).exact == Fraction(3, 4) - rho
    assert F["memory.mixed.limit"]().exact == Fraction(7, 8)
    assert F["trained.kept_frozen"](rho=rho).exact == Fraction(993, 1000)
    assert F["memory.mixed.saving_of"](F=1000, T=7).exact == Fraction(217, 250)


def test_parts_of_what_a_frozen_weight_saves():
    parts = [F[f"memory.mixed.{part}_share"]().exact for part in ("moments", "master", "gradient")]
    assert parts == [Fraction(4, 7), Fraction(2, 7), Fraction(1, 7)]
    assert sum(parts) == 1


def test_two_fractions_of_the_same_counts():
    assert F["trained.over_frozen"](F=64, T=1).exact == Fraction(1, 64)
    assert F["trained.over_all"](F=64, T=1).exact == Fraction(1, 65)
    assert F["trained.share_of_all"](rho=Fraction(1, 64)).exact == Fraction(1, 65)


def test_what_is_trained_is_less_than_what_is_frozen():
    assert F["trained.kept_frozen"](rho=Fraction(999, 1000)).exact == Fraction(1, 1000)
    for rho in (Fraction(1), Fraction(3, 2), Fraction(2)):
        with pytest.raises(DomainError, match="rho must be a positive rational number below 1, not"):
            F["trained.kept_frozen"](rho=rho)
