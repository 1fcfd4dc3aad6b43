"""Where texts stand in TOML and YAML, whatever their form."""

import string
import tomllib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from derivations.places import Lines, Placed, Unreadable, parse_toml, yaml_texts

PLAIN = string.ascii_letters + string.digits
WORDS = st.text(PLAIN + " .,áñ√\u202f", min_size=1, max_size=30)
KEYS = st.text(PLAIN, min_size=1, max_size=6)


def spelled(text, style):
    """Write a text in one of TOML's four ways."""
    if style == "basic":
        return '"' + text.replace("a", "\\u0061").replace(".", ".") + '"'
    return {"literal": f"'{text}'", "long": f'"""\n{text}"""', "long literal": f"'''{text}'''"}[style]


def leaves(data):
    if isinstance(data, dict | list):
        for inner in data.values() if isinstance(data, dict) else data:
            yield from leaves(inner)
    elif isinstance(data, str):
        yield data


@given(st.lists(st.tuples(KEYS, KEYS, WORDS, st.sampled_from(["basic", "literal", "long", "long literal"]),
                          st.sampled_from(["table", "array", "inline", "listed"])), max_size=8))
def test_toml_reads_as_tomllib_reads_it_and_each_letter_stands_where_it_is_said_to(entries):
    lines = ["# a comment with \"quotes\" and [brackets]"]
    for number, (table, key, text, style, form) in enumerate(entries):
        said = spelled(text, style)
        if form == "table":
            lines += [f"[t{number}.{table}]", f"{key} = {said} # why"]
        elif form == "array":
            lines += ["[[many]]", f"{key}.inner = {said}", "[many.deep]", f"x = {said}"]
        elif form == "inline" and "long" not in style:
            lines += [f"[i{number}]", f"{key} = {{ 'a b' = {said}, n = 1 }}"]
        else:
            lines += [f"[l{number}]", f"{key} = [", f"  {said},", "  # none", f"  {said} ]"]
    source = "\n".join(lines) + "\n"
    read = parse_toml(source, "f.toml").data
    assert read == tomllib.loads(source)
    rows = source.split("\n")
    for text in leaves(read):
        assert isinstance(text, Placed)
        place = Lines(str(text), text.breaks)
        for at, letter in enumerate(text):
            line, column = place.place(at)
            assert rows[line - 1][column - 1] == letter or rows[line - 1][column - 1 :].startswith("\\u"), (text, at)


@pytest.mark.parametrize(("yaml_text", "value", "word", "place"), [
    ("a: In 64 steps", "In 64 steps", "64", (1, 7)),
    ('a: "In \\u0036\\x34 steps"', "In 64 steps", "steps", (1, 19)),
    ("a: 'it''s 64'", "it's 64", "64", (1, 11)),
    ("a: >-\n  In\n  64 steps", "In 64 steps", "64", (3, 3)),
    ("a: |\n   one\n     in 64\n", "one\n  in 64\n", "64", (3, 9)),
    ("a: In\n  some 64", "In some 64", "64", (2, 8)),
    ("b: [x,\n  {a: in 64}]", "in 64", "64", (2, 10)),
    ("a: 64", "64", "64", (1, 4)),
])
def test_yaml_texts_know_their_places(yaml_text, value, word, place):
    [found] = [text for _, text in yaml_texts(yaml_text, "f.yml") if word in text]
    assert found == value
    assert Lines(str(found), found.breaks).place(found.index(word)) == place


@given(st.lists(WORDS.map(str.split).filter(bool), min_size=1, max_size=4), st.sampled_from([None, "'", '"', "|", ">"]))
def test_every_letter_of_a_yaml_text_stands_where_it_is_said_to(words, style):
    value = "\n".join(" ".join(line) for line in words)
    source = yaml.dump({"a": value}, default_style=style, allow_unicode=True, width=20)
    rows = source.split("\n")
    [found] = [text for keys, text in yaml_texts(source, "f.yml") if keys == ("a",)]
    place = Lines(str(found), found.breaks)
    for at, letter in enumerate(found):
        if not letter.isspace() and letter in PLAIN:
            line, column = place.place(at)
            assert rows[line - 1][column - 1] == letter, (source, at)


@pytest.mark.parametrize(("text", "line"), [("a = ", 1), ("a = 1\nb = [", 2), ('a = 1\n[b\n', 2)])
def test_what_is_not_toml_says_where(text, line):
    with pytest.raises(Unreadable, match="not TOML") as refused:
        parse_toml(text, "f.toml")
    assert (refused.value.path, refused.value.line) == ("f.toml", line)
