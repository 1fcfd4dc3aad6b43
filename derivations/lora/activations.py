"""What a step keeps beside the model's state: the count's own functions of activations, read with symbols.

A layer is of Llama's kind, in 16 bits, with a fused attention kernel and every Linear adapted. LoRA spares the copies
of scaled rows that a trained norm keeps, and little else; float32 adapters over 16 bits keep an input of their own,
which autocast narrows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derivations.counting import activations as counted
from derivations.counting.activations import LINEARS, Shape, Step
from derivations.counting.catalogue import public_model
from derivations.counting.memory import EXACT, Setup, account
from derivations.counting.memory import shape_of as sizes_of
from derivations.counting.question import Question
from derivations.exact import RATIO, Declared, Scalar, known, quotient
from derivations.exact.symbolic import sympy
from derivations.lora.symbols import BYTES, PARAMETER

MEASURED = "torch’s saved tensors, measured on training steps"
ALL = frozenset(LINEARS)
PARTS: tuple[Callable[[Shape, Step], Scalar], ...] = (
    counted.norms, counted.inputs, counted.ranks, counted.attention, counted.mlp)
"""What a layer keeps of a token, in the order in which a step adds it up."""

formula = Declared(PARAMETER)
REASONS = ("kept_by_a_layer", "collect")


def shape_of(h: Scalar, h_kv: Scalar, f: Scalar, n_h: Scalar, *, L: Scalar = 1, V: Scalar = 1) -> Shape:
    """Give the sizes of a layer whose queries are as wide as its input."""
    return Shape(h, f, L, n_h, quotient(h_kv * n_h, h), quotient(h, n_h), V)


def full_step(t: Scalar) -> Step:
    """Give a step of full fine-tuning in 16 bits over so many tokens."""
    return Step(t, 1, None, copies=False)


def lora_step(t: Scalar, r: Scalar, *, copies: bool, each: int = 2) -> Step:
    """Give a step with adapters that compute in so many bytes a number, on copies where their own type is another."""
    return Step(t, 1, ALL, r, 2, each, copies)


def _parts(tokens: Any, shape: Shape, step: Step) -> Any:
    """Give a layer's bytes part by part, each part as a term that stays."""
    terms = (sympy.expand(part(shape, step)) for part in PARTS)
    return sympy.Mul(tokens, sympy.Add(*(term for term in terms if term != 0), evaluate=False), evaluate=False)


formula("activations.full", BYTES, MEASURED, reasons=REASONS,
        derive=lambda t, h, h_kv, f, n_h: _parts(t, shape_of(h, h_kv, f, n_h), full_step(t)))(
    lambda t, h, h_kv, f, n_h: counted.layer(shape_of(h, h_kv, f, n_h), full_step(t)))
formula("activations.lora", BYTES, MEASURED, reasons=REASONS,
        derive=lambda t, h, h_kv, f, n_h, r: _parts(t, shape_of(h, h_kv, f, n_h), lora_step(t, r, copies=False)))(
    lambda t, h, h_kv, f, n_h, r: counted.layer(shape_of(h, h_kv, f, n_h), lora_step(t, r, copies=False)))
formula("activations.copied", BYTES, MEASURED, reasons=REASONS,
        derive=lambda t, h, h_kv, f, n_h, r: _parts(
            t, shape_of(h, h_kv, f, n_h), lora_step(t, r, copies=True, each=4)))(
    lambda t, h, h_kv, f, n_h, r: counted.layer(shape_of(h, h_kv, f, n_h), lora_step(t, r, copies=True, each=4)))
formula("activations.autocast", BYTES, MEASURED, reasons=REASONS,
        derive=lambda t, h, h_kv, f, n_h, r: _parts(t, shape_of(h, h_kv, f, n_h), lora_step(t, r, copies=True)))(
    lambda t, h, h_kv, f, n_h, r: counted.layer(shape_of(h, h_kv, f, n_h), lora_step(t, r, copies=True)))
formula("activations.checkpointed", BYTES, MEASURED)(
    lambda t, h, L: counted.layers(shape_of(h, h, h, 1, L=L), Step(t, 1, None, checkpointing=True)))


@formula("activations.logits", BYTES, MEASURED)
def logits(t: Scalar, V: Scalar) -> Scalar:
    """Give the bytes of the logarithms of all probabilities, one for each token and word, in float32."""
    return counted.logits(shape_of(1, 1, 1, 1, V=V), full_step(t))


@formula("activations.at_loss", BYTES, MEASURED, reasons=("logits_and_gradients",))
def at_loss(t: Scalar, V: Scalar) -> Scalar:
    """Give the bytes that lie beside the layers' at the loss: the logarithms, and two gradients as large."""
    return known(logits(t, V)) + counted.gradients_of_logits(shape_of(1, 1, 1, 1, V=V), full_step(t))


formula("activations.logits_over_layer", RATIO, MEASURED, reasons=("part_of_whole",))(
    lambda h, h_kv, f, n_h, r, V: quotient(
        known(at_loss(1, V)), known(counted.layer(shape_of(h, h_kv, f, n_h), lora_step(1, r, copies=False)))))


EXAMPLE, RANK = "llama-2-7b", 8
"""The model of the example that others measured, and its rank."""
QLORA = Setup(base="nf4-double", checkpointing=True)


def qlora(t: Scalar) -> Scalar:
    """Give the bytes of a step of the example over one text of so many tokens, at the loss."""
    configuration = public_model(EXAMPLE).configuration
    shape, step = sizes_of(configuration), Step(1, t, ALL, RANK, 2, 2, copies=True, checkpointing=True)
    state = sum(term.bytes for term in account(configuration, Question(RANK), QLORA).terms if term.kind == EXACT)
    return (state + counted.layers(shape, step) + counted.positions(shape, step) + counted.around(shape, step)
            + at_loss(t, shape.vocab_size))


def with_older_logits(t: Scalar) -> Scalar:
    """Give them as a library kept them that widened the logits and shifted them, each time as a copy."""
    return qlora(t) + 2 * logits(t, sizes_of(public_model(EXAMPLE).configuration).vocab_size)


formula("fits.qlora", BYTES, f"{MEASURED}; Dettmers et al. 2023 (arXiv 2305.14314), section 3")(qlora)
formula("fits.older", BYTES, MEASURED)(with_older_logits)

FORMULAS = formula.formulas
