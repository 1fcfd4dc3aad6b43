"""Puts what the tests of trust tried into docs/en/trust.md and docs/es/trust.md: tables between markers, and their literals.

    make nightly      # tries, records in tests/house/trust, and runs this

A number of tries is measured, not derived; it enters the pages from the record and from nowhere else, and a test demands
that the pages are what this writes. A test records only at its end: what is recorded has held for every input, and so
no column counts what went wrong. What a row would have failed by stands beside its number.
"""

import re
from pathlib import Path

from derivations.language import language

ROOT = Path(__file__).parents[2]
RECORD = Path(__file__).with_name("trust")
INPUTS = {
    "commands": (("commands with random arguments and files", "a traceback, a hang, or an error longer than a line"),
                 ("órdenes con argumentos y archivos al azar", "una traza, un bloqueo o un error de más de una línea")),
    "documents": (("folders of documents, damaged at random", "a traceback, a hang, or what a terminal would run"),
                  ("carpetas de documentos dañadas al azar", "una traza, un bloqueo o algo que el terminal ejecutaría")),
    "prose": (("pages of random prose", "a traceback, a hang, or a raw tag that a reader meets"),
              ("páginas de prosa al azar", "una traza, un bloqueo o una etiqueta sin procesar a la vista de quien lee")),
    "builds": (("odd pages, served and built", "a traceback, a hang, or a page that is cut off"),
               ("páginas extrañas, servidas y construidas", "una traza, un bloqueo o una página a medias")),
    "markup": (("pieces of markup, read by a browser", "a script that runs though no check found it"),
               ("trozos de marcado que lee un navegador", "un script que se ejecuta sin que ningún control lo detecte")),
    "expressions": (("regular expressions of targets", "another match than Python’s, or a hang"),
                    ("expresiones regulares para elegir módulos", "encajar de otro modo que en Python, o un bloqueo")),
    "configurations": (("configurations, valid and odd", "another answer of the page than of the command line"),
                       ("configuraciones, válidas y extrañas", "una respuesta de la página distinta de la del terminal")),
    "budgets": (("budgets, however they are spelled", "another answer of the page than of the command line"),
                ("presupuestos, se escriban como se escriban", "una respuesta de la página distinta de la del terminal")),
}
FAULTS = {
    "cache": (("damaged entries of what is remembered", "a damaged text that is believed"),
              ("entradas dañadas de lo que se recuerda", "un texto dañado que se da por bueno")),
    "full": (("disks that fill at one write after another", "a file cut off, or a next run that differs"),
             ("discos que se llenan en una escritura tras otra", "un archivo a medias, o que lo siguiente salga distinto")),
    "kills": (("builds, tables and corrections killed at a random moment", "a file cut off, or a next build that differs"),
              ("construcciones, tablas y correcciones cortadas en un momento al azar", "un archivo a medias, o que lo siguiente salga distinto")),
    "rebuilds": (("rebuilds in one process", "files or memory that grow"), ("reconstrucciones en un mismo proceso", "archivos o memoria que crecen")),
}
WHAT = INPUTS | FAULTS
HEADS = {"tried": (("what was tried", "times", "what would have failed it"), ("qué se probó", "veces", "qué la habría hecho fallar")),
         "faults": (("fault", "times survived", "what would have failed it"), ("percance", "veces superado", "qué la habría hecho fallar"))}
SUM = ("Of {} tries, crashes: 0; hangs: 0; wrong answers: 0.", "En {} intentos, caídas: 0; bloqueos: 0; respuestas erróneas: 0.")
REASON = ("counted by the tests: tests/house/trust", "contado por las pruebas: tests/house/trust")


def page_of(text, which):
    """Give a page with its tables, its sum and its literals made anew."""
    spoken, literals, total = language(("en", "es")[which]), [], 0
    for marker, rows in (("tried", INPUTS), ("faults", FAULTS)):
        lines = [HEADS[marker][which], ("---", "---:", "---")]
        for name, said in rows.items():
            path = RECORD / f"{name}.txt"
            if path.exists():
                number = int(path.read_text(encoding="utf-8"))
                total += number
                what, fails = said[which]
                lines.append((what, spoken.number(number, ()).text, fails))
                literals.append(f"{lines[-1][1]} | {fails.split()[0]}")
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        text = re.sub(rf"(<!-- {marker} -->\n\n).*?(\n\n<!-- end -->)", lambda match, table=table: match[1] + table + match[2], text, flags=re.DOTALL)
    said = SUM[which].format(spoken.number(total, ()).text)
    literals.append(said.removesuffix("."))
    text = re.sub(r"(<!-- sum -->\n\n).*?(\n\n<!-- end -->)", lambda match: match[1] + said + match[2], text, flags=re.DOTALL)
    listed = "".join(f'  "{one}": "{REASON[which]}"\n' for one in dict.fromkeys(literals))
    return re.sub(r"^literals:\n(?:  .*\n)*", lambda _: f"literals:\n{listed}", text, count=1, flags=re.MULTILINE)


def path_of(which):
    """Give where a language's page is."""
    return ROOT / "docs" / ("en", "es")[which] / "trust.md"


if __name__ == "__main__":
    for one in (0, 1):
        path_of(one).write_text(page_of(path_of(one).read_text(encoding="utf-8"), one), encoding="utf-8")
