"""From an exact value to characters: rounding, the forms, prose and TeX, expressions and their layout."""
