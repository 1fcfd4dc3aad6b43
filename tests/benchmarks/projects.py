"""Projects of one course in four kinds, each a folder that MkDocs can build.

    derived   the pages as this plugin's authors write them
    typed     the limit: the same pages with typed numbers; math by the same renderer, through a hook
    browser   the second limit: the same pages with typed numbers; math is left to the browser
    macros    mkdocs-macros, its values from cached, lambdified SymPy; math as in `typed`
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import course
import pages
import yaml
from pages import LANGUAGES, Expression, Math, Number, Piece, TableOf

from derivations.exact import Value
from derivations.language import Language, language
from derivations.text.expression import read_forms

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
KINDS = ("derived", "typed", "browser", "macros")
TABLE_COLUMNS = (
    ("weights", "model.weights", "short", ("Weights", "Pesos")),
    ("pairs", "model.pairs", "", ("Pairs", "Pares")),
    ("share", "block.share", "percent(3)", ("Share", "Parte")),
)


class _AtRest(yaml.SafeLoader):
    """Reads mkdocs.yml with its !ENV switches at rest: the default is the last of the list."""


_AtRest.add_constructor("!ENV", lambda loader, node: loader.construct_sequence(node)[-1])


def write_project(root: Path, kind: str, count: int, values: int = pages.VALUES) -> None:
    """Write a project of `count` pages a language, with `values` values in the sentences of each."""
    spoken = {code: language(code).with_course(course.COURSE) for code in LANGUAGES}
    writer = {"derived": _derived, "macros": _macros}.get(kind, _typed)
    for code in LANGUAGES:
        for page in range(count):
            path = root / "docs" / code / f"{pages.name_of(page) if page else 'index'}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            pieces = pages.page_of(page, code, values)
            path.write_text("".join(writer(piece, spoken[code]) for piece in pieces), encoding="utf-8")
    if kind == "derived":
        _write_tables(root / "tables", count)
    if kind == "macros":
        shutil.copy(HERE / "macros.py", root / "main.py")
    if kind in ("typed", "macros"):
        shutil.copy(HERE / "typed_math.py", root / "typed_math.py")
    (root / "counted").mkdir(parents=True, exist_ok=True)
    (root / "counted" / "__init__.py").write_text('"""The benchmark\'s course."""\n', encoding="utf-8")
    shutil.copy(HERE / "course.py", root / "counted" / "course.py")
    (root / "mkdocs.yml").write_text(
        yaml.safe_dump(_configuration(kind), allow_unicode=True, sort_keys=False), encoding="utf-8")


def _configuration(kind: str) -> dict[str, Any]:
    """Give the real site's configuration without its pages; what a kind needs instead of the plugin is put in."""
    settings: dict[str, Any] = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), _AtRest)
    settings.pop("nav")
    settings["theme"]["features"].append("navigation.prune")  # or every page would list every other, in every kind
    for look in ("favicon", "custom_dir"):
        settings["theme"].pop(look, None)
    settings.pop("extra_css", None)
    settings["extra"].pop("social_image", None)
    plugins = [plugin for plugin in settings["plugins"] if not {"derivations", "offline"} & set(plugin)]
    for plugin in plugins:
        for spoken in plugin.get("i18n", {}).get("languages", [])[1:]:
            spoken["nav_translations"] = {f"C{folder:02}": f"C{folder:02}" for folder in range(100)}
    if kind == "derived":
        plugins.append({"derivations": {"course": "counted.course", "literals": {"© 2026": "the year of publication"}}})
    if kind == "macros":
        plugins.append({"macros": {"module_name": "main", "on_error_fail": True, "on_undefined": "strict",
                                   "j2_comment_start_string": "[[#", "j2_comment_end_string": "#]]"}})
    if kind != "derived":
        settings["markdown_extensions"].append({"pymdownx.arithmatex": {"generic": True}})
    if kind in ("typed", "macros"):
        settings["hooks"] = ["typed_math.py"]
    settings["plugins"] = plugins
    return settings


# ---------------------------------------------------------------------- the pieces, as each kind writes them


def _call(number: Number) -> str:
    inputs = ", ".join(f"{name}={one}" for name, one in number.inputs.items())
    return f"{number.name}({inputs})" + (f" | {number.form}" if number.form else "")


def _derived(piece: Piece, spoken: Language) -> str:
    if isinstance(piece, Number):
        return f"{{{{= {_call(piece)} }}}}"
    if isinstance(piece, Expression):
        return f"{{{{= {piece.name} }}}}"
    if isinstance(piece, Math):
        return f"${piece.before}{_derived(piece.number, spoken) if piece.number else ''}{piece.after}$"
    if isinstance(piece, TableOf):
        return f'{{{{= table("{piece.name}") }}}}'
    return piece


def _value(name: str, inputs: Mapping[str, int]) -> Value:
    value = course.BY_NAME[name](**inputs)
    assert isinstance(value, Value)
    return value


def _typed(piece: Piece, spoken: Language) -> str:
    if isinstance(piece, Number):
        return spoken.write(_value(piece.name, piece.inputs), read_forms(piece.form)).text
    if isinstance(piece, Expression):
        return f"${spoken.formula(course.BY_NAME[piece.name]).tex}$"
    if isinstance(piece, Math):
        number = piece.number
        inside = spoken.write(_value(number.name, number.inputs), read_forms(number.form)).tex if number else ""
        return f"${piece.before}{inside}{piece.after}$"
    if isinstance(piece, TableOf):
        return _markdown_table(piece, spoken, lambda name, inputs, form: spoken.write(
            _value(name, inputs), read_forms(form)).text)
    return piece


def _macros(piece: Piece, spoken: Language) -> str:
    code = spoken.code
    if isinstance(piece, Number):
        inputs = "".join(f", {name}={one}" for name, one in piece.inputs.items())
        return f'{{{{ value("{piece.name}", "{piece.form}", "{code}"{inputs}) }}}}'
    if isinstance(piece, Expression):
        return f'${{{{ expression("{piece.name}") }}}}$'
    if isinstance(piece, Math):
        number = piece.number
        inputs = "".join(f", {name}={one}" for name, one in number.inputs.items()) if number else ""
        inside = f'{{{{ value_tex("{number.name}", "{number.form}", "{code}"{inputs}) }}}}' if number else ""
        return f"${piece.before}{inside}{piece.after}$"
    if isinstance(piece, TableOf):
        return f'{{{{ table({piece.rank}, "{code}") }}}}'
    return piece


def _markdown_table(table: TableOf, spoken: Language, write: Callable[[str, Mapping[str, int], str], str]) -> str:
    """Write a table of typed numbers."""
    which = LANGUAGES.index(spoken.code)
    head = ["Model" if spoken.code == "en" else "Modelo", *(headings[which] for *_, headings in TABLE_COLUMNS)]
    rows = [head, ["---"] * len(head)]
    for model in course.MODELS.values():
        inputs = {**model.inputs, "r": table.rank}
        cells = [write(name, {symbol.name: inputs[symbol.name] for symbol in course.BY_NAME[name].symbols}, form)
                 for _, name, form, _ in TABLE_COLUMNS]
        rows.append([model.label, *cells])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _write_tables(folder: Path, count: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    columns = "".join(
        f'\n[[columns]]\nkey = "{key}"\nformula = "{name}"\nform = "{form}"\n'
        f'heading = {{en = "{headings[0]}", es = "{headings[1]}"}}\n'
        for key, name, form, headings in TABLE_COLUMNS
    )
    for page in range(count):
        for piece in pages.page_of(page, "en"):
            if isinstance(piece, TableOf):
                text = (f'title = {{en = "Models", es = "Modelos"}}\n\n[rows]\nmodels = "all"\n'
                        f"inputs = {{r = {piece.rank}}}\n\n"
                        '[[columns]]\nkey = "model"\nlabel = true\nheading = {en = "Model", es = "Modelo"}\n' + columns)
                (folder / f"{piece.name}.toml").write_text(text, encoding="utf-8")
