"""The symbolic reading: each family's formula for one layer, and a public model's counts as functions of its letters.

The functions are those that count integers. A family with q, k and v as wide as the hidden size is written in h alone,
and an MLP that is always four times as wide as well: the letters that a family names are the ones that its models vary.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from derivations.counting import textbook
from derivations.counting.architecture.decoder import (
    Decoder,
    layer_full,
    layer_lora,
    model_full,
    model_lora,
    total,
)
from derivations.counting.architecture.dimensions import Dimensions
from derivations.counting.architecture.family import MODEL_TYPES, Family, find
from derivations.counting.catalogue import catalogue
from derivations.counting.linear import full
from derivations.course import Model
from derivations.exact import RATIO, ByModel, DomainError, Formula, Scalar, Symbol, Unit, quotient
from derivations.lora.symbols import PARAMETER, PARAMETERS

LETTERS = {
    "h": "hidden_size", "L": "num_hidden_layers", "V": "vocab_size", "f": "intermediate_size",
    "h_q": "query_size", "h_kv": "key_value_size", "n_h": "num_attention_heads", "d_h": "head_dim",
    "n_ctx": "max_position_embeddings", "E": "num_experts", "f_e": "moe_intermediate_size",
    "E_s": "n_shared_experts", "k": "first_k_dense_replace", "d_q": "q_lora_rank", "d_c": "kv_lora_rank",
    "d_r": "qk_rope_head_dim", "d_n": "qk_nope_head_dim", "d_v": "v_head_dim",
}
"""The dimension that each letter stands for."""


def dimensions(family: Family, letters: Mapping[str, Scalar], base: Dimensions) -> Dimensions:
    """Put letters (or numbers) in the place of the dimensions they stand for; `base` has the flags and the rest."""
    h = letters["h"]
    found = base._replace(**{LETTERS[letter]: value for letter, value in letters.items()})
    if "f" not in letters and "f_e" not in letters:
        found = found._replace(intermediate_size=4 * h)
    if not base.word_embed_proj_dim:
        found = found._replace(word_embed_proj_dim=h)
    if "d_c" in family.letters:
        return found._replace(query_size=found.num_attention_heads * (found.qk_nope_head_dim + found.qk_rope_head_dim))
    if "h_q" not in family.letters:
        found = found._replace(query_size=h)
    return found if "h_kv" in family.letters else found._replace(key_value_size=h)


def _symbols(letters: tuple[str, ...], *, rank: bool) -> tuple[Symbol, ...]:
    return tuple(PARAMETER[letter] for letter in (*letters, *(("r",) if rank else ())))


# One layer of a family --------------------------------------------------------------------------------------------


def _of_a_layer(model_type: str, name: str, count: Callable[..., Scalar], *, rank: bool) -> Formula:
    """Give the formula of one layer: of the last kind of layer, where a family has two."""
    family = find(model_type)
    names = tuple(letter for letter in family.letters if letter not in ("k", "f") or "f_e" not in family.letters)

    def linears(values: tuple[Scalar, ...]) -> Decoder:
        base = Dimensions(hidden_size=values[0], num_hidden_layers=1, vocab_size=1)
        decoder: Decoder = family.build(dimensions(family, dict(zip(names, values, strict=False)), base))
        return decoder

    def function(*values: Scalar) -> Scalar:
        layer = linears(values).runs[-1].layer
        return count(layer, values[-1]) if rank else count(layer)

    taken = _symbols(names, rank=rank)
    return Formula(f"{model_type}.{name}", function, taken, PARAMETERS, source=_source(model_type))


# A public model ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shape:
    """What the formulas of a model depend on: its family, its letters, and the flags that are no letters.

    Models of one shape share their formulas: Llama 2 7B and Llama 3 8B differ in numbers alone.
    """

    model_type: str
    letters: tuple[str, ...]
    base: Dimensions

    def decoder(self, values: tuple[Scalar, ...]) -> Decoder:
        """Build the decoder from values of the letters."""
        family = find(self.model_type)
        built: Decoder = family.build(dimensions(family, dict(zip(self.letters, values, strict=True)), self.base))
        return built


@cache
def shape(model: str) -> Shape:
    """Give the shape of a public model. Raises `DomainError` for any other name."""
    if model not in catalogue():
        raise DomainError(f"{model!r} isn't a public model of the catalogue: only those are counted exactly")
    configuration = catalogue()[model].configuration
    family, found = configuration.family, configuration.dimensions
    names = (*family.letters, "L", "V", *family.outside)
    letters = tuple(letter for letter in names if getattr(found, LETTERS[letter]) is not None)
    sizes: dict[str, Any] = {name: 0 for name in LETTERS.values() if getattr(found, name) is not None}
    width = 0 if found.word_embed_proj_dim == found.hidden_size else found.word_embed_proj_dim
    return Shape(family.model_type, letters, found._replace(**sizes, word_embed_proj_dim=width))


def _embeddings_share(decoder: Decoder, rank: Scalar) -> Scalar:
    """Give the part of the tables of tokens and positions, and of an output head that has numbers of its own."""
    head = 0 if decoder.tied else sum(map(full, decoder.heads))
    return quotient(sum(full(table) for table in decoder.embeddings) + head, total(decoder))


def _full_error(decoder: Decoder, rank: Scalar) -> Scalar:
    exact = model_full(decoder)
    return quotient(_depth(decoder) * textbook.total_full(textbook.layer(_width(decoder))) - exact, exact)


def _lora_error(decoder: Decoder, rank: Scalar) -> Scalar:
    exact = model_lora(decoder, rank)
    return quotient(_depth(decoder) * textbook.total_lora(textbook.layer(_width(decoder)), rank) - exact, exact)


def _depth(decoder: Decoder) -> Scalar:
    return sum(run.count for run in decoder.runs)


def _width(decoder: Decoder) -> Scalar:
    """Give the hidden size: what the first Linear of the first layer takes in."""
    return decoder.runs[0].layer.attention[0].in_


@cache
def _of_a_shape(name: str, count: Callable[[Decoder, Scalar], Scalar], unit: Unit, rank: bool, of: Shape) -> Formula:
    def function(*values: Scalar) -> Scalar:
        return count(of.decoder(values[:len(of.letters)]), values[-1])

    taken = _symbols(of.letters, rank=rank)
    return Formula(name, function, taken, unit, source=_source(of.model_type))


def _source(model_type: str) -> str:
    return f"the modules of {model_type} in the transformers library"


def _by_model(name: str, count: Callable[[Decoder, Scalar], Scalar], unit: Unit, *, rank: bool) -> ByModel:
    return ByModel(name, unit, lambda model: _of_a_shape(name, count, unit, rank, shape(model)))


FORMULAS: tuple[Formula | ByModel, ...] = (
    *(formula for model_type in MODEL_TYPES if find(model_type).letters for formula in (
        _of_a_layer(model_type, "full", layer_full, rank=False),
        _of_a_layer(model_type, "lora", layer_lora, rank=True),
    )),
    _by_model("exact.full", lambda decoder, rank: model_full(decoder), PARAMETERS, rank=False),
    _by_model("exact.lora", model_lora, PARAMETERS, rank=True),
    _by_model("exact.ratio", lambda decoder, rank: quotient(model_lora(decoder, rank), model_full(decoder)), RATIO,
              rank=True),
    _by_model("exact.total", lambda decoder, rank: total(decoder), PARAMETERS, rank=False),
    _by_model("exact.lora_of_total", lambda decoder, rank: quotient(model_lora(decoder, rank), total(decoder)), RATIO,
              rank=True),
    _by_model("exact.embeddings_share", _embeddings_share, RATIO, rank=False),
    _by_model("exact.full_error", _full_error, RATIO, rank=False),
    _by_model("exact.lora_error", _lora_error, RATIO, rank=True),
)
"""FAMILY.full and FAMILY.lora for one layer, and exact.… for a model of the catalogue, over all its layers."""


def _model(name: str) -> Model:
    public = catalogue()[name]
    found = public.configuration.dimensions
    inputs = {letter: getattr(found, LETTERS[letter]) for letter in (*shape(name).letters, "h_kv", "f")}
    positive = {letter: number for letter, number in inputs.items() if number}
    return Model(name, public.label, positive, public.source, public.configuration.model_type)


MODELS: Mapping[str, Model] = {name: _model(name) for name in catalogue()}
"""The public models as the course names them; their inputs are the letters of their counts."""
