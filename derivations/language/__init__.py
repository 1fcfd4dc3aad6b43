"""How a value is written: English and Spanish as data, one writer for prose, TeX and tables."""

from derivations.language.profile import LANGUAGES
from derivations.language.words import WordError
from derivations.language.writing.forms import FORMS, Form, FormError, FormKind
from derivations.language.writing.numerals import Written
from derivations.language.writing.writer import Language, Noun, language

__all__ = [
    "FORMS",
    "LANGUAGES",
    "Form",
    "FormError",
    "FormKind",
    "Language",
    "Noun",
    "WordError",
    "Written",
    "language",
]
