"""A decoder as data: runs of equal layers, what a layer stores, and what stands outside the layers.

Every size is an integer or a SymPy expression, as in `linear`: over integers the sums below count a model, over symbols
they derive its family's formula. Shapes are (out, in); an embedding is a table of (rows, width).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from derivations.counting.linear import Linear, full, lora
from derivations.exact.quotient import Scalar

Linears = tuple[Linear, ...]

CONVOLUTION, REFUSED, WRAPPER, VISION, AUDIO = "convolution", "refused", "wrapper", "vision", "audio"
"""The parts of what `all` doesn't mean: convolutions, Linears that the library refuses to adapt, what wraps a Linear
under a name of its own, a tower's."""
APART = ("router", CONVOLUTION, REFUSED, WRAPPER)
"""The parts that no word for a part of a layer means."""
EACH = "norms"
"""What holds a norm for each head, together one vector here."""


@dataclass(frozen=True)
class Vector:
    """Parameters in one row: a norm's scale of `size` numbers and, where it has one, a shift of the same size.

    shape  its sides, where it has more than one
    bare   whether it is a parameter of the module that it stands in, and no module of its own
    """

    name: str
    size: Scalar
    bias: bool = False
    shape: tuple[Scalar, ...] = ()
    bare: bool = False


@dataclass(frozen=True)
class Module:
    """A Linear of a layer, the part it belongs to ("attention", "mlp", "router"…), and how many a layer has.

    `count` is 1, or the number of experts: then a `*` in the name stands for the expert's number. A `bare` router is a
    parameter, and no Linear that could be adapted by name.
    """

    linear: Linear
    part: str
    count: Scalar = 1
    bare: bool = False

    @property
    def is_expert(self) -> bool:
        """Whether each expert of the layer has a Linear of this name."""
        return "*" in self.linear.name


class Layer(NamedTuple):
    """What one decoder layer stores.

    experts  the Linears of one routed expert: gate, up and down, in this order (gate and up may be one already)
    router   the Linear that chooses the experts: a part of its own, outside `all`
    stacked  the experts are 3-D parameters in every version of the library: names of Linears don't reach them
    crossed  they are stored (in, out), which the adapter library isn't told: its A and B change sides
    newer    the layer in version 5, where names of version 4 mean nothing in it (most others' are rewritten)
    bare     so is the router a parameter
    buffers  what the layer stores without training it, under a name that speaks of a bias
    refused  Linears that the library refuses as targets in this family
    convolutions  each as the matrix that it is: (out, in · kernel). A name reaches them; their pairs aren't counted
    wrappers  modules that are no Linears, and whose names are those of others: the library refuses what means them too
    """

    attention: Linears
    mlp: Linears = ()
    vectors: tuple[Vector, ...] = ()
    router: Linears = ()
    experts: Linears = ()
    number_of_experts: Scalar = 0
    stacked: bool = False
    crossed: bool = False
    newer: Layer | None = None
    bare: bool = False
    buffers: tuple[str, ...] = ()
    convolutions: Linears = ()
    refused: Linears = ()
    wrappers: tuple[str, ...] = ()

    @property
    def modules(self) -> Iterator[Module]:
        """Every Linear of the layer, attention first."""
        yield from (Module(linear, "attention") for linear in self.attention)
        yield from (Module(linear, "router", bare=self.bare) for linear in self.router)
        yield from (Module(linear, "mlp") for linear in self.mlp)
        yield from (Module(linear, "mlp", self.number_of_experts) for linear in self.experts)
        yield from (Module(linear, CONVOLUTION) for linear in self.convolutions)
        yield from (Module(linear, REFUSED) for linear in self.refused)
        yield from (Module(Linear(name, 0, 0), WRAPPER) for name in self.wrappers)

    @property
    def adaptable(self) -> Iterator[Module]:
        """The Linears that `all` means: every one that a name can reach, but the router."""
        return (module for module in self.modules
                if module.part not in APART and not (self.stacked and module.is_expert))


@dataclass(frozen=True)
class Run:
    """Equal layers in a row, numbered from `first` up to, and without, `stop`.

    path  where they are in a checkpoint, if not where the model's layers are: another stack, as an encoder's
    part  a part of its own that all their Linears belong to ("vision", "audio"): words for parts of the text's layers
          pass it by
    """

    first: Scalar
    stop: Scalar
    layer: Layer
    path: str = ""
    part: str = ""

    @property
    def count(self) -> Scalar:
        """How many layers the run has."""
        return self.stop - self.first


class Decoder(NamedTuple):
    """A whole model.

    path        where the layers are in a checkpoint: "model.layers"
    embeddings  tables of (rows, width): tokens first, then learned positions
    head        the Linear from the last hidden state to the vocabulary; `tied` when it shares the token table. None
                where the model is counted bare
    vectors     norms outside the layers
    linears     Linears outside the layers, the head apart
    convolutions  as in a layer
    buffers     what is stored outside the layers without training it, under a name that speaks of a bias
    versions    what versions of the library have otherwise, or what isn't known of the model, as it is said
    renamed     how names begin that version 4 of the library has otherwise, and how they begin there
    older       how names begin that adapters from before 4.52 of the library have otherwise, and how they begin there:
                it loads them still
    reached     Linears of the layers that names reach in version 4 alone
    refused     what else names reach there alone, which is no Linear: the library adapts nothing then
    views       tables that are the token table under another name, by which a pair of their own is put beside them
    tableless   whether the library finds no token table in it: then it takes all-linear no more than rows of none
    plain_head  whether all-linear reaches the head too, which the library doesn't take for one
    twin        another name under which the head's bias is filed
    turned      whether the matrices of its layers are stored (in, out)
    entry       the view that the library takes for the token table, where it takes one
    former      the model by the names that version 4 of the library has, where these are others throughout
    classified  gives the model that tells so many classes apart, where that isn't the same with a Linear `score`
    """

    runs: tuple[Run, ...]
    embeddings: Linears
    head: Linear | None
    tied: bool
    vectors: tuple[Vector, ...]
    linears: Linears = ()
    path: str = "model.layers"
    convolutions: Linears = ()
    buffers: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    older: tuple[tuple[str, str], ...] = ()
    reached: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    classified: Callable[[int], Decoder] | None = None
    views: Linears = ()
    entry: Linear | None = None
    tableless: bool = False
    plain_head: bool = False
    twin: str = ""
    turned: bool = False
    former: Decoder | None = None

    @property
    def depth(self) -> Scalar:
        """How many layers the deepest stack has."""
        return max(run.stop for run in self.runs) if len(self.runs) > 1 and self.towers else self.runs[-1].stop

    @property
    def towers(self) -> tuple[Run, ...]:
        """The runs that stand elsewhere than the model's layers."""
        return tuple(run for run in self.runs if run.path)

    @property
    def heads(self) -> Linears:
        """The head, where there is one."""
        return () if self.head is None else (self.head,)

    @property
    def tables(self) -> Linears:
        """All tables that a name can mean."""
        return (*self.embeddings, *self.views)

    def path_of(self, run: Run) -> str:
        """Give where a run's layers are."""
        return run.path or self.path

    @property
    def paths(self) -> tuple[str, ...]:
        """Where layers are."""
        return tuple(dict.fromkeys(map(self.path_of, self.runs)))


def layer_full(layer: Layer) -> Scalar:
    """Count the weights of the layer's adaptable Linears, biases apart."""
    return sum(module.count * full(module.linear) for module in layer.adaptable)


def layer_lora(layer: Layer, rank: Scalar) -> Scalar:
    """Count the adapter parameters of the layer, each adaptable Linear with a pair of its own."""
    return sum(module.count * lora(module.linear, rank) for module in layer.adaptable)


def model_full(decoder: Decoder) -> Scalar:
    """Count the weights of the adaptable Linears of all layers."""
    return sum(run.count * layer_full(run.layer) for run in decoder.runs if not run.part)


def model_weights(decoder: Decoder) -> Scalar:
    """Count the weights of all matrices of the layers but routers, whether a name reaches them or not."""
    return sum(run.count * module.count * full(module.linear)
               for run in decoder.runs for module in run.layer.modules
               if module.part not in ("router", CONVOLUTION) and not run.part)


def packed(decoder: Decoder, *, fused: bool) -> Iterator[tuple[Scalar, Module]]:
    """Give the Linears of the layers that a quantized base packs, and in how many layers each is.

    What is a parameter isn't packed: experts and their routers where they are fused, as in version 5, or always so.
    """
    for run in decoder.runs:
        layer = run.layer
        solid = fused and not layer.stacked
        bare = (layer.newer.bare if layer.newer else True) if solid else layer.bare
        yield from ((run.count, module) for module in layer.adaptable if not (solid and module.is_expert))
        yield from ((run.count, module) for module in layer.modules if module.part == "router" and not bare)


def model_lora(decoder: Decoder, rank: Scalar) -> Scalar:
    """Count the adapter parameters over all layers."""
    return sum(run.count * layer_lora(run.layer, rank) for run in decoder.runs if not run.part)


def total(decoder: Decoder) -> Scalar:
    """Count every parameter that the model stores; a head tied to the token table stores only its bias."""
    layers = sum(run.count * _stored(run.layer) for run in decoder.runs)
    outside = sum(full(linear, bias=True)
                  for linear in (*decoder.embeddings, *decoder.linears, *decoder.convolutions))
    head = sum(full(one, bias=True) - (full(one) if decoder.tied else 0) for one in decoder.heads)
    return layers + outside + head + sum(_scalars(vector) for vector in decoder.vectors)


def biases(decoder: Decoder) -> Scalar:
    """Count the bias vectors of the whole model, those of norms included and those of 3-D experts apart."""
    outside = sum(linear.out for linear in (*decoder.linears, *decoder.convolutions, *decoder.heads) if linear.bias)
    outside += sum(vector.size for vector in decoder.vectors if vector.bias)
    return outside + sum(run.count * _layer_biases(run.layer) for run in decoder.runs)


def _layer_biases(layer: Layer) -> Scalar:
    linears = sum(module.count * module.linear.out for module in layer.modules
                  if module.linear.bias and not (layer.stacked and module.is_expert))
    return linears + sum(vector.size for vector in layer.vectors if vector.bias)


def _stored(layer: Layer) -> Scalar:
    linears = sum(module.count * full(module.linear, bias=True) for module in layer.modules)
    return linears + sum(_scalars(vector) for vector in layer.vectors)


def _scalars(vector: Vector) -> Scalar:
    return 2 * vector.size if vector.bias else vector.size
