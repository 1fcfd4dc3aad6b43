"""Numerals by hand: every number that a reader of a page meets and that nothing derives, and what to write instead."""
