"""The questions: each one a formula with a known answer, the slips that it invites, and further inputs to ask it with.

The first inputs are those that are printed. Every set is checked by the renderer and by the tests: no two slips give
the same number, none would pass for the answer, and the answer doesn't stand in the question. Words: `drill.NAME.…`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from derivations.course import Drill, Slip
from derivations.exact import Exact
from derivations.lora.formulas import OWN


def _drill(
    name: str, answer: str, inputs: str, rows: Iterable[tuple[int, ...]], caught: str, *, form: str = "exact",
) -> Drill:
    """Declare a drill.

    inputs  names of the inputs, in the order of the rows
    caught  names of the slips; a slip's feedback has the same key
    """
    names = inputs.split()
    variants: tuple[Mapping[str, Exact], ...] = tuple(dict(zip(names, row, strict=True)) for row in rows)
    known = tuple(Slip(key, OWN[f"slip.{key}"]) for key in caught.split())
    return Drill(name, OWN[answer], variants, known, form)


# Shapes of the first MLP Linear in public models, widths as published.
WIDE = (
    (4096, 11008), (4096, 14336), (5120, 13824), (8192, 28672), (2048, 5632), (3584, 18944), (1536, 8960),
    (6656, 17920), (8192, 22016), (5120, 27648), (3072, 8192), (896, 4864), (3584, 9472), (2560, 6912),
)
RANKS = (16, 24, 64, 12, 32, 24, 4, 64, 16, 20, 4, 32, 16, 64)

DRILLS: tuple[Drill, ...] = (
    _drill(
        "llama-fc1", "linear.lora", "d_in d_out r",
        ((i, o, k) for (i, o), k in zip(WIDE, RANKS, strict=True)),
        "only_a only_b both_in both_out product no_r rank_8 width_4h three_matrices all_weights degrees_of_freedom",
    ),
    _drill(
        "llama-fc1-ratio", "linear.ratio", "d_in d_out r",
        ((i, o, k) for (i, o), k in zip(WIDE, RANKS, strict=True)),
        "only_a_ratio only_b_ratio square_in square_out square_mean width_4h_ratio fraction_as_percent"
        " percent_twice inverted",
        form="percent(2)",
    ),
    _drill("one-sheet", "linear.sheet", "d_in d_out", WIDE[:13], "sheet_entries sheet_one_side sheet_free"),
    _drill(
        "first-step", "linear.lora_b", "d_in d_out r",
        ((i, o, k) for (i, o), k in zip(WIDE, RANKS, strict=True)), "step_both step_a step_weights",
    ),
    _drill(
        "attention-share", "attention.lora_share", "h r",
        ((768, 8), (1024, 8), (1280, 16), (1600, 4), (2048, 16), (2560, 32), (4096, 8), (5120, 64), (6144, 16),
         (8192, 8), (12288, 4), (16384, 32)),
        "full_shares ratio_as_share other_part attention_no_2 one_mlp mlp_h", form="percent(2)",
    ),
    _drill(
        "rank-for-budget", "square.rank_for", "h M",
        ((4096, 100_000), (768, 50_000), (1024, 100_000), (2048, 150_000), (5120, 250_000), (8192, 1_000_000),
         (1280, 75_000), (1600, 60_000), (2560, 200_000), (3072, 500_000), (6144, 300_000), (12288, 2_000_000),
         (896, 40_000), (3584, 120_000)),
        "budget_no_2 budget_ceil budget_unrounded budget_h2 budget_2r2 budget_4h",
    ),
    _drill(
        "full-rank", "full_rank.lora", "h",
        ((768,), (512,), (896,), (1024,), (1280,), (1536,), (1600,), (2048,), (2560,), (3072,), (3584,), (4096,),
         (5120,), (8192,)),
        "full_rank_h2_params full_rank_no_r full_rank_product",
    ),
    _drill(
        "gqa-k-proj", "gated.k_proj_lora", "h h_kv r",
        ((8192, 1024, 8), (4096, 1024, 16), (5120, 1024, 32), (2048, 512, 16), (3072, 1024, 12), (3584, 512, 12),
         (1536, 256, 16), (896, 128, 32), (2048, 256, 64), (6144, 1024, 8), (2560, 640, 16), (2304, 1024, 24),
         (4096, 256, 12), (7168, 1024, 24)),
        "kv_square kv_both kv_only_a kv_only_b kv_product kv_no_r",
    ),
    _drill(
        "fused-c-attn", "fused.c_attn_lora", "h r",
        ((768, 8), (1024, 8), (1280, 16), (1600, 12), (768, 16), (1024, 32), (1280, 12), (1600, 64), (768, 24),
         (1024, 64), (1280, 8), (1600, 16)),
        "fused_apart fused_square fused_only_a fused_only_b fused_no_r fused_weights",
    ),
    _drill(
        "adapter-rank-for-bytes", "model.rank_for_bytes", "h L S bits",
        ((768, 12, 10_000_000, 16), (1024, 24, 20_000_000, 16), (1280, 36, 50_000_000, 16),
         (1600, 48, 100_000_000, 16), (2048, 24, 50_000_000, 16), (2560, 32, 80_000_000, 16),
         (4096, 32, 200_000_000, 16), (5120, 40, 320_000_000, 16), (8192, 80, 1_000_000_000, 16),
         (768, 12, 20_000_000, 32), (1024, 24, 40_000_000, 32), (2048, 24, 120_000_000, 32),
         (4096, 32, 500_000_000, 32), (3072, 28, 250_000_000, 16)),
        "bytes_as_parameters bytes_over_bits bytes_one_layer bytes_ceil bytes_square",
    ),
    _drill(
        "gigabytes", "parameters.bytes", "n bits",
        ((7_000_000_000, 16), (13_000_000_000, 16), (70_000_000_000, 16), (3_000_000_000, 16), (1_500_000_000, 16),
         (8_000_000_000, 16), (32_000_000_000, 16), (14_000_000_000, 16), (34_000_000_000, 16),
         (65_000_000_000, 16), (27_000_000_000, 16), (9_000_000_000, 16), (405_000_000_000, 16)),
        "giga_as_gibi bits_as_bytes one_byte_each four_bytes_each", form="GiB",
    ),
    _drill(
        "break-even", "linear.break_even_rank", "d_in d_out", [shape for shape in WIDE if shape != (5120, 27648)],
        "even_shorter_side even_half_shorter even_harmonic even_mean even_floor",
    ),
    _drill(
        "moe-layer", "moe.lora", "h h_kv f E r",
        ((4096, 1024, 14336, 8, 8), (2048, 512, 5632, 4, 16), (1024, 256, 2816, 8, 4), (6144, 1024, 16384, 8, 8),
         (2048, 256, 768, 64, 8), (4096, 512, 1536, 128, 4), (1536, 512, 4096, 16, 16), (3072, 1024, 8192, 8, 32),
         (2560, 512, 6912, 6, 8), (5120, 1024, 8192, 16, 4), (768, 192, 2048, 4, 8), (4096, 1024, 6400, 16, 16)),
        "moe_one_expert moe_no_attention moe_two_matrices moe_wide_kv moe_attention_each moe_no_r",
    ),
    _drill(
        "alpha-over-r", "scale.after_doubling", "alpha r",
        ((16, 4), (64, 4), (96, 16), (16, 64), (8, 64), (32, 64), (24, 4), (48, 16), (12, 4), (40, 16),
         (96, 4), (20, 4), (32, 128), (64, 256)),
        "scale_unchanged scale_doubled scale_quartered scale_inverted scale_root",
    ),
    _drill(
        "embeddings-share", "embeddings.share", "h L V n_ctx",
        ((768, 12, 50257, 1024), (1024, 24, 50257, 1024), (1280, 36, 50257, 1024), (1600, 48, 50257, 1024),
         (768, 6, 50257, 1024), (512, 8, 32000, 2048), (768, 12, 32000, 2048), (1024, 16, 100352, 4096),
         (2048, 24, 50257, 2048), (640, 10, 50257, 1024), (896, 14, 64000, 2048), (1536, 20, 50257, 1024)),
        "over_blocks one_layer head_twice rest_of_model positions_alone", form="percent(3)",
    ),
    _drill(
        "memory-saving", "memory.mixed.saving_of", "F T",
        ((1_000_000_000, 7_000_000), (7_000_000_000, 20_000_000), (13_000_000_000, 250_000_000),
         (124_000_000, 1_300_000), (350_000_000, 4_000_000), (3_000_000_000, 60_000_000),
         (8_000_000_000, 84_000_000), (70_000_000_000, 207_000_000), (1_500_000_000, 30_000_000),
         (770_000_000, 12_000_000), (14_000_000_000, 275_000_000), (32_000_000_000, 134_000_000)),
        "saving_is_kept_frozen saving_is_remaining saving_half saving_is_trained saving_sixteenth", form="percent(3)",
    ),
    _drill(
        "capacity-dimension", "capacity.dimension", "d_in d_out r",
        ((768, 768, 8), (768, 3072, 16), (1024, 1024, 32), (2048, 512, 64), (4096, 1024, 16), (4096, 11008, 64),
         (1280, 5120, 12), (1600, 1600, 24), (896, 4864, 8), (2048, 2048, 128), (3072, 8192, 4), (5120, 640, 20)),
        "parameters_as_dimension minus_r minus_2r2 all_entries",
    ),
    _drill(
        "model-adapter", "adapter.bytes", "h L r bits",
        ((4096, 32, 8, 16), (768, 12, 8, 16), (1024, 24, 16, 16), (1280, 36, 8, 16), (1600, 48, 32, 16),
         (2048, 24, 64, 16), (5120, 40, 16, 16), (8192, 80, 8, 16), (768, 12, 16, 32), (2560, 32, 4, 16),
         (4096, 32, 64, 16), (4096, 32, 16, 32)),
        "mega_as_mebi adapter_bits adapter_one_layer adapter_all_square adapter_is_base", form="MiB",
    ),
    _drill(
        "gated-attention-share", "gated.attention_share", "h h_kv f r",
        ((4096, 4096, 11008, 8), (8192, 1024, 28672, 8), (4096, 1024, 14336, 16), (5120, 5120, 13824, 16),
         (2048, 512, 8192, 8), (3584, 1024, 18944, 32), (1536, 256, 8960, 4), (896, 128, 4864, 16),
         (8192, 8192, 22016, 64), (3072, 1024, 8192, 16), (6656, 6656, 17920, 8), (2048, 256, 5632, 4)),
        "gated_textbook gated_two_matrices gated_full_share gated_over_mlp gated_other_part", form="percent(3)",
    ),
)
