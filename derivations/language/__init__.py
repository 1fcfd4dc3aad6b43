"""How a value is written: each language a folder of data, one writer for prose, TeX and tables."""

from derivations.language.words import WordError
from derivations.language.writing.forms import FORMS, Form, FormError, FormKind, evaluated
from derivations.language.writing.numerals import Written
from derivations.language.writing.writer import Language, Noun, language, languages

__all__ = [
    "FORMS", "Form", "FormError", "FormKind", "Language", "Noun", "WordError", "Written", "evaluated", "language",
    "languages",
]
