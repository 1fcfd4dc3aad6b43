"""The blocks that ask: a question, a box for the answer, two hints, the worked solution, and further versions of it.

`drill` holds all of it; `ask` is one in the midst of a text: the question and the box, the rest when it is asked for.

Everything that a reply needs is worked out at build, as exact numbers. The browser compares; it derives nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from typing import Any

from markupsafe import Markup

from derivations.blocks.asked import Asked, Version, asked, versions
from derivations.blocks.assets import ANSWERS, ARITHMETIC, DRILLS, ELEMENTS
from derivations.blocks.block import Block, Context, Fields
from derivations.blocks.template import TEMPLATES, as_data, as_script, fill
from derivations.course import Drill
from derivations.exact import RATIO, Unequal
from derivations.exact.decimal import near
from derivations.language import Form, FormError, Language
from derivations.language.words import words_of
from derivations.language.writing.forms import SIZES
from derivations.text.expression import read_forms
from derivations.text.finding import WordFault
from derivations.text.marks import tex_html

_TEX = re.compile(r'<(?:span|div) class="tex" data-tex="[^"]*"(?: data-display)?>(.*?)</(?:span|div)>', re.DOTALL)
_LOWERED = re.compile(r"(?<=[^\W\d_])_(\w+)")
_CHANGING = re.compile(r"([^\s<>\"=&;]*\d[^\s<>\"=&;]*(?:\u202f\d[^\s<>\"=&;]*)*)")    # Spanish groups by U+202F
TEXTS = ("question", "hint1", "hint2")


def _write(context: Context, name: str, language: Language) -> Fields:
    """Give a drill: its first version as the page; the others are data beside it."""
    drill = context.course.drills[name]
    fit = versions(drill)
    texts = [_texts(context, drill, version, language) for version in fit]
    return {
        "name": name, "texts": {key: Markup(text) for key, text in texts[0].items()},
        "words": {key: language.word(f"drill.{key}") for key in ("answer", "how", "check", "solution", "to_key")}
        | {key: language.word(f"judge.{key}") for key in ("another", "link")},
        "hints": [(number, language.word("drill.hint", number=str(number))) for number in (1, 2)],
        "version": language.word("judge.version").replace("[number]", "1").replace("[count]", str(len(fit))),
        "unit": unit_of(asked(drill), drill, language), "count": len(fit), "data": _data_file(name, language.code),
    }


def _write_short(context: Context, name: str, language: Language) -> Fields:
    """Give a drill without its hints and its solution: the script takes them from the drill's data."""
    return {**_write(context, name, language), "hints": []}


def _data_file(name: str, code: str) -> str:
    """Give where the versions of a drill are in the site, in one language."""
    return f"drills/{name}.{code}.js"


def _files(context: Context) -> dict[str, bytes]:
    """Publish the versions of each drill, for a page asks for them when one answers; a faulty one's page says why."""
    files = {_data_file(JUDGE, code): as_data(_judge(context, language)).encode()
             for code, language in context.languages.items()} if context.course.drills else {}
    for name in context.course.drills:
        for code, language in context.languages.items():
            with suppress(WordFault, FormError, Unequal):
                files[_data_file(name, code)] = as_data(_versions(context, name, language)).encode()
    return files


def _judge(context: Context, language: Language) -> dict[str, Any]:
    """Give what any answer is judged with: words of replies, the language's rules, what may stand beside a number."""
    return {"words": words_of("judge", language.code),
            "rules": language.rules(context.languages), "nouns": nouns(context), "names": symbol_names(context)}


def _versions(context: Context, name: str, language: Language) -> dict[str, Any]:
    """Give all versions of a drill: what is asked, the texts of each, what is right and what is a slip."""
    drill = context.course.drills[name]
    rule, fit = asked(drill), versions(drill)
    texts = [_texts(context, drill, version, language) for version in fit]
    return {"asked": {"unit": rule.unit, "digits": rule.digits, "places": rule.places}, "unit": drill.answer.unit.name,
            "symbol": _symbol(rule, drill, language), "units": _units(context, rule, drill, language),
            **_data(fit, [{key: _light(text) for key, text in one.items() if key != "title"} for one in texts])}


def _symbol(rule: Asked, drill: Drill, language: Language) -> str:
    """Give the symbol that may stand behind an answer and says nothing new: of the very unit that a number is in."""
    with suppress(FormError):
        return language.symbol(drill.answer.unit) if rule.unit == drill.answer.unit.name else ""
    return ""


def _units(context: Context, rule: Asked, drill: Drill, language: Language) -> dict[str, list[str]]:
    """Give the units of the course that measure the same: how many of the drill's one is, and its symbol, if any."""
    own, found = drill.answer.unit, dict[str, list[str]]()
    for unit in context.course.units if rule.unit == own.name and own.base else ():
        if unit.base == own.base and unit.name != own.name and isinstance(unit.size / own.size, Fraction):
            found[unit.name] = [str(unit.size / own.size), ""]
            with suppress(FormError):
                found[unit.name][1] = language.symbol(unit)
    return found


TOOL_WORDS = ("another", "link", "copied", "version", "unknown_version", "progress", "cleared")
"""What stands beside the drills before anything is judged; it comes with the page."""
JUDGE = "any/judge"
"""The name of the data that the judge needs for any drill."""


def unit_of(rule: Asked, drill: Drill, language: Language) -> str:
    """Say what an answer is asked for in: "percent, 2 significant digits"."""
    if rule.unit == "percent":
        noun = language.word("drill.percent")
    elif rule.unit in SIZES:
        noun = rule.unit.replace("KB", "kB")
    elif drill.answer.unit == RATIO:
        noun = language.word("drill.ratio")
    elif rule.unit == "number":
        noun = language.word("drill.number")
    else:
        noun = language.noun(f"unit.{rule.unit}" if rule.unit != "byte" else rule.unit).plural
    if rule.digits is not None:
        return language.word("drill.digits", unit=noun, number=str(rule.digits))
    if rule.places is not None:
        return language.word("drill.places", unit=noun, number=str(rule.places))
    return language.word("drill.exactly", unit=noun)


def _texts(context: Context, drill: Drill, version: Version, language: Language) -> dict[str, str]:
    """Write all texts of one version as HTML, by key; slips as `slip.KEY`."""
    names, words = context.names.with_inputs(version.inputs), context.words[language.code]
    words.demand([*(f"drill.{drill.name}.{key}" for key in ("title", *TEXTS, "solution")),
                  *(f"slip.{slip.key}" for slip in drill.slips)])
    texts = {key: words.html(f"drill.{drill.name}.{key}", names) for key in ("title", *TEXTS)}
    told = Markup(words.html(f"drill.{drill.name}.solution", names))
    steps = _worked(context, drill, version, language)
    texts["solution"] = fill(TEMPLATES / "drill_solution.html", {"told": told, "steps": steps})
    for slip in drill.slips:
        texts[f"slip.{slip.key}"] = words.html(f"slip.{slip.key}", names)
    return texts


def _worked(context: Context, drill: Drill, version: Version, language: Language) -> list[Fields]:
    """Give the derivation with the numbers put in, and what it comes to."""
    value, forms = version.answer, read_forms(drill.form)
    lines = []
    for step in value.formula.steps:
        shown = language.expression(step.expression, version.inputs)
        lines.append((context.explain(step.reason, language), f"= {shown.tex}", f"= {shown.text}"))
    exact, written = language.number(value.exact, (Form("exact"),), value.unit), language.write(value, forms)
    if not lines or lines[-1][1] != f"= {exact.tex}":
        lines.append((language.word("drill.exact"), f"= {exact.tex}", f"= {exact.text}"))
    if written.text != exact.text:
        sign = (r"\approx", "≈") if written.rounded else ("=", "=")
        lines.append((language.word("drill.written"), f"{sign[0]} {written.tex}", f"{sign[1]} {written.text}"))
    return [{"reason": reason, "math": Markup(tex_html(tex, plain, display=True))} for reason, tex, plain in lines]


def _light(html: str) -> str:
    """Replace formulas by their plain text: the data beside a page carries no typeset math."""
    return _TEX.sub(lambda found: _LOWERED.sub(r"<sub>\1</sub>", f'<span class="math">{found[1]}</span>'), html)


def _data(fit: Sequence[Version], texts: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Pack the versions: each text once, with slots, and for each version what goes into them."""
    slots: dict[tuple[str, ...], int] = {}
    packed = {key: folded([one[key] for one in texts], slots) for key in texts[0]}
    fills = list(slots)
    return {
        "texts": packed,
        "versions": [
            {
                "at": {name: str(number) for name, number in version.inputs.items()},
                "answer": str(near(version.answer.exact)),
                "slips": {key: str(number) for key, number in version.slips},
                "fill": [fill[i] for fill in fills],
            }
            for i, version in enumerate(fit)
        ],
    }


def folded(texts: Sequence[str], slots: dict[tuple[str, ...], int]) -> list[str | int]:
    """Give what the texts have in common, with the number of a slot where they differ; new slots are added."""
    cut = [_CHANGING.split(text) for text in texts]
    if len({len(pieces) for pieces in cut}) > 1:
        cut = [[text] for text in texts]
    pieces: list[str | int] = []
    for together in zip(*cut, strict=True):
        if len(set(together)) > 1:
            pieces.append(slots.setdefault(together, len(slots)))
        elif pieces and isinstance(pieces[-1], str):
            pieces[-1] += together[0]
        else:
            pieces.append(together[0])
    return [piece for piece in pieces if piece != ""]


def nouns(context: Context) -> dict[str, list[str]]:
    """Give the words that may follow a number, by unit, in every language: readers type the one they think in."""
    found: dict[str, list[str]] = {}
    for unit in context.course.units:
        for one in context.languages.values():
            with suppress(FormError):
                noun = one.noun(unit.name)
                found.setdefault(unit.name, []).extend(word.lower() for word in (noun.singular, noun.plural))
    return found


def symbol_names(context: Context) -> list[str]:
    """Give what a symbol is called, in every language: readers write it before the number, as in "rank 12".

    The longest come first: of "rank of the adapter" a reader writes all, or the first word.
    """
    said = (text.lower() for words in context.words.values() for key, text in words.texts.items()
            if key.startswith("symbol."))
    return sorted({name for text in said for name in (text, text.split()[0])}, key=lambda name: (-len(name), name))


def _key(context: Context, names: Sequence[str], language: Language) -> Fields:
    """Give what follows a page's drills: the judge's words, and for print the key, linked both ways."""
    said = {"words": {key: language.word(f"judge.{key}") for key in TOOL_WORDS},
            "folds": {f"hint{number}": language.word("drill.hint", number=str(number)) for number in (1, 2)}
            | {"solution": language.word("drill.solution")},
            "judge": f"{{site-root}}{_data_file(JUDGE, language.code)}"}
    progress = language.word("judge.progress").replace("[solved]", "0").replace("[count]", str(len(set(names))))
    return {"kind": "drill", "heading": language.word("drill.key"), "said": as_script(said), "progress": progress,
            "tools": [language.word(f"judge.{key}") for key in ("export", "clear")],
            "entries": [_entry(context, name, language) for name in dict.fromkeys(names)]}


def _short_key(context: Context, names: Sequence[str], language: Language) -> Fields:
    """Give the same for drills in a text, with the answers alone."""
    key = _key(context, names, language)
    return {**key, "kind": "ask", "entries": [{**entry, "solution": ""} for entry in key["entries"]]}


def _entry(context: Context, name: str, language: Language) -> Fields:
    drill = context.course.drills[name]
    version = versions(drill)[0]
    texts = _texts(context, drill, version, language)
    answer = language.write(version.answer, read_forms(drill.form)).text
    return {"name": name, "title": Markup(texts["title"]), "answer": answer,
            "solution": Markup(_light(texts["solution"]))}


def _ids(_context: Context, name: str) -> Sequence[str]:
    return [*_always(name), *(f"drill-{name}-{part}" for part in ("how", "solution")), "drill-words"]


def _short_ids(_context: Context, name: str) -> Sequence[str]:
    return [*_always(name), "ask-words"]


def _always(name: str) -> Sequence[str]:
    return [f"drill-{name}", *(f"drill-{name}-{part}" for part in ("title", "answer", "says")), f"key-{name}"]


_SCRIPTS = (ELEMENTS, ARITHMETIC, ANSWERS, DRILLS)
BLOCK = Block(
    "drill", lambda course, tables: course.drills, _write, TEMPLATES / "drill.html", scripts=_SCRIPTS,
    ids=_ids, files=_files, closing=(_key, TEMPLATES / "drill_key.html"),
)
SHORT = Block(
    "ask", lambda course, tables: course.drills, _write_short, TEMPLATES / "drill.html", scripts=_SCRIPTS,
    ids=_short_ids, closing=(_short_key, TEMPLATES / "drill_key.html"),
)
