"""The rules that a script counts by: plain data, every family's matrices over the fields of a configuration.

That they count what the command line counts is tested where the script is: tests/lora/blocks.
"""

import json
import re
import subprocess
import sys

import pytest

from derivations.counting.catalogue import catalogue
from derivations.counting.configuration import configure
from derivations.counting.rules import DERIVED, Size, groups, layout_of, layouts, names_in, rules, tree_of

RULES = json.loads(json.dumps(rules()))


def test_they_are_the_same_once_written_and_read_as_json():
    assert json.dumps(RULES, sort_keys=True) == json.dumps(rules(), sort_keys=True)


def test_every_family_and_every_model_is_there():
    assert {key.partition("/")[0] for key in RULES["layouts"]} == {*DERIVED, "textbook"}
    assert set(RULES["readers"]) == set(DERIVED)
    assert [name for name, *_ in RULES["models"]] == list(catalogue())


def test_a_tree_holds_only_names_digits_sums_and_products():
    def walk(tree):
        if isinstance(tree, str):
            assert re.fullmatch(r"-?\d+|[A-Za-z_]\w*", tree)
            return
        assert tree[0] in {"+", "*"}
        assert len(tree) > 2
        for part in tree[1:]:
            walk(part)

    for layout in RULES["layouts"].values():
        if isinstance(layout, str):                             # the same as another, by whose key it goes
            assert isinstance(RULES["layouts"][layout], dict)
            continue
        for _, _, *sides in layout["matrices"]:
            for side in sides[:3]:
                walk(side)


def test_a_model_brings_the_sizes_that_its_layout_needs_and_those_of_the_textbook_and_of_a_step():
    for _, _, layout, sizes in RULES["models"]:
        used = set().union(*(matrix.names for matrix in layouts()[layout]))
        assert used | {"hidden_size", "num_hidden_layers"} <= set(sizes) <= used | {
            "hidden_size", "num_hidden_layers", "intermediate_size", "num_attention_heads", "num_key_value_heads", "head_dim", "vocab_size",
            *(("num_experts", "num_experts_per_tok") if layout in ("mixtral", "qwen3_moe", "gpt_oss") else ())}


def test_sums_and_products_of_sizes_are_kept_as_they_were_written():
    h, k = Size("h"), Size("k")
    assert tree_of(4 * h) == ["*", "h", "4"]
    assert tree_of(sum([h, k, h])) == ["+", "h", "k", "h"]
    assert tree_of((h + 2) * k) == ["*", ["+", "h", "2"], "k"]
    assert tree_of(h - k) == ["+", "h", ["*", "k", "-1"]]
    assert (h - 0, 0 + h, 1 * h, h * 0) == (h, h, h, 0)
    assert names_in(tree_of(3 * h + k * k)) == {"h", "k"}
    assert Size("h") != Size("k")


def test_layers_that_alternate_are_numbered_by_kind():
    config = {"model_type": "qwen3_moe", "hidden_size": 64, "num_attention_heads": 4, "num_hidden_layers": 10,
              "intermediate_size": 96, "vocab_size": 100, "moe_intermediate_size": 32, "num_experts": 4}
    assert layout_of(configure(config))[0] == "qwen3_moe"
    layout, numbers = layout_of(configure(config | {"decoder_sparse_step": 3, "mlp_only_layers": [5, 6]}))
    assert layout == "qwen3_moe/alternating"
    assert (numbers["sparse_layers"], numbers["dense_layers"]) == (2, 8)       # layers 2, 5 and 8, less layer 5
    assert {type(number) for number in numbers.values()} == {int}
    layout, numbers = layout_of(configure(config | {"mlp_only_layers": [0]}))
    assert (layout, numbers["sparse_layers"], numbers["dense_layers"]) == ("qwen3_moe/alternating", 9, 1)


@pytest.mark.parametrize(("layout", "targets"), [
    ("mixtral/fused", {"gate_up_proj": ("w1", "w3"), "down_proj": ("w2",)}),
    ("qwen3_moe/fused", {"gate_up_proj": ("gate_proj", "up_proj"), "down_proj": ("down_proj",)}),
])
def test_fused_experts_go_by_the_targets_that_the_command_line_takes(layout, targets):
    assert {group.name: group.targets for group in groups(layouts()[layout]) if group.part == "mlp"} == targets


@pytest.mark.parametrize("layout", [key for key in RULES["layouts"] if key.endswith("/fused")])
def test_what_can_t_be_adapted_beside_fused_experts_is_stored_all_the_same(layout):
    names = [matrix.name for matrix in layouts()[layout] if not matrix.part]
    beside = [f"mlp.{where}{side}_proj" for where in ("", "shared_experts.") for side in ("gate", "up", "down")]
    assert set(names) <= set(beside)
    assert bool(names) == (layout.startswith("deepseek") or "alternating" in layout)


def test_how_a_configuration_is_read_is_plain_data():
    readers = {name: reader["fields"] for name, reader in RULES["readers"].items()}
    assert readers["gpt2"]["hidden_size"] == {"names": ["n_embd", "hidden_size"]}
    assert readers["gpt2"]["intermediate_size"] == {
        "names": ["n_inner"], "default": None, "null": ["*", "hidden_size", "4"]}
    assert readers["gpt2"]["add_cross_attention"] == {
        "names": ["add_cross_attention"], "kind": "flag", "default": False, "only": False}
    assert readers["qwen3_moe"]["mlp_only_layers"]["default"] == readers["qwen3_moe"]["mlp_only_layers"]["null"] == []
    assert readers["deepseek_v2"]["q_lora_rank"]["null"] is None


def walked(tree, at):
    """Walk an expression as a script does."""
    if isinstance(tree, str):
        return at[tree] if tree in at else int(tree)
    operation, *rest = tree
    if operation == "?":
        return walked(rest[1 if walked(rest[0], at) else 2], at)
    one, other = (walked(part, at) for part in rest)
    return {"*": one * other, "+": one + other, "<": one < other, "/": other and one // other}[operation]


@pytest.mark.parametrize("name", catalogue())
def test_sizes_that_follow_are_walked_to_what_the_configuration_says(name):
    found = catalogue()[name].configuration
    family, own = found.family, found.dimensions._asdict()
    at = {one: own[one] for one in family.fields if one in own}
    for size, tree in RULES["readers"][found.model_type]["follows"]:
        at[size] = walked(tree, at)
        assert at[size] == own.get(size, at[size]), size
    assert at["query_size"] == own["query_size"] > 0


def test_types_have_their_bytes_and_codes():
    assert RULES["dtypes"] == {"float32": 4, "float16": 2, "bfloat16": 2}
    assert RULES["file"]["codes"] == {"float32": "F32", "float16": "F16", "bfloat16": "BF16"}


def test_they_are_made_without_an_algebra_system():
    code = "import sys; from derivations.counting.rules import DERIVED, rules; rules(); sys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
