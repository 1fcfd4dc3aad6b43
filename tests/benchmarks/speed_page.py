"""Puts the measurements into docs/en/speed.md and docs/es/speed.md: tables between markers, and their literals.

    python tests/benchmarks/speed_page.py

A measurement is the one kind of number that can't be derived; it enters a page from results.toml and from nowhere else,
and a test demands that the pages are what this writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from statistics import median
from typing import Any

from pages import IN_MATH, NAMED, SECTIONS, TABLES, TYPED, VALUES
from projects import KINDS, ROOT
from results import BUDGETS, load, ratios, record

from derivations.language import Form, Language, language

KIND = {
    "derived": ("this project", "este proyecto"),
    "typed": ("typed numbers", "números tecleados"),
    "browser": ("typed numbers, math left to the browser", "números tecleados, fórmulas en el navegador"),
    "macros": ("mkdocs-macros with SymPy", "mkdocs-macros con SymPy"),
}
STATE = {"cold": ("nothing remembered", "sin caché"), "warm": ("all remembered", "con caché")}
WHAT = {"page": ("a page", "una página"), "formula": ("a formula", "una fórmula")}
RATIO = {
    "cold": ("build with nothing remembered / typed numbers", "construcción sin caché / números tecleados"),
    "added": ("one page more / the same with typed numbers", "una página más / lo mismo con números tecleados"),
    "warm": ("build with all remembered / typed numbers, math in the browser",
             "construcción con caché / números tecleados, fórmulas en el navegador"),
    "page": ("saved page served / the same with typed numbers",
             "página guardada y servida / lo mismo con números tecleados"),
    "formula": ("saved formula served / saved page with typed numbers",
                "fórmula guardada y servida / página guardada con números tecleados"),
}
STAGE = {
    "where": ("where numbers come from", "de dónde sale cada número"),
    "tables": ("tables", "las tablas"),
    "gate": ("the checks", "los controles"),
    "traced": ("what of a page is printed", "qué se imprime de cada página"),
    "binding": ("binding the holes", "enlazar los huecos"),
    "libraries": ("loading SymPy", "cargar SymPy"),
    "files": ("data, and the reference", "los datos y la referencia"),
    "finish": ("values into pages", "los valores, a las páginas"),
    "memory": ("remembering", "recordar"),
    "search": ("the search", "el buscador"),
    "templates": ("the theme’s templates", "las plantillas del tema"),
    "formulas": ("typesetting formulas", "componer fórmulas"),
    "markdown": ("Markdown", "Markdown"),
    "rest": ("all else", "todo lo demás"),
}
JUDGED = 50
"""Pages a language of the project that the budgets are about."""
VERDICT = {True: ("met", "se cumple"), False: ("missed", "no se cumple")}
HEADS = {
    "machine": (("machine", "measured on"), ("equipo", "el de las medidas")),
    "page": (("on every page", "how many"), ("en cada página", "cuántos")),
    "budgets": (("ratio", "by the clock", "by the processor", "at most", "verdict"),
                ("razón", "según el reloj", "según el procesador", "como mucho", "resultado")),
    "builds": (("pages", "project", "memory", "seconds of processor", "seconds", "MB at most"),
               ("páginas", "proyecto", "caché", "segundos de procesador", "segundos", "MB como mucho")),
    "edits": (("pages", "project", "saved", "seconds"), ("páginas", "proyecto", "se guarda", "segundos")),
    "stages": (("what a build does", "this project, %", "typed numbers, %"),
               ("qué hace una construcción", "este proyecto, %", "números tecleados, %")),
    "commands": (("command", "milliseconds of processor, at least"), ("orden", "milisegundos de procesador, como mínimo")),
    "values": (("values on one page", "seconds of processor"),
               ("valores en una página", "segundos de procesador")),
}
REASON = ("measured: tests/benchmarks/results.toml", "medido: tests/benchmarks/results.toml")


def tables(found: Mapping[str, Any], which: int) -> dict[str, list[list[str]]]:
    """Give the rows of every table in one language (0: English, 1: Spanish)."""
    spoken = language(("en", "es")[which])
    machine = found["machine"]
    counts = sorted({one["pages"] for one in (*found["build"], *found["edit"])})
    rows: dict[str, list[list[str]]] = {
        "machine": [[("processor", "procesador")[which], f"`{machine['processor']}`"],
                    [("cores", "núcleos")[which], f"`{machine['cores']}`"],
                    [("memory, GB", "memoria, GB")[which], f"`{round(machine['memory'] / 10**9)}`"],
                    ["Python", f"`{machine['python']}`"]],
        "page": [[("values", "valores")[which], _number(VALUES + IN_MATH, spoken)],
                 [("formulas", "fórmulas")[which], _number(IN_MATH + NAMED + TYPED, spoken)],
                 [("tables", "tablas")[which], _number(TABLES, spoken)],
                 [("headings", "títulos")[which], _number(SECTIONS + 1, spoken)]],
        "commands": [[f"`{one['command']}`", _number(1000 * min(one["cpu"]), spoken)]
                     for one in found["command"]],
        "budgets": [], "builds": [], "edits": [], "values": [], "stages": _stages(found, spoken, which),
    }
    processor = ratios(found, JUDGED, "cpu")
    for name, ratio in ratios(found, JUDGED).items():
        rows["budgets"].append([RATIO[name][which], _number(ratio, spoken, 2),
                                _number(processor[name], spoken, 2) if name in processor else "",
                                _number(BUDGETS[name], spoken, 1), VERDICT[ratio <= BUDGETS[name]][which]])
    for pages in counts:
        for kind in KINDS:
            for state in STATE:
                if one := record(found["build"], pages=pages, kind=kind, state=state):
                    memory = STATE[state][which] if kind == "derived" else ""
                    rows["builds"].append([_number(pages, spoken), KIND[kind][which], memory,
                                           _number(median(one["cpu"]), spoken, 2),
                                           _number(median(one["seconds"]), spoken, 2),
                                           _number(median(one["peak"]) / 10**6, spoken, 0)])
            for what in WHAT:
                if one := record(found["edit"], pages=pages, kind=kind, what=what):
                    rows["edits"].append([_number(pages, spoken), KIND[kind][which], WHAT[what][which],
                                          _number(median(one["seconds"]), spoken, 2)])
    rows["values"] = [[_number(one["values"], spoken), _number(median(one["cpu"]), spoken, 1)]
                      for one in found["values"]]
    return rows


def _stages(found: Mapping[str, Any], spoken: Language, which: int) -> list[list[str]]:
    """Share out both builds' time, in hundredths of the typed one's, the largest differences first."""
    derived, typed = (record(found["stages"], kind=kind) for kind in ("derived", "typed"))
    if derived is None or typed is None:
        return []
    whole = sum(typed[stage] for stage in STAGE)
    names = sorted(STAGE, key=lambda stage: typed[stage] - derived[stage])
    shares = [[STAGE[stage][which], *(_number(100 * one[stage] / whole, spoken) for one in (derived, typed))] for stage in names]
    sums = [_number(100 * sum(one[stage] for stage in STAGE) / whole, spoken) for one in (derived, typed)]
    return [*shares, [("together", "en total")[which], *sums]]


def _number(number: float | Fraction, spoken: Language, places: int = 0) -> str:
    """Write a measured number; measurements are the only floats that reach a writer, rounded first."""
    return spoken.number(round(Fraction(number), places), (Form("places", (places,)),)).text


def page_of(text: str, found: Mapping[str, Any], which: int) -> str:
    """Give a page with its tables and literals made anew."""
    literals: dict[str, str] = {}
    for name, rows in tables(found, which).items():
        rules = ["---:" if all(re.fullmatch(r"[\d.,\u202f]*", cell) for cell in column) else "---"
                 for column in zip(*rows, strict=True)]
        shown = [list(HEADS[name][which]), rules or ["---"] * len(HEADS[name][which]), *rows]
        table = "\n".join(f"| {' | '.join(row)} |" for row in shown)
        text, done = re.subn(rf"(<!-- measured: {name} -->\n\n).*?(\n\n<!-- end -->)",
                             lambda match, table=table: match[1] + table + match[2], text, flags=re.DOTALL)
        if done:
            literals |= dict.fromkeys(filter(None, map(_numbers, rows)), REASON[which])
    listed = "".join(f'  "{literal}": "{reason}"\n' for literal, reason in literals.items())
    return re.sub(r"^literals:\n(?:  .*\n)*", lambda _: f"literals:\n{listed}", text, count=1, flags=re.MULTILINE)


def _numbers(row: list[str]) -> str:
    """Give the stretch of a row from its first cell with a numeral to its last; code holds none."""
    told = [i for i, cell in enumerate(row) if re.search(r"\d", cell) and "`" not in cell]
    return " | ".join(row[told[0] : told[-1] + 1]) if told else ""


def path_of(which: int) -> Path:
    """Give where a language's page is."""
    return ROOT / "docs" / ("en", "es")[which] / "speed.md"


def main() -> None:
    """Write both pages."""
    found = load()
    for which in (0, 1):
        path = path_of(which)
        path.write_text(page_of(path.read_text(encoding="utf-8"), found, which), encoding="utf-8")


if __name__ == "__main__":
    main()
