"""Puts what the tests of trust tried into docs/en/trust.md and docs/es/trust.md: a table between markers, and its literals.

    make nightly      # tries, records in tests/house/trust, and runs this

A number of tries is measured, not derived; it enters the pages from the record and from nowhere else, and a test demands
that the pages are what this writes. A test records only at its end: what is recorded has held for every input.
"""

import re
from pathlib import Path

from derivations.language import language

ROOT = Path(__file__).parents[2]
RECORD = Path(__file__).with_name("trust")
WHAT = {
    "commands": ("commands with random arguments and files: an answer, or one line", "órdenes con argumentos y archivos al azar: una respuesta o una línea"),
    "documents": ("folders of documents damaged at random: an answer, findings, or one line", "carpetas de documentos dañadas al azar: una respuesta, avisos o una línea"),
    "expressions": ("regular expressions matched as Python matches them", "expresiones regulares que encajan como en Python"),
    "configurations": ("configurations read alike by the command line and the page", "configuraciones que la terminal y la página leen igual"),
    "budgets": ("budgets read alike by the command line and the page", "presupuestos que la terminal y la página leen igual"),
    "cache": ("damaged entries of the memory, made anew", "entradas dañadas de la caché, hechas de nuevo"),
    "full": ("disks that fill at one write after another: files whole, the next run as if nothing had been", "discos que se llenan en una escritura tras otra: archivos enteros, y lo siguiente como si nada"),
    "kills": ("builds, tables and mended pages killed at a random moment", "construcciones, tablas y correcciones interrumpidas en un momento al azar"),
}
HEAD = (("what was tried", "times", "crashes", "hangs", "wrong answers"), ("qué se probó", "veces", "fallos", "bloqueos", "respuestas erróneas"))
REASON = ("counted by the tests: tests/house/trust", "contado por las pruebas: tests/house/trust")


def page_of(text, which):
    """Give a page with its table and literals made anew."""
    spoken = language(("en", "es")[which])
    rows, literals = [], []
    for name, said in WHAT.items():
        path = RECORD / f"{name}.txt"
        if path.exists():
            number = spoken.number(int(path.read_text(encoding="utf-8")), ()).text
            rows.append([said[which], number, "0", "0", "0"])
            literals.append(f"{number} | 0 | 0 | 0")
    table = "\n".join(f"| {' | '.join(row)} |" for row in (HEAD[which], ("---", "---:", "---:", "---:", "---:"), *rows))
    text = re.sub(r"(<!-- tried -->\n\n).*?(\n\n<!-- end -->)", lambda match: match[1] + table + match[2], text, flags=re.DOTALL)
    listed = "".join(f'  "{one}": "{REASON[which]}"\n' for one in dict.fromkeys(literals))
    return re.sub(r"^literals:\n(?:  .*\n)*", lambda _: f"literals:\n{listed}", text, count=1, flags=re.MULTILINE)


def path_of(which):
    """Give where a language's page is."""
    return ROOT / "docs" / ("en", "es")[which] / "trust.md"


if __name__ == "__main__":
    for one in (0, 1):
        path_of(one).write_text(page_of(path_of(one).read_text(encoding="utf-8"), one), encoding="utf-8")
