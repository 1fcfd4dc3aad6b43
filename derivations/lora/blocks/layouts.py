"""What the calculator reckons with: every family's matrices as expressions, public models, how configurations are read.

The expressions are the families' own functions read with symbols, one for each dimension; nothing is written out here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from derivations.counting import textbook
from derivations.counting.architecture import MODEL_TYPES, Decoder, Dimensions, Family, find
from derivations.counting.architecture.decoder import Run
from derivations.counting.architecture.dimensions import REQUIRED, Field
from derivations.counting.catalogue import catalogue
from derivations.counting.configuration import LARGEST, MOST_LAYERS_APART, Configuration
from derivations.counting.count import INNER, MOST_FILED, PAIR, PREFIX
from derivations.counting.linear import Linear
from derivations.counting.safetensors import DTYPES, ENTRY, HEADER, LEAD, STEP, Tensor, file_bytes
from derivations.counting.targets import fused
from derivations.lora.memory import ACCOUNTS, TERMS

TEXTBOOK = "textbook"
DEFAULT = ("llama-2-7b", 8, 10_000_000)
FUSED = "/fused"
"""What the key of a layout ends in where each layer's experts are fused."""
DENSE_LAYERS, SPARSE_LAYERS = "dense_layers", "sparse_layers"
"""How many layers of each kind a model has whose layers alternate."""

_UNSIZED = ("decoder_sparse_step", "mlp_only_layers", "num_ln_in_parallel_attn")


@dataclass(frozen=True)
class Matrix:
    """A kind of matrix in a layout: its name, the part of a layer it belongs to, its sides, and how many there are.

    Sides and count are expressions over the symbols that the layout's inputs give numbers to.
    part     "" for a matrix that can't be adapted
    path     where it stands in a checkpoint: `#` is a layer's number, `*` an expert's; "" where it stands in none
    layers   the first layer and the one after the last; or a word for layers that only a configuration can list
    experts  how many of them a layer has; where the path has no `*` they are one tensor, and so are their pairs
    ranks    how many ranks each of its pairs has for each one that is asked for
    targets  what the command line calls it, where that isn't its name
    """

    name: str
    part: str
    rows: Any
    columns: Any
    count: Any
    path: str = ""
    layers: tuple[Any, Any] | str = ""
    experts: Any = 1
    ranks: int = 1
    targets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """A model that a calculator knows by name: its layout, and the numbers that go into it."""

    name: str
    label: str
    layout: str
    inputs: Mapping[str, int]


@dataclass(frozen=True)
class Listing:
    """A file that names every tensor it holds, as a calculator lists one.

    prefix  what every name begins with
    pair    what the names of the two matrices of a pair end with
    inner   what a path is followed by where two pairs stand at it: the first is inside the second
    lead    the bytes before the header
    header  what the header holds besides its tensors
    entry   what it holds of a tensor besides the name, the code of the type, the sides and the two offsets
    step    the header's length is a multiple of this
    codes   the code of each type
    most    how many pairs and layers are listed at most
    bytes   counts a file: from each tensor's name and shape, and the type
    """

    prefix: str
    pair: tuple[str, str]
    inner: str
    lead: int
    header: str
    entry: str
    step: int
    codes: Mapping[str, str]
    most: int
    bytes: Callable[[Sequence[tuple[str, tuple[int, ...]]], str], int]


@dataclass(frozen=True)
class Calculator:
    """What a calculator reckons with: layouts of matrices, models, how configurations are read, bytes.

    layouts   by name; "textbook" is the idealised one, over the symbols of `ideal`; NAME/fused is NAME with each
              layer's experts in one tensor
    ideal     symbol of the idealised layout → input of the others that it stands for
    readers   how the configuration of each kind of model is read, as data for the browser
    dtypes    bytes of a number, by type
    accounts  by name: expressions of the bytes of each term, over `frozen` and `trained` (numbers of parameters)
    terms     the terms, in order; the first is what is frozen
    file      how an adapter is stored
    default   the model that is shown first, the rank, and the budget in parameters
    limits    the largest "number" that a field may hold, and how many "layers" may differ from each other
    Words: `calculator.…`.
    """

    layouts: Mapping[str, tuple[Matrix, ...]]
    ideal: Mapping[str, str]
    models: tuple[Known, ...]
    readers: Mapping[str, Any]
    dtypes: Mapping[str, int]
    accounts: Mapping[str, Mapping[str, Any]]
    terms: tuple[str, ...]
    default: tuple[str, int, int]
    limits: Mapping[str, int]
    file: Listing


@cache
def calculator() -> Calculator:
    """Gather it all."""
    layouts = {TEXTBOOK: tuple(_textbook())}
    for model_type in MODEL_TYPES:
        layouts.update(_layouts(find(model_type)))
    models = tuple(_known(name, model.label, model.configuration, layouts) for name, model in catalogue().items())
    return Calculator(
        layouts=layouts,
        ideal={"h": "hidden_size", "L": "num_hidden_layers"},
        models=models,
        readers={model_type: _reader(find(model_type)) for model_type in MODEL_TYPES},
        dtypes={dtype.name: dtype.bytes for dtype in DTYPES.values()},
        accounts={name: dict(_account(name)) for name in ACCOUNTS},
        terms=("frozen", *TERMS),
        default=DEFAULT,
        limits={"number": LARGEST, "layers": MOST_LAYERS_APART},
        file=Listing(PREFIX, PAIR, INNER, LEAD, HEADER, ENTRY, STEP, {one.name: one.code for one in DTYPES.values()},
                     MOST_FILED, _file_bytes),
    )


def _file_bytes(tensors: Sequence[Tensor], dtype: str) -> int:
    return file_bytes(tensors, DTYPES[dtype])


def _symbol(name: str) -> Any:
    import sympy  # noqa: PLC0415 - the expressions are SymPy's

    return sympy.Symbol(name, positive=True, integer=True)


def _textbook() -> Iterator[Matrix]:
    h, layers = _symbol("h"), _symbol("L")
    for part, linears in (("attention", textbook.attention(h)), ("mlp", textbook.mlp(h))):
        for linear in linears:
            yield Matrix(linear.name, part, linear.out, linear.in_, layers)


def _layouts(family: Family) -> Iterator[tuple[str, tuple[Matrix, ...]]]:
    """Give a family's layouts by key: the plain one, and one for each choice that changes which matrices there are."""
    symbols = _dimensions()
    name = family.model_type
    yield from _both(name, family.build(Dimensions(**symbols)))
    if "q_lora_rank" in family.fields:
        yield from _both(f"{name}/whole", family.build(Dimensions(**{**symbols, "q_lora_rank": None})))
    if "decoder_sparse_step" in family.fields:
        alternating = {**symbols, "decoder_sparse_step": 2, "num_hidden_layers": 2}
        yield from _both(f"{name}/alternating", family.build(Dimensions(**alternating)), DENSE_LAYERS, SPARSE_LAYERS)


def _both(name: str, decoder: Decoder, *kinds: str) -> Iterator[tuple[str, tuple[Matrix, ...]]]:
    """Give a layout, and where there are experts the one in which they are fused.

    `kinds` names the layers of each run, where only a configuration can list them.
    """
    yield name, tuple(one for run, kind in _runs(decoder, kinds) for one in _of(decoder, run, kind))
    if any(run.layer.experts for run in decoder.runs):
        yield f"{name}{FUSED}", tuple(_fused(decoder, kinds))


def _runs(decoder: Decoder, kinds: Sequence[str]) -> Iterator[tuple[Run, str]]:
    yield from zip(decoder.runs, kinds or ("",) * len(decoder.runs), strict=True)


def _layers(run: Run, kind: str) -> tuple[Any, tuple[Any, Any] | str]:
    """Give how many layers a run has, and which."""
    return (_symbol(kind), kind) if kind else (run.count, (run.first, run.stop))


def _of(decoder: Decoder, run: Run, kind: str) -> Iterator[Matrix]:
    count, layers = _layers(run, kind)
    for module in run.layer.adaptable:
        linear: Linear = module.linear
        yield Matrix(linear.name, module.part, linear.out, linear.in_, module.count * count,
                     f"{decoder.path}.#.{linear.name}", layers, module.count)


def _fused(decoder: Decoder, kinds: Sequence[str]) -> Iterator[Matrix]:
    """Give the matrices with each layer's experts in two tensors, as the command line counts them.

    What can't be adapted beside such experts comes last: it is stored all the same.
    """
    stored = []
    for run, kind in _runs(decoder, kinds):
        count, layers = _layers(run, kind)
        for matrix in _of(decoder, run, kind):
            if matrix.part == "attention":
                yield matrix
            elif "*" not in matrix.name:
                stored.append(replace(matrix, part="", path=""))
        for linear, held in fused(run.layer) if run.layer.experts else ():
            experts = run.layer.number_of_experts
            yield Matrix(linear.name, "mlp", linear.out, linear.in_, experts * count,
                         f"{decoder.path}.#.{linear.name.rpartition('.')[0]}", layers, experts, len(held),
                         tuple(one.name.rpartition(".")[2] for one in held))
    yield from stored


def _dimensions() -> dict[str, Any]:
    """Give a symbol for every size; flags and lists, which no adapted matrix depends on, keep their defaults."""
    defaults = Dimensions._field_defaults
    return {name: _symbol(name) for name in Dimensions._fields
            if name not in _UNSIZED and not isinstance(defaults.get(name), bool)}


def layout_of(configuration: Configuration) -> tuple[str, dict[str, int]]:
    """Give the key of a configuration's layout, and the numbers that go into it."""
    dimensions, family = configuration.dimensions, configuration.family
    numbers = {name: value for name, value in dimensions._asdict().items()
               if isinstance(value, int) and not isinstance(value, bool)}
    if "q_lora_rank" in family.fields and dimensions.q_lora_rank is None:
        return f"{family.model_type}/whole", numbers
    if "decoder_sparse_step" in family.fields and (dimensions.decoder_sparse_step != 1 or dimensions.mlp_only_layers):
        sparse = sum(1 for number in range(dimensions.num_hidden_layers)
                     if (number + 1) % dimensions.decoder_sparse_step == 0 and number not in dimensions.mlp_only_layers)
        numbers |= {DENSE_LAYERS: dimensions.num_hidden_layers - sparse, SPARSE_LAYERS: sparse}
        return f"{family.model_type}/alternating", numbers
    return family.model_type, numbers


def _known(name: str, label: str, configuration: Configuration, layouts: Mapping[str, Iterable[Matrix]]) -> Known:
    key, numbers = layout_of(configuration)
    used = {symbol.name for matrix in layouts[key]
            for side in (matrix.rows, matrix.columns, matrix.count, matrix.experts, *matrix.layers)
            for symbol in getattr(side, "free_symbols", ())}
    used |= {"hidden_size", "num_hidden_layers"}
    return Known(name, label, key, {key: value for key, value in numbers.items() if key in used})


def _reader(family: Family) -> dict[str, Any]:
    """Give what the browser needs to read a configuration of this family: its fields, as they are declared."""
    return {name: _field(field) for name, field in family.fields.items()}


def _field(field: Field) -> dict[str, Any]:
    given: dict[str, Any] = {"names": field.names, "kind": field.kind}
    if field.default != REQUIRED:
        given["default"] = field.default
    if field.null:
        given["null"] = field.null
    if field.only is not None:
        given["only"] = field.only
    return given


def _account(name: str) -> Iterator[tuple[str, Any]]:
    account = ACCOUNTS[name]
    frozen, trained = _symbol("frozen"), _symbol("trained")
    yield "frozen", account.frozen * frozen
    for term in TERMS:
        yield term, getattr(account, term) * trained

