"""The calculator's scripts in an engine like the browser's, with the data that its page holds in each language."""

import json

import pytest
from py_mini_racer import MiniRacer

from derivations.lora.blocks.calculator import BLOCK, Writer, _data


@pytest.fixture(scope="session")
def book(course_book):
    return course_book


@pytest.fixture(scope="session")
def engine():
    """The scripts in an engine like the browser's, without a page."""
    engine = MiniRacer()
    engine.eval("globalThis.document = { addEventListener() {}, querySelectorAll: () => [], documentElement: { lang: 'en' } };")
    for script in BLOCK.scripts:
        engine.eval(script.read_text(encoding="utf-8"))
    return engine


@pytest.fixture(scope="session")
def ask(engine, book):
    """Ask the scripts: ask("argument => …", argument) gives what the function returns, through JSON."""
    engine.eval("globalThis.data = {};")
    for code, language in book.languages.items():
        engine.eval(f"data[{json.dumps(code)}] = {json.dumps(_data(book.context, language, Writer(book.context, language)))};")

    def call(function, argument):
        return json.loads(engine.eval(f"JSON.stringify(({function})({json.dumps(argument)}))"))

    return call
