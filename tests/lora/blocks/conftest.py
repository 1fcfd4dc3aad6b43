"""The calculator's scripts in an engine like the browser's, with the data that its page holds in each language."""

import json
from pathlib import Path

import pytest
from py_mini_racer import MiniRacer

from derivations.book import Book
from derivations.lora.blocks.calculator import BLOCK, calculator_data
from derivations.lora.course import COURSE

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def book():
    return Book(ROOT, COURSE)


@pytest.fixture(scope="session")
def ask(book):
    """Ask the scripts: ask("argument => …", argument) gives what the function returns, through JSON."""
    engine = MiniRacer()
    engine.eval("globalThis.document = { addEventListener() {}, documentElement: { lang: 'en' } };")
    for script in BLOCK.scripts:
        engine.eval(script.read_text(encoding="utf-8"))
    engine.eval("globalThis.data = {};")
    for code, language in book.languages.items():
        engine.eval(f"data[{json.dumps(code)}] = {calculator_data(book.context, language)};")

    def call(function, argument):
        return json.loads(engine.eval(f"JSON.stringify(({function})({json.dumps(argument)}))"))

    return call
