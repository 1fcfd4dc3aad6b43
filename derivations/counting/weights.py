"""Which files hold the weights that a path means: one, all shards of which it is one, an index's, or a folder's.

What isn't read is named: a pickle, which can run code, a part whose other parts are missing, a folder of folders.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from derivations.counting.headers import AS_SAFETENSORS
from derivations.counting.json_text import read_json
from derivations.counting.refusal import Refusal
from derivations.ordinary import read_ordinary

ADAPTER = "adapter_config.json"
"""What the file is called beside an adapter's weights."""
ADAPTERS = ("adapter_model.safetensors", "adapters.safetensors", "pytorch_lora_weights.safetensors")
"""What the file is called in an adapter's folder: PEFT's, mlx-lm's, diffusers'."""
MODELS = ("model.safetensors", "diffusion_pytorch_model.safetensors", "consolidated.safetensors")
"""The same of a model's: transformers', diffusers', Mistral's own."""
INDEX = ".index.json"
"""What an index of shards has behind the name of the whole."""
READ = (".safetensors", ".gguf")
PICKLED = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".nemo", ".distcp")
MOST_SHARDS = 10_000
STATE = ("optim", "sched", "rng", "scaler", "training_args", "random_states")
"""How the files of a folder begin that hold no weights, but where a run is."""
_PART = re.compile(r"-(\d{5})-of-(\d{5})(?=\.)")


def weights_in(path: Path, names: Sequence[str] = ADAPTERS) -> Path:
    """Give the file that a folder's tensors are in, or their index; or the file itself.

    names  what such files are called, those looked for first at the front

    Raises `Refusal` for what isn't read here.
    """
    if path.name == ADAPTER and path.is_file():               # what it is the configuration of lies beside it
        path = path.parent
    try:
        held = sorted(one.name for one in path.iterdir()) if path.is_dir() else None
        below = folder_in(path, *names, *(name + INDEX for name in names)) if held is not None else ""
    except OSError as error:
        raise Refusal(f"file: {error.strerror or 'it cannot be read'}") from None
    if held is not None:
        known = next((one for name in names for one in (name, name + INDEX) if one in held), None)
        each = {_PART.sub("", name): name for name in reversed(held) if name.endswith(READ)}
        pickled = [name for name in held if name.endswith(PICKLED) and not name.startswith(STATE)]
        found = known or next(iter(each.values() if len(each) == 1 else () if each else pickled), None)
        if found is None:
            which = below or (": name one of them" if each else "")
            raise Refusal(f"file: the folder holds {len(each)} .safetensors files and no {names[0]}{which}")
        path /= found
    if path.suffix in PICKLED:
        raise Refusal(f"file: {path.name[:60]} is a pickle, which can run code and isn't read: {AS_SAFETENSORS}")
    if path.name == "-":
        raise Refusal("file: a header is read from a file, and not from standard input")
    return path


def folder_in(path: Path, *names: str) -> str:
    """Say which folder in this one was meant, where one holds a file of these names; "" where none does."""
    inside = sorted(one.parent.name for name in names for one in path.glob(f"*/{name}"))
    return f": name a folder in it, as {inside[0]}" if inside else ""


def shards_of(path: Path) -> Sequence[Path]:
    """Give the files that a model or an adapter is in. Raises `Refusal` where one of them is missing."""
    part = _PART.search(path.name)
    if part is not None and path.suffix in READ:
        number = int(part[2])
        each = range(1, number + 1) if number < MOST_SHARDS else ()
        names = [_PART.sub(f"-{one:05}-of-{part[2]}", path.name) for one in each]
        what = f"it is part {int(part[1])} of {number}"
    elif path.suffix == ".json":
        try:
            index = read_json(read_ordinary(path))
            names = sorted({Path(str(name)).name for name in index["weight_map"].values()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise Refusal("file: it is JSON, and no index of .safetensors files: --config reads a config.json, "
                          "--adapter an adapter's") from None
        what = "an index names tensors, and their headers hold the shapes"
    else:
        return [path]
    shards = [path.parent / name for name in names]
    missing = next((shard.name for shard in shards if not shard.is_file()), None)
    if missing is not None or not shards:
        beside = "the index" if path.suffix == ".json" else "it"
        raise Refusal(f"file: {str(missing)[:80]} isn't beside {beside}: {what}")
    return shards
