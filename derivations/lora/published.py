"""Counts that others print, derived: a library's line, tables of papers, files that are larger than expected."""

from __future__ import annotations

from derivations.counting.textbook import layer, total_full, total_lora
from derivations.exact import NUMBER, Declared, Scalar, known
from derivations.lora.layer import EXPERTS, TEXTBOOK, break_even_of, grouped_attention, vectors
from derivations.lora.linear import HU, square
from derivations.lora.memory import ACCOUNTS, MIXED, limit
from derivations.lora.symbols import PARAMETER, PARAMETERS

PEFT = "PEFT’s print_trainable_parameters"
TOP = "Hu et al. 2021 (arXiv 2106.09685), table 3, FTTop2"
TABLES = "the published configuration: a row of h numbers for each token"

formula = Declared(PARAMETER)

formula("trained.held", PARAMETERS, PEFT)(lambda F, T: F + T)
formula("linear.sheet", PARAMETERS, "a column times a row", reasons=("one_rank",))(lambda d_in, d_out: d_in + d_out)
formula("embeddings.one_table", PARAMETERS, TABLES, reasons=("one_row_a_token",))(lambda h, V: V * h)
formula("embeddings.two_tables", PARAMETERS, TABLES, reasons=("one_row_a_token",))(lambda h, V: V * h + V * h)
formula("layer.all_of_top", PARAMETERS, f"{TOP}; {TEXTBOOK}", reasons=("weights_and_vectors_of_layers",))(
    lambda h, L: L * (known(total_full(layer(h))) + known(vectors(h))))
formula("gated.attention_only", PARAMETERS, f"{HU}; {EXPERTS}")(
    lambda h, h_kv, L, r: L * total_lora(grouped_attention(h, h_kv), r))


def memory_break_even(cost: Scalar) -> Scalar:
    """Give the rank at which LoRA keeps as many bytes as full fine-tuning, from that at which it trains as much."""
    return limit(ACCOUNTS["mixed"]) * known(cost)


formula("memory.mixed.break_even", NUMBER, MIXED, reasons=("saved_part_of_break_even",))(
    lambda h: memory_break_even(break_even_of((square(h),))))
formula("memory.mixed.break_even_layer", NUMBER, MIXED, reasons=("saved_part_of_break_even",))(
    lambda h: memory_break_even(break_even_of(layer(h))))

FORMULAS = formula.formulas
