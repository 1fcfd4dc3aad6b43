"""The dimensions that a family's function takes, and the fields of `config.json` that they are read from.

A field bears on a count or on memory, or it isn't listed. Required fields have no default; the others take the one that
the field's own library documents (transformers 5.24), and the answer says so.
"""

from __future__ import annotations

from typing import NamedTuple

from derivations.counting.architecture import kinds
from derivations.counting.architecture.kinds import Kind
from derivations.exact.quotient import Scalar


class Dimensions(NamedTuple):
    """What the shapes of a model follow from; sizes may be integers or expressions, flags are flags.

    Names are those of the field's configurations. `query_size` and `key_value_size` are heads times head size.
    What a family hasn't is 0, and none of its flags is set.
    """

    hidden_size: Scalar
    num_hidden_layers: Scalar
    vocab_size: Scalar = 0
    intermediate_size: Scalar = 0
    num_attention_heads: Scalar = 0
    num_key_value_heads: Scalar = 0
    head_dim: Scalar = 0
    query_size: Scalar = 0
    key_value_size: Scalar = 0
    max_position_embeddings: Scalar = 0
    word_embed_proj_dim: Scalar = 0
    num_experts: Scalar = 0
    num_experts_per_tok: Scalar = 0
    moe_intermediate_size: Scalar = 0
    moe_latent_size: Scalar | None = None
    n_shared_experts: Scalar = 0
    first_k_dense_replace: Scalar = 0
    q_lora_rank: Scalar | None = None
    kv_lora_rank: Scalar = 0
    qk_rope_head_dim: Scalar = 0
    qk_nope_head_dim: Scalar = 0
    v_head_dim: Scalar = 0
    decoder_sparse_step: int = 1
    mlp_only_layers: tuple[int, ...] = ()
    tie_word_embeddings: bool = False
    attention_bias: bool = False
    mlp_bias: bool = False
    qk_layernorm: bool = False
    parallel: bool = False
    multi_query: bool = False
    new_decoder_architecture: bool = False
    num_ln_in_parallel_attn: int | None = None
    do_layer_norm_before: bool = False
    layer_norm_elementwise_affine: bool = False
    remove_final_layer_norm: bool = False
    shared_intermediate_size: Scalar = 0
    intermediate_size_mlp: Scalar = 0
    interleave_moe_layer_step: int = 1
    attn_layer_period: int = 0
    attn_layer_offset: int = 0
    expert_layer_offset: int = 0
    layer_types: tuple[str, ...] = ()
    full_attn_idxs: tuple[int, ...] | None = None
    full_attention_interval: int = 1
    linear_num_key_heads: Scalar = 0
    linear_num_value_heads: Scalar = 0
    linear_key_head_dim: Scalar = 0
    linear_value_head_dim: Scalar = 0
    conv_kernel: Scalar = 0
    conv_bias: bool = False
    state_size: Scalar = 0
    state_groups: Scalar = 0
    state_heads: Scalar = 0
    state_head_dim: Scalar = 0
    state_bias: bool = False
    state_norm: bool = False
    block_multiple_of: int = 0
    registers: Scalar = 0
    queries: Scalar = 0
    image_size: Scalar = 0
    patch_size: Scalar = 0
    temporal_patch_size: Scalar = 1
    num_channels: Scalar = 0
    spatial_merge_size: Scalar = 1
    out_hidden_size: Scalar = 0
    num_position_embeddings: Scalar = 0
    deepstack_visual_indexes: tuple[int, ...] = ()
    mlp_ratio: Scalar = 0
    vision_feature_layer: int | tuple[int, ...] = 0
    pooling_head: bool = False
    mean_pooling: bool = False
    norm_type: str = ""
    projector_input_dim: Scalar = 0
    projector_output_dim: Scalar = 0
    projector_hidden_size: Scalar | None = None
    num_global_layers: Scalar = 0
    max_num_tiles: Scalar = 0
    aspect_ratios: tuple[tuple[int, ...], ...] = ()
    cross_attention_layers: tuple[int, ...] = ()
    intermediate_sizes: tuple[int, ...] = ()
    num_kv_shared_layers: Scalar = 0
    vocab_size_per_layer_input: Scalar = 0
    hidden_size_per_layer_input: Scalar = 0
    altup_num_inputs: Scalar = 0
    laurel_rank: Scalar = 0
    global_head_dim: Scalar = 0
    num_global_key_value_heads: Scalar | None = None
    values_are_keys: bool = False
    double_wide: bool = False
    with_experts: bool = False
    position_embedding_size: Scalar = 0
    subsampling_conv_channels: tuple[int, ...] = ()
    decoder_layers: Scalar = 0
    decoder_intermediate_size: Scalar = 0
    max_source_positions: Scalar = 0
    type_vocab_size: Scalar = 0
    feed_forward: str = ""
    is_gated_act: bool | None = None
    norm_bias: bool = False
    head_bias: bool = False
    pooling_head_bias: bool = False
    relative_buckets: Scalar = 0
    relative_places: Scalar = 0
    coordinate_size: Scalar = 0
    shape_size: Scalar = 0
    with_relative: bool = False
    with_spatial: bool = False
    with_pictures: bool = False
    num_mel_bins: Scalar = 0
    conv_expansion: Scalar = 0
    depths: tuple[int, ...] = ()
    widths: tuple[int, ...] = ()
    heads: tuple[int, ...] = ()
    reductions: tuple[int, ...] = ()
    patch_sizes: tuple[int, ...] = ()
    norms_before: tuple[bool, ...] = ()
    stages: Scalar = 0
    mlp_ratios: tuple[int, ...] = ()
    conv_dims: tuple[int, ...] = ()
    conv_kernels: tuple[int, ...] = ()
    conv_groups: Scalar = 0
    conv_norm: str = ""
    feature_norm: bool = False
    masked_in_time: float = 0
    masked_in_features: float = 0
    stable_norm: bool = False
    within_rank: Scalar | None = None
    classifier_size: Scalar = 0
    weighted_layers: bool = False
    relative_attention: bool = False
    share_att_key: bool = False
    position_biased_input: bool = False
    position_buckets: int = 0
    max_relative_positions: int = 0
    norm_rel_ebd: str = ""
    pos_att_type: str | tuple[str, ...] = ()
    position_encoding_2d: bool = False
    time_step_rank: Scalar | str = 0
    position_embedding_type: str = ""


REQUIRED = "required"
"""The default of a field that has none."""


class Field(NamedTuple):
    """One field of `config.json`.

    names    how files spell it, the documented spelling first
    default  what the library takes where the field is absent
    null     what the library takes for null: the rule, by the name that `configuration` knows it under
    only     the one value that is supported, for a field that would add parameters we don't count
    """

    names: tuple[str, ...]
    kind: Kind = kinds.NUMBER
    default: object = REQUIRED
    null: str = ""
    only: object = None


Fields = dict[str, Field]


def number(*names: str, default: object = REQUIRED, null: str = "", kind: Kind = kinds.NUMBER) -> Field:
    """Give a field that holds a size or a number of things."""
    return Field(names, kind, default, null)


def flag(*names: str, default: object) -> Field:
    """Give a field that is true or false."""
    return Field(names, kinds.FLAG, default)


def only(name: str, value: object) -> Field:
    """Give a field that may be absent or hold this one value."""
    kind = kinds.FLAG if isinstance(value, bool) else kinds.NAME if isinstance(value, str) else kinds.NUMBER
    return Field((name,), kind, value, only=value)


def named(**own: object) -> Fields:
    """Give fields by name: what is no `Field` is the default of one that files spell as we do; None takes one out."""
    return {name: given if isinstance(given, Field) else
            flag(name, default=given) if isinstance(given, bool) else number(name, default=given)
            for name, given in own.items() if given is not None}


def standard(*, tied: bool | None, **own: object) -> Fields:
    """Give the fields that every family has, with `tied` as the default of tie_word_embeddings; None for no such field.

    A family's own fields, given as `named` takes them, come after, and take the place of those of the same name.
    """
    return named(**{
        "hidden_size": REQUIRED, "num_hidden_layers": REQUIRED, "num_attention_heads": REQUIRED,
        "intermediate_size": REQUIRED, "vocab_size": REQUIRED, "tie_word_embeddings": tied, **own})


def grouped(*, tied: bool, key_value_heads: int | None = None, head_dim: int | None = None,
            **own: object) -> Fields:
    """Give the fields of a family with key-value heads of its own number and, where a file says so, size."""
    return standard(
        tied=tied,
        num_key_value_heads=number("num_key_value_heads", default=key_value_heads, null="num_attention_heads"),
        head_dim=number("head_dim", default=head_dim, null="hidden_size / num_attention_heads"),
        **own,
    )
