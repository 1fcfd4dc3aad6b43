"""One symbolic source behind prose, tables, drills, plots, calculator and command line, in two languages.

From Python:

    import derivations
    answer = derivations.count("llama-2-7b", rank=8, targets="q_proj,v_proj")
    answer.lora, answer.full, answer.ratio            # 4194304, 1073741824, Fraction(1, 256)
    derivations.count(adapter="adapter_config.json").trainable        # or of the library's own objects:
    derivations.count(model.config, adapter=LoraConfig(r=8, target_modules=["q_proj"]))
    derivations.rank_for("gpt2", budget="40MB").rank  # 67
    derivations.memory("llama-3-8b", rank=16, base="nf4-double", checkpointing=True).total    # bytes of a step
    derivations.inspect("adapter_model.safetensors", "llama-2-7b").faults     # what of an adapter's weights doesn't fit
    print(derivations.explain("layer.ratio", h=4096, r=8))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from fractions import Fraction
    from pathlib import Path
    from typing import Any

    from derivations.counting.count import Count
    from derivations.counting.inspection import Inspection
    from derivations.counting.inverse import RankAnswer
    from derivations.counting.memory import Account

    ModelLike = str | Path | Mapping[str, Any] | Any
    """A public model's name or hub id, the path of a `config.json` or of weights, or what a configuration holds."""

__all__ = ["count", "explain", "inspect", "memory", "rank_for"]


def count(
    model: ModelLike | None = None,
    *,
    rank: int | None = None,
    adapter: str | Path | Mapping[str, Any] | Any = None,
    targets: str | Iterable[str] = "all",
    dtype: str = "float32",
    experts: str | None = None,
    layers_to_transform: Sequence[int] | None = None,
    rank_pattern: Mapping[str, int] | None = None,
    dora: bool = False,
    bias: str = "none",
    modules_to_save: Sequence[str] = (),
    base_dtype: str = "float32",
    exclude_modules: str | Sequence[str] = (),
    target_parameters: Sequence[str] = (),
    num_labels: int = 0,
    trainable_token_indices: Sequence[int] | Mapping[str, Sequence[int]] = (),
) -> Count:
    """Count the parameters of a LoRA adapter exactly, beside those of the weights it adapts.

    adapter          an `adapter_config.json` or a trainer's file: its path, what it holds, or the library's LoraConfig.
                     It names the model, if none is given; what is said beside it goes before what it says
    targets          "all", "attention", "mlp", "all-linear", names, or a regular expression
    dtype            how the pairs are stored: "float32" (as the field's library saves them), "float16", "bfloat16"
    base_dtype       how the base is stored, and with it trained biases and whole modules in the adapter's file
    experts          "apart" (version 4: each expert's Linears have pairs of their own) or "fused" (version 5: as 3-D
                     parameters)
    layers_to_transform   the numbers of the layers to adapt; every layer where None
    rank_pattern     a rank of its own for the modules that a name matches
    exclude_modules, target_parameters   as in the library's configuration
    dora, bias, modules_to_save   what is trained besides the pairs, each a named term of the answer
    num_labels       the classes of a `score` head in the place of the language model's
    trainable_token_indices   rows of the token table that train as well, or of tables by their names

    Counts are numbers of parameters, sizes are bytes, ratios are fractions. Raises
    `derivations.counting.refusal.Refusal`, a ValueError of one line, where the question has no exact answer.
    """
    from derivations.counting.count import count_configuration  # noqa: PLC0415 - only what is asked for is imported
    from derivations.counting.given import adapter_of, model_of, question_of  # noqa: PLC0415 - as above

    held = None if adapter is None else adapter_of(adapter)
    name, configuration = model_of(held.base if model is None and held else model)
    rows = trainable_token_indices if hasattr(trainable_token_indices, "items") else {"": trainable_token_indices}
    asked = question_of(
        rank=held.options["rank"] if rank is None and held else rank, targets=targets, dtype=dtype, experts=experts,
        layers_to_transform=layers_to_transform, rank_pattern=rank_pattern, dora=dora, bias=bias,
        modules_to_save=modules_to_save, base_dtype=base_dtype, target_parameters=target_parameters,
        exclude_modules=exclude_modules if isinstance(exclude_modules, str) else tuple(exclude_modules),
        num_labels=num_labels, trainable_token_indices=rows if trainable_token_indices else {})
    if held is None:
        return count_configuration(configuration, asked, model=name)
    answer = count_configuration(configuration, held.beside(asked, configuration), model=name)
    return answer._replace(notes=(*answer.notes, *held.notes))


def rank_for(
    model: ModelLike,
    *,
    budget: str | int,
    targets: str | Iterable[str] = "all",
    dtype: str = "float32",
    experts: str | None = None,
    layers_to_transform: Sequence[int] | None = None,
) -> RankAnswer:
    """Give the largest rank that a budget pays for, what it spends and what one rank more would take.

    budget   a number of parameters, or a text: "10M" parameters, "40MB" or "38MiB" of bytes in `dtype`, "1%" of the
             full parameters of the targeted modules

    Raises `derivations.counting.refusal.Refusal` where not even rank 1 fits, and as `count` does.
    """
    from derivations.counting.given import model_of, question_of  # noqa: PLC0415 - as above
    from derivations.counting.inverse import parse_budget, rank_within  # noqa: PLC0415 - as above

    name, configuration = model_of(model)
    asked = question_of(rank=1, targets=targets, dtype=dtype, experts=experts, layers_to_transform=layers_to_transform)
    return rank_within(configuration, asked, parse_budget(str(budget)), model=name)


def memory(
    model: ModelLike | None = None,
    *,
    rank: int | None = None,
    adapter: str | Path | Mapping[str, Any] | Any = None,
    adapter_dtype: str = "",
    targets: str | Iterable[str] = "all",
    layers_to_transform: Sequence[int] | None = None,
    **setup: Any,
) -> Account:
    """Account for the memory of a training step, term by term; full fine-tuning where there are no adapters.

    adapter  as `count` takes it; or the name of a type, as adapter_dtype
    setup    as `derivations.counting.setup.Setup` takes it: batch, length, base, compute, optimizer, attention,
             checkpointing, autocast, master

    Raises `derivations.counting.refusal.Refusal` where a term isn't known, and as `count` does.
    """
    from derivations.counting.given import adapter_of, model_of, question_of  # noqa: PLC0415 - as above
    from derivations.counting.memory import account  # noqa: PLC0415 - as above
    from derivations.counting.setup import TYPES, Setup  # noqa: PLC0415 - as above

    kind = adapter if isinstance(adapter, str) and adapter in TYPES else ""
    held = None if adapter is None or kind else adapter_of(adapter)
    name, configuration = model_of(held.base if model is None and held else model)
    own = held.options["rank"] if held else 1
    asked = question_of(rank=own if rank is None else rank, targets=targets, layers_to_transform=layers_to_transform)
    step = Setup(full=rank is None and held is None, adapter=adapter_dtype or kind or Setup.adapter, **setup)
    return account(configuration, held.beside(asked, configuration) if held else asked, step, model=name)


def inspect(file: str | Path, model: ModelLike | None = None) -> Inspection:
    """Say what an adapter's weights are, from the header of their file alone; beside a model, what of them doesn't fit.

    file    the path of a .safetensors or .gguf file, an index, a shard, or the adapter's folder, whoever wrote it; an
            `adapter_config.json` beside the weights is held against them
    model   as `count` takes it

    Raises `derivations.counting.refusal.Refusal` where no adapter's weights are there.
    """
    from pathlib import Path  # noqa: PLC0415 - as above

    from derivations.counting.given import bytes_of, model_of  # noqa: PLC0415 - as above
    from derivations.counting.inspection import inspected  # noqa: PLC0415 - as above

    return inspected(Path(file), None if model is None else model_of(model)[1].decoder, bytes_of)


def explain(name: str, model: str = "", *, lang: str = "", **inputs: int | Fraction) -> str:
    """Give a formula's derivation as text, step by step; with numbers put in where a model or `inputs` have them.

    Raises `derivations.explanation.NoExplanation`, a ValueError of one line, for a name, a model, a symbol, a number or
    a language that isn't known.
    """
    from derivations.explanation import explanation  # noqa: PLC0415 - as above
    from derivations.lora.course import COURSE  # noqa: PLC0415 - as above

    return explanation(COURSE, name, lang, inputs, model=model)
