"""Macros, tags and agents out of tables: read and judged whole first, then written at once or not at all."""
