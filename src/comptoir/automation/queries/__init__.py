"""Reads of macros: which may be used, in what language, filled with what, and what came of them."""
