"""Wrong on purpose: the formulas behind the usual mistakes, so that a wrong answer can be recognized and asked about.

Each takes the inputs of the question that it's a slip in; those that it ignores are `spare`. Pages don't list them.
"""

# ruff: noqa: PLW0108 - the parameters of these lambdas name the symbols, so none can be left to an inner function

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from derivations.counting.linear import Linear, full, lora
from derivations.counting.textbook import attention, layer, mlp, total_full, total_lora
from derivations.exact import NUMBER, RATIO, Formula, Scalar, Unit, ceiling, floor, least, quotient, root
from derivations.lora import capacity, embeddings, memory, storage
from derivations.lora.budget import affordable
from derivations.lora.layer import (
    c_attn,
    fc1,
    gated_mlp,
    grouped_attention,
    model_full,
    model_lora,
    moe_lora,
    query_key_value,
)
from derivations.lora.linear import break_even, oblong, ratio, square
from derivations.lora.symbols import BYTES, PARAMETER, PARAMETERS

MEBI, MEGA, GIBI, GIGA = 2**20, 10**6, 2**30, 10**9


def _slips(unit: Unit, inputs: str, **functions: Callable[..., Any]) -> Iterator[Formula]:
    """Declare wrong formulas over the inputs of one question.

    A function names the symbols that it takes by its parameters; the other inputs are spare.
    """
    symbols = [PARAMETER[name] for name in inputs.split()]
    for name, function in functions.items():
        takes = tuple(PARAMETER[one] for one in function.__code__.co_varnames[:function.__code__.co_argcount])
        spare = tuple(symbol for symbol in symbols if symbol not in takes)
        yield Formula(f"slip.{name}", function, takes, unit, spare=spare)


def _answer(d_in: Scalar, d_out: Scalar, r: Scalar) -> Scalar:
    return lora(oblong(d_in, d_out), r)


def _ratio(d_in: Scalar, d_out: Scalar, r: Scalar) -> Scalar:
    return ratio(oblong(d_in, d_out), r)


def _four_wide(size: Scalar) -> Linear:
    return fc1(size)[0]


def _all_square(size: Scalar) -> tuple[Linear, ...]:
    """Give a layer whose six Linears are all taken to be (h, h)."""
    return tuple(Linear(one.name, size, size) for one in layer(size))


def _four_on_both_sides(size: Scalar) -> tuple[Linear, ...]:
    return tuple(Linear(one.name, 4 * size, 4 * size) for one in mlp(size))


def _only_fc1(size: Scalar) -> tuple[Linear, ...]:
    return attention(size) + fc1(size)


FORMULAS: tuple[Formula, ...] = (
    # One Linear: what the adapter trains.
    *_slips(
        PARAMETERS, "d_in d_out r",
        only_a=lambda d_in, r: r * d_in,
        only_b=lambda d_out, r: r * d_out,
        both_in=lambda d_in, r: lora(square(d_in), r),
        both_out=lambda d_out, r: lora(square(d_out), r),
        product=lambda d_in, d_out, r: r * full(oblong(d_in, d_out)),
        no_r=lambda d_in, d_out: _answer(d_in, d_out, 1),
        rank_8=lambda d_in, d_out: _answer(d_in, d_out, 8),
        width_4h=lambda d_in, r: lora(_four_wide(d_in), r),
        three_matrices=lambda d_in, d_out, r: 3 * _answer(d_in, d_out, r),
        all_weights=lambda d_in, d_out: full(oblong(d_in, d_out)),
    ),
    # One sheet of an update, and what the first step moves.
    *_slips(
        PARAMETERS, "d_in d_out",
        sheet_entries=lambda d_in, d_out: full(oblong(d_in, d_out)),
        sheet_one_side=lambda d_out: d_out,
        sheet_free=lambda d_in, d_out: capacity.dimension(d_in, d_out, 1),
    ),
    *_slips(
        PARAMETERS, "d_in d_out r",
        step_both=_answer,
        step_a=lambda d_in, r: r * d_in,
        step_weights=lambda d_in, d_out: full(oblong(d_in, d_out)),
    ),
    # The same Linear: the ratio.
    *_slips(
        RATIO, "d_in d_out r",
        only_a_ratio=lambda d_in, d_out, r: quotient(r * d_in, full(oblong(d_in, d_out))),
        only_b_ratio=lambda d_in, d_out, r: quotient(r * d_out, full(oblong(d_in, d_out))),
        width_4h_ratio=lambda d_in, r: ratio(_four_wide(d_in), r),
        square_in=lambda d_in, r: ratio(square(d_in), r),
        square_out=lambda d_out, r: ratio(square(d_out), r),
        square_mean=lambda d_in, d_out, r: ratio(square(quotient(d_in + d_out, 2)), r),
        fraction_as_percent=lambda d_in, d_out, r: quotient(_ratio(d_in, d_out, r), 100),
        percent_twice=lambda d_in, d_out, r: 100 * _ratio(d_in, d_out, r),
        inverted=lambda d_in, d_out, r: quotient(1, _ratio(d_in, d_out, r)),
        bias_ratio=lambda d_in, d_out, r: ratio(oblong(d_in, d_out), r, bias=True),
        over_all=lambda d_in, d_out, r: quotient(
            _answer(d_in, d_out, r), full(oblong(d_in, d_out)) + _answer(d_in, d_out, r)),
    ),
    # Attention's part of the adapter.
    *_slips(
        RATIO, "h r",
        full_shares=lambda h: quotient(total_full(attention(h)), total_full(layer(h))),
        ratio_as_share=lambda h, r: quotient(total_lora(attention(h), r), total_lora(mlp(h), r)),
        other_part=lambda h, r: quotient(total_lora(mlp(h), r), total_lora(layer(h), r)),
        attention_no_2=lambda h, r: quotient(4 * r * h, 4 * r * h + total_lora(mlp(h), r)),
        one_mlp=lambda h, r: quotient(total_lora(attention(h), r), total_lora(_only_fc1(h), r)),
        mlp_h=lambda h, r: quotient(total_lora(attention(h), r), total_lora(_all_square(h), r)),
        mlp_4h_both=lambda h, r: quotient(
            total_lora(attention(h), r), total_lora(attention(h) + _four_on_both_sides(h), r)),
    ),
    # The largest rank for a budget.
    *_slips(
        NUMBER, "h M",
        budget_no_2=lambda h, M: affordable(M, h),
        budget_ceil=lambda h, M: ceiling(quotient(M, lora(square(h), 1))),
        budget_unrounded=lambda h, M: quotient(M, lora(square(h), 1)),
        budget_h2=lambda h, M: quotient(M, full(square(h))),
        budget_2r2=lambda M: floor(root(quotient(M, 2))),
        budget_4h=lambda h, M: affordable(M, 2 * lora(square(h), 1)),
        budget_no_cap=lambda h, M: affordable(M, lora(square(h), 1)),
        break_even_h=lambda h: h,
    ),
    # Rank h, and degrees of freedom.
    *_slips(
        PARAMETERS, "h",
        full_rank_h2_params=lambda h: full(square(h)),
        full_rank_no_r=lambda h: lora(square(h), 1),
        full_rank_product=lambda h: h * full(square(h)),
    ),
    *_slips(
        NUMBER, "h r",
        full_rank_2h2_dof=lambda h: lora(square(h), h),
        dimension_is_params=lambda h, r: lora(square(h), r),
        dimension_minus_r=lambda h, r: lora(square(h), r) - r,
    ),
    *_slips(
        NUMBER, "d_in d_out r",
        degrees_of_freedom=lambda d_in, d_out, r: capacity.dimension(d_in, d_out, r),
        parameters_as_dimension=lambda d_in, d_out, r: _answer(d_in, d_out, r),
        minus_r=lambda d_in, d_out, r: _answer(d_in, d_out, r) - r,
        minus_2r2=lambda d_in, d_out, r: _answer(d_in, d_out, r) - 2 * capacity.redundancy(r),
        all_entries=lambda d_in, d_out: full(oblong(d_in, d_out)),
    ),
    # The page's other numbers.
    *_slips(
        PARAMETERS, "h r",
        with_bias=lambda h: full(square(h), bias=True),
        no_layers=lambda h, r: total_lora(layer(h), r),
    ),
    *_slips(
        RATIO, "h r",
        square_bias_ratio=lambda h, r: ratio(square(h), r, bias=True),
        r_over_h=lambda h, r: quotient(r, h),
        block_2r_over_h=lambda h, r: quotient(
            total_lora(attention(h) + _four_on_both_sides(h), r), total_full(layer(h))),
        block_square=lambda h, r: quotient(total_lora(_all_square(h), r), total_full(layer(h))),
        block_one_mlp_adapter=lambda h, r: quotient(total_lora(_only_fc1(h), r), total_full(layer(h))),
        block_one_mlp_full=lambda h, r: quotient(total_lora(layer(h), r), total_full(_only_fc1(h))),
        block_only_a=lambda h, r: quotient(r * sum(one.in_ for one in layer(h)), total_full(layer(h))),
        block_fraction_as_percent=lambda h, r: quotient(
            quotient(total_lora(layer(h), r), total_full(layer(h))), 100),
        rounded_division=lambda: quotient(19 * MEGA, 64 * GIGA // 10),
    ),
    *_slips(
        NUMBER, "h L r",
        mb_as_mib=lambda h, L, r: quotient(storage.adapter_bytes(h, L, r, 16), MEGA),
        adapter_fp32_mib=lambda h, L, r: quotient(storage.adapter_bytes(h, L, r, 32), MEBI),
        adapter_bits_mib=lambda h, L, r: quotient(16 * model_lora(h, L, r), MEBI),
    ),
    *_slips(NUMBER, "h L", base_mb_as_mib=lambda h, L: quotient(storage.model_bytes(h, L, 16), MEGA)),
    *_slips(NUMBER, "n bits", gb_as_gib=lambda n: quotient(storage.bytes_of(n, 16), GIGA)),
    # A key projection that is narrower than the model.
    *_slips(
        PARAMETERS, "h h_kv r",
        kv_square=lambda h, r: lora(square(h), r),
        kv_both=lambda h_kv, r: lora(square(h_kv), r),
        kv_only_a=lambda h, r: r * h,
        kv_only_b=lambda h_kv, r: r * h_kv,
        kv_product=lambda h, h_kv: full(oblong(h, h_kv)),
        kv_no_r=lambda h, h_kv: lora(oblong(h, h_kv), 1),
    ),
    # Query, key and value fused.
    *_slips(
        PARAMETERS, "h r",
        fused_apart=lambda h, r: total_lora(query_key_value(h), r),
        fused_square=lambda h, r: lora(square(h), r),
        fused_only_a=lambda h, r: r * h,
        fused_only_b=lambda h, r: 3 * r * h,
        fused_no_r=lambda h: total_lora(c_attn(h), 1),
        fused_weights=lambda h: total_full(c_attn(h)),
    ),
    # A rank for so many bytes.
    *_slips(
        NUMBER, "h L S bits",
        bytes_as_parameters=lambda h, L, S: affordable(S, model_lora(h, L, 1)),
        bytes_over_bits=lambda h, L, S, bits: affordable(S, model_lora(h, L, 1) * bits),
        bytes_one_layer=lambda h, S, bits: least(h, affordable(8 * S, total_lora(layer(h), 1) * bits)),
        bytes_ceil=lambda h, L, S, bits: ceiling(quotient(8 * S, model_lora(h, L, 1) * bits)),
        bytes_square=lambda h, L, S, bits: least(h, affordable(8 * S, L * total_lora(_all_square(h), 1) * bits)),
    ),
    # Bytes of a base model, asked for in GiB.
    *_slips(
        BYTES, "n bits",
        giga_as_gibi=lambda n, bits: quotient(storage.bytes_of(n, bits) * GIBI, GIGA),
        bits_as_bytes=lambda n, bits: n * bits,
        one_byte_each=lambda n: n,
        four_bytes_each=lambda n: 4 * n,
    ),
    # From which rank on an adapter saves nothing.
    *_slips(
        NUMBER, "d_in d_out",
        even_shorter_side=lambda d_in, d_out: least(d_in, d_out),
        even_half_shorter=lambda d_in, d_out: quotient(least(d_in, d_out), 2),
        even_harmonic=lambda d_in, d_out: ceiling(2 * break_even(oblong(d_in, d_out))),
        even_mean=lambda d_in, d_out: quotient(d_in + d_out, 4),
        even_floor=lambda d_in, d_out: floor(break_even(oblong(d_in, d_out))),
    ),
    # A layer of experts.
    *_slips(
        PARAMETERS, "h h_kv f E r",
        moe_one_expert=lambda h, h_kv, f, r: moe_lora(h, h_kv, f, 1, r),
        moe_no_attention=lambda h, f, E, r: E * total_lora(gated_mlp(h, f), r),
        moe_two_matrices=lambda h, h_kv, f, E, r: (
            total_lora(grouped_attention(h, h_kv), r) + E * total_lora(gated_mlp(h, f)[1:], r)),
        moe_wide_kv=lambda h, f, E, r: moe_lora(h, h, f, E, r),
        moe_attention_each=lambda h, h_kv, f, E, r: E * moe_lora(h, h_kv, f, 1, r),
        moe_no_r=lambda h, h_kv, f, E: moe_lora(h, h_kv, f, E, 1),
    ),
    # The scale when the rank doubles.
    *_slips(
        NUMBER, "alpha r",
        scale_unchanged=lambda alpha, r: quotient(alpha, r),
        scale_doubled=lambda alpha, r: quotient(2 * alpha, r),
        scale_quartered=lambda alpha, r: quotient(alpha, 4 * r),
        scale_inverted=lambda alpha, r: quotient(2 * r, alpha),
        scale_root=lambda alpha, r: quotient(alpha, root(2 * r)),
    ),
    # The embeddings' part of all parameters.
    *_slips(
        RATIO, "h L V n_ctx",
        over_blocks=lambda h, L, V, n_ctx: quotient(embeddings.count(h, V, n_ctx), model_full(h, L)),
        one_layer=lambda h, V, n_ctx: quotient(
            embeddings.count(h, V, n_ctx), total_full(layer(h)) + embeddings.count(h, V, n_ctx)),
        head_twice=lambda h, L, V, n_ctx: quotient(
            embeddings.count(h, 2 * V, n_ctx), embeddings.total(h, L, 2 * V, n_ctx)),
        rest_of_model=lambda h, L, V, n_ctx: 1 - embeddings.share(h, L, V, n_ctx),
        positions_alone=lambda h, L, V, n_ctx: quotient(n_ctx * h, embeddings.total(h, L, V, n_ctx)),
    ),
    # Memory saved in training.
    *_slips(
        RATIO, "F T",
        saving_is_kept_frozen=lambda F, T: 1 - quotient(T, F),
        saving_is_remaining=lambda F, T: memory.remaining(memory.ACCOUNTS["mixed"], quotient(T, F)),
        saving_half=lambda F, T: quotient(1, 2) - quotient(T, F),
        saving_is_trained=lambda F, T: quotient(T, F),
        saving_sixteenth=lambda F, T: quotient(15, 16) - quotient(T, F),
    ),
    # Bytes of an adapter, asked for in MiB.
    *_slips(
        BYTES, "h L r bits",
        mega_as_mebi=lambda h, L, r, bits: quotient(storage.adapter_bytes(h, L, r, bits) * MEBI, MEGA),
        adapter_bits=lambda h, L, r, bits: bits * model_lora(h, L, r),
        adapter_one_layer=lambda h, r, bits: storage.bytes_of(total_lora(layer(h), r), bits),
        adapter_all_square=lambda h, L, r, bits: storage.bytes_of(L * total_lora(_all_square(h), r), bits),
        adapter_is_base=lambda h, L, bits: storage.model_bytes(h, L, bits),
    ),
    # Attention's part in a gated layer.
    *_slips(
        RATIO, "h h_kv f r",
        gated_textbook=lambda h, r: quotient(total_lora(attention(h), r), total_lora(layer(h), r)),
        gated_two_matrices=lambda h, h_kv, f, r: quotient(
            total_lora(grouped_attention(h, h_kv), r),
            total_lora(grouped_attention(h, h_kv) + gated_mlp(h, f)[1:], r)),
        gated_full_share=lambda h, h_kv, f: quotient(
            total_full(grouped_attention(h, h_kv)), total_full(grouped_attention(h, h_kv) + gated_mlp(h, f))),
        gated_over_mlp=lambda h, h_kv, f, r: quotient(
            total_lora(grouped_attention(h, h_kv), r), total_lora(gated_mlp(h, f), r)),
        gated_other_part=lambda h, h_kv, f, r: quotient(
            total_lora(gated_mlp(h, f), r), total_lora(grouped_attention(h, h_kv) + gated_mlp(h, f), r)),
    ),
)
