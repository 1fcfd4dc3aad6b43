"""What targets mean besides Linears: modules that hold others, and norms, which the library refuses to adapt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from derivations.counting.architecture.decoder import Decoder
from derivations.counting.expression import MOST
from derivations.counting.place import above, outside
from derivations.counting.question import Question
from derivations.counting.refusal import Refusal
from derivations.counting.spelling import PARTS, Spelled, spelled

MOST_LAYERS_NAMED = 1000
"""The deepest model in which names of modules that hold others are looked for."""


def layer_in(name: str, pattern: Sequence[str]) -> str | None:
    """Give the number that the library takes for a layer's: after a name of the pattern, or below a module."""
    parts = name.split(".")
    numbers = [at for at in range(1, len(parts) - 1) if parts[at] in "#*" or parts[at].isdigit()]
    found = ([at for name in pattern for at in numbers if parts[at - 1] == name] if pattern
             else [at for at in numbers if at > 1])
    return parts[found[0]] if found else None


def check_containers(decoder: Decoder, question: Question, asked: Spelled, skipped: Iterable[str]) -> None:
    """Raise `Refusal` where targets mean a module that is no Linear too, as `self_attn` or a layer's number."""
    if asked.expression:
        names = _left(decoder, question)
        met = asked.expression.matching(names)
        wrong = next((name for name in names if name in met), None)
        if wrong is not None:
            raise Refusal(f"targets: the library refuses this expression: it matches {wrong} too, which is no Linear")
        return
    owners = {owner.rpartition(".")[2] for place in outside(decoder) for owner in above(place.name)}
    wanted = {*skipped, *(name for name in asked.names if name.isdigit() or name in owners)} - PARTS.keys()
    if not wanted or decoder.depth > MOST_LAYERS_NAMED:
        return
    layers = question.layers_to_transform
    for container in _left(decoder, question):
        if layers is not None and container not in wanted:
            number = layer_in(container, question.layers_pattern)
            if number is None or int(number) not in layers:
                continue
        parts = container.split(".")
        meant = next((end for end in (".".join(parts[at:]) for at in range(len(parts))) if end in wanted), None)
        if meant is not None:
            raise Refusal(f"targets: the library refuses {meant!r}: it means {container} too, which is no Linear")


def _left(decoder: Decoder, question: Question) -> list[str]:
    """Name the modules that hold others, as far as `exclude_modules` leaves them."""
    names, exclude = list(_containers(decoder)), question.exclude_modules
    out = spelled(exclude, "exclude_modules").among(names) if exclude else ()
    return [name for name in names if name not in out]


def _containers(decoder: Decoder) -> dict[str, None]:
    """Name the modules that hold others, and the norms."""
    names = dict.fromkeys(owner for place in outside(decoder) for owner in above(place.name))
    for run in decoder.runs:
        names |= dict.fromkeys(above(f"{decoder.path_of(run)}.#"))
        for layer in range(run.first, min(run.stop, run.first + MOST)):
            at = f"{decoder.path_of(run)}.{layer}"
            names |= dict.fromkeys([at, *(f"{at}.{one.name}" for one in run.layer.vectors if is_norm(one.name))])
            owners = dict.fromkeys(
                owner for module in run.layer.modules for owner in above(module.linear.name) if "*" not in owner)
            names |= dict.fromkeys(f"{at}.{owner}" for owner in owners)
            names |= dict.fromkeys(f"{at}.{owner}.act_fn" for owner in owners if owner == "mlp")
    names |= dict.fromkeys(vector.name for vector in decoder.vectors if is_norm(vector.name))
    return names


def is_of_batches(name: str) -> bool:
    """Whether a norm of this name keeps statistics of the batches that it has seen."""
    return name.endswith("batch_norm")


def is_norm(name: str) -> bool:
    """Whether a vector of this name is a norm's."""
    return "norm" in name.lower() or "ln" in name
