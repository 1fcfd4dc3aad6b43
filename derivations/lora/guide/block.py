from pathlib import Path

from derivations.blocks import Block


def write(context, name, language):
    formula = context.course.formulas[name]
    return {"letters": len(formula.symbols), "said": context.words[language.code].text(f"formula.{name}")}


letters = Block("letters", lambda course, tables: course.formulas, write, Path(__file__).with_name("letters.html"))
