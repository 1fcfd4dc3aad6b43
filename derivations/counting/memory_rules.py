"""The account of memory as plain data, as `rules` gives the counting: a script walks its expressions and has none.

The terms are `memory`'s and `activations`'s own functions, read with sizes and flags that aren't numbers yet. What a
setup comes to (which types compute, whether adapters work on copies) is listed for every choice that there is.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields
from itertools import combinations, product
from typing import Any

from derivations.counting import memory
from derivations.counting.activations import BLOCKS, LLAMA, STANDS_FOR, Block, Shape, Step
from derivations.counting.architecture import Dimensions, Family, find
from derivations.counting.architecture.decoder import total
from derivations.counting.catalogue import catalogue
from derivations.counting.memory import Numbers
from derivations.counting.rules import DERIVED, OF_EXPERTS, SHAPE, Size, Tree, symbols, tree_of
from derivations.counting.setup import ATTENTIONS, BASES, CARDS, MOMENTS, TYPES, Setup

SHARED = "$"
"""What the name of a part begins with that several expressions hold."""
FLAGS = tuple(name for name, default in Dimensions._field_defaults.items() if isinstance(default, bool))
UNCOUNTED = ("num_ln_in_parallel_attn", "decoder_sparse_step", "q_lora_rank", "word_embed_proj_dim")
"""Fields that change the total in a way that no flag says."""
APART = ("adapted", "below", "others")
"""What the rules don't hold of a step: layers that are adapted otherwise than the others."""


class Asked(Step):
    """A step of which nothing is known yet."""

    def __init__(self) -> None:
        own: dict[str, Any] = {field.name: Size(field.name) for field in fields(Step) if field.name not in APART}
        super().__init__(**{**own, "adapter_bytes": Size("adapter_computes"), "compute_bytes": Size("compute"),
                            "copies": Size("casts")})

    @property
    def full(self) -> Any:
        """Whether every weight trains."""
        return Size("full")

    def pairs(self, *names: str) -> Any:
        """Give how many of these Linears train."""
        return sum(Size(f"has.{name}") for name in names)


def memory_rules() -> dict[str, Any]:
    """Give all of it, JSON-able.

    terms     in order: key, whether it applies, its bytes, how it is known
    shared    parts of these expressions by name, each before those that hold it
    matrix    bytes of a matrix of a quantized base; tensor: of a trained tensor's moments in 8 bits
    setups    by base, adapter's type, autocast, full: the numbers named in `numbers`
    moments   by optimizer: numbers kept for each that trains, whether in 8 bits
    families  which are modelled: the numbers of Llama's kind of layer, and what others have otherwise
    linears   what families call the Linears of a layer
    totals    by family: parameters of the whole model, a sum of parts that each apply where all flags of theirs are set
    """
    numbers = Numbers(*(Size(field.name) for field in fields(Numbers)))
    sizes: dict[str, Any] = {name: Size(name) for name in (*SHAPE, *OF_EXPERTS)}
    shape = Shape(**sizes, block=Block(*map(Size, Block._fields)))
    terms = [*memory.state(numbers), *memory.step_terms(numbers, shape, Asked())]
    trees, shared = _parted([tree_of(tree) for one in terms for tree in (one.applies, one.bytes)])
    matrix = memory.quantized(Size("weights"), Size("rows"), Size("in_8"), Size("double"))
    return {
        "terms": [[one.key, applies, size, one.kind]
                  for one, applies, size in zip(terms, trees[::2], trees[1::2], strict=True)],
        "shared": shared, "matrix": tree_of(matrix), "tensor": tree_of(memory.moments_in_8_bits(Size("size"))),
        "linears": STANDS_FOR, "shape": [*SHAPE, *OF_EXPERTS],
        "numbers": list(Setup().numbers),
        "setups": dict(_setups()), "bases": BASES, "types": list(TYPES),
        "moments": {name: list(map(int, known)) for name, known in MOMENTS.items()},
        "attentions": ATTENTIONS, "cards": CARDS,
        "families": {name: {size: number for size, number in block._asdict().items() if number != getattr(LLAMA, size)}
                     for name, block in BLOCKS.items()} | {"llama": LLAMA._asdict()},
        "totals": {name: found for name in DERIVED if (found := totals(find(name)))},
        "published": {name: int(total(model.configuration.decoder)) for name, model in catalogue().items()},
    }


def _setups() -> Iterator[tuple[str, list[int]]]:
    for base, adapter, autocast, full in product(BASES, TYPES, (True, False), (True, False)):
        if full and base not in TYPES:
            continue
        setup = Setup(base=base, adapter=adapter, autocast=autocast, full=full)
        yield f"{base} {adapter} {int(autocast)} {int(full)}", list(setup.numbers.values())


def _parted(trees: Sequence[Tree]) -> tuple[list[Tree], list[list[Any]]]:
    """Take out what expressions have in common, so that it is written, and walked, once."""
    seen: Counter[str] = Counter()

    def see(tree: Tree) -> None:
        if isinstance(tree, list):
            key = json.dumps(tree)
            seen[key] += 1
            if seen[key] == 1:
                for part in tree[1:]:
                    see(part)

    for tree in trees:
        see(tree)
    names: dict[str, str] = {}
    shared: list[list[Any]] = []

    def part(tree: Tree) -> Tree:
        if not isinstance(tree, list):
            return tree
        key = json.dumps(tree)
        if key in names:
            return names[key]
        parts = [tree[0], *map(part, tree[1:])]
        if seen[key] == 1:
            return parts
        names[key] = f"{SHARED}{len(names)}"
        shared.append([names[key], parts])
        return names[key]

    return [part(tree) for tree in trees], shared


# All parameters ---------------------------------------------------------------------------------------------------

Sum = Counter[tuple[str, ...]]
"""A polynomial: of each product of sizes, how many times it is in the sum."""


def totals(family: Family) -> list[list[Any]]:
    """Give the parameters of a family's models: parts, and the flags that each needs. Empty where they aren't these."""
    if any(name in family.fields for name in UNCOUNTED):
        return []
    flags = [name for name in FLAGS if name in family.fields and family.fields[name].only is None]
    found = []
    of = {chosen: _sum(tree_of(total(family.build(Dimensions(**symbols() | dict.fromkeys(chosen, True))))))
          for size in range(len(flags) + 1) for chosen in combinations(flags, size)}
    for chosen in of:                           # what comes of these flags together, and of none of their parts
        part: Sum = Counter()
        for size in range(len(chosen) + 1):
            for inner in combinations(chosen, size):
                (part.subtract if (len(chosen) - size) % 2 else part.update)(of[inner])
        if tree := _tree(part):
            found.append([list(chosen), tree])
    return found


def _sum(tree: Tree) -> Sum:
    if isinstance(tree, str):
        return Counter({(): int(tree)}) if tree.lstrip("-").isdigit() else Counter({(tree,): 1})
    operation, *parts = tree
    if operation == "+":
        added: Sum = Counter()
        for one in map(_sum, parts):
            added.update(one)
        return added
    multiplied: Sum = Counter({(): 1})
    for one in map(_sum, parts):
        both: Sum = Counter()
        for (left, a), (right, b) in product(multiplied.items(), one.items()):
            both[tuple(sorted(left + right))] += a * b
        multiplied = both
    return multiplied


def _tree(part: Sum) -> Tree:
    products: list[Tree] = [["*", str(times), *names] for names, times in part.items() if times]
    return ["+", *products] if products else ""
