"""A line of a log, held against the exact count: each of its numbers to the last place in which it is written.

Where it disagrees, what can explain it is tried: another rank, other targets, tables or a head trained whole, a total
that counts packed 4-bit weights by their bytes, or that comes from the model's name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import gcd
from typing import Any, NamedTuple

from derivations.counting.architecture.decoder import packed
from derivations.counting.besides import CLASSIFIERS
from derivations.counting.configuration import Configuration
from derivations.counting.count import Count, count_configuration
from derivations.counting.linear import full as weights
from derivations.counting.logged import Logged, Said
from derivations.counting.question import FUSED, Question
from derivations.counting.refusal import Refusal
from derivations.counting.spelling import PARTS, leaf

USUAL = ("q_proj,v_proj", "q_proj,k_proj,v_proj", "attention", "all", "mlp", "all,vision",
         "q_proj,k_proj,v_proj,o_proj,gate_proj,up_proj,down_proj", "all-linear", "query,value", "q,v")
"""The targets that are tried where a line disagrees with those it is said to have."""
RANKS = tuple(2**power for power in range(10))
"""The ranks that are tried over any other targets, where the usual ones need a rank that hardly anybody takes."""
OFTEN = (4, 8, 16, 32, 64, 128, 256)
LAST = (16, 8, 4)
"""How many of the last layers are tried alone: MLX adapts 16, unless it is told."""
MOST_FEWER, MOST_LABELS = 1024, 10_000
"""How many rows a vocabulary may have lost, how many classes a classifier may tell apart, to explain a total."""
MOST_ADAPTERS = 5
"""How many adapters one base is taken to have."""
MOST_VIRTUAL = 100
"""The most virtual tokens that a prompt is taken to have."""
MOST, MOST_NAMES = 3, 12
"""How many of these are told, and of how many names."""
NOTHING = ("no rank up to 1,024 over the usual targets gives this number, nor a power of two over any: other targets, "
           "or another base")


class Finding(NamedTuple):
    """One thing that a line says, and whether it can be so; None where it is said what else would give the number."""

    agrees: bool | None
    text: str


def check_line(logged: Logged, configuration: Configuration, question: Question, *, model: str = "",
               ranked: bool = True) -> list[Finding]:
    """Say of each number of the line whether it can be so, and what would give it; `ranked`, where a rank is asked."""
    answer = count_configuration(configuration, question, model=model)
    said = logged.trainable
    unlike = bool(said.value) and (logged.total is None or said.value != logged.total.value)
    frozen, findings = answer.all_parameters - answer.trainable, []
    if (logged.total is not None and (not ranked or 2 * said.value == answer.trainable)
            and logged.total.value in {frozen + 2 * said.value - less for less in _halved(configuration, answer)}):
        logged = logged._replace(trainable=Said(2 * said.value))
        findings = [Finding(True, f"trainable: {said} is half of the {logged.trainable} that train, as qlora.py prints "
                                  "it over a 4-bit base")]
    elif ranked or not unlike:
        findings = [_trainable(logged, answer, ranked=ranked)]
    if unlike and not ranked:
        findings += _giving(logged, configuration, question, agrees=True)
    if logged.total is not None:
        findings.append(_total(logged, logged.total, configuration, question, answer))
        if logged.percent:
            findings.append(_percent(logged.percent, said, logged.total))
    if ranked and unlike and not logged.trainable.means(answer.trainable):
        findings += _giving(logged, configuration, question, agrees=None)
    return findings


def _giving(logged: Logged, configuration: Configuration, question: Question, *, agrees: bool | None) -> list[Finding]:
    labels = (_labels(logged.total.value - logged.trainable.value, configuration, question)
              if logged.total is not None and logged.total.place == 1 else 0)
    labels = labels or _labels_trained(logged.trainable, configuration, question)
    return ([Finding(agrees, text) for text in would_give(logged.trainable, configuration, question, labels)]
            or [Finding(False, NOTHING)])


def _trainable(logged: Logged, answer: Count, *, ranked: bool) -> Finding:
    said = logged.trainable
    if said.means(answer.trainable):
        return Finding(True, f"trainable: {answer.trainable:,}, as counted")
    if not said.value:
        return Finding(False, "trainable: 0: nothing trains; the adapter is frozen, as loaded for inference, or the "
                              "weights lie elsewhere (ZeRO-3)")
    if logged.total is not None and logged.total.value == said.value:
        return Finding(not ranked, f"trainable: {said}, all there is: full fine-tuning, or no adapter is on the model "
                                   "yet, or it is merged")
    return Finding(False, f"trainable: {said}; rank {answer.rank} over these targets has {answer.trainable:,}")


def _total(
    logged: Logged, total: Said, configuration: Configuration, question: Question, answer: Count,
) -> Finding:
    trained, frozen = logged.trainable, answer.all_parameters - answer.trainable
    base, place = total.value - trained.value, max(total.place, trained.place)
    left = Said(base, place)
    if total.means(answer.all_parameters):
        return Finding(True, f"all: {answer.all_parameters:,}, as counted")
    if left.means(frozen):
        return Finding(True, f"all: {total}, which is this base and the {trained} trained")
    if any(left.means(frozen - less) for less in _halved(configuration, answer)):
        return Finding(True, f"all: {total} counts 4-bit weights by their bytes, two to one: the base has "
                             f"{answer.total_parameters:,}")
    if total.value and total.value % 10**7 == 0 and not logged.piped:
        return Finding(True, f"all: {total} is a round number, as Unsloth takes it from the name of a 4-bit base: the "
                             f"base has {answer.total_parameters:,}")
    if total.means(answer.total_parameters):
        if not base:
            return Finding(True, f"all: {total} is the base")
        return Finding(not logged.piped, f"all: {total} is the base alone; PEFT counts the adapter with it, "
                                         f"{answer.all_parameters:,}")
    if base < 0:
        return Finding(False, f"all: {total} is less than what trains")
    return Finding(False, f"all: {total} leaves {base:,} for the base, and {answer.model} has {frozen:,}: "
                          f"{_explained(base, frozen, trained, configuration, question)}")


def _halved(configuration: Configuration, answer: Count) -> set[int]:
    """Give by how much a count of 4-bit weights by their bytes falls short: half of the matrices, or of the Linears."""
    linears = sum(layers * module.count * weights(module.linear)
                  for layers, module in packed(configuration.decoder, fused=answer.experts == FUSED))
    return {answer.halved, int(linears) // 2}


def _explained(base: int, frozen: int, trained: Said, configuration: Configuration, question: Question) -> str:
    """Say a difference as other adapters, as rows of the vocabulary or as a classifier's, where it is so many."""
    decoder, more = configuration.decoder, base - frozen
    others, rest = divmod(more, trained.value or 1)
    if trained.place == 1 and rest == 0 and 0 < others < MOST_ADAPTERS:
        return f"as {others} more of such adapters, on the model and not trained, give it"
    if configuration.parts and configuration.parts[0] and base == _frozen(configuration.parts[0], question, 0):
        return "as its language model alone, which is loaded where no images are asked for, gives it"
    row = sum(int(one.in_) for one in (*decoder.embeddings[:1], *(() if decoder.tied else decoder.heads)))
    rows = abs(more // row) if row else 0
    if rows and more % row == 0 and rows <= (configuration.dimensions.vocab_size if more > 0 else MOST_FEWER):
        return f"as {rows:,} row{'s' if rows > 1 else ''} of the vocabulary {'more' if more > 0 else 'fewer'} give it"
    labels = _labels(base, configuration, question)
    if labels:
        return f"as a classifier of {labels:,} in the head's place gives it (--num-labels)"
    labels = _labels_over_tokens(base, frozen, configuration)
    if labels:
        answers = ", as of question answering," if labels == 2 else ""
        return f"as a head of {labels:,} class{'es' if labels > 1 else ''} over each token{answers} gives it"
    return "another base, or another vocabulary"


def _labels_over_tokens(base: int, frozen: int, configuration: Configuration) -> int:
    """Give how many classes a Linear over each token tells apart, where a bare model is so large with it; else 0.

    The library builds such models without a pooler.
    """
    decoder, each = configuration.decoder, configuration.dimensions.hidden_size + 1
    pooler = sum(int(weights(one)) + int(one.out) for one in decoder.linears if one.name.startswith("pooler"))
    labels, rest = divmod(base - frozen + pooler, each)
    return labels if decoder.head is None and rest == 0 and 0 < labels < MOST_LABELS else 0


def _labels(base: int, configuration: Configuration, question: Question) -> int:
    """Give how many classes a head in the other's place tells apart, where a base is so large for it; else 0."""
    if question.num_labels:
        return 0
    one, two = (_frozen(configuration, question, labels) for labels in (1, 2))
    labels, rest = divmod(base - one, two - one) if two > one else (-1, 1)
    return labels + 1 if rest == 0 and 0 <= labels < MOST_LABELS else 0


def _labels_trained(trained: Said, configuration: Configuration, question: Question) -> int:
    """Give how many classes a head trained whole tells apart, where its biases say so in what trains; else 0.

    Every pair has a multiple of one number of parameters, and a class with a bias has none: one remainder, one answer.
    """
    one, two = (_counted(configuration, question, targets="all", rank=1, rank_pattern={}, num_labels=labels,
                         modules_to_save=CLASSIFIERS) for labels in (1, 2))
    if one is None or two is None:
        return 0
    each, more = gcd(*(module.in_ + module.out for module in one.modules)), two.trainable - one.trainable
    left = trained.value - (one.trainable - one.lora)
    if question.num_labels or trained.place > 1 or left <= 0 or gcd(each, more) > 1:
        return 0
    labels = left * pow(more, -1, each) % each + 1
    return labels if labels < MOST_LABELS and left >= (labels - 1) * more else 0


def _frozen(configuration: Configuration, question: Question, labels: int) -> int:
    found = _counted(configuration, question, num_labels=labels, modules_to_save=())
    return 0 if found is None else found.all_parameters - found.trainable


def _counted(configuration: Configuration, question: Question, **otherwise: Any) -> Count | None:
    """Give the answer to the question, asked otherwise; None where it has none."""
    try:
        return count_configuration(configuration, replace(question, **otherwise))
    except Refusal:
        return None


def _percent(percent: str, trained: Said, total: Said) -> Finding:
    if not total.value:
        return Finding(False, f"trainable%: {percent}, but there is nothing to divide by")
    said, last = Fraction(percent), Fraction(10) ** Decimal(percent).as_tuple().exponent       # type: ignore[operator]
    exact = Fraction(100 * trained.value, total.value)
    slack = max(last, Fraction(1, 10**12)) + exact * (_slack(trained) + _slack(total))
    if 2 * abs(said - exact) <= slack:
        return Finding(True, f"trainable%: {percent}, the quotient of the two")
    shown = max(4, len(percent.partition(".")[2]))
    return Finding(False, f"trainable%: {percent}, but the two numbers give {float(exact):.{min(shown, 17)}f}")


def _slack(said: Said) -> Fraction:
    """Give how much of a rounded number its last place is."""
    return Fraction(said.place, said.value or 1) if said.place > 1 else Fraction(0)


def would_give(trained: Said, configuration: Configuration, question: Question, labels: int = 0) -> Iterator[str]:
    """Give ranks and targets that train so many parameters: over those asked for and the usual ones, else over any.

    A count grows by the same number with each rank. Where there are none, it is tried with more trained whole; then
    virtual tokens are. `labels` is how many classes the base's size speaks of.
    """
    found = False
    for beside, changed in (("", question), *_otherwise(trained.value, configuration, question, labels)):
        for text in _by_rank(trained, configuration, changed):
            found = True
            yield f"{text}{beside} gives {trained}"
        if found:
            return
    for text in _in_last_layers(trained, configuration, question):
        found = True
        yield f"{text} gives {trained}"
    d = configuration.dimensions
    for what, each in (("prompt", d.hidden_size), ("prefix", 2 * d.num_hidden_layers * d.hidden_size)):
        tokens, rest = divmod(trained.value, each) if each else (0, 1)        # a base known by its tensors has no width
        if not found and trained.place == 1 and rest == 0 and tokens <= MOST_VIRTUAL:
            found = True
            yield (f"{tokens:,} × {each:,}: no LoRA, but {what} tuning with so many virtual tokens "
                   "gives it")


def _otherwise(trained: int, configuration: Configuration, question: Question,
               labels: int) -> Iterator[tuple[str, Question]]:
    """Give what is often so besides ranks and targets: a classifier's head, or whole tables where they can be in it."""
    decoder = configuration.decoder
    if labels or question.num_labels:
        labels = labels or question.num_labels
        yield (f", with the head of {labels:,} class{'es' if labels > 1 else ''} trained whole,",
               replace(question, num_labels=labels, modules_to_save=CLASSIFIERS))
    if question.modules_to_save or not decoder.embeddings or trained < weights(decoder.embeddings[0]):
        return
    table, *head = (linear.name.rpartition(".")[2] for linear in (decoder.embeddings[0], *decoder.heads[:1]))
    for whole in ((table,), (*head,), (table, *head)) if head else ((table,),):
        yield f", with {' and '.join(whole)} trained whole,", replace(question, modules_to_save=whole)


def _in_last_layers(trained: Said, configuration: Configuration, question: Question) -> Iterator[str]:
    depth = configuration.dimensions.num_hidden_layers
    for last in LAST if question.layers_to_transform is None else ():
        layers = tuple(range(depth - last, depth))
        for text, rank in _ranks(trained, configuration, replace(question, layers_to_transform=layers), set()):
            if layers[0] > 0 and rank in OFTEN:
                yield f"{text}, in the last {last} layers alone,"


def _by_rank(trained: Said, configuration: Configuration, question: Question) -> Iterator[str]:
    seen: set[int] = set()
    found: set[int] = set()
    for text, rank in _ranks(trained, configuration, question, seen):
        found.add(rank)
        yield text
    if not found & {*OFTEN}:
        yield from _over_any(trained, configuration, question, seen)


def _ranks(trained: Said, configuration: Configuration, question: Question,
           seen: set[int]) -> Iterator[tuple[str, int]]:
    """Give the ranks over those targets and the usual ones; what each adds by a rank is `seen` then."""
    own = question.targets if isinstance(question.targets, str) else ",".join(question.targets)
    for targets in dict.fromkeys((own, *USUAL)):
        one = _counted(configuration, question, targets=targets, rank=1, rank_pattern={})
        if one is None:
            continue
        rank = 0 if one.lora in seen else _rank(trained, one.trainable - one.lora, one.lora, 1024)
        seen.add(one.lora)
        if rank:
            yield f"rank {rank} over {targets}", rank


def _over_any(trained: Said, configuration: Configuration, question: Question, seen: set[int]) -> Iterator[str]:
    every = _counted(configuration, question, targets="all", rank=1, rank_pattern={})
    if every is None:
        return
    names: Counter[str] = Counter()
    for module in every.modules:
        names[leaf(module.name)] += module.lora
    halves = (_counted(configuration, question, targets=part, rank=1, rank_pattern={}) for part in PARTS["all"])
    parts = [{leaf(module.name) for module in one.modules} for one in halves if one is not None]
    found: list[tuple[int, str]] = []
    some = list(names.items())[:MOST_NAMES]
    for size in range(1, len(some) + 1):
        for chosen in combinations(some, size):
            each = sum(number for _, number in chosen)
            rank = _rank(trained, every.trainable - every.lora, each, RANKS[-1])
            if rank in RANKS and each not in seen:
                wanted = {name for name, _ in chosen}
                found.append((sum(0 < len(part & wanted) < len(part) for part in parts),
                              f"rank {rank} over {','.join(name for name, _ in chosen)}"))
    yield from (text for _, text in sorted(found, key=lambda one: one[0])[:MOST])    # whole parts are what most take


def _rank(trained: Said, besides: int, each: int, most: int) -> int:
    """Give the rank that trains so many parameters where each one adds so many; 0 where none up to the most does."""
    rank = round(Fraction(trained.value - besides, each)) if each else 0
    return rank if 0 < rank <= most and trained.means(rank * each + besides) else 0
