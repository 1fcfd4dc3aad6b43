"""How the tensors of adapters are called, and which side of each is the rank: a row for each way to write them.

A name is that of the module which is adapted, then an ending. Sources: what writes or reads them: PEFT 0.21, diffusers,
sd-scripts, LyCORIS, XLabs' x-flux, mlx-lm, torchtune, LitGPT, NeMo, llama.cpp.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from derivations.counting.spelling import leaf

LONGEST = 3
"""The most parts that an ending has."""
MOST = 1000
"""The longest that these are, in characters."""


class Part(NamedTuple):
    """One tensor of a module's adapter.

    ending   how its name ends, as a regular expression
    side     which of its sides is the rank; None where none is, or not always the same
    stacked  the same where it has three sides, one of them the experts'
    fused    whether it may have a rank for each of several matrices that are stored as one
    """

    ending: str
    side: int | None = None
    stacked: int | None = None
    fused: bool = False


class Naming(NamedTuple):
    """A way to write adapters: whose, of which method, and the parts that go together in twos, A and B of LoRA's."""

    whose: str
    method: str
    pairs: tuple[tuple[Part, Part], ...]


LORA = "LoRA"
NAMINGS = (
    Naming("PEFT", LORA, (
        (Part(r"\.lora_A\.weight", 0), Part(r"\.lora_B\.weight", 1)),
        (Part(r"\.lora_embedding_A", 0), Part(r"\.lora_embedding_B", 1)))),
    Naming("kohya", LORA, ((Part(r"\.lora_down\.weight", 0), Part(r"\.lora_up\.weight", 1)),)),
    Naming("older diffusers", LORA, (
        (Part(r"(?:_lora|\.lora|\.lora_linear_layer)\.down\.weight", 0),
         Part(r"(?:_lora|\.lora|\.lora_linear_layer)\.up\.weight", 1)),)),
    Naming("XLabs", LORA, ((Part(r"(?<=_lora\d)\.down\.weight", 0), Part(r"(?<=_lora\d)\.up\.weight", 1)),)),
    Naming("torchtune", LORA, ((Part(r"\.lora_a\.weight", 0), Part(r"\.lora_b\.weight", 1)),)),
    Naming("llama.cpp", LORA, (
        (Part(r"(?<=token_embd)\.weight\.lora_a", 1), Part(r"(?<=token_embd)\.weight\.lora_b", 1)),
        (Part(r"\.weight\.lora_a", 0, 1), Part(r"\.weight\.lora_b", 1, 2)))),
    Naming("mlx-lm", LORA, ((Part(r"\.lora_a", 1, 1), Part(r"\.lora_b", 0, 2)),)),
    Naming("Megatron", LORA, tuple(
        (Part(rf"{before}\.linear_in\.weight", 0), Part(rf"{before}\.linear_out\.weight", 1))
        for before in (r"\.adapter", r"(?<=_adapter)", r"(?<=\.adapter_[qkv])", r"(?<=\.adapter_up)",
                       r"(?<=\.adapter_gate)"))),
    Naming("LitGPT or loralib", LORA, ((Part(r"\.lora_A", 0, fused=True), Part(r"\.lora_B", 1)),)),
    Naming("PEFT or LyCORIS", "LoHa", (
        (Part(r"\.hada_w1_b", 0), Part(r"\.hada_w1_a")), (Part(r"\.hada_w2_b", 0), Part(r"\.hada_w2_a")))),
    Naming("PEFT or LyCORIS", "LoKr", (
        (Part(r"\.lokr_w1_b", 0), Part(r"\.lokr_w1_a", 1)), (Part(r"\.lokr_w2_b", 0), Part(r"\.lokr_w2_a")))),
    Naming("PEFT", "VeRA", ((Part(r"\.vera_lambda_d", 0), Part(r"\.vera_lambda_b")),)),
    Naming("PEFT", "PVeRA", ((Part(r"\.pvera_lambda_d"), Part(r"\.pvera_lambda_b")),)),
    Naming("PEFT", "HiRA", ((Part(r"\.hira_A", 0), Part(r"\.hira_B", 1)),)),
    Naming("PEFT", "DeLoRA", ((Part(r"\.delora_A", 0), Part(r"\.delora_B", 1)),)),
)
"""The longest ending counts: `.weight.lora_a` before `.lora_a`."""

ALPHA, FROZEN, DORA = "alpha", "frozen", "DoRA"
BESIDE = {
    r"\.lora_magnitude_vector(?:\.weight)?|\.dora_scale|\.magnitude|\.m": DORA, r"\.lora_E": "AdaLoRA",
    r"\.alpha": ALPHA, r"\.glora_[A-E]\.zeros": FROZEN,
    r"\.(?:p?vera_[AB]|randlora_[AB]|tinylora_[ABP]|delora_w_norm|shira_indices|on_input|ranknum)": FROZEN,
    r"\.(?:lora_[AB]\.bias|lora_mid\.weight|hada_t[12]|delora_lambda)": "",
}
"""What stands beside pairs, and the method that it makes of theirs; alphas (one number) and the frozen don't train."""
ALONE = {
    "adamss": "AdaMSS", "beft": "BEFT", "boft": "BOFT", "c3a": "C3A", "deft": "DEFT", "fourierft": "FourierFT",
    "frod": "FRoD", "glora": "GLoRA", "gralora": "GraLoRA", "hra": "HRA", "ia3": "IA3", "lily": "Lily",
    "ln_tuning": "LN tuning", "lokr": "LoKr", "miss": "MiSS", "bone": "MiSS", "oft": "OFT", "osf": "OSF",
    "peanut": "PEANuT", "poly": "Poly", "psoft": "PSOFT", "randlora": "RandLoRA", "road": "RoAd", "shira": "SHiRA",
    "tinylora": "TinyLoRA", "trainable_tokens": "trainable tokens", "unilora": "UniLoRA", "vblora": "VB-LoRA",
    "waveft": "WaveFT", "prompt": "prompt or prefix tuning", "adaption": "LLaMA-Adapter",
}
"""How the parts of other methods begin in PEFT, whose rank no side says, or that have none."""
_PARTS = (r"[ABCDER](?:\.\w+)?|svd_params\.\w+|\w*(?:lora_[AB]|router|logits_[AB]|vector_bank|blocks|block|kernel|bias"
          r"|embeddings|embedding_R|spectrum|theta|theta_d|alpha|delta|layers|lambda|gamma|weight|gate|prompt|signs"
          r"|general|coders|r|l|s|u|v|w1|w2|t2)")
"""How they go on."""


class Named(NamedTuple):
    """A tensor's name taken apart.

    module  what it adapts
    ending  how its name ends, without what is put around it: "lora_A", "alpha"
    method  what it says is trained; "" where that is for others to say
    naming  the row that knows it as a part of a pair; None for what stands beside pairs, or alone
    part    that part
    which   whether it is the first or the second of its pair: 0 or 1
    other   how the other half's name ends
    """

    module: str
    ending: str
    method: str
    naming: Naming | None = None
    part: Part = Part("")
    which: int = 0
    other: str = ""


@cache
def _known() -> tuple[re.Pattern[str], list[Named]]:
    """Give one expression for all endings, a group each, and what each of them says."""
    found = [Named("", _short(pair[which].ending), naming.method, naming, pair[which], which,
                   _short(pair[1 - which].ending))
             for naming in NAMINGS for pair in naming.pairs for which in (0, 1)]
    endings = [one.part.ending for one in found]
    whole = r"(?:^|\.)(?:diff|diff_b|set_weight)"
    for ending, method in (*BESIDE.items(), (whole, "differences of whole weights"), *(
            (rf"(?:^|\.){begin}_(?:{_PARTS})(?:\.(?:weight|\d+))*", method) for begin, method in ALONE.items())):
        found.append(Named("", "", method))
        endings.append(ending)
    return re.compile("|".join(f"({ending})" for ending in endings)), found


def _short(ending: str) -> str:
    """Give what an ending is called: its last part but `weight`."""
    return re.sub(r"\(\?.*?\)|\\", "", ending).removesuffix(".weight").rpartition(".")[2]


def taken_apart(name: str) -> Named | None:
    """Take a tensor's name apart; None where it is no adapter's that is known here."""
    before, *last = name.rsplit(".", LONGEST)                # the layers of a model have the same last parts
    if len(last) < LONGEST:
        return _of_tail(name)
    found = _of_tail(f".{'.'.join(last)}")
    return None if found is None else found._replace(module=before + found.module)


@lru_cache(4096)
def _of_tail(name: str) -> Named | None:
    expression, known = _known()
    starts = [0, *(match.start() for match in _START.finditer(name))] if len(name) < MOST else []
    match = next(filter(None, (expression.fullmatch(name, start) for start in starts)), None)
    if match is None:
        return None
    group = match.lastindex or 1
    found = known[group - 1]
    return found._replace(module=name[:match.start()],
                          ending=found.ending or match[group].removesuffix(".weight").strip("."))


_START = re.compile(r"\.|_lora")
_FLAT = re.compile(r".*_[0-9]+_(?=[^0-9])")


def leaf_of(module: str) -> str:
    """Give what all modules of its kind are called: the last part, with a number's own; also where `_` parts names.

    >>> leaf_of("down_blocks.0.attn1.to_out.0"), leaf_of("lora_unet_down_blocks_1_attentions_0_attn1_to_out_0")
    ('to_out.0', 'attn1_to_out_0')
    """
    return _FLAT.sub("", leaf(module))
