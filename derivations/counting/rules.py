"""The rules of counting as plain data, for a script that counts in a browser: it walks them and knows none of its own.

Every family's matrices stand here as expressions over the fields of a configuration. They are the families' own
functions read with sizes that aren't numbers yet; nothing is written out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, NamedTuple

from derivations.counting import textbook
from derivations.counting.activations import Shape
from derivations.counting.architecture import MODEL_TYPES, Decoder, Dimensions, Family, find, kinds
from derivations.counting.architecture.decoder import Run
from derivations.counting.architecture.dimensions import REQUIRED, Field, Fields
from derivations.counting.catalogue import catalogue
from derivations.counting.configuration import MOST_LAYERS_APART, RULES, Configuration, follows
from derivations.counting.json_text import DEEPEST
from derivations.counting.linear import Linear
from derivations.counting.refusal import LARGEST
from derivations.counting.safetensors import DTYPES, ENTRY, HEADER, INNER, LEAD, PAIR, PREFIX, STEP
from derivations.counting.stacked import fused
from derivations.counting.tensors import MOST_FILED

TEXTBOOK = "textbook"
"""The layout of the textbook layer, over h and L."""
IDEAL = {"h": "hidden_size", "L": "num_hidden_layers"}
"""Which size of a model each symbol of the textbook layer stands for."""
SHAPE = tuple(field.name for field in fields(Shape) if isinstance(field.default, type(MISSING)))
"""The sizes that a training step's activations depend on besides."""
OF_EXPERTS = ("num_experts", "num_experts_per_tok")
"""What they depend on as well where a token goes to some of its layer's experts."""
FUSED = "/fused"
"""What the key of a layout ends in where each layer's experts are fused."""
DENSE_LAYERS, SPARSE_LAYERS = "dense_layers", "sparse_layers"
"""How many layers of each kind a model has whose layers alternate."""

DERIVED = tuple(model_type for model_type in MODEL_TYPES if find(model_type).letters)
"""The families whose layers are the same for all their models: what is in them follows from sizes alone."""

_UNSIZED = ("decoder_sparse_step", "mlp_only_layers", "num_ln_in_parallel_attn")

Tree = str | list[Any]
"""An expression as data: digits, the name of a size, or an operation and its operands."""


class Size:
    """A size that isn't a number yet: what is added to it or multiplied by it becomes a tree."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Size) and self.tree == other.tree

    def __hash__(self) -> int:
        return hash(str(self.tree))

    def __add__(self, other: Any) -> Any:
        return self if other == 0 else _joined("+", self, other)

    def __sub__(self, other: Any) -> Any:
        return self if other == 0 else self + -1 * other

    def __rsub__(self, other: Any) -> Any:
        return other + -1 * self

    def __mul__(self, other: Any) -> Any:
        return self if other == 1 else 0 if other == 0 else _joined("*", self, other)

    __radd__, __rmul__ = __add__, __mul__

    def keep(self, operation: str, *operands: Any) -> Size:
        """Give an operation of `choice` as an expression."""
        return Size([operation, *map(tree_of, operands)])


def _joined(operation: str, *operands: Any) -> Size:
    parts: list[Any] = []
    for tree in map(tree_of, operands):
        parts += tree[1:] if isinstance(tree, list) and tree[0] == operation else [tree]
    return Size([operation, *parts])


def tree_of(size: Any) -> Tree:
    """Give a size as data, whether it is a number or not."""
    return size.tree if isinstance(size, Size) else str(int(size))


def names_in(tree: Tree) -> set[str]:
    """Name the sizes that an expression depends on."""
    if isinstance(tree, str):
        return set() if tree.lstrip("-").isdigit() else {tree}
    return set().union(*map(names_in, tree[1:]))


class Matrix(NamedTuple):
    """A kind of matrix in a layout: its name, the part of a layer it belongs to, its sides, and how many there are.

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

    def as_data(self) -> list[Any]:
        """Give it for a script."""
        own = [self.name, self.part, *map(tree_of, (self.rows, self.columns, self.count))]
        if not self.path:
            return own
        layers = self.layers if isinstance(self.layers, str) else [tree_of(end) for end in self.layers]
        return [*own, self.path, layers, tree_of(self.experts), self.ranks]

    @property
    def names(self) -> set[str]:
        """The sizes that it depends on."""
        ends = () if isinstance(self.layers, str) else self.layers
        return set().union(*(names_in(tree_of(one)) for one in (self.rows, self.columns, self.count, self.experts,
                                                                *ends)))


class Group(NamedTuple):
    """A target: matrices that go by one name, as `c_proj` of the attention of every layer."""

    name: str
    part: str
    members: tuple[int, ...]
    targets: tuple[str, ...]


def groups(matrices: Sequence[Matrix]) -> tuple[Group, ...]:
    """Group matrices by the last part of their names; by the last two where one name means two parts of a layer."""
    leaves: dict[str, set[str]] = {}
    for matrix in matrices:
        if matrix.part:
            leaves.setdefault(matrix.name.rpartition(".")[2], set()).add(matrix.part)
    found: dict[str, list[int]] = {}
    for number, matrix in enumerate(matrices):
        pieces = matrix.name.split(".")
        if matrix.part:
            found.setdefault(".".join(pieces[-1 if len(leaves[pieces[-1]]) == 1 else -2:]), []).append(number)
    return tuple(Group(name, (first := matrices[members[0]]).part, tuple(members), first.targets or (name,))
                 for name, members in found.items())


@cache
def layouts() -> Mapping[str, tuple[Matrix, ...]]:
    """Give every layout by its key: the family's name, with what changes which matrices there are."""
    found = {TEXTBOOK: tuple(_textbook())}
    for model_type in DERIVED:
        found.update(_layouts(find(model_type)))
    return found


def rules() -> dict[str, Any]:
    """Give all of it, JSON-able.

    layouts  by key: their matrices, and the groups of these that are targets; or the key of one that is the same
    ideal    symbol of the textbook layout → size of the others that it stands for
    models   public models: name, label, layout, sizes
    readers  how the configuration of each kind of model is read: its fields, and then the sizes that follow
    dtypes   bytes of a number, by type
    file     how an adapter's file is laid out, and the code of each type
    limits   the largest "number" that a field may hold, and how many "layers" may differ from each other,
             how deep the "deepest" list of a configuration may be
    """
    return {
        "layouts": dict(_once()),
        "ideal": IDEAL,
        "models": [[name, model.label, *_sizes(model.configuration)] for name, model in catalogue().items()],
        "readers": {model_type: _reader(find(model_type).fields) for model_type in DERIVED},
        "dtypes": {dtype.name: dtype.bytes for dtype in DTYPES.values()},
        "file": {"prefix": PREFIX, "pair": PAIR, "inner": INNER, "lead": LEAD, "header": HEADER, "entry": ENTRY,
                 "step": STEP, "codes": {dtype.name: dtype.code for dtype in DTYPES.values()}, "most": MOST_FILED},
        "limits": {"number": LARGEST, "layers": MOST_LAYERS_APART, "deepest": DEEPEST},
    }


def _once() -> Iterator[tuple[str, Any]]:
    """Give every layout, one that was given already by its key."""
    given: dict[tuple[Matrix, ...], str] = {}
    for key, matrices in layouts().items():
        if (first := given.setdefault(matrices, key)) != key:
            yield key, first
            continue
        yield key, {"matrices": [one.as_data() for one in matrices],
                    "groups": [[one.name, one.part, list(one.members), list(one.targets)] for one in groups(matrices)]}


def _textbook() -> Iterator[Matrix]:
    h, layers = Size("h"), Size("L")
    for part, linears in (("attention", textbook.attention(h)), ("mlp", textbook.mlp(h))):
        for linear in linears:
            yield Matrix(linear.name, part, linear.out, linear.in_, layers)


def _layouts(family: Family) -> Iterator[tuple[str, tuple[Matrix, ...]]]:
    """Give a family's layouts by key: the plain one, and one for each choice that changes which matrices there are."""
    sizes = symbols()
    name = family.model_type
    yield from _both(name, family.build(Dimensions(**sizes)))
    if "q_lora_rank" in family.fields:
        yield from _both(f"{name}/whole", family.build(Dimensions(**sizes | {"q_lora_rank": None})))
    if "decoder_sparse_step" in family.fields:
        alternating = sizes | {"decoder_sparse_step": 2, "num_hidden_layers": 2}
        yield from _both(f"{name}/alternating", family.build(Dimensions(**alternating)), DENSE_LAYERS, SPARSE_LAYERS)


def _both(name: str, decoder: Decoder, *kinds: str) -> Iterator[tuple[str, tuple[Matrix, ...]]]:
    """Give a layout, and where there are experts the one in which they are fused.

    `kinds` names the layers of each run, where only a configuration can list them.
    """
    yield name, tuple(one for run, kind in _runs(decoder, kinds) for one in _of(decoder, run, kind))
    if any(run.layer.experts and not run.layer.stacked for run in decoder.runs):
        yield f"{name}{FUSED}", tuple(_fused(decoder, kinds))


def _runs(decoder: Decoder, kinds: Sequence[str]) -> Iterator[tuple[Run, str]]:
    yield from zip(decoder.runs, kinds or ("",) * len(decoder.runs), strict=True)


def _layers(run: Run, kind: str) -> tuple[Any, tuple[Any, Any] | str]:
    """Give how many layers a run has, and which."""
    return (Size(kind), kind) if kind else (run.count, (run.first, run.stop))


def _of(decoder: Decoder, run: Run, kind: str) -> Iterator[Matrix]:
    count, layers = _layers(run, kind)
    for module in run.layer.modules:
        linear: Linear = module.linear
        if run.layer.stacked and module.is_expert:               # stored, and beyond the reach of target_modules
            yield Matrix(linear.name, "", linear.out, linear.in_, module.count * count, "", layers, module.count)
            continue
        if module.part == "router":                              # beyond `all`, and a Linear in version 4 of some
            if not run.layer.bare:
                yield Matrix(linear.name, "", linear.out, linear.in_, count)
            continue
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
            elif "*" not in matrix.name and matrix.part:
                stored.append(matrix._replace(part="", path=""))
        for linear, held in fused(run.layer) if run.layer.experts else ():
            experts = run.layer.number_of_experts
            yield Matrix(linear.name, "mlp", linear.out, linear.in_, experts * count,
                         f"{decoder.path}.#.{linear.name.rpartition('.')[0]}", layers, experts, len(held),
                         tuple(one.name.rpartition(".")[2] for one in held))
    yield from stored


def symbols() -> dict[str, Any]:
    """Give a symbol for every size; flags and lists, which no adapted matrix depends on, keep their defaults."""
    defaults = Dimensions._field_defaults
    return {name: Size(name) for name in Dimensions._fields
            if name not in _UNSIZED and not isinstance(defaults.get(name), bool)}


def layout_of(configuration: Configuration) -> tuple[str, dict[str, int]]:
    """Give the key of a configuration's layout, and the numbers that go into it."""
    dimensions, family = configuration.dimensions, configuration.family
    numbers = {name: value for name, value in dimensions._asdict().items()
               if isinstance(value, int) and not isinstance(value, bool)}
    if "q_lora_rank" in family.fields and dimensions.q_lora_rank is None:
        return f"{family.model_type}/whole", numbers
    if "decoder_sparse_step" in family.fields and (dimensions.decoder_sparse_step != 1 or dimensions.mlp_only_layers):
        sparse = int(sum(run.count for run in configuration.decoder.runs if run.layer.experts))
        numbers |= {DENSE_LAYERS: dimensions.num_hidden_layers - sparse, SPARSE_LAYERS: sparse}
        return f"{family.model_type}/alternating", numbers
    return family.model_type, numbers


def _sizes(configuration: Configuration) -> tuple[str, dict[str, int]]:
    """Give a configuration's layout, and of its numbers those that matter there."""
    key, numbers = layout_of(configuration)
    used = {*IDEAL.values(), *SHAPE}.union(*(matrix.names for matrix in layouts()[key]))
    if OF_EXPERTS[-1] in configuration.family.fields:
        used |= {*OF_EXPERTS}
    return key, {name: value for name, value in numbers.items() if name in used}


def _reader(fields: Fields) -> dict[str, Any]:
    """Give how a family's configuration is read: what null stands for, and what follows, are expressions of sizes."""
    sizes = {name: Size(name) for name in (*fields, *(name for name, _ in follows(fields)))}
    return {"fields": {name: _field(field, sizes) for name, field in fields.items()},
            "follows": [[name, tree_of(rule(sizes))] for name, rule in follows(fields)]}


def _field(field: Field, sizes: dict[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = {"names": field.names}
    if field.kind != kinds.NUMBER:
        given["kind"] = field.kind.name
    if field.default != REQUIRED:
        given["default"] = field.default
    if field.null:
        stands_for = RULES[field.null](sizes)
        given["null"] = stands_for.tree if isinstance(stands_for, Size) else stands_for
    if field.only is not None:
        given["only"] = field.only
    return given
