from derivations.course import Glossary

TERMS = """
[[term]]
id = "rate"
en = "interest rate"
es = "tasa de interés"
gender_es = "f"
definition_en = "The part of a capital that a year adds to it."
definition_es = "La parte de un capital que un año le añade."
banned = [{ es = "ratio de interés", why = "a calque" }]
"""
glossary = Glossary("growth/glossary.toml", TERMS)
